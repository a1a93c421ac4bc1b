/* areas.h: what all of this process's private memory is for, by pages. */
#ifndef HW_AREAS_H
#define HW_AREAS_H
#include "occasion.h"
#include "os.h"
#include <stdint.h>

/* Under the lock, with a file open; before the snapshot record of a maximum is written, so that a reader who stops there
 * has it. Writes an AREAS record when it is worth it and not too dear. */
void hw__areas_measure(uint64_t now, const struct hw__statm *statm, enum hw__occasion occasion);
int hw__areas_are_due(uint64_t resident, enum hw__occasion occasion); /* it would be measured then */
void hw__areas_clear(void);  /* for a new file */
void hw__areas_forked(void); /* in a child, while the parent's ranges are still listed: its mappings are here, too */
#endif
