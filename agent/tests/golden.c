/* golden.c: writes a small stream that holds every kind of record, through the structures of
 * wire.h. golden.hws, which it made, is what readers in other languages are tested with;
 * golden.txt says in words what they must find. usage: golden FILE */
#include "../wire.h"
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define T0 UINT64_C(1000000000)

static FILE *out;
static uint64_t at = HW_HEADER_BYTES;

static void put(struct hw_record *record, enum hw_kind kind, uint32_t flag, size_t size, uint32_t thread) {
    record->kind = (uint8_t)kind;
    record->flag = (uint8_t)flag;
    record->size = (uint16_t)size;
    record->thread = thread;
    fwrite(record, size, 1, out);
    at += size;
}

static size_t whole(size_t n) { return (n + 7) & ~(size_t)7; }

static void thread(uint32_t index, uint64_t time, uint32_t tid, const char *name) {
    union {
        struct hw_thread r;
        char bytes[64];
    } u;
    memset(&u, 0, sizeof u);
    u.r.time = T0 + time;
    u.r.tid = tid;
    u.r.name_bytes = (uint16_t)strlen(name);
    memcpy(u.bytes + sizeof u.r, name, strlen(name));
    put(&u.r.head, HW_THREAD, 0, whole(sizeof u.r + strlen(name)), index);
}

static void code(uint32_t flag, uint32_t id, uint32_t first, const char *file, const char *name) {
    union {
        struct hw_code r;
        char bytes[256];
    } u;
    memset(&u, 0, sizeof u);
    u.r.id = id;
    u.r.first_line = first;
    u.r.file_bytes = (uint16_t)strlen(file);
    u.r.name_bytes = (uint16_t)strlen(name);
    memcpy(u.bytes + sizeof u.r, file, strlen(file));
    memcpy(u.bytes + sizeof u.r + strlen(file), name, strlen(name));
    put(&u.r.head, HW_CODE, flag, whole(sizeof u.r + strlen(file) + strlen(name)), 1);
}

static void stack(uint32_t id, uint32_t parent, uint32_t code_id, int32_t line) {
    struct hw_stack r = {.id = id, .parent = parent, .code = code_id, .line = line};
    put(&r.head, HW_STACK, 0, sizeof r, 1);
}

static void native(uint32_t id, uint32_t parent, uint32_t module, uint64_t offset) {
    struct hw_native_stack r = {.stack = {.id = id, .parent = parent, .code = module, .line = -1}, .offset = offset};
    put(&r.stack.head, HW_STACK, HW_STACK_NATIVE, sizeof r, 1);
}

static void allocated(uint32_t by, uint64_t time, uint32_t flag, uint64_t address, uint64_t bytes, uint64_t weight,
                      uint32_t stack_id, uint32_t mean) {
    struct hw_alloc r = {.time = T0 + time, .address = address, .bytes = bytes, .weight = weight, .stack = stack_id, .mean = mean};
    put(&r.head, HW_ALLOC, flag, sizeof r, by);
}

static void freed(uint32_t by, uint64_t time, uint32_t flag, uint64_t address) {
    struct hw_free r = {.time = T0 + time, .address = address};
    put(&r.head, HW_FREE, flag, sizeof r, by);
}

static void unmapped(uint64_t time, uint32_t flag, uint64_t address, uint64_t bytes) {
    struct hw_unmap r = {.time = T0 + time, .address = address, .bytes = bytes};
    put(&r.head, HW_UNMAP, flag, sizeof r, 1);
}

static void snapshot(uint64_t time, enum hw_reason reason, uint64_t resident, uint64_t hwm, uint64_t counters, uint32_t stack_id) {
    struct hw_snapshot r = {.time = T0 + time, .virtual_bytes = 90000000, .resident_bytes = resident, .shared_bytes = 5000000,
                            .hwm_bytes = hwm, .heap_live = counters, .python_live = counters, .arena_bytes = 3145728,
                            .mapped_bytes = 8388608, .stack = stack_id, .python_held = counters, .allocated = counters, .heap_grown = 131072};
    put(&r.head, HW_SNAPSHOT, reason, sizeof r, 1);
}

static void note(uint64_t time, enum hw_note kind, const char *text) {
    union {
        struct hw_note_record r;
        char bytes[128];
    } u;
    memset(&u, 0, sizeof u);
    u.r.time = T0 + time;
    u.r.text_bytes = (uint16_t)strlen(text);
    memcpy(u.bytes + sizeof u.r, text, strlen(text));
    put(&u.r.head, HW_NOTE, kind, whole(sizeof u.r + strlen(text)), 0);
}

static void records(void) {
    note(1, HW_NOTE_TEXT, "one kind each");
    thread(1, 2, 4242, "python3");
    code(0, 1, 1, "/home/ada/train.py", "<module>");
    code(0, 2, 10, "/home/ada/modèle.py", "Größe.__init__");
    stack(1, 0, 1, 7);
    stack(2, 1, 2, 12);
    stack(3, 1, 2, -1);
    allocated(1, 10, HW_PYTHON, 0x7f0000001000, 48, 65536, 2, 65536);
    allocated(1, 20, HW_MALLOC, 0x7f0000002000, 70000, 131072, 1, 65536);
    allocated(1, 30, HW_CALLOC, 0x7f0000100000, 8000000, 8000000, 2, 0);
    thread(2, 35, 4243, "");
    allocated(2, 40, HW_BIG_PYTHON, 0x7f0000900000, 3000001, 3000001, 0, 0);
    allocated(1, 50, HW_MMAP, 0x7f1000000000, 8388608, 8388608, 3, 0);
    allocated(1, 60, HW_MMAP_FILE, 0x7f2000000000, 4096, 4096, 1, 0);
    snapshot(70, HW_PERIODIC, 20000000, 0, HW_UNKNOWN, 1);
    snapshot(80, HW_NEW_HIGH, 28000000, 28004096, 11000000, 2);
    freed(1, 90, HW_FROM_REALLOC, 0x7f0000002000);
    allocated(1, 91, HW_MALLOC | HW_FROM_REALLOC, 0x7f0000003000, 300000, 300000, 1, 0);
    freed(2, 100, 0, 0x7f0000001000);
    snapshot(110, HW_BEFORE_FREE, 30000000, 0, HW_UNKNOWN, 2);
    freed(1, 120, 0, 0x7f0000100000);
    unmapped(130, 0, 0x7f1000400000, 1048576);
    unmapped(140, HW_FROM_REALLOC, 0x7f1000000000, 1048576);
    { struct hw_mean r = {.time = T0 + 150, .mean = 131072}; put(&r.head, HW_MEAN, 0, sizeof r, 1); }
    { /* a kind that readers of this version do not know: to be skipped by its size */
        struct { struct hw_record head; uint64_t body[2]; } r = {.body = {1, 2}};
        put(&r.head, (enum hw_kind)31, 0, sizeof r, 0);
    }
    allocated(1, 160, HW_PYTHON, 0x7f0000001000, 512, 131072, 2, 131072);
    { /* a record that a later version made longer */
        struct { struct hw_free r; uint64_t more; } r = {.r = {.time = T0 + 170, .address = 0x7f0000900000}, .more = 7};
        put(&r.r.head, HW_FREE, 0, sizeof r, 2);
    }
    for (uint32_t kind = HW_NOTE_UNSUPPORTED_PYTHON; kind <= HW_NOTE_MAPS_ITSELF; kind++)
        note(180 + kind, (enum hw_note)kind, kind == HW_NOTE_WRITE_STOPPED ? "ENOSPC" : "");
    allocated(1, 190, HW_MMAP_SHARED, 0x7f3000000000, 2097152, 2097152, 1, 0);
    { struct hw_resident r = {.time = T0 + 195, .address = 0x7f3000000000, .bytes = 2097152, .resident_bytes = 40960};
      put(&r.head, HW_RESIDENT, 0, sizeof r, 1); }
    { struct hw_areas r = {.time = T0 + 196, .untouched = 12288, .trimmable = 8192, .huge = 4096};
      for (uint32_t i = 0; i < HW_AREA_KINDS; i++) {
          r.reserved[i] = (i + 2) * 1048576;
          r.resident[i] = (i + 1) * 4096;
      }
      put(&r.head, HW_AREAS, 0, sizeof r, 1); }
    code(HW_CODE_MODULE, 3, 0, "/home/ada/größe.so", "00ff10");
    code(HW_CODE_MODULE, 4, 0, "", "");
    native(4, 2, 3, UINT64_C(0x123456789a));
    native(5, 4, 3, 0x40);
    native(6, 0, 4, 0);
    allocated(1, 197, HW_MALLOC, 0x7f0000a00000, 400000, 400000, 5, 0);
    allocated(2, 198, HW_MALLOC, 0x7f0000b00000, 500000, 500000, 6, 0);
    { struct hw_failed r = {.time = T0 + 199, .bytes = 3000000000, .virtual_bytes = 900000000, .resident_bytes = 16000000,
                            .data_bytes = 400000000, .virtual_limit = 1000000000, .data_limit = HW_UNKNOWN, .stack = 2};
      put(&r.head, HW_FAILED, HW_CALLOC, sizeof r, 1); }
    snapshot(200, HW_AT_EXIT, 16000000, 30080000, HW_UNKNOWN, 0);
    { struct hw_exit r = {.time = T0 + 210, .hwm_bytes = 30080000, .user_us = 1500000, .system_us = 250000, .minor_faults = 9000, .major_faults = 3};
      put(&r.head, HW_EXIT, 0, sizeof r, 1); }
}

int main(int argc, char **argv) {
    static struct hw_header header;
    static const char command[] = "python3\0train.py\0--name\0l\xc3\xa4nge";
    _Static_assert(sizeof header == HW_HEADER_BYTES && offsetof(struct hw_header, command) == 256, "header");
    _Static_assert(sizeof(struct hw_alloc) == 48 && sizeof(struct hw_snapshot) == 112 && sizeof(struct hw_exit) == 56 && sizeof(struct hw_native_stack) == 32 && sizeof(struct hw_areas) == 168 && sizeof(struct hw_failed) == 72, "records");
    if (argc != 2 || (out = fopen(argv[1], "wb")) == NULL) return 2;
    memcpy(header.magic, HW_WIRE_MAGIC, 8);
    header.version = HW_WIRE_VERSION;
    header.header_bytes = HW_HEADER_BYTES;
    header.start = T0;
    header.start_realtime = UINT64_C(1800000000000000000);
    header.pid = 4242;
    header.parent_pid = 4200;
    header.page_bytes = 4096;
    header.python_version = 0x030b02f0;
    header.first_mean = 65536;
    header.flags = HW_CLEAN_EXIT | HW_IS_PYTHON;
    header.origin = HW_FORKED;
    header.hwm_bytes = 30080000;
    header.hwm_time = T0 + 205;
    header.agent_bytes = 500000;
    header.dropped = 2;
    header.mean = 131072;
    header.inherited_heap = 1234567;
    memcpy(header.command, command, sizeof command);
    fwrite(&header, sizeof header, 1, out);
    records();
    header.committed = at;
    fwrite("not committed", 13, 1, out);
    fseek(out, 0, SEEK_SET);
    fwrite(&header, sizeof header, 1, out);
    return fclose(out) == 0 ? 0 : 1;
}
