# Marks: where the attributes of a message stand, and the length and type of each. A message of the same size with the
# same marks has the same attributes at the same places, so nothing in it needs to be searched or checked again.

cdef enum:
    MOST_MARKS = 64              # a flow of Open vSwitch has some 40: a key, its mask and the rest

cdef struct Mark:
    int32_t at                   # of an attribute, from the first byte of the payload
    uint32_t head                # its length and type

cdef struct Marks:
    Py_ssize_t size              # of the payload
    int count
    Mark marks[64]               # MOST_MARKS


cdef inline bint add_mark(Marks *m, const uint8_t *p, Py_ssize_t at) noexcept nogil:
    """Note the attribute at p + at; False when there are too many."""
    if m.count == MOST_MARKS:
        return False
    m.marks[m.count].at = <int32_t> at
    memcpy(&m.marks[m.count].head, p + at, NLA_HDRLEN)
    m.count += 1
    return True


cdef inline bint same_marks(const Marks *m, const uint8_t *p) noexcept nogil:
    """Whether a payload of the same size has these marks. One after the other: where they are the same so far, the
    next one stands where it stood."""
    cdef int i
    cdef uint32_t head
    for i in range(m.count):
        memcpy(&head, p + m.marks[i].at, NLA_HDRLEN)
        if head != m.marks[i].head:
            return False
    return True
