/* python_runtime.c: finds the CPython runtime and decides, by name, whether this agent knows
 * its inside. One that it does not know is left alone; malloc is still recorded. */
#define _GNU_SOURCE
#include "python_runtime.h"
#include "guard.h"
#include "python_witness.h"
#include "wire.h"
#include "writer.h"
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#define OLDEST_MINOR 9u
#define NEWEST_MINOR 14u

struct hw__python hw__python;

static const struct {
    size_t at;
    const char *name;
} symbols[] = {
#define SYMBOL(member, name) {offsetof(struct hw__python, member), name}
    SYMBOL(is_initialized, "Py_IsInitialized"),
    SYMBOL(add_pending_call, "Py_AddPendingCall"),
    SYMBOL(this_thread, "PyGILState_GetThisThreadState"),
    SYMBOL(line_of, "PyCode_Addr2Line"),
    SYMBOL(code_type, "PyCode_Type"),
    SYMBOL(text_type, "PyUnicode_Type"),
    SYMBOL(get_allocator, "PyMem_GetAllocator"),
    SYMBOL(set_allocator, "PyMem_SetAllocator"),
    SYMBOL(get_arenas, "PyObject_GetArenaAllocator"),
    SYMBOL(set_arenas, "PyObject_SetArenaAllocator"),
    SYMBOL(object_malloc, "PyObject_Malloc"),
    SYMBOL(object_free, "PyObject_Free"),
    SYMBOL(thread_get, "PyThreadState_Get"),
    SYMBOL(thread_frame, "PyThreadState_GetFrame"),
    SYMBOL(frame_back, "PyFrame_GetBack"),
    SYMBOL(frame_code, "PyFrame_GetCode"),
    SYMBOL(frame_line, "PyFrame_GetLineNumber"),
    SYMBOL(attribute, "PyObject_GetAttrString"),
    SYMBOL(text_to_utf8, "PyUnicode_AsUTF8String"),
    SYMBOL(text_from_utf8, "PyUnicode_FromString"),
    SYMBOL(long_value, "PyLong_AsLong"),
    SYMBOL(bytes_data, "PyBytes_AsString"),
    SYMBOL(bytes_size, "PyBytes_Size"),
    SYMBOL(release, "Py_DecRef"),
    SYMBOL(clear_error, "PyErr_Clear"),
#undef SYMBOL
};

static void *find(const char *name) { return dlsym(RTLD_DEFAULT, name); }

/* "3.11.2rc1+ (main, ...": PY_VERSION_HEX has the same facts in bytes. */
static uint32_t parseVersion(const char *text) {
    char *at;
    uint32_t hex = (uint32_t)strtoul(text, &at, 10) << 24;
    if (*at == '.') hex |= (uint32_t)strtoul(at + 1, &at, 10) << 16;
    if (*at == '.') hex |= (uint32_t)strtoul(at + 1, &at, 10) << 8;
    uint32_t level = *at == 'a' ? 0xa0 : *at == 'b' ? 0xb0 : *at == 'r' ? 0xc0 : 0xf0;
    return hex | level;
}

/* Of a name that may not be there: then dlsym keeps the text of an error. */
static void *findOptional(const char *name) {
    struct hw__thread *self = &hw__self;
    int64_t left = self->left;
    self->left = 0;
    self->detour = HW_DETOUR_ALL;
    void *found = find(name);
    self->detour = HW_DETOUR_NONE;
    self->left = left;
    return found;
}

static const char *findMissing(void) {
    const char *missing = NULL;
    for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++) {
        void *found = findOptional(symbols[i].name);
        memcpy((char *)&hw__python + symbols[i].at, &found, sizeof found);
        if (found == NULL) missing = symbols[i].name;
    }
    void *current = findOptional("_PyThreadState_UncheckedGet");
    if (current == NULL) current = findOptional("PyThreadState_GetUnchecked");
    memcpy(&hw__python.current_thread, &current, sizeof current);
    return current == NULL ? "_PyThreadState_UncheckedGet" : missing;
}

/* "3.8.18 (default, ...) [GCC ...]": the note says what stands before the brackets. */
static void refuse(enum hw_note kind, const char *text) {
    char name[64];
    size_t n = strcspn(text, "(\n");
    if (n >= sizeof name) n = sizeof name - 1;
    memcpy(name, text, n);
    while (n > 0 && name[n - 1] == ' ') n--;
    name[n] = 0;
    hw__writer_note(kind, name);
    hw__writer_flag(HW_NO_STACKS | HW_NO_PYTHON_HOOKS);
}

int hw__python_find(void) {
    const char *(*version)(void);
    void *found = find("Py_GetVersion");
    if (found == NULL || find("Py_IsInitialized") == NULL) return 0;
    memcpy(&version, &found, sizeof found);
    const char *text = version();
    hw__python.version = parseVersion(text);
    hw__python.minor = (hw__python.version >> 16) & 0xff;
    hw__writer_flag(HW_IS_PYTHON);
    const char *missing = findMissing();
    if (strstr(text, "free-threading") != NULL || hw__witness_free_threaded())
        refuse(HW_NOTE_FREE_THREADED, text);
    else if (hw__python.version >> 24 != 3 || hw__python.minor < OLDEST_MINOR || hw__python.minor > NEWEST_MINOR)
        refuse(HW_NOTE_UNSUPPORTED_PYTHON, text);
    else if (findOptional("_Py_NegativeRefcount") != NULL || findOptional("_Py_AddToAllObjects") != NULL)
        refuse(HW_NOTE_UNSUPPORTED_PYTHON, "debug build");
    else if (missing != NULL)
        refuse(HW_NOTE_LAYOUT_REFUSED, missing);
    else
        hw__python.is_supported = 1;
    return 1;
}
