# From bytes to record slots. Every length is checked before it is used.
#
# A `try` costs as much as decoding an attribute, so there is none on the way of a message that is well: what works
# leaves a trail, and only if it fails the error is told the trail (`explain_…`).

cdef enum:
    LONGEST = 0xffff     # bytes of an attribute. In a longer message the length of a nest may have wrapped, and what
                         # seems to stand behind it be part of it: then what is broken is an error of the message.

cdef uint32_t too_deep_ = 0          # how often something was: what is made of it then depends on where it stands

cdef struct Waiting:
    Field *field
    const uint8_t *payload
    Py_ssize_t size
    int type                     # with its flags

cdef struct Frame:
    Frame *parent
    PyObject *plan
    PyObject *record
    const uint8_t *header
    int header_size
    int depth
    Py_ssize_t borrowed          # Nones of the record that are not counted yet
    Known *known                 # where the message is to be remembered, or NULL
    Py_ssize_t size              # of the message
    int varying_count            # of the attributes that change, or -1: too much does
    bint bound                   # whether a value depends on other attributes than its own
    Varying varying[8]           # MAX_VARYING
    bint strict                  # what cannot be decoded is an error, wherever it stands
    PyObject *guide              # a Guide to be told what becomes of the payloads, or NULL
    int waiting_count            # sub-messages, which wait until all that may say what they are is known
    Waiting waiting[8]           # MAX_WAITING

cdef struct Trail:
    Field *field                 # what is being decoded, NULL between attributes
    Py_ssize_t at                # and where
    Py_ssize_t index             # which of several, or -1

cdef enum:
    UNFITTING = 1                # what a walk says of elements that do not fit their kind

ctypedef int (*Walk)(Plan, int, const uint8_t *, Py_ssize_t, Frame *, Trail *) noexcept
ctypedef int (*Members)(Plan, const uint8_t *, Py_ssize_t, Frame *, Trail *) noexcept
ctypedef PyObject *(*Value)(Field *, const uint8_t *, Py_ssize_t, Frame *) noexcept
ctypedef int (*Begin)(Plan, Known *, Frame *) noexcept
ctypedef int (*Fill)(Plan, const uint8_t *, Py_ssize_t, Frame *) noexcept
ctypedef int (*Elements)(Field *, const uint8_t *, Py_ssize_t, Frame *, PyObject *, Trail *) noexcept
ctypedef int (*Steps)(Plan, const uint8_t *, Py_ssize_t, Frame *, PyObject *, Trail *) noexcept


cdef int failed() except -1:
    """Raise the error that is set."""
    return -1


cdef int outwards(error, Py_ssize_t shift) except -1:
    """Move an error's offset into the data around it; its arguments follow, or a pickled one would tell the old place."""
    error.offset += shift
    error.args = (error.message, error.offset, error.path)
    return 0


cdef inline void remember(Field *f, const uint8_t *p, Py_ssize_t n, PyObject *value) noexcept:
    """Keep the value for the next row: rows of one table repeat most of their values, and values are immutable.
    Those that hold others are kept elsewhere, with what is to be known of them (decode/repeats.pxi)."""
    cdef PyObject *old
    if n > MEMO or f.repeats != NULL:
        return
    old = f.memo
    Py_INCREF(<object> value)
    f.memo = value
    f.memo_size = <int32_t> n
    memcpy(f.memo_bytes, p, n)
    Py_XDECREF(old)


# -- fields at fixed positions -----------------------------------------------------------------------------------


cdef int decode_members(Plan plan, const uint8_t *p, Py_ssize_t n, Frame *frame) except -1:
    """Fields at fixed positions: a struct's members, or what a record shows of its header."""
    cdef Trail trail
    cdef Field *f
    cdef int i
    if plan.head_known and n >= plan.head_size and nlx_same(plan.head_bytes, p, plan.head_size):
        for i in range(plan.head_count):
            f = &plan.fields[plan.heads[i]]
            Py_INCREF(<object> f.memo)
            put_slot(plan, frame, f.slot, f.memo)
        return 0
    if (<Members> walk_members)(plan, p, n, frame, &trail) < 0:
        try:
            failed()
        except DecodeError as error:
            raise error.within(<str> trail.field.name, trail.field.position)
    return 0


cdef int walk_members(
    Plan plan, const uint8_t *p, Py_ssize_t n, Frame *frame, Trail *trail
) except -1:
    cdef int i, size
    cdef uint64_t number
    cdef Field *f
    cdef PyObject *value
    cdef bint whole = plan.head_size > 0
    # Decoding may run Python code, and with it another thread that decodes the same: then none of the two may say
    # that the values kept are those of its header.
    cdef uint32_t version = plan.head_version + 1
    plan.head_version = version
    plan.head_known = False
    for i in range(plan.head_count):
        f = &plan.fields[plan.heads[i]]
        trail.field = f
        if f.bare and f.position + f.width <= n:     # as most members of large structs are
            number = load(p + f.position, f.width, False)
            if f.memo == NULL or f.memo_number != number or f.memo_size != f.width:
                value = PyLong_FromUnsignedLongLong(number)
                remember(f, p + f.position, f.width, value)
                f.memo_number = number
                plan.head_known = False
            else:
                value = f.memo
                Py_INCREF(<object> value)
            put_slot(plan, frame, f.slot, value)
            continue
        size = member_size(f, p, n)
        if size < 0:
            value = UNFIT
        elif f.memo != NULL and f.memo_size == size and nlx_same(f.memo_bytes, p + f.position, size):
            value = f.memo
            Py_INCREF(<object> value)
        else:
            value = decode_value(f, p + f.position, size, frame)
            if value != UNFIT and not f.options & O_CONTEXT:
                remember(f, p + f.position, size, value)
                plan.head_known = False
        if value == UNFIT:
            whole = False
            value = f.default
            Py_INCREF(<object> value)
        put_slot(plan, frame, f.slot, value)
    if whole and plan.head_version == version:
        memcpy(plan.head_bytes, p, plan.head_size)
        plan.head_known = True
    return 0


cdef PyObject *decode_struct(Plan plan, const uint8_t *p, Py_ssize_t n, Frame *parent) except NULL:
    """A fixed C struct. One that is shorter than declared (older kernel) leaves members at their defaults, as
    the kernel itself does; what a longer one adds is kept in `tail`."""
    cdef Frame frame
    frame.parent = parent
    frame.plan = <PyObject *> plan
    frame.header = p
    frame.header_size = 0
    frame.known = NULL
    frame.varying_count = -1
    begin_frame(&frame, parent)
    new_record(plan, &frame)
    if (<Fill> fill_struct)(plan, p, n, &frame) < 0:
        abandon(&frame)
        failed()
    settle(&frame)
    return frame.record


cdef int fill_struct(Plan plan, const uint8_t *p, Py_ssize_t n, Frame *frame) except -1:
    cdef Py_ssize_t end = struct_end(plan.size, plan.unit, n)
    decode_members(plan, p, n, frame)
    if n > end and plan.unknown >= 0:
        put_slot(plan, frame, plan.unknown, PyBytes_Raw(<const char *> p + end, n - end))
    return 0


# -- records -----------------------------------------------------------------------------------------------------


cdef inline void begin_frame(Frame *frame, Frame *parent) noexcept:
    """What a record has of the one around it."""
    frame.waiting_count = 0
    if parent == NULL:
        frame.depth = 0
        frame.strict = False
        frame.guide = NULL
    else:
        frame.depth = parent.depth + 1
        frame.strict = parent.strict
        frame.guide = parent.guide


cdef PyObject *decode_record(Plan plan, const uint8_t *p, Py_ssize_t n, Frame *parent) except NULL:
    """A record: its fixed header, if it has one, then attributes."""
    cdef Frame frame
    if n < plan.header_size:
        raise DecodeError(f"{n} bytes are too few for the {plan.header_size}-byte header", 0,
                          plan.name if parent == NULL else "")
    frame.parent = parent
    frame.plan = <PyObject *> plan
    frame.header = p
    frame.header_size = plan.header_size
    begin_frame(&frame, parent)
    if frame.depth > MAX_DEPTH:
        global too_deep_
        too_deep_ += 1
        raise DecodeError(f"nested more than {MAX_DEPTH} deep")
    frame.known = NULL
    frame.varying_count = -1
    if parent == NULL:
        frame.size = n
        frame.strict = n > LONGEST
        frame.known = known_of(plan, n)
        if frame.known != NULL and frame.known.rest and n > KNOWN_ANYHOW:
            frame.known.rest -= 1
            frame.known = NULL
        if frame.known != NULL:
            if looks_known(frame.known, p, n) and like_known(plan, frame.known, p, &frame) != NULL:
                frame.known.tries = 0
                return frame.record
            frame.varying_count = 0
            frame.bound = False
            if not worth_a_try(frame.known, n):
                frame.known = NULL
                frame.varying_count = -1
    new_record(plan, &frame)
    if (<Fill> fill_record)(plan, p, n, &frame) < 0:
        abandon(&frame)
        refuse_record(plan, parent)
    settle(&frame)
    if frame.known != NULL:
        learn(plan, p, n, &frame)
    return frame.record


cdef PyObject *decode_closely(Plan plan, const uint8_t *p, Py_ssize_t n, bint strict, PyObject *guide) except NULL:
    """A record, decoded from scratch: `strict`, or with what becomes of its payloads told to `guide`."""
    cdef Frame frame
    if n < plan.header_size:
        raise DecodeError(f"{n} bytes are too few for the {plan.header_size}-byte header", 0, plan.name)
    frame.parent = NULL
    frame.plan = <PyObject *> plan
    frame.header = p
    frame.header_size = plan.header_size
    frame.known = NULL
    frame.varying_count = -1
    begin_frame(&frame, NULL)
    frame.strict = strict or n > LONGEST
    frame.guide = guide
    new_record(plan, &frame)
    if (<Fill> fill_record)(plan, p, n, &frame) < 0:
        abandon(&frame)
        refuse_record(plan, NULL)
    settle(&frame)
    return frame.record


cdef int refuse_record(Plan plan, Frame *parent) except -1:
    """Raise the error that is set, with the name of the record that is not within another."""
    try:
        failed()
    except DecodeError as error:
        if parent == NULL:
            error.within(plan.name)
        raise


cdef int fill_record(Plan plan, const uint8_t *p, Py_ssize_t n, Frame *frame) except -1:
    cdef int start = (plan.header_size + 3) & ~3
    if plan.head_count:
        decode_members(plan, p, plan.header_size, frame)
        if frame.known != NULL:
            note_members(plan, frame)
    if n > start:
        decode_attributes(plan, 0, p + start, n - start, start, frame)
    if frame.waiting_count:
        decode_waiting(plan, p, frame)
    return finish(plan, frame)


cdef int finish(Plan plan, Frame *frame) except -1:
    """Lists become tuples, absent destinations "everything"."""
    cdef int i
    cdef Field *f
    cdef PyObject *value
    for i in range(plan.finish_count):
        f = &plan.fields[plan.finishes[i]]
        value = slot_of(frame.record, f.slot, f.default)
        if f.options & O_MULTI:
            if value != f.default:
                value = PyList_AsTuple(value)
                nlx_let_go(value)
                put_slot(plan, frame, f.slot, value)
        elif value == f.default and frame.header[f.position] == 0:
            if frame.header[0] == INET:
                value = <PyObject *> "0.0.0.0/0"
            elif frame.header[0] == INET6:
                value = <PyObject *> "::/0"
            Py_INCREF(<object> value)
            put_slot(plan, frame, f.slot, value)
    if plan.unknown >= 0:
        value = NLX_SLOT(frame.record, plan.unknown)
        if value != <PyObject *> plan.blank:
            keep_marked(plan, frame, value)
    return 0


cdef int keep_marked(Plan plan, Frame *frame, PyObject *value) except -1:
    """The list of what is unknown as the sort of tuple that a decoded record has."""
    kept = type(plan.blank)(<object> value)
    Py_INCREF(kept)
    return put_slot(plan, frame, plan.unknown, <PyObject *> kept)


cdef int gather(Plan plan, Frame *frame, Py_ssize_t slot, PyObject *empty, PyObject *value) except -1:
    """Append to the list that stands in the slot until the record is finished; steals `value`."""
    cdef PyObject *values = slot_of(frame.record, slot, empty)
    if values == empty:
        values = PyList_New(0)
        put_slot(plan, frame, slot, values)
    PyList_Append(values, value)
    Py_DECREF(<object> value)
    return 0


cdef int keep_unfit(Plan plan, Field *f, int type, const uint8_t *p, Py_ssize_t n, Frame *frame) except -1:
    """Keep the payload of an attribute that is known, and does not fit its kind."""
    return keep_unknown(plan, f.scope, type, p, n, frame, f"{<str> f.name}: {n} bytes are no {words_for(f)}")


cdef int keep_problem(Plan plan, Field *f, int type, const uint8_t *p, Py_ssize_t n, Py_ssize_t index,
                      Frame *frame) except -1:
    """Keep the payload of an attribute that could not be decoded, with the error that is set: what is wrong in it is
    no matter of what stands beside it."""
    try:
        failed()
    except DecodeError as error:
        if frame.strict:
            raise
        if index >= 0:
            error.within(f"[{index}]")
        return keep_unknown(plan, f.scope, type, p, n, frame, str(error.within(<str> f.name)))


cdef int keep_late(Plan plan, Field *f, int type, const uint8_t *p, Py_ssize_t n, Frame *frame) except -1:
    """Keep a sub-message for which there is no room to wait."""
    problem = f"more than {MAX_WAITING} sub-messages in one record"
    if frame.strict:
        raise DecodeError(problem)
    return keep_unknown(plan, f.scope, type, p, n, frame, f"{<str> f.name}: {problem}")


cdef int keep_broken(Plan plan, Field *f, int type, const uint8_t *p, Py_ssize_t n, Frame *frame) except -1:
    """Keep a nest of fields that are the record's own, whose attributes cannot be told from each other."""
    cdef Py_ssize_t at = 0
    try:
        while at < n:
            at += (attribute_at(p + at, n - at) + 3) & ~3
    except DecodeError as error:
        outwards(error, at)
        return keep_unknown(plan, f.scope, type, p, n, frame, str(error))
    return 0


cdef int keep_unknown(Plan plan, int scope, int type, const uint8_t *p, Py_ssize_t n, Frame *frame,
                      str problem="") except -1:
    cdef int outer = scope
    if frame.guide != NULL and problem:
        (<Guide> frame.guide).unfit(p, problem)
    if plan.unknown < 0:
        return 0
    within = []
    while plan.scopes[outer].parent >= 0:
        within.insert(0, plan.fields[plan.scopes[outer].parent].type)
        outer = plan.fields[plan.scopes[outer].parent].scope
    entry = plan.attribute(type & NLA_TYPE_MASK, PyBytes_FromStringAndSize(<const char *> p, n), tuple(within),
                           (type & NLA_F_NESTED) != 0, (type & NLA_F_NET_BYTEORDER) != 0, problem)
    Py_INCREF(entry)
    return gather(plan, frame, plan.unknown, <PyObject *> plan.blank, <PyObject *> entry)


# -- attributes --------------------------------------------------------------------------------------------------


cdef int decode_attributes(Plan plan, int scope, const uint8_t *p, Py_ssize_t n,
                           Py_ssize_t shift, Frame *frame) except -1:
    """All attributes of one scope, `shift` bytes into its record."""
    cdef Trail trail
    trail.field = NULL
    trail.at = 0
    trail.index = -1
    if (<Walk> walk_attributes)(plan, scope, p, n, frame, &trail) < 0:
        try:
            failed()
        except DecodeError as error:
            if trail.index >= 0:
                error.within(f"[{trail.index}]")
            if trail.field != NULL and trail.field.kind != K_INLINE:
                error.within(<str> trail.field.name, NLA_HDRLEN)
            outwards(error, trail.at + shift)
            raise
    return 0


cdef int walk_attributes(
    Plan plan, int scope, const uint8_t *p, Py_ssize_t n, Frame *frame, Trail *trail
) except -1:
    cdef Scope *s = &plan.scopes[scope]
    cdef Py_ssize_t at = 0, length, size
    cdef int number, i
    cdef uint16_t head[2]
    cdef const uint8_t *payload
    cdef Field *f
    cdef PyObject *value
    cdef Waiting *waiting
    while at < n:
        if n - at < NLA_HDRLEN:
            trail.field = NULL
            trail.at = at
            attribute_at(p + at, n - at)
        memcpy(head, p + at, 4)
        length = head[0]
        if length < NLA_HDRLEN or length > n - at:
            trail.field = NULL
            trail.at = at
            attribute_at(p + at, n - at)
        number = head[1] & NLA_TYPE_MASK
        payload = p + at + NLA_HDRLEN
        size = length - NLA_HDRLEN
        if number >= s.size or s.fields[number] < 0:
            keep_unknown(plan, scope, head[1], payload, size, frame)
            at += (length + 3) & ~3
            continue
        f = &plan.fields[s.fields[number]]
        if f.options & O_FAMILY:
            size = counted(f, payload, size, p, n)
        if size == f.memo_size and f.memo != NULL and nlx_same(f.memo_bytes, payload, size):
            value = f.memo
            Py_INCREF(<object> value)
            if frame.guide != NULL:
                (<Guide> frame.guide).fills(payload, frame.header, f.slot)
            put_slot(plan, frame, f.slot, value)
            note(frame, f, payload, size)
            at += (length + 3) & ~3
            continue
        trail.field = f
        trail.at = at
        if f.kind != K_INLINE:
            note(frame, f, payload, size)
        if f.kind == K_INLINE:
            if frame.strict or is_sound(payload, size):
                decode_attributes(plan, f.item, payload, size, NLA_HDRLEN, frame)
            else:
                keep_broken(plan, f, head[1], payload, size, frame)
        elif f.kind == K_SELECT:
            if frame.waiting_count == MAX_WAITING:
                keep_late(plan, f, head[1], payload, size, frame)
            else:
                waiting = &frame.waiting[frame.waiting_count]
                frame.waiting_count += 1
                waiting.field = f
                waiting.payload = payload
                waiting.size = size
                waiting.type = head[1]
        elif f.options & O_MULTI:
            value = slot_of(frame.record, f.slot, f.default)
            trail.index = 0 if value == f.default else PyList_GET_SIZE(value)
            value = (<Value> decode_value)(&plan.fields[f.item], payload, size, frame)
            if value == NULL:
                keep_problem(plan, f, head[1], payload, size, trail.index, frame)
            elif value == UNFIT:
                keep_unfit(plan, f, head[1], payload, size, frame)
            else:
                gather(plan, frame, f.slot, f.default, value)
            trail.index = -1
        else:
            value = (<Value> decode_value)(f, payload, size, frame)
            if value == NULL:
                keep_problem(plan, f, head[1], payload, size, -1, frame)
            elif value == UNFIT:
                keep_unfit(plan, f, head[1], payload, size, frame)
            else:
                if frame.guide != NULL:
                    (<Guide> frame.guide).fills(payload, frame.header, f.slot)
                # What depends on more than these bytes (a prefix on the header, say) is decoded anew.
                if not f.options & O_CONTEXT:
                    remember(f, payload, size, value)
                put_slot(plan, frame, f.slot, value)
        at += (length + 3) & ~3
    return 0


cdef bint is_sound(const uint8_t *p, Py_ssize_t n) noexcept nogil:
    """Whether bytes are attributes, one behind the other."""
    cdef uint16_t length
    while n > 0:
        if n < NLA_HDRLEN:
            return False
        memcpy(&length, p, 2)
        if length < NLA_HDRLEN or length > n:
            return False
        p += (length + 3) & ~3
        n -= (length + 3) & ~3
    return True


cdef int decode_waiting(Plan plan, const uint8_t *p, Frame *frame) except -1:
    """The sub-messages, in the order in which they stand there, wherever their selectors do."""
    cdef Waiting *waiting
    cdef PyObject *value
    cdef int i
    for i in range(frame.waiting_count):
        waiting = &frame.waiting[i]
        value = (<Value> decode_selected)(waiting.field, waiting.payload, waiting.size, frame)
        if value == NULL:
            try:
                keep_problem(plan, waiting.field, waiting.type, waiting.payload, waiting.size, -1, frame)
            except DecodeError as error:
                error.within(<str> waiting.field.name, waiting.payload - p)
                raise
        else:
            if frame.guide != NULL:
                (<Guide> frame.guide).fills(waiting.payload, frame.header, waiting.field.slot)
            put_slot(plan, frame, waiting.field.slot, value)
    return 0


cdef PyObject *find_selector(Field *f, Frame *frame):
    """The value of the selecting field, borrowed, or NULL. The nearest record that declares the field decides: one
    without a value is not helped out by a field of the same name further out."""
    cdef Plan plan
    cdef PyObject *value
    while frame != NULL:
        plan = <Plan> frame.plan
        offset = PyDict_GetItem(plan.selectors, <object> f.selector)
        if offset != NULL:
            value = slot_of(frame.record, <Py_ssize_t> <object> offset, NONE)
            return NULL if value == NONE else value
        frame = frame.parent
    return NULL


cdef PyObject *decode_selected(Field *f, const uint8_t *p, Py_ssize_t n, Frame *frame) except NULL:
    """A sub-message. One whose selector is absent or not known stays raw bytes."""
    cdef Plan plan = <Plan> frame.plan
    cdef PyObject *choice = NULL
    cdef PyObject *value = find_selector(f, frame)
    if value != NULL:
        choice = PyDict_GetItem(<object> f.choices, <object> value)
    if choice == NULL:
        choice = PyDict_GetItem(<object> f.choices, None)
    if choice == NULL:
        if frame.guide != NULL:
            (<Guide> frame.guide).chose(p, -1)
        return PyBytes_Raw(<const char *> p, n)
    value = decode_value(&plan.fields[<int> <object> choice], p, n, frame)
    if value == UNFIT:
        choice = NULL
        value = PyBytes_Raw(<const char *> p, n)
    if frame.guide != NULL:
        (<Guide> frame.guide).chose(p, -1 if choice == NULL else <int> <object> choice)
    return value
