/* native_stack.h: the C and C++ calls that this thread is in. */
#ifndef HW_NATIVE_STACK_H
#define HW_NATIVE_STACK_H
#include <stdint.h>

#define HW_MOST_NATIVE 128u

struct hw__native_walk {
    uint32_t count;               /* innermost first, our own calls left out */
    uint32_t steps;               /* calls that were looked at */
    int is_cut;                   /* callers further out are not known */
    uintptr_t at[HW_MOST_NATIVE]; /* an address within the instruction that calls */
};

/* At load. NULL, or why native stacks cannot be had. */
const char *hw__native_begin(void);

/* Under the lock. The calls inside the innermost loop of the interpreter, in whose C frame
 * `mark` lies (0: not known); all of the thread's where no such loop is on its stack. NULL: not asked for. */
const struct hw__native_walk *hw__native_walk(uintptr_t mark);
#endif
