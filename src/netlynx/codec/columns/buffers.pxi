# Buffers that grow without being copied. Nothing here needs the GIL or knows of netlink.

cdef extern from *:
    """
    #ifdef __linux__
    #include <sys/mman.h>
    #endif

    typedef struct {
        unsigned char *data;
        size_t size;         /* bytes in use; only byte buffers count them */
        size_t capacity;     /* bytes behind `size` are zero, but for byte buffers */
        size_t mapped;       /* bytes of address space, when it has pages of its own */
    } nlx_buffer;

    /* From here on a buffer has pages of its own, which are huge where the system has such: a page fault for every
       4 KiB would cost as much as what is written there. It grows by moving them; unused ones cost no memory. */
    #define NLX_MAPPED ((size_t)512 << 10)
    /* So many bytes are asked of the kernel at a time. */
    #define NLX_STEP ((size_t)128 << 10)

    static void nlx_buffer_free(nlx_buffer *b) {
    #ifdef __linux__
        if (b->mapped)
            munmap(b->data, b->mapped);
        else
    #endif
            free(b->data);
        memset(b, 0, sizeof(*b));
    }

    #ifdef __linux__
    /* Address space for `size` bytes, from where a huge page may begin. */
    static unsigned char *nlx_pages(size_t size) {
        unsigned char *all = mmap(NULL, size + NLX_HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        unsigned char *data;
        if (all == MAP_FAILED)
            return NULL;
        data = (unsigned char *)(((uintptr_t)all + NLX_HUGE - 1) & ~(uintptr_t)(NLX_HUGE - 1));
        if (data > all)
            munmap(all, data - all);
        if (data + size < all + size + NLX_HUGE)
            munmap(data + size, all + NLX_HUGE - data);
    #ifdef MADV_HUGEPAGE
        madvise(data, size, MADV_HUGEPAGE);
    #endif
        return data;
    }

    static int nlx_buffer_map(nlx_buffer *b, size_t needed) {
        size_t end = (needed + NLX_STEP - 1) & ~(NLX_STEP - 1);
        size_t mapped = b->mapped ? b->mapped : NLX_HUGE;
        unsigned char *data;
        if (end > b->mapped) {
            while (mapped < end)
                mapped *= 2;
            data = nlx_pages(mapped);
            if (!data)
                return -1;
            if (!b->mapped) {
                if (b->capacity)
                    memcpy(data, b->data, b->capacity);
                free(b->data);
            } else if (mremap(b->data, b->mapped, b->mapped, MREMAP_MAYMOVE | MREMAP_FIXED, data) == MAP_FAILED) {
                munmap(data, mapped);
                return -1;
            }
            b->data = data;
            b->mapped = mapped;
        }
    #ifdef MADV_POPULATE_WRITE
        madvise(b->data + b->capacity, end - b->capacity, MADV_POPULATE_WRITE);
    #endif
        b->capacity = end;
        return 0;
    }
    #endif

    static int nlx_buffer_grow(nlx_buffer *b, size_t needed) {
        size_t capacity = b->capacity ? b->capacity * 2 : 64;
        unsigned char *data;
        while (capacity < needed)
            capacity *= 2;
    #ifdef __linux__
        if (capacity >= NLX_MAPPED)
            return nlx_buffer_map(b, needed);
    #endif
        data = realloc(b->data, capacity);
        if (!data)
            return -1;
        memset(data + b->capacity, 0, capacity - b->capacity);
        b->data = data;
        b->capacity = capacity;
        return 0;
    }

    /* Zeros that nobody writes: pages of them cost no memory. */
    static int nlx_buffer_zeros(nlx_buffer *b, size_t size) {
    #ifdef __linux__
        b->data = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (b->data == MAP_FAILED) {
            b->data = NULL;
            return -1;
        }
        b->mapped = size;
    #else
        b->data = calloc(size, 1);
        if (!b->data)
            return -1;
    #endif
        b->capacity = size;
        return 0;
    }

    static inline int nlx_buffer_reserve(nlx_buffer *b, size_t needed) {
        return needed <= b->capacity ? 0 : nlx_buffer_grow(b, needed);
    }
    """
    ctypedef struct Buffer "nlx_buffer":
        uint8_t *data
        size_t size
        size_t capacity
    void free_buffer "nlx_buffer_free"(Buffer *b) noexcept nogil
    int reserve "nlx_buffer_reserve"(Buffer *b, size_t needed) noexcept nogil
    int zero_buffer "nlx_buffer_zeros"(Buffer *b, size_t size) noexcept nogil
