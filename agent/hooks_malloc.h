/* hooks_malloc.h: the allocator beneath ours. */
#ifndef HW_HOOKS_MALLOC_H
#define HW_HOOKS_MALLOC_H

void hw__malloc_resolve(void);           /* finds it; safe to call again */
void hw__malloc_count_once(void);        /* where the allocator's functions call each other through us */
const char *hw__malloc_foreign(void);    /* a library whose malloc comes before ours, or NULL */
const void *hw__malloc_beneath(void);    /* the function that ours calls */
int hw__is_bootstrap(const void *p);     /* a block given before it was found */
#endif
