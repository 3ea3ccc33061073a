# Rows: a message's header, attributes and nests into the columns of one row, whatever they are. The twin of
# _decode.pxi, with the same errors; messages that look like ones before them go through _layouts.pxi instead.

cdef int add_multi(Intake *t, Column *c, const uint8_t *p, Py_ssize_t n, int64_t row) noexcept nogil:
    """One more of an attribute that repeats."""
    cdef Column *item = c.children[0]
    cdef int result
    if c.length <= row and open_list(c, row):
        return P_MEMORY
    result = add_value(t, item, p, n, item.length)
    return result or close_list(c, row)


cdef const uint8_t *find_raw(Level *s, int scope, Column *wanted, const uint8_t *p, Py_ssize_t n,
                             Py_ssize_t *size) noexcept nogil:
    """The last payload that fits a field among attributes; NULL when there is none."""
    cdef Scope *attributes = &s.scopes[scope]
    cdef Py_ssize_t at = 0
    cdef uint16_t head[2]
    cdef int number, field
    cdef const uint8_t *found = NULL
    cdef const uint8_t *inner
    while n - at >= NLA_HDRLEN:
        memcpy(head, p + at, 4)
        if head[0] < NLA_HDRLEN or head[0] > n - at:
            break
        number = head[1] & NLA_TYPE_MASK
        field = attributes.fields[number] if number < attributes.size else -1
        if field >= 0:
            if s.columns[field] == NULL:
                inner = find_raw(s, s.fields[field].item, wanted, p + at + NLA_HDRLEN, head[0] - NLA_HDRLEN, size)
                if inner != NULL:
                    found = inner
            elif s.columns[field] == wanted and column_fits(wanted, p + at + NLA_HDRLEN, head[0] - NLA_HDRLEN):
                found = p + at + NLA_HDRLEN
                size[0] = head[0] - NLA_HDRLEN
        at += (head[0] + 3) & ~3
    return found


cdef Column *chosen(Choices *choices) noexcept nogil:
    """The column for a sub-message, by what stands in the selecting field; NULL: none."""
    cdef Level *s = choices.owner
    cdef Column *by = choices.selector
    cdef const uint8_t *found = NULL
    cdef Py_ssize_t size = 0
    cdef Field *f
    cdef uint64_t number = 0
    cdef int i
    if s == NULL or by == NULL or by.kind != K_INTEGER and by.kind != K_STRING:
        return choices.otherwise
    if s.left > s.start:
        found = find_raw(s, 0, by, s.at + s.start, s.left - s.start, &size)
    if found == NULL:
        for i in range(s.head_count):
            f = &s.fields[s.heads[i]]
            if s.columns[s.heads[i]] == by and f.position + f.width <= s.left:
                found = s.at + f.position
                size = f.width
        if found == NULL:
            return choices.otherwise
    if by.kind == K_STRING:
        size = text_size(by.options, found, size)
        for i in range(choices.count):
            if choices.entries[i].size == size and choices.entries[i].text != NULL:
                if memcmp(choices.entries[i].text, found, size) == 0:
                    return choices.entries[i].column
        return choices.otherwise
    number = load(found, <int> size, by.options & O_BIG)
    if by.options & O_SIGNED:
        number = <uint64_t> signed_number(number, size)
    for i in range(choices.count):
        if choices.entries[i].number == number and choices.entries[i].text == NULL:
            return choices.entries[i].column
    return choices.otherwise


cdef int add_selected(Intake *t, Column *c, const uint8_t *p, Py_ssize_t n, int64_t row) noexcept nogil:
    """A sub-message. One whose selector is absent or not known stays raw bytes."""
    cdef Column *choice = chosen(c.choices)
    cdef int result = ready(c, row)
    if result:
        return result
    if choice == NULL:
        result = P_UNFIT
    else:
        result = add_value(t, choice, p, n, row)
    if result == P_UNFIT:
        result = add_bytes(c.choices.raw, p, n, row)
    return result or put(c, row)


cdef int add_attributes(Intake *t, Level *s, int scope, const uint8_t *p, Py_ssize_t n, int64_t row) noexcept nogil:
    cdef Scope *attributes = &s.scopes[scope]
    cdef Py_ssize_t at = 0, size
    cdef uint16_t head[2]
    cdef const uint8_t *payload
    cdef Column *c
    cdef int number, field, result, i
    # Sub-messages wait until their selector is known, wherever it stands in the message.
    cdef Column *waiting[8]
    cdef Py_ssize_t waiting_at[8]
    cdef int waiting_count = 0
    while at < n:
        if n - at < NLA_HDRLEN:
            return P_MALFORMED
        memcpy(head, p + at, 4)
        if head[0] < NLA_HDRLEN or head[0] > n - at:
            return P_MALFORMED
        number = head[1] & NLA_TYPE_MASK
        payload = p + at + NLA_HDRLEN
        size = head[0] - NLA_HDRLEN
        field = attributes.fields[number] if number < attributes.size else -1
        if field < 0:
            result = P_UNFIT
        else:
            c = s.columns[field]
            if size == 4 and c != NULL and c.plain:
                result = add_number(c, load(payload, 4, False), row)
            elif c == NULL:
                result = add_attributes(t, s, s.fields[field].item, payload, size, row)
            elif c.options & O_MULTI:
                result = add_multi(t, c, payload, size, row)
            elif c.kind == K_SELECT:
                if waiting_count == 8:
                    return P_MALFORMED
                waiting[waiting_count] = c
                waiting_at[waiting_count] = at
                waiting_count += 1
                result = P_DONE
            else:
                result = add_value(t, c, payload, size, row)
        if result == P_UNFIT:
            result = keep_attribute(t, s.paths[scope], number, payload, size)
        if result:
            return result
        at += (head[0] + 3) & ~3
    for i in range(waiting_count):
        memcpy(head, p + waiting_at[i], 2)
        result = add_selected(t, waiting[i], p + waiting_at[i] + NLA_HDRLEN, head[0] - NLA_HDRLEN, row)
        if result:
            return result
    return P_DONE


cdef inline int add_absent(Intake *t, Level *s, const uint8_t *p, Py_ssize_t n, int64_t row) noexcept nogil:
    """What no attribute said: members that one could have overruled, prefixes that mean "everything"."""
    cdef int i, result = P_DONE
    cdef Column *c
    cdef Field *f
    cdef uint8_t zeros[16]
    for i in range(s.late_count):
        c = s.columns[s.late[i]]
        f = &s.fields[s.late[i]]
        if c.length <= row and f.position + f.width <= n:
            result = add_integer(c, f.options, p + f.position, f.width, row)
            if result < 0:
                return result
    for i in range(s.absent_count):
        c = s.columns[s.absent[i]]
        if c.length <= row and p[c.position] == 0 and (p[0] == INET or p[0] == INET6):
            memset(zeros, 0, 16)
            result = add_prefix(c, zeros, 4 if p[0] == INET else 16, row)
            if result < 0:
                return result
    return P_DONE


cdef int add_record(Intake *t, Column *c, const uint8_t *p, Py_ssize_t n, int64_t row) noexcept nogil:
    """A nested record or a C struct: `decode_record`'s and `decode_struct`'s twin."""
    cdef Level *s = c.level
    cdef Field *f
    cdef int i, result
    if n < s.header_size or s.depth > MAX_DEPTH:
        return P_MALFORMED
    if ready(c, row):
        return P_MEMORY
    s.at = p
    s.left = n
    for i in range(s.head_count):
        f = &s.fields[s.heads[i]]
        if f.position + f.width > n:
            break
        result = add_value(t, s.columns[s.heads[i]], p + f.position, f.width, row)
        if result < 0:
            return result
    if s.fixed:
        if n > s.size:
            result = keep_attribute(t, s.paths[0], -1, p + s.size, n - s.size)
            if result:
                return result
    else:
        if n > s.start:
            result = add_attributes(t, s, 0, p + s.start, n - s.start, row)
            if result:
                return result
        result = add_absent(t, s, p, n, row)
        if result:
            return result
    if c.store == S_BOOLEAN:
        return add_boolean(c, True, row)
    return put(c, row)


cdef inline bint same_header(Intake *t, const uint8_t *p) noexcept nogil:
    """Whether the members shown are those of the previous message."""
    cdef int i = 0
    cdef uint64_t ours, theirs, mask
    while i + 8 <= t.header_size:
        memcpy(&ours, p + i, 8)
        memcpy(&theirs, t.header + i, 8)
        memcpy(&mask, t.mask + i, 8)
        if (ours ^ theirs) & mask:
            return False
        i += 8
        if i < t.header_size < i + 8:
            i = t.header_size - 8    # the rest, and some of it again
    while i < t.header_size:
        if (p[i] ^ t.header[i]) & t.mask[i]:
            return False
        i += 1
    return True


cdef int end_run(Intake *t) noexcept nogil:
    """Write the members that all rows since `run` have in common."""
    cdef Level *s = t.root
    cdef Column *c
    cdef Field *f
    cdef int64_t row
    cdef int i, result
    if t.rows == t.run:
        return P_DONE
    for i in range(s.head_count):
        c = s.columns[s.heads[i]]
        f = &s.fields[s.heads[i]]
        result = add_value(t, c, t.header + f.position, f.width, t.run)
        if result < 0:
            return result
        if c.length != t.run + 1:
            continue
        if c.store == S_INTEGER or c.store == S_DICTIONARY:
            if reserve(&c.data, t.rows * c.width):
                return P_MEMORY
            repeat(c, t.run, t.rows)
            if c.valid.data != NULL and set_bits(&c.valid, t.run, t.rows):
                return P_MEMORY
            c.length = t.rows
        else:
            for row in range(t.run + 1, t.rows):
                result = add_value(t, c, t.header + f.position, f.width, row)
                if result < 0:
                    return result
    t.run = t.rows
    return P_DONE


cdef int take_header(Intake *t, const uint8_t *p) noexcept nogil:
    """Go on with the header of another row: its members are written when they end to be the same."""
    cdef int result
    if t.header_size >= 0 and same_header(t, p):
        return P_DONE
    result = end_run(t)
    t.header_size = t.root.header_size
    memcpy(t.header, p, t.header_size)
    return result


cdef int add_message(Intake *t, const uint8_t *p, Py_ssize_t n) noexcept nogil:
    """One row, in the columns of all but its header's members. `rows` does not count it yet."""
    cdef Level *s = t.root
    cdef int result
    s.at = p
    s.left = n
    if n > s.start:
        result = add_attributes(t, s, 0, p + s.start, n - s.start, t.rows)
        if result:
            return result
    return add_absent(t, s, p, n, t.rows)
