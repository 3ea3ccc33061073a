# Values again: a payload that is the same as in the row before is not read again, what came of it is copied.

cdef inline bint has_value(const Column *c, int64_t row) noexcept nogil:
    return row < c.length and (c.valid.data == NULL or c.valid.data[row >> 3] >> (row & 7) & 1)


cdef int copy_row(Column *c, int64_t row, int64_t to) noexcept nogil:
    """The value of a row again, in the next one, for which there is room; of a struct, that it is there."""
    cdef char *out
    cdef uint32_t start, end, size
    cdef int result
    if c.store == S_INTEGER or c.store == S_DICTIONARY:
        memcpy(c.data.data + to * c.width, c.data.data + row * c.width, c.width)
        return put(c, to)
    if c.store == S_BOOLEAN:
        return add_boolean(c, c.data.data[row >> 3] >> (row & 7) & 1, to)
    if c.store == S_STRUCT:
        return put(c, to)
    start = offsets_of(c)[row]
    size = offsets_of(c)[row + 1] - start
    if c.store == S_LIST:
        end = offsets_of(c)[to]
        if open_list(c, to):
            return P_MEMORY
        result = copy_rows(c.children[0], start, size, end, 1)
        return result or close_list(c, to)
    out = room(c, size, to)
    if out == NULL:
        return P_MEMORY
    memcpy(out, c.data.data + start, size)
    return written(c, size, to)


cdef int copy_rows(Column *c, int64_t first, int64_t count, int64_t to, int64_t times) noexcept nogil:
    """`count` rows from `first` on again, so many times, from the row `to` on: the column ends there."""
    cdef bint texts = c.store == S_TEXT or c.store == S_BYTES or c.store == S_LIST
    cdef int64_t k, j, at = to
    cdef int i, result
    if c.store == S_STRUCT:
        for i in range(c.child_count):
            if c.children[i].length > first:
                result = copy_rows(c.children[i], first, count, to, times)
                if result:
                    return result
    if make_ready(c, to, count * times):
        return P_MEMORY
    for k in range(times):
        for j in range(first, first + count):
            if has_value(c, j):
                result = copy_row(c, j, at)
                if result:
                    return result
            else:
                if texts:
                    offsets_of(c)[at + 1] = offsets_of(c)[at]
                c.length = at + 1
            at += 1
    return P_DONE


cdef int copy_value(Column *c, int64_t row, int64_t times) noexcept nogil:
    """What stands in the last row, so many times more."""
    cdef char *out
    cdef uint32_t *offsets
    cdef uint32_t start, size
    cdef int64_t k
    cdef int result
    if c.store == S_TEXT or c.store == S_BYTES:
        start = offsets_of(c)[row]
        size = offsets_of(c)[row + 1] - start
        if make_ready(c, row + 1, times) or reserve(&c.data, c.data.size + size * times + 1):
            return P_MEMORY
        if c.data.size + size * times > MOST:
            return P_FULL
        out = <char *> c.data.data + c.data.size
        offsets = offsets_of(c) + row + 1
        for k in range(times):
            memcpy(out + k * size, out - size, size)
            offsets[k + 1] = offsets[k] + size
        c.data.size += size * times
        return end_rows(c, row + 1, times)
    if c.store == S_LIST:
        start = offsets_of(c)[row]
        size = offsets_of(c)[row + 1] - start
        if make_ready(c, row + 1, times):
            return P_MEMORY
        if start + size + size * times > MOST:
            return P_FULL
        result = copy_rows(c.children[0], start, size, start + size, times)
        if result:
            return result
        offsets = offsets_of(c) + row + 1
        for k in range(times):
            offsets[k + 1] = offsets[k] + size
        return end_rows(c, row + 1, times)
    return copy_rows(c, row, 1, row + 1, times)


cdef inline int64_t same_payloads(const uint8_t *p, Py_ssize_t n, Py_ssize_t stride, int64_t most) noexcept nogil:
    """How many payloads of n bytes, that far apart, are as the first; that is one of them."""
    cdef int64_t count = 1
    while count < most and memcmp(p, p + count * stride, n) == 0:
        count += 1
    return count
