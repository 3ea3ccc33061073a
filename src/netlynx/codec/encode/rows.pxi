# Messages of one object each joined to one with a list of all, as some kernels' sides take many; and one whose object
# stands by itself, without a list. The other way round is `conversation/spread.pxi`.

cdef inline Py_ssize_t attribute_size(const uint8_t *p, int *type) noexcept nogil:
    cdef uint16_t head[2]
    memcpy(head, p, NLA_HDRLEN)
    type[0] = head[1] & NLA_TYPE_MASK
    return head[0]


cdef object row_of(bytes payload, int list, int item, Py_ssize_t begin):
    """(where the list of a message of one object begins, where what it holds begins, where that ends)."""
    cdef const uint8_t *p = <const uint8_t *> PyBytes_AS_STRING(payload)
    cdef Py_ssize_t n = PyBytes_GET_SIZE(payload), at = begin, size
    cdef int type = 0
    if n < begin or not is_sound(p + begin, n - begin):
        raise ValueError("the payload of a message is no attributes")
    while at < n:
        size = attribute_size(p + at, &type)
        if type == list:
            if size < 2 * NLA_HDRLEN or attribute_size(p + at + NLA_HDRLEN, &type) > size - NLA_HDRLEN or type != item:
                break
            return at, at + NLA_HDRLEN, at + ((size + 3) & ~3)
        at += (size + 3) & ~3
    raise ValueError("the message has no list of one object")


def joined_rows(payloads not None, int list, int item, int header_size, int number=0):
    """The payload of one message with the objects of several, which have all else in common and their list last.

    Where `number` is an attribute, each object has it, with its place (from 1 on), behind all others of its own.
    """
    cdef uint32_t numbered[2]
    cdef uint16_t mark[2]
    cdef Py_ssize_t begin, inner = 0, end, size = 0
    cdef Py_ssize_t header = (header_size + 3) & ~3
    cdef uint16_t head[2]
    parts = []
    for payload in payloads:
        begin, inner, end = row_of(payload, list, item, header)
        if not parts:
            parts.append(payload[:inner])
        if number:
            memcpy(head, PyBytes_AS_STRING(payload) + inner, NLA_HDRLEN)
            head[0] = <uint16_t> (((head[0] + 3) & ~3) + sizeof(numbered))
            mark[0] = <uint16_t> sizeof(numbered)
            mark[1] = <uint16_t> number
            memcpy(numbered, mark, NLA_HDRLEN)
            numbered[1] = <uint32_t> (len(parts) // 3 + 1)
            parts.append(PyBytes_FromStringAndSize(<const char *> head, NLA_HDRLEN))
            parts.append(payload[inner + NLA_HDRLEN:end])
            parts.append(PyBytes_FromStringAndSize(<const char *> numbered, sizeof(numbered)))
            size += end - inner + <Py_ssize_t> sizeof(numbered)
        else:
            parts.append(payload[inner:end])
            size += end - inner
    if not parts:
        raise ValueError("no messages to join")
    if size + NLA_HDRLEN > 0xffff:
        raise ValueError(f"{size} bytes do not fit into one attribute")
    memcpy(head, PyBytes_AS_STRING(parts[0]) + len(parts[0]) - NLA_HDRLEN, NLA_HDRLEN)
    head[0] = <uint16_t> (size + NLA_HDRLEN)
    parts[0] = parts[0][:-NLA_HDRLEN] + PyBytes_FromStringAndSize(<const char *> head, NLA_HDRLEN)
    return b"".join(parts)


def sole_row(bytes payload not None, int list, int item, int header_size):
    """The payload of a message with its one object beside what is common to a list, without a list around it."""
    begin, inner, end = row_of(payload, list, item, (header_size + 3) & ~3)
    return payload[:begin] + payload[inner:]
