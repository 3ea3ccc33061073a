# Records without their class's keyword arguments: copies with what was left out filled in, and quicker calls.

cdef class Filling:
    """What a request says where a record says nothing: a copy of the record with `values` in its empty fields.

    Fits records that set no other fields than `given`; the copy of one that it does not fit is None.
    """

    cdef object record
    cdef frozenset names
    cdef dict filled
    cdef Plan plan                       # None until the first call: importing compiles nothing
    cdef list values                     # one a slot: what goes into an empty one, or None
    cdef bytes given                     # one a slot: whether it may be set

    def __init__(self, record not None, given, dict values not None):
        self.record = record
        self.names = frozenset(given)
        self.filled = values
        unknown = {*given, *values} - set(record.__declarations__)
        if unknown:
            raise ValueError(f"{record.__name__} has no field {', '.join(sorted(unknown))}")

    cdef int prepare(self, object record) except -1:
        cdef Plan plan = plan_of(record)
        cdef int i
        names = [<str> plan.fields[plan.slots[i]].name for i in range(plan.slot_count)]
        self.values = [self.filled.get(name) for name in names]
        self.given = bytes([name in self.names for name in names])
        self.plan = plan
        return 0

    def __call__(self, record not None):
        cdef Plan plan
        cdef const char *given
        cdef PyObject *source = <PyObject *> record
        cdef PyObject *value
        cdef PyObject *made
        cdef Field *f
        cdef int i
        if type(record) is not self.record:
            return None
        if self.plan is None:
            self.prepare(record)
        plan = self.plan
        given = PyBytes_AS_STRING(self.given)
        if NLX_SLOT(source, plan.unknown) != <PyObject *> plan.empty:
            return None
        for i in range(plan.slot_count):
            f = &plan.fields[plan.slots[i]]
            value = slot_of(source, f.slot, f.default)
            if not given[i] and value != f.default and value != NONE:
                return None
        # Every slot of the copy is set below, so none of what it begins with is counted.
        made = nlx_new(<PyTypeObject *> plan.narrow.type, plan.narrow.defaults, plan.narrow.count)
        for i in range(plan.slot_count):
            f = &plan.fields[plan.slots[i]]
            if f.slot >= plan.room:
                continue
            value = NLX_SLOT(source, f.slot)
            if value == NONE:
                value = <PyObject *> self.values[i]
            Py_INCREF(<object> value)
            nlx_set(made, f.slot, value)
        Py_INCREF(plan.empty)
        nlx_set(made, plan.unknown, <PyObject *> plan.empty)
        copy = <object> made
        Py_DECREF(copy)
        return copy


cdef extern from *:
    """
    static vectorcallfunc nlx_construct;
    static PyObject *nlx_resort;

    static PyObject *nlx_after_refusal(PyObject *cls, PyObject *const *values, PyObject *names) {
        PyObject *keywords = PyDict_New(), *record = NULL;
        if (keywords == NULL) return NULL;
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names); i++)
            if (PyDict_SetItem(keywords, PyTuple_GET_ITEM(names, i), values[i]) < 0) goto end;
        record = PyObject_CallFunctionObjArgs(nlx_resort, cls, keywords, NULL);
    end:
        Py_DECREF(keywords);
        return record;
    }

    static PyObject *nlx_call_record(PyObject *cls, PyObject *const *args, size_t count, PyObject *names) {
        PyObject *type, *value, *traceback;
        PyObject *record = nlx_construct(cls, args, count, names);
        if (record != NULL || names == NULL || !PyErr_ExceptionMatches(PyExc_TypeError)) return record;
        PyErr_Fetch(&type, &value, &traceback);
        record = nlx_after_refusal(cls, args + PyVectorcall_NARGS(count), names);
        if (record == Py_NotImplemented) {
            Py_DECREF(record);
            PyErr_Restore(type, value, traceback);
            return NULL;
        }
        Py_XDECREF(type);
        Py_XDECREF(value);
        Py_XDECREF(traceback);
        return record;
    }

    static int nlx_when_refused(PyObject *cls, PyObject *resort) {
        PyTypeObject *type = (PyTypeObject *)cls;
        if (nlx_construct == NULL) nlx_construct = type->tp_vectorcall;
        if (nlx_construct == NULL || nlx_construct != type->tp_vectorcall) return 0;
        Py_INCREF(resort);
        Py_XSETREF(nlx_resort, resort);
        type->tp_vectorcall = nlx_call_record;
        Py_TYPE(cls)->tp_flags |= Py_TPFLAGS_HAVE_VECTORCALL;
        return 1;
    }
    """
    bint nlx_when_refused(object cls, object resort)


def when_refused(cls not None, resort not None):
    """When a call of this record class fails with TypeError, call ``resort(cls, keywords)``: it gives the record after
    all, raises a better error, or returns NotImplemented.

    Making a record costs what msgspec takes, without a Python function around it. Raises SystemError where msgspec
    makes records in another way than it does today.
    """
    if not nlx_when_refused(cls, resort):
        raise SystemError(f"{cls.__name__}: this version of msgspec does not make records by vectorcall")
