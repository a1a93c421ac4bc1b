/* snapshot.h: what the process holds, as the kernel sees it, at moments that matter. */
#ifndef HW_SNAPSHOT_H
#define HW_SNAPSHOT_H
#include "guard.h"
#include <stdint.h>

#define HW_STACK_NOT_TAKEN UINT32_MAX /* the snapshot takes it itself if it is written */

/* All under the lock, with a file open. */
void hw__snapshot_allocated(uint64_t now, uint64_t weight, uint32_t stack); /* after a sample */
/* Before memory goes back: is this the moment of a peak? Takes the stack only if so. from_table: what the table will weigh less
 * by; 0 where the block is moved. */
void hw__snapshot_before_free(uint64_t now, uint64_t bytes, int is_large, uint64_t from_table);
/* The end of a large block is recorded before its memory goes: until the thread is back from there, looks by others would find
 * memory that nobody holds. */
void hw__snapshot_going(struct hw__thread *self, uint64_t bytes);
void hw__snapshot_gone(struct hw__thread *self); /* without the lock, too */
void hw__snapshot_last(uint64_t now); /* AT_EXIT, with VmHWM; also into the header */
void hw__snapshot_clear(void);        /* for a new file */
#endif
