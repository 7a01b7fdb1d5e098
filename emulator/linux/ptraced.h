// SPDX-License-Identifier: MIT
// A guest thread that another guest traces (ptrace(2)), as far as the thread itself sees to it.
//
// The host's kernel traces too: the tracer's process is the host's tracer of this host thread, so
// that waiting, SIGCHLD, the end of either and /proc are the kernel's. What the host stops a thread
// for is mostly nothing to the guest: then its registers may be anywhere. Where they are complete
// and there is something to tell, the thread puts what it is into its struct ptraced and sends
// itself a signal, the mark, at which the host stops it. That stop the tracer's guest sees
// (linux/ptracer.h). From it the thread comes back with `orders`.
#ifndef EMU_LINUX_PTRACED_H
#define EMU_LINUX_PTRACED_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct thread;

enum ptrace_stop {
    PTRACE_STANDS_NOT,
    PTRACE_STANDS_NEW,    // a thread of a traced process has begun: perhaps it is traced
    PTRACE_STANDS_SIGNAL, // `info` is about to be delivered
    PTRACE_STANDS_STEP,   // `info`: one instruction was executed
    PTRACE_STANDS_ENTRY,  // before system call `nr`
    PTRACE_STANDS_EXIT,   // behind it
    PTRACE_STANDS_EVENT,  // `event`
};

// Events that the kernel's list has not as such. (PTRACE_EVENT_*)
enum {
    PTRACED_FORK = 1,
    PTRACED_VFORK,
    PTRACED_CLONE,
    PTRACED_EXEC,
    PTRACED_VFORK_DONE,
    PTRACED_EXIT,
    PTRACED_SECCOMP,
    PTRACED_ASKED = 128, // PTRACE_EVENT_STOP
};

// What the thread does next: the tracer writes it.
struct ptrace_orders {
    uint32_t go;                 // enum ptrace_go; written last
    bool steps, calls, emulates; // emulates: stops before calls, and they are not made
    bool silent;                 // the tracer's guest has seen nothing of this stop
    bool sets_mask, sets_control;
    uint64_t control; // PR_SET_TAGGED_ADDR_CTRL
    int sig;          // to be delivered, or 0
    uint64_t mask;
    uint64_t changed_start, changed_end; // code that has changed
    uint32_t options;                    // what children inherit: PTRACE_O_*,
    bool seized;                         // PTRACE_SEIZE
    int tracer;                          // its process
};

enum ptrace_go { PTRACE_GO_NOT, PTRACE_GOES, PTRACE_GOES_ALONE };

// Bits: what a knock of the tracer asks for.
enum {
    PTRACE_WISH_TRACED = 1, // from now on
    PTRACE_WISH_STOP = 2,   // as SIGSTOP does
    PTRACE_WISH_ASKED = 4,  // PTRACE_INTERRUPT
    PTRACE_WISH_BEGINS = 8, // a traced thread's new program begins
};

struct ptraced {
    const struct thread *self; // whose this is: a copy is of another thread
    bool active;               // traced, as far as the thread knows
    volatile uint32_t wishes;
    volatile int wished; // the thread that they are for
    volatile uint64_t
        ignored; // bit sig - 1: has come, and the host keeps it back as the guest does
    // What it stands at: the tracer reads it.
    uint32_t stands; // enum ptrace_stop
    uint32_t event;
    uint64_t message; // PTRACE_GETEVENTMSG
    siginfo_t info;
    int32_t nr; // the system call; the tracer may write another, -1 is none
    // The signal that stops all of the process now: the host's stop is the guest's.
    volatile int stopping;
    struct ptrace_orders orders;
    // The thread's own.
    volatile bool untraced;  // the mark came to the handler: nobody was there
    bool passing;            // the next signal is what the tracer has ordered
    bool in_call;            // between entry and exit
    bool replaced;           // the tracer has chosen another call, or none
    uint64_t call_pc;        // behind its svc
    uint64_t call_flags;     // of clone: what is made, with the signal at its end
    uint64_t number, result; // x8 as the guest has it; x0 behind a call that was not made
    uint64_t step_from;
};

// The host's signals between tracer and traced: codes that no kernel makes and no program uses.
enum { PTRACE_MARK_SIGNAL = SIGBUS, PTRACE_KNOCK_SIGNAL = SIGFPE };
enum { PTRACE_MARK_CODE = -0x63, PTRACE_KNOCK_CODE = -0x64 };

static inline bool ptraced_is_own(const siginfo_t *info)
{
    return (info->si_signo == PTRACE_MARK_SIGNAL && info->si_code == PTRACE_MARK_CODE) ||
           (info->si_signo == PTRACE_KNOCK_SIGNAL && info->si_code == PTRACE_KNOCK_CODE);
}

// Such a signal has come to thread t's host handler. True: t is to come to ptraced_begin.
bool ptraced_hears(struct thread *t, const siginfo_t *info);

// Thread t, which was asked to, begins to be traced; its state is complete.
void ptraced_begin(struct thread *t);

// PTRACE_TRACEME: the same soon, from inside a system call.
void ptraced_begin_soon(struct thread *t);

// The program of thread t was executed by a traced thread, which has told it this.
void ptraced_take_over(struct thread *t, const char *told);

// Whether this process's threads are watched by this module, but none is traced.
bool ptraced_idle(void);

// Whether `tracer` (of a process of this emulator) lets this module trace.
struct tracer;
bool ptraced_may_trace(const struct tracer *theirs);

#endif
