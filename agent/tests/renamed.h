/* renamed.h: the agent inside a program of its own. A sanitizer brings the allocator, and calls it before anything of the
 * program runs; so what the agent puts in the place of the C library's functions gets other names here, and tests call it by
 * these. For -include, before everything else. */
#define malloc agent_malloc
#define calloc agent_calloc
#define realloc agent_realloc
#define reallocarray agent_reallocarray
#define free agent_free
#define free_sized agent_free_sized
#define free_aligned_sized agent_free_aligned_sized
#define posix_memalign agent_posix_memalign
#define aligned_alloc agent_aligned_alloc
#define memalign agent_memalign
#define valloc agent_valloc
#define pvalloc agent_pvalloc
#define mmap agent_mmap
#define mmap64 agent_mmap64
#define munmap agent_munmap
#define mremap agent_mremap
#define mprotect agent_mprotect
#define pkey_mprotect agent_pkey_mprotect
#define madvise agent_madvise
#define brk agent_brk
#define sbrk agent_sbrk
#define _exit agent__exit
#define _Exit agent__Exit
#define quick_exit agent_quick_exit
#define execve agent_execve
#define execv agent_execv
#define execvp agent_execvp
#define execvpe agent_execvpe
#define execl agent_execl
#define execle agent_execle
#define execlp agent_execlp
#define fexecve agent_fexecve
#define syscall agent_syscall /* told_syscalls.c */
