/* told_syscalls.c: system calls of an agent under a sanitizer (renamed.h). Those that map and unmap go by the C library, where
 * the sanitizer sees them: otherwise it takes fresh memory for what was at that address before. Compiled without renamed.h. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

long agent_syscall(long number, ...);
long agent_syscall(long number, ...) {
    long a[6];
    va_list rest;
    va_start(rest, number);
    for (int i = 0; i < 6; i++) a[i] = va_arg(rest, long);
    va_end(rest);
    if (number == SYS_mmap) return (long)mmap((void *)a[0], (size_t)a[1], (int)a[2], (int)a[3], (int)a[4], a[5]);
    if (number == SYS_munmap) return munmap((void *)a[0], (size_t)a[1]);
    return syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
