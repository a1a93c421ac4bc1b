/* glibc_symbols.h: asks glibc for the oldest version of what has several, so that a build on a new
 * glibc runs on every one since 2.17 (build.sh does so for dlsym). build.sh puts this in front of
 * each source where the C library is glibc; that cannot be asked here, for the answer, features.h,
 * must not be read before a source has chosen its features. */
#ifndef HW_GLIBC_SYMBOLS_H
#define HW_GLIBC_SYMBOLS_H

#if defined(__x86_64__)
#define HW_GLIBC_BASE "GLIBC_2.2.5"
#elif defined(__aarch64__)
#define HW_GLIBC_BASE "GLIBC_2.17"
#endif

#ifdef HW_GLIBC_BASE
#define HW_OLDEST(name, old) __asm__(".symver " name "," old "@" HW_GLIBC_BASE)
/* Since 2.38 these read C23's numbers, which none of ours are. */
HW_OLDEST("__isoc23_strtol", "strtol");
HW_OLDEST("__isoc23_strtoul", "strtoul");
HW_OLDEST("__isoc23_strtoull", "strtoull");
#endif
#endif
