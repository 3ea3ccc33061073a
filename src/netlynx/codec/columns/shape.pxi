# The shape of a table: one column a field of the record, and what the columns of nests, lists and sub-messages are
# made of. Made from a plan, once for each table.
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
# | hook | int64 where the record says int; else string: the value, or its JSON |

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


cdef void free_level(Level *s) noexcept nogil:
    if s == NULL:
        return
    free(s.columns)
    free(s.heads)
    free(s.defaults)
    free(s.nowhere)
    free(s.nowhere_defaults)
    free(s.late)
    free(s.absent)
    free(s.paths)
    free(s)


cdef class Shaper:
    """Makes the columns of one table. `addresses` is "text" or "binary"."""

    cdef bint binary
    cdef list paths              # of records and inline nests, as dotted names
    cdef list keep               # what must live as long as columns are filled

    def __init__(self, bint binary):
        self.binary = binary
        self.paths = []
        self.keep = []

    cdef Column *column(self, str name, int store, int width=0) except NULL:
        cdef Column *c = <Column *> calloc(1, sizeof(Column))
        if c == NULL:
            raise MemoryError()
        text = name.encode()
        c.name = <char *> malloc(len(text) + 1)
        if c.name == NULL:
            free(c)
            raise MemoryError()
        memcpy(c.name, <const char *> text, len(text) + 1)
        c.store = store
        c.width = width
        return c

    cdef int adopt(self, Column *c, Column *child) except -1:
        cdef Column **children = <Column **> realloc(c.children, (c.child_count + 1) * sizeof(Column *))
        if children == NULL:
            free_column(child)
            raise MemoryError()
        c.children = children
        children[c.child_count] = child
        c.child_count += 1
        return 0

    cdef Column *record(self, str name, Plan plan, Level *outer, str path, tuple around) except NULL:
        """A struct column for a record or a C struct."""
        cdef Column *c = self.column(name, S_STRUCT)
        try:
            self.levels(c, plan, outer, path, (*around, plan))
        except:
            free_column(c)
            raise
        return c

    cdef int levels(self, Column *c, Plan plan, Level *outer, str path, tuple around) except -1:
        cdef Level *s = <Level *> calloc(1, sizeof(Level))
        cdef Column *child
        cdef Field *f
        cdef int i, number
        if s == NULL:
            raise MemoryError()
        c.level = s
        self.keep.append(plan)
        s.column = c
        s.outer = outer
        s.fixed = plan.attribute is None
        s.fields = plan.fields
        s.scopes = plan.scopes
        s.field_count = plan.field_count
        s.header_size = plan.header_size
        s.start = (plan.header_size + 3) & ~3
        s.size = plan.size
        s.depth = 0 if outer == NULL else outer.depth + 1
        s.columns = <Column **> calloc(plan.field_count + 1, sizeof(Column *))
        s.heads = <int32_t *> calloc(plan.head_count + 1, sizeof(int32_t))
        s.defaults = <uint64_t *> calloc(plan.head_count + 1, sizeof(uint64_t))
        s.late = <int32_t *> calloc(plan.head_count + 1, sizeof(int32_t))
        s.absent = <int32_t *> calloc(plan.field_count + 1, sizeof(int32_t))
        s.paths = <int32_t *> calloc(plan.scope_count + 1, sizeof(int32_t))
        s.nowhere = <int32_t *> calloc(plan.slot_count + 1, sizeof(int32_t))
        s.nowhere_defaults = <uint64_t *> calloc(plan.slot_count + 1, sizeof(uint64_t))
        if not (s.columns and s.heads and s.defaults and s.late and s.absent and s.paths and s.nowhere
                and s.nowhere_defaults):
            raise MemoryError()
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
            c = self.column(name, S_LIST)
            try:
                self.adopt(c, self.field("item", plan, &plan.fields[f.item], owner, below, around))
            except:
                free_column(c)
                raise
        elif f.kind in (K_NEST, K_STRUCT, K_SEQUENCE):
            nested = <Plan> f.plan
            if nested in around:
                c = self.column(name, S_BYTES)
            elif f.kind == K_SEQUENCE:
                c = self.column(name, S_LIST)
                try:
                    self.adopt(c, self.record("item", nested, owner, below, around))
                except:
                    free_column(c)
                    raise
            else:
                c = self.record(name, nested, owner, below, around)
        else:
            c = self.leaf(name, plan, f)
        c.kind = f.kind
        c.options = f.options
        c.limit = f.width
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
        if kind == K_INTEGER:
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
            if says_int(plan, name):
                c = self.column(name, S_INTEGER, 8)
                c.is_signed = True
                return c
            return self.column(name, S_TEXT)
        if kind == K_SELECT:
            return self.column(name, S_STRUCT)
        if self.binary and kind == K_PREFIX:
            c = self.column(name, S_STRUCT)
            try:
                self.adopt(c, self.column("address", S_BYTES, 1))
                self.adopt(c, self.column("length", S_INTEGER, 1))
            except:
                free_column(c)
                raise
            return c
        if self.binary and kind in (K_IP, K_MAC, K_VIA):
            return self.column(name, S_BYTES, 1)     # of one width, if they are
        return self.column(name, S_TEXT)

    cdef int choices(self, Column *c, Plan plan, Field *f, Level *owner, str path, tuple around) except -1:
        """The children of a sub-message: one for each choice, and the bytes of those that are none."""
        cdef Choices *choices = <Choices *> calloc(1, sizeof(Choices))
        cdef Choice *entry
        cdef Column *child
        cdef Level *s = owner
        cdef Plan at = plan
        cdef str name
        if choices == NULL:
            raise MemoryError()
        c.choices = choices
        table = <dict> f.choices
        choices.entries = <Choice *> calloc(len(table) + 1, sizeof(Choice))
        if choices.entries == NULL:
            raise MemoryError()
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
    if f.kind != K_INTEGER or f.default == NONE:
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
