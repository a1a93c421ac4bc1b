/* hooks_exit.c: the ways a process ends without its exit handlers: os._exit (which every
 * forked multiprocessing worker uses) and exec. What was known last is written, then the
 * real call is made. */
#define _GNU_SOURCE
#include "events.h"
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

extern char **environ;

/* Found at load time: a forked child must not wait for the dynamic loader's lock. */
static struct {
    void (*quick_exit)(int);
    int (*execvpe)(const char *, char *const[], char *const[]);
    int (*fexecve)(int, char *const[], char *const[]);
} real;

static void find(const char *name, void *to) {
    void *found = dlsym(RTLD_NEXT, name);
    memcpy(to, &found, sizeof found);
}

__attribute__((constructor)) static void resolve(void) {
    find("quick_exit", &real.quick_exit);
    find("execvpe", &real.execvpe);
    find("fexecve", &real.fexecve);
}

static int missing(void) {
    errno = ENOSYS;
    return -1;
}

static _Noreturn void leave(int status) {
    for (;;) syscall(SYS_exit_group, status);
}

HW_EXPORT _Noreturn void _exit(int status) {
    hw__on_ending(0);
    leave(status);
}

HW_EXPORT _Noreturn void _Exit(int status) {
    hw__on_ending(0);
    leave(status);
}

HW_EXPORT _Noreturn void quick_exit(int status) {
    hw__on_ending(0);
    if (real.quick_exit != NULL) real.quick_exit(status);
    leave(status);
}

static int failed(int result) {
    hw__on_exec_failed();
    return result;
}

HW_EXPORT int execve(const char *file, char *const arguments[], char *const environment[]) {
    hw__on_ending(1);
    return failed((int)syscall(SYS_execve, file, arguments, environment));
}

HW_EXPORT int execv(const char *file, char *const arguments[]) { return execve(file, arguments, environ); }

HW_EXPORT int execvpe(const char *file, char *const arguments[], char *const environment[]) {
    if (real.execvpe == NULL) return missing();
    hw__on_ending(1);
    return failed(real.execvpe(file, arguments, environment));
}

HW_EXPORT int execvp(const char *file, char *const arguments[]) { return execvpe(file, arguments, environ); }

HW_EXPORT int fexecve(int fd, char *const arguments[], char *const environment[]) {
    if (real.fexecve == NULL) return missing();
    hw__on_ending(1);
    return failed(real.fexecve(fd, arguments, environment));
}

/* The list forms: how many arguments there are up to the NULL, and then those as an array. */
static size_t countOf(const char *first, va_list rest) {
    size_t n = 1;
    if (first == NULL) return 0;
    while (va_arg(rest, char *) != NULL) n++;
    return n;
}

static void collect(char **to, size_t n, const char *first, va_list rest) {
    to[0] = (char *)(uintptr_t)first;
    for (size_t i = 1; i <= n; i++) to[i] = va_arg(rest, char *);
}

#define COLLECT(arguments, rest)          \
    va_start(rest, first);                \
    size_t count = countOf(first, rest);  \
    va_end(rest);                         \
    char *arguments[count + 1];           \
    va_start(rest, first);                \
    collect(arguments, count, first, rest)

HW_EXPORT int execl(const char *file, const char *first, ...) {
    va_list rest;
    COLLECT(arguments, rest);
    va_end(rest);
    return execv(file, arguments);
}

HW_EXPORT int execlp(const char *file, const char *first, ...) {
    va_list rest;
    COLLECT(arguments, rest);
    va_end(rest);
    return execvp(file, arguments);
}

HW_EXPORT int execle(const char *file, const char *first, ...) {
    va_list rest;
    COLLECT(arguments, rest);
    char **environment = va_arg(rest, char **);
    va_end(rest);
    return execve(file, arguments, environment);
}
