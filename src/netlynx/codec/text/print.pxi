# From bytes to JSON text, without the GIL and without records: the text that text/json.pxi makes of what decode/decode.pxi
# makes of the same bytes. Only what is usual is done here. Whatever is not (an unknown attribute, a payload that does
# not fit its kind, one that comes twice, anything malformed) gives J_RECORD: then the message is decoded, and its
# record written, so that there is one truth about it.
#
# Here are the values; text/print_records.pxi puts them together.

cdef enum:
    J_DONE = 0
    J_RECORD = 1         # only the record can tell
    J_MEMORY = -1
    J_RAISED = -2        # a hook raised something that is not about the payload

    LABELS_SEEN = 1024   # texts of enum members kept
    LABELS_TRIED = 8     # places of each
    SHORT = 32           # bytes that a name or label has room for, at least: the usual ones are copied in one piece
    DIGITS = 20          # of the longest number

cdef class Json

cdef struct Line:                # a slot of a record, in JSON's order
    Field *field
    int number                   # of the attribute that fills it, or -1
    Field *head                  # the member of the header that fills it if no attribute does, or NULL
    char *key                    # `,"name":`
    Py_ssize_t key_size
    char *absent                 # what is written where there is no value; NULL: not even the name
    Py_ssize_t absent_size
    int16_t width                # of `head`, where that is a plain number, …
    int16_t position             # … and where it stands; a width of 0: it is no plain number
    bint big
    bint named                   # it may have a name, or is bits of its unit

cdef struct Sheet:               # how records of a class are written
    Sheet *following             # of the same sink
    PyObject *plan
    Field *fields
    Scope *scopes
    Line *lines
    int line_count
    int field_count
    int size                     # of the fixed header or struct
    int unit                     # of an element of the array that the struct ends in
    bint is_struct
    bint keeps_unknown
    bint placed                  # some fields are attributes
    Sheet **nested               # one a field: that of the record within, made on first use

cdef struct Place:               # where a payload stands
    const uint8_t *p             # NULL: nowhere
    Py_ssize_t size
    Py_ssize_t next              # the next of an attribute that repeats, or 0

cdef struct Shown:               # the text of a number with a name
    Field *field
    uint64_t number
    char *text
    Py_ssize_t size

cdef struct Leaf:                # a record that is being written
    Leaf *outer
    Sheet *sheet
    const uint8_t *header
    int header_size
    int depth
    Py_ssize_t places            # where those of its fields begin
    const uint8_t *begun         # what stands further on was not known yet when this one was decoded
    const uint8_t *end

cdef struct Print:
    Buffer out
    Place *places                # of all records that are being written, one inside the other
    Py_ssize_t place_count
    Py_ssize_t place_room
    int selects                  # sub-messages of the record whose places were found last
    Shown shown[1024]            # LABELS_SEEN
    size_t begun                 # where the text of the message begins
    Hole holes[24]               # STENCIL_HOLES: its values so far …
    int hole_count               # … or -1: there are others, or some depend on each other
    Stencil stencils[8]          # STENCILS
    PyObject *sink               # the Json that this is part of


# 00 to 99.
cdef const char *PAIRS = (
    b"0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"
    b"50515253545556575859606162636465666768697071727374757677787980818283848586878889909192939495969798" b"99")

# -- text ----------------------------------------------------------------------------------------------------------


cdef inline char *space(Print *t, size_t n) noexcept nogil:
    """Where n bytes may be written; NULL when there is no memory."""
    if reserve(&t.out, t.out.size + n + 1):
        return NULL
    return <char *> t.out.data + t.out.size


cdef inline int say(Print *t, const void *p, size_t n) noexcept nogil:
    cdef char *out = space(t, n)
    if out == NULL:
        return J_MEMORY
    memcpy(out, p, n)
    t.out.size += n
    return J_DONE


cdef inline void put_short(char *out, const char *text, Py_ssize_t n) noexcept nogil:
    """Text of n bytes, mostly SHORT at most; both have room for SHORT."""
    if n <= SHORT:
        memcpy(out, text, SHORT)
    else:
        memcpy(out, text, n)


cdef inline int put_digits(char *out, uint64_t v) noexcept nogil:
    """Decimal digits of v; returns how many."""
    cdef char digits[DIGITS]
    cdef int at = DIGITS
    if v < 10:
        out[0] = <char> (48 + v)
        return 1
    while v >= 100:
        at -= 2
        memcpy(digits + at, PAIRS + 2 * (v % 100), 2)
        v //= 100
    if v >= 10:
        at -= 2
        memcpy(digits + at, PAIRS + 2 * v, 2)
    else:
        at -= 1
        digits[at] = <char> (48 + v)
    memcpy(out, digits + at, DIGITS - at)
    return DIGITS - at


cdef int print_number(Print *t, uint64_t v, bint negative) noexcept nogil:
    cdef char *out = space(t, DIGITS + 1)
    if out == NULL:
        return J_MEMORY
    if negative:
        out[0] = c"-"
        t.out.size += 1 + put_digits(out + 1, 0 - v)
    else:
        t.out.size += put_digits(out, v)
    return J_DONE


cdef int print_hex(Print *t, const uint8_t *p, Py_ssize_t n, bint colons) noexcept nogil:
    """Two digits a byte, in quotes."""
    cdef char *out = space(t, 3 * n + 2)
    cdef Py_ssize_t i, used = 1
    if out == NULL:
        return J_MEMORY
    out[0] = c'"'
    for i in range(n):
        if colons and i:
            out[used] = c":"
            used += 1
        out[used] = HEX[p[i] >> 4]
        out[used + 1] = HEX[p[i] & 15]
        used += 2
    out[used] = c'"'
    t.out.size += used + 1
    return J_DONE


cdef int print_string(Print *t, Field *f, const uint8_t *p, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t i = 0, size
    cdef char *out
    n = text_size(f.options, p, n)
    if n < 0:
        return J_RECORD
    while i < n:
        if p[i] < 32 or p[i] == 34 or p[i] == 92 or unseen(p + i, n - i):
            return J_RECORD
        size = character(p + i, n - i)
        if size == 0:
            return J_RECORD
        i += size
    out = space(t, n + 2)
    if out == NULL:
        return J_MEMORY
    out[0] = c'"'
    memcpy(out + 1, p, n)
    out[n + 1] = c'"'
    t.out.size += n + 2
    return J_DONE


cdef int print_address(Print *t, const uint8_t *p, Py_ssize_t n, int length) noexcept nogil:
    """An address, and behind it the length of a prefix unless that is negative."""
    cdef char *out = space(t, 64)
    cdef int used
    if out == NULL:
        return J_MEMORY
    out[0] = c'"'
    used = put_ip(out + 1, p, n)
    if used == 0:
        return J_RECORD
    used += 1
    if length >= 0:
        out[used] = c"/"
        used += 1 + put_number(out + used + 1, length)
    out[used] = c'"'
    t.out.size += used + 1
    return J_DONE


cdef int print_stack(Print *t, const uint8_t *p, Py_ssize_t n) noexcept nogil:
    """MPLS labels."""
    cdef char *out = space(t, TEXT + 2)
    cdef int used
    if out == NULL:
        return J_MEMORY
    out[0] = c'"'
    used = put_labels(out + 1, p, n)
    if used == 0:
        return J_RECORD
    out[used + 1] = c'"'
    t.out.size += used + 2
    return J_DONE


# -- what takes objects ----------------------------------------------------------------------------------------------


cdef object text_of_payload(Field *f, const uint8_t *p, Py_ssize_t n):
    """The JSON text of a payload that needs nothing but itself; None where it does not fit its kind."""
    cdef Writer w
    cdef PyObject *decoded = decode_value(f, p, n, NULL)
    if decoded == UNFIT:
        return None
    value = <object> decoded
    Py_DECREF(value)
    w = Writer()
    json_value(w, value)
    return PyBytes_FromStringAndSize(w.data, w.size)


cdef int print_payload(Print *t, Field *f, const uint8_t *p, Py_ssize_t n, Shown *kept, uint64_t number) noexcept nogil:
    """The text of a payload by way of its value; remembered in `kept`, unless that is NULL."""
    cdef char *copy
    cdef Py_ssize_t size
    with gil:
        try:
            text = text_of_payload(f, p, n)
        except Exception:
            return J_RECORD                    # decoded once more, it is raised
        except BaseException as error:
            (<Json> t.sink).raised = error
            return J_RAISED
        if text is None:
            return J_RECORD
        if kept != NULL:
            try:
                copy = copied(text, &size)
            except MemoryError:
                return J_MEMORY
            free(kept.text)
            kept.field = f
            kept.number = number
            kept.text = copy
            kept.size = size
        return say(t, PyBytes_AS_STRING(text), PyBytes_GET_SIZE(text))


cdef inline Shown *shown_of(Print *t, const Field *f, uint64_t v) noexcept nogil:
    """Where the text of a number with a name is kept, if it is. Two that fall on the same place would drive each other
    out message by message: the next places do as well."""
    cdef uint64_t at = (<uint64_t> f >> 4) * 31 + v
    cdef Shown *shown
    cdef int i
    for i in range(LABELS_TRIED):
        shown = &t.shown[(at + i) % LABELS_SEEN]
        if shown.field == f and shown.number == v or shown.field == NULL:
            return shown
    return &t.shown[at % LABELS_SEEN]


cdef int print_integer(Print *t, Field *f, const uint8_t *p, Py_ssize_t n) noexcept nogil:
    cdef uint64_t v
    cdef int64_t s
    cdef bint negative = False
    cdef Shown *shown
    if n != 4 and n != 1 and n != 2 and n != 8:
        return J_RECORD
    v = bits_at(f, p) if f.kind == K_BITS else load(p, <int> n, f.options & O_BIG)
    if f.options & O_SIGNED:
        s = <int64_t> (v << (64 - 8 * n)) >> (64 - 8 * n)
        v = <uint64_t> s
        negative = s < 0
    if f.values == NULL:
        return print_number(t, v, negative)
    shown = shown_of(t, f, v)
    if shown.field == f and shown.number == v:
        return say(t, shown.text, shown.size)
    return print_payload(t, f, p, n, shown, v)
