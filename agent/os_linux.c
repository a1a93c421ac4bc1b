/* os_linux.c: the Linux side of os.h. Each function leaves errno to its caller's care
 * (guard.h saves it around everything that the agent does). */
#define _GNU_SOURCE
#include "os.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#ifndef MADV_WIPEONFORK
#define MADV_WIPEONFORK 18
#endif
#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#define PR_SET_VMA_ANON_NAME 0
#endif

/* As in linux/futex.h: the kernel's own headers do not come with every C library. */
#define FUTEX_WAIT 0
#define FUTEX_WAKE 1
#define FUTEX_PRIVATE_FLAG 128

static uint64_t taken;

/* What hw__os_take gave; where there is no room it is merely not listed. */
#define MOST_OWN 64u
static struct {
    uint64_t from, bytes;
} own[MOST_OWN];
static uint32_t ownCount;

static void listOwn(const void *memory, size_t bytes) {
    if (ownCount == MOST_OWN) return;
    own[ownCount].from = (uint64_t)(uintptr_t)memory;
    own[ownCount++].bytes = bytes;
}

static void unlistOwn(const void *memory) {
    for (uint32_t i = 0; i < ownCount; i++)
        if (own[i].from == (uint64_t)(uintptr_t)memory) own[i--] = own[--ownCount];
}

int hw__os_taken_at(uint32_t index, uint64_t *from, uint64_t *to) {
    if (index >= ownCount) return 0;
    *from = own[index].from;
    *to = own[index].from + ((own[index].bytes + hw__os_page() - 1) & ~(uint64_t)(hw__os_page() - 1));
    return 1;
}

static uint64_t clockNow(clockid_t which) {
    struct timespec t = {0, 0};
    clock_gettime(which, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

uint64_t hw__os_now(void) { return clockNow(CLOCK_MONOTONIC); }
uint64_t hw__os_now_realtime(void) { return clockNow(CLOCK_REALTIME); }
uint64_t hw__os_now_worked(void) { return clockNow(CLOCK_THREAD_CPUTIME_ID); }
uint64_t hw__os_now_worked_by_all(void) { return clockNow(CLOCK_PROCESS_CPUTIME_ID); }

uint32_t hw__os_pid(void) { return (uint32_t)syscall(SYS_getpid); }

/* Not kept by whoever asks: a child of vfork asks, too, and it runs in this memory. */
static uint32_t ownPid;

void hw__os_is_process(void) { ownPid = hw__os_pid(); }
uint32_t hw__os_own_pid(void) { return ownPid; }

uint32_t hw__os_parent_pid(void) { return (uint32_t)syscall(SYS_getppid); }
uint32_t hw__os_tid(void) { return (uint32_t)syscall(SYS_gettid); }
void hw__os_allow_reader(uint32_t pid) { syscall(SYS_prctl, PR_SET_PTRACER, (unsigned long)pid, 0, 0, 0); }

size_t hw__os_page(void) {
    static size_t known; /* asked by any thread: each finds the same */
    size_t page = __atomic_load_n(&known, __ATOMIC_RELAXED);
    if (page == 0) __atomic_store_n(&known, page = (size_t)sysconf(_SC_PAGESIZE), __ATOMIC_RELAXED);
    return page;
}

size_t hw__os_thread_name(char to[16]) {
    char name[16] = ""; /* TASK_COMM_LEN, terminated; a file in /proc would take thirty times as long for each short thread */
    if (syscall(SYS_prctl, PR_GET_NAME, name, 0, 0, 0) != 0) return 0;
    size_t bytes = strnlen(name, sizeof name);
    memcpy(to, name, bytes);
    return bytes;
}

uint32_t hw__os_threads(void) {
    struct stat tasks;
    if (syscall(SYS_newfstatat, AT_FDCWD, "/proc/self/task", &tasks, 0) != 0 || tasks.st_nlink < 2) return 0;
    return (uint32_t)tasks.st_nlink - 2;
}

uint64_t hw__os_break(void) { return ((uint64_t)syscall(SYS_brk, 0) + hw__os_page() - 1) & ~(uint64_t)(hw__os_page() - 1); }

static void *map(size_t bytes, int prot, int flags, int fd, uint64_t from) {
    long at = syscall(SYS_mmap, NULL, bytes, prot, flags, fd, from);
    return at == -1 ? NULL : (void *)at;
}

void *hw__os_take(size_t bytes) {
    void *memory = map(bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == NULL) return NULL;
    hw__os_name(memory, bytes);
    listOwn(memory, bytes);
    __atomic_fetch_add(&taken, bytes, __ATOMIC_RELAXED);
    return memory;
}

void *hw__os_take_space(size_t bytes) {
    void *space = map(bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (space == NULL) return NULL;
    hw__os_name(space, bytes);
    return space;
}

int hw__os_open_space(void *at, size_t bytes) {
    if (syscall(SYS_mprotect, at, bytes, PROT_READ | PROT_WRITE) != 0) return 0;
    __atomic_fetch_add(&taken, bytes, __ATOMIC_RELAXED);
    return 1;
}

void hw__os_give(void *memory, size_t bytes) {
    if (memory == NULL) return;
    syscall(SYS_munmap, memory, bytes);
    unlistOwn(memory);
    __atomic_fetch_sub(&taken, bytes, __ATOMIC_RELAXED);
}

void *hw__os_take_wiped(void) {
    void *memory = hw__os_take(hw__os_page());
    if (memory == NULL || syscall(SYS_madvise, memory, hw__os_page(), MADV_WIPEONFORK) == 0) return memory;
    hw__os_give(memory, hw__os_page()); /* before Linux 4.14 */
    return NULL;
}

uint64_t hw__os_taken(void) { return __atomic_load_n(&taken, __ATOMIC_RELAXED); }

void hw__os_name(void *memory, size_t bytes) {
    syscall(SYS_prctl, PR_SET_VMA, PR_SET_VMA_ANON_NAME, memory, bytes, "highwater-agent");
}

static int opened(long fd) { return fd == -1 ? -errno : (int)fd; }

int hw__os_create(const char *path) {
    int flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
    return opened(syscall(SYS_openat, AT_FDCWD, path, flags, 0600));
}

int hw__os_open(const char *path) {
    return opened(syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0));
}

int hw__os_open_to_read(const char *path) { return opened(syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0)); }
void hw__os_close(int fd) { syscall(SYS_close, fd); }
int hw__os_unlink(const char *path) { return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0); }

int hw__os_identify(int fd, uint64_t *device, uint64_t *inode) {
    struct stat s;
    if (syscall(SYS_fstat, fd, &s) != 0) return 0;
    *device = (uint64_t)s.st_dev;
    *inode = (uint64_t)s.st_ino;
    return 1;
}

int hw__os_is_file(int fd, uint64_t device, uint64_t inode) {
    uint64_t d, i;
    return hw__os_identify(fd, &d, &i) && d == device && i == inode;
}

#define ZERO_PIECES 64 /* of a page each: a window of the stream at once */

static int writeZeros(int fd, uint64_t from, uint64_t bytes) {
    static char zeros[4096];
    struct iovec pieces[ZERO_PIECES];
    while (bytes > 0) {
        uint64_t some = bytes < sizeof zeros * ZERO_PIECES ? bytes : sizeof zeros * ZERO_PIECES;
        int count = 0;
        for (uint64_t left = some; left > 0; left -= pieces[count++].iov_len)
            pieces[count] = (struct iovec){zeros, left < sizeof zeros ? (size_t)left : sizeof zeros};
        long n = syscall(SYS_pwritev, fd, pieces, count, from, UINT64_C(0));
        if (n == -1 && errno == EINTR) continue;
        if (n <= 0) return n == 0 ? -ENOSPC : -errno;
        from += (uint64_t)n;
        bytes -= (uint64_t)n;
    }
    return 0;
}

/* Zeros written out take the space just as well where a file system has no fallocate. They are written in any case, in one piece: a
 * page that comes into being by a first touch costs 8 us on ext4, one that is there in the cache 1.4 with all. */
int hw__os_reserve(int fd, uint64_t from, uint64_t bytes) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
        from + bytes > (uint64_t)limit.rlim_cur)
        return -EFBIG;
    while (syscall(SYS_fallocate, fd, 0, from, bytes) != 0) {
        if (errno == EINTR) continue;
        if (errno != EOPNOTSUPP && errno != ENOSYS) return -errno;
        break;
    }
    return writeZeros(fd, from, bytes);
}

void *hw__os_map_file(int fd, uint64_t from, size_t bytes) {
    return map(bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, from);
}

void hw__os_unmap(void *memory, size_t bytes) { syscall(SYS_munmap, memory, bytes); }

void hw__os_cover(void *memory, size_t bytes) {
    syscall(SYS_mmap, memory, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

int hw__os_read_file(const char *path, char *to, size_t room) {
    int fd = hw__os_open_to_read(path);
    if (fd < 0) return fd;
    size_t have = 0;
    while (have < room) {
        long n = syscall(SYS_read, fd, to + have, room - have);
        if (n == -1 && errno == EINTR) continue;
        if (n <= 0) break;
        have += (size_t)n;
    }
    hw__os_close(fd);
    return (int)have;
}

static const char *readNumber(const char *at, uint64_t *value) {
    while (*at == ' ' || *at == '\t') at++;
    for (*value = 0; *at >= '0' && *at <= '9'; at++) *value = *value * 10 + (uint64_t)(*at - '0');
    return at;
}

int hw__os_statm(struct hw__statm *to) {
    char text[160];
    int n = hw__os_read_file("/proc/self/statm", text, sizeof text - 1);
    if (n <= 0) return 0;
    text[n] = 0;
    const char *at = readNumber(text, &to->virtual_bytes);
    uint64_t code, libraries; /* which is always 0 */
    at = readNumber(at, &to->resident_bytes);
    at = readNumber(at, &to->shared_bytes);
    at = readNumber(at, &code);
    at = readNumber(at, &libraries);
    readNumber(at, &to->data_bytes);
    to->virtual_bytes *= hw__os_page();
    to->resident_bytes *= hw__os_page();
    to->shared_bytes *= hw__os_page();
    to->data_bytes *= hw__os_page();
    return 1;
}

uint64_t hw__os_high_water(void) {
    static char text[2048]; /* under the lock; stacks of threads may be small */
    uint64_t kib = 0;
    int n = hw__os_read_file("/proc/self/status", text, sizeof text - 1);
    if (n <= 0) return 0;
    text[n] = 0;
    const char *line = strstr(text, "\nVmHWM:");
    if (line != NULL) readNumber(line + 7, &kib);
    return kib * 1024;
}

void hw__os_usage(struct hw__usage *to) {
    struct rusage u;
    memset(&u, 0, sizeof u);
    getrusage(RUSAGE_SELF, &u);
    to->max_resident = (uint64_t)u.ru_maxrss * 1024;
    to->user_us = (uint64_t)u.ru_utime.tv_sec * 1000000u + (uint64_t)u.ru_utime.tv_usec;
    to->system_us = (uint64_t)u.ru_stime.tv_sec * 1000000u + (uint64_t)u.ru_stime.tv_usec;
    to->minor_faults = (uint64_t)u.ru_minflt;
    to->major_faults = (uint64_t)u.ru_majflt;
}

/* The mark is the process's either way; for the process as a whole the kernel would first add up the times of all threads, under
 * a lock of theirs. */
uint64_t hw__os_mark(void) {
    struct rusage u;
    memset(&u, 0, sizeof u);
    getrusage(RUSAGE_THREAD, &u);
    return (uint64_t)u.ru_maxrss * 1024;
}

static uint64_t boundOf(int resource) {
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return UINT64_MAX;
    return (uint64_t)limit.rlim_cur;
}

void hw__os_bounds(struct hw__bounds *to) {
    to->address_space = boundOf(RLIMIT_AS);
    to->data = boundOf(RLIMIT_DATA);
}

int hw__os_executable(char *to, size_t room) {
    return (int)syscall(SYS_readlinkat, AT_FDCWD, "/proc/self/exe", to, room);
}

int hw__os_peek(const void *from, void *to, size_t bytes) {
    struct iovec here = {to, bytes}, there = {(void *)(uintptr_t)from, bytes};
    long n = syscall(SYS_process_vm_readv, ownPid != 0 ? ownPid : hw__os_pid(), &here, 1, &there, 1, 0);
    if (n == (long)bytes) return 1;
    if (n != -1 || (errno != EPERM && errno != ENOSYS)) return 0;
    int fd = hw__os_open_to_read("/proc/self/mem");
    if (fd < 0) return 0;
    n = syscall(SYS_pread64, fd, to, bytes, (uint64_t)(uintptr_t)from);
    hw__os_close(fd);
    return n == (long)bytes;
}

int hw__os_wait(uint32_t *word, uint32_t seen) {
    struct timespec most = {0, 100000000};
    return syscall(SYS_futex, word, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, seen, &most, NULL, 0) == 0 || errno != ETIMEDOUT;
}

void hw__os_wake(uint32_t *word) {
    syscall(SYS_futex, word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, NULL, NULL, 0);
}
