# Dictionary columns: an index a row into the distinct values, in order of appearance.

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
