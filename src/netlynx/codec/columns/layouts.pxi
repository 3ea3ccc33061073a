# Layouts: messages that look like ones before them, but for the values. The tables that are large are so because one
# kind of message comes again and again; what has to be looked up and checked for such a message is the same each
# time, so it is done once. A layout is its marks (see decode/marks.pxi) and the moves that take its payloads to their
# columns. Messages of one layout that follow each other are taken in together, column by column.
#
# Mostly what depends on nothing but marks is in a layout: payloads of a size that fits their kind whatever is in them.
# Lists and flags may be in it as well: where one of those is strange, or has something in it that is unknown, what was
# taken in together is forgotten, and the messages are taken in one by one (`Columns.one_by_one`).
# All other messages are taken in by columns/rows.pxi; what comes of it is the same.

cdef enum:
    LAYOUTS = 8                  # remembered for one table, found by the message's size
    MOST_MOVES = 160             # the socket of a TCP connection has some 130 values
    MOST_TEXTS = 4
    TOGETHER = 128               # messages taken in together: so few that they stay in the processor's first cache
    LAYOUT_PATIENCE = 3          # messages that pass by before a layout is given up for another of the same place

# How values get to their column.
cdef enum:
    M_VALUE = 0                  # each by itself, with `add_value`
    M_WORD = 1                   # 4 bytes as they are
    M_IPV4 = 2                   # text of an IPv4 address
    M_PREFIX4 = 3                # the same with the length that stands in the header
    M_STRUCT = 4                 # the struct around values: that it is there
    M_COPY = 5                   # 1, 2 or 8 bytes as they are
    M_BITS = 6                   # the number of a bit field
    M_ENTRY = 7                  # a number that has a name
    M_SWAP = 8                   # a number in network byte order

cdef struct Move:
    Column *column
    int32_t how
    int32_t at                   # of the payload
    int32_t size

cdef struct Layout:
    Marks marks
    bint known                   # else there is no layout for messages with these marks
    bint has_prefix              # which is something else in MPLS
    int misses
    int count
    Move moves[160]              # MOST_MOVES
    int text_count
    int32_t texts[4]             # of the moves, those of texts, which fit where they are one each: MOST_TEXTS


# ---------------------------------------------------------------------------------------------- taking in

cdef int begin_rows(Column *c, int64_t row, int64_t count) noexcept nogil:
    """Make `row` the next one, with room for `count` of them."""
    if c.length == row and row + count <= c.room:
        return P_DONE
    return make_ready(c, row, count)


cdef int end_rows(Column *c, int64_t row, int64_t count) noexcept nogil:
    """The values of `count` rows from `row` on, which were made ready, were written."""
    c.length = row + count
    return set_bits(&c.valid, row, row + count) if c.valid.data != NULL else P_DONE


cdef int move_words(Column *c, const uint8_t *p, Py_ssize_t stride, int64_t row, int64_t count) noexcept nogil:
    cdef uint32_t *out
    cdef int64_t i
    if begin_rows(c, row, count):
        return P_MEMORY
    out = <uint32_t *> c.data.data + row
    for i in range(count):
        memcpy(out + i, p, 4)
        p += stride
    return end_rows(c, row, count)


cdef int copy_numbers(Column *c, const uint8_t *p, int size, Py_ssize_t stride, int64_t row, int64_t count) noexcept nogil:
    """Numbers of 1, 2, 4 or 8 bytes, to a column of that width."""
    cdef uint8_t *out
    cdef int64_t i
    if begin_rows(c, row, count):
        return P_MEMORY
    out = c.data.data + row * size
    if size == 8:
        for i in range(count):
            memcpy(out + 8 * i, p, 8)
            p += stride
    elif size == 4:
        for i in range(count):
            memcpy(out + 4 * i, p, 4)
            p += stride
    elif size == 2:
        for i in range(count):
            memcpy(out + 2 * i, p, 2)
            p += stride
    else:
        for i in range(count):
            out[i] = p[0]
            p += stride
    return end_rows(c, row, count)


cdef int swap_numbers(Column *c, const uint8_t *p, int size, Py_ssize_t stride, int64_t row, int64_t count) noexcept nogil:
    """The same of numbers in network byte order."""
    cdef uint64_t v
    cdef int64_t i
    if begin_rows(c, row, count):
        return P_MEMORY
    for i in range(row, row + count):
        v = load(p, size, True)
        if size == 2:
            (<uint16_t *> c.data.data)[i] = <uint16_t> v
        elif size == 4:
            (<uint32_t *> c.data.data)[i] = <uint32_t> v
        elif size == 8:
            (<uint64_t *> c.data.data)[i] = v
        else:
            c.data.data[i] = <uint8_t> v
        p += stride
    return end_rows(c, row, count)


cdef int move_bits(Column *c, const uint8_t *p, Py_ssize_t stride, int64_t row, int64_t count) noexcept nogil:
    """Numbers of bit fields, whatever their column is."""
    cdef int64_t i
    cdef uint64_t v
    for i in range(count):
        v = bits_at(c.field, p)
        if c.store == S_BOOLEAN:
            if add_boolean(c, v, row + i):
                return P_MEMORY
        elif c.store == S_DICTIONARY:
            if add_entry(c, v, row + i):
                return P_MEMORY
        elif add_number(c, v, row + i):
            return P_MEMORY
        p += stride
    return P_DONE


cdef int move_entries(Column *c, const uint8_t *p, int size, Py_ssize_t stride, int64_t row, int64_t count) noexcept nogil:
    """Numbers that have names."""
    cdef int64_t i
    cdef bint big = c.options & O_BIG
    for i in range(count):
        if add_entry(c, load(p, size, big), row + i):
            return P_MEMORY
        p += stride
    return P_DONE


cdef int move_ipv4(Column *c, const uint8_t *p, Py_ssize_t stride, int64_t row, int64_t count) noexcept nogil:
    cdef char *out
    cdef uint32_t *offsets
    cdef uint32_t used
    cdef int64_t i
    if begin_rows(c, row, count) or reserve(&c.data, c.data.size + count * 16):
        return P_MEMORY
    out = <char *> c.data.data
    used = <uint32_t> c.data.size
    offsets = offsets_of(c) + row + 1
    for i in range(count):
        used += put_ipv4(out + used, p)
        offsets[i] = used
        p += stride
    c.data.size = used
    return P_FULL if used > MOST else end_rows(c, row, count)


cdef int move_prefixes(Column *c, const uint8_t *p, const uint8_t *length, Py_ssize_t stride, int64_t row,
                       int64_t count) noexcept nogil:
    cdef char *out
    cdef uint32_t *offsets
    cdef uint32_t used
    cdef int64_t i
    if begin_rows(c, row, count) or reserve(&c.data, c.data.size + count * 20):
        return P_MEMORY
    out = <char *> c.data.data
    used = <uint32_t> c.data.size
    offsets = offsets_of(c) + row + 1
    for i in range(count):
        used += put_ipv4(out + used, p)
        out[used] = c"/"
        memcpy(out + used + 1, octets_[length[0]].text, 4)
        used += octets_[length[0]].size          # of the digits and a dot, which is as much as a slash
        offsets[i] = used
        p += stride
        length += stride
    c.data.size = used
    return P_FULL if used > MOST else end_rows(c, row, count)


cdef int move_values(Intake *t, const Move *move, const uint8_t *p, Py_ssize_t stride, int64_t row,
                     int64_t count) noexcept nogil:
    cdef Column *c = move.column
    cdef bint alone = c.kind != K_PREFIX and not c.options & (O_CONTEXT | O_FAMILY)     # it is what its bytes say
    cdef int64_t i = 0, same = 1
    cdef int result
    while i < count:
        t.root.at = p
        result = add_value(t, c, p + move.at, move.size, row + i)
        if result:
            return result
        if alone:
            same = same_payloads(p + move.at, move.size, stride, count - i)
            if same > 1 and c.length > row + i:
                result = copy_value(c, row + i, same - 1)
                if result:
                    return result
        i += same
        p += same * stride
    return P_DONE


cdef int move_presence(Column *c, int64_t row, int64_t count) noexcept nogil:
    cdef int64_t i
    if c.store == S_BOOLEAN:
        for i in range(count):
            if add_boolean(c, True, row + i):
                return P_MEMORY
        return P_DONE
    return P_MEMORY if begin_rows(c, row, count) else end_rows(c, row, count)


cdef int add_messages(Intake *t, const Layout *layout, const uint8_t *p, Py_ssize_t stride,
                      int64_t count) noexcept nogil:
    """`count` rows of messages of one layout, whose payloads stand `stride` bytes apart. Their headers' members are
    those of the current run. `rows` does not count them yet. Where it is no P_DONE, some rows may be half there."""
    cdef const Move *move
    cdef Column *c
    cdef int i, how, result
    t.root.left = layout.marks.size
    for i in range(layout.count):
        move = &layout.moves[i]
        c = move.column
        how = move.how
        if how == M_WORD and c.width == 4:       # it may have become wider for a number met elsewhere
            result = move_words(c, p + move.at, stride, t.rows, count)
        elif how == M_COPY and c.width == move.size:
            result = copy_numbers(c, p + move.at, move.size, stride, t.rows, count)
        elif how == M_SWAP and c.width == move.size:
            result = swap_numbers(c, p + move.at, move.size, stride, t.rows, count)
        elif how == M_BITS:
            result = move_bits(c, p + move.at, stride, t.rows, count)
        elif how == M_ENTRY:
            result = move_entries(c, p + move.at, move.size, stride, t.rows, count)
        elif how == M_PREFIX4:
            result = move_prefixes(c, p + move.at, p + c.position, stride, t.rows, count)
        elif how == M_IPV4:
            result = move_ipv4(c, p + move.at, stride, t.rows, count)
        elif how == M_STRUCT:
            result = move_presence(c, t.rows, count)
        else:
            result = move_values(t, move, p, stride, t.rows, count)
        if result:
            return result
    return P_DONE


cdef int add_headers(Intake *t, const uint8_t *p, Py_ssize_t stride, int64_t count) noexcept nogil:
    """The members that are shown of `count` headers, `stride` bytes apart, where each message has another one."""
    cdef Level *s = t.root
    cdef Column *c
    cdef Field *f
    cdef const uint8_t *header
    cdef int64_t k
    cdef int i, result
    for i in range(s.head_count):
        c = s.columns[s.heads[i]]
        f = &s.fields[s.heads[i]]
        if c.unwanted:
            continue
        if f.bare and c.store == S_INTEGER and c.width == f.width:
            if copy_numbers(c, p + f.position, f.width, stride, t.rows, count):
                return P_MEMORY
            continue
        if f.kind == K_INTEGER and c.store == S_DICTIONARY and not f.options & O_SIGNED:
            if move_entries(c, p + f.position, f.width, stride, t.rows, count):
                return P_MEMORY
            continue
        header = p
        for k in range(count):
            t.root.at = header
            result = add_value(t, c, header + f.position, member_size(f, header, s.header_size), t.rows + k)
            if result < 0:
                return result
            header += stride
    return P_DONE


cdef inline bint has_texts(const Layout *layout, const uint8_t *p) noexcept nogil:
    """Whether each text of a message with these marks is one."""
    cdef int i
    cdef const Move *move
    for i in range(layout.text_count):
        move = &layout.moves[layout.texts[i]]
        if text_size(move.column.options, p + move.at, move.size) < 0:
            return False
    return True


cdef int64_t alike(Intake *t, const Layout *layout, const uint8_t *p, Py_ssize_t left) noexcept nogil:
    """How many messages of one layout and with one header follow each other, the first being one of them; TOGETHER
    at most. With any headers of the same address family, where no run of one is going on."""
    cdef uint8_t family = p[NLMSG_HDRLEN] if layout.marks.size else 0
    cdef uint64_t first[2]
    cdef uint64_t next[2]
    cdef Py_ssize_t length = NLMSG_HDRLEN + layout.marks.size
    cdef Py_ssize_t stride = (length + 3) & ~3
    cdef int64_t count = 1
    memcpy(first, p, NLMSG_HDRLEN)
    p += stride
    left -= stride
    while left >= length and count < TOGETHER:
        memcpy(next, p, NLMSG_HDRLEN)
        if next[0] != first[0] or next[1] != first[1]:
            break
        if layout.marks.size and p[NLMSG_HDRLEN] != family or t.header_size >= 0 and not same_header(t, p + NLMSG_HDRLEN):
            break
        if not same_marks(&layout.marks, p + NLMSG_HDRLEN) or not has_texts(layout, p + NLMSG_HDRLEN):
            break
        count += 1
        p += stride
        left -= stride
    return count


# ------------------------------------------------------------------------------------------------ learning

cdef inline Layout *layout_of(Intake *t, const uint8_t *p, Py_ssize_t n) noexcept nogil:
    """The layout of a message, or NULL where there is none."""
    cdef Layout *layout = &t.layouts[(n >> 2) % LAYOUTS]
    if layout.marks.size != n or not same_marks(&layout.marks, p):
        layout.misses += 1
        if layout.marks.size and layout.misses <= LAYOUT_PATIENCE:
            return NULL
        learn_layout(t.root, layout, p, n)
    layout.misses = 0
    if not layout.known or layout.has_prefix and p[0] == MPLS or not has_texts(layout, p):
        return NULL
    return layout


cdef void learn_layout(Level *root, Layout *layout, const uint8_t *p, Py_ssize_t n) noexcept nogil:
    memset(layout, 0, sizeof(Layout))
    layout.marks.size = n
    if n < root.start or n > 0xffff:
        return
    layout.known = lay_attributes(layout, root, 0, p, root.start, n) and lay_absent(layout, root, p, 0, n)


cdef bint add_move(Layout *layout, Column *c, int how, Py_ssize_t at, Py_ssize_t size) noexcept nogil:
    cdef Move *move = &layout.moves[layout.count]
    if layout.count == MOST_MOVES or is_moved(layout, c):
        return False
    move.column = c
    move.how = how
    move.at = <int32_t> at
    move.size = <int32_t> size
    layout.count += 1
    return True


cdef bint is_moved(const Layout *layout, const Column *c) noexcept nogil:
    cdef int i
    for i in range(layout.count):
        if layout.moves[i].column == c:
            return True
    return False


cdef bint lay_attributes(Layout *layout, Level *s, int scope, const uint8_t *p, Py_ssize_t at,
                         Py_ssize_t end) noexcept nogil:
    """The moves of the attributes that stand in p from `at` to `end`; False where not all of them can be moved."""
    cdef Scope *attributes = &s.scopes[scope]
    cdef uint16_t head[2]
    cdef int number, field
    cdef Column *c
    cdef bint done
    while at < end:
        if end - at < NLA_HDRLEN:
            return False
        memcpy(head, p + at, NLA_HDRLEN)
        if head[0] < NLA_HDRLEN or head[0] > end - at or not add_mark(&layout.marks, p, at):
            return False
        number = head[1] & NLA_TYPE_MASK
        field = attributes.fields[number] if number < attributes.size else -1
        if field < 0:
            return False
        c = s.columns[field]
        if c == NULL:
            done = lay_attributes(layout, s, s.fields[field].item, p, at + NLA_HDRLEN, at + head[0])
        elif c.unwanted:
            done = True
        else:
            done = lay_value(layout, s, c, p, at + NLA_HDRLEN, head[0] - NLA_HDRLEN)
        if not done:
            return False
        at += (head[0] + 3) & ~3
    return True


cdef bint lay_value(Layout *layout, Level *s, Column *c, const uint8_t *p, Py_ssize_t at, Py_ssize_t n) noexcept nogil:
    cdef int kind = c.kind
    if c.options & O_MULTI:
        return False
    if kind == K_INTEGER:
        if n != 4 and n != 1 and n != 2 and n != 8 or c.store == S_BOOLEAN or c.store == S_INTEGER and n > c.width:
            return False
        if n == 4 and c.store == S_INTEGER and c.width == 4 and not c.options & O_BIG:
            return add_move(layout, c, M_WORD, at, n)
        if c.store == S_INTEGER and c.width == n and not c.options & O_BIG:
            return add_move(layout, c, M_COPY, at, n)
        if c.store == S_INTEGER and c.width == n and not c.options & O_SIGNED:
            return add_move(layout, c, M_SWAP, at, n)
        return add_move(layout, c, M_ENTRY if c.store == S_DICTIONARY and not c.options & O_SIGNED else M_VALUE, at, n)
    if kind == K_STRING:
        if layout.text_count == MOST_TEXTS or not add_move(layout, c, M_VALUE, at, n):
            return False
        layout.texts[layout.text_count] = layout.count - 1
        layout.text_count += 1
        return True
    if kind == K_PREFIX:
        if s.outer != NULL or c.position >= s.header_size or n != 4 and n != 16 or p[0] == MPLS:
            return False
        layout.has_prefix = True
        return add_move(layout, c, M_PREFIX4 if n == 4 and c.store == S_TEXT else M_VALUE, at, n)
    if kind == K_IP:
        if n != 4 and n != 16 or c.limit and n != c.limit or c.options & O_FAMILY:
            return False
        return add_move(layout, c, M_IPV4 if n == 4 and c.store == S_TEXT else M_VALUE, at, n)
    if kind == K_NEST or kind == K_STRUCT:
        return c.level != NULL and lay_record(layout, c, p, at, n)
    if kind == K_BITS:
        return (c.store != S_BOOLEAN or c.field.bits == 1) and add_move(layout, c, M_BITS, at, n)
    if kind == K_BINARY or kind == K_MAC and n <= 64:
        return add_move(layout, c, M_VALUE, at, n)
    if kind == K_FLAG or s.outer == NULL and (kind == K_SEQUENCE or kind == K_INDEXED or kind == K_ARRAY):
        return add_move(layout, c, M_VALUE, at, n)
    return False


cdef bint lay_record(Layout *layout, Column *c, const uint8_t *p, Py_ssize_t at, Py_ssize_t n) noexcept nogil:
    cdef Level *s = c.level
    cdef Field *f
    cdef int i
    if n < s.header_size or s.depth > MAX_DEPTH or s.nowhere_count or not add_move(layout, c, M_STRUCT, at, n):
        return False
    for i in range(s.head_count):
        f = &s.fields[s.heads[i]]
        if f.position + f.width > n or f.options & (O_FAMILY | O_REST):
            return False
        if not lay_value(layout, s, s.columns[s.heads[i]], p, at + f.position, f.width):
            return False
    if s.fixed:
        return n <= s.size
    if n > s.start and not lay_attributes(layout, s, 0, p, at + s.start, at + n):
        return False
    return lay_absent(layout, s, p, at, n)


cdef bint lay_absent(Layout *layout, Level *s, const uint8_t *p, Py_ssize_t at, Py_ssize_t n) noexcept nogil:
    """The members that an attribute could have overruled. A prefix whose absence means "everything" says so by its
    length, which is no mark."""
    cdef Column *c
    cdef Field *f
    cdef int i
    for i in range(s.late_count):
        c = s.columns[s.late[i]]
        f = &s.fields[s.late[i]]
        if not is_moved(layout, c) and f.position + f.width <= n and not c.unwanted:
            if c.kind != K_INTEGER or (c.options ^ f.options) & (O_BIG | O_SIGNED):
                return False
            if not lay_value(layout, s, c, p, at + f.position, f.width):
                return False
    for i in range(s.absent_count):
        if not is_moved(layout, s.columns[s.absent[i]]) and not s.columns[s.absent[i]].unwanted:
            return False
    return True
