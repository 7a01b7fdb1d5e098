// SPDX-License-Identifier: MIT
// A report of a crash or a hang: what it says, and how it is written down. Shared by the emulator
// and the reporter (tools/a64report), so nothing here knows either: the emulator knows the cause,
// the registers and what threads wait for, and hands that over as notes of a core file; the
// reporter finds the stacks by debug information and prints. Without a reporter the emulator prints
// what it can find itself.
#ifndef EMU_DEBUG_REPORT_H
#define EMU_DEBUG_REPORT_H

#include "debug/core_abi.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

// What is known by name: "cause", "17.call" (of thread 17) ... In one piece: key, NUL, value, NUL.
struct report_facts {
    char *at;
    size_t size, capacity;
};

// Adds one; what there is no memory for is left out. `key` is used as it is.
void facts_add(struct report_facts *f, const char *key, const char *value);
void facts_printf(struct report_facts *f, const char *key, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

// The value of the `nth` fact with that key, of thread `tid` if that is not 0; NULL if there is
// none.
const char *facts_find(const struct report_facts *f, int tid, const char *key, unsigned nth);

// One line of a stack. Strings are owned by the report, or NULL.
struct report_frame {
    uint64_t pc;     // of a caller: where it goes on
    uint64_t offset; // in the module's addresses; 0: no module
    char *function, *file, *module;
    unsigned line;
    size_t skipped;   // places before this one that are not told
    bool inlined;     // into the next
    bool interrupted; // by the signal whose handler is above
};

struct report_thread {
    int tid;
    struct core_registers registers;
    struct report_frame *frame;
    size_t frames, capacity;
    bool cut; // there are more
};

struct report {
    struct report_facts facts;
    struct report_thread *thread; // the first is the one that it is about
    size_t threads;
};

enum { REPORT_INNER = 100, REPORT_OUTER = 30 }; // places of a stack that are told, at most

struct report_thread *report_add_thread(struct report *r, int tid,
                                        const struct core_registers *registers);

// Adds a frame to a thread and returns it, zeroed; NULL if there is no memory.
struct report_frame *report_add_frame(struct report_thread *t);

void report_free(struct report *r);

// In words, or as one line of JSON.
void report_text(FILE *out, const struct report *r);
void report_json(FILE *out, const struct report *r);

#endif
