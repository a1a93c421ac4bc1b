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

/* What follows is compiled twice, for the layout proved and not: walks are most of what a sample costs, and with the layout
 * proved each field is one load. */
#define BOTH_WAYS static inline __attribute__((always_inline))

BOTH_WAYS int readAt(int is_good, const void *base, int offset, void *to, size_t bytes) {
    const char *from = (const char *)base + offset;
    if ((uintptr_t)base < 4096) return 0;
    if (!is_good) return readCarefully((uintptr_t)from, to, bytes);
    memcpy(to, from, bytes);
    return 1;
}

BOTH_WAYS const void *pointerAt(int is_good, const void *base, int offset) {
    const void *value = NULL;
    return readAt(is_good, base, offset, &value, sizeof value) ? value : NULL;
}

BOTH_WAYS int32_t intAt(int is_good, const void *base, int offset) {
    int32_t value = 0;
    return readAt(is_good, base, offset, &value, sizeof value) ? value : -1;
}

/* An object's type is its second word in every build that is not refused. */
BOTH_WAYS int isOfType(int is_good, const void *object, const void *type) {
    return object != NULL && pointerAt(is_good, object, sizeof(void *)) == type;
}

/* Up to 3.11 the "current" thread is whoever holds the GIL, from 3.12 on this one if it holds
 * it; then sub-interpreters make the two differ. A thread without the GIL has its own state all
 * the same, until Python ends: then those of daemon threads are freed while they run. */
static const void *threadState(void) {
    const void *current = hw__python.current_thread(), *own = hw__python.this_thread();
    if (hw__python.minor >= 12 && current != NULL) return current;
    return current == own || hw__python.is_initialized() ? own : NULL;
}

BOTH_WAYS const void *innermost(int is_good, const struct hw__offsets *o, const void *thread) {
    const void *frame = pointerAt(is_good, thread, o->tstate_frame);
    if (o->cframe_frame >= 0 && frame != NULL) frame = pointerAt(is_good, frame, o->cframe_frame);
    return frame;
}

enum seen { SEEN_FRAME, SEEN_SHIM, SEEN_ENTRY /* of a C frame, and in it */, SEEN_NONSENSE };

/* Frames that tracebacks do not show: shims of the C stack, and calls that have not reached
 * their first own instruction. */
BOTH_WAYS enum seen readFrame(int is_good, const struct hw__offsets *o, const void *code_type, const void *frame, struct hw__frame *to) {
    signed char owner = 0; /* plain char has no sign on ARM, and -1 means none */
    if (o->frame_owner >= 0) {
        if (!readAt(is_good, frame, o->frame_owner, &owner, 1)) return SEEN_NONSENSE;
        if (o->owner_shim >= 0 && owner >= o->owner_shim) return SEEN_ENTRY;
    }
    to->code = (const void *)((uintptr_t)pointerAt(is_good, frame, o->frame_code) & ~(uintptr_t)o->code_tags);
    if (!isOfType(is_good, to->code, code_type)) return SEEN_NONSENSE;
    if (o->code_bytes < 0) {
        to->at = intAt(is_good, frame, o->frame_at) * o->unit;
        return SEEN_FRAME;
    }
    intptr_t start = (intptr_t)to->code + o->code_bytes;
    intptr_t at = (intptr_t)pointerAt(is_good, frame, o->frame_at) - start;
    int32_t first = intAt(is_good, to->code, o->code_first) * o->unit;
    if (owner != o->owner_generator && at < first) return SEEN_SHIM;
    if (at < -o->unit || at > INT32_MAX) return SEEN_NONSENSE;
    to->at = (int32_t)at;
    return SEEN_FRAME;
}

static int isGood(void) { return hw__layout == HW_LAYOUT_GOOD; }

/* Deeper than we keep: leave out the outer calls, at a place that stays the same while the
 * recursion goes on, lest each sample be a new stack from end to end. */
static void cut(const void *frame) {
    uint32_t more = 0;
    while (frame != NULL && more < COUNTED_FRAMES) {
        frame = pointerAt(isGood(), frame, row->frame_back);
        more++;
    }
    uint32_t depth = HW_MAX_FRAMES + more;
    walk.steps += more;
    walk.is_cut = 1;
    walk.count = frame != NULL ? CUT_STEP : HW_MAX_FRAMES - CUT_STEP + depth % CUT_STEP;
}

BOTH_WAYS void walkFrames(int is_good, const struct hw__offsets *o, const void *thread) {
    const void *code_type = hw__python.code_type, *frame = innermost(is_good, o, thread);
    uint32_t count = 0, steps = 0;
    walk.mark = o->cframe_frame >= 0 ? (uintptr_t)pointerAt(is_good, thread, o->tstate_frame) : 0;
    for (; frame != NULL && count < HW_MAX_FRAMES && steps < 4 * HW_MAX_FRAMES; steps++) {
        enum seen seen = readFrame(is_good, o, code_type, frame, &walk.frames[count]);
        walk.is_broken = seen == SEEN_NONSENSE;
        if (walk.is_broken) break;
        if (seen == SEEN_FRAME) count++;
        if (seen == SEEN_ENTRY && walk.mark == 0) walk.mark = (uintptr_t)frame;
        frame = pointerAt(is_good, frame, o->frame_back);
    }
    walk.count = count;
    walk.steps = steps;
    if (frame != NULL && !walk.is_broken) cut(frame);
}

/* Of each version a walk of its own, in which every offset is a constant. */
static void walkGood(const void *thread) {
    _Static_assert(sizeof rows / sizeof rows[0] == 6, "a case for each version");
    switch (row - rows) {
    case 0: walkFrames(1, &rows[0], thread); break;
    case 1: walkFrames(1, &rows[1], thread); break;
    case 2: walkFrames(1, &rows[2], thread); break;
    case 3: walkFrames(1, &rows[3], thread); break;
    case 4: walkFrames(1, &rows[4], thread); break;
    case 5: walkFrames(1, &rows[5], thread); break;
    }
}

const struct hw__walk *hw__stack_walk(void) {
    if (row == NULL || hw__layout == HW_LAYOUT_REFUSED) return NULL;
    const void *thread = threadState();
    if (thread == NULL) return NULL;
    walk.is_cut = walk.is_broken = 0;
    if (isGood()) {
        walkGood(thread);
    } else {
        forgetBlocks();
        walkFrames(0, row, thread);
    }
    return &walk;
}

int hw__stack_code_facts(const void *code, struct hw__code_facts *to) {
    to->file = pointerAt(isGood(), code, row->code_file);
    to->name = pointerAt(isGood(), code, row->code_name);
    to->table = pointerAt(isGood(), code, row->code_table);
    to->first_line = intAt(isGood(), code, row->code_line);
    return to->file != NULL && to->name != NULL;
}

int hw__stack_is_code(const void *code, const struct hw__code_facts *facts) {
    const struct hw__offsets *o = row;
    return isGood() && pointerAt(1, code, o->code_file) == facts->file && pointerAt(1, code, o->code_name) == facts->name &&
           pointerAt(1, code, o->code_table) == facts->table && intAt(1, code, o->code_line) == facts->first_line;
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
        if (!readAt(isGood(), from + done, 0, part, take)) return used;
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
    if (!isOfType(isGood(), text, hw__python.text_type)) return 0;
    if (!readAt(isGood(), text, row->text_length, &length, 8) || !readAt(isGood(), text, row->text_state, &state, 4)) return 0;
    if (length < 0 || length > LONGEST_TEXT || (state & (uint32_t)row->compact_mask) == 0) return 0;
    uint32_t mask = (uint32_t)row->kind_mask;
    uint32_t width = (state & mask) / (mask & (0u - mask));
    if (width != 1 && width != 2 && width != 4) return 0;
    int data = (state & (uint32_t)row->ascii_mask) ? row->text_ascii : row->text_wide;
    return copyText((const char *)text + data, (uint64_t)length, width, to, room);
}
