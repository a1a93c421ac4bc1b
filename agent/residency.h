/* residency.h: how much of the large blocks that are alive has memory behind it. */
#ifndef HW_RESIDENCY_H
#define HW_RESIDENCY_H
#include <stdint.h>

/* Under the lock, with a file open; before the snapshot record of a new maximum is written, so
 * that a reader who stops there knows it. Measures when it is worth it and not too dear. */
void hw__residency_measure(uint64_t now, uint64_t resident, int is_peak);
void hw__residency_allocated(uint64_t from, uint64_t bytes, int is_mapping); /* it was recorded exactly */
struct hw__range;
void hw__residency_changed(const struct hw__range *range); /* it is another one than was measured */
void hw__residency_released(uint64_t now, uint64_t from, uint64_t bytes); /* pages went from under what is recorded there */
void hw__residency_seen(uint64_t resident); /* at each look at what is resident */
int hw__residency_is_stale(void); /* much has come since all was measured, and it can be again */
void hw__residency_clear(void); /* for a new file */
#endif
