/* sampler.c: jittered systematic sampling. Sample points lie along each thread's stream of
 * allocated bytes, at distances uniform in [mean/2, 3 mean/2); a block is recorded when at
 * least one point falls into it and stands for points x mean bytes. That is unbiased for
 * every size, and steadier than independent points. Blocks of four means and more are
 * recorded as they are and take no part in the countdown. All distances that were drawn, less what
 * is left of the last of each thread, are all bytes that were asked for: that sum is exact.
 *
 * The rate is held to a budget that saves up for bursts: only when it is spent does the mean
 * double, and once the program has calmed down it halves again. What a full file or a crowd of
 * live samples asked for stays. */
#include "sampler.h"
#include "os.h"
#include "pace.h"
#include "thread_end.h"

#define FIRST_CROWD 65536u /* live samples (4 GiB at the default mean) that are plenty for any figure */
#define RATE_WINDOW 256u /* samples between two looks at the rate */
#define SAVINGS 2u       /* seconds' worth of the budget that can be saved up: seconds of CPU, at most so many as pass */
#define SECOND UINT64_C(1000000000)
#define CALM 4u          /* a rate below one in so many of the budget is calm */
#define MOST_BUDGET (UINT64_C(1) << 30)

static uint64_t globalMean = 65536;
static struct hw__had windowStart;
static uint32_t windowCost;
static int64_t saved;        /* samples that may be taken at once */
static uint32_t rateDoubles; /* how often the rate has doubled the mean, less the times it was taken back */
static uint32_t crowd = FIRST_CROWD;
static uint64_t budget = HW_BUDGET_PER_SECOND;
static int isExact;
static int64_t drawn;

static void setMean(uint64_t mean) { __atomic_store_n(&globalMean, mean, __ATOMIC_RELAXED); }

/* At least one window, lest the smallest budgets be overdrawn by each. */
static int64_t mostSaved(void) { return (int64_t)(SAVINGS * budget + RATE_WINDOW); }

void hw__sampler_begin(uint64_t mean, uint64_t most, int is_exact) {
    setMean(mean);
    isExact = is_exact;
    budget = is_exact ? 0 : most < MOST_BUDGET ? most : MOST_BUDGET;
    saved = mostSaved();
    rateDoubles = 0;
    windowStart = (struct hw__had){0, 0};
    windowCost = 0;
}

int hw__sampler_is_exact(void) { return isExact; }

uint64_t hw__sampler_mean(void) { return __atomic_load_n(&globalMean, __ATOMIC_RELAXED); }

static int64_t draw(int64_t bytes) {
    __atomic_fetch_add(&drawn, bytes, __ATOMIC_RELAXED);
    return bytes;
}

static uint64_t nextRandom(struct hw__thread *self) {
    uint64_t x = self->random;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    self->random = x;
    return x * UINT64_C(0x2545f4914f6cdd1d);
}

/* Uniform in [0, limit), limit < 2^32. */
static uint64_t randomBelow(struct hw__thread *self, uint64_t limit) {
    return ((nextRandom(self) >> 32) * limit) >> 32;
}

static int64_t drawInterval(struct hw__thread *self, uint64_t mean) {
    return (int64_t)(mean / 2 + randomBelow(self, mean) + 1);
}

/* The first point of a thread lies where a look at a random moment would find the next one:
 * somewhere within an interval that was picked in proportion to its length. Otherwise the
 * first bytes of many short threads would be counted too often or too seldom. */
static int64_t drawFirst(struct hw__thread *self, uint64_t mean) {
    uint64_t length;
    do {
        length = (uint64_t)drawInterval(self, mean);
    } while (randomBelow(self, mean + mean / 2) > length);
    return (int64_t)randomBelow(self, length) + 1;
}

static void beginThread(struct hw__thread *self) {
    self->random = (hw__os_now() ^ (uintptr_t)self) * UINT64_C(0x9e3779b97f4a7c15); /* no two threads are at one place at once */
    if (self->random == 0) self->random = 1;
    self->mean = hw__sampler_mean();
    self->left += draw(drawFirst(self, self->mean));
    hw__thread_end_watch(self);
}

struct hw__sample hw__sampler_take(struct hw__thread *self, uint64_t bytes) {
    struct hw__sample sample = {0, 0};
    uint64_t mean = hw__sampler_mean();
    if (isExact) { /* the countdown stays where each byte runs it out */
        self->left = 0;
        sample.weight = (uint64_t)draw((int64_t)bytes);
        return sample;
    }
    if (self->mean == 0) beginThread(self);
    /* By the larger mean: a block that the countdown can reach across must not be exact. */
    if (bytes >= HW_EXACT_MEANS * (mean > self->mean ? mean : self->mean)) {
        self->left += draw((int64_t)bytes);
        sample.weight = bytes;
        return sample;
    }
    while (self->left < 0) {
        sample.weight += self->mean;
        sample.mean = (uint32_t)self->mean;
        self->mean = mean;
        self->left += draw(drawInterval(self, mean));
    }
    return sample;
}

void hw__sampler_passed(uint64_t bytes) { draw((int64_t)bytes); }

void hw__sampler_end_thread(struct hw__thread *self) {
    if (self->mean == 0) return;
    draw(-self->left);
    self->mean = 0;
    self->left = 0;
}

void hw__sampler_forked(struct hw__thread *self) {
    drawn = 0;
    self->mean = 0; /* begin anew, with a random phase of its own */
    self->left = 0;
}

uint64_t hw__sampler_allocated(const struct hw__thread *self) {
    int64_t sum = __atomic_load_n(&drawn, __ATOMIC_RELAXED) - (self->mean == 0 ? 0 : self->left);
    return sum < 0 ? 0 : (uint64_t)sum;
}

int hw__sampler_double(void) {
    uint64_t mean = hw__sampler_mean();
    if (isExact || mean >= HW_MEAN_LIMIT) return 0;
    setMean(mean * 2);
    return 1;
}

int hw__sampler_count(uint32_t cost) { return budget != 0 && (windowCost += cost) >= RATE_WINDOW; }

int hw__sampler_settle(uint64_t now, uint64_t worked) {
    int64_t most = mostSaved();
    uint64_t took = hw__had_since(&windowStart, now, worked);
    uint64_t calm = CALM * (uint64_t)windowCost * SECOND / budget;
    uint64_t longest = calm + (uint64_t)most * SECOND / budget; /* a longer pause earns no more */
    if (took > longest) took = longest;
    saved += (int64_t)(took * budget / SECOND) - windowCost;
    if (saved > most) saved = most;
    windowCost = 0;
    if (saved < 0) {
        saved = most / 2;
        if (!hw__sampler_double()) return 0;
        rateDoubles++;
        return 1;
    }
    if (saved < most || took <= calm || rateDoubles == 0) return 0;
    rateDoubles--;
    setMean(hw__sampler_mean() / 2);
    return 1;
}

/* Each step lets the table grow by half: it stays in proportion to the heap, but small. */
int hw__sampler_crowd(uint32_t live) {
    if (budget == 0 || live < crowd) return 0;
    crowd += crowd / 2;
    return hw__sampler_double();
}
