// SPDX-License-Identifier: MIT
// ptrace(2): one function for each request.
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/ptracer_internal.h"
#include "linux/sys/procfs.h"
#include "linux/thread.h"
#include "linux/thread_peek.h"
#include "linux/tracer.h"

#include <errno.h>
#include <sys/ptrace.h>
#include <time.h>

enum { ATTACH_MS = 2000, BEGIN_MS = 20 };

static const uint64_t known_options =
    PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
    PTRACE_O_TRACEEXEC | PTRACE_O_TRACEVFORKDONE | PTRACE_O_TRACEEXIT | PTRACE_O_TRACESECCOMP |
    PTRACE_O_EXITKILL;

// Of newer kernels and of arm64: not in every C library.
enum {
    REQUEST_SYSEMU = 31,
    REQUEST_SYSEMU_SINGLESTEP = 32,
    REQUEST_PEEKMTETAGS = 33,
    REQUEST_POKEMTETAGS = 34,
    REQUEST_SET_SYSCALL_INFO = 0x4212,
};

// Where its struct thread is; 0 if there is none. One that begins is known a little later.
static uint64_t find_thread(int tid)
{
    const struct timespec step = {.tv_nsec = 1000000};
    for (unsigned i = 0;; i++) {
        process_lock();
        uint64_t at = thread_address(tid, tid);
        process_unlock();
        if (at || i == BEGIN_MS || tracee_process(tid) == tid)
            return at;
        host_call(SYS_nanosleep, &step, NULL);
    }
}

// Whether thread tid is a guest's that may be traced; 0 or -errno.
static int64_t may_trace(int tid, uint64_t *thread)
{
    const struct tracer *theirs = NULL;
    const struct tracee there = {.tid = tid};
    if (tid <= 0 || host_call(SYS_tkill, tid, 0) == -ESRCH)
        return -ESRCH;
    if (!procfs_is_guest(tid))
        return -EPERM;
    *thread = find_thread(tid);
    if (!tracee_read(&there, (uint64_t)&tracer, &theirs, sizeof theirs))
        return -EPERM;
    if (!*thread && tracee_process(tid) != tid) // a thread of the emulator's own
        return -ESRCH;
    return ptraced_may_trace(theirs) ? 0 : -EPERM;
}

// A process that shares the caller's memory.
static bool shares_memory(int tid)
{
    return thread_is_neighbour() && tracee_process(tid) == process.pid;
}

// Another traces it, say. What it does next is a child's of the caller's, or nobody's here.
static void not_attached(int tid)
{
    tracees_lock();
    struct tracee *e = tracee_find(tid);
    if (e && !e->announced)
        tracee_forget(e);
    tracees_unlock();
}

static int64_t attach(bool seize, int tid, uint64_t addr, uint64_t options)
{
    uint64_t thread;
    if (seize && (addr || options & ~known_options))
        return -EIO;
    int64_t r = may_trace(tid, &thread);
    if (r < 0)
        return r;
    tracees_lock();
    struct tracee *e = tracee_find(tid);
    if (e && host_call(SYS_ptrace, PTRACE_GETEVENTMSG, tid, 0, &(uint64_t){0}) == -ESRCH &&
        host_call(SYS_tgkill, tracee_process(tid), tid, 0) == 0 && !e->announced) {
        tracee_forget(e);
        e = NULL;
    }
    bool added = !e;
    if (added)
        e = tracee_add(tid);
    tracees_unlock();
    if (!e)
        return -ENOMEM;
    const struct tracee fresh = {.next = e->next,
                                 .tid = tid,
                                 .thread = thread,
                                 .options = (uint32_t)options,
                                 .seized = seize,
                                 .announced = true,
                                 .attaching = !seize};
    r = host_call(SYS_ptrace, seize ? PTRACE_SEIZE : PTRACE_ATTACH, tid, 0,
                  seize ? PTRACE_O_TRACEEXEC : 0);
    if (r < 0) {
        if (added)
            not_attached(tid);
        return r;
    }
    *e = fresh;
    if (seize)
        tracee_knock(e, PTRACE_WISH_TRACED);
    else if (shares_memory(tid))
        tracee_stop_now(e, ATTACH_MS);
    return 0;
}

static int64_t trace_me(struct thread *t)
{
    if (!ptraced_may_trace(tracer))
        return -EPERM;
    int64_t r = host_call(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0);
    if (r == 0)
        ptraced_begin_soon(t);
    return r;
}

static int64_t go_on(struct tracee *e, uint64_t request, uint64_t sig)
{
    if (sig > 64)
        return -EIO;
    e->orders.steps = request == PTRACE_SINGLESTEP || request == REQUEST_SYSEMU_SINGLESTEP;
    e->orders.calls = request == PTRACE_SYSCALL;
    e->orders.emulates = request == REQUEST_SYSEMU || request == REQUEST_SYSEMU_SINGLESTEP;
    e->orders.sig = (int)sig;
    bool told = tracee_order(e, PTRACE_GOES, false);
    bool by_host = e->by_host;
    e->stands = e->by_host = false;
    return host_call(SYS_ptrace, PTRACE_CONT, e->tid, 0, by_host || !told ? sig : 0);
}

static int64_t detach(struct tracee *e, uint64_t sig)
{
    if (sig > 64)
        return -EIO;
    e->orders.steps = e->orders.calls = e->orders.emulates = false;
    e->orders.sig = (int)sig;
    bool told = tracee_order(e, PTRACE_GOES_ALONE, false) && !e->by_host;
    int64_t r = host_call(SYS_ptrace, PTRACE_DETACH, e->tid, 0, told ? 0 : sig);
    if (r == 0)
        tracee_forget(e);
    return r;
}

static int64_t interrupt(struct tracee *e)
{
    if (!e->seized)
        return -EIO;
    if (!e->stands)
        tracee_knock(e, PTRACE_WISH_ASKED);
    else if (e->by_host)
        return host_call(SYS_ptrace, PTRACE_INTERRUPT, e->tid, 0, 0);
    return 0;
}

static int64_t listen(struct tracee *e)
{
    if (!e->seized || !e->by_host)
        return -EIO;
    int64_t r = host_call(SYS_ptrace, PTRACE_LISTEN, e->tid, 0, 0);
    e->stands = r < 0;
    return r;
}

static bool is_guests(uint64_t addr)
{
    return addr <= MM_LIMIT - 8;
}

static int64_t peek(const struct tracee *e, uint64_t addr, uint64_t to)
{
    uint64_t word;
    if (!is_guests(addr) || host_call(SYS_ptrace, PTRACE_PEEKDATA, e->tid, addr, &word) < 0)
        return -EIO;
    return guest_write64(to, word) ? 0 : -EFAULT;
}

// Also where the tracee may not write: it may be code.
static int64_t poke(struct tracee *e, uint64_t addr, uint64_t word)
{
    struct ptrace_orders *o = &e->orders;
    if (!is_guests(addr) || host_call(SYS_ptrace, PTRACE_POKEDATA, e->tid, addr, word) < 0)
        return -EIO;
    bool any = o->changed_start < o->changed_end;
    o->changed_start = any && o->changed_start < addr ? o->changed_start : addr;
    o->changed_end = any && o->changed_end > addr + 8 ? o->changed_end : addr + 8;
    return 0;
}

static int64_t set_options(struct tracee *e, uint64_t options)
{
    if (options & ~known_options)
        return -EINVAL;
    e->options = (uint32_t)options;
    tracee_configure(e);
    return 0;
}

static int64_t get_info(const struct tracee *e, uint64_t to)
{
    siginfo_t info = {.si_signo = SIGTRAP};
    if (e->by_host && e->status >> 16 == PTRACED_VFORK)
        info.si_code = e->status >> 8;
    else if (e->by_host)
        return host_call(SYS_ptrace, PTRACE_GETSIGINFO, e->tid, 0, host_pointer(to));
    else if (!tracee_read(e, TRACEE_FIELD(e, info), &info, sizeof info))
        return -ESRCH;
    return guest_write(to, &info, sizeof info) ? 0 : -EFAULT;
}

static int64_t set_info(const struct tracee *e, uint64_t from)
{
    siginfo_t info;
    if (e->by_host)
        return -EINVAL;
    if (!guest_read(&info, from, sizeof info))
        return -EFAULT;
    return tracee_write(e, TRACEE_FIELD(e, info), &info, sizeof info) ? 0 : -ESRCH;
}

static uint64_t mask_field(const struct tracee *e)
{
    return e->thread + offsetof(struct thread, signals.blocked);
}

static int64_t get_mask(const struct tracee *e, uint64_t size, uint64_t to)
{
    uint64_t mask;
    if (size != sizeof mask)
        return -EINVAL;
    if (!tracee_read(e, mask_field(e), &mask, sizeof mask))
        return -ESRCH;
    return guest_write64(to, mask) ? 0 : -EFAULT;
}

static int64_t set_mask(struct tracee *e, uint64_t size, uint64_t from)
{
    uint64_t mask;
    if (size != sizeof mask)
        return -EINVAL;
    if (!guest_read64(&mask, from))
        return -EFAULT;
    mask &= ~(signal_bit(SIGKILL) | signal_bit(SIGSTOP));
    e->orders.mask = mask;
    e->orders.sets_mask = true;
    return tracee_write(e, mask_field(e), &mask, sizeof mask) ? 0 : -ESRCH;
}

// Of a tracee that stands.
static int64_t request_standing(struct tracee *e, uint64_t request, uint64_t addr, uint64_t data)
{
    switch (request) {
    case PTRACE_CONT:
    case PTRACE_SYSCALL:
    case PTRACE_SINGLESTEP:
    case REQUEST_SYSEMU:
    case REQUEST_SYSEMU_SINGLESTEP: return go_on(e, request, data);
    case PTRACE_DETACH: return detach(e, data);
    case PTRACE_LISTEN: return listen(e);
    case PTRACE_PEEKTEXT:
    case PTRACE_PEEKDATA: return peek(e, addr, data);
    case PTRACE_POKETEXT:
    case PTRACE_POKEDATA: return poke(e, addr, data);
    case PTRACE_SETOPTIONS: return set_options(e, data);
    case PTRACE_GETEVENTMSG: return guest_write64(data, e->message) ? 0 : -EFAULT;
    case PTRACE_GETSIGINFO: return get_info(e, data);
    case PTRACE_SETSIGINFO: return set_info(e, data);
    case PTRACE_GETREGSET: return tracee_registers(e, false, addr, data);
    case PTRACE_SETREGSET: return tracee_registers(e, true, addr, data);
    case REQUEST_PEEKMTETAGS: return tracee_tags(e, false, addr, data);
    case REQUEST_POKEMTETAGS: return tracee_tags(e, true, addr, data);
    case PTRACE_GETSIGMASK: return get_mask(e, addr, data);
    case PTRACE_SETSIGMASK: return set_mask(e, addr, data);
    case PTRACE_GET_SYSCALL_INFO: return tracee_call_info(e, addr, data);
    case REQUEST_SET_SYSCALL_INFO: return tracee_set_call_info(e, addr, data);
    default: return -EIO;
    }
}

int64_t ptracer_request(struct thread *t, uint64_t request, int tid, uint64_t addr, uint64_t data)
{
    if (request == PTRACE_TRACEME)
        return trace_me(t);
    if (request == PTRACE_ATTACH || request == PTRACE_SEIZE)
        return attach(request == PTRACE_SEIZE, tid, addr, data);
    tracees_lock();
    struct tracee *e = tracee_find(tid);
    int64_t r = -ESRCH;
    if (e && e->announced && request == PTRACE_KILL)
        r = host_call(SYS_ptrace, PTRACE_KILL, tid, 0, 0);
    else if (e && e->announced && request == PTRACE_INTERRUPT)
        r = interrupt(e);
    else if (e && e->stands &&
             host_call(SYS_ptrace, PTRACE_GETEVENTMSG, tid, 0, &(uint64_t){0}) == 0)
        r = request_standing(e, request, addr, data);
    tracees_unlock();
    return r;
}
