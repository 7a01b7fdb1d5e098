// SPDX-License-Identifier: MIT
// Compiler and host attributes, in one place.
#ifndef EMU_BASE_HOST_H
#define EMU_BASE_HOST_H

#define NORETURN          __attribute__((noreturn))
#define COLD              __attribute__((cold))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))
#define ALWAYS_INLINE     inline __attribute__((always_inline))
#define MAYBE_UNUSED      __attribute__((unused))
#define FALLS_THROUGH     __attribute__((fallthrough))

// Static memory of many pages, zero at first: apart, so that the small variables share a few pages.
#define SCRATCH __attribute__((section(".lbss")))

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#define ARRAY_LEN(a)                  (sizeof(a) / sizeof((a)[0]))
#define container_of(p, type, member) ((type *)((char *)(p)-offsetof(type, member)))

#endif
