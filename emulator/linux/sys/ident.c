// SPDX-License-Identifier: MIT
// Who a process is: ids, groups, sessions, capabilities. The host's kernel keeps all of it.
#include "linux/host_call.h"
#include "linux/sys.h"

#include <unistd.h>

SYSCALL0(172, getpid, pid)
{
    return host_call(SYS_getpid);
}

SYSCALL0(173, getppid, pid)
{
    return host_call(SYS_getppid);
}

SYSCALL0(178, gettid, pid)
{
    return host_call(SYS_gettid);
}

SYSCALL0(174, getuid, uid)
{
    return host_call(SYS_getuid);
}

SYSCALL0(175, geteuid, uid)
{
    return host_call(SYS_geteuid);
}

SYSCALL0(176, getgid, gid)
{
    return host_call(SYS_getgid);
}

SYSCALL0(177, getegid, gid)
{
    return host_call(SYS_getegid);
}

SYSCALL1(146, setuid, int, uid, uid)
{
    return host_call(SYS_setuid, uid);
}

SYSCALL1(144, setgid, int, gid, gid)
{
    return host_call(SYS_setgid, gid);
}

SYSCALL2(145, setreuid, int, uid, real, uid, effective)
{
    return host_call(SYS_setreuid, real, effective);
}

SYSCALL2(143, setregid, int, gid, real, gid, effective)
{
    return host_call(SYS_setregid, real, effective);
}

SYSCALL3(147, setresuid, int, uid, real, uid, effective, uid, saved)
{
    return host_call(SYS_setresuid, real, effective, saved);
}

SYSCALL3(149, setresgid, int, gid, real, gid, effective, gid, saved)
{
    return host_call(SYS_setresgid, real, effective, saved);
}

SYSCALL3(148, getresuid, int, out_uint, real, out_uint, effective, out_uint, saved)
{
    return host_call(SYS_getresuid, real, effective, saved);
}

SYSCALL3(150, getresgid, int, out_uint, real, out_uint, effective, out_uint, saved)
{
    return host_call(SYS_getresgid, real, effective, saved);
}

SYSCALL1(151, setfsuid, uid, uid, uid)
{
    return host_call(SYS_setfsuid, uid);
}

SYSCALL1(152, setfsgid, gid, gid, gid)
{
    return host_call(SYS_setfsgid, gid);
}

SYSCALL2(158, getgroups, int, int, size, ptr, list)
{
    return host_call(SYS_getgroups, size, list);
}

SYSCALL2(159, setgroups, int, int, size, ptr, list)
{
    return host_call(SYS_setgroups, size, list);
}

SYSCALL2(154, setpgid, int, pid, pid, pid, group)
{
    return host_call(SYS_setpgid, pid, group);
}

SYSCALL1(155, getpgid, pid, pid, pid)
{
    return host_call(SYS_getpgid, pid);
}

SYSCALL1(156, getsid, pid, pid, pid)
{
    return host_call(SYS_getsid, pid);
}

SYSCALL0(157, setsid, pid)
{
    return host_call(SYS_setsid);
}

SYSCALL2(90, capget, int, ptr, header, ptr, data)
{
    return host_call(SYS_capget, header, data);
}

SYSCALL2(91, capset, int, ptr, header, ptr, data)
{
    return host_call(SYS_capset, header, data);
}

SYSCALL1(97, unshare, int, cloneflags, flags)
{
    return host_call(SYS_unshare, flags);
}

SYSCALL2(268, setns, int, fd, fd, cloneflags, type)
{
    return host_call(SYS_setns, fd, type);
}
