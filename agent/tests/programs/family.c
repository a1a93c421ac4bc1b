/* Passes for a Python that the agent does not know, so that it records this program's memory, and asks for a known
 * amount of it by every function. Prints what must be the same with and without the agent.
 * usage: family [image] */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define MIB (1u << 20)
#define MANY 40000

__attribute__((visibility("default"))) const char *Py_GetVersion(void) { return "3.8.18 (a stranger)"; }
__attribute__((visibility("default"))) int Py_IsInitialized(void) { return 0; }

void *reallocarray(void *p, size_t count, size_t each);
void *memalign(size_t align, size_t n);

static unsigned sum;
static void use(void *p, size_t n) {
    if (p == NULL) {
        puts("no memory");
        exit(1);
    }
    for (size_t i = 0; i < n; i += 1000) sum += ((unsigned char *)p)[i];
    memset(p, (int)n, n);
}

/* Each size is of one block only: the test knows them. */
static void family(void) {
    void *p = malloc(1000001);
    use(memset(p, 0, 1000001), 1000001);
    free(p);
    use(p = calloc(1000002, 1), 1000002); /* its zeros are looked at */
    use(p = realloc(p, 1000003), 1000002);
    use(p = reallocarray(p, 1, 1000004), 1000002);
    free(p);
    use(memset(p = memalign(4096, 1000007), 0, 1000007), 1000007);
    free(p);
    use(memset(p = aligned_alloc(64, 1000064), 0, 1000064), 1000064);
    free(p);
    if (posix_memalign(&p, 32, 1000009) != 0) exit(1);
    use(memset(p, 0, 1000009), 1000009);
    free(p);
}

static void many(void) {
    void *held[64] = {0};
    for (int i = 0; i < MANY; i++) {
        free(held[i % 64]);
        held[i % 64] = calloc(1, 500);
        sum += ((char *)held[i % 64])[499] != 0;
    }
    for (int i = 0; i < 64; i++) free(held[i]);
}

static void maps(void) {
    char *p = mmap(NULL, 8 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    p[5] = 7;
    p = mremap(p, 8 * MIB, 12 * MIB, MREMAP_MAYMOVE);
    sum += (unsigned)p[5];
    munmap(p, 12 * MIB);
}

static void *inThread(void *unused) {
    many();
    return unused;
}

static int child(int (*run)(void)) {
    int status = 0;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) _exit(run());
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static int works(void) {
    family();
    return 21;
}
static char *self;
static int becomes(void) { return execl(self, self, "image", (char *)NULL); }
static int shell(void) { return execlp("sh", "sh", "-c", "exit 23", (char *)NULL); }

int main(int argc, char **argv) {
    pthread_t thread;
    self = argv[0];
    if (argc > 1 && strcmp(argv[1], "image") == 0) return 22;
    family();
    many();
    maps();
    if (pthread_create(&thread, NULL, inThread, NULL) == 0) pthread_join(thread, NULL);
    printf("%u\n", sum);
    printf("%d\n", child(works));
    if (argc > 1) printf("%d %d\n", child(becomes), child(shell)); /* not where an emulator runs us */
    return 5;
}
