// SPDX-License-Identifier: MIT
// The two ways the emulator itself gives up: bad input (one line, exit 1) and a bug (line, abort).
// Guest-visible errors are neither: they are -errno values or guest signals.
#ifndef EMU_BASE_DIE_H
#define EMU_BASE_DIE_H

#include "base/host.h"

#include <stdbool.h>
#include <string.h>

// Prints "a64run: <message>" on standard error and exits with status 1.
NORETURN COLD void die(const char *fmt, ...) PRINTF_LIKE(1, 2);

// Prints the same and goes on.
COLD void complain(const char *fmt, ...) PRINTF_LIKE(1, 2);

// Prints "a64run: warning: <message>" on standard error.
COLD void warn(const char *fmt, ...) PRINTF_LIKE(1, 2);

// Exits with status 0 if standard output took everything that was printed.
NORETURN COLD void finish_output(void);

// Reports a bug in the emulator and aborts. `context`, if set by die_set_context, adds what was
// being done.
NORETURN COLD void die_bug(const char *file, int line, const char *fmt, ...) PRINTF_LIKE(3, 4);

// What an errno means, in English, without the locks of strerror.
static inline const char *error_text(int error)
{
    const char *text = strerrordesc_np(error);
    return text ? text : "unknown error";
}

// Registers a function that prints, on a bug, what the emulator was doing (guest pc, block).
void die_set_context(void (*print)(void));

// Bug assertions stay on in release builds.
#define assert_msg(cond, ...)                         \
    do {                                              \
        if (unlikely(!(cond)))                        \
            die_bug(__FILE__, __LINE__, __VA_ARGS__); \
    } while (0)

// abort(3) of the emulator itself, whatever the guest has SIGABRT do.
NORETURN void die_abort(void);

#endif
