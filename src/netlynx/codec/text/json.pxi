# JSON of records: keys are field names, enums and flags their labels, bytes hexadecimal text. What a record does not
# have (None, an empty tuple, an absent flag) is left out, unless the field is declared to be always there.

from cpython.mem cimport PyMem_Free
from libc.string cimport strlen


cdef extern from "Python.h":
    int Py_EnterRecursiveCall(const char *where)     # sets an exception when it is not 0
    void Py_LeaveRecursiveCall()
    char *PyOS_double_to_string(double value, char format, int precision, int flags, int *what) except NULL
    int Py_DTSF_ADD_DOT_0


cdef dict LABELS = {}        # (enum class -> {member -> encoded text})


cdef bytes label_of(object value):
    """The JSON text of an enum member: its label, or a list of them for flags."""
    cdef Writer w
    table = LABELS.setdefault(type(value), {})
    text = table.get(value)
    if text is None:
        if len(table) > 4096:
            table.clear()
        w = Writer()
        json_value(w, value.labels if hasattr(value, "labels") else value.label)
        text = PyBytes_FromStringAndSize(w.data, w.size)
        table[value] = text
    return text


cdef bytes to_text(object value):
    import json
    text = json.dumps(value, separators=(",", ":"))
    return text.replace("\x7f", "\\u007f").encode("ascii", "surrogateescape")


cdef int json_string(Writer w, object value) except -1:
    cdef Py_ssize_t n, i
    cdef const char *text
    cdef unsigned char c
    try:
        text = PyUnicode_AsUTF8AndSize(value, &n)
    except UnicodeEncodeError:           # bytes that were not UTF-8: shown as the escapes that they are
        raw = to_text(value)
        return w.put(PyBytes_AS_STRING(raw), PyBytes_GET_SIZE(raw))
    for i in range(n):
        c = text[i]
        if c < 32 or c == 34 or c == 92 or unseen(<const uint8_t *> text + i, n - i):
            raw = to_text(value)
            return w.put(PyBytes_AS_STRING(raw), PyBytes_GET_SIZE(raw))
    w.reserve(n + 2)
    w.put(b'"', 1)
    w.put(text, n)
    w.put(b'"', 1)
    return 0


cdef int json_number(Writer w, object value) except -1:
    cdef char digits[24]
    cdef int overflow = 0, at = 24
    cdef int64_t number = PyLong_AsLongLongAndOverflow(value, &overflow)
    cdef uint64_t left = <uint64_t> number
    if overflow:
        raw = int.__repr__(value).encode()
        return w.put(PyBytes_AS_STRING(raw), PyBytes_GET_SIZE(raw))
    if number < 0:
        left = 0 - left
    while True:
        at -= 1
        digits[at] = <char> (48 + left % 10)
        left //= 10
        if left == 0:
            break
    if number < 0:
        at -= 1
        digits[at] = c"-"
    return w.put(digits + at, 24 - at)


cdef int json_fraction(Writer w, double value) except -1:
    """As Python writes it."""
    cdef char *text = PyOS_double_to_string(value, c"r", 0, Py_DTSF_ADD_DOT_0, NULL)
    try:
        return w.put(text, strlen(text))
    finally:
        PyMem_Free(text)


cdef int json_value(Writer w, object value) except -1:
    kind = type(value)
    if kind is str:
        return json_string(w, value)
    if kind is int:
        return json_number(w, value)
    if value is None:
        return w.put(b"null", 4)
    cdef PyObject *labels = PyDict_GetItem(LABELS, kind)
    if labels != NULL:
        labels = PyDict_GetItem(<object> labels, value)
        if labels == NULL:
            raw = label_of(value)
            labels = <PyObject *> raw
        return w.put(PyBytes_AS_STRING(<object> labels), PyBytes_GET_SIZE(<object> labels))
    if Py_EnterRecursiveCall(" while writing JSON"):
        return -1
    try:
        return json_any(w, value, kind)
    finally:
        Py_LeaveRecursiveCall()


cdef int json_any(Writer w, object value, object kind) except -1:
    cdef bint first = True
    cdef PyObject *plan = PyDict_GetItem(plans_, kind)
    if plan != NULL:
        return json_record(w, <Plan> plan, <PyObject *> value)
    if kind is bool:
        return w.put(b"true", 4) if value else w.put(b"false", 5)
    if kind is tuple or kind is list:
        w.put(b"[", 1)
        for element in value:
            if not first:
                w.put(b",", 1)
            first = False
            json_value(w, element)
        return w.put(b"]", 1)
    if kind is dict:
        w.put(b"{", 1)
        for key, element in value.items():
            if not first:
                w.put(b",", 1)
            first = False
            json_string(w, str(key))
            w.put(b":", 1)
            json_value(w, element)
        return w.put(b"}", 1)
    if kind is bytes:
        return json_string(w, value.hex())
    if isinstance(value, float):
        return json_fraction(w, value)
    if isinstance(value, int) and hasattr(kind, "label"):
        raw = label_of(value)
        return w.put(PyBytes_AS_STRING(raw), PyBytes_GET_SIZE(raw))
    if hasattr(kind, "__declarations__"):
        return json_record(w, plan_of(value), <PyObject *> value)
    if isinstance(value, int):
        return json_number(w, int(value))
    raw = to_text(str(value))
    return w.put(PyBytes_AS_STRING(raw), PyBytes_GET_SIZE(raw))


cdef as_wrapped(Plan plan, Field *f, object value):
    """A field's value, with what messages wrap in it as they do."""
    if f.options & O_MULTI and plan.fields[f.item].options & O_TAGGED:
        return tuple(map(<object> plan.fields[f.item].encoder, value))
    return (<object> f.encoder)(value) if f.options & O_TAGGED and value is not None else value


cdef inline bint left_out(Field *f, PyObject *value) noexcept:
    """Whether the value says that there is nothing; a number that is 0 does not."""
    return value == NONE or value == f.default and (f.kind == K_FLAG or f.options & O_MULTI)


cdef inline int json_key(Writer w, object name) except -1:
    """A field's name, an identifier in ASCII, and what stands behind it."""
    cdef Py_ssize_t n
    cdef const char *text = PyUnicode_AsUTF8AndSize(name, &n)
    w.put(b'"', 1)
    w.put(text, n)
    return w.put(b'":', 2)


cdef int json_record(Writer w, Plan plan, PyObject *record) except -1:
    cdef int i
    cdef Field *f
    cdef PyObject *value
    cdef bint first = True
    w.put(b"{", 1)
    for i in range(plan.slot_count):
        f = &plan.fields[plan.slots[i]]
        value = slot_of(record, f.slot, f.default)
        if f.options & O_HIDDEN or not f.options & O_ALWAYS and left_out(f, value):
            continue
        if not first:
            w.put(b",", 1)
        first = False
        json_key(w, <object> f.name)
        json_value(w, as_wrapped(plan, f, <object> value))
    if plan.unknown >= 0:
        value = NLX_SLOT(record, plan.unknown)
        if <object> value:
            if not first:
                w.put(b",", 1)
            json_string(w, "unknown" if plan.attribute is not None else "tail")
            w.put(b":", 1)
            json_unknown(w, <object> value)
    return w.put(b"}", 1)


cdef int json_unknown(Writer w, object value) except -1:
    if isinstance(value, bytes):
        return json_string(w, value.hex())
    cdef bint first = True
    w.put(b"[", 1)
    for entry in value:
        if not first:
            w.put(b",", 1)
        first = False
        shown = {"type": entry.type, "payload": entry.payload.hex(), "within": list(entry.within)}
        shown.update({flag: True for flag in ("nested", "net_byteorder") if getattr(entry, flag)})
        if entry.problem:
            shown["problem"] = entry.problem
        raw = to_text(shown)
        w.put(PyBytes_AS_STRING(raw), PyBytes_GET_SIZE(raw))
    return w.put(b"]", 1)


def to_json(value):
    """JSON, as UTF-8 text, of a record, or of a list or tuple of them.

    Keys are field names, enums and flags their names, bytes hexadecimal. What a record does not have is left out,
    unless the field is declared to be always there.
    """
    cdef Writer w = Writer()
    json_value(w, value)
    return PyBytes_FromStringAndSize(w.data, w.size)


def to_json_lines(records, bytes between not None):
    """The JSON of each record, with `between` between one and the next: in one piece of UTF-8 text."""
    cdef Writer w = Writer()
    cdef bint first = True
    for record in records:
        if not first:
            w.put(PyBytes_AS_STRING(between), PyBytes_GET_SIZE(between))
        first = False
        json_value(w, record)
    return PyBytes_FromStringAndSize(w.data, w.size)
