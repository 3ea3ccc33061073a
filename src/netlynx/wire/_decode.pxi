# From bytes to record slots. Every length is checked before it is used. A payload that does not fit its
# declared kind is no error: it stays available raw in the record's `unknown`.

cdef extern from "Python.h":
    # `<PyObject *> True` would be the C number 1.
    PyObject *Py_True
    PyObject *Py_False

cdef struct Frame:
    Frame *parent
    PyObject *plan
    PyObject *record
    const uint8_t *header
    int header_size
    int depth

# decode_value() returns this (borrowed, never stored) for a payload that does not fit the kind.
cdef PyObject *UNFIT = <PyObject *> NotImplemented


cdef int outwards(error, Py_ssize_t shift) except -1:
    """Move an error's offset into the data around it; its arguments follow, or a pickled one would tell the old place."""
    error.offset += shift
    error.args = (error.message, error.offset, error.path)
    return 0


cdef inline uint64_t load(const uint8_t *p, int width, bint big) noexcept nogil:
    cdef uint64_t v = 0
    cdef uint32_t four
    cdef uint16_t two
    cdef int i
    if width == 1:
        return p[0]
    if not big:
        if width == 4:
            memcpy(&four, p, 4)
            return four
        if width == 2:
            memcpy(&two, p, 2)
            return two
        memcpy(&v, p, 8)
        return v
    for i in range(width):
        v = (v << 8) | p[i]
    return v


cdef PyObject *integer(Field *f, const uint8_t *p, Py_ssize_t n) except NULL:
    cdef uint64_t v
    cdef int64_t s
    cdef PyObject *number
    cdef PyObject *member
    # A kernel may widen or narrow a number; its value counts, not the width that was declared.
    if n != 4 and n != 1 and n != 2 and n != 8:
        return UNFIT
    v = load(p, <int> n, f.options & O_BIG)
    if f.options & O_SIGNED:
        s = <int64_t> (v << (64 - 8 * n)) >> (64 - 8 * n)
        number = PyLong_FromLongLong(s)
    else:
        number = PyLong_FromUnsignedLongLong(v)
    if f.values == NULL:
        return number
    member = PyDict_GetItem(<object> f.values, <object> number)
    if member != NULL:
        Py_INCREF(<object> member)
        Py_DECREF(<object> number)
        return member
    if f.enum == NULL:
        return number
    return flag_set(f, number)


cdef int forget(enum, dict values) except -1:
    """Drop the combinations seen so far, here and in the table in which the enum module itself keeps them for good."""
    kept = enum._value2member_map_
    single = set(map(int, enum.__members__.values()))
    for number in values:
        if number not in single:
            kept.pop(number, None)
    values.clear()
    return 0


cdef PyObject *flag_set(Field *f, PyObject *number) except NULL:
    """A combination of flags seen for the first time; steals `number`."""
    values = <dict> f.values
    try:
        member = (<object> f.enum)(<object> number)
        if len(values) > 4096:          # flags made up by a hostile sender must not fill the memory,
            forget(<object> f.enum, values)
        values[<object> number] = member
    finally:
        Py_DECREF(<object> number)
    Py_INCREF(member)
    return <PyObject *> member


cdef PyObject *decode_value(Field *f, const uint8_t *p, Py_ssize_t n, Frame *frame) except NULL:
    """The value of one payload: a new reference, or UNFIT."""
    cdef char text[TEXT]
    cdef int used
    cdef const void *end
    cdef PyObject *value
    cdef int kind = f.kind
    if kind == K_INTEGER:
        return integer(f, p, n)
    if kind == K_STRING:
        end = memchr(p, 0, n) if n else NULL
        if end != NULL:
            used = <int> (<const uint8_t *> end - p)
            if not f.options & O_FIXED and used < n - 1:
                return UNFIT            # more than one string: not what was declared, and nothing may vanish
            n = used
        return PyUnicode_DecodeUTF8(<const char *> p, n, "surrogateescape")
    if kind == K_IP:
        if f.width and n != f.width:
            return UNFIT
        used = put_ip(text, p, n)
        return ascii_string(text, used) if used else UNFIT
    if kind == K_PREFIX:
        return decode_prefix(f, p, n, frame)
    if kind == K_NEST:
        return decode_record(<Plan> f.plan, p, n, frame)
    if kind == K_STRUCT:
        return decode_struct(<Plan> f.plan, p, n, frame)
    if kind == K_BINARY:
        return PyBytes_Raw(<const char *> p, n)
    if kind == K_MAC:
        return hex_string(p, n) if n <= 64 else UNFIT
    if kind == K_FLAG:
        # Some drivers answer with a byte where they take a flag (IFLA_VXLAN_TTL_INHERIT).
        if n > 1 or n == 1 and p[0] > 1:
            return UNFIT
        value = Py_True if n == 0 or p[0] else Py_False
        Py_INCREF(<object> value)
        return value
    if kind == K_ARRAY:
        return decode_array(f, p, n, frame)
    if kind == K_INDEXED:
        return decode_indexed(f, p, n, frame)
    if kind == K_SEQUENCE:
        return decode_sequence(f, p, n, frame)
    if kind == K_LABELS:
        used = put_labels(text, p, n)
        return ascii_string(text, used) if used else UNFIT
    if kind == K_VIA:
        if n < 2:
            return UNFIT
        used = <int> load(p, 2, False)
        if not (used == INET and n == 6 or used == INET6 and n == 18):
            return UNFIT
        return ascii_string(text, put_ip(text, p + 2, n - 2))
    if kind == K_HOOK:
        return decode_hook(f, p, n)
    raise SystemError(f"no such kind of field: {kind}")


cdef PyObject *decode_hook(Field *f, const uint8_t *p, Py_ssize_t n) except NULL:
    payload = PyBytes_FromStringAndSize(<const char *> p, n)
    try:
        value = (<object> f.decoder)(payload)
    except DecodeError:
        raise
    except HOOK_ERRORS as error:
        raise DecodeError(f"cannot be decoded: {error}") from error
    if <PyObject *> value == UNFIT:
        return UNFIT
    Py_INCREF(value)
    return <PyObject *> value


cdef PyObject *decode_prefix(Field *f, const uint8_t *p, Py_ssize_t n, Frame *frame) except NULL:
    cdef char text[TEXT]
    cdef int used
    if frame == NULL or f.position >= frame.header_size:
        return UNFIT
    if frame.header[0] == MPLS:
        used = put_labels(text, p, n)
        return ascii_string(text, used) if used else UNFIT
    used = put_ip(text, p, n)
    if not used:
        return UNFIT
    text[used] = c"/"
    used += 1
    used += put_number(text + used, frame.header[f.position])
    return ascii_string(text, used)


cdef PyObject *decode_array(Field *f, const uint8_t *p, Py_ssize_t n, Frame *frame) except NULL:
    cdef Plan plan = <Plan> frame.plan
    cdef Field *item = &plan.fields[f.item]
    cdef Py_ssize_t count, i
    cdef PyObject *result
    cdef PyObject *value
    if n % item.width:
        return UNFIT
    count = n // item.width
    result = PyTuple_New(count)
    try:
        for i in range(count):
            value = decode_value(item, p + i * item.width, item.width, frame)
            if value == UNFIT:
                Py_DECREF(<object> result)
                return UNFIT
            PyTuple_SET_ITEM(result, i, value)
    except:
        Py_DECREF(<object> result)
        raise
    return result


cdef inline Py_ssize_t attribute_at(const uint8_t *p, Py_ssize_t left) except -1:
    """Length of the attribute at p, header included, after checking it."""
    cdef uint16_t length
    if left < NLA_HDRLEN:
        raise DecodeError(f"{left} bytes are left where an attribute's 4-byte header should be")
    memcpy(&length, p, 2)
    if length < NLA_HDRLEN:
        raise DecodeError(f"attribute length {length} is less than its own header")
    if length > left:
        raise DecodeError(f"attribute length {length} exceeds the {left} bytes that are left")
    return length


cdef PyObject *decode_indexed(Field *f, const uint8_t *p, Py_ssize_t n, Frame *frame) except NULL:
    cdef Plan plan = <Plan> frame.plan
    cdef Field *item = &plan.fields[f.item]
    cdef Py_ssize_t at = 0, length, inside
    cdef PyObject *value
    cdef uint16_t number
    values = []
    keys = []
    while at < n:
        inside = 0
        try:
            length = attribute_at(p + at, n - at)
            inside = NLA_HDRLEN
            value = decode_value(item, p + at + NLA_HDRLEN, length - NLA_HDRLEN, frame)
        except DecodeError as error:
            raise error.within(f"[{len(values)}]", at + inside)
        if value == UNFIT:
            return UNFIT
        values.append(<object> value)
        Py_DECREF(<object> value)
        if f.options & O_KEYED:
            memcpy(&number, p + at + 2, 2)
            keys.append(number & NLA_TYPE_MASK)
        at += (length + 3) & ~3
    if f.options & O_KEYED:
        table = dict(zip(keys, values))
        Py_INCREF(table)
        return <PyObject *> table
    return PyList_AsTuple(<PyObject *> values)


cdef PyObject *decode_sequence(Field *f, const uint8_t *p, Py_ssize_t n, Frame *frame) except NULL:
    """Records back to back, each with its length in its first two bytes (struct rtnexthop)."""
    cdef Plan plan = <Plan> f.plan
    cdef Py_ssize_t at = 0, length
    cdef PyObject *value
    values = []
    while at < n:
        try:
            if n - at < plan.header_size:
                raise DecodeError(f"{n - at} bytes are left where {plan.header_size} begin an entry")
            length = <Py_ssize_t> load(p + at, 2, False)
            if length < plan.header_size or length > n - at:
                raise DecodeError(f"entry length {length} does not fit into the {n - at} bytes that are left")
            value = decode_record(plan, p + at, length, frame)
        except DecodeError as error:
            raise error.within(f"[{len(values)}]", at)
        values.append(<object> value)
        Py_DECREF(<object> value)
        at += (length + 3) & ~3
    return PyList_AsTuple(<PyObject *> values)


cdef int decode_members(Plan plan, PyObject *record, const uint8_t *p, Py_ssize_t n, Frame *frame) except -1:
    """Fields at fixed positions: a struct's members, or what a record shows of its header."""
    cdef int i
    cdef Field *f
    cdef PyObject *value
    for i in range(plan.head_count):
        f = &plan.fields[plan.heads[i]]
        if f.position + f.width > n:
            break
        if f.memo != NULL and f.memo_size == f.width and memcmp(f.memo_bytes, p + f.position, f.width) == 0:
            value = f.memo
            Py_INCREF(<object> value)
        else:
            try:
                value = decode_value(f, p + f.position, f.width, frame)
            except DecodeError as error:
                raise error.within(<str> f.name, f.position)
            if value == UNFIT:
                continue
            if not f.options & O_CONTEXT:
                remember(f, p + f.position, f.width, value)
        nlx_store(record, f.slot, value)
    return 0


cdef inline void remember(Field *f, const uint8_t *p, Py_ssize_t n, PyObject *value) noexcept:
    """Keep the value for the next row: rows of one table repeat most of their values, and values are immutable."""
    cdef PyObject *old
    if n > MEMO:
        return
    old = f.memo
    Py_INCREF(<object> value)
    f.memo = value
    f.memo_size = <int32_t> n
    memcpy(f.memo_bytes, p, n)
    Py_XDECREF(old)


cdef PyObject *decode_struct(Plan plan, const uint8_t *p, Py_ssize_t n, Frame *parent) except NULL:
    """A fixed C struct. One that is shorter than declared (older kernel) leaves members at their defaults, as
    the kernel itself does; what a longer one adds is kept in `tail`."""
    cdef PyObject *record = nlx_new(<PyTypeObject *> plan.record)
    cdef Frame frame
    frame.parent = parent
    frame.plan = <PyObject *> plan
    frame.record = record
    frame.header = p
    frame.header_size = 0
    frame.depth = 0 if parent == NULL else parent.depth + 1
    try:
        decode_members(plan, record, p, n, &frame)
        if n > plan.size and plan.unknown >= 0:
            nlx_store(record, plan.unknown, PyBytes_Raw(<const char *> p + plan.size, n - plan.size))
        fill_defaults(plan, record)
    except:
        fill_defaults(plan, record)
        Py_DECREF(<object> record)
        raise
    return record


cdef inline void fill_defaults(Plan plan, PyObject *record) noexcept:
    cdef int i
    cdef Field *f
    cdef PyObject *value
    for i in range(plan.slot_count):
        f = &plan.fields[plan.slots[i]]
        if NLX_SLOT(record, f.slot) == NULL:
            Py_INCREF(<object> f.default)
            nlx_store(record, f.slot, f.default)
    if plan.unknown >= 0 and NLX_SLOT(record, plan.unknown) == NULL:
        Py_INCREF(plan.empty)
        nlx_store(record, plan.unknown, <PyObject *> plan.empty)


cdef PyObject *decode_record(Plan plan, const uint8_t *p, Py_ssize_t n, Frame *parent) except NULL:
    """A record: its fixed header, if it has one, then attributes."""
    cdef PyObject *record
    cdef Frame frame
    cdef int start = (plan.header_size + 3) & ~3
    if n < plan.header_size:
        raise DecodeError(f"{n} bytes are too few for the {plan.header_size}-byte header", 0,
                          plan.name if parent == NULL else "")
    frame.parent = parent
    frame.plan = <PyObject *> plan
    frame.header = p
    frame.header_size = plan.header_size
    frame.depth = 0 if parent == NULL else parent.depth + 1
    if frame.depth > MAX_DEPTH:
        raise DecodeError(f"nested more than {MAX_DEPTH} deep")
    record = nlx_new(<PyTypeObject *> plan.record)
    frame.record = record
    try:
        if plan.head_count:
            decode_members(plan, record, p, plan.header_size, &frame)
        if n > start:
            decode_attributes(plan, 0, record, p + start, n - start, start, &frame)
        finish(plan, record, &frame)
    except DecodeError as error:
        fill_defaults(plan, record)
        Py_DECREF(<object> record)
        if parent == NULL:
            error.within(plan.name)
        raise
    except:
        fill_defaults(plan, record)
        Py_DECREF(<object> record)
        raise
    return record


cdef int finish(Plan plan, PyObject *record, Frame *frame) except -1:
    """Lists become tuples, absent destinations "everything", empty slots their defaults."""
    cdef int i
    cdef Field *f
    cdef PyObject *value
    for i in range(plan.slot_count):
        f = &plan.fields[plan.slots[i]]
        value = NLX_SLOT(record, f.slot)
        if value == NULL:
            if f.options & O_DEFAULT and frame.header[f.position] == 0:
                if frame.header[0] == INET:
                    value = <PyObject *> "0.0.0.0/0"
                elif frame.header[0] == INET6:
                    value = <PyObject *> "::/0"
                else:
                    value = f.default
            else:
                value = f.default
            Py_INCREF(<object> value)
            nlx_store(record, f.slot, value)
        elif f.options & O_MULTI:
            nlx_store(record, f.slot, PyList_AsTuple(value))
    if plan.unknown >= 0:
        value = NLX_SLOT(record, plan.unknown)
        if value == NULL:
            Py_INCREF(plan.empty)
            nlx_store(record, plan.unknown, <PyObject *> plan.empty)
        else:
            nlx_store(record, plan.unknown, PyList_AsTuple(value))
    return 0


cdef int keep_unknown(Plan plan, int scope, PyObject *record, int type, const uint8_t *p, Py_ssize_t n) except -1:
    cdef PyObject *values
    cdef int outer = scope
    if plan.unknown < 0:
        return 0
    within = []
    while plan.scopes[outer].parent >= 0:
        within.insert(0, plan.fields[plan.scopes[outer].parent].type)
        outer = plan.fields[plan.scopes[outer].parent].scope
    entry = plan.attribute(type & NLA_TYPE_MASK, PyBytes_FromStringAndSize(<const char *> p, n), tuple(within),
                           (type & NLA_F_NESTED) != 0, (type & NLA_F_NET_BYTEORDER) != 0)
    values = NLX_SLOT(record, plan.unknown)
    if values == NULL:
        values = PyList_New(0)
        nlx_store(record, plan.unknown, values)
    PyList_Append(values, <PyObject *> entry)
    return 0


cdef int decode_attributes(Plan plan, int scope, PyObject *record, const uint8_t *p, Py_ssize_t n,
                           Py_ssize_t shift, Frame *frame) except -1:
    cdef Scope *s = &plan.scopes[scope]
    cdef Py_ssize_t at = 0, length, size
    cdef int number, i
    cdef uint16_t head[2]
    cdef const uint8_t *payload
    cdef Field *f = NULL
    cdef PyObject *value
    cdef PyObject *slot
    # Sub-messages wait until their selector is known, wherever it stands in the message.
    cdef Field *waiting[8]
    cdef Py_ssize_t waiting_at[8]
    cdef Py_ssize_t waiting_size[8]
    cdef int waiting_count = 0
    try:
        while at < n:
            f = NULL
            if n - at < NLA_HDRLEN:
                attribute_at(p + at, n - at)
            memcpy(head, p + at, 4)
            length = head[0]
            if length < NLA_HDRLEN or length > n - at:
                attribute_at(p + at, n - at)
            number = head[1] & NLA_TYPE_MASK
            payload = p + at + NLA_HDRLEN
            size = length - NLA_HDRLEN
            if number >= s.size or s.fields[number] < 0:
                keep_unknown(plan, scope, record, head[1], payload, size)
                at += (length + 3) & ~3
                continue
            f = &plan.fields[s.fields[number]]
            if size == f.memo_size and f.memo != NULL and memcmp(f.memo_bytes, payload, size) == 0:
                value = f.memo
                Py_INCREF(<object> value)
                nlx_store(record, f.slot, value)
                at += (length + 3) & ~3
                continue
            if f.kind == K_INLINE:
                decode_attributes(plan, f.item, record, payload, size, NLA_HDRLEN, frame)
            elif f.kind == K_SELECT:
                if waiting_count == 8:
                    raise DecodeError("more than 8 sub-messages in one nest")
                waiting[waiting_count] = f
                waiting_at[waiting_count] = at
                waiting_size[waiting_count] = size
                waiting_count += 1
            elif f.options & O_MULTI:
                try:
                    value = decode_value(&plan.fields[f.item], payload, size, frame)
                except DecodeError as error:
                    slot = NLX_SLOT(record, f.slot)
                    raise error.within(f"[{0 if slot == NULL else len(<list> slot)}]")
                if value == UNFIT:
                    keep_unknown(plan, scope, record, head[1], payload, size)
                else:
                    slot = NLX_SLOT(record, f.slot)
                    if slot == NULL:
                        slot = PyList_New(0)
                        nlx_store(record, f.slot, slot)
                    i = PyList_Append(slot, value)
                    Py_DECREF(<object> value)
            else:
                value = decode_value(f, payload, size, frame)
                if value == UNFIT:
                    keep_unknown(plan, scope, record, head[1], payload, size)
                else:
                    nlx_store(record, f.slot, value)
                    # What depends on more than these bytes (a prefix on the header, say) is decoded anew.
                    if not f.options & O_CONTEXT:
                        remember(f, payload, size, value)
            at += (length + 3) & ~3
        for i in range(waiting_count):
            f = waiting[i]
            at = waiting_at[i]
            value = decode_selected(f, p + at + NLA_HDRLEN, waiting_size[i], frame)
            nlx_store(record, f.slot, value)
    except DecodeError as error:
        if f != NULL and f.kind != K_INLINE:
            error.within(<str> f.name, NLA_HDRLEN)
        outwards(error, at + shift)
        raise
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
            value = NLX_SLOT(frame.record, <Py_ssize_t> <object> offset)
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
        return PyBytes_Raw(<const char *> p, n)
    value = decode_value(&plan.fields[<int> <object> choice], p, n, frame)
    if value == UNFIT:
        return PyBytes_Raw(<const char *> p, n)
    return value
