# Receiving datagrams without waiting, and, in a long exchange, ahead of the one that reads them: a kernel makes the
# next part of a dump within the call that receives this one, which takes longer than to read it.

from libc.errno cimport EMSGSIZE

cdef extern from *:
    """
    #include <errno.h>
    #include <pthread.h>
    #include <sched.h>
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

    /* As many 32 KiB as stay in the caches: a mebibyte. Whoever sleeps is woken when half of them are filled, or free:
       each waking takes some microseconds of both, and some dozens where processors are virtual; with a quarter as many
       places, dumps took a tenth longer. */
    enum { NLX_PLACES = 32, NLX_HALF = NLX_PLACES / 2 };
    /* Waking takes as long as some hundred messages take the kernel, and a table of some thousands ends before it has
       paid. So the first datagrams are looked out for instead, for so many looks at most (some 100 us), and whoever waits
       for them all the same is woken for each. */
    enum { NLX_FIRST = 32, NLX_LOOKS = 8000 };

    struct nlx_place {
        Py_ssize_t size;         /* or a negated errno: the last there is */
        uint32_t sender;
    };

    /* Datagrams received ahead, in the order of their receiving: places [taken, come) modulo NLX_PLACES are filled.
       The thread fills them, and who reads them does where the thread is not at it. */
    struct nlx_ahead {
        pthread_mutex_t lock;
        pthread_cond_t changed;
        pthread_t thread;
        pid_t process;
        int fd;
        size_t room;             /* of each place */
        uint8_t *buffers;
        unsigned come, taken;
        int running;             /* there is a thread, or was one that ended by itself */
        int filling;             /* somebody receives into place `come` */
        int stop, ended;         /* the thread is to end; the last was received */
        int looking;             /* who waits looks out: the first datagrams, as long as that finds them */
        struct nlx_place places[NLX_PLACES];
    };

    /* Receive into the next place, which is free; with the lock, which is let go of meanwhile. */
    static void nlx_fill(struct nlx_ahead *ahead) {
        unsigned at = ahead->come % NLX_PLACES;
        struct nlx_place *place = &ahead->places[at];
        ahead->filling = 1;
        pthread_mutex_unlock(&ahead->lock);
        place->size = nlx_receive(ahead->fd, ahead->buffers + at * ahead->room, ahead->room, &place->sender);
        pthread_mutex_lock(&ahead->lock);
        ahead->filling = 0;
        if (place->size < 0)
            ahead->ended = 1;
        __atomic_store_n(&ahead->come, ahead->come + 1, __ATOMIC_RELEASE);
    }

    /* Looks out until a number that another thread changes is another; with the lock, which is let go of meanwhile. */
    static void nlx_look(struct nlx_ahead *ahead, unsigned *number) {
        unsigned before = *number;
        if (!ahead->looking)
            return;
        pthread_mutex_unlock(&ahead->lock);
        int looks = 0;
        while (looks < NLX_LOOKS && __atomic_load_n(number, __ATOMIC_ACQUIRE) == before) {
            looks++;
    #if defined(__x86_64__) || defined(__i386__)
            __builtin_ia32_pause();
    #endif
        }
        pthread_mutex_lock(&ahead->lock);
        if (looks == NLX_LOOKS || ahead->come > NLX_FIRST)
            ahead->looking = 0;
    }

    /* Whether there is enough to wake who reads. */
    static int nlx_is_enough(const struct nlx_ahead *ahead) {
        unsigned filled = ahead->come - ahead->taken;
        return ahead->ended || filled >= NLX_HALF || (filled && ahead->come <= NLX_FIRST);
    }

    static void *nlx_read_ahead(void *given) {
        struct nlx_ahead *ahead = (struct nlx_ahead *)given;
        pthread_mutex_lock(&ahead->lock);
        while (!ahead->stop && !ahead->ended) {
            if (ahead->filling)
                nlx_look(ahead, &ahead->come);
            else if (ahead->come - ahead->taken == NLX_PLACES)
                nlx_look(ahead, &ahead->taken);
            while (!ahead->stop && !ahead->ended && (ahead->filling || ahead->come - ahead->taken == NLX_PLACES))
                pthread_cond_wait(&ahead->changed, &ahead->lock);
            if (ahead->stop || ahead->ended)
                break;
            nlx_fill(ahead);
            if (nlx_is_enough(ahead))
                pthread_cond_signal(&ahead->changed);
        }
        pthread_mutex_unlock(&ahead->lock);
        return NULL;
    }

    /* Whether this thread may run on several processors: on one alone nothing is gained. */
    static int nlx_has_processors(void) {
    #ifdef __linux__
        cpu_set_t mine;          /* a machine that has more than fit has several */
        return sched_getaffinity(0, sizeof(mine), &mine) < 0 || CPU_COUNT(&mine) > 1;
    #else
        return 0;
    #endif
    }

    /* Places for datagrams; they stay with the socket, as fresh memory takes its time. NULL where there are none. */
    static struct nlx_ahead *nlx_make_ahead(int fd, size_t room) {
    #ifdef __linux__
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
        return ahead;
    #else
        return NULL;
    #endif
    }

    /* Nothing more comes, and the thread ends by itself; it is not waited for. */
    static void nlx_rest_ahead(struct nlx_ahead *ahead) {
        pthread_mutex_lock(&ahead->lock);
        ahead->stop = 1;
        pthread_cond_signal(&ahead->changed);
        pthread_mutex_unlock(&ahead->lock);
    }

    /* The end of the thread; in a child process there is none, and its lock is in whatever state it was. */
    static void nlx_end_ahead(struct nlx_ahead *ahead) {
        if (ahead->running && ahead->process == getpid()) {
            nlx_rest_ahead(ahead);
            pthread_join(ahead->thread, NULL);
        }
        ahead->running = 0;
    }

    static void nlx_free_ahead(struct nlx_ahead *ahead) {
        nlx_end_ahead(ahead);
        if (ahead->process == getpid()) {
            pthread_cond_destroy(&ahead->changed);
            pthread_mutex_destroy(&ahead->lock);
        }
    #ifdef __linux__
        munmap(ahead->buffers, ahead->room * NLX_PLACES);
    #endif
        free(ahead);
    }

    /* Start the thread; 0 where it cannot be: whoever wants a datagram receives it, then. */
    static int nlx_begin_ahead(struct nlx_ahead *ahead) {
        sigset_t all, before;
        nlx_end_ahead(ahead);    /* the one before ends, or has */
        ahead->come = ahead->taken = 0;
        ahead->stop = ahead->ended = 0;
        ahead->looking = 1;
        sigfillset(&all);        /* signals are for the threads that Python knows */
        pthread_sigmask(SIG_SETMASK, &all, &before);
        ahead->running = !pthread_create(&ahead->thread, NULL, nlx_read_ahead, ahead);
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        return ahead->running;
    }

    /* The next datagram, which stays where it is until `nlx_took_ahead`; waits for some that are just being made. */
    static struct nlx_place *nlx_next_ahead(struct nlx_ahead *ahead, uint8_t **data) {
        unsigned at;
        pthread_mutex_lock(&ahead->lock);
        if (ahead->come == ahead->taken && ahead->filling)
            nlx_look(ahead, &ahead->come);
        if (ahead->come == ahead->taken && !ahead->filling && !ahead->ended) {
            nlx_fill(ahead);                     /* the thread has not begun yet, or gets no turn */
            pthread_cond_signal(&ahead->changed);
        } else if (ahead->come == ahead->taken)
            while (!nlx_is_enough(ahead))
                pthread_cond_wait(&ahead->changed, &ahead->lock);
        at = ahead->taken % NLX_PLACES;
        pthread_mutex_unlock(&ahead->lock);
        *data = ahead->buffers + at * ahead->room;
        return &ahead->places[at];
    }

    static void nlx_took_ahead(struct nlx_ahead *ahead) {
        pthread_mutex_lock(&ahead->lock);
        __atomic_store_n(&ahead->taken, ahead->taken + 1, __ATOMIC_RELEASE);
        if (ahead->come - ahead->taken == NLX_HALF)
            pthread_cond_signal(&ahead->changed);
        pthread_mutex_unlock(&ahead->lock);
    }
    """
    ctypedef struct Ahead "struct nlx_ahead":
        pass
    ctypedef struct Held "struct nlx_place":
        Py_ssize_t size
        uint32_t sender
    Py_ssize_t nlx_receive(int fd, void *data, size_t room, uint32_t *sender) noexcept nogil
    bint nlx_has_processors() noexcept nogil
    Ahead *nlx_make_ahead(int fd, size_t room) noexcept nogil
    bint nlx_begin_ahead(Ahead *ahead) noexcept nogil
    Held *nlx_next_ahead(Ahead *ahead, uint8_t **data) noexcept nogil
    void nlx_took_ahead(Ahead *ahead) noexcept nogil
    void nlx_rest_ahead(Ahead *ahead) noexcept nogil
    void nlx_free_ahead(Ahead *ahead) noexcept nogil

cdef enum:
    # To start a thread takes as long as a datagram takes the kernel.
    SOON = 6                     # datagrams of a dump, after which it pays to have them received ahead; at once where
                                 # the dump before, by the same socket, had more

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
    cdef Ahead *ahead                    # once it was needed
    cdef size_t room                     # of each of its places, at least
    cdef bint begun                      # it has the socket
    cdef int row                         # received in a row
    cdef int before                      # in the row before
    cdef int empty                       # received in a row with nothing in them
    cdef Py_ssize_t owed                 # a negated errno that the thread ended with

    def __cinit__(self, int descriptor):
        self.descriptor = descriptor

    def __dealloc__(self):
        self.close()

    @property
    def pending(self):
        """Whether there may be more that was received ahead: the socket is nobody else's meanwhile."""
        return self.begun

    cpdef close(self):
        """End the thread; what it received ahead is lost."""
        cdef Ahead *ahead = self.ahead
        self.ahead = NULL
        self.begun = False
        if ahead != NULL:
            with nogil:
                nlx_free_ahead(ahead)

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
        if ahead and not self.begun and (self.row == SOON or self.row == 0 and self.before > SOON):
            self.begin(room)
        if not self.begun:
            size = nlx_receive(self.descriptor, data[0], room, sender)
            if size < 0:
                self.end()
            else:
                self.row += 1
            return size
        place = nlx_next_ahead(self.ahead, data)
        sender[0] = place.sender
        size = place.size
        if size < 0:
            self.end()
        else:
            self.row += 1
        return size

    cdef void begin(self, size_t room) noexcept nogil:
        if nlx_has_processors():
            if self.ahead != NULL and room != self.room:
                nlx_free_ahead(self.ahead)
                self.ahead = NULL
            if self.ahead == NULL:
                self.ahead = nlx_make_ahead(self.descriptor, room)
                self.room = room
            self.begun = self.ahead != NULL and nlx_begin_ahead(self.ahead)

    cdef void took(self) noexcept nogil:
        """The datagram is done with."""
        if self.begun:
            nlx_took_ahead(self.ahead)

    cdef void pause(self) noexcept nogil:
        """There may be an end: have the thread ended if it received nothing more."""
        cdef uint8_t *data
        cdef Held *place
        if self.begun:
            place = nlx_next_ahead(self.ahead, &data)
            if place.size < 0:
                if place.size != -EAGAIN:
                    self.owed = place.size
                self.end()
        else:
            self.end()

    cdef void end(self) noexcept nogil:
        """Nothing more waits."""
        if self.begun:
            self.begun = False
            nlx_rest_ahead(self.ahead)
        self.before = self.row
        self.row = 0
