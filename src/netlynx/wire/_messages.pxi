# Messages: walking a datagram's nlmsghdrs and decoding those that a plan was made for.

cdef struct Header:
    uint32_t length
    uint16_t type
    uint16_t flags
    uint32_t sequence
    uint32_t portid


cdef inline int message_at(const uint8_t *p, Py_ssize_t left, Header *header) except -1:
    if left < NLMSG_HDRLEN:
        raise DecodeError(f"{left} bytes are left where a 16-byte message header should be")
    memcpy(header, p, NLMSG_HDRLEN)
    if header.length < NLMSG_HDRLEN:
        raise DecodeError(f"message length {header.length} is less than its own header")
    if header.length > left:
        raise DecodeError(f"message length {header.length} exceeds the {left} bytes that are left")
    return 0


cdef inline bint matches(PyObject *record, tuple match) except -1:
    for offset, expected in match:
        if <object> NLX_SLOT(record, <Py_ssize_t> offset) != expected:
            return False
    return True


def read_messages(Plan plan not None, const uint8_t[::1] data not None, Py_ssize_t at, Py_ssize_t end,
                  int type, uint32_t sequence, uint32_t portid, list out not None, tuple match=()):
    """Decode consecutive messages of one exchange and append their records to `out`.

    Stops at the first message of another type, sequence or port. Returns (where it stopped, the flags of all
    messages read, or-ed). `match` is a tuple of (slot offset, value): records that differ are left out.
    Raises DecodeError.
    """
    cdef Header header
    cdef PyObject *record
    cdef int flags = 0, inside
    if at < 0 or end > data.shape[0]:
        raise ValueError("the range lies outside the data")
    while at < end:
        inside = 0
        try:
            message_at(&data[at], end - at, &header)
            if header.type != type or header.sequence != sequence or header.portid != portid:
                break
            inside = NLMSG_HDRLEN
            record = decode_record(plan, &data[at] + NLMSG_HDRLEN, header.length - NLMSG_HDRLEN, NULL)
        except DecodeError as error:
            outwards(error, at + inside)
            raise
        flags |= header.flags
        try:
            if not match or matches(record, match):
                out.append(<object> record)
        finally:
            Py_DECREF(<object> record)
        at += (header.length + 3) & ~3
    return at, flags


def read_header(const uint8_t[::1] data not None, Py_ssize_t at, Py_ssize_t end):
    """(length, type, flags, sequence, portid) of the message at `at`. Raises DecodeError."""
    cdef Header header
    if at < 0 or at >= end or end > data.shape[0]:
        raise ValueError("the range lies outside the data")
    try:
        message_at(&data[at], end - at, &header)
    except DecodeError as error:
        outwards(error, at)
        raise
    return header.length, header.type, header.flags, header.sequence, header.portid


def decode(Plan plan not None, const uint8_t[::1] data not None, Py_ssize_t at=0, end=None):
    """One record from a message's payload (fixed header and attributes) or a struct's bytes. Raises DecodeError."""
    cdef Py_ssize_t stop = data.shape[0] if end is None else end
    cdef PyObject *record
    cdef const uint8_t *p = NULL
    if at < 0 or at > stop or stop > data.shape[0]:
        raise ValueError("the range lies outside the data")
    if at < data.shape[0]:
        p = &data[at]
    else:
        p = <const uint8_t *> b""
    if plan.attribute is None:
        record = decode_struct(plan, p, stop - at, NULL)
    else:
        record = decode_record(plan, p, stop - at, NULL)
    result = <object> record
    Py_DECREF(result)
    return result


def read_events(dict table not None, const uint8_t[::1] data not None, Py_ssize_t size, list out not None, event):
    """Decode notifications: `table` maps a message type to (plan, kind), each becomes ``event(kind, record)``.

    Where the type is shared by several kinds of message, as in generic netlink, it maps to a dict, from the first
    byte of the payload to (plan, kind). Returns how many messages were of no such type. Raises DecodeError; the events before it are in `out`.
    """
    cdef Header header
    cdef PyObject *entry
    cdef PyObject *record
    cdef Py_ssize_t at = 0
    cdef int strays = 0, inside
    if size > data.shape[0]:
        raise ValueError("the range lies outside the data")
    while at < size:
        inside = 0
        try:
            message_at(&data[at], size - at, &header)
            entry = PyDict_GetItem(table, <object> <int> header.type)
            if entry != NULL and isinstance(<object> entry, dict):
                if header.length > NLMSG_HDRLEN:
                    entry = PyDict_GetItem(<object> entry, <object> <int> data[at + NLMSG_HDRLEN])
                else:
                    entry = NULL
            if entry == NULL:
                strays += 1
            else:
                plan, kind = <tuple> <object> entry
                inside = NLMSG_HDRLEN
                record = decode_record(<Plan?> plan, &data[at] + NLMSG_HDRLEN, header.length - NLMSG_HDRLEN, NULL)
                value = <object> record
                Py_DECREF(value)
                out.append(event(kind, value))
        except DecodeError as error:
            outwards(error, at + inside)
            raise
        at += (header.length + 3) & ~3
    return strays
