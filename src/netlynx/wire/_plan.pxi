# The plan: a record class as C tables. One `Field` a declared field, one `Scope` a set of attribute numbers
# (the record itself, and one more for each nest whose attributes live in the record's own slots).

cimport cython
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.dict cimport PyDict_GetItem, PyDict_SetItem
from cpython.exc cimport PyErr_Clear
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

    static inline int nlx_same(const uint8_t *a, const uint8_t *b, Py_ssize_t n) {
        if (n == 4) {
            uint32_t x, y;
            memcpy(&x, a, 4);
            memcpy(&y, b, 4);
            return x == y;
        }
        if (n == 1)
            return *a == *b;
        return memcmp(a, b, n) == 0;
    }
    """
    Py_ssize_t nlx_slot_offset(object d)
    PyObject *NLX_SLOT(PyObject *o, Py_ssize_t offset)
    bint nlx_same(const uint8_t *a, const uint8_t *b, Py_ssize_t n) noexcept nogil

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
    O_SELECTOR = 4096    # what another field is depends on this one; found when a plan is made
    O_NESTED = 8192      # a hook's payload holds attributes

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
    NLMSG_ERROR = 2
    NLM_F_REQUEST = 1
    NLM_F_MULTI = 2
    NLM_F_ACK = 4
    NLM_F_CREATE = 0x400
    INET = 2
    INET6 = 10
    MPLS = 28

cdef struct Field:
    int32_t kind
    int32_t width         # integer: bytes; fixed field: bytes; otherwise the largest payload or 0
    int32_t options
    int32_t type          # attribute number
    int32_t ip6           # the one that an IPv6 address stands in, or -1: the same
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
    Repeats *repeats      # values lately made: see _repeats.pxi

cdef struct Scope:
    int32_t size
    int16_t *fields       # attribute number -> field number, or -1
    int32_t parent        # field number of the inline nest it belongs to, or -1

# An attribute that changes from row to row: see _known.pxi.
cdef struct Varying:
    int32_t at            # where its payload stands, from the record's first byte
    int32_t size
    Field *field

# How records of a class begin: see _objects.pxi.
cdef struct Shape:
    PyObject *type
    PyObject **defaults   # what the slots hold at first; NULL where the header decides
    Py_ssize_t count      # of slots
    Py_ssize_t nones      # how many of them are None
    PyObject **held       # the others, to be counted for each record
    int held_count

# What encoding must know of a field before it looks at the field itself, most of which are empty.
cdef struct Step:
    int32_t slot          # where in the record object; 0 for an inline nest
    int16_t scope
    int16_t field
    bint silent           # a record without room for it has nothing to send

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
    cdef Py_ssize_t unknown              # slot of the unknown attributes (records) or tail bytes (structs)
    cdef Field *fields
    cdef Scope *scopes
    cdef int32_t *heads                  # fields in the header or struct, in order of position
    cdef int32_t *order                  # fields of scope 0 in order of declaration
    cdef Step *steps                     # the same with what encoding looks at first
    cdef int32_t *slots                  # one field number a slot, for defaults and JSON
    cdef object attribute                # the class of an unknown attribute
    cdef list keep                       # owns what the fields point to
    cdef public dict selectors           # field name -> slot offset, for select
    cdef object empty
    cdef Shape narrow                    # of a record without rare fields
    cdef Shape wide                      # of one that has some; `nones` and `held` are of the rare fields alone
    cdef Py_ssize_t room                 # where the slots of a narrow record end, if there is more
    cdef int32_t *finishes               # fields that need a last look: lists, and destinations left out
    cdef int finish_count
    cdef bint head_known                 # the memos of all heads are of these bytes
    cdef uint8_t head_bytes[64]
    cdef int head_size                   # 0: never known
    cdef uint32_t head_version
    cdef Known *known                    # messages lately decoded: see _known.pxi

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
        self.prepare()

    cdef int prepare(self) except -1:
        """What makes new records cheap: see _objects.pxi."""
        cdef int i
        cdef Field *f
        cdef object wide = getattr(self.record, "__wide__", self.record)
        self.room = (<PyTypeObject *> self.record).tp_basicsize
        self.shape(&self.narrow, self.record, NLX_FIRST_SLOT)
        self.shape(&self.wide, wide, self.room)
        self.finishes = <int32_t *> calloc(self.slot_count + 1, sizeof(int32_t))
        self.steps = <Step *> calloc(self.order_count + 1, sizeof(Step))
        if not (self.finishes and self.steps):
            raise MemoryError()
        for i in range(self.order_count):
            f = &self.fields[self.order[i]]
            self.steps[i].slot = 0 if f.kind == K_INLINE else <int32_t> f.slot
            self.steps[i].scope = <int16_t> f.scope
            self.steps[i].field = <int16_t> self.order[i]
            self.steps[i].silent = f.default == NONE
        for i in range(self.slot_count):
            f = &self.fields[self.slots[i]]
            if f.options & (O_MULTI | O_DEFAULT):
                self.finishes[self.finish_count] = self.slots[i]
                self.finish_count += 1
        for i in range(self.field_count):
            if self.fields[i].kind == K_SELECT:
                self.mark_selector(&self.fields[i])
        self.head_size = self.size if self.attribute is None else self.header_size
        for i in range(self.head_count):
            f = &self.fields[self.heads[i]]
            if f.slot >= self.room:
                raise TypeError(f"{self.name}.{<object> f.name} is in the header, it cannot be rare")
            if f.options & O_CONTEXT or f.width > MEMO or f.kind in (K_NEST, K_STRUCT, K_HOOK, K_ARRAY):
                self.head_size = 0
        if self.head_size > <int> sizeof(self.head_bytes):
            self.head_size = 0
        return 0

    cdef int mark_selector(self, Field *f) except -1:
        """Mark the field that says what `f` is; where that is not all that its value depends on, mark `f`."""
        cdef int i
        if <object> f.selector not in self.selectors:
            f.options |= O_CONTEXT
        for i in range(self.field_count):
            if self.fields[i].slot >= 0 and self.fields[i].slot == self.selectors.get(<object> f.selector):
                self.fields[i].options |= O_SELECTOR
        for i in (<dict> <object> f.choices).values():
            if self.fields[i].options & O_CONTEXT:
                f.options |= O_CONTEXT
        return 0

    cdef int shape(self, Shape *shape, cls, Py_ssize_t begin) except -1:
        """How instances of `cls` begin; counts what stands from the slot at `begin` on."""
        cdef Py_ssize_t i, first = (begin - NLX_FIRST_SLOT) // <Py_ssize_t> sizeof(PyObject *)
        cdef Field *f
        shape.type = <PyObject *> cls
        self.keep.append(cls)
        shape.count = nlx_adopt(<PyTypeObject *> cls)
        if shape.count < 0:
            raise TypeError(f"{self.name}: records are msgspec structs of slots alone")
        shape.defaults = <PyObject **> calloc(shape.count + 1, sizeof(PyObject *))
        shape.held = <PyObject **> calloc(shape.count + 1, sizeof(PyObject *))
        if not (shape.defaults and shape.held):
            raise MemoryError()
        for i in range(self.slot_count):
            f = &self.fields[self.slots[i]]
            self.begin(shape, f.slot, f.default)
        if self.unknown >= 0:
            self.begin(shape, self.unknown, <PyObject *> self.empty)
        for i in range(shape.count):
            if shape.defaults[i] == NULL:
                raise TypeError(f"{self.name} has a field that is not declared")
        for i in range(self.head_count):
            self.begin(shape, self.fields[self.heads[i]].slot, NULL)
        for i in range(first, shape.count):
            if shape.defaults[i] == NONE:
                shape.nones += 1
            elif shape.defaults[i] != NULL:
                shape.held[shape.held_count] = shape.defaults[i]
                shape.held_count += 1
        return 0

    cdef int begin(self, Shape *shape, Py_ssize_t slot, PyObject *value) except -1:
        cdef Py_ssize_t at = (slot - NLX_FIRST_SLOT) // <Py_ssize_t> sizeof(PyObject *)
        if at < shape.count:
            shape.defaults[at] = value
        return 0

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
        f.ip6 = d.get("ip6", -1)
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
            f.slot = nlx_slot_offset(getattr(getattr(self.record, "__wide__", self.record), name))
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
        forget_known(self)
        if self.fields:
            for i in range(self.field_count):
                Py_XDECREF(self.fields[i].memo)
                forget_repeats(&self.fields[i])
        if self.scopes:
            for i in range(self.scope_count):
                free(self.scopes[i].fields)
        free(self.fields)
        free(self.scopes)
        free(self.heads)
        free(self.order)
        free(self.steps)
        free(self.slots)
        free(self.finishes)
        free(self.narrow.defaults)
        free(self.narrow.held)
        free(self.wide.defaults)
        free(self.wide.held)

    def __repr__(self):
        return f"<Plan {self.name}: {self.slot_count} fields>"

    def __reduce__(self):
        raise TypeError("a plan is not pickled: it is compiled from its record class")
