# Text like the text before. Messages of one table mostly have the same attributes at the same places: of such a one
# only the values that differ are written anew, the text between them is copied.

cdef enum:
    STENCILS = 8             # kept, found by the message's size
    STENCIL_BYTES = 512      # of the longest message that is kept
    STENCIL_TEXT = 2048
    STENCIL_HOLES = 24       # values that may differ
    STENCIL_LENGTHS = 4      # lengths of prefixes that may differ

cdef struct Hole:                # a value that depends on nothing but its payload, and a prefix's length
    int at                       # where the payload stands in the message
    int size
    int number                   # of the field
    int text                     # where the value stands in the text …
    int end                      # … and ends

cdef struct Stencil:
    int size                     # of the message
    int text_size                # 0: there is none
    int hole_count
    int length_count
    int lengths[4]               # places in the header: STENCIL_LENGTHS
    Hole holes[24]               # in order of text: STENCIL_HOLES
    int order[24]                # their numbers in order of the message
    uint8_t bytes[512]           # STENCIL_BYTES
    char text[2048]              # STENCIL_TEXT


cdef inline bint stands_alone(const Field *f) noexcept nogil:
    """Whether a value can be written without what is around it, but for the header, and nothing around it depends on it."""
    cdef int kind = f.kind
    return not f.options & (O_MULTI | O_FAMILY | O_SELECTOR) and (
        kind == K_INTEGER or kind == K_IP or kind == K_PREFIX or kind == K_STRING or kind == K_BINARY
        or kind == K_MAC or kind == K_VIA or kind == K_LABELS)


cdef inline void note_hole(Print *t, Leaf *leaf, int number, Place *place, size_t text) noexcept nogil:
    """A value of the outermost record was written, from `text` on."""
    cdef Hole *hole
    if t.hole_count < 0:
        return
    if t.hole_count == STENCIL_HOLES:
        t.hole_count = -1
        return
    hole = &t.holes[t.hole_count]
    t.hole_count += 1
    hole.at = <int> (place.p - leaf.header)
    hole.size = <int> place.size
    hole.number = number
    hole.text = <int> (text - t.begun)
    hole.end = <int> (t.out.size - t.begun)


cdef bint may_differ(Sheet *s, Hole *holes, int hole_count, int position) noexcept nogil:
    """Whether a byte of the header is nothing but the length of prefixes that are all written anew with it."""
    cdef int i, k
    cdef Field *f
    for i in range(s.line_count):
        f = s.lines[i].head
        if f != NULL and f.position <= position < f.position + f.width:
            return False
        f = s.lines[i].field
        if f.kind == K_PREFIX and f.position == position:
            for k in range(hole_count):
                if holes[k].number == s.lines[i].number:
                    break
            else:
                return False
    return True


cdef void cut_stencil(Print *t, Sheet *s, const uint8_t *p, Py_ssize_t n) noexcept nogil:
    """Keep what was just written of a message."""
    cdef Stencil *kept = &t.stencils[(n >> 2) % STENCILS]
    cdef size_t text_size = t.out.size - t.begun
    cdef int i, k, position
    if t.hole_count < 0 or n > STENCIL_BYTES or text_size > STENCIL_TEXT:
        return
    kept.size = <int> n
    kept.text_size = <int> text_size
    kept.hole_count = t.hole_count
    kept.length_count = 0
    memcpy(kept.bytes, p, n)
    memcpy(kept.text, t.out.data + t.begun, text_size)
    memcpy(kept.holes, t.holes, t.hole_count * sizeof(Hole))
    for i in range(kept.hole_count):
        k = i
        while k > 0 and kept.holes[kept.order[k - 1]].at > kept.holes[i].at:
            kept.order[k] = kept.order[k - 1]
            k -= 1
        kept.order[k] = i
        if s.fields[kept.holes[i].number].kind == K_PREFIX and kept.length_count < STENCIL_LENGTHS:
            position = s.fields[kept.holes[i].number].position
            if may_differ(s, kept.holes, kept.hole_count, position):
                kept.lengths[kept.length_count] = position
                kept.length_count += 1


cdef int print_like(Print *t, Sheet *s, const uint8_t *p, Py_ssize_t n) noexcept nogil:
    """Write a message that differs from the one kept in nothing but values; J_RECORD if it does not, or not well."""
    cdef Stencil *kept = &t.stencils[(n >> 2) % STENCILS]
    cdef uint8_t header[HEADER_MOST]
    cdef bint differs[STENCIL_HOLES]
    cdef bint lengths = False
    cdef Py_ssize_t at = s.size
    cdef Hole *hole
    cdef Leaf leaf
    cdef int i, copied = 0, result
    if kept.size != n or kept.text_size == 0 or s.size > HEADER_MOST:
        return J_RECORD
    memcpy(header, p, s.size)
    for i in range(kept.length_count):
        if header[kept.lengths[i]] != kept.bytes[kept.lengths[i]]:
            header[kept.lengths[i]] = kept.bytes[kept.lengths[i]]
            lengths = True
    if memcmp(header, kept.bytes, s.size) != 0:
        return J_RECORD
    for i in range(kept.hole_count):
        hole = &kept.holes[kept.order[i]]
        if not nlx_same(kept.bytes + at, p + at, hole.at - at):
            return J_RECORD
        at = hole.at + hole.size
        differs[kept.order[i]] = not nlx_same(kept.bytes + hole.at, p + hole.at, hole.size)
    if at < n and memcmp(kept.bytes + at, p + at, n - at) != 0:
        return J_RECORD
    leaf.outer = NULL
    leaf.sheet = s
    leaf.header = p
    leaf.header_size = s.size
    leaf.depth = 0
    leaf.places = 0
    leaf.begun = p
    leaf.end = p + n
    for i in range(kept.hole_count):
        hole = &kept.holes[i]
        if differs[i] or lengths and s.fields[hole.number].kind == K_PREFIX:
            result = say(t, kept.text + copied, hole.text - copied)
            if not result:
                result = print_value(t, &leaf, hole.number, p + hole.at, hole.size, p)
            if result:
                return result
            copied = hole.end
    return say(t, kept.text + copied, kept.text_size - copied)
