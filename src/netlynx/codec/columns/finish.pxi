# The end of a table: columns filled up to the last row, nulls counted, what turned out simpler stored so.

cdef int finish_column(Column *c, int64_t rows) noexcept nogil:
    """Bring to the number of rows and count the nulls."""
    cdef int i
    cdef int64_t at, present = 0
    cdef uint8_t bits
    truncate(c, rows)            # of a message that was refused half-way
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
