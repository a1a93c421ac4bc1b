/* turns.h: where memory turns, that is, has risen and goes down. What was put off while it rose is made up for there. All under
 * the lock. */
#ifndef HW_TURNS_H
#define HW_TURNS_H
#include <stdint.h>

enum hw__owed { HW_OWED_WALK = 1, HW_OWED_AREAS = 2 };

void hw__turns_owe(enum hw__owed what); /* it waits, or is too dear at this moment */
void hw__turns_paid(enum hw__owed what);
/* A block goes that weighs that much in the table (0: it is moved): does memory turn, with something owed? */
int hw__turns_is_turn(uint64_t weight);
void hw__turns_clear(void); /* for a new file */
#endif
