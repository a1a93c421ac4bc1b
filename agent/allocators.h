/* allocators.h: who else hands out memory in this process. */
#ifndef HW_ALLOCATORS_H
#define HW_ALLOCATORS_H
#include <stdint.h>

/* From the constructor. `malloc` is the function beneath ours; `python` lies in CPython. */
void hw__allocators_begin(const void *malloc, const void *python);
/* The first library that would serve malloc; NULL: the program itself does. From the constructor. */
const char *hw__allocators_first(void);
/* A mapping of the library beneath our malloc: what is handed out of it is recorded as blocks. */
int hw__allocators_is_own(const void *caller);
/* Anonymous memory that a library mapped itself. Those that do it much are told in a note. */
void hw__allocators_mapped(const void *caller, uint64_t bytes);
#endif
