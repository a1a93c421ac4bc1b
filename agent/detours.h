/* detours.h: where sampled small objects live. Blocks of malloc would do, but one that comes to lie behind a growing list at the
 * top of the heap makes the list's next growth a copy, and the program's peak another. So they have a place of their own:
 * equal slots, from the agent's memory, which a thread takes and gives back without a lock. */
#ifndef HW_DETOURS_H
#define HW_DETOURS_H
#include <stddef.h>
#include <stdint.h>

#define HW_DETOUR_STRIDE 528u /* with a head as glibc's, so that malloc_usable_size tells what a slot can hold: */
#define HW_DETOUR_BYTES (HW_DETOUR_STRIDE - 16u)
#define HW_DETOURS_RESERVED ((uint64_t)16 << 20)

extern uint64_t hw__detours_from; /* 0 until there are any; then it stays */

static inline int hw__is_detour(const void *p) {
    return (uint64_t)(uintptr_t)p - hw__detours_from < HW_DETOURS_RESERVED && hw__detours_from != 0;
}

void *hw__detour_take(void); /* NULL: all are taken; then malloc is asked */
void hw__detour_give(void *p);
void hw__detour_holds(void *p, size_t bytes); /* what was asked for */

struct hw__detours_use {
    uint64_t objects; /* bytes, as pymalloc would round them up */
    uint64_t made;    /* bytes that were made usable for slots so far */
};
void hw__detours_use(struct hw__detours_use *to);
#endif
