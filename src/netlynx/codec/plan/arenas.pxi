# Memory for tables that are kept. Python takes its memory from the system in arenas of 1 MiB, of which each page is
# fetched on its own when it is first written to; for a table of 100,000 records that is a third of the time they take.
# While a large table is read, Python's arenas are halves of huge pages, which come at once. Where the system has none
# to give, they are as before.
#
# Only where arenas come from is changed, and only while `nlx_roomy` is set; Python hands them back as it always does,
# and they go back to whoever gave them.

cdef extern from *:
    """
    #include <pthread.h>
    #include <stdint.h>
    #include <stdlib.h>

    #ifdef __linux__
    #include <sys/mman.h>

    #define NLX_ARENA ((size_t)1 << 20)
    #define NLX_HUGE (2 * NLX_ARENA)            /* of columns/buffers.pxi as well */

    static PyObjectArenaAllocator nlx_before;       /* who gives arenas otherwise; known once `nlx_installed` */
    static int nlx_installed, nlx_roomy;
    static pthread_mutex_t nlx_arena_lock = PTHREAD_MUTEX_INITIALIZER;  /* interpreters may not share the GIL */
    static char *nlx_spare;                         /* the half of a huge page that is to be given next */
    static char **nlx_given;                        /* the halves that are in use */
    static size_t nlx_given_count, nlx_given_room;

    /* A new huge page as the spare and the half before it, which is returned; NULL when there is none. */
    static char *nlx_huge_page(void) {
        char *start, *begin;
        start = mmap(NULL, 2 * NLX_HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (start == MAP_FAILED)
            return NULL;
        begin = (char *)(((uintptr_t)start + NLX_HUGE - 1) & ~(uintptr_t)(NLX_HUGE - 1));
        if (begin > start)
            munmap(start, begin - start);
        if (begin < start + NLX_HUGE)
            munmap(begin + NLX_HUGE, start + NLX_HUGE - begin);
        if (madvise(begin, NLX_HUGE, MADV_HUGEPAGE) < 0) {
            munmap(begin, NLX_HUGE);
            return NULL;
        }
        nlx_spare = begin + NLX_ARENA;
        return begin;
    }

    static char *nlx_half(void) {
        char *half = nlx_spare;
        if (nlx_given_count == nlx_given_room) {
            size_t room = nlx_given_room ? 2 * nlx_given_room : 64;
            char **given = realloc(nlx_given, room * sizeof(*given));
            if (given == NULL)
                return NULL;
            nlx_given = given;
            nlx_given_room = room;
        }
        if (half != NULL)
            nlx_spare = NULL;
        else if (!nlx_roomy || (half = nlx_huge_page()) == NULL)
            return NULL;
        nlx_given[nlx_given_count++] = half;
        return half;
    }

    static void *nlx_arena_alloc(void *context, size_t size) {
        char *half = NULL;
        if (size == NLX_ARENA) {
            pthread_mutex_lock(&nlx_arena_lock);
            half = nlx_half();
            pthread_mutex_unlock(&nlx_arena_lock);
        }
        return half != NULL ? half : nlx_before.alloc(nlx_before.ctx, size);
    }

    /* Whether it was a half of a huge page. */
    static int nlx_take_back(char *arena) {
        size_t i = nlx_given_count;
        while (i > 0 && nlx_given[i - 1] != arena)
            i--;
        if (i == 0)
            return 0;
        nlx_given[i - 1] = nlx_given[--nlx_given_count];
        munmap(arena, NLX_ARENA);
        if (nlx_spare == arena + NLX_ARENA) {
            munmap(nlx_spare, NLX_ARENA);
            nlx_spare = NULL;
        }
        return 1;
    }

    static void nlx_arena_free(void *context, void *arena, size_t size) {
        int taken;
        pthread_mutex_lock(&nlx_arena_lock);
        taken = nlx_take_back(arena);
        pthread_mutex_unlock(&nlx_arena_lock);
        if (!taken)
            nlx_before.free(nlx_before.ctx, arena, size);
    }

    static void nlx_be_roomy(int roomy) {
        if (roomy && !nlx_installed) {
            PyObjectArenaAllocator ours = {NULL, nlx_arena_alloc, nlx_arena_free};
            PyObject_GetArenaAllocator(&nlx_before);
            PyObject_SetArenaAllocator(&ours);
            nlx_installed = 1;
        }
        nlx_roomy = roomy;
    }
    #else
    #define nlx_be_roomy(roomy) ((void)(roomy))
    #endif
    """
    void nlx_be_roomy(bint roomy)

cdef enum:
    ROOMY = 8192             # records of a table that is large; they take more than an arena
