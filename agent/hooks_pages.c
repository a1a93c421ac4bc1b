/* hooks_pages.c: calls that change what address space is worth and leave it mapped. Protection
 * lets a reservation become memory; advice takes pages away. posix_madvise takes none in the C
 * library, and process_madvise on oneself is not seen. */
#define _GNU_SOURCE
#include "events.h"
#include "os.h"
#include <dlfcn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static int bootMprotect(void *at, size_t n, int prot) { return (int)syscall(SYS_mprotect, at, n, prot); }
static int bootMadvise(void *at, size_t n, int advice) { return (int)syscall(SYS_madvise, at, n, advice); }

static struct {
    int (*mprotect)(void *, size_t, int);
    int (*madvise)(void *, size_t, int);
} real = {bootMprotect, bootMadvise};

__attribute__((constructor)) static void resolve(void) {
    void *found = dlsym(RTLD_NEXT, "mprotect");
    if (found != NULL) memcpy(&real.mprotect, &found, sizeof found);
    found = dlsym(RTLD_NEXT, "madvise");
    if (found != NULL) memcpy(&real.madvise, &found, sizeof found);
}

static uint64_t whole(size_t n) { return ((uint64_t)n + hw__os_page() - 1) & ~(uint64_t)(hw__os_page() - 1); }

/* Made untouchable again, pages keep what is in them: nothing to record. */
static void nowUsable(const void *caller, const void *at, size_t n, int prot) {
    if (prot != PROT_NONE && n > 0 && hw__is_watching()) hw__on_usable((uint64_t)(uintptr_t)at, whole(n), caller);
}

HW_EXPORT int mprotect(void *at, size_t n, int prot) {
    int failed = real.mprotect(at, n, prot);
    if (!failed) nowUsable(__builtin_return_address(0), at, n, prot);
    return failed;
}

HW_EXPORT int pkey_mprotect(void *at, size_t n, int prot, int key) {
    int failed = key == -1 ? real.mprotect(at, n, prot) : (int)syscall(SYS_pkey_mprotect, at, n, prot, key);
    if (!failed) nowUsable(__builtin_return_address(0), at, n, prot);
    return failed;
}

/* By number: headers know some of them only since lately. */
static int takesPages(int advice) {
    switch (advice) {
    case 4:   /* MADV_DONTNEED */
    case 8:   /* MADV_FREE: as soon as the kernel wants them */
    case 9:   /* MADV_REMOVE */
    case 21:  /* MADV_PAGEOUT */
    case 24:  /* MADV_DONTNEED_LOCKED */
    case 102: /* MADV_GUARD_INSTALL */
        return 1;
    default:
        return 0;
    }
}

/* Looked at before it as before a free, for it may end a peak. Done by an allocator, too. */
HW_EXPORT int madvise(void *at, size_t n, int advice) {
    if (!takesPages(advice) || n == 0 || !hw__is_watching()) return real.madvise(at, n, advice);
    hw__on_releasing(n);
    int failed = real.madvise(at, n, advice);
    if (!failed) hw__on_released((uint64_t)(uintptr_t)at, whole(n));
    return failed;
}
