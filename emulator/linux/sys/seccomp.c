// SPDX-License-Identifier: MIT
// Rules about system calls: linux/seccomp_rules.h has the meaning.
#include "base/host.h"
#include "linux/guest.h"
#include "linux/seccomp_rules.h"
#include "linux/sys.h"

#include <linux/seccomp.h>

static int64_t action_avail(uint64_t action)
{
    static const uint32_t known[] = {
        SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_KILL_THREAD, SECCOMP_RET_TRAP, SECCOMP_RET_ERRNO,
        SECCOMP_RET_USER_NOTIF,   SECCOMP_RET_TRACE,       SECCOMP_RET_LOG,  SECCOMP_RET_ALLOW};
    uint32_t asked;
    if (!guest_read(&asked, action, sizeof asked))
        return -EFAULT;
    for (unsigned i = 0; i < ARRAY_LEN(known); i++)
        if (known[i] == asked)
            return 0;
    return -EOPNOTSUPP;
}

static int64_t notif_sizes(uint64_t to)
{
    const struct seccomp_notif_sizes sizes = {sizeof(struct seccomp_notif),
                                              sizeof(struct seccomp_notif_resp),
                                              sizeof(struct seccomp_data)};
    return guest_write(to, &sizes, sizeof sizes) ? 0 : -EFAULT;
}

SYSCALL3(277, seccomp, int, uint, op, uint, flags, ptr, args)
{
    switch (op) {
    case SECCOMP_SET_MODE_STRICT: return flags || args ? -EINVAL : seccomp_be_strict(t);
    case SECCOMP_SET_MODE_FILTER: return seccomp_add(t, flags, args);
    case SECCOMP_GET_ACTION_AVAIL: return flags ? -EINVAL : action_avail(args);
    case SECCOMP_GET_NOTIF_SIZES: return flags ? -EINVAL : notif_sizes(args);
    default: return -EINVAL;
    }
}
