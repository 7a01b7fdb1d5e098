// SPDX-License-Identifier: MIT
// The host's side of signals: its raw sigaction and mask. Not for use outside the signal files.
#ifndef EMU_LINUX_SIGNAL_HOST_H
#define EMU_LINUX_SIGNAL_HOST_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct thread;

enum { HOST_SA_RESTORER = 0x04000000 };

// The host kernel's struct sigaction.
struct host_sigaction {
    uint64_t handler;
    uint64_t flags;
    uint64_t restorer;
    uint64_t mask;
};

// What the host does with `sig`: its default (SIG_DFL), nothing (SIG_IGN), or note it for the guest
// (anything else, with the guest's SA_NOCLDSTOP and SA_NOCLDWAIT). Returns the old action's
// handler, or -errno.
int64_t host_set_action(int sig, uint64_t handler, uint64_t guest_flags);

// SIG_DFL without exception: the process is about to end by it.
void host_set_default(int sig);

// The same as host_set_action, refused with -ERESTARTNOINTR while a signal waits.
int64_t host_try_action(struct thread *t, int sig, uint64_t handler, uint64_t guest_flags);

// What the process was given for `sig`, as long as host_set_action was not used on it.
uint64_t host_get_action(int sig);

// The host's mask: as the guest's, but never the signals that the emulator itself lives on.
uint64_t host_mask(uint64_t guest_mask);
void host_set_mask(uint64_t guest_mask);

// Stops the process as signal `sig` of the default disposition does, by thread tid, the caller.
void host_stop_by_default(int tid, int sig);

// As kill sends a signal, but to one thread: what receives it asks host_as_sent, which puts right
// what the host does not let the sender say. 0 or -errno; whether *info was one of these.
int64_t host_kill_thread(int pid, int tid, int sig);
bool host_as_sent(siginfo_t *info);

// Sends a fault signal of this process to one of its threads alone, as rt_tgsigqueueinfo does:
// marked so that what receives it does not take it for the process's. 0 or -errno.
int64_t host_queue_to_thread(int pid, int tid, int sig, const siginfo_t *info);

// Gives what was sent to the process, and this thread holds, to threads that have it open. Where
// the thread's state is complete.
void host_pass_on(struct thread *t);

// Has the threads that hold such signals try again, since t takes some of them now.
void host_ask_holders(struct thread *t);

// Notes a signal for delivery.
void host_note(struct thread *t, const siginfo_t *info);

// Signals whose host handler is always there: memory faults, and the exceptions of floating point
// that compiled code leaves to the evaluator.
#define HOST_FAULTS             \
    {                           \
        SIGSEGV, SIGBUS, SIGFPE \
    }
static inline bool host_is_fault(int sig)
{
    return sig == SIGSEGV || sig == SIGBUS || sig == SIGFPE;
}

// Its index in HOST_FAULTS.
static inline unsigned host_fault_index(int sig)
{
    return sig == SIGSEGV ? 0 : sig == SIGBUS ? 1 : 2;
}

#endif
