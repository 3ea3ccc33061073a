# Messages: walking a datagram's nlmsghdrs and decoding those that a plan was made for.

cdef extern from "Python.h":
    PyObject *PyType_GenericAlloc(PyTypeObject *type, Py_ssize_t items) except NULL

cdef class Counter(Sink):
    """A sink that counts the messages, or those that pass a filter. No objects but those that the filter needs."""
    cdef Filter filter
    cdef Memory memory
    cdef readonly Py_ssize_t count

    def __init__(self, Filter filter=None):
        self.filter = filter
        self.cheap = filter is None or filter.sieve.only_plain

    cdef int take_in(self, const uint8_t *p, Reading *reading) except -1 nogil:
        cdef Header header
        cdef int wanted = 1
        cdef bint filtered = self.filter is not None
        while reading.end - reading.at >= NLMSG_HDRLEN:
            memcpy(&header, p + reading.at, NLMSG_HDRLEN)
            if not is_whole(&header, reading.end - reading.at):
                break
            if not belongs(&header, p + reading.at, reading):
                return 0
            if filtered:
                reading.inside = NLMSG_HDRLEN
                wanted = self.filter.passes(
                    p + reading.at + NLMSG_HDRLEN, header.length - NLMSG_HDRLEN, &self.memory
                )
                reading.inside = 0
            reading.flags |= header.flags
            reading.taken += 1
            self.count += wanted
            reading.at += (header.length + 3) & ~3
        if reading.at < reading.end:
            with gil:
                message_at(p + reading.at, reading.end - reading.at, &header)
        return 0


ctypedef int (*ReadOn)(Records, const uint8_t *, Reading *) noexcept


cdef class Records(Sink):
    """A sink that makes records: `records` are those read since the last `take`. What does not pass the filter is
    left out, and not even decoded where its bytes tell."""
    cdef Plan plan
    cdef Filter filter
    cdef Memory memory
    cdef readonly list records
    cdef readonly Py_ssize_t parts   # datagrams, or pieces of one, of which any record was made
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
        """See `Sink.read`; with the GIL, which every record takes."""
        cdef Reading reading = Reading(type, sequence, portid, at, end, 0, 0, 0, self.only)
        cdef Py_buffer view
        PyObject_GetBuffer(data, &view, PyBUF_SIMPLE)
        try:
            if at < 0 or end > view.len:
                raise ValueError("the range lies outside the data")
            if at < end and read_roomy(self, <const uint8_t *> view.buf, &reading) < 0:
                try:
                    failed()
                except DecodeError as error:
                    outwards(error, reading.at + reading.inside)
                    raise
        finally:
            PyBuffer_Release(&view)
        return reading.at, reading.flags

    cdef int take_in(self, const uint8_t *p, Reading *reading) except -1 nogil:
        with gil:
            if read_roomy(self, p, reading) < 0:
                failed()
        return 0

    cdef const int8_t *sift_all(self, const uint8_t *p, const Reading *reading) except NULL:
        """What the filter says of each message: all of a datagram at once, so that the GIL is let go of but once."""
        cdef Header header
        cdef Py_ssize_t size, left = reading.end - reading.at, most = left // NLMSG_HDRLEN + 1
        cdef int8_t *verdicts
        cdef int8_t *verdict
        if most > self.room:
            verdicts = <int8_t *> realloc(self.verdicts, most)
            if verdicts == NULL:
                raise MemoryError()
            self.verdicts = verdicts
            self.room = most
        verdict = self.verdicts
        p += reading.at
        with nogil:
            while left >= NLMSG_HDRLEN:
                memcpy(&header, p, NLMSG_HDRLEN)
                if not is_whole(&header, left) or not belongs(&header, p, reading):
                    break
                size = header.length - NLMSG_HDRLEN
                verdict[0] = <int8_t> glance(&self.filter.sieve, p + NLMSG_HDRLEN, size, &self.memory)
                verdict += 1
                p += (header.length + 3) & ~3
                left -= (header.length + 3) & ~3
        return self.verdicts


cdef int read_roomy(Records sink, const uint8_t *p, Reading *reading) noexcept:
    """As `read_on`; a large table gets memory in large pages. An error is left to be raised by `failed`."""
    cdef Py_ssize_t before = len(sink.records)
    cdef bint roomy = before >= ROOMY
    cdef int outcome
    if roomy:
        nlx_be_roomy(True)
    outcome = (<ReadOn> read_on)(sink, p, reading)
    if roomy:
        nlx_be_roomy(False)
    sink.parts += len(sink.records) > before
    return outcome


cdef int read_on(Records sink, const uint8_t *p, Reading *reading) except -1:
    cdef Header header
    cdef PyObject *record
    cdef list out = sink.records
    cdef const int8_t *verdict = NULL
    cdef int8_t wanted = 1
    if sink.filter is not None:
        verdict = sink.sift_all(p, reading)
    while reading.at < reading.end:
        reading.inside = 0
        message_at(p + reading.at, reading.end - reading.at, &header)
        if not belongs(&header, p + reading.at, reading):
            break
        if verdict != NULL:
            wanted = verdict[0]
            verdict += 1
        if wanted:
            reading.inside = NLMSG_HDRLEN
            record = decode_either(sink.plan, p + reading.at + NLMSG_HDRLEN, header.length - NLMSG_HDRLEN)
            if wanted != UNSETTLED:
                keep(out, record)
            else:
                keep_accepted(sink.filter, out, record)
        reading.flags |= header.flags
        reading.taken += 1
        reading.at += (header.length + 3) & ~3
    return 0


cdef inline PyObject *decode_either(Plan plan, const uint8_t *p, Py_ssize_t n) except NULL:
    """The payload of a message: a record, or a C struct with what is behind it."""
    return decode_struct(plan, p, n, NULL) if plan.attribute is None else decode_record(plan, p, n, NULL)


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


def decode(Plan plan not None, const uint8_t[::1] data not None, Py_ssize_t at=0, end=None, *, bint strict=False):
    """One record from a message's payload (fixed header and attributes) or a struct's bytes.

    Raises DecodeError for a message that is malformed itself, and, where `strict`, for anything in it that is.
    """
    cdef Py_ssize_t stop = data.shape[0] if end is None else end
    cdef PyObject *record
    cdef const uint8_t *p = NULL
    if at < 0 or at > stop or stop > data.shape[0]:
        raise ValueError("the range lies outside the data")
    if at < data.shape[0]:
        p = &data[at]
    else:
        p = <const uint8_t *> b""
    if strict and plan.attribute is not None:
        record = decode_closely(plan, p, stop - at, True, NULL)
    else:
        record = decode_either(plan, p, stop - at)
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

    def read_many(self, const uint8_t[::1] data not None, const uint8_t[::1] index not None, Py_ssize_t first,
                  Py_ssize_t count, list out not None, bint asking=False):
        """Append the events of several datagrams to `out`. `index` says where each stands in `data` and who sent it:
        see `netlynx.engine.subscription.DATAGRAM`.

        Stops at the first that takes a closer look, as it is malformed, cut short or not the kernel's, or with
        `asking` is an answer; nothing of it is in `out` then. Returns (its number, or `count`; how many
        messages were of no known type).
        """
        cdef uint32_t place[3]
        cdef uint16_t type
        cdef Py_ssize_t begin
        cdef int strays = 0
        if first < 0 or count * <Py_ssize_t> sizeof(place) > index.shape[0]:
            raise ValueError("the index has not so many entries")
        while first < count:
            memcpy(place, &index[first * <Py_ssize_t> sizeof(place)], sizeof(place))
            if place[2] or <Py_ssize_t> place[0] + <Py_ssize_t> place[1] > data.shape[0] or not place[1]:
                break
            if asking and place[1] >= NLMSG_HDRLEN:
                memcpy(&type, &data[place[0] + 4], 2)
                if type == NLMSG_ERROR:
                    break
            begin = len(out)
            try:
                strays += self.read_from(&data[place[0]], place[1], out)
            except DecodeError:
                del out[begin:]
                break
            first += 1
        return first, strays

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
                    record = decode_either(plan, p + at + NLMSG_HDRLEN, n)
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
