# The shape of a table: one column a field of the record, and what the columns of nests, lists and sub-messages are
# made of. Made from a plan once; each table has a copy, which is one piece of memory (`Mold`).
#
# | kind of field | Arrow type |
# |---|---|
# | integer | an integer of its width and sign (wider where the kernel sent more) |
# | enum, set of flags | dictionary of labels; of a set, joined by commas |
# | boolean, flag | bool; a flag that is not there is False |
# | string | string; bytes that are not UTF-8 stand as `\xff` |
# | binary | binary |
# | ip, mac, via, labels, prefix | string; as bytes: see `Columns` |
# | struct, nest | struct; a nest that has no fields: bool; a record within itself: binary, its attributes |
# | array, indexed, multi, sequence | list; what repeats is empty where it is not there, not null |
# | select | struct of the choices, all but one null, and `raw` for the bytes of one that is not known |
# | hook | int64 where the record says int; else string: the value, or its JSON; None is null |
# | quantity | int64 or double, as its class is |

cdef struct Choice:
    uint64_t number
    const char *text             # NULL: chosen by number
    Py_ssize_t size
    Column *column

cdef struct Choices:
    int count
    Choice *entries
    Column *otherwise            # what is chosen when nothing else is, or NULL
    Column *raw
    Level *owner                 # of the record that has the selecting field; NULL: nothing around it has
    Column *selector

cdef struct Level:               # how a record, or a struct, fills the columns of its fields
    Column *column
    Level *outer                 # of the record around it
    Field *fields
    Scope *scopes
    Column **columns             # by field number; NULL for an inline nest
    int header_size
    int start                    # where attributes begin
    int size                     # of a struct; what is longer has a tail
    int unit                     # of an element of the array that the struct ends in
    int field_count
    int depth
    bint fixed                   # a struct
    int head_count
    int late_count
    int absent_count
    int32_t *heads               # members shown,
    uint64_t *defaults           # and what numbers among them are where a struct is shorter; likewise
    int nowhere_count
    int32_t *nowhere             # members of a header that does not stand there,
    uint64_t *nowhere_defaults   # and their numbers
    int32_t *late                # members that an attribute overrules
    int32_t *absent              # prefixes whose absence means "everything"
    int32_t *paths               # by scope: number of the path, for what is unknown
    const uint8_t *at            # the record that is being read
    Py_ssize_t left
    int waiting_count            # its sub-messages, of which is not known yet what they are
    const uint8_t *waiting[8]    # MAX_WAITING; where their attributes stand,
    int waiting_scopes[8]        # and in which scope


cdef enum:
    MOST_LABELS = 4096           # kept for one kind of table


class NoRoom(Exception):
    """A shape takes more memory than was thought."""


cdef class Shaper:
    """Makes the columns of a table, all in one piece of memory. `binary` are the addresses."""

    cdef bint binary
    cdef list paths              # of records and inline nests, as dotted names
    cdef list keep               # what must live as long as columns are filled
    cdef char *data
    cdef size_t used
    cdef size_t room

    def __init__(self, bint binary, size_t room):
        self.binary = binary
        self.paths = []
        self.keep = []
        self.data = <char *> calloc(1, room)
        if self.data == NULL:
            raise MemoryError()
        self.room = room

    def __dealloc__(self):
        free(self.data)

    cdef void *take(self, size_t size) except NULL:
        """So many bytes of it, which are zero."""
        cdef size_t at = self.used
        if size > self.room - at:
            raise NoRoom()
        self.used += (size + 7) & ~<size_t> 7
        return self.data + at

    cdef Column *column(self, str name, int store, int width=0, int children=0) except NULL:
        """A column with room for so many within it."""
        cdef Column *c = <Column *> self.take(sizeof(Column))
        text = name.encode()
        c.name = <char *> self.take(len(text) + 1)
        memcpy(c.name, <const char *> text, len(text) + 1)
        c.store = store
        c.width = width
        if children:
            c.children = <Column **> self.take(children * sizeof(Column *))
        return c

    cdef int adopt(self, Column *c, Column *child) except -1:
        c.children[c.child_count] = child
        c.child_count += 1
        return 0

    cdef Column *record(self, str name, Plan plan, Level *outer, str path, tuple around) except NULL:
        """A struct column for a record or a C struct. The outermost gets one more child."""
        cdef Column *c = self.column(name, S_STRUCT, 0, plan.slot_count + 1)
        self.levels(c, plan, outer, path, (*around, plan))
        return c

    cdef int levels(self, Column *c, Plan plan, Level *outer, str path, tuple around) except -1:
        cdef Level *s = <Level *> self.take(sizeof(Level))
        cdef Column *child
        cdef Field *f
        cdef int i, number
        c.level = s
        s.column = c
        s.outer = outer
        s.fixed = plan.attribute is None
        s.fields = plan.fields
        s.scopes = plan.scopes
        s.field_count = plan.field_count
        s.header_size = plan.header_size
        s.start = (plan.header_size + 3) & ~3
        s.size = plan.size
        s.unit = plan.unit
        s.depth = 0 if outer == NULL else outer.depth + 1
        s.columns = <Column **> self.take((plan.field_count + 1) * sizeof(Column *))
        s.heads = <int32_t *> self.take((plan.head_count + 1) * sizeof(int32_t))
        s.defaults = <uint64_t *> self.take((plan.head_count + 1) * sizeof(uint64_t))
        s.late = <int32_t *> self.take((plan.head_count + 1) * sizeof(int32_t))
        s.absent = <int32_t *> self.take((plan.field_count + 1) * sizeof(int32_t))
        s.paths = <int32_t *> self.take((plan.scope_count + 1) * sizeof(int32_t))
        s.nowhere = <int32_t *> self.take((plan.slot_count + 1) * sizeof(int32_t))
        s.nowhere_defaults = <uint64_t *> self.take((plan.slot_count + 1) * sizeof(uint64_t))
        for i in range(plan.scope_count):
            s.paths[i] = len(self.paths)
            self.paths.append(scope_path(plan, i, path))
        by_slot = {}
        for i in range(plan.slot_count):
            number = plan.slots[i]
            f = &plan.fields[number]
            if f.options & O_HIDDEN:
                continue
            child = self.field(<str> f.name, plan, f, s, path, around)
            self.adopt(c, child)
            s.columns[number] = child
            by_slot[f.slot] = number
            if not fills(plan, number):
                s.nowhere[s.nowhere_count] = number
                s.nowhere_defaults[s.nowhere_count] = default_number(f)
                s.nowhere_count += 1
        for i in range(plan.head_count):
            number = plan.heads[i]
            f = &plan.fields[number]
            if f.slot not in by_slot:
                continue
            if by_slot[f.slot] != number:
                s.columns[number] = s.columns[<int> by_slot[f.slot]]
                s.late[s.late_count] = number
                s.late_count += 1
            else:
                s.heads[s.head_count] = number
                s.defaults[s.head_count] = default_number(f)
                s.head_count += 1
        for i in range(plan.field_count):
            f = &plan.fields[i]
            if s.columns[i] != NULL:
                if f.kind == K_PREFIX and f.options & O_DEFAULT:
                    s.absent[s.absent_count] = i
                    s.absent_count += 1
                if f.kind == K_SELECT:
                    self.choices(s.columns[i], plan, f, s, path, around)
        if c.child_count == 0:
            c.store = S_BOOLEAN
        return 0

    cdef Column *field(self, str name, Plan plan, Field *f, Level *owner, str path, tuple around) except NULL:
        """The column of one field, or of the elements of one."""
        cdef Column *c
        cdef Plan nested
        cdef str below = f"{path}.{name}" if path else name
        if f.options & O_MULTI or f.kind in (K_ARRAY, K_INDEXED):
            c = self.column(name, S_LIST, 0, 1)
            self.adopt(c, self.field("item", plan, &plan.fields[f.item], owner, below, around))
        elif f.kind in (K_NEST, K_STRUCT, K_SEQUENCE):
            nested = <Plan> f.plan
            if nested in around:
                c = self.column(name, S_BYTES)
            elif f.kind == K_SEQUENCE:
                c = self.column(name, S_LIST, 0, 1)
                self.adopt(c, self.record("item", nested, owner, below, around))
            else:
                c = self.record(name, nested, owner, below, around)
        else:
            c = self.leaf(name, plan, f)
        c.kind = f.kind
        c.options = f.options
        c.limit = 0 if f.options & O_FAMILY else f.width
        c.position = f.position
        c.plain = (f.kind == K_INTEGER and c.store == S_INTEGER and c.width == 4
                   and not f.options & (O_BIG | O_MULTI | O_SIGNED))
        c.field = f
        c.owner = owner
        c.filled = (c.store == S_LIST and <object> f.default == () or f.kind == K_FLAG and not f.options & O_MULTI
                    or f.options & O_ZERO)
        return c

    cdef Column *leaf(self, str name, Plan plan, Field *f) except NULL:
        cdef Column *c
        cdef int kind = f.kind
        if kind == K_INTEGER or kind == K_BITS:
            if f.values == NULL:
                c = self.column(name, S_INTEGER, f.width)
            elif (<dict> f.values).get(0) is False:
                c = self.column(name, S_BOOLEAN)
            else:
                c = self.column(name, S_DICTIONARY, 1)
            c.is_signed = f.options & O_SIGNED and c.store == S_INTEGER
            return c
        if kind == K_FLAG:
            return self.column(name, S_BOOLEAN)
        if kind == K_BINARY:
            return self.column(name, S_BYTES)
        if kind == K_HOOK:
            if f.enum != NULL or says_int(plan, name):
                c = self.column(name, S_INTEGER, 8)
                c.is_float = f.enum != NULL and issubclass(<object> f.enum, float)
                c.is_signed = not c.is_float
                return c
            return self.column(name, S_TEXT)
        if kind == K_SELECT:
            return self.column(name, S_STRUCT, 0, len(<dict> f.choices) + 1)
        if self.binary and kind == K_PREFIX:
            c = self.column(name, S_STRUCT, 0, 2)
            self.adopt(c, self.column("address", S_BYTES, 1))
            self.adopt(c, self.column("length", S_INTEGER, 1))
            return c
        if self.binary and kind in (K_IP, K_MAC, K_VIA):
            return self.column(name, S_BYTES, 1)     # of one width, if they are
        return self.column(name, S_TEXT)

    cdef int choices(self, Column *c, Plan plan, Field *f, Level *owner, str path, tuple around) except -1:
        """The children of a sub-message: one for each choice, and the bytes of those that are none."""
        cdef Choices *choices = <Choices *> self.take(sizeof(Choices))
        cdef Choice *entry
        cdef Column *child
        cdef Level *s = owner
        cdef Plan at = plan
        cdef str name
        c.choices = choices
        table = <dict> f.choices
        choices.entries = <Choice *> self.take((len(table) + 1) * sizeof(Choice))
        plans_around = list(around)
        while s != NULL:
            at = plans_around.pop()
            if <object> f.selector in at.selectors:
                choices.owner = s
                choices.selector = column_of(s, <object> at.selectors[<object> f.selector])
                break
            s = s.outer
        names = set()
        for key, number in table.items():
            name = "other" if key is None else str(key)
            names.add(name)
            child = self.field(name, plan, &plan.fields[<int> number], owner, f"{path}.{<str> f.name}" if path else <str> f.name, around)
            child.filled = child.filled and child.kind != K_FLAG    # one that was not chosen is not off
            self.adopt(c, child)
            if key is None:
                choices.otherwise = child
                continue
            entry = &choices.entries[choices.count]
            choices.count += 1
            entry.column = child
            if isinstance(key, str):
                text = key.encode()
                self.keep.append(text)
                entry.text = text
                entry.size = len(text)
            else:
                entry.number = <uint64_t> <int64_t> int(key)
        choices.raw = self.column("raw_bytes" if "raw" in names else "raw", S_BYTES)
        self.adopt(c, choices.raw)
        return 0


cdef uint64_t default_number(Field *f) except? 0:
    if f.kind != K_INTEGER and f.kind != K_BITS or f.default == NONE:
        return 0
    return <uint64_t> (int(<object> f.default) & 0xFFFFFFFFFFFFFFFF)


cdef bint fills(Plan plan, int number) noexcept:
    """Whether anything in a message may fill this field."""
    cdef int i
    cdef Field *f = &plan.fields[number]
    for i in range(plan.head_count):
        if plan.fields[plan.heads[i]].slot == f.slot:
            return True
    for i in range(plan.order_count):
        if plan.order[i] == number:
            return True
    return False


cdef Column *column_of(Level *s, Py_ssize_t slot) noexcept:
    cdef int i
    for i in range(s.field_count):
        if s.columns[i] != NULL and s.fields[i].slot == slot:
            return s.columns[i]
    return NULL


cdef str scope_path(Plan plan, int scope, str path):
    """Where an attribute of this scope stands: the names of the nests, the numbers of those that have no field."""
    numbers = []
    while plan.scopes[scope].parent >= 0:
        numbers.insert(0, str(plan.fields[plan.scopes[scope].parent].type))
        scope = plan.fields[plan.scopes[scope].parent].scope
    return ".".join([path] * bool(path) + numbers)


cdef bint says_int(Plan plan, str name) except -1:
    """Whether a field is declared as a number or nothing."""
    for cls in getattr(plan.record, "__wide__", plan.record).__mro__:
        said = cls.__dict__.get("__annotations__", {}).get(name)
        if said is not None:
            return said is int or said in ("int", "int | None")
    return False


# ------------------------------------------------------------------------------------------------ copies

cdef class Mold:
    """What the columns of a plan's tables are copied from: the shape in one piece of memory, whose pointers are moved."""

    cdef Shaper shaper
    cdef dict labels             # (address of the field, number) -> label in UTF-8, of numbers met so far

    def __init__(self, Plan plan, bint binary):
        cdef Column *root
        cdef Column *unknown
        cdef size_t room = 1 << 16       # what most take
        cdef char *exact
        self.labels = {}
        while True:
            self.shaper = Shaper(binary, room)
            try:
                root = self.shaper.record("", plan, NULL, "", ())
                root.store = S_STRUCT
                unknown = self.shaper.column("unknown", S_LIST, 0, 1)
                self.shaper.adopt(root, unknown)
                self.shaper.adopt(unknown, self.shaper.column("item", S_STRUCT, 0, 4))
                self.shaper.adopt(unknown.children[0], self.shaper.column("within", S_DICTIONARY, 1))
                self.shaper.adopt(unknown.children[0], self.shaper.column("type", S_INTEGER, 2))
                self.shaper.adopt(unknown.children[0], self.shaper.column("payload", S_BYTES))
                self.shaper.adopt(unknown.children[0], self.shaper.column("problem", S_TEXT))
                break
            except NoRoom:
                room *= 16
        exact = <char *> self.cast()
        free(self.shaper.data)
        self.shaper.data = exact

    cdef bytes label(self, Field *f, uint64_t number):
        """What a dictionary column has for a number of an enum or of flags."""
        key = (<uintptr_t> f, number)
        raw = self.labels.get(key)
        if raw is None:
            raw = label_for(f, number).encode("utf-8", "backslashreplace")
            if len(self.labels) < MOST_LABELS:
                self.labels[key] = raw
        return raw

    cdef Column *cast(self) except NULL:
        """The outermost column of a copy, with which the copy begins; the last within it is `unknown`."""
        cdef char *copy = <char *> malloc(self.shaper.used)
        if copy == NULL:
            raise MemoryError()
        memcpy(copy, self.shaper.data, self.shaper.used)
        move_column(<Column *> copy, copy - self.shaper.data)
        return <Column *> copy


cdef inline void *moved(const void *p, Py_ssize_t by) noexcept nogil:
    return NULL if p == NULL else <char *> p + by


cdef void move_column(Column *c, Py_ssize_t by) noexcept nogil:
    """Have what a copied column points to be what was copied with it."""
    cdef int i
    c.name = <char *> moved(c.name, by)
    c.children = <Column **> moved(c.children, by)
    c.owner = <Level *> moved(c.owner, by)
    c.level = <Level *> moved(c.level, by)
    c.choices = <Choices *> moved(c.choices, by)
    if c.level != NULL:
        move_level(c.level, by)
    if c.choices != NULL:
        move_choices(c.choices, by)
    for i in range(c.child_count):
        c.children[i] = <Column *> moved(c.children[i], by)
        move_column(c.children[i], by)


cdef void move_level(Level *s, Py_ssize_t by) noexcept nogil:
    cdef int i
    s.column = <Column *> moved(s.column, by)
    s.outer = <Level *> moved(s.outer, by)
    s.columns = <Column **> moved(s.columns, by)
    s.heads = <int32_t *> moved(s.heads, by)
    s.defaults = <uint64_t *> moved(s.defaults, by)
    s.nowhere = <int32_t *> moved(s.nowhere, by)
    s.nowhere_defaults = <uint64_t *> moved(s.nowhere_defaults, by)
    s.late = <int32_t *> moved(s.late, by)
    s.absent = <int32_t *> moved(s.absent, by)
    s.paths = <int32_t *> moved(s.paths, by)
    for i in range(s.field_count):
        s.columns[i] = <Column *> moved(s.columns[i], by)


cdef void move_choices(Choices *choices, Py_ssize_t by) noexcept nogil:
    cdef int i
    choices.entries = <Choice *> moved(choices.entries, by)
    choices.otherwise = <Column *> moved(choices.otherwise, by)
    choices.raw = <Column *> moved(choices.raw, by)
    choices.owner = <Level *> moved(choices.owner, by)
    choices.selector = <Column *> moved(choices.selector, by)
    for i in range(choices.count):
        choices.entries[i].column = <Column *> moved(choices.entries[i].column, by)
