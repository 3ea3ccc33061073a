# Sieves: conditions compiled to what the bytes of a message must be. Nothing here needs the GIL.
#
# Where the wanted attributes stand in a message is remembered by its marks (see decode/marks.pxi), so that the next message
# like it need not be searched. The memory is the sink's: a filter may serve many at once.

cdef enum:
    W_ABSENT = 1         # there is no value
    W_NUMBER = 2         # from low to high
    W_FLAGS = 3          # all bits of low, or none at all where low is 0
    W_BYTES = 4
    W_FIELDS = 5         # a nest or struct that its own sieve lets through
    W_EQUAL = 6          # settled on the decoded value
    W_SUBNET = 7         # an address whose first `prefix` bits are those of `bytes`
    W_BITS = 8           # bytes in which all bits of `bytes` are set
    W_MASKED = 9         # a number that is low in the bits of high

    UNSETTLED = -1       # what `sift` says when only the decoded record can tell
    MAX_TESTS = 64       # conditions on one record
    MAX_WANTED = 64      # alternatives that are tried one by one; more are looked up, which takes the decoded value

cdef struct Sieve

cdef struct Wanted:
    int32_t how
    int32_t prefix       # what the header's prefix length must be; of a subnet: its own
    uint64_t low         # numbers, bit for bit as the field's
    uint64_t high
    Py_ssize_t size
    const uint8_t *bytes
    Sieve *inner

cdef struct Test:
    Field *attribute     # NULL: the header has the field
    Field *head          # NULL: the header does not have the field
    int32_t whole        # the alternatives are sieves for the whole message
    int32_t negated      # and none of them must let it through
    int32_t bytewise
    int32_t if_absent    # whether it is met when the value is the field's default ...
    int32_t if_inet      # ... or "everything", as an absent destination says
    int32_t if_inet6
    int32_t count
    Wanted *wanted       # any of them will do

cdef struct Way:
    int32_t scope        # an inline nest in which a wanted field lies: where it stands,
    int32_t type         # its attribute number,
    int32_t inside       # and the scope in it

cdef enum:
    MOST_PLAIN = 4

cdef struct Plain:       # bytes without which a message is not wanted
    int32_t at
    int32_t size
    uint8_t bytes[16]

cdef struct Sieve:
    int32_t header_size
    int32_t is_struct
    int32_t attributes   # whether any test looks at attributes
    int32_t count
    int32_t ways_count
    int32_t beside       # whether an attribute's size depends on another one
    int32_t plain_count
    bint only_plain      # whether `plain`, of the header, is all there is to test
    Test tests[MAX_TESTS]
    Way *ways
    Plain plain[4]       # MOST_PLAIN


cdef enum:
    PLACES = 4           # messages of so many sizes are remembered
    PATIENT = 3          # messages that pass by before what is remembered is given up for another of the same place

cdef struct Places:      # where a sieve found its attributes in messages with these marks
    Marks marks
    int plain_count
    Plain plain[4]       # MOST_PLAIN
    bint settles         # whether that, beside what the header must be, is all there is to test
    int known
    int misses
    int32_t at[64]       # MAX_TESTS; -1: not there
    int32_t sizes[64]

cdef struct Memory:
    Places places[4]     # PLACES


cdef int fits(const Field *f, const uint8_t *p, Py_ssize_t n, const uint8_t *header,
              Py_ssize_t header_size) noexcept nogil:
    """Whether decoding would make a value of this payload, or leave it raw."""
    cdef char text[TEXT]
    cdef const void *end
    cdef Py_ssize_t at
    cdef int family
    cdef int kind = f.kind
    if f.options & O_MULTI:
        return 1                 # as far as can be told here
    if kind == K_INTEGER:
        return n == 4 or n == 1 or n == 2 or n == 8
    if kind == K_STRING:
        if f.options & O_FIXED or n == 0:
            return 1
        end = memchr(p, 0, n)
        return end == NULL or <const uint8_t *> end - p == n - 1
    if kind == K_IP:
        return fits_address(f.options, f.width, n)
    if kind == K_PREFIX:
        if f.position >= header_size:
            return 0
        if header[0] == MPLS:
            return put_labels(text, p, n) != 0
        return n == 4 or n == 16
    if kind == K_MAC:
        return n <= 64
    if kind == K_FLAG:
        return n == 0 or n == 1 and p[0] <= 1
    if kind == K_LABELS:
        return put_labels(text, p, n) != 0
    if kind == K_NEST:
        at = (f.inner + 3) & ~3
        return n >= f.inner and (n <= at or is_sound(p + at, n - at))
    if kind == K_VIA:
        if n < 2:
            return 0
        family = <int> load(p, 2, False)
        return family == INET and n == 6 or family == INET6 and n == 18
    return 1


cdef int number_within(const Wanted *w, const Field *f, const uint8_t *p, Py_ssize_t n) noexcept nogil:
    cdef uint64_t v
    cdef int64_t s
    if f.kind == K_FLAG:
        v = 1 if n == 0 or p[0] else 0
    elif f.kind == K_BITS:
        v = bits_at(f, p)
    else:
        v = load(p, <int> n, f.options & O_BIG)
    if w.how == W_FLAGS:
        return v & w.low == w.low if w.low else v == 0
    if w.how == W_MASKED:
        return v & w.high == w.low
    if f.options & O_SIGNED:
        s = <int64_t> (v << (64 - 8 * n)) >> (64 - 8 * n)
        return <int64_t> w.low <= s and s <= <int64_t> w.high
    return w.low <= v and v <= w.high


cdef bint begins_alike(const uint8_t *p, const uint8_t *other, int bits) noexcept nogil:
    """Whether the first bits are the same."""
    cdef int whole = bits >> 3
    if memcmp(p, other, whole) != 0:
        return False
    return bits & 7 == 0 or (p[whole] ^ other[whole]) >> (8 - (bits & 7)) == 0


cdef bint has_bits(const uint8_t *p, Py_ssize_t n, const uint8_t *bits, Py_ssize_t size) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(size):
        if bits[i] and (i >= n or p[i] & bits[i] != bits[i]):
            return False
    return True


cdef int is_wanted(const Wanted *w, const Field *f, const uint8_t *p, Py_ssize_t n,
                   const uint8_t *header) noexcept nogil:
    """Whether a payload that fits is this alternative: 1, 0 or UNSETTLED."""
    cdef const void *end
    if w.how == W_ABSENT:
        return f.kind == K_FLAG and n == 1 and p[0] == 0
    if w.how == W_NUMBER or w.how == W_FLAGS or w.how == W_MASKED:
        return number_within(w, f, p, n)
    if w.how == W_FIELDS:
        return sift(w.inner, p, n, NULL)
    if w.how == W_SUBNET:
        if f.kind == K_VIA:
            p += 2
            n -= 2
        return n == w.size and begins_alike(p, w.bytes, w.prefix)
    if w.how == W_BITS:
        return has_bits(p, n, w.bytes, w.size)
    if w.how != W_BYTES:
        return UNSETTLED
    if f.kind == K_STRING and n:
        end = memchr(p, 0, n)
        if end != NULL:
            n = <const uint8_t *> end - p
    elif f.kind == K_PREFIX:
        if header[0] == MPLS:
            return UNSETTLED
        if header[f.position] != w.prefix:
            return 0
    return n == w.size and memcmp(p, w.bytes, n) == 0


cdef int judge(const Test *t, const Field *f, const uint8_t *p, Py_ssize_t n, const uint8_t *header) noexcept nogil:
    cdef int i, verdict, settled = 0
    if not t.bytewise:
        return UNSETTLED
    for i in range(t.count):
        verdict = is_wanted(&t.wanted[i], f, p, n, header)
        if verdict == 1:
            return 1
        if verdict:
            settled = UNSETTLED
    return settled


cdef int judge_whole(const Test *t, const uint8_t *p, Py_ssize_t n) noexcept nogil:
    """Whether one of several sieves lets a message through, or none where that is wanted: 1, 0 or UNSETTLED."""
    cdef int i, verdict, settled = 0
    for i in range(t.count):
        verdict = sift(t.wanted[i].inner, p, n, NULL)
        if verdict == 1:
            return not t.negated
        if verdict:
            settled = UNSETTLED
    return UNSETTLED if settled else t.negated


cdef int judge_absent(const Test *t, const uint8_t *header) noexcept nogil:
    if t.attribute != NULL and t.attribute.options & O_DEFAULT and header[t.attribute.position] == 0:
        if header[0] == INET:
            return t.if_inet
        if header[0] == INET6:
            return t.if_inet6
    return t.if_absent


cdef int find(const Sieve *s, int scope, const uint8_t *p, Py_ssize_t left, const uint8_t *header,
              const uint8_t **payloads, Py_ssize_t *sizes) noexcept nogil:
    """Where the wanted fields' payloads are (the last one counts); 0 when the attributes are malformed."""
    cdef uint16_t head[2]
    cdef const uint8_t *all = p
    cdef Py_ssize_t length, size, whole = left
    cdef int number, i
    cdef const Field *f
    while left > 0:
        if left < NLA_HDRLEN:
            return 0
        memcpy(head, p, 4)
        length = head[0]
        if length < NLA_HDRLEN or length > left:
            return 0
        number = head[1] & NLA_TYPE_MASK
        for i in range(s.count):
            f = s.tests[i].attribute
            if f == NULL or f.type != number and f.ip6 != number or f.scope != scope:
                continue
            size = length - NLA_HDRLEN
            if f.options & O_FAMILY:
                size = counted(f, p + NLA_HDRLEN, size, all, whole)
            if fits(f, p + NLA_HDRLEN, size, header, s.header_size):
                payloads[i] = p + NLA_HDRLEN
                sizes[i] = size
        for i in range(s.ways_count):
            if s.ways[i].type == number and s.ways[i].scope == scope:
                if not find(s, s.ways[i].inside, p + NLA_HDRLEN, length - NLA_HDRLEN, header, payloads, sizes):
                    return 0
        length = (length + 3) & ~3
        p += length
        left -= length
    return 1


cdef bint recall(const Places *known, const Sieve *s, const uint8_t *p, const uint8_t **payloads,
                 Py_ssize_t *sizes) noexcept nogil:
    """Find the wanted fields' payloads where they stood in a message with the same marks; False where one that stood
    there fitted and this one does not."""
    cdef int i
    for i in range(s.count):
        if known.at[i] >= 0:
            payloads[i] = p + known.at[i]
            sizes[i] = known.sizes[i]
            if not fits(s.tests[i].attribute, payloads[i], sizes[i], p, s.header_size):
                return False
    return True


cdef void note_places(Places *known, const Sieve *s, const uint8_t *p, Py_ssize_t n, const uint8_t **payloads,
                      const Py_ssize_t *sizes) noexcept nogil:
    """Remember where they were found, unless that was not by marks alone: one came twice, or did not fit."""
    cdef Py_ssize_t at = (s.header_size + 3) & ~3
    cdef uint16_t head[2]
    cdef const Field *f
    cdef int i
    known.marks.size = n
    known.marks.count = 0
    known.known = 0
    known.misses = 0
    known.plain_count = 0
    known.settles = False
    for i in range(s.count):
        known.at[i] = -1 if payloads[i] == NULL else <int32_t> (payloads[i] - p)
        known.sizes[i] = 0 if payloads[i] == NULL else <int32_t> sizes[i]
    while at < n:
        if not add_mark(&known.marks, p, at):
            return
        memcpy(head, p + at, NLA_HDRLEN)
        for i in range(s.count):
            f = s.tests[i].attribute
            if f != NULL and f.type == head[1] & NLA_TYPE_MASK and known.at[i] != at + NLA_HDRLEN:
                return
        at += (head[0] + 3) & ~3
    known.known = 1
    for i in range(s.count):
        if (known.at[i] >= 0 and known.plain_count < MOST_PLAIN
                and note_plain(&known.plain[known.plain_count], &s.tests[i], s.tests[i].attribute, known.at[i],
                               known.sizes[i])):
            known.plain_count += 1
    known.settles = known.plain_count + s.plain_count == s.count


cdef bint note_plain(Plain *plain, const Test *t, const Field *f, int32_t at, int32_t size) noexcept nogil:
    """Note the bytes that a payload, or a field of the header, must be, where no others will do."""
    cdef const Wanted *w = t.wanted
    cdef int i
    if not t.bytewise or t.count != 1 or size > 16:
        return False
    if w.how == W_BYTES and w.size == size and (f.kind == K_IP or f.kind == K_BINARY or f.kind == K_MAC):
        memcpy(plain.bytes, w.bytes, size)
    elif w.how == W_NUMBER and w.low == w.high and f.kind == K_INTEGER and not f.options & O_SIGNED:
        if size < 8 and w.low >> (8 * size):
            return False
        for i in range(size):
            plain.bytes[size - 1 - i if f.options & O_BIG else i] = <uint8_t> (w.low >> (8 * i))
    else:
        return False
    plain.at = at
    plain.size = size
    return True


cdef void note_heads(Sieve *s) noexcept nogil:
    """Note the bytes that the header must have."""
    cdef const Test *t
    cdef int i
    if s.is_struct:                      # whose end is that of what was sent
        return
    for i in range(s.count):
        t = &s.tests[i]
        if (t.attribute == NULL and t.head != NULL and not t.head.options & O_FAMILY and s.plain_count < MOST_PLAIN
                and t.head.position + t.head.width <= s.header_size
                and note_plain(&s.plain[s.plain_count], t, t.head, <int32_t> t.head.position, t.head.width)):
            s.plain_count += 1
    s.only_plain = s.plain_count == s.count


cdef inline bint has_all(const Plain *plain, int count, const uint8_t *p) noexcept nogil:
    cdef int i
    for i in range(count):
        if not nlx_same(p + plain[i].at, plain[i].bytes, plain[i].size):
            return False
    return True


cdef inline int glance(const Sieve *s, const uint8_t *p, Py_ssize_t n, Memory *memory) noexcept nogil:
    """What `sift` says, after one look where that is enough. A message that is malformed is not wanted either when its
    header tells; `sift` would leave it to decoding."""
    cdef Places *known
    if n >= s.header_size:
        if not has_all(s.plain, s.plain_count, p):
            return 0
        if s.only_plain:
            return 1
        known = &memory.places[(n >> 2) % PLACES]
        if known.plain_count and known.marks.size == n and same_marks(&known.marks, p):
            known.misses = 0
            if not has_all(known.plain, known.plain_count, p):
                return 0
            if known.settles:
                return 1
    return sift(s, p, n, memory)


cdef bint locate(const Sieve *s, Memory *memory, const uint8_t *p, Py_ssize_t n, const uint8_t **payloads,
                 Py_ssize_t *sizes) noexcept nogil:
    """Where the wanted fields' payloads are; False when the attributes are malformed."""
    cdef Py_ssize_t start = (s.header_size + 3) & ~3
    cdef Places *known = NULL
    cdef int i
    if memory != NULL and not s.ways_count and not s.beside:
        known = &memory.places[(n >> 2) % PLACES]
        if known.marks.size == n and same_marks(&known.marks, p):
            known.misses = 0
            if known.known and recall(known, s, p, payloads, sizes):
                return True
            for i in range(s.count):
                payloads[i] = NULL
            known = NULL
        else:
            known.misses += 1
            if known.marks.size and known.misses <= PATIENT:
                known = NULL
    if not find(s, 0, p + start, n - start, p, payloads, sizes):
        return False
    if known != NULL:
        note_places(known, s, p, n, payloads, sizes)
    return True


cdef int sift(const Sieve *s, const uint8_t *p, Py_ssize_t n, Memory *memory) noexcept nogil:
    """Whether a record with these bytes (fixed header and attributes, or a struct's) is wanted: 1, 0 or UNSETTLED.
    `memory` may be NULL."""
    cdef const uint8_t *payloads[MAX_TESTS]
    cdef Py_ssize_t sizes[MAX_TESTS]
    cdef Py_ssize_t header_size = n if s.is_struct else s.header_size
    cdef Py_ssize_t start = (header_size + 3) & ~3
    cdef const Test *t
    cdef const Field *f
    cdef int i, size, verdict, settled = 1
    if n < header_size:
        return UNSETTLED
    for i in range(s.count):
        payloads[i] = NULL
    if s.attributes and n > start and not locate(s, memory, p, n, payloads, sizes):
        return UNSETTLED             # malformed: decoding says where
    for i in range(s.count):
        t = &s.tests[i]
        if t.whole:
            verdict = judge_whole(t, p, n)
            if verdict == 0:
                return 0
            if verdict < 0:
                settled = UNSETTLED
            continue
        f = t.head
        size = -1 if f == NULL or payloads[i] != NULL else member_size(f, p, header_size)
        if payloads[i] != NULL:
            verdict = judge(t, t.attribute, payloads[i], sizes[i], p)
        elif size >= 0 and fits(f, p + f.position, size, p, header_size):
            verdict = judge(t, f, p + f.position, size, p)
        else:
            verdict = judge_absent(t, p)
        if verdict == 0:
            return 0
        if verdict < 0:
            settled = UNSETTLED
    return settled
