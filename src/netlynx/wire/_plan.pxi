# The plan: a record class as C tables. One `Field` a declared field, one `Scope` a set of attribute numbers
# (the record itself, and one more for each nest whose attributes live in the record's own slots).

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.dict cimport PyDict_GetItem, PyDict_SetItem
from cpython.object cimport PyObject
from cpython.ref cimport Py_DECREF, Py_INCREF, Py_XDECREF, PyTypeObject
from libc.stdint cimport int8_t, int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc, realloc
from libc.string cimport memchr, memcmp, memcpy, memset

from struct import error as StructError

from netlynx.errors import DecodeError, EncodeError, EncodeTypeError

cdef extern from *:
    """
    #include <structmember.h>
    #if PY_VERSION_HEX < 0x030c0000
    #define NLX_MEMBER PyMemberDef
    #else
    #define NLX_MEMBER struct PyMemberDef
    #endif
    static Py_ssize_t nlx_slot_offset(PyObject *d) {
        if (Py_TYPE(d) != &PyMemberDescr_Type) return -1;
        return ((PyMemberDescrObject *)d)->d_member->offset;
    }
    #define NLX_SLOT(o, offset) (*(PyObject **)((char *)(o) + (offset)))
    static PyObject *nlx_new(PyTypeObject *t) { return PyType_GenericAlloc(t, 0); }
    """
    Py_ssize_t nlx_slot_offset(object d)
    PyObject *NLX_SLOT(PyObject *o, Py_ssize_t offset)
    PyObject *nlx_new(PyTypeObject *t) except NULL

cdef extern from *:
    """
    static inline void nlx_store(PyObject *o, Py_ssize_t offset, PyObject *v) {
        PyObject **p = (PyObject **)((char *)o + offset);
        PyObject *old = *p;
        *p = v;
        Py_XDECREF(old);
    }
    """
    void nlx_store(PyObject *o, Py_ssize_t offset, PyObject *v)   # steals v

# The kinds of field. `netlynx.schema.kinds.Code` has the same numbers under the same names.
cdef enum:
    K_INTEGER = 1
    K_FLAG = 2
    K_STRING = 3
    K_BINARY = 4
    K_IP = 5
    K_MAC = 6
    K_PREFIX = 7
    K_STRUCT = 8
    K_NEST = 9
    K_ARRAY = 10
    K_INDEXED = 11
    K_SEQUENCE = 12
    K_SELECT = 13
    K_HOOK = 14
    K_LABELS = 15
    K_VIA = 16
    K_INLINE = 17

# Options of a field; the same numbers as `netlynx.schema.compile` gives.
cdef enum:
    O_BIG = 1            # network byte order
    O_SIGNED = 2
    O_MULTI = 4          # the attribute repeats; the slot holds a tuple
    O_AUTO = 8           # integer of 4 or 8 bytes, the smaller that fits
    O_DEFAULT = 16       # a prefix that is absent means "everything"
    O_MASK = 32          # a value too large for its header byte is masked there
    O_ALWAYS = 64        # JSON shows it even when it is None
    O_BARE = 128         # a nest sent without NLA_F_NESTED
    O_FIXED = 256        # fixed size within a C struct: padded, no terminator needed
    O_CONTEXT = 512      # the value depends on more than its own bytes
    O_HIDDEN = 1024      # padding: JSON does not show it
    O_KEYED = 2048       # the attribute types of an indexed nest are keys, its value a dict

cdef enum:
    MEMO = 40            # longest payload that is compared with the previous row's
    MAX_DEPTH = 40       # nests within nests; the kernel's own validation stops far earlier
    MAX_LABELS = 32      # MPLS labels of one stack; the kernel takes 30
    TEXT = 256           # room for the text of an address, a prefix or MAX_LABELS labels of 7 digits and a slash
    NLA_HDRLEN = 4
    NLA_TYPE_MASK = 0x3fff
    NLA_F_NET_BYTEORDER = 0x4000
    NLA_F_NESTED = 0x8000
    NLMSG_HDRLEN = 16
    INET = 2
    INET6 = 10
    MPLS = 28

cdef struct Field:
    int32_t kind
    int32_t width         # integer: bytes; fixed field: bytes; otherwise the largest payload or 0
    int32_t options
    int32_t type          # attribute number
    int32_t scope         # the scope it stands in
    int32_t position      # offset in the fixed header or struct
    int32_t overflow      # what stands in the header byte for a value over 255
    int32_t first         # first index of an indexed nest
    int32_t item          # field number of the element, or scope number of an inline nest
    Py_ssize_t slot       # where in the record object, or -1
    PyObject *plan        # Plan of a nested record or struct
    PyObject *values      # dict: number -> enum member
    PyObject *labels      # dict: lower-case name -> number
    PyObject *enum        # the enum class
    PyObject *choices     # dict: selector -> field number
    PyObject *selector    # str: name of the selecting field
    PyObject *name
    PyObject *default
    PyObject *decoder
    PyObject *encoder
    PyObject *memo        # value of the previous row ...
    int32_t memo_size     # ... and its bytes
    uint8_t memo_bytes[40]

cdef struct Scope:
    int32_t size
    int16_t *fields       # attribute number -> field number, or -1
    int32_t parent        # field number of the inline nest it belongs to, or -1

cdef PyObject *NONE = <PyObject *> None

# What a hook may raise about a payload or value that is not as it should be.
HOOK_ERRORS = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, StructError)

cdef dict plans_ = {}
plans = plans_               # class -> Plan; filled by `netlynx.schema.compile`


cdef class Plan:
    """How one record class or fixed struct is laid out on the wire. Made by `netlynx.schema.compile`."""

    cdef readonly object record
    cdef readonly str name
    cdef readonly int header_size
    cdef readonly int size               # bytes of the fixed part
    cdef int family_position             # where in the header the address family stands, or -1
    cdef int field_count
    cdef int scope_count
    cdef int head_count
    cdef int order_count
    cdef int slot_count
    cdef int multi_count
    cdef int select_count
    cdef Py_ssize_t unknown              # slot of the unknown attributes (records) or tail bytes (structs)
    cdef Field *fields
    cdef Scope *scopes
    cdef int32_t *heads                  # fields in the header or struct, in order of position
    cdef int32_t *order                  # fields of scope 0 in order of declaration
    cdef int32_t *slots                  # one field number a slot, for defaults and JSON
    cdef object attribute                # the class of an unknown attribute
    cdef list keep                       # owns what the fields point to
    cdef public dict selectors           # field name -> slot offset, for select
    cdef object empty

    def __cinit__(self):
        self.unknown = -1
        self.family_position = -1

    def __init__(self, record, str name, int header_size, int size, int family_position, list fields,
                 list scopes, list heads, list order, list slots, str unknown, attribute):
        """`fields` is a list of dicts, one for each field; see `netlynx.schema.compile.describe`."""
        cdef int i
        cdef Field *f
        self.record = record
        self.name = name
        self.header_size = header_size
        self.size = size
        self.family_position = family_position
        self.attribute = attribute
        self.keep = []
        self.selectors = {}
        self.empty = b"" if attribute is None else ()
        if unknown is not None:
            self.unknown = nlx_slot_offset(getattr(record, unknown))
        self.fields = <Field *> calloc(len(fields) + 1, sizeof(Field))
        self.scopes = <Scope *> calloc(len(scopes) + 1, sizeof(Scope))
        self.heads = <int32_t *> calloc(len(heads) + 1, sizeof(int32_t))
        self.order = <int32_t *> calloc(len(order) + 1, sizeof(int32_t))
        self.slots = <int32_t *> calloc(len(slots) + 1, sizeof(int32_t))
        if not (self.fields and self.scopes and self.heads and self.order and self.slots):
            raise MemoryError()
        self.field_count = len(fields)
        for i in range(len(fields)):
            self.fill(&self.fields[i], fields[i])
        self.scope_count = len(scopes)
        for i in range(len(scopes)):
            self.fill_scope(&self.scopes[i], scopes[i])
        self.head_count = len(heads)
        for i in range(len(heads)):
            self.heads[i] = heads[i]
        self.order_count = len(order)
        for i in range(len(order)):
            self.order[i] = order[i]
        self.slot_count = len(slots)
        for i in range(len(slots)):
            self.slots[i] = slots[i]
        for i in range(self.field_count):
            f = &self.fields[i]
            if f.slot >= 0:
                if f.options & O_MULTI:
                    self.multi_count += 1
                if f.kind == K_SELECT:
                    self.select_count += 1

    cdef PyObject *hold(self, value):
        if value is None:
            return NULL
        self.keep.append(value)
        return <PyObject *> value

    cdef int fill(self, Field *f, dict d) except -1:
        f.kind = d["kind"]
        f.width = d.get("width", 0)
        f.options = d.get("options", 0)
        f.type = d.get("type", 0)
        f.scope = d.get("scope", 0)
        f.position = d.get("position", 0)
        f.overflow = d.get("overflow", 0)
        f.first = d.get("first", 1)
        f.item = d.get("item", -1)
        f.plan = self.hold(d.get("plan"))
        f.values = self.hold(d.get("values"))
        f.labels = self.hold(d.get("labels"))
        f.enum = self.hold(d.get("enum"))
        f.choices = self.hold(d.get("choices"))
        f.selector = self.hold(d.get("selector"))
        f.decoder = self.hold(d.get("decoder"))
        f.encoder = self.hold(d.get("encoder"))
        name = d["name"]
        f.name = self.hold(name)
        f.default = NONE
        default = d.get("default")
        if default is not None:
            f.default = self.hold(default)
        f.slot = -1
        if d.get("slot", False):
            f.slot = nlx_slot_offset(getattr(self.record, name))
            if f.slot < 0:
                raise TypeError(f"{self.name}.{name} is not a slot of a msgspec.Struct")
            self.selectors[name] = f.slot
        if f.plan != NULL and not isinstance(<object> f.plan, Plan):
            raise TypeError(f"{self.name}.{name}: not a plan")
        return 0

    cdef int fill_scope(self, Scope *s, tuple scope) except -1:
        parent, table = scope
        cdef int top = max(table, default=-1) + 1
        cdef int i
        s.parent = parent
        s.size = top
        s.fields = <int16_t *> malloc((top + 1) * sizeof(int16_t))
        if s.fields == NULL:
            raise MemoryError()
        for i in range(top):
            s.fields[i] = -1
        for number, field in table.items():
            s.fields[number] = field
        return 0

    def __dealloc__(self):
        cdef int i
        if self.fields:
            for i in range(self.field_count):
                Py_XDECREF(self.fields[i].memo)
        if self.scopes:
            for i in range(self.scope_count):
                free(self.scopes[i].fields)
        free(self.fields)
        free(self.scopes)
        free(self.heads)
        free(self.order)
        free(self.slots)

    def __repr__(self):
        return f"<Plan {self.name}: {self.slot_count} fields>"

    def __reduce__(self):
        raise TypeError("a plan is not pickled: it is compiled from its record class")
