/* python_witness.c: a second witness beside python_verify.c. The table at the start of
 * _PyRuntime was filled by the compiler that built this very Python: where it and our row
 * differ, a release or a patch moved a field, and stacks are refused before one is read.
 * Older Pythons have no table, and some hide it: then there is only the first witness. */
#define _GNU_SOURCE
#include "python_witness.h"
#include "python_runtime.h"
#include <dlfcn.h>
#include <string.h>

#define COOKIE "xdebugpy"

/*  0        8          16
 * +--------+----------+---------------+- - -
 * | cookie | version  | free_threaded | offsets, u64 each; where, differs between minors
 * +--------+----------+---------------+- - - */
enum { AT_VERSION = 8, AT_FREE_THREADED = 16 };

static const struct {
    uint32_t minor;
    size_t column;
    const char *name;
    size_t at;
} witnesses[] = {
#define WITNESS(minor, column, at) {minor, offsetof(struct hw__offsets, column), #column, at},
#include "python_witness.inc"
#undef WITNESS
    {0, 0, "", 0},
};

static uint64_t wordAt(const char *table, size_t at) {
    uint64_t word;
    memcpy(&word, table + at, sizeof word);
    return word;
}

/* Pre-releases count a serial that the version's text, ours, does not always tell. */
static const char *findTable(void) {
    const char *table = hw__python.minor >= 13 ? dlsym(RTLD_DEFAULT, "_PyRuntime") : NULL;
    if (table == NULL || memcmp(table, COOKIE, 8) != 0) return NULL;
    return wordAt(table, AT_VERSION) >> 8 == hw__python.version >> 8 ? table : NULL;
}

int hw__witness_free_threaded(void) {
    const char *table = findTable();
    return table != NULL && wordAt(table, AT_FREE_THREADED) != 0;
}

const char *hw__witness_against(const struct hw__offsets *row) {
    const char *table = findTable();
    if (table == NULL || row == NULL) return NULL;
    for (size_t i = 0; witnesses[i].minor != 0; i++) {
        int ours;
        if (witnesses[i].minor != hw__python.minor) continue;
        memcpy(&ours, (const char *)row + witnesses[i].column, sizeof ours);
        if ((uint64_t)(int64_t)ours != wordAt(table, witnesses[i].at)) return witnesses[i].name;
    }
    return NULL;
}
