/* unwinder.h: what the unwinder that is linked into this library asks of the C library. */
#ifndef HW_UNWINDER_H
#define HW_UNWINDER_H
int hw__unwinder_begin(void); /* before its first use; 0: this C library cannot search for code without a lock */
#endif
