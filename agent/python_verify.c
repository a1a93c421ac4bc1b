/* python_verify.c: offsets come from headers, but the Python at hand may have been patched, or
 * be of a later patch level that moved a field. What it says of itself (python_witness.h) is
 * asked at load. Then, at the first safe moment (a pending call: the interpreter's loop,
 * between two instructions, GIL held) the same stack is read twice, by offsets and by Python's
 * own functions, and every name, file and line must agree. Until then memory is read through
 * the kernel, so that even a wrong offset is only a failed read. A mismatch ends stack reading. */
#include "python_verify.h"
#include "arenas.h"
#include "os.h"
#include "python_hooks.h"
#include "python_runtime.h"
#include "python_stack.h"
#include "python_witness.h"
#include "wire.h"
#include "writer.h"
#include <string.h>

#define MOST_COMPARED 24u
#define MOST_TRIES 40u
#define LONE_TRIES 10u

struct expected {
    void *code, *file, *name; /* file and name: bytes objects, or NULL */
    int line;
    long first_line;
};

static struct expected expected[MOST_COMPARED];
static uint32_t asked; /* 0 not yet, 1 waiting, 2 done */
static uint32_t tries; /* atomic */
static uint32_t tellingLines; /* that were found, and are not where their code begins: a constant would not do */
static char text[4096];

static void release(void *object) {
    if (object != NULL) hw__python.release(object);
}

static void *readUtf8(void *object, const char *attribute) {
    void *value = hw__python.attribute(object, attribute);
    void *bytes = value == NULL ? NULL : hw__python.text_to_utf8(value);
    if (bytes == NULL) hw__python.clear_error(); /* lone surrogates have no UTF-8 */
    release(value);
    return bytes;
}

static long readNumber(void *object, const char *attribute) {
    void *value = hw__python.attribute(object, attribute);
    long number = value == NULL ? -1 : hw__python.long_value(value);
    if (number == -1) hw__python.clear_error();
    release(value);
    return number;
}

static void readExpected(void *frame, struct expected *to) {
    to->code = hw__python.frame_code(frame);
    to->line = hw__python.frame_line(frame);
    to->first_line = readNumber(to->code, "co_firstlineno");
    to->file = readUtf8(to->code, "co_filename");
    to->name = readUtf8(to->code, hw__python.minor >= 11 ? "co_qualname" : "co_name");
}

static uint32_t gather(void) {
    uint32_t n = 0;
    void *frame = hw__python.thread_frame(hw__python.thread_get());
    while (frame != NULL && n < MOST_COMPARED) {
        readExpected(frame, &expected[n++]);
        void *back = hw__python.frame_back(frame);
        release(frame);
        frame = back;
    }
    release(frame);
    return n;
}

static int isSameText(const void *object, void *bytes) {
    if (bytes == NULL) return 1;
    size_t n = hw__stack_text(object, text, 4000);
    size_t want = (size_t)hw__python.bytes_size(bytes);
    return (n == want || (n < want && n > 3990)) && memcmp(text, hw__python.bytes_data(bytes), n) == 0;
}

static const char *compareFrame(const struct hw__frame *frame, const struct expected *want) {
    struct hw__code_facts facts;
    if (frame->code != want->code) return "frame's code";
    if (!hw__stack_code_facts(frame->code, &facts)) return "code object";
    if (want->first_line != facts.first_line) return "first line";
    if (!isSameText(facts.file, want->file)) return "file name";
    if (!isSameText(facts.name, want->name)) return "function name";
    if (want->line > 0 && hw__python.line_of(want->code, frame->at) != want->line) return "line";
    tellingLines += want->line > 0 && hw__python.line_of(want->code, 0) != want->line;
    return NULL;
}

static int isUnnamed(const struct hw__frame *frame) {
    struct hw__code_facts facts;
    return hw__stack_code_facts(frame->code, &facts) && hw__stack_text(facts.name, text, 8) == 0;
}

static const char *compare(uint32_t n) {
    const struct hw__walk *walk = hw__stack_walk();
    uint32_t at = 0;
    tellingLines = 0;
    if (walk == NULL) return "thread state";
    for (uint32_t i = 0; i < n; i++, at++) {
        while (at < walk->count && isUnnamed(&walk->frames[at])) at++;
        if (at >= walk->count) return "number of frames";
        const char *wrong = compareFrame(&walk->frames[at], &expected[i]);
        if (wrong != NULL) return wrong;
    }
    if (walk->is_broken) return "caller of a frame";
    return n < MOST_COMPARED && at != walk->count ? "number of frames" : NULL;
}

/* Strings of each width, which no stack may happen to hold. */
#define SAMPLES 4u
static const char *const samples[SAMPLES] = {"plain", "caf\xc3\xa9", "\xe2\x82\xac uro", "\xf0\x9f\x98\x80 smile"};

/* Code objects end with their instructions, so that their type says where those begin. A walk
 * proves less of this: a few bytes before a call stands mostly the same line. */
static long codeBytes(void) {
    return hw__stack_layout()->code_bytes < 0 ? -1 : readNumber(hw__python.code_type, "__basicsize__");
}

static const char *compareTexts(void *const *objects) {
    for (size_t i = 0; i < SAMPLES; i++) {
        if (objects[i] == NULL) continue;
        size_t n = hw__stack_text(objects[i], text, sizeof text);
        if (n != strlen(samples[i]) || memcmp(text, samples[i], n) != 0) return "text";
    }
    return NULL;
}

/* A stack of one call proves little of how callers are found, and first lines little of how
 * lines are: better to ask again a few times. */
static uint32_t triesNow(void) { return __atomic_load_n(&tries, __ATOMIC_RELAXED); }
static int isEnough(uint32_t n) { return (n > 1 && tellingLines > 0) || (n >= 1 && triesNow() > LONE_TRIES); }

static void conclude(const char *wrong) {
    hw__layout = wrong == NULL ? HW_LAYOUT_GOOD : HW_LAYOUT_REFUSED;
    if (wrong == NULL) return;
    hw__writer_flag(HW_NO_STACKS);
    hw__writer_note(HW_NOTE_LAYOUT_REFUSED, wrong);
}

/* The constructor is alone in the process: no lock. */
void hw__verify_table(void) {
    const char *wrong = hw__witness_against(hw__stack_layout());
    if (wrong != NULL) conclude(wrong);
}

static const char *compareAll(void *const *texts, uint32_t n, long code_bytes) {
    const char *wrong = n == 0 ? NULL : compare(n);
    if (wrong == NULL) wrong = compareTexts(texts);
    if (wrong == NULL && code_bytes != hw__stack_layout()->code_bytes) wrong = "size of code objects";
    return wrong;
}

static void judge(void *const *texts, uint32_t n, long code_bytes) {
    struct hw__thread *self = &hw__self;
    int kept;
    if (hw__layout != HW_LAYOUT_UNKNOWN || !hw__enter_alone(self, &kept)) return;
    const char *wrong = compareAll(texts, n, code_bytes);
    if (wrong != NULL || isEnough(n)) conclude(wrong);
    hw__leave_alone(self, kept);
}

static int atSafeMoment(void *unused) {
    (void)unused;
    if (hw__mode_now() != HW_ACTIVE) return 0;
    void *texts[SAMPLES];
    for (size_t i = 0; i < SAMPLES; i++) texts[i] = hw__python.text_from_utf8(samples[i]);
    uint32_t n = gather();
    judge(texts, n, codeBytes());
    for (size_t i = 0; i < SAMPLES; i++) release(texts[i]);
    for (uint32_t i = 0; i < n; i++) {
        release(expected[i].code);
        release(expected[i].file);
        release(expected[i].name);
    }
    hw__python.clear_error(); /* there was no memory for one of these */
    hw__hooks_check();
    hw__arenas_verify();
    __atomic_store_n(&asked, hw__layout == HW_LAYOUT_UNKNOWN ? 0 : 2, __ATOMIC_RELAXED);
    return 0;
}

void hw__verify_soon(void) {
    uint32_t none = 0;
    if (HW_LIKELY(__atomic_load_n(&asked, __ATOMIC_RELAXED) != 0)) return;
    if (!hw__python.is_supported || triesNow() > MOST_TRIES) return;
    if (!hw__python.is_initialized() || hw__python.this_thread() == NULL) return;
    if (!__atomic_compare_exchange_n(&asked, &none, 1, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) return;
    __atomic_fetch_add(&tries, 1, __ATOMIC_RELAXED);
    if (hw__python.add_pending_call(atSafeMoment, NULL) != 0) __atomic_store_n(&asked, 0, __ATOMIC_RELAXED);
}

void hw__verify_again(void) {
    if (hw__layout == HW_LAYOUT_GOOD || hw__layout == HW_LAYOUT_REFUSED) return;
    tries = 0;
    asked = 0;
}
