# What columns are kept in: buffers that grow without being copied, and the Arrow layouts made of them. Nothing here
# needs the GIL or knows of netlink.
#
# A column has values for rows 0 … length-1. It is not told of rows without a value: the next value, or the end of
# the table, finds the gap and marks it null. So a column without values costs nothing.

cdef extern from *:
    """
    #ifdef __linux__
    #include <sys/mman.h>
    #endif

    typedef struct {
        unsigned char *data;
        size_t size;         /* bytes in use; only byte buffers count them */
        size_t capacity;     /* bytes behind `size` are zero, but for byte buffers */
        size_t mapped;       /* bytes of address space, when it has pages of its own */
    } nlx_buffer;

    /* From here on a buffer has pages of its own: it grows by moving them, and unused ones cost no memory. */
    #define NLX_MAPPED ((size_t)256 << 10)
    /* So many bytes are asked of the kernel at a time: a page fault for each page would cost far more. */
    #define NLX_STEP ((size_t)128 << 10)

    static void nlx_buffer_free(nlx_buffer *b) {
    #ifdef __linux__
        if (b->mapped)
            munmap(b->data, b->mapped);
        else
    #endif
            free(b->data);
        memset(b, 0, sizeof(*b));
    }

    static int nlx_buffer_grow(nlx_buffer *b, size_t needed) {
        size_t capacity = b->capacity ? b->capacity * 2 : 64;
        unsigned char *data;
        while (capacity < needed)
            capacity *= 2;
    #ifdef __linux__
        if (capacity >= NLX_MAPPED) {
            size_t end = (needed + NLX_STEP - 1) & ~(NLX_STEP - 1);
            if (!b->mapped) {
                data = mmap(NULL, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
                if (data == MAP_FAILED)
                    return -1;
                if (b->capacity)
                    memcpy(data, b->data, b->capacity);
                free(b->data);
                b->data = data;
                b->mapped = capacity;
            } else if (end > b->mapped) {
                for (capacity = b->mapped; capacity < end; capacity *= 2)
                    ;
                data = mremap(b->data, b->mapped, capacity, MREMAP_MAYMOVE);
                if (data == MAP_FAILED)
                    return -1;
                b->data = data;
                b->mapped = capacity;
            }
    #ifdef MADV_POPULATE_WRITE
            madvise(b->data + b->capacity, end - b->capacity, MADV_POPULATE_WRITE);
    #endif
            b->capacity = end;
            return 0;
        }
    #endif
        data = realloc(b->data, capacity);
        if (!data)
            return -1;
        memset(data + b->capacity, 0, capacity - b->capacity);
        b->data = data;
        b->capacity = capacity;
        return 0;
    }

    /* Zeros that nobody writes: pages of them cost no memory. */
    static int nlx_buffer_zeros(nlx_buffer *b, size_t size) {
    #ifdef __linux__
        b->data = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (b->data == MAP_FAILED) {
            b->data = NULL;
            return -1;
        }
        b->mapped = size;
    #else
        b->data = calloc(size, 1);
        if (!b->data)
            return -1;
    #endif
        b->capacity = size;
        return 0;
    }

    static inline int nlx_buffer_reserve(nlx_buffer *b, size_t needed) {
        return needed <= b->capacity ? 0 : nlx_buffer_grow(b, needed);
    }
    """
    ctypedef struct Buffer "nlx_buffer":
        uint8_t *data
        size_t size
        size_t capacity
    void free_buffer "nlx_buffer_free"(Buffer *b) noexcept nogil
    int reserve "nlx_buffer_reserve"(Buffer *b, size_t needed) noexcept nogil
    int zero_buffer "nlx_buffer_zeros"(Buffer *b, size_t size) noexcept nogil

# How a column is stored.
cdef enum:
    S_INTEGER = 1        # `width` bytes a row
    S_BOOLEAN = 2        # a bit a row
    S_TEXT = 3           # UTF-8, 32-bit offsets
    S_BYTES = 4          # the same, any bytes
    S_FIXED = 5          # `width` bytes a row, any bytes
    S_DICTIONARY = 6     # an index of `width` bytes a row into the distinct values
    S_STRUCT = 7         # the children, row by row
    S_LIST = 8           # 32-bit offsets into the one child's rows

# What putting a value into a column comes to.
cdef enum:
    P_DONE = 0
    P_UNFIT = 1          # the payload does not fit the kind; nothing was put
    P_MALFORMED = -1
    P_MEMORY = -2
    P_FULL = -3          # past what 32-bit offsets can tell
    P_RAISED = -4        # a hook raised something that is not about the payload

cdef enum:
    MOST = 0x7fffffff    # bytes of text, or rows of lists, in one column

cdef struct Lookup:              # the distinct values of a dictionary column, in order of appearance
    uint64_t last
    uint32_t last_index
    uint32_t count
    Buffer values                # uint64_t
    Buffer slots                 # uint32_t: index + 1, hashed by value; made when a value is over 255
    uint32_t direct[256]         # index + 1 of the small values

cdef struct Column:
    int store
    int width
    bint is_signed
    bint filled                  # where there is no value it is False, empty …: not null
    bint absent                  # it never had a value; known when the table is finished, as `nulls` is
    int64_t length
    int64_t room                 # rows for which numbers, offsets and `valid` have room
    int64_t nulls
    Buffer valid                 # a bit a row; not there as long as there was no gap
    Buffer data
    Buffer offsets
    char *name
    Column **children
    int child_count
    Column *dictionary           # text of the distinct values, made when the table is finished
    Lookup *lookup
    # How it is filled; see _shape.pxi.
    bint plain                   # a payload of 4 bytes is stored as it is
    int kind
    int options
    int limit
    int position                 # of the byte of the header that has a prefix's length
    Field *field
    Level *owner                 # of the record that has the field
    Level *level                 # of the record that the values are
    Choices *choices
    uint8_t seen[16]             # the payload of a hook's last number, and that number
    int seen_size
    int64_t seen_number


cdef void free_column(Column *c) noexcept nogil:
    cdef int i
    if c == NULL:
        return
    for i in range(c.child_count):
        free_column(c.children[i])
    free(c.children)
    free_column(c.dictionary)
    free_level(c.level)
    if c.choices != NULL:
        free(c.choices.entries)
        free(c.choices)
    if c.lookup != NULL:
        free_buffer(&c.lookup.values)
        free_buffer(&c.lookup.slots)
        free(c.lookup)
    free_buffer(&c.valid)
    free_buffer(&c.data)
    free_buffer(&c.offsets)
    free(c.name)
    free(c)


cdef inline uint32_t *offsets_of(Column *c) noexcept nogil:
    return <uint32_t *> c.offsets.data


cdef inline int set_bits(Buffer *b, int64_t start, int64_t end) noexcept nogil:
    cdef int64_t i
    if reserve(b, (end + 7) // 8):
        return P_MEMORY
    i = start
    while i < end and i & 7:
        b.data[i >> 3] |= 1 << (i & 7)
        i += 1
    if end - i >= 8:
        memset(b.data + (i >> 3), 255, (end - i) >> 3)
        i += (end - i) & ~7
    while i < end:
        b.data[i >> 3] |= 1 << (i & 7)
        i += 1
    return P_DONE


cdef void clear_bits(Buffer *b, int64_t start, int64_t end) noexcept nogil:
    cdef int64_t i
    for i in range(start, end):
        b.data[i >> 3] &= ~(1 << (i & 7))


cdef int skip_rows(Column *c, int64_t row) noexcept nogil:
    """Rows from length to row-1 have no value."""
    cdef int64_t i
    cdef uint32_t last
    if not c.filled and c.valid.data == NULL:
        if reserve(&c.valid, (row + 8) // 8) or set_bits(&c.valid, 0, c.length):
            return P_MEMORY
        c.room = 0               # it has to be found anew, with `valid`
    if c.store == S_TEXT or c.store == S_BYTES or c.store == S_LIST:
        if reserve(&c.offsets, (row + 2) * 4):
            return P_MEMORY
        last = offsets_of(c)[c.length]
        if last:
            for i in range(c.length + 1, row + 1):
                offsets_of(c)[i] = last
    c.length = row
    return P_DONE


cdef void truncate(Column *c, int64_t row) noexcept nogil:
    """Forget the values from `row` on."""
    cdef int i
    cdef int64_t end = c.length
    if end <= row:
        return
    if c.valid.data != NULL:
        clear_bits(&c.valid, row, end)
    if c.store == S_INTEGER or c.store == S_DICTIONARY:
        memset(c.data.data + row * c.width, 0, (end - row) * c.width)
    elif c.store == S_BOOLEAN:
        clear_bits(&c.data, row, end)
    elif c.store == S_STRUCT:
        for i in range(c.child_count):
            truncate(c.children[i], row)
    else:
        c.data.size = offsets_of(c)[row]
        if c.store == S_LIST:
            truncate(c.children[0], offsets_of(c)[row])
        memset(c.offsets.data + (row + 1) * 4, 0, (end - row) * 4)
    c.length = row


cdef inline int ready(Column *c, int64_t row) noexcept nogil:
    """Make `row` the next one, with room for it: whatever stands there is forgotten."""
    if c.length == row and row < c.room:
        return P_DONE
    return make_ready(c, row)


cdef int make_ready(Column *c, int64_t row) noexcept nogil:
    cdef int64_t rows = MOST
    if c.length < row and skip_rows(c, row):
        return P_MEMORY
    truncate(c, row)
    if row < c.room:
        return P_DONE
    if c.store == S_INTEGER or c.store == S_DICTIONARY:
        if reserve(&c.data, (row + 1) * c.width):
            return P_MEMORY
        rows = c.data.capacity // c.width
    elif c.store == S_BOOLEAN:
        if reserve(&c.data, (row >> 3) + 1):
            return P_MEMORY
        rows = c.data.capacity * 8
    elif c.store != S_STRUCT:
        if reserve(&c.offsets, (row + 2) * 4):
            return P_MEMORY
        rows = c.offsets.capacity // 4 - 1
    if c.valid.data != NULL:
        if reserve(&c.valid, (row >> 3) + 1):
            return P_MEMORY
        rows = min(rows, <int64_t> c.valid.capacity * 8)
    c.room = rows
    return P_DONE


cdef inline int put(Column *c, int64_t row) noexcept nogil:
    """The value of `row`, which is the next one and was made ready, was written."""
    c.length = row + 1
    if c.valid.data != NULL:
        c.valid.data[row >> 3] |= 1 << (row & 7)
    return P_DONE


cdef int use_width(Column *c, int width) noexcept nogil:
    """Give every value more bytes."""
    cdef Buffer wide
    cdef int64_t i
    cdef uint64_t v
    cdef int64_t s
    memset(&wide, 0, sizeof(Buffer))
    if reserve(&wide, (c.length + 1) * width):
        return P_MEMORY
    for i in range(c.length):
        v = load(c.data.data + i * c.width, c.width, False)
        if c.is_signed:
            s = <int64_t> (v << (64 - 8 * c.width)) >> (64 - 8 * c.width)
            v = <uint64_t> s
        memcpy(wide.data + i * width, &v, width)
    free_buffer(&c.data)
    c.data = wide
    c.width = width
    c.room = 0
    return P_DONE


cdef inline int add_number(Column *c, uint64_t v, int64_t row) noexcept nogil:
    """A number of at most `width` bytes (in two's complement)."""
    if ready(c, row):
        return P_MEMORY
    if c.width == 4:
        (<uint32_t *> c.data.data)[row] = <uint32_t> v
    elif c.width == 1:
        c.data.data[row] = <uint8_t> v
    elif c.width == 2:
        (<uint16_t *> c.data.data)[row] = <uint16_t> v
    else:
        (<uint64_t *> c.data.data)[row] = v
    return put(c, row)


cdef int add_boolean(Column *c, bint v, int64_t row) noexcept nogil:
    if ready(c, row):
        return P_MEMORY
    if v:
        c.data.data[row >> 3] |= 1 << (row & 7)
    return put(c, row)


cdef inline char *room(Column *c, size_t n, int64_t row) noexcept nogil:
    """Where n bytes may be written for `row`; NULL when there is no memory."""
    if ready(c, row) or reserve(&c.data, c.data.size + n + 1):
        return NULL
    return <char *> c.data.data + c.data.size


cdef inline int written(Column *c, size_t n, int64_t row) noexcept nogil:
    """n bytes were written there."""
    c.data.size += n
    if c.data.size > MOST:
        return P_FULL
    offsets_of(c)[row + 1] = <uint32_t> c.data.size
    return put(c, row)


cdef int add_bytes(Column *c, const uint8_t *p, size_t n, int64_t row) noexcept nogil:
    cdef char *out = room(c, n, row)
    if out == NULL:
        return P_MEMORY
    memcpy(out, p, n)
    return written(c, n, row)


cdef int open_list(Column *c, int64_t row) noexcept nogil:
    """Begin the list of `row`, empty so far."""
    if ready(c, row):
        return P_MEMORY
    offsets_of(c)[row + 1] = offsets_of(c)[row]
    return put(c, row)


cdef inline int close_list(Column *c, int64_t row) noexcept nogil:
    """The list of `row` goes to the last row of the child."""
    if c.children[0].length > MOST:
        return P_FULL
    offsets_of(c)[row + 1] = <uint32_t> c.children[0].length
    return P_DONE


cdef inline int64_t hashed(uint64_t v, int64_t mask) noexcept nogil:
    return ((v * 0x9e3779b97f4a7c15ULL) >> 32) & mask


cdef int64_t new_index(Lookup *lookup, uint64_t v) noexcept nogil:
    """The index of a large value, or of one seen for the first time; negative when there is no memory."""
    cdef int64_t mask, at = 0
    cdef uint32_t *slots = NULL
    cdef uint64_t *values
    cdef Buffer larger
    cdef uint32_t i
    if v > 255:
        if (lookup.count + 1) * 8 > lookup.slots.capacity:        # at most half full
            memset(&larger, 0, sizeof(Buffer))
            if reserve(&larger, lookup.slots.capacity * 4 if lookup.slots.capacity else 256):
                return P_MEMORY
            slots = <uint32_t *> larger.data
            values = <uint64_t *> lookup.values.data
            mask = larger.capacity // 4 - 1
            for i in range(lookup.count):
                at = hashed(values[i], mask)
                while slots[at]:
                    at = (at + 1) & mask
                slots[at] = i + 1
            free_buffer(&lookup.slots)
            lookup.slots = larger
        slots = <uint32_t *> lookup.slots.data
        values = <uint64_t *> lookup.values.data
        mask = lookup.slots.capacity // 4 - 1
        at = hashed(v, mask)
        while slots[at]:
            if values[slots[at] - 1] == v:
                return slots[at] - 1
            at = (at + 1) & mask
    if reserve(&lookup.values, (lookup.count + 1) * 8):
        return P_MEMORY
    (<uint64_t *> lookup.values.data)[lookup.count] = v
    lookup.count += 1
    if v > 255:
        slots[at] = lookup.count
    else:
        lookup.direct[v] = lookup.count
    return lookup.count - 1


cdef inline int add_entry(Column *c, uint64_t v, int64_t row) noexcept nogil:
    """A value of a dictionary column."""
    cdef Lookup *lookup = c.lookup
    cdef int64_t index
    if lookup == NULL:
        c.lookup = lookup = <Lookup *> calloc(1, sizeof(Lookup))
        if lookup == NULL:
            return P_MEMORY
    elif lookup.last == v:
        return add_number(c, lookup.last_index, row)
    if v < 256 and lookup.direct[v]:
        index = lookup.direct[v] - 1
    else:
        index = new_index(lookup, v)
        if index < 0:
            return P_MEMORY
        if c.width < 8 and index >> (8 * c.width) and use_width(c, c.width * 2):
            return P_MEMORY
    lookup.last = v
    lookup.last_index = <uint32_t> index
    return add_number(c, index, row)


cdef void repeat(Column *c, int64_t row, int64_t end) noexcept nogil:
    """The value of the last row, `row`, again for the rows up to `end`; for which there is room."""
    cdef int64_t i
    cdef uint8_t *data = c.data.data
    if c.width == 1:
        memset(data + row + 1, data[row], end - row - 1)
    elif c.width == 4:
        for i in range(row + 1, end):
            (<uint32_t *> data)[i] = (<uint32_t *> data)[row]
    else:
        for i in range(row + 1, end):
            memcpy(data + i * c.width, data + row * c.width, c.width)


cdef int finish_column(Column *c, int64_t rows) noexcept nogil:
    """Fill up to the number of rows and count the nulls."""
    cdef int i
    cdef int64_t at, present = 0
    cdef uint8_t bits
    c.absent = c.length == 0
    if c.absent:
        c.length = rows
        c.nulls = 0 if c.filled else rows
    elif c.length < rows and skip_rows(c, rows):
        return P_MEMORY
    if not c.absent:
        if c.store == S_INTEGER or c.store == S_DICTIONARY:
            if reserve(&c.data, rows * c.width):
                return P_MEMORY
        elif c.store == S_BOOLEAN:
            if reserve(&c.data, (rows + 7) // 8):
                return P_MEMORY
        if c.valid.data != NULL:
            if reserve(&c.valid, (rows + 7) // 8):
                return P_MEMORY
            for at in range((rows + 7) // 8):
                bits = c.valid.data[at]
                while bits:
                    bits &= bits - 1
                    present += 1
            c.nulls = rows - present
        if c.store == S_BYTES and c.width and as_fixed(c):
            return P_MEMORY
    for i in range(c.child_count):
        at = rows
        if c.store == S_LIST:
            at = 0 if c.absent else offsets_of(c)[rows]
        if finish_column(c.children[i], at):
            return P_MEMORY
    return P_DONE


cdef int as_fixed(Column *c) noexcept nogil:
    """Store bytes that are all of one length as that: without offsets."""
    cdef Buffer fixed
    cdef uint32_t *offsets = offsets_of(c)
    cdef int64_t i
    cdef uint32_t n, width = 0
    for i in range(c.length):
        n = offsets[i + 1] - offsets[i]
        if n == 0 and c.valid.data != NULL and not c.valid.data[i >> 3] >> (i & 7) & 1:
            continue
        if n == 0 or width and n != width:
            return P_DONE
        width = n
    memset(&fixed, 0, sizeof(Buffer))
    if reserve(&fixed, c.length * width):
        return P_MEMORY
    for i in range(c.length):
        memcpy(fixed.data + i * width, c.data.data + offsets[i], offsets[i + 1] - offsets[i])
    free_buffer(&c.data)
    free_buffer(&c.offsets)
    c.data = fixed
    c.store = S_FIXED
    c.width = width
    return P_DONE


cdef size_t bytes_in(Column *c) noexcept nogil:
    """Bytes of all buffers that hold values."""
    cdef size_t n = 0
    cdef int i
    if not c.absent:
        if c.valid.data != NULL:
            n += (c.length + 7) // 8
        if c.store == S_INTEGER or c.store == S_DICTIONARY or c.store == S_FIXED:
            n += c.length * c.width
        elif c.store == S_BOOLEAN:
            n += (c.length + 7) // 8
        elif c.store != S_STRUCT:
            n += (c.length + 1) * 4 + c.data.size
    for i in range(c.child_count):
        n += bytes_in(c.children[i])
    if c.dictionary != NULL:
        n += bytes_in(c.dictionary)
    return n
