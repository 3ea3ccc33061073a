# From bytes to JSON text, without the GIL and without records: the text that _json.pxi makes of what _decode.pxi
# makes of the same bytes. Only what is usual is done here. Whatever is not (an unknown attribute, a payload that does
# not fit its kind, one that comes twice, anything malformed) gives J_RECORD: then the message is decoded, and its
# record written, so that there is one truth about it.

cdef enum:
    J_DONE = 0
    J_RECORD = 1         # only the record can tell
    J_MEMORY = -1
    J_RAISED = -2        # a hook raised something that is not about the payload

    LABELS_SEEN = 1024   # texts of enum members kept
    MOST_SELECTS = 8     # as many as _decode.pxi lets wait in one nest

cdef class Json

cdef struct Line:                # a slot of a record, in JSON's order
    Field *field
    int number                   # of the attribute that fills it, or -1
    Field *head                  # the member of the header that fills it if no attribute does, or NULL
    char *key                    # `,"name":`
    Py_ssize_t key_size
    char *absent                 # what is written where there is no value; NULL: not even the name
    Py_ssize_t absent_size

cdef struct Sheet:               # how records of a class are written
    Sheet *following             # of the same sink
    PyObject *plan
    Field *fields
    Scope *scopes
    Line *lines
    int line_count
    int field_count
    int size                     # of the fixed header or struct
    bint is_struct
    bint keeps_unknown
    Sheet **nested               # one a field: that of the record within, made on first use

cdef struct Place:               # where a payload stands
    const uint8_t *p             # NULL: nowhere
    Py_ssize_t size
    Py_ssize_t next              # the next of an attribute that repeats, or 0; the end of the nest for a sub-message

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

cdef struct Print:
    Buffer out
    Place *places                # of all records that are being written, one inside the other
    Py_ssize_t place_count
    Py_ssize_t place_room
    Shown shown[1024]            # LABELS_SEEN
    size_t begun                 # where the text of the message begins
    Hole holes[24]               # STENCIL_HOLES: its values so far …
    int hole_count               # … or -1: there are others, or some depend on each other
    Stencil stencils[8]          # STENCILS
    PyObject *sink               # the Json that this is part of


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


cdef inline int put_digits(char *out, uint64_t v) noexcept nogil:
    """Decimal digits of v; returns how many."""
    cdef char digits[20]
    cdef int at = 20
    while True:
        at -= 1
        digits[at] = <char> (48 + v % 10)
        v //= 10
        if v == 0:
            break
    memcpy(out, digits + at, 20 - at)
    return 20 - at


cdef int print_number(Print *t, uint64_t v, bint negative) noexcept nogil:
    cdef char *out = space(t, 24)
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
        if p[i] < 32 or p[i] == 34 or p[i] == 92:
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
            copy = <char *> malloc(PyBytes_GET_SIZE(text) + 1)
            if copy == NULL:
                return J_MEMORY
            memcpy(copy, PyBytes_AS_STRING(text), PyBytes_GET_SIZE(text))
            free(kept.text)
            kept.field = f
            kept.number = number
            kept.text = copy
            kept.size = PyBytes_GET_SIZE(text)
        return say(t, PyBytes_AS_STRING(text), PyBytes_GET_SIZE(text))


cdef int find_choice(Print *t, Leaf *leaf, Field *f, const uint8_t *end) except -3:
    """The number of the field that a sub-message is read as, -1 for raw bytes; -2: only the record can tell.

    `end` is the end of the nest that has the sub-message. Follows `find_selector`.
    """
    cdef Outline plan
    cdef PyObject *offset
    cdef PyObject *choice = NULL
    cdef PyObject *value
    cdef Line *line
    cdef Place *place
    cdef int i
    cdef bint selected = False
    while leaf != NULL and not selected:
        plan = <Outline> leaf.sheet.plan
        offset = PyDict_GetItem(plan.selectors, <object> f.selector)
        if offset != NULL:
            selected = True
            for i in range(leaf.sheet.line_count):
                line = &leaf.sheet.lines[i]
                if line.field.slot == <Py_ssize_t> <object> offset:
                    break
            else:
                return -2
            place = &t.places[leaf.places + line.number]
            if line.number >= 0 and place.p != NULL:
                if place.p >= end or line.field.kind not in (K_INTEGER, K_STRING) or line.field.options & O_MULTI:
                    return -2
                value = decode_value(line.field, place.p, place.size, NULL)
            elif line.head != NULL:
                if line.head.kind != K_INTEGER or line.head.position + line.head.width > leaf.header_size:
                    return -2
                value = decode_value(line.head, leaf.header + line.head.position, line.head.width, NULL)
            elif line.field.default == NONE:
                break
            else:
                return -2
            if value == UNFIT:
                return -2
            choice = PyDict_GetItem(<object> f.choices, <object> value)
            Py_DECREF(<object> value)
        end = leaf.begun
        leaf = leaf.outer
    if choice == NULL:
        choice = PyDict_GetItem(<object> f.choices, None)
    return -1 if choice == NULL else <int> <object> choice


cdef int print_selected(Print *t, Leaf *leaf, Field *f, Place *place) noexcept nogil:
    """A sub-message; one whose selector is absent or not known is raw bytes."""
    cdef const uint8_t *end = place.p + place.next
    cdef int number
    t.hole_count = -1
    with gil:
        try:
            number = find_choice(t, leaf, f, end)
        except Exception:
            return J_RECORD
    if number == -1:
        return print_hex(t, place.p, place.size, False)
    if number < 0:
        return J_RECORD
    return print_value(t, leaf, number, place.p, place.size, end)


cdef Sheet *inner_sheet(Print *t, Sheet *s, int number) noexcept nogil:
    """How the record within a field is written; NULL when there is no memory."""
    if s.nested[number] == NULL:
        with gil:
            try:
                s.nested[number] = (<Json> t.sink).sheet_of(<Outline> s.fields[number].plan)
            except MemoryError:
                return NULL
    return s.nested[number]


# -- values ----------------------------------------------------------------------------------------------------------


cdef int print_integer(Print *t, Field *f, const uint8_t *p, Py_ssize_t n) noexcept nogil:
    cdef uint64_t v
    cdef int64_t s
    cdef bint negative = False
    cdef Shown *shown
    if n != 4 and n != 1 and n != 2 and n != 8:
        return J_RECORD
    v = load(p, <int> n, f.options & O_BIG)
    if f.options & O_SIGNED:
        s = <int64_t> (v << (64 - 8 * n)) >> (64 - 8 * n)
        v = <uint64_t> s
        negative = s < 0
    if f.values == NULL:
        return print_number(t, v, negative)
    shown = &t.shown[((<uint64_t> f >> 4) * 31 + v) % LABELS_SEEN]
    if shown.field == f and shown.number == v:
        return say(t, shown.text, shown.size)
    return print_payload(t, f, p, n, shown, v)


cdef int print_items(Print *t, Leaf *leaf, int number, const uint8_t *p, Py_ssize_t n) noexcept nogil:
    """The elements of an array, an indexed nest or a sequence."""
    cdef Sheet *s = leaf.sheet
    cdef Field *f = &s.fields[number]
    cdef Sheet *inner = NULL
    cdef Py_ssize_t at = 0, size = 0
    cdef uint16_t length
    cdef int result
    if f.kind == K_ARRAY:
        size = s.fields[f.item].width
        if size <= 0 or n % size:
            return J_RECORD
    elif f.kind == K_SEQUENCE:
        inner = inner_sheet(t, s, number)
        if inner == NULL:
            return J_MEMORY
    elif f.options & O_KEYED:
        return J_RECORD
    result = say(t, b"[", 1)
    while at < n and not result:
        if at:
            result = say(t, b",", 1)
            if result:
                break
        if f.kind == K_ARRAY:
            result = print_value(t, leaf, f.item, p + at, size, p + at)
            at += size
            continue
        if n - at < NLA_HDRLEN:
            return J_RECORD
        memcpy(&length, p + at, 2)
        if length > n - at:
            return J_RECORD
        if f.kind == K_SEQUENCE:
            if length < inner.size or not length:
                return J_RECORD
            result = print_record(t, inner, p + at, length, leaf, p + at)
        else:
            if length < NLA_HDRLEN:
                return J_RECORD
            result = print_value(t, leaf, f.item, p + at + NLA_HDRLEN, length - NLA_HDRLEN, p + at)
        at += (length + 3) & ~3
    return result or say(t, b"]", 1)


cdef int print_value(
    Print *t, Leaf *leaf, int number, const uint8_t *p, Py_ssize_t n, const uint8_t *begun
) noexcept nogil:
    """The value of one payload: `decode_value`'s twin."""
    cdef Field *f = &leaf.sheet.fields[number]
    cdef Sheet *inner
    cdef uint64_t family
    cdef int kind = f.kind
    if kind == K_INTEGER:
        return print_integer(t, f, p, n)
    if kind == K_IP:
        return J_RECORD if f.width and n != f.width else print_address(t, p, n, -1)
    if kind == K_PREFIX:
        if f.position >= leaf.header_size:
            return J_RECORD
        if leaf.header[0] == MPLS:
            return print_stack(t, p, n)
        return print_address(t, p, n, leaf.header[f.position])
    if kind == K_STRING:
        return print_string(t, f, p, n)
    if kind == K_NEST or kind == K_STRUCT:
        inner = inner_sheet(t, leaf.sheet, number)
        return J_MEMORY if inner == NULL else print_record(t, inner, p, n, leaf, begun)
    if kind == K_BINARY:
        return print_hex(t, p, n, False)
    if kind == K_MAC:
        return print_hex(t, p, n, True) if n <= 64 else J_RECORD
    if kind == K_FLAG:
        if n > 1 or n == 1 and p[0] > 1:
            return J_RECORD
        return say(t, b"true", 4) if n == 0 or p[0] else say(t, b"false", 5)
    if kind == K_ARRAY or kind == K_INDEXED or kind == K_SEQUENCE:
        return print_items(t, leaf, number, p, n)
    if kind == K_LABELS:
        return print_stack(t, p, n)
    if kind == K_VIA:
        if n < 2:
            return J_RECORD
        family = load(p, 2, False)
        if not (family == INET and n == 6 or family == INET6 and n == 18):
            return J_RECORD
        return print_address(t, p + 2, n - 2, -1)
    if kind == K_HOOK and f.decoder != NULL:
        return print_payload(t, f, p, n, NULL, 0)
    return J_RECORD


# -- records ---------------------------------------------------------------------------------------------------------


cdef int more_places(Print *t, Py_ssize_t n) noexcept nogil:
    """Room for n places more, all of them nowhere; they begin at the former count."""
    cdef Py_ssize_t room = t.place_room
    cdef Place *places
    if t.place_count + n > room:
        while t.place_count + n > room:
            room = 2 * room if room else 256
        places = <Place *> realloc(t.places, room * sizeof(Place))
        if places == NULL:
            return J_MEMORY
        t.places = places
        t.place_room = room
    memset(t.places + t.place_count, 0, n * sizeof(Place))
    t.place_count += n
    return J_DONE


cdef int find_places(Print *t, Sheet *s, Py_ssize_t first, int scope, const uint8_t *p, Py_ssize_t n) noexcept nogil:
    """Note where the payloads of one scope stand."""
    cdef Scope *attributes = &s.scopes[scope]
    cdef Py_ssize_t at = 0, last, size
    cdef uint16_t head[2]
    cdef int number, i, selects = 0, result
    cdef Field *f
    cdef Place *place
    while at < n:
        if n - at < NLA_HDRLEN:
            return J_RECORD
        memcpy(head, p + at, 4)
        if head[0] < NLA_HDRLEN or head[0] > n - at:
            return J_RECORD
        size = head[0] - NLA_HDRLEN
        number = head[1] & NLA_TYPE_MASK
        i = attributes.fields[number] if number < attributes.size else -1
        if i < 0:
            if s.keeps_unknown:
                return J_RECORD
            at += (head[0] + 3) & ~3
            continue
        f = &s.fields[i]
        place = &t.places[first + i]
        if f.kind == K_INLINE:
            result = find_places(t, s, first, f.item, p + at + NLA_HDRLEN, size)
            if result:
                return result
            at += (head[0] + 3) & ~3
            continue
        if place.p != NULL:
            if not f.options & O_MULTI:
                return J_RECORD
            last = place.size                    # of the first place of several: where the last one is
            if more_places(t, 1):
                return J_MEMORY
            place = &t.places[t.place_count - 1]
            t.places[last].next = t.place_count - 1
            t.places[first + i].size = t.place_count - 1
        elif f.options & O_MULTI:
            place.p = p + at
            place.size = t.place_count           # the first one is here too, as a place of its own
            place.next = t.place_count
            if more_places(t, 1):
                return J_MEMORY
            place = &t.places[t.place_count - 1]
        elif f.kind == K_SELECT:
            selects += 1
            if selects > MOST_SELECTS:
                return J_RECORD
            place.next = n - at - NLA_HDRLEN
        place.p = p + at + NLA_HDRLEN
        place.size = size
        at += (head[0] + 3) & ~3
    return J_DONE


cdef int print_several(Print *t, Leaf *leaf, Field *f, Py_ssize_t at) noexcept nogil:
    """All values of an attribute that repeats."""
    cdef Place place
    cdef int result = say(t, b"[", 1)
    while at and not result:
        place = t.places[at]
        result = print_value(t, leaf, f.item, place.p, place.size, place.p)
        at = place.next
        if at and not result:
            result = say(t, b",", 1)
    return result or say(t, b"]", 1)


cdef int print_line(Print *t, Leaf *leaf, Line *line, bint first) noexcept nogil:
    """A field with its name, or nothing."""
    cdef Field *f = line.field
    cdef Field *head = line.head
    cdef Place place
    cdef size_t before = t.out.size, before_value
    cdef int result
    cdef const char *everything
    cdef PyObject *flag
    memset(&place, 0, sizeof(Place))
    if line.number >= 0:
        place = t.places[leaf.places + line.number]
    if place.p == NULL and (head == NULL or head.position + head.width > leaf.header_size):
        everything = NULL
        if f.options & O_DEFAULT and not leaf.sheet.is_struct and leaf.header[f.position] == 0:
            if leaf.header[0] == INET:
                everything = b'"0.0.0.0/0"'
            elif leaf.header[0] == INET6:
                everything = b'"::/0"'
        if everything == NULL and line.absent == NULL:
            return J_DONE
        result = say(t, line.key + first, line.key_size - first)
        if result:
            return result
        if everything == NULL:
            return say(t, line.absent, line.absent_size)
        return say(t, everything, 11 if leaf.header[0] == INET else 6)
    result = say(t, line.key + first, line.key_size - first)
    if result:
        return result
    if place.p == NULL:
        return print_value(t, leaf, <int> (head - leaf.sheet.fields), leaf.header + head.position, head.width,
                           leaf.header + head.position)
    if f.options & O_MULTI:
        return print_several(t, leaf, f, place.next)
    if f.kind == K_SELECT:
        return print_selected(t, leaf, f, &place)
    before_value = t.out.size
    result = print_value(t, leaf, line.number, place.p, place.size, place.p)
    if leaf.outer == NULL and stands_alone(f):
        note_hole(t, leaf, line.number, &place, before_value)
    if not result and f.kind == K_FLAG and line.absent == NULL:
        flag = Py_False if place.size and not place.p[0] else Py_True
        if flag == f.default:            # as good as absent
            t.out.size = before
    return result


cdef int print_record(
    Print *t, Sheet *s, const uint8_t *p, Py_ssize_t n, Leaf *outer, const uint8_t *begun
) noexcept nogil:
    """A record or a struct."""
    cdef Leaf leaf
    cdef Py_ssize_t start = (s.size + 3) & ~3
    cdef size_t opened
    cdef int i, result = J_DONE
    leaf.outer = outer
    leaf.sheet = s
    leaf.header = p
    leaf.header_size = s.size
    leaf.depth = 0 if outer == NULL else outer.depth + 1
    leaf.places = t.place_count
    leaf.begun = begun
    if leaf.depth > MAX_DEPTH:
        return J_RECORD
    if s.is_struct:
        if n > s.size and s.keeps_unknown:
            return J_RECORD
        leaf.header_size = <int> min(n, <Py_ssize_t> s.size)
    elif n < s.size:
        return J_RECORD
    if more_places(t, s.field_count):
        return J_MEMORY
    if not s.is_struct and n > start:
        result = find_places(t, s, leaf.places, 0, p + start, n - start)
    if not result:
        result = say(t, b"{", 1)
    opened = t.out.size
    for i in range(s.line_count):
        if result:
            return result
        result = print_line(t, &leaf, &s.lines[i], t.out.size == opened)
    t.place_count = leaf.places
    return result or say(t, b"}", 1)


cdef int print_message(Print *t, Sheet *s, const uint8_t *p, Py_ssize_t n) noexcept nogil:
    """The record of a message."""
    cdef int result
    t.begun = t.out.size
    result = print_like(t, s, p, n)
    if result != J_RECORD:
        return result
    t.out.size = t.begun
    t.place_count = 0
    t.hole_count = 0
    result = print_record(t, s, p, n, NULL, p)
    if not result:
        cut_stencil(t, s, p, n)
    return result
