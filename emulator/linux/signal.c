// SPDX-License-Identifier: MIT
// Dispositions, masks and the system calls about them.
#include "linux/signal.h"

#include "base/log.h"
#include "engine/engine.h"
#include "linux/guest.h"
#include "linux/lock.h"
#include "linux/signal_frame.h"
#include "linux/signal_host.h"
#include "linux/signal_queue.h"
#include "linux/signal_trace.h"
#include "linux/thread.h"
#include "linux/tracer.h"
#include "linux/watch.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    N_SIGNALS = 64,
    SET_SIZE = 8,
    GUEST_SA_EXPOSE_TAGBITS = 0x800,
    GUEST_SA_RESTORER = 0x04000000,
};
// The flags that the kernel keeps: programs ask so for what it knows.
static const uint64_t known_flags = SA_NOCLDSTOP | SA_NOCLDWAIT | SA_SIGINFO | SA_ONSTACK |
                                    SA_RESTART | SA_NODEFER | SA_RESETHAND |
                                    GUEST_SA_EXPOSE_TAGBITS | GUEST_SA_RESTORER;

// The signals that cannot be blocked, caught or ignored.
static const uint64_t untouchable = UINT64_C(1) << (SIGKILL - 1) | UINT64_C(1) << (SIGSTOP - 1);

// The process's, with its lock held.
static struct guest_sigaction *entry_of(struct thread *t, int sig)
{
    struct signal_actions *all = t->actions;
    if (!(all->known & signal_bit(sig))) {
        all->action[sig] = (struct guest_sigaction){.handler = host_get_action(sig)};
        all->known |= signal_bit(sig);
    }
    return &all->action[sig];
}

static struct guest_sigaction action_of(struct thread *t, int sig)
{
    process_lock();
    struct guest_sigaction a = *entry_of(t, sig);
    process_unlock();
    return a;
}

static bool is_handler(uint64_t handler)
{
    return handler != (uint64_t)SIG_DFL && handler != (uint64_t)SIG_IGN;
}

void signal_init(struct thread *t)
{
    struct signal_actions *actions = t->actions = &process.actions;
    static const int faults[] = HOST_FAULTS;
    for (unsigned i = 0; i < ARRAY_LEN(faults); i++) {
        int64_t old = host_set_action(faults[i], UINT64_MAX, 0);
        actions->action[faults[i]].handler = (uint64_t)(old > 0 ? old : 0);
        actions->known |= signal_bit(faults[i]);
    }
    syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &t->signals.blocked, SET_SIZE);
    if (t->signals.blocked != host_mask(t->signals.blocked))
        host_set_mask(t->signals.blocked);
}

void signal_watch(struct thread *t, enum signal_watcher who, uint64_t set)
{
    process_lock();
    process.watched_for[who] = set;
    uint64_t old = process.watched, now = 0;
    for (unsigned i = 0; i < SIGNAL_WATCHERS; i++)
        now |= process.watched_for[i];
    for (int sig = 1; sig <= N_SIGNALS; sig++)
        if (now & ~old & signal_bit(sig))
            entry_of(t, sig); // as long as the host tells
    process.watched = now;
    for (int sig = 1; sig <= N_SIGNALS; sig++) {
        bool changed = (now ^ old) & signal_bit(sig) && !host_is_fault(sig);
        if (changed && entry_of(t, sig)->handler == (uint64_t)SIG_DFL)
            host_set_action(sig, (uint64_t)SIG_DFL, entry_of(t, sig)->flags);
    }
    process_unlock();
}

bool signal_waiting(const struct thread *t)
{
    return t->signals.waiting;
}

bool signal_has_handler(struct thread *t, int sig)
{
    return is_handler(action_of(t, sig).handler) && !(t->signals.blocked & signal_bit(sig));
}

void signal_die(struct thread *t, const siginfo_t *info)
{
    int sig = info->si_signo;
    if (tracer)
        tracer->ends(t, 0, sig);
    if (log_on(LOG_strace))
        signal_trace_death(thread_self, sig);
    if (process_watch.dies) {
        host_set_mask(~UINT64_C(0));
        process_watch.dies(t, info);
    }
    engine_stats_report();
    host_set_default(sig);
    uint64_t none = ~signal_bit(sig);
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, SET_SIZE);
    syscall(SYS_tgkill, getpid(), (int)syscall(SYS_gettid), sig);
    _exit(128 + sig); // only a signal whose default does not kill comes here
}

// The first signal of the set that is held; 0 if none is.
static int take_held(struct thread_signals *s, uint64_t set, siginfo_t *info)
{
    static const int faults[] = HOST_FAULTS;
    for (unsigned i = 0; i < ARRAY_LEN(faults); i++) {
        if (s->held & set & signal_bit(faults[i])) {
            s->held &= ~signal_bit(faults[i]);
            *info = s->held_info[i];
            return faults[i];
        }
    }
    return 0;
}

// A thread's masks are its own to change, and others look at them (signal_taker).
static void put(uint64_t *mask, uint64_t signals)
{
    __atomic_store_n(mask, signals, __ATOMIC_RELAXED);
}

static void suspend(struct thread_signals *s, bool suspended)
{
    __atomic_store_n(&s->suspended, suspended, __ATOMIC_RELAXED);
}

static uint64_t others_mask(const struct thread_signals *s)
{
    return __atomic_load_n(&s->suspended, __ATOMIC_RELAXED)
               ? __atomic_load_n(&s->during_suspend, __ATOMIC_RELAXED)
               : __atomic_load_n(&s->blocked, __ATOMIC_RELAXED);
}

// Notes the first of what is held and not in the mask: that one's handler may block the others.
static void free_held(struct thread *t, uint64_t mask)
{
    siginfo_t info;
    if (!(t->signals.held & ~mask))
        return;
    host_set_mask(~UINT64_C(0)); // host_note is the handler's too
    if (take_held(&t->signals, ~mask, &info))
        host_note(t, &info);
}

// Whether something is noted that the mask leaves open: signal_deliver is to come then.
static bool has_open(struct thread *t, uint64_t mask)
{
    if (likely(!(signal_queued(&t->signals) & ~mask)))
        return false;
    t->signals.waiting = 1;
    engine_interrupt(&t->cpu);
    return true;
}

void signal_set_mask(struct thread *t, uint64_t mask)
{
    struct thread_signals *s = &t->signals;
    put(&s->blocked, mask & ~untouchable);
    free_held(t, s->blocked);
    if (!has_open(t, s->blocked)) // else signal_deliver sets it
        host_set_mask(s->blocked);
    host_ask_holders(t);
}

// The action of a signal that is delivered now: it may be for once.
static struct guest_sigaction take_action(struct thread *t, int sig)
{
    process_lock();
    struct guest_sigaction *entry = entry_of(t, sig), a = *entry;
    if (a.flags & SA_RESETHAND && is_handler(a.handler)) {
        entry->handler = (uint64_t)SIG_DFL;
        if (!host_is_fault(sig))
            host_set_action(sig, entry->handler, a.flags);
    }
    process_unlock();
    return a;
}

// Enters the handler of `a` for *info, to return to mask `back`. False if the stack cannot take the
// frame.
static bool enter(struct thread *t, const struct guest_sigaction *a, const siginfo_t *info,
                  uint64_t back, uint64_t base, uint64_t esr)
{
    int sig = info->si_signo;
    if (log_on(LOG_int))
        log_printf("signal %d at %#llx: handler %#llx\n", sig, (unsigned long long)t->cpu.s.pc,
                   (unsigned long long)a->handler);
    if (!signal_push_frame(t, a, info, back, esr))
        return false;
    uint64_t own = a->flags & SA_NODEFER ? 0 : signal_bit(sig);
    put(&t->signals.blocked, (base | a->mask | own) & ~untouchable);
    t->cpu.s.monitor.size = 0;
    return true;
}

// As the kernel does, hides the tag of the address that a fault tells, unless the handler wants it.
static siginfo_t without_tag(struct thread *t, const siginfo_t *info)
{
    siginfo_t hidden = *info;
    if (!(action_of(t, info->si_signo).flags & GUEST_SA_EXPOSE_TAGBITS) &&
        host_is_fault(info->si_signo))
        hidden.si_addr = (void *)ir_without_tag((uint64_t)info->si_addr);
    return hidden;
}

void signal_force(struct thread *t, const siginfo_t *info, uint64_t esr)
{
    siginfo_t told = without_tag(t, info);
    if (tracer && !tracer->signal(t, &told))
        return;
    info = &told;
    int sig = info->si_signo;
    if (log_on(LOG_strace))
        signal_trace(t, info);
    struct guest_sigaction a = take_action(t, sig);
    uint64_t blocked = t->signals.blocked;
    if (!is_handler(a.handler) || blocked & signal_bit(sig))
        signal_die(t, info);
    if (!enter(t, &a, info, blocked, blocked, esr)) {
        if (sig == SIGSEGV)
            signal_die(t, info);
        siginfo_t no_stack = {.si_signo = SIGSEGV, .si_code = SI_KERNEL};
        signal_force(t, &no_stack, 0);
        return;
    }
    signal_set_mask(t, t->signals.blocked);
}

void signal_send(struct thread *t, const siginfo_t *info)
{
    int sig = info->si_signo;
    struct thread_signals *s = &t->signals;
    uint64_t handler = action_of(t, sig).handler;
    if (s->blocked & signal_bit(sig)) {
        s->held_info[host_fault_index(sig)] = *info;
        s->held |= signal_bit(sig);
    } else if (is_handler(handler)) {
        host_set_mask(~UINT64_C(0)); // host_note is the handler's too
        host_note(t, info);
    } else if (handler == (uint64_t)SIG_DFL) {
        if (log_on(LOG_strace))
            signal_trace(t, info);
        signal_die(t, info);
    }
}

bool signal_send_self(struct thread *t, const siginfo_t *info)
{
    if (t->signals.waiting || t->signals.held || !signal_has_handler(t, info->si_signo))
        return false;
    host_set_mask(~UINT64_C(0)); // host_note is the handler's too
    host_note(t, info);
    return true;
}

int signal_taker(int sig)
{
    int taker = 0;
    process_lock();
    for (const struct thread *o = process.first; o && taker != process.pid; o = o->next) {
        const struct thread_signals *s = &o->signals;
        uint64_t awaited = __atomic_load_n(&s->awaited, __ATOMIC_RELAXED);
        if (signal_bit(sig) & (~others_mask(s) | awaited))
            taker = o->tid;
    }
    process_unlock();
    return taker;
}

// What the kernel does with a signal that has no handler, which came here only because somebody
// watches it.
static COLD void do_default(struct thread *t, const siginfo_t *info)
{
    int sig = info->si_signo;
    switch (sig) {
    case SIGCHLD:
    case SIGCONT:
    case SIGURG:
    case SIGWINCH: return;
    case SIGTSTP:
    case SIGTTIN:
    case SIGTTOU: host_stop_by_default(t->tid, sig); return;
    default: signal_die(t, info);
    }
}

void signal_inject(struct thread *t, const siginfo_t *info)
{
    host_set_mask(~UINT64_C(0)); // host_note is the handler's too
    host_note(t, info);
    signal_deliver(t, 0);
}

// A signal that was noted for a handler which is gone meanwhile: the host does what its disposition
// is now.
static void give_back(struct thread *t, const siginfo_t *info, uint64_t handler)
{
    if (handler == (uint64_t)SIG_IGN)
        return;
    if (host_is_fault(info->si_signo))
        signal_die(t, info);
    host_set_mask(t->signals.blocked);
    if (process.watched & signal_bit(info->si_signo)) {
        do_default(t, info);
        return;
    }
    siginfo_t again = *info;
    if (syscall(SYS_rt_tgsigqueueinfo, getpid(), t->tid, info->si_signo, &again) < 0)
        syscall(SYS_tgkill, getpid(), t->tid, info->si_signo);
}

// Takes the next noted signal that is open. One may have been blocked after it was noted: by a
// handler that was entered, or by the mask that one returned to.
static bool take(struct thread_signals *s, siginfo_t *info)
{
    s->waiting = 0;
    return signal_dequeue(s, ~signal_mask_now(s), info);
}

// Settles an interrupted system call: again from the start, or -EINTR.
static void settle(struct thread *t, int64_t *result, bool handled, bool restart)
{
    if (!signal_is_restart(*result))
        return;
    if (!handled || *result == -ERESTARTNOINTR || (restart && *result == -ERESTARTSYS)) {
        t->injected.again_pc = t->cpu.s.pc;
        t->injected.again_sp = t->cpu.sp;
        t->cpu.x[0] = t->syscall_x0;
        t->cpu.s.pc -= 4;
    } else {
        t->cpu.x[0] = (uint64_t)-EINTR;
    }
    *result = 0;
}

// Whether a debugger lets the signal be delivered. It sees the thread as it is if no handler runs:
// before an interrupted system call, as Linux on arm64 shows it.
static COLD bool is_let(struct thread *t, siginfo_t *info, int64_t *result)
{
    int64_t interrupted = *result;
    settle(t, result, false, false);
    uint64_t pc = t->cpu.s.pc;
    bool let = tracer->signal(t, info);
    if (let && signal_is_restart(interrupted) && t->cpu.s.pc == pc) {
        t->cpu.s.pc += 4;
        *result = interrupted;
    }
    return let;
}

void signal_deliver(struct thread *t, int64_t result)
{
    struct thread_signals *s = &t->signals;
    t->cpu.s.interrupt = 0;
    siginfo_t info;
    bool mask_set = false; // the host's is the guest's again
    while (take(s, &info)) {
        mask_set = false;
        if (tracer && !is_let(t, &info, &result))
            continue;
        int sig = info.si_signo;
        const struct guest_sigaction a = take_action(t, sig);
        if (log_on(LOG_strace))
            signal_trace(t, &info);
        if (!is_handler(a.handler)) {
            give_back(t, &info, a.handler);
            continue;
        }
        settle(t, &result, true, a.flags & SA_RESTART);
        uint64_t back = s->blocked, base = signal_mask_now(s);
        suspend(s, false);
        if (!enter(t, &a, &info, back, base, 0)) {
            siginfo_t no_stack = {.si_signo = SIGSEGV, .si_code = SI_KERNEL};
            if (sig == SIGSEGV)
                signal_die(t, &info);
            signal_force(t, &no_stack, 0);
        }
        // Other signals may come in at once, on top of this one's frame.
        signal_set_mask(t, s->blocked);
        mask_set = true;
    }
    if (unlikely(s->held_shared))
        host_pass_on(t);
    suspend(s, false);
    settle(t, &result, false, false);
    if (unlikely(s->knocked)) {
        unsigned by = s->knocked;
        s->knocked = 0;
        tracer_knocked(t, by);
    }
    if (s->waiting)
        t->cpu.s.interrupt = IR_INTERRUPT_CALLER;
    else if (!mask_set)
        host_set_mask(s->blocked);
}

struct signal_actions *signal_share_actions(struct thread *t, bool same,
                                            struct signal_actions *copy)
{
    process_lock();
    if (same)
        t->actions->shared = true;
    else
        *copy = *t->actions;
    copy->shared = false;
    process_unlock();
    return same ? t->actions : copy;
}

void signal_clear_handlers(struct thread *t)
{
    process_lock();
    for (int sig = 1; sig <= N_SIGNALS; sig++) {
        struct guest_sigaction *entry = entry_of(t, sig);
        bool caught = is_handler(entry->handler);
        *entry = (struct guest_sigaction){.handler = caught ? (uint64_t)SIG_DFL : entry->handler};
        if (caught && !host_is_fault(sig))
            host_set_action(sig, entry->handler, 0);
    }
    process_unlock();
}

uint64_t signal_hold(void)
{
    uint64_t all = ~UINT64_C(0), before;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, SET_SIZE);
    return before;
}

void signal_let_go(uint64_t before)
{
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, SET_SIZE);
}

void signal_in_child(struct thread *t)
{
    struct thread_signals *s = &t->signals;
    s->waiting = 0;
    s->head = s->tail;
    s->held = 0;
    __atomic_store_n(&s->held_shared, 0, __ATOMIC_RELAXED);
    t->cpu.s.interrupt = 0;
    s->knocked = 0;
    host_set_mask(~UINT64_C(0)); // faults alone: the guest's memory is about to be accessed
}

void signal_before_exec(struct thread *t)
{
    static const int faults[] = HOST_FAULTS;
    uint64_t mask = t->signals.blocked;
    // Another process that has these dispositions too lives on with them: it needs its handlers.
    for (unsigned i = 0; i < ARRAY_LEN(faults) && !t->actions->shared; i++)
        if (action_of(t, faults[i]).handler == (uint64_t)SIG_IGN)
            host_set_action(faults[i], (uint64_t)SIG_IGN, 0);
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, SET_SIZE);
    // What is pending stays so.
    siginfo_t info;
    while (signal_dequeue(&t->signals, mask, &info))
        syscall(SYS_rt_tgsigqueueinfo, getpid(), t->tid, info.si_signo, &info);
}

void signal_after_failed_exec(struct thread *t)
{
    static const int faults[] = HOST_FAULTS;
    for (unsigned i = 0; i < ARRAY_LEN(faults); i++)
        host_set_action(faults[i], UINT64_MAX, 0);
    host_set_mask(t->signals.blocked);
}

static int64_t change_action(struct thread *t, int sig, struct guest_sigaction *entry,
                             const struct guest_sigaction *new)
{
    if (!host_is_fault(sig)) {
        int64_t r = host_try_action(t, sig, new->handler, new->flags);
        if (r < 0)
            return r;
    }
    *entry = *new;
    entry->mask &= ~untouchable;
    entry->flags &= known_flags;
    return 0;
}

int64_t signal_sigaction(struct thread *t, int sig, uint64_t action, uint64_t old,
                         uint64_t set_size)
{
    struct guest_sigaction new;
    if (set_size != SET_SIZE)
        return -EINVAL;
    if (action && !guest_read(&new, action, sizeof new))
        return -EFAULT;
    if (sig < 1 || sig > N_SIGNALS || (action && untouchable & signal_bit(sig)))
        return -EINVAL;
    process_lock();
    struct guest_sigaction *entry = entry_of(t, sig), before = *entry;
    int64_t r = action ? change_action(t, sig, entry, &new) : 0;
    process_unlock();
    if (r < 0)
        return r;
    return old && !guest_write(old, &before, sizeof before) ? -EFAULT : 0;
}

int64_t signal_sigprocmask(struct thread *t, int how, uint64_t set, uint64_t old, uint64_t set_size)
{
    struct thread_signals *s = &t->signals;
    uint64_t bits, before = s->blocked;
    if (set_size != SET_SIZE)
        return -EINVAL;
    if (set) {
        if (!guest_read64(&bits, set))
            return -EFAULT;
        uint64_t mask;
        switch (how) {
        case SIG_BLOCK: mask = before | bits; break;
        case SIG_UNBLOCK: mask = before & ~bits; break;
        case SIG_SETMASK: mask = bits; break;
        default: return -EINVAL;
        }
        mask &= ~untouchable;
        if (s->held & ~mask) {
            signal_set_mask(t, mask);
        } else {
            // Through host_syscall: a signal already noted must be delivered before it can be
            // blocked.
            uint64_t host = host_mask(mask);
            int64_t r = host_syscall(t, SYS_rt_sigprocmask, SIG_SETMASK, (uint64_t)&host, 0,
                                     SET_SIZE, 0, 0);
            if (r < 0)
                return r;
            put(&s->blocked, mask);
            has_open(t, mask);
            host_ask_holders(t);
        }
    }
    return old && !guest_write64(old, before) ? -EFAULT : 0;
}

int64_t signal_sigpending(struct thread *t, uint64_t set, uint64_t set_size)
{
    uint64_t bits = 0;
    if (set_size > SET_SIZE)
        return -EINVAL;
    syscall(SYS_rt_sigpending, &bits, SET_SIZE);
    bits = (bits | t->signals.held | signal_queued(&t->signals)) & t->signals.blocked;
    return guest_write(set, &bits, set_size) ? 0 : -EFAULT;
}

// Makes a call during which the guest's mask is `mask`.
static int64_t call_with(struct thread *t, uint64_t mask, int64_t nr, uint64_t a, uint64_t b,
                         uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
    struct thread_signals *s = &t->signals;
    put(&s->during_suspend, mask & ~untouchable);
    suspend(s, true);
    has_open(t, s->during_suspend);
    host_ask_holders(t);
    int64_t r = host_syscall(t, nr, a, b, c, d, e, f);
    // One that is noted before the call begins is not one the call waits for, unless it had to
    // wait for the mask.
    uint64_t open = signal_queued(s) & ~s->during_suspend;
    if (r == -ERESTARTNOINTR && open && !(open & ~s->blocked))
        r = -ERESTARTNOHAND;
    suspend(s, s->waiting && (r == -EINTR || r == -ERESTARTNOHAND));
    if (!s->suspended)
        free_held(t, s->blocked);
    return r;
}

int64_t signal_masked_call(struct thread *t, uint64_t set, int64_t nr, uint64_t a, uint64_t b,
                           uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
    uint64_t mask;
    if (!set || !guest_read64(&mask, set))
        return host_syscall(t, nr, a, b, c, d, e, f); // the host says what is wrong
    return call_with(t, mask, nr, a, b, c, d, e, f);
}

int64_t signal_sigsuspend(struct thread *t, uint64_t set, uint64_t set_size)
{
    uint64_t mask;
    if (set_size != SET_SIZE)
        return -EINVAL;
    if (!guest_read64(&mask, set))
        return -EFAULT;
    return call_with(t, mask, SYS_rt_sigsuspend, set, SET_SIZE, 0, 0, 0, 0);
}

int64_t signal_sigtimedwait(struct thread *t, uint64_t set, uint64_t info, uint64_t timeout,
                            uint64_t set_size)
{
    uint64_t wanted;
    if (set_size != SET_SIZE)
        return -EINVAL;
    if (!guest_read64(&wanted, set))
        return -EFAULT;
    // Those that the host does not block as a rule wait there now, like others.
    uint64_t unblocked = wanted & ~host_mask(wanted);
    siginfo_t noted;
    if (signal_dequeue(&t->signals, wanted & t->signals.blocked, &noted))
        return info && !guest_write(info, &noted, sizeof noted) ? -EFAULT : noted.si_signo;
    if (unblocked)
        syscall(SYS_rt_sigprocmask, SIG_BLOCK, &unblocked, NULL, SET_SIZE);
    put(&t->signals.awaited, wanted);
    host_ask_holders(t);
    int64_t r = host_syscall(t, SYS_rt_sigtimedwait, set, info, timeout, set_size, 0, 0);
    put(&t->signals.awaited, 0);
    siginfo_t told;
    if (r > 0 && host_is_fault((int)r) && guest_read(&told, info, sizeof told) &&
        host_as_sent(&told))
        guest_write(info, &told, sizeof told);
    if (unblocked)
        syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &unblocked, NULL, SET_SIZE);
    return r;
}

int64_t signal_sigaltstack(struct thread *t, uint64_t stack, uint64_t old)
{
    uint64_t sp = t->cpu.sp;
    struct guest_stack new, before = signal_altstack_at(t, sp);
    if (stack) {
        if (!guest_read(&new, stack, sizeof new))
            return -EFAULT;
        int64_t r = signal_set_altstack(t, &new, sp);
        if (r < 0)
            return r;
    }
    return old && !guest_write(old, &before, sizeof before) ? -EFAULT : 0;
}

int64_t signal_sigreturn(struct thread *t)
{
    uint64_t mask;
    if (signal_pop_frame(t, &mask)) {
        signal_set_mask(t, mask);
    } else {
        // As the kernel judges: by whether anything is mapped there or above.
        bool above = ir_untag(t->cpu.sp) < mm_highest();
        siginfo_t bad = {.si_signo = SIGSEGV, .si_code = above ? SEGV_ACCERR : SEGV_MAPERR};
        bad.si_addr = (void *)t->cpu.sp;
        signal_force(t, &bad, 0);
    }
    return -SIGNAL_RETURNED;
}
