# Calls of record classes: msgspec makes the record, and every value in it has its one canonical form afterwards.
#
# A value that means what another spelling means (a name for an enum's member, an `ipaddress` object for text, a dict
# for a nested record) is looked at by its type alone; what is not plainly canonical goes to Python
# (`netlynx.schema.settle`), which puts the canonical values in its place.

cdef extern from *:
    """
    static vectorcallfunc nlx_construct;
    static PyObject *nlx_resort;                 /* (cls, keywords): the record of a call that failed */
    static PyObject *nlx_respell;                /* (cls, keywords): the record of a call with odd values */
    static int (*nlx_settled)(PyObject *cls, PyObject **values, PyObject *names);   /* Cython knows no const here */

    static PyObject *nlx_keywords(PyObject *cls, PyObject *const *values, PyObject *names, PyObject *function) {
        PyObject *keywords = PyDict_New(), *record = NULL;
        if (keywords == NULL) return NULL;
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names); i++)
            if (PyDict_SetItem(keywords, PyTuple_GET_ITEM(names, i), values[i]) < 0) goto end;
        record = PyObject_CallFunctionObjArgs(function, cls, keywords, NULL);
    end:
        Py_DECREF(keywords);
        return record;
    }

    static PyObject *nlx_call_record(PyObject *cls, PyObject *const *args, size_t count, PyObject *names) {
        PyObject *type, *value, *traceback;
        PyObject *record = nlx_construct(cls, args, count, names);
        PyObject *const *values = args + PyVectorcall_NARGS(count);
        if (record != NULL) {
            int settled = names == NULL ? 1 : nlx_settled(cls, (PyObject **) values, names);
            if (settled == 1) return record;
            Py_DECREF(record);
            return settled < 0 ? NULL : nlx_keywords(cls, values, names, nlx_respell);
        }
        if (names == NULL || !PyErr_ExceptionMatches(PyExc_TypeError)) return NULL;
        PyErr_Fetch(&type, &value, &traceback);
        record = nlx_keywords(cls, values, names, nlx_resort);
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

    /* The record with these values as they are. */
    static PyObject *nlx_make_record(PyObject *cls, PyObject *keywords) {
        Py_ssize_t i = 0, at = 0, count = PyDict_GET_SIZE(keywords);
        PyObject *key, *value, *record = NULL, *names = PyTuple_New(count);
        PyObject **values = PyMem_New(PyObject *, count + 1);
        if (names == NULL || values == NULL) { PyErr_NoMemory(); goto end; }
        while (PyDict_Next(keywords, &at, &key, &value)) {
            Py_INCREF(key);
            PyTuple_SET_ITEM(names, i, key);
            values[i++] = value;
        }
        record = nlx_construct(cls, values, 0, names);
    end:
        PyMem_Free(values);
        Py_XDECREF(names);
        return record;
    }

    static int nlx_adopt_calls(PyObject *cls) {
        PyTypeObject *type = (PyTypeObject *)cls;
        if (nlx_construct == NULL) nlx_construct = type->tp_vectorcall;
        if (nlx_construct == NULL || nlx_construct != type->tp_vectorcall) return 0;
        type->tp_vectorcall = nlx_call_record;
        Py_TYPE(cls)->tp_flags |= Py_TPFLAGS_HAVE_VECTORCALL;
        return 1;
    }
    """
    PyObject *nlx_resort
    PyObject *nlx_respell
    int (*nlx_settled)(PyObject *cls, PyObject **values, PyObject *names) except -1
    object nlx_make_record(object cls, object keywords)
    int nlx_adopt_calls(object cls)


# What a canonical value of a field looks like; the same numbers as in `netlynx.schema.settle`.
cdef enum:
    L_ANY = 0                  # whatever it is
    L_TYPE = 1                 # an instance of that very type
    L_RECORD = 2               # a record or layout
    L_SELECTED = 3             # a record or layout, or bytes
    L_ADDRESS = 4              # text as the codec prints it
    L_PREFIX = 5               # such text with a prefix length behind it
    L_MAC = 6                  # digits in lower case
    L_NOTHING = 7              # an empty tuple; what is in another one is looked at in Python
    L_RECORDS = 8              # a tuple of records of that very type


@cython.final
cdef class Look:
    """What a canonical value of one field looks like; `nothing` says that None is one."""

    cdef int code
    cdef bint nothing
    cdef object type

    def __init__(self, int code, bint nothing, type=None):
        self.code = code
        self.nothing = nothing
        self.type = type


cdef dict looks_ = {}            # class -> {field: Look}, or None where every call is looked at in Python
cdef object look_up_ = None      # makes what is missing in `looks_`
cdef object read_mark_ = ()      # what `unknown` of a record that was decoded holds


cdef bint plain_text(PyObject *value, int code) noexcept:
    """Whether an address or prefix is written as the codec would print it."""
    cdef Py_ssize_t n, i, end
    cdef const char *letters
    cdef uint8_t raw[16]
    cdef char printed[64]
    if type(<object> value) is not str or not PyUnicode_IS_ASCII(<object> value):
        return False
    letters = PyUnicode_AsUTF8AndSize(<object> value, &n)
    if code == L_MAC:
        for i in range(n):
            if not (c"0" <= letters[i] <= c"9" or c"a" <= letters[i] <= c"f" or letters[i] == c":"):
                return False
        return True
    end = n
    for i in range(n):
        if letters[i] == c"/":
            end = i
            break
    if code == L_PREFIX and (not 2 <= n - end <= 4 or prefix_length(letters + end + 1, n - end - 1, 128) < 0
                             or (letters[end + 1] == c"0" and n - end > 2)):
        return False
    if code == L_ADDRESS and (end < n or memchr(letters, c"-", n) != NULL):
        return False                     # a class may take a length behind it, or a range
    if memchr(letters, c":", end) == NULL:
        return True
    return parse_ip(letters, end, raw) == 16 and put_ipv6(printed, raw) == end and memcmp(printed, letters, end) == 0


cdef bint looks(Look look, PyObject *value, bint made) noexcept:
    """Whether a value looks canonical; of a record that was `made` before, what is in its tuples does."""
    if value == NONE:
        return look.nothing
    if look.code == L_TYPE:
        return <PyObject *> Py_TYPE(<object> value) == <PyObject *> look.type
    if look.code == L_ANY:
        return True
    if look.code == L_RECORD or look.code == L_SELECTED:
        kind = type(<object> value)
        return type(kind) is look.type or (look.code == L_SELECTED and kind is bytes)
    if look.code == L_NOTHING:
        return type(<object> value) is tuple and (made or len(<tuple> <object> value) == 0)
    if look.code == L_RECORDS:
        if type(<object> value) is not tuple:
            return False
        for each in <tuple> <object> value:
            if not made and type(each) is not look.type:
                return False
        return True
    return plain_text(value, look.code)


cdef PyObject *looks_of(PyObject *cls) except NULL:
    cdef PyObject *table = PyDict_GetItem(looks_, <object> cls)
    if table == NULL:
        looks_[<object> cls] = look_up_(<object> cls)
        table = PyDict_GetItem(looks_, <object> cls)
    return table


cdef int all_settled(PyObject *cls, PyObject **values, PyObject *names) except -1:
    """1 if every value is canonical, 0 if one may not be."""
    cdef PyObject *table = looks_of(cls)
    cdef PyObject *look
    cdef Py_ssize_t i
    if table == NONE:
        return 0
    for i in range(len(<tuple> <object> names)):
        look = PyDict_GetItem(<object> table, (<tuple> <object> names)[i])
        if look != NULL and not looks(<Look> look, values[i], False):
            return 0
    return is_sure(table, values, <tuple> <object> names)


cdef bint is_sure(PyObject *table, PyObject **values, tuple names) except -1:
    """Whether a class that has a say in its values (`__settle__`) has none in these: see `__sure__` in
    `netlynx.schema.settle`."""
    cdef PyObject *sure = PyDict_GetItem(<object> table, None)
    cdef Py_ssize_t i, count = 0
    if sure == NULL:
        return True
    given, missing = <tuple> <object> sure
    for i in range(len(names)):
        if names[i] in missing:
            return False
        if names[i] in given and values[i] != NONE:
            count += 1
    return count == len(given)


def record_calls(resort not None, respell not None, look_up not None, read_mark not None):
    """What calls of record classes that `adopt_calls` is given fall back on.

    ``resort(cls, keywords)`` gives the record of a call that failed with TypeError, raises a better error, or returns
    NotImplemented. ``respell(cls, keywords)`` gives the record of a call with values that may be spelled in another way
    than the canonical one, which a class's ``look_up(cls)`` tells: `Look`s by field, or None for "never sure".
    `read_mark` is what `unknown` of a decoded record holds when it is empty.
    """
    global nlx_resort, nlx_respell, nlx_settled, look_up_, read_mark_
    Py_INCREF(resort)
    Py_INCREF(respell)
    nlx_resort = <PyObject *> resort
    nlx_respell = <PyObject *> respell
    nlx_settled = all_settled
    look_up_ = look_up
    read_mark_ = read_mark


def adopt_calls(cls not None):
    """Have calls of this record class settle their values (`record_calls`).

    Making a record costs what msgspec takes, without a Python function around it. Raises SystemError where msgspec
    makes records in another way than it does today.
    """
    if not nlx_adopt_calls(cls):
        raise SystemError(f"{cls.__name__}: this version of msgspec does not make records by vectorcall")


def make_record(cls not None, dict keywords not None):
    """The record of a class with these values as they are, whatever they are."""
    return nlx_make_record(cls, keywords)


cdef bint is_settled(Plan plan, PyObject *record) except -1:
    """Whether all values of a record are canonical: `msgspec.structs.replace` asks nobody.

    Raises EncodeTypeError for a nested record of another class, before anyone looks for its fields.
    """
    cdef PyObject *table = looks_of(<PyObject *> Py_TYPE(<object> record))
    cdef PyObject *look
    cdef PyObject *value
    cdef Field *f
    cdef int i
    if table == NONE or PyDict_GetItem(<object> table, None) != NULL:
        return True
    for i in range(plan.slot_count):
        f = &plan.fields[plan.slots[i]]
        value = slot_of(record, f.slot, f.default)
        if value == f.default or value == NONE:
            continue
        look = PyDict_GetItem(<object> table, <object> f.name)
        if look != NULL and not looks(<Look> look, value, True):
            return False
        if f.kind in (K_NEST, K_STRUCT) and not f.options & (O_MULTI | O_TAGGED) and not is_record(<Plan> f.plan, <object> value):
            wanted = (<Plan> f.plan).name
            given = type(<object> value).__name__
            raise EncodeTypeError(f"expected {wanted}, not {given}", f"{plan.name}.{<object> f.name}")
    return True
