# The outline of a record class: where things stand in a message and what JSON calls them, as C tables. One `Field` a
# declared field, one `Scope` a set of attribute numbers (the record itself, and one more for each nest whose attributes
# live in the record's own slots). It takes no record class: see `netlynx.codec.outlines`.

cimport cython
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.dict cimport PyDict_GetItem, PyDict_SetItem
from cpython.exc cimport PyErr_Clear
from cpython.object cimport PyObject
from cpython.ref cimport Py_DECREF, Py_INCREF, Py_XDECREF, PyTypeObject
from libc.stdint cimport int8_t, int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t, uintptr_t
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

    /* Of the sizes that most payloads have, without a call. */
    static inline int nlx_same(const uint8_t *a, const uint8_t *b, Py_ssize_t n) {
        if (n == 4)
            return memcmp(a, b, 4) == 0;
        if (n == 1)
            return *a == *b;
        if (n == 2)
            return memcmp(a, b, 2) == 0;
        if (n == 8)
            return memcmp(a, b, 8) == 0;
        if (n == 16)
            return memcmp(a, b, 16) == 0;
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
    K_BITS = 18

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
    O_ZERO = 16384       # a number that the kernel leaves out where it is 0
    O_WHOLE = 32768      # a prefix that is sent even where it is everything
    O_FAMILY = 65536     # another member says which bytes of an address count
    O_TAGGED = 131072    # a nest whose record wraps another one, which is the value
    O_NETWORK = 262144   # sent in network byte order and with NLA_F_NET_BYTEORDER, which the kernel wants
    O_SPELT = 524288     # a number of a class of its own, in which it says how it is written
    O_REST = 1048576     # an array that takes the rest of a struct
    O_PAIR = 2097152     # a hook that writes whole attributes, given the record as well

cdef enum:
    MEMO = 64            # longest payload that is compared with the previous row's
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
    NLM_F_CAPPED = 0x100
    NLM_F_CREATE = 0x400
    INET = 2
    INET6 = 10
    MPLS = 28

cdef struct Field:
    int32_t kind
    int32_t width         # integer: bytes; fixed field: bytes; otherwise the largest payload or 0
    int32_t options
    int32_t type          # attribute number
    int32_t mark          # what is sent with that number: NLA_F_NET_BYTEORDER, or 0
    int32_t ip6           # another one that the value may stand in (of an address: if it is IPv6's), or -1
    int32_t scope         # the scope it stands in
    int32_t position      # offset in the fixed header or struct
    int32_t overflow      # what stands in the header byte for a value over 255
    int32_t family        # of an address: offset of the member, or number of the attribute, that says its family ...
    int32_t family_width  # ... and that member's bytes; 0: it is an attribute
    int32_t shift         # of a bit field: bits below it,
    int32_t bits          # and its own
    int32_t first         # first index of an indexed nest
    int32_t item          # field number of the element, or scope number of an inline nest
    Py_ssize_t slot       # where in the record object, or -1
    PyObject *plan        # Plan of a nested record or struct
    PyObject *values      # dict: number -> enum member
    PyObject *labels      # dict: lower-case name -> number
    PyObject *enum        # the class of an enum, of spelt numbers, of a quantity
    PyObject *choices     # dict: selector -> field number
    PyObject *selector    # str: name of the selecting field
    PyObject *name
    PyObject *default
    PyObject *decoder
    PyObject *encoder
    PyObject *memo        # value of the previous row ...
    int32_t memo_size     # ... and its bytes
    uint8_t memo_bytes[64]        # MEMO
    uint64_t memo_number  # what those are, of a bare one
    bint bare             # a plain number in host byte order
    bint read_only        # the kernel tells it, and never takes it
    bint holds            # a value may be a record, or have some
    bint loose            # a member of the header on which no other field depends; found when a plan is made
    PyObject *carried     # of a hook: the TakenOver that it has, or NULL
    PyObject *form        # of a pair, which has no payload of its own: what makes the value of what is given; or NULL
    int32_t inner         # bytes of a nested record's fixed header, where a filter looks for it
    Repeats *repeats      # values lately made: see decode/repeats.pxi

cdef struct Scope:
    int32_t size
    int16_t *fields       # attribute number -> field number, or -1
    int32_t parent        # field number of the inline nest it belongs to, or -1

cdef PyObject *NONE = <PyObject *> None


cdef class Outline:
    """How the messages of one record class, or a fixed struct, are laid out. A plan is one that can make records too."""

    cdef readonly str name
    cdef readonly int header_size
    cdef readonly int size               # bytes of the fixed part
    cdef readonly int unit               # of a struct that ends in an array: bytes of an element of that
    cdef readonly bint is_struct
    cdef bint keeps_unknown
    cdef int field_count
    cdef int scope_count
    cdef int head_count
    cdef int slot_count
    cdef Field *fields
    cdef Scope *scopes
    cdef int32_t *heads                  # fields in the header or struct, in order of position
    cdef int32_t *slots                  # one field number a slot, for defaults and JSON
    cdef list keep                       # owns what the fields point to
    cdef public dict selectors           # field name -> slot offset, for select

    def __init__(self, str name, int size, bint is_struct, bint keeps_unknown, list fields, list scopes, list heads,
                 list slots):
        """`fields` is a list of dicts, one for each field; see `netlynx.schema.compile.describe`. Values of enums
        are what JSON shows for them."""
        self.lay_out(name, 0 if is_struct else size, size, is_struct, keeps_unknown, fields, scopes, heads, slots)

    cdef int lay_out(self, str name, int header_size, int size, bint is_struct, bint keeps_unknown, list fields,
                     list scopes, list heads, list slots) except -1:
        cdef int i, beside
        if self.keep is not None:
            raise RuntimeError("an outline is made once")
        self.name = name
        self.header_size = header_size
        self.size = size
        self.is_struct = is_struct
        self.keeps_unknown = keeps_unknown
        self.keep = []
        self.selectors = {}
        self.fields = <Field *> calloc(len(fields) + 1, sizeof(Field))
        self.scopes = <Scope *> calloc(len(scopes) + 1, sizeof(Scope))
        self.heads = <int32_t *> calloc(len(heads) + 1, sizeof(int32_t))
        self.slots = <int32_t *> calloc(len(slots) + 1, sizeof(int32_t))
        if not (self.fields and self.scopes and self.heads and self.slots):
            raise MemoryError()
        self.field_count = len(fields)
        for i in range(len(fields)):
            self.fill(&self.fields[i], fields[i])
        self.scope_count = len(scopes)
        for i in range(len(scopes)):
            self.fill_scope(&self.scopes[i], scopes[i])
        for i in range(self.field_count):
            if self.fields[i].options & O_FAMILY and not self.fields[i].family_width:    # another attribute says it
                beside = self.scopes[self.fields[i].scope].fields[self.fields[i].family]
                self.fields[beside].options |= O_SELECTOR
        self.head_count = len(heads)
        for i in range(len(heads)):
            self.heads[i] = heads[i]
            if self.fields[self.heads[i]].options & O_REST:
                self.unit = self.fields[self.heads[i]].width
        self.slot_count = len(slots)
        for i in range(len(slots)):
            self.slots[i] = slots[i]
        return 0

    cdef Py_ssize_t place(self, str name) except -1:
        """What tells the slot of a field from all others: here a number, in a plan where it is in the record."""
        return self.selectors.get(name, len(self.selectors))

    cdef PyObject *hold(self, value):
        if value is None:
            return NULL
        self.keep.append(value)
        return <PyObject *> value

    cdef int fill(self, Field *f, dict d) except -1:
        f.kind = d["kind"]
        f.width = d.get("width", 0)
        f.options = d.get("options", 0)
        f.mark = NLA_F_NET_BYTEORDER if f.options & O_NETWORK else 0
        f.type = d.get("type", 0)
        f.ip6 = d.get("ip6", -1)
        f.scope = d.get("scope", 0)
        f.position = d.get("position", 0)
        f.overflow = d.get("overflow", 0)
        f.family, f.family_width = d.get("family", (0, 0))
        f.shift, f.bits = d.get("bits", (0, 0))
        f.first = d.get("first", 1)
        f.item = d.get("item", -1)
        f.plan = self.hold(d.get("plan"))
        f.values = self.hold(d.get("values"))
        f.labels = self.hold(d.get("labels"))
        f.enum = self.hold(d.get("enum"))
        f.choices = self.hold(d.get("choices"))
        f.selector = self.hold(d.get("selector"))
        f.bare = f.kind == K_INTEGER and f.values == NULL and not f.options & (O_BIG | O_SIGNED | O_AUTO | O_MULTI)
        f.decoder = self.hold(d.get("decoder"))
        f.encoder = self.hold(d.get("encoder"))
        f.read_only = d.get("read_only", False)
        f.holds = d.get("holds", False)
        f.carried = self.hold(d.get("carried"))
        f.form = self.hold(d.get("form"))
        name = d["name"]
        f.name = self.hold(name)
        f.default = NONE
        default = d.get("default")
        if default is not None:
            f.default = self.hold(default)
        f.slot = -1
        if d.get("slot", False):
            f.slot = self.selectors[name] = self.place(name)
        if f.plan != NULL and type(<object> f.plan) is not type(self):
            raise TypeError(f"{self.name}.{name}: expected {type(self).__name__}, not {type(<object> f.plan).__name__}")
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
        if self.scopes:
            for i in range(self.scope_count):
                free(self.scopes[i].fields)
        free(self.fields)
        free(self.scopes)
        free(self.heads)
        free(self.slots)

    def __repr__(self):
        return f"<Outline {self.name}: {self.slot_count} fields>"

    def __reduce__(self):
        raise TypeError("an outline is not pickled: it is made of `netlynx.codec.outlines`")
