# Messages that hold many rows each, such as the elements of a set: every row becomes a message of its own, with all
# that stands around it, so that whoever reads messages need not know of it.

from libc.stdlib cimport qsort

cdef struct Piece:                   # of a row that is held back
    const uint8_t *key
    int32_t size
    uint32_t at                      # where its attribute stands among those held
    bint end                         # it says where a range is over


cdef int by_key(const void *a, const void *b) noexcept nogil:
    """Pieces by their keys; an end before what begins at the same key."""
    cdef const Piece *left = <const Piece *> a
    cdef const Piece *right = <const Piece *> b
    cdef int order = memcmp(left.key, right.key, min(left.size, right.size))
    if order == 0:
        order = left.size - right.size
    return order if order else <int> right.end - <int> left.end


cdef struct Bytes:
    uint8_t *data
    size_t size
    size_t room


cdef uint8_t *more(Bytes *b, size_t n) noexcept nogil:
    """Room for `n` bytes behind those that are there, which they belong to from now on; NULL without memory."""
    cdef size_t wanted
    cdef uint8_t *data
    if b.size + n > b.room:
        wanted = max(2 * b.room, b.size + n, <size_t> 65536)
        data = <uint8_t *> realloc(b.data, wanted)
        if data == NULL:
            return NULL
        b.data = data
        b.room = wanted
    b.size += n
    return b.data + b.size - n


@cython.final
cdef class Spread(Sink):
    """A sink that hands the rows within messages to another one, each in a message of its own.

    Messages begin with a fixed header of `header` bytes; `rows` is the attribute that holds them, and `said` the
    attributes that are added to each message. Those that are numbered in `aside` are about what has the rows, and are
    not handed on. With `key`, the number of the nest that a row's key stands in (as attribute 1 of that), rows are
    ranges. Where the row itself has its last value, in the nest `last`, both become one: the bytes of the first and
    behind them those of the last. Where a row flagged with 1 in the attribute `flags` (a big-endian number) says that a
    range is over, all rows are kept until `settle`, and those two made one.

    With `bare` what stands in a row stands in its message, without nests around it.

    A message that is not as it should be is handed on as it is.
    """
    cdef Sink sink
    cdef int fixed                   # bytes of the header behind nlmsghdr
    cdef int rows
    cdef int key
    cdef int last
    cdef int flags
    cdef bint bare
    cdef uint64_t aside              # bits of attributes that are not handed on
    cdef const uint8_t *said
    cdef Py_ssize_t said_size
    cdef bytes keep
    cdef Bytes out                   # messages for the other sink
    cdef Bytes lead                  # what comes before each row: headers, attributes, the head of the nest
    cdef Bytes held                  # rows, as attributes, until `settle`
    cdef Py_ssize_t count            # so many
    cdef Header header               # of the messages

    def __init__(self, Sink sink not None, int header, int rows, bytes said not None=b"", int key=0, int last=0,
                 int flags=0, aside=(), bint bare=False):
        if len(said) & 3 or header & 3:
            raise ValueError("attributes are padded")
        if bare and (key or flags):
            raise ValueError("only what stands in its nests can be a range")
        self.bare = bare
        self.sink = sink
        self.fixed, self.rows, self.key, self.last, self.flags = header, rows, key, last, flags
        self.aside = 0
        for number in aside:
            if not 0 <= number < 64:
                raise ValueError("only attributes up to number 63 can be left out")
            self.aside |= <uint64_t> 1 << <int> number
        self.keep = said
        self.said = <const uint8_t *> PyBytes_AS_STRING(said)
        self.said_size = len(said)

    def __dealloc__(self):
        free(self.out.data)
        free(self.lead.data)
        free(self.held.data)

    cdef int take_in(self, const uint8_t *p, Reading *reading) except -1 nogil:
        cdef Header header
        cdef Reading inner
        cdef int result
        while reading.at < reading.end:
            reading.inside = 0
            if reading.end - reading.at < NLMSG_HDRLEN:
                return self.sink.take_in(p, reading)          # which says what is wrong
            memcpy(&header, p + reading.at, NLMSG_HDRLEN)
            if not is_whole(&header, reading.end - reading.at):
                return self.sink.take_in(p, reading)
            if not belongs(&header, p + reading.at, reading):
                return 0
            self.out.size = 0
            result = self.spread(&header, p + reading.at)
            inner = reading[0]
            inner.at = 0
            inner.end = self.out.size
            if result < 0:
                with gil:
                    raise MemoryError()
            if result:                                        # as it is
                inner = reading[0]
                inner.end = reading.at + ((header.length + 3) & ~3)
                self.sink.take_in(p, &inner)
            elif self.out.size:
                self.sink.take_in(self.out.data, &inner)
            reading.flags |= header.flags
            reading.taken += 1
            reading.at += (header.length + 3) & ~3
        return 0

    cdef int spread(self, const Header *header, const uint8_t *p) noexcept nogil:
        """Make messages of one: 0, 1 if it is strange, -1 without memory."""
        cdef Py_ssize_t end = header.length, at = NLMSG_HDRLEN + self.fixed, begun = 0, nested = 0
        cdef uint16_t head[2]
        cdef uint8_t *lead
        cdef uint8_t *q
        if end < at:
            return 1
        self.lead.size = 0
        lead = more(&self.lead, at)
        if lead == NULL:
            return -1
        memcpy(lead, p, at)
        while at < end:
            if end - at < NLA_HDRLEN:
                return 1
            memcpy(head, p + at, 4)
            if head[0] < NLA_HDRLEN or head[0] > end - at:
                return 1
            if head[1] & NLA_TYPE_MASK == self.rows:
                if begun:
                    return 1
                begun = at + NLA_HDRLEN
                nested = head[0] - NLA_HDRLEN
            elif not (head[1] & NLA_TYPE_MASK < 64 and self.aside >> (head[1] & NLA_TYPE_MASK) & 1):
                q = more(&self.lead, (head[0] + 3) & ~3)
                if q == NULL:
                    return -1
                memset(q + (head[0] & ~3), 0, 4 if head[0] & 3 else 0)
                memcpy(q, p + at, head[0])
            at += (head[0] + 3) & ~3
        q = more(&self.lead, self.said_size + NLA_HDRLEN)
        if q == NULL:
            return -1
        memcpy(q, self.said, self.said_size)
        self.header = header[0]
        return self.each(p + begun, nested) if begun else 0

    cdef int each(self, const uint8_t *p, Py_ssize_t n) noexcept nogil:
        """Make messages of the rows, or hold these back."""
        cdef Py_ssize_t at = 0
        cdef uint16_t head[2]
        cdef uint8_t *q
        cdef int result
        while at < n:                                         # all of them, before the first is made
            if n - at < NLA_HDRLEN:
                return 1
            memcpy(head, p + at, 4)
            if head[0] < NLA_HDRLEN or head[0] > n - at:
                return 1
            at += (head[0] + 3) & ~3
        at = 0
        while at < n:
            memcpy(head, p + at, 4)
            if self.flags:
                q = more(&self.held, (head[0] + 3) & ~3)
                if q == NULL:
                    return -1
                memset(q + (head[0] & ~3), 0, 4 if head[0] & 3 else 0)
                memcpy(q, p + at, head[0])
                self.count += 1
            else:
                result = self.row(p + at, head[0], NULL, 0)
                if result:
                    return result
            at += (head[0] + 3) & ~3
        return 0

    cdef int row(self, const uint8_t *p, Py_ssize_t n, const uint8_t *last, Py_ssize_t last_size) noexcept nogil:
        """One message, of the row at `p`; a range has its last value at `last`, or within the row."""
        cdef Py_ssize_t lead = self.lead.size, size = lead + ((n + 3) & ~3), at, inner, used
        cdef uint16_t head[2]
        cdef uint32_t length
        cdef uint8_t *q
        cdef const uint8_t *first = NULL
        cdef Py_ssize_t first_size = 0
        if self.bare:
            return self.alone(p + NLA_HDRLEN, n - NLA_HDRLEN)
        if self.key:
            at = NLA_HDRLEN
            while at + NLA_HDRLEN <= n:
                memcpy(head, p + at, 4)
                if head[0] < NLA_HDRLEN or head[0] > n - at:
                    break
                inner = value_in(p + at, head[0])
                if inner and head[1] & NLA_TYPE_MASK == self.key:
                    first = p + at + 2 * NLA_HDRLEN
                    first_size = inner
                elif inner and last == NULL and head[1] & NLA_TYPE_MASK == self.last:
                    last = p + at + 2 * NLA_HDRLEN
                    last_size = inner
                at += (head[0] + 3) & ~3
            if last == NULL:
                last = first
                last_size = first_size
        q = more(&self.out, size + (last_size + 8 if first != NULL else 0))
        if q == NULL:
            return -1
        self.out.size -= size + (last_size + 8 if first != NULL else 0)
        memcpy(q, self.lead.data, lead)
        if first == NULL:
            memcpy(q + lead, p, n)
            memset(q + lead + n, 0, size - lead - n)
            used = (n + 3) & ~3
        else:
            used = self.ranged(q + lead, p, n, last, last_size)
            n = used
        head[0] = <uint16_t> (NLA_HDRLEN + n)
        head[1] = <uint16_t> self.rows | NLA_F_NESTED
        memcpy(q + lead - NLA_HDRLEN, head, 4)
        length = <uint32_t> (lead + used)
        memcpy(q, &length, 4)
        self.out.size += lead + used
        return 0

    cdef int alone(self, const uint8_t *p, Py_ssize_t n) noexcept nogil:
        """One message, of the attributes at `p`."""
        cdef Py_ssize_t lead = self.lead.size - NLA_HDRLEN
        cdef uint32_t length = <uint32_t> (lead + n)
        cdef uint8_t *q = more(&self.out, lead + ((n + 3) & ~3))
        if q == NULL:
            return -1
        memcpy(q, self.lead.data, lead)
        memcpy(q + lead, p, n)
        memset(q + lead + n, 0, -n & 3)
        memcpy(q, &length, 4)
        return 0

    cdef Py_ssize_t ranged(self, uint8_t *q, const uint8_t *p, Py_ssize_t n, const uint8_t *last,
                           Py_ssize_t last_size) noexcept nogil:
        """Copy a row whose key becomes a range; returns how many bytes it takes."""
        cdef uint16_t head[2]
        cdef uint16_t made[2]
        cdef Py_ssize_t at = NLA_HDRLEN, used = NLA_HDRLEN, inner, size
        while at + NLA_HDRLEN <= n:
            memcpy(head, p + at, 4)
            if head[0] < NLA_HDRLEN or head[0] > n - at:
                break
            inner = value_in(p + at, head[0])
            if inner and head[1] & NLA_TYPE_MASK == self.key:
                size = inner + last_size
                made[0] = <uint16_t> (2 * NLA_HDRLEN + size)
                made[1] = head[1]
                memcpy(q + used, made, 4)
                made[0] = <uint16_t> (NLA_HDRLEN + size)
                made[1] = 1
                memcpy(q + used + NLA_HDRLEN, made, 4)
                memcpy(q + used + 2 * NLA_HDRLEN, p + at + 2 * NLA_HDRLEN, inner)
                memcpy(q + used + 2 * NLA_HDRLEN + inner, last, last_size)
                used += 2 * NLA_HDRLEN + size
                while used & 3:
                    q[used] = 0
                    used += 1
            elif not (inner and head[1] & NLA_TYPE_MASK == self.last):
                memcpy(q + used, p + at, head[0])
                used += head[0]
                while used & 3:
                    q[used] = 0
                    used += 1
            at += (head[0] + 3) & ~3
        memcpy(head, p, 4)
        head[0] = <uint16_t> used
        memcpy(q, head, 4)
        return used

    def settle(self):
        """Hand on what was held back, now that all of it is there: an exchange is over. Raises DecodeError."""
        cdef Reading reading
        cdef Piece *pieces
        cdef int result
        if not self.count:
            return
        pieces = <Piece *> calloc(self.count + 1, sizeof(Piece))
        if pieces == NULL:
            raise MemoryError()
        try:
            with nogil:
                result = self.join(pieces)
                reading = Reading(self.header.type, self.header.sequence, self.header.portid, 0, self.out.size, 0, 0, 0, NULL)
                if not result and self.out.size:
                    self.sink.take_in(self.out.data, &reading)
            if result:
                raise MemoryError()
        finally:
            free(pieces)
            self.count = 0
            self.held.size = 0

    cdef int join(self, Piece *pieces) noexcept nogil:
        """Make messages of the rows held back: each range one, what has no key as it is."""
        cdef Py_ssize_t i, count = 0, at = 0, size
        cdef uint16_t head[2]
        cdef uint8_t behind[256]
        cdef int result
        cdef const uint8_t *p
        self.out.size = 0
        while at < <Py_ssize_t> self.held.size:
            p = self.held.data + at
            memcpy(head, p, 4)
            pieces[count].at = <uint32_t> at
            if self.find(p, head[0], &pieces[count]):
                count += 1
            else:
                result = self.row(p, head[0], NULL, 0)
                if result:
                    return result
            at += (head[0] + 3) & ~3
        qsort(pieces, count, sizeof(Piece), by_key)
        for i in range(count):
            if pieces[i].end:
                continue
            size = pieces[i].size
            if i + 1 < count and pieces[i + 1].size == size:
                before(behind, pieces[i + 1].key, size)
            else:
                memset(behind, 255, size)
            p = self.held.data + pieces[i].at
            memcpy(head, p, 4)
            result = self.row(p, head[0], behind, size)
            if result:
                return result
        return 0

    cdef bint find(self, const uint8_t *p, Py_ssize_t n, Piece *piece) noexcept nogil:
        """The key of a row, and whether it says that a range is over; False without a key that can be compared."""
        cdef Py_ssize_t at = NLA_HDRLEN, inner
        cdef uint16_t head[2]
        piece.key = NULL
        piece.end = False
        while at + NLA_HDRLEN <= n:
            memcpy(head, p + at, 4)
            if head[0] < NLA_HDRLEN or head[0] > n - at:
                break
            if head[1] & NLA_TYPE_MASK == self.key:
                inner = value_in(p + at, head[0])
                if 0 < inner <= 256:
                    piece.key = p + at + 2 * NLA_HDRLEN
                    piece.size = <int32_t> inner
            elif head[1] & NLA_TYPE_MASK == self.flags and head[0] == NLA_HDRLEN + 4:
                piece.end = p[at + NLA_HDRLEN + 3] & 1
            at += (head[0] + 3) & ~3
        return piece.key != NULL


cdef void before(uint8_t *out, const uint8_t *p, Py_ssize_t n) noexcept nogil:
    """The number before a big-endian one."""
    cdef Py_ssize_t i = n - 1
    memcpy(out, p, n)
    while i >= 0:
        out[i] -= 1
        if out[i] != 255:
            return
        i -= 1


cdef Py_ssize_t value_in(const uint8_t *p, Py_ssize_t n) noexcept nogil:
    """How many bytes the value has that a nest consists of, which stands at `p`; 0 where it is anything else."""
    cdef uint16_t head[2]
    if n < 2 * NLA_HDRLEN:
        return 0
    memcpy(head, p + NLA_HDRLEN, 4)
    if head[1] & NLA_TYPE_MASK != 1 or head[0] <= NLA_HDRLEN or ((head[0] + 3) & ~3) + NLA_HDRLEN < n:
        return 0
    return head[0] - NLA_HDRLEN if head[0] + NLA_HDRLEN <= n else 0
