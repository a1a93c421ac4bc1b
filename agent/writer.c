/* writer.c: one file, seen through a window that slides along it.
 *
 *     0        4096                    at = header.committed
 *     | header | record | record | ... |        |
 *     |========|               |======window=====|      (=: mapped)
 *
 * No descriptor is kept: a program that closes them all, or counts them, meets none of ours.
 * The file is opened by its path for each new window, space is reserved before it is mapped,
 * and whatever fails there ends the writing, or delays it where it may pass, but not the
 * program. A window always ends with room for the last words of the process. */
#include "writer.h"
#include "guard.h"
#include "os.h"
#include "python_runtime.h"
#include "sampler.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define WINDOW_BYTES (256u * 1024) /* small ones would come to lie in holes that programs make, and mean to fill again */
#define LEAST_WINDOW (16u * 1024)
#define LAST_ROOM 512u
#define MOST_NOTES 8u
#define NOTE_TEXT 200u
#define MOST_IMAGES 10000

static char directory[3072];
static char path[3200];
static uint64_t ceiling, sampleLimit, nameLimit, keptLimit;
static uint64_t device, inode;

static struct hw_header *header; /* atomic: whether there is one is asked without the lock, too, and what is dropped counted */
static char *window;
static uint64_t windowFrom, windowBytes, at;
static int isStopped, isRefused;
static uint32_t currentThread;
static uint64_t dropped, inherited;
static uint32_t flags, origin = HW_STARTED;

static struct {
    uint8_t kind;
    char text[NOTE_TEXT];
} notes[MOST_NOTES];
static uint32_t noteCount;

int hw__writer_configure(const char *to, uint64_t most) {
    size_t length = strlen(to);
    if (to[0] != '/' || length >= sizeof directory) return 0;
    memcpy(directory, to, length + 1);
    ceiling = most < 256 * 1024 ? 256 * 1024 : most;
    keptLimit = ceiling - 4096;
    nameLimit = keptLimit - ceiling / 32;
    sampleLimit = keptLimit - ceiling / 16;
    return 1;
}

struct hw_header *hw__writer_header(void) { return __atomic_load_n(&header, __ATOMIC_ACQUIRE); }
int hw__writer_is_open(void) { return hw__writer_header() != NULL; }
int hw__writer_is_full(void) { return isStopped || (flags & HW_CEILING); }
void hw__writer_thread(uint32_t index) { currentThread = index; }
uint32_t hw__writer_quarter(void) { return ceiling == 0 ? 0 : (uint32_t)(at * 4 / ceiling); }

void hw__writer_drop(void) {
    struct hw_header *now = hw__writer_header();
    uint64_t count = __atomic_add_fetch(&dropped, 1, __ATOMIC_RELAXED);
    if (now != NULL) __atomic_store_n(&now->dropped, count, __ATOMIC_RELAXED);
}

void hw__writer_flag(uint32_t more) {
    flags |= more;
    if (header != NULL) __atomic_store_n(&header->flags, flags, __ATOMIC_RELAXED);
}

void hw__writer_unflag(uint32_t less) {
    flags &= ~less;
    hw__writer_flag(0);
}

/* A new window from the page of `at` on. Tries smaller ones where there is little room. */
static int slide(void) {
    uint64_t from = at & ~(uint64_t)(hw__os_page() - 1);
    int fd = hw__os_open(path), failed = 0;
    if (fd < 0) return fd;
    if (!hw__os_is_file(fd, device, inode)) failed = -ESTALE;
    uint64_t bytes = WINDOW_BYTES, least = hw__os_page() > LEAST_WINDOW ? hw__os_page() : LEAST_WINDOW;
    if (failed == 0)
        while ((failed = hw__os_reserve(fd, at, from + bytes - at)) != 0 && bytes > least) bytes /= 2;
    void *fresh = failed == 0 ? hw__os_map_file(fd, from, bytes) : NULL;
    hw__os_close(fd);
    if (failed != 0) return failed;
    if (fresh == NULL) return -ENOMEM;
    if (window != NULL) hw__os_unmap(window, windowBytes);
    window = fresh;
    windowFrom = from;
    windowBytes = bytes;
    return 0;
}

static uint64_t lastTime; /* of the last record that bears one */

static void append(void *record, size_t size) {
    memcpy(window + (at - windowFrom), record, size);
    at += size;
    __atomic_store_n(&header->committed, at, __ATOMIC_RELEASE);
}

static void fillRecord(struct hw_record *record, enum hw_kind kind, uint32_t flag, size_t size) {
    record->kind = (uint8_t)kind;
    record->flag = (uint8_t)flag;
    record->size = (uint16_t)size;
    record->thread = currentThread;
}

static int hasRoom(size_t size, uint64_t spare) { return at + size + spare <= windowFrom + windowBytes; }

static int putNote(uint32_t kind, const char *text, enum hw__class class) {
    struct {
        struct hw_note_record note;
        char text[NOTE_TEXT];
    } record;
    memset(&record, 0, sizeof record);
    size_t length = strlen(text);
    if (length >= NOTE_TEXT) length = NOTE_TEXT - 1;
    record.note.time = lastTime; /* not now: it may come in the middle of an event, whose records bear an earlier time */
    record.note.text_bytes = (uint16_t)length;
    memcpy(record.text, text, length);
    return hw__writer_put(HW_NOTE, kind, &record, (sizeof record.note + length + 7) & ~(size_t)7, class);
}

static const char *nameOf(int error) {
    switch (error) {
    case ENOSPC: return "ENOSPC";
    case EDQUOT: return "EDQUOT";
    case EFBIG: return "EFBIG (RLIMIT_FSIZE)";
    case ENOENT: return "ENOENT";
    case EACCES: return "EACCES";
    case ESTALE: return "ESTALE (the file was replaced)";
    default: return "error";
    }
}

static void stop(int error) {
    isStopped = 1;
    hw__writer_flag(HW_DISK_FULL);
    putNote(HW_NOTE_WRITE_STOPPED, nameOf(-error), HW_CLASS_LAST);
}

/* The program's want of descriptors or address space may end; what comes meanwhile is dropped. */
static int isPassing(int error) { return error == EMFILE || error == ENFILE || error == ENOMEM; }

static int isBeyondCeiling(size_t size, enum hw__class class) {
    if (class == HW_CLASS_LAST) return 0;
    if (at + size > (class == HW_CLASS_KEPT ? keptLimit : nameLimit)) return 1;
    if (class != HW_CLASS_SAMPLE) return 0;
    if (!(flags & HW_CEILING) && at + size > sampleLimit) hw__writer_flag(HW_CEILING);
    return (flags & HW_CEILING) != 0;
}

int hw__writer_put(enum hw_kind kind, uint32_t flag, void *record, size_t size, enum hw__class class) {
    if (header == NULL) return 0;
    if (isBeyondCeiling(size, class)) {
        hw__writer_drop();
        return 0;
    }
    if (!hasRoom(size, class == HW_CLASS_LAST ? 0 : LAST_ROOM)) {
        int failed = isStopped ? -ENOSPC : slide();
        if (failed != 0 && !isStopped && !isPassing(-failed)) stop(failed);
        if (!hasRoom(size, class == HW_CLASS_LAST ? 0 : LAST_ROOM)) {
            hw__writer_drop();
            return 0;
        }
    }
    fillRecord(record, kind, flag, size);
    append(record, size);
    if (kind != HW_STACK && kind != HW_CODE) memcpy(&lastTime, (const char *)record + sizeof(struct hw_record), sizeof lastTime);
    return 1;
}

void hw__writer_note(enum hw_note kind, const char *text) {
    if (noteCount < MOST_NOTES) {
        notes[noteCount].kind = (uint8_t)kind;
        strncpy(notes[noteCount].text, text, NOTE_TEXT - 1);
        noteCount++;
    }
    if (header != NULL) putNote(kind, text, HW_CLASS_KEPT);
}

static void fillHeader(struct hw_header *page) {
    memset(page, 0, sizeof *page);
    page->version = HW_WIRE_VERSION;
    page->header_bytes = HW_HEADER_BYTES;
    page->start = lastTime = hw__os_now();
    page->start_realtime = hw__os_now_realtime();
    page->pid = hw__os_pid();
    page->parent_pid = hw__os_parent_pid();
    page->page_bytes = (uint32_t)hw__os_page();
    page->python_version = hw__python.version;
    page->first_mean = page->mean = hw__sampler_mean();
    page->flags = flags;
    page->origin = origin;
    page->inherited_heap = inherited;
    page->dropped = __atomic_load_n(&dropped, __ATOMIC_RELAXED);
    hw__os_read_file("/proc/self/cmdline", page->command, sizeof page->command - 1);
    memcpy(page->magic, HW_WIRE_MAGIC, sizeof page->magic);
    __atomic_store_n(&page->committed, at, __ATOMIC_RELEASE);
}

static int create(void) {
    int fd = -EEXIST;
    for (int n = 0; fd == -EEXIST && n < MOST_IMAGES; n++) {
        snprintf(path, sizeof path, "%s/" HW_STREAM_PREFIX "%u-%d" HW_STREAM_SUFFIX, directory, hw__os_pid(), n);
        fd = hw__os_create(path);
    }
    return fd;
}

int hw__writer_open(void) {
    if (header != NULL) return 1;
    if (isRefused) return 0;
    isRefused = 1;
    int fd = create();
    if (fd < 0) return 0;
    int is_good = hw__os_identify(fd, &device, &inode) && hw__os_reserve(fd, 0, HW_HEADER_BYTES) == 0;
    void *page = is_good ? hw__os_map_file(fd, 0, HW_HEADER_BYTES) : NULL;
    hw__os_close(fd);
    at = HW_HEADER_BYTES;
    window = NULL;
    windowFrom = windowBytes = 0;
    if (page == NULL || slide() != 0) {
        if (page != NULL) hw__os_unmap(page, HW_HEADER_BYTES);
        hw__os_unlink(path);
        return 0;
    }
    isRefused = 0;
    fillHeader(page);
    __atomic_store_n(&header, page, __ATOMIC_RELEASE);
    for (uint32_t i = 0; i < noteCount; i++) putNote(notes[i].kind, notes[i].text, HW_CLASS_KEPT);
    return 1;
}

/* All that was written is committed, and the next record begins in the window. */
int hw__writer_is_valid(void) {
    if (header == NULL) return window == NULL;
    return window != NULL && windowFrom <= at && at <= windowFrom + windowBytes && header->committed == at && at % 8 == 0;
}

void hw__writer_forget(uint64_t inherited_bytes) {
    if (window != NULL) hw__os_unmap(window, windowBytes);
    if (header != NULL) hw__os_unmap(header, HW_HEADER_BYTES);
    header = NULL;
    window = NULL;
    windowFrom = windowBytes = at = 0;
    flags &= ~(uint32_t)(HW_CLEAN_EXIT | HW_DISK_FULL | HW_CEILING | HW_EXECED);
    isStopped = isRefused = 0;
    dropped = 0;
    currentThread = 0;
    inherited = inherited_bytes;
    origin = HW_FORKED;
}

void hw__writer_abandon(void) {
    if (window != NULL) hw__os_cover(window, windowBytes);
    if (header != NULL) hw__os_cover(header, HW_HEADER_BYTES);
}
