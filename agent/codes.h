/* codes.h: code objects get a number each, written to the stream once. */
#ifndef HW_CODES_H
#define HW_CODES_H
#include "python_stack.h"
#include <stddef.h>
#include <stdint.h>

struct hw__code_id {
    struct hw__code_facts facts;
    uint32_t record; /* id of the CODE record: the same for all of one file, name and first line */
    uint32_t object; /* this very code object: instructions mean lines only within it */
};

/* All under the lock. 0: could not be read, kept or written. */
int hw__codes_find(const void *code, struct hw__code_id *to);
uint32_t hw__codes_name(const char *name); /* a CODE record for what is no code object; 0: not written */
uint32_t hw__codes_module(const char *path, size_t path_bytes, const char *build_id, size_t id_bytes); /* the same for an ELF file */
void hw__codes_clear(void);
int hw__codes_is_valid(void);
#endif
