/* python_runtime.h: the CPython in this process, found by its exported names. The agent is
 * linked against no Python; every function used is looked up once, at load time. */
#ifndef HW_PYTHON_RUNTIME_H
#define HW_PYTHON_RUNTIME_H
#include <stddef.h>
#include <stdint.h>

typedef struct {
    void *ctx;
    void *(*malloc)(void *ctx, size_t bytes);
    void *(*calloc)(void *ctx, size_t count, size_t bytes);
    void *(*realloc)(void *ctx, void *p, size_t bytes);
    void (*free)(void *ctx, void *p);
} hw__py_allocator; /* PyMemAllocatorEx */

typedef struct {
    void *ctx;
    void *(*alloc)(void *ctx, size_t bytes);
    void (*free)(void *ctx, void *p, size_t bytes);
} hw__py_arenas; /* PyObjectArenaAllocator */

enum hw__py_domain { HW_PY_RAW = 0, HW_PY_MEM = 1, HW_PY_OBJ = 2 };

struct hw__python {
    uint32_t version;  /* PY_VERSION_HEX; 0 = no Python here */
    uint32_t minor;
    int is_supported;  /* stacks and object hooks are possible */
    int (*is_initialized)(void);
    int (*add_pending_call)(int (*call)(void *), void *argument);
    void *(*this_thread)(void);    /* PyGILState_GetThisThreadState */
    void *(*current_thread)(void); /* the unchecked one: from 3.12 on it is this thread's */
    int (*line_of)(void *code, int at);
    void *code_type;
    void *text_type;
    void (*get_allocator)(int domain, hw__py_allocator *to);
    void (*set_allocator)(int domain, hw__py_allocator *from);
    void (*get_arenas)(hw__py_arenas *to);
    void (*set_arenas)(hw__py_arenas *from);
    void *(*object_malloc)(size_t bytes);
    void (*object_free)(void *p);
    /* Only for python_verify.c, which runs where calling Python is safe. */
    void *(*thread_get)(void);
    void *(*thread_frame)(void *thread);
    void *(*frame_back)(void *frame);
    void *(*frame_code)(void *frame);
    int (*frame_line)(void *frame);
    void *(*attribute)(void *object, const char *name);
    void *(*text_to_utf8)(void *text);
    void *(*text_from_utf8)(const char *utf8);
    long (*long_value)(void *number);
    char *(*bytes_data)(void *bytes);
    long (*bytes_size)(void *bytes);
    void (*release)(void *object);
    void (*clear_error)(void);
};

extern struct hw__python hw__python;

/* 1 when this process carries a CPython. What stands against using it becomes a note. */
int hw__python_find(void);
#endif
