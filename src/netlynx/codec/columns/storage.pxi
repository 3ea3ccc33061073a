# What columns are kept in: the Arrow layouts, made of buffers. Nothing here needs the GIL or knows of netlink.
#
# A column has values for rows 0 … length-1. It is not told of rows without a value: the next value, or the end of
# the table, finds the gap and marks it null. So a column without values costs nothing.

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
    P_UNTRUE = 2         # it is a number where the column has room for True and False; nothing was put
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
    bint is_float                # a number is the bits of a double
    bint filled                  # where there is no value it is False, empty …: not null
    bint absent                  # it never had a value; known when the table is finished, as `nulls` is
    bint unwanted                # it never gets one, and the table is made without it
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
    # How it is filled; see columns/shape.pxi.
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
    """Let go of the values."""
    cdef int i
    if c == NULL:
        return
    for i in range(c.child_count):
        free_column(c.children[i])
    free_column(c.dictionary)
    free(c.dictionary)
    if c.lookup != NULL:
        free_buffer(&c.lookup.values)
        free_buffer(&c.lookup.slots)
        free(c.lookup)
    free_buffer(&c.valid)
    free_buffer(&c.data)
    free_buffer(&c.offsets)


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


cdef void rewind(Column *c, int64_t row) noexcept nogil:
    """Forget the values from `row` on, those too of structs and lists that were not finished."""
    cdef int i
    if c.store == S_STRUCT:
        for i in range(c.child_count):
            rewind(c.children[i], row)
    elif c.store == S_LIST and c.length > row:
        rewind(c.children[0], offsets_of(c)[row])
    truncate(c, row)


cdef inline int ready(Column *c, int64_t row) noexcept nogil:
    """Make `row` the next one, with room for it: whatever stands there is forgotten."""
    if c.length == row and row < c.room:
        return P_DONE
    return make_ready(c, row, 1)


cdef int make_ready(Column *c, int64_t row, int64_t count) noexcept nogil:
    """The same with room for `count` rows."""
    cdef int64_t end = row + count, rows = MOST
    if c.length < row and skip_rows(c, row):
        return P_MEMORY
    truncate(c, row)
    if end <= c.room:
        return P_DONE
    if c.store == S_INTEGER or c.store == S_DICTIONARY:
        if reserve(&c.data, end * c.width):
            return P_MEMORY
        rows = c.data.capacity // c.width
    elif c.store == S_BOOLEAN:
        if reserve(&c.data, (end + 7) >> 3):
            return P_MEMORY
        rows = c.data.capacity * 8
    elif c.store != S_STRUCT:
        if reserve(&c.offsets, (end + 1) * 4):
            return P_MEMORY
        rows = c.offsets.capacity // 4 - 1
    if c.valid.data != NULL:
        if reserve(&c.valid, (end + 7) >> 3):
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
