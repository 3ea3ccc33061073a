# Numbers of a class of its own, in which it says how it is written (`netlynx.schema.spelling`): handles of traffic
# control, SPIs. The places of handles are few, handles many: those made lately are shared by the rows that have them.

cdef extern from *:
    """
    /* An instance of a class that is an int and nothing more, as calling the class with the number makes it; a new
       reference. It holds nothing that the collector looks for, and there is one for each row of a table: so it is left
       alone by it. */
    static PyObject *nlx_spelt(PyTypeObject *type, uint64_t number, int is_signed) {
        int negative = is_signed && (int64_t)number < 0;
        PyObject *made = NULL;
    #if PY_VERSION_HEX < 0x030c0000
        if (!negative && type->tp_new == PyLong_Type.tp_new && type->tp_init == PyBaseObject_Type.tp_init) {
            Py_ssize_t count = 0;
            for (uint64_t rest = number; rest; rest >>= PyLong_SHIFT)
                count++;
            made = type->tp_alloc(type, count);
            if (made == NULL)
                return NULL;
            Py_SET_SIZE((PyVarObject *)made, count);
            for (Py_ssize_t i = 0; i < count; i++, number >>= PyLong_SHIFT)
                ((PyLongObject *)made)->ob_digit[i] = (digit)(number & PyLong_MASK);
        }
    #endif
        if (made == NULL) {
            PyObject *plain = negative ? PyLong_FromLongLong((int64_t)number) : PyLong_FromUnsignedLongLong(number);
            if (plain == NULL)
                return NULL;
            made = PyObject_CallFunctionObjArgs((PyObject *)type, plain, NULL);
            Py_DECREF(plain);
        }
        if (made != NULL && Py_TYPE(made) == type && type->tp_basicsize == PyLong_Type.tp_basicsize
            && !type->tp_dictoffset && PyObject_GC_IsTracked(made))
            PyObject_GC_UnTrack(made);
        return made;
    }
    """
    PyObject *nlx_spelt(PyTypeObject *type, uint64_t number, bint is_signed) except NULL

cdef struct Spelled:
    PyObject *type               # held by `made`
    uint64_t number
    bint is_signed               # below 0 is what else is as large as it gets
    PyObject *made

cdef Spelled spelled_[512]       # found by their numbers
memset(spelled_, 0, sizeof(spelled_))


cdef PyObject *spelt_number(Field *f, uint64_t number) except NULL:
    """The number in the class of a field; of a signed one, the bits of 64."""
    cdef bint is_signed = f.options & O_SIGNED != 0
    cdef Spelled *place = &spelled_[number * 0x9E3779B97F4A7C15u >> 55]
    cdef PyObject *made
    cdef PyObject *old
    if place.type == f.enum and place.number == number and place.is_signed == is_signed and place.made != NULL:
        Py_INCREF(<object> place.made)
        return place.made
    made = nlx_spelt(<PyTypeObject *> f.enum, number, is_signed)
    old = place.made
    place.type = f.enum
    place.number = number
    place.is_signed = is_signed
    place.made = made
    Py_INCREF(<object> made)
    Py_XDECREF(old)
    return made
