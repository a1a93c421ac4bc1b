/* stacks.c: interning of calls. One map, open addressing with linear probing, emptied when it
 * passes a limit (ids go on counting, definitions are written again), so that no program can
 * make the agent large. Each call is entered twice:
 *   (caller's stack, code object, instruction) -> stack id    the fast way: one probe a frame
 *   (caller's stack, code record, line)        -> stack id    so that a line is one stack only
 * A native call is entered once, by its module and its place in that; which function it is in,
 * only the host finds out. */
#include "stacks.h"
#include "codes.h"
#include "guard.h"
#include "modules.h"
#include "native_stack.h"
#include "os.h"
#include "python_runtime.h"
#include "python_stack.h"
#include "wire.h"
#include "writer.h"
#include <string.h>

#define FIRST_EDGES 4096u
#define MOST_EDGES 131072u
#define BY_LINE (1u << 31) /* in edge.at: this entry is keyed by line */
#define NATIVE (1u << 31)  /* in edge.code: a module, and edge.at is a place in it */
#define FAILED UINT32_MAX
#define FRAMES_A_SAMPLE 32u /* to walk so many takes as long as the rest of a sample */
#define NEW_STACK 4u        /* ... and so many frames, to write a stack for the first time */
#define NATIVE_STEP 16u     /* ... and so many, to unwind one native call */
#define MOST_REMEMBERED 128u
#define PLACES 1024u
#define PLACE_SHIFT 22u /* the upper bits of a product are the best mixed */
#define CUT_NAME "<outer calls not kept>"
#define LOST_NAME "<native callers not known>"

struct edge {
    uint32_t parent, code, at;
    uint32_t stack; /* 0 = empty */
};

static struct edge *edges;
static uint32_t edgeRoom, edgeCount;
static struct place {
    uint32_t object; /* of a code object, 0 = empty */
    int32_t at, line;
} places[PLACES];

static uint32_t lastStack, cutCode, lostCode, cost;

static struct edge *edgeSlot(uint32_t parent, uint32_t code, uint32_t key) {
    uint64_t x = ((uint64_t)parent << 32 | code) * UINT64_C(0xff51afd7ed558ccd) ^ key;
    uint32_t at = (uint32_t)(((x ^ x >> 29) * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (edgeRoom - 1);
    while (edges[at].stack != 0 && !(edges[at].parent == parent && edges[at].code == code && edges[at].at == key))
        at = (at + 1) & (edgeRoom - 1);
    return &edges[at];
}

static int makeRoom(void) { /* for two */
    if (edges != NULL && edgeCount + 2 < edgeRoom / 2) return 1;
    uint32_t old_room = edgeRoom, room = edges == NULL ? FIRST_EDGES : edgeRoom * 2;
    struct edge *old = edges;
    if (room > MOST_EDGES) {
        memset(edges, 0, edgeRoom * sizeof *edges);
        edgeCount = 0;
        return 1;
    }
    struct edge *fresh = hw__os_take(room * sizeof *fresh);
    if (fresh == NULL) return edges != NULL && edgeCount + 3 < edgeRoom;
    edges = fresh;
    edgeRoom = room;
    for (uint32_t i = 0; i < old_room; i++)
        if (old[i].stack != 0) *edgeSlot(old[i].parent, old[i].code, old[i].at) = old[i];
    hw__os_give(old, old_room * sizeof *old);
    return 1;
}

static uint32_t writeStack(uint32_t parent, uint32_t code, int32_t line) {
    struct hw_stack record = {.id = lastStack + 1, .parent = parent, .code = code, .line = line};
    if (!hw__writer_put(HW_STACK, 0, &record, sizeof record, HW_CLASS_NAME)) return 0;
    return ++lastStack;
}

static uint32_t writeNative(uint32_t parent, uint32_t module, uint64_t offset) {
    struct hw_native_stack record = {
        .stack = {.id = lastStack + 1, .parent = parent, .code = module, .line = -1},
        .offset = offset,
    };
    if (!hw__writer_put(HW_STACK, HW_STACK_NATIVE, &record, sizeof record, HW_CLASS_NAME)) return 0;
    return ++lastStack;
}

/* The last stack that was entered, outermost call first: the next one mostly begins alike, and is then found in order and not
 * all over the maps. */
static struct remembered {
    struct hw__frame frame;
    struct hw__code_facts facts;
    uint32_t parent, stack; /* 0 = empty */
} remembered[MOST_REMEMBERED];

static int isRemembered(const struct remembered *last, uint32_t parent, const struct hw__frame *frame) {
    return last->stack != 0 && last->parent == parent && last->frame.code == frame->code && last->frame.at == frame->at &&
           hw__stack_is_code(frame->code, &last->facts);
}

static void enterEdge(uint32_t parent, uint32_t code, uint32_t key, uint32_t stack) {
    struct edge *slot = edgeSlot(parent, code, key);
    if (slot->stack == 0) edgeCount++;
    *slot = (struct edge){parent, code, key, stack};
}

/* CPython finds a line by reading a table from its beginning, and the same places stand in many stacks: of everything below an
 * import, those of the import system do. */
static int lineOf(const struct hw__frame *frame, uint32_t object) {
    struct place *place = &places[(object * UINT32_C(0x9e3779b1) + (uint32_t)frame->at * UINT32_C(0x85ebca6b)) >> PLACE_SHIFT];
    if (place->object == object && place->at == frame->at) return place->line;
    int line = hw__python.line_of((void *)(uintptr_t)frame->code, frame->at);
    *place = (struct place){object, frame->at, line};
    return line;
}

/* Python's own shim around a class's __init__ has neither a line nor a name. */
static int isShim(const void *code, int line) {
    struct hw__code_facts facts;
    char one[4];
    return line < 0 && hw__stack_code_facts(code, &facts) && hw__stack_text(facts.name, one, sizeof one) == 0;
}

/* Line 0 is where 3.11 and later put a module's first instruction, before any of its text. */
static int32_t shownLine(const void *code, int line) {
    struct hw__code_facts facts;
    if (line != 0) return line < 0 ? -1 : line;
    return hw__stack_code_facts(code, &facts) && facts.first_line > 0 ? facts.first_line : -1;
}

static uint32_t enterByLine(uint32_t parent, uint32_t code, int32_t line) {
    uint32_t stack = edgeSlot(parent, code, (uint32_t)line | BY_LINE)->stack;
    if (stack != 0) return stack;
    stack = writeStack(parent, code, line);
    if (stack != 0) enterEdge(parent, code, (uint32_t)line | BY_LINE, stack);
    return stack;
}

/* A hidden frame gives its caller back. */
static uint32_t enterFrame(uint32_t parent, const struct hw__frame *frame, struct hw__code_id *code) {
    uint32_t key = (uint32_t)frame->at & ~BY_LINE;
    uint32_t stack = edgeSlot(parent, code->object, key)->stack;
    if (stack != 0) return stack;
    int line = lineOf(frame, code->object);
    if (isShim(frame->code, line)) return parent;
    stack = enterByLine(parent, code->record, shownLine(frame->code, line));
    if (stack == 0) return FAILED;
    enterEdge(parent, code->object, key, stack);
    return stack;
}

static uint32_t enter(uint32_t depth, uint32_t parent, const struct hw__frame *frame) {
    struct remembered *last = &remembered[depth < MOST_REMEMBERED ? depth : MOST_REMEMBERED - 1];
    struct hw__code_id code;
    if (HW_LIKELY(isRemembered(last, parent, frame))) return last->stack;
    if (!hw__codes_find(frame->code, &code) || !makeRoom()) return FAILED;
    uint32_t stack = enterFrame(parent, frame, &code);
    if (stack != FAILED) *last = (struct remembered){*frame, code.facts, parent, stack};
    return stack;
}

static uint32_t enterNative(uint32_t parent, uintptr_t at, struct hw__module *near) {
    if (!hw__modules_find(at, near) || !makeRoom()) return FAILED;
    uint64_t offset = at - near->bias;
    uint32_t stack = edgeSlot(parent, near->record | NATIVE, (uint32_t)offset)->stack;
    if (HW_LIKELY(stack != 0)) return stack;
    stack = writeNative(parent, near->record, offset);
    if (stack == 0) return FAILED;
    enterEdge(parent, near->record | NATIVE, (uint32_t)offset, stack);
    return stack;
}

/* A frame that stands for those which are not there. */
static uint32_t enterName(uint32_t parent, const char *name, uint32_t *code) {
    if (*code == 0) *code = hw__codes_name(name);
    if (*code == 0 || !makeRoom()) return parent;
    uint32_t stack = enterByLine(parent, *code, -1);
    return stack == 0 ? parent : stack;
}

/* 0: not all of it could be kept. */
static int enterPython(const struct hw__walk *walk, uint32_t *stack) {
    if (walk->is_cut) *stack = enterName(0, CUT_NAME, &cutCode);
    for (uint32_t i = walk->count; i-- > 0;) {
        uint32_t inner = enter(walk->count - 1 - i, *stack, &walk->frames[i]);
        if (inner == FAILED) return 0;
        *stack = inner;
    }
    return 1;
}

static void enterCalls(const struct hw__native_walk *walk, uint32_t *stack) {
    struct hw__module near = {0};
    if (walk->is_cut) *stack = enterName(*stack, LOST_NAME, &lostCode);
    for (uint32_t i = walk->count; i-- > 0;) {
        uint32_t inner = enterNative(*stack, walk->at[i], &near);
        if (inner == FAILED) return;
        *stack = inner;
    }
}

static void enterCaller(uintptr_t at, uint32_t *stack) {
    struct hw__module near = {0};
    if (!hw__modules_is_foreign(at)) return;
    uint32_t inner = enterNative(*stack, at, &near);
    if (inner != FAILED) *stack = inner;
}

/* `caller` as in stacks.h. */
uint32_t hw__stacks_of_call(const void *caller) {
    const struct hw__walk *python = hw__stack_walk();
    const struct hw__native_walk *native = hw__native_walk(python == NULL ? 0 : python->mark);
    uint32_t stack = 0, known = lastStack;
    int is_whole = python == NULL || enterPython(python, &stack);
    if (native != NULL && is_whole) enterCalls(native, &stack);
    if (native == NULL && is_whole && caller != NULL) enterCaller((uintptr_t)caller - 1, &stack);
    uint32_t steps = python == NULL ? 0 : python->steps;
    if (native != NULL) steps += NATIVE_STEP * native->steps;
    cost = 1 + (steps + NEW_STACK * (lastStack - known)) / FRAMES_A_SAMPLE;
    return stack;
}

uint32_t hw__stacks_now(void) { return hw__stacks_of_call(NULL); }

uint32_t hw__stacks_cost(void) { return cost; }

void hw__stacks_clear(void) {
    hw__codes_clear();
    hw__modules_clear();
    hw__os_give(edges, edgeRoom * sizeof *edges);
    edges = NULL;
    edgeRoom = edgeCount = 0;
    memset(remembered, 0, sizeof remembered);
    memset(places, 0, sizeof places);
    lastStack = cutCode = lostCode = 0;
}

int hw__stacks_is_valid(void) {
    uint32_t seen = 0;
    for (uint32_t i = 0; i < edgeRoom; i++) {
        if (edges[i].stack == 0) continue;
        if (edges[i].stack <= edges[i].parent || edges[i].stack > lastStack) return 0;
        if (edgeSlot(edges[i].parent, edges[i].code, edges[i].at) != &edges[i]) return 0;
        seen++;
    }
    return seen == edgeCount;
}
