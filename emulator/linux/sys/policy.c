// SPDX-License-Identifier: MIT
// Keys, access rules and where memory lies: the host's kernel keeps them for the guest's process
// and its pages.
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/inner.h"
#include "linux/lock.h"
#include "linux/mm.h"
#include "linux/sys.h"

#include <linux/keyctl.h>
#include <unistd.h>

SYSCALL5(217, add_key, int, str, type, str, description, ptr, payload, size, size, int, ring)
{
    return host_call(SYS_add_key, type, description, payload, size, ring);
}

SYSCALL4(218, request_key, int, str, type, str, description, str, callout, int, ring)
{
    return host_call(SYS_request_key, type, description, callout, ring);
}

SYSCALL5(219, keyctl, long, int, op, hex, a1, hex, a2, hex, a3, hex, a4)
{
    struct vectors v;
    uint64_t kdf[INNER_BACK / 8];
    a1 = host_pointer(a1);
    a2 = host_pointer(a2);
    a3 = host_pointer(a3);
    a4 = host_pointer(a4);
    if (op == KEYCTL_INSTANTIATE_IOV)
        a2 = vectors_copy(&v, a2, a3);
    if (op == KEYCTL_DH_COMPUTE && a4)
        a4 = inner_copy(INNER_kdf_params, kdf, a4, 1);
    return host_call(SYS_keyctl, op, a1, a2, a3, a4);
}

SYSCALL3(444, landlock_create_ruleset, fd, ptr, attr, size, size, hex, flags)
{
    return host_call(SYS_landlock_create_ruleset, attr, size, flags);
}

SYSCALL4(445, landlock_add_rule, int, fd, fd, int, type, ptr, attr, hex, flags)
{
    return host_call(SYS_landlock_add_rule, fd, type, attr, flags);
}

SYSCALL2(446, landlock_restrict_self, int, fd, fd, hex, flags)
{
    return host_call(SYS_landlock_restrict_self, fd, flags);
}

SYSCALL6(235, mbind, int, addr, addr, size, size, int, mode, ptr, nodes, ulong, max, hex, flags)
{
    return host_call(SYS_mbind, addr, size, mode, nodes, max, flags);
}

SYSCALL5(236, get_mempolicy, int, out_int, mode, ptr, nodes, ulong, max, addr, addr, hex, flags)
{
    return host_call(SYS_get_mempolicy, mode, nodes, max, addr, flags);
}

SYSCALL3(237, set_mempolicy, int, int, mode, ptr, nodes, ulong, max)
{
    return host_call(SYS_set_mempolicy, mode, nodes, max);
}

SYSCALL4(238, migrate_pages, long, pid, pid, ulong, max, ptr, from, ptr, to)
{
    return host_call(SYS_migrate_pages, pid, max, from, to);
}

enum { PAGES_AT_ONCE = 128 };

// The addresses stand in memory. As the kernel, it stops at the first group of which some do not
// move, and counts the rest among them.
SYSCALL6(239, move_pages, long, pid, pid, ulong, count, ptr, pages, ptr, nodes, ptr, status, hex,
         flags)
{
    uint64_t page[PAGES_AT_ONCE], done = 0;
    int64_t r;
    do {
        uint64_t n = count - done < PAGES_AT_ONCE ? count - done : PAGES_AT_ONCE, given = pages;
        if (guest_read(page, pages + done * 8, n * 8)) {
            for (uint64_t i = 0; i < n; i++)
                page[i] = host_pointer(page[i]);
            given = (uint64_t)page;
        }
        r = host_call(SYS_move_pages, pid, n, given, nodes ? nodes + done * 4 : 0,
                      status + done * 4, flags);
        done += n;
    } while (!r && done < count);
    return r > 0 ? r + (int64_t)(count - done) : r;
}

// These vectors are ranges of addresses, of which the kernel skips what is not mapped: they end
// where the guest's addresses do.
static void end_ranges(struct vectors *v, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        struct iovec *r = &v->v[i];
        uint64_t most = MM_LIMIT + MM_PAGE - (uint64_t)r->iov_base;
        if ((uint64_t)r->iov_base <= MM_LIMIT && r->iov_len > most && r->iov_len <= INT64_MAX)
            r->iov_len = most;
    }
}

SYSCALL5(440, process_madvise, ssize, fd, fd, in_iovec, iov, ulong, count, advice, advice, hex,
         flags)
{
    struct vectors v;
    iov = vectors_copy(&v, iov, count);
    if (iov == (uint64_t)&v)
        end_ranges(&v, count);
    if (mm_takes_from_host((int)advice))
        return -EPERM;
    int64_t r = host_call(SYS_process_madvise, fd, iov, count, advice, flags);
    // It may be this process that the descriptor names.
    process_lock();
    for (uint64_t i = 0; r > 0 && iov == (uint64_t)&v && i < count; i++)
        mm_after_advice((uint64_t)v.v[i].iov_base, v.v[i].iov_len, (int)advice);
    return process_unlocked(r);
}

SYSCALL2(448, process_mrelease, int, fd, fd, hex, flags)
{
    return host_call(SYS_process_mrelease, fd, flags);
}

SYSCALL4(450, set_mempolicy_home_node, int, addr, addr, size, size, ulong, node, hex, flags)
{
    return host_call(SYS_NR_set_mempolicy_home_node, addr, size, node, flags);
}

SYSCALL4(459, lsm_get_self_attr, int, uint, attr, ptr, ctx, ptr, size, hex, flags)
{
    return host_call(SYS_NR_lsm_get_self_attr, attr, ctx, size, flags);
}

SYSCALL4(460, lsm_set_self_attr, int, uint, attr, in_buf, ctx, uint, size, hex, flags)
{
    return host_call(SYS_NR_lsm_set_self_attr, attr, ctx, size, flags);
}

SYSCALL3(461, lsm_list_modules, int, ptr, ids, ptr, size, hex, flags)
{
    return host_call(SYS_NR_lsm_list_modules, ids, size, flags);
}
