/* python_exact.h: Python's allocators when every block is recorded. */
#ifndef HW_PYTHON_EXACT_H
#define HW_PYTHON_EXACT_H
#include "python_runtime.h"

hw__py_allocator hw__exact_hooks(const hw__py_allocator *original);
#endif
