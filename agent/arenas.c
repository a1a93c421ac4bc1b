/* arenas.c: walks pymalloc's pools. An arena is cut into pools of one size of blocks each; a pool's head says how many of
 * them are in use. Pools are handed out in order, so a head that was never written ends an arena: no page is touched that
 * pymalloc has not touched (but one, for reading, an arena).
 *
 *     | head | block | block | ... | head | ... | never used |
 *     |<-------- pool ------------>|
 *
 * Another thread may be in pymalloc meanwhile: a count may be off by the block that it takes, and a pool that is just
 * being made may look like none: then nothing is said this time. The layout (offsets as in
 * Include/internal/pycore_obmalloc.h, struct pool_header, the same from 3.9 on) is proved by allocating before it is used. */
#include "arenas.h"
#include "array.h"
#include "guard.h"
#include "os.h"
#include "python_runtime.h"
#include <string.h>

#define KIB 1024u
#define FIRST_ROOM 512u
#define MOST_ARENAS (1u << 20)
#define ALIGNMENT 16u /* of blocks: sizes are multiples of it */
#define CLASSES 32u
#define HEAD_BYTES 48u
#define MOST_NONSENSE 16u /* a head may be read while it is written; one that looks so time after time is none */
#define PROBES 64u
#define PROBE_BYTES 208u

enum proof { UNPROVED, PROVED, REFUSED };

static const void **arenas;
static uint32_t count, room;
static uint64_t mapped;
static size_t arenaBytes = 256 * KIB, poolBytes = 4 * KIB;
static enum proof proof; /* atomic: it is lost without the lock, too */
static uint32_t nonsense;

void hw__arenas_layout(uint32_t minor) {
    if (minor < 10) return;
    arenaBytes = 1024 * KIB;
    poolBytes = 16 * KIB;
}

size_t hw__arenas_bytes(void) { return arenaBytes; }
uint32_t hw__arenas_count(void) { return count; }
uint64_t hw__arenas_mapped(void) { return __atomic_load_n(&mapped, __ATOMIC_RELAXED); }
static enum proof proofNow(void) { return __atomic_load_n(&proof, __ATOMIC_RELAXED); }
int hw__arenas_are_known(void) { return proofNow() == PROVED; }
void hw__arenas_lost(void) { __atomic_store_n(&proof, REFUSED, __ATOMIC_RELAXED); }

static int makeRoom(void) {
    if (count < room) return 1;
    const void **fresh = hw__array_grow(arenas, &room, sizeof *fresh, FIRST_ROOM, MOST_ARENAS);
    if (fresh != NULL) arenas = fresh;
    return fresh != NULL;
}

void hw__arenas_add(const void *arena) {
    __atomic_fetch_add(&mapped, arenaBytes, __ATOMIC_RELAXED);
    if (makeRoom())
        arenas[count++] = arena;
    else
        hw__arenas_lost();
}

void hw__arenas_remove(const void *arena) {
    for (uint32_t i = count; i-- > 0;) {
        if (arenas[i] != arena) continue;
        arenas[i] = arenas[--count];
        __atomic_fetch_sub(&mapped, arenaBytes, __ATOMIC_RELAXED);
        return;
    }
}

const void *hw__arenas_at(uint32_t index) { return index < count ? arenas[index] : NULL; }

struct head {
    uint32_t used;
    uint32_t class; /* of sizes */
    uint32_t next;  /* offset of the first block that was never handed out */
};

/* Each field is one aligned word: it is as before or as after, and walks allow for either. */
HW_READS_UNLOCKED static struct head readHead(const char *pool) {
    struct head head;
    memcpy(&head.used, pool, 4);
    memcpy(&head.class, pool + 36, 4);
    memcpy(&head.next, pool + 40, 4);
    return head;
}

/* 0: this is no pool's head. */
static int addPool(const struct head *head, struct hw__arenas_use *to) {
    uint32_t size = (head->class + 1) * ALIGNMENT, page = (uint32_t)hw__os_page();
    if (head->class >= CLASSES || head->next > poolBytes + size || head->used > (poolBytes - HEAD_BYTES) / size) return 0;
    uint32_t reached = (head->next + page - 1) / page * page;
    to->blocks += head->used;
    to->live += (uint64_t)head->used * size;
    to->touched += reached < poolBytes ? reached : poolBytes;
    return 1;
}

static int walkArena(const char *arena, struct hw__arenas_use *to) {
    const char *end = arena + arenaBytes;
    uintptr_t first = ((uintptr_t)arena + poolBytes - 1) & ~(uintptr_t)(poolBytes - 1);
    for (const char *pool = (const char *)first; pool + poolBytes <= end; pool += poolBytes) {
        struct head head = readHead(pool);
        if (head.next == 0) return 1;
        if (!addPool(&head, to)) return 0;
    }
    return 1;
}

static int walkAll(struct hw__arenas_use *to) {
    *to = (struct hw__arenas_use){0, 0, 0};
    for (uint32_t i = 0; i < count; i++)
        if (!walkArena(arenas[i], to)) return 0;
    return 1;
}

int hw__arenas_walk(struct hw__arenas_use *to) {
    if (!hw__arenas_are_known()) return 0;
    int is_good = walkAll(to);
    nonsense = is_good ? 0 : nonsense + 1;
    if (nonsense == MOST_NONSENSE) hw__arenas_lost();
    return is_good;
}

int hw__arenas_is_valid(void) {
    for (uint32_t i = 1; i < count; i++)
        if (arenas[i] == arenas[0]) return 0;
    return count <= room && (proofNow() == REFUSED || hw__arenas_mapped() == (uint64_t)count * arenaBytes);
}

static int walkLocked(struct hw__arenas_use *to) {
    struct hw__thread *self = &hw__self;
    int kept;
    if (!hw__enter_alone(self, &kept)) return 0;
    int is_good = proofNow() == UNPROVED && walkAll(to);
    hw__leave_alone(self, kept);
    return is_good;
}

/* None of them may be sampled: it would come from malloc. */
static uint32_t allocateProbes(void **probes) {
    struct hw__thread *self = &hw__self;
    int64_t left = self->left;
    uint32_t n = 0;
    self->left = HW_FAR;
    while (n < PROBES && (probes[n] = hw__python.object_malloc(PROBE_BYTES)) != NULL) n++;
    self->left = left;
    return n;
}

/* Python lets no other thread in, and nothing else allocates in between: the count must rise by just the probes. */
void hw__arenas_verify(void) {
    struct hw__arenas_use before, after;
    void *probes[PROBES];
    if (proofNow() != UNPROVED) return;
    if (!walkLocked(&before)) {
        hw__arenas_lost();
        return;
    }
    uint32_t n = allocateProbes(probes);
    int is_proved = walkLocked(&after) && n == PROBES && before.blocks > 0 && after.blocks - before.blocks == PROBES &&
                    after.live - before.live == PROBES * PROBE_BYTES;
    enum proof none = UNPROVED, now = is_proved ? PROVED : REFUSED;
    __atomic_compare_exchange(&proof, &none, &now, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
    while (n > 0) hw__python.object_free(probes[--n]);
}
