/* native_stack.c: unwinds by the tables that compilers write for exceptions, which is what
 * there is without frame pointers. The unwinder is libgcc's, linked into this library and kept
 * to it: loading libgcc_s instead could put an old one in the place of one that the program
 * brings along. It is used only where it finds those tables through _dl_find_object, which
 * takes no lock and allocates nothing (build.sh looks, and then defines HW_UNWINDER): older
 * ones wait for the dynamic loader, whose holder may be waiting for us, and after a fork may
 * never let go. */
#define _GNU_SOURCE
#include "native_stack.h"
#include "unwinder.h"
#include "guard.h"
#include <dlfcn.h>
#include <stddef.h>

#if defined(HW_UNWINDER) && defined(DLFO_STRUCT_HAS_EH_DBASE)
#include <unwind.h>

struct search {
    uintptr_t mark;
    uintptr_t stack; /* where the C frame of the call that was seen last begins */
    int has_ended;   /* at the interpreter's loop, or at the thread's first call */
};

static int isOn;
static uintptr_t interpreter;         /* entry of its loop; 0 = not exported */
static uintptr_t ownBegin, ownEnd;    /* this library */
static struct hw__native_walk walk;

static _Unwind_Reason_Code stop(struct search *search) {
    search->has_ended = 1;
    return _URC_NORMAL_STOP;
}

/* A frame reaches from its own stack pointer to that of its caller, so whether the mark lies in
 * it shows one call later. The mark also finds the loop where the compiler has moved the
 * instruction at hand into a part of the function that has another address (.cold). */
static _Unwind_Reason_Code visit(struct _Unwind_Context *context, void *argument) {
    struct search *search = argument;
    int is_exact = 0;
    uintptr_t stack = _Unwind_GetCFA(context), at = _Unwind_GetIPInfo(context, &is_exact);
    if (search->mark != 0 && walk.count > 0 && search->mark >= search->stack && search->mark < stack) {
        walk.count--;
        return stop(search);
    }
    if (at == 0 || (interpreter != 0 && _Unwind_GetRegionStart(context) == interpreter)) return stop(search);
    if (walk.steps++ == 2 * HW_MOST_NATIVE || walk.count == HW_MOST_NATIVE) return _URC_NORMAL_STOP;
    search->stack = stack;
    if (!is_exact) at--; /* the address is that of the return, which may belong to the next line */
    if (at < ownBegin || at >= ownEnd) walk.at[walk.count++] = at;
    return _URC_NO_REASON;
}

const struct hw__native_walk *hw__native_walk(uintptr_t mark) {
    struct search search = {.mark = mark};
    if (!isOn) return NULL;
    walk.count = walk.steps = 0;
    _Unwind_Backtrace(visit, &search);
    walk.is_cut = !search.has_ended;
    return &walk;
}

const char *hw__native_begin(void) {
    struct dl_find_object own;
    if (!hw__unwinder_begin()) return "the C library cannot search for code without a lock";
    if (_dl_find_object((void *)hw__native_begin, &own) != 0) return "the agent does not find itself";
    ownBegin = (uintptr_t)own.dlfo_map_start;
    ownEnd = (uintptr_t)own.dlfo_map_end;
    interpreter = (uintptr_t)dlsym(RTLD_DEFAULT, "_PyEval_EvalFrameDefault");
    isOn = 1;
    hw__native_walk(0); /* the unwinder prepares itself on its first use */
    return NULL;
}

#else
const struct hw__native_walk *hw__native_walk(uintptr_t mark) {
    (void)mark;
    return NULL;
}

const char *hw__native_begin(void) { return "they need GCC 12 and glibc 2.35, or later"; }
#endif
