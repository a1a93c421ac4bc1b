/* unwinder.c: libgcc's unwinder, linked into this library (native_stack.c), calls functions of the C library that are young,
 * or have a young version: plain references would keep the library from being loaded by older ones. So their names are
 * defined here, for this library alone. The lock-free search for the object that holds an address came with glibc 2.35; it
 * is looked for when the process starts. The unwinder runs under our lock, so that "once" is simple. */
#include "unwinder.h"
#include <stddef.h>
#include <string.h>

#ifdef HW_UNWINDER
/* Not from the C library's headers, which may declare them otherwise. */
void *dlsym(void *handle, const char *name);
int _dl_find_object(void *address, void *to);
int pthread_once(int *done, void (*work)(void));
int __pthread_key_create(void);

#define NEXT ((void *)-1L) /* RTLD_NEXT */

static int (*search)(void *address, void *to);

int hw__unwinder_begin(void) {
    void *found = dlsym(NEXT, "_dl_find_object");
    memcpy(&search, &found, sizeof search);
    return found != NULL;
}

int _dl_find_object(void *address, void *to) { return search == NULL ? -1 : search(address, to); }

int pthread_once(int *done, void (*work)(void)) {
    if (*done) return 0;
    *done = 1;
    work();
    return 0;
}

int __pthread_key_create(void) { return -1; } /* that it is there says that there are threads; it is not called */
#else
int hw__unwinder_begin(void) { return 0; }
#endif
