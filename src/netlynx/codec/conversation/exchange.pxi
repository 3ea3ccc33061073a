# Single requests: the request with its header, and the answer as it usually comes, one message in one datagram.

cdef extern from *:
    """
    /* send(2) to the kernel, which does not wait; 0, or an errno. */
    static int nlx_ask(int fd, const void *data, size_t size) {
    #ifdef __linux__
        while (send(fd, data, size, MSG_DONTWAIT) < 0)
            if (errno != EINTR)
                return errno;
        return 0;
    #else
        return ENOSYS;
    #endif
    }
    """
    int nlx_ask(int fd, const void *data, size_t size) noexcept nogil

import os

UNSENT = (-1, 0)     # see `netlynx.engine.steps`

# Where the slots of an operation are; all operations of requests are of one class.
cdef struct Asking:
    PyObject *kind
    Py_ssize_t name
    Py_ssize_t protocol
    Py_ssize_t family
    Py_ssize_t request
    Py_ssize_t message_type
    Py_ssize_t flags
    Py_ssize_t payload
    Py_ssize_t reply
    Py_ssize_t reply_type

cdef Asking asking
asking.kind = NULL


def operations_are(kind not None):
    """Say once which class the operations of requests are of: a frozen struct with the slots of `netlynx.Do`."""
    if nlx_adopt(<PyTypeObject *> kind) < 0:
        raise TypeError(f"{kind.__name__} is not a struct of slots alone")
    asking.name = nlx_slot_offset(kind.name)
    asking.protocol = nlx_slot_offset(kind.protocol)
    asking.family = nlx_slot_offset(kind.family)
    asking.request = nlx_slot_offset(kind.request)
    asking.message_type = nlx_slot_offset(kind.message_type)
    asking.flags = nlx_slot_offset(kind.flags)
    asking.payload = nlx_slot_offset(kind.payload)
    asking.reply = nlx_slot_offset(kind.reply)
    asking.reply_type = nlx_slot_offset(kind.reply_type)
    Py_INCREF(kind)
    asking.kind = <PyObject *> kind


cdef inline bint is_operation(PyObject *asked) noexcept:
    """Whether the slots of an operation can be read: its type counts, not the `__class__` that it claims."""
    return PyType_IsSubtype(Py_TYPE(<object> asked), <PyTypeObject *> asking.kind)


cdef Py_ssize_t put_request(char *data, PyObject *asked, int flags, uint32_t sequence, uint32_t portid) except -1:
    """Write an operation's request, padded; returns how many bytes it takes. `flags` go with its own."""
    cdef Header header
    payload = <object> NLX_SLOT(asked, asking.payload)
    cdef Py_ssize_t n = PyBytes_GET_SIZE(payload)
    header.length = <uint32_t> (NLMSG_HDRLEN + n)
    header.type = <object> NLX_SLOT(asked, asking.message_type)
    header.flags = <object> NLX_SLOT(asked, asking.flags)
    header.flags |= <uint16_t> flags
    header.sequence = sequence
    header.portid = portid
    memcpy(data, &header, NLMSG_HDRLEN)
    memcpy(data + NLMSG_HDRLEN, PyBytes_AS_STRING(payload), n)
    memset(data + NLMSG_HDRLEN + n, 0, -n & 3)
    return NLMSG_HDRLEN + ((n + 3) & ~3)


cdef void put_numbered(char *data, bytes message, uint32_t sequence, uint32_t portid) noexcept:
    """Write a message with a number."""
    memcpy(data, PyBytes_AS_STRING(message), PyBytes_GET_SIZE(message))
    memcpy(data + 8, &sequence, 4)
    memcpy(data + 12, &portid, 4)


cdef class Asked:
    """A request, encoded, and its answer if that is what it mostly is; all else is for who derives from this."""

    cdef readonly object operation
    cdef readonly uint32_t sequence
    cdef readonly uint32_t portid
    cdef readonly bytes request          # header and payload
    cdef public object answer            # a record, or None for an acknowledgement
    cdef public object error             # the kernel's refusal
    cdef public object answers           # a sink for answers in parts
    cdef public object came              # what `ask` received, if it is to be fed; None where nothing was there
    cdef public bint done
    cdef public int strays               # messages that belong to somebody else
    cdef int messages                    # that the request is made of

    def __cinit__(self):
        self.messages = 1

    def __init__(self, operation, uint32_t sequence, uint32_t portid, bytes before=None, bytes after=None):
        """`before` and `after` are messages that stand around the request, with the numbers before and behind its."""
        cdef PyObject *asked = <PyObject *> operation
        cdef Header header
        cdef Py_ssize_t n, around = 0
        cdef char *data
        if not is_operation(asked):
            raise TypeError(f"do takes operations such as route.link(name=…) or route.add(record), not {operation}")
        self.operation = operation
        self.sequence = sequence
        self.portid = portid
        payload = <bytes?> <object> NLX_SLOT(asked, asking.payload)
        n = PyBytes_GET_SIZE(payload)
        header.length = <uint32_t> (NLMSG_HDRLEN + n)
        header.type = <object> NLX_SLOT(asked, asking.message_type)
        header.flags = <object> NLX_SLOT(asked, asking.flags)
        header.flags |= NLM_F_REQUEST | NLM_F_ACK if NLX_SLOT(asked, asking.reply) == NONE else NLM_F_REQUEST
        header.sequence = sequence
        header.portid = portid
        if before is not None and after is not None:
            around = (n + 3 & ~3) - n + PyBytes_GET_SIZE(before) + PyBytes_GET_SIZE(after)
        self.request = PyBytes_FromStringAndSize(NULL, NLMSG_HDRLEN + n + around)
        data = PyBytes_AS_STRING(self.request)
        if around:
            put_numbered(data, before, sequence - 1, portid)
            data += PyBytes_GET_SIZE(before)
        memcpy(data, &header, NLMSG_HDRLEN)
        memcpy(data + NLMSG_HDRLEN, PyBytes_AS_STRING(payload), n)
        if around:
            memset(data + NLMSG_HDRLEN + n, 0, -n & 3)
            put_numbered(data + NLMSG_HDRLEN + (n + 3 & ~3), after, sequence + 1, portid)
            self.messages = 3

    def ask(self, int descriptor, buffer, Traffic traffic not None):
        """Send the request, receive what is there at once, and settle what that settles, in one call: True if it was
        all. If not, `came` is what is to be fed: size and sender, `UNSENT`, or None. Raises OSError."""
        cdef Py_buffer view
        cdef Py_ssize_t size = 0, asked = PyBytes_GET_SIZE(self.request)
        cdef const char *request = PyBytes_AS_STRING(self.request)
        cdef uint32_t sender = 0
        cdef int error
        cdef bint settled = False
        self.came = None
        PyObject_GetBuffer(buffer, &view, PyBUF_WRITABLE)
        try:
            with nogil:
                error = nlx_ask(descriptor, request, asked)
                if not error:
                    size = nlx_receive(descriptor, view.buf, view.len, &sender)
            if error == EAGAIN:
                self.came = UNSENT
                return False
            if error:
                raise OSError(error, os.strerror(error))
            traffic.sent_messages += self.messages
            traffic.sent_bytes += asked
            if size >= 0:
                traffic.drained(messages_in(<const uint8_t *> view.buf, min(size, view.len)), size)
                settled = size <= view.len and not sender and self.settles(<const uint8_t *> view.buf, size)
                if not settled:
                    self.came = size, sender
            elif size != -EAGAIN:
                raise OSError(<int> -size, os.strerror(<int> -size))
        finally:
            PyBuffer_Release(&view)
        return settled

    def settle(self, const uint8_t[::1] data not None, Py_ssize_t size, sender):
        """Take in a datagram that is the whole answer, one message of the kernel: True if it is, and `answer` is set.

        Anything else is left as it came.
        """
        return sender == 0 and 0 < size <= data.shape[0] and self.settles(&data[0], size)

    cdef bint settles(self, const uint8_t *data, Py_ssize_t size) except -1:
        cdef Header header
        cdef int32_t errno
        cdef PyObject *plan
        cdef PyObject *record
        if size < NLMSG_HDRLEN:
            return False
        memcpy(&header, data, NLMSG_HDRLEN)
        if not is_whole(&header, size) or ((header.length + 3) & ~3) < size:
            return False
        if header.sequence != self.sequence or header.portid != self.portid:
            return False
        if NLX_SLOT(<PyObject *> self.operation, asking.reply) == NONE:
            if header.type != NLMSG_ERROR or header.length < NLMSG_HDRLEN + 4:
                return False
            memcpy(&errno, &data[NLMSG_HDRLEN], 4)
            if errno:
                return False
            self.answer = None
        elif <int> <object> NLX_SLOT(<PyObject *> self.operation, asking.flags) & NLM_F_ACK:
            return False                     # it comes behind the record
        else:
            plan = PyDict_GetItem(plans_, <object> NLX_SLOT(<PyObject *> self.operation, asking.reply))
            if plan == NULL or header.flags & NLM_F_MULTI or (
                header.type != <object> NLX_SLOT(<PyObject *> self.operation, asking.reply_type)
            ):
                return False
            try:
                record = decode_either(<Plan> plan, data + NLMSG_HDRLEN, header.length - NLMSG_HDRLEN)
            except DecodeError:              # who takes in the unusual raises it, with its offset
                return False
            self.answer = <object> record
            Py_DECREF(<object> record)
        self.done = True
        return True
