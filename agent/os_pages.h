/* os_pages.h: what the kernel says of this process's pages and mappings. None of it touches a page. Not for two threads at
 * once: under the lock. */
#ifndef HW_OS_PAGES_H
#define HW_OS_PAGES_H
#include <stddef.h>
#include <stdint.h>

/* Bytes of [from, to), whole pages, that have memory behind them. UINT64_MAX: the kernel will not say. hw__os_resident
 * (mincore) is the quicker for private memory; for shared memory it would search the page cache for every absent page,
 * and count what other processes touched. hw__os_present asks /proc/self/pagemap, which stays open until
 * hw__os_present_end; hw__os_anonymous counts of a private mapping of a file only the pages that were written. hw__os_huge: of what
 * either of these two counted last, bytes in huge pages; UINT64_MAX: not known (Linux before 6.7). */
uint64_t hw__os_resident(uint64_t from, uint64_t to);
int hw__os_map_residency(uint64_t from, uint64_t to, unsigned char *each); /* by mincore: lowest bit of one byte a page. 0: no */
uint64_t hw__os_present(uint64_t from, uint64_t to);
uint64_t hw__os_anonymous(uint64_t from, uint64_t to);
uint64_t hw__os_huge(void);
void hw__os_present_end(void);

/* As in one line of /proc/self/maps. */
struct hw__mapping {
    uint64_t from, to;
    uint64_t inode; /* 0 = anonymous */
    int is_writable;
    int is_executable;
    int is_shared;
    int is_hugetlb; /* of the pool of huge pages, which the kernel does not count as resident */
    uint64_t guard; /* of anonymous memory: bytes without access right below it, 0 = none */
    const char *name; /* of anonymous memory: "[heap]", "[anon:...]", ""; good until the next one */
};

/* Calls `each` for every mapping that can be accessed, or only for writable ones, which can be a good deal quicker; in order
 * of addresses. 0: they cannot be read. */
int hw__os_mappings(int only_writable, void (*each)(const struct hw__mapping *mapping));
#endif
