# Values that come back. The next hops, metrics and tunnels of a table are mostly a few, which stand in many of its
# rows, though not in one after the other. A value that is more work to make than to find again (a nest, a list, what
# a hook makes) is kept by its bytes, and rows of the same bytes share it. What depends on more than its bytes
# (O_CONTEXT) is never kept.
#
# Where values do not come back, looking for them is given up for a while.

cdef enum:
    REPEATS = 4096           # values kept of one field; a power of two
    REPEATED_SIZE = 256      # bytes of the largest that is kept
    PATIENCE = 2048          # values made since the last that was found, before looking is given up ...
    RESPITE = 16384          # ... for so many values

cdef struct Repeat:
    uint32_t hash
    int32_t size
    int32_t depth            # of the nest that it stood in: deeper down it may be too deep
    int32_t room
    uint8_t *bytes
    PyObject *value

cdef struct Repeats:
    int32_t patience         # below 0: not looked for yet
    Repeat entries[4096]     # REPEATS; two and two for a hash


cdef inline uint32_t hash_of(const uint8_t *p, Py_ssize_t n) noexcept nogil:
    # Two words at a time, each in its own number, as one product waits for the one before.
    cdef uint64_t h = <uint64_t> n, other = 0x9E3779B97F4A7C15u, word
    while n >= 16:
        memcpy(&word, p, 8)
        h = (h ^ word) * 0x9E3779B97F4A7C15u
        memcpy(&word, p + 8, 8)
        other = (other ^ word) * 0xC2B2AE3D27D4EB4Fu
        h ^= h >> 32
        other ^= other >> 32
        p += 16
        n -= 16
    if n >= 8:
        memcpy(&word, p, 8)
        h = (h ^ word) * 0x9E3779B97F4A7C15u
        h ^= h >> 32
        p += 8
        n -= 8
    if n:
        word = 0
        memcpy(&word, p, n)
        other = (other ^ word) * 0xC2B2AE3D27D4EB4Fu
        other ^= other >> 32
    # A product carries a difference upwards only, and that of a last byte begins at the top.
    return <uint32_t> (((h ^ other >> 7) * 0x9E3779B97F4A7C15u) >> 32)


cdef PyObject *repeated(Field *f, const uint8_t *p, Py_ssize_t n, Frame *frame) except NULL:
    """The value of a payload, found or made: a new reference, or UNFIT."""
    cdef Repeats *repeats = f.repeats
    cdef Repeat *entry
    cdef PyObject *value
    cdef uint32_t hash
    cdef uint32_t deep = too_deep_
    cdef int depth = 0 if frame == NULL else frame.depth
    if frame != NULL and (frame.strict or frame.guide != NULL):
        return make_value(f, p, n, frame)
    if repeats == NULL:
        if f.options & O_CONTEXT:
            return make_value(f, p, n, frame)
        repeats = f.repeats = <Repeats *> calloc(1, sizeof(Repeats))
        if repeats == NULL:
            raise MemoryError()
        repeats.patience = PATIENCE
    if n == 0 or n > REPEATED_SIZE:
        return make_value(f, p, n, frame)
    if repeats.patience < 0:
        repeats.patience += 1
        if repeats.patience == 0:
            repeats.patience = PATIENCE
        return make_value(f, p, n, frame)
    hash = hash_of(p, n)
    entry = find_repeat(repeats, hash, p, n, depth)
    if entry != NULL:
        repeats.patience = PATIENCE
        Py_INCREF(<object> entry.value)
        return entry.value
    repeats.patience -= 1
    if repeats.patience == 0:
        repeats.patience = -RESPITE
    value = make_value(f, p, n, frame)
    if value != UNFIT and deep == too_deep_:
        keep_repeat(repeats, hash, p, n, depth, value)
    return value


cdef inline bint is_repeat(const Repeat *entry, uint32_t hash, const uint8_t *p, Py_ssize_t n, int depth) noexcept:
    return entry.hash == hash and entry.size == n and entry.depth >= depth and nlx_same(entry.bytes, p, n)


cdef inline Repeat *find_repeat(Repeats *repeats, uint32_t hash, const uint8_t *p, Py_ssize_t n, int depth) noexcept:
    """Where the value of these bytes is kept, or NULL."""
    cdef Repeat *entry = &repeats.entries[hash & (REPEATS - 2)]
    if is_repeat(entry, hash, p, n, depth):
        return entry
    return entry + 1 if is_repeat(entry + 1, hash, p, n, depth) else NULL


cdef int keep_repeat(Repeats *repeats, uint32_t hash, const uint8_t *p, Py_ssize_t n, int depth,
                     PyObject *value) noexcept:
    """Keep a value in the first of its two places; what was there moves to the second."""
    cdef Repeat *entry = &repeats.entries[hash & (REPEATS - 2)]
    cdef Repeat before = entry[0]
    entry[0] = entry[1]
    entry[1] = before
    cdef PyObject *old = entry.value
    cdef uint8_t *room
    if entry.room < n:
        room = <uint8_t *> realloc(entry.bytes, n)
        if room == NULL:
            return 0
        entry.bytes = room
        entry.room = <int32_t> n
    memcpy(entry.bytes, p, n)
    entry.hash = hash
    entry.size = <int32_t> n
    entry.depth = depth
    Py_INCREF(<object> value)
    entry.value = value
    Py_XDECREF(old)
    return 0


cdef void forget_repeats(Field *f) noexcept:
    cdef int i
    if f.repeats == NULL:
        return
    for i in range(REPEATS):
        Py_XDECREF(f.repeats.entries[i].value)
        free(f.repeats.entries[i].bytes)
    free(f.repeats)
    f.repeats = NULL
