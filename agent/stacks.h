/* stacks.h: stacks and code objects get a number each, written to the stream once. */
#ifndef HW_STACKS_H
#define HW_STACKS_H
#include <stdint.h>

/* Under the lock. The id of what this thread's Python is running; 0 = none or not known. */
uint32_t hw__stacks_now(void);
/* The same of a mapping that the code at `caller` asks for: with that call, unless the library it is in is Python's own. Mappings
 * are few and large, and which library makes them says what they are for. NULL: as hw__stacks_now. */
uint32_t hw__stacks_of_call(const void *caller);
uint32_t hw__stacks_cost(void); /* of the last stack that was taken, in ordinary samples */
void hw__stacks_clear(void); /* for a new file: ids start again from 1 */
int hw__stacks_is_valid(void);
#endif
