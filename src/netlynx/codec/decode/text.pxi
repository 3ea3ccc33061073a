# Text forms of addresses, written straight into ASCII strings, and read back.

cdef extern from "Python.h":
    PyObject *PyUnicode_New(Py_ssize_t size, Py_UCS4 maxchar) except NULL
    void *PyUnicode_DATA(PyObject *o)
    PyObject *PyUnicode_DecodeUTF8(const char *s, Py_ssize_t size, const char *errors) except NULL
    const char *PyUnicode_AsUTF8AndSize(object o, Py_ssize_t *size) except NULL
    PyObject *PyLong_FromUnsignedLongLong(unsigned long long v) except NULL
    PyObject *PyLong_FromLongLong(long long v) except NULL
    PyObject *PyTuple_New(Py_ssize_t n) except NULL
    void PyTuple_SET_ITEM(PyObject *t, Py_ssize_t i, PyObject *v)
    PyObject *PyTuple_GET_ITEM(PyObject *t, Py_ssize_t i)
    Py_ssize_t PyTuple_GET_SIZE(PyObject *t)
    PyObject *PyList_New(Py_ssize_t n) except NULL
    Py_ssize_t PyList_GET_SIZE(PyObject *l)
    PyObject *PyList_GET_ITEM(PyObject *l, Py_ssize_t i)
    int PyList_Append(PyObject *l, PyObject *v) except -1
    PyObject *PyList_AsTuple(PyObject *l) except NULL
    PyObject *PyBytes_Raw "PyBytes_FromStringAndSize" (const char *s, Py_ssize_t n) except NULL
    int PyDict_CheckExact(PyObject *o)

cdef extern from "<arpa/inet.h>" nogil:
    int inet_pton(int family, const char *text, void *out)

cdef const char *HEX = "0123456789abcdef"


cdef inline int put_number(char *out, uint32_t v) noexcept nogil:
    """Decimal digits of v; returns how many."""
    cdef char digits[10]
    cdef int n = 0, i
    while True:
        digits[n] = 48 + v % 10
        v = v // 10
        n += 1
        if v == 0:
            break
    for i in range(n):
        out[i] = digits[n - 1 - i]
    return n


cdef struct Octet:
    char text[4]                 # the digits and a dot
    int32_t size

cdef Octet octets_[256]


cdef int fill_octets() except -1:
    cdef int value
    cdef bytes digits
    for value in range(256):
        digits = str(value).encode() + b"."
        octets_[value].size = <int32_t> PyBytes_GET_SIZE(digits)
        memcpy(octets_[value].text, PyBytes_AS_STRING(digits), PyBytes_GET_SIZE(digits))
    return 0


fill_octets()


cdef inline int put_ipv4(char *out, const uint8_t *p) noexcept nogil:
    """`192.0.2.1` in `out`, of which 16 bytes are written; returns the length."""
    cdef const Octet *octet = &octets_[p[0]]
    cdef int n = octet.size
    memcpy(out, octet.text, 4)
    octet = &octets_[p[1]]
    memcpy(out + n, octet.text, 4)
    n += octet.size
    octet = &octets_[p[2]]
    memcpy(out + n, octet.text, 4)
    n += octet.size
    octet = &octets_[p[3]]
    memcpy(out + n, octet.text, 4)
    return n + octet.size - 1


cdef int put_ipv6(char *out, const uint8_t *p) noexcept nogil:
    """The text that inet_ntop(3) gives, in `out` (46 bytes); returns its length."""
    cdef uint32_t words[8]
    cdef int i, n = 0, best = -1, longest = 1, start = -1
    for i in range(8):
        words[i] = (<uint32_t> p[2 * i] << 8) | p[2 * i + 1]
        if words[i]:
            start = -1
        else:
            if start < 0:
                start = i
            if i - start + 1 > longest:
                best = start
                longest = i - start + 1
    i = 0
    while i < 8:
        if i == best:
            out[n] = c":"
            n += 1
            i += longest
            if i == 8:
                out[n] = c":"
                n += 1
            continue
        if i:
            out[n] = c":"
            n += 1
        # The last 32 bits of an IPv4 address mapped or embedded are written as one.
        if i == 6 and best == 0 and (longest == 6 or longest == 5 and words[5] == 0xffff):
            return n + put_ipv4(out + n, p + 12)
        if words[i] > 0xfff:
            out[n] = HEX[words[i] >> 12]
            n += 1
        if words[i] > 0xff:
            out[n] = HEX[words[i] >> 8 & 15]
            n += 1
        if words[i] > 0xf:
            out[n] = HEX[words[i] >> 4 & 15]
            n += 1
        out[n] = HEX[words[i] & 15]
        n += 1
        i += 1
    return n


cdef inline int put_ip(char *out, const uint8_t *p, Py_ssize_t n) noexcept nogil:
    """Text of a 4- or 16-byte address in `out` (48 bytes); 0 when the length is neither."""
    if n == 4:
        return put_ipv4(out, p)
    if n == 16:
        return put_ipv6(out, p)
    return 0


cdef int put_labels(char *out, const uint8_t *p, Py_ssize_t n) noexcept nogil:
    """An MPLS label stack as `100/200` (linux/mpls.h, struct mpls_label) in `out` (TEXT bytes); 0 when it is none."""
    cdef int used = 0
    cdef Py_ssize_t i
    cdef uint32_t entry
    if n < 4 or n % 4 or n > 4 * MAX_LABELS:
        return 0
    for i in range(0, n, 4):
        entry = (<uint32_t> p[i] << 24) | (<uint32_t> p[i + 1] << 16) | (<uint32_t> p[i + 2] << 8) | p[i + 3]
        # Traffic class, TTL and a bottom mark elsewhere than at the bottom have no place in the text.
        if (entry & 0xeff) or ((entry >> 8) & 1) != (i == n - 4):
            return 0
        if i:
            out[used] = c"/"
            used += 1
        used += put_number(out + used, entry >> 12)
    return used


cdef inline PyObject *ascii_string(const char *text, Py_ssize_t n) except NULL:
    cdef PyObject *s = PyUnicode_New(n, 127)
    memcpy(PyUnicode_DATA(s), text, n)
    return s


cdef PyObject *hex_string(const uint8_t *p, Py_ssize_t n) except NULL:
    """Bytes as `aa:bb:cc`."""
    cdef PyObject *s
    cdef char *out
    cdef Py_ssize_t i
    if n == 0:
        return PyUnicode_New(0, 127)
    s = PyUnicode_New(n * 3 - 1, 127)
    out = <char *> PyUnicode_DATA(s)
    for i in range(n):
        out[i * 3] = HEX[p[i] >> 4]
        out[i * 3 + 1] = HEX[p[i] & 15]
        if i < n - 1:
            out[i * 3 + 2] = c":"
    return s


cdef inline int hex_digit(char c) noexcept nogil:
    if 48 <= c <= 57:
        return c - 48
    if 97 <= c <= 102:
        return c - 87
    if 65 <= c <= 70:
        return c - 55
    return -1
