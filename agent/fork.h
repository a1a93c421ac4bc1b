/* fork.h: keeping a forked child out of its parent's file. */
#ifndef HW_FORK_H
#define HW_FORK_H
#include <stdint.h>

/* `reader`: a process that may read the memory of this one and of its children, though it is
 * no parent of theirs (Yama's ptrace_scope 1 forbids that otherwise); 0 = none. */
void hw__fork_watch(uint32_t reader);
uint32_t hw__fork_pid(void); /* of the process whose memory this is: a child of vfork is another */
extern const uint32_t *hw__fork_mark; /* *mark is 0 in a child that our handlers did not see */
void hw__fork_unseen(void);           /* ... which must call this before it takes the lock */
#endif
