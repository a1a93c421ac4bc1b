/* os.h: every system call that the agent makes on its own behalf. They go straight to the
 * kernel: the C library's wrappers may be interposed (by this agent itself), may be
 * cancellation points, and may be in use by whoever was interrupted. */
#ifndef HW_OS_H
#define HW_OS_H
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

_Static_assert(sizeof(void *) == 8 && sizeof(off_t) == 8, "the agent is for 64-bit programs");
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "streams and CPython's strings are read as little-endian");

struct hw__statm {
    uint64_t virtual_bytes, resident_bytes, shared_bytes, data_bytes; /* data: private and writable, with stacks */
};

struct hw__bounds { /* UINT64_MAX = none */
    uint64_t address_space, data;
};

struct hw__usage {
    uint64_t max_resident, user_us, system_us, minor_faults, major_faults;
};

uint64_t hw__os_now(void);          /* CLOCK_MONOTONIC, ns */
uint64_t hw__os_now_realtime(void); /* CLOCK_REALTIME, ns */
uint64_t hw__os_now_worked(void);   /* CPU time of this thread, ns */
uint64_t hw__os_now_worked_by_all(void); /* ... and of all of this process */
uint32_t hw__os_pid(void);          /* asked of the kernel, not of a cache */
uint32_t hw__os_own_pid(void);      /* that of the last hw__os_is_process, 0 = none yet */
void hw__os_is_process(void);       /* at load and after each fork, by the process itself: not by a child of vfork */
uint32_t hw__os_parent_pid(void);
uint32_t hw__os_tid(void);
size_t hw__os_thread_name(char to[16]); /* of this thread: its bytes, not terminated */
uint32_t hw__os_threads(void); /* of this process, this one among them; 0: not known */
void hw__os_allow_reader(uint32_t pid); /* lets that process read this one's memory, where Yama asks for leave */
size_t hw__os_page(void);
uint64_t hw__os_break(void); /* where malloc's first heap ends, up to the page's end */

/* Private zeroed memory of the agent's own; NULL when there is none to be had. */
void *hw__os_take(size_t bytes);
void hw__os_give(void *memory, size_t bytes);
void *hw__os_take_wiped(void); /* a page that is zero in every child made by fork or clone, or NULL */
void *hw__os_take_space(size_t bytes);          /* addresses alone, not listed, to be opened piece by piece: */
int hw__os_open_space(void *at, size_t bytes); /* 1: zeroed memory is there now */
uint64_t hw__os_taken(void); /* bytes held through hw__os_take */
int hw__os_taken_at(uint32_t index, uint64_t *from, uint64_t *to); /* where; 0: there are no more. Under the lock */
void hw__os_name(void *memory, size_t bytes); /* label it for /proc/PID/maps where possible */

int hw__os_create(const char *path);                /* fd, or -errno; fails if it exists */
int hw__os_open(const char *path);                  /* fd for reading and writing, or -errno */
int hw__os_open_to_read(const char *path);          /* fd, or -errno */
void hw__os_close(int fd);
int hw__os_unlink(const char *path);
int hw__os_is_file(int fd, uint64_t device, uint64_t inode);
int hw__os_identify(int fd, uint64_t *device, uint64_t *inode);
/* Makes [from, from + bytes) of the file real, so that touching a mapping of it cannot fault.
 * 0, or -errno. Never raises SIGXFSZ. */
int hw__os_reserve(int fd, uint64_t from, uint64_t bytes);
void *hw__os_map_file(int fd, uint64_t from, size_t bytes);
void hw__os_unmap(void *memory, size_t bytes);
void hw__os_cover(void *memory, size_t bytes); /* private memory in its place: what is written there is lost */

int hw__os_read_file(const char *path, char *to, size_t room); /* bytes read, or -errno */
int hw__os_executable(char *to, size_t room); /* path of this program, not terminated: its bytes, or -1 */
int hw__os_statm(struct hw__statm *to);                        /* 1 when read */
uint64_t hw__os_high_water(void);                              /* VmHWM in bytes, 0 = unknown; under the lock */
uint64_t hw__os_mark(void); /* the largest resident size so far, at once: of this process, or of what it was before exec */
void hw__os_usage(struct hw__usage *to);
void hw__os_bounds(struct hw__bounds *to);                     /* RLIMIT_AS and RLIMIT_DATA */
/* Copies memory of this process that may not be there. 1 when all of it could be read. */
int hw__os_peek(const void *from, void *to, size_t bytes);

/* Tells the processor that this is a loop that waits. */
static inline void hw__os_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

int hw__os_wait(uint32_t *word, uint32_t seen); /* at most 100 ms; 0 when nothing happened */
void hw__os_wake(uint32_t *word);
#endif
