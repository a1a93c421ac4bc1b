/* start.c: the agent's life, from the dynamic loader's call to the last exit handler. Nothing
 * is recorded, and no file is made, unless this process carries a CPython and HIGHWATER_DIR
 * names an absolute directory. */
#include "allocators.h"
#include "events.h"
#include "fork.h"
#include "heap.h"
#include "hooks_malloc.h"
#include "native_stack.h"
#include "pace.h"
#include "python_hooks.h"
#include "python_runtime.h"
#include "python_stack.h"
#include "python_verify.h"
#include "unwinder.h"
#include "wire.h"
#include "writer.h"
#include <stdlib.h>
#include <string.h>

#define DEFAULT_MEAN 65536u
#define LEAST_MEAN 64u
#define DEFAULT_CEILING (UINT64_C(256) << 20)

static uint64_t readNumber(const char *name, uint64_t otherwise) {
    const char *text = getenv(name);
    char *end;
    if (text == NULL || *text < '0' || *text > '9') return otherwise;
    uint64_t value = strtoull(text, &end, 10);
    return *end == 0 ? value : otherwise;
}

static void setMode(enum hw__mode mode) { __atomic_store_n(&hw__mode, mode, __ATOMIC_RELEASE); }

static void beginSampling(void) {
    hw__pace_begin(readNumber("HIGHWATER_HEAD_START", 0) % 3600 * UINT64_C(1000000000)); /* seconds */
    int is_exact = readNumber("HIGHWATER_EXACT", 0) != 0;
    uint64_t mean = readNumber("HIGHWATER_MEAN", DEFAULT_MEAN);
    if (mean < LEAST_MEAN) mean = LEAST_MEAN;
    if (mean > HW_MEAN_LIMIT) mean = HW_MEAN_LIMIT;
    hw__sampler_begin(mean, readNumber("HIGHWATER_BUDGET", HW_BUDGET_PER_SECOND), is_exact);
    if (is_exact) hw__writer_flag(HW_RECORDS_ALL);
}

/* A malloc that comes before ours would hide the deaths of sampled objects: each would look
 * like a leak. */
static void watchPython(const char *foreign) {
    const void *python;
    memcpy(&python, &hw__python.is_initialized, sizeof python);
    hw__allocators_begin(hw__malloc_beneath(), python);
    if (hw__python.is_supported && hw__stack_choose_layout(hw__python.minor)) hw__verify_table();
    if (foreign == NULL) {
        hw__hooks_install();
        return;
    }
    hw__writer_note(HW_NOTE_FOREIGN_ALLOCATOR, foreign);
    hw__writer_flag(HW_NO_PYTHON_HOOKS);
    if (hw__lock()) { /* there may be no event that opens it later */
        hw__writer_open();
        hw__unlock();
    }
}

static void watchNative(void) {
    hw__unwinder_begin(); /* what asks for mappings is told in any case */
    const char *problem = readNumber("HIGHWATER_NATIVE", 0) ? hw__native_begin() : NULL;
    if (problem != NULL) hw__writer_note(HW_NOTE_NO_NATIVE_STACKS, problem);
}

__attribute__((constructor)) static void start(void) {
    const char *directory = getenv("HIGHWATER_DIR");
    hw__malloc_resolve();
    const char *foreign = hw__malloc_foreign();
    if (directory == NULL || !hw__writer_configure(directory, readNumber("HIGHWATER_MAX_STREAM", DEFAULT_CEILING)) ||
        !hw__python_find()) {
        setMode(HW_PASSIVE);
        hw__heap_end();
        return;
    }
    beginSampling();
    hw__malloc_count_once();
    watchPython(foreign);
    watchNative();
    hw__fork_watch((uint32_t)readNumber("HIGHWATER_PTRACER", 0));
    setMode(HW_ACTIVE);
}

__attribute__((destructor)) static void finish(void) { hw__on_ending(0); }
