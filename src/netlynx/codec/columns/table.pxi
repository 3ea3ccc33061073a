# The sink that fills columns with the messages of a dump.

cdef class Columns(Sink):
    """A sink that makes columns of records; see columns/shape.pxi for what becomes of which kind of field.

    What does not pass the filter is left out. With `only`, a set of names, so are all other columns: what would go there
    is passed over, and not looked into; with `unknown` among them it is, as that tells what had no place. With `binary`
    addresses are bytes: a fixed-size binary where all of a column have the same length, and a prefix is a struct of
    address and length.

    A last column, `unknown`, has what `Record.unknown` and `Layout.tail` have, of the record and all that is nested in
    it: a list of structs of `within` (the path of the nest, "" for the record itself), `type` (null: the tail of a
    struct), `payload` and `problem` (null: it is just not known). It is null where nothing is unknown.
    """
    cdef Plan plan
    cdef Store *store
    cdef Intake intake
    cdef Filter filter
    cdef Memory memory
    cdef list raised
    cdef Mold mold
    cdef object chosen                   # the columns that are left in the end

    def __init__(self, Plan plan not None, Filter filter=None, bint binary=False, only=None):
        cdef Column *root
        self.plan = plan
        self.filter = filter
        self.raised = []
        if binary:
            if plan.binary_mold is None:
                plan.binary_mold = Mold(plan, True)
            self.mold = <Mold> plan.binary_mold
        else:
            if plan.text_mold is None:
                plan.text_mold = Mold(plan, False)
            self.mold = <Mold> plan.text_mold
        if self.store != NULL:
            raise RuntimeError("a sink is made once")
        self.store = <Store *> calloc(1, sizeof(Store))
        if self.store == NULL:
            raise MemoryError()
        self.store.holders = 1
        self.store.root = root = self.mold.cast()
        self.intake.root = root.level
        self.intake.unknown = root.children[root.child_count - 1]
        self.intake.raised = <void *> self.raised
        if only is not None and "unknown" in only:
            self.chosen = only
        elif only is not None:
            leave_out(root, only)
        if plan.header_size > HEADER_MOST:
            raise TypeError(f"{plan.name}: a header of {plan.header_size} bytes is more than {HEADER_MOST}")
        self.intake.header_size = -1
        self.intake.layouts = <Layout *> calloc(LAYOUTS, sizeof(Layout))
        if self.intake.layouts == NULL:
            raise MemoryError()
        self.note_members()

    def __dealloc__(self):
        release_store(self.store)
        free(self.intake.layouts)

    cdef void note_members(self) noexcept:
        """Which bytes of the header are members shown; and the family, which says what a prefix is."""
        cdef Level *s = self.intake.root
        cdef Field *f
        cdef int i
        self.intake.mask[0] = 255
        for i in range(s.head_count):
            f = &s.fields[s.heads[i]]
            if not s.columns[s.heads[i]].unwanted:
                memset(self.intake.mask + f.position, 255, f.width)

    cdef int take_in(self, const uint8_t *p, Reading *reading) except -1 nogil:
        cdef int result
        if self.store == NULL:
            with gil:
                raise ValueError("the table is finished")
        result = self.fill(p, reading)
        if result:
            with gil:
                self.fail(result, p, reading)
        return 0

    cdef int fill(self, const uint8_t *p, Reading *reading) except? -99 nogil:
        cdef Intake *t = &self.intake
        cdef const uint8_t *payload
        cdef Layout *layout
        cdef Header header
        cdef Py_ssize_t size, stride
        cdef int64_t count
        cdef int result
        cdef bint filtered = self.filter is not None
        while reading.at < reading.end:
            reading.inside = 0
            if reading.end - reading.at < NLMSG_HDRLEN:
                return P_MALFORMED
            memcpy(&header, p + reading.at, NLMSG_HDRLEN)
            if not is_whole(&header, reading.end - reading.at):
                return P_MALFORMED
            if not belongs(&header, p + reading.at, reading):
                return P_DONE
            reading.inside = NLMSG_HDRLEN
            reading.flags |= header.flags
            payload = p + reading.at + NLMSG_HDRLEN
            size = header.length - NLMSG_HDRLEN
            stride = (header.length + 3) & ~3
            count = 1
            if not filtered or self.filter.passes(payload, size, &self.memory):
                if size < t.root.header_size:
                    return P_MALFORMED
                layout = layout_of(t, payload, size)
                if t.scattered and layout != NULL:
                    result = end_run(t)
                    t.header_size = -1
                else:
                    result = take_header(t, payload)
                if result:
                    return result
                if layout == NULL:
                    result = self.add_one(payload, size)
                else:
                    # What is alike, and is not apart, has the same header, which is all that the filter looks at.
                    if not filtered or self.filter.sieve.only_plain and t.header_size >= 0:
                        count = alike(t, layout, p + reading.at, reading.end - reading.at)
                    if t.header_size < 0:
                        result = add_headers(t, payload, stride, count)
                        t.run = t.rows + count
                    if not result:
                        t.together = True
                        result = add_messages(t, layout, payload, stride, count)
                        t.together = False
                    if result == P_MALFORMED or result > 0:
                        layout.known = False
                        result = self.one_by_one(payload, size, stride, count, reading)
                        if result:
                            return result
                        continue
                if result:
                    return result
                t.rows += count
            reading.taken += count
            reading.at += count * stride
        return P_DONE

    cdef int add_one(self, const uint8_t *p, Py_ssize_t n) except? -99 nogil:
        """Take in one message, whatever it is."""
        cdef int result = add_message(&self.intake, p, n)
        if result == P_MALFORMED:
            with gil:
                result = self.add_guided(p, n)
        return result

    cdef int one_by_one(self, const uint8_t *p, Py_ssize_t size, Py_ssize_t stride, int64_t count,
                        Reading *reading) except? -99 nogil:
        """Take in messages that could not be taken in together: what is there of them is forgotten."""
        cdef Intake *t = &self.intake
        cdef int result
        cdef int64_t k
        self.forget_row()
        if t.header_size < 0:
            t.run = t.rows
        for k in range(count):
            result = take_header(t, p) or self.add_one(p, size)
            if result:
                return result
            t.rows += 1
            reading.taken += 1
            reading.at += stride
            p += stride
        return P_DONE

    cdef void forget_row(self) noexcept nogil:
        """Rewind all columns to the rows that are counted."""
        cdef Intake *t = &self.intake
        cdef int i
        for i in range(t.root.column.child_count):
            rewind(t.root.column.children[i], t.rows)

    cdef int add_guided(self, const uint8_t *p, Py_ssize_t n) except? -99:
        """Take in a message in which something is strange, as decoding has it. Raises DecodeError for one that is
        malformed itself."""
        cdef Intake *t = &self.intake
        cdef Guide guide = Guide()
        cdef int result
        Py_DECREF(<object> decode_closely(self.plan, p, n, False, <PyObject *> guide))
        guide.sort()
        self.forget_row()
        t.fates = guide.sorted
        t.fate_count = guide.count
        with nogil:
            result = add_message(t, p, n)
        t.fates = NULL
        return result

    cdef int fail(self, int result, const uint8_t *p, Reading *reading) except -1:
        """Raise the error of the message at `reading.at`."""
        cdef Header header
        cdef PyObject *record
        if self.raised:
            raise self.raised.pop()
        if result == P_MEMORY:
            raise MemoryError()
        if result == P_FULL:
            raise OverflowError(f"a column of {self.plan.name} holds 2 GiB: read the table in parts")
        message_at(p + reading.at, reading.end - reading.at, &header)
        record = decode_record(self.plan, p + reading.at + NLMSG_HDRLEN, header.length - NLMSG_HDRLEN, NULL)
        Py_DECREF(<object> record)
        reading.inside = 0
        raise DecodeError("the message was decoded once and once not: a hook does not always give the same")

    def finish(self):
        """The table; nothing can be added any more."""
        cdef ArrowTable table
        cdef Store *store = self.store
        cdef int result
        if store == NULL:
            raise ValueError("the table is finished")
        with nogil:
            result = end_run(&self.intake) or end_constants(&self.intake)
        if self.chosen is not None:
            leave_out(store.root, self.chosen)
        with nogil:
            if not result:
                store.root.filled = True
                result = finish_column(store.root, self.intake.rows)
                store.root.absent = False
            if not result:
                result = zero_buffer(&store.zeros, zeros_needed(store.root))
        if result < 0:
            raise MemoryError()
        name_values(store.root, self.mold)
        table = ArrowTable.__new__(ArrowTable)
        table.store = store
        self.store = NULL
        return table


cdef int leave_out(Column *root, only) except -1:
    """Have the outermost columns be those of these names."""
    cdef Column *c
    cdef int i, count = root.child_count
    root.child_count = 0
    for i in range(count):
        c = root.children[i]
        c.unwanted = (<bytes> c.name).decode() not in only
        if not c.unwanted:
            root.children[root.child_count] = c
            root.child_count += 1
        elif c.length:
            free_column(c)
    return 0


cdef int name_values(Column *c, Mold mold) except -1:
    """Give dictionary columns the text of their values."""
    cdef int i
    cdef uint32_t at
    cdef uint64_t number
    if c.store == S_DICTIONARY:
        c.dictionary = <Column *> calloc(1, sizeof(Column))
        if c.dictionary == NULL:
            raise MemoryError()
        c.dictionary.name = b""
        c.dictionary.store = S_TEXT
        c.dictionary.filled = True
        for at in range(0 if c.lookup == NULL else c.lookup.count):
            number = (<uint64_t *> c.lookup.values.data)[at]
            if c.field == NULL:
                raw = (<str> mold.shaper.paths[number]).encode("utf-8", "backslashreplace")
            else:
                raw = mold.label(c.field, number)
            if add_bytes(c.dictionary, <const uint8_t *> PyBytes_AS_STRING(raw), PyBytes_GET_SIZE(raw), at) < 0:
                raise MemoryError()
        if finish_column(c.dictionary, c.dictionary.length) < 0:
            raise MemoryError()
    for i in range(c.child_count):
        name_values(c.children[i], mold)
    return 0


cdef str label_for(Field *f, uint64_t number):
    """The label of an enum's value, those of flags joined by commas; a number without one in decimal."""
    cdef object value = number           # no C number: that would be unsigned in any case
    if f.options & O_SIGNED:
        value = <int64_t> number
    known = (<dict> f.values).get(value)
    if known is not None:
        return getattr(known, "label", None) or ("" if value == 0 and f.enum != NULL else str(value))
    if f.enum == NULL:
        return str(value)
    enum = <object> f.enum
    member = enum(value)
    enum._value2member_map_.pop(value, None)       # where the enum module would keep every combination for good
    return getattr(member, "label", None) or str(value)
