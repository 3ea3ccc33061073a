# Operations that are made by the thousand and differ in a few numbers, which they have from a record: a packet's
# verdict has its queue and its number. The first is made in Python, the others are copies of it.

cdef struct Carried:
    Py_ssize_t source                    # slot of the record, and of the struct in that slot (0: the slot itself)
    Py_ssize_t source_inner
    PyTypeObject *source_type            # of that struct; the plan that the record's class has keeps it alive
    Py_ssize_t target                    # the same of the request
    Py_ssize_t target_inner
    Field *field                         # how the request writes it, and where in the payload
    Py_ssize_t at

cdef enum:
    CARRIED = 4                          # numbers that one stamp carries over


@cython.final
cdef class Stamp:
    """Makes operations as ``make(record)`` does, quicker: of all records of the class `record`, it makes the same but
    for the fields of the request in `carried`, which are integers of the fixed header or of a struct that is always
    there. They come from the record's fields as said: ``{("header", "id"): ("header", "id")}``.

    Where something is out of the ordinary, `make` has to do.
    """

    cdef object record
    cdef object otherwise
    cdef dict carried
    cdef object model                    # the operation that is copied; None until the first call
    cdef Carried places[4]               # CARRIED
    cdef int count

    def __init__(self, record not None, make not None, dict carried not None):
        if len(carried) > CARRIED:
            raise ValueError(f"a stamp carries {CARRIED} fields at most")
        self.record = record
        self.otherwise = make
        self.carried = carried

    def make(self, record):
        """The operation. Raises as `make`."""
        cdef uint64_t numbers[4]
        cdef PyObject *value
        cdef PyObject *inner
        cdef PyObject *operation
        cdef PyObject *request
        cdef Carried *place
        cdef char *data
        cdef int i
        if type(record) is not self.record:
            return self.otherwise(record)
        if self.model is None:
            return self.begin(record)
        for i in range(self.count):
            place = &self.places[i]
            value = carried_from(<PyObject *> record, place)
            if value == NULL or not plain_integer(place.field, <object> value, &numbers[i]):
                return self.otherwise(record)
        model = <bytes> <object> NLX_SLOT(<PyObject *> self.model, asking.payload)
        payload = PyBytes_FromStringAndSize(PyBytes_AS_STRING(model), PyBytes_GET_SIZE(model))
        data = PyBytes_AS_STRING(payload)
        said = copy_of(NLX_SLOT(<PyObject *> self.model, asking.request))
        request = <PyObject *> said
        for i in range(self.count):
            place = &self.places[i]
            store_number(data + place.at, numbers[i], place.field.width, place.field.options & O_BIG)
            inner = request
            if place.target_inner:
                inner = NLX_SLOT(request, place.target)
                if inner == NLX_SLOT(NLX_SLOT(<PyObject *> self.model, asking.request), place.target):
                    own = copy_of(inner)
                    swap(request, place.target, own)
                    inner = <PyObject *> own
            swap(inner, place.target_inner or place.target, <object> carried_from(<PyObject *> record, place))
        made = copy_of(<PyObject *> self.model)
        operation = <PyObject *> made
        swap(operation, asking.request, said)
        swap(operation, asking.payload, payload)
        return made

    cdef object begin(self, record):
        """Make the first one, and learn from it how the others are made."""
        cdef Carried places[4]
        cdef int count = 0
        operation = self.otherwise(record)
        if not is_operation(<PyObject *> operation):
            raise TypeError(f"a stamp makes operations, not {operation!r}")
        request = <object> NLX_SLOT(<PyObject *> operation, asking.request)
        payload = <bytes> <object> NLX_SLOT(<PyObject *> operation, asking.payload)
        for target, source in self.carried.items():
            if not self.learn(&places[count], record, source, request, payload, target):
                return operation
            count += 1
        if self.model is None:               # else another thread was quicker
            memcpy(self.places, places, sizeof(places))
            self.count = count
            self.model = operation
        return operation

    cdef bint learn(self, Carried *place, record, source, request, bytes payload, target) except -1:
        """Find where a number comes from and goes to; False where this record does not show it."""
        cdef Plan plan = plan_of(request)
        cdef Plan inner
        cdef Field *f = field_named(plan, target[0])
        cdef const uint8_t *p = <const uint8_t *> PyBytes_AS_STRING(payload)
        cdef Py_ssize_t at = (plan.header_size + 3) & ~3, size
        cdef uint16_t length, type
        place.source = field_named(plan_of(record), source[0]).slot
        place.source_inner = 0
        if len(source) > 1:
            said = <object> NLX_SLOT(<PyObject *> record, place.source)
            if said is None:
                return False
            place.source_inner = field_named(plan_of(said), source[1]).slot
            place.source_type = Py_TYPE(said)
        place.target = f.slot
        place.target_inner = 0
        if len(target) == 1:
            place.field = f
            place.at = f.position
            return True
        if f.plan == NULL or f.kind == K_HOOK:
            raise ValueError(f"{plan.name}.{target[0]} is no struct")
        inner = <Plan?> <object> f.plan
        place.field = field_named(inner, target[1])
        place.target_inner = place.field.slot
        size = PyBytes_GET_SIZE(payload)
        while at + NLA_HDRLEN <= size:
            memcpy(&length, p + at, 2)
            memcpy(&type, p + at + 2, 2)
            if length < NLA_HDRLEN or length > size - at:
                return False
            if type & NLA_TYPE_MASK == f.type:
                place.at = at + NLA_HDRLEN + place.field.position
                return place.at + place.field.width <= at + length
            at += (length + 3) & ~3
        return False


cdef inline PyObject *carried_from(PyObject *record, Carried *place) noexcept:
    """What a record has to be carried over, borrowed; NULL where there is no struct of the class that has it."""
    cdef PyObject *value = NLX_SLOT(record, place.source)
    if not place.source_inner:
        return value
    return NLX_SLOT(value, place.source_inner) if Py_TYPE(<object> value) == place.source_type else NULL


cdef Field *field_named(Plan plan, name) except NULL:
    cdef int i
    for i in range(plan.slot_count):
        if <object> plan.fields[plan.slots[i]].name == name:
            return &plan.fields[plan.slots[i]]
    raise ValueError(f"{plan.name} has no field {name}")
