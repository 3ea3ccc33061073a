# The courier: a thread that sends the datagrams of a batch, one right behind the answer to the one before.

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE

import threading

from netlynx.errors import ConnectionClosed

cdef extern from *:
    """
    #include <pthread.h>

    /* A thread that runs errands, and the one that gives them to it: errand by errand, and while one is run, another
       that is to follow it at once if a certain answer comes. Errand n is in place n % 2. Waking a thread that sleeps
       takes as long as some tens of messages take the kernel, and the next errand mostly comes sooner: so it is looked
       out for a while first. */
    enum { NLX_LOOKS = 10000 };
    struct nlx_desk {
        pthread_mutex_t lock;
        pthread_cond_t changed;
        struct nlx_errand errands[2];
        unsigned given;              /* so many errands; changed with the lock held, by either */
        unsigned finished;           /* so many of them; changed by the courier alone */
        int follows;                 /* errand `given` is in its place, for the courier to begin by itself */
        int end;                     /* no more will be given */
        const void *answer;          /* to errand `given` - 1, upon which the courier begins it */
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
            && errand->room >= desk->answer_size     /* `size` is the true one, of what was cut short as well */
            && !memcmp(errand->buffer, desk->answer, desk->answer_size);
    }

    /* The errand behind the one that was given, likewise, is to be run if `answer` comes, or came. */
    static void nlx_follow(struct nlx_desk *desk, const void *answer, size_t size) {
        pthread_mutex_lock(&desk->lock);
        desk->answer = answer;
        desk->answer_size = size;
        if (desk->end)
            ;                                        /* nothing more is begun */
        else if (desk->finished != desk->given)
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
        unsigned number = desk->finished;            /* those before it were run by who gave them */
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
    ctypedef struct Desk "struct nlx_desk":
        Errand errands[2]
        unsigned given
        unsigned finished
    void nlx_open(Desk *desk) nogil
    void nlx_give(Desk *desk) nogil
    void nlx_follow(Desk *desk, const void *answer, size_t size) nogil
    bint nlx_await(Desk *desk, unsigned number) nogil
    void nlx_close(Desk *desk) nogil
    void nlx_work(Desk *desk) nogil


cdef class Courier:
    """Sends requests from a thread of its own, while the one that wants them sent does something else.

    A kernel does what it is asked within the call that sends, which takes a batch most of its time. The courier's
    thread never needs the GIL in between; it is started by the second request, and ended by `close`. A courier that is
    `alone` has none, and sends while it is asked.

    Whatever is raised, by a signal's handler too, and wherever: `became` tells afterwards what was sent.
    """

    cdef Desk desk
    cdef Py_buffer requests[2]           # of the errands in these places
    cdef Py_buffer buffers[2]
    cdef bint held[2]
    cdef unsigned numbers[2]             # of the errands last put there
    cdef list kept                       # their requests and buffers
    cdef object thread
    cdef int process
    cdef Py_ssize_t asked
    cdef bint alone                      # there is to be no thread, or none could be started
    cdef bint asking                     # `ask` calls its `meanwhile`
    cdef bint closed
    cdef bint stopped                    # nothing more is to be begun
    cdef object offered                  # the request that is to follow
    cdef object answer                   # upon this
    cdef object carried                  # the request that followed, and was not asked for yet

    def __cinit__(self, *, bint alone=False):
        nlx_open(&self.desk)
        self.alone = alone
        self.kept = [None, None]

    def __dealloc__(self):
        self.release(0)
        self.release(1)

    def ask(self, SystemCalls socket not None, meanwhile, request, buffer):
        """As `SystemCalls.ask`, with ``meanwhile()`` called in between if there is somebody to send it.

        A request that followed another one is on its way already, and `buffer` is the one given to `follow`.
        Raises ConnectionClosed when it was closed, and in a child process that was forked since it has a thread.
        """
        cdef unsigned number = self.desk.given
        cdef bint begun = False
        if self.closed:
            raise ConnectionClosed("the batch is over")
        self.check_process()
        self.asked += 1
        if self.thread is None and self.asked > 1 and not self.alone:
            self.start()
        if self.stopped:
            raise ConnectionClosed("the batch is over")
        if self.thread is None:
            return self.run(socket.descriptor, request, buffer)
        if self.carried is not None:
            if request is not self.carried:
                raise ValueError("another request was sent and is not asked for yet")
            number -= 1
            self.carried = None
        else:
            self.hold(number % 2, socket.descriptor, request, buffer)
            nlx_give(&self.desk)
        self.asking = True
        try:
            meanwhile()
        finally:
            self.asking = False
            if os.getpid() == self.process:
                with nogil:
                    begun = nlx_await(&self.desk, number)
            if self.offered is not None and not begun:
                self.release((number + 1) % 2)
            self.carried, self.offered = (self.offered if begun else None), None
            self.release(number % 2)
        self.check_process()
        return outcome(&self.desk.errands[number % 2])

    def follow(self, request, bytes answer not None, buffer):
        """To be called in the ``meanwhile()`` of `ask`: have `request` sent right behind the one that is on its way, on
        the same socket, if what comes back from the kernel for that is `answer`. `carries` says whether it was.

        Raises ConnectionClosed in a child process that was forked meanwhile.
        """
        cdef unsigned number = self.desk.given
        if not self.asking:
            raise ValueError("nothing is on its way that it could follow")
        self.check_process()
        if self.offered is not None:
            raise ValueError("another request is to follow already")
        self.hold(number % 2, self.desk.errands[(number - 1) % 2].fd, request, buffer)
        self.offered = request
        self.answer = answer
        nlx_follow(&self.desk, PyBytes_AS_STRING(answer), PyBytes_GET_SIZE(answer))

    def carries(self, request=None):
        """Whether a request, or any, was sent by `follow` and not asked for since."""
        return self.carried is not None and (request is None or request is self.carried)

    def became(self, request):
        """What a request came to, once this is closed: None if it was not sent, also by a process that was forked since.

        Else (buffer, size, sender, errno) of what came with it: the size is -1 where nothing did, and an errno says that
        what came could not be received, or that it is not known yet.
        """
        cdef Errand *errand
        cdef unsigned place
        if self.thread is not None and os.getpid() != self.process:
            return None
        for place in range(2):
            if self.kept[place] is None or self.kept[place][0] is not request:
                continue
            errand = &self.desk.errands[place]
            buffer = self.kept[place][1]
            if <int> (self.desk.given - self.numbers[place]) <= 0:
                return None
            if <int> (self.desk.finished - self.numbers[place]) <= 0:
                return buffer, -1, 0, EINPROGRESS
            if errand.sent < 0:
                return None
            return buffer, errand.size, errand.sender, errand.error if errand.size < 0 and errand.error != EAGAIN else 0
        return None

    cdef object run(self, int fd, request, buffer):
        cdef unsigned number = self.desk.given
        self.hold(number % 2, fd, request, buffer)
        self.desk.given = number + 1
        with nogil:
            nlx_run(&self.desk.errands[number % 2])
        self.desk.finished = number + 1
        self.release(number % 2)
        return outcome(&self.desk.errands[number % 2])

    cdef int check_process(self) except -1:
        """A child process has no such thread, and the lock in whatever state it was."""
        if self.thread is not None and os.getpid() != self.process:
            raise ConnectionClosed("the batch is the parent process's: begin one anew after a fork")
        return 0

    cdef int hold(self, unsigned place, int fd, request, buffer) except -1:
        PyObject_GetBuffer(request, &self.requests[place], PyBUF_SIMPLE)
        try:
            PyObject_GetBuffer(buffer, &self.buffers[place], PyBUF_WRITABLE)
        except:
            PyBuffer_Release(&self.requests[place])
            raise
        self.held[place] = True
        self.kept[place] = request, buffer
        self.numbers[place] = self.desk.given
        prepare(&self.desk.errands[place], fd, &self.requests[place], &self.buffers[place])
        return 0

    cdef void release(self, unsigned place) noexcept:
        if self.held[place]:
            self.held[place] = False
            PyBuffer_Release(&self.buffers[place])
            PyBuffer_Release(&self.requests[place])

    cdef int start(self) except -1:
        self.thread = threading.Thread(target=self.work, name="netlynx batch", daemon=True)
        self.process = os.getpid()
        try:
            self.thread.start()
        except RuntimeError:             # there are as many threads as there may be
            self.alone = True
            self.thread = None
        return 0

    def work(self):
        """The thread: it runs errands until `close`."""
        with nogil:
            nlx_work(&self.desk)

    def stop(self):
        """Begin nothing more, and be ended as soon as what is begun is done, which `close` waits for. May be called while
        another thread asks: it gets its answer, or ConnectionClosed if nothing was sent."""
        self.stopped = True
        if self.thread is not None and os.getpid() == self.process:
            nlx_close(&self.desk)

    def close(self):
        """End the thread, and wait for that: at least until it has done what it began."""
        self.closed = True
        if self.thread is None or os.getpid() != self.process:
            return
        if self.carried is not None:     # not to be interrupted, as what it is done with may be closed next
            with nogil:
                nlx_await(&self.desk, self.desk.given - 1)
        nlx_close(&self.desk)
        if self.thread.ident is not None:  # an interrupt may have come before it was started
            self.thread.join()
