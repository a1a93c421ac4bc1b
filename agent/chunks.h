/* chunks.h: recognises the memory of glibc's malloc by the heads that it writes into it. Under the lock. */
#ifndef HW_CHUNKS_H
#define HW_CHUNKS_H
#include <stdint.h>

/* Where the heap of an arena that begins at `page` ends, or the block that is a mapping of its own and begins there;
 * 0: none does. Heads are read through the kernel: other threads may unmap them meanwhile. */
uint64_t hw__chunks_heap(uint64_t page, uint64_t end);
uint64_t hw__chunks_block(uint64_t page, uint64_t end);
#define HW_HEAP_ALIGNMENT (UINT64_C(64) << 20)
#define HW_MAPPING_HEAD 16u

/* Of a block that is alive and that nobody can free now: 1 and its whole mapping, where it is one. */
int hw__chunks_is_mapping(const void *p, uint64_t *from, uint64_t *to);
#endif
