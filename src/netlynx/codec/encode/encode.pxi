# From record slots to bytes, the mirror of decoding. Attributes go out in order of declaration; a field that
# is None (or False for a flag, or an empty tuple where that stands there unless it is set) is not sent. Every value is
# checked here, with its path.

cdef extern from "Python.h":
    int PyLong_Check(object o)
    object PyNumber_Index(object o)
    PyTypeObject *Py_TYPE(object o)
    int PyType_IsSubtype(PyTypeObject *a, PyTypeObject *b)
    long long PyLong_AsLongLongAndOverflow(object o, int *overflow) except? -1


cdef struct Around:
    # A record that another one is nested in, and what that is nested in.
    PyObject *plan
    PyObject *record
    Around *outer


@cython.final
@cython.freelist(4)
cdef class Writer:
    cdef char *data
    cdef Py_ssize_t size
    cdef Py_ssize_t room
    cdef int family              # address family in the innermost header that has one, or 0
    cdef int depth               # nests that are open
    cdef Around *around          # the records around the one that is written
    cdef char small[512]         # enough for most requests, which then allocate nothing

    def __cinit__(self):
        self.room = sizeof(self.small)
        self.data = self.small

    def __dealloc__(self):
        if self.data != self.small:
            free(self.data)

    cdef int grow(self, Py_ssize_t n) except -1:
        cdef Py_ssize_t room = self.room
        cdef char *bigger
        while self.size + n > room:
            room *= 2
        bigger = <char *> (malloc(room) if self.data == self.small else realloc(self.data, room))
        if bigger == NULL:
            raise MemoryError()
        if self.data == self.small:
            memcpy(bigger, self.small, self.size)
        self.data = bigger
        self.room = room
        return 0

    cdef inline int reserve(self, Py_ssize_t n) except -1:
        if self.size + n > self.room:
            self.grow(n)
        return 0

    cdef inline int put(self, const void *p, Py_ssize_t n) except -1:
        self.reserve(n)
        memcpy(self.data + self.size, p, n)
        self.size += n
        return 0

    cdef inline int zeros(self, Py_ssize_t n) except -1:
        self.reserve(n)
        memset(self.data + self.size, 0, n)
        self.size += n
        return 0

    cdef inline int align(self) except -1:
        return self.zeros(-self.size & 3)

    cdef inline int store(self, Py_ssize_t at, uint64_t v, int width, bint big) noexcept:
        return store_number(self.data + at, v, width, big)


cdef inline int store_number(char *p, uint64_t v, int width, bint big) noexcept nogil:
    cdef int i
    cdef uint32_t four = <uint32_t> v
    cdef uint16_t two = <uint16_t> v
    if not big and width > 1:
        if width == 4:
            memcpy(p, &four, 4)
        elif width == 2:
            memcpy(p, &two, 2)
        else:
            memcpy(p, &v, 8)
        return 0
    for i in range(width):
        p[i] = <char> (v >> (8 * (width - 1 - i)) & 255)
    return 0


cdef inline bint is_record(Plan plan, object value) noexcept:
    """Whether slots can be read from `value`: its type counts, not the `__class__` that it claims (a mock's does)."""
    return PyType_IsSubtype(Py_TYPE(value), <PyTypeObject *> plan.record)


def encode(Plan plan not None, record not None):
    """The bytes of a record: fixed header, then attributes. Raises EncodeError, EncodeTypeError."""
    if not is_record(plan, record):
        raise EncodeTypeError(f"expected {plan.name}, not {type(record).__name__}")
    return encode_bytes(plan, <PyObject *> record)


def encode_record(record not None):
    """The bytes of a record, by the plan of its class. Raises EncodeError, EncodeTypeError."""
    return encode_bytes(plan_of(record), <PyObject *> record)


cdef bytes encode_bytes(Plan plan, PyObject *record):
    cdef Writer w = Writer()
    try:
        encode_any(w, plan, record)
    except EncodeError as error:
        raise error.within(plan.name) from error.__cause__
    return PyBytes_FromStringAndSize(w.data, w.size)


cdef int encode_any(Writer w, Plan plan, PyObject *record) except -1:
    cdef Py_ssize_t start = w.size
    cdef int family = w.family
    w.zeros(plan.size)
    encode_heads(w, plan, record, start)
    if plan.attribute is None:
        tail = <object> NLX_SLOT(record, plan.unknown) if plan.unknown >= 0 else b""
        return put_bytes(w, tail, "tail")
    if plan.family_position >= 0:
        w.family = <uint8_t> w.data[start + plan.family_position]
    if plan.header_size:
        w.align()
    if w.depth > MAX_DEPTH:
        raise EncodeError(f"nested more than {MAX_DEPTH} deep")
    w.depth += 1
    encode_scope(w, plan, 0, record, start)
    w.depth -= 1
    w.family = family
    return 0


cdef int encode_heads(Writer w, Plan plan, PyObject *record, Py_ssize_t start) except -1:
    cdef int i
    cdef bint later = False
    cdef Field *f = NULL
    cdef PyObject *value
    try:
        for i in range(plan.head_count):
            f = &plan.fields[plan.heads[i]]
            value = NLX_SLOT(record, f.slot)
            if value != NONE:
                if f.options & O_FAMILY:         # when the family is there
                    later = True
                else:
                    encode_fixed(w, plan, f, <object> value, start)
        if later:
            for i in range(plan.head_count):
                f = &plan.fields[plan.heads[i]]
                value = NLX_SLOT(record, f.slot)
                if f.options & O_FAMILY and value != NONE:
                    encode_fixed(w, plan, f, <object> value, start)
    except EncodeError as error:
        raise error.within(<str> f.name) from error.__cause__
    return 0


cdef int put_bytes(Writer w, object value, str name) except -1:
    if not isinstance(value, bytes):
        raise EncodeTypeError(f"expected bytes, not {type(value).__name__} {value!r}", name)
    return w.put(PyBytes_AS_STRING(value), PyBytes_GET_SIZE(value))


cdef int encode_scope(Writer w, Plan plan, int scope, PyObject *record, Py_ssize_t start) except -1:
    cdef int i
    cdef Field *f = NULL
    cdef Step *step
    cdef PyObject *value
    cdef Py_ssize_t room = Py_TYPE(<object> record).tp_basicsize
    try:
        for i in range(plan.order_count):
            step = &plan.steps[i]
            if step.scope != scope:
                continue
            if step.slot < room:
                if step.slot and NLX_SLOT(record, step.slot) == NONE:
                    continue
            elif step.silent:
                continue
            f = &plan.fields[step.field]
            if f.kind == K_INLINE:
                encode_inline(w, plan, f, record, start)
                continue
            value = slot_of(record, f.slot, f.default)
            if value != NULL and value != NONE:
                encode_field(w, plan, f, <object> value, record, start)
    except EncodeError as error:
        if f.kind == K_INLINE:                # its fields are the record's own, and have named themselves
            raise
        raise error.within(<str> f.name) from error.__cause__
    if plan.unknown >= 0:
        value = NLX_SLOT(record, plan.unknown)
        if value == <PyObject *> plan.empty or value == <PyObject *> plan.blank:
            return 0
        for i, entry in enumerate(sequence(<object> NLX_SLOT(record, plan.unknown))):
            try:
                encode_unknown(w, plan, scope, entry)
            except EncodeError as error:
                raise error.within(f"unknown[{i}]") from error.__cause__
    return 0


cdef int encode_inline(Writer w, Plan plan, Field *f, PyObject *record, Py_ssize_t start) except -1:
    """A nest whose fields are the record's own; not sent when none of them is there."""
    cdef Py_ssize_t at = w.size
    w.zeros(NLA_HDRLEN)
    encode_scope(w, plan, f.item, record, start)
    if w.size == at + NLA_HDRLEN:
        w.size = at
        return 0
    return close_attribute(w, at, f.type | (0 if f.options & O_BARE else NLA_F_NESTED))


cdef int encode_unknown(Writer w, Plan plan, int scope, object entry) except -1:
    cdef Py_ssize_t at = w.size
    cdef int type
    if not isinstance(entry, plan.attribute):
        raise EncodeTypeError(f"expected an Attribute, not {entry!r}")
    if scope_of(plan, entry.within) != scope:
        return 0
    if not isinstance(entry.type, int) or not 0 <= entry.type <= NLA_TYPE_MASK:
        raise EncodeError(f"{entry.type!r} is not an attribute number (0 to {NLA_TYPE_MASK})", "type")
    type = entry.type
    w.zeros(NLA_HDRLEN)
    put_bytes(w, entry.payload, "payload")
    return close_attribute(w, at, type | (NLA_F_NESTED if entry.nested else 0)
                           | (NLA_F_NET_BYTEORDER if entry.net_byteorder else 0))


cdef int scope_of(Plan plan, within) except -1:
    """The scope of a path of inline nests; the record's own for a path that the record does not know."""
    cdef int scope = 0, field
    for number in sequence(within):
        if not isinstance(number, int) or not 0 <= number < plan.scopes[scope].size:
            return 0
        field = plan.scopes[scope].fields[<int> number]
        if field < 0 or plan.fields[field].kind != K_INLINE:
            return 0
        scope = plan.fields[field].item
    return scope


cdef int close_attribute(Writer w, Py_ssize_t at, int type) except -1:
    cdef Py_ssize_t length = w.size - at
    if length > 65535:
        raise EncodeError(f"{length - NLA_HDRLEN} bytes do not fit into one attribute (65531 at most)")
    w.store(at, length, 2, False)
    w.store(at + 2, type, 2, False)
    w.align()
    return 0


cdef int encode_field(Writer w, Plan plan, Field *f, object value, PyObject *record, Py_ssize_t start) except -1:
    cdef Py_ssize_t at = w.size
    cdef uint64_t v
    cdef Field *chosen
    if f.kind == K_INTEGER and not f.options & O_MULTI and plain_integer(f, value, &v):
        w.zeros(NLA_HDRLEN + ((f.width + 3) & ~3))
        w.store(at, NLA_HDRLEN + f.width, 2, False)
        w.store(at + 2, f.type | f.mark, 2, False)
        return w.store(at + NLA_HDRLEN, v, f.width, f.options & (O_BIG | O_NETWORK))
    if f.options & O_PAIR:
        return put_hook(w, f, value, record)
    if f.options & O_MULTI:
        for i, element in enumerate(sequence(value)):
            at = w.size
            w.zeros(NLA_HDRLEN)
            try:
                encode_value(w, plan, &plan.fields[f.item], element, record, start)
                close_attribute(w, at, f.type | nested(w, plan, &plan.fields[f.item], element, record))
            except EncodeError as error:
                raise error.within(f"[{i}]") from error.__cause__
        return 0
    if f.kind == K_FLAG:
        if value is False:
            return 0
        if value is not True:
            raise EncodeTypeError(f"expected True or False, not {value!r}")
    if f.kind == K_SELECT and value is False:
        chosen = selected(plan, f, value, record, w.around)
        if chosen != NULL and chosen.kind == K_FLAG:
            return 0
    if f.options & O_KEYED:
        if not isinstance(value, dict):
            raise EncodeTypeError(f"expected a dict from number to value, not {type(value).__name__}")
        if not value and f.default != NONE:
            return 0
    elif f.kind in (K_ARRAY, K_INDEXED, K_SEQUENCE) and not sequence(value) and f.default != NONE:
        return 0                 # where None is nothing, an empty one is there, and empty
    at = w.size
    w.zeros(NLA_HDRLEN)
    encode_value(w, plan, f, value, record, start)
    if f.kind == K_PREFIX and w.size == at + NLA_HDRLEN:
        w.size = at              # "everything" is said by a prefix length of 0 alone
        return 0
    if f.options & O_FAMILY and record != NULL:
        check_family_beside(plan, f, record, w.size - at - NLA_HDRLEN, value)
    if f.kind == K_IP and f.ip6 >= 0 and w.size - at == NLA_HDRLEN + 16:
        return close_attribute(w, at, f.ip6 | f.mark)
    close_attribute(w, at, f.type | nested(w, plan, f, value, record))
    return 0


cdef int nested(Writer w, Plan plan, Field *f, object value, PyObject *record) except -1:
    """NLA_F_NESTED for what holds attributes, else 0."""
    if f.kind == K_SELECT:
        f = selected(plan, f, value, record, w.around)
        if f == NULL:
            return 0
    if f.options & (O_BARE | O_NETWORK):
        return f.mark
    return NLA_F_NESTED if f.kind == K_NEST or f.kind == K_INDEXED or f.options & O_NESTED else 0


cdef Plan plan_of(object value):
    """The plan of a record's class."""
    return plan_for(type(value))


cpdef Plan plan_for(object cls):
    """The plan of a class; `netlynx.schema.compile` makes it when it is not there yet."""
    plan = plans_.get(cls)
    if plan is None:
        from netlynx.schema.compile import plan_of as compiled
        plan = compiled(cls)
    return plan
