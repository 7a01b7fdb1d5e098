// SPDX-License-Identifier: MIT
// The guest's process and its threads as the Linux layer sees them. `process` is the one root of
// this layer: whatever is not reachable from it or from a thread does not exist. A host thread runs
// exactly one guest thread, `thread_self`.
#ifndef EMU_LINUX_THREAD_H
#define EMU_LINUX_THREAD_H

#include "a64/state.h"
#include "base/lock.h"
#include "linux/clone.h"
#include "linux/inject.h"
#include "linux/lock.h"
#include "linux/mm.h"
#include "linux/ptraced.h"
#include "linux/seccomp_rules.h"
#include "linux/signal.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

// A system call that nobody looks at pays a comparison with 0.
enum {
    JUDGED_SECCOMP = 1, // the thread has rules of its own (linux/seccomp_rules.h)
    JUDGED_INJECT = 2,  // --inject (linux/inject.h)
    JUDGED_URING = 4,   // it may have filled a ring of buffers (linux/uring.h)
    JUDGED_OWN = 8,     // it may name a descriptor of the emulator's own (sys_next_own)
};

enum { URING_INDEXED = 16 };

struct thread {
    struct cpu cpu; // must be first
    int tid;
    uint64_t clear_child_tid; // set_tid_address, CLONE_CHILD_CLEARTID
    struct thread_signals signals;
    struct signal_actions *actions; // the process's; a vfork child has its own copy
    void *end;                 // where a thread that is not the first goes to end (thread_create.c)
    void *host_stack;          // of such a thread, HOST_STACK bytes
    uint64_t tagged_addr_ctrl; // as PR_GET_TAGGED_ADDR_CTRL says; tags_control sets it
    uint32_t judged;           // JUDGED_*: who looks at its system calls before they are made
    struct seccomp seccomp;    // its rules about system calls
    uint64_t syscall_x0;       // x0 when the system call in progress was made, for its restart
    int64_t unsettled; // an -ERESTART value that a system call within the engine returned, or 0
    struct clone_wish wish; // what it was made by
    uint32_t told;          // whether CLONE_PARENT_SETTID's word is written (thread_create.c)
    struct thread *next;    // of the process's, with its lock; a vfork child is not among them
    uint32_t exit;          // enum ir_exit: why it last came back from engine_run
    uint32_t rest;          // enum thread_rest (linux/stop.h)
    void *traced;           // a debugger's
    struct ptraced ptraced; // a guest that traces it
    struct inject_counts injected;
    struct ring *indexed[URING_INDEXED]; // IORING_REGISTER_RING_FDS (linux/uring.h)
    struct stale stale; // what the thread throws away, now that it has no lock any more
};
_Static_assert(offsetof(struct thread, cpu) == 0, "a thread is its cpu state and more");

// --explain-sigill: which SIGILLs get a line about the feature that the processor lacks.
enum explain {
    EXPLAIN_NONE,
    EXPLAIN_DEATH, // those of which the program dies
    EXPLAIN_ALL,
};

enum { OPTIONS_ALONG = 48 };

// A limit on the guest's own account: to the host the emulator's own mappings would count too.
struct limit_account {
    bool known; // else it is what the host says
    struct rlimit limit;
};
enum { LIMIT_AS, LIMIT_DATA, LIMIT_COUNT };

// What the command line and the environment asked for.
struct linux_options {
    const char *program;                      // path as given
    const char *argv0;                        // -0, or NULL
    const char *execfn;                       // --execfn, or NULL: program
    const char *comm;                         // --comm, or NULL: the last part of that
    const char *sysroot;                      // -L, or NULL: look for one
    const char *uname_release;                // -r, or NULL: the host's
    uint64_t stack_size;                      // -s, or 0: RLIMIT_STACK
    unsigned va_bits;                         // --va-bits, or 0
    int seccomp;                              // --seccomp: rules that come along; 1 more, or 0
    int emulator;                             // --emulator: its own file; 1 more, or 0
    int opened;                               // --opened: what leads to the program; the same
    struct limit_account limits[LIMIT_COUNT]; // --limits
    struct inject_counts inject_counts;       // --inject-counts
    const char *dump;                         // --dump, or NULL
    const char *cpu;                          // -cpu, or NULL: max
    enum explain explain_sigill;
    void (*begin)(struct thread *first); // before the first instruction, or NULL
    // Words for the emulator of a program that is executed, then NULL.
    const char *along[OPTIONS_ALONG + 1];
};

struct process {
    struct linux_options options;
    struct mm mm;
    int pid;
    uint32_t threads;      // running or about to
    struct thread *first;  // those that have begun and do not end yet, by `next`
    uint32_t number;       // among those that share this memory (base/lock.h): the first has 1
    uint32_t last_number;  // that was given to one
    uint64_t stack_size;   // of the first thread, at most
    bool stack_fixed;      // it is mapped whole: the host cannot let it grow
    char **argv, **envp;   // the guest's, as started
    char exe[4096];        // absolute path of the guest program, for /proc/self/exe
    int exe_fd;            // that file, where no path leads to it; else -1 (linux/exe.h)
    dev_t exe_device;      // where it is
    ino_t exe_inode;       // in that file system
    uint64_t auxv[2 * 32]; // as on the initial stack, for /proc/self/auxv
    size_t auxv_size;      // in bytes
    // As the kernel's mm_struct has them, for /proc/self/stat and cmdline.
    uint64_t start_code, end_code, start_data, end_data, start_stack;
    uint64_t arg_start, arg_end, env_start, env_end;
    struct signal_actions actions;
    uint64_t watched_for[SIGNAL_WATCHERS], watched; // by whom, and by anybody; bits: signals that
                                                    // are the host's default no more (signal_watch)
    struct limit_account limits[LIMIT_COUNT];
    uint64_t load_bias,
        interp_base; // added to the file's addresses; where the interpreter is (0: none)
    uint64_t interp_size;
};

extern struct process process;
extern __thread struct thread *thread_self;

// Whether the caller's process is another than `process`, which shares its memory (clone_beside.c,
// vfork).
static inline bool thread_is_neighbour(void)
{
    return lock_holder != process.number;
}

// Whether the process has no other thread, but perhaps one that is ending.
static inline bool thread_is_alone(void)
{
    return __atomic_load_n(&process.threads, __ATOMIC_RELAXED) == 1;
}

static inline struct thread *thread_of(struct cpu *c)
{
    return (struct thread *)c;
}

// Loads the program, builds its stack and runs it; returns its exit status only if it could not be
// started.
int linux_start(const struct linux_options *options, int argc, char **argv, char **envp);

// For reports of bugs: where the guest was (die_set_context).
void thread_print_where(void);

// Runs guest code of thread t; never returns.
_Noreturn void thread_run(struct thread *t);

// engine_os.service.
void thread_service(struct cpu *c);

// What clears CLONE_CHILD_CLEARTID's word and makes the guest's pthread_join return. The guest's
// stack is not touched after this.
void thread_announce_end(struct thread *t);

// exit_group(2) / exit(2) of thread t.
_Noreturn void thread_exit_group(struct thread *t, int status);
_Noreturn void thread_exit(struct thread *t, int status);

#endif
