# Whether a record is sent as it is. `netlynx.schema.sending` leaves out of a record what the kernel only tells, and
# refuses some of it; of a record that somebody made there is mostly nothing of that, all the way down.

cdef object clean_ = None                # the records that were looked at last, which many others may share


def untouched(record not None):
    """Whether `settable` gives back this record: nothing in it is only told, and none of it was read.

    Where that takes more than a look, it is False: then `settable` tells.
    """
    return is_untouched(<PyObject *> record, 0)


def given(record not None):
    """The names of a record's fields that say something, in their order: neither None nor what they are unless given."""
    cdef Plan plan = plan_of(record)
    cdef PyObject *value
    cdef Field *f
    cdef int i
    cdef list names = []
    for i in range(plan.slot_count):
        f = &plan.fields[plan.slots[i]]
        value = slot_of(<PyObject *> record, f.slot, f.default)
        if value == NONE or value == f.default and not f.options & O_ZERO:   # which says 0 where a kernel said it
            continue
        if f.default == NONE or f.options & O_ZERO or <object> value != <object> f.default:
            names.append(<object> f.name)
    return names


cdef bint is_untouched(PyObject *record, int depth) except -1:
    cdef Plan plan = plan_of(<object> record)
    cdef PyObject *value
    cdef Field *f
    cdef int i
    if depth > MAX_DEPTH or plan.attribute is None:
        return False
    if type(<object> NLX_SLOT(record, plan.unknown)) is type(plan.blank):    # it was read
        return False
    for i in range(plan.slot_count):
        f = &plan.fields[plan.slots[i]]
        value = slot_of(record, f.slot, f.default)
        if value == NONE or value == f.default:
            continue
        if f.read_only or f.holds and not holds_untouched(value, type(plan.record), depth):
            return False
    if not plan.finishes_itself:
        return True
    try:
        return (<object> record).__sent__() is <object> record
    except EncodeError:
        return False


cdef bint holds_untouched(PyObject *value, records, int depth) except -1:
    """The same of what stands in a field: a record (one whose class is of the class `records`), several, or no record."""
    global clean_
    kind = type(<object> value)
    if type(kind) is records:
        return plan_of(<object> value).attribute is None or is_untouched(value, depth + 1)
    if kind is not tuple or <object> value is clean_:
        return True
    for each in <tuple> <object> value:
        if not holds_untouched(<PyObject *> each, records, depth + 1):
            return False
    clean_ = <object> value
    return True
