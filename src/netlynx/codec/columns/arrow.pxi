# Finished columns handed out through the Arrow C data interface (arrow.apache.org/docs/format/CDataInterface.html, and
# CStreamInterface.html, PyCapsuleInterface.html beside it). Everything handed out holds the store, which goes when
# the last holder lets go of it, in whichever thread, without the GIL.

cdef extern from *:
    """
    #ifndef ARROW_C_DATA_INTERFACE
    #define ARROW_C_DATA_INTERFACE
    #define ARROW_FLAG_DICTIONARY_ORDERED 1
    #define ARROW_FLAG_NULLABLE 2
    #define ARROW_FLAG_MAP_KEYS_SORTED 4
    struct ArrowSchema {
        const char *format, *name, *metadata;
        int64_t flags, n_children;
        struct ArrowSchema **children, *dictionary;
        void (*release)(struct ArrowSchema *);
        void *private_data;
    };
    struct ArrowArray {
        int64_t length, null_count, offset, n_buffers, n_children;
        const void **buffers;
        struct ArrowArray **children, *dictionary;
        void (*release)(struct ArrowArray *);
        void *private_data;
    };
    #endif
    #ifndef ARROW_C_STREAM_INTERFACE
    #define ARROW_C_STREAM_INTERFACE
    struct ArrowArrayStream {
        int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *);
        int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *);
        const char *(*get_last_error)(struct ArrowArrayStream *);
        void (*release)(struct ArrowArrayStream *);
        void *private_data;
    };
    #endif
    #define NLX_ADD(p, n) __atomic_add_fetch(p, n, __ATOMIC_ACQ_REL)
    """
    struct ArrowSchema:
        const char *format
        const char *name
        const char *metadata
        int64_t flags
        int64_t n_children
        ArrowSchema **children
        ArrowSchema *dictionary
        void (*release)(ArrowSchema *) noexcept nogil
        void *private_data
    struct ArrowArray:
        int64_t length
        int64_t null_count
        int64_t offset
        int64_t n_buffers
        int64_t n_children
        const void **buffers
        ArrowArray **children
        ArrowArray *dictionary
        void (*release)(ArrowArray *) noexcept nogil
        void *private_data
    struct ArrowArrayStream:
        int (*get_schema)(ArrowArrayStream *, ArrowSchema *) noexcept nogil
        int (*get_next)(ArrowArrayStream *, ArrowArray *) noexcept nogil
        const char *(*get_last_error)(ArrowArrayStream *) noexcept nogil
        void (*release)(ArrowArrayStream *) noexcept nogil
        void *private_data
    int64_t ARROW_FLAG_NULLABLE
    int64_t atomic_add "NLX_ADD"(int64_t *p, int64_t n) noexcept nogil

from cpython.pycapsule cimport PyCapsule_Destructor, PyCapsule_GetPointer, PyCapsule_New
from libc.stdio cimport snprintf

cdef enum:
    ENOMEM = 12

cdef struct Store:               # the columns of one table, and how many hold them
    int64_t holders
    Column *root
    Buffer zeros                 # what all columns without a value share: nulls, zeros and empty lists

cdef struct Exported:            # what an array of its own needs, beside the store
    Store *store
    const void *buffers[3]

cdef struct Streaming:
    Store *store
    bint done


cdef void release_store(Store *store) noexcept nogil:
    if store != NULL and atomic_add(&store.holders, -1) == 0:
        free_column(store.root)
        free(store.root)             # and with it all columns: see `Mold.cast`
        free_buffer(&store.zeros)
        free(store)


cdef size_t zeros_needed(Column *c) noexcept nogil:
    cdef size_t most = 0, needed
    cdef int i
    if c.absent:
        most = (c.length + 1) * 8
    for i in range(c.child_count):
        needed = zeros_needed(c.children[i])
        most = needed if needed > most else most
    return most if most > 64 else 64


# ---------------------------------------------------------------------------------------------------- schemas

cdef void release_schema(ArrowSchema *schema) noexcept nogil:
    cdef int64_t i
    for i in range(schema.n_children):
        if schema.children[i] != NULL:
            if schema.children[i].release != NULL:
                schema.children[i].release(schema.children[i])
            free(schema.children[i])
    if schema.dictionary != NULL:
        if schema.dictionary.release != NULL:
            schema.dictionary.release(schema.dictionary)
        free(schema.dictionary)
    free(schema.children)
    free(<void *> schema.name)
    free(<void *> schema.format)
    schema.release = NULL


cdef char *copy_text(const char *text) noexcept nogil:
    cdef size_t n = 0
    cdef char *copy
    while text[n]:
        n += 1
    copy = <char *> malloc(n + 1)
    if copy != NULL:
        memcpy(copy, text, n + 1)
    return copy


cdef const char *format_of(Column *c, char *room) noexcept nogil:
    """The type of a column in the interface's own letters; `room` has 32 bytes."""
    cdef const char *letters
    if c.store == S_INTEGER or c.store == S_DICTIONARY:
        if c.is_float:
            return b"g"
        letters = b"cCsSiIlL"
        room[0] = letters[(0 if c.width == 1 else 2 if c.width == 2 else 4 if c.width == 4 else 6) + (not c.is_signed)]
        room[1] = 0
        return room
    if c.store == S_FIXED:
        snprintf(room, 32, "w:%d", c.width)
        return room
    if c.store == S_BOOLEAN:
        return b"b"
    if c.store == S_TEXT:
        return b"u"
    if c.store == S_BYTES:
        return b"z"
    return b"+s" if c.store == S_STRUCT else b"+l"


cdef int export_schema(Column *c, ArrowSchema *schema) noexcept nogil:
    cdef char room[32]
    cdef int i
    memset(schema, 0, sizeof(ArrowSchema))
    schema.release = release_schema
    schema.format = copy_text(format_of(c, room))
    schema.name = copy_text(c.name)
    schema.flags = ARROW_FLAG_NULLABLE
    schema.children = <ArrowSchema **> calloc(c.child_count + 1, sizeof(ArrowSchema *))
    if schema.format == NULL or schema.name == NULL or schema.children == NULL:
        release_schema(schema)
        return ENOMEM
    for i in range(c.child_count):
        schema.children[i] = <ArrowSchema *> malloc(sizeof(ArrowSchema))
        if schema.children[i] == NULL or export_schema(c.children[i], schema.children[i]):
            free(schema.children[i])
            release_schema(schema)
            return ENOMEM
        schema.n_children = i + 1
    if c.dictionary != NULL:
        schema.dictionary = <ArrowSchema *> malloc(sizeof(ArrowSchema))
        if schema.dictionary == NULL or export_schema(c.dictionary, schema.dictionary):
            free(schema.dictionary)
            schema.dictionary = NULL
            release_schema(schema)
            return ENOMEM
    return 0


# ----------------------------------------------------------------------------------------------------- arrays

cdef void release_array(ArrowArray *array) noexcept nogil:
    cdef Exported *exported = <Exported *> array.private_data
    cdef int64_t i
    for i in range(array.n_children):
        if array.children[i].release != NULL:        # else a consumer has moved it away
            array.children[i].release(array.children[i])
        free(array.children[i])
    if array.dictionary != NULL:
        if array.dictionary.release != NULL:
            array.dictionary.release(array.dictionary)
        free(array.dictionary)
    free(array.children)
    release_store(exported.store)
    free(exported)
    array.release = NULL


cdef int export_array(Store *store, Column *c, ArrowArray *array) noexcept nogil:
    cdef Exported *exported = <Exported *> calloc(1, sizeof(Exported))
    cdef void *zeros = store.zeros.data
    cdef int i
    memset(array, 0, sizeof(ArrowArray))
    if exported == NULL:
        return ENOMEM
    atomic_add(&store.holders, 1)
    exported.store = store
    array.release = release_array
    array.private_data = exported
    array.buffers = exported.buffers
    array.length = c.length
    array.null_count = c.nulls
    array.n_buffers = 1 if c.store == S_STRUCT else 3 if c.store == S_TEXT or c.store == S_BYTES else 2
    if c.absent:
        exported.buffers[0] = NULL if c.filled else zeros
        exported.buffers[1] = zeros
        exported.buffers[2] = zeros
    else:
        exported.buffers[0] = c.valid.data
        if c.store == S_TEXT or c.store == S_BYTES or c.store == S_LIST:
            exported.buffers[1] = c.offsets.data
            exported.buffers[2] = c.data.data if c.data.data != NULL else zeros
        else:
            exported.buffers[1] = c.data.data if c.data.data != NULL else zeros
    array.children = <ArrowArray **> calloc(c.child_count + 1, sizeof(ArrowArray *))
    if array.children == NULL:
        release_array(array)
        return ENOMEM
    for i in range(c.child_count):
        array.children[i] = <ArrowArray *> malloc(sizeof(ArrowArray))
        if array.children[i] == NULL or export_array(store, c.children[i], array.children[i]):
            free(array.children[i])
            release_array(array)
            return ENOMEM
        array.n_children = i + 1
    if c.dictionary != NULL:
        array.dictionary = <ArrowArray *> malloc(sizeof(ArrowArray))
        if array.dictionary == NULL or export_array(store, c.dictionary, array.dictionary):
            free(array.dictionary)
            array.dictionary = NULL
            release_array(array)
            return ENOMEM
    return 0


# ----------------------------------------------------------------------------------------------------- stream

cdef int stream_schema(ArrowArrayStream *stream, ArrowSchema *schema) noexcept nogil:
    return export_schema((<Streaming *> stream.private_data).store.root, schema)


cdef int stream_next(ArrowArrayStream *stream, ArrowArray *array) noexcept nogil:
    """The table is one batch; an array that is released says that there is no further one."""
    cdef Streaming *streaming = <Streaming *> stream.private_data
    cdef int result
    if streaming.done:
        memset(array, 0, sizeof(ArrowArray))
        return 0
    result = export_array(streaming.store, streaming.store.root, array)
    streaming.done = result == 0
    return result


cdef const char *stream_error(ArrowArrayStream *stream) noexcept nogil:
    return b"out of memory"


cdef void release_stream(ArrowArrayStream *stream) noexcept nogil:
    cdef Streaming *streaming = <Streaming *> stream.private_data
    release_store(streaming.store)
    free(streaming)
    stream.release = NULL


cdef void drop_schema(object capsule) noexcept:
    cdef ArrowSchema *schema = <ArrowSchema *> PyCapsule_GetPointer(capsule, "arrow_schema")
    if schema.release != NULL:
        schema.release(schema)
    free(schema)


cdef void drop_stream(object capsule) noexcept:
    cdef ArrowArrayStream *stream = <ArrowArrayStream *> PyCapsule_GetPointer(capsule, "arrow_array_stream")
    if stream.release != NULL:
        stream.release(stream)
    free(stream)


cdef class ArrowTable:
    """A finished table. It never changes, and lives as long as anything made from it."""

    cdef Store *store

    def __init__(self):
        raise TypeError("a table is made by Columns.finish")

    def __dealloc__(self):
        release_store(self.store)

    @property
    def num_rows(self):
        """How many rows."""
        return self.store.root.length

    @property
    def nbytes(self):
        """Bytes of all columns' values."""
        return bytes_in(self.store.root)

    @property
    def fields(self):
        """(name, type) of each column; a type is in the interface's own letters, or a tuple of those within."""
        return [describe(self.store.root.children[i]) for i in range(self.store.root.child_count)]

    def schema_capsule(self):
        """A PyCapsule "arrow_schema"."""
        cdef ArrowSchema *schema = <ArrowSchema *> malloc(sizeof(ArrowSchema))
        if schema == NULL or export_schema(self.store.root, schema):
            free(schema)
            raise MemoryError()
        return PyCapsule_New(schema, "arrow_schema", <PyCapsule_Destructor> drop_schema)

    def stream_capsule(self):
        """A PyCapsule "arrow_array_stream" of one batch."""
        cdef ArrowArrayStream *stream = <ArrowArrayStream *> calloc(1, sizeof(ArrowArrayStream))
        cdef Streaming *streaming = <Streaming *> calloc(1, sizeof(Streaming))
        if stream == NULL or streaming == NULL:
            free(stream)
            free(streaming)
            raise MemoryError()
        atomic_add(&self.store.holders, 1)
        streaming.store = self.store
        stream.get_schema = stream_schema
        stream.get_next = stream_next
        stream.get_last_error = stream_error
        stream.release = release_stream
        stream.private_data = streaming
        return PyCapsule_New(stream, "arrow_array_stream", <PyCapsule_Destructor> drop_stream)


cdef describe(Column *c):
    cdef char room[32]
    within = tuple([describe(c.children[i]) for i in range(c.child_count)])
    if c.dictionary != NULL:
        within = (describe(c.dictionary),)
    return (<bytes> c.name).decode(), (<bytes> format_of(c, room)).decode(), within
