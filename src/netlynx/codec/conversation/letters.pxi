# Letters between processes: datagrams straight from a socket, their senders' credentials, and the messages in them.

cdef extern from *:
    """
    #include <errno.h>
    #ifdef __linux__
    #include <linux/netlink.h>
    #include <sys/socket.h>
    #endif

    typedef struct { int32_t pid; uint32_t uid, gid; } NlxOwner;    /* struct ucred */

    typedef struct {
        size_t at;              /* where in the buffer */
        size_t size;
        uint32_t port;
        uint32_t group;
        NlxOwner owner;
        int owned;
    } NlxDatagram;

    /* Receives one datagram; 0, or the errno that the kernel says. A datagram larger than `room` is cut, `size` tells. */
    static int nlx_take_letter(int fd, uint8_t *buffer, size_t room, NlxDatagram *found) {
    #ifndef __linux__
        return EAFNOSUPPORT;
    #else
        struct sockaddr_nl from = {0};
        struct iovec part = {buffer, room};
        union { struct cmsghdr align; char room[128]; } control;
        struct msghdr message = {&from, sizeof from, &part, 1, &control, sizeof control, 0};
        struct cmsghdr *c;
        ssize_t size = recvmsg(fd, &message, MSG_DONTWAIT | MSG_TRUNC);
        if (size < 0)
            return errno;
        found->size = (size_t)size;
        found->port = from.nl_pid;
        found->group = from.nl_groups ? 32 - (uint32_t)__builtin_clz(from.nl_groups) : 0;
        found->owned = 0;
        for (c = CMSG_FIRSTHDR(&message); c != NULL; c = CMSG_NXTHDR(&message, c)) {
            if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_CREDENTIALS) {
                memcpy(&found->owner, CMSG_DATA(c), sizeof found->owner);
                found->owned = 1;
            } else if (c->cmsg_level == SOL_NETLINK && c->cmsg_type == NETLINK_PKTINFO) {
                memcpy(&found->group, CMSG_DATA(c), sizeof found->group);
            }
        }
        return 0;
    #endif
    }
    """
    ctypedef struct NlxOwner:
        int pid
        uint32_t uid
        uint32_t gid
    ctypedef struct NlxDatagram:
        size_t at
        size_t size
        uint32_t port
        uint32_t group
        NlxOwner owner
        int owned
    int nlx_take_letter(int fd, uint8_t *buffer, size_t room, NlxDatagram *found) nogil

cdef enum:
    LETTERS_AT_ONCE = 64
    LETTER_ROOM = 4 << 20        # untouched pages cost nothing
    LETTER_LARGEST = 2 << 20     # there is room for one such whenever one is received


cdef class Mailbox:
    """Receives from a socket of the host. `letter` is called with (content, sender, group, type, flags, sequence,
    owner), `owner` with (pid, uid, gid); `plans` maps message types to the plans of their records."""
    cdef object letter
    cdef object owner
    cdef dict plans
    cdef bint raw
    cdef uint8_t *buffer
    cdef NlxOwner last
    cdef object last_owner

    def __init__(self, letter not None, owner not None, dict plans not None, bint raw):
        self.letter = letter
        self.owner = owner
        self.plans = {number: <Plan?> plan for number, plan in plans.items()}
        self.raw = raw

    def __dealloc__(self):
        free(self.buffer)

    def receive(self, int fd, list out not None):
        """Append the letters of the datagrams that wait to `out`, and a DecodeError for each that is none.

        Returns (how many datagrams, the errno that ended it: 0 where there may be more).
        """
        cdef NlxDatagram found[LETTERS_AT_ONCE]
        cdef int count = 0, error = 0, i
        cdef size_t used = 0
        if self.buffer == NULL:
            self.buffer = <uint8_t *> malloc(LETTER_ROOM)
            if self.buffer == NULL:
                raise MemoryError()
        with nogil:
            while count < LETTERS_AT_ONCE and LETTER_ROOM - used >= LETTER_LARGEST:
                error = nlx_take_letter(fd, self.buffer + used, LETTER_ROOM - used, &found[count])
                if error:
                    break
                found[count].at = used
                used += min(found[count].size, LETTER_ROOM - used)
                count += 1
        for i in range(count):
            self.open(&found[i], out)
        return count, error

    cdef int open(self, const NlxDatagram *found, list out) except -1:
        cdef const uint8_t *p = self.buffer + found.at
        cdef Py_ssize_t at = 0, size = <Py_ssize_t> found.size
        cdef Header header
        owner = self.owner_of(found)
        if found.at + found.size > LETTER_ROOM:
            out.append(DecodeError(f"a message of {size} bytes from port {found.port} was cut: it is too large"))
            return 0
        if self.raw:
            out.append(self.letter(PyBytes_FromStringAndSize(<const char *> p, size), found.port, found.group, 0, 0, 0,
                                   owner))
            return 0
        while at < size:
            if is_padding(p + at, size - at):
                break
            try:
                message_at(p + at, size - at, &header)
            except DecodeError as error:
                outwards(error, at)
                out.append(DecodeError(f"{size} bytes from port {found.port} are no message: {error.message}", error.offset))
                break
            try:
                content = self.content(header.type, p + at + NLMSG_HDRLEN, header.length - NLMSG_HDRLEN)
            except DecodeError as error:
                outwards(error, at + NLMSG_HDRLEN)
                out.append(error)
            else:
                out.append(self.letter(content, found.port, found.group, header.type, header.flags, header.sequence,
                                       owner))
            at += (header.length + 3) & ~3
        return 0

    cdef object content(self, int type, const uint8_t *p, Py_ssize_t size):
        cdef PyObject *plan = PyDict_GetItem(self.plans, <object> type)
        if plan == NULL:
            return PyBytes_FromStringAndSize(<const char *> p, size)
        record = <object> decode_record(<Plan> <object> plan, p, size, NULL)
        Py_DECREF(record)
        return record

    cdef object owner_of(self, const NlxDatagram *found):
        if not found.owned:
            return None
        if self.last_owner is None or memcmp(&self.last, &found.owner, sizeof(NlxOwner)) != 0:
            self.last_owner = self.owner(found.owner.pid, found.owner.uid, found.owner.gid)
            self.last = found.owner
        return self.last_owner


cdef bint is_padding(const uint8_t *p, Py_ssize_t left) noexcept nogil:
    """Whether nothing but zero bytes is left, which programs that send a buffer of a fixed size leave."""
    cdef Py_ssize_t i
    if left >= 4 and (p[0] or p[1] or p[2] or p[3]):
        return False
    for i in range(left):
        if p[i]:
            return False
    return True
