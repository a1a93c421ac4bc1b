/* python_verify.h: proves at run time that frames are read rightly. */
#ifndef HW_PYTHON_VERIFY_H
#define HW_PYTHON_VERIFY_H
#include "guard.h"

void hw__verify_table(void); /* before any frame is read: against the table that Python publishes */

/* From a sample: asks Python, once, for a call at its next safe moment. */
void hw__verify_soon(void);
void hw__verify_again(void); /* in a forked child, where that call may have been lost */
#endif
