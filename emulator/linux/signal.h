// SPDX-License-Identifier: MIT
// Signals. The host kernel keeps as much as it can: the guest's mask is the host thread's mask,
// default and ignored dispositions are the host's own, so stopping, dying, queueing, sigtimedwait,
// signalfd and inheritance are exact without code here. A signal the guest has a handler for
// arrives in one host handler, which notes it, blocks everything and asks the engine to stop; run
// loop and system calls then let it be delivered at a clean point.
#ifndef EMU_LINUX_SIGNAL_H
#define EMU_LINUX_SIGNAL_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct thread;

// The kernel's struct sigaction on arm64.
struct guest_sigaction {
    uint64_t handler; // 0 SIG_DFL, 1 SIG_IGN
    uint64_t flags;
    uint64_t restorer;
    uint64_t mask;
};
_Static_assert(sizeof(struct guest_sigaction) == 32, "struct sigaction of arm64");

struct guest_stack {
    uint64_t sp;
    int32_t flags;
    int32_t pad;
    uint64_t size;
};
_Static_assert(sizeof(struct guest_stack) == 24, "stack_t of arm64");

// Shared by the threads of a process; a vfork child has its own copy.
struct signal_actions {
    struct guest_sigaction action[65]; // by signal number
    uint64_t known; // bit sig - 1: action[] is right, else it is what the host says
    bool shared;    // by processes (CLONE_SIGHAND without CLONE_THREAD)
};

// Who wants a thread at a place where its state is complete: bits.
enum signal_knocks {
    KNOCKED_BY_DEBUGGER = 1, // signal_knock
    KNOCKED_BY_TRACER = 2,   // linux/ptraced.h
};

enum { SIGNAL_QUEUE = 16 };
struct thread_signals {
    uint64_t blocked;          // the guest's mask
    uint64_t during_suspend;   // the mask of sigsuspend, ppoll and the like, while they wait
    bool suspended;            // the above is meant, also by the signal that ended the wait
    volatile unsigned waiting; // the host handler has noted something
    volatile unsigned head, tail;
    siginfo_t queue[SIGNAL_QUEUE]; // noted, not yet delivered (linux/signal_queue.h): a ring
    volatile uint64_t held; // SIGSEGV, SIGBUS, SIGFPE sent by somebody while the guest blocks them
    siginfo_t held_info[3];
    volatile uint64_t held_shared; // of these, what was sent to the process: others may have it
    uint64_t held_own;             // that come back after a call and were not sent to the process
    volatile bool calling;         // a system call of the host that may sleep
    volatile uint8_t knocked;      // the call ended because of them: enum signal_knocks
    volatile bool held_more;       // one came; host_syscall asks
    uint64_t awaited;              // what sigtimedwait waits for
    bool lent;                     // the kernel has them, for the time of a system call
    uint64_t fault_error;          // the host's error code of the last memory fault
    struct guest_stack altstack;
};

// What system calls return besides -errno when a signal ended them; only the run loop sees these.
enum {
    ERESTARTSYS = 512,     // restart, or -EINTR if the handler has no SA_RESTART
    ERESTARTNOINTR = 513,  // restart: the call had not begun
    ERESTARTNOHAND = 514,  // restart only if no handler runs
    SIGNAL_RETURNED = 600, // rt_sigreturn: all registers are set
};

static inline uint64_t signal_bit(int sig)
{
    return UINT64_C(1) << (sig - 1);
}

// The mask that counts for what comes now.
static inline uint64_t signal_mask_now(const struct thread_signals *s)
{
    return s->suspended ? s->during_suspend : s->blocked;
}

// Makes a host system call that may block. A signal that has arrived but was not delivered ends it
// before it starts (-ERESTARTNOINTR); one that arrives while it blocks ends it as the kernel says.
// Never loses one in between. Returns the result or -errno; system calls pass the -ERESTART values
// on.
int64_t host_syscall(struct thread *t, int64_t nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
                     uint64_t e, uint64_t f);

// The same for ppoll and its kind, with the signal mask at the guest's address `set` while they
// wait; 0 if it stays as it is.
int64_t signal_masked_call(struct thread *t, uint64_t set, int64_t nr, uint64_t a, uint64_t b,
                           uint64_t c, uint64_t d, uint64_t e, uint64_t f);

// Takes SIGSEGV and SIGBUS, sets t->actions, and reads the mask this process was started with.
// Once, before guest code runs.
void signal_init(struct thread *t);

// Whether a signal waits to be delivered.
bool signal_waiting(const struct thread *t);

// Delivers what waits, at a point where the guest's state is complete. `result` is what the system
// call just made returned (0 if none was): its -ERESTART values are settled here.
void signal_deliver(struct thread *t, int64_t result);

// Whether `result` of a system call is one of the values above and not the guest's business.
static inline bool signal_is_restart(int64_t result)
{
    return result == -ERESTARTSYS || result == -ERESTARTNOINTR || result == -ERESTARTNOHAND;
}

// A synchronous exception of thread t: a handler is entered, or the process dies. Any blocking or
// ignoring of it is void.
void signal_force(struct thread *t, const siginfo_t *info, uint64_t esr);

// Sends the thread a SIGSEGV, SIGBUS or SIGFPE that is no exception: it may be blocked or ignored.
void signal_send(struct thread *t, const siginfo_t *info);

// Delivers a signal that the thread sends to itself, by tkill and the like, without the host, which
// takes longer. False if that is not for the emulator alone: there is no handler, it is blocked,
// or others wait.
bool signal_send_self(struct thread *t, const siginfo_t *info);

// The thread of this process that a SIGSEGV, SIGBUS or SIGFPE for the whole process goes to, as the
// kernel chooses: one that has it open or waits for it, the first if it has. 0 if there is none.
int signal_taker(int sig);

// Whether a synchronous `sig` now would enter a handler.
bool signal_has_handler(struct thread *t, int sig);

// Ends this process by the signal, as a kernel does with a process that has no handler for it.
_Noreturn void signal_die(struct thread *t, const siginfo_t *info);

// The signals of `set` (bits) come to signal_deliver also where the guest leaves them their
// default: to signal_die, and with it to process_watch.dies, if that ends the process. For whom:
// each has a set of its own.
enum signal_watcher {
    WATCHED_FOR_DEATHS,
    WATCHED_FOR_TRACER,
    WATCHED_FOR_THREADS,
    SIGNAL_WATCHERS
};
void signal_watch(struct thread *t, enum signal_watcher who, uint64_t set);

// Sets the thread's signal mask (guest's and host's).
void signal_set_mask(struct thread *t, uint64_t mask);

// The dispositions of a new process that shares memory with t's: t's own, or a copy of them.
struct signal_actions *signal_share_actions(struct thread *t, bool same,
                                            struct signal_actions *copy);

// CLONE_CLEAR_SIGHAND: what has a handler has its default instead.
void signal_clear_handlers(struct thread *t);

// Around the host's clone: what comes meanwhile to the child finds the child's state in place. The
// host's mask before, to be given back by the parent.
uint64_t signal_hold(void);
void signal_let_go(uint64_t before);

// In the child: nothing waits, whatever waits for its maker. Nothing is let in yet.
void signal_in_child(struct thread *t);

// Before execve: dispositions the host cannot know (ignored
// SIGSEGV, SIGBUS) are given to it; signal_after_failed_exec takes them back.
void signal_before_exec(struct thread *t);
void signal_after_failed_exec(struct thread *t);

// Delivers a signal as if it had come now.
void signal_inject(struct thread *t, const siginfo_t *info);

// Takes thread tid of process pid out of the system call it sleeps in, to begin it again later:
// true if there is such a thread (tid 0: whichever the kernel chooses). The first one that is
// knocked at calls tracer_knocked (linux/tracer.h) where its state is complete.
bool signal_knock(int pid, int tid);

// System calls; addresses are the guest's.
int64_t signal_sigaction(struct thread *t, int sig, uint64_t action, uint64_t old,
                         uint64_t set_size);
int64_t signal_sigprocmask(struct thread *t, int how, uint64_t set, uint64_t old,
                           uint64_t set_size);
int64_t signal_sigpending(struct thread *t, uint64_t set, uint64_t set_size);
int64_t signal_sigsuspend(struct thread *t, uint64_t set, uint64_t set_size);
int64_t signal_sigtimedwait(struct thread *t, uint64_t set, uint64_t info, uint64_t timeout,
                            uint64_t set_size);
int64_t signal_sigaltstack(struct thread *t, uint64_t stack, uint64_t old);
int64_t signal_sigreturn(struct thread *t);

#endif
