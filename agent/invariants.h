/* invariants.h: what must hold whenever the lock is free. Checked in debug builds alone (HW_CFLAGS=-DHW_DEBUG). */
#ifndef HW_INVARIANTS_H
#define HW_INVARIANTS_H

#ifdef HW_DEBUG
void hw__invariants_check(void); /* under the lock, as it is let go; now and then */
#else
static inline void hw__invariants_check(void) {}
#endif
#endif
