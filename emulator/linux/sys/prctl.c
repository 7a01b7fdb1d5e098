// SPDX-License-Identifier: MIT
// prctl: one row per operation in linux/sys/prctl.def.
#include "base/log.h"
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/pac.h"
#include "linux/seccomp_rules.h"
#include "linux/sys.h"
#include "linux/sys_internal.h"
#include "linux/tags.h"
#include "linux/thread.h"

#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <unistd.h>

// Younger than some headers.
#ifndef PR_SET_MEMORY_MERGE
#    define PR_SET_MEMORY_MERGE 67
#    define PR_GET_MEMORY_MERGE 68
#endif
#ifndef PR_GET_AUXV
#    define PR_GET_AUXV 0x41555856
#endif
#ifndef PR_SME_SET_VL
#    define PR_SME_SET_VL 63
#    define PR_SME_GET_VL 64
#endif

typedef int64_t own_fn(struct thread *t, const uint64_t a[4]);

static int64_t prctl_GET_SECCOMP(struct thread *t, MAYBE_UNUSED const uint64_t a[4])
{
    return t->seccomp.mode;
}

static int64_t prctl_SET_SECCOMP(struct thread *t, const uint64_t a[4])
{
    switch (a[0]) {
    case SECCOMP_MODE_STRICT: return seccomp_be_strict(t);
    case SECCOMP_MODE_FILTER: return seccomp_add(t, 0, a[1]);
    default: return -EINVAL;
    }
}

static int64_t prctl_SET_TAGGED_ADDR_CTRL(struct thread *t, const uint64_t a[4])
{
    if (a[0] & ~tags_control_bits() || a[1] || a[2] || a[3])
        return -EINVAL;
    tags_control(t, a[0]);
    return 0;
}

static int64_t prctl_GET_TAGGED_ADDR_CTRL(struct thread *t, const uint64_t a[4])
{
    if (a[0] || a[1] || a[2] || a[3])
        return -EINVAL;
    return (int64_t)t->tagged_addr_ctrl;
}

static int64_t prctl_PAC_RESET_KEYS(struct thread *t, const uint64_t a[4])
{
    return a[1] || a[2] || a[3] ? -EINVAL : pac_reset_keys(&t->cpu.s.pac, a[0]);
}

static int64_t prctl_PAC_SET_ENABLED_KEYS(struct thread *t, const uint64_t a[4])
{
    return a[2] || a[3] ? -EINVAL : pac_set_enabled_keys(&t->cpu.s.pac, a[0], a[1]);
}

static int64_t prctl_PAC_GET_ENABLED_KEYS(struct thread *t, const uint64_t a[4])
{
    return a[0] || a[1] || a[2] || a[3] ? -EINVAL : pac_get_enabled_keys(&t->cpu.s.pac);
}

static int64_t prctl_GET_TID_ADDRESS(struct thread *t, const uint64_t a[4])
{
    return guest_write64(a[0], t->clear_child_tid) ? 0 : -EFAULT;
}

static int64_t prctl_GET_AUXV(MAYBE_UNUSED struct thread *t, const uint64_t a[4])
{
    uint64_t n = a[1] < process.auxv_size ? a[1] : process.auxv_size;
    if (a[2] || a[3])
        return -EINVAL;
    return guest_write(a[0], process.auxv, n) ? (int64_t)process.auxv_size : -EFAULT;
}

// Every row has a class; only those of class OWN have a function.
enum prctl_class { UNLISTED, HOST, ABSENT, OWN };
#define FN_HOST(name)   NULL
#define FN_ABSENT(name) NULL
#define FN_OWN(name)    prctl_##name

static const struct {
    int op;
    enum prctl_class class;
    own_fn *fn;
    const char *name;
} rows[] = {
#define PRCTL(name, what) {(int)PR_##name, what, FN_##what(name), "PR_" #name},
#include "linux/sys/prctl.def"
#undef PRCTL
};

void print_prctlcmd(struct sys_line *l, uint64_t v, MAYBE_UNUSED const struct sys_seen *s)
{
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].op == (int)v) {
            line_printf(l, "%s", rows[i].name);
            return;
        }
    line_printf(l, "%#x", (unsigned)v);
}

static int64_t unlisted(int op)
{
    static int said;
    if (log_on(LOG_unimp) && said != op) {
        trace_break();
        log_printf("prctl %d is not implemented\n", op);
    }
    said = op;
    return -EINVAL;
}

SYSCALL5(167, prctl, int, prctlcmd, op, hex, a0, hex, a1, hex, a2, hex, a3)
{
    unsigned i = 0;
    while (i < ARRAY_LEN(rows) && rows[i].op != op)
        i++;
    switch (i < ARRAY_LEN(rows) ? rows[i].class : UNLISTED) {
    case HOST: // no number among the arguments is so large that it could be one of the addresses
        return host_call(SYS_prctl, op, host_pointer(a0), host_pointer(a1), host_pointer(a2),
                         host_pointer(a3));
    case OWN: return rows[i].fn(t, (const uint64_t[]){a0, a1, a2, a3});
    case ABSENT: return -EINVAL;
    case UNLISTED: break;
    }
    return unlisted(op);
}
