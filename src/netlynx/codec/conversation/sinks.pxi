# Sinks: where the messages of an exchange go, datagram by datagram; and what they find in a datagram, which is one
# nlmsghdr (linux/netlink.h) and its payload after the other.

from cpython.buffer cimport PyBUF_SIMPLE, PyBUF_WRITABLE, PyBuffer_Release, PyObject_GetBuffer
from libc.errno cimport EAGAIN

cdef enum:
    PAGE = 4096

cdef struct Header:
    uint32_t length
    uint16_t type
    uint16_t flags
    uint32_t sequence
    uint32_t portid


cdef inline int message_at(const uint8_t *p, Py_ssize_t left, Header *header) except -1:
    if left < NLMSG_HDRLEN:
        raise DecodeError(f"{left} bytes are left where a 16-byte message header should be")
    memcpy(header, p, NLMSG_HDRLEN)
    if header.length < NLMSG_HDRLEN:
        raise DecodeError(f"message length {header.length} is less than its own header")
    if header.length > left:
        raise DecodeError(f"message length {header.length} exceeds the {left} bytes that are left")
    return 0


cdef inline bint is_whole(const Header *header, Py_ssize_t left) noexcept nogil:
    return NLMSG_HDRLEN <= header.length and header.length <= left


# Which messages are wanted, and how far a datagram was read.
cdef struct Reading:
    int type
    uint32_t sequence
    uint32_t portid
    Py_ssize_t at
    Py_ssize_t end
    Py_ssize_t inside            # of the message at `at`: its header, once that is known to be well
    int flags                    # of all messages read, or-ed
    Py_ssize_t taken             # how many those are
    const uint64_t *families     # a bit for each that a message may be of; NULL: of any


cdef inline bint belongs(const Header *header, const uint8_t *p, const Reading *reading) noexcept nogil:
    """Whether the message at `p`, which is whole, is one of the exchange's own."""
    return (header.type == reading.type and header.sequence == reading.sequence
            and header.portid == reading.portid
            and (reading.families == NULL or header.length <= NLMSG_HDRLEN
                 or reading.families[p[NLMSG_HDRLEN] >> 6] >> (p[NLMSG_HDRLEN] & 63) & 1))


cdef class Sink:
    """Where the messages of an exchange go: records are made of them, columns, a number … Not for two threads at once."""
    cdef bint cheap              # takes less time than to hand a datagram from one thread to another
    cdef uint64_t families[4]    # the address families, the first byte of a message, whose messages go here
    cdef const uint64_t *only    # those, or NULL for all

    cdef int take_in(self, const uint8_t *p, Reading *reading) except -1 nogil:
        """Take in the messages from `at` on, up to the first that is not wanted, which `at` tells then."""
        return 0

    cdef bint has_enough(self) noexcept nogil:
        """Whether it is time that somebody takes what was made of messages so far."""
        return False

    def only_of(self, families not None):
        """Take in messages of these address families alone: of others of the type, a datagram's reading stops."""
        cdef uint8_t family                      # OverflowError for what a byte cannot say
        for family in families:
            self.families[family >> 6] |= <uint64_t> 1 << (family & 63)
        self.only = self.families

    def settle(self):
        """The exchange is over: nothing more comes. Raises DecodeError."""

    def read(self, const uint8_t[::1] data not None, Py_ssize_t at, Py_ssize_t end, int type, uint32_t sequence,
             uint32_t portid):
        """Take in consecutive messages of one exchange; the GIL is released where no objects are made.

        Stops at the first message of another type, sequence or port. Returns (where it stopped, the flags of all
        messages read, or-ed). Raises DecodeError.
        """
        cdef Reading reading = Reading(type, sequence, portid, at, end, 0, 0, 0, self.only)
        if at < 0 or end > data.shape[0]:
            raise ValueError("the range lies outside the data")
        if at < end:
            try:
                with nogil:
                    self.take_in(&data[0], &reading)
            except DecodeError as error:
                outwards(error, reading.at + reading.inside)
                raise
        return reading.at, reading.flags

    def drain(self, Datagrams datagrams not None, uint8_t[::1] data not None, int type, uint32_t sequence,
              uint32_t portid, Traffic traffic not None, int most):
        """Receive and read up to `most` datagrams from the kernel, without waiting and without Python between.

        Returns (size, sender, at, flags): the size of a datagram that stands in `data` and is not all this exchange's
        own, the port ID of its sender, and where reading stopped in it (the size may be more than `data` has room
        for: nothing was read then); or a size of 0 when nothing waits, `most` were read or the sink has enough; or a
        negated errno, EMSGSIZE after `EMPTY` datagrams in a row that had nothing in them.
        `flags` are those of all messages read, or-ed. Raises DecodeError.
        """
        cdef Reading reading = Reading(type, sequence, portid, 0, 0, 0, 0, 0, self.only)
        cdef Py_ssize_t size = 0, room = data.shape[0], others = 0, bytes = 0
        cdef uint32_t sender = 0
        cdef uint8_t *p
        cdef int count
        if not room:
            raise ValueError("no room for a datagram")
        try:
            with nogil:
                for count in range(most):
                    p = &data[0]
                    size = datagrams.next(&p, room, &sender, not self.cheap)
                    if size < 0:
                        size = 0 if size == -EAGAIN else size
                        break
                    bytes += size
                    reading.at = 0
                    reading.end = size
                    if not sender and size <= room:
                        self.take_in(p, &reading)
                    if reading.at < size:
                        others += messages_in(p + reading.at, min(size, room) - reading.at)
                        if p != &data[0]:
                            memcpy(&data[0], p, min(size, room))
                        datagrams.took()
                        datagrams.pause()
                        break
                    datagrams.took()
                    size = 0
                    if self.has_enough():
                        break
        except DecodeError as error:
            outwards(error, reading.at + reading.inside)
            raise
        finally:
            traffic.drained(reading.taken + others, bytes)
        return size, sender, reading.at, reading.flags


def read_header(data not None, Py_ssize_t at, Py_ssize_t end):
    """(length, type, flags, sequence, portid) of the message at `at`. Raises DecodeError."""
    cdef Header header
    cdef Py_buffer view
    PyObject_GetBuffer(data, &view, PyBUF_SIMPLE)
    try:
        if at < 0 or at >= end or end > view.len:
            raise ValueError("the range lies outside the data")
        message_at(<const uint8_t *> view.buf + at, end - at, &header)
    except DecodeError as error:
        outwards(error, at)
        raise
    finally:
        PyBuffer_Release(&view)
    return header.length, header.type, header.flags, header.sequence, header.portid


def page_aligned(Py_ssize_t size):
    """Room for datagrams, writable, that begins with a page: there the kernel copies fastest."""
    cdef uint8_t[::1] room = bytearray(size + PAGE)
    cdef Py_ssize_t skip = -<Py_ssize_t> &room[0] & (PAGE - 1)
    return memoryview(room.base)[skip:skip + size]
