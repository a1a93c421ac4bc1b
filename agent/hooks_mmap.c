/* hooks_mmap.c: mappings that the program makes itself. Address space that cannot be touched
 * (PROT_NONE) is a reservation, and recorded only when it can be; pymalloc's arenas, and those
 * of an allocator that takes malloc's place, are recorded through what lies in them. The C
 * library's own mappings never come by here, nor do system calls made without it. */
#define _GNU_SOURCE
#include "allocators.h"
#include "events.h"
#include "os.h"
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif
#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif

static void *bootMmap(void *at, size_t n, int prot, int flags, int fd, off_t from) {
    return (void *)syscall(SYS_mmap, at, n, prot, flags, fd, from);
}
static int bootMunmap(void *at, size_t n) { return (int)syscall(SYS_munmap, at, n); }
static void *bootMremap(void *at, size_t n, size_t more, int flags, void *to) {
    return (void *)syscall(SYS_mremap, at, n, more, flags, to);
}

static struct {
    void *(*mmap)(void *, size_t, int, int, int, off_t);
    int (*munmap)(void *, size_t);
    void *(*mremap)(void *, size_t, size_t, int, void *);
} real = {bootMmap, bootMunmap, bootMremap};

__attribute__((constructor)) static void resolve(void) {
    void *found = dlsym(RTLD_NEXT, "mmap");
    if (found != NULL) memcpy(&real.mmap, &found, sizeof found);
    found = dlsym(RTLD_NEXT, "munmap");
    if (found != NULL) memcpy(&real.munmap, &found, sizeof found);
    /* mremap stays a system call: forwarding a variadic call needs to guess its arguments. */
}

static uint64_t whole(size_t n) { return ((uint64_t)n + hw__os_page() - 1) & ~(uint64_t)(hw__os_page() - 1); }

static enum hw__range_kind kindOf(int prot, int flags) {
    uint32_t kind = !(flags & MAP_ANONYMOUS) ? HW_RANGE_FILE : flags & MAP_SHARED ? HW_RANGE_SHARED : HW_RANGE_ANONYMOUS;
    return (enum hw__range_kind)(kind | (prot == PROT_NONE ? HW_RANGE_RESERVED : 0));
}

static uint32_t domainOf(int flags) {
    return !(flags & MAP_ANONYMOUS) ? HW_MMAP_FILE : flags & MAP_SHARED ? HW_MMAP_SHARED : HW_MMAP;
}

/* Pages of the pool of huge pages are in none of the kernel's figures, and to ask for them in vain is common: not recorded. */
static int isOfPool(int flags) { return (flags & MAP_HUGETLB) && (flags & MAP_ANONYMOUS) && !(flags & MAP_FIXED); }

/* What is replaced is recorded as gone only afterwards: nobody else can be given the address in
 * between, and where the call fails nothing has changed. */
static inline void *doMmap(const void *caller, void *at, size_t n, int prot, int flags, int fd, off_t from) {
    if (!hw__is_watching() || hw__allocators_is_own(caller)) return real.mmap(at, n, prot, flags, fd, from);
    if (isOfPool(flags)) return real.mmap(at, n, prot, flags, fd, from);
    int replaces = (flags & MAP_FIXED) && (flags & MAP_FIXED_NOREPLACE) != MAP_FIXED_NOREPLACE;
    if (replaces) hw__on_releasing(n);
    void *p = real.mmap(at, n, prot, flags, fd, from);
    if (p == MAP_FAILED) {
        if (errno == ENOMEM) hw__on_failed(n, domainOf(flags));
        return p;
    }
    hw__on_mapped((uint64_t)(uintptr_t)p, whole(n), kindOf(prot, flags), 0, caller);
    if (kindOf(prot, flags) == HW_RANGE_ANONYMOUS) hw__allocators_mapped(caller, n);
    return p;
}

HW_EXPORT void *mmap(void *at, size_t n, int prot, int flags, int fd, off_t from) {
    return doMmap(__builtin_return_address(0), at, n, prot, flags, fd, from);
}

#undef mmap64 /* in older musls a macro; programs ask for the symbol all the same */
HW_EXPORT void *mmap64(void *at, size_t n, int prot, int flags, int fd, off_t from) {
    return doMmap(__builtin_return_address(0), at, n, prot, flags, fd, from);
}

static int isAligned(const void *p) { return ((uintptr_t)p & (hw__os_page() - 1)) == 0; }

HW_EXPORT int munmap(void *at, size_t n) {
    struct hw__gone gone;
    if (n == 0 || !isAligned(at) || !hw__is_watching()) return real.munmap(at, n);
    hw__on_unmapping((uint64_t)(uintptr_t)at, whole(n), 0, &gone);
    int failed = real.munmap(at, n);
    hw__gone();
    if (failed) hw__on_not_unmapped(&gone, 0);
    return failed;
}

/* It stays where it is, and whose it was. */
static void *shrink(void *old, size_t n, size_t less, int flags) {
    struct hw__gone gone;
    uint64_t from = (uint64_t)(uintptr_t)old + whole(less), end = (uint64_t)(uintptr_t)old + whole(n);
    if (from == end) return real.mremap(old, n, less, flags, NULL);
    hw__on_unmapping(from, end - from, HW_FROM_REALLOC, &gone);
    void *p = real.mremap(old, n, less, flags, NULL);
    hw__gone();
    if (p == MAP_FAILED) hw__on_not_unmapped(&gone, HW_FROM_REALLOC);
    return p;
}

/* The old range stays, too, as it was (n = 0: shared memory in two places) or emptied. */
static void *duplicate(const void *caller, void *old, size_t n, size_t more, int flags, void *to) {
    enum hw__range_kind kind = hw__on_asking((uint64_t)(uintptr_t)old);
    void *p = real.mremap(old, n, more, flags, to);
    if (p == MAP_FAILED) return p;
    if (kind == HW_RANGE_NONE) kind = n == 0 ? HW_RANGE_SHARED : HW_RANGE_ANONYMOUS;
    hw__on_mapped((uint64_t)(uintptr_t)p, whole(more), kind, HW_FROM_REALLOC, caller);
    if (n > 0) hw__on_released((uint64_t)(uintptr_t)old, whole(n));
    return p;
}

/* A range that was not known (a child's inherited one) becomes known. Without a change of size
 * several ranges may move at once, each as it was, with the gaps between them. */
static void nowAt(const void *caller, uint64_t to, uint64_t from, uint64_t bytes, const struct hw__gone *gone, int is_resized) {
    if (gone->count == 0 || is_resized) {
        hw__on_mapped(to, bytes, gone->count > 0 ? gone->parts[0].kind : HW_RANGE_ANONYMOUS, HW_FROM_REALLOC, caller);
        return;
    }
    for (uint32_t i = 0; i < gone->count; i++)
        hw__on_mapped(to + (gone->parts[i].from - from), gone->parts[i].bytes, gone->parts[i].kind, HW_FROM_REALLOC, caller);
}

/* What moves away is recorded before the call, what came of it after. */
static void *move(const void *caller, void *old, size_t n, size_t more, int flags, void *to) {
    struct hw__gone gone;
    uint64_t from = (uint64_t)(uintptr_t)old;
    hw__on_unmapping(from, whole(n), HW_FROM_REALLOC, &gone);
    void *p = real.mremap(old, n, more, flags, to);
    hw__gone();
    if (p == MAP_FAILED) {
        hw__on_not_unmapped(&gone, HW_FROM_REALLOC);
        if (errno == ENOMEM && (flags & MREMAP_MAYMOVE)) hw__on_failed(more, HW_MMAP | HW_FROM_REALLOC);
    } else
        nowAt(caller, (uint64_t)(uintptr_t)p, from, whole(more), &gone, whole(n) != whole(more));
    return p;
}

HW_EXPORT void *mremap(void *old, size_t n, size_t more, int flags, ...) {
    const void *caller = __builtin_return_address(0);
    void *to = NULL;
    if (flags & MREMAP_FIXED) { /* with MREMAP_DONTUNMAP it is a hint that old C libraries did not read */
        va_list rest;
        va_start(rest, flags);
        to = va_arg(rest, void *);
        va_end(rest);
    }
    if (more == 0 || !isAligned(old) || !hw__is_watching() || hw__allocators_is_own(caller))
        return real.mremap(old, n, more, flags, to);
    if (flags & MREMAP_FIXED) hw__on_releasing(more);
    if (n == 0 || (flags & MREMAP_DONTUNMAP)) return duplicate(caller, old, n, more, flags, to);
    return more <= n && !(flags & MREMAP_FIXED) ? shrink(old, n, more, flags) : move(caller, old, n, more, flags, to);
}
