# Addresses, prefixes and label stacks from their text to bytes; `decode/text.pxi` has the way back.

cdef extern from "Python.h":
    bint PyUnicode_IS_ASCII(object o)

cdef enum:
    LONGEST_IP = 45              # characters of the longest spelling that inet_pton takes


cdef str address_text(object value):
    """The text of an address given as `str` or as an object of the `ipaddress` module."""
    if type(value) is str:
        return value
    if isinstance(value, (bytes, bytearray, int)) or value is None:
        raise EncodeTypeError(f"expected an address, not {type(value).__name__} {value!r}")
    return str(value)


cdef int parse_ipv4(const char *text, Py_ssize_t n, uint8_t *out) noexcept nogil:
    """Whether the n characters are four decimal numbers of up to 255 without leading zeros, as inet_pton has it."""
    cdef Py_ssize_t i
    cdef int part = 0, digits = 0, number = 0
    for i in range(n):
        if 48 <= text[i] <= 57:
            if digits and number == 0:
                return False
            number = number * 10 + text[i] - 48
            digits += 1
            if number > 255:
                return False
        elif text[i] == c"." and digits and part < 3:
            out[part] = <uint8_t> number
            part += 1
            digits = 0
            number = 0
        else:
            return False
    if part != 3 or not digits:
        return False
    out[3] = <uint8_t> number
    return True


cdef int parse_ip(const char *text, Py_ssize_t n, uint8_t *out) noexcept nogil:
    """Length of the address (4 or 16) that the n characters are, or 0 when they are none."""
    cdef char copy[LONGEST_IP + 1]
    if parse_ipv4(text, n, out):
        return 4
    if n > LONGEST_IP or memchr(text, 0, n) != NULL:
        return 0
    memcpy(copy, text, n)
    copy[n] = 0
    return 16 if inet_pton(INET6, copy, out) == 1 else 0


cdef const char *address_letters(str text, Py_ssize_t *n) except NULL:
    """The characters of an address's text, which live as long as it does."""
    if not PyUnicode_IS_ASCII(text):
        raise EncodeError(f"{text!r} is not an address")
    return PyUnicode_AsUTF8AndSize(text, n)


cdef int parse_address(str text, uint8_t *out) except -1:
    """Length of the address (4 or 16), or 0 when the text is none."""
    cdef Py_ssize_t n
    cdef const char *letters = address_letters(text, &n)
    return parse_ip(letters, n, out)


cdef int check_family(Writer w, int length, object value) except -1:
    if w.family == INET and length != 4:
        raise EncodeError(f"{value!s} is an IPv6 address in an IPv4 message")
    if w.family == INET6 and length != 16:
        raise EncodeError(f"{value!s} is an IPv4 address in an IPv6 message")
    return 0


cdef int check_member_family(Writer w, Field *f, Py_ssize_t start, Py_ssize_t length, object value) except -1:
    """Raise EncodeError for an address of another family than the member that says so beside it."""
    return check_address(load(<const uint8_t *> w.data + start + f.family, f.family_width, False), length, value)


cdef int check_family_beside(Plan plan, Field *f, PyObject *record, Py_ssize_t length, object value) except -1:
    """The same of an attribute, whose family another one says, if one does."""
    cdef Scope *s = &plan.scopes[f.scope]
    cdef PyObject *family = NLX_SLOT(record, plan.fields[s.fields[f.family]].slot)
    return 0 if family == NONE else check_address(<uint64_t> int(<object> family), length, value)


cdef int check_address(uint64_t family, Py_ssize_t length, object value) except -1:
    if family == INET and length != 4:
        raise EncodeError(f"{value!s} is an IPv6 address, and the family beside it is IPv4's")
    if family != INET and length != 16:
        raise EncodeError(f"{value!s} is an IPv4 address, and the family beside it is not IPv4's")
    return 0


cdef int put_address(Writer w, Field *f, object value) except -1:
    cdef uint8_t raw[16]
    text = address_text(value)
    cdef int n = parse_address(text, raw)
    if n == 0:
        raise EncodeError(f"{value!r} is not an IPv4 or IPv6 address")
    if f.width and not f.options & O_FAMILY:
        if n != f.width:
            raise EncodeError(f"{value!s} is not an IPv{4 if f.width == 4 else 6} address")
    elif not f.width:
        check_family(w, n, value)
    return w.put(raw, n)


cdef int put_prefix(Writer w, Plan plan, Field *f, object value, Py_ssize_t start) except -1:
    """Address into the attribute, prefix length into the header."""
    cdef uint8_t raw[16]
    cdef const char *letters
    cdef const char *slash
    cdef Py_ssize_t size
    cdef int n = 0, length
    if w.family == MPLS:
        put_label_stack(w, value)
        w.store(start + f.position, 20, 1, False)
        return 0
    text = address_text(value)
    letters = address_letters(text, &size)
    if size == 7 and memcmp(letters, b"default", 7) == 0:
        if f.options & O_DEFAULT:
            return 0
        raise EncodeError("only a destination can be 'default'")
    slash = <const char *> memchr(letters, c"/", size)
    n = parse_ip(letters, size if slash == NULL else slash - letters, raw)
    if n == 0:
        raise EncodeError(f"{value!r} is not an address or prefix such as 192.0.2.0/24 or 2001:db8::/32")
    check_family(w, n, value)
    length = 8 * n
    if slash != NULL:
        length = prefix_length(slash + 1, letters + size - slash - 1, 8 * n)
        if length < 0:
            raise EncodeError(f"{value!r}: the prefix length must be a number from 0 to {8 * n}")
    w.store(start + f.position, length, 1, False)
    if length == 0 and all_zero(raw, n) and not f.options & O_WHOLE:
        return 0
    return w.put(raw, n)


cdef int prefix_length(const char *digits, Py_ssize_t n, int most) noexcept nogil:
    """The number that one to three digits are, or -1 for anything else and for one that is too large."""
    cdef int number = 0
    cdef Py_ssize_t i
    if not 1 <= n <= 3:
        return -1
    for i in range(n):
        if not 48 <= digits[i] <= 57:
            return -1
        number = number * 10 + digits[i] - 48
    return number if number <= most else -1


cdef bint all_zero(const uint8_t *raw, int n) noexcept nogil:
    cdef int i
    for i in range(n):
        if raw[i]:
            return False
    return True


cdef int put_mac(Writer w, Field *f, object value) except -1:
    cdef Py_ssize_t n, i
    cdef int high, low
    cdef const char *text
    cdef char byte
    if not isinstance(value, str):
        raise EncodeTypeError(f"expected a hardware address such as 02:00:00:00:00:01, not {value!r}")
    if not value.isascii():              # a lone surrogate has no UTF-8 form at all
        raise EncodeError(f"{value!r} is not a hardware address such as 02:00:00:00:00:01")
    text = PyUnicode_AsUTF8AndSize(value, &n)
    if n == 0:
        return 0
    if n % 3 != 2:
        raise EncodeError(f"{value!r} is not a hardware address such as 02:00:00:00:00:01")
    if f.width and (n + 1) // 3 > f.width:
        raise EncodeError(f"{value!r} is longer than {f.width} bytes")
    for i in range(0, n, 3):
        high = hex_digit(text[i])
        low = hex_digit(text[i + 1])
        if high < 0 or low < 0 or (i + 2 < n and text[i + 2] != c":" and text[i + 2] != c"-"):
            raise EncodeError(f"{value!r} is not a hardware address such as 02:00:00:00:00:01")
        byte = <char> (high * 16 + low)
        w.put(&byte, 1)
    return 0


cdef int put_label_stack(Writer w, object value) except -1:
    labels = [value] if PyLong_Check(value) else str(value).split("/")
    cdef Py_ssize_t at
    for i, label in enumerate(labels):
        try:
            number = int(label)
        except ValueError:
            raise EncodeError(f"{value!r} is not an MPLS label stack such as 100/200") from None
        if not 0 <= number < 1 << 20:
            raise EncodeError(f"{number} is out of range for an MPLS label (0 to 1048575)")
        at = w.size
        w.zeros(4)
        w.store(at, (number << 12) | ((i == len(labels) - 1) << 8), 4, True)
    return 0


cdef int put_via(Writer w, object value) except -1:
    cdef uint8_t raw[16]
    text = address_text(value)
    cdef int n = parse_address(text, raw)
    cdef uint16_t family = INET if n == 4 else INET6
    if n == 0:
        raise EncodeError(f"{value!r} is not an IPv4 or IPv6 address")
    w.put(&family, 2)
    return w.put(raw, n)
