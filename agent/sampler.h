/* sampler.h: which allocations are recorded, and what each stands for. */
#ifndef HW_SAMPLER_H
#define HW_SAMPLER_H
#include "guard.h"

#define HW_EXACT_MEANS 4u            /* blocks of so many means are recorded exactly */
#define HW_BUDGET_PER_SECOND 3000u   /* samples a second of CPU time that we allow ourselves; HIGHWATER_BUDGET */
#define HW_MEAN_LIMIT (UINT64_C(1) << 30)

struct hw__sample {
    uint64_t weight; /* 0 = not sampled */
    uint32_t mean;   /* 0 = exact */
};

/* budget: samples a second of CPU time, 0 = no limit. is_exact: each block is recorded, whatever the mean. */
void hw__sampler_begin(uint64_t mean, uint64_t budget, int is_exact);
int hw__sampler_is_exact(void);
uint64_t hw__sampler_mean(void);
/* Settles the account of a thread whose countdown went below zero by charging `bytes`. */
struct hw__sample hw__sampler_take(struct hw__thread *self, uint64_t bytes);
void hw__sampler_passed(uint64_t bytes); /* asked for, but never charged to a countdown */
void hw__sampler_end_thread(struct hw__thread *self); /* what it has left was not asked for; it may begin again */
void hw__sampler_forked(struct hw__thread *self);     /* in the child: everything begins anew */
/* Bytes asked for since the process began (its image, its fork), but for one mean at most for each other thread. */
uint64_t hw__sampler_allocated(const struct hw__thread *self);
/* Under the lock: a record was written that cost as much as so many ordinary ones; 1: it is time to settle. Then, at `now` and after
 * `worked` ns of the process's CPU time, 1 when the mean was changed for what was written since the last time. */
int hw__sampler_count(uint32_t cost);
int hw__sampler_settle(uint64_t now, uint64_t worked);
/* Under the lock: so many recorded blocks are alive; 1 when the mean was doubled for it. */
int hw__sampler_crowd(uint32_t live);
int hw__sampler_double(void); /* 0 at the limit */
#endif
