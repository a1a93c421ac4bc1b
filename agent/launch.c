/* launch.c: starts the measured program and says what the kernel says of it. A small process
 * of its own, because a child's maximum resident size begins with that of whoever forked it,
 * and because it must still be there to report when whoever asked for the run is gone.
 *
 * usage: highwater-launch --status FILE [--notify FD] [--preload SO] -- COMMAND [ARGS]
 *
 * Lines, each appended to FILE (and to FD) by one write; times are CLOCK_MONOTONIC ns:
 *   launcher PID TIME
 *   started PID TIME
 *   failed ERRNO TEXT
 *   exited CODE TIME USER_US SYSTEM_US MAXRSS_KIB MINOR_FAULTS MAJOR_FAULTS CORE
 *   killed SIGNAL TIME USER_US SYSTEM_US MAXRSS_KIB MINOR_FAULTS MAJOR_FAULTS CORE
 *
 * Its status is the program's own, 128 + the signal that ended it, 127 or 126 where it could
 * not be started, 2 for wrong usage.
 *
 * Signals. It stays in the program's process group, where signals from a terminal, from the
 * shell's kill %1, or from timeout(1) reach every member: the program has its own then. So what
 * comes from the kernel, or from a stranger, is not passed on. What our parent sends is meant for
 * the program, unless a stranger's signal of the same number comes within a moment of it: then
 * the parent only passes on what the whole group was sent. Once the parent is gone, anybody's
 * signal is passed on. So a parent that forwards should signal this process, not the program. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOMENT 60000000ull /* ns */

extern char **environ;

static int statusFile = -1, notifyFile = -1;
static const char *preload;
static pid_t child;
static sigset_t inheritedMask;
static struct sigaction inheritedPipe, inheritedChild;

static sigset_t waited; /* signals that are taken one by one, by waiting for them */
static unsigned long long strangersTime[NSIG];
static pid_t parent;

static unsigned long long now(void) {
    struct timespec t = {0, 0};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (unsigned long long)t.tv_sec * 1000000000u + (unsigned long long)t.tv_nsec;
}

static void say(const char *line, int length) {
    if (statusFile >= 0 && write(statusFile, line, (size_t)length) < 0) statusFile = -1;
    if (notifyFile >= 0 && write(notifyFile, line, (size_t)length) < 0) notifyFile = -1;
}

#define SAY(...)                                                    \
    do {                                                            \
        char line[256];                                             \
        say(line, snprintf(line, sizeof line, __VA_ARGS__));        \
    } while (0)

/* Faults and stops are taken as ever. */
static void beginWaiting(void) {
    static const int left[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGSYS, SIGTSTP, SIGTTIN, SIGTTOU};
    struct sigaction plain;
    memset(&plain, 0, sizeof plain);
    sigfillset(&waited);
    for (size_t i = 0; i < sizeof left / sizeof left[0]; i++) sigdelset(&waited, left[i]);
    sigprocmask(SIG_BLOCK, &waited, &inheritedMask);
    plain.sa_handler = SIG_DFL; /* where it is ignored, children leave no status */
    sigaction(SIGCHLD, &plain, &inheritedChild);
    plain.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &plain, &inheritedPipe);
}

static int isOrphan(void) { return getppid() != parent; }

static int isStrangers(const siginfo_t *info) { return info->si_pid != parent && !isOrphan(); }

/* Does the whole group get this signal, with its copy for us a moment before or after? */
static int isForAll(int signal) {
    struct timespec moment = {0, MOMENT};
    sigset_t one;
    siginfo_t info;
    if (now() - strangersTime[signal] < MOMENT) return 1;
    sigemptyset(&one);
    sigaddset(&one, signal);
    return sigtimedwait(&one, &info, &moment) == signal && isStrangers(&info);
}

static void take(int signal, const siginfo_t *info) {
    if (signal == SIGCHLD || signal == SIGPIPE || info->si_code > 0) return;
    if (isStrangers(info))
        strangersTime[signal] = now();
    else if (!isForAll(signal))
        kill(child, signal);
}

static void setPreload(void) {
    const char *old = getenv("LD_PRELOAD");
    size_t n = strlen(preload);
    char *value = malloc(n + (old == NULL ? 0 : strlen(old)) + 2);
    if (value == NULL) return;
    memcpy(value, preload, n + 1);
    if (old != NULL && *old != 0) {
        value[n] = ':';
        strcpy(value + n + 1, old);
    }
    setenv("LD_PRELOAD", value, 1);
}

static void runChild(char **command, int report) {
    sigaction(SIGPIPE, &inheritedPipe, NULL);
    sigaction(SIGCHLD, &inheritedChild, NULL);
    sigprocmask(SIG_SETMASK, &inheritedMask, NULL);
    if (preload != NULL) setPreload();
    execvp(command[0], command);
    int failed = errno;
    while (write(report, &failed, sizeof failed) < 0 && errno == EINTR) continue;
    _exit(failed == ENOENT ? 127 : 126);
}

/* Stops are not ours to look at: the terminal stops and continues the whole group, us
 * included, and whoever stops the program alone (a debugger) means it alone. Between two looks
 * the program cannot be gone, so that no signal of ours can meet another process. */
static int waitForEnd(struct rusage *usage) {
    siginfo_t info;
    int status;
    for (;;) {
        pid_t got = wait4(child, &status, WNOHANG, usage);
        if (got == child) return status;
        if (got == -1 && errno != EINTR) return -1;
        int signal = sigwaitinfo(&waited, &info);
        if (signal > 0) take(signal, &info);
    }
}

static unsigned long long microseconds(struct timeval t) {
    return (unsigned long long)t.tv_sec * 1000000u + (unsigned long long)t.tv_usec;
}

static int report(int status, const struct rusage *u) {
    int is_exit = WIFEXITED(status);
    int code = is_exit ? WEXITSTATUS(status) : WTERMSIG(status);
    SAY("%s %d %llu %llu %llu %ld %ld %ld %d\n", is_exit ? "exited" : "killed", code, now(),
        microseconds(u->ru_utime), microseconds(u->ru_stime), u->ru_maxrss, u->ru_minflt, u->ru_majflt,
        !is_exit && WCOREDUMP(status) ? 1 : 0);
    return is_exit ? code : 128 + code;
}

/* The pipe closes at exec; what comes through it is the reason why there was none. */
static int readFailure(int from) {
    int failed = 0;
    ssize_t n;
    do n = read(from, &failed, sizeof failed);
    while (n == -1 && errno == EINTR);
    return n == (ssize_t)sizeof failed ? failed : 0;
}

static int run(char **command) {
    int pipes[2];
    struct rusage usage;
    SAY("launcher %ld %llu\n", (long)getpid(), now());
    if (pipe2(pipes, O_CLOEXEC) != 0) return 126;
    parent = getppid();
    beginWaiting();
    pid_t pid = fork();
    if (pid == 0) {
        if (notifyFile >= 0) close(notifyFile);
        runChild(command, pipes[1]);
    }
    child = pid;
    close(pipes[1]);
    if (pid < 0) {
        SAY("failed %d %s\n", errno, strerror(errno));
        return 126;
    }
    SAY("started %ld %llu\n", (long)pid, now());
    int failed = readFailure(pipes[0]);
    close(pipes[0]);
    if (failed != 0) SAY("failed %d %s\n", failed, strerror(failed));
    memset(&usage, 0, sizeof usage);
    int status = waitForEnd(&usage);
    if (failed != 0) return failed == ENOENT ? 127 : 126;
    return status == -1 ? 126 : report(status, &usage);
}

#ifdef HW_GLIBC_BASE
/* The C library's start code calls this; its own newest one would need glibc 2.34. */
typedef int hw__main(int, char **, char **);
int hw__start(hw__main *main, int argc, char **argv, void (*init)(void), void (*fini)(void), void (*end)(void), void *stack);
__asm__(".symver hw__start,__libc_start_main@" HW_GLIBC_BASE);
__attribute__((visibility("hidden"))) int __libc_start_main(hw__main *main, int argc, char **argv, void (*init)(void),
                                                            void (*fini)(void), void (*end)(void), void *stack) {
    return hw__start(main, argc, argv, init, fini, end, stack);
}
#endif

static int explain(void) {
    static const char text[] =
        "usage: highwater-launch --status FILE [--notify FD] [--preload SO] -- COMMAND [ARGS]\n";
    if (write(2, text, sizeof text - 1) < 0) return 2;
    return 2;
}

int main(int argc, char **argv) {
    int at = 1;
    for (; at + 1 < argc && strcmp(argv[at], "--") != 0; at += 2) {
        if (strcmp(argv[at], "--status") == 0)
            statusFile = open(argv[at + 1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        else if (strcmp(argv[at], "--notify") == 0)
            notifyFile = atoi(argv[at + 1]);
        else if (strcmp(argv[at], "--preload") == 0)
            preload = argv[at + 1];
        else
            return explain();
    }
    if (at + 1 >= argc || strcmp(argv[at], "--") != 0 || statusFile < 0) return explain();
    return run(argv + at + 1);
}
