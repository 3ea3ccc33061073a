# From payloads to values. A payload that does not fit its declared kind is no error: UNFIT says so, and it stays
# available raw in the record's `unknown`.

cdef extern from "Python.h":
    # `<PyObject *> True` would be the C number 1.
    PyObject *Py_True
    PyObject *Py_False

# decode_value() returns this (borrowed, never stored) for a payload that does not fit the kind.
cdef PyObject *UNFIT = <PyObject *> NotImplemented


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


cdef inline int member_size(const Field *f, const uint8_t *p, Py_ssize_t n) noexcept nogil:
    """Bytes that count of a member of the header or struct at p; -1: it is not whole in its n bytes."""
    if f.options & O_REST:
        return -1 if n < f.position else <int> ((n - f.position) // f.width * f.width)
    if f.position + f.width > n:
        return -1
    if not f.options & O_FAMILY:
        return f.width
    if f.family + f.family_width > n:
        return -1
    return 4 if load(p + f.family, f.family_width, False) == INET else f.width


cdef inline Py_ssize_t struct_end(int size, int unit, Py_ssize_t n) noexcept nogil:
    """Where a struct that stands in n bytes ends: behind the last whole element of its array, if it ends in one."""
    return size + (n - size) // unit * unit if unit and n > size else size


cdef inline Py_ssize_t counted(const Field *f, const uint8_t *payload, Py_ssize_t size, const uint8_t *p,
                               Py_ssize_t n) noexcept nogil:
    """Bytes that count of an address which stands among the attributes at p, one of which says its family."""
    cdef uint16_t head[2]
    cdef Py_ssize_t at = 0, width
    cdef uint64_t family = 0
    if size != 16:
        return size
    while n - at >= NLA_HDRLEN:
        memcpy(head, p + at, 4)
        if head[0] < NLA_HDRLEN or head[0] > n - at:
            break
        width = head[0] - NLA_HDRLEN
        if (head[1] & NLA_TYPE_MASK) == f.family and (width == 1 or width == 2 or width == 4 or width == 8):
            family = load(p + at + NLA_HDRLEN, <int> width, False)
        at += (head[0] + 3) & ~3
    return 4 if family == INET else size


cdef inline bint fits_address(int options, int width, Py_ssize_t n) noexcept nogil:
    """Whether so many bytes are an address, as a field is declared."""
    return (n == 4 or n == 16) and (width == 0 or n == width or options & O_FAMILY != 0)


cdef inline uint64_t bits_at(const Field *f, const uint8_t *p) noexcept nogil:
    """The number in a bit field of the unit at p."""
    return load(p, f.width, False) >> f.shift & ((<uint64_t> 1 << f.bits) - 1)


cdef PyObject *integer(Field *f, const uint8_t *p, Py_ssize_t n) except NULL:
    cdef uint64_t v
    cdef int64_t s = 0
    cdef PyObject *number
    cdef PyObject *member
    # A kernel may widen or narrow a number; its value counts, not the width that was declared.
    if n != 4 and n != 1 and n != 2 and n != 8:
        return UNFIT
    v = load(p, <int> n, f.options & O_BIG)
    if f.options & O_SIGNED:
        s = <int64_t> (v << (64 - 8 * n)) >> (64 - 8 * n)
        v = <uint64_t> s
    if f.options & O_SPELT:
        return spelt_number(f, v)
    number = PyLong_FromLongLong(s) if f.options & O_SIGNED else PyLong_FromUnsignedLongLong(v)
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
    kept = getattr(enum, "_value2member_map_", {})
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
    cdef uint64_t number
    cdef PyObject *value
    cdef int kind = f.kind
    if kind == K_INTEGER:
        return integer(f, p, n)
    elif kind == K_PREFIX:
        return decode_prefix(f, p, n, frame)
    elif kind == K_IP:
        return ip_text(p, n) if fits_address(f.options, f.width, n) else UNFIT
    elif kind == K_STRING:
        return decode_string(f, p, n)
    elif kind == K_BINARY:
        return PyBytes_Raw(<const char *> p, n)
    elif kind == K_MAC:
        return hex_string(p, n) if n <= 64 else UNFIT
    elif kind == K_FLAG:
        # Some drivers answer with a byte where they take a flag (IFLA_VXLAN_TTL_INHERIT).
        if n > 1 or n == 1 and p[0] > 1:
            return UNFIT
        value = Py_True if n == 0 or p[0] else Py_False
        Py_INCREF(<object> value)
        return value
    elif kind == K_LABELS:
        used = put_labels(text, p, n)
        return ascii_string(text, used) if used else UNFIT
    elif kind == K_VIA:
        if n < 2:
            return UNFIT
        used = <int> load(p, 2, False)
        if not (used == INET and n == 6 or used == INET6 and n == 18):
            return UNFIT
        return ip_text(p + 2, n - 2)
    elif kind == K_BITS:
        number = bits_at(f, p)
        return integer(f, <const uint8_t *> &number, 8)
    else:
        return repeated(f, p, n, frame)


cdef PyObject *make_value(Field *f, const uint8_t *p, Py_ssize_t n, Frame *frame) except NULL:
    """The value of a payload that holds others, or that a hook understands: a new reference, or UNFIT."""
    cdef int kind = f.kind
    cdef PyObject *value
    if kind == K_NEST:
        value = decode_record(<Plan> f.plan, p, n, frame)
        return unwrapped(f, value) if f.options & O_TAGGED else value
    elif kind == K_STRUCT:
        return decode_struct(<Plan> f.plan, p, n, frame)
    elif kind == K_SEQUENCE:
        return decode_sequence(f, p, n, frame)
    elif kind == K_ARRAY:
        return decode_array(f, p, n, frame)
    elif kind == K_INDEXED:
        return decode_indexed(f, p, n, frame)
    elif kind == K_HOOK:
        return decode_hook(f, p, n) if f.carried == NULL else decode_carried(f, p, n)
    else:
        raise SystemError(f"no such kind of field: {kind}")


cdef PyObject *unwrapped(Field *f, PyObject *wrapper) except NULL:
    """What a tagged record stands for; steals `wrapper`."""
    try:
        value = (<object> f.decoder)(<object> wrapper)
    finally:
        Py_DECREF(<object> wrapper)
    Py_INCREF(value)
    return <PyObject *> value


cdef PyObject *decode_string(Field *f, const uint8_t *p, Py_ssize_t n) except NULL:
    cdef const void *end = memchr(p, 0, n) if n else NULL
    cdef Py_ssize_t used
    if end != NULL:
        used = <const uint8_t *> end - p
        if not f.options & O_FIXED and used < n - 1:
            return UNFIT            # more than one string: not what was declared, and nothing may vanish
        n = used
    return PyUnicode_DecodeUTF8(<const char *> p, n, "surrogateescape")


# Texts of addresses seen lately: the same few gateways and next hops stand in most rows of a table.
cdef struct Seen:
    uint8_t size
    uint8_t address[16]
    PyObject *text

cdef Seen seen_[1024]
memset(seen_, 0, sizeof(seen_))


cdef PyObject *ip_text(const uint8_t *p, Py_ssize_t n) except NULL:
    """An address of 4 or 16 bytes, or UNFIT."""
    cdef char text[48]
    cdef uint32_t four[4]
    cdef uint32_t hash
    cdef Seen *seen
    cdef PyObject *value
    if n == 4:
        memcpy(four, p, 4)
        hash = four[0] * 2654435761u
    elif n == 16:
        memcpy(four, p, 16)
        hash = (four[0] * 31 + four[1] * 37 + four[2] * 41 + four[3]) * 2654435761u
    else:
        return UNFIT
    seen = &seen_[hash >> 22]
    if seen.size == n and memcmp(seen.address, p, n) == 0:
        Py_INCREF(<object> seen.text)
        return seen.text
    value = ascii_string(text, put_ip(text, p, n))
    Py_INCREF(<object> value)
    Py_XDECREF(seen.text)
    seen.text = value
    seen.size = <uint8_t> n
    memcpy(seen.address, p, n)
    return value


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
    nlx_let_go(result)
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
    """A nest whose attribute types are indices, or keys: then a dict."""
    cdef Plan plan = <Plan> frame.plan
    cdef Field *item = &plan.fields[f.item]
    cdef PyObject *values = PyTuple_New(count_attributes(p, n))
    cdef Trail trail
    cdef Py_ssize_t at = 0
    cdef uint16_t head[2]
    cdef int result
    trail.at = 0
    trail.index = 0
    result = (<Elements> walk_indexed)(item, p, n, frame, values, &trail)
    if result < 0:
        Py_DECREF(<object> values)
        refuse_step(&trail)
    if result == UNFITTING:
        Py_DECREF(<object> values)
        return UNFIT
    if not f.options & O_KEYED:
        nlx_let_go(values)
        return values
    table = {}
    for value in <tuple> <object> values:
        memcpy(head, p + at, 4)
        table[head[1] & NLA_TYPE_MASK] = value
        at += (head[0] + 3) & ~3
    Py_DECREF(<object> values)
    Py_INCREF(table)
    return <PyObject *> table


cdef Py_ssize_t count_attributes(const uint8_t *p, Py_ssize_t n) noexcept nogil:
    """How many attributes stand one behind the other, up to the first that is malformed."""
    cdef Py_ssize_t at = 0, count = 0
    cdef uint16_t length
    while n - at >= NLA_HDRLEN:
        memcpy(&length, p + at, 2)
        if length < NLA_HDRLEN or length > n - at:
            break
        at += (length + 3) & ~3
        count += 1
    return count


cdef int walk_indexed(Field *item, const uint8_t *p, Py_ssize_t n, Frame *frame, PyObject *values,
                      Trail *trail) except -1:
    cdef Py_ssize_t at = 0, length
    cdef PyObject *value
    while at < n:
        trail.at = at
        length = attribute_at(p + at, n - at)
        trail.at = at + NLA_HDRLEN
        value = decode_value(item, p + at + NLA_HDRLEN, length - NLA_HDRLEN, frame)
        if value == UNFIT:
            return UNFITTING
        PyTuple_SET_ITEM(values, trail.index, value)
        trail.index += 1
        at += (length + 3) & ~3
    return 0


cdef PyObject *decode_sequence(Field *f, const uint8_t *p, Py_ssize_t n, Frame *frame) except NULL:
    """Records back to back, each with its length in its first two bytes: struct rtnexthop; or, of records without a
    header, attributes, one of which is a record."""
    cdef Plan plan = <Plan> f.plan
    cdef Trail trail
    cdef PyObject *values = PyTuple_New(count_steps(plan, p, n))
    trail.at = 0
    trail.index = 0
    if (<Steps> walk_steps)(plan, p, n, frame, values, &trail) < 0:
        Py_DECREF(<object> values)
        refuse_step(&trail)
    nlx_let_go(values)
    return values


cdef int refuse_step(Trail *trail) except -1:
    """Raise the error that is set, with the place in the sequence."""
    try:
        failed()
    except DecodeError as error:
        raise error.within(f"[{trail.index}]", trail.at)


cdef inline Py_ssize_t least_of(Plan plan) noexcept:
    """The bytes that every one of such records has."""
    return max(plan.header_size, NLA_HDRLEN)


cdef Py_ssize_t count_steps(Plan plan, const uint8_t *p, Py_ssize_t n) noexcept:
    """How many records stand back to back; too few where one of them is malformed."""
    cdef Py_ssize_t at = 0, length, count = 0
    cdef Py_ssize_t least = least_of(plan)
    while n - at >= least:
        length = <Py_ssize_t> load(p + at, 2, False)
        if length < least:
            break
        at += (length + 3) & ~3
        count += 1
    return count


cdef int walk_steps(Plan plan, const uint8_t *p, Py_ssize_t n, Frame *frame, PyObject *values,
                    Trail *trail) except -1:
    cdef Py_ssize_t length, least = least_of(plan)
    while trail.at < n:
        if n - trail.at < least:
            raise DecodeError(f"{n - trail.at} bytes are left where {least} begin an entry")
        length = <Py_ssize_t> load(p + trail.at, 2, False)
        if length < least or length > n - trail.at:
            raise DecodeError(f"entry length {length} does not fit into the {n - trail.at} bytes that are left")
        PyTuple_SET_ITEM(values, trail.index, decode_record(plan, p + trail.at, length, frame))
        trail.at += (length + 3) & ~3
        trail.index += 1
    return 0
