/* nested.h: keeps a block from being counted twice where one allocation function calls another. */
#ifndef HW_NESTED_H
#define HW_NESTED_H
#include <stddef.h>

/* The functions that an interposed one passes its call on to. */
struct hw__malloc_family {
    void *(*malloc)(size_t);
    void *(*calloc)(size_t, size_t);
    void *(*realloc)(void *, size_t);
    void (*free)(void *);
    void *(*memalign)(size_t, size_t);
    void *(*aligned_alloc)(size_t, size_t);
    int (*posix_memalign)(void **, size_t, size_t);
    size_t (*usable)(void *);
    /* NULL where the allocator has none, or until they are needed. */
    void *(*reallocarray)(void *, size_t, size_t);
    void *(*valloc)(size_t);
    void *(*pvalloc)(size_t);
    void (*free_sized)(void *, size_t);
    void (*free_aligned_sized)(void *, size_t, size_t);
};

void hw__nested_quieten(struct hw__malloc_family *real);
#endif
