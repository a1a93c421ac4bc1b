/* unit.c: the tables, alone, against the simplest possible models of themselves, with their
 * invariants checked as they go. Built with the sanitizers. Everything that they need of the
 * rest of the agent is replaced below. */
#include "../detours.h"
#include "../guard.h"
#include "../modules.h"
#include "../native_stack.h"
#include "../python_runtime.h"
#include "../python_stack.h"
#include "../ranges.h"
#include "../sampler.h"
#include "../stacks.h"
#include "../table.h"
#include "../wire.h"
#include "../writer.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                             \
    do {                                                                             \
        if (!(condition)) {                                                          \
            printf("failed: unit: %s:%d: %s\n", __FILE__, __LINE__, #condition);     \
            exit(1);                                                                 \
        }                                                                            \
    } while (0)

static uint64_t seed = 88172645463325252u;
static uint32_t roll(uint32_t limit) {
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return (uint32_t)((seed >> 32) * limit >> 32);
}

/* ---- what the units are given instead of the agent ---- */
struct hw__python hw__python;
uint32_t hw__layout;
static struct hw__walk fakeWalk;
static struct hw__native_walk fakeNative;
static uint64_t offsets[1 << 20];
static uint32_t nextStack = 1, nextCode = 1;
static int replaced; /* how often the code at each address was */
static struct hw_stack written[1 << 20];

void hw__thread_end_watch(struct hw__thread *self) { self->is_watched = 1; }
void hw__record_deferred(struct hw__thread *self) { self->deferred_count = 0; }
const struct hw__walk *hw__stack_walk(void) { return &fakeWalk; }
const struct hw__native_walk *hw__native_walk(uintptr_t mark) {
    (void)mark;
    return fakeNative.count == 0 && !fakeNative.is_cut ? NULL : &fakeNative;
}
int hw__modules_find(uintptr_t at, struct hw__module *near) { /* two modules, whose ids are also those of codes */
    uintptr_t bias = at & ~(uintptr_t)0xffff;
    *near = (struct hw__module){bias, bias + 0x10000, bias, 1 + (bias != 0x10000)};
    return nextCode > 2;
}
int hw__modules_is_foreign(uintptr_t at) { return at >= 0x20000; }
void hw__modules_clear(void) {}
int hw__stack_code_facts(const void *code, struct hw__code_facts *to) {
    *to = (struct hw__code_facts){code, code, code, 1 + replaced};
    return 1;
}
int hw__stack_is_code(const void *code, const struct hw__code_facts *facts) {
    return facts->file == code && facts->first_line == 1 + replaced;
}
size_t hw__stack_text(const void *text, char *to, size_t room) {
    return (size_t)snprintf(to, room, "%p", (void *)((uintptr_t)text % 4096)); /* some are the same text */
}
int hw__writer_put(enum hw_kind kind, uint32_t flag, void *record, size_t size, enum hw__class class) {
    (void)class;
    CHECK(size % 8 == 0);
    if (kind == HW_CODE) CHECK(((struct hw_code *)record)->id == nextCode++);
    if (kind == HW_STACK) {
        struct hw_stack *s = record;
        CHECK(s->id == nextStack++ && s->parent < s->id && s->code < nextCode);
        CHECK(s->id < sizeof written / sizeof *written);
        written[s->id] = *s;
        offsets[s->id] = flag == HW_STACK_NATIVE ? ((struct hw_native_stack *)record)->offset : UINT64_MAX;
    }
    return 1;
}
static int fakeLine(void *code, int at) { return (int)((uintptr_t)code & 0xff) * 100 + at / 4 + 1 + replaced; }

/* ---- the table of live blocks ---- */
static void *addressOf(uint32_t i) { return (void *)(uintptr_t)(0x7f0000000000u + (uint64_t)i * 48); }

static void testTable(void) {
    enum { MANY = 60000 };
    static uint64_t weight[MANY];
    struct hw__live live;
    hw__filter_pin(addressOf(MANY + 1));
    for (int step = 0; step < 400000; step++) {
        uint32_t i = roll(step < 200000 ? MANY : 2000);
        CHECK(hw__table_remove(addressOf(i), &live) == (weight[i] != 0));
        if (weight[i] != 0) CHECK(live.weight == weight[i] && live.is_large == (weight[i] >= 1 << 20));
        weight[i] = roll(3) ? 1 + roll(roll(2) ? 1 << 22 : 512) : 0;
        if (weight[i] != 0) CHECK(hw__table_add(addressOf(i), weight[i], weight[i], HW_EXACT) && hw__filter_has(addressOf(i)));
        if (step % 20000 == 0) CHECK(hw__table_is_valid());
    }
    uint64_t sum = 0;
    uint32_t passed = 0;
    for (uint32_t i = 0; i < MANY; i++) sum += weight[i];
    CHECK(hw__table_weight() == sum && hw__table_is_valid());
    uint32_t last = MANY - 1;
    while (last > 0 && weight[last] == 0) last--;
    uint64_t highest = (uint64_t)(uintptr_t)addressOf(last);
    CHECK(hw__table_highest(0, UINT64_MAX) == highest && hw__table_highest(0, highest) < highest && hw__table_highest(highest + 1, UINT64_MAX) == 0);
    uint64_t place = 0, large = 0;
    for (const void *p; (p = hw__table_next_large(&place, &live)) != NULL; large++) {
        CHECK(live.is_exact && live.weight == weight[((uint64_t)(uintptr_t)p - 0x7f0000000000u) / 48] && !live.is_partial);
        hw__table_partial(p, 1);
        CHECK(hw__table_find(p, &live) && live.is_partial);
    }
    for (uint32_t i = 0; i < MANY; i++) large -= weight[i] >= 1 << 20;
    CHECK(large == 0 && hw__table_is_valid());
    for (uint32_t i = 0; i < MANY; i++) passed += weight[i] == 0 && !hw__filter_has(addressOf(i));
    CHECK(passed > (MANY - hw__table_count()) / 100 * 90); /* the filter lets most pass, even of pages where most is recorded */
    for (uint32_t i = 0; i < MANY; i++) hw__table_remove(addressOf(i), &live);
    CHECK(hw__table_weight() == 0 && hw__table_count() == 0 && hw__filter_has(addressOf(MANY + 1)));
    for (uint32_t i = 0, left = 0; i < MANY; i++) CHECK((left += hw__filter_has(addressOf(i)) != 0) < 3);
    hw__table_clear();
    CHECK(hw__filter_has(addressOf(MANY + 1)) && hw__table_is_valid());
}

/* ---- mapped ranges ---- */
static int isAnonymous(uint32_t kind) { return kind == HW_RANGE_ANONYMOUS || kind == HW_RANGE_SHARED; }

static void testRanges(void) {
    enum { PAGES = 300 };
    static uint8_t page[PAGES], stack[PAGES];
    for (int step = 0; step < 60000; step++) {
        uint32_t from = roll(PAGES), to = from + 1 + roll(PAGES - from), kind = roll(8);
        if (kind == HW_RANGE_RESERVED) kind = HW_RANGE_NONE;
        uint32_t first = from;
        while (first < to && page[first] == HW_RANGE_NONE) first++;
        struct hw__range range;
        CHECK(hw__ranges_first(from, to, &range) == (first < to));
        if (first < to)
            CHECK((range.from <= from ? first == from : range.from == first) && range.from + range.bytes > first &&
                  range.kind == page[first] && range.stack == stack[first]);
        int is_recorded = 0;
        for (uint32_t i = from; i < to; i++) is_recorded |= page[i] != HW_RANGE_NONE && !(page[i] & HW_RANGE_RESERVED);
        if (kind == HW_RANGE_NONE || roll(2)) CHECK(hw__ranges_cut(from, to) == is_recorded);
        if (kind != HW_RANGE_NONE) CHECK(hw__ranges_add(from, to, (enum hw__range_kind)kind, step & 127));
        memset(page + from, (int)kind, to - from);
        memset(stack + from, step & 127, to - from);
        if (step % 1000 == 999) { /* a fork */
            hw__ranges_forked();
            for (uint32_t i = 0; i < PAGES; i++)
                if (!(page[i] & HW_RANGE_RESERVED)) page[i] = HW_RANGE_NONE;
        }
        uint64_t anonymous = 0, unusable = 0;
        int has_reserved = 0;
        for (uint32_t i = 0; i < PAGES; i++) {
            anonymous += isAnonymous(page[i]);
            unusable += page[i] == (HW_RANGE_ANONYMOUS | HW_RANGE_RESERVED);
            has_reserved |= page[i] & HW_RANGE_RESERVED;
        }
        CHECK(hw__ranges_is_valid() && hw__ranges_anonymous_bytes() == anonymous && hw__ranges_has_reserved() == !!has_reserved);
        CHECK(hw__ranges_unusable_bytes() == unusable);
        for (uint64_t at = 0; hw__ranges_next_anonymous(at, &range); at = range.from + range.bytes) {
            CHECK(range.from >= at && page[range.from] == range.kind);
            anonymous -= range.bytes;
            hw__ranges_tell(range.from, 7);
            CHECK(!hw__ranges_tell(range.from, 7));
        }
        CHECK(anonymous == 0);
    }
    hw__ranges_clear();
    CHECK(hw__ranges_anonymous_bytes() == 0 && hw__ranges_unusable_bytes() == 0 && !hw__ranges_has_reserved());
}

/* ---- the sampler: over many threads, weights must add up to the bytes ---- */
static double sampled(uint64_t mean, uint32_t bytes, uint32_t each, uint32_t threads) {
    double weight = 0;
    hw__sampler_begin(mean, 0, 0);
    for (uint32_t t = 0; t < threads; t++) {
        struct hw__thread self;
        memset(&self, 0, sizeof self);
        for (uint32_t i = 0; i < each; i++) {
            if ((self.left -= bytes) >= 0) continue;
            struct hw__sample s = hw__sampler_take(&self, bytes);
            CHECK(self.left >= 0 && (s.weight == 0 || bytes >= 4 * mean || (s.mean == mean && s.weight % mean == 0)));
            weight += (double)s.weight;
        }
    }
    return weight / ((double)bytes * each * threads);
}

static int countAt(uint64_t now, uint32_t cost) { return hw__sampler_count(cost) && hw__sampler_settle(now, now); }

static void testSampler(void) {
    static const uint32_t sizes[] = {1, 16, 48, 100, 511, 1024, 1500, 4095, 4096, 100000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        double ratio = sampled(1024, sizes[i], 2000000 / sizes[i] + 2000, 16);
        CHECK(ratio > 0.985 && ratio < 1.015);
    }
    double brief = sampled(65536, 100, 50, 400000); /* threads that end before their first mean */
    CHECK(brief > 0.97 && brief < 1.03);
    /* A budget of 1000 a second, of which two seconds are saved up. */
    hw__sampler_begin(1024, 1000, 0);
    uint64_t now = 1000000000;
    int changed = 0;
    for (int i = 0; i < 1500; i++) changed += countAt(now += 100000, 1); /* a burst at 10 000 a second */
    CHECK(changed == 0 && hw__sampler_mean() == 1024);
    for (int i = 0; i < 60000; i++) changed += countAt(now += 100000, 1); /* that goes on */
    CHECK(changed >= 10 && hw__sampler_mean() >= 1 << 20);
    for (int i = 0; i < 60000; i++) changed += countAt(now += 100000000, 1); /* calm: 10 a second */
    CHECK(hw__sampler_mean() == 1024);
    hw__sampler_double(); /* asked for by a full file: stays */
    for (int i = 0; i < 60000; i++) countAt(now += 100000000, 1);
    CHECK(hw__sampler_mean() == 2048);
    /* Small budgets and large ones; samples that are dear. */
    hw__sampler_begin(1024, 10, 0);
    for (int i = 0; i < 3000; i++) countAt(now += 200000000, 1); /* 5 a second */
    CHECK(hw__sampler_mean() == 1024);
    for (int i = 0; i < 3000; i++) countAt(now += 50000000, 1); /* 20 a second */
    CHECK(hw__sampler_mean() >= 1024 << 4);
    for (int i = 0; i < 30000; i++) countAt(now += 1000000000, 1);
    CHECK(hw__sampler_mean() == 1024);
    hw__sampler_begin(1024, UINT64_MAX, 0);
    for (int i = 0; i < 3000; i++) countAt(now += 20000, 1);
    for (int i = 0; i < 3000; i++) countAt(now += UINT64_C(1) << 50, 1);
    CHECK(hw__sampler_mean() == 1024);
    hw__sampler_begin(1024, 1000, 0);
    for (int i = 0; i < 40; i++) countAt(now += 10000000, 1); /* 100 a second */
    CHECK(hw__sampler_mean() == 1024);
    for (int i = 0; i < 40; i++) countAt(now += 10000000, 500);
    CHECK(hw__sampler_mean() >= 1024 << 4);
    /* What counts is CPU time where others take the rest, and time where many threads work at once. */
    for (int is_slow = 0; is_slow < 2; is_slow++) {
        uint64_t worked = 0;
        hw__sampler_begin(1024, 1000, 0);
        for (int i = 0; i < 60000; i++, now += is_slow ? 4000000 : 500000, worked += is_slow ? 500000 : 4000000) /* 2000 a second */
            if (hw__sampler_count(1)) hw__sampler_settle(now, worked);
        CHECK(hw__sampler_mean() >= 1024 << 4);
    }
    hw__sampler_begin(65536, 10000, 0);
    for (uint32_t live = 0; live < 300000; live++) hw__sampler_crowd(live);
    CHECK(hw__sampler_mean() == 65536 << 4); /* at 64, 96, 144, 216 Ki live samples */
}

/* ---- interning ---- */
static void fakeStack(uint32_t depth, uint32_t breadth) {
    fakeWalk.count = depth;
    fakeWalk.is_cut = 0;
    for (uint32_t i = 0; i < depth; i++)
        fakeWalk.frames[i] = (struct hw__frame){(void *)(uintptr_t)(0x1000 + roll(breadth) * 16), (int32_t)roll(breadth) * 2};
}

static void testStacks(void) {
    hw__python.line_of = fakeLine;
    for (int step = 0; step < 60000; step++) {
        replaced += roll(400) == 0; /* other code at the same addresses has other lines */
        fakeStack(1 + roll(12), step < 30000 ? 3 : 200);
        uint32_t id = hw__stacks_now();
        CHECK(id != 0);
        for (uint32_t i = 0, at = id; i < fakeWalk.count; i++, at = written[at].parent)
            CHECK(at != 0 && written[at].line == fakeLine((void *)(uintptr_t)fakeWalk.frames[i].code, fakeWalk.frames[i].at));
        uint32_t before = nextStack; /* unless the tables were just emptied */
        CHECK(hw__stacks_now() == id || nextStack != before);
        if (step % 5000 == 0) CHECK(hw__stacks_is_valid());
    }
    fakeStack(5, 3);
    fakeWalk.is_cut = 1;
    uint32_t cut = hw__stacks_now(), depth = 0;
    for (uint32_t at = cut; at != 0; at = written[at].parent) depth++;
    CHECK(depth == 6);
    hw__stacks_clear();
    CHECK(hw__stacks_is_valid());
}

/* Native calls stand inside those of Python, one for each place, whatever numbers the two have in common. */
static void testNativeStacks(void) {
    nextStack = nextCode = 1;
    for (int step = 0; step < 40000; step++) {
        fakeStack(1 + roll(4), 3);
        uint32_t plain = hw__stacks_now();
        fakeNative.count = 1 + roll(6);
        fakeNative.is_cut = roll(2) != 0;
        for (uint32_t i = 0; i < fakeNative.count; i++) fakeNative.at[i] = 0x10000 + roll(2) * 0x10000 + roll(step < 20000 ? 3 : 60);
        uint32_t id = hw__stacks_now(), at = id, before = nextStack;
        CHECK(hw__stacks_now() == id || nextStack != before);
        for (uint32_t i = 0; i < fakeNative.count; i++, at = written[at].parent) {
            CHECK(offsets[at] == (fakeNative.at[i] & 0xffff) && written[at].line == -1);
            CHECK(written[at].code == 1 + (fakeNative.at[i] >= 0x20000));
        }
        if (fakeNative.is_cut) {
            CHECK(offsets[at] == UINT64_MAX && written[at].line == -1);
            at = written[at].parent;
        }
        for (uint32_t i = 0; i < fakeWalk.count; i++, at = written[at].parent, plain = written[plain].parent)
            CHECK(offsets[at] == UINT64_MAX && written[at].line == written[plain].line && written[at].code == written[plain].code);
        CHECK(at == 0 && plain == 0);
        CHECK(hw__stacks_of_call((const void *)(uintptr_t)0x20011) == hw__stacks_now()); /* the walk has it already */
        fakeNative.count = 0;
        fakeNative.is_cut = 0;
        /* Without native stacks, the call that asked for a mapping stands alone inside them, unless it is Python's own. */
        plain = hw__stacks_now();
        id = hw__stacks_of_call((const void *)(uintptr_t)0x20011);
        CHECK(id != plain && offsets[id] == 0x10 && written[id].code == 2);
        CHECK(written[id].parent == hw__stacks_now());
        CHECK(hw__stacks_of_call((const void *)(uintptr_t)0x10011) == hw__stacks_now());
        CHECK(hw__stacks_of_call(NULL) == hw__stacks_now());
        if (step % 5000 == 0) CHECK(hw__stacks_is_valid());
    }
    hw__stacks_clear();
}

/* ---- slots, by several threads at once: nobody's slot is another's, and what each holds stays as it was ---- */
enum { HELD = 3000, TURNS = 200000, TAKERS = 4 };
static uint64_t leftBytes; /* atomic */

static uint64_t rollOf(uint64_t *own) { return *own ^= *own << 13, *own ^= *own >> 7, *own ^= *own << 17, *own >> 30; }

static void fill(unsigned char *p, size_t bytes, unsigned char with) {
    CHECK(hw__is_detour(p) && (uintptr_t)p % 16 == 0);
    hw__detour_holds(p, bytes);
    memset(p, with, bytes);
}

static void *takeAndGive(void *with_) {
    unsigned char with = (unsigned char)(uintptr_t)with_, *held[HELD] = {NULL};
    uint64_t own = 88172645463325252u * (with + 1u);
    size_t sizes[HELD];
    for (int i = 0; i < TURNS; i++) {
        uint64_t j = rollOf(&own) % HELD;
        for (size_t k = 0; held[j] != NULL && k < sizes[j]; k++) CHECK(held[j][k] == with);
        if (held[j] != NULL) hw__detour_give(held[j]);
        held[j] = hw__detour_take();
        if (held[j] == NULL) continue; /* all are taken, or another thread is just making more */
        fill(held[j], sizes[j] = 1 + rollOf(&own) % 512, with);
    }
    for (int j = 0; j < HELD; j++)
        if (held[j] != NULL) __atomic_fetch_add(&leftBytes, (sizes[j] + 15) / 16 * 16, __ATOMIC_RELAXED);
    for (int j = 0; j < HELD / 2; j++) {
        if (held[j] == NULL) continue;
        hw__detour_give(held[j]);
        __atomic_fetch_sub(&leftBytes, (sizes[j] + 15) / 16 * 16, __ATOMIC_RELAXED);
    }
    return NULL;
}

static void testDetours(void) {
    pthread_t threads[TAKERS];
    struct hw__detours_use use;
    CHECK(!hw__is_detour(NULL) && !hw__is_detour(&use));
    for (uintptr_t i = 0; i < TAKERS; i++) CHECK(pthread_create(&threads[i], NULL, takeAndGive, (void *)(i + 1)) == 0);
    for (int i = 0; i < TAKERS; i++) pthread_join(threads[i], NULL);
    hw__detours_use(&use);
    CHECK(use.objects == leftBytes && use.objects > 0);
    CHECK(use.made < TAKERS * HELD * HW_DETOUR_STRIDE + (64u << 10)); /* what was given back is taken first */
    uint64_t taken = 0;
    while (hw__detour_take() != NULL) taken++;
    CHECK(taken * HW_DETOUR_STRIDE < HW_DETOURS_RESERVED && taken > HW_DETOURS_RESERVED / HW_DETOUR_STRIDE / 2);
}

int main(void) {
    testDetours();
    testTable();
    testRanges();
    testSampler();
    testStacks();
    testNativeStacks();
    puts("passed: slots, tables, ranges, sampler and stacks against their models");
    return 0;
}
