/* os_pages.c: /proc/self/pagemap and /proc/self/maps. */
#define _GNU_SOURCE
#include "os_pages.h"
#include "os.h"
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int hw__os_map_residency(uint64_t from, uint64_t to, unsigned char *each) { return syscall(SYS_mincore, from, to - from, each) == 0; }

uint64_t hw__os_resident(uint64_t from, uint64_t to) {
    static unsigned char pages[4096];
    uint64_t page = hw__os_page(), found = 0;
    while (from < to) {
        uint64_t part = to - from < sizeof pages * page ? to - from : sizeof pages * page;
        if (!hw__os_map_residency(from, from + part, pages)) return UINT64_MAX;
        for (uint64_t i = 0; i < part / page; i++) found += pages[i] & 1;
        from += part;
    }
    return found * page;
}

/* Linux 6.7 and later can leave out the shared page of zeros. Names and numbers as in linux/fs.h. */
struct scan {
    uint64_t size, flags, start, end, walk_end, vec, vec_len, most_pages;
    uint64_t inverted, mask, any_of, returned;
};
struct scanned {
    uint64_t start, end, categories;
};
#define SCAN _IOWR('f', 16, struct scan)
#define SCAN_FILE 4u
#define SCAN_PRESENT 8u
#define SCAN_ZERO 32u
#define SCAN_HUGE 64u
#define MOST_SCANNED 256u

/* An entry of pagemap. */
#define ENTRY_PRESENT (UINT64_C(1) << 63)
#define ENTRY_FILE (UINT64_C(1) << 61) /* of a file, or shared */

static int pagemap = -1;
static int isScanMissing;
static uint64_t hugeBytes; /* of the last count */

/* Pages that are present and in none of the categories `without`. */
static uint64_t scan(uint64_t from, uint64_t to, uint64_t without) {
    static struct scanned runs[MOST_SCANNED];
    struct scan ask = {.size = sizeof ask, .start = from, .end = to, .vec = (uintptr_t)runs, .vec_len = MOST_SCANNED,
                       .inverted = without, .mask = SCAN_PRESENT | without, .returned = SCAN_PRESENT | SCAN_HUGE};
    uint64_t found = 0;
    hugeBytes = 0;
    while (ask.start < to) {
        long n = syscall(SYS_ioctl, pagemap, SCAN, &ask);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 || ask.walk_end <= ask.start) return UINT64_MAX;
        for (long i = 0; i < n; i++) {
            found += runs[i].end - runs[i].start;
            if (runs[i].categories & SCAN_HUGE) hugeBytes += runs[i].end - runs[i].start;
        }
        ask.start = ask.walk_end;
    }
    return found;
}

static uint64_t readPagemap(uint64_t from, uint64_t to, uint64_t without) {
    static uint64_t entries[2048];
    uint64_t page = hw__os_page(), found = 0;
    uint64_t at = from / page, end = to / page;
    while (at < end) {
        uint64_t part = end - at < 2048 ? end - at : 2048;
        long n = syscall(SYS_pread64, pagemap, entries, part * 8, at * 8);
        if (n <= 0) return UINT64_MAX;
        for (long i = 0; i < n / 8; i++) found += (entries[i] & (ENTRY_PRESENT | without)) == ENTRY_PRESENT;
        at += (uint64_t)n / 8;
    }
    return found * page;
}

static uint64_t count(uint64_t from, uint64_t to, uint64_t scan_without, uint64_t entry_without) {
    if (pagemap < 0) pagemap = hw__os_open_to_read("/proc/self/pagemap");
    if (pagemap < 0) return UINT64_MAX;
    uint64_t found = isScanMissing ? UINT64_MAX : scan(from, to, scan_without);
    if (found != UINT64_MAX) return found;
    isScanMissing = 1;
    hugeBytes = 0;
    return readPagemap(from, to, entry_without);
}

uint64_t hw__os_present(uint64_t from, uint64_t to) { return count(from, to, SCAN_ZERO, 0); }
uint64_t hw__os_huge(void) { return isScanMissing ? UINT64_MAX : hugeBytes; }
uint64_t hw__os_anonymous(uint64_t from, uint64_t to) { return count(from, to, SCAN_ZERO | SCAN_FILE, ENTRY_FILE); }

void hw__os_present_end(void) {
    if (pagemap >= 0) hw__os_close(pagemap);
    pagemap = -1;
}

static const char *readHex(const char *at, uint64_t *value) {
    for (*value = 0;; at++) {
        if (*at >= '0' && *at <= '9')
            *value = *value * 16 + (uint64_t)(*at - '0');
        else if (*at >= 'a' && *at <= 'f')
            *value = *value * 16 + (uint64_t)(*at - 'a' + 10);
        else
            return at;
    }
}

static const char *skipWord(const char *at) {
    while (*at != ' ' && *at != 0) at++;
    while (*at == ' ') at++;
    return at;
}

/* 0: this is no such line, or has no access. "55d0-55f0 r-xp 00000000 08:01 1234    /usr/bin/x" */
static int parseMapping(const char *line, struct hw__mapping *to) {
    static uint64_t guardEnd, guardBytes;
    const char *at = readHex(line, &to->from);
    if (*at != '-') return 0;
    at = readHex(at + 1, &to->to);
    if (*at != ' ' || strnlen(at, 6) < 6 || to->to <= to->from) return 0;
    to->guard = guardEnd == to->from ? guardBytes : 0;
    if (at[1] != 'r' && at[2] != 'w' && at[3] != 'x') {
        guardEnd = to->to;
        guardBytes = to->to - to->from;
        return 0;
    }
    to->is_writable = at[2] == 'w';
    to->is_executable = at[3] == 'x';
    to->is_shared = at[4] != 'p';
    at = skipWord(skipWord(skipWord(at + 1)));
    to->name = skipWord(at);
    to->is_hugetlb = strncmp(to->name, "/anon_hugepage", 14) == 0; /* of a file there: not told */
    for (to->inode = 0; *at >= '0' && *at <= '9'; at++) to->inode = to->inode * 10 + (uint64_t)(*at - '0');
    return 1;
}

static void eachLine(char *text, char *end, int only_writable, void (*each)(const struct hw__mapping *)) {
    struct hw__mapping mapping;
    for (char *line = text; line < end;) {
        char *stop = memchr(line, '\n', (size_t)(end - line));
        if (stop == NULL) return;
        *stop = 0;
        if (parseMapping(line, &mapping) && (mapping.is_writable || !only_writable)) each(&mapping);
        line = stop + 1;
    }
}

static int readMappings(int fd, int only_writable, void (*each)(const struct hw__mapping *mapping)) {
    static char text[16384 + 1];
    size_t have = 0;
    long n;
    while (have < sizeof text - 1 && (n = syscall(SYS_read, fd, text + have, sizeof text - 1 - have)) != 0) {
        if (n == -1 && errno == EINTR) continue;
        if (n < 0) break;
        have += (size_t)n;
        char *last = memrchr(text, '\n', have);
        if (last == NULL) continue;
        eachLine(text, last + 1, only_writable, each);
        have -= (size_t)(last + 1 - text);
        memmove(text, last + 1, have);
    }
    return have == 0;
}

/* Linux 6.11 and later answer in numbers, without the names, which take most of the time. Names as in linux/fs.h. */
struct query {
    uint64_t size, flags, address;
    uint64_t start, end, vma_flags, page_size, offset, inode;
    uint32_t device_major, device_minor, name_bytes, build_id_bytes;
    uint64_t name, build_id;
};
#define QUERY _IOWR('f', 17, struct query)
#define QUERY_READABLE 1u /* as a question: at least this access */
#define QUERY_WRITABLE 2u
#define QUERY_EXECUTABLE 4u
#define QUERY_SHARED 8u
#define QUERY_OR_NEXT 16u

static int isQueryMissing;

static int query(int fd, uint64_t address, uint64_t flags, struct query *to) {
    *to = (struct query){.size = sizeof *to, .flags = flags, .address = address};
    return syscall(SYS_ioctl, fd, QUERY, to) == 0;
}

/* Of what has no file: its name, and what lies below it. */
static void describeAnonymous(int fd, struct hw__mapping *of) {
    static char name[80];
    struct query below, named = {.size = sizeof named, .address = of->from, .name = (uintptr_t)name, .name_bytes = sizeof name - 1};
    name[0] = 0;
    if (syscall(SYS_ioctl, fd, QUERY, &named) != 0 || named.name_bytes == 0) name[0] = 0;
    of->name = name;
    int is_guard = query(fd, of->from - 1, 0, &below) && (below.vma_flags & (QUERY_READABLE | QUERY_WRITABLE | QUERY_EXECUTABLE)) == 0;
    of->guard = is_guard ? below.end - below.start : 0;
}

/* The first mapping that ends after `address`; 0: there is none, or no such question. */
static int queryMapping(int fd, uint64_t address, int only_writable, struct hw__mapping *to) {
    struct query found;
    if (!query(fd, address, QUERY_OR_NEXT | (only_writable ? QUERY_WRITABLE : QUERY_READABLE), &found)) return 0;
    *to = (struct hw__mapping){.from = found.start, .to = found.end, .inode = found.inode, .name = ""};
    to->is_writable = (found.vma_flags & QUERY_WRITABLE) != 0;
    to->is_executable = (found.vma_flags & QUERY_EXECUTABLE) != 0;
    to->is_shared = (found.vma_flags & QUERY_SHARED) != 0;
    to->is_hugetlb = found.page_size > hw__os_page();
    if (to->inode == 0) describeAnonymous(fd, to);
    return 1;
}

int hw__os_mappings(int only_writable, void (*each)(const struct hw__mapping *mapping)) {
    int fd = hw__os_open_to_read("/proc/self/maps");
    if (fd < 0) return 0;
    int is_read = 1;
    struct hw__mapping mapping;
    if (!isQueryMissing && !queryMapping(fd, 0, only_writable, &mapping)) isQueryMissing = 1;
    if (isQueryMissing)
        is_read = readMappings(fd, only_writable, each);
    else
        do each(&mapping);
        while (queryMapping(fd, mapping.to, only_writable, &mapping));
    hw__os_close(fd);
    return is_read;
}
