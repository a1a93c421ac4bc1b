/* native_swap.c: the same code under two names, for a library that takes another's place. */
#include <stdlib.h>

#ifndef NAME
#define NAME given
#endif

__attribute__((noinline)) void *NAME(size_t n) {
    void *volatile p = malloc(n);
    return p;
}
