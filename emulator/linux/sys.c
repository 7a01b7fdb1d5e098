// SPDX-License-Identifier: MIT
// The dispatch table: for every call of the kernel the row that some file of linux/sys/ defines.
// The linker resolves the references, so the table is a constant of the program, and a call without
// a row does not link.
#include "linux/sys.h"

#include "base/log.h"
#include "ir/ir.h"
#include "linux/guest.h"
#include "linux/inject.h"
#include "linux/lock.h"
#include "linux/mm.h"
#include "linux/seccomp_rules.h"
#include "linux/sys_internal.h"
#include "linux/tags.h"
#include "linux/thread.h"
#include "linux/tracer.h"
#include "linux/uring.h"

#include <errno.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <string.h>

#define SYS_NAME(nr, name) extern const struct sys_row sys_row_##nr;
#include "linux/sys_names.def"
#undef SYS_NAME

static const struct sys_row *const rows[] = {
#define SYS_NAME(nr, name) [nr] = &sys_row_##nr,
#include "linux/sys_names.def"
#undef SYS_NAME
};

const struct sys_row *sys_row_of(unsigned nr)
{
    return nr < ARRAY_LEN(rows) ? rows[nr] : NULL;
}

static COLD int64_t unlisted(uint64_t nr, const uint64_t args[SYS_ARGS])
{
    if (log_on(LOG_strace))
        trace_answered(nr, args, -ENOSYS, "");
    if (log_on(LOG_unimp)) {
        trace_break();
        log_printf("system call %llu does not exist\n", (unsigned long long)nr);
    }
    return -ENOSYS;
}

int64_t sys_refused(bool *said, const char *name, const char *why, int error)
{
    if (log_on(LOG_unimp) && !*said) {
        trace_break();
        log_printf("system call %s is refused: %s\n", name, why);
    }
    *said = true;
    return -error;
}

// The calls that move so many bytes as they can.
static bool moves_part(unsigned nr)
{
    return nr == SYS_NR_read || nr == SYS_NR_write || nr == SYS_NR_pread64 || nr == SYS_NR_pwrite64;
}

// Removes the tag from the addresses among the arguments, as the kernel does for a thread that
// asked for it. False: memory has another tag, and the thread wants to be stopped at that. Only
// what an argument points to is looked at, its first byte or, of data moved, all.
static COLD bool untag(struct thread *t, const struct sys_row *row, const uint64_t args[SYS_ARGS],
                       uint64_t to[SYS_ARGS])
{
    memcpy(to, args, SYS_ARGS * sizeof *to);
    for (unsigned i = 0; i < SYS_ARGS; i++) {
        if (sys_kinds[row->kind[i]].flags == SYS_VAL)
            continue;
        to[i] = ir_untag(args[i]);
        if (row->kind[i] != SYS_KIND_addr && !tags_accessible(t, args[i], 1))
            return false;
        if (moves_part(row->nr))
            to[i + 1] = tags_accessible(t, args[i], args[i + 1]);
    }
    return true;
}

// Whether an argument, if it is an address, lies where the emulator has its own memory.
static bool beyond_guest(const uint64_t args[SYS_ARGS])
{
    bool any = false;
    for (unsigned i = 0; i < SYS_ARGS; i++)
        any |= args[i] - MM_LIMIT < MM_HOST_LIMIT - MM_LIMIT;
    return any;
}

// Moves such addresses to where no mapping can be: the host then answers as a kernel does for
// memory the guest does not have. With an address that is computed with, a range may begin: it goes
// to where there is no range.
static COLD void keep_out(const struct sys_row *row, const uint64_t args[SYS_ARGS],
                          uint64_t to[SYS_ARGS])
{
    memmove(to, args, SYS_ARGS * sizeof *to);
    for (unsigned i = 0; i < SYS_ARGS; i++)
        if (sys_kinds[row->kind[i]].flags != SYS_VAL && to[i] >= MM_LIMIT && to[i] < MM_HOST_LIMIT)
            to[i] = row->kind[i] == SYS_KIND_addr ? to[i] | UINT64_C(1) << 62 : GUEST_NOWHERE;
}

// Takes descriptors out that do not exist for the guest: the host answers as it does for no
// descriptor.
static COLD void hide_own(const struct sys_row *row, const uint64_t args[SYS_ARGS],
                          uint64_t to[SYS_ARGS])
{
    memmove(to, args, SYS_ARGS * sizeof *to);
    for (unsigned i = 0; i < SYS_ARGS; i++)
        if ((row->kind[i] == SYS_KIND_fd || row->kind[i] == SYS_KIND_dirfd) &&
            sys_is_own((int)args[i]))
            to[i] = (uint64_t)-1;
}

void sys_judge_all(struct thread *t, uint32_t bit)
{
    process_lock();
    for (struct thread *o = process.first; o; o = o->next)
        __atomic_fetch_or(&o->judged, bit, __ATOMIC_RELEASE);
    process_unlock();
    __atomic_fetch_or(&t->judged, bit, __ATOMIC_RELEASE); // a neighbour is not among them
}

// A call whose arguments are not to be handed on as they are.
static COLD int64_t call_changed(struct thread *t, const struct sys_row *row,
                                 const uint64_t args[SYS_ARGS])
{
    uint64_t plain[SYS_ARGS];
    if (t->tagged_addr_ctrl & PR_TAGGED_ADDR_ENABLE) {
        if (!untag(t, row, args, plain))
            return -EFAULT;
        args = plain;
    }
    if (beyond_guest(args)) {
        keep_out(row, args, plain);
        args = plain;
    }
    if (t->judged & JUDGED_OWN) {
        hide_own(row, args, plain);
        args = plain;
    }
    return log_on(LOG_strace) ? trace_call(t, row, args) : row->call(t, args);
}

static ALWAYS_INLINE int64_t call(struct thread *t, uint64_t nr, const uint64_t args[SYS_ARGS])
{
    const struct sys_row *row = nr < ARRAY_LEN(rows) ? rows[nr] : NULL;
    if (unlikely(!row))
        return unlisted(nr, args);
    if (unlikely(t->tagged_addr_ctrl & PR_TAGGED_ADDR_ENABLE || t->judged & JUDGED_OWN ||
                 beyond_guest(args)))
        return call_changed(t, row, args);
    if (log_on(LOG_strace))
        return trace_call(t, row, args);
    return row->call(t, args);
}

// The rules leave call *nr to a tracer. If it chooses another, they judge that, but do not ask
// again.
static COLD enum seccomp_verdict ask_tracer(struct thread *t, uint64_t *nr, uint64_t args[SYS_ARGS],
                                            int64_t *result, uint32_t *action)
{
    int32_t chosen = (int32_t)*nr;
    *result = -ENOSYS;
    if (!tracer || !tracer->filtered || !tracer->filtered(t, *action & SECCOMP_RET_DATA, &chosen))
        return SECCOMP_ANSWERED;
    *result = (int64_t)t->cpu.x[0];
    if (chosen < 0)
        return SECCOMP_ANSWERED;
    *nr = (uint32_t)chosen;
    memcpy(args, t->cpu.x, SYS_ARGS * sizeof *args);
    enum seccomp_verdict verdict = seccomp_judge(t, *nr, args, result, action);
    return verdict == SECCOMP_TRACES ? SECCOMP_GOES_ON : verdict;
}

// A call of a thread that has rules about those.
static int64_t call_ruled(struct thread *t, uint64_t nr, const uint64_t given[SYS_ARGS])
{
    int64_t r = -SIGNAL_RETURNED;
    uint32_t action;
    uint64_t args[SYS_ARGS];
    memcpy(args, given, sizeof args);
    enum seccomp_verdict verdict = seccomp_judge(t, nr, args, &r, &action);
    if (unlikely(verdict == SECCOMP_TRACES))
        verdict = ask_tracer(t, &nr, args, &r, &action);
    if (verdict == SECCOMP_GOES_ON)
        return call(t, nr, args);
    if (log_on(LOG_strace))
        trace_answered(nr, args, r, "");
    if (verdict == SECCOMP_STOPS)
        seccomp_stop(t, nr, action);
    return r;
}

static COLD int64_t call_judged(struct thread *t, uint64_t nr, const uint64_t args[SYS_ARGS])
{
    int64_t r;
    if (t->judged & JUDGED_URING)
        uring_see_buffers();
    const struct inject_rule *rule = t->judged & JUDGED_INJECT ? inject_due(t, (unsigned)nr) : NULL;
    if (rule && inject_before(t, rule, (unsigned)nr, args, &r)) {
        if (log_on(LOG_strace))
            trace_answered(nr, args, r, " (INJECTED)");
    } else {
        r = t->seccomp.mode ? call_ruled(t, nr, args) : call(t, nr, args);
    }
    return rule ? inject_behind(rule, (unsigned)nr, r) : r;
}

int64_t sys_call(struct thread *t, uint64_t nr, const uint64_t args[SYS_ARGS])
{
    nr = (uint32_t)nr; // the kernel looks at W8
    if (unlikely(t->judged))
        return call_judged(t, nr, args);
    return call(t, nr, args);
}
