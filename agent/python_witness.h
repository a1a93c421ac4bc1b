/* python_witness.h: what CPython, from 3.13 on, publishes of its own layout for debuggers. */
#ifndef HW_PYTHON_WITNESS_H
#define HW_PYTHON_WITNESS_H
#include "python_stack.h"

/* Both read static data only, and may be called at any time once Python has been found. */
int hw__witness_free_threaded(void);
const char *hw__witness_against(const struct hw__offsets *row); /* a column that is wrong, or NULL */
#endif
