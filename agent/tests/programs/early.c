/* early.c: beneath the agent, a malloc family whose memalign has to be chosen when it is looked for, by a function that itself
 * allocates. So the agent is asked for memory while it is looking for the real functions. */
#include <stddef.h>
#include <string.h>

void *malloc(size_t n);
void *calloc(size_t count, size_t each);
void *realloc(void *p, size_t n);
void free(void *p);

static char *kept[4];

void *__libc_memalign(size_t align, size_t n);

static void *(*choose(void))(size_t, size_t) {
    if (kept[0] == NULL) {
        kept[0] = memset(malloc(100), 'a', 100);
        kept[1] = calloc(10, 20);
        kept[2] = memset(malloc(50), 'c', 50);
        kept[2] = realloc(kept[2], 500);
        free(memset(malloc(30), 'x', 30));
    }
    return __libc_memalign;
}
void *memalign(size_t align, size_t n) __attribute__((ifunc("choose")));

/* 0: the blocks hold what was put into them, and can be grown and freed like any other. */
int early_is_broken(void) {
    if (kept[0] == NULL) return 1;
    for (int i = 0; i < 100; i++)
        if (kept[0][i] != 'a') return 2;
    for (int i = 0; i < 200; i++)
        if (kept[1][i] != 0) return 3;
    for (int i = 0; i < 50; i++)
        if (kept[2][i] != 'c') return 4;
    char *grown = realloc(kept[0], 5000);
    if (grown == kept[0] || grown[0] != 'a' || grown[99] != 'a') return 5;
    free(grown);
    for (int i = 1; i < 3; i++) free(kept[i]);
    return 0;
}
