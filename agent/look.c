/* look.c: the kernel's list of mappings tells most of what private memory is for; what it merges or does not name is told by
 * what lies in it: some is known by address (known.c), the rest of malloc's by its heads (chunks.c); a stack has a small
 * mapping without access below it, a library's zeroed data the rest of its data. Each page is counted once. */
#include "look.h"
#include "chunks.h"
#include "detours.h"
#include "freed.h"
#include "heap.h"
#include "known.h"
#include "os.h"
#include "os_pages.h"
#include "ranges.h"
#include "table.h"
#include <string.h>

#define KIB UINT64_C(1024)
#define MIB (KIB * KIB)
#define MOST_GUARD (64 * KIB) /* of a stack: a page as a rule */
/* So many pages without a head, and all that follow are taken for the same: a look costs 1 us. The kernel joins blocks with
 * zeroed data of a library; where there is much of that, a head is looked for longer. */
#define MOST_STRANGE 8u
#define MOST_STRANGE_IN_DATA 1024u
#define MUCH_DATA MIB
#define MOST_REUSED 8u    /* what was counted of the data of libraries */
#define FEW_LIBRARIES 64u /* that much of it is counted anew each time */

static struct hw__pieces mappings; /* that the kernel lists, in order; kind: of what is in them and not known */
static struct hw__pieces known;    /* by address, in order */
static struct hw__pieces mallocs;  /* what the last whole look found to be malloc's */
static int isUnknown;              /* the kernel would not say of some pages */
static struct hw_areas found;
static uint64_t huge[HW_AREA_KINDS]; /* of found.resident */

/* The mapping before, while the list is read. */
static uint64_t lastEnd;
static int isAfterFile;
static enum hw_area dataBefore; /* what that of the file was */

static uint32_t dataCount; /* writable mappings of files, and ... */
static uint64_t dataMark;  /* ... what tells one list of them from another */
static uint64_t ownInode;  /* the agent's library */

static struct hw_areas whole; /* the last whole look, before detours were settled ... */
static uint64_t wholeHuge[HW_AREA_KINDS];
static uint64_t wholeBreak; /* ... and where the break was then */

/* Of pages that were counted just now. */
static void count(uint64_t from, uint64_t to, enum hw_area kind, uint64_t resident) {
    if (resident == UINT64_MAX) {
        isUnknown = 1;
    } else {
        found.resident[kind] += resident;
        huge[kind] += hw__os_huge();
    }
    found.reserved[kind] += to - from;
}

static void tellHuge(void) {
    found.huge = hw__os_huge() == HW_UNKNOWN ? HW_UNKNOWN : 0;
    for (uint32_t kind = 0; found.huge != HW_UNKNOWN && kind < HW_AREA_KINDS; kind++) found.huge += huge[kind];
}

static void countPages(uint64_t from, uint64_t to, enum hw_area kind) {
    if (from < to) count(from, to, kind, hw__os_present(from, to));
}

static void countMallocs(uint64_t from, uint64_t to, enum hw_area kind) {
    countPages(from, to, kind);
    hw__pieces_add(&mallocs, from, to, kind);
}

/* Of a further arena malloc has made usable only what it needed so far; the rest is set aside for it, without access. */
static void countHeap(uint64_t from, uint64_t to) {
    countMallocs(from, to, HW_AREA_HEAPS);
    if (hw__chunks_heap(from, to) == to && to < from + HW_HEAP_ALIGNMENT) found.reserved[HW_AREA_HEAPS] += from + HW_HEAP_ALIGNMENT - to;
}

/* ---- the kernel's list ---- */

static int startsWith(const char *name, const char *start) { return strncmp(name, start, strlen(start)) == 0; }

static void findOwn(const struct hw__mapping *m) {
    uint64_t here = (uint64_t)(uintptr_t)&hw__look_whole;
    if (m->from <= here && here < m->to) ownInode = m->inode;
}

static enum hw_area kindOfData(const struct hw__mapping *m) { return m->inode == ownInode ? HW_AREA_AGENT : HW_AREA_DATA; }

/* Names of glibc's are those of its tunable decorate_maps. */
static enum hw_area kindOf(const struct hw__mapping *m) {
    if (startsWith(m->name, "[heap]") || startsWith(m->name, "[anon: glibc: malloc arena")) return HW_AREA_HEAPS;
    if (startsWith(m->name, "[stack") || startsWith(m->name, "[anon: glibc: pthread")) return HW_AREA_STACKS;
    if (m->guard > 0 && m->guard <= MOST_GUARD) return HW_AREA_STACKS;
    if (m->from == lastEnd && isAfterFile) return dataBefore;
    return HW_AREA_OTHER;
}

static void noteWritable(const struct hw__mapping *m) {
    if (m->is_hugetlb) return;
    int is_private = !m->is_shared && !startsWith(m->name, "[v"); /* [vdso] and its like are the kernel's */
    if (is_private && m->inode == 0) hw__pieces_add(&mappings, m->from, m->to, kindOf(m));
    isAfterFile = is_private && (m->inode != 0 || (isAfterFile && m->from == lastEnd));
    if (m->inode != 0) dataBefore = kindOfData(m);
    if (is_private && m->inode != 0) {
        dataCount++;
        dataMark = (dataMark ^ m->from) * UINT64_C(0x9e3779b97f4a7c15) + m->to;
    }
    lastEnd = m->to;
}

/* Code is not written to; where a debugger did, it is a page or two. What is not writable any more may have been: relocations. */
static void countData(const struct hw__mapping *m) {
    if (m->is_shared || m->inode == 0 || m->is_executable || m->is_hugetlb) return;
    uint64_t written = hw__os_anonymous(m->from, m->to);
    int is_whole = m->is_writable || written == UINT64_MAX; /* else constants, but for relocations that are done */
    count(m->from, is_whole ? m->to : m->from + written, kindOfData(m), written);
}

/* To count it is most of the work, and libraries write to their data when they are loaded, and little later: it is done again
 * when there are a good deal more of them, after a while, and where it matters most. */
static int addData(enum hw__occasion occasion) {
    static struct hw_areas last; /* nothing but data in it */
    static uint64_t lastHuge[HW_AREA_KINDS];
    static uint64_t lastMark;
    static uint32_t lastCount, reused;
    int is_other = dataMark != lastMark && (occasion >= HW_EDGE || dataCount > lastCount + lastCount / 8);
    if (dataCount < FEW_LIBRARIES || is_other || ++reused == MOST_REUSED) {
        if (!hw__os_mappings(0, countData) || isUnknown) return 0;
        last = found;
        memcpy(lastHuge, huge, sizeof huge);
        lastMark = dataMark;
        lastCount = dataCount;
        reused = 0;
    }
    found = last;
    memcpy(huge, lastHuge, sizeof huge);
    return 1;
}

/* ---- both together ---- */

static uint64_t minimum(uint64_t a, uint64_t b) { return a < b ? a : b; }

/* A gap between what is known: the memory of malloc is in there, or something that the mapping's surroundings tell. */
static void countByHeads(uint64_t from, uint64_t to, enum hw_area kind, uint32_t most_strange) {
    uint64_t begin = from; /* of what has no head */
    uint32_t strange = 0;
    for (uint64_t at = from; at < to;) {
        uint64_t heap = hw__chunks_heap(at, to), end = heap != 0 ? heap : hw__chunks_block(at, to);
        if (end != 0) {
            countPages(begin, at, kind);
            if (heap != 0)
                countHeap(at, end);
            else
                countMallocs(at, end, HW_AREA_BLOCKS);
            begin = at = end;
            strange = 0;
            continue;
        }
        at += hw__os_page();
        if (++strange >= most_strange) at = (at + HW_HEAP_ALIGNMENT - 1) & ~(HW_HEAP_ALIGNMENT - 1); /* a heap may still come */
    }
    countPages(begin, to, kind);
}

static void countGap(uint64_t from, uint64_t to, enum hw_area kind) {
    int is_told = kind != HW_AREA_OTHER && (kind != HW_AREA_DATA || to - from < MUCH_DATA);
    if (kind == HW_AREA_HEAPS)
        countHeap(from, to);
    else if (is_told || !hw__heap_is_counted)
        countPages(from, to, kind);
    else if (hw__heap_has_heads())
        countByHeads(from, to, kind, kind == HW_AREA_DATA ? MOST_STRANGE_IN_DATA : MOST_STRANGE);
    else /* blocks of another malloc look like anything: what nobody else claims is taken for its */
        countMallocs(from, to, HW_AREA_HEAPS);
}

static void countAll(void) {
    uint32_t next = 0;
    for (uint32_t i = 0; i < mappings.count; i++) {
        struct hw__piece m = mappings.list[i];
        for (uint64_t at = m.from; at < m.to;) {
            while (next < known.count && known.list[next].to <= at) next++;
            uint64_t begin = next < known.count ? minimum(known.list[next].from, m.to) : m.to;
            if (begin > at) countGap(at, begin, m.kind);
            if (begin >= m.to) break;
            uint64_t end = minimum(known.list[next].to, m.to);
            countPages(begin > at ? begin : at, end, known.list[next].kind);
            at = end;
        }
    }
}

/* Reservations are no memory, but they are of the program's making, and stand beside what it mapped. */
static void addUnusable(void) { found.reserved[HW_AREA_MAPPED] += hw__ranges_unusable_bytes(); }

/* Slots are the agent's memory; what objects in them would take in an arena counts as pymalloc's. */
static void settleDetours(void) {
    struct hw__detours_use detours;
    hw__detours_use(&detours);
    if (detours.objects > found.resident[HW_AREA_AGENT]) return;
    found.resident[HW_AREA_AGENT] -= detours.objects;
    found.reserved[HW_AREA_AGENT] -= detours.objects;
    found.resident[HW_AREA_ARENAS] += detours.objects;
    found.reserved[HW_AREA_ARENAS] += detours.objects;
}

int hw__look_whole(enum hw__occasion occasion, struct hw_areas *to) {
    memset(&found, 0, sizeof found);
    memset(huge, 0, sizeof huge);
    hw__pieces_clear(&mappings);
    hw__pieces_clear(&mallocs);
    hw__pieces_clear(&known);
    dataCount = 0;
    lastEnd = dataMark = 0;
    isAfterFile = isUnknown = 0;
    if (ownInode == 0) hw__os_mappings(0, findOwn);
    if (!hw__os_mappings(1, noteWritable) || !addData(occasion)) return 0;
    hw__known_add_own(&known);
    found.untouched = hw__known_add(&known);
    hw__known_sort(&known);
    countAll();
    if (isUnknown || mappings.is_incomplete || mallocs.is_incomplete || known.is_incomplete) return 0;
    tellHuge();
    whole = found;
    memcpy(wholeHuge, huge, sizeof huge);
    wholeBreak = hw__os_break();
    settleDetours();
    addUnusable();
    *to = found;
    return 1;
}

/* ---- in between: only what changes from moment to moment, and without the kernel's list ---- */

/* The first heap, of which advice on some of its pages may have made several pieces, grows with the break; others within what
 * is reserved for them. */
static uint64_t endOfHeap(const struct hw__piece *heap) {
    if (heap->to == wholeBreak) return hw__os_break();
    return heap->from % HW_HEAP_ALIGNMENT == 0 ? heap->from + HW_HEAP_ALIGNMENT : heap->to;
}

static void countMallocsAgain(void) {
    struct hw__live live;
    for (uint32_t i = 0; i < mallocs.count; i++) {
        const struct hw__piece *p = &mallocs.list[i];
        const void *block = (const void *)(uintptr_t)(p->from + HW_MAPPING_HEAD);
        if (p->kind == HW_AREA_HEAPS)
            countPages(p->from, hw__heap_has_heads() ? endOfHeap(p) : p->to, HW_AREA_HEAPS);
        else if (hw__chunks_block(p->from, p->to) == p->to && !(hw__table_find(block, &live) && live.is_large))
            countPages(p->from, p->to, HW_AREA_BLOCKS);
    }
}

int hw__look_quickly(struct hw_areas *to) {
    static const enum hw_area slow[] = {HW_AREA_DATA, HW_AREA_STACKS, HW_AREA_AGENT, HW_AREA_OTHER};
    memset(&found, 0, sizeof found);
    memset(huge, 0, sizeof huge);
    hw__pieces_clear(&known);
    isUnknown = 0;
    for (uint32_t i = 0; i < sizeof slow / sizeof slow[0]; i++) {
        found.resident[slow[i]] = whole.resident[slow[i]];
        found.reserved[slow[i]] = whole.reserved[slow[i]];
        huge[slow[i]] = wholeHuge[slow[i]];
    }
    countMallocsAgain();
    found.untouched = hw__known_add(&known);
    for (uint32_t i = 0; i < known.count; i++) countPages(known.list[i].from, known.list[i].to, known.list[i].kind);
    tellHuge();
    settleDetours();
    addUnusable();
    *to = found;
    return !isUnknown && !known.is_incomplete;
}

uint64_t hw__look_trimmable(uint64_t most) { return hw__freed_trimmable(&mallocs, wholeBreak, most); }
