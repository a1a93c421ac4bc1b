/* python_stack.c: walks Python frames by plain reads at known offsets. It needs neither the
 * GIL nor a reference, and allocates nothing: calling into CPython here would re-enter an
 * allocator that may stand half-way through an update. A thread only ever reads its own
 * frames, which cannot change while it is here. */
#include "python_stack.h"
#include "os.h"
#include "python_runtime.h"
#include <string.h>

#define COUNTED_FRAMES 65536u /* outer frames that are still counted, so that cuts are steady */
#define CUT_STEP 1024u
#define LONGEST_TEXT (INT64_C(1) << 32)

static const struct hw__offsets rows[] = {
#include "python_offsets.inc"
};

uint32_t hw__layout = HW_LAYOUT_UNKNOWN;
static const struct hw__offsets *row;
static struct hw__walk walk;

int hw__stack_choose_layout(uint32_t minor) {
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].minor == (int)minor) row = &rows[i];
    return row != NULL;
}

const struct hw__offsets *hw__stack_layout(void) { return row; }

/* Before the layout is proved, memory is read through the kernel, in aligned blocks (which
 * never cross into a page that is not there) that are kept for the length of one walk. */
#define BLOCK 512u
#define BLOCKS 16u

static struct {
    uintptr_t from; /* 0 = empty */
    char bytes[BLOCK];
} blocks[BLOCKS];

static void forgetBlocks(void) {
    for (uint32_t i = 0; i < BLOCKS; i++) blocks[i].from = 0;
}

static const char *readBlock(uintptr_t from) {
    uint32_t at = (uint32_t)(from / BLOCK) % BLOCKS;
    if (blocks[at].from == from) return blocks[at].bytes;
    blocks[at].from = 0;
    if (!hw__os_peek((const void *)from, blocks[at].bytes, BLOCK)) return NULL;
    blocks[at].from = from;
    return blocks[at].bytes;
}

static int readCarefully(uintptr_t from, char *to, size_t bytes) {
    while (bytes > 0) {
        uintptr_t start = from & ~(uintptr_t)(BLOCK - 1);
        size_t part = BLOCK - (from - start) < bytes ? BLOCK - (from - start) : bytes;
        const char *block = readBlock(start);
        if (block == NULL) return 0;
        memcpy(to, block + (from - start), part);
        from += part;
        to += part;
        bytes -= part;
    }
    return 1;
}

static inline int readAt(const void *base, int offset, void *to, size_t bytes) {
    const char *from = (const char *)base + offset;
    if ((uintptr_t)base < 4096) return 0;
    if (hw__layout != HW_LAYOUT_GOOD) return readCarefully((uintptr_t)from, to, bytes);
    memcpy(to, from, bytes);
    return 1;
}

static const void *pointerAt(const void *base, int offset) {
    const void *value = NULL;
    return readAt(base, offset, &value, sizeof value) ? value : NULL;
}

static int32_t intAt(const void *base, int offset) {
    int32_t value = 0;
    return readAt(base, offset, &value, sizeof value) ? value : -1;
}

/* An object's type is its second word in every build that is not refused. */
static int isOfType(const void *object, const void *type) {
    return object != NULL && pointerAt(object, sizeof(void *)) == type;
}

/* Up to 3.11 the "current" thread is whoever holds the GIL, from 3.12 on this one if it holds
 * it; then sub-interpreters make the two differ. A thread without the GIL has its own state all
 * the same, until Python ends: then those of daemon threads are freed while they run. */
static const void *threadState(void) {
    const void *current = hw__python.current_thread(), *own = hw__python.this_thread();
    if (hw__python.minor >= 12 && current != NULL) return current;
    return current == own || hw__python.is_initialized() ? own : NULL;
}

static const void *innermost(const void *thread) {
    const void *frame = pointerAt(thread, row->tstate_frame);
    if (row->cframe_frame >= 0 && frame != NULL) frame = pointerAt(frame, row->cframe_frame);
    return frame;
}

enum seen { SEEN_FRAME, SEEN_SHIM, SEEN_ENTRY /* of a C frame, and in it */, SEEN_NONSENSE };

/* Frames that tracebacks do not show: shims of the C stack, and calls that have not reached
 * their first own instruction. */
static enum seen readFrame(const void *frame, struct hw__frame *to) {
    signed char owner = 0; /* plain char has no sign on ARM, and -1 means none */
    if (row->frame_owner >= 0) {
        if (!readAt(frame, row->frame_owner, &owner, 1)) return SEEN_NONSENSE;
        if (row->owner_shim >= 0 && owner >= row->owner_shim) return SEEN_ENTRY;
    }
    to->code = (const void *)((uintptr_t)pointerAt(frame, row->frame_code) & ~(uintptr_t)row->code_tags);
    if (!isOfType(to->code, hw__python.code_type)) return SEEN_NONSENSE;
    if (row->code_bytes < 0) {
        to->at = intAt(frame, row->frame_at) * row->unit;
        return SEEN_FRAME;
    }
    intptr_t start = (intptr_t)to->code + row->code_bytes;
    intptr_t at = (intptr_t)pointerAt(frame, row->frame_at) - start;
    int32_t first = intAt(to->code, row->code_first) * row->unit;
    if (owner != row->owner_generator && at < first) return SEEN_SHIM;
    if (at < -row->unit || at > INT32_MAX) return SEEN_NONSENSE;
    to->at = (int32_t)at;
    return SEEN_FRAME;
}

/* Deeper than we keep: leave out the outer calls, at a place that stays the same while the
 * recursion goes on, lest each sample be a new stack from end to end. */
static void cut(const void *frame) {
    uint32_t more = 0;
    while (frame != NULL && more < COUNTED_FRAMES) {
        frame = pointerAt(frame, row->frame_back);
        more++;
    }
    uint32_t depth = HW_MAX_FRAMES + more;
    walk.steps += more;
    walk.is_cut = 1;
    walk.count = frame != NULL ? CUT_STEP : HW_MAX_FRAMES - CUT_STEP + depth % CUT_STEP;
}

const struct hw__walk *hw__stack_walk(void) {
    if (row == NULL || hw__layout == HW_LAYOUT_REFUSED) return NULL;
    const void *thread = threadState();
    if (thread == NULL) return NULL;
    walk.count = walk.steps = 0;
    walk.is_cut = walk.is_broken = 0;
    if (hw__layout != HW_LAYOUT_GOOD) forgetBlocks();
    walk.mark = row->cframe_frame >= 0 ? (uintptr_t)pointerAt(thread, row->tstate_frame) : 0;
    for (const void *frame = innermost(thread); frame != NULL; frame = pointerAt(frame, row->frame_back)) {
        if (walk.count == HW_MAX_FRAMES || walk.steps++ == 4 * HW_MAX_FRAMES) {
            cut(frame);
            break;
        }
        enum seen seen = readFrame(frame, &walk.frames[walk.count]);
        walk.is_broken = seen == SEEN_NONSENSE;
        if (walk.is_broken) break;
        if (seen == SEEN_FRAME) walk.count++;
        if (seen == SEEN_ENTRY && walk.mark == 0) walk.mark = (uintptr_t)frame;
    }
    return &walk;
}

int hw__stack_code_facts(const void *code, struct hw__code_facts *to) {
    to->file = pointerAt(code, row->code_file);
    to->name = pointerAt(code, row->code_name);
    to->table = pointerAt(code, row->code_table);
    to->first_line = intAt(code, row->code_line);
    return to->file != NULL && to->name != NULL;
}

static size_t putUtf8(char *to, size_t room, uint32_t c) {
    if ((c >= 0xd800 && c <= 0xdfff) || c > 0x10ffff) c = 0xfffd;
    size_t need = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    if (need > room) return 0;
    for (size_t i = need - 1; i > 0; i--, c >>= 6) to[i] = (char)(0x80 | (c & 0x3f));
    to[0] = (char)(lead[need] | c);
    return need;
}

static size_t copyText(const char *from, uint64_t length, uint32_t width, char *to, size_t room) {
    char part[256];
    size_t used = 0;
    uint64_t bytes = length * width;
    for (uint64_t done = 0; done < bytes; done += sizeof part) {
        size_t take = bytes - done < sizeof part ? (size_t)(bytes - done) : sizeof part;
        if (!readAt(from + done, 0, part, take)) return used;
        for (size_t i = 0; i < take; i += width) {
            uint32_t c = 0; /* little-endian: the low bytes come first */
            memcpy(&c, part + i, width);
            size_t put = putUtf8(to + used, room - used, c);
            if (put == 0) return used;
            used += put;
        }
    }
    return used;
}

size_t hw__stack_text(const void *text, char *to, size_t room) {
    int64_t length = 0;
    uint32_t state = 0;
    if (!isOfType(text, hw__python.text_type)) return 0;
    if (!readAt(text, row->text_length, &length, 8) || !readAt(text, row->text_state, &state, 4)) return 0;
    if (length < 0 || length > LONGEST_TEXT || (state & (uint32_t)row->compact_mask) == 0) return 0;
    uint32_t mask = (uint32_t)row->kind_mask;
    uint32_t width = (state & mask) / (mask & (0u - mask));
    if (width != 1 && width != 2 && width != 4) return 0;
    int data = (state & (uint32_t)row->ascii_mask) ? row->text_ascii : row->text_wide;
    return copyText((const char *)text + data, (uint64_t)length, width, to, room);
}
