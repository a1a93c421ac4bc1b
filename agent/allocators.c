/* allocators.c: tells who else hands out memory here. malloc may come from a library of its
 * own (jemalloc, tcmalloc, mimalloc beneath us): its mappings are then not counted beside the
 * blocks that it hands out of them. And a library may carry an allocator inside (pyarrow,
 * polars): that one is seen only as mappings, and the reader of a report must know. Which of
 * those that map memory are allocators, is for him to find out who can read their files. */
#define _GNU_SOURCE
#include "allocators.h"
#include "events.h"
#include "writer.h"
#include <dlfcn.h>
#include <link.h>
#include <string.h>

#define MAPPERS 32u
#define WORTH_A_LOOK (UINT64_C(1) << 20) /* smaller mappings are not asked whose they are */
#define WORTH_A_NOTE (UINT64_C(4) << 20) /* of one library, together */
#define PATH_MOST 199u

struct object {
    uintptr_t from, to;
    const char *name; /* "" = the program itself */
};

struct search {
    uintptr_t address;
    struct object found;
};

static int visit(struct dl_phdr_info *info, size_t size, void *wanted) {
    struct search *search = wanted;
    struct object object = {UINTPTR_MAX, 0, info->dlpi_name};
    (void)size;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        uintptr_t from = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr, to = from + info->dlpi_phdr[i].p_memsz;
        if (info->dlpi_phdr[i].p_type != PT_LOAD) continue;
        if (from < object.from) object.from = from;
        if (to > object.to) object.to = to;
    }
    if (search->address < object.from || search->address >= object.to) return 0;
    search->found = object;
    return 1;
}

/* Takes the dynamic loader's lock: only where no fork and no other thread can be. */
static struct object objectOf(const void *address) {
    struct search search = {(uintptr_t)address, {0, 0, ""}};
    dl_iterate_phdr(visit, &search);
    return search.found;
}

/* The C library's own search for the object of an address (2.35 and later) takes no lock. This
 * is the beginning of its struct dl_find_object, with room for what older headers lack. */
struct found {
    unsigned long long flags;
    void *from, *to;
    struct link_map *map;
    void *rest[16];
};

static int (*findObject)(void *address, struct found *to);
static struct object own, python;
static const char *first; /* told already, by its name: hw__allocators_first */

void hw__allocators_begin(const void *malloc, const void *of_python) {
    void *find = dlsym(RTLD_DEFAULT, "_dl_find_object");
    memcpy(&findObject, &find, sizeof find);
    python = objectOf(of_python);
    own = objectOf(malloc);
    if (own.name[0] == 0 || own.from == python.from) own = (struct object){0, 0, ""};
}

int hw__allocators_is_own(const void *caller) { return (uintptr_t)caller - own.from < own.to - own.from; }

/* By name, since older glibcs have them elsewhere than newer ones. */
static struct {
    void *(*open)(const char *path, int flags);
    int (*close)(void *handle);
    int (*info)(void *handle, int what, void *to);
} loader;

static int findLoader(void) {
    void *open = dlsym(RTLD_DEFAULT, "dlopen"), *close = dlsym(RTLD_DEFAULT, "dlclose"), *info = dlsym(RTLD_DEFAULT, "dlinfo");
    memcpy(&loader.open, &open, sizeof open);
    memcpy(&loader.close, &close, sizeof close);
    memcpy(&loader.info, &info, sizeof info);
    return open != NULL && close != NULL && info != NULL;
}

/* An address does not tell: in a program that is not position independent, malloc's is that
 * of the program's own jump to it. So each library is asked for its own. */
const char *hw__allocators_first(void) {
    struct link_map *map = NULL;
    if (!findLoader()) return NULL;
    void *program = loader.open(NULL, RTLD_LAZY);
    if (program == NULL || loader.info(program, RTLD_DI_LINKMAP, &map) != 0) return NULL;
    for (; map != NULL; map = map->l_next) {
        void *handle = map->l_name[0] == 0 ? NULL : loader.open(map->l_name, RTLD_LAZY | RTLD_NOLOAD);
        void *found = handle == NULL ? NULL : dlsym(handle, "malloc");
        if (handle != NULL) loader.close(handle);
        if (found != NULL && strcmp(objectOf(found).name, map->l_name) == 0) {
            first = map->l_name;
            return first;
        }
    }
    return NULL;
}

static struct {
    const void *from; /* NULL = free */
    uint64_t bytes;
    int is_told;
} mappers[MAPPERS];

/* Under the lock. */
static void count(const struct found *object, uint64_t bytes) {
    const char *name = object->map->l_name;
    uint32_t at = 0;
    while (at < MAPPERS - 1 && mappers[at].from != NULL && mappers[at].from != object->from) at++;
    if (mappers[at].from != object->from) {
        mappers[at].from = object->from;
        mappers[at].bytes = 0;
        mappers[at].is_told = 0;
    }
    mappers[at].bytes += bytes;
    if (mappers[at].is_told || mappers[at].bytes < WORTH_A_NOTE || name[0] == 0 || name == first) return;
    mappers[at].is_told = 1;
    size_t length = strlen(name);
    hw__writer_note(HW_NOTE_MAPS_ITSELF, length > PATH_MOST ? name + length - PATH_MOST : name);
}

void hw__allocators_mapped(const void *caller, uint64_t bytes) {
    struct hw__thread *self = &hw__self;
    struct found object;
    int kept;
    if (bytes < WORTH_A_LOOK || findObject == NULL || hw__mode_now() != HW_ACTIVE) return;
    if (findObject((void *)(uintptr_t)caller, &object) != 0 || (uintptr_t)object.from == python.from) return;
    if (!hw__enter_alone(self, &kept)) return;
    count(&object, bytes);
    hw__leave_alone(self, kept);
}
