# The plan: a record class as C tables, with what making records of that class takes.

# An attribute that changes from row to row: see columns/known.pxi.
cdef struct Varying:
    int32_t at            # where its payload stands, from the record's first byte
    int32_t size
    Field *field

# How records of a class begin: see records/objects.pxi.
cdef struct Shape:
    PyObject *type
    PyObject **defaults   # what the slots hold at first; NULL where the header decides
    Py_ssize_t count      # of slots
    Py_ssize_t nones      # how many of them are None
    PyObject **held       # the others, to be counted for each record
    int held_count

# What encoding must know of a field before it looks at the field itself, most of which are empty.
cdef struct Step:
    int32_t slot          # where in the record object; 0 for an inline nest
    int16_t scope
    int16_t field
    bint silent           # a record without room for it has nothing to send

# What a hook may raise about a payload or value that is not as it should be.
HOOK_ERRORS = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, StructError)

cdef dict plans_ = {}
plans = plans_               # class -> Plan; filled by `netlynx.schema.compile`


cdef class Plan(Outline):
    """How one record class or fixed struct is laid out on the wire. Made by `netlynx.schema.compile`."""

    cdef readonly object record
    cdef int family_position             # where in the header the address family stands, or -1
    cdef int order_count
    cdef Py_ssize_t unknown              # slot of the unknown attributes (records) or tail bytes (structs)
    cdef int32_t *order                  # fields of scope 0 in order of declaration
    cdef Step *steps                     # the same with what encoding looks at first
    cdef object attribute                # the class of an unknown attribute
    cdef object empty
    cdef object blank                    # what `unknown` of a decoded record holds while nothing is
    cdef Shape narrow                    # of a record without rare fields
    cdef Shape wide                      # of one that has some; `nones` and `held` are of the rare fields alone
    cdef bint finishes_itself            # the class has a `__sent__`: see records/untouched.pxi
    cdef Py_ssize_t room                 # where the slots of a narrow record end, if there is more
    cdef int32_t *finishes               # fields that need a last look: lists, and destinations left out
    cdef int finish_count
    cdef bint head_known                 # the memos of all heads are of these bytes
    cdef uint8_t head_bytes[64]
    cdef int head_size                   # 0: never known
    cdef uint32_t head_version
    cdef tuple filtered                  # the last conditions on its records, and the `Filter` made of them
    cdef object text_mold                # what tables are copied from: see columns/shape.pxi
    cdef object binary_mold
    cdef Known *known                    # messages lately decoded: see columns/known.pxi

    def __cinit__(self):
        self.unknown = -1
        self.family_position = -1

    def __init__(self, record, str name, int header_size, int size, int family_position, list fields,
                 list scopes, list heads, list order, list slots, str unknown, attribute):
        """`fields` is a list of dicts, one for each field; see `netlynx.schema.compile.describe`."""
        cdef int i
        self.record = record
        self.family_position = family_position
        self.attribute = attribute
        self.empty = b"" if attribute is None else ()
        self.blank = self.empty if attribute is None else read_mark_
        if unknown is not None:
            self.unknown = nlx_slot_offset(getattr(record, unknown))
        self.lay_out(name, header_size, size, attribute is None, self.unknown >= 0, fields, scopes, heads, slots)
        self.order = <int32_t *> calloc(len(order) + 1, sizeof(int32_t))
        if not self.order:
            raise MemoryError()
        self.order_count = len(order)
        for i in range(len(order)):
            self.order[i] = order[i]
        self.prepare()

    cdef Py_ssize_t place(self, str name) except -1:
        cdef Py_ssize_t slot = nlx_slot_offset(getattr(getattr(self.record, "__wide__", self.record), name))
        if slot < 0:
            raise TypeError(f"{self.name}.{name} is not a slot of a msgspec.Struct")
        return slot

    cdef int prepare(self) except -1:
        """What makes new records cheap: see records/objects.pxi."""
        cdef int i
        cdef Field *f
        cdef object wide = getattr(self.record, "__wide__", self.record)
        self.room = (<PyTypeObject *> self.record).tp_basicsize
        self.shape(&self.narrow, self.record, NLX_FIRST_SLOT)
        self.shape(&self.wide, wide, self.room)
        self.finishes = <int32_t *> calloc(self.slot_count + 1, sizeof(int32_t))
        self.steps = <Step *> calloc(self.order_count + 1, sizeof(Step))
        if not (self.finishes and self.steps):
            raise MemoryError()
        for i in range(self.order_count):
            f = &self.fields[self.order[i]]
            self.steps[i].slot = 0 if f.kind == K_INLINE else <int32_t> f.slot
            self.steps[i].scope = <int16_t> f.scope
            self.steps[i].field = <int16_t> self.order[i]
            self.steps[i].silent = f.default == NONE
        for i in range(self.slot_count):
            f = &self.fields[self.slots[i]]
            if f.options & (O_MULTI | O_DEFAULT):
                self.finishes[self.finish_count] = self.slots[i]
                self.finish_count += 1
        for i in range(self.field_count):
            if self.fields[i].kind == K_SELECT:
                self.mark_selector(&self.fields[i])
        self.head_size = self.size if self.attribute is None else self.header_size
        for i in range(self.head_count):
            f = &self.fields[self.heads[i]]
            if f.slot >= self.room:
                raise TypeError(f"{self.name}.{<object> f.name} is in the header, it cannot be rare")
            if f.options & (O_CONTEXT | O_REST) or f.width > MEMO or f.kind in (K_NEST, K_STRUCT, K_HOOK, K_ARRAY):
                self.head_size = 0
        if self.head_size > <int> sizeof(self.head_bytes):
            self.head_size = 0
        for i in range(self.head_count):
            self.fields[self.heads[i]].loose = self.is_loose(&self.fields[self.heads[i]])
        self.finishes_itself = hasattr(self.record, "__sent__")
        return 0

    cdef bint is_loose(self, Field *head) noexcept:
        """Whether nothing but its own field depends on this member of the header."""
        cdef int i
        cdef Field *f
        if head.kind == K_BITS or head.options & (O_SELECTOR | O_CONTEXT | O_REST):
            return False
        if head.position == 0 and head.kind != K_STRUCT:         # mostly the family, which says what addresses are
            return False
        for i in range(self.head_count):
            f = &self.fields[self.heads[i]]
            if f != head and f.position < head.position + head.width and head.position < f.position + f.width:
                return False
        for i in range(self.field_count):
            f = &self.fields[i]
            if f == head:
                continue
            if f.slot >= 0 and f.slot == head.slot:              # an attribute may say the same, with more room
                return False
            if f.kind == K_PREFIX and head.position <= f.position < head.position + head.width:
                return False
            if f.options & O_FAMILY and head.position <= f.family < head.position + head.width:
                return False
        return True

    cdef int mark_selector(self, Field *f) except -1:
        """Mark the field that says what `f` is; where that is not all that its value depends on, mark `f`."""
        cdef int i
        if <object> f.selector not in self.selectors:
            f.options |= O_CONTEXT
        for i in range(self.field_count):
            if self.fields[i].slot >= 0 and self.fields[i].slot == self.selectors.get(<object> f.selector):
                self.fields[i].options |= O_SELECTOR
        for i in (<dict> <object> f.choices).values():
            if self.fields[i].options & O_CONTEXT:
                f.options |= O_CONTEXT
        return 0

    cdef int shape(self, Shape *shape, cls, Py_ssize_t begin) except -1:
        """How instances of `cls` begin; counts what stands from the slot at `begin` on."""
        cdef Py_ssize_t i, first = (begin - NLX_FIRST_SLOT) // <Py_ssize_t> sizeof(PyObject *)
        cdef Field *f
        shape.type = <PyObject *> cls
        self.keep.append(cls)
        shape.count = nlx_adopt(<PyTypeObject *> cls)
        if shape.count < 0:
            raise TypeError(f"{self.name}: records are msgspec structs of slots alone")
        shape.defaults = <PyObject **> calloc(shape.count + 1, sizeof(PyObject *))
        shape.held = <PyObject **> calloc(shape.count + 1, sizeof(PyObject *))
        if not (shape.defaults and shape.held):
            raise MemoryError()
        for i in range(self.slot_count):
            f = &self.fields[self.slots[i]]
            self.begin(shape, f.slot, f.default)
        if self.unknown >= 0:
            self.begin(shape, self.unknown, <PyObject *> self.blank)
        for i in range(shape.count):
            if shape.defaults[i] == NULL:
                raise TypeError(f"{self.name} has a field that is not declared")
        for i in range(self.head_count):
            self.begin(shape, self.fields[self.heads[i]].slot, NULL)
        for i in range(first, shape.count):
            if shape.defaults[i] == NONE:
                shape.nones += 1
            elif shape.defaults[i] != NULL:
                shape.held[shape.held_count] = shape.defaults[i]
                shape.held_count += 1
        return 0

    cdef int begin(self, Shape *shape, Py_ssize_t slot, PyObject *value) except -1:
        cdef Py_ssize_t at = (slot - NLX_FIRST_SLOT) // <Py_ssize_t> sizeof(PyObject *)
        if at < shape.count:
            shape.defaults[at] = value
        return 0

    def __dealloc__(self):
        cdef int i
        forget_known(self)
        if self.fields:
            for i in range(self.field_count):
                Py_XDECREF(self.fields[i].memo)
                forget_repeats(&self.fields[i])
        free(self.order)
        free(self.steps)
        free(self.finishes)
        free(self.narrow.defaults)
        free(self.narrow.held)
        free(self.wide.defaults)
        free(self.wide.held)

    def filter(self, tuple wanted not None):
        """A `Filter` for its records; for the very same conditions the one that was made last, where their values cannot
        have changed since."""
        if self.filtered is not None and self.filtered[0] is wanted:
            return self.filtered[1]
        made = Filter(self, wanted)
        if all([value is None or isinstance(value, (int, str, bytes, frozenset)) for _, value in wanted]):
            self.filtered = wanted, made
        return made

    def __repr__(self):
        return f"<Plan {self.name}: {self.slot_count} fields>"

    def __reduce__(self):
        raise TypeError("a plan is not pickled: it is compiled from its record class")
