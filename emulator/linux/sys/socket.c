// SPDX-License-Identifier: MIT
// Sockets. Addresses, message headers, options and flags have the same layout on both sides.
#include "linux/host_call.h"
#include "linux/sys.h"

#include <unistd.h>

SYSCALL3(198, socket, fd, sockdomain, domain, socktype, type, int, protocol)
{
    return host_call(SYS_socket, domain, type, protocol);
}

SYSCALL4(199, socketpair, int, sockdomain, domain, socktype, type, int, protocol, out_fds, fds)
{
    return host_call(SYS_socketpair, domain, type, protocol, fds);
}

SYSCALL3(200, bind, int, fd, fd, in_sockaddr, addr, uint, size)
{
    return host_call(SYS_bind, fd, addr, size);
}

SYSCALL2(201, listen, int, fd, fd, int, backlog)
{
    return host_call(SYS_listen, fd, backlog);
}

SYSCALL3(202, accept, fd, fd, fd, out_sockaddr, addr, ptr, size)
{
    return host_call_blocking(t, SYS_accept, fd, addr, size);
}

SYSCALL4(242, accept4, fd, fd, fd, out_sockaddr, addr, ptr, size, hex, flags)
{
    return host_call_blocking(t, SYS_accept4, fd, addr, size, flags);
}

SYSCALL3(203, connect, int, fd, fd, in_sockaddr, addr, uint, size)
{
    return host_call_blocking(t, SYS_connect, fd, addr, size);
}

SYSCALL3(204, getsockname, int, fd, fd, out_sockaddr, addr, out_int, size)
{
    return host_call(SYS_getsockname, fd, addr, size);
}

SYSCALL3(205, getpeername, int, fd, fd, out_sockaddr, addr, out_int, size)
{
    return host_call(SYS_getpeername, fd, addr, size);
}

SYSCALL6(206, sendto, ssize, fd, fd, in_buf, buf, size, size, msgflags, flags, in_sockaddr, addr,
         uint, addr_size)
{
    return host_call_blocking(t, SYS_sendto, fd, buf, size, flags, addr, addr_size);
}

SYSCALL6(207, recvfrom, ssize, fd, fd, out_buf, buf, size, size, msgflags, flags, out_sockaddr,
         addr, ptr, addr_size)
{
    return host_call_blocking(t, SYS_recvfrom, fd, buf, size, flags, addr, addr_size);
}

SYSCALL3(211, sendmsg, ssize, fd, fd, in_msghdr, msg, msgflags, flags)
{
    return host_call_blocking(t, SYS_sendmsg, fd, msg, flags);
}

SYSCALL3(212, recvmsg, ssize, fd, fd, out_msghdr, msg, msgflags, flags)
{
    return host_call_blocking(t, SYS_recvmsg, fd, msg, flags);
}

SYSCALL4(269, sendmmsg, int, fd, fd, ptr, msgs, uint, count, msgflags, flags)
{
    return host_call_blocking(t, SYS_sendmmsg, fd, msgs, count, flags);
}

SYSCALL5(243, recvmmsg, int, fd, fd, ptr, msgs, uint, count, msgflags, flags, in_timespec, timeout)
{
    return host_call_blocking(t, SYS_recvmmsg, fd, msgs, count, flags, timeout);
}

SYSCALL5(208, setsockopt, int, fd, fd, int, level, int, option, ptr, value, uint, size)
{
    return host_call(SYS_setsockopt, fd, level, option, value, size);
}

SYSCALL5(209, getsockopt, int, fd, fd, int, level, int, option, ptr, value, out_int, size)
{
    return host_call(SYS_getsockopt, fd, level, option, value, size);
}

SYSCALL2(210, shutdown, int, fd, fd, int, how)
{
    return host_call(SYS_shutdown, fd, how);
}
