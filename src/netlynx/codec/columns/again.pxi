# Values again: a payload that is the same as in the row before is not read again, what came of it is copied.

cdef inline bint has_value(const Column *c, int64_t row) noexcept nogil:
    return row < c.length and (c.valid.data == NULL or c.valid.data[row >> 3] >> (row & 7) & 1)


cdef inline void copy_bytes(uint8_t *data, size_t start, size_t size, size_t to, int64_t times) noexcept nogil:
    """`size` bytes again, so many times, for which there is room at `to`: each copy is of all that were made."""
    cdef size_t made = size, wanted = size * times
    if wanted == 0:
        return
    memcpy(data + to, data + start, size)
    while made < wanted:
        size = min(made, wanted - made)
        memcpy(data + to + made, data + to, size)
        made += size


cdef int copy_bits(Buffer *b, int64_t first, int64_t count, int64_t to, int64_t times) noexcept nogil:
    """The bits that are set among `count` from `first` on, so many times, from `to` on, where none is."""
    cdef int64_t i, j, k
    for j in range(count):
        if not b.data[(first + j) >> 3] >> ((first + j) & 7) & 1:
            continue
        if count == 1:
            return set_bits(b, to, to + times)
        i = to + j
        for k in range(times):
            b.data[i >> 3] |= 1 << (i & 7)
            i += count
    return P_DONE


cdef int copy_texts(Column *c, int64_t first, int64_t count, int64_t to, int64_t times) noexcept nogil:
    """Of texts, what they are and where they end."""
    cdef uint32_t *offsets = offsets_of(c)
    cdef uint32_t start = offsets[first]
    cdef int64_t size = offsets[first + count] - start, at = to, k, j
    if reserve(&c.data, c.data.size + size * times + 1):
        return P_MEMORY
    if c.data.size + size * times > MOST:
        return P_FULL
    copy_bytes(<uint8_t *> c.data.data, start, size, c.data.size, times)
    c.data.size += size * times
    for k in range(times):
        for j in range(first, first + count):
            offsets[at + 1] = offsets[at] + (offsets[j + 1] - offsets[j])
            at += 1
    return P_DONE


cdef int copy_lists(Column *c, int64_t first, int64_t count, int64_t to, int64_t times) noexcept nogil:
    """Of lists, one after the other."""
    cdef int64_t k, j, at = to
    cdef uint32_t start, end
    cdef int result
    for k in range(times):
        for j in range(first, first + count):
            start = offsets_of(c)[j]
            end = offsets_of(c)[at]
            if has_value(c, j):
                result = open_list(c, at) or copy_rows(c.children[0], start, offsets_of(c)[j + 1] - start, end, 1)
                result = result or close_list(c, at)
                if result:
                    return result
            else:
                offsets_of(c)[at + 1] = end
                c.length = at + 1
            at += 1
    return P_DONE


cdef int copy_rows(Column *c, int64_t first, int64_t count, int64_t to, int64_t times) noexcept nogil:
    """`count` rows from `first` on again, so many times, from the row `to` on: the column ends there. What has no value
    has zeros for one."""
    cdef int i, result = P_DONE
    if c.store == S_STRUCT:
        for i in range(c.child_count):
            if c.children[i].length > first:
                result = copy_rows(c.children[i], first, count, to, times)
                if result:
                    return result
    if make_ready(c, to, count * times):
        return P_MEMORY
    if count * times == 0:       # of an empty list, in a column that may have no memory yet
        return P_DONE
    if c.store == S_LIST:
        return copy_lists(c, first, count, to, times)
    if c.store == S_TEXT or c.store == S_BYTES:
        result = copy_texts(c, first, count, to, times)
    elif c.store == S_BOOLEAN:
        result = copy_bits(&c.data, first, count, to, times)
    elif c.store != S_STRUCT:
        copy_bytes(<uint8_t *> c.data.data, first * c.width, count * c.width, to * c.width, times)
    if result == P_DONE and c.valid.data != NULL:
        result = copy_bits(&c.valid, first, count, to, times)
    c.length = to + count * times
    return result


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
