/* modules.c: each ELF file that was seen on a stack gets a CODE record, with its build-id, by
 * which the host knows whether it still is that file. A library may be unloaded and another be
 * loaded in its place: so the loader is asked each time (without a lock), and the answer
 * compared by path and place. Emptied at a limit; definitions are then written again. */
#define _GNU_SOURCE
#include "modules.h"
#include "codes.h"
#include "os.h"
#include <dlfcn.h>
#include <link.h>
#include <string.h>

#ifdef DLFO_STRUCT_HAS_EH_DBASE

#define ROOM 2048u
#define LONGEST_PATH 4000u
#define LONGEST_ID 64u
#define MOST_HEADERS 32u
#define MOST_NOTES 1024u

struct known {
    uint64_t key;
    uint32_t record; /* 0 = empty */
};

static struct known known[ROOM];
static uint32_t count;

static uint64_t mix(uint64_t hash, uint64_t more) {
    hash = (hash ^ more) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

static uint64_t keyOf(const struct dl_find_object *found, const char *path, size_t length) {
    uint64_t hash = mix((uintptr_t)found->dlfo_map_start, (uintptr_t)found->dlfo_eh_frame);
    hash = mix(mix(hash, (uintptr_t)found->dlfo_map_end), length);
    for (size_t i = 0; i < length; i += 8) {
        uint64_t part = 0;
        memcpy(&part, path + i, length - i < 8 ? length - i : 8);
        hash = mix(hash, part);
    }
    return hash;
}

static struct known *slotOf(uint64_t key) {
    uint32_t at = (uint32_t)(key >> 32) & (ROOM - 1);
    while (known[at].record != 0 && known[at].key != key) at = (at + 1) & (ROOM - 1);
    return &known[at];
}

/* "GNU" and the id, as hexadecimal; "" where the notes hold none. */
static size_t idFromNotes(const char *notes, size_t bytes, char *to) {
    ElfW(Nhdr) note;
    static const char digits[] = "0123456789abcdef";
    for (size_t at = 0; at + sizeof note <= bytes;) {
        memcpy(&note, notes + at, sizeof note);
        size_t name = at + sizeof note, id = name + (((size_t)note.n_namesz + 3) & ~(size_t)3);
        if (note.n_namesz > bytes || note.n_descsz > bytes || id + note.n_descsz > bytes) return 0;
        if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && memcmp(notes + name, "GNU", 4) == 0 &&
            note.n_descsz <= LONGEST_ID) {
            for (size_t i = 0; i < note.n_descsz; i++) {
                unsigned char byte = (unsigned char)notes[id + i];
                *to++ = digits[byte >> 4];
                *to++ = digits[byte & 15];
            }
            return (size_t)note.n_descsz * 2;
        }
        at = id + (((size_t)note.n_descsz + 3) & ~(size_t)3);
    }
    return 0;
}

/* Read through the kernel, by what the file's own headers say: nothing here need be there. */
static size_t readId(const struct dl_find_object *found, uintptr_t bias, char *to) {
    ElfW(Ehdr) elf;
    ElfW(Phdr) headers[MOST_HEADERS];
    char notes[MOST_NOTES];
    const char *start = found->dlfo_map_start;
    uint64_t room = (uint64_t)((const char *)found->dlfo_map_end - start);
    if (!hw__os_peek(start, &elf, sizeof elf) || memcmp(elf.e_ident, ELFMAG, SELFMAG) != 0) return 0;
    size_t many = elf.e_phnum < MOST_HEADERS ? elf.e_phnum : MOST_HEADERS;
    if (elf.e_phentsize != sizeof *headers || elf.e_phoff > room || !hw__os_peek(start + elf.e_phoff, headers, many * sizeof *headers))
        return 0;
    for (size_t i = 0; i < many; i++) {
        uint64_t at = bias + headers[i].p_vaddr - (uintptr_t)start;
        size_t bytes = headers[i].p_filesz < sizeof notes ? headers[i].p_filesz : sizeof notes;
        if (headers[i].p_type != PT_NOTE || at > room || bytes > room - at || !hw__os_peek(start + at, notes, bytes)) continue;
        size_t n = idFromNotes(notes, bytes, to);
        if (n > 0) return n;
    }
    return 0;
}

static uint32_t writeModule(const struct dl_find_object *found, const char *path, size_t length) {
    char program[LONGEST_PATH], id[2 * LONGEST_ID];
    size_t id_bytes = readId(found, found->dlfo_link_map->l_addr, id);
    if (length == 0) { /* the program itself */
        int n = hw__os_executable(program, sizeof program);
        path = program;
        length = n > 0 ? (size_t)n : 0;
    }
    return hw__codes_module(path, length, id, id_bytes);
}

static uint32_t recordOf(uint64_t key, const struct dl_find_object *found, const char *path, size_t length) {
    struct known *slot = slotOf(key);
    if (slot->record != 0) return slot->record;
    if (count >= ROOM / 2) {
        hw__modules_clear();
        slot = slotOf(key);
    }
    uint32_t record = found == NULL ? hw__codes_module("", 0, "", 0) : writeModule(found, path, length);
    if (record != 0) {
        *slot = (struct known){key, record};
        count++;
    }
    return record;
}

int hw__modules_is_foreign(uintptr_t at) {
    struct dl_find_object found;
    if (_dl_find_object((void *)at, &found) != 0) return 0;
    const char *path = found.dlfo_link_map->l_name, *name = path == NULL ? NULL : strrchr(path, '/');
    if (path == NULL || path[0] == 0 || strstr(path, "/lib-dynload/") != NULL) return 0;
    name = name == NULL ? path : name + 1;
    return strncmp(name, "libpython", 9) != 0 && strncmp(name, "libffi", 6) != 0; /* ctypes calls whatever it is given by libffi */
}

int hw__modules_find(uintptr_t at, struct hw__module *near) {
    struct dl_find_object found;
    if (at >= near->begin && at < near->end) return 1;
    if (_dl_find_object((void *)at, &found) != 0) {
        *near = (struct hw__module){.begin = at, .end = at + 1, .bias = at, .record = recordOf(0, NULL, NULL, 0)};
        return near->record != 0;
    }
    const char *path = found.dlfo_link_map->l_name;
    size_t length = path == NULL ? 0 : strnlen(path, LONGEST_PATH);
    near->begin = (uintptr_t)found.dlfo_map_start;
    near->end = (uintptr_t)found.dlfo_map_end;
    near->bias = found.dlfo_link_map->l_addr;
    near->record = recordOf(keyOf(&found, path, length), &found, path, length);
    if (near->record == 0) near->end = 0;
    return near->record != 0;
}

void hw__modules_clear(void) {
    memset(known, 0, sizeof known);
    count = 0;
}

#else
int hw__modules_find(uintptr_t at, struct hw__module *near) {
    (void)at;
    (void)near;
    return 0;
}

int hw__modules_is_foreign(uintptr_t at) {
    (void)at;
    return 0;
}

void hw__modules_clear(void) {}
#endif
