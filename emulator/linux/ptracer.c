// SPDX-License-Identifier: MIT
// The table of tracees and the host's stops.
#include "linux/ptracer.h"

#include "base/lock.h"
#include "linux/host_call.h"
#include "linux/mm.h"
#include "linux/ptracer_internal.h"
#include "linux/sys/procfs.h"
#include "linux/thread.h"
#include "linux/thread_peek.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>

// ORDER: it is never held where a thread may be stopped by the host for another process's sake and
// this one waits for it.
static struct lock lock;
static struct tracee *first;

void tracees_lock(void)
{
    lock_take(&lock);
}

void tracees_unlock(void)
{
    lock_give(&lock);
}

struct tracee *tracee_find(int tid)
{
    struct tracee *e = first;
    while (e && e->tid != tid)
        e = e->next;
    return e;
}

struct tracee *tracee_add(int tid)
{
    process_lock();
    struct tracee *e = calloc(1, sizeof *e);
    process_unlock();
    if (!e)
        return NULL;
    e->tid = tid;
    e->next = first;
    first = e;
    return e;
}

void tracee_forget(struct tracee *e)
{
    struct tracee **at = &first;
    while (*at != e)
        at = &(*at)->next;
    *at = e->next;
    process_lock();
    free(e);
    process_unlock();
}

// The guest has had some process's memory open for writing: what it writes there is not seen.
static bool memory_opened;

void ptracer_opened_memory(void)
{
    memory_opened = true;
}

// What the host's /proc/<tid>/status says of it; 0 if it is gone.
static uint64_t status_number(int tid, const char *name, int base)
{
    char path[32], text[2048];
    snprintf(path, sizeof path, "/proc/%d/status", tid);
    int64_t fd = host_call(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
    int64_t n = fd < 0 ? fd : host_call(SYS_read, fd, text, sizeof text - 1);
    if (fd >= 0)
        host_call(SYS_close, fd);
    text[n > 0 ? n : 0] = 0;
    const char *line = strstr(text, name);
    return line ? strtoull(line + strlen(name), NULL, base) : 0;
}

int tracee_process(int tid)
{
    return (int)status_number(tid, "\nTgid:", 10);
}

// A child, which has asked for it itself.
static bool is_own_child(int tid)
{
    return tracee_process(tid) == tid &&
           status_number(tid, "\nPPid:", 10) == (uint64_t)host_call(SYS_getpid);
}

static bool copy(const struct tracee *e, long call, uint64_t addr, void *here, size_t size)
{
    struct iovec local = {here, size}, remote = {(void *)(uintptr_t)addr, size};
    return host_call(call, e->tid, &local, 1, &remote, 1, 0) == (int64_t)size;
}

bool tracee_read(const struct tracee *e, uint64_t addr, void *to, size_t size)
{
    return copy(e, SYS_process_vm_readv, addr, to, size);
}

bool tracee_write(const struct tracee *e, uint64_t addr, const void *from, size_t size)
{
    return copy(e, SYS_process_vm_writev, addr, (void *)(uintptr_t)from, size);
}

uint64_t tracee_field(const struct tracee *e, size_t offset)
{
    return e->thread + offsetof(struct thread, ptraced) + offset;
}

static void find_thread(struct tracee *e)
{
    if (!e->thread && procfs_is_guest(e->tid))
        e->thread = thread_address(e->tid, e->tid);
}

// ---- Going on

bool tracee_order(struct tracee *e, enum ptrace_go go, bool silent)
{
    struct ptrace_orders *o = &e->orders;
    o->silent = silent;
    o->options = e->options;
    o->seized = e->seized;
    o->tracer = (int)host_call(SYS_getpid);
    if (memory_opened && !silent) {
        o->changed_start = 0;
        o->changed_end = MM_LIMIT;
    }
    uint32_t now = go;
    o->go = PTRACE_GO_NOT;
    bool told = e->thread && tracee_write(e, TRACEE_FIELD(e, orders), o, sizeof *o) &&
                tracee_write(e, TRACEE_FIELD(e, orders.go), &now, sizeof now);
    o->changed_start = o->changed_end = 0;
    o->sets_mask = o->sets_control = false;
    o->sig = 0;
    return told;
}

static void resume(const struct tracee *e, int sig)
{
    host_call(SYS_ptrace, PTRACE_CONT, e->tid, 0, sig);
}

// The thread is told to come to a place where its state is complete, by a signal in place of the
// one that the host has stopped it for.
static void knock(struct tracee *e)
{
    siginfo_t info = {.si_signo = PTRACE_KNOCK_SIGNAL, .si_code = PTRACE_KNOCK_CODE};
    info.si_value.sival_int = (int)(e->wishes | PTRACE_WISH_TRACED);
    e->wishes = 0;
    host_call(SYS_ptrace, PTRACE_SETSIGINFO, e->tid, 0, &info);
    resume(e, PTRACE_KNOCK_SIGNAL);
}

void tracee_knock(struct tracee *e, uint32_t wishes)
{
    siginfo_t info = {.si_signo = PTRACE_KNOCK_SIGNAL, .si_code = PTRACE_KNOCK_CODE};
    e->wishes |= wishes;
    info.si_value.sival_int = (int)(e->wishes | PTRACE_WISH_TRACED);
    // Of a thread in any process: the kernel looks for the thread alone.
    host_call(SYS_rt_tgsigqueueinfo, tracee_process(e->tid), e->tid, PTRACE_KNOCK_SIGNAL, &info);
}

// ---- What the host tells

static bool show(struct tracee *e, int *status, int code)
{
    e->stands = true;
    *status = e->status = code << 8 | 0x7f;
    return true;
}

static bool show_host(struct tracee *e, int *status)
{
    e->by_host = true;
    find_thread(e);
    e->announced = true;
    return show(e, status, *status >> 8);
}

static bool go_silently(struct tracee *e)
{
    tracee_order(e, PTRACE_GOES, true);
    resume(e, 0);
    return false;
}

static bool new_thread(struct tracee *e, const struct ptraced *p, int *status)
{
    if (e->announced || e->attaching)
        return go_silently(e);
    e->announced = true;
    e->options = p->orders.options;
    e->seized = p->orders.seized;
    e->orders = p->orders;
    e->orders.steps = e->orders.calls = e->orders.emulates = false;
    return show(e, status, e->seized ? SIGTRAP | PTRACED_ASKED << 8 : SIGSTOP);
}

// The kernel shows an exec that was not asked for as a signal, unless the tracee was seized.
static bool event(struct tracee *e, const struct ptraced *p, int *status)
{
    e->message = p->message;
    if (p->event == PTRACED_ASKED || e->options & 1u << p->event)
        return show(e, status, (int)(SIGTRAP | p->event << 8));
    if (p->event != PTRACED_EXEC || e->seized)
        return go_silently(e);
    siginfo_t info = {.si_signo = SIGTRAP, .si_code = SI_USER};
    info.si_pid = e->tid;
    tracee_write(e, TRACEE_FIELD(e, info), &info, sizeof info);
    return show(e, status, SIGTRAP);
}

// PTRACE_GETEVENTMSG before and behind a system call.
enum { MESSAGE_ENTRY = 1, MESSAGE_EXIT };

// The tracee has stopped itself.
static bool marked(struct tracee *e, uint64_t thread, int *status)
{
    struct ptraced p;
    e->thread = thread;
    e->by_host = false;
    if (!tracee_read(e, TRACEE_FIELD(e, self), &p, sizeof p)) {
        resume(e, 0);
        return false;
    }
    if (p.stands == PTRACE_STANDS_NEW)
        return new_thread(e, &p, status);
    e->announced = true;
    e->message = 0;
    switch ((enum ptrace_stop)p.stands) {
    case PTRACE_STANDS_SIGNAL:
        if (e->info.si_signo == p.info.si_signo)
            tracee_write(e, TRACEE_FIELD(e, info), &e->info, sizeof e->info);
        e->info.si_signo = 0;
        return show(e, status, p.info.si_signo);
    case PTRACE_STANDS_STEP: return show(e, status, SIGTRAP);
    case PTRACE_STANDS_ENTRY:
    case PTRACE_STANDS_EXIT:
        e->message = p.stands == PTRACE_STANDS_ENTRY ? MESSAGE_ENTRY : MESSAGE_EXIT;
        return show(e, status, e->options & PTRACE_O_TRACESYSGOOD ? SIGTRAP | 0x80 : SIGTRAP);
    case PTRACE_STANDS_EVENT: return event(e, &p, status);
    case PTRACE_STANDS_NEW:
    case PTRACE_STANDS_NOT: break;
    }
    return go_silently(e);
}

// The signal that stops the process, on its way to do so, if the thread says so.
static bool is_stopping(struct tracee *e, int sig)
{
    int stopping = 0;
    find_thread(e);
    return e->thread && tracee_read(e, TRACEE_FIELD(e, stopping), &stopping, sizeof stopping) &&
           stopping == sig;
}

static bool stop_signal(struct tracee *e, const siginfo_t *info)
{
    bool of_birth = info->si_code == SI_USER && !info->si_pid;
    if (e->attaching) {
        e->attaching = false;
    } else if (of_birth && !e->announced) {
        resume(e, 0);
        return false;
    } else if (is_stopping(e, SIGSTOP) || !e->thread) { // without: no guest
        resume(e, SIGSTOP);
        return false;
    }
    e->info = *info;
    e->wishes |= PTRACE_WISH_STOP;
    knock(e);
    return false;
}

// A signal that the guest ignores, and with it the host: a tracer is told all the same.
static bool tell_ignored(struct tracee *e, const siginfo_t *info, int sig)
{
    uint64_t signals = 0, bit = signal_bit(sig);
    if (!(status_number(e->tid, "\nSigIgn:", 16) & bit) ||
        !tracee_read(e, TRACEE_FIELD(e, ignored), &signals, sizeof signals))
        return false;
    signals |= bit;
    e->info = *info;
    if (!tracee_write(e, TRACEE_FIELD(e, ignored), &signals, sizeof signals))
        return false;
    knock(e);
    return true;
}

static bool signalled(struct tracee *e, const siginfo_t *info, int sig, int *status)
{
    if (ptraced_is_own(info) && sig == PTRACE_MARK_SIGNAL)
        return marked(e, (uint64_t)info->si_value.sival_ptr, status);
    if (ptraced_is_own(info)) {
        e->wishes |= (uint32_t)info->si_value.sival_int;
        knock(e);
        return false;
    }
    if (sig == SIGSTOP)
        return stop_signal(e, info);
    find_thread(e);
    if (e->thread && tell_ignored(e, info, sig))
        return false;
    // What the host sends when a program is executed, before the guest has set options.
    bool executed = sig == SIGTRAP && info->si_code == SI_USER && info->si_pid == e->tid;
    resume(e, executed && !e->thread ? 0 : sig);
    return false;
}

void tracee_configure(struct tracee *e)
{
    uint64_t options = PTRACE_O_TRACEEXEC;
    options |= e->options &
               (PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL);
    e->configured = !host_call(SYS_ptrace, PTRACE_SETOPTIONS, e->tid, 0, options);
}

static bool host_event(struct tracee *e, int number, int *status)
{
    if (number == PTRACED_VFORK && e->announced && e->options & PTRACE_O_TRACEVFORK) {
        host_call(SYS_ptrace, PTRACE_GETEVENTMSG, e->tid, 0, &e->message);
        return show_host(e, status);
    }
    if (number == PTRACED_EXEC)
        e->thread = 0;
    resume(e, 0);
    return false;
}

// One of the host's stops; whether the guest sees it.
static bool stopped(struct tracee *e, int *status)
{
    siginfo_t info = {0};
    int number = *status >> 16, sig = WSTOPSIG(*status);
    e->stands = false;
    if (!e->configured)
        tracee_configure(e);
    if (number == PTRACED_ASKED && sig == SIGTRAP && !e->announced) {
        resume(e, 0);
        return false;
    }
    if (number == PTRACED_ASKED)
        return show_host(e, status);
    if (number)
        return host_event(e, number, status);
    if (host_call(SYS_ptrace, PTRACE_GETSIGINFO, e->tid, 0, &info) == -EINVAL)
        return show_host(e, status); // all of the process stands
    return signalled(e, &info, sig, status);
}

static bool is_traced(int tid)
{
    uint64_t message;
    return host_call(SYS_ptrace, PTRACE_GETEVENTMSG, tid, 0, &message) == 0;
}

static bool waited(int tid, int *status)
{
    struct tracee *e = tracee_find(tid);
    if (WIFSTOPPED(*status)) {
        if (!is_traced(tid))
            return true;
        if (!e) {
            e = tracee_add(tid);
            if (!e)
                return true;
            e->announced = is_own_child(tid);
        }
        return stopped(e, status);
    }
    if (!e || WIFCONTINUED(*status))
        return true;
    bool known = e->announced;
    tracee_forget(e);
    return known;
}

bool ptracer_waited(int tid, int *status)
{
    if (!WIFSTOPPED(*status) && !__atomic_load_n(&first, __ATOMIC_RELAXED))
        return true;
    tracees_lock();
    bool shown = waited(tid, status);
    tracees_unlock();
    return shown;
}

bool tracee_stop_now(struct tracee *e, unsigned milliseconds)
{
    siginfo_t info;
    const struct timespec step = {.tv_nsec = 50000};
    for (unsigned i = 0; i < milliseconds * 20; i++) {
        info.si_pid = 0;
        int64_t r =
            host_call(SYS_waitid, P_PID, e->tid, &info, WSTOPPED | WNOWAIT | WNOHANG | __WALL, 0);
        if (r < 0)
            return false;
        if (!info.si_pid) {
            host_call(SYS_nanosleep, &step, NULL);
            continue;
        }
        int status = info.si_status << 8 | 0x7f;
        if (stopped(e, &status))
            return true;
    }
    return false;
}
