// SPDX-License-Identifier: MIT
// Fault injection (--inject): system calls that fail, return something else, take longer or are
// accompanied by a signal because a rule says so, as strace(1) does it with its option of that
// name. Threads without rules pay nothing: the check is the one for seccomp (struct thread,
// `judged`).
#ifndef EMU_LINUX_INJECT_H
#define EMU_LINUX_INJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct thread;

enum {
    INJECT_CALLS = 512, // more than any call's number
    INJECT_RULES = 16,
};

enum inject_result {
    INJECT_NONE,   // the call is made
    INJECT_VALUE,  // it is not, and returns `value`
    INJECT_LIKELY, // it is not, and fails as this call may well fail one day (linux/inject.def)
};

// One rule, as it was parsed; which calls it is about, inject_rule_of says.
struct inject_rule {
    const char *text; // as given, without what stands before or behind
    enum inject_result result;
    int64_t value;                       // or -errno
    int signal;                          // sent when the call begins, or 0
    uint64_t delay_before, delay_behind; // nanoseconds
    // Of the calls that are counted, from 1: the first, the last, and how many further on the next.
    uint32_t first, last, step;
    const char *run; // a file in which all programs of a run count together, or NULL
};

// What a thread counts: its calls by number, where a rule is about them. And the call that is made
// again after a signal, which is counted once.
struct inject_counts {
    uint16_t calls[INJECT_CALLS];
    uint64_t again_pc, again_sp;
};

// linux/inject_rules.c. Adds rules, separated by blanks; those that are there already are passed
// over. NULL, or why they cannot be taken (static storage). `rules` stays where it is. Not in
// threads.
const char *inject_add(const char *rules);

// The rule for call `nr`, of several the last that was given, or NULL.
struct inject_rule *inject_rule_of(unsigned nr);

// Whether there is any.
bool inject_any(void);

// How `nr` may fail one day: an errno, or 0 if nothing is likely.
int inject_likely(unsigned nr);

// linux/inject.c. Opens the files in which runs count; false if one cannot be used: *which, errno.
bool inject_begin(const char **which);

// Call `nr` is about to be made by t. Counts it; the rule that is to be followed now, or NULL.
const struct inject_rule *inject_due(struct thread *t, unsigned nr);

// Does what the rule says before the call. True: the call is not made, but *result returned.
bool inject_before(struct thread *t, const struct inject_rule *r, unsigned nr,
                   const uint64_t args[6], int64_t *result);

// Does what it says behind the call; returns what the thread gets. A call that could sleep has been
// interrupted by the rule's signal, as if it had slept.
int64_t inject_behind(const struct inject_rule *r, unsigned nr, int64_t result);

// The counts travel to the program that the thread executes: a value for inject_unpack, or false if
// nothing is counted. inject_unpack: false if it is no such value.
bool inject_pack(const struct thread *t, char *to, size_t size);
bool inject_unpack(struct inject_counts *counts, const char *value);

#endif
