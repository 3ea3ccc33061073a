# Filters: which messages are wanted, settled on their bytes before any object is made.
#
# A condition on a field is compiled to what the field's payload must be: numbers by value (a kernel may send them
# wider than declared), text and addresses by their bytes. What bytes cannot tell (hooks, sub-messages, arrays, what
# repeats) is settled on the decoded record; the answer is the same, only slower.
#
# For a sink: `filter.passes(p, n, memory)` is to be called without the GIL for the payload of each message (behind its
# nlmsghdr), with 1 for wanted, 0 for not wanted, and -1 with an exception set. It takes the GIL itself where it has
# to decode. A sink that makes a record of the message anyway calls `sift` and, where that says UNSETTLED, `accepts`.
# `Dump.filter()` gives the filter of an operation, or None when it has no conditions.

cdef inline bint told_by_bytes(const Field *f) noexcept:
    """Whether values of the field are equal exactly when their payloads are, or can be compared as numbers."""
    return not f.options & O_MULTI and f.kind in (K_INTEGER, K_FLAG, K_STRING, K_BINARY, K_IP, K_MAC, K_PREFIX,
                                                  K_LABELS, K_VIA, K_BITS)


cdef class Filter:
    """Conditions that a record must meet, all of them: `wanted` has pairs of a field's name and what it must be.

    Raises TypeError for a field that the record does not have, EncodeError for a value that it cannot have. What may
    stand for a value is said at `netlynx.Dump.where`.
    """
    cdef readonly Plan plan
    cdef Sieve sieve
    cdef list conditions             # for each test: slot offset, default, list of (how, value)
    cdef list keep                   # owns what the sieve points to
    cdef object wrap                 # makes records of the plan of what stands for them in a tagged field, or None

    def __init__(self, Plan plan not None, tuple wanted not None, *, bint outermost=True):
        self.plan = plan
        self.conditions = []
        self.keep = []
        self.sieve.header_size = plan.header_size
        self.sieve.is_struct = plan.attribute is None
        if len(wanted) > MAX_TESTS:
            raise ValueError(f"{len(wanted)} conditions on {plan.name}: {MAX_TESTS} are the most")
        for name, value in wanted:
            try:
                self.add(name, value)
            except EncodeError as error:
                error.within(name)
                raise (error.within(plan.name) if outermost else error) from error.__cause__
        self.find_ways()
        note_heads(&self.sieve)

    def __dealloc__(self):
        cdef int i
        for i in range(self.sieve.count):
            free(self.sieve.tests[i].wanted)
        free(self.sieve.ways)

    cdef int passes(self, const uint8_t *p, Py_ssize_t n, Memory *memory) except -1 nogil:
        """Whether the message with this payload is wanted. Takes the GIL only where bytes do not tell."""
        cdef int verdict = glance(&self.sieve, p, n, memory)
        if verdict != UNSETTLED:
            return verdict
        with gil:
            return self.passes_decoded(p, n)

    cdef int passes_decoded(self, const uint8_t *p, Py_ssize_t n) except -1:
        cdef PyObject *record = decode_record(self.plan, p, n, NULL)
        try:
            return self.accepts(record)
        finally:
            Py_DECREF(<object> record)

    cdef bint accepts(self, PyObject *record) except -1:
        """Whether a decoded record is wanted."""
        for offset, default, alternatives in self.conditions:
            if offset is None:           # of the whole record: `default` says whether none of them may accept it
                if default == any([(<Filter> each).accepts(record) for each in alternatives]):
                    return False
                continue
            if not any_of(<object> slot_of(record, <Py_ssize_t> offset, <PyObject *> default), default, <list> alternatives):
                return False
        return True

    def matches(self, record not None):
        """Whether a record meets the conditions."""
        if not is_record(self.plan, record):
            raise TypeError(f"expected {self.plan.name}, not {type(record).__name__}")
        return self.accepts(<PyObject *> record)

    # -- compiling -------------------------------------------------------------------------------------------------

    cdef int add(self, str name, value) except -1:
        cdef Plan plan = self.plan
        cdef Test *t = &self.sieve.tests[self.sieve.count]
        cdef Field *f
        cdef int i
        memset(t, 0, sizeof(Test))
        if not name:
            return self.add_whole(t, value)
        offset = plan.selectors.get(name)
        if offset is None:
            from netlynx.schema.record import unknown_field
            raise unknown_field(plan.name, name, tuple(plan.selectors))
        for i in range(plan.order_count):
            f = &plan.fields[plan.order[i]]
            if f.kind != K_INLINE and f.slot == <Py_ssize_t> offset:
                t.attribute = f
                self.sieve.attributes = 1
                self.sieve.beside |= f.options & O_FAMILY
        for i in range(plan.head_count):
            if plan.fields[plan.heads[i]].slot == <Py_ssize_t> offset:
                t.head = &plan.fields[plan.heads[i]]
        f = t.attribute if t.attribute != NULL else t.head
        if f != NULL:
            is_plain_nest(f)             # for `fits`
        if f == NULL:                    # a header's, of a record that stands without one here: always its default
            f = nowhere(plan, <Py_ssize_t> offset)
        choices = list(value) if isinstance(value, (set, frozenset)) else [value]
        if f.options & O_DEFAULT and "default" in choices:
            choices.remove("default")
            choices += ["0.0.0.0/0", "::/0"]
        t.count = <int32_t> len(choices)
        t.wanted = <Wanted *> calloc(len(choices) + 1, sizeof(Wanted))
        if t.wanted == NULL:
            raise MemoryError()
        self.sieve.count += 1            # from here on, freed with the filter
        t.bytewise = len(choices) <= MAX_WANTED
        if t.attribute != NULL and t.head != NULL:
            t.bytewise = t.bytewise and told_by_bytes(t.attribute) and told_by_bytes(t.head)
        alternatives = [self.compile(t, f, &t.wanted[i], choice) for i, choice in enumerate(choices)]
        default = <object> f.default
        if len(alternatives) > MAX_WANTED:
            alternatives = together(alternatives)
        self.conditions.append((offset, default, alternatives))
        t.if_absent = any_of(default, default, alternatives)
        if f.options & O_DEFAULT:
            t.if_inet = any_of("0.0.0.0/0", default, alternatives)
            t.if_inet6 = any_of("::/0", default, alternatives)
        return 0

    cdef int add_whole(self, Test *t, value) except -1:
        """Of several lists of conditions any, or none: an `AnyOf` of `netlynx.schema.either`."""
        cdef Filter inner
        filters = [Filter(self.plan, each, outermost=False) for each in value.alternatives]
        t.wanted = <Wanted *> calloc(len(filters) + 1, sizeof(Wanted))
        if t.wanted == NULL:
            raise MemoryError()
        for inner in filters:
            t.wanted[t.count].how = W_FIELDS
            t.wanted[t.count].inner = &inner.sieve
            t.count += 1
        t.whole = True
        t.negated = value.negated
        self.keep.append(filters)
        self.sieve.count += 1
        self.conditions.append((None, bool(value.negated), filters))
        return 0

    cdef compile(self, Test *t, Field *f, Wanted *w, value):
        """One alternative: how it is settled on bytes is put into `w`; returns (how, value) for decoded records."""
        cdef Field *item
        w.how = W_EQUAL
        if value is None:
            w.how = W_ABSENT
            if not told_by_bytes(f) and not is_plain_nest(f):
                t.bytewise = 0
            return W_ABSENT, f.kind == K_FLAG or <object> f.default == ()    # so they say that there is nothing
        item = f
        if f.options & O_MULTI or f.kind in (K_ARRAY, K_INDEXED) and not f.options & O_KEYED:
            item = &self.plan.fields[f.item]
        if isinstance(value, dict) and not item.options & O_KEYED and (item.kind != K_HOOK or item.plan != NULL):
            return self.compile_fields(t, f, w, value)
        if isinstance(value, range):
            return self.compile_range(t, f, w, value)
        if hasattr(value, "mask") and hasattr(value, "masked"):
            return self.compile_masked(t, f, w, value)
        if is_subnet(item, value):
            return self.compile_subnet(t, f, item, w, value)
        if item.kind == K_BINARY and isinstance(value, (int,) if item != f else (int, list, tuple)):
            return self.compile_bits(t, f, item, w, value)
        if not told_by_bytes(f):
            t.bytewise = 0
            return W_EQUAL, self.canonical_elements(f, value)
        if f.kind == K_FLAG:
            if value is not True and value is not False:
                raise EncodeTypeError(f"expected True or False, not {value!r}")
            w.how = W_NUMBER
            w.low = w.high = 1 if value else 0
            return W_EQUAL, (value,)
        if f.kind == K_INTEGER or f.kind == K_BITS:
            return self.compile_number(f, w, value)
        if f.kind == K_PREFIX:
            return self.compile_prefix(t, f, w, value)
        raw = encoded(self.plan, f, value)
        if f.kind == K_STRING:
            raw = raw.partition(b"\0")[0]
        elif t.attribute == NULL and not f.options & (O_FAMILY | O_REST):
            raw = raw.ljust(f.width, b"\0")
        self.keep.append(raw)
        w.how = W_BYTES
        w.bytes = <const uint8_t *> PyBytes_AS_STRING(raw)
        w.size = PyBytes_GET_SIZE(raw)
        return W_EQUAL, (decoded(self.plan, f, raw), value)      # a struct that is shorter has its default

    cdef compile_subnet(self, Test *t, Field *f, Field *item, Wanted *w, value):
        cdef uint8_t raw[16]
        cdef int n
        text = str(value)
        address, _, length = text.partition("/")
        if item != f:
            t.bytewise = 0
        encoded(self.plan, item, address)                # raises for what cannot stand here
        n = parse_address(address, raw)
        if not length.isdecimal() or not length.isascii() or int(length) > 8 * n:
            raise EncodeError(f"{text!r}: a prefix of {'an IPv4' if n == 4 else 'an IPv6'} address has 0 to {8 * n} bits")
        given = PyBytes_FromStringAndSize(<const char *> raw, n)
        start = (int.from_bytes(given, "big") >> (8 * n - int(length)) << (8 * n - int(length))).to_bytes(n, "big")
        if start != given:
            whole = address_of(<const uint8_t *> PyBytes_AS_STRING(start), n)
            raise EncodeError(f"{text!r} is neither an address nor a subnet: say {address!r} or '{whole}/{int(length)}'")
        self.keep.append(start)
        w.how = W_SUBNET
        w.bytes = <const uint8_t *> PyBytes_AS_STRING(start)
        w.size = n
        w.prefix = int(length)
        return W_SUBNET, (start, int(length))

    cdef compile_bits(self, Test *t, Field *f, Field *item, Wanted *w, value):
        bits, width = 0, 0 if item.options & O_REST else item.width
        if item != f:
            t.bytewise = 0
        for bit in value if isinstance(value, (list, tuple)) else (value,):
            if isinstance(bit, bool) or not isinstance(bit, int):
                raise EncodeTypeError(f"expected bytes, or the numbers of bits, not {value!r}")
            if bit < 0 or bit >= 8 * (width or 0xffff):
                raise EncodeError(f"there is no bit {bit}" + (f" of {8 * width}" if width else ""))
            bits |= 1 << bit
        mask = bits.to_bytes((bits.bit_length() + 7) // 8, "little")
        self.keep.append(mask)
        w.how = W_BITS
        w.bytes = <const uint8_t *> PyBytes_AS_STRING(mask)
        w.size = PyBytes_GET_SIZE(mask)
        return W_BITS, mask

    cdef compile_number(self, Field *f, Wanted *w, value):
        cdef Writer scratch = Writer()
        cdef int width = 8 if f.options & O_AUTO else f.width
        scratch.zeros(width)
        if f.kind == K_BITS:
            put_bits(scratch, 0, f, value)
        else:
            put_integer(scratch, 0, f, value, width)     # raises for what is out of range
        number = int(number_of(f, value))
        flags = f.enum != NULL and not f.options & O_SPELT
        w.how = W_FLAGS if flags else W_NUMBER
        w.low = w.high = <uint64_t> (number & 0xFFFFFFFFFFFFFFFF)
        return (W_FLAGS, number) if flags else (W_EQUAL, (number,))

    cdef compile_range(self, Test *t, Field *f, Wanted *w, value):
        if f.kind not in (K_INTEGER, K_BITS) and not (f.item >= 0 and self.plan.fields[f.item].kind == K_INTEGER):
            raise EncodeTypeError(f"expected one value or a set of them, not {value!r}: the field has no numbers")
        if value.step != 1 or f.options & O_MULTI or f.kind not in (K_INTEGER, K_BITS):
            t.bytewise = 0
            return W_NUMBER, value
        least, most = (-(1 << 63), (1 << 63) - 1) if f.options & O_SIGNED else (0, (1 << 64) - 1)
        low, high = max(value.start, least), min(value.stop - 1, most)
        w.how = W_NUMBER
        if low > high:
            low, high = most, least      # no number lies between them
        w.low = <uint64_t> (low & 0xFFFFFFFFFFFFFFFF)
        w.high = <uint64_t> (high & 0xFFFFFFFFFFFFFFFF)
        return W_NUMBER, value

    cdef compile_masked(self, Test *t, Field *f, Wanted *w, value):
        """A number of which some bits count: a `Masked` of `netlynx.schema.either`."""
        if f.kind != K_INTEGER or f.values != NULL or f.options & (O_SIGNED | O_MULTI):
            raise EncodeTypeError("some bits of a value count where it is a number")
        self.compile_number(f, w, value.masked)          # raises for what is out of range
        self.compile_number(f, w, value.mask)
        w.how = W_MASKED
        w.low = <uint64_t> value.masked
        w.high = <uint64_t> value.mask
        return W_MASKED, (int(value.masked), int(value.mask))

    cdef compile_prefix(self, Test *t, Field *f, Wanted *w, value):
        cdef Writer scratch = Writer()
        cdef uint8_t raw[16]
        cdef int n
        scratch.zeros(self.plan.size)
        try:
            put_prefix(scratch, self.plan, f, value, 0)
        except EncodeError:
            scratch.family = MPLS
            scratch.size = self.plan.size
            try:
                put_label_stack(scratch, value)
            except EncodeError:
                pass
            else:
                t.bytewise = 0           # an MPLS message has labels here
                return W_EQUAL, (decoded_labels(scratch, self.plan.size),)
            raise
        n = parse_address(address_text(value).partition("/")[0], raw)
        address = PyBytes_FromStringAndSize(<const char *> raw, n)
        self.keep.append(address)
        w.how = W_BYTES
        w.bytes = <const uint8_t *> PyBytes_AS_STRING(address)
        w.size = n
        w.prefix = <uint8_t> scratch.data[f.position]
        return W_EQUAL, (address_of(raw, n) + f"/{w.prefix}",)

    cdef compile_fields(self, Test *t, Field *f, Wanted *w, dict value):
        cdef Filter inner
        wanted = tuple(value.items())
        if f.kind in (K_NEST, K_STRUCT) and not f.options & O_MULTI:
            inner = Filter(<Plan> f.plan, wanted, outermost=False)
            inner.wrap = wrapper_of(self.plan, f)
            self.keep.append(inner)
            if not is_plain_nest(f):
                t.bytewise = 0
            w.how = W_FIELDS
            w.inner = &inner.sieve
            return W_FIELDS, [inner]
        t.bytewise = 0
        plans = plans_within(self.plan, f)
        if not plans:
            raise EncodeTypeError("expected a value, not a dict: the field has no fields of its own")
        if len(plans) == 1:
            inner = Filter(plans[0], wanted, outermost=False)
            inner.wrap = wrapper_of(self.plan, f)
            return W_FIELDS, [inner]
        return W_FIELDS, filters_of_choices(plans, value)

    cdef canonical_elements(self, Field *f, value):
        """The value as given, and as decoding would give what it is encoded to: of the field, or of an element. The two
        differ where a message says it in another way than a request would."""
        if f.kind == K_SELECT and f.choices != NULL and type(value) is not bytes and not hasattr(value, "__declarations__"):
            return self.chosen_elements(f, value)
        if f.form != NULL:
            return ((<object> f.form)(value),)
        canonical = self.canonical(f, value)
        return (canonical,) if canonical == value else (value, canonical)

    cdef chosen_elements(self, Field *f, value):
        """What a value that is no record is of each choice that can have it: the same name may be another number."""
        cdef Field *choice
        refused = None
        found = []
        for number in (<dict> f.choices).values():
            choice = &self.plan.fields[<int> number]
            if choice.plan != NULL:
                continue
            try:
                found.append(Exactly(decoded(self.plan, choice, encoded(self.plan, choice, value))))
            except EncodeError as error:
                refused = error
        if not found and refused is not None:
            raise refused
        if not found:
            selected(self.plan, f, value, NULL, NULL)    # raises for what cannot stand here
        return tuple(found)

    cdef canonical(self, Field *f, value):
        cdef Field *item = f
        if f.options & O_MULTI or f.kind in (K_ARRAY, K_INDEXED) and not f.options & O_KEYED:
            if isinstance(value, (tuple, list)):
                return tuple([decoded(self.plan, &self.plan.fields[f.item],
                                      encoded(self.plan, &self.plan.fields[f.item], each)) for each in value])
            item = &self.plan.fields[f.item]
        elif f.kind == K_SEQUENCE and not isinstance(value, (tuple, list)):
            return decoded(self.plan, f, encoded(self.plan, f, (value,)))[0]
        if item.kind == K_SELECT:
            selected(self.plan, item, value, NULL, NULL)  # raises for what cannot stand here
            return value
        return decoded(self.plan, item, encoded(self.plan, item, value))

    cdef int find_ways(self) except -1:
        """The inline nests in which wanted attributes lie."""
        cdef Plan plan = self.plan
        cdef int i, scope
        cdef Field *nest
        ways = {}
        for i in range(self.sieve.count):
            if self.sieve.tests[i].attribute == NULL:
                continue
            scope = self.sieve.tests[i].attribute.scope
            while plan.scopes[scope].parent >= 0:
                nest = &plan.fields[plan.scopes[scope].parent]
                ways[scope] = (nest.scope, nest.type)
                scope = nest.scope
        self.sieve.ways = <Way *> calloc(len(ways) + 1, sizeof(Way))
        if self.sieve.ways == NULL:
            raise MemoryError()
        for inside, (outer, type) in ways.items():
            self.sieve.ways[self.sieve.ways_count] = Way(outer, type, inside)
            self.sieve.ways_count += 1
        return 0


class Exactly:
    """Equal to what is the same and of the same type: numbers of two enumerations are not the same thing."""

    def __init__(self, value):
        self.value = value

    def __eq__(self, other):
        return type(other) is type(self.value) and other == self.value

    __hash__ = None


cdef bint is_subnet(Field *f, value) except -1:
    """Whether a value for an address means many of them."""
    if f.kind != K_IP and f.kind != K_VIA:
        return False
    return "/" in value if isinstance(value, str) else hasattr(value, "network_address") or hasattr(value, "network")


cdef bint lies_within(str address, tuple subnet) except -1:
    cdef uint8_t raw[16]
    start, bits = subnet
    if not address.isascii():
        return False
    return (parse_address(address, raw) == PyBytes_GET_SIZE(start)
            and begins_alike(raw, <const uint8_t *> PyBytes_AS_STRING(start), bits))


cdef bint is_plain_nest(Field *f) except -1:
    """Whether the bytes of a nest, or a struct, tell that decoding makes a value of it: nothing in its fixed header
    can go wrong. Notes how long that is."""
    cdef Plan inner
    cdef int i
    if f.options & O_MULTI or f.kind != K_NEST and f.kind != K_STRUCT:
        return False
    inner = <Plan> f.plan
    f.inner = inner.header_size
    for i in range(inner.head_count):
        if inner.fields[inner.heads[i]].kind not in (K_INTEGER, K_STRING, K_BINARY, K_IP, K_MAC, K_ARRAY, K_BITS):
            return False
    return True


cdef Field *nowhere(Plan plan, Py_ssize_t slot) except NULL:
    """The field of a slot that no message fills."""
    cdef int i
    for i in range(plan.field_count):
        if plan.fields[i].kind != K_INLINE and plan.fields[i].slot == slot:
            return &plan.fields[i]
    raise TypeError(f"{plan.name} has no field in slot {slot}")


cdef list together(list alternatives):
    """Many alternatives, those that can be as one lookup."""
    table = set()
    rest = []
    for how, value in alternatives:
        try:
            if how != W_EQUAL or any([type(each) is tuple for each in value]):
                raise TypeError
            table.update(value)
        except TypeError:
            rest.append((how, value))
    return [(W_NUMBER, frozenset(table)), *rest] if table else rest


cdef bint any_of(value, default, list alternatives) except -1:
    """Whether a decoded value is one of those that are wanted."""
    cdef Filter inner
    for how, wanted in alternatives:
        if how == W_ABSENT:
            if value is None or wanted and value == default:
                return True
            continue
        if how == W_EQUAL and value in <tuple> wanted:
            return True
        # Of several values, one that is wanted will do.
        for each in value if type(value) is tuple else (value,):
            if how == W_EQUAL:
                if each in <tuple> wanted:
                    return True
            elif how == W_SUBNET:
                if isinstance(each, str) and lies_within(each, wanted):
                    return True
            elif how == W_BITS:
                if isinstance(each, bytes) and has_bits(
                    <const uint8_t *> PyBytes_AS_STRING(each), PyBytes_GET_SIZE(each),
                    <const uint8_t *> PyBytes_AS_STRING(wanted), PyBytes_GET_SIZE(wanted)
                ):
                    return True
            elif how == W_NUMBER:
                if each is not None and each in wanted:
                    return True
            elif how == W_MASKED:
                if isinstance(each, int) and each & wanted[1] == wanted[0]:
                    return True
            elif how == W_FLAGS:
                if isinstance(each, int) and (each & wanted == wanted if wanted else each == 0):
                    return True
            else:
                for inner in <list> wanted:
                    if inner.wrap is not None and each is not None:
                        each = inner.wrap(each)
                    if is_record(inner.plan, each) and inner.accepts(<PyObject *> each):
                        return True
    return False


cdef wrapper_of(Plan plan, Field *f):
    """What wraps the values of a field, or its elements, as messages do; None where they are as they are."""
    if f.options & O_MULTI:
        f = &plan.fields[f.item]
    return <object> f.encoder if f.options & O_TAGGED else None


cdef list plans_within(Plan plan, Field *f):
    """The plans of the records that a field may hold: its own, its elements', its choices'."""
    found = []
    if f.options & O_MULTI or f.kind in (K_ARRAY, K_INDEXED):
        return plans_within(plan, &plan.fields[f.item])
    if f.kind == K_SELECT:
        for number in (<dict> f.choices).values():
            found += plans_within(plan, &plan.fields[<int> number])
    elif f.plan != NULL:
        found.append(<object> f.plan)
    return found


cdef list filters_of_choices(list plans, dict value):
    """The conditions, for each of the records that a field may hold which can meet them.

    What one of them cannot have (the IPv6 address of a tunnel, where another's are IPv4) is left to the others; what
    none can have is refused, as what no one can have at once.
    """
    asked = {name: list(each) if isinstance(each, (set, frozenset)) else [each] for name, each in value.items()}
    refused = {name: dict.fromkeys(range(len(each))) for name, each in asked.items()}
    able = []
    for plan in plans:
        fitting = {}
        for name, each in asked.items():
            fitting[name] = takes = []
            for i, one in enumerate(each):
                try:
                    Filter(plan, ((name, one),), outermost=False)
                except (TypeError, EncodeError) as error:
                    if i in refused[name] and not isinstance(refused[name][i], EncodeError):
                        refused[name][i] = error     # that a record has no such field says least
                else:
                    takes.append(one)
                    refused[name].pop(i, None)
        if all([fitting[name] or not asked[name] for name in asked]):
            able.append((plan, fitting))
    for each in refused.values():
        for error in each.values():
            raise error
    if not able:
        raise EncodeTypeError(f"none of what can be here has {', '.join(map(repr, asked))} at once")
    return [Filter(plan, tuple([(name, frozenset(fitting[name]) if isinstance(value[name], (set, frozenset))
                                 else value[name]) for name in asked]), outermost=False)
            for plan, fitting in able]


cdef bytes encoded(Plan plan, Field *f, value):
    """The payload of a value. Raises EncodeError."""
    cdef Writer scratch = Writer()
    scratch.zeros(plan.size)
    encode_value(scratch, plan, f, value, NULL, 0)
    return PyBytes_FromStringAndSize(scratch.data + plan.size, scratch.size - plan.size)


cdef decoded(Plan plan, Field *f, bytes payload):
    """The value of a payload that was encoded from one, as if it stood in a record of defaults."""
    cdef Frame frame
    cdef PyObject *value
    around = plan.record()
    header = bytes(plan.header_size)
    frame.parent = NULL
    frame.plan = <PyObject *> plan
    frame.record = <PyObject *> around
    frame.header = <const uint8_t *> PyBytes_AS_STRING(header)
    frame.header_size = plan.header_size
    begin_frame(&frame, NULL)
    frame.borrowed = 0
    value = decode_value(f, <const uint8_t *> PyBytes_AS_STRING(payload), PyBytes_GET_SIZE(payload), &frame)
    result = <object> value
    if value != UNFIT:
        Py_DECREF(result)
    return result


cdef str decoded_labels(Writer w, Py_ssize_t at):
    cdef char text[TEXT]
    cdef int used = put_labels(text, <const uint8_t *> w.data + at, w.size - at)
    return text[:used].decode("ascii")


cdef str address_of(const uint8_t *raw, int n):
    cdef char text[TEXT]
    cdef int used = put_ip(text, raw, n)
    return text[:used].decode("ascii")
