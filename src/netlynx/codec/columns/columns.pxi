# From bytes to columns, without the GIL and without Python objects; only hooks ask for both. The same values as
# decode/decode.pxi makes, and the same errors: what is malformed is decoded again there, to say what and where.

cdef enum:
    HEADER_MOST = 288    # bytes of a header that is compared with the previous one

cdef struct Intake:             # a table that is being filled
    Level *root
    Column *unknown              # list of struct of within, type, payload
    void *raised                 # list to which a hook's exception goes
    const Fate *fates            # what becomes of payloads of the message that is taken in, if it is a strange one
    int fate_count
    Layout *layouts              # LAYOUTS of them
    int64_t rows
    bint together                # several rows at once, column by column: nothing unknown can be put
    bint scattered               # each message has a header of its own
    int64_t runs                 # how many headers there were
    int64_t run                  # the first row with the header that stands in `header` …
    int header_size              # … of which these bytes count; -1: none yet
    uint8_t header[288]          # HEADER_MOST
    uint8_t mask[288]


cdef int keep_attribute(Intake *t, int path, int type, const uint8_t *p, Py_ssize_t n,
                        const Fate *fate) noexcept nogil:
    """An attribute that is unknown or, by its fate, is not decoded; the tail of a struct, when the type is negative."""
    cdef Column *item = t.unknown.children[0]
    cdef int64_t at = item.length
    cdef int result = P_DONE
    if t.unknown.unwanted:
        return P_DONE
    if t.together:
        return P_MALFORMED
    if t.unknown.length <= t.rows:
        result = open_list(t.unknown, t.rows)
    if not result:
        result = add_entry(item.children[0], path, at)
    if not result and type >= 0:
        result = add_number(item.children[1], type & NLA_TYPE_MASK, at)
    if not result:
        result = add_bytes(item.children[2], p, n, at)
    if not result and fate != NULL:
        result = add_bytes(item.children[3], <const uint8_t *> fate.problem, fate.size, at)
    if not result:
        item.length = at + 1
        result = close_list(t.unknown, t.rows)
    return result


cdef inline int64_t signed_number(uint64_t v, Py_ssize_t n) noexcept nogil:
    return <int64_t> (v << (64 - 8 * n)) >> (64 - 8 * n)


cdef int add_integer(Column *c, int options, const uint8_t *p, Py_ssize_t n, int64_t row) noexcept nogil:
    cdef uint64_t v
    cdef int64_t s = 0
    if n != 4 and n != 1 and n != 2 and n != 8:
        return P_UNFIT
    v = load(p, <int> n, options & O_BIG)
    if options & O_SIGNED:
        s = signed_number(v, n)
        v = <uint64_t> s
    if c.store == S_DICTIONARY:
        return add_entry(c, v, row)
    if c.store == S_BOOLEAN:
        return P_UNTRUE if v > 1 else add_boolean(c, v, row)
    # A kernel may widen a number; its value counts, not the width that was declared.
    if n > c.width:
        if c.is_signed and signed_number(v, c.width) != s or not c.is_signed and v >> (8 * c.width):
            if use_width(c, <int> n):
                return P_MEMORY
    return add_number(c, v, row)


cdef int add_address(Column *c, const uint8_t *p, Py_ssize_t n, int64_t row) noexcept nogil:
    """Text of an IPv4 or IPv6 address."""
    cdef char *out
    if c.limit and n != c.limit:
        return P_UNFIT
    if n == 4:
        if c.store == S_BYTES:
            return add_bytes(c, p, n, row)
        out = room(c, 16, row)
        return P_MEMORY if out == NULL else written(c, put_ipv4(out, p), row)
    if n != 16:
        return P_UNFIT
    if c.store == S_BYTES:
        return add_bytes(c, p, n, row)
    out = room(c, TEXT, row)
    return P_MEMORY if out == NULL else written(c, put_ip(out, p, n), row)


cdef int add_prefix(Column *c, const uint8_t *p, Py_ssize_t n, int64_t row) noexcept nogil:
    cdef const uint8_t *header = c.owner.at
    cdef uint8_t length
    cdef char *out
    cdef int used
    if c.position >= c.owner.header_size:
        return P_UNFIT
    length = header[c.position]
    if header[0] == MPLS:
        if c.store == S_STRUCT:
            return add_parts(c, p, n, length, row)
        return add_label_stack(c, p, n, row)
    if n != 4 and n != 16:
        return P_UNFIT
    if c.store == S_STRUCT:
        return add_parts(c, p, n, length, row)
    out = room(c, TEXT, row)
    if out == NULL:
        return P_MEMORY
    used = put_ipv4(out, p) if n == 4 else put_ip(out, p, n)
    out[used] = c"/"
    used += 1
    memcpy(out + used, octets_[length].text, 4)
    return written(c, used + octets_[length].size - 1, row)


cdef int add_parts(Column *c, const uint8_t *p, Py_ssize_t n, uint8_t length, int64_t row) noexcept nogil:
    """A prefix as address and length."""
    cdef int result = ready(c, row)
    if not result:
        result = add_bytes(c.children[0], p, n, row)
    if not result:
        result = add_number(c.children[1], length, row)
    return result or put(c, row)


cdef int add_label_stack(Column *c, const uint8_t *p, Py_ssize_t n, int64_t row) noexcept nogil:
    cdef char *out = room(c, TEXT, row)
    cdef int used
    if out == NULL:
        return P_MEMORY
    used = put_labels(out, p, n)
    return written(c, used, row) if used else P_UNFIT


cdef int add_mac(Column *c, const uint8_t *p, Py_ssize_t n, int64_t row) noexcept nogil:
    cdef char *out
    cdef Py_ssize_t i
    if n > 64:
        return P_UNFIT
    if c.store == S_BYTES:
        return add_bytes(c, p, n, row)
    out = room(c, 3 * n, row)
    if out == NULL:
        return P_MEMORY
    for i in range(n):
        out[3 * i] = HEX[p[i] >> 4]
        out[3 * i + 1] = HEX[p[i] & 15]
        out[3 * i + 2] = c":"
    return written(c, 3 * n - 1 if n else 0, row)


cdef int add_via(Column *c, const uint8_t *p, Py_ssize_t n, int64_t row) noexcept nogil:
    cdef uint64_t family
    if n < 2:
        return P_UNFIT
    family = load(p, 2, False)
    if not (family == INET and n == 6 or family == INET6 and n == 18):
        return P_UNFIT
    return add_address(c, p + 2, n - 2, row)


cdef inline Py_ssize_t text_size(int options, const uint8_t *p, Py_ssize_t n) noexcept nogil:
    """Bytes of text in a payload; -1 when it is not one string."""
    cdef const void *end = memchr(p, 0, n) if n else NULL
    cdef Py_ssize_t size = n
    if end != NULL:
        size = <const uint8_t *> end - p
        if not options & O_FIXED and size < n - 1:
            return -1
    return size


cdef int add_string(Column *c, const uint8_t *p, Py_ssize_t n, int64_t row) noexcept nogil:
    cdef Py_ssize_t i = 0, used = 0, size
    cdef char *out
    n = text_size(c.options, p, n)
    if n < 0:
        return P_UNFIT
    out = room(c, 4 * n, row)
    if out == NULL:
        return P_MEMORY
    while i < n:
        size = character(p + i, n - i)
        if size:
            memcpy(out + used, p + i, size)
            used += size
            i += size
        else:
            memcpy(out + used, b"\\x", 2)
            out[used + 2] = HEX[p[i] >> 4]
            out[used + 3] = HEX[p[i] & 15]
            used += 4
            i += 1
    return written(c, used, row)


cdef Py_ssize_t character(const uint8_t *p, Py_ssize_t left) noexcept nogil:
    """Bytes of the UTF-8 character at p; 0 when there is none (RFC 3629: no surrogates, no overlong forms)."""
    cdef uint8_t first = p[0], low = 0x80, high = 0xbf
    cdef Py_ssize_t size, i
    if first < 0x80:
        return 1
    if first < 0xc2 or first > 0xf4:
        return 0
    size = 2 if first < 0xe0 else 3 if first < 0xf0 else 4
    if size > left:
        return 0
    if first == 0xe0:
        low = 0xa0
    elif first == 0xed:
        high = 0x9f
    elif first == 0xf0:
        low = 0x90
    elif first == 0xf4:
        high = 0x8f
    if p[1] < low or p[1] > high:
        return 0
    for i in range(2, size):
        if p[i] & 0xc0 != 0x80:
            return 0
    return size


cdef bint column_fits(Column *c, const uint8_t *p, Py_ssize_t n) noexcept nogil:
    """Whether a payload fits the kind of the column. A malformed one does: that comes out when it is put."""
    cdef int kind = c.kind
    cdef Py_ssize_t at = 0
    cdef uint16_t length
    cdef Column *item
    cdef char text[TEXT]
    if kind == K_INTEGER:
        return (n == 4 or n == 1 or n == 2 or n == 8) and (
            c.store != S_BOOLEAN or load(p, <int> n, c.options & O_BIG) < 2)
    if kind == K_STRING:
        return text_size(c.options, p, n) >= 0
    if kind == K_IP:
        return n == c.limit if c.limit else n == 4 or n == 16
    if kind == K_FLAG:
        return n == 0 or n == 1 and p[0] < 2
    if kind == K_MAC:
        return n <= 64
    if kind == K_LABELS:
        return put_labels(text, p, n) > 0
    if kind == K_VIA:
        return n == 6 and load(p, 2, False) == INET or n == 18 and load(p, 2, False) == INET6
    if kind == K_ARRAY:
        item = c.children[0]
        if n % item.limit:
            return False
        while at < n:
            if not column_fits(item, p + at, item.limit):
                return False
            at += item.limit
    elif kind == K_INDEXED:
        item = c.children[0]
        while n - at >= NLA_HDRLEN:
            memcpy(&length, p + at, 2)
            if length < NLA_HDRLEN or length > n - at:
                return True
            if not column_fits(item, p + at + NLA_HDRLEN, length - NLA_HDRLEN):
                return False
            at += (length + 3) & ~3
    return True


cdef int add_items(Intake *t, Column *c, const uint8_t *p, Py_ssize_t n, int64_t row) noexcept nogil:
    """The elements of an array, an indexed nest or a sequence."""
    cdef Column *item = c.children[0]
    cdef Py_ssize_t at = 0, size
    cdef uint16_t length
    cdef int result = P_DONE
    if not column_fits(c, p, n):
        return P_UNFIT
    if open_list(c, row):
        return P_MEMORY
    while at < n:
        if c.kind == K_ARRAY:
            size = item.limit
            result = add_value(t, item, p + at, size, item.length)
        else:
            if n - at < NLA_HDRLEN:
                return P_MALFORMED
            memcpy(&length, p + at, 2)
            size = length
            if size > n - at:
                return P_MALFORMED
            if c.kind == K_SEQUENCE:
                if size < item.level.header_size or size < NLA_HDRLEN:
                    return P_MALFORMED
                result = add_record(t, item, p + at, size, item.length)
            else:
                if size < NLA_HDRLEN:
                    return P_MALFORMED
                result = add_value(t, item, p + at + NLA_HDRLEN, size - NLA_HDRLEN, item.length)
            size = (size + 3) & ~3
        if result == P_UNFIT:
            truncate(c, row)
        if result:
            return result
        at += size
    return close_list(c, row)


cdef int add_hook(Intake *t, Column *c, const uint8_t *p, Py_ssize_t n, int64_t row) noexcept nogil:
    """What a function makes of the payload. A number is not asked for twice when the next payload is the same."""
    cdef PyObject *made
    cdef int64_t number
    cdef double fraction
    if c.store == S_INTEGER and n == c.seen_size and n and memcmp(p, c.seen, n) == 0:
        return add_number(c, <uint64_t> c.seen_number, row)
    with gil:
        try:
            made = make_value(c.field, p, n, NULL)
            if made == UNFIT:
                return P_UNFIT
            value = <object> made
            Py_DECREF(value)
            if value is None:
                return skip_rows(c, row + 1) if c.length <= row else P_DONE
            if c.store == S_INTEGER:
                if c.is_float:
                    fraction = value
                    memcpy(&number, &fraction, 8)
                else:
                    number = value
                c.seen_size = 0
                if n <= <Py_ssize_t> sizeof(c.seen):
                    memcpy(c.seen, p, n)
                    c.seen_size = <int> n
                    c.seen_number = number
                return add_number(c, <uint64_t> number, row)
            if not isinstance(value, str):
                raw = to_json(value)
                if (<bytes> raw).isascii():
                    return add_bytes(c, <const uint8_t *> PyBytes_AS_STRING(raw), PyBytes_GET_SIZE(raw), row)
                value = (<bytes> raw).decode()
            text = (<str> value).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace").encode()
            return add_bytes(c, <const uint8_t *> PyBytes_AS_STRING(text), PyBytes_GET_SIZE(text), row)
        except DecodeError:
            return P_MALFORMED
        except HOOK_ERRORS:
            return P_MALFORMED
        except BaseException as error:
            (<list> t.raised).append(error)
            return P_RAISED


cdef int add_value(Intake *t, Column *c, const uint8_t *p, Py_ssize_t n, int64_t row) noexcept nogil:
    """The value of one payload in a row: `decode_value`'s twin."""
    cdef int kind = c.kind
    cdef uint64_t number
    if kind == K_INTEGER:
        if n == 4 and c.width == 4 and c.store == S_INTEGER and not c.options & O_BIG:
            return add_number(c, load(p, 4, False), row)
        return add_integer(c, c.options, p, n, row)
    if kind == K_BITS:
        number = bits_at(c.field, p)
        return add_integer(c, c.options, <const uint8_t *> &number, 8, row)
    if kind == K_PREFIX:
        return add_prefix(c, p, n, row)
    if kind == K_IP:
        return add_address(c, p, n, row)
    if kind == K_STRING:
        return add_string(c, p, n, row)
    if kind == K_NEST or kind == K_STRUCT:
        # A record within itself: as deep as it likes, which columns cannot be.
        return add_bytes(c, p, n, row) if c.level == NULL else add_record(t, c, p, n, row)
    if kind == K_BINARY:
        return add_bytes(c, p, n, row)
    if kind == K_MAC:
        return add_mac(c, p, n, row)
    if kind == K_FLAG:
        return add_boolean(c, n == 0 or p[0], row) if column_fits(c, p, n) else P_UNFIT
    if kind == K_ARRAY or kind == K_INDEXED or kind == K_SEQUENCE:
        return add_bytes(c, p, n, row) if c.store == S_BYTES else add_items(t, c, p, n, row)
    if kind == K_LABELS:
        return add_label_stack(c, p, n, row)
    if kind == K_VIA:
        return add_via(c, p, n, row)
    return add_hook(t, c, p, n, row)
