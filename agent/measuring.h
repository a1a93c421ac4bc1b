/* measuring.h: asks the kernel how much of a recorded block or mapping has memory behind it, and writes it down. All under the
 * lock, with a file open. */
#ifndef HW_MEASURING_H
#define HW_MEASURING_H
#include "ranges.h"
#include "table.h"

enum hw__measured { HW_IS_PRIVATE, HW_IS_ZEROED, HW_IS_MAPPING, HW_IS_SHARED };

static inline int hw__is_mapping(enum hw__measured kind) { return kind == HW_IS_MAPPING || kind == HW_IS_SHARED; }
static inline enum hw__measured hw__kind_of_block(const struct hw__live *block) {
    return block->is_zeroed ? HW_IS_ZEROED : HW_IS_PRIVATE;
}
static inline enum hw__measured hw__kind_of_range(const struct hw__range *range) {
    return range->kind == HW_RANGE_SHARED ? HW_IS_SHARED : HW_IS_MAPPING;
}

void hw__measuring_allow(uint64_t now, uint64_t worked, uint64_t hold); /* how long it may take from now on */
/* 0: time was up in the middle of it. UINT64_MAX: the kernel does not say. Not while another one is open. */
int hw__measure(uint64_t from, uint64_t bytes, enum hw__measured kind, uint64_t *resident);
int hw__measuring_is_open(void);
int hw__measuring_resume(void); /* goes on with what was left in the middle; 0: there is still no end of it */
void hw__measuring_clear(void);
/* Is what was recorded there still alive? Its kind, then. */
int hw__measuring_kind(uint64_t from, uint64_t bytes, int is_mapping, enum hw__measured *to);
#endif
