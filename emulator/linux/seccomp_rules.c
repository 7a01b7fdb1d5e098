// SPDX-License-Identifier: MIT
#include "linux/seccomp_rules.h"

#include "linux/cbpf.h"
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/lock.h"
#include "linux/seccomp_notify.h"
#include "linux/sys.h"
#include "linux/thread.h"

#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#    define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif

// Never changed once others can see it, but for `users`. Filters are a tree: each leads to what was
// there before it.
struct seccomp_filter {
    struct seccomp_filter *before;
    uint32_t users; // threads and filters that lead here; with the process's lock
    uint32_t total; // instructions, as the kernel counts them
    uint32_t count;
    bool listens; // has a listener
    struct sock_filter code[];
};

enum {
    FILTER_COST = 4, // that the kernel counts for each filter, in instructions
    TOTAL_MOST = 1 << 15,
    ERRNO_MOST = 4095,
};

static struct seccomp_filter *use(struct seccomp_filter *f)
{
    if (f)
        f->users++;
    return f;
}

static void drop(struct seccomp_filter *f)
{
    while (f && !--f->users) {
        struct seccomp_filter *before = f->before;
        free(f);
        f = before;
    }
}

void seccomp_inherit(struct thread *child, const struct thread *t)
{
    process_lock();
    child->seccomp = t->seccomp;
    child->judged = t->judged;
    use(child->seccomp.newest);
    process_unlock();
}

void seccomp_leave(struct thread *t)
{
    process_lock();
    drop(t->seccomp.newest);
    t->seccomp = (struct seccomp){0};
    t->judged &= ~(uint32_t)JUDGED_SECCOMP;
    process_unlock();
}

// Of all filters' answers the gravest counts, and of equals the youngest filter's.
static uint32_t ask_all(const struct seccomp_filter *newest, const struct seccomp_data *d,
                        const struct seccomp_filter **who)
{
    uint32_t answer = SECCOMP_RET_ALLOW;
    *who = NULL;
    for (const struct seccomp_filter *f = newest; f; f = f->before) {
        uint32_t said = cbpf_run(f->code, d, sizeof *d);
        // KILL_PROCESS is negative.
        if ((int32_t)(said & SECCOMP_RET_ACTION_FULL) <
            (int32_t)(answer & SECCOMP_RET_ACTION_FULL)) {
            answer = said;
            *who = f;
        }
    }
    return answer;
}

static enum seccomp_verdict judge_strictly(uint64_t nr, uint32_t *action)
{
    switch ((uint32_t)nr) {
    case SYS_NR_read:
    case SYS_NR_write:
    case SYS_NR_exit:
    case SYS_NR_rt_sigreturn: return SECCOMP_GOES_ON;
    default: *action = SECCOMP_RET_KILL_THREAD; return SECCOMP_STOPS;
    }
}

enum seccomp_verdict seccomp_judge(struct thread *t, uint64_t nr, const uint64_t args[6],
                                   int64_t *result, uint32_t *action)
{
    if (t->seccomp.privs_due) {
        t->seccomp.privs_due = false;
        host_call(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    }
    if (t->seccomp.mode == SECCOMP_MODE_STRICT)
        return judge_strictly(nr, action);
    struct seccomp_data d = {
        .nr = (int)nr, .arch = AUDIT_ARCH_AARCH64, .instruction_pointer = t->cpu.s.pc};
    memcpy(d.args, args, sizeof d.args);
    const struct seccomp_filter *who;
    uint32_t answer = *action = ask_all(t->seccomp.newest, &d, &who);
    uint32_t data = answer & SECCOMP_RET_DATA;
    switch (answer & SECCOMP_RET_ACTION_FULL) {
    case SECCOMP_RET_ALLOW:
    case SECCOMP_RET_LOG: return SECCOMP_GOES_ON;
    case SECCOMP_RET_ERRNO:
        *result = -(int64_t)(data < ERRNO_MOST ? data : ERRNO_MOST);
        return SECCOMP_ANSWERED;
    case SECCOMP_RET_TRACE: return SECCOMP_TRACES;
    case SECCOMP_RET_USER_NOTIF:
        *result = -ENOSYS;
        return who->listens && seccomp_ask(t, nr, args, result) ? SECCOMP_GOES_ON
                                                                : SECCOMP_ANSWERED;
    default: return SECCOMP_STOPS;
    }
}

// As the kernel's exit of a thread with a signal for its status: the process's if it is the last.
static void end_thread(struct thread *t, const siginfo_t *info)
{
    bool last = thread_is_neighbour() || __atomic_load_n(&process.threads, __ATOMIC_ACQUIRE) == 1;
    if (last)
        signal_die(t, info);
    thread_exit(t, info->si_signo);
}

void seccomp_stop(struct thread *t, uint64_t nr, uint32_t action)
{
    siginfo_t info = {.si_signo = SIGSYS, .si_code = 1 /* SYS_SECCOMP */};
    info.si_errno = (int)(action & SECCOMP_RET_DATA);
    info.si_call_addr = (void *)t->cpu.s.pc;
    info.si_syscall = (int)nr;
    info.si_arch = AUDIT_ARCH_AARCH64;
    if (t->seccomp.mode == SECCOMP_MODE_STRICT) {
        info = (siginfo_t){.si_signo = SIGKILL, .si_code = SI_KERNEL};
        end_thread(t, &info);
    }
    switch (action & SECCOMP_RET_ACTION_FULL) {
    case SECCOMP_RET_TRAP: signal_force(t, &info, 0); break;
    case SECCOMP_RET_KILL_THREAD: end_thread(t, &info); break;
    default: signal_die(t, &info); // KILL_PROCESS, and what nobody knows
    }
}

int64_t seccomp_be_strict(struct thread *t)
{
    if (t->seccomp.mode == SECCOMP_MODE_FILTER)
        return -EINVAL;
    t->seccomp.mode = SECCOMP_MODE_STRICT;
    t->judged |= JUDGED_SECCOMP;
    sys_look_at_all();
    return 0;
}

// Whoever could run programs with more rights than its own may not rule them.
static bool may_rule(void)
{
    struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct caps[2] = {{0}};
    if (host_call(SYS_prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1)
        return true;
    return !host_call(SYS_capget, &head, caps) && caps[0].effective >> CAP_SYS_ADMIN & 1;
}

static struct seccomp_filter *allocate(unsigned count)
{
    process_lock();
    struct seccomp_filter *f = malloc(sizeof *f + count * sizeof f->code[0]);
    process_unlock();
    if (f)
        *f = (struct seccomp_filter){.users = 1, .count = count};
    return f;
}

// Reads the guest's program into *made, a filter that leads nowhere yet; 0 or -errno, as the kernel
// goes about it.
static int64_t read_filter(struct seccomp_filter **made, uint64_t program)
{
    struct sock_fprog p;
    if (!guest_read(&p, host_pointer(program), sizeof p))
        return -EFAULT;
    if (!p.len || p.len > BPF_MAXINSNS)
        return -EINVAL;
    if (!may_rule())
        return -EACCES;
    struct seccomp_filter *f = allocate(p.len);
    if (!f)
        return -ENOMEM;
    int64_t err = 0;
    if (!guest_read(f->code, host_pointer((uint64_t)p.filter), p.len * sizeof f->code[0]))
        err = -EFAULT;
    else if (!cbpf_is_valid(f->code, p.len, sizeof(struct seccomp_data)))
        err = -EINVAL;
    *made = f;
    return err;
}

static bool leads_to(const struct seccomp_filter *from, const struct seccomp_filter *f)
{
    while (from && from != f)
        from = from->before;
    return from == f; // NULL is before all of them
}

// The threads of this process besides t: of a process that shares another's memory there are none.
static struct thread *others(void)
{
    return thread_is_neighbour() ? NULL : process.first;
}

// TSYNC: a thread that has rules which t has not, or 0.
static int unlike(const struct thread *t)
{
    for (const struct thread *o = others(); o; o = o->next)
        if (o != t && (o->seccomp.mode == SECCOMP_MODE_STRICT ||
                       !leads_to(t->seccomp.newest, o->seccomp.newest)))
            return o->tid;
    return 0;
}

static void adopt(struct thread *t, struct seccomp_filter *f, uint32_t filters)
{
    struct seccomp_filter *before = t->seccomp.newest;
    __atomic_store_n(&t->seccomp.newest, use(f), __ATOMIC_RELEASE);
    __atomic_store_n(&t->seccomp.mode, SECCOMP_MODE_FILTER, __ATOMIC_RELEASE);
    __atomic_fetch_or(&t->judged, JUDGED_SECCOMP, __ATOMIC_RELEASE);
    sys_look_at_all();
    t->seccomp.filters = filters;
    drop(before);
}

// All threads of the process get t's rules.
static void synchronise(const struct thread *t)
{
    bool bound = host_call(SYS_prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
    for (struct thread *o = others(); o; o = o->next) {
        if (o == t)
            continue;
        o->seccomp.privs_due |= bound;
        adopt(o, t->seccomp.newest, t->seccomp.filters);
    }
}

// With the process's lock. `f` is t's from then on, if the result is no error.
static int64_t attach(struct thread *t, uint64_t flags, struct seccomp_filter *f)
{
    const struct seccomp_filter *before = t->seccomp.newest;
    f->total = cbpf_length(f->code, f->count) + (before ? before->total + FILTER_COST : 0);
    if (f->total > TOTAL_MOST)
        return -ENOMEM;
    int other = flags & SECCOMP_FILTER_FLAG_TSYNC ? unlike(t) : 0;
    if (other)
        return flags & SECCOMP_FILTER_FLAG_TSYNC_ESRCH ? -ESRCH : other;
    int64_t listener = 0;
    if (flags & SECCOMP_FILTER_FLAG_NEW_LISTENER) {
        listener = seccomp_listener(flags);
        if (listener < 0)
            return listener;
        f->listens = true;
    }
    f->before = use(t->seccomp.newest);
    adopt(t, f, t->seccomp.filters + 1);
    if (flags & SECCOMP_FILTER_FLAG_TSYNC)
        synchronise(t);
    return listener;
}

int64_t seccomp_add(struct thread *t, uint64_t flags, uint64_t program)
{
    const uint64_t known = SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_LOG |
                           SECCOMP_FILTER_FLAG_SPEC_ALLOW | SECCOMP_FILTER_FLAG_NEW_LISTENER |
                           SECCOMP_FILTER_FLAG_TSYNC_ESRCH | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
    bool listener = flags & SECCOMP_FILTER_FLAG_NEW_LISTENER;
    // One number is returned: a descriptor, or the thread that is in the way.
    bool either = flags & SECCOMP_FILTER_FLAG_TSYNC && !(flags & SECCOMP_FILTER_FLAG_TSYNC_ESRCH);
    if (flags & ~known || (listener && either) ||
        (flags & SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV && !listener))
        return -EINVAL;
    struct seccomp_filter *f = NULL;
    int64_t r = read_filter(&f, program);
    if (!r && t->seccomp.mode == SECCOMP_MODE_STRICT)
        r = -EINVAL;
    process_lock();
    if (!r)
        r = attach(t, flags, f);
    drop(f); // t leads to it, or nobody does
    return process_unlocked(r);
}

// The file: this, then for each filter, the eldest first, its count, `listens`, and its code.
struct packed {
    uint32_t magic, filters;
};
enum { PACKED = 0x70636573 };

static bool pack_filter(int fd, const struct seccomp_filter *f)
{
    if (!f)
        return true;
    const uint32_t head[2] = {f->count, f->listens};
    const size_t size = f->count * sizeof f->code[0];
    return pack_filter(fd, f->before) &&
           host_call(SYS_write, fd, head, sizeof head) == (int64_t)sizeof head &&
           host_call(SYS_write, fd, f->code, size) == (int64_t)size;
}

int64_t seccomp_pack(const struct thread *t)
{
    if (t->seccomp.mode != SECCOMP_MODE_FILTER)
        return SECCOMP_NOTHING;
    const struct packed head = {PACKED, t->seccomp.filters};
    int64_t fd = host_call(SYS_memfd_create, "seccomp", 0);
    if (fd < 0)
        return fd;
    if (host_call(SYS_write, fd, &head, sizeof head) == (int64_t)sizeof head &&
        pack_filter((int)fd, t->seccomp.newest) && !host_call(SYS_lseek, fd, 0, SEEK_SET))
        return fd;
    host_call(SYS_close, fd);
    return -ENOMEM;
}

static bool unpack_filter(struct thread *t, int fd)
{
    uint32_t head[2];
    if (host_call(SYS_read, fd, head, sizeof head) != (int64_t)sizeof head || !head[0] ||
        head[0] > BPF_MAXINSNS)
        return false;
    struct seccomp_filter *f = allocate(head[0]);
    const int64_t size = (int64_t)(head[0] * sizeof f->code[0]);
    if (!f || host_call(SYS_read, fd, f->code, size) != size ||
        !cbpf_is_valid(f->code, f->count, sizeof(struct seccomp_data)))
        return false;
    process_lock();
    attach(t, 0, f);
    f->listens = head[1];
    drop(f);
    process_unlock();
    return true;
}

bool seccomp_unpack(struct thread *t, int fd)
{
    struct packed head;
    bool whole =
        host_call(SYS_read, fd, &head, sizeof head) == (int64_t)sizeof head && head.magic == PACKED;
    for (uint32_t i = 0; whole && i < head.filters; i++)
        whole = unpack_filter(t, fd);
    host_call(SYS_close, fd);
    return whole;
}
