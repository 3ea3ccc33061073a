# Characters that a terminal, or an editor, obeys instead of showing them: JSON has escapes for them, too. These are DEL
# and the controls of 0x80 to 0x9f, what turns the direction of writing, line ends of Unicode, and what is invisible
# (Default_Ignorable_Code_Point of DerivedCoreProperties.txt). Those below a space JSON has to escape anyway.


cdef inline bint between(uint32_t low, uint32_t c, uint32_t high) noexcept nogil:
    return low <= c <= high


cdef bint unseen_further(const uint8_t *p, Py_ssize_t left) noexcept nogil:
    """`unseen` for a character of two bytes or more."""
    cdef uint32_t c = p[0]
    if c < 0xe0 and left >= 2:
        c = (c & 0x1f) << 6 | p[1] & 0x3f
        return c < 0xa0 or c == 0xad or c == 0x34f or c == 0x61c
    if c < 0xf0 and left >= 3:
        c = (c & 0xf) << 12 | (<uint32_t> p[1] & 0x3f) << 6 | p[2] & 0x3f
        return (
            between(0x200b, c, 0x200f) or between(0x2028, c, 0x202e) or between(0x2060, c, 0x206f)
            or between(0xfe00, c, 0xfe0f) or c == 0xfeff or between(0xfff0, c, 0xfffb) or c == 0xffa0 or c == 0x3164
            or between(0x115f, c, 0x1160) or between(0x17b4, c, 0x17b5) or between(0x180b, c, 0x180f))
    if c >= 0xf0 and left >= 4:
        c = (c & 7) << 18 | (<uint32_t> p[1] & 0x3f) << 12 | (<uint32_t> p[2] & 0x3f) << 6 | p[3] & 0x3f
        return between(0xe0000, c, 0xe0fff) or between(0x1bca0, c, 0x1bca3) or between(0x1d173, c, 0x1d17a)
    return False


cdef inline bint unseen(const uint8_t *p, Py_ssize_t left) noexcept nogil:
    """Whether the character of UTF-8 that begins here is one of them; no byte within a character is."""
    return p[0] == 0x7f or p[0] >= 0xc2 and unseen_further(p, left)
