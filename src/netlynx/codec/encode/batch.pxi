# Batches: operations gathered into the lots that share a datagram, their messages, and what comes back for them.

cdef extern from "Python.h":
    PyObject *PyIter_Next(object o)              # NULL at the end, and with an exception set
    PyObject *PyErr_Occurred()


cdef class Gatherer:
    """Takes operations from an iterator, a datagram's worth at a time.

    A lot has at most `most` of them, `room` bytes (a larger one goes alone) and `weight` in answers, of which an
    acknowledgement counts 1 and a record `reply_weight`. A lot is of one protocol.
    """

    cdef object iterator
    cdef object pending                  # taken from the iterator, did not fit
    cdef list ahead                      # the lot that was taken before it was asked for
    cdef object error                    # of the iterator, to be raised when what came before it is carried out
    cdef readonly object met             # what came from the iterator and is no operation
    cdef Py_ssize_t most
    cdef Py_ssize_t room
    cdef Py_ssize_t weight
    cdef Py_ssize_t reply_weight
    cdef readonly bint mixed             # whether operations came up that are more than a request

    def __init__(self, operations, Py_ssize_t most, Py_ssize_t room, Py_ssize_t weight, Py_ssize_t reply_weight):
        self.iterator = iter(operations)
        self.most = most
        self.room = room
        self.weight = weight
        self.reply_weight = reply_weight

    def widen(self, Py_ssize_t most, Py_ssize_t weight):
        """Lots may be as large from here on; one that was looked ahead at stays as it is."""
        self.most = most
        self.weight = weight

    def take(self):
        """The next operations, as a list; an empty one at the end.

        Raises what the iterator raises, and TypeError for what is no operation, when all before it were taken.
        """
        cdef list lot
        if self.ahead is not None:
            lot, self.ahead = self.ahead, None
            if lot or self.error is None:
                return lot
        lot = []
        if self.error is not None:
            error, self.error = self.error, None
            raise error
        try:
            self.fill(lot)
        except Exception as error:
            if not lot:
                raise
            self.error = error
        return lot

    def look_ahead(self):
        """Take the next operations from the iterator now, and return them: `take` gives them too, or raises what was
        met."""
        if self.ahead is None and self.error is None:
            self.ahead = []
            try:
                self.fill(self.ahead)
            except Exception as error:
                self.error = error
        return self.ahead or []

    cdef int fill(self, list lot) except -1:
        cdef Py_ssize_t size = 0, weight = 0, count = 0, needed
        cdef PyObject *item
        cdef PyObject *protocol = NULL
        operation, self.pending = self.pending, None
        while True:
            if operation is None:
                item = PyIter_Next(self.iterator)
                if item == NULL:
                    return -1 if PyErr_Occurred() else 0
                operation = <object> item
                Py_DECREF(operation)
                if not is_operation(item):
                    self.met = operation
                    raise TypeError(f"a batch takes operations such as route.add(record), not {operation!r}")
                if <PyObject *> Py_TYPE(operation) != asking.kind:
                    self.mixed = True
            item = <PyObject *> operation
            needed = NLMSG_HDRLEN + ((PyBytes_GET_SIZE(<bytes?> <object> NLX_SLOT(item, asking.payload)) + 3) & ~3)
            if count == 0:
                protocol = NLX_SLOT(item, asking.protocol)
            elif size + needed > self.room or (NLX_SLOT(item, asking.protocol) != protocol
                                               and <object> NLX_SLOT(item, asking.protocol) != <object> protocol):
                self.pending = operation
                return 0
            lot.append(operation)
            count += 1
            size += needed
            weight += 1 if NLX_SLOT(item, asking.reply) == NONE else self.reply_weight
            if count >= self.most or weight >= self.weight:
                return 0
            operation = None


def pack_requests(list operations not None, uint32_t sequence, uint32_t portid):
    """One datagram of the operations' requests, numbered from `sequence`; the last one asks for an acknowledgement.

    Returns the datagram and what a kernel answers (with NETLINK_CAP_ACK) when it refused none and has nothing to say.
    """
    cdef Py_ssize_t size = 0, at = 0, last = 0, i, count = len(operations)
    cdef char *data
    for operation in operations:
        if not is_operation(<PyObject *> operation):
            raise TypeError(f"a batch takes operations such as route.add(record), not {operation!r}")
        payload = <bytes?> <object> NLX_SLOT(<PyObject *> operation, asking.payload)
        size += NLMSG_HDRLEN + ((PyBytes_GET_SIZE(payload) + 3) & ~3)
    datagram = PyBytes_FromStringAndSize(NULL, size)
    data = PyBytes_AS_STRING(datagram)
    for i in range(count):
        last = at
        at += put_request(data + at, PyList_GET_ITEM(<PyObject *> operations, i),
                          NLM_F_REQUEST | NLM_F_ACK if i == count - 1 else NLM_F_REQUEST,
                          sequence + <uint32_t> i, portid)
    return datagram, acknowledgement(data + last)


cdef bytes acknowledgement(const char *request):
    """struct nlmsgerr of a request that was carried out, as Linux writes it: no errno, the header and no more."""
    cdef Header asked, header
    cdef char answer[NLMSG_HDRLEN + 4 + NLMSG_HDRLEN]
    memcpy(&asked, request, NLMSG_HDRLEN)
    header = Header(sizeof(answer), NLMSG_ERROR, NLM_F_CAPPED, asked.sequence, asked.portid)
    memcpy(answer, &header, NLMSG_HDRLEN)
    memset(answer + NLMSG_HDRLEN, 0, 4)
    memcpy(answer + NLMSG_HDRLEN + 4, request, NLMSG_HDRLEN)
    return PyBytes_FromStringAndSize(answer, sizeof(answer))


def read_answers(const uint8_t[::1] data not None, Py_ssize_t size, uint32_t sequence, Py_ssize_t count,
                 uint32_t portid, list out not None):
    """What a datagram says to the `count` requests numbered from `sequence`.

    Appends (number of the request from 0, message type, flags, errno as the kernel writes it, start and end of the
    payload) for each message; returns how many were answers to somebody else. Raises DecodeError.
    """
    cdef Header header
    cdef Py_ssize_t at = 0, number
    cdef int strays = 0
    cdef int32_t errno
    if size > data.shape[0]:
        raise ValueError("the range lies outside the data")
    while at < size:
        try:
            message_at(&data[at], size - at, &header)
        except DecodeError as error:
            outwards(error, at)
            raise
        number = <Py_ssize_t> header.sequence - <Py_ssize_t> sequence
        if header.portid != portid or not 0 <= number < count:
            strays += 1
        else:
            errno = 0
            if header.type == NLMSG_ERROR:
                if header.length < NLMSG_HDRLEN + 4:
                    raise DecodeError(f"an acknowledgement of {header.length} bytes has no room for its errno", at)
                memcpy(&errno, &data[at] + NLMSG_HDRLEN, 4)
            out.append((number, header.type, header.flags, errno, at + NLMSG_HDRLEN, at + header.length))
        at += (header.length + 3) & ~3
    return strays
