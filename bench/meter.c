/* meter.c: what one program costs, in the kernel's own words. A small process of its own, because the kernel lets a new
 * program's largest resident size begin with that of whoever forked it.
 *
 * usage: meter OUT [-a ADDRESS_SPACE_BYTES] [-t SECONDS] [-c CORE] [-e NAME=VALUE]... -- COMMAND [ARGS]
 *
 * -c 1 keeps the command on the second of the cores that the meter may use, -c 0 on the first.
 * Limits, core and variables are the command's, not the meter's. When time is up the command's whole group is killed. OUT gets
 * one line of JSON: exit code or signal, wall time, and wait4's resource usage of the command with all descendants that
 * were waited for. The status is 0 whenever there is such a line. */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t child, isTimeUp;

static void stop(int signal) {
    if (signal == SIGALRM) isTimeUp = 1;
    if (child > 0) kill(-(pid_t)child, SIGKILL);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double milliseconds(struct timeval t) { return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3; }

static int explain(void) {
    fputs("usage: meter OUT [-a BYTES] [-t SECONDS] [-c CORE] [-e NAME=VALUE]... -- COMMAND [ARGS]\n", stderr);
    return 2;
}

/* Returns -1 where there are fewer cores than that. */
static int stay_on(int core) {
    cpu_set_t allowed, one;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return -1;
    for (int i = 0; i < CPU_SETSIZE; i++) {
        if (!CPU_ISSET(i, &allowed) || core-- > 0) continue;
        CPU_ZERO(&one);
        CPU_SET(i, &one);
        return sched_setaffinity(0, sizeof one, &one);
    }
    return -1;
}

int main(int argc, char **argv) {
    unsigned long long addressSpace = 0;
    unsigned seconds = 0;
    char *variables[16];
    int count = 0, at = 2, core = -1;
    for (; at + 1 < argc && strcmp(argv[at], "--") != 0; at += 2) {
        if (strcmp(argv[at], "-a") == 0) addressSpace = strtoull(argv[at + 1], NULL, 10);
        else if (strcmp(argv[at], "-t") == 0) seconds = (unsigned)atoi(argv[at + 1]);
        else if (strcmp(argv[at], "-c") == 0) core = atoi(argv[at + 1]);
        else if (strcmp(argv[at], "-e") == 0 && count < 16) variables[count++] = argv[at + 1];
        else return explain();
    }
    if (at + 1 >= argc) return explain();

    signal(SIGALRM, stop);
    signal(SIGTERM, stop);
    signal(SIGINT, stop);
    double start = now();
    pid_t pid = fork();
    if (pid < 0) return 1;
    if (pid == 0) {
        setpgid(0, 0);
        for (int i = 0; i < count; i++) putenv(variables[i]);
        struct rlimit limit = {addressSpace, addressSpace};
        if (addressSpace > 0) setrlimit(RLIMIT_AS, &limit);
        if (core >= 0 && stay_on(core) != 0) _exit(125);
        execvp(argv[at + 1], argv + at + 1);
        _exit(errno == ENOENT ? 127 : 126);
    }
    child = pid;
    alarm(seconds);

    int status = 0;
    struct rusage u;
    pid_t got;
    do got = wait4(pid, &status, 0, &u);
    while (got == -1 && errno == EINTR);
    double wall = now() - start;
    kill(-pid, SIGKILL); /* whatever it left behind */
    if (got == -1) return 1;

    FILE *out = fopen(argv[1], "w");
    if (out == NULL) return 1;
    fprintf(out,
            "{\"code\":%d,\"signal\":%d,\"timeUp\":%s,\"wallMs\":%.3f,\"userMs\":%.3f,\"systemMs\":%.3f,\"maxRssKib\":%ld,"
            "\"minorFaults\":%ld,\"majorFaults\":%ld,\"switches\":%ld}\n",
            WIFEXITED(status) ? WEXITSTATUS(status) : -1, WIFSIGNALED(status) ? WTERMSIG(status) : 0,
            isTimeUp ? "true" : "false", wall, milliseconds(u.ru_utime), milliseconds(u.ru_stime), u.ru_maxrss, u.ru_minflt,
            u.ru_majflt, u.ru_nvcsw + u.ru_nivcsw);
    return fclose(out) == 0 ? 0 : 1;
}
