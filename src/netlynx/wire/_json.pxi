# JSON of records: keys are field names, enums and flags their labels, bytes hexadecimal text. What a record does not
# have (None, an empty tuple, an absent flag) is left out, unless the field is declared to be always there.

cdef extern from "Python.h":
    int Py_EnterRecursiveCall(const char *where)     # sets an exception when it is not 0
    void Py_LeaveRecursiveCall()


cdef dict LABELS = {}        # (enum class -> {member -> encoded text})


cdef bytes label_of(object value):
    """The JSON text of an enum member: its label, or a list of them for flags."""
    table = LABELS.setdefault(type(value), {})
    text = table.get(value)
    if text is None:
        if len(table) > 4096:
            table.clear()
        text = to_text(value.labels if hasattr(value, "labels") else value.label)
        table[value] = text
    return text


cdef bytes to_text(object value):
    import json
    return json.dumps(value, separators=(",", ":")).encode("ascii", "surrogateescape")


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
        if c < 32 or c == 34 or c == 92:
            raw = to_text(value)
            return w.put(PyBytes_AS_STRING(raw), PyBytes_GET_SIZE(raw))
    w.reserve(n + 2)
    w.put(b'"', 1)
    w.put(text, n)
    w.put(b'"', 1)
    return 0


cdef int json_value(Writer w, object value) except -1:
    if Py_EnterRecursiveCall(" while writing JSON"):
        return -1
    try:
        return json_any(w, value)
    finally:
        Py_LeaveRecursiveCall()


cdef int json_any(Writer w, object value) except -1:
    cdef char digits[24]
    cdef bint first = True
    kind = type(value)
    if kind is str:
        return json_string(w, value)
    if value is None:
        return w.put(b"null", 4)
    if kind is bool:
        return w.put(b"true", 4) if value else w.put(b"false", 5)
    if kind is int:
        raw = str(value).encode()
        return w.put(PyBytes_AS_STRING(raw), PyBytes_GET_SIZE(raw))
    if kind is tuple:
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
    if isinstance(value, int) and hasattr(kind, "label"):
        raw = label_of(value)
        return w.put(PyBytes_AS_STRING(raw), PyBytes_GET_SIZE(raw))
    if hasattr(kind, "__declarations__"):
        return json_record(w, plan_of(value), <PyObject *> value)
    raw = to_text(str(value))
    return w.put(PyBytes_AS_STRING(raw), PyBytes_GET_SIZE(raw))


cdef inline bint left_out(Field *f, PyObject *value) noexcept:
    """Whether the value says that there is nothing; a number that is 0 does not."""
    return value == NONE or value == f.default and (f.kind == K_FLAG or f.options & O_MULTI)


cdef int json_record(Writer w, Plan plan, PyObject *record) except -1:
    cdef int i
    cdef Field *f
    cdef PyObject *value
    cdef bint first = True
    w.put(b"{", 1)
    for i in range(plan.slot_count):
        f = &plan.fields[plan.slots[i]]
        value = NLX_SLOT(record, f.slot)
        if f.options & O_HIDDEN or not f.options & O_ALWAYS and left_out(f, value):
            continue
        if not first:
            w.put(b",", 1)
        first = False
        json_string(w, <object> f.name)
        w.put(b":", 1)
        json_value(w, <object> value)
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
        raw = to_text({"type": entry.type, "payload": entry.payload.hex(), "within": list(entry.within)})
        w.put(PyBytes_AS_STRING(raw), PyBytes_GET_SIZE(raw))
    return w.put(b"]", 1)


def to_json(value):
    """JSON (UTF-8 bytes) of a record, or of a tuple of them."""
    cdef Writer w = Writer()
    json_value(w, value)
    return PyBytes_FromStringAndSize(w.data, w.size)
