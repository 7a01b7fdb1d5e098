// SPDX-License-Identifier: MIT
// What a debugger is told by the Linux layer, and what it decides there. There is none as long as
// `tracer` is NULL, and then it costs a look at that pointer where something rare happens.
#ifndef EMU_LINUX_TRACER_H
#define EMU_LINUX_TRACER_H

#include "ir/ir.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct thread;

struct tracer {
    // In place of engine_run: may keep the thread for a while before, change its registers, run
    // less than it would.
    enum ir_exit (*run)(struct thread *t);
    // A signal is about to be delivered; the thread's state is complete. False: it is not to be.
    // *info may become another's.
    bool (*signal)(struct thread *t, siginfo_t *info);
    // The thread makes a system call (registers are as it wants them) / has made it. Only while
    // tracer_calls is set.
    void (*call)(struct thread *t, bool enters);
    // A seccomp filter leaves call *nr to a tracer, and tells it `data`: the tracer may change the
    // registers and *nr, -1 for none. False: there is no tracer that wants to know. Or NULL.
    bool (*filtered)(struct thread *t, uint32_t data, int32_t *nr);
    // The thread is about to end / the process is, by a status or by a signal.
    void (*leaves)(struct thread *t);
    void (*ends)(struct thread *t, int status, int sig);
    // Around a fork of the process by the thread: before, after in the parent (child: its number,
    // -errno if there is none), after in the child, whose threads nobody traces. vfork: the child
    // has the parent's memory, and it is `after` only when the child has let go of it.
    void (*fork_begins)(struct thread *t, bool vfork);
    void (*forked)(struct thread *t, int64_t child, bool vfork);
    void (*in_child)(struct thread *t);
    // The thread is about to execute a program for this emulator: an option for that, or NULL /
    // could not.
    const char *(*exec)(struct thread *t);
    void (*exec_failed)(struct thread *t);
};

extern const struct tracer *tracer;
extern bool tracer_calls;
void tracer_watch_calls(bool watch); // sets it

// Somebody wants to debug this process (signal_knock): what to do, or NULL. Set before guest code
// runs.
extern void (*tracer_wanted)(struct thread *t);
void tracer_knocked(struct thread *t, unsigned by); // enum signal_knocks

#endif
