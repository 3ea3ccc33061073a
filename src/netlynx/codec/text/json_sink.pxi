# The sink that writes the messages of a dump as JSON text.

from cpython.buffer cimport PyBuffer_FillInfo

cdef enum:
    PIECE = 1 << 20                      # bytes of text after which it is time that somebody takes them


@cython.final
cdef class Text:
    """JSON, as UTF-8, in memory of its own: bytes-like, to be written as it is."""
    cdef Buffer buffer
    cdef Json sink

    def __dealloc__(self):
        # Fresh memory takes as long as half of what is written into it: the sink goes on with this.
        if self.sink is not None and self.sink.spare.data == NULL:
            self.sink.spare = self.buffer
        else:
            free_buffer(&self.buffer)

    def __len__(self):
        return self.buffer.size

    def __getbuffer__(self, Py_buffer *view, int flags):
        PyBuffer_FillInfo(view, self, self.buffer.data, self.buffer.size, 1, flags)


@cython.final
cdef class Json(Sink):
    """A sink that makes the JSON of records, the same text as `to_json`, with `between` between one and the next and
    `after` behind each. What does not pass the filter is left out.

    Given an outline in place of a plan, it calls `complete` for the plan when a message needs one, and for no other."""
    cdef Outline plan
    cdef Plan whole                      # what makes records, once it is needed
    cdef object complete
    cdef Filter filter
    cdef Memory memory
    cdef char *between
    cdef char *after
    cdef Py_ssize_t between_size
    cdef Py_ssize_t after_size
    cdef readonly Py_ssize_t count       # records written
    cdef Sheet *sheet                    # of `plan`; NULL: none yet
    cdef Sheet *sheets                   # of all plans met so far
    cdef Print page
    cdef Buffer spare                    # of a text that nobody has any more
    cdef object raised                   # what a hook raised that is not about the payload

    def __init__(self, Outline plan not None, Filter filter=None, bytes between not None=b"",
                 bytes after not None=b"", complete=None):
        if self.between != NULL or self.after != NULL:
            raise RuntimeError("a sink is made once")
        if isinstance(plan, Plan):
            self.whole = plan
        elif complete is None:
            raise TypeError("an outline makes no records: say what completes it")
        self.plan = plan
        self.complete = complete
        self.filter = filter
        self.between = copied(between, &self.between_size)
        self.after = copied(after, &self.after_size)
        self.page.sink = <PyObject *> self

    def __dealloc__(self):
        cdef int i
        cdef Sheet *sheet
        while self.sheets != NULL:
            sheet = self.sheets
            self.sheets = sheet.following
            free_sheet(sheet)
        for i in range(LABELS_SEEN):
            free(self.page.shown[i].text)
        free(self.between)
        free(self.after)
        free(self.page.places)
        free_buffer(&self.page.out)
        free_buffer(&self.spare)

    @property
    def size(self):
        """How many bytes of text there are since the last `take`."""
        return self.page.out.size

    def take(self):
        """The text since the last `take`: see `Text`."""
        cdef Text text = Text()
        text.sink = self
        text.buffer = self.page.out
        memset(&self.page.out, 0, sizeof(Buffer))
        return text

    cdef int take_in(self, const uint8_t *p, Reading *reading) except -1 nogil:
        cdef Header header
        cdef Py_ssize_t left, size
        cdef const uint8_t *payload
        cdef bint filtered = self.filter is not None
        if self.sheet == NULL:
            with gil:
                self.sheet = self.sheet_of(self.plan)
        if self.page.out.data == NULL:
            with gil:
                self.page.out = self.spare
                self.page.out.size = 0
                memset(&self.spare, 0, sizeof(Buffer))
        while reading.at < reading.end:
            reading.inside = 0
            left = reading.end - reading.at
            if left >= NLMSG_HDRLEN:
                memcpy(&header, p + reading.at, NLMSG_HDRLEN)
            if left < NLMSG_HDRLEN or not is_whole(&header, left):
                with gil:
                    message_at(p + reading.at, left, &header)
            if not belongs(&header, p + reading.at, reading):
                return 0
            reading.inside = NLMSG_HDRLEN
            payload = p + reading.at + NLMSG_HDRLEN
            size = header.length - NLMSG_HDRLEN
            if not filtered or self.filter.passes(payload, size, &self.memory):
                self.add(self.sheet, payload, size)
            reading.flags |= header.flags
            reading.taken += 1
            reading.at += (header.length + 3) & ~3
        return 0

    cdef bint has_enough(self) noexcept nogil:
        return self.page.out.size >= PIECE

    cdef int add(self, Sheet *sheet, const uint8_t *p, Py_ssize_t n) except -1 nogil:
        cdef Print *t = &self.page
        cdef size_t before = t.out.size
        cdef int result = J_DONE
        if self.count:
            result = say(t, self.between, self.between_size)
        if not result:
            result = print_message(t, sheet, p, n)
        if result == J_RECORD:
            t.out.size = t.begun
            with gil:
                try:
                    result = self.add_decoded(p, n)
                except:
                    t.out.size = before
                    raise
        if not result:
            result = say(t, self.after, self.after_size)
        if result:
            t.out.size = before
            with gil:
                self.fail(result)
        self.count += 1
        return 0

    cdef int fail(self, int result) except -1:
        raised, self.raised = self.raised, None
        raise raised if result == J_RAISED else MemoryError()

    cdef int add_decoded(self, const uint8_t *p, Py_ssize_t n) except? J_MEMORY:
        """By way of the record."""
        cdef PyObject *record
        cdef Writer w = Writer()
        if self.whole is None:
            self.whole = <Plan?> self.complete()
        record = decode_record(self.whole, p, n, NULL)
        try:
            json_value(w, <object> record)
        finally:
            Py_DECREF(<object> record)
        return say(&self.page, w.data, w.size)

    cdef Sheet *sheet_of(self, Outline plan) except NULL:
        cdef Sheet *sheet = self.sheets
        while sheet != NULL:
            if sheet.plan == <PyObject *> plan:
                return sheet
            sheet = sheet.following
        sheet = <Sheet *> calloc(1, sizeof(Sheet))
        if sheet == NULL:
            raise MemoryError()
        try:
            rule_sheet(sheet, plan)
        except:
            free_sheet(sheet)
            raise
        sheet.following = self.sheets
        self.sheets = sheet
        return sheet


cdef int rule_sheet(Sheet *s, Outline plan) except -1:
    """Fill in how records are written."""
    cdef int i, k
    cdef Field *f
    cdef Line *line
    s.plan = <PyObject *> plan
    s.fields = plan.fields
    s.scopes = plan.scopes
    s.field_count = plan.field_count
    s.is_struct = plan.is_struct
    s.size = plan.size if s.is_struct else plan.header_size
    s.unit = plan.unit
    s.keeps_unknown = plan.keeps_unknown
    s.lines = <Line *> calloc(plan.slot_count + 1, sizeof(Line))
    s.nested = <Sheet **> calloc(plan.field_count + 1, sizeof(Sheet *))
    if s.lines == NULL or s.nested == NULL:
        raise MemoryError()
    for i in range(plan.slot_count):
        f = &plan.fields[plan.slots[i]]
        if f.options & O_HIDDEN:
            continue
        line = &s.lines[s.line_count]
        s.line_count += 1
        line.field = f
        line.number = plan.slots[i]
        for k in range(plan.head_count):
            if plan.fields[plan.heads[k]].slot == f.slot:
                line.head = &plan.fields[plan.heads[k]]
        if line.head == f:
            line.number = -1
        if line.number >= 0:
            s.placed = True
        note_member(line)
        line.key = copied(f',"{<object> f.name}":'.encode(), &line.key_size)
        if f.options & O_ALWAYS or not left_out(f, f.default):
            line.absent = copied(to_json(<object> f.default), &line.absent_size)
    return 0


cdef char *copied(bytes text, Py_ssize_t *size) except NULL:
    """The text, with room for `put_short`, one byte in too."""
    cdef char *copy = <char *> calloc(max(PyBytes_GET_SIZE(text), SHORT) + 1, 1)
    if copy == NULL:
        raise MemoryError()
    memcpy(copy, PyBytes_AS_STRING(text), PyBytes_GET_SIZE(text))
    size[0] = PyBytes_GET_SIZE(text)
    return copy


cdef void free_sheet(Sheet *s) noexcept:
    cdef int i
    if s.lines != NULL:
        for i in range(s.line_count):
            free(s.lines[i].key)
            free(s.lines[i].absent)
    free(s.lines)
    free(s.nested)
    free(s)
