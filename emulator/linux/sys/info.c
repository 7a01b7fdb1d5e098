// SPDX-License-Identifier: MIT
// What the machine is, what a process may use and has used.
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/lock.h"
#include "linux/sys.h"
#include "linux/sys/procfs.h"
#include "linux/sys_internal.h"
#include "linux/thread.h"
#include "linux/watch.h"

#include <stdio.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <unistd.h>

SYSCALL1(160, uname, int, out_utsname, buf)
{
    struct utsname u;
    int64_t err = host_call(SYS_uname, &u);
    if (err)
        return err;
    memset(u.machine, 0, sizeof u.machine);
    strcpy(u.machine, "aarch64");
    if (process.options.uname_release) {
        memset(u.release, 0, sizeof u.release);
        snprintf(u.release, sizeof u.release, "%s", process.options.uname_release);
    }
    return guest_write(buf, &u, sizeof u) ? 0 : -EFAULT;
}

SYSCALL1(179, sysinfo, int, ptr, info)
{
    return host_call(SYS_sysinfo, info);
}

SYSCALL2(165, getrusage, int, int, who, ptr, usage)
{
    return host_call(SYS_getrusage, who, usage);
}

SYSCALL2(161, sethostname, int, str, name, size, size)
{
    return host_call(SYS_sethostname, name, size);
}

SYSCALL2(162, setdomainname, int, str, name, size, size)
{
    return host_call(SYS_setdomainname, name, size);
}

SYSCALL3(116, syslog, int, int, type, ptr, buf, int, size)
{
    return host_call(SYS_syslog, type, buf, size);
}

SYSCALL1(92, personality, int, hex, persona)
{
    // There is no 32-bit personality to change to, as on a kernel without 32-bit support.
    if ((uint32_t)persona != UINT32_MAX && (persona & PER_MASK) == PER_LINUX32)
        return -EINVAL;
    // Executable is what the table of mappings says, not what the host does.
    bool query = (uint32_t)persona == UINT32_MAX, was = process.mm.read_is_exec;
    int64_t old =
        host_call(SYS_personality, query ? persona : persona & ~(uint64_t)READ_IMPLIES_EXEC);
    if (old < 0)
        return old;
    if (!query)
        process.mm.read_is_exec = persona & READ_IMPLIES_EXEC;
    return old | (was ? READ_IMPLIES_EXEC : 0);
}

SYSCALL3(278, getrandom, ssize, out_buf, buf, size, size, hex, flags)
{
    return host_call_blocking(t, SYS_getrandom, buf, size, flags);
}

static struct limit_account *account_of(int resource)
{
    switch (resource) {
    case RLIMIT_AS: return &process.limits[LIMIT_AS];
    case RLIMIT_DATA: return &process.limits[LIMIT_DATA];
    default: return NULL;
    }
}

static int64_t get_limit(int resource, struct rlimit *limit)
{
    struct limit_account *a = account_of(resource);
    if (!a || !a->known)
        return host_call(SYS_prlimit64, 0, resource, NULL, limit);
    *limit = a->limit;
    return 0;
}

static int64_t set_limit(int resource, const struct rlimit *limit)
{
    struct limit_account *a = account_of(resource);
    struct rlimit old;
    if (!a)
        return host_call(SYS_prlimit64, 0, resource, limit, NULL);
    if (limit->rlim_cur > limit->rlim_max)
        return -EINVAL;
    int64_t err = get_limit(resource, &old);
    if (err)
        return err;
    if (limit->rlim_max > old.rlim_max && host_call(SYS_geteuid) != 0)
        return -EPERM;
    a->limit = *limit;
    a->known = true;
    return 0;
}

uint64_t sys_guest_limit(int resource)
{
    const struct limit_account *a = account_of(resource);
    return a->known ? a->limit.rlim_cur : RLIM_INFINITY;
}

static int64_t limits(int resource, uint64_t new, uint64_t old)
{
    struct rlimit before, after;
    if (new && !guest_read(&after, new, sizeof after))
        return -EFAULT;
    process_lock();
    int64_t err = get_limit(resource, &before);
    if (!err && new)
        err = set_limit(resource, &after);
    process_unlock();
    if (!err && old && !guest_write(old, &before, sizeof before))
        err = -EFAULT;
    return err;
}

// What another guest has on its own account is in its memory.
static int64_t limits_of(int pid, int resource, uint64_t new, uint64_t old)
{
    struct limit_account *a = account_of(resource), now;
    struct iovec here = {&now, sizeof now}, there = {a, sizeof now};
    struct rlimit before, after;
    if (new && !guest_read(&after, new, sizeof after))
        return -EFAULT;
    int64_t err = host_call(SYS_prlimit64, pid, resource, NULL, &before);
    if (err)
        return err;
    if (host_call(SYS_process_vm_readv, pid, &here, 1, &there, 1, 0) != sizeof now)
        return -EPERM;
    if (now.known)
        before = now.limit;
    if (new) {
        if (after.rlim_cur > after.rlim_max)
            return -EINVAL;
        if (after.rlim_max > before.rlim_max && host_call(SYS_geteuid) != 0)
            return -EPERM;
        now = (struct limit_account){.known = true, .limit = after};
        if (host_call(SYS_process_vm_writev, pid, &here, 1, &there, 1, 0) != sizeof now)
            return -EPERM;
    }
    return old && !guest_write(old, &before, sizeof before) ? -EFAULT : 0;
}

SYSCALL2(163, getrlimit, int, resource, resource, out_rlimit, limit)
{
    return limits(resource, 0, limit ? limit : GUEST_NOWHERE);
}

SYSCALL2(164, setrlimit, int, resource, resource, in_rlimit, limit)
{
    return limit ? limits(resource, limit, 0) : -EFAULT;
}

SYSCALL4(261, prlimit64, int, pid, pid, resource, resource, in_rlimit, limit, out_rlimit, old)
{
    if (pid && pid != host_call(SYS_getpid))
        return account_of(resource) && procfs_is_guest(pid)
                   ? limits_of(pid, resource, limit, old)
                   : host_call(SYS_prlimit64, pid, resource, limit, old);
    return limits(resource, limit, old);
}
