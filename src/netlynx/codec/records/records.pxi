# Records on their way into requests: copies with what was left out filled in, operations, and quicker calls of classes.

cdef int family_of_text(PyObject *value) except -1:
    """INET or INET6 for what looks like such an address, 0 for other text and for anything else."""
    cdef Py_ssize_t n
    cdef const char *letters
    if <object> Py_TYPE(<object> value) is not str or not PyUnicode_IS_ASCII(<object> value):
        return 0
    letters = PyUnicode_AsUTF8AndSize(<object> value, &n)
    if memchr(letters, c":", n) != NULL:
        return INET6
    return INET if memchr(letters, c".", n) != NULL else 0


cdef struct Blank:
    Py_ssize_t slot
    bint given                           # whether it may be set
    PyObject *only                       # what else it may be set to, or NULL
    PyObject *default
    PyObject *value                      # what goes into an empty one


@cython.final
cdef class Filling:
    """What a request says where a record says nothing: a copy of the record with `values` in its empty fields.

    Fits records that set no other fields than `given`, and those in `only` to that very object, and whose fields in
    `where` are text that looks like an address of that family, or None where that is said. The copy of one that it does
    not fit is None.
    """

    cdef object record
    cdef dict where
    cdef Py_ssize_t where_slots[4]
    cdef int where_families[4]           # 0: None
    cdef int where_count
    cdef frozenset names
    cdef dict only
    cdef dict filled
    cdef Plan plan                       # None until the first call: importing compiles nothing
    cdef Blank *blanks                   # one a slot, rare ones left out: records that have any are not fitted
    cdef int count

    def __init__(self, record not None, given, dict values not None, dict where not None, dict only=None):
        self.record = record
        self.where = where
        self.names = frozenset(given)
        self.only = only or {}
        self.filled = values
        unknown = {*given, *values, *where, *self.only} - set(record.__declarations__)
        if unknown:
            raise ValueError(f"{record.__name__} has no field {', '.join(sorted(unknown))}")

    cdef int prepare(self, object record) except -1:
        cdef Plan plan = plan_of(record)
        cdef int i
        cdef Field *f
        cdef Blank *blank
        self.blanks = <Blank *> calloc(plan.slot_count + 1, sizeof(Blank))
        if self.blanks == NULL:
            raise MemoryError()
        for i in range(plan.slot_count):
            f = &plan.fields[plan.slots[i]]
            if f.slot >= plan.room:
                continue
            blank = &self.blanks[self.count]
            blank.slot = f.slot
            blank.given = <object> f.name in self.names
            blank.only = PyDict_GetItem(self.only, <object> f.name)
            blank.default = f.default
            blank.value = PyDict_GetItem(self.filled, <object> f.name)
            if blank.value == NULL:
                blank.value = NONE
            self.count += 1
        if len(self.where) > 4:
            raise ValueError("at most 4 fields decide whether a filling fits")
        for name, family in self.where.items():
            self.where_slots[self.where_count] = plan.selectors[name]
            self.where_families[self.where_count] = family or 0
            self.where_count += 1
        self.plan = plan
        return 0

    def __dealloc__(self):
        free(self.blanks)

    def __call__(self, record not None):
        return self.fill(record)

    cdef object fill(self, object record):
        cdef Plan plan
        cdef PyObject *source = <PyObject *> record
        cdef PyObject *value
        cdef PyObject *made
        cdef Blank *blank
        cdef int i
        if type(record) is not self.record:
            return None
        if self.plan is None:
            self.prepare(record)
        plan = self.plan
        for i in range(self.where_count):
            value = NLX_SLOT(source, self.where_slots[i])
            if value == NONE if self.where_families[i] else value != NONE:
                return None
            if self.where_families[i] and family_of_text(value) != self.where_families[i]:
                return None
        if NLX_SLOT(source, plan.unknown) != <PyObject *> plan.empty:
            return None
        for i in range(self.count):
            blank = &self.blanks[i]
            if not blank.given:
                value = NLX_SLOT(source, blank.slot)
                if value != blank.default and value != NONE and value != blank.only:
                    return None
        # Every slot of the copy is set below, so none of what it begins with is counted.
        made = nlx_new(<PyTypeObject *> plan.narrow.type, plan.narrow.defaults, plan.narrow.count)
        for i in range(self.count):
            blank = &self.blanks[i]
            value = NLX_SLOT(source, blank.slot)
            if value == NONE:
                value = blank.value
            Py_INCREF(<object> value)
            nlx_set(made, blank.slot, value)
        Py_INCREF(plan.empty)
        nlx_set(made, plan.unknown, <PyObject *> plan.empty)
        copy = <object> made
        Py_DECREF(copy)
        return copy


@cython.final
cdef class Maker:
    """Makes the operations of one verb from records: completes the record and encodes it.

    `kind` is the class of operations, `name` and `protocol` what they have in common. `learn(verb, record)` says of
    a class of records (message type, flags, prepare, fillings): the first filling that fits completes a record, where
    none does ``prepare(record, verb)``. It raises for what the verb is not for. ``finish(verb, record)`` says of a class
    what becomes of its operations, ``function(operation, record)``, or None where they stay as they are.
    """

    cdef object kind
    cdef str name
    cdef str verb
    cdef object protocol
    cdef object learn
    cdef object finish
    cdef dict known                      # class -> what `begin` said

    def __init__(self, kind not None, str name not None, str verb not None, protocol, learn not None, finish=None):
        self.kind = kind
        self.name = name
        self.verb = verb
        self.protocol = protocol
        self.learn = learn
        self.finish = finish
        self.known = {}

    def make(self, record):
        """The operation. Raises EncodeError, EncodeTypeError."""
        cdef Filling filling
        cdef PyObject *entry = PyDict_GetItem(self.known, type(record))
        if entry == NULL:
            self.known[type(record)] = self.begin(record)
            entry = PyDict_GetItem(self.known, type(record))
        model, prepare, fillings, finished = <tuple> <object> entry
        if not is_settled(plan_of(record), <PyObject *> record):
            from netlynx.schema.record import fields_of
            record = (<object> nlx_respell)(type(record).__narrow__, fields_of(record))
        prepared = None
        for filling in <tuple> fillings:
            prepared = filling.fill(record)
            if prepared is not None:
                break
        else:
            prepared = prepare(record, self.verb)
        payload = encode_bytes(plan_of(prepared), <PyObject *> prepared)
        operation = copy_of(<PyObject *> model)
        swap(<PyObject *> operation, asking.request, prepared)
        swap(<PyObject *> operation, asking.payload, payload)
        return operation if finished is None else finished(operation, record)

    cdef object begin(self, record):
        """What `learn` says, with an operation of which the others are copies: it lacks what they differ in."""
        message_type, flags, prepare, fillings = self.learn(self.verb, record)
        model = self.kind(self.name, self.protocol, message_type, flags, None, b"")
        if not is_operation(<PyObject *> model):
            raise TypeError(f"{self.kind.__name__} is not the class of operations")
        return model, prepare, fillings, None if self.finish is None else self.finish(self.verb, record)
