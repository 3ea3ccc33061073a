# Rows like the row before. The messages of one table mostly have the same attributes at the same places, and few of
# them change from row to row. What is remembered of a message is its bytes, the values made of them, and which
# attributes were seen to change; a message that differs in nothing else becomes a copy of those values, with only
# what changes decoded. It depends on nothing but bytes, so a message is never mistaken for another.
#
# Of a header, members that nothing else depends on may change, too, and the length of a prefix that is decoded anew anyway.
#
# Large messages are those of links, which are much work to decode and to remember. One link that is asked for again and
# again mostly says the same, and many links in turn never do: so with those it is tried a few times in a hundred.

cdef enum:
    KNOWN_SHAPES = 8         # remembered for one class of records, found by the message's size
    KNOWN_SIZE = 2048        # bytes of the longest message that is remembered
    KNOWN_HEADER = 256       # bytes of the longest header of one
    KNOWN_ANYHOW = 512       # up to so many, each is
    KNOWN_TRIES = 4          # larger messages remembered in vain, after which ...
    KNOWN_REST = 128         # ... so many are not even looked at
    MAX_VARYING = 8          # attributes that may change

cdef struct Known:
    Py_ssize_t size          # of the message; 0: nothing is remembered
    int varying_count
    Varying varying[8]       # MAX_VARYING, in order of place
    Shape *shape
    PyObject **values        # one a slot; NULL where the value changes
    PyObject **held          # those that are not None
    int held_count
    Py_ssize_t nones
    int tries                # since one was found
    int rest                 # messages that are left alone
    uint8_t bytes[2048]      # KNOWN_SIZE


cdef inline Known *known_of(Plan plan, Py_ssize_t n) noexcept:
    """Where a message of this size may be remembered, or NULL."""
    if n > KNOWN_SIZE or plan.header_size == 0 or plan.header_size > KNOWN_HEADER:
        return NULL              # a header of that size tells apart what has it
    if plan.known == NULL:
        plan.known = <Known *> calloc(KNOWN_SHAPES, sizeof(Known))
        if plan.known == NULL:
            return NULL
    return &plan.known[(n >> 2) % KNOWN_SHAPES]


cdef inline bint worth_a_try(Known *known, Py_ssize_t n) noexcept:
    """Whether a message that is not as one before is to be remembered."""
    if n <= KNOWN_ANYHOW:
        return True
    known.tries += 1
    if known.tries > KNOWN_TRIES:
        known.tries = 0
        known.rest = KNOWN_REST
        return False
    return True


cdef inline bint looks_known(Known *known, const uint8_t *p, Py_ssize_t n) noexcept:
    cdef Py_ssize_t at = 0
    cdef int i
    if known.size != n:
        return False
    for i in range(known.varying_count):
        if memcmp(known.bytes + at, p + at, known.varying[i].at - at) != 0:
            return False
        at = known.varying[i].at + known.varying[i].size
    return memcmp(known.bytes + at, p + at, n - at) == 0


cdef PyObject *like_known(Plan plan, Known *known, const uint8_t *p, Frame *frame) noexcept:
    """The record of a message that looks known, or NULL when it is better decoded from scratch."""
    # Decoding may run Python code, and with it another thread that remembers another message in this place.
    cdef Varying varying[MAX_VARYING]
    cdef int i, count = known.varying_count
    cdef PyObject *value
    cdef Field *f
    cdef const uint8_t *payload
    memcpy(varying, known.varying, count * sizeof(Varying))
    if (<Begin> begin_known)(plan, known, frame) < 0:
        PyErr_Clear()
        return NULL
    for i in range(count):
        f = varying[i].field
        if f == NULL:
            continue
        payload = p + varying[i].at
        if varying[i].size == f.memo_size and f.memo != NULL and nlx_same(f.memo_bytes, payload, f.memo_size):
            value = f.memo
            Py_INCREF(<object> value)
        else:
            if f.kind == K_SELECT:       # its selector does not change, or it would not be remembered
                value = (<Value> decode_selected)(f, payload, varying[i].size, frame)
            else:
                value = (<Value> decode_value)(f, payload, varying[i].size, frame)
            if value == NULL or value == UNFIT:
                PyErr_Clear()
                abandon(frame)
                return NULL
            if not f.options & O_CONTEXT and f.kind != K_SELECT and not f.loose:   # see `plan.head_known`
                remember(f, payload, varying[i].size, value)
        nlx_set(frame.record, f.slot, value)
    settle(frame)
    return frame.record


cdef int begin_known(Plan plan, Known *known, Frame *frame) except -1:
    cdef int i
    frame.record = nlx_new(<PyTypeObject *> known.shape.type, known.values, known.shape.count)
    for i in range(known.held_count):
        Py_INCREF(<object> known.held[i])
    frame.borrowed = known.nones
    return 0


cdef inline void note(Frame *frame, Field *f, const uint8_t *payload, Py_ssize_t size) noexcept:
    """Tell whether an attribute changes: it differs from the message remembered, or did before."""
    cdef Known *known = frame.known
    cdef Py_ssize_t at = payload - frame.header
    cdef Varying *varying
    cdef int i
    if frame.varying_count < 0:
        return
    if f.options & O_CONTEXT and f.kind != K_PREFIX:
        frame.bound = True
    if known.size != frame.size:
        return
    for i in range(frame.varying_count):
        if frame.varying[i].field == f:
            frame.varying_count = -1     # it stands there twice, and the last one counts
            return
    if memcmp(known.bytes + at, payload, size) == 0:
        for i in range(known.varying_count):
            if known.varying[i].at == at and known.varying[i].field == f:
                break
        else:
            return
    if frame.varying_count == MAX_VARYING or f.options & O_MULTI:
        frame.varying_count = -1
        return
    if f.options & O_SELECTOR:
        frame.bound = True
    varying = &frame.varying[frame.varying_count]
    varying.at = <int32_t> at
    varying.size = <int32_t> size
    varying.field = f
    frame.varying_count += 1


cdef void note_members(Plan plan, Frame *frame) noexcept:
    """Tell which members of the header change: as `note` for attributes. What others depend on is not among them."""
    cdef Known *known = frame.known
    cdef Varying *varying
    cdef Field *f
    cdef int i, k, size
    if known.size != frame.size:
        return
    if (known.varying_count == 0 or known.varying[0].at >= plan.header_size) and \
            memcmp(known.bytes, frame.header, plan.header_size) == 0:
        return
    for i in range(plan.head_count):
        f = &plan.fields[plan.heads[i]]
        if not f.loose:
            continue
        size = member_size(f, frame.header, plan.header_size)    # of an address, by a family that does not change
        if nlx_same(known.bytes + f.position, frame.header + f.position, size):
            for k in range(known.varying_count):
                if known.varying[k].field == f:
                    break
            else:
                continue
        if frame.varying_count == MAX_VARYING:
            frame.varying_count = -1
            return
        varying = &frame.varying[frame.varying_count]
        varying.at = f.position
        varying.size = size
        varying.field = f
        frame.varying_count += 1


cdef int vary_lengths(Plan plan, const uint8_t *p, Frame *frame) noexcept:
    """Add the lengths of those prefixes that change, where they do, before what changes behind them."""
    cdef Known *known = frame.known
    cdef Field *f
    cdef int i, k, count = frame.varying_count
    if known.size != frame.size:
        return 0
    for i in range(count):
        f = frame.varying[i].field
        if f.kind != K_PREFIX or f.scope != 0:
            continue
        for k in range(known.varying_count):
            if known.varying[k].field == NULL and known.varying[k].at == f.position:
                break
        else:
            if known.bytes[f.position] == p[f.position]:
                continue
        for k in range(plan.field_count):
            if plan.fields[k].kind == K_PREFIX and &plan.fields[k] != f and plan.fields[k].position == f.position:
                return 0
        if frame.varying_count == MAX_VARYING:
            return 0
        k = frame.varying_count
        while k > 0 and frame.varying[k - 1].at > f.position:
            frame.varying[k] = frame.varying[k - 1]
            k -= 1
        frame.varying[k].at = f.position
        frame.varying[k].size = 1
        frame.varying[k].field = NULL
        frame.varying_count += 1
        return 0                 # one is enough: what has two changing prefixes is decoded from scratch
    return 0


cdef void learn(Plan plan, const uint8_t *p, Py_ssize_t n, Frame *frame) noexcept:
    """Remember a message that was decoded from scratch."""
    cdef Known *known = frame.known
    cdef PyObject *record = frame.record
    cdef PyObject *value
    cdef PyObject **values
    cdef PyObject **held
    cdef PyObject **old = known.held
    cdef PyObject **gone = known.values
    cdef Shape *shape = &plan.narrow
    cdef int i, count = known.held_count
    if frame.varying_count < 0 or NLX_SLOT(record, plan.unknown) != <PyObject *> plan.blank:
        return
    if frame.bound:
        frame.varying_count = 0          # only a message of the very same bytes has the same values
    vary_lengths(plan, p, frame)
    if <PyObject *> Py_TYPE(<object> record) == plan.wide.type:
        shape = &plan.wide
    values = <PyObject **> malloc(2 * shape.count * sizeof(PyObject *))
    if values == NULL:
        return
    held = values + shape.count
    memcpy(values, <char *> record + NLX_FIRST_SLOT, shape.count * sizeof(PyObject *))
    for i in range(frame.varying_count):
        if frame.varying[i].field != NULL:
            values[(frame.varying[i].field.slot - NLX_FIRST_SLOT) // <Py_ssize_t> sizeof(PyObject *)] = NULL
    known.size = n
    memcpy(known.bytes, p, n)
    known.varying_count = frame.varying_count
    memcpy(known.varying, frame.varying, frame.varying_count * sizeof(Varying))
    known.shape = shape
    known.values = values
    known.held = held
    known.held_count = 0
    known.nones = 0
    for i in range(<int> shape.count):
        value = values[i]
        if value == NONE:
            known.nones += 1
        elif value != NULL:
            Py_INCREF(<object> value)
            held[known.held_count] = value
            known.held_count += 1
    for i in range(count):
        Py_DECREF(<object> old[i])
    free(gone)


cdef void forget_known(Plan plan) noexcept:
    cdef int i, k
    if plan.known == NULL:
        return
    for i in range(KNOWN_SHAPES):
        for k in range(plan.known[i].held_count):
            Py_DECREF(<object> plan.known[i].held[k])
        free(plan.known[i].values)
    free(plan.known)
    plan.known = NULL
