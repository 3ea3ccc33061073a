# Rows: a message's header, attributes and nests into the columns of one row, whatever they are. The twin of
# decode/decode.pxi, with the same errors; messages that look like ones before them go through columns/layouts.pxi instead.

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


cdef int choose(Level *here, Choices *choices, Column **choice) noexcept nogil:
    """Find the column for a sub-message of a record, by what stands in the selecting field; NULL: none. P_MALFORMED
    where only decoding tells: what stands further out counts if it came before."""
    cdef Level *s = choices.owner
    cdef Column *by = choices.selector
    cdef const uint8_t *found = NULL
    cdef Py_ssize_t size = 0
    cdef Field *f
    cdef uint64_t number = 0
    cdef int i
    choice[0] = choices.otherwise
    if s == NULL:
        return P_DONE
    if by == NULL or by.options & O_MULTI or by.kind != K_INTEGER and by.kind != K_STRING:
        return P_MALFORMED
    if s.left > s.start:
        found = find_raw(s, 0, by, s.at + s.start, s.left - s.start, &size)
        if found != NULL and s != here:
            return P_MALFORMED
    if found == NULL:
        for i in range(s.head_count):
            f = &s.fields[s.heads[i]]
            if s.columns[s.heads[i]] == by and f.position + f.width <= s.left:
                found = s.at + f.position
                size = f.width
        if found == NULL:
            return P_DONE if by.field.default == NONE else P_MALFORMED
    if by.kind == K_STRING:
        size = text_size(by.options, found, size)
        for i in range(choices.count):
            if choices.entries[i].size == size and choices.entries[i].text != NULL:
                if memcmp(choices.entries[i].text, found, size) == 0:
                    choice[0] = choices.entries[i].column
        return P_DONE
    number = load(found, <int> size, by.options & O_BIG)
    if by.options & O_SIGNED:
        number = <uint64_t> signed_number(number, size)
    for i in range(choices.count):
        if choices.entries[i].number == number and choices.entries[i].text == NULL:
            choice[0] = choices.entries[i].column
    return P_DONE


cdef int add_selected(Intake *t, Level *s, Column *c, const uint8_t *p, Py_ssize_t n, int64_t row) noexcept nogil:
    """A sub-message. One whose selector is absent or not known stays raw bytes."""
    cdef const Fate *fate = NULL
    cdef Column *choice = NULL
    cdef int i, result = P_DONE
    if t.fates != NULL:
        fate = fate_of(t.fates, t.fate_count, p)
    if fate == NULL:
        result = choose(s, c.choices, &choice)
        if c.length > row:
            result = P_MALFORMED         # the last one counts, of which something may be wrong
    elif fate.choice >= 0:
        for i in range(c.child_count):
            if c.children[i].field == &s.fields[fate.choice]:
                choice = c.children[i]
    if result or ready(c, row):
        return result or P_MEMORY
    if choice != NULL:
        result = add_value(t, choice, p, n, row)
        if result == P_UNFIT and fate == NULL:
            return P_MALFORMED
    if choice == NULL or result == P_UNFIT:
        result = add_bytes(c.choices.raw, p, n, row)
    return result or put(c, row)


cdef int add_waiting(Intake *t, Level *s, int64_t row) noexcept nogil:
    """The sub-messages of a record, wherever their selectors stand in it."""
    cdef uint16_t head[2]
    cdef const uint8_t *p
    cdef Column *c
    cdef int i, result
    for i in range(s.waiting_count):
        p = s.waiting[i]
        memcpy(head, p, 4)
        c = s.columns[s.scopes[s.waiting_scopes[i]].fields[head[1] & NLA_TYPE_MASK]]
        result = add_fated(t, s, s.waiting_scopes[i], c, head[1] & NLA_TYPE_MASK, p + NLA_HDRLEN, head[0] - NLA_HDRLEN,
                           row)
        if result:
            return result
    return P_DONE


cdef int add_fated(Intake *t, Level *s, int scope, Column *c, int number, const uint8_t *p, Py_ssize_t n,
                   int64_t row) noexcept nogil:
    """The value of one attribute, unless decoding had it otherwise."""
    cdef const Fate *fate = NULL
    cdef Fate own
    cdef int result
    cdef int64_t was
    if t.fates != NULL:
        fate = fate_of(t.fates, t.fate_count, p)
        if fate != NULL and fate.choice == NOT_CHOSEN:
            return P_DONE if fate.problem == NULL else keep_attribute(t, s.paths[scope], number, p, n, fate)
    if c == NULL:
        field = s.scopes[scope].fields[number]
        if not is_sound(p, n):
            return P_MALFORMED
        return add_attributes(t, s, s.fields[field].item, p, n, row)
    if c.options & O_MULTI:
        was = c.children[0].length
        result = add_multi(t, c, p, n, row)
    elif c.kind == K_SELECT:
        was = row
        result = add_selected(t, s, c, p, n, row)
    elif c.child_count and c.length > row and t.fates == NULL:
        return P_MALFORMED               # the last one counts, of which something may be wrong
    else:
        was = row
        result = add_value(t, c, p, n, row)
    if result == P_UNFIT or result == P_MALFORMED or result == P_UNTRUE:
        if t.fates == NULL and result != P_UNTRUE:
            return P_MALFORMED
        # Decoded, it is well: a number for a boolean, or a hook that does not always give the same.
        rewind(c.children[0] if c.options & O_MULTI else c, was)
        own.problem = b"has no place in a column"
        own.size = 24
        result = keep_attribute(t, s.paths[scope], number, p, n, &own)
        if not result and c.options & O_MULTI and c.length > row:
            result = close_list(c, row)
    return result


cdef int add_attributes(Intake *t, Level *s, int scope, const uint8_t *p, Py_ssize_t n, int64_t row) noexcept nogil:
    cdef Scope *attributes = &s.scopes[scope]
    cdef Py_ssize_t at = 0, size
    cdef uint16_t head[2]
    cdef const uint8_t *payload
    cdef Column *c
    cdef int number, field, result
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
            result = keep_attribute(t, s.paths[scope], number, payload, size, NULL)
        else:
            c = s.columns[field]
            if c != NULL and c.options & O_FAMILY:
                size = counted(c.field, payload, size, p, n)
            if c != NULL and c.unwanted:
                result = P_DONE
            elif size == 4 and c != NULL and c.plain:
                result = add_number(c, load(payload, 4, False), row)
            elif c != NULL and c.kind == K_SELECT and not c.options & O_MULTI and s.waiting_count < MAX_WAITING:
                s.waiting[s.waiting_count] = p + at
                s.waiting_scopes[s.waiting_count] = scope
                s.waiting_count += 1
                result = P_DONE
            elif c != NULL and c.kind == K_SELECT and not c.options & O_MULTI and t.fates == NULL:
                return P_MALFORMED
            else:
                result = add_fated(t, s, scope, c, number, payload, size, row)
        if result:
            return result
        at += (head[0] + 3) & ~3
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
        if c.length <= row and f.position + f.width <= n and not c.unwanted:
            result = add_integer(c, f.options, p + f.position, f.width, row)
            if result < 0:
                return result
    for i in range(s.absent_count):
        c = s.columns[s.absent[i]]
        if c.length <= row and p[c.position] == 0 and (p[0] == INET or p[0] == INET6) and not c.unwanted:
            memset(zeros, 0, 16)
            result = add_prefix(c, zeros, 4 if p[0] == INET else 16, row)
            if result < 0:
                return result
    return P_DONE


cdef int add_default(Intake *t, Level *s, int number, const uint64_t *value, int64_t row) noexcept nogil:
    """A member of a struct that is shorter, or of a header that is not there: what its record has."""
    cdef Column *c = s.columns[number]
    if s.fields[number].default == NONE:
        return P_DONE
    if c.kind == K_INTEGER or c.kind == K_BITS:
        return add_integer(c, c.options & ~O_BIG, <const uint8_t *> value, 8, row)
    return add_value(t, c, <const uint8_t *> b"", 0, row)


cdef int add_record(Intake *t, Column *c, const uint8_t *p, Py_ssize_t n, int64_t row) noexcept nogil:
    """A nested record or a C struct: `decode_record`'s and `decode_struct`'s twin."""
    cdef Level *s = c.level
    cdef Field *f
    cdef Py_ssize_t end
    cdef int i, size, result
    if n < s.header_size or s.depth > MAX_DEPTH:
        return P_MALFORMED
    if ready(c, row):
        return P_MEMORY
    s.at = p
    s.left = n
    s.waiting_count = 0
    for i in range(s.head_count):
        f = &s.fields[s.heads[i]]
        result = P_UNFIT
        size = member_size(f, p, n)
        if size >= 0:
            result = add_value(t, s.columns[s.heads[i]], p + f.position, size, row)
        if result == P_UNFIT and s.fixed:
            result = add_default(t, s, s.heads[i], &s.defaults[i], row)
        if result < 0:
            return result
    for i in range(s.nowhere_count):
        result = add_default(t, s, s.nowhere[i], &s.nowhere_defaults[i], row)
        if result < 0:
            return result
    if s.fixed:
        end = struct_end(s.size, s.unit, n)
        if n > end:
            result = keep_attribute(t, s.paths[0], -1, p + end, n - end, NULL)
            if result:
                return result
    else:
        if n > s.start:
            result = add_attributes(t, s, 0, p + s.start, n - s.start, row)
            if result:
                return result
        result = add_waiting(t, s, row) or add_absent(t, s, p, n, row)
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
    cdef int i, size, result
    if t.rows == t.run:
        return P_DONE
    for i in range(s.head_count):
        c = s.columns[s.heads[i]]
        f = &s.fields[s.heads[i]]
        if c.unwanted:
            continue
        size = member_size(f, t.header, t.header_size)
        result = add_value(t, c, t.header + f.position, size, t.run)
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
                result = add_value(t, c, t.header + f.position, size, row)
                if result < 0:
                    return result
    t.run = t.rows
    return P_DONE


cdef int end_constants(Intake *t) noexcept nogil:
    """Write what no message says: the members of the outermost record that are the same in all rows."""
    cdef Level *s = t.root
    cdef Column *c
    cdef int i, result
    for i in range(s.nowhere_count if t.rows else 0):
        c = s.columns[s.nowhere[i]]
        if c.unwanted:
            continue
        result = add_default(t, s, s.nowhere[i], &s.nowhere_defaults[i], 0)
        if result < 0 or reserve(&c.data, t.rows * c.width):
            return P_MEMORY
        repeat(c, 0, t.rows)
        if c.valid.data != NULL and set_bits(&c.valid, 0, t.rows):
            return P_MEMORY
        c.length = t.rows
    return P_DONE


cdef enum:
    SCATTERED = 64       # headers, after which it is known whether most messages have one of their own


cdef int take_header(Intake *t, const uint8_t *p) noexcept nogil:
    """Go on with the header of another row: its members are written when they end to be the same."""
    cdef int result
    if t.header_size >= 0 and same_header(t, p):
        return P_DONE
    result = end_run(t)
    t.runs += 1
    if t.runs == SCATTERED and t.rows < 2 * SCATTERED:
        t.scattered = True
    t.header_size = t.root.header_size
    memcpy(t.header, p, t.header_size)
    return result


cdef int add_message(Intake *t, const uint8_t *p, Py_ssize_t n) noexcept nogil:
    """One row, in the columns of all but its header's members. `rows` does not count it yet."""
    cdef Level *s = t.root
    cdef int result
    s.at = p
    s.left = n
    s.waiting_count = 0
    if n > s.start:
        result = add_attributes(t, s, 0, p + s.start, n - s.start, t.rows)
        if result:
            return result
    return add_waiting(t, s, t.rows) or add_absent(t, s, p, n, t.rows)
