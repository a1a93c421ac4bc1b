/* modules.h: which ELF file an address of code comes from. */
#ifndef HW_MODULES_H
#define HW_MODULES_H
#include <stdint.h>

struct hw__module {
    uintptr_t begin, end; /* where it is mapped; 0, 0 = none */
    uintptr_t bias;       /* what was added to the addresses that its own symbols have */
    uint32_t record;      /* id of its CODE record */
};

/* Under the lock, for an address that this thread is executing: its module cannot go away
 * meanwhile. `near` is the answer for a call of the same stack, which most often holds for the next,
 * or zeros. 0: could not be written. Code without a file (made at run time) is a module with an empty path. */
int hw__modules_find(uintptr_t at, struct hw__module *near);
/* Is this code of a library that is no part of Python: not the program itself, libpython, a module of the standard library, or what
 * ctypes calls by? 0 where that is not known. */
int hw__modules_is_foreign(uintptr_t at);
void hw__modules_clear(void);
#endif
