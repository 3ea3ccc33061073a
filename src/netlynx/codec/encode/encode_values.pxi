# From values to payloads: what a field of each kind takes, and what it says of anything else.

cdef sequence(value):
    if type(value) is tuple:
        return value
    if isinstance(value, (str, bytes)) or not hasattr(value, "__iter__"):
        raise EncodeTypeError(f"expected a sequence, not {type(value).__name__}")
    return value


cdef number_of(Field *f, object value):
    """The integer meant by a number, an enum member, or the name of one (several for flags)."""
    if PyLong_Check(value):
        if f.values == NULL and isinstance(value, bool):
            raise EncodeTypeError(f"expected a number, not {value!r}")
        return value
    if f.labels != NULL:
        if f.options & O_SPELT:
            value = (<object> f.enum).of(value)
        elif isinstance(value, str):
            number = PyDict_GetItem(<object> f.labels, value.lower().replace("-", "_"))
            if number == NULL:
                raise EncodeError(f"unknown name {value!r}; known: {', '.join(sorted(<dict> f.labels))}")
            return <object> number
        elif f.enum != NULL and isinstance(value, (tuple, list, set, frozenset)):
            total = 0
            for name in value:
                total |= number_of(f, name)
            return total
    try:
        return PyNumber_Index(value)
    except TypeError:
        raise EncodeTypeError(f"expected a number, not {type(value).__name__} {value!r}") from None


cdef int put_integer(Writer w, Py_ssize_t at, Field *f, object value, int width) except -1:
    number = number_of(f, value)
    cdef int overflow = 0
    cdef int64_t s = PyLong_AsLongLongAndOverflow(number, &overflow)
    cdef int64_t top
    cdef uint64_t v = <uint64_t> s
    if f.options & O_SIGNED:
        top = <int64_t> ((<uint64_t> 1 << (8 * width - 1)) - 1)
        if overflow or s > top or s < -top - 1:
            raise EncodeError(f"{int(number)} is out of range for a signed {8 * width}-bit number ({-top - 1} to {top})")
    elif overflow < 0 or (overflow == 0 and s < 0):
        raise EncodeError(f"{int(number)} is out of range: it cannot be negative")
    else:
        if overflow:
            if width < 8 or number.bit_length() > 64:
                v = 0
            else:
                v = number
                overflow = 0
        if overflow or (width < 8 and v >> (8 * width)):
            raise EncodeError(f"{int(number)} is out of range for an unsigned {8 * width}-bit number "
                              f"(0 to {(<uint64_t> -1) >> (64 - 8 * width)})")
    w.store(at, v, width, f.options & (O_BIG | O_NETWORK))
    return 0


cdef int put_bits(Writer w, Py_ssize_t at, Field *f, object value) except -1:
    """A number into a bit field of the unit at `at`, whose other bits stay."""
    number = number_of(f, value)
    cdef uint64_t top = (<uint64_t> 1 << f.bits) - 1
    cdef uint64_t unit = load(<const uint8_t *> w.data + at, f.width, False)
    if not 0 <= number <= top:
        raise EncodeError(f"{int(number)} is out of range for an unsigned {f.bits}-bit number (0 to {top})")
    unit = unit & ~(top << f.shift) | <uint64_t> number << f.shift
    return w.store(at, unit, f.width, False)


cdef inline bint plain_integer(Field *f, object value, uint64_t *number) noexcept:
    """Whether the value is an integer that fits an unsigned field as it is; all else takes `put_integer`."""
    cdef int overflow = 0
    cdef int64_t v
    if not PyLong_Check(value) or <PyObject *> value == Py_True or <PyObject *> value == Py_False:
        return False
    if f.options & (O_SIGNED | O_AUTO):
        return False
    v = PyLong_AsLongLongAndOverflow(value, &overflow)
    if overflow or v < 0 or (f.width < 8 and <uint64_t> v >> (8 * f.width)):
        return False
    number[0] = <uint64_t> v
    return True


cdef int encode_fixed(Writer w, Plan plan, Field *f, object value, Py_ssize_t start) except -1:
    """A header or struct member, written over the zeros that are there."""
    cdef Py_ssize_t end = w.size
    cdef Py_ssize_t used
    cdef uint64_t v
    if f.kind == K_INTEGER and plain_integer(f, value, &v):
        return w.store(start + f.position, v, f.width, f.options & O_BIG)
    if f.kind == K_INTEGER:
        if f.overflow and f.width == 1:
            number = number_of(f, value)
            if number > 255:
                value = number & 255 if f.options & O_MASK else f.overflow
        return put_integer(w, start + f.position, f, value, f.width)
    if f.kind == K_BITS:
        return put_bits(w, start + f.position, f, value)
    encode_value(w, plan, f, value, NULL, start)
    if f.options & O_REST:           # it stands where the struct ended so far
        return 0
    used = w.size - end
    w.size = end
    if f.options & O_FAMILY:
        check_member_family(w, f, start, used, value)
    if used > f.width:
        raise EncodeError(f"{used} bytes where {f.width} are the most")
    memcpy(w.data + start + f.position, w.data + end, used)
    return 0


cdef int encode_value(Writer w, Plan plan, Field *f, object value, PyObject *record, Py_ssize_t start) except -1:
    cdef int kind = f.kind
    cdef Py_ssize_t n
    cdef Py_ssize_t at
    cdef Plan inner
    cdef Around here
    if kind == K_INTEGER:
        n = f.width
        if f.options & O_AUTO:
            value = number_of(f, value)
            n = 4
            if (value if value >= 0 else ~value).bit_length() > (31 if f.options & O_SIGNED else 32):
                n = 8
        at = w.size
        w.zeros(n)
        return put_integer(w, at, f, value, <int> n)
    if kind == K_STRING:
        if not isinstance(value, str):
            raise EncodeTypeError(f"expected a string, not {type(value).__name__} {value!r}")
        try:
            raw = value.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError as error:
            raise EncodeError(f"{value!r} cannot be written as UTF-8: {error.reason}") from None
        n = PyBytes_GET_SIZE(raw)
        if memchr(PyBytes_AS_STRING(raw), 0, n) != NULL:
            raise EncodeError(f"{value!r} holds a NUL character, which would end it early")
        if f.width and n > f.width and not f.options & O_REST:
            raise EncodeError(f"{value!r} is {n} bytes long, {f.width} are the most")
        w.put(PyBytes_AS_STRING(raw), n)
        return 0 if f.options & O_FIXED else w.zeros(1)
    if kind == K_FLAG:
        return 0
    if kind == K_IP:
        return put_address(w, f, value)
    if kind == K_PREFIX:
        return put_prefix(w, plan, f, value, start)
    if kind == K_MAC:
        return put_mac(w, f, value)
    if kind == K_BINARY:
        if not isinstance(value, (bytes, bytearray, memoryview)):
            raise EncodeTypeError(f"expected bytes, not {type(value).__name__} {value!r}")
        raw = bytes(value)
        if f.width and PyBytes_GET_SIZE(raw) > f.width and not f.options & O_REST:
            raise EncodeError(f"{len(raw)} bytes where {f.width} are the most")
        return w.put(PyBytes_AS_STRING(raw), PyBytes_GET_SIZE(raw))
    if kind == K_NEST and f.options & O_TAGGED:
        return put_tagged(w, f, value)
    if kind == K_NEST or kind == K_STRUCT:
        inner = <Plan> f.plan
        if not is_record(inner, value):
            raise EncodeTypeError(f"expected {inner.name}, not {type(value).__name__} {value!r}")
        here.plan, here.record, here.outer = <PyObject *> plan, record, w.around
        w.around = &here
        try:
            return encode_any(w, inner, <PyObject *> value)
        finally:
            w.around = here.outer
    if f.options & O_KEYED:
        return put_keyed(w, plan, f, value, record, start)
    if kind == K_ARRAY or kind == K_INDEXED or kind == K_SEQUENCE:
        return put_elements(w, plan, f, value, record, start)
    if kind == K_SELECT:
        return put_selected(w, plan, f, value, record, start)
    if kind == K_LABELS:
        return put_label_stack(w, value)
    if kind == K_VIA:
        return put_via(w, value)
    if kind == K_HOOK:
        return put_hook(w, f, value, NULL)
    raise SystemError(f"no such kind of field: {kind}")


cdef int put_tagged(Writer w, Field *f, object value) except -1:
    """A record that another one wraps, whose own field for it says nothing to who wrote the value."""
    wrapper = (<object> f.encoder)(value)
    try:
        return encode_any(w, <Plan> f.plan, <PyObject *> wrapper)
    except EncodeError as error:
        raise (error if wrapper is value else error.unwrapped()) from error.__cause__


cdef int put_hook(Writer w, Field *f, object value, PyObject *record) except -1:
    """What a hook writes; given the `record`, it writes attributes."""
    try:
        raw = (<object> f.encoder)(value) if record == NULL else (<object> f.encoder)(value, <object> record)
    except EncodeError:
        raise
    except TypeError as error:
        raise EncodeTypeError(f"{value!r} cannot be encoded: {error}") from error
    except HOOK_ERRORS as error:
        raise EncodeError(f"{value!r} cannot be encoded: {error}") from error
    return put_bytes(w, raw, "")


cdef int check_alone(Writer w, Py_ssize_t at) except -1:
    """Refuse an entry without a header, which is an attribute, where there is none or another one behind it."""
    if w.size == at:
        raise EncodeError("it says nothing")
    if w.size - at > (<Py_ssize_t> load(<const uint8_t *> w.data + at, 2, False) + 3 & ~3):
        raise EncodeError("it says more than one thing: each is an entry of its own")
    return 0


cdef int put_elements(Writer w, Plan plan, Field *f, object value, PyObject *record, Py_ssize_t start) except -1:
    cdef Py_ssize_t at
    cdef Field *item
    cdef Plan inner
    for i, element in enumerate(sequence(value)):
        at = w.size
        try:
            if f.kind == K_SEQUENCE:
                inner = <Plan> f.plan
                if not is_record(inner, element):
                    raise EncodeTypeError(f"expected {inner.name}, not {type(element).__name__} {element!r}")
                encode_any(w, inner, <PyObject *> element)
                if inner.header_size:
                    if w.size - at > 65535:
                        raise EncodeError(f"{w.size - at} bytes do not fit into one entry")
                    w.store(at, w.size - at, 2, False)
                    w.align()
                else:
                    check_alone(w, at)
                continue
            item = &plan.fields[f.item]
            if f.kind == K_INDEXED:
                w.zeros(NLA_HDRLEN)
            encode_value(w, plan, item, element, record, start)
            if f.kind == K_INDEXED:
                close_attribute(w, at, (f.first + i) | nested(w, plan, item, element, record))
            elif w.size - at > item.width:
                raise EncodeError(f"{w.size - at} bytes where {item.width} are the most")
            else:
                w.zeros(item.width - (w.size - at))
        except EncodeError as error:
            raise error.within(f"[{i}]") from error.__cause__
    return 0


cdef int put_keyed(Writer w, Plan plan, Field *f, object value, PyObject *record, Py_ssize_t start) except -1:
    cdef Py_ssize_t at
    cdef Field *item = &plan.fields[f.item]
    for key, element in value.items():
        at = w.size
        try:
            if not PyLong_Check(key) or not 0 <= key <= NLA_TYPE_MASK:
                raise EncodeError(f"an attribute's number is 0 to {NLA_TYPE_MASK}")
            w.zeros(NLA_HDRLEN)
            encode_value(w, plan, item, element, record, start)
            close_attribute(w, at, <int> key | nested(w, plan, item, element, record))
        except EncodeError as error:
            raise error.within(f"[{key!r}]") from error.__cause__
    return 0


cdef int put_selected(Writer w, Plan plan, Field *f, object value, PyObject *record, Py_ssize_t start) except -1:
    cdef Field *chosen = selected(plan, f, value, record, w.around)
    if chosen == NULL:
        return w.put(PyBytes_AS_STRING(value), PyBytes_GET_SIZE(value))
    return encode_value(w, plan, chosen, value, record, start)


cdef Field *selected(Plan plan, Field *f, object value, PyObject *record, Around *around) except? NULL:
    """The kind of field that a sub-message is; NULL for one that is given as bytes."""
    cdef PyObject *choice = NULL
    cdef PyObject *selecting
    cdef Field *chosen
    if isinstance(value, bytes):
        return NULL
    # Which sub-message may stand here is known when the selecting field is in this very record.
    offset = PyDict_GetItem(plan.selectors, <object> f.selector)
    if offset != NULL and record != NULL:
        selecting = slot_of(record, <Py_ssize_t> <object> offset, NONE)
        if selecting == NULL or selecting == NONE:
            choice = PyDict_GetItem(<object> f.choices, None)
            if choice == NULL:
                raise EncodeError(f"set {<str> f.selector} too: it says what {type(value).__name__} is for")
        else:
            choice = PyDict_GetItem(<object> f.choices, selector_number(plan, <Py_ssize_t> <object> offset,
                                                                        <object> selecting))
            if choice == NULL:
                choice = PyDict_GetItem(<object> f.choices, None)
            if choice == NULL:
                raise EncodeError(f"nothing is known of {<str> f.selector} {<object> selecting!r}: give bytes")
        return &plan.fields[<int> <object> choice]
    for number in (<dict> f.choices).values():
        chosen = &plan.fields[<int> number]
        if chosen.plan != NULL and is_record(<Plan> chosen.plan, value):
            return chosen
    while around != NULL:  # the nearest record that declares the field decides, as in reading
        offset = PyDict_GetItem((<Plan> around.plan).selectors, <object> f.selector)
        if offset != NULL and around.record != NULL:
            selecting = slot_of(around.record, <Py_ssize_t> <object> offset, NONE)
            choice = NULL if selecting == NULL else PyDict_GetItem(
                <object> f.choices, selector_number(<Plan> around.plan, <Py_ssize_t> <object> offset,
                                                    <object> selecting))
            if choice != NULL:
                return &plan.fields[<int> <object> choice]
            break
        around = around.outer
    raise EncodeTypeError(f"{type(value).__name__} is none of the sub-messages that may stand here")


cdef selector_number(Plan plan, Py_ssize_t slot, object value):
    """What a select's choices are keyed by: the number that the name of an enum member stands for, else the value."""
    cdef int i
    if isinstance(value, str):
        for i in range(plan.slot_count):
            if plan.fields[plan.slots[i]].slot == slot and plan.fields[plan.slots[i]].labels != NULL:
                return number_of(&plan.fields[plan.slots[i]], value)
    return value
