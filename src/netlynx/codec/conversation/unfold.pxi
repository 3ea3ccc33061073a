# Messages whose rows lie in nests, or stand beside each other, and begin with a C struct of their own, such as the VLANs
# of a bridge's ports: every row becomes a message of its own, whose header goes on with that struct.

cdef enum:
    DEEPEST = 4                      # nests around a row
    TOLD_APART = 128                 # attributes of a message that can be left out


@cython.final
cdef class Unfold(Sink):
    """A sink that hands the rows within messages to another one, each in a message of its own.

    A row is an attribute `path[-1]` in the nests before it in `path`, of which a message may have several; the row
    stays in them. Messages begin with a fixed header of `header` bytes. The first `lead` bytes of a row, or of the
    attribute `within` of it where that is not 0, are moved behind the header. The message's other attributes stay, but
    for those numbered in `aside`. Messages of the type `also` are taken for those that are wanted.

    What cannot be told apart in a message is handed on as it is, behind zeros where the struct would be.
    """
    cdef Sink sink
    cdef int fixed                   # bytes of the header behind nlmsghdr
    cdef int lead
    cdef int within
    cdef int also
    cdef int depth
    cdef int path[DEEPEST + 1]
    cdef bint aside[TOLD_APART]
    cdef Bytes out                   # messages for the other sink
    cdef Bytes front                 # what comes before each row: headers, and the message's other attributes
    cdef Py_ssize_t count            # rows of the message

    def __init__(self, Sink sink, int header, path, int lead=0, int within=0, int also=0, aside=()):
        if header & 3 or lead & 3:
            raise ValueError("attributes are padded")
        if not 0 < len(path) <= DEEPEST + 1:
            raise ValueError(f"a row is an attribute in up to {DEEPEST} nests")
        self.sink = sink
        self.fixed, self.lead, self.within, self.also = header, lead, within, also
        self.depth = len(path) - 1
        for i, number in enumerate(path):
            self.path[<int> i] = number
        for number in aside:
            if not 0 <= number < TOLD_APART:
                raise ValueError(f"only attributes up to number {TOLD_APART - 1} can be left out")
            self.aside[<int> number] = True

    def __dealloc__(self):
        free(self.out.data)
        free(self.front.data)

    cdef int take_in(self, const uint8_t *p, Reading *reading) except -1 nogil:
        cdef Header header
        cdef Reading inner
        while reading.at < reading.end:
            reading.inside = 0
            if reading.end - reading.at < NLMSG_HDRLEN:
                return self.sink.take_in(p, reading)          # which says what is wrong
            memcpy(&header, p + reading.at, NLMSG_HDRLEN)
            if not is_whole(&header, reading.end - reading.at):
                return self.sink.take_in(p, reading)
            if header.type == self.also:
                header.type = <uint16_t> reading.type
            if not belongs(&header, p + reading.at, reading):
                return 0
            if header.length < NLMSG_HDRLEN + self.fixed:
                return self.sink.take_in(p, reading)
            self.out.size = 0
            if self.unfold(&header, p + reading.at, header.type) < 0:
                with gil:
                    raise MemoryError()
            if self.out.size:
                inner = reading[0]
                inner.at = 0
                inner.end = self.out.size
                self.sink.take_in(self.out.data, &inner)
            reading.flags |= header.flags
            reading.taken += 1
            reading.at += (header.length + 3) & ~3
        return 0

    def settle(self):
        self.sink.settle()

    def unfolded(self, const uint8_t[::1] data not None, Py_ssize_t size, types, int mark):
        """The messages of a datagram, of which those of these types are unfolded; `mark` is added to their type.

        A message without a row stays as it is, and so does all from one on that is malformed. None where there is no row.
        """
        cdef Header header
        cdef Py_ssize_t at = 0, before
        cdef uint8_t *q
        cdef bint any = False
        if size > data.shape[0]:
            raise ValueError("the range lies outside the data")
        self.out.size = 0
        while size - at >= NLMSG_HDRLEN:
            memcpy(&header, &data[at], NLMSG_HDRLEN)
            if not is_whole(&header, size - at):
                break
            before = self.out.size
            self.count = 0
            if header.type in types and header.length >= <uint32_t> (NLMSG_HDRLEN + self.fixed):
                if self.unfold(&header, &data[at], <int> (header.type | mark)) < 0:
                    raise MemoryError()
            if self.count:
                any = True
            else:
                self.out.size = before
                q = more(&self.out, min((header.length + 3) & ~3, size - at))
                if q == NULL:
                    raise MemoryError()
                memcpy(q, &data[at], min((header.length + 3) & ~3, size - at))
            at += (header.length + 3) & ~3
        if not any:
            return None
        if at < size:
            q = more(&self.out, size - at)
            if q == NULL:
                raise MemoryError()
            memcpy(q, &data[at], size - at)
        return PyBytes_FromStringAndSize(<char *> self.out.data, self.out.size)

    cdef int unfold(self, const Header *header, const uint8_t *p, int type) noexcept nogil:
        """Make messages of one; -1 without memory."""
        cdef Py_ssize_t end = header.length, at = NLMSG_HDRLEN + self.fixed, made = self.out.size
        cdef uint16_t head[2]
        cdef uint16_t number = <uint16_t> type
        cdef uint8_t *q
        cdef int result = 1
        self.count = 0
        self.front.size = 0
        q = more(&self.front, at + self.lead)
        if q == NULL:
            return -1
        memcpy(q, p, at)
        memcpy(q + 4, &number, 2)
        memset(q + at, 0, self.lead)
        if is_sound(p + at, end - at):
            while at < end:
                memcpy(head, p + at, 4)
                head[1] &= NLA_TYPE_MASK
                if head[1] != self.path[0] and not (head[1] < TOLD_APART and self.aside[head[1]]):
                    if padded(&self.front, p + at, head[0]) < 0:
                        return -1
                at += (head[0] + 3) & ~3
            at = NLMSG_HDRLEN + self.fixed
            result = self.walk(p + at, end - at, 0)
        if result > 0:                                        # as it is
            self.out.size = made
            self.count = 0
            at = NLMSG_HDRLEN + self.fixed
            q = more(&self.out, at + self.lead + ((end - at + 3) & ~3))
            if q == NULL:
                return -1
            memcpy(q, self.front.data, at + self.lead)
            memcpy(q + at + self.lead, p + at, end - at)
            memset(q + at + self.lead + (end - at), 0, -(end - at) & 3)
            store_length(q, at + self.lead + end - at)
            return 0
        return result

    cdef int walk(self, const uint8_t *p, Py_ssize_t n, int level) noexcept nogil:
        """Make messages of the rows among attributes that are sound: 0, 1 if those within are not, -1 without memory."""
        cdef Py_ssize_t at = 0
        cdef uint16_t head[2]
        cdef int result
        while at < n:
            memcpy(head, p + at, 4)
            if head[1] & NLA_TYPE_MASK == self.path[level]:
                if level == self.depth:
                    result = self.row(p + at, head[0])
                elif is_sound(p + at + NLA_HDRLEN, head[0] - NLA_HDRLEN):
                    result = self.walk(p + at + NLA_HDRLEN, head[0] - NLA_HDRLEN, level + 1)
                else:
                    result = 1
                if result:
                    return result
            at += (head[0] + 3) & ~3
        return 0

    cdef int row(self, const uint8_t *p, Py_ssize_t n) noexcept nogil:
        """One message, of the row whose attribute stands at `p`."""
        cdef const uint8_t *begun = NULL                      # of the struct
        cdef Py_ssize_t skip = 0, from_ = NLA_HDRLEN          # what of the row is not handed on, and where that stands
        cdef Py_ssize_t at = NLA_HDRLEN, size, inner, i
        cdef uint16_t head[2]
        cdef uint8_t *q
        if self.lead and not self.within:
            if n - NLA_HDRLEN >= self.lead:
                begun = p + NLA_HDRLEN
                skip = self.lead
        elif self.lead:
            if not is_sound(p + at, n - at):
                return 1
            while at < n:
                memcpy(head, p + at, 4)
                if head[1] & NLA_TYPE_MASK == self.within and head[0] - NLA_HDRLEN >= self.lead:
                    begun = p + at + NLA_HDRLEN
                    if head[0] - NLA_HDRLEN == self.lead:     # what is longer says more than that
                        from_ = at
                        skip = (head[0] + 3) & ~3
                    break
                at += (head[0] + 3) & ~3
            if skip > n - from_:
                skip = n - from_
        inner = n - skip                                      # of the row's attribute
        size = self.front.size + self.depth * NLA_HDRLEN + ((inner + 3) & ~3)
        q = more(&self.out, size)
        if q == NULL:
            return -1
        memcpy(q, self.front.data, self.front.size)
        if begun != NULL:
            memcpy(q + NLMSG_HDRLEN + self.fixed, begun, self.lead)
        store_length(q, size)
        q += self.front.size
        for i in range(self.depth):
            head[0] = <uint16_t> ((self.depth - i) * NLA_HDRLEN + inner)
            head[1] = <uint16_t> self.path[i] | NLA_F_NESTED
            memcpy(q, head, 4)
            q += NLA_HDRLEN
        memcpy(q, p, from_)
        memcpy(q + from_, p + from_ + skip, n - from_ - skip)
        memset(q + inner, 0, -inner & 3)
        head[0] = <uint16_t> inner
        memcpy(q, head, 2)
        self.count += 1
        return 0


cdef int padded(Bytes *b, const uint8_t *p, Py_ssize_t n) noexcept nogil:
    """Copy an attribute, padded; -1 without memory."""
    cdef uint8_t *q = more(b, (n + 3) & ~3)
    if q == NULL:
        return -1
    memcpy(q, p, n)
    memset(q + n, 0, -n & 3)
    return 0


cdef void store_length(uint8_t *q, Py_ssize_t n) noexcept nogil:
    """Of a message, into its header."""
    cdef uint32_t length = <uint32_t> n
    memcpy(q, &length, 4)
