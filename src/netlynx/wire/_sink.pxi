# The sink that fills columns with the messages of a dump.

cdef extern from "Python.h":
    int PyObject_GetBuffer(object o, Py_buffer *view, int flags) except -1
    void PyBuffer_Release(Py_buffer *view)
    int PyBUF_SIMPLE

cdef struct Test:                # what a row must have, or it is left out
    Column *column
    Field *head                  # it stands in the header, if not NULL
    bint without                 # a row without a value passes
    bint some                    # there is a value that passes: `text`, or `number` when that is NULL
    uint64_t number
    const char *text
    Py_ssize_t size


cdef bint passes(Intake *t, Test *test) noexcept nogil:
    cdef Column *c = test.column
    cdef int64_t row = t.rows
    cdef uint32_t start
    cdef uint64_t number
    if test.head == NULL and c.length <= row:
        return test.without
    if not test.some:
        return False
    if test.text != NULL:
        start = offsets_of(c)[row]
        return c.data.size - start == <size_t> test.size and memcmp(c.data.data + start, test.text, test.size) == 0
    if test.head != NULL:
        number = load(t.header + test.head.position, test.head.width, test.head.options & O_BIG)
        if test.head.options & O_SIGNED:
            number = <uint64_t> signed_number(number, test.head.width)
    elif c.store == S_BOOLEAN:
        number = c.data.data[row >> 3] >> (row & 7) & 1
    else:
        number = load(c.data.data + row * c.width, c.width, False)
        if c.store == S_DICTIONARY:
            number = (<uint64_t *> c.lookup.values.data)[number]
        elif c.is_signed:
            number = <uint64_t> signed_number(number, c.width)
    return number == test.number


cdef class Columns:
    """A sink that makes columns of records; see _shape.pxi for what becomes of which kind of field.

    `match` is a tuple of (slot offset, value): records that differ are left out. With `binary` addresses are bytes:
    a fixed-size binary where all of a column have the same length, and a prefix is a struct of address and length.

    A last column, `unknown`, has what `Record.unknown` and `Layout.tail` have, of the record and all that is nested in
    it: a list of structs of `within` (the path of the nest, "" for the record itself), `type` (null: the tail of a
    struct) and `payload`. It is null where nothing is unknown.
    """
    cdef Plan plan
    cdef Store *store
    cdef Intake intake
    cdef tuple match
    cdef bint by_record          # rows are chosen by what records say: `match` has values that columns cannot tell
    cdef Test *tests
    cdef int test_count
    cdef list raised
    cdef Shaper shaper

    def __init__(self, Plan plan not None, tuple match not None=(), bint binary=False):
        cdef Column *root
        cdef Column *unknown
        self.plan = plan
        self.match = match
        self.raised = []
        self.shaper = Shaper(binary)
        if self.store != NULL:
            raise RuntimeError("a sink is made once")
        self.store = <Store *> calloc(1, sizeof(Store))
        self.tests = <Test *> calloc(len(match) + 1, sizeof(Test))
        if self.store == NULL or self.tests == NULL:
            raise MemoryError()
        self.store.holders = 1
        self.store.root = root = self.shaper.record("", plan, NULL, "", ())
        root.store = S_STRUCT
        unknown = self.shaper.column("unknown", S_LIST)
        self.shaper.adopt(root, unknown)
        self.shaper.adopt(unknown, self.shaper.column("item", S_STRUCT))
        self.shaper.adopt(unknown.children[0], self.shaper.column("within", S_DICTIONARY, 1))
        self.shaper.adopt(unknown.children[0], self.shaper.column("type", S_INTEGER, 2))
        self.shaper.adopt(unknown.children[0], self.shaper.column("payload", S_BYTES))
        self.intake.root = root.level
        self.intake.unknown = unknown
        self.intake.raised = <void *> self.raised
        if plan.header_size > HEADER_MOST:
            raise TypeError(f"{plan.name}: a header of {plan.header_size} bytes is more than {HEADER_MOST}")
        self.intake.header_size = -1
        self.note_members()
        for offset, value in match:
            self.note_test(offset, value)

    def __dealloc__(self):
        free(self.tests)
        release_store(self.store)

    cdef void note_members(self) noexcept:
        """Which bytes of the header are members shown."""
        cdef Level *s = self.intake.root
        cdef Field *f
        cdef int i
        for i in range(s.head_count):
            f = &s.fields[s.heads[i]]
            memset(self.intake.mask + f.position, 255, f.width)

    cdef int note_test(self, Py_ssize_t offset, value) except -1:
        cdef Level *s = self.intake.root
        cdef Test *test = &self.tests[self.test_count]
        cdef int i
        test.column = column_of(s, offset)
        if test.column == NULL:
            raise ValueError(f"{self.plan.name} has no field at offset {offset}")
        for i in range(s.head_count):
            if s.columns[s.heads[i]] == test.column:
                test.head = &s.fields[s.heads[i]]
        store = test.column.store
        test.without = <object> test.column.field.default == value
        test.some = value is not None
        if isinstance(value, int) and store in (S_INTEGER, S_DICTIONARY, S_BOOLEAN):
            if -(1 << 63) <= value < 1 << 64:
                test.number = <uint64_t> (int(value) & 0xffffffffffffffff)
            else:
                test.some = False
        elif isinstance(value, str) and store == S_TEXT and test.head == NULL:
            text = value.encode("utf-8", "surrogatepass")
            self.shaper.keep.append(text)
            test.text = text
            test.size = len(text)
        elif value is not None:
            self.by_record = True
        self.test_count += 1
        return 0

    def read(self, data not None, Py_ssize_t at, Py_ssize_t end, int type, uint32_t sequence, uint32_t portid):
        """Take in consecutive messages of one exchange; the GIL is released meanwhile.

        Stops at the first message of another type, sequence or port. Returns (where it stopped, the flags of all
        messages read, or-ed). Raises DecodeError.
        """
        cdef Py_buffer view
        cdef Header wanted
        cdef int result, flags = 0
        cdef const uint8_t *p
        if self.store == NULL:
            raise ValueError("the table is finished")
        PyObject_GetBuffer(data, &view, PyBUF_SIMPLE)
        try:
            if at < 0 or end > view.len:
                raise ValueError("the range lies outside the data")
            wanted.type = type
            wanted.sequence = sequence
            wanted.portid = portid
            p = <const uint8_t *> view.buf
            with nogil:
                result = self.fill(p, &at, end, &wanted, &flags)
            if result:
                self.fail(result, p, at, end)
        finally:
            PyBuffer_Release(&view)
        return at, flags

    cdef int fill(self, const uint8_t *p, Py_ssize_t *position, Py_ssize_t end, Header *wanted,
                  int *flags) noexcept nogil:
        cdef Intake *t = &self.intake
        cdef Py_ssize_t at = position[0]
        cdef Header header
        cdef int result, i
        cdef bint kept
        while at < end:
            position[0] = at
            if end - at < NLMSG_HDRLEN:
                return P_MALFORMED
            memcpy(&header, p + at, NLMSG_HDRLEN)
            if header.length < NLMSG_HDRLEN or header.length > end - at:
                return P_MALFORMED
            if header.type != wanted.type or header.sequence != wanted.sequence or header.portid != wanted.portid:
                return P_DONE
            flags[0] |= header.flags
            result = add_message(t, p + at + NLMSG_HDRLEN, header.length - NLMSG_HDRLEN)
            if result:
                return result
            kept = True
            if self.by_record:
                result = self.told_by_record(p + at + NLMSG_HDRLEN, header.length - NLMSG_HDRLEN, &kept)
                if result:
                    return result
            else:
                for i in range(self.test_count):
                    kept = kept and passes(t, &self.tests[i])
            if kept:
                t.rows += 1
            else:
                for i in range(t.root.column.child_count):
                    truncate(t.root.column.children[i], t.rows)
            at += (header.length + 3) & ~3
        position[0] = at
        return P_DONE

    cdef int told_by_record(self, const uint8_t *p, Py_ssize_t n, bint *kept) noexcept nogil:
        cdef PyObject *record
        with gil:
            try:
                record = decode_record(self.plan, p, n, NULL)
                try:
                    kept[0] = matches(record, self.match)
                finally:
                    Py_DECREF(<object> record)
                return P_DONE
            except BaseException as error:
                self.raised.append(error)
                return P_RAISED

    cdef int fail(self, int result, const uint8_t *p, Py_ssize_t at, Py_ssize_t end) except -1:
        """Raise the error of the message at `at`."""
        cdef Header header
        cdef PyObject *record
        cdef int inside = 0
        if self.raised:
            raise self.raised.pop()
        if result == P_MEMORY:
            raise MemoryError()
        if result == P_FULL:
            raise OverflowError(f"a column of {self.plan.name} holds 2 GiB: read the table in parts")
        try:
            message_at(p + at, end - at, &header)
            inside = NLMSG_HDRLEN
            record = decode_record(self.plan, p + at + NLMSG_HDRLEN, header.length - NLMSG_HDRLEN, NULL)
            Py_DECREF(<object> record)
        except DecodeError as error:
            outwards(error, at + inside)
            raise
        raise DecodeError("the message was decoded once and once not: a hook does not always give the same", at)

    def finish(self):
        """The table; nothing can be added any more."""
        cdef ArrowTable table
        cdef Store *store = self.store
        cdef int result
        if store == NULL:
            raise ValueError("the table is finished")
        with nogil:
            result = end_run(&self.intake)
            if not result:
                store.root.filled = True
                result = finish_column(store.root, self.intake.rows)
                store.root.absent = False
            if not result:
                result = zero_buffer(&store.zeros, zeros_needed(store.root))
        if result < 0:
            raise MemoryError()
        name_values(store.root, self.shaper)
        table = ArrowTable.__new__(ArrowTable)
        table.store = store
        self.store = NULL
        return table


cdef int name_values(Column *c, Shaper shaper) except -1:
    """Give dictionary columns the text of their values."""
    cdef int i
    cdef uint32_t at
    cdef uint64_t number
    if c.store == S_DICTIONARY:
        c.dictionary = shaper.column("", S_TEXT)
        c.dictionary.filled = True
        for at in range(0 if c.lookup == NULL else c.lookup.count):
            number = (<uint64_t *> c.lookup.values.data)[at]
            text = shaper.paths[number] if c.field == NULL else label_for(c.field, number)
            raw = text.encode("utf-8", "backslashreplace")
            if add_bytes(c.dictionary, <const uint8_t *> PyBytes_AS_STRING(raw), PyBytes_GET_SIZE(raw), at) < 0:
                raise MemoryError()
        if finish_column(c.dictionary, c.dictionary.length) < 0:
            raise MemoryError()
    for i in range(c.child_count):
        name_values(c.children[i], shaper)
    return 0


cdef str label_for(Field *f, uint64_t number):
    """The label of an enum's value, those of flags joined by commas; a number without one in decimal."""
    value = <int64_t> number if f.options & O_SIGNED else number
    known = (<dict> f.values).get(value)
    if known is not None:
        return getattr(known, "label", None) or ("" if value == 0 and f.enum != NULL else str(value))
    if f.enum == NULL:
        return str(value)
    enum = <object> f.enum
    member = enum(value)
    enum._value2member_map_.pop(value, None)       # where the enum module would keep every combination for good
    return getattr(member, "label", None) or str(value)
