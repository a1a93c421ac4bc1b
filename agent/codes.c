/* codes.c: two maps, open addressing with linear probing. By address: a code object that was
 * seen before, as long as it still says the same of itself (addresses are used again). By
 * content: programs that compile the same text over and over (exec, templates, notebooks)
 * make a new object each time, which must not be a new record each time. Both are emptied at
 * a limit; definitions are then written again under new ids. */
#include "codes.h"
#include "os.h"
#include "python_stack.h"
#include "wire.h"
#include "writer.h"
#include <string.h>

#define FIRST_ROOM 1024u
#define MOST_ROOM 32768u
#define TEXT_MOST 4000u

struct code {
    const void *code; /* NULL = empty */
    struct hw__code_id id;
};

struct content {
    uint64_t hash;
    uint32_t record; /* 0 = empty */
};

static struct code *codes;
static struct content *contents; /* as much room as codes, and never more entries */
static uint32_t room, count, lastRecord, lastObject;
static char scratch[sizeof(struct hw_code) + 2 * TEXT_MOST + 8] __attribute__((aligned(8)));

static uint32_t homeOf(uint64_t x) { return (uint32_t)((x * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (room - 1); }

static struct code *codeSlot(const void *code) {
    uint32_t at = homeOf((uint64_t)(uintptr_t)code >> 4);
    while (codes[at].code != NULL && codes[at].code != code) at = (at + 1) & (room - 1);
    return &codes[at];
}

static struct content *contentSlot(uint64_t hash) {
    uint32_t at = homeOf(hash);
    while (contents[at].record != 0 && contents[at].hash != hash) at = (at + 1) & (room - 1);
    return &contents[at];
}

static void refill(const struct code *old, const struct content *from, uint32_t old_room) {
    for (uint32_t i = 0; i < old_room; i++) {
        if (old[i].code != NULL) *codeSlot(old[i].code) = old[i];
        if (from[i].record != 0) *contentSlot(from[i].hash) = from[i];
    }
}

static void give(struct code *a, struct content *b, uint32_t n) {
    hw__os_give(a, n * sizeof *a);
    hw__os_give(b, n * sizeof *b);
}

/* Makes room for one more: begins, doubles, or at the limit starts afresh. `count` counts
 * lookups that missed, so it bounds the entries of either map. */
static int makeRoom(void) {
    if (codes != NULL && count < room / 2) return 1;
    if (codes != NULL && room * 2 > MOST_ROOM) {
        memset(codes, 0, room * sizeof *codes);
        memset(contents, 0, room * sizeof *contents);
        count = 0;
        return 1;
    }
    uint32_t old_room = room, more = codes == NULL ? FIRST_ROOM : room * 2;
    struct code *old = codes, *fresh = hw__os_take(more * sizeof *fresh);
    struct content *from = contents, *fresh_contents = hw__os_take(more * sizeof *fresh_contents);
    if (fresh == NULL || fresh_contents == NULL) {
        give(fresh, fresh_contents, more);
        return codes != NULL && count < room - 1;
    }
    codes = fresh;
    contents = fresh_contents;
    room = more;
    refill(old, from, old_room);
    give(old, from, old_room);
    return 1;
}

static uint32_t writeRecord(uint32_t flag, uint32_t first_line, size_t file_bytes, size_t name_bytes) {
    struct hw_code *record = (struct hw_code *)(void *)scratch;
    size_t used = sizeof *record + file_bytes + name_bytes;
    memset(scratch + used, 0, 8);
    record->id = lastRecord + 1;
    record->first_line = first_line;
    record->file_bytes = (uint16_t)file_bytes;
    record->name_bytes = (uint16_t)name_bytes;
    record->pad = 0;
    if (!hw__writer_put(HW_CODE, flag, record, (used + 7) & ~(size_t)7, HW_CLASS_NAME)) return 0;
    return ++lastRecord;
}

/* FNV-1a over the text, then the lengths and the line; 64 bits, so that equal means same. */
static uint64_t hashOf(const char *text, size_t file_bytes, size_t name_bytes, int32_t line) {
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ ((uint64_t)(uint32_t)line << 32) ^ file_bytes;
    for (size_t i = 0; i < file_bytes + name_bytes; i++) hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
    return hash ^ hash >> 29;
}

static uint32_t recordOf(const struct hw__code_facts *facts) {
    char *text = scratch + sizeof(struct hw_code);
    size_t file_bytes = hw__stack_text(facts->file, text, TEXT_MOST);
    size_t name_bytes = hw__stack_text(facts->name, text + file_bytes, TEXT_MOST);
    uint64_t hash = hashOf(text, file_bytes, name_bytes, facts->first_line);
    struct content *slot = contentSlot(hash);
    if (slot->record != 0) return slot->record;
    uint32_t record = writeRecord(0, (uint32_t)facts->first_line, file_bytes, name_bytes);
    if (record != 0) *slot = (struct content){hash, record};
    return record;
}

static int isSame(const struct hw__code_facts *a, const struct hw__code_facts *b) {
    return a->file == b->file && a->name == b->name && a->table == b->table && a->first_line == b->first_line;
}

int hw__codes_find(const void *code, struct hw__code_id *to) {
    struct hw__code_facts facts;
    if (!makeRoom() || !hw__stack_code_facts(code, &facts)) return 0;
    struct code *slot = codeSlot(code);
    if (slot->code != code || !isSame(&slot->id.facts, &facts)) {
        uint32_t record = recordOf(&facts);
        if (record == 0) return 0;
        *slot = (struct code){code, {facts, record, ++lastObject}};
        count++;
    }
    *to = slot->id;
    return 1;
}

uint32_t hw__codes_name(const char *name) {
    memcpy(scratch + sizeof(struct hw_code), name, strlen(name));
    return writeRecord(0, 0, 0, strlen(name));
}

uint32_t hw__codes_module(const char *path, size_t path_bytes, const char *build_id, size_t id_bytes) {
    char *text = scratch + sizeof(struct hw_code);
    if (path_bytes > TEXT_MOST || id_bytes > TEXT_MOST) return 0;
    memcpy(text, path, path_bytes);
    memcpy(text + path_bytes, build_id, id_bytes);
    return writeRecord(HW_CODE_MODULE, 0, path_bytes, id_bytes);
}

void hw__codes_clear(void) {
    give(codes, contents, room);
    codes = NULL;
    contents = NULL;
    room = count = lastRecord = lastObject = 0;
}

/* Each is where a search for it ends; neither map holds more than were counted. */
int hw__codes_is_valid(void) {
    uint32_t seen = 0, texts = 0;
    for (uint32_t i = 0; codes != NULL && i < room; i++) {
        seen += codes[i].code != NULL;
        texts += contents[i].record != 0;
        if (codes[i].code != NULL && (codeSlot(codes[i].code) != &codes[i] || codes[i].id.record > lastRecord)) return 0;
        if (contents[i].record != 0 && (contentSlot(contents[i].hash) != &contents[i] || contents[i].record > lastRecord)) return 0;
    }
    return seen <= count && texts <= count && (codes == NULL || count < room);
}
