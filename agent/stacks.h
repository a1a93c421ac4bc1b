/* stacks.h: stacks and code objects get a number each, written to the stream once. */
#ifndef HW_STACKS_H
#define HW_STACKS_H
#include <stdint.h>

/* Under the lock. The id of what this thread's Python is running; 0 = none or not known. */
uint32_t hw__stacks_now(void);
uint32_t hw__stacks_cost(void); /* of the last stack that was taken, in ordinary samples */
void hw__stacks_clear(void); /* for a new file: ids start again from 1 */
int hw__stacks_is_valid(void);
#endif
