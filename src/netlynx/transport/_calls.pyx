# cython: language_level=3, boundscheck=False, wraparound=False, embedsignature=True
"""System calls on netlink sockets, several to a call from Python, the GIL let go of meanwhile. They know no message."""

from cpython.buffer cimport PyBUF_SIMPLE, PyBUF_WRITABLE, PyBuffer_Release, PyObject_GetBuffer
from libc.errno cimport EAGAIN, EINPROGRESS, errno
from libc.stdint cimport uint32_t
from libc.string cimport memcpy

import os

cdef extern from *:
    """
    #include <errno.h>
    #include <stdint.h>
    #include <string.h>
    #include <sys/socket.h>

    /* struct sockaddr_nl; AF_NETLINK by its number, as this compiles where there is none. */
    struct nlx_address { uint16_t family, pad; uint32_t portid, groups; };

    static ssize_t nlx_send(int fd, const void *data, size_t size, uint32_t portid, uint32_t groups) {
        struct nlx_address to = { 16, 0, portid, groups };
        ssize_t sent;
        do /* without an address it goes to port 0, the kernel */
            sent = portid || groups ? sendto(fd, data, size, MSG_DONTWAIT, (struct sockaddr *)&to, sizeof(to))
                                    : send(fd, data, size, MSG_DONTWAIT);
        while (sent < 0 && errno == EINTR);
        return sent;
    }

    static ssize_t nlx_receive(int fd, void *buffer, size_t room, uint32_t *portid, uint32_t *groups) {
        struct nlx_address from;
        socklen_t length;
        ssize_t size;
        do {
            memset(&from, 0, sizeof(from));
            length = sizeof(from);
            size = recvfrom(fd, buffer, room, MSG_DONTWAIT | MSG_TRUNC, (struct sockaddr *)&from, &length);
        } while (size < 0 && errno == EINTR);
        *portid = from.portid;
        *groups = from.groups;
        return size;
    }

    /* One request sent, and what was there right behind it. */
    struct nlx_errand {
        int fd;
        const void *request;
        size_t request_size;
        void *buffer;
        size_t room;
        ssize_t sent, size;
        uint32_t sender, groups;
        int error;
    };

    static void nlx_run(struct nlx_errand *errand) {
        errand->size = -1;
        errand->sent = nlx_send(errand->fd, errand->request, errand->request_size, 0, 0);
        if (errand->sent >= 0)
            errand->size = nlx_receive(errand->fd, errand->buffer, errand->room, &errand->sender, &errand->groups);
        errand->error = errno;
    }
    """
    ctypedef struct Errand "struct nlx_errand":
        int fd
        const void *request
        size_t request_size
        void *buffer
        size_t room
        ssize_t sent
        ssize_t size
        uint32_t sender
        int error
    ssize_t nlx_send(int fd, const void *data, size_t size, uint32_t portid, uint32_t groups) nogil
    ssize_t nlx_receive(int fd, void *buffer, size_t room, uint32_t *portid, uint32_t *groups) nogil
    void nlx_run(Errand *errand) nogil

# Where one of several datagrams stands in their buffer; `netlynx.codec._codec` reads the same.
cdef struct Datagram:
    uint32_t start
    uint32_t size
    uint32_t sender


cdef class SystemCalls:
    """Sending and receiving as `netlynx.transport.base.Transport` says it, on the descriptor `descriptor`."""

    cdef public int descriptor
    cdef readonly unsigned received      # datagrams by `receive_into`, and size and sender of the last: for one that
    cdef readonly ssize_t size           # an interrupt kept from those who asked for it
    cdef readonly uint32_t sender
    cdef int owed                        # an error met behind datagrams that were handed out first

    def send(self, data, uint32_t portid=0, uint32_t group=0):
        """See `Transport.send`."""
        cdef Py_buffer view
        cdef ssize_t sent
        cdef int fd = self.descriptor, error
        cdef uint32_t groups = (<uint32_t> 1 << (group - 1)) if group else 0
        PyObject_GetBuffer(data, &view, PyBUF_SIMPLE)
        with nogil:
            sent = nlx_send(fd, view.buf, view.len, portid, groups)
            error = errno
        PyBuffer_Release(&view)
        if sent < 0:
            raise OSError(error, os.strerror(error))
        return sent

    def receive_into(self, buffer):
        """See `Transport.receive_into`."""
        cdef Py_buffer view
        cdef ssize_t size
        cdef uint32_t portid = 0, groups = 0
        cdef int fd = self.descriptor, error
        self.settle()
        PyObject_GetBuffer(buffer, &view, PyBUF_WRITABLE)
        with nogil:
            size = nlx_receive(fd, view.buf, view.len, &portid, &groups)
            error = errno
        PyBuffer_Release(&view)
        if size < 0:
            raise OSError(error, os.strerror(error))
        self.size, self.sender = size, portid
        self.received += 1
        return size, portid, groups

    def ask(self, request, buffer):
        """See `netlynx.transport.base.Asking`."""
        cdef Errand errand
        cdef Py_buffer asked, view
        PyObject_GetBuffer(request, &asked, PyBUF_SIMPLE)
        try:
            PyObject_GetBuffer(buffer, &view, PyBUF_WRITABLE)
        except:
            PyBuffer_Release(&asked)
            raise
        prepare(&errand, self.descriptor, &asked, &view)
        with nogil:
            nlx_run(&errand)
        PyBuffer_Release(&view)
        PyBuffer_Release(&asked)
        return outcome(&errand)

    def receive_many(self, buffer, index, Py_ssize_t stop):
        """See `netlynx.transport.base.Gathering`."""
        cdef Py_buffer view, places
        cdef Py_ssize_t at = 0, count = 0, most
        cdef ssize_t size = 0
        cdef uint32_t portid = 0, groups = 0
        cdef Datagram place
        cdef int fd = self.descriptor, error = 0
        self.settle()
        PyObject_GetBuffer(buffer, &view, PyBUF_WRITABLE)
        try:
            PyObject_GetBuffer(index, &places, PyBUF_WRITABLE)
        except:
            PyBuffer_Release(&view)
            raise
        most = places.len // <Py_ssize_t> sizeof(Datagram)
        with nogil:
            while count < most and at < stop and at < view.len:
                size = nlx_receive(fd, <char *> view.buf + at, view.len - at, &portid, &groups)
                if size < 0:
                    error = errno
                    break
                place.start = <uint32_t> at
                place.size = <uint32_t> size
                place.sender = portid
                memcpy(<char *> places.buf + count * sizeof(Datagram), &place, sizeof(Datagram))
                count += 1
                at += (size + 3) & ~3
        PyBuffer_Release(&places)
        PyBuffer_Release(&view)
        if error and error != EAGAIN:
            self.owed = error
            if not count:
                self.settle()
        return count, error != EAGAIN

    cdef int settle(self) except -1:
        """Raise the error that `receive_many` met behind what it handed out."""
        if self.owed:
            error, self.owed = self.owed, 0
            raise OSError(error, os.strerror(error))
        return 0


cdef inline void prepare(Errand *errand, int fd, Py_buffer *request, Py_buffer *buffer) noexcept:
    errand.fd = fd
    errand.request = request.buf
    errand.request_size = request.len
    errand.buffer = buffer.buf
    errand.room = buffer.len


cdef object outcome(Errand *errand):
    """(size, sender) of what came; None when it was sent and nothing waits."""
    if errand.size >= 0:
        return errand.size, errand.sender
    if errand.sent >= 0 and errand.error == EAGAIN:
        return None
    raise OSError(errand.error, os.strerror(errand.error))


include "_courier.pxi"
include "_tracing.pxi"
