// SPDX-License-Identifier: MIT
// The one host handler, and the system call that cannot lose a signal.
#include "linux/signal_host.h"

#include "base/bits.h"
#include "base/die.h"
#include "base/host.h"
#include "engine/engine.h"
#include "linux/core_left.h"
#include "linux/guest.h"
#include "linux/lock.h"
#include "linux/signal_queue.h"
#include "linux/stop.h"
#include "linux/thread.h"
#include "linux/tracer.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

// int64_t safe_call(const volatile unsigned *waiting, nr, a, b, c, d, e, f)
//
// A handler that runs between safe_call_start and the syscall instruction's completion finds the
// program counter in that range: the call has not begun, or the kernel is about to restart it. It
// moves the program counter to safe_call_again or safe_call_stop, which tell the two apart, and the
// call is not made. After that instruction the call has returned -EINTR or its result. So there is
// no moment in which a signal is noted and the call sleeps all the same.
__asm__(".pushsection .text\n"
        ".hidden safe_call, safe_call_start, safe_call_end, safe_call_again, safe_call_stop\n"
        ".globl safe_call, safe_call_start, safe_call_end, safe_call_again, safe_call_stop\n"
        ".hidden signal_restorer\n"
        ".globl signal_restorer\n"
        ".type safe_call, @function\n"
        "safe_call:\n"
        "    mov %rdi, %r11\n"
        "    mov %rsi, %rax\n"
        "    mov %rdx, %rdi\n"
        "    mov %rcx, %rsi\n"
        "    mov %r8, %rdx\n"
        "    mov %r9, %r10\n"
        "    mov 8(%rsp), %r8\n"
        "    mov 16(%rsp), %r9\n"
        "safe_call_start:\n"
        "    cmpl $0, (%r11)\n"
        "    jne safe_call_again\n"
        "    syscall\n"
        "safe_call_end:\n"
        "    ret\n"
        "safe_call_again:\n"
        "    mov $-513, %rax\n" // -ERESTARTNOINTR
        "    ret\n"
        "safe_call_stop:\n"
        "    mov $-512, %rax\n" // -ERESTARTSYS
        "    ret\n"
        ".size safe_call, . - safe_call\n"
        ".type signal_restorer, @function\n"
        "signal_restorer:\n"
        "    mov $15, %eax\n" // rt_sigreturn
        "    syscall\n"
        ".size signal_restorer, . - signal_restorer\n"
        ".popsection");
int64_t safe_call(const volatile unsigned *waiting, int64_t nr, uint64_t a, uint64_t b, uint64_t c,
                  uint64_t d, uint64_t e, uint64_t f);
extern const char safe_call_start[], safe_call_end[], safe_call_again[], safe_call_stop[],
    signal_restorer[];
_Static_assert(ERESTARTSYS == 512 && ERESTARTNOINTR == 513, "safe_call");

static uint64_t all_faults(void)
{
    return ~host_mask(~UINT64_C(0));
}

// Gives the signals that are held to the kernel, which lets a call see them that waits for them or
// for a signalfd. No instruction can raise one in the meantime: all that runs is the call.
static void lend_held(struct thread *t)
{
    static const int faults[] = HOST_FAULTS;
    struct thread_signals *s = &t->signals;
    uint64_t block = all_faults();
    syscall(SYS_rt_sigprocmask, SIG_BLOCK, &block, NULL, 8);
    s->lent = true;
    s->held_own = s->held & ~s->held_shared;
    for (unsigned i = 0; i < ARRAY_LEN(faults); i++)
        if (s->held & signal_bit(faults[i]) &&
            !syscall(SYS_rt_tgsigqueueinfo, getpid(), t->tid, faults[i], &s->held_info[i]))
            s->held &= ~signal_bit(faults[i]);
}

// Those that are left come to the handler.
static void take_back(struct thread *t)
{
    uint64_t unblock = all_faults();
    syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &unblock, NULL, 8);
    t->signals.lent = false;
    t->signals.held_own = 0;
}

// What another thread may come to take stays where that one finds it, unless this call waits for
// it.
static bool lends_held(const struct thread_signals *s)
{
    return s->held & ~s->held_shared || s->held & s->awaited || (s->held && thread_is_alone());
}

// The calls that end only if a handler runs. With a tracer, signals come here that have none.
static bool goes_on_unhandled(int64_t nr)
{
    return nr == SYS_nanosleep || nr == SYS_clock_nanosleep || nr == SYS_poll || nr == SYS_ppoll ||
           nr == SYS_select || nr == SYS_pselect6 || nr == SYS_futex || nr == SYS_msgrcv ||
           nr == SYS_msgsnd;
}

int64_t host_syscall(struct thread *t, int64_t nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
                     uint64_t e, uint64_t f)
{
    struct thread_signals *s = &t->signals;
    for (;;) {
        s->held_more = false;
        if (unlikely(s->held) && lends_held(s)) {
            lend_held(t);
            s->calling = true;
            int64_t r = safe_call(&s->waiting, nr, a, b, c, d, e, f);
            s->calling = false;
            take_back(t);
            return r;
        }
        s->calling = true;
        int64_t r = safe_call(&s->waiting, nr, a, b, c, d, e, f);
        s->calling = false;
        if (unlikely(s->knocked || s->held_shared) && r == -EINTR &&
            !(signal_queued(s) & ~signal_mask_now(s)))
            return -ERESTARTNOHAND;
        if (unlikely(tracer != NULL) && r == -EINTR && goes_on_unhandled(nr))
            return -ERESTARTNOHAND;
        // A call that ended only because of a signal that the guest has blocked goes on.
        if (likely(!s->held_more) || s->waiting ||
            !(r == -EINTR || r == -ERESTARTSYS || r == -ERESTARTNOINTR))
            return r;
    }
}

uint64_t host_mask(uint64_t guest_mask)
{
    return guest_mask & ~(signal_bit(SIGSEGV) | signal_bit(SIGBUS) | signal_bit(SIGFPE));
}

void host_set_mask(uint64_t guest_mask)
{
    uint64_t mask = host_mask(guest_mask);
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, 8);
}

void host_note(struct thread *t, const siginfo_t *info)
{
    signal_enqueue(&t->signals, info);
    t->signals.waiting = 1;
    engine_interrupt(&t->cpu);
}

// The emulator's memory that is a file's (engine/saved.h), which was made shorter: not an access of
// the guest's, though its code was running.
static bool is_lost(const siginfo_t *info)
{
    return info->si_signo == SIGBUS && info->si_code == BUS_ADRERR &&
           (uint64_t)info->si_addr >= MM_LIMIT;
}

// A memory fault raised by an instruction of this process.
static void handle_fault(struct thread *t, const siginfo_t *info, ucontext_t *uc)
{
    greg_t *ip = &uc->uc_mcontext.gregs[REG_RIP];
    if (guest_recover((uint64_t *)ip))
        return;
    if (t && !is_lost(info) && engine_host_fault(&t->cpu, info, uc)) {
        t->signals.fault_error = (uint64_t)uc->uc_mcontext.gregs[REG_ERR];
        return;
    }
    die_bug(__FILE__, __LINE__, "the emulator itself has a memory fault at %p (address %p)",
            (void *)*ip, info->si_addr);
}

// Takes the interrupted thread out of a safe_call that has not begun or is about to be restarted.
static void leave_call(struct thread *t, greg_t *regs)
{
    uint64_t ip = (uint64_t)regs[REG_RIP];
    if (ip < (uint64_t)safe_call_start || ip >= (uint64_t)safe_call_end)
        return;
    // r11 is safe_call's first argument until the syscall instruction puts the flags there.
    bool begun = (uint64_t)regs[REG_R11] != (uint64_t)&t->signals.waiting;
    regs[REG_RIP] = (greg_t)(begun ? safe_call_stop : safe_call_again);
}

// Whether it was interrupted in safe_call, with all that is the guest's in its place.
static bool is_in_call(const greg_t *regs)
{
    uint64_t ip = (uint64_t)regs[REG_RIP];
    return ip >= (uint64_t)safe_call_start && ip <= (uint64_t)safe_call_end;
}

// What no sender but signal_knock has: a code that kernels do not make and programs do not use.
// With the other value it only takes the thread to signal_deliver.
enum { KNOCK_CODE = -0x61, KNOCK_VALUE = 0x6134646b, NUDGE_VALUE = 0x6134646c };

static bool is_knock(int sig, const siginfo_t *info)
{
    return sig == SIGFPE && info->si_code == KNOCK_CODE &&
           (info->si_value.sival_int == KNOCK_VALUE || info->si_value.sival_int == NUDGE_VALUE);
}

static siginfo_t knock_info(int value)
{
    siginfo_t info = {.si_signo = SIGFPE, .si_code = KNOCK_CODE};
    info.si_pid = getpid();
    info.si_uid = getuid();
    info.si_value.sival_int = value;
    return info;
}

bool signal_knock(int pid, int tid)
{
    siginfo_t info = knock_info(KNOCK_VALUE);
    return (tid ? syscall(SYS_rt_tgsigqueueinfo, pid, tid, SIGFPE, &info)
                : syscall(SYS_rt_sigqueueinfo, pid, SIGFPE, &info)) == 0;
}

// The same for a signal of kill: the code SI_USER may be sent to the calling thread only.
enum { KILL_CODE = -0x62 };

int64_t host_kill_thread(int pid, int tid, int sig)
{
    siginfo_t info = {.si_signo = sig, .si_code = KILL_CODE};
    info.si_pid = pid;
    info.si_uid = getuid();
    info.si_value.sival_int = KNOCK_VALUE;
    return syscall(SYS_rt_tgsigqueueinfo, pid, tid, sig, &info) < 0 ? -errno : 0;
}

// Codes of programs are negative; these are told apart by being further from zero than any of them.
enum { TO_THREAD = -0x6134000, FURTHEST = -0x1000 };

int64_t host_queue_to_thread(int pid, int tid, int sig, const siginfo_t *info)
{
    siginfo_t marked = *info;
    if (marked.si_code < 0 && marked.si_code > FURTHEST)
        marked.si_code += TO_THREAD;
    return syscall(SYS_rt_tgsigqueueinfo, pid, tid, sig, &marked) < 0 ? -errno : 0;
}

// Whether it was sent to the process and not to this thread; undoes host_queue_to_thread.
static bool is_shared(siginfo_t *info)
{
    if (info->si_code < TO_THREAD && info->si_code > TO_THREAD + FURTHEST) {
        info->si_code -= TO_THREAD;
        return false;
    }
    return info->si_code != SI_TKILL;
}

// As another thread of this process would send it, which the host lets nobody say but the first.
static int64_t forward(int tid, const siginfo_t *info)
{
    siginfo_t copy = *info;
    if (copy.si_code == SI_USER) {
        copy.si_code = KILL_CODE;
        copy.si_value.sival_int = KNOCK_VALUE;
    }
    return syscall(SYS_rt_tgsigqueueinfo, getpid(), tid, info->si_signo, &copy);
}

static bool holders; // there is or was a thread with held_shared

void host_pass_on(struct thread *t)
{
    static const int faults[] = HOST_FAULTS;
    struct thread_signals *s = &t->signals;
    uint64_t block = all_faults();
    syscall(SYS_rt_sigprocmask, SIG_BLOCK, &block, NULL, 8);
    __atomic_store_n(&holders, true, __ATOMIC_SEQ_CST);
    __atomic_fetch_and(&s->held_shared, s->held, __ATOMIC_RELAXED);
    for (unsigned i = 0; i < ARRAY_LEN(faults); i++) {
        uint64_t bit = signal_bit(faults[i]);
        int tid = s->held_shared & bit ? signal_taker(faults[i]) : 0;
        if (!tid || tid == t->tid || forward(tid, &s->held_info[i]) < 0)
            continue;
        s->held &= ~bit;
        __atomic_fetch_and(&s->held_shared, ~bit, __ATOMIC_RELAXED);
    }
    syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &block, NULL, 8);
}

void host_ask_holders(struct thread *t)
{
    if (likely(!__atomic_load_n(&holders, __ATOMIC_SEQ_CST)))
        return;
    siginfo_t nudge = knock_info(NUDGE_VALUE);
    const struct thread_signals *s = &t->signals;
    uint64_t open = ~signal_mask_now(s) | s->awaited;
    process_lock();
    for (const struct thread *o = process.first; o; o = o->next)
        if (o != t && __atomic_load_n(&o->signals.held_shared, __ATOMIC_RELAXED) & open)
            syscall(SYS_rt_tgsigqueueinfo, getpid(), o->tid, SIGFPE, &nudge);
    process_unlock();
}

bool host_as_sent(siginfo_t *info)
{
    if (info->si_code != KILL_CODE || info->si_value.sival_int != KNOCK_VALUE)
        return false;
    info->si_code = SI_USER;
    info->si_value.sival_ptr = NULL;
    return true;
}

// Takes the thread to signal_deliver soon.
static void answer_knock(struct thread *t, uint8_t by, ucontext_t *uc)
{
    t->signals.knocked |= by;
    t->signals.waiting = 1;
    engine_interrupt(&t->cpu);
    leave_call(t, uc->uc_mcontext.gregs);
}

// In a thread that is not the guest's yet: the signal waits until it has the guest's mask.
static void hold_back(const siginfo_t *info, ucontext_t *uc)
{
    uint64_t all = host_mask(~UINT64_C(0));
    memcpy(&uc->uc_sigmask, &all, sizeof all);
    syscall(SYS_rt_tgsigqueueinfo, getpid(), syscall(SYS_gettid), info->si_signo, info);
}

static void handle(int sig, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    struct thread *t = thread_self;
    host_as_sent(info);
    if (is_knock(sig, info)) {
        if (t)
            answer_knock(t, info->si_value.sival_int == KNOCK_VALUE ? KNOCKED_BY_DEBUGGER : 0, uc);
        return;
    }
    if (ptraced_is_own(info)) {
        if (t && ptraced_hears(t, info))
            answer_knock(t, KNOCKED_BY_TRACER, uc);
        return;
    }
    if (host_is_fault(sig) && info->si_code > 0 && !(t && t->signals.lent)) {
        handle_fault(t, info, uc);
        return;
    }
    if (stop_signal(t, info, is_in_call(uc->uc_mcontext.gregs)))
        return;
    if (unlikely(!t)) {
        hold_back(info, uc);
        return;
    }
    uint64_t blocked = signal_mask_now(&t->signals);
    bool shared = host_is_fault(sig) && is_shared(info) && !(t->signals.held_own & signal_bit(sig));
    if (host_is_fault(sig) && blocked & signal_bit(sig)) {
        t->signals.held_info[host_fault_index(sig)] = *info;
        t->signals.held |= signal_bit(sig);
        t->signals.held_more = true;
        if (shared && !thread_is_neighbour()) { // signal_deliver gives it to another thread
            __atomic_fetch_or(&t->signals.held_shared, signal_bit(sig), __ATOMIC_RELAXED);
            t->signals.waiting = 1;
            engine_interrupt(&t->cpu);
        }
        leave_call(t, uc->uc_mcontext.gregs);
        return;
    }
    if (sig == SIGCHLD)
        core_left_tell(info);
    host_note(t, info);
    // Nothing more until this one is delivered: the queue stays short, and the kernel keeps the
    // order.
    uint64_t all = host_mask(~UINT64_C(0));
    memcpy(&uc->uc_sigmask, &all, sizeof all);
    leave_call(t, uc->uc_mcontext.gregs);
}

void host_stop_by_default(int tid, int sig)
{
    host_set_default(sig);
    syscall(SYS_tgkill, getpid(), tid, sig);
    host_set_action(sig, (uint64_t)SIG_DFL, 0);
}

static struct host_sigaction action_for(int sig, uint64_t handler, uint64_t guest_flags)
{
    if (handler == (uint64_t)SIG_DFL && process.watched & signal_bit(sig))
        handler = UINT64_MAX;
    struct host_sigaction a = {
        .handler = handler, .flags = HOST_SA_RESTORER, .restorer = (uint64_t)signal_restorer};
    a.flags |= guest_flags & (SA_NOCLDSTOP | SA_NOCLDWAIT);
    if (handler != (uint64_t)SIG_DFL && handler != (uint64_t)SIG_IGN) {
        // SA_RESTART always: whether the guest's call restarts is decided when its handler is
        // entered.
        a.handler = (uint64_t)handle;
        a.flags |= SA_SIGINFO | SA_RESTART;
        a.mask = ~UINT64_C(0);
    }
    return a;
}

int64_t host_set_action(int sig, uint64_t handler, uint64_t guest_flags)
{
    struct host_sigaction a = action_for(sig, handler, guest_flags), old;
    return syscall(SYS_rt_sigaction, sig, &a, &old, 8) < 0 ? -errno : (int64_t)old.handler;
}

void host_set_default(int sig)
{
    struct host_sigaction a = {.flags = HOST_SA_RESTORER, .restorer = (uint64_t)signal_restorer};
    syscall(SYS_rt_sigaction, sig, &a, NULL, 8);
}

int64_t host_try_action(struct thread *t, int sig, uint64_t handler, uint64_t guest_flags)
{
    struct host_sigaction a = action_for(sig, handler, guest_flags);
    return host_syscall(t, SYS_rt_sigaction, (uint64_t)sig, (uint64_t)&a, 0, 8, 0, 0);
}

uint64_t host_get_action(int sig)
{
    struct host_sigaction old = {0};
    syscall(SYS_rt_sigaction, sig, NULL, &old, 8);
    return old.handler;
}
