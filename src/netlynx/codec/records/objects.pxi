# Record objects: made with all their defaults in one copy, filled slot by slot, taken apart in one pass.
#
# Most slots of most records hold None. Counting each of those references on its own would be a chain of some
# thirty read-modify-writes of one number, for every row made and again for every row dropped; so they are counted
# together: while a record is being filled, `Frame.borrowed` says how many of its Nones are not counted yet.
# Since Python 3.12 None is immortal and nothing is counted.

cdef extern from *:
    """
    #if PY_VERSION_HEX >= 0x030c0000
    #define nlx_count_none(n) ((void)(n))
    #else
    #define nlx_count_none(n) Py_SET_REFCNT(Py_None, Py_REFCNT(Py_None) + (n))
    #endif

    #define NLX_FIRST_SLOT ((Py_ssize_t)sizeof(PyObject))

    /* What msgspec's own does for a struct that the collector does not track. */
    static void nlx_drop(PyObject *o) {
        PyTypeObject *type = Py_TYPE(o);
        PyObject **p = (PyObject **)((char *)o + NLX_FIRST_SLOT);
        PyObject **end = (PyObject **)((char *)o + type->tp_basicsize);
        Py_ssize_t nones = 0;
        for (; p < end; p++) {
            if (*p == Py_None)
                nones++;
            else
                Py_XDECREF(*p);
        }
        nlx_count_none(-nones);
        type->tp_free(o);
        Py_DECREF(type);
    }

    /* The number of slots, if instances are a header and slots, nothing else, and may be made and dropped as here. */
    static Py_ssize_t nlx_adopt(PyTypeObject *t) {
        if (t->tp_flags & Py_TPFLAGS_HAVE_GC || t->tp_itemsize || t->tp_weaklistoffset || t->tp_dictoffset
            || t->tp_free != PyObject_Free)
            return -1;
        t->tp_dealloc = nlx_drop;
        return (t->tp_basicsize - NLX_FIRST_SLOT) / (Py_ssize_t)sizeof(PyObject *);
    }

    static inline PyObject *nlx_new(PyTypeObject *t, PyObject **defaults, Py_ssize_t count) {
        PyObject *o = (PyObject *)PyObject_Malloc(t->tp_basicsize);
        if (o == NULL)
            return PyErr_NoMemory();
        memcpy((char *)o + NLX_FIRST_SLOT, defaults, count * sizeof(PyObject *));
        return PyObject_Init(o, t);
    }

    /* Have the collector leave a tuple alone that holds nothing it looks at, as it would itself when it comes to it:
       there are some for each row of a table. */
    static void nlx_let_go(PyObject *tuple) {
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tuple); i++) {
            PyObject *item = PyTuple_GET_ITEM(tuple, i);
            if (item == NULL || (PyObject_IS_GC(item) && !(PyTuple_CheckExact(item) && !PyObject_GC_IsTracked(item))))
                return;
        }
        if (PyTuple_GET_SIZE(tuple) && PyObject_GC_IsTracked(tuple))
            PyObject_GC_UnTrack(tuple);
    }

    #define nlx_set(o, offset, v) (NLX_SLOT(o, offset) = (v))

    /* Steals v. */
    static inline void nlx_store(PyObject *o, Py_ssize_t offset, PyObject *v, Py_ssize_t *borrowed) {
        PyObject **p = (PyObject **)((char *)o + offset);
        PyObject *old = *p;
        *p = v;
        if (old == Py_None)
            --*borrowed;
        else
            Py_XDECREF(old);
    }
    """
    const Py_ssize_t NLX_FIRST_SLOT
    void nlx_count_none(Py_ssize_t n)
    Py_ssize_t nlx_adopt(PyTypeObject *t)
    PyObject *nlx_new(PyTypeObject *t, PyObject **defaults, Py_ssize_t count) except NULL
    void nlx_let_go(PyObject *tuple)
    void nlx_set(PyObject *o, Py_ssize_t offset, PyObject *v)
    void nlx_store(PyObject *o, Py_ssize_t offset, PyObject *v, Py_ssize_t *borrowed)


cdef inline PyObject *new_record(Plan plan, Frame *frame) except NULL:
    """An object whose slots are the defaults; its Nones are in `frame.borrowed`."""
    cdef PyObject *record = nlx_new(<PyTypeObject *> plan.narrow.type, plan.narrow.defaults, plan.narrow.count)
    cdef int i
    for i in range(plan.narrow.held_count):
        Py_INCREF(<object> plan.narrow.held[i])
    frame.borrowed = plan.narrow.nones
    frame.record = record
    return record


cdef int widen(Plan plan, Frame *frame) except -1:
    """Make room for rare fields: the slots move to an object of the wider class."""
    cdef PyObject *narrow = frame.record
    cdef PyObject *record = nlx_new(<PyTypeObject *> plan.wide.type, plan.wide.defaults, plan.wide.count)
    cdef int i
    memcpy(<char *> record + NLX_FIRST_SLOT, <char *> narrow + NLX_FIRST_SLOT, plan.room - NLX_FIRST_SLOT)
    memset(<char *> narrow + NLX_FIRST_SLOT, 0, plan.room - NLX_FIRST_SLOT)
    Py_DECREF(<object> narrow)
    for i in range(plan.wide.held_count):
        Py_INCREF(<object> plan.wide.held[i])
    frame.borrowed += plan.wide.nones
    frame.record = record
    return 0


cdef inline int put_slot(Plan plan, Frame *frame, Py_ssize_t slot, PyObject *value) except -1:
    """Set a slot of the record that is being filled; steals `value`."""
    if slot >= plan.room and <PyObject *> Py_TYPE(<object> frame.record) != plan.wide.type:
        widen(plan, frame)
    nlx_store(frame.record, slot, value, &frame.borrowed)
    return 0


cdef inline PyObject *slot_of(PyObject *record, Py_ssize_t slot, PyObject *default) noexcept:
    """What a slot holds, borrowed; a record that has no room for rare fields has their defaults."""
    if slot >= Py_TYPE(<object> record).tp_basicsize:
        return default
    return NLX_SLOT(record, slot)


cdef inline void settle(Frame *frame) noexcept:
    """Count the Nones that are left: the record is an object like any other from here on."""
    nlx_count_none(frame.borrowed)
    frame.borrowed = 0


cdef void abandon(Frame *frame) noexcept:
    """Drop a record that could not be finished."""
    settle(frame)
    Py_DECREF(<object> frame.record)


cdef object copy_of(PyObject *o):
    """A shallow copy of an adopted struct."""
    cdef PyTypeObject *type = Py_TYPE(<object> o)
    cdef Py_ssize_t i, count = (type.tp_basicsize - NLX_FIRST_SLOT) // <Py_ssize_t> sizeof(PyObject *)
    cdef PyObject **slots = <PyObject **> (<char *> o + NLX_FIRST_SLOT)
    cdef PyObject *made = nlx_new(type, slots, count)
    for i in range(count):
        Py_INCREF(<object> slots[i])
    copy = <object> made
    Py_DECREF(copy)
    return copy


cdef inline int swap(PyObject *o, Py_ssize_t slot, object value) except -1:
    """Put a value into the slot of an object that nobody else has seen."""
    cdef PyObject *old = NLX_SLOT(o, slot)
    Py_INCREF(value)
    nlx_set(o, slot, <PyObject *> value)
    Py_DECREF(<object> old)
    return 0
