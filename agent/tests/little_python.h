/* little_python.h: a runtime that passes for CPython 3.11: its names, its allocators, and a pymalloc whose pools are laid out
 * as the real one's. It runs no Python: no thread ever has frames. */
#ifndef LITTLE_PYTHON_H
#define LITTLE_PYTHON_H
#include <stddef.h>

void python_take_gil(void);
void python_let_go(void);
/* With the GIL: through the hooks that the agent has put in. */
void *python_malloc(size_t bytes);
void *python_calloc(size_t count, size_t each);
void *python_realloc(void *p, size_t bytes);
void python_free(void *p);
int python_is_own(void *p);  /* it is in one of pymalloc's pools */
size_t python_in_use(void); /* bytes of pymalloc's own blocks that are alive, rounded up as it does */
#endif
