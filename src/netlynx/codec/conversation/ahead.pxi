# Receiving datagrams without waiting, and, in a long exchange, ahead of the one that reads them: a kernel makes the
# next part of a dump within the call that receives this one, which takes longer than to read it.

from libc.errno cimport EMSGSIZE

cdef extern from *:
    """
    #include <errno.h>
    #include <pthread.h>
    #include <signal.h>
    #include <stdlib.h>
    #include <unistd.h>
    #ifdef __linux__
    #include <sys/mman.h>
    #include <sys/socket.h>
    #include <linux/netlink.h>
    #endif

    /* recvfrom(2) of an AF_NETLINK socket, which does not wait: the true size of the datagram, and who sent it; or a
       negated errno. */
    static Py_ssize_t nlx_receive(int fd, void *data, size_t room, uint32_t *sender) {
    #ifdef __linux__
        struct sockaddr_nl from;
        socklen_t size;
        ssize_t got;
        do {
            size = sizeof(from);
            memset(&from, 0, sizeof(from));
            got = recvfrom(fd, data, room, MSG_TRUNC | MSG_DONTWAIT, (struct sockaddr *)&from, &size);
        } while (got < 0 && errno == EINTR);
        *sender = from.nl_pid;
        return got < 0 ? -errno : got;
    #else
        return -ENOSYS;
    #endif
    }

    /* As many 32 KiB as stay in a core's cache. Whoever sleeps is woken when half of them are filled, or free: each
       waking takes some microseconds of both. */
    enum { NLX_PLACES = 8, NLX_HALF = NLX_PLACES / 2 };

    struct nlx_place {
        Py_ssize_t size;         /* or a negated errno: the last there is */
        uint32_t sender;
    };

    /* Datagrams received ahead, in the order of their receiving: places [taken, come) modulo NLX_PLACES are filled. */
    struct nlx_ahead {
        pthread_mutex_t lock;
        pthread_cond_t changed;
        pthread_t thread;
        pid_t process;
        int fd;
        size_t room;             /* of each place */
        uint8_t *buffers;
        unsigned come, taken;
        int stop, ended;         /* it is to end; it has received the last */
        struct nlx_place places[NLX_PLACES];
    };

    static void *nlx_read_ahead(void *given) {
        struct nlx_ahead *ahead = (struct nlx_ahead *)given;
        struct nlx_place *place;
        unsigned at;
        for (;;) {
            pthread_mutex_lock(&ahead->lock);
            while (ahead->come - ahead->taken == NLX_PLACES && !ahead->stop)
                pthread_cond_wait(&ahead->changed, &ahead->lock);
            int stop = ahead->stop;
            at = ahead->come % NLX_PLACES;
            pthread_mutex_unlock(&ahead->lock);
            if (stop)
                return NULL;
            place = &ahead->places[at];
            place->size = nlx_receive(ahead->fd, ahead->buffers + at * ahead->room, ahead->room, &place->sender);
            Py_ssize_t size = place->size;       /* the place is the reader's as soon as it is told */
            pthread_mutex_lock(&ahead->lock);
            ahead->come++;
            if (size < 0)
                ahead->ended = 1;
            if (size < 0 || ahead->come - ahead->taken >= NLX_HALF)
                pthread_cond_signal(&ahead->changed);
            pthread_mutex_unlock(&ahead->lock);
            if (size < 0)
                return NULL;
        }
    }

    /* NULL where it cannot be: whoever wants a datagram receives it, then. */
    static struct nlx_ahead *nlx_begin_ahead(int fd, size_t room) {
    #ifdef __linux__
        sigset_t all, before;
        struct nlx_ahead *ahead = (struct nlx_ahead *)calloc(1, sizeof(*ahead));
        if (!ahead)
            return NULL;
        ahead->fd = fd;
        ahead->room = (room + 4095) & ~(size_t)4095;
        ahead->process = getpid();
        ahead->buffers = (uint8_t *)mmap(NULL, ahead->room * NLX_PLACES, PROT_READ | PROT_WRITE,
                                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (ahead->buffers == MAP_FAILED) {
            free(ahead);
            return NULL;
        }
        pthread_mutex_init(&ahead->lock, NULL);
        pthread_cond_init(&ahead->changed, NULL);
        sigfillset(&all);        /* signals are for the threads that Python knows */
        pthread_sigmask(SIG_SETMASK, &all, &before);
        int error = pthread_create(&ahead->thread, NULL, nlx_read_ahead, ahead);
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        if (error) {
            munmap(ahead->buffers, ahead->room * NLX_PLACES);
            free(ahead);
            return NULL;
        }
        return ahead;
    #else
        return NULL;
    #endif
    }

    /* The next datagram, which stays where it is until `nlx_took_ahead`; waits for some that are just being made. */
    static struct nlx_place *nlx_next_ahead(struct nlx_ahead *ahead, uint8_t **data) {
        unsigned at;
        pthread_mutex_lock(&ahead->lock);
        if (ahead->come == ahead->taken)
            while (!ahead->ended && ahead->come - ahead->taken < NLX_HALF)
                pthread_cond_wait(&ahead->changed, &ahead->lock);
        at = ahead->taken % NLX_PLACES;
        pthread_mutex_unlock(&ahead->lock);
        *data = ahead->buffers + at * ahead->room;
        return &ahead->places[at];
    }

    static void nlx_took_ahead(struct nlx_ahead *ahead) {
        pthread_mutex_lock(&ahead->lock);
        ahead->taken++;
        if (ahead->come - ahead->taken == NLX_HALF)
            pthread_cond_signal(&ahead->changed);
        pthread_mutex_unlock(&ahead->lock);
    }

    /* In a child process there is no such thread, and its lock is in whatever state it was. */
    static void nlx_end_ahead(struct nlx_ahead *ahead) {
        if (ahead->process == getpid()) {
            pthread_mutex_lock(&ahead->lock);
            ahead->stop = 1;
            pthread_cond_signal(&ahead->changed);
            pthread_mutex_unlock(&ahead->lock);
            pthread_join(ahead->thread, NULL);
            pthread_cond_destroy(&ahead->changed);
            pthread_mutex_destroy(&ahead->lock);
        }
    #ifdef __linux__
        munmap(ahead->buffers, ahead->room * NLX_PLACES);
    #endif
        free(ahead);
    }
    """
    ctypedef struct Ahead "struct nlx_ahead":
        pass
    ctypedef struct Held "struct nlx_place":
        Py_ssize_t size
        uint32_t sender
    Py_ssize_t nlx_receive(int fd, void *data, size_t room, uint32_t *sender) noexcept nogil
    Ahead *nlx_begin_ahead(int fd, size_t room) noexcept nogil
    Held *nlx_next_ahead(Ahead *ahead, uint8_t **data) noexcept nogil
    void nlx_took_ahead(Ahead *ahead) noexcept nogil
    void nlx_end_ahead(Ahead *ahead) noexcept nogil

cdef enum:
    SOON = 16                    # datagrams received in a row, after which it pays to have them received ahead

# Empty datagrams in a row that a dump may have. Its kernel is not getting on with more: it makes one after the other
# for an object that no datagram has room for (rtnl_dump_all of net/core/rtnetlink.c over fib6_dump_node of
# net/ipv6/ip6_fib.c).
EMPTY = 1000
cdef int MANY_EMPTY = EMPTY


cdef class Datagrams:
    """The datagrams of one socket, received without waiting; after some in a row, ahead, by a thread.

    The thread lives without Python, and ends by itself as soon as nothing waits. Not for two threads at once.
    """
    cdef readonly int descriptor
    cdef Ahead *ahead
    cdef int row                         # received in a row
    cdef int empty                       # received in a row with nothing in them
    cdef Py_ssize_t owed                 # a negated errno that the thread ended with

    def __cinit__(self, int descriptor):
        self.descriptor = descriptor

    def __dealloc__(self):
        self.close()

    @property
    def pending(self):
        """Whether there may be more that was received ahead: the socket is nobody else's meanwhile."""
        return self.ahead != NULL

    cpdef close(self):
        """End the thread; what it received ahead is lost."""
        cdef Ahead *ahead = self.ahead
        self.ahead = NULL
        if ahead != NULL:
            with nogil:
                nlx_end_ahead(ahead)

    cdef Py_ssize_t next(self, uint8_t **data, size_t room, uint32_t *sender, bint ahead) noexcept nogil:
        """Size and sender of the next datagram, which is at `data` then, or a negated errno, EMSGSIZE after `EMPTY` that
        were empty. `ahead`: it may pay."""
        cdef Py_ssize_t size = self.received(data, room, sender, ahead)
        if size:
            self.empty = 0
        else:
            self.empty += 1
            if self.empty >= MANY_EMPTY:
                self.empty = 0
                return -EMSGSIZE
        return size

    cdef Py_ssize_t received(self, uint8_t **data, size_t room, uint32_t *sender, bint ahead) noexcept nogil:
        cdef Held *place
        cdef Py_ssize_t size
        if self.owed:
            size = self.owed
            self.owed = 0
            return size
        if ahead and self.ahead == NULL and self.row >= SOON:
            self.row = 0
            self.ahead = nlx_begin_ahead(self.descriptor, room)
        if self.ahead == NULL:
            size = nlx_receive(self.descriptor, data[0], room, sender)
            self.row = self.row + 1 if size >= 0 else 0
            return size
        place = nlx_next_ahead(self.ahead, data)
        sender[0] = place.sender
        size = place.size
        if size < 0:
            self.end()
        return size

    cdef void took(self) noexcept nogil:
        """The datagram is done with."""
        if self.ahead != NULL:
            nlx_took_ahead(self.ahead)

    cdef void pause(self) noexcept nogil:
        """There may be an end: have the thread ended if it received nothing more."""
        cdef uint8_t *data
        cdef Held *place
        if self.ahead != NULL:
            place = nlx_next_ahead(self.ahead, &data)
            if place.size < 0:
                if place.size != -EAGAIN:
                    self.owed = place.size
                self.end()

    cdef void end(self) noexcept nogil:
        cdef Ahead *ahead = self.ahead
        self.ahead = NULL
        nlx_end_ahead(ahead)
