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

    /* Whether instances are a header and slots, nothing else, and may be made and dropped as here. */
    static int nlx_adopt(PyTypeObject *t, Py_ssize_t slots) {
        if (t->tp_flags & Py_TPFLAGS_HAVE_GC || t->tp_itemsize || t->tp_weaklistoffset || t->tp_dictoffset
            || t->tp_free != PyObject_Free
            || t->tp_basicsize != NLX_FIRST_SLOT + slots * (Py_ssize_t)sizeof(PyObject *))
            return 0;
        t->tp_dealloc = nlx_drop;
        return 1;
    }

    static inline PyObject *nlx_new(PyTypeObject *t, PyObject **defaults, Py_ssize_t size) {
        PyObject *o = (PyObject *)PyObject_Malloc(t->tp_basicsize);
        if (o == NULL)
            return PyErr_NoMemory();
        memcpy((char *)o + NLX_FIRST_SLOT, defaults, size);
        return PyObject_Init(o, t);
    }

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
    int nlx_adopt(PyTypeObject *t, Py_ssize_t slots)
    PyObject *nlx_new(PyTypeObject *t, PyObject **defaults, Py_ssize_t size) except NULL
    void nlx_store(PyObject *o, Py_ssize_t offset, PyObject *v, Py_ssize_t *borrowed)


cdef inline PyObject *new_record(Plan plan, Frame *frame) except NULL:
    """An object whose slots are the defaults; its Nones are in `frame.borrowed`."""
    cdef PyObject *record = nlx_new(<PyTypeObject *> plan.record, plan.defaults, plan.body)
    cdef int i
    for i in range(plan.held_count):
        Py_INCREF(<object> plan.held[i])
    frame.borrowed = plan.nones
    frame.record = record
    return record


cdef inline void settle(Frame *frame) noexcept:
    """Count the Nones that are left: the record is an object like any other from here on."""
    nlx_count_none(frame.borrowed)
    frame.borrowed = 0


cdef void abandon(Frame *frame) noexcept:
    """Drop a record that could not be finished."""
    settle(frame)
    Py_DECREF(<object> frame.record)
