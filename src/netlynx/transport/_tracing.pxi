# Looking at the system calls of other processes: ptrace(2), seccomp(2), process_vm_readv(2), pidfd_getfd(2).
#
# What is done with what is seen is Python's. Here stand the calls alone, and what Python must not come between: the way
# of a new process to its program, what a signal does meanwhile, and calls that a stopped process is made to do.

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from libc.errno cimport EFAULT
from libc.stdint cimport int64_t, uint8_t, uint64_t
from libc.stdlib cimport free, malloc

cdef extern from *:
    """
    #if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
    #define NLX_TRACES 1
    #include <errno.h>
    #include <fcntl.h>
    #include <signal.h>
    #include <stddef.h>
    #include <stdlib.h>
    #include <sys/mman.h>
    #include <sys/prctl.h>
    #include <sys/ptrace.h>
    #include <sys/syscall.h>
    #include <sys/uio.h>
    #include <sys/user.h>
    #include <sys/wait.h>
    #include <time.h>
    #include <unistd.h>
    #ifdef __aarch64__
    #include <elf.h>
    #endif

    /* linux/ptrace.h, which cannot be had beside sys/ptrace.h */
    #define NLX_SEIZE 0x4206
    #define NLX_INTERRUPT 0x4207
    #define NLX_GETSIGMASK 0x420a
    #define NLX_SETSIGMASK 0x420b
    #define NLX_GET_SYSCALL_INFO 0x420e
    #define NLX_EVENT_STOP 128

    #ifndef SYS_pidfd_open
    #define SYS_pidfd_open 434
    #endif
    #ifndef SYS_pidfd_getfd
    #define SYS_pidfd_getfd 438
    #endif

    struct nlx_program { unsigned short length; const void *instructions; }; /* struct sock_fprog */

    /* A new process is seized, gets its filter, and becomes the program; what keeps it from that comes as an errno
       through `report`, preceded by the step that failed. It waits for `go`, as one that is not traced yet would miss
       what its filter tells. */
    static pid_t nlx_spawn(char **argv, const struct nlx_program *filter, int keep_privileges, int output,
                           long options, int *report) {
        int go[2], told[2], failed;
        pid_t pid;
        if (pipe2(go, O_CLOEXEC) < 0)
            return -1;
        if (pipe2(told, O_CLOEXEC) < 0) {
            failed = errno; close(go[0]); close(go[1]); errno = failed;
            return -1;
        }
        pid = fork();
        if (pid == 0) {
            char byte;
            struct { int step, error; } problem = { 0, 0 };
            sigset_t none;
            close(go[1]);
            if (read(go[0], &byte, 1) != 1)
                _exit(127);
            sigemptyset(&none);
            sigprocmask(SIG_SETMASK, &none, NULL);
            signal(SIGPIPE, SIG_DFL); /* which Python ignores */
            signal(SIGXFSZ, SIG_DFL);
            if (output >= 0 && dup2(output, 1) < 0)
                problem.step = 1;
            else if (filter->length && !keep_privileges && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
                problem.step = 1;
            else if (filter->length && prctl(PR_SET_SECCOMP, 2 /* SECCOMP_MODE_FILTER */, filter, 0, 0) < 0)
                problem.step = 1;
            else {
                execvp(argv[0], argv);
                problem.step = 2;
            }
            problem.error = errno;
            if (write(told[1], &problem, sizeof(problem)) < 0)
                _exit(126);
            _exit(127);
        }
        failed = errno;
        close(go[0]);
        close(told[1]);
        if (pid > 0 && (ptrace(NLX_SEIZE, pid, NULL, options) < 0 || write(go[1], "", 1) != 1)) {
            failed = errno;
            close(go[1]); /* at which it ends */
            waitpid(pid, NULL, 0);
            pid = -1;
        } else
            close(go[1]);
        if (pid < 0)
            close(told[0]);
        *report = told[0];
        errno = failed;
        return pid;
    }

    /* What signals do that come to the one who traces: they go on to the program, unless the terminal sent them, which
       sends them to both. Who only looks on is woken up instead: the process that it looks at stops for a moment. */
    static volatile sig_atomic_t nlx_caught;
    static volatile pid_t nlx_target, nlx_watched;
    static const int nlx_forwarded[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2 };
    static struct sigaction nlx_before[sizeof(nlx_forwarded) / sizeof(int)];

    static void nlx_on_signal(int number, siginfo_t *info, void *context) {
        int before = errno;
        (void)context;
        nlx_caught = number;
        if (nlx_target > 0 && info->si_code <= 0)
            kill(nlx_target, number);
        if (nlx_watched > 0)
            ptrace(NLX_INTERRUPT, nlx_watched, NULL, NULL);
        errno = before;
    }

    static void nlx_forward(pid_t target, pid_t watched) {
        size_t at;
        sigset_t child;
        sigemptyset(&child);
        sigaddset(&child, SIGCHLD);
        sigprocmask(SIG_BLOCK, &child, NULL); /* for nlx_wait */
        struct sigaction action;
        memset(&action, 0, sizeof(action));
        action.sa_sigaction = nlx_on_signal;
        action.sa_flags = SA_SIGINFO;
        nlx_target = target;
        nlx_watched = watched;
        nlx_caught = 0;
        for (at = 0; at < sizeof(nlx_forwarded) / sizeof(int); at++) {
            sigaction(nlx_forwarded[at], NULL, &nlx_before[at]);
            if (nlx_before[at].sa_handler != SIG_IGN)
                sigaction(nlx_forwarded[at], &action, NULL);
        }
    }

    static void nlx_forward_no_more(void) {
        size_t at;
        sigset_t child;
        sigemptyset(&child);
        sigaddset(&child, SIGCHLD);
        sigprocmask(SIG_UNBLOCK, &child, NULL);
        nlx_target = nlx_watched = 0;
        for (at = 0; at < sizeof(nlx_forwarded) / sizeof(int); at++)
            sigaction(nlx_forwarded[at], &nlx_before[at], NULL);
    }

    /* struct ptrace_syscall_info */
    struct nlx_call {
        uint8_t op, pad[3];
        uint32_t arch;
        uint64_t instruction, stack;
        union {
            struct { uint64_t number, args[6]; } entry;
            struct { int64_t value; uint8_t is_error; } exit;
        };
        uint64_t more[2];
    };

    static long nlx_call_of(pid_t tid, struct nlx_call *call) {
        return ptrace(NLX_GET_SYSCALL_INFO, tid, sizeof(*call), call);
    }

    /* The next task that stops or ends, waited for so many milliseconds: for ever where they are negative. SIGCHLD is
       blocked meanwhile, and comes with each. */
    static long nlx_wait(int *status, int milliseconds) {
        struct timespec left = { milliseconds / 1000, milliseconds % 1000 * 1000000l };
        sigset_t child;
        long found = waitpid(-1, status, milliseconds < 0 ? __WALL : __WALL | WNOHANG);
        if (found || milliseconds < 1)
            return found;
        sigemptyset(&child);
        sigaddset(&child, SIGCHLD);
        do { /* one that is left from an earlier stop is passed */
            if (sigtimedwait(&child, NULL, &left) < 0)
                return waitpid(-1, status, __WALL | WNOHANG);
            found = waitpid(-1, status, __WALL | WNOHANG);
        } while (!found);
        return found;
    }

    static long nlx_ptrace(long request, pid_t tid, unsigned long address, unsigned long data) {
        return ptrace(request, tid, address, data);
    }

    static long nlx_read(pid_t tid, void *to, const struct iovec *from, unsigned long count, size_t room) {
        struct iovec local = { to, room };
        return process_vm_readv(tid, &local, 1, from, count, 0);
    }

    /* Whether a descriptor of another process is a socket, of which family and protocol, and its port. */
    static int nlx_socket_of(int pidfd, int fd, int *family, int *protocol, uint32_t *port) {
        socklen_t length = sizeof(*family);
        struct nlx_address name;
        int ours = syscall(SYS_pidfd_getfd, pidfd, fd, 0), found;
        if (ours < 0)
            return -1;
        *port = 0;
        found = getsockopt(ours, SOL_SOCKET, SO_DOMAIN, family, &length);
        if (found == 0 && *family == 16) {
            length = sizeof(*protocol);
            found = getsockopt(ours, SOL_SOCKET, SO_PROTOCOL, protocol, &length);
            length = sizeof(name);
            if (found == 0 && getsockname(ours, (struct sockaddr *)&name, &length) == 0)
                *port = name.portid;
        }
        length = errno;
        close(ours);
        errno = length;
        return found;
    }

    /* A descriptor of a task: with PIDFD_THREAD (6.9), else of the process that it is of. */
    static int nlx_open_task(pid_t tid) {
        return syscall(SYS_pidfd_open, tid, O_EXCL);
    }

    #ifdef __x86_64__
    typedef struct user_regs_struct nlx_registers;
    static long nlx_get(pid_t tid, nlx_registers *found) { return ptrace(PTRACE_GETREGS, tid, NULL, found); }
    static long nlx_set(pid_t tid, nlx_registers *wanted) { return ptrace(PTRACE_SETREGS, tid, NULL, wanted); }
    #define NLX_AT(registers) ((registers).rip - 2)
    #define NLX_IS_CALL(word) (((word) & 0xffff) == 0x050f) /* syscall */
    static void nlx_ask(nlx_registers *r, long number, const unsigned long *args) {
        r->rip -= 2; r->rax = number;
        r->rdi = args[0]; r->rsi = args[1]; r->rdx = args[2]; r->r10 = args[3]; r->r8 = args[4]; r->r9 = args[5];
    }
    #define NLX_RESULT(registers) ((long)(registers).rax)
    #else
    typedef struct user_regs_struct nlx_registers;
    static long nlx_get(pid_t tid, nlx_registers *found) {
        struct iovec whole = { found, sizeof(*found) };
        return ptrace(PTRACE_GETREGSET, tid, NT_PRSTATUS, &whole);
    }
    static long nlx_set(pid_t tid, nlx_registers *wanted) {
        struct iovec whole = { wanted, sizeof(*wanted) };
        return ptrace(PTRACE_SETREGSET, tid, NT_PRSTATUS, &whole);
    }
    #define NLX_AT(registers) ((registers).pc - 4)
    #define NLX_IS_CALL(word) (((word) & 0xffffffff) == 0xd4000001) /* svc #0 */
    static void nlx_ask(nlx_registers *r, long number, const unsigned long *args) {
        int at;
        r->pc -= 4; r->regs[8] = number;
        for (at = 0; at < 6; at++) r->regs[at] = args[at];
    }
    #define NLX_RESULT(registers) ((long)(registers).regs[0])
    #endif

    /* Run until the next stop at a system call; a stop of the whole process on the way is noted and passed. */
    static int nlx_step(pid_t tid, int *status, int *stopped) {
        for (;;) {
            if (ptrace(PTRACE_SYSCALL, tid, NULL, NULL) < 0 || waitpid(tid, status, __WALL) != tid)
                return -1;
            if (!WIFSTOPPED(*status))
                return -1;
            if (WSTOPSIG(*status) == (SIGTRAP | 0x80))
                return 0;
            if (*status >> 16 != NLX_EVENT_STOP)
                return -1;
            *stopped = 1;
        }
    }

    static int nlx_do(pid_t tid, nlx_registers *from, long number, const unsigned long *args, long *result,
                      int *status, int *stopped) {
        nlx_registers now = *from;
        nlx_ask(&now, number, args);
        if (nlx_set(tid, &now) < 0 || nlx_step(tid, status, stopped) < 0 || nlx_step(tid, status, stopped) < 0)
            return -1;
        if (nlx_get(tid, &now) < 0)
            return -1;
        *result = NLX_RESULT(now);
        return 0;
    }

    /* Have a task that stands behind a system call give all threads of its process one filter more. 0, or the errno;
       -1 where the task is gone or does what was not expected: `status` has its last. */
    static int nlx_add_filter(pid_t tid, const void *instructions, unsigned short length, int *status) {
        nlx_registers before;
        unsigned long everything = ~0ul, mask, size = 4096;
        long result = 0, place = 0, word;
        int stopped = 0, failed = 0;
        struct nlx_program program = { length, NULL };
        *status = 0;
        if (nlx_get(tid, &before) < 0)
            return errno;
        errno = 0;
        word = ptrace(PTRACE_PEEKTEXT, tid, (void *)NLX_AT(before), NULL);
        if (errno || !NLX_IS_CALL(word))
            return EINVAL;
        if (ptrace(NLX_GETSIGMASK, tid, 8, &mask) < 0 || ptrace(NLX_SETSIGMASK, tid, 8, &everything) < 0)
            return errno;
        {
            unsigned long args[6] = { 0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, ~0ul, 0 };
            if (nlx_do(tid, &before, SYS_mmap, args, &place, status, &stopped) < 0)
                return -1;
        }
        if (place < 0 && place > -4096)
            failed = -place;
        else {
            struct iovec local[2], there = { (void *)place, sizeof(program) + 8 * length };
            program.instructions = (char *)place + sizeof(program);
            local[0].iov_base = &program; local[0].iov_len = sizeof(program);
            local[1].iov_base = (void *)instructions; local[1].iov_len = 8 * length;
            if (process_vm_writev(tid, local, 2, &there, 1, 0) != (long)there.iov_len)
                failed = errno;
            else {
                unsigned long args[6] = { 1 /* SECCOMP_SET_MODE_FILTER */, 1 /* TSYNC */, (unsigned long)place, 0, 0, 0 };
                if (nlx_do(tid, &before, SYS_seccomp, args, &result, status, &stopped) < 0)
                    return -1;
                failed = result < 0 ? -result : result ? ESRCH : 0; /* a thread that has another filter */
            }
            {
                unsigned long args[6] = { (unsigned long)place, size, 0, 0, 0, 0 };
                if (nlx_do(tid, &before, SYS_munmap, args, &result, status, &stopped) < 0)
                    return -1;
            }
        }
        nlx_set(tid, &before);
        ptrace(NLX_SETSIGMASK, tid, 8, &mask);
        if (stopped) /* let it be told again */
            ptrace(NLX_INTERRUPT, tid, NULL, NULL);
        return failed;
    }
    #else /* elsewhere there is nothing to look with */
    #include <errno.h>
    #define NLX_TRACES 0
    struct nlx_program { unsigned short length; const void *instructions; };
    struct nlx_call {
        uint8_t op;
        uint32_t arch;
        struct { uint64_t number, args[6]; } entry;
        struct { int64_t value; uint8_t is_error; } exit;
    };
    struct nlx_piece { void *iov_base; size_t iov_len; };
    #define iovec nlx_piece
    #define NLX_NONE (errno = ENOSYS, -1)
    #define nlx_spawn(argv, filter, keep, output, options, report) NLX_NONE
    #define nlx_forward(target, watched) ((void)0)
    #define nlx_forward_no_more() ((void)0)
    #define nlx_call_of(tid, call) NLX_NONE
    #define nlx_wait(status, milliseconds) NLX_NONE
    #define nlx_ptrace(request, tid, address, data) NLX_NONE
    #define nlx_read(tid, to, from, count, room) NLX_NONE
    #define nlx_socket_of(pidfd, fd, family, protocol, port) NLX_NONE
    #define nlx_open_task(tid) NLX_NONE
    #define nlx_add_filter(tid, instructions, length, status) ENOSYS
    static int nlx_caught;
    #endif
    """
    ctypedef struct Program "struct nlx_program":
        unsigned short length
        const void *instructions
    ctypedef struct Entry:
        uint64_t number
        uint64_t args[6]
    ctypedef struct Exit:
        int64_t value
        uint8_t is_error
    ctypedef struct CallInfo "struct nlx_call":
        uint8_t op
        uint32_t arch
        Entry entry
        Exit exit
    ctypedef struct Piece "struct iovec":
        void *iov_base
        size_t iov_len
    int nlx_caught
    int nlx_spawn(char **argv, const Program *filter, int keep, int output, long options, int *report) nogil
    void nlx_forward(int target, int watched) nogil
    void nlx_forward_no_more() nogil
    long nlx_call_of(int tid, CallInfo *call) nogil
    long nlx_wait(int *status, int milliseconds) nogil
    long nlx_ptrace(long request, int tid, unsigned long address, unsigned long data) nogil
    long nlx_read(int tid, void *to, const Piece *pieces, unsigned long count, size_t room) nogil
    int nlx_socket_of(int pidfd, int fd, int *family, int *protocol, uint32_t *port) nogil
    int nlx_open_task(int tid) nogil
    int nlx_add_filter(int tid, const void *instructions, unsigned short length, int *status) nogil

cdef enum:
    _PIECES = 1024                           # UIO_MAXIOV, linux/uio.h
    _LONGEST = 1 << 24                       # bytes of one datagram that are read at most


cdef long checked(long result) except -1:
    """A result that is none of an error."""
    if result < 0:
        raise OSError(errno, os.strerror(errno))
    return result


class Tracing:
    """The calls; all of ptrace's from one thread, as a tracer is a thread to the kernel."""

    @staticmethod
    def spawn(list argv, bytes instructions, long options, *, bint keep_privileges, int output=-1):
        """Start a program that is seized before it runs: (process, descriptor). Through the descriptor comes nothing,
        or two integers: at which step it failed (1 before the program, 2 at it) and the errno."""
        cdef Program filter
        cdef int pid, report = -1
        cdef char **words = <char **> malloc((len(argv) + 1) * sizeof(char *))
        if words == NULL:
            raise MemoryError
        for at, word in enumerate(argv):
            words[at] = PyBytes_AS_STRING(word)
        words[len(argv)] = NULL
        filter.length = <unsigned short> (len(instructions) // 8)
        filter.instructions = PyBytes_AS_STRING(instructions)
        pid = nlx_spawn(words, &filter, keep_privileges, output, options, &report)
        free(words)
        checked(pid)
        return pid, report

    @staticmethod
    def forward(int target, int watched):
        """From now on, signals that others send to this process go to `target`; each wakes up who waits by a stop of
        the task `watched`. 0 for none."""
        nlx_forward(target, watched)

    @staticmethod
    def forward_no_more():
        """Undo `forward`."""
        nlx_forward_no_more()

    @staticmethod
    def caught():
        """The last signal that came since `forward`; 0 for none."""
        return nlx_caught

    @staticmethod
    def wait(int milliseconds=-1):
        """The next task that has something to tell, and its status; (0, 0) where none has in that time, which is for
        ever where it is negative. OSError as waitpid(2)."""
        cdef int status = 0
        cdef long tid
        with nogil:
            tid = nlx_wait(&status, milliseconds)
        return checked(tid), status

    @staticmethod
    def request(long number, int tid, unsigned long data=0):
        """A request of ptrace(2)."""
        return checked(nlx_ptrace(number, tid, 0, data))

    @staticmethod
    def message(int tid):
        """What goes with an event: PTRACE_GETEVENTMSG."""
        cdef unsigned long found = 0
        checked(nlx_ptrace(0x4201, tid, 0, <unsigned long> &found))
        return found

    @staticmethod
    def call_of(int tid):
        """The call that a task stands at: (1, machine, number, arguments) before it, (2, machine, result, ()) behind."""
        cdef CallInfo found
        checked(nlx_call_of(tid, &found))
        if found.op == 2:
            return 2, found.arch, found.exit.value, ()
        args = (found.entry.args[0], found.entry.args[1], found.entry.args[2],
                found.entry.args[3], found.entry.args[4], found.entry.args[5])
        return (1 if found.op else 0), found.arch, found.entry.number, args

    @staticmethod
    def read(int tid, unsigned long address, size_t size):
        """Bytes of another process, all of them."""
        cdef Piece piece
        size = min(size, <size_t> _LONGEST)
        found = PyBytes_FromStringAndSize(NULL, size)
        piece.iov_base, piece.iov_len = <void *> address, size
        if size and checked(nlx_read(tid, PyBytes_AS_STRING(found), &piece, 1, size)) != <long> size:
            raise OSError(EFAULT, os.strerror(EFAULT))
        return found

    @staticmethod
    def gather(int tid, unsigned long vector, size_t count, size_t most):
        """The bytes that an array of struct iovec of another process says, up to so many."""
        cdef Piece piece
        cdef Piece[_PIECES] pieces
        cdef size_t at, size = 0
        count = min(count, <size_t> _PIECES)
        most = min(most, <size_t> _LONGEST)
        piece.iov_base, piece.iov_len = <void *> vector, count * sizeof(Piece)
        if count and checked(nlx_read(tid, pieces, &piece, 1, piece.iov_len)) != <long> piece.iov_len:
            raise OSError(EFAULT, os.strerror(EFAULT))
        for at in range(count):
            pieces[at].iov_len = min(pieces[at].iov_len, most - size)
            size += pieces[at].iov_len
        found = PyBytes_FromStringAndSize(NULL, size)
        if size and checked(nlx_read(tid, PyBytes_AS_STRING(found), pieces, count, size)) != <long> size:
            raise OSError(EFAULT, os.strerror(EFAULT))
        return found

    @staticmethod
    def open_task(int tid):
        """A descriptor of a task, or of its process where the kernel knows none of tasks."""
        return checked(nlx_open_task(tid))

    @staticmethod
    def socket_of(int task, int descriptor):
        """Family, protocol and port of a socket that is a descriptor of another process; None where it is no socket."""
        cdef int family = 0, protocol = 0
        cdef uint32_t port = 0
        if nlx_socket_of(task, descriptor, &family, &protocol, &port) < 0:
            return None
        return family, protocol, port

    @staticmethod
    def add_filter(int tid, bytes instructions):
        """Have a task that stands behind a call give its process a filter more: (errno, status). Where the errno is
        -1, the task did something else meanwhile, and the status is what `wait` would have told."""
        cdef int status = 0
        cdef int failed = nlx_add_filter(tid, PyBytes_AS_STRING(instructions), len(instructions) // 8, &status)
        return failed, status
