# Guides: what became of the payloads of a message that is not as usual, told by decoding it. A sink that does without
# records (columns/rows.pxi) follows them where it cannot tell by itself, so that there is one truth about every message.

cdef enum:
    MAX_WAITING = 8          # sub-messages that wait in one record

cdef extern from "stdlib.h":
    void qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *) noexcept nogil) nogil

# What becomes of a payload, where that is not what its attribute's kind says.
cdef struct Fate:
    const uint8_t *payload
    int choice               # a sub-message is read as the field of this number; NO_CHOICE: it stays raw bytes
    const char *problem      # it stays raw, and this is why; NULL: it is passed over, as a later one overrules it
    Py_ssize_t size          # of that text

cdef enum:
    NOT_CHOSEN = -2          # it is no sub-message
    NO_CHOICE = -1


@cython.final
cdef class Guide:
    cdef dict fates          # address of the payload -> number of the chosen field, text of the problem, or None
    cdef dict values         # (address of the record's bytes, slot) -> address of the payload that fills it so far
    cdef list keep
    cdef Fate *sorted
    cdef int count

    def __cinit__(self):
        self.fates = {}
        self.values = {}
        self.keep = []

    def __dealloc__(self):
        free(self.sorted)

    cdef int unfit(self, const uint8_t *payload, str problem) except -1:
        """A payload stays raw."""
        self.fates[<uintptr_t> payload] = problem
        return 0

    cdef int chose(self, const uint8_t *payload, int choice) except -1:
        """A sub-message is read as a field, or not read."""
        self.fates[<uintptr_t> payload] = choice
        return 0

    cdef int fills(self, const uint8_t *payload, const uint8_t *record, Py_ssize_t slot) except -1:
        """A payload fills a slot of the record at these bytes; one that filled it before does not any more."""
        key = (<uintptr_t> record, slot)
        if key in self.values:
            self.fates[self.values[key]] = None
        self.values[key] = <uintptr_t> payload
        return 0

    cdef int sort(self) except -1:
        """Make ready for `fate_of`."""
        cdef Fate *fate
        self.sorted = <Fate *> calloc(len(self.fates) + 1, sizeof(Fate))
        if self.sorted == NULL:
            raise MemoryError()
        for payload, said in self.fates.items():
            fate = &self.sorted[self.count]
            self.count += 1
            fate.payload = <const uint8_t *> <uintptr_t> payload
            fate.choice = NOT_CHOSEN
            if isinstance(said, str):
                text = (<str> said).encode("utf-8", "backslashreplace")
                self.keep.append(text)
                fate.problem = PyBytes_AS_STRING(text)
                fate.size = PyBytes_GET_SIZE(text)
            elif said is not None:
                fate.choice = said
        with nogil:
            qsort(self.sorted, self.count, sizeof(Fate), compare_fates)
        return 0


cdef int compare_fates(const void *one, const void *other) noexcept nogil:
    cdef const uint8_t *a = (<const Fate *> one).payload
    cdef const uint8_t *b = (<const Fate *> other).payload
    return 1 if a > b else -1 if a < b else 0


cdef const Fate *fate_of(const Fate *fates, int count, const uint8_t *payload) noexcept nogil:
    """What becomes of a payload; NULL: what its kind says."""
    cdef int low = 0, high = count, middle
    while low < high:
        middle = (low + high) // 2
        if fates[middle].payload == payload:
            return &fates[middle]
        if fates[middle].payload < payload:
            low = middle + 1
        else:
            high = middle
    return NULL


cdef str words_for(Field *f):
    """What a payload that does not fit a field is not."""
    if f.kind == K_INTEGER:
        return "number (those have 1, 2, 4 or 8)"
    if f.kind == K_IP:
        return f"IP address of {f.width}" if f.width else "IP address"
    if f.kind == K_STRING:
        return "single text"
    if f.kind == K_FLAG:
        return "flag"
    if f.kind == K_MAC:
        return "hardware address (of 64 at most)"
    if f.kind == K_PREFIX:
        return "address"
    if f.kind == K_LABELS:
        return "label stack"
    if f.kind == K_VIA:
        return "address with its family"
    return "values of their kind"
