# Requests that no answer is asked for, packed one behind the other, and the latest of them remembered as bytes: the
# operations themselves would be kept alive for a refusal that hardly ever comes.

cdef enum:
    TOLD = 2048                          # requests remembered; a power of two
    TOLD_ROOM = 64 << 10                 # bytes for them, and more where a single one is larger
    TOLD_TOGETHER = 32 << 10             # bytes that are sent together, at most one request more

cdef struct Telling:
    uint32_t sequence                    # 0: none
    Py_ssize_t size
    uint64_t at                          # where it begins, counted from the first byte that was ever remembered
    PyObject *name
    PyObject *request                    # its class


@cython.final
cdef class Told:
    """Numbers the requests of one socket from `sequence` + 1 on, and packs those that only a refusal is heard of."""

    cdef public uint32_t sequence        # of the last one
    cdef Telling *tellings
    cdef char *bytes
    cdef Py_ssize_t room
    cdef uint64_t written

    def __init__(self, uint32_t sequence=0):
        self.sequence = sequence

    def __dealloc__(self):
        cdef int i
        if self.tellings != NULL:
            for i in range(TOLD):
                Py_XDECREF(self.tellings[i].name)
                Py_XDECREF(self.tellings[i].request)
        free(self.tellings)
        free(self.bytes)

    cdef uint32_t number(self) noexcept:
        """1 … 2³²-1, then 1 again: 0 is what notifications carry."""
        self.sequence = self.sequence % 0xFFFFFFFF + 1
        return self.sequence

    def next(self):
        """A number for a request that is packed elsewhere."""
        return self.number()

    def pack(self, tuple operations not None, Py_ssize_t first, uint32_t portid):
        """A datagram of the operations from `first` on that are of one protocol, as many as are sent together.

        Returns (the datagram, the number of the first operation that is not in it). Raises TypeError for one that gets
        more than an acknowledgement.
        """
        cdef Py_ssize_t count = PyTuple_GET_SIZE(<PyObject *> operations), end = first, size = 0, n, at = 0
        cdef Py_ssize_t i
        cdef PyObject *asked
        cdef PyObject *protocol = NULL
        cdef char *data
        while end < count and size < TOLD_TOGETHER:
            asked = PyTuple_GET_ITEM(<PyObject *> operations, end)
            if not is_operation(asked):
                raise TypeError(f"send takes operations such as queue.accept(packet), not {<object> asked!r}")
            if NLX_SLOT(asked, asking.reply) != NONE or len(<str?> <object> NLX_SLOT(asked, asking.family)):
                raise TypeError(f"only what is acknowledged and no more goes with a subscription, not {<object> asked}")
            if protocol == NULL:
                protocol = NLX_SLOT(asked, asking.protocol)
            elif protocol != NLX_SLOT(asked, asking.protocol):
                if <object> protocol != <object> NLX_SLOT(asked, asking.protocol):
                    break
            size += NLMSG_HDRLEN + ((PyBytes_GET_SIZE(<bytes?> <object> NLX_SLOT(asked, asking.payload)) + 3) & ~3)
            end += 1
        datagram = PyBytes_FromStringAndSize(NULL, size)
        data = PyBytes_AS_STRING(datagram)
        for i in range(first, end):
            asked = PyTuple_GET_ITEM(<PyObject *> operations, i)
            n = put_request(data + at, asked, NLM_F_REQUEST, self.number(), portid)
            self.remember(asked, data + at, n)
            at += n
        return datagram, end

    cdef int remember(self, PyObject *asked, const char *message, Py_ssize_t n) except -1:
        cdef Telling *telling
        cdef Py_ssize_t place
        if n > self.room:
            self.enlarge(n)
        place = <Py_ssize_t> (self.written % <uint64_t> self.room)
        if place + n > self.room:
            self.written += self.room - place
            place = 0
        telling = &self.tellings[self.sequence & (TOLD - 1)]
        Py_XDECREF(telling.name)
        Py_XDECREF(telling.request)
        telling.sequence = self.sequence
        telling.size = n
        telling.at = self.written
        telling.name = NLX_SLOT(asked, asking.name)
        telling.request = <PyObject *> Py_TYPE(<object> NLX_SLOT(asked, asking.request))
        Py_INCREF(<object> telling.name)
        Py_INCREF(<object> telling.request)
        memcpy(self.bytes + place, message, n)
        self.written += n
        return 0

    cdef int enlarge(self, Py_ssize_t n) except -1:
        """Make room for a request of so many bytes; those before it are forgotten."""
        cdef Py_ssize_t room = TOLD_ROOM
        cdef char *bytes
        cdef int i
        while room < n:
            room *= 2
        if self.tellings == NULL:
            self.tellings = <Telling *> calloc(TOLD, sizeof(Telling))
            if self.tellings == NULL:
                raise MemoryError()
        bytes = <char *> malloc(room)
        if bytes == NULL:
            raise MemoryError()
        free(self.bytes)
        for i in range(TOLD):
            self.tellings[i].sequence = 0
        self.bytes = bytes
        self.room = room
        self.written = 0
        return 0

    def find(self, uint32_t sequence):
        """(the operation's name, the class of its request, the message as it was sent), None if it is not remembered.
        """
        cdef Telling *telling
        if self.tellings == NULL or sequence == 0:
            return None
        telling = &self.tellings[sequence & (TOLD - 1)]
        if telling.sequence != sequence or self.written - telling.at > <uint64_t> self.room:
            return None
        message = PyBytes_FromStringAndSize(self.bytes + telling.at % <uint64_t> self.room, telling.size)
        return <object> telling.name, <object> telling.request, message
