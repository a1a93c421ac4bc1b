/* native_bare.c: built without unwind tables, as some assembly is. */
#include <stdlib.h>

__attribute__((noinline)) void *bare(void *(*inner)(size_t), size_t n) {
    void *volatile p = inner(n);
    return p;
}
