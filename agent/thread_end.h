/* thread_end.h: notices that a thread ends, so that what it kept to itself is not lost with it. */
#ifndef HW_THREAD_END_H
#define HW_THREAD_END_H
#include "guard.h"

void hw__thread_end_begin(void);                /* once, before any thread is watched */
void hw__thread_end_watch(struct hw__thread *self);
#endif
