/* writer.h: the stream file of this process image (its bytes: wire.h). */
#ifndef HW_WRITER_H
#define HW_WRITER_H
#include "wire.h"
#include <stddef.h>

/* Which records still go on when the file grows towards its ceiling. */
enum hw__class {
    HW_CLASS_SAMPLE, /* stop first: ALLOC, FREE, UNMAP */
    HW_CLASS_NAME,   /* then STACK, CODE, THREAD: snapshots still want some */
    HW_CLASS_KEPT,   /* have a reserve: SNAPSHOT, MEAN, NOTE */
    HW_CLASS_LAST,   /* always have room: the last snapshot, EXIT, the note that writing stopped */
};

/* Before anything is written. 0: no such directory name, or too long. */
int hw__writer_configure(const char *directory, uint64_t ceiling);

/* All under the lock. */
int hw__writer_is_open(void);
int hw__writer_open(void); /* 1 when a file stands ready; after a failure, never again */
/* Appends a record; `record` begins with a struct hw_record, which is filled in here. */
int hw__writer_put(enum hw_kind kind, uint32_t flag, void *record, size_t size, enum hw__class class);
struct hw_header *hw__writer_header(void); /* NULL while there is no file */
int hw__writer_is_full(void);              /* samples stopped: ceiling or disk */
uint32_t hw__writer_quarter(void);         /* 0..3: how much of the ceiling is used */
void hw__writer_drop(void);                /* counts a record that was not written */
void hw__writer_thread(uint32_t index);    /* whose the next records are */

/* Notes and flags may come before there is a file: they are kept and repeated in each. */
void hw__writer_note(enum hw_note kind, const char *text);
void hw__writer_flag(uint32_t flags);
void hw__writer_unflag(uint32_t flags);

int hw__writer_is_valid(void);

/* In a forked child: the file is the parent's. Forgets it; the next open starts another. */
void hw__writer_forget(uint64_t inherited_bytes);
/* In a child that does not know in which state it is: whatever is still written goes nowhere. */
void hw__writer_abandon(void);
#endif
