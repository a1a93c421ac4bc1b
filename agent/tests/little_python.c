/* little_python.c: see the header. The pymalloc is as simple as one can be that gives arenas back: a pool belongs to its size for
 * as long as its arena is there. Its heads are written without regard to who may be reading them, as CPython does. */
#define _GNU_SOURCE
#include "little_python.h"
#include "../python_runtime.h"
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define SMALL 512u
#define ARENA (1024u * 1024)
#define POOL (16u * 1024)
#define POOLS (ARENA / POOL)
#define HEAD 48u
#define MOST_ARENAS 64u

struct head { /* as in Include/internal/pycore_obmalloc.h, on 64-bit machines */
    uint32_t used, pad;
    void *free;            /*  8 */
    void *unused[2];       /* 16 */
    uint32_t arena, class; /* 32 */
    uint32_t next, most;   /* 40: offset of the first block that was never handed out; of the last that can be */
};
_Static_assert(sizeof(struct head) == HEAD, "a pool's head");

static struct {
    char *at, *first; /* where it begins, and its first whole pool; NULL: no arena */
    uint32_t pools, live;
} arenas[MOST_ARENAS];
static struct head *current[SMALL / 16];
static pthread_mutex_t gil = PTHREAD_MUTEX_INITIALIZER;
static size_t bytesInUse;

void python_take_gil(void) { pthread_mutex_lock(&gil); }
void python_let_go(void) { pthread_mutex_unlock(&gil); }

size_t python_in_use(void) { return bytesInUse; }

/* ---- what CPython calls its arena allocator ---- */
static void *mapArena(void *ctx, size_t bytes) {
    (void)ctx;
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}
static void unmapArena(void *ctx, void *p, size_t bytes) {
    (void)ctx;
    munmap(p, bytes);
}
static hw__py_arenas arenaFunctions = {NULL, mapArena, unmapArena};

static int newArena(void) {
    for (uint32_t i = 0; i < MOST_ARENAS; i++) {
        if (arenas[i].at != NULL) continue;
        char *p = arenaFunctions.alloc(arenaFunctions.ctx, ARENA);
        if (p == NULL) return -1;
        arenas[i].at = p;
        arenas[i].first = (char *)(((uintptr_t)p + POOL - 1) & ~(uintptr_t)(POOL - 1));
        arenas[i].pools = arenas[i].live = 0;
        return (int)i;
    }
    return -1;
}

static struct head *newPool(uint32_t class) {
    uint32_t most = POOLS - 1; /* one is lost where the arena does not begin at a pool */
    int i = 0;
    while (i < (int)MOST_ARENAS && (arenas[i].at == NULL || arenas[i].pools == most)) i++;
    if (i == (int)MOST_ARENAS && (i = newArena()) < 0) return NULL;
    struct head *pool = (struct head *)(void *)(arenas[i].first + (size_t)arenas[i].pools++ * POOL);
    uint32_t size = (class + 1) * 16;
    pool->used = 0;
    pool->free = NULL;
    pool->arena = (uint32_t)i;
    pool->class = class;
    pool->next = HEAD;
    pool->most = POOL - size;
    return pool;
}

static int hasRoom(const struct head *pool) { return pool->free != NULL || pool->next <= pool->most; }

static struct head *findPool(uint32_t class) {
    if (current[class] != NULL && hasRoom(current[class])) return current[class];
    for (uint32_t i = 0; i < MOST_ARENAS; i++) {
        for (uint32_t j = 0; arenas[i].at != NULL && j < arenas[i].pools; j++) {
            struct head *pool = (struct head *)(void *)(arenas[i].first + (size_t)j * POOL);
            if (pool->class == class && hasRoom(pool)) return current[class] = pool;
        }
    }
    return current[class] = newPool(class);
}

static struct head *poolOf(void *p) {
    struct head *pool = (struct head *)((uintptr_t)p & ~(uintptr_t)(POOL - 1));
    for (uint32_t i = 0; i < MOST_ARENAS; i++)
        if (arenas[i].at != NULL && (char *)p >= arenas[i].first && (char *)p < arenas[i].at + ARENA) return pool;
    return NULL;
}

int python_is_own(void *p) { return poolOf(p) != NULL; }

/* ---- the allocator beneath the hooks ---- */
static void *smallMalloc(void *ctx, size_t bytes) {
    (void)ctx;
    uint32_t class = (uint32_t)((bytes == 0 ? 1 : bytes) + 15) / 16 - 1;
    struct head *pool = bytes > SMALL ? NULL : findPool(class);
    if (pool == NULL) return malloc(bytes == 0 ? 1 : bytes);
    void *p = pool->free;
    if (p != NULL)
        memcpy(&pool->free, p, sizeof pool->free);
    else
        p = (char *)pool + pool->next, pool->next += (class + 1) * 16;
    pool->used++;
    arenas[pool->arena].live++;
    bytesInUse += (class + 1) * 16;
    return p;
}

static void smallFree(void *ctx, void *p) {
    (void)ctx;
    struct head *pool = p == NULL ? NULL : poolOf(p);
    if (pool == NULL) {
        free(p);
        return;
    }
    memcpy(p, &pool->free, sizeof pool->free);
    pool->free = p;
    pool->used--;
    bytesInUse -= (pool->class + 1) * 16;
    uint32_t i = pool->arena;
    if (--arenas[i].live > 0) return;
    for (uint32_t c = 0; c < SMALL / 16; c++)
        if (current[c] != NULL && current[c]->arena == i) current[c] = NULL;
    arenaFunctions.free(arenaFunctions.ctx, arenas[i].at, ARENA);
    arenas[i].at = NULL;
}

static void *smallCalloc(void *ctx, size_t count, size_t each) {
    size_t bytes = count * each;
    if (bytes > SMALL) return calloc(count, each);
    void *p = smallMalloc(ctx, bytes);
    return p == NULL ? p : memset(p, 0, bytes);
}

static void *smallRealloc(void *ctx, void *old, size_t bytes) {
    struct head *pool = old == NULL ? NULL : poolOf(old);
    if (old != NULL && pool == NULL) return realloc(old, bytes);
    size_t before = pool == NULL ? 0 : (pool->class + 1) * 16;
    void *p = smallMalloc(ctx, bytes);
    if (p == NULL || old == NULL) return p;
    memcpy(p, old, before < bytes ? before : bytes);
    smallFree(ctx, old);
    return p;
}

static void *rawMalloc(void *ctx, size_t bytes) { return (void)ctx, malloc(bytes); }
static void *rawCalloc(void *ctx, size_t count, size_t each) { return (void)ctx, calloc(count, each); }
static void *rawRealloc(void *ctx, void *p, size_t bytes) { return (void)ctx, realloc(p, bytes); }
static void rawFree(void *ctx, void *p) { (void)ctx, free(p); }

static hw__py_allocator domains[3] = {{NULL, rawMalloc, rawCalloc, rawRealloc, rawFree},
                                      {NULL, smallMalloc, smallCalloc, smallRealloc, smallFree},
                                      {NULL, smallMalloc, smallCalloc, smallRealloc, smallFree}};

void *python_malloc(size_t bytes) { return domains[HW_PY_OBJ].malloc(domains[HW_PY_OBJ].ctx, bytes); }
void *python_calloc(size_t count, size_t each) { return domains[HW_PY_OBJ].calloc(domains[HW_PY_OBJ].ctx, count, each); }
void *python_realloc(void *p, size_t bytes) { return domains[HW_PY_OBJ].realloc(domains[HW_PY_OBJ].ctx, p, bytes); }
void python_free(void *p) { domains[HW_PY_OBJ].free(domains[HW_PY_OBJ].ctx, p); }

/* ---- the names by which the agent knows a CPython ---- */
#define API(type) __attribute__((visibility("default"))) type
API(const char *) Py_GetVersion(void);
API(const char *) Py_GetVersion(void) { return "3.11.7 (a little one)"; }
API(int) Py_IsInitialized(void);
API(int) Py_IsInitialized(void) { return 0; }
API(void *) PyGILState_GetThisThreadState(void);
API(void *) PyGILState_GetThisThreadState(void) { return NULL; }
API(void *) _PyThreadState_UncheckedGet(void);
API(void *) _PyThreadState_UncheckedGet(void) { return NULL; }
API(void) PyMem_GetAllocator(int domain, hw__py_allocator *to);
API(void) PyMem_GetAllocator(int domain, hw__py_allocator *to) { *to = domains[domain]; }
API(void) PyMem_SetAllocator(int domain, hw__py_allocator *from);
API(void) PyMem_SetAllocator(int domain, hw__py_allocator *from) { domains[domain] = *from; }
API(void) PyObject_GetArenaAllocator(hw__py_arenas *to);
API(void) PyObject_GetArenaAllocator(hw__py_arenas *to) { *to = arenaFunctions; }
API(void) PyObject_SetArenaAllocator(hw__py_arenas *from);
API(void) PyObject_SetArenaAllocator(hw__py_arenas *from) { arenaFunctions = *from; }
API(void *) PyObject_Malloc(size_t bytes);
API(void *) PyObject_Malloc(size_t bytes) { return python_malloc(bytes); }
API(void) PyObject_Free(void *p);
API(void) PyObject_Free(void *p) { python_free(p); }

/* Never called: no thread has frames, and nothing is ever initialised. */
#define NEVER(name)    \
    API(void) name(void); \
    API(void) name(void) { abort(); }
NEVER(Py_AddPendingCall)
NEVER(PyCode_Addr2Line)
NEVER(PyThreadState_Get)
NEVER(PyThreadState_GetFrame)
NEVER(PyFrame_GetBack)
NEVER(PyFrame_GetCode)
NEVER(PyFrame_GetLineNumber)
NEVER(PyObject_GetAttrString)
NEVER(PyUnicode_AsUTF8String)
NEVER(PyUnicode_FromString)
NEVER(PyLong_AsLong)
NEVER(PyBytes_AsString)
NEVER(PyBytes_Size)
NEVER(Py_DecRef)
NEVER(PyErr_Clear)
API(char) PyCode_Type[400];
API(char) PyUnicode_Type[400];
