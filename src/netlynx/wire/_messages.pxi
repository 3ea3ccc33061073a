# Messages: walking a datagram's nlmsghdrs and decoding those that a plan was made for.

from cpython.buffer cimport PyBUF_SIMPLE, PyBuffer_Release, PyObject_GetBuffer

cdef extern from "Python.h":
    PyObject *PyType_GenericAlloc(PyTypeObject *type, Py_ssize_t items) except NULL

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


cdef inline bint belongs(const Header *header, int type, uint32_t sequence, uint32_t portid) noexcept nogil:
    return header.type == type and header.sequence == sequence and header.portid == portid


cdef inline bint is_whole(const Header *header, Py_ssize_t left) noexcept nogil:
    return NLMSG_HDRLEN <= header.length and header.length <= left


cdef class Counter:
    """A sink that counts the messages, or those that pass a filter. No objects but those that the filter needs."""
    cdef Filter filter
    cdef readonly Py_ssize_t count

    def __init__(self, Filter filter=None):
        self.filter = filter

    def read(self, const uint8_t[::1] data not None, Py_ssize_t at, Py_ssize_t end, int type, uint32_t sequence,
             uint32_t portid):
        """Count consecutive messages of one exchange; see `Records.read`."""
        cdef Header header
        cdef const uint8_t *p = NULL
        cdef int flags = 0, wanted = 1
        cdef bint filtered = self.filter is not None
        if at < 0 or end > data.shape[0]:
            raise ValueError("the range lies outside the data")
        if at < end:
            p = &data[0]
        with nogil:
            while end - at >= NLMSG_HDRLEN:
                memcpy(&header, p + at, NLMSG_HDRLEN)
                if not is_whole(&header, end - at) or not belongs(&header, type, sequence, portid):
                    break
                if filtered:
                    wanted = self.filter.passes(p + at + NLMSG_HDRLEN, header.length - NLMSG_HDRLEN)
                flags |= header.flags
                self.count += wanted
                at += (header.length + 3) & ~3
        check_message(p, at, end)
        return at, flags


cdef int check_message(const uint8_t *p, Py_ssize_t at, Py_ssize_t end) except -1:
    """Raise DecodeError when what stands at `at` is no message; the end of the data is in order."""
    cdef Header header
    if at < end:
        try:
            message_at(p + at, end - at, &header)
        except DecodeError as error:
            outwards(error, at)
            raise
    return 0


# How far a datagram was read.
cdef struct Reading:
    Py_ssize_t at
    Py_ssize_t end
    Py_ssize_t inside            # of the message at `at`: its header, once that is known to be well
    int flags

ctypedef int (*ReadOn)(Records, const uint8_t *, int, uint32_t, uint32_t, Reading *) noexcept


cdef class Records:
    """A sink that makes records: `records` are those read since the last `take`. What does not pass the filter is
    left out, and not even decoded where its bytes tell."""
    cdef Plan plan
    cdef Filter filter
    cdef readonly list records
    cdef int8_t *verdicts            # of the messages of one datagram
    cdef Py_ssize_t room

    def __init__(self, Plan plan not None, Filter filter=None):
        self.plan = plan
        self.filter = filter
        self.records = []

    def __dealloc__(self):
        free(self.verdicts)

    def take(self):
        """The records, which are forgotten here."""
        taken, self.records = self.records, []
        return taken

    def read(self, data not None, Py_ssize_t at, Py_ssize_t end, int type, uint32_t sequence, uint32_t portid):
        """Decode consecutive messages of one exchange.

        Stops at the first message of another type, sequence or port. Returns (where it stopped, the flags of all
        messages read, or-ed). Raises DecodeError.
        """
        cdef Reading reading
        cdef Py_buffer view
        cdef bint roomy = len(self.records) >= ROOMY
        reading.at = at
        reading.end = end
        reading.inside = 0
        reading.flags = 0
        PyObject_GetBuffer(data, &view, PyBUF_SIMPLE)
        try:
            if at < 0 or end > view.len:
                raise ValueError("the range lies outside the data")
            if roomy:
                nlx_be_roomy(True)
            if at < end and (<ReadOn> read_on)(self, <const uint8_t *> view.buf, type, sequence, portid, &reading) < 0:
                try:
                    failed()
                except DecodeError as error:
                    outwards(error, reading.at + reading.inside)
                    raise
        finally:
            if roomy:
                nlx_be_roomy(False)
            PyBuffer_Release(&view)
        return reading.at, reading.flags

    cdef const int8_t *sift_all(self, const uint8_t *p, Py_ssize_t left, int type, uint32_t sequence,
                                uint32_t portid) except NULL:
        """What the filter says of each message: all of a datagram at once, so that the GIL is let go of but once."""
        cdef Header header
        cdef Py_ssize_t most = left // NLMSG_HDRLEN + 1
        cdef int8_t *verdicts
        cdef int8_t *verdict
        if most > self.room:
            verdicts = <int8_t *> realloc(self.verdicts, most)
            if verdicts == NULL:
                raise MemoryError()
            self.verdicts = verdicts
            self.room = most
        verdict = self.verdicts
        with nogil:
            while left >= NLMSG_HDRLEN:
                memcpy(&header, p, NLMSG_HDRLEN)
                if not is_whole(&header, left) or not belongs(&header, type, sequence, portid):
                    break
                verdict[0] = <int8_t> sift(&self.filter.sieve, p + NLMSG_HDRLEN, header.length - NLMSG_HDRLEN)
                verdict += 1
                p += (header.length + 3) & ~3
                left -= (header.length + 3) & ~3
        return self.verdicts


cdef int read_on(
    Records sink, const uint8_t *p, int type, uint32_t sequence, uint32_t portid, Reading *reading
) except -1:
    cdef Header header
    cdef PyObject *record
    cdef list out = sink.records
    cdef const int8_t *verdict = NULL
    cdef int8_t wanted = 1
    if sink.filter is not None:
        verdict = sink.sift_all(p + reading.at, reading.end - reading.at, type, sequence, portid)
    while reading.at < reading.end:
        reading.inside = 0
        message_at(p + reading.at, reading.end - reading.at, &header)
        if not belongs(&header, type, sequence, portid):
            break
        if verdict != NULL:
            wanted = verdict[0]
            verdict += 1
        if wanted:
            reading.inside = NLMSG_HDRLEN
            record = decode_record(sink.plan, p + reading.at + NLMSG_HDRLEN, header.length - NLMSG_HDRLEN, NULL)
            if wanted != UNSETTLED:
                keep(out, record)
            else:
                keep_accepted(sink.filter, out, record)
        reading.flags |= header.flags
        reading.at += (header.length + 3) & ~3
    return 0


cdef inline int keep(list out, PyObject *record) except -1:
    """Append to a list; steals `record`."""
    PyList_Append(<PyObject *> out, record)
    Py_DECREF(<object> record)
    return 0


cdef int keep_accepted(Filter filter, list out, PyObject *record) except -1:
    """Append a record to a list if the filter accepts it; steals `record`."""
    try:
        if filter.accepts(record):
            out.append(<object> record)
    finally:
        Py_DECREF(<object> record)
    return 0


def read_header(data not None, Py_ssize_t at, Py_ssize_t end):
    """(length, type, flags, sequence, portid) of the message at `at`. Raises DecodeError."""
    cdef Header header
    cdef Py_buffer view
    PyObject_GetBuffer(data, &view, PyBUF_SIMPLE)
    try:
        if at < 0 or at >= end or end > view.len:
            raise ValueError("the range lies outside the data")
        message_at(<const uint8_t *> view.buf + at, end - at, &header)
    except DecodeError as error:
        outwards(error, at)
        raise
    finally:
        PyBuffer_Release(&view)
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


cdef object meanings(entry):
    """An entry of the table of `Notifications`, its plans checked."""
    if isinstance(entry, dict):
        return {number: meanings(inner) for number, inner in entry.items()}
    plan, kind, otherwise = entry
    return (<Plan?> plan, kind, otherwise)


cdef class Notifications:
    """Makes events of notifications. `table` maps a message type to (plan, kind with NLM_F_CREATE, kind without), or,
    where several kinds of message share a type as in generic netlink, to a dict from the first byte of the payload to
    that; `event` is a frozen struct with the slots `kind` and `record`, and nothing else. A plan may be a layout's: of
    a message that is a C struct and nothing else, or with its data behind it, in `tail`."""
    cdef dict table
    cdef object event
    cdef Py_ssize_t kind
    cdef Py_ssize_t record

    def __init__(self, dict table not None, event not None):
        self.table = {number: meanings(meaning) for number, meaning in table.items()}
        self.event = event
        self.kind = nlx_slot_offset(event.kind)
        self.record = nlx_slot_offset(event.record)
        if self.kind < 0 or self.record < 0 or event.__struct_fields__ != ("kind", "record"):
            raise TypeError(f"{event!r} is not a struct of kind and record")

    def read(self, data, Py_ssize_t size, list out not None):
        """Append the events of the first `size` bytes to `out`; returns how many messages were of no known type.

        Raises DecodeError; the events before it are in `out`.
        """
        cdef Py_buffer view
        PyObject_GetBuffer(data, &view, PyBUF_SIMPLE)
        try:
            if size > view.len:
                raise ValueError("the range lies outside the data")
            return self.read_from(<const uint8_t *> view.buf, size, out)
        finally:
            PyBuffer_Release(&view)

    cdef int read_from(self, const uint8_t *p, Py_ssize_t size, list out) except -1:
        cdef Header header
        cdef PyObject *entry
        cdef PyObject *record
        cdef Plan plan
        cdef Py_ssize_t at = 0, n
        cdef int strays = 0, inside = 0
        try:
            while at < size:
                inside = 0
                message_at(p + at, size - at, &header)
                entry = PyDict_GetItem(self.table, <object> <int> header.type)
                if entry != NULL and isinstance(<object> entry, dict):
                    if header.length > NLMSG_HDRLEN:
                        entry = PyDict_GetItem(<object> entry, <object> <int> p[at + NLMSG_HDRLEN])
                    else:
                        entry = NULL
                if entry == NULL:
                    strays += 1
                else:
                    inside = NLMSG_HDRLEN
                    plan = <Plan> PyTuple_GET_ITEM(entry, 0)
                    n = header.length - NLMSG_HDRLEN
                    if plan.attribute is None:
                        record = decode_struct(plan, p + at + NLMSG_HDRLEN, n, NULL)
                    else:
                        record = decode_record(plan, p + at + NLMSG_HDRLEN, n, NULL)
                    self.append(out, PyTuple_GET_ITEM(entry, 1 if header.flags & NLM_F_CREATE else 2), record)
                at += (header.length + 3) & ~3
        except DecodeError as error:
            outwards(error, at + inside)
            raise
        return strays

    cdef int append(self, list out, PyObject *kind, PyObject *record) except -1:
        """Steals `record`."""
        cdef PyObject *event
        try:
            event = PyType_GenericAlloc(<PyTypeObject *> self.event, 0)
        except:
            Py_DECREF(<object> record)
            raise
        Py_INCREF(<object> kind)
        nlx_set(event, self.kind, kind)
        nlx_set(event, self.record, record)
        try:
            out.append(<object> event)
        finally:
            Py_DECREF(<object> event)
        return 0
