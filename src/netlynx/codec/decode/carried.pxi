# What a hook carries over. Some records say in a few fields what a message says in many, and Python makes them
# (`netlynx.schema.simplified`). Of many in a listing, the most part is the same, and what differs are numbers that the
# record has as the message does: which one it is, how many refer to it, how long it is there. So the record of the
# first is made in Python, and the others are copies of it with their own numbers.
#
# A payload is looked for by its bytes, those of what is carried left out: so it depends on nothing else what a record
# has. What is not quite as it mostly is (a number below 0, a struct of another size, an attribute twice) Python reads.

cdef enum:
    MOST_CARRIED = 6

cdef struct Borne:
    int attribute                # number of the attribute
    int position                 # of a number within its struct; of a whole attribute 0
    int width                    # its bytes, or those of the whole struct
    bint is_signed
    Field *whole                 # how a whole attribute is decoded, or NULL: it is a number
    Py_ssize_t slot              # in the record


@cython.final
cdef class TakenOver:
    """What records of the class `made` have as the messages of `wire` do: {field: path in the message}, of a number in
    a struct, or of a whole struct. A number that is 0 is not carried: it may mean nothing."""

    cdef object made
    cdef object wire
    cdef dict paths
    cdef Plan plan                       # None until the first payload: importing compiles nothing
    cdef Plan message
    cdef Borne places[6]                 # MOST_CARRIED
    cdef int count
    cdef Field seen                      # has what was made of payloads, by their bytes

    def __cinit__(self):
        memset(&self.seen, 0, sizeof(self.seen))

    def __init__(self, made not None, wire not None, dict paths not None):
        if len(paths) > MOST_CARRIED:
            raise ValueError(f"{MOST_CARRIED} fields at most are carried")
        self.made = made
        self.wire = wire
        self.paths = paths

    def __dealloc__(self):
        forget_repeats(&self.seen)

    cdef int prepare(self) except -1:
        cdef Plan plan = plan_for(self.made), message = plan_for(self.wire)
        cdef Borne *place
        cdef Field *f
        cdef int count = 0
        for name, path in self.paths.items():
            place = &self.places[count]
            count += 1
            place.slot = field_named(plan, name).slot
            f = field_named(message, path[0])
            if f.kind != K_STRUCT or f.scope or f.options & O_CONTEXT or place.slot >= plan.room:
                raise TypeError(f"{message.name}.{path[0]} cannot be carried: it is no struct of its own")
            place.attribute = f.type
            place.whole = f if len(path) == 1 else NULL
            place.position = 0
            place.width = (<Plan> f.plan).size
            if len(path) > 1:
                f = field_named(<Plan> f.plan, path[1])
                if f.kind != K_INTEGER or f.values != NULL or f.options & O_BIG:
                    raise TypeError(f"{message.name}.{'.'.join(path)} cannot be carried: it is no plain number")
                place.position = f.position
                place.width = f.width
                place.is_signed = f.options & O_SIGNED
        self.seen.repeats = <Repeats *> calloc(1, sizeof(Repeats))
        if self.seen.repeats == NULL:
            raise MemoryError()
        self.count = count
        self.message = message
        self.plan = plan
        return 0

    cdef bint find(self, const uint8_t *p, Py_ssize_t n, uint8_t *plain, const uint8_t **found) noexcept:
        """Where in a payload what is carried stands; in `plain`, a copy of it, there is nothing of that."""
        cdef Borne *place
        cdef Py_ssize_t at = 0, size
        cdef uint16_t head[2]
        cdef const uint8_t *value
        cdef int i
        for i in range(self.count):
            found[i] = NULL
        while at < n:
            if n - at < NLA_HDRLEN:
                return False
            memcpy(head, p + at, 4)
            if head[0] < NLA_HDRLEN or head[0] > n - at:
                return False
            size = head[0] - NLA_HDRLEN
            for i in range(self.count):
                place = &self.places[i]
                if place.attribute != head[1] & NLA_TYPE_MASK:
                    continue
                value = p + at + NLA_HDRLEN + place.position
                if found[i] != NULL or place.position + place.width > size or place.whole != NULL and place.width != size:
                    return False
                found[i] = value
                if place.whole != NULL:
                    memset(plain + (value - p), 0, place.width)
                elif load(value, place.width, False) == 0:
                    continue             # it stays in the bytes
                elif place.is_signed and load(value, place.width, False) >> (8 * place.width - 1):
                    return False
                else:
                    memset(plain + (value - p), 0xff, place.width)
            at += (head[0] + 3) & ~3
        return True


cdef PyObject *decode_carried(Field *f, const uint8_t *p, Py_ssize_t n) except NULL:
    """What a hook makes of a payload: a copy of the record of one that is the same but for what is carried."""
    cdef TakenOver carried = <TakenOver> f.carried
    cdef uint8_t plain[REPEATED_SIZE]
    cdef const uint8_t *found[MOST_CARRIED]
    cdef Repeat *entry
    cdef PyObject *value
    cdef uint32_t hash
    if n == 0 or n > REPEATED_SIZE:
        return decode_hook(f, p, n)
    if carried.plan is None:
        carried.prepare()
    memcpy(plain, p, n)
    if not carried.find(p, n, plain, found):
        return decode_hook(f, p, n)
    hash = hash_of(plain, n)
    entry = find_repeat(carried.seen.repeats, hash, plain, n, 0)
    if entry != NULL:
        return carry(carried, entry.value, found)
    value = decode_hook(f, p, n)
    if value != UNFIT and <PyObject *> Py_TYPE(<object> value) == <PyObject *> carried.made:
        keep_repeat(carried.seen.repeats, hash, plain, n, 0, value)
    return value


cdef PyObject *carry(TakenOver carried, PyObject *like, const uint8_t **found) except NULL:
    """A copy of a record, with what the payload itself says."""
    cdef Borne *place
    cdef int i
    made = copy_of(like)
    for i in range(carried.count):
        place = &carried.places[i]
        if found[i] != NULL:
            carry_one(<PyObject *> made, place, found[i])
    Py_INCREF(made)
    return <PyObject *> made


cdef int carry_one(PyObject *made, Borne *place, const uint8_t *p) except -1:
    cdef Field *f = place.whole
    cdef PyObject *old
    cdef PyObject *value
    cdef uint64_t number
    if f == NULL:
        number = load(p, place.width, False)
        if number == 0:
            return 0                     # what that means stands in the record already
        value = PyLong_FromUnsignedLongLong(number)
    elif f.memo != NULL and f.memo_size == place.width and nlx_same(f.memo_bytes, p, place.width):
        value = f.memo
        Py_INCREF(<object> value)
    else:
        value = decode_value(f, p, place.width, NULL)
        remember(f, p, place.width, value)
    old = NLX_SLOT(made, place.slot)
    nlx_set(made, place.slot, value)
    Py_DECREF(<object> old)
    return 0
