# cython: language_level=3, boundscheck=False, wraparound=False, embedsignature=True
"""System calls on netlink sockets, several to one call from Python, the GIL let go of meanwhile. It knows no message."""

from cpython.buffer cimport PyBUF_SIMPLE, PyBUF_WRITABLE, PyBuffer_Release, PyObject_GetBuffer
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from libc.errno cimport EAGAIN, errno
from libc.stdint cimport uint32_t
from libc.string cimport memcpy

import os
import threading

from netlynx.errors import ConnectionClosed

cdef extern from *:
    """
    #include <errno.h>
    #include <pthread.h>
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

    /* A thread that runs errands, and the one that gives them to it: errand by errand, and while one is run, another
       that is to follow it at once if a certain answer comes. Errand n is in place n % 2. Waking a thread that sleeps
       takes as long as some tens of messages take the kernel, and the next errand mostly comes sooner: so it is looked
       out for a while first. */
    enum { NLX_LOOKS = 10000 };
    struct nlx_desk {
        pthread_mutex_t lock;
        pthread_cond_t changed;
        struct nlx_errand errands[2];
        unsigned given, finished;    /* how many; only the courier changes `finished` */
        int follows, end;            /* errand `given` is there for the courier to begin; no more will be given */
        const void *answer;          /* to errand `given` - 1, upon which it begins that */
        size_t answer_size;
    };

    static void nlx_open(struct nlx_desk *desk) {
        memset(desk, 0, sizeof(*desk));
        pthread_mutex_init(&desk->lock, NULL);
        pthread_cond_init(&desk->changed, NULL);
    }

    /* The next errand, which the caller has put into its place, is to be run. */
    static void nlx_give(struct nlx_desk *desk) {
        pthread_mutex_lock(&desk->lock);
        __atomic_store_n(&desk->given, desk->given + 1, __ATOMIC_RELEASE);
        pthread_cond_broadcast(&desk->changed);
        pthread_mutex_unlock(&desk->lock);
    }

    static int nlx_answers(const struct nlx_desk *desk, const struct nlx_errand *errand) {
        return errand->size >= 0 && (size_t)errand->size == desk->answer_size && !errand->sender
            && !memcmp(errand->buffer, desk->answer, desk->answer_size);
    }

    /* The errand behind the one that was given, likewise, is to be run if `answer` comes, or came. */
    static void nlx_follow(struct nlx_desk *desk, const void *answer, size_t size) {
        pthread_mutex_lock(&desk->lock);
        desk->answer = answer;
        desk->answer_size = size;
        if (desk->finished != desk->given)
            desk->follows = 1;
        else if (nlx_answers(desk, &desk->errands[(desk->given - 1) % 2])) {
            __atomic_store_n(&desk->given, desk->given + 1, __ATOMIC_RELEASE);
            pthread_cond_broadcast(&desk->changed);
        }
        pthread_mutex_unlock(&desk->lock);
    }

    /* Waits for an errand; whether the one that is to follow was begun. If not, it will not be. */
    static int nlx_await(struct nlx_desk *desk, unsigned number) {
        pthread_mutex_lock(&desk->lock);
        while ((int)(desk->finished - number) <= 0)
            pthread_cond_wait(&desk->changed, &desk->lock);
        int begun = desk->given != number + 1;
        desk->follows = 0;
        pthread_mutex_unlock(&desk->lock);
        return begun;
    }

    static void nlx_close(struct nlx_desk *desk) {
        pthread_mutex_lock(&desk->lock);
        desk->follows = 0;
        __atomic_store_n(&desk->end, 1, __ATOMIC_RELEASE);
        pthread_cond_broadcast(&desk->changed);
        pthread_mutex_unlock(&desk->lock);
    }

    static int nlx_is_asked(const struct nlx_desk *desk) {
        return __atomic_load_n(&desk->given, __ATOMIC_ACQUIRE) != desk->finished
            || __atomic_load_n(&desk->end, __ATOMIC_ACQUIRE);
    }

    /* Without the lock where it can be: who looks out sees the errand while the lock is still held. */
    static void nlx_look_out(struct nlx_desk *desk) {
        for (int looks = 0; looks < NLX_LOOKS && !nlx_is_asked(desk); looks++) {
    #if defined(__x86_64__) || defined(__i386__)
            __builtin_ia32_pause();
    #endif
        }
        if (nlx_is_asked(desk))
            return;
        pthread_mutex_lock(&desk->lock);
        while (!nlx_is_asked(desk))
            pthread_cond_wait(&desk->changed, &desk->lock);
        pthread_mutex_unlock(&desk->lock);
    }

    static void nlx_work(struct nlx_desk *desk) {
        unsigned number = 0;
        for (;; number++) {
            nlx_look_out(desk);
            if (__atomic_load_n(&desk->given, __ATOMIC_ACQUIRE) == number)
                return;
            nlx_run(&desk->errands[number % 2]);
            pthread_mutex_lock(&desk->lock);
            desk->finished = number + 1;
            if (desk->follows && nlx_answers(desk, &desk->errands[number % 2]))
                desk->given++;
            desk->follows = 0;
            pthread_cond_broadcast(&desk->changed);
            pthread_mutex_unlock(&desk->lock);
        }
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
    ctypedef struct Desk "struct nlx_desk":
        Errand errands[2]
        unsigned given
    ssize_t nlx_send(int fd, const void *data, size_t size, uint32_t portid, uint32_t groups) nogil
    ssize_t nlx_receive(int fd, void *buffer, size_t room, uint32_t *portid, uint32_t *groups) nogil
    void nlx_run(Errand *errand) nogil
    void nlx_open(Desk *desk) nogil
    void nlx_give(Desk *desk) nogil
    void nlx_follow(Desk *desk, const void *answer, size_t size) nogil
    bint nlx_await(Desk *desk, unsigned number) nogil
    void nlx_close(Desk *desk) nogil
    void nlx_work(Desk *desk) nogil

# Where one of several datagrams stands in their buffer; `netlynx.wire._codec` reads the same.
cdef struct Datagram:
    uint32_t start
    uint32_t size
    uint32_t sender


cdef class SystemCalls:
    """Sending and receiving as `netlynx.transport.base.Transport` says it, on the descriptor `descriptor`."""

    cdef public int descriptor
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


cdef class Courier:
    """Sends requests from a thread of its own, while the one that wants them sent does something else.

    A kernel does what it is asked within the call that sends, which takes a batch most of its time. The courier's
    thread never needs the GIL in between; it is started by the second request, and ended by `close`.
    """

    cdef Desk desk
    cdef Py_buffer requests[2]           # of the errands in these places
    cdef Py_buffer buffers[2]
    cdef bint held[2]
    cdef object thread
    cdef int process
    cdef Py_ssize_t asked
    cdef bint alone                      # no thread could be started
    cdef object offered                  # the request that is to follow
    cdef object answer                   # upon this
    cdef object carried                  # the request that followed, and was not asked for yet

    def __cinit__(self):
        nlx_open(&self.desk)

    def __dealloc__(self):
        self.release(0)
        self.release(1)

    def ask(self, SystemCalls socket not None, meanwhile, request, buffer):
        """As `SystemCalls.ask`, with ``meanwhile()`` called in between if there is somebody to send it.

        A request that followed another one is on its way already, and `buffer` is the one given to `follow`.
        Raises ConnectionClosed in a child process that was forked meanwhile.
        """
        cdef unsigned number = self.desk.given
        cdef bint begun = False
        self.asked += 1
        if self.thread is None and self.asked > 1 and not self.alone:
            self.start()
        if self.thread is None:
            return socket.ask(request, buffer)
        if self.carried is not None:
            if request is not self.carried:
                raise ValueError("another request was sent and is not asked for yet")
            number -= 1
            self.carried = None
        else:
            self.hold(number % 2, socket.descriptor, request, buffer)
            nlx_give(&self.desk)
        try:
            meanwhile()
        finally:
            if os.getpid() == self.process:
                with nogil:
                    begun = nlx_await(&self.desk, number)
            if self.offered is not None and not begun:
                self.release((number + 1) % 2)
            self.carried, self.offered = (self.offered if begun else None), None
            self.release(number % 2)
        if os.getpid() != self.process:
            raise ConnectionClosed("the batch is the parent process's: begin one anew after a fork")
        return outcome(&self.desk.errands[number % 2])

    def follow(self, request, bytes answer not None, buffer):
        """To be called in the ``meanwhile()`` of `ask`: have `request` sent right behind the one that is on its way, on
        the same socket, if what comes back from the kernel for that is `answer`. `carries` says whether it was."""
        cdef unsigned number = self.desk.given
        if self.offered is not None:
            raise ValueError("another request is to follow already")
        self.hold(number % 2, self.desk.errands[(number - 1) % 2].fd, request, buffer)
        self.offered = request
        self.answer = answer
        nlx_follow(&self.desk, PyBytes_AS_STRING(answer), PyBytes_GET_SIZE(answer))

    def carries(self, request=None):
        """Whether a request, or any, was sent by `follow` and not asked for since."""
        return self.carried is not None and (request is None or request is self.carried)

    cdef int hold(self, unsigned place, int fd, request, buffer) except -1:
        PyObject_GetBuffer(request, &self.requests[place], PyBUF_SIMPLE)
        try:
            PyObject_GetBuffer(buffer, &self.buffers[place], PyBUF_WRITABLE)
        except:
            PyBuffer_Release(&self.requests[place])
            raise
        self.held[place] = True
        prepare(&self.desk.errands[place], fd, &self.requests[place], &self.buffers[place])
        return 0

    cdef void release(self, unsigned place):
        if self.held[place]:
            self.held[place] = False
            PyBuffer_Release(&self.buffers[place])
            PyBuffer_Release(&self.requests[place])

    cdef int start(self) except -1:
        thread = threading.Thread(target=self.work, name="netlynx batch", daemon=True)
        try:
            thread.start()
        except RuntimeError:             # there are as many threads as there may be
            self.alone = True
            return 0
        self.thread = thread
        self.process = os.getpid()
        return 0

    def work(self):
        """The thread: it runs errands until `close`."""
        with nogil:
            nlx_work(&self.desk)

    def close(self):
        """End the thread when it did what it has begun, and wait for that."""
        thread, self.thread = self.thread, None
        if thread is not None and os.getpid() == self.process:
            nlx_close(&self.desk)
            thread.join()
