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
/* Memory turns: is it worth a look, which costs that much (ns)? There are programs in which it does so a thousand times a second. 0: nothing is owed any more. */
int hw__turns_take(uint64_t cost);
void hw__turns_settle(void); /* what was too dear even at a turn is not asked for again with each block */
void hw__turns_clear(void); /* for a new file */
#endif
