// SPDX-License-Identifier: MIT
// Between the files that make up the system call layer; rows need it only to print kinds of their
// own.
#ifndef EMU_LINUX_SYS_INTERNAL_H
#define EMU_LINUX_SYS_INTERNAL_H

#include "linux/sys.h"

// One line of the trace being put together. What does not fit is cut off, but there is always room
// for its ending.
struct sys_line {
    char text[4096];
    size_t len;
    bool ending;
};
enum { SYS_LINE_ENDING = 256 };

// What a printer may look at besides the value: the other arguments, and after the call its result.
struct sys_seen {
    const uint64_t *args;
    unsigned index; // of this argument
    int64_t ret;
    bool after;
};

enum sys_kind_flags { SYS_VAL, SYS_IN, SYS_OUT };

typedef void sys_printer(struct sys_line *l, uint64_t v, const struct sys_seen *s);

struct sys_kind_row {
    sys_printer *print;
    enum sys_kind_flags flags;
};
extern const struct sys_kind_row sys_kinds[SYS_KIND_COUNT];

#define SYS_KIND(id, type, printer, flags) sys_printer print_##printer;
#include "linux/sys_kinds.def"
#undef SYS_KIND

void line_printf(struct sys_line *l, const char *fmt, ...) PRINTF_LIKE(2, 3);

// A quoted string of n bytes as strace shows it, cut off after 32; `more` appends "...".
void line_quote(struct sys_line *l, const char *bytes, size_t n, bool more);

// Names for values and bits.
struct sys_const {
    uint64_t value;
    const char *name;
};
void line_const(struct sys_line *l, const struct sys_const *c, size_t n, uint64_t v);
void line_flags(struct sys_line *l, const struct sys_const *c, size_t n, uint64_t v,
                const char *zero);

// Prints v as an address and returns true if the memory behind it is not to be looked at.
bool line_no_memory(struct sys_line *l, uint64_t v, const struct sys_seen *s);

int64_t trace_call(struct thread *t, const struct sys_row *row, const uint64_t args[SYS_ARGS]);
// Ends a line of the trace that waits for its call's result, because something else is to be
// logged.
void trace_break(void);
// The same, because the call's thread will be another program.
void trace_before_exec(void);
// What trace_select has chosen: whether call `nr` is shown, and of those only failures; whether
// with times.
bool trace_shows(uint64_t nr);
bool trace_shows_only_failures(void);
bool trace_shows_times(void);

// A call that is not made: it does not exist, or something else has settled what it returns. `why`
// is written behind the result.
void trace_answered(uint64_t nr, const uint64_t args[SYS_ARGS], int64_t result, const char *why);

// Sets chosen[nr] of the calls that `name` says: one of them, a class (linux/sys_classes.def, with
// % in front or without), or all, and those that do not exist, which share the last place. False:
// there is nothing of that name.
bool sys_choose(bool chosen[SYS_NR_END + 1], const char *name, bool value);

#endif
