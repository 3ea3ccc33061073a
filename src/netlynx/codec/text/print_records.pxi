# From bytes to JSON text, continued: where the payloads of a message stand, and the records that they make.

cdef int find_choice(Print *t, Leaf *leaf, Field *f) except -3:
    """The number of the field that a sub-message is read as, -1 for raw bytes; -2: only the record can tell. Follows
    `find_selector`."""
    cdef const uint8_t *end = leaf.end
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
    cdef int number
    t.hole_count = -1
    with gil:
        try:
            number = find_choice(t, leaf, f)
        except Exception:
            return J_RECORD
    if number == -1:
        return print_hex(t, place.p, place.size, False)
    if number < 0:
        return J_RECORD
    return print_value(t, leaf, number, place.p, place.size, leaf.end)


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
            if length < inner.size or length < NLA_HDRLEN:
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
    if kind == K_INTEGER or kind == K_BITS:
        return print_integer(t, f, p, n)
    if kind == K_IP:
        return print_address(t, p, n, -1) if fits_address(f.options, f.width, n) else J_RECORD
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
    cdef int number, i, result
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
        if f.options & O_FAMILY:
            size = counted(f, p + at + NLA_HDRLEN, size, p, n)
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
            t.selects += 1
            if t.selects > MAX_WAITING:
                return J_RECORD
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


cdef void note_member(Line *line) noexcept:
    """Fill in what `print_member` goes by."""
    cdef Field *head = line.head
    if head == NULL or head.kind != K_INTEGER and head.kind != K_BITS:
        return
    if head.options & (O_SIGNED | O_REST | O_FAMILY) or head.width > 8 or head.width & (head.width - 1):
        return
    line.width = head.width
    line.position = head.position
    line.big = head.options & O_BIG != 0
    line.named = head.kind == K_BITS or head.values != NULL


cdef inline int print_member(Print *t, Leaf *leaf, Line *line, bint first) noexcept nogil:
    """A number of the header or struct, with its name, or one whose text is known: what most members are. J_RECORD for
    all else. It looks at the line alone where it can: all fields of a record do not stay in the nearest cache."""
    cdef Shown *shown
    cdef char *out
    cdef Py_ssize_t size
    cdef uint64_t v
    if not line.width or line.position + line.width > leaf.header_size:
        return J_RECORD
    if line.number >= 0 and t.places[leaf.places + line.number].p != NULL:
        return J_RECORD
    size = line.key_size - first
    out = space(t, max(size, SHORT) + max(SHORT, DIGITS))
    if out == NULL:
        return J_MEMORY
    put_short(out, line.key + first, size)
    if not line.named:
        v = load(leaf.header + line.position, line.width, line.big)
        t.out.size += size + put_digits(out + size, v)
        return J_DONE
    if line.head.kind == K_BITS:
        v = bits_at(line.head, leaf.header + line.position)
        if line.head.values == NULL:
            t.out.size += size + put_digits(out + size, v)
            return J_DONE
    else:
        v = load(leaf.header + line.position, line.width, line.big)
    shown = shown_of(t, line.head, v)
    if shown.field != line.head or shown.number != v or shown.size > SHORT:
        return J_RECORD
    put_short(out + size, shown.text, shown.size)
    t.out.size += size + shown.size
    return J_DONE


cdef int print_line(Print *t, Leaf *leaf, Line *line, bint first) noexcept nogil:
    """A field with its name, or nothing."""
    cdef Field *f = line.field
    cdef Field *head = line.head
    cdef Place place
    cdef size_t before = t.out.size, before_value
    cdef int size, result
    cdef const char *everything
    cdef PyObject *flag
    memset(&place, 0, sizeof(Place))
    if line.number >= 0:
        place = t.places[leaf.places + line.number]
    size = -1 if head == NULL else member_size(head, leaf.header, leaf.header_size)
    if place.p == NULL and size < 0:
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
        return print_value(t, leaf, <int> (head - leaf.sheet.fields), leaf.header + head.position, size,
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
    cdef Py_ssize_t start = (s.size + 3) & ~3, end
    cdef size_t opened
    cdef int i, result = J_DONE
    leaf.outer = outer
    leaf.sheet = s
    leaf.header = p
    leaf.header_size = s.size
    leaf.depth = 0 if outer == NULL else outer.depth + 1
    leaf.places = t.place_count
    leaf.begun = begun
    leaf.end = p + n
    t.selects = 0
    if leaf.depth > MAX_DEPTH:
        return J_RECORD
    if s.is_struct:
        end = struct_end(s.size, s.unit, n)
        if n > end and s.keeps_unknown:
            return J_RECORD
        leaf.header_size = <int> min(n, end)
    elif n < s.size:
        return J_RECORD
    if s.placed and more_places(t, s.field_count):
        return J_MEMORY
    if not s.is_struct and n > start:
        result = find_places(t, s, leaf.places, 0, p + start, n - start)
    if not result:
        result = say(t, b"{", 1)
    opened = t.out.size
    for i in range(s.line_count):
        if result:
            return result
        result = print_member(t, &leaf, &s.lines[i], t.out.size == opened)
        if result == J_RECORD:
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
