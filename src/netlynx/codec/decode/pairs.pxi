# Pairs of attributes, a key and its mask, that are one field: the nest is rewritten with one attribute for both before it
# is decoded. See `netlynx.schema.pairs`.

cdef enum:
    LONGEST_KEY = 64     # bytes of a key; no pair of the kernel has more than 16
    MOST_NUMBERS = 1024  # attributes of a nest that has pairs
    MASKED = 0x80        # beside a variant: there is a mask

cdef struct Half:
    int16_t field        # the number of the attribute that has both; 0: it is no half of a pair
    int16_t other        # the number of the other half
    uint8_t variant
    bint is_mask


@cython.final
cdef class Pairs:
    """The pairs of a nest: a list of (number of the field, ((key, mask), ...)), one pair for each variant."""

    cdef Half halves[MOST_NUMBERS]
    cdef readonly dict variants          # number of the field -> its pairs

    def __init__(self, list fields):
        cdef int variant
        memset(self.halves, 0, sizeof(self.halves))
        self.variants = {int(number): tuple(pairs) for number, pairs in fields}
        for number, pairs in self.variants.items():
            for variant, (key, mask) in enumerate(pairs):
                if not 0 < key < MOST_NUMBERS or not 0 < mask < MOST_NUMBERS:
                    raise ValueError(f"{key} and {mask} are not numbers of a pair")
                self.halves[<int> key] = Half(number, mask, variant, False)
                self.halves[<int> mask] = Half(number, key, variant, True)

    def fold(self, bytes payload not None):
        """The nest with one attribute for each pair: the variant, the key, the mask if there is one. None where there
        are two variants of a field, an attribute twice, or a mask of another size: it has to stay as it is."""
        cdef const uint8_t *p = <const uint8_t *> PyBytes_AS_STRING(payload)
        cdef Py_ssize_t n = PyBytes_GET_SIZE(payload), at = 0, size, out = 0, mask_size
        cdef uint16_t head[2]
        cdef uint8_t seen[MOST_NUMBERS]
        cdef const Half *half
        cdef const uint8_t *mask
        cdef int number
        # Each pair loses a header and gains a byte; a key without a mask gains a byte.
        result = PyBytes_FromStringAndSize(NULL, 2 * n + 8)
        cdef uint8_t *to = <uint8_t *> PyBytes_AS_STRING(result)
        memset(seen, 0, sizeof(seen))
        while at < n:
            if n - at < NLA_HDRLEN:
                return payload                   # malformed: decoding says where
            memcpy(head, p + at, 4)
            if head[0] < NLA_HDRLEN or head[0] > n - at:
                return payload
            number = head[1] & NLA_TYPE_MASK
            size = head[0] - NLA_HDRLEN
            half = NULL
            if number < MOST_NUMBERS and self.halves[number].field:
                half = &self.halves[number]
            if half == NULL or half.is_mask and not self.has(p, n, half.other):
                memcpy(to + out, p + at, head[0])
                out += head[0]
            elif half.is_mask:
                at += (head[0] + 3) & ~3
                continue
            else:
                mask_size = self.find(p, n, half.other, &mask)
                if seen[half.field] or size > LONGEST_KEY or mask_size == -2 or mask_size >= 0 and mask_size != size:
                    return None
                seen[half.field] = 1
                head[0] = <uint16_t> (NLA_HDRLEN + 1 + size + (size if mask_size >= 0 else 0))
                head[1] = <uint16_t> half.field
                memcpy(to + out, head, 4)
                to[out + 4] = half.variant | (MASKED if mask_size >= 0 else 0)
                memcpy(to + out + 5, p + at + NLA_HDRLEN, size)
                if mask_size >= 0:
                    memcpy(to + out + 5 + size, mask, size)
                out += head[0]
            while out & 3:
                to[out] = 0
                out += 1
            at += (<int> (<uint16_t *> (p + at))[0] + 3) & ~3
        return PyBytes_FromStringAndSize(<char *> to, out)

    cdef bint has(self, const uint8_t *p, Py_ssize_t n, int number) noexcept:
        cdef const uint8_t *payload
        return self.find(p, n, number, &payload) != -1

    cdef Py_ssize_t find(self, const uint8_t *p, Py_ssize_t n, int number, const uint8_t **payload) noexcept:
        """The size of an attribute's payload; -1: it is not there, -2: it is there twice."""
        cdef Py_ssize_t at = 0, found = -1
        cdef uint16_t head[2]
        payload[0] = NULL
        while n - at >= NLA_HDRLEN:
            memcpy(head, p + at, 4)
            if head[0] < NLA_HDRLEN or head[0] > n - at:
                break
            if (head[1] & NLA_TYPE_MASK) == number:
                if found >= 0:
                    return -2
                found = head[0] - NLA_HDRLEN
                payload[0] = p + at + NLA_HDRLEN
            at += (head[0] + 3) & ~3
        return found
