// SPDX-License-Identifier: MIT
#include "linux/ptraced.h"

#include "base/die.h"
#include "engine/engine.h"
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/signal_host.h"
#include "linux/sys.h"
#include "linux/tags.h"
#include "linux/thread.h"
#include "linux/tracer.h"

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

static const struct tracer ours;

// Of the process: how many threads are traced, and what one that begins is told.
static struct {
    uint32_t traced;
    uint32_t options;
    bool seized;
} all;

static const siginfo_t trap_info = {.si_signo = SIGTRAP};

// The traps of a tracer's own.
enum { TRAP_OF_CALL = SIGTRAP | 0x80, TRAP_STEPPED = 2 /* TRAP_TRACE */ };

bool ptraced_hears(struct thread *t, const siginfo_t *info)
{
    struct ptraced *p = &t->ptraced;
    if (info->si_code == PTRACE_MARK_CODE) {
        p->untraced = true;
        return false;
    }
    int tid = (int)host_call(SYS_gettid);
    if (p->wished != tid) // what is there is the maker's
        p->wishes = 0;
    p->wished = tid;
    p->wishes |= (uint32_t)info->si_value.sival_int;
    return true;
}

// What is wished of the thread, and not of one of which it is a copy.
static uint32_t wishes_of(const struct thread *t)
{
    return t->ptraced.wished == t->tid ? t->ptraced.wishes : 0;
}

static void watch_signals(struct thread *t, bool watch)
{
    signal_watch(t, WATCHED_FOR_TRACER, watch ? ~UINT64_C(0) : 0);
    tracer_watch_calls(watch);
}

static void join(struct thread *t)
{
    t->ptraced.active = true;
    t->cpu.fpsr_unseen = 0; // the tracer may look at it
    if (__atomic_fetch_add(&all.traced, 1, __ATOMIC_SEQ_CST) == 0)
        watch_signals(t, true);
}

static void leave(struct thread *t)
{
    struct ptraced *p = &t->ptraced;
    if (!p->active)
        return;
    p->active = false;
    p->orders.steps = p->orders.calls = p->orders.emulates = false;
    if (__atomic_sub_fetch(&all.traced, 1, __ATOMIC_SEQ_CST) == 0)
        watch_signals(t, false);
}

static void send_mark(const struct thread *t)
{
    siginfo_t info = {.si_signo = PTRACE_MARK_SIGNAL, .si_code = PTRACE_MARK_CODE};
    info.si_value.sival_ptr = (void *)t;
    host_call(SYS_rt_tgsigqueueinfo, host_call(SYS_getpid), t->tid, PTRACE_MARK_SIGNAL, &info);
}

// What the tracer has ordered and what it has changed becomes the thread's.
static void obey(struct thread *t)
{
    struct ptraced *p = &t->ptraced;
    struct ptrace_orders *o = &p->orders;
    if (o->changed_start < o->changed_end)
        engine_invalidate(&t->cpu, o->changed_start, o->changed_end);
    o->changed_start = o->changed_end = 0;
    if (o->sets_mask)
        __atomic_store_n(&t->signals.blocked, o->mask, __ATOMIC_RELAXED);
    if (o->sets_control)
        tags_control(t, o->control);
    all.options = o->options;
    all.seized = o->seized;
    if (!o->silent)
        p->step_from = t->cpu.s.pc;
    if (o->go != PTRACE_GOES)
        leave(t);
}

// The thread stands until its tracer lets it go. Without one it goes on at once. A mark is lost
// while another of its signals is on its way, and then sent again.
static void stand(struct thread *t, enum ptrace_stop why)
{
    struct ptraced *p = &t->ptraced;
    uint64_t none = host_mask(~UINT64_C(0)), before;
    p->stands = why;
    p->orders.go = PTRACE_GO_NOT;
    p->orders.sets_mask = p->orders.sets_control = p->orders.silent = false;
    p->orders.sig = 0;
    p->untraced = false;
    host_call(SYS_rt_sigprocmask, SIG_SETMASK, &none, &before, 8);
    unsigned marks = 0;
    do {
        send_mark(t);
        marks++;
    } while (!__atomic_load_n(&p->orders.go, __ATOMIC_ACQUIRE) && !p->untraced);
    p->stands = PTRACE_STANDS_NOT;
    // A tracer that has ended after it had seen the signal has taken it along.
    if (p->orders.go == PTRACE_GO_NOT && why == PTRACE_STANDS_SIGNAL && marks == 1)
        p->orders.sig = p->info.si_signo;
    obey(t);
    if (p->orders.sets_mask)
        before = host_mask(p->orders.mask);
    host_call(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, 8);
}

static void stand_at_event(struct thread *t, unsigned event, uint64_t message)
{
    struct ptraced *p = &t->ptraced;
    p->event = event;
    p->message = message;
    p->info = trap_info;
    p->info.si_code = (int)(SIGTRAP | event << 8);
    p->info.si_pid = t->tid;
    stand(t, PTRACE_STANDS_EVENT);
}

// The caller's own, once it has found out whether it is traced.
static struct ptraced *own(struct thread *t)
{
    struct ptraced *p = &t->ptraced;
    if (likely(p->self == t))
        return p;
    uint64_t every = ~UINT64_C(0), before;
    host_call(SYS_rt_sigprocmask, SIG_SETMASK, &every, &before, 8); // ptraced_hears comes later
    uint32_t wishes = wishes_of(t);
    memset(p, 0, sizeof *p);
    p->self = t;
    p->wished = t->tid;
    p->wishes = wishes;
    host_call(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, 8);
    if (wishes & PTRACE_WISH_TRACED)
        return p;
    p->orders.options = all.options;
    p->orders.seized = all.seized;
    join(t);
    stand(t, PTRACE_STANDS_NEW);
    return p;
}

// All of the process stops, until the tracer or SIGCONT lets it go on.
static void stop_process(struct thread *t, int sig)
{
    struct ptraced *p = &t->ptraced;
    p->stopping = sig;
    host_call(SYS_tgkill, host_call(SYS_getpid), t->tid, sig);
    p->stopping = 0;
}

static bool is_sent_by_host(int sig)
{
    return sig == SIGSTOP || sig == SIGKILL;
}

static siginfo_t ordered_info(const struct ptraced *p)
{
    const struct ptrace_orders *o = &p->orders;
    if (o->sig == p->info.si_signo)
        return p->info;
    siginfo_t info = {.si_signo = o->sig, .si_code = SI_USER};
    info.si_pid = o->tracer;
    return info;
}

// The signal that the tracer wants delivered at a stop that is none of a signal.
static void take_signal(struct thread *t)
{
    struct ptraced *p = &t->ptraced;
    int sig = p->orders.sig;
    if (!sig)
        return;
    siginfo_t info = ordered_info(p);
    p->orders.sig = 0;
    if (is_sent_by_host(sig)) {
        stop_process(t, sig);
        return;
    }
    p->passing = true;
    signal_inject(t, &info);
    p->passing = false;
}

// Of a stop before or behind a system call: it comes as if it had been sent.
static void send_signal(struct thread *t)
{
    int sig = t->ptraced.orders.sig;
    t->ptraced.orders.sig = 0;
    if (sig)
        host_call(SYS_tgkill, host_call(SYS_getpid), t->tid, sig);
}

// The kernel shows in x7 which of the two it is.
static void stand_at_call(struct thread *t, enum ptrace_stop why)
{
    struct ptraced *p = &t->ptraced;
    uint64_t x7 = t->cpu.x[7];
    t->cpu.x[7] = why == PTRACE_STANDS_EXIT;
    p->info = trap_info;
    p->info.si_code = p->orders.options & 1 ? TRAP_OF_CALL : SIGTRAP;
    p->info.si_pid = t->tid;
    stand(t, why);
    t->cpu.x[7] = x7;
    send_signal(t);
}

// Of a call that a signal has ended, to be made again: its end is told as the kernel has it.
static void tell_interrupted(struct thread *t)
{
    struct ptraced *p = &t->ptraced;
    struct cpu *c = &t->cpu;
    if (!p->in_call || c->s.pc != p->call_pc - 4)
        return;
    p->in_call = false;
    if (p->replaced)
        c->x[8] = p->number;
    if (!p->active || !p->orders.calls)
        return;
    uint64_t x0 = c->x[0], pc = c->s.pc, shown = (uint64_t)-ERESTARTSYS;
    c->s.pc = p->call_pc;
    c->x[0] = shown;
    stand_at_call(t, PTRACE_STANDS_EXIT);
    if (c->s.pc == p->call_pc)
        c->s.pc = pc;
    if (c->x[0] == shown)
        c->x[0] = x0;
}

static void stand_at_signal(struct thread *t, const siginfo_t *info)
{
    t->ptraced.info = *info;
    stand(t, PTRACE_STANDS_SIGNAL);
}

static void tell_step(struct thread *t)
{
    struct ptraced *p = &t->ptraced;
    p->info = trap_info;
    p->info.si_code = TRAP_STEPPED;
    p->info.si_addr = (void *)t->cpu.s.pc;
    stand(t, PTRACE_STANDS_STEP);
    take_signal(t);
}

static bool steps(const struct ptraced *p)
{
    return p->active && p->orders.steps;
}

// The first stop of a program: that it was executed, and the end of the system call.
static void tell_begin(struct thread *t)
{
    struct ptraced *p = &t->ptraced;
    stand_at_event(t, PTRACED_EXEC, (uint64_t)t->tid);
    take_signal(t);
    if (p->active && p->orders.calls) {
        p->nr = SYS_NR_execve;
        stand_at_call(t, PTRACE_STANDS_EXIT);
    }
}

// Signals that do not come to the handler.
static void tell_kept(struct thread *t, uint64_t signals)
{
    for (int sig = 1; sig <= 64; sig++) {
        if (!(signals & signal_bit(sig)))
            continue;
        siginfo_t info = {.si_signo = sig, .si_code = SI_USER};
        stand_at_signal(t, &info);
        take_signal(t);
    }
}

// Before the thread runs.
static void do_wishes(struct thread *t)
{
    struct ptraced *p = &t->ptraced;
    if (steps(p) && t->cpu.s.pc != p->step_from)
        tell_step(t);
    while (unlikely(p->wishes)) {
        uint32_t wishes = __atomic_exchange_n(&p->wishes, 0, __ATOMIC_SEQ_CST);
        if (wishes & PTRACE_WISH_TRACED && !p->active)
            join(t);
        tell_interrupted(t);
        if (wishes & PTRACE_WISH_BEGINS)
            tell_begin(t);
        tell_kept(t, __atomic_exchange_n(&p->ignored, 0, __ATOMIC_SEQ_CST));
        if (wishes & PTRACE_WISH_STOP)
            tell_kept(t, signal_bit(SIGSTOP));
        if (wishes & PTRACE_WISH_ASKED) {
            stand_at_event(t, PTRACED_ASKED, 0);
            take_signal(t);
        }
    }
    p->in_call = false;
    p->stopping = 0;
}

static enum ir_exit run(struct thread *t)
{
    struct ptraced *p = own(t);
    for (;;) {
        do_wishes(t);
        if (likely(!steps(p)))
            return engine_run(&t->cpu);
        uint64_t pc = t->cpu.s.pc;
        p->step_from = pc;
        enum ir_exit why = engine_step(&t->cpu);
        if (why != IR_EXIT_STEP)
            return why;
        if (t->cpu.s.pc == pc) // a branch to itself
            tell_step(t);
    }
}

// Whether the kernel stops the process for it, as no handler is there.
static bool may_stop(int sig)
{
    return sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU;
}

static bool on_signal(struct thread *t, siginfo_t *info)
{
    struct ptraced *p = own(t);
    if (!p->active)
        return true;
    if (!p->passing) {
        tell_interrupted(t);
        stand_at_signal(t, info);
        if (!p->orders.sig)
            return false;
        *info = ordered_info(p);
        p->orders.sig = 0;
    }
    if (is_sent_by_host(info->si_signo)) {
        stop_process(t, info->si_signo);
        return false;
    }
    if (may_stop(info->si_signo))
        p->stopping = info->si_signo;
    return true;
}

// What a call of clone or clone3 asks for.
static uint64_t clone_flags(const struct cpu *c)
{
    uint64_t flags = c->x[0], signal;
    if (c->x[8] == SYS_NR_clone)
        return flags;
    if (c->x[8] != SYS_NR_clone3 || !guest_read64(&flags, c->x[0]) ||
        !guest_read64(&signal, c->x[0] + 32))
        return 0;
    return (flags & ~(uint64_t)CSIGNAL) | (signal & CSIGNAL);
}

static void on_entry(struct thread *t, struct ptraced *p)
{
    struct cpu *c = &t->cpu;
    p->in_call = true;
    p->replaced = false;
    p->call_pc = c->s.pc;
    p->nr = (int32_t)c->x[8];
    p->call_flags = clone_flags(c);
    const bool emulates = p->orders.emulates;
    if (!p->orders.calls && !emulates)
        return;
    stand_at_call(t, PTRACE_STANDS_ENTRY);
    if (emulates)
        p->nr = -1;
    if (p->nr == (int32_t)c->x[8])
        return;
    p->replaced = true;
    p->number = c->x[8];
    p->result = c->x[0];
    c->x[8] = (uint32_t)p->nr;
}

static void tell_made(struct thread *t)
{
    struct ptraced *p = &t->ptraced;
    uint64_t flags = p->call_flags;
    bool made = p->nr == SYS_NR_clone || p->nr == SYS_NR_clone3;
    if (!made || (int64_t)t->cpu.x[0] <= 0 || flags & CLONE_UNTRACED)
        return;
    unsigned event = flags & CLONE_VFORK            ? PTRACED_VFORK_DONE
                     : (flags & CSIGNAL) == SIGCHLD ? PTRACED_FORK
                                                    : PTRACED_CLONE;
    stand_at_event(t, event, t->cpu.x[0]);
    send_signal(t);
}

static void on_call(struct thread *t, bool enters)
{
    struct ptraced *p = own(t);
    if (!p->active)
        return;
    if (enters) {
        on_entry(t, p);
        return;
    }
    if (!p->in_call) // it began before there was a tracer, or is its maker's
        return;
    p->in_call = false;
    if (p->replaced) {
        t->cpu.x[8] = p->number;
        if (p->nr < 0)
            t->cpu.x[0] = p->result;
    }
    tell_made(t);
    if (p->active && p->orders.calls)
        stand_at_call(t, PTRACE_STANDS_EXIT);
}

static bool on_filtered(struct thread *t, uint32_t data, int32_t *nr)
{
    struct ptraced *p = own(t);
    if (!p->active || !(p->orders.options & 1u << PTRACED_SECCOMP))
        return false;
    p->nr = *nr;
    stand_at_event(t, PTRACED_SECCOMP, data);
    send_signal(t);
    *nr = p->nr;
    p->result = t->cpu.x[0]; // of no call
    return true;
}

static void on_leaving(struct thread *t)
{
    struct ptraced *p = own(t);
    if (p->active)
        stand_at_event(t, PTRACED_EXIT, (t->cpu.x[0] & 0xff) << 8);
    leave(t);
}

static void on_end(struct thread *t, int status, int sig)
{
    struct ptraced *p = own(t);
    if (p->active)
        stand_at_event(t, PTRACED_EXIT, ((uint64_t)status & 0xff) << 8 | (uint64_t)sig);
}

static void on_fork(struct thread *t, bool vfork)
{
    (void)t;
    (void)vfork;
}

static void on_forked(struct thread *t, int64_t child, bool vfork)
{
    (void)t;
    (void)child;
    (void)vfork;
}

// Its only thread finds out whether it is traced when it runs.
static void in_child(struct thread *t)
{
    all.traced = 0;
    t->ptraced.self = NULL;
}

static const char *on_exec(struct thread *t)
{
    static char text[40];
    const struct ptraced *p = own(t);
    if (!p->active)
        return NULL;
    snprintf(text, sizeof text, "--traced=%" PRIx32 ",%d", p->orders.options, p->orders.seized);
    return text;
}

static void on_failed_exec(struct thread *t)
{
    (void)t;
}

static const struct tracer ours = {
    .run = run,
    .signal = on_signal,
    .call = on_call,
    .filtered = on_filtered,
    .leaves = on_leaving,
    .ends = on_end,
    .fork_begins = on_fork,
    .forked = on_forked,
    .in_child = in_child,
    .exec = on_exec,
    .exec_failed = on_failed_exec,
};

bool ptraced_idle(void)
{
    return tracer == &ours && !__atomic_load_n(&all.traced, __ATOMIC_RELAXED);
}

bool ptraced_may_trace(const struct tracer *theirs)
{
    return !theirs || theirs == &ours;
}

void ptraced_begin(struct thread *t)
{
    if (!ptraced_may_trace(tracer)) {
        t->ptraced.wishes = 0;
        return;
    }
    struct ptraced *p = &t->ptraced;
    p->wishes = wishes_of(t) | PTRACE_WISH_TRACED;
    p->wished = t->tid;
    own(t);
    __atomic_store_n(&tracer, &ours, __ATOMIC_RELEASE);
    if (!p->active)
        join(t);
}

void ptraced_begin_soon(struct thread *t)
{
    t->ptraced.wishes = wishes_of(t) | PTRACE_WISH_TRACED;
    t->ptraced.wished = t->tid;
    t->signals.knocked |= KNOCKED_BY_TRACER;
    t->signals.waiting = 1;
    engine_interrupt(&t->cpu);
}

void ptraced_take_over(struct thread *t, const char *told)
{
    unsigned options, seized;
    if (sscanf(told, "%x,%u", &options, &seized) != 2)
        die("--traced: is only for programs that are executed while another traces them");
    t->ptraced.orders.options = all.options = options;
    t->ptraced.orders.seized = all.seized = seized;
    t->ptraced.wishes = PTRACE_WISH_BEGINS;
    t->ptraced.wished = t->tid;
    ptraced_begin(t);
}
