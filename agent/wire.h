/* wire.h: the stream that an agent writes. The one place that defines its bytes;
 * src/capture/wire.ts mirrors it and agent/tests/golden.c proves that both agree.
 *
 * One file per process image: a fork, and an exec, start a file of their own.
 * All integers are little-endian, all lengths are bytes, all times are nanoseconds of
 * CLOCK_MONOTONIC. A file is one header of HW_HEADER_BYTES and then records without gaps.
 * Only bytes before header.committed count: it is stored, with release order, after each
 * whole record, so that a file whose writer was killed is always readable to its last record.
 * The file may be longer than that (space is taken in chunks).
 *
 * Versions: a reader refuses another HW_WIRE_VERSION by name. Within a version, kinds that it
 * does not know are skipped by their size, and a record may only grow at its end.
 */
#ifndef HW_WIRE_H
#define HW_WIRE_H
#include <stdint.h>

#define HW_WIRE_VERSION 1u
#define HW_WIRE_MAGIC "HWSTREAM" /* 8 bytes, no terminator */
#define HW_HEADER_BYTES 4096u
#define HW_UNKNOWN UINT64_MAX /* "not measured" in a u64 */

/* File name: STREAM_PREFIX <pid> "-" <n> ".hws", n = 0, 1, ... for the images of one pid. */
#define HW_STREAM_PREFIX "agent-"
#define HW_STREAM_SUFFIX ".hws"

enum hw_header_flag {
    HW_CLEAN_EXIT = 1u << 0,   /* the process ran its exit handlers: nothing is missing at the end */
    HW_DISK_FULL = 1u << 1,    /* writing stopped: no room for the next chunk */
    HW_CEILING = 1u << 2,      /* writing of samples stopped: the file reached its ceiling */
    HW_NO_STACKS = 1u << 3,    /* Python stacks could not be read (a NOTE says why) */
    HW_NO_PYTHON_HOOKS = 1u << 4, /* Python's own allocator could not be hooked (a NOTE says why) */
    HW_IS_PYTHON = 1u << 5,    /* a CPython runtime was found in this process */
    HW_EXECED = 1u << 6,       /* the process left this image by exec; a later file may follow */
    HW_RECORDS_ALL = 1u << 7,  /* every block is recorded, none is sampled */
};

enum hw_origin { HW_STARTED = 0 /* by exec */, HW_FORKED = 1 };

/*  offset  size  field                                                                      */
struct hw_header {
    char magic[8];           /*   0 */
    uint32_t version;        /*   8 */
    uint32_t header_bytes;   /*  12 */
    uint64_t committed;      /*  16  file offset just past the last whole record             */
    uint64_t start;          /*  24  CLOCK_MONOTONIC when this file was begun                */
    uint64_t start_realtime; /*  32  CLOCK_REALTIME at the same moment                       */
    uint32_t pid;            /*  40 */
    uint32_t parent_pid;     /*  44 */
    uint32_t page_bytes;     /*  48 */
    uint32_t python_version; /*  52  PY_VERSION_HEX, 0 where there is no Python (yet)        */
    uint64_t first_mean;     /*  56  sampling mean in bytes when the file was begun          */
    uint32_t flags;          /*  64  enum hw_header_flag                                     */
    uint32_t origin;         /*  68  enum hw_origin                                          */
    uint64_t hwm_bytes;      /*  72  VmHWM when last read, 0 = never read                    */
    uint64_t hwm_time;       /*  80  when that was                                           */
    uint64_t agent_bytes;    /*  88  memory that the agent itself has mapped and touched     */
    uint64_t dropped;        /*  96  records that were not written (ceiling, disk, re-entry) */
    uint64_t mean;           /* 104  sampling mean in bytes now                              */
    uint64_t inherited_heap; /* 112  HW_FORKED: bytes that this process had alive, as far as
                                     sampled, when it was forked; 0 otherwise. Blocks that a
                                     child inherits are not followed: their frees are ignored */
    uint8_t reserved[136];   /* 120 */
    char command[3840];      /* 256  /proc/self/cmdline as it is (NUL between arguments), cut
                                     at 3839 bytes, NUL-filled                               */
};

enum hw_kind {
    HW_ALLOC = 1,
    HW_FREE = 2,
    HW_UNMAP = 3,
    HW_STACK = 4,
    HW_CODE = 5,
    HW_THREAD = 6,
    HW_SNAPSHOT = 7,
    HW_NOTE = 8,
    HW_MEAN = 9,
    HW_EXIT = 10,
    HW_RESIDENT = 11,
    HW_AREAS = 12,
    HW_FAILED = 13,
    /* 14..31 are kept for marks, copies, device memory, CPU samples */
};

/* Every record begins with 8 bytes and is a multiple of 8 long:
 *
 *    0      1      2        4                8
 *   +------+------+--------+----------------+------ - -
 *   | kind | flag |  size  |     thread     |  body
 *   +------+------+--------+----------------+------ - -
 *
 * size: the whole record. thread: index from a THREAD record, 0 = not known. */
struct hw_record {
    uint8_t kind;
    uint8_t flag;
    uint16_t size;
    uint32_t thread;
};

/* Who gave the bytes of an ALLOC (its flag, low 4 bits). */
enum hw_domain {
    HW_MALLOC = 1, /* malloc, realloc, memalign and family: native code, and Python blocks over 512 bytes */
    HW_CALLOC = 2, /* the same, but zeroed: pages may never be touched */
    HW_PYTHON = 3, /* pymalloc's small blocks (PyObject_Malloc, PyMem_Malloc; <= 512 bytes) */
    HW_MMAP = 4,   /* an anonymous mapping (mmap, mremap, a reservation made usable, brk); reserved, not resident */
    HW_MMAP_FILE = 5, /* a mapping of a file */
    HW_BIG_PYTHON = 6, /* a block over 512 bytes asked for through a Python allocator, or a chunk of its stacks of frames */
    HW_MMAP_SHARED = 7, /* an anonymous mapping that forked children share (MAP_SHARED): shmem to the kernel */
};
#define HW_DOMAIN_MASK 0x0fu
#define HW_FROM_REALLOC 0x80u /* flag bit: this ALLOC (or FREE) is half of a realloc or mremap */

/* A sampled block, or one at or over the exact threshold (4 x mean), where weight == bytes. */
struct hw_alloc {
    struct hw_record head;
    uint64_t time;
    uint64_t address;
    uint64_t bytes;  /* as requested */
    uint64_t weight; /* bytes that this record stands for: sample points in it x mean, or bytes if exact */
    uint32_t stack;  /* id of a STACK record, 0 = no Python stack (a native thread; with HIGHWATER_NATIVE: not known) */
    uint32_t mean;   /* sampling mean in bytes at that moment, 0 = exact */
};

/* A block that had an ALLOC died. Written before the memory goes back to the allocator. */
struct hw_free {
    struct hw_record head;
    uint64_t time;
    uint64_t address;
};

/* A range of address space was unmapped or replaced; it may be a part of an HW_MMAP, or span several. */
struct hw_unmap {
    struct hw_record head;
    uint64_t time;
    uint64_t address;
    uint64_t bytes;
};

/* One call in the tree of stacks: parents are written before children, ids count up from 1. */
struct hw_stack {
    struct hw_record head; /* flag: 0, or HW_STACK_NATIVE */
    uint32_t id;
    uint32_t parent; /* 0 = outermost */
    uint32_t code;   /* id of a CODE record */
    int32_t line;    /* 1-based, -1 = not known */
};

/* A call in native code (HIGHWATER_NATIVE): a STACK that goes on. `code` is a module, line is -1. A reader that does
 * not know the flag still has the tree, with one call a module. */
#define HW_STACK_NATIVE 1u
struct hw_native_stack {
    struct hw_stack stack;
    uint64_t offset; /* of the call in its module, as the module's own symbols count; 0 where that has no file */
};

/* A code object: its file and its (qualified, from 3.11) name, UTF-8, each at most 4000 bytes. With flag HW_CODE_MODULE
 * an ELF file: its path as the loader has it (empty: code that was made at run time), and for a name its build-id in
 * lower-case hexadecimal, which may be empty. */
#define HW_CODE_MODULE 1u
struct hw_code {
    struct hw_record head;
    uint32_t id;
    uint32_t first_line;
    uint16_t file_bytes;
    uint16_t name_bytes;
    uint32_t pad;
    /* char file[file_bytes], name[name_bytes], zeros up to a multiple of 8 */
};

struct hw_thread {
    struct hw_record head; /* thread = its index, from 1 */
    uint64_t time;
    uint32_t tid;
    uint16_t name_bytes;
    uint16_t pad;
    /* char name[name_bytes] (comm), zeros up to a multiple of 8 */
};

enum hw_reason {
    HW_PERIODIC = 1,   /* at most each few ms, while a sample was taken */
    HW_NEW_HIGH = 2,   /* resident memory passed its last maximum by 2 % or 4 MiB */
    HW_BEFORE_FREE = 3, /* a large block is about to be freed, and resident memory stands at a maximum */
    HW_AT_EXIT = 4,
};

/* What the process held at a moment (flag = enum hw_reason). HW_UNKNOWN where not measured. */
struct hw_snapshot {
    struct hw_record head;
    uint64_t time;
    uint64_t virtual_bytes;  /* /proc/self/statm, in bytes */
    uint64_t resident_bytes;
    uint64_t shared_bytes;   /* resident file and shmem pages */
    uint64_t hwm_bytes;      /* VmHWM if it was read now, else 0 */
    uint64_t heap_live;      /* bytes alive from malloc, exact, with what it adds to each block; and chunks of frames */
    uint64_t python_live;    /* bytes in pymalloc blocks that are in use, as rounded up by it (to 16); exact where python_held is known,
                             * else the last exact count and what samples say has come and gone since */
    uint64_t arena_bytes;    /* pymalloc arenas, mapped */
    uint64_t mapped_bytes;   /* live HW_MMAP ranges, arenas left out */
    uint32_t stack;          /* what the thread that took it was running, 0 = not known */
    uint32_t pad;
    uint64_t python_held;    /* bytes of the arenas' pages that were handed out once, less the blocks in use: kept resident */
    uint64_t allocated;      /* bytes asked of malloc and Python's allocators since this image began, exact */
    uint64_t heap_grown;     /* how much further than at the first record the program's break is: the end of malloc's first heap */
};

/* Something that the reader of the report must know. flag = enum hw_note. */
enum hw_note {
    HW_NOTE_TEXT = 0,
    HW_NOTE_UNSUPPORTED_PYTHON = 1, /* text: version */
    HW_NOTE_LAYOUT_REFUSED = 2,     /* offsets did not verify; text: which */
    HW_NOTE_FOREIGN_ALLOCATOR = 3,  /* malloc is not ours to see; text: library */
    HW_NOTE_DEBUG_HOOKS = 4,        /* PYTHONMALLOC=debug or -X dev */
    HW_NOTE_PYMALLOC_OFF = 5,       /* PYTHONMALLOC=malloc */
    HW_NOTE_FREE_THREADED = 6,
    HW_NOTE_WRITE_STOPPED = 7,      /* text: errno name */
    HW_NOTE_NO_NATIVE_STACKS = 8,   /* asked for, but not to be had; text: why */
    HW_NOTE_MAPS_ITSELF = 9,        /* much anonymous memory, perhaps for an allocator inside; text: library */
};
struct hw_note_record {
    struct hw_record head;
    uint64_t time;
    uint16_t text_bytes;
    uint16_t pad[3];
    /* char text[text_bytes], zeros up to a multiple of 8 */
};

/* The sampling mean changed from here on (too many samples a second, or the file grew long). */
struct hw_mean {
    struct hw_record head;
    uint64_t time;
    uint64_t mean;
};

/* Exit handlers ran. The kernel's own word on the process, read at that moment. */
struct hw_exit {
    struct hw_record head;
    uint64_t time;
    uint64_t hwm_bytes;     /* VmHWM of /proc/self/status */
    uint64_t user_us;       /* getrusage(RUSAGE_SELF) */
    uint64_t system_us;
    uint64_t minor_faults;
    uint64_t major_faults;
};

/* How much of a large block or mapping that is alive has memory behind it: pages that were never touched cost nothing.
 * Measured while resident memory stands at a maximum; holds until the next such record for that address. Before the first,
 * all of a block counts as resident, and nothing of a mapping: a measurement that says just that is not written. */
struct hw_resident {
    struct hw_record head;
    uint64_t time;
    uint64_t address;        /* of an earlier ALLOC that is still alive */
    uint64_t bytes;          /* of it, as requested (what is left of a mapping) */
    uint64_t resident_bytes; /* <= bytes */
};

/* What private memory is for. Pages of files and shared memory are left out: those the kernel tells apart itself. */
enum hw_area {
    HW_AREA_DATA = 0,   /* written pages of mapped files, and zeroed data behind them: variables and relocations of libraries */
    HW_AREA_HEAPS = 1,  /* malloc's heaps: at the break (less what the program took with sbrk itself), and of further arenas */
    HW_AREA_BLOCKS = 2, /* blocks of malloc's that are mappings of their own: all of them alive */
    HW_AREA_ARENAS = 3, /* pymalloc's arenas; small objects in the agent's slots count here, not there */
    HW_AREA_MAPPED = 4, /* anonymous mappings that have records (HW_MMAP); reserved: and those that cannot be touched yet */
    HW_AREA_STACKS = 5, /* of threads, the first one's included */
    HW_AREA_AGENT = 6,  /* the agent's own, and what slots take beyond what their objects would in an arena */
    HW_AREA_OTHER = 7,  /* anonymous memory that nobody claims */
    HW_AREA_KINDS = 8
};

/* All private memory of the process by enum hw_area, in bytes; stands before the SNAPSHOT of that moment. With flag
 * HW_AREAS_IN_PART data, stacks, the agent and what nobody claims are those of the last record without it. */
#define HW_AREAS_IN_PART 1u
struct hw_areas {
    struct hw_record head;
    uint64_t time;
    uint64_t reserved[HW_AREA_KINDS]; /* address space */
    uint64_t resident[HW_AREA_KINDS]; /* pages that have memory behind them */
    uint64_t untouched; /* of the large blocks alive in HW_AREA_HEAPS: pages without memory */
    uint64_t trimmable; /* of HW_AREA_HEAPS: pages that malloc_trim(0) would give back; HW_UNKNOWN: not looked for */
    uint64_t huge;      /* of all that is resident: in huge pages (2 MiB on x86-64); HW_UNKNOWN: the kernel does not say (before Linux 6.7) */
};

/* A request for memory that came to nothing (flag: enum hw_domain). Of many at once the first, then one each 100 ms. */
struct hw_failed {
    struct hw_record head;
    uint64_t time;
    uint64_t bytes;          /* as requested */
    uint64_t virtual_bytes;  /* as in a SNAPSHOT */
    uint64_t resident_bytes;
    uint64_t data_bytes;     /* private writable mappings, and stacks: about what data_limit bounds */
    uint64_t virtual_limit;  /* RLIMIT_AS and RLIMIT_DATA then, HW_UNKNOWN = none */
    uint64_t data_limit;
    uint32_t stack;          /* what asked for it, 0 = not known */
    uint32_t pad;
};

#endif
