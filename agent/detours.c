/* detours.c: slots that were given back are a stack, linked through the slots themselves. Its top carries a count beside the slot's
 * number, so that a top that was taken and given back meanwhile is not mistaken for the same. Nothing here is ever half done in
 * a forked child: what another thread was about to take is merely lost. */
#include "detours.h"
#include "guard.h"
#include "os.h"
#include <string.h>

#define STEP (UINT64_C(64) << 10) /* made usable at a time; before that neither counted nor locked into memory */
#define SLOTS ((uint32_t)(HW_DETOURS_RESERVED / HW_DETOUR_STRIDE))
#define IS_MAPPED 2u /* in a head of glibc's: nothing behind the block is looked at */

struct slot {
    uint64_t asked; /* bytes; 0 = none yet, or it is free */
    uint64_t head;
    char bytes[HW_DETOUR_BYTES];
};
_Static_assert(sizeof(struct slot) == HW_DETOUR_STRIDE, "a slot");

uint64_t hw__detours_from;      /* atomic, set once */
static uint64_t top;            /* atomic: (count << 32) | slot's number + 1 */
static uint32_t begun;          /* atomic: slots that were ever taken */
static uint64_t made;           /* atomic: bytes made usable */
static uint64_t objects;        /* atomic */
static uint32_t isMaking;       /* atomic: by one thread at a time; whoever comes second asks malloc */

static struct slot *slotAt(uint32_t i) { return (struct slot *)(uintptr_t)__atomic_load_n(&hw__detours_from, __ATOMIC_RELAXED) + i; }
static struct slot *slotOf(void *p) { return (struct slot *)(void *)((char *)p - offsetof(struct slot, bytes)); }

/* Room for so many slots. */
static int makeMore(uint32_t slots) {
    int is_enough = 0;
    if (__atomic_exchange_n(&isMaking, 1, __ATOMIC_ACQUIRE)) return 0;
    void *from = (void *)(uintptr_t)__atomic_load_n(&hw__detours_from, __ATOMIC_RELAXED);
    if (from == NULL && (from = hw__os_take_space(HW_DETOURS_RESERVED)) != NULL)
        __atomic_store_n(&hw__detours_from, (uint64_t)(uintptr_t)from, __ATOMIC_RELEASE);
    uint64_t so_far = __atomic_load_n(&made, __ATOMIC_RELAXED);
    if (from != NULL) {
        while (so_far < (uint64_t)slots * HW_DETOUR_STRIDE && hw__os_open_space((char *)from + so_far, STEP)) so_far += STEP;
        __atomic_store_n(&made, so_far, __ATOMIC_RELEASE);
        is_enough = so_far >= (uint64_t)slots * HW_DETOUR_STRIDE;
    }
    __atomic_store_n(&isMaking, 0, __ATOMIC_RELEASE);
    return is_enough;
}

static void *takeNew(void) {
    uint32_t i = __atomic_load_n(&begun, __ATOMIC_RELAXED);
    do {
        if (i == SLOTS) return NULL;
        if ((uint64_t)(i + 1) * HW_DETOUR_STRIDE > __atomic_load_n(&made, __ATOMIC_ACQUIRE) && !makeMore(i + 1)) return NULL;
    } while (!__atomic_compare_exchange_n(&begun, &i, i + 1, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
    struct slot *s = slotAt(i);
    s->head = HW_DETOUR_STRIDE | IS_MAPPED;
    return s->bytes;
}

/* A slot that another thread takes at the same time may already be written to: then the count has changed. */
HW_READS_UNLOCKED static uint32_t readNext(const struct slot *s) {
    uint32_t next;
    memcpy(&next, s->bytes, sizeof next);
    return next;
}

void *hw__detour_take(void) {
    uint64_t now = __atomic_load_n(&top, __ATOMIC_ACQUIRE);
    while ((uint32_t)now != 0) {
        struct slot *s = slotAt((uint32_t)now - 1);
        uint64_t next = ((now >> 32) + 1) << 32 | readNext(s);
        if (__atomic_compare_exchange_n(&top, &now, next, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) return s->bytes;
    }
    return takeNew();
}

static uint64_t rounded(uint64_t bytes) { return (bytes + 15) & ~UINT64_C(15); }

void hw__detour_holds(void *p, size_t bytes) {
    struct slot *s = slotOf(p);
    uint64_t asked = bytes == 0 ? 1 : bytes;
    __atomic_fetch_add(&objects, rounded(asked) - rounded(s->asked), __ATOMIC_RELAXED);
    s->asked = asked;
}

void hw__detour_give(void *p) {
    struct slot *s = slotOf(p);
    uint32_t number = (uint32_t)(s - slotAt(0)) + 1;
    __atomic_fetch_sub(&objects, rounded(s->asked), __ATOMIC_RELAXED);
    s->asked = 0;
    uint64_t now = __atomic_load_n(&top, __ATOMIC_RELAXED), next;
    do {
        uint32_t below = (uint32_t)now;
        memcpy(s->bytes, &below, sizeof below);
        next = ((now >> 32) + 1) << 32 | number;
    } while (!__atomic_compare_exchange_n(&top, &now, next, 0, __ATOMIC_RELEASE, __ATOMIC_RELAXED));
}

void hw__detours_use(struct hw__detours_use *to) {
    to->objects = __atomic_load_n(&objects, __ATOMIC_RELAXED);
    to->made = __atomic_load_n(&made, __ATOMIC_RELAXED);
}
