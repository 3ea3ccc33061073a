# What goes over sockets, counted: with the GIL held, so that no thread's count is lost.

cdef Py_ssize_t messages_in(const uint8_t *p, Py_ssize_t size) noexcept nogil:
    """How many messages stand in a datagram; what is none, at its end or altogether, counts as one."""
    cdef Py_ssize_t at = 0, count = 0
    cdef uint32_t length
    while at + NLMSG_HDRLEN <= size:
        memcpy(&length, p + at, 4)
        if length < NLMSG_HDRLEN or length > size - at:
            break
        count += 1
        at += (<Py_ssize_t> length + 3) & ~3
    return count + (at < size)


cdef class Traffic:
    """What went over the sockets of one connection: whole numbers that only grow. Any thread may count."""
    cdef object __weakref__
    cdef readonly long long sent_messages
    cdef readonly long long sent_bytes
    cdef readonly long long received_messages
    cdef readonly long long received_bytes
    cdef readonly long long strays
    cdef readonly long long overruns
    cdef readonly long long dropped
    cdef readonly long long retries

    def sent(self, data not None):
        """A datagram was sent."""
        cdef Py_buffer view
        PyObject_GetBuffer(data, &view, PyBUF_SIMPLE)
        self.sent_messages += messages_in(<const uint8_t *> view.buf, view.len)
        self.sent_bytes += view.len
        PyBuffer_Release(&view)

    def received(self, data not None, Py_ssize_t size, sender):
        """A datagram of `size` bytes was received from a port ID; it is in `data`, as far as that has room."""
        cdef Py_buffer view
        PyObject_GetBuffer(data, &view, PyBUF_SIMPLE)
        self.received_messages += messages_in(<const uint8_t *> view.buf, min(size, view.len))
        self.received_bytes += size
        PyBuffer_Release(&view)

    def received_many(self, const uint8_t[::1] data not None, const uint8_t[::1] index not None, Py_ssize_t count):
        """Datagrams were received, where the index says; see `netlynx.transport.base.Gathering`."""
        cdef Py_ssize_t number
        cdef uint32_t place[3]
        if count * <Py_ssize_t> sizeof(place) > index.shape[0]:
            raise ValueError("the index is shorter")
        for number in range(count):
            memcpy(place, &index[number * sizeof(place)], sizeof(place))
            if place[0] < data.shape[0]:
                self.received_messages += messages_in(&data[place[0]], min(place[1], data.shape[0] - place[0]))
            self.received_bytes += place[1]

    cdef void drained(self, Py_ssize_t messages, Py_ssize_t size):
        self.received_messages += messages
        self.received_bytes += size

    def strayed(self, long long count):
        """So many messages came that belong to nothing that was asked, or from somebody who was not asked."""
        self.strays += count

    def overran(self):
        """A socket told that its queue was full and messages were lost."""
        self.overruns += 1

    def lost(self, long long count):
        """A kernel counted so many messages that it dropped."""
        self.dropped += count

    def retried(self):
        """An interrupted dump is read again."""
        self.retries += 1
