// SPDX-License-Identifier: MIT
#include "debug/traced.h"

#include "base/arena.h"
#include "base/die.h"
#include "base/lock.h"
#include "debug/breaks.h"
#include "debug/gdb_follow.h"
#include "debug/gdb_vfork.h"
#include "engine/engine.h"
#include "linux/clone.h"
#include "linux/host_call.h"
#include "linux/lock.h"
#include "linux/signal_host.h"
#include "linux/stop.h"
#include "linux/sys.h"
#include "linux/tracer.h"

#include <linux/futex.h>
#include <string.h>
#include <sys/ptrace.h>
#include <time.h>
#include <unistd.h>

struct tracing tracing = {.notify = -1};
static struct lock lock;

void tracing_lock(void)
{
    lock_take(&lock);
}

void tracing_unlock(void)
{
    lock_give(&lock);
}

static void notify(void)
{
    uint64_t one = 1;
    host_call(SYS_write, tracing.notify, &one, sizeof one);
}

// The youngest is the first; threads that are made together come here in any order. With the lock.
void traced_enlist(struct traced *x)
{
    struct traced **at = &tracing.first;
    while (*at && (*at)->tid > x->tid)
        at = &(*at)->next;
    x->next = *at;
    *at = x;
}

void traced_unlist(struct traced *x)
{
    for (struct traced **at = &tracing.first; *at; at = &(*at)->next) {
        if (*at == x) {
            *at = x->next;
            return;
        }
    }
}

static struct traced *add(struct thread *t)
{
    struct traced *x = arena_pages(sizeof *x);
    if (!x)
        return NULL;
    t->cpu.fpsr_unseen = 0; // the debugger may look at it
    x->thread = t;
    x->pid = process.pid;
    x->tid = t->tid;
    traced_enlist(x);
    t->traced = x;
    return x;
}

// A thread's is a copy of its maker's until it has its own.
struct traced *traced_self(struct thread *t)
{
    struct traced *x = t->traced;
    if (x && x->thread == t)
        return x;
    if (getpid() != process.pid)
        return NULL;
    tracing_lock();
    x = add(t);
    if (x && tracing.calm)
        x->asked = true;
    else if (x)
        x->on = true;
    tracing_unlock();
    return x;
}

struct traced *traced_find(int tid)
{
    struct traced *x = tracing.first;
    while (x && x->tid != tid)
        x = x->next;
    return x;
}

bool traced_sleeps(const struct traced *x)
{
    return !__atomic_load_n(&x->parked, __ATOMIC_ACQUIRE) && x->thread->signals.calling;
}

bool traced_stands(const struct traced *x)
{
    return __atomic_load_n(&x->parked, __ATOMIC_ACQUIRE) || x->lends || x->ends ||
           x->thread->signals.calling;
}

enum { SVC = 4 }; // bytes

uint64_t traced_pc(const struct traced *x)
{
    uint64_t pc = x->thread->cpu.s.pc;
    return traced_sleeps(x) ? pc - SVC : pc;
}

uint64_t traced_x0(const struct traced *x)
{
    return traced_sleeps(x) ? x->thread->syscall_x0 : x->thread->cpu.x[0];
}

void traced_ask(struct traced *x)
{
    if (x->parked)
        return;
    __atomic_store_n(&x->asked, true, __ATOMIC_SEQ_CST);
    engine_interrupt(&x->thread->cpu);
}

static void pause_ms(long ms)
{
    struct timespec t = {0, ms * 1000000};
    host_call(SYS_nanosleep, &t, NULL);
}

static bool all_stand(void)
{
    for (const struct traced *x = tracing.first; x; x = x->next)
        if (!traced_stands(x))
            return false;
    return true;
}

void tracing_stop_all(int wait)
{
    tracing.calm = true;
    for (struct traced *x = tracing.first; x; x = x->next)
        traced_ask(x);
    for (int waited = 0; waited < 50 * wait && !all_stand(); waited++) {
        struct timespec t = {0, 20000};
        tracing_unlock();
        host_call(SYS_nanosleep, &t, NULL);
        tracing_lock();
    }
}

// The child of a vfork: whose server is gone with its process.
static bool is_orphan(const struct traced *x)
{
    return x->pid != process.pid && host_call(SYS_kill, process.pid, 0) < 0;
}

// What is to be known of the stop is said under the same lock: a thread that is let go on while it
// comes back from a system call either has not stopped yet, or is told of first.
void traced_park(struct traced *x)
{
    __atomic_store_n(&x->thread->rest, THREAD_RESTS, __ATOMIC_SEQ_CST); // for who looks besides
    __atomic_store_n(&x->parked, true, __ATOMIC_RELEASE);
    tracing_unlock();
    notify();
    const struct timespec second = {1, 0}, *patience = x->pid == process.pid ? NULL : &second;
    while (!__atomic_load_n(&x->woken, __ATOMIC_ACQUIRE)) {
        host_call(SYS_futex, &x->woken, FUTEX_WAIT_PRIVATE, 0, patience, NULL, 0);
        if (is_orphan(x)) {
            x->thread->traced = NULL;
            break;
        }
    }
    __atomic_store_n(&x->thread->rest, THREAD_RUNS, __ATOMIC_SEQ_CST);
    x->woken = 0;
    x->step_from = x->thread->cpu.s.pc;
    x->shown = false;
}

// What the kernel says of a stop that is no signal's (arm64's debug exceptions; ptrace_notify).
static siginfo_t trap_info(const struct traced *x)
{
    enum { EVENT = 0x100, OF_CALL = SIGTRAP | 0x80 };
    static const int codes[] = {
        [STOP_TRAP] = TRAP_BRKPT,
        [STOP_STEP] = TRAP_TRACE,
        [STOP_WATCH] = TRAP_HWBKPT,
        [STOP_CALL] = OF_CALL,
        [STOP_CALLED] = OF_CALL,
        [STOP_FORK] = SIGTRAP | PTRACE_EVENT_FORK * EVENT,
        [STOP_VFORK] = SIGTRAP | PTRACE_EVENT_VFORK * EVENT,
        [STOP_VFORK_DONE] = SIGTRAP | PTRACE_EVENT_VFORK_DONE * EVENT,
        [STOP_EXEC] = SIGTRAP | PTRACE_EVENT_EXEC * EVENT,
    };
    const struct stop *s = &x->stop;
    siginfo_t info = {.si_signo = SIGTRAP};
    info.si_code = s->kind < ARRAY_LEN(codes) ? codes[s->kind] : SI_USER;
    if (s->kind == STOP_WATCH)
        info.si_addr = (void *)(uintptr_t)s->arg;
    else if (s->kind == STOP_TRAP || s->kind == STOP_STEP)
        info.si_addr = (void *)(uintptr_t)x->thread->cpu.s.pc;
    else
        info.si_pid = x->tid;
    return info;
}

// gdb steps over a watched access before it shows the stop: what it shows stays the watchpoint's.
static bool passes_watched(const struct traced *x)
{
    return x->stop.kind == STOP_STEP && x->info.si_code == TRAP_HWBKPT &&
           x->watched == x->step_from;
}

void traced_stop(struct traced *x, const struct stop *why)
{
    tracing_lock();
    x->stop = *why;
    if (x->stop.kind != STOP_SIGNAL && !passes_watched(x))
        x->info = trap_info(x);
    x->watched = x->stop.kind == STOP_WATCH ? x->thread->cpu.s.pc : 0;
    x->told = false;
    traced_park(x);
}

static void park_if_asked(struct traced *x)
{
    tracing_lock();
    if (x->asked)
        traced_park(x);
    else
        tracing_unlock();
}

// What a signal by the debugger is said to be: the one that it stopped at, or one of its own.
static siginfo_t info_of(const struct traced *x, int sig)
{
    siginfo_t info = {.si_signo = sig, .si_code = SI_USER};
    info.si_pid = x->pid;
    return x->info.si_signo == sig ? x->info : info;
}

// A thread that sleeps in a system call is sent the signal, so that it leaves the call as it would
// at any other.
static void send_signal(struct traced *x)
{
    x->sent = x->go.sig;
    x->go.sig = 0;
    host_kill_thread(x->pid, x->tid, x->sent);
}

void traced_go(struct traced *x, const struct go *go)
{
    x->asked = false;
    x->go = *go;
    x->stop = (struct stop){0};
    x->told = x->shown = false;
    if (!x->parked) { // in a system call
        x->step_from = traced_pc(x);
        if (x->go.sig)
            send_signal(x);
        return;
    }
    x->parked = false;
    __atomic_store_n(&x->woken, 1, __ATOMIC_RELEASE);
    host_call(SYS_futex, &x->woken, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

void traced_settle(struct traced *x)
{
    if (!traced_sleeps(x))
        return;
    traced_ask(x);
    for (unsigned tries = 0; tries < 200 && !__atomic_load_n(&x->parked, __ATOMIC_ACQUIRE);
         tries++) {
        if (tries % 50 == 0)
            signal_knock(x->pid, x->tid);
        tracing_unlock();
        pause_ms(1);
        tracing_lock();
    }
}

void tracing_attach(void)
{
    process_lock();
    for (struct thread *t = process.first; t; t = t->next) {
        struct traced *x = t->traced;
        if (!x || x->thread != t)
            x = add(t);
        if (x)
            x->told = false;
    }
    process_unlock();
    tracing.attached = true;
}

void tracing_detach(void)
{
    tracing.attached = tracing.calm = false;
    tracing.passed = 0;
    memset(tracing.calls, 0, sizeof tracing.calls);
    tracing.all_calls = false;
    breaks_clear();
    tracing_watch_calls();
    tracing_watch_signals();
    for (struct traced *x = tracing.first; x; x = x->next) {
        x->told = x->copies = false;
        traced_go(x, &(struct go){.sig = 0});
    }
}

void tracing_watch_signals(void)
{
    static const uint64_t ignored = UINT64_C(1) << (SIGCHLD - 1) | UINT64_C(1) << (SIGCONT - 1) |
                                    UINT64_C(1) << (SIGURG - 1) | UINT64_C(1) << (SIGWINCH - 1);
    uint64_t wanted = ~(ignored & tracing.passed);
    struct traced *x = tracing.first;
    while (x && x->pid != process.pid)
        x = x->next;
    if (x)
        signal_watch(x->thread, WATCHED_FOR_TRACER, tracing.attached ? wanted : 0);
}

void tracing_watch_calls(void)
{
    bool any = ir_watches.count || tracing.all_calls;
    for (unsigned i = 0; i < ARRAY_LEN(tracing.calls); i++)
        any |= tracing.calls[i] != 0;
    tracer_watch_calls(any);
}

// ---- What the Linux layer calls (linux/tracer.h), by guest threads

static void stop_by(struct traced *x, enum stop_kind kind, uint64_t arg)
{
    traced_stop(x, &(struct stop){.kind = kind, .arg = arg});
}

// The signal that the thread is to go on with becomes its own.
static void take_signal(struct traced *x)
{
    int sig = x->go.sig;
    x->go.sig = 0;
    if (sig == SIGKILL || sig == SIGSTOP) {
        host_call(SYS_kill, x->pid, sig);
        return;
    }
    siginfo_t info = info_of(x, sig);
    x->passing = true;
    signal_inject(x->thread, &info);
    x->passing = false;
}

// A checkpoint: the thread forks as if by itself, but its registers are those that it had, and the
// program hears nothing of the child's end (clone(2), without a signal and for no wait).
static void make_copy(struct traced *x)
{
    struct thread *t = x->thread;
    uint64_t x0 = t->cpu.x[0];
    x->copies = false;
    int64_t child = thread_clone(t, &(struct clone_wish){.exit_signal = 0});
    if (child < 0)
        complain("monitor checkpoint: no copy was made: %s", strerror((int)-child));
    t->cpu.x[0] = x0;
}

static bool in_range(const struct go *go, uint64_t pc)
{
    return pc - go->start < go->end - go->start;
}

// Whether the thread has stepped as far as it was to.
static bool has_stepped(const struct traced *x)
{
    uint64_t pc = x->thread->cpu.s.pc;
    return x->go.steps && pc != x->step_from && !in_range(&x->go, pc);
}

static bool is_caught(uint32_t nr)
{
    return tracing.all_calls ||
           (nr < 64 * ARRAY_LEN(tracing.calls) && tracing.calls[nr / 64] >> nr % 64 & 1);
}

// Before the thread runs.
static void settle(struct traced *x)
{
    for (;;) {
        if (tracing.attached && has_stepped(x))
            stop_by(x, STOP_STEP, 0);
        else if (__atomic_load_n(&x->asked, __ATOMIC_SEQ_CST))
            park_if_asked(x);
        else if (x->go.sig)
            take_signal(x);
        else if (x->copies)
            make_copy(x);
        else if (tracing.executed && !(tracing.executed = false) && is_caught(SYS_NR_execve))
            stop_by(x, STOP_CALLED, SYS_NR_execve);
        else
            return;
    }
}

static void at_watch(struct traced *x)
{
    struct stop why = {.kind = STOP_WATCH};
    if (tracing.attached && breaks_watched(x->thread, &why))
        traced_stop(x, &why);
}

// A thread of another process that shares the memory: traps and watched places are not for it.
static enum ir_exit run_foreign(struct thread *t)
{
    static __thread bool over;
    t->cpu.s.unwatched = true;
    for (;;) {
        enum ir_exit why = over ? engine_step(&t->cpu) : engine_run(&t->cpu);
        over = why == IR_EXIT_TRAP;
        if (!over && why != IR_EXIT_STEP)
            return why;
    }
}

static enum ir_exit run(struct thread *t)
{
    struct traced *x = traced_self(t);
    if (!x)
        x = vfork_child(t);
    for (;;) {
        if (x)
            settle(x);
        if (!x || t->traced != x) // the debugger has left it, or never had it
            return run_foreign(t);
        bool alone = x->go.steps || x->over == t->cpu.s.pc;
        uint64_t pc = t->cpu.s.pc;
        enum ir_exit why = alone ? engine_step(&t->cpu) : engine_run(&t->cpu);
        x->over = 0;
        switch ((unsigned)why) {
        case IR_EXIT_STEP:
            if (x->go.steps && t->cpu.s.pc == pc && !in_range(&x->go, pc)) // a branch to itself
                stop_by(x, STOP_STEP, 0);
            break;
        case IR_EXIT_TRAP:
            if (tracing.attached && breaks_hold(t))
                stop_by(x, STOP_TRAP, 0);
            else
                x->over = t->cpu.s.pc;
            break;
        case IR_EXIT_WATCH: at_watch(x); break;
        default: return why;
        }
    }
}

static bool on_signal(struct thread *t, siginfo_t *info)
{
    struct traced *x = traced_self(t);
    int sig = info->si_signo;
    if (x && tracing.attached && !x->passing && has_stepped(x)) // which is told first
        stop_by(x, STOP_STEP, 0);
    // A thread that steps tells of all of them: where it goes on is then the debugger's to say.
    if (!x || !tracing.attached || x->passing || (tracing.passed >> (sig - 1) & 1 && !x->go.steps))
        return true;
    if (x->sent == sig) {
        x->sent = 0;
        *info = info_of(x, sig);
        return true;
    }
    x->info = *info;
    traced_stop(x, &(struct stop){.kind = STOP_SIGNAL, .sig = sig});
    int now = x->go.sig;
    x->go.sig = 0;
    if (now == sig) {
        *info = x->info;
    } else if (now) {
        *info = (siginfo_t){.si_signo = now, .si_code = SI_USER};
        info->si_pid = x->pid;
    }
    return now != 0;
}

static void on_call(struct thread *t, bool enters)
{
    struct traced *x = traced_self(t);
    uint32_t nr = (uint32_t)t->cpu.x[8];
    struct stop why = {.kind = STOP_WATCH};
    if (!x || !tracing.attached)
        return;
    if (is_caught(nr))
        stop_by(x, enters ? STOP_CALL : STOP_CALLED, nr);
    if (enters)
        breaks_before_call(x);
    else if (breaks_written_by_call(x, &why))
        traced_stop(x, &why);
}

static void on_leaving(struct thread *t)
{
    struct traced *x = t->traced;
    tracing_lock();
    if (x && x->thread == t) {
        traced_unlist(x);
        t->traced = NULL;
    }
    tracing_unlock();
    notify();
}

// Whether it is the first thread that ends the process, which says how. With the lock.
static bool note_end(struct traced *x, int status, int sig)
{
    if (x)
        x->ends = true;
    if (tracing.ending)
        return false;
    tracing.status = status;
    tracing.sig = sig;
    tracing.ending = true;
    return true;
}

// The debugger is told, if there is one. Of several threads only the first goes on, so that the
// process ends as was told.
static void on_end(struct thread *t, int status, int sig)
{
    vfork_child_ends(t, status, sig);
    if (getpid() == process.pid && tracing.socket)
        unlink(tracing.socket);
    tracing_lock();
    struct traced *x = t->traced;
    bool tells = (tracing.attached || tracing.ending) && getpid() == process.pid;
    bool first = tells && note_end(x && x->thread == t ? x : NULL, status, sig);
    tracing_unlock();
    if (!tells)
        return;
    notify();
    while (!first || !__atomic_load_n(&tracing.end_told, __ATOMIC_ACQUIRE))
        pause_ms(1);
}

static void on_fork(struct thread *t, bool vfork)
{
    if (vfork)
        vfork_begins(t);
    else
        follow_fork_begins();
}

static void on_forked(struct thread *t, int64_t child, bool vfork)
{
    if (vfork)
        vfork_over(t, child);
    else
        follow_forked(t, child);
}

static const struct tracer ours = {
    .run = run,
    .signal = on_signal,
    .call = on_call,
    .leaves = on_leaving,
    .ends = on_end,
    .fork_begins = on_fork,
    .forked = on_forked,
    .in_child = follow_in_child,
    .exec = follow_exec,
    .exec_failed = follow_exec_failed,
};

void tracing_begin(struct thread *t)
{
    engine_open();
    tracing_lock();
    if (!t->traced)
        add(t);
    tracing_unlock();
    tracer = &ours;
}
