// SPDX-License-Identifier: MIT
// Sockets. Addresses, message headers, options and flags have the same layout on both sides.
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/inner.h"
#include "linux/sys.h"

#include <linux/if_packet.h>
#include <linux/if_xdp.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/tcp.h>
#include <time.h>
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

// A message as the host is given it.
struct message {
    struct msghdr head;
    struct vectors vectors;
};

// One message's head, its vectors behind the `used` ones that are in *v. False: they have no room.
static bool head_copy(struct msghdr *to, uint64_t *given, struct vectors *v, uint64_t *used,
                      uint64_t from)
{
    *given = inner_copy(INNER_msghdr, to, from, 1);
    if (*given != (uint64_t)to || to->msg_iovlen > IOV_MAX)
        return true; // refused by the host, which does not look at the vectors
    if (to->msg_iovlen > IOV_MAX - *used)
        return false;
    to->msg_iov = (struct iovec *)inner_copy(INNER_iovec, v->v + *used, (uint64_t)to->msg_iov,
                                             to->msg_iovlen);
    *used += to->msg_iovlen;
    return true;
}

static uint64_t message_copy(struct message *m, uint64_t from)
{
    uint64_t given, used = 0;
    head_copy(&m->head, &given, &m->vectors, &used, from);
    return given;
}

// What the kernel says in the head of a message that was received.
static bool head_put_back(uint64_t to, const struct msghdr *h)
{
    if (h->msg_name && !guest_write(to + offsetof(struct msghdr, msg_namelen), &h->msg_namelen,
                                    sizeof h->msg_namelen))
        return false;
    return guest_write(to + offsetof(struct msghdr, msg_flags), &h->msg_flags,
                       sizeof h->msg_flags) &&
           guest_write(to + offsetof(struct msghdr, msg_controllen), &h->msg_controllen,
                       sizeof h->msg_controllen);
}

SYSCALL3(211, sendmsg, ssize, fd, fd, in_msghdr, msg, msgflags, flags)
{
    struct message m;
    return host_call_blocking(t, SYS_sendmsg, fd, message_copy(&m, msg), flags);
}

SYSCALL3(212, recvmsg, ssize, fd, fd, out_msghdr, msg, msgflags, flags)
{
    struct message m;
    int64_t r = host_call_blocking(t, SYS_recvmsg, fd, message_copy(&m, msg), flags);
    return r < 0 || head_put_back(msg, &m.head) ? r : -EFAULT;
}

// Many messages go to the host some at a time; between, it is as if nothing were.
enum { MESSAGES_AT_ONCE = 64 };
struct messages {
    struct mmsghdr m[MESSAGES_AT_ONCE];
    struct vectors vectors;
};

// Copies the next ones, of which there are `count`. Returns how many, at least one; the last may be
// one that is not readable: *given is then what the host gets if it is the first.
static unsigned messages_copy(struct messages *to, uint64_t *given, uint64_t from, unsigned count)
{
    uint64_t used = 0;
    for (unsigned i = 0; i < count && i < MESSAGES_AT_ONCE; i++) {
        uint64_t head;
        if (!head_copy(&to->m[i].msg_hdr, &head, &to->vectors, &used, from + i * sizeof *to->m))
            return i;
        if (head != (uint64_t)&to->m[i].msg_hdr) {
            *given = i ? (uint64_t)to : head;
            return i ? i : 1;
        }
    }
    *given = (uint64_t)to;
    return count < MESSAGES_AT_ONCE ? count : MESSAGES_AT_ONCE;
}

// Puts the first `n` back; how many of them could be.
static unsigned messages_put_back(uint64_t to, const struct messages *from, unsigned n, bool heads)
{
    for (unsigned i = 0; i < n; i++, to += sizeof *from->m)
        if ((heads && !head_put_back(to, &from->m[i].msg_hdr)) ||
            !guest_write32(to + offsetof(struct mmsghdr, msg_len), from->m[i].msg_len))
            return i;
    return n;
}

static bool is_over(uint64_t timeout)
{
    struct timespec left;
    return timeout && guest_read(&left, timeout, sizeof left) && !left.tv_sec && !left.tv_nsec;
}

static int64_t many(struct thread *t, long nr, int fd, uint64_t msgs, unsigned count,
                    unsigned flags, uint64_t timeout)
{
    struct messages m;
    unsigned done = 0, n, put;
    int64_t r;
    do {
        uint64_t given = (uint64_t)&m, at = msgs + done * sizeof *m.m;
        n = messages_copy(&m, &given, at, count - done);
        r = host_call_blocking(t, nr, fd, given, n, flags, timeout);
        put = r < 0 ? 0 : messages_put_back(at, &m, (unsigned)r, nr == SYS_recvmmsg);
        done += put;
        if (flags & MSG_WAITFORONE)
            flags |= MSG_DONTWAIT;
    } while (r == n && put == n && done < count && !is_over(timeout));
    return done ? done : r > 0 ? -EFAULT : r;
}

SYSCALL4(269, sendmmsg, int, fd, fd, ptr, msgs, uint, count, msgflags, flags)
{
    return many(t, SYS_sendmmsg, fd, msgs, count < IOV_MAX ? count : IOV_MAX, (unsigned)flags, 0);
}

SYSCALL5(243, recvmmsg, int, fd, fd, ptr, msgs, uint, count, msgflags, flags, in_timespec, timeout)
{
    return many(t, SYS_recvmmsg, fd, msgs, count, (unsigned)flags, timeout);
}

// Options whose value holds pointers.
static enum inner inner_of_option(int level, int option)
{
    switch (level) {
    case SOL_SOCKET:
        return option == SO_ATTACH_FILTER || option == SO_ATTACH_REUSEPORT_CBPF ? INNER_sock_fprog
                                                                                : INNER_NONE;
    case IPPROTO_TCP: return option == TCP_ZEROCOPY_RECEIVE ? INNER_tcp_zerocopy : INNER_NONE;
    case IPPROTO_IP:
    case IPPROTO_IPV6: return option == IPT_SO_SET_REPLACE ? INNER_ipt_replace : INNER_NONE;
    case SOL_PACKET: return option == PACKET_FANOUT_DATA ? INNER_sock_fprog : INNER_NONE;
    case SOL_XDP: return option == XDP_UMEM_REG ? INNER_xdp_umem : INNER_NONE;
    default: return INNER_NONE;
    }
}

SYSCALL5(208, setsockopt, int, fd, fd, int, level, int, option, ptr, value, uint, size)
{
    uint64_t room[INNER_BACK / 8];
    enum inner what = inner_of_option(level, option);
    if (unlikely(what))
        value = inner_copy_sized(what, room, sizeof room, value, size);
    return host_call(SYS_setsockopt, fd, level, option, value, size);
}

static int64_t zerocopy_receive(int fd, uint64_t value, uint64_t size)
{
    uint64_t room[INNER_BACK / 8];
    uint32_t n, given_n;
    if (!guest_read(&n, size, sizeof n))
        return -EFAULT;
    if (n > sizeof room)
        return -EINVAL;
    given_n = n;
    uint64_t given = inner_copy_sized(INNER_tcp_zerocopy, room, sizeof room, value, n);
    int64_t r = host_call(SYS_getsockopt, fd, IPPROTO_TCP, TCP_ZEROCOPY_RECEIVE, given, &given_n);
    if (r < 0)
        return r;
    r = inner_put_back(INNER_tcp_zerocopy, room, value, n);
    return r || guest_write32(size, given_n) ? r : -EFAULT;
}

SYSCALL5(209, getsockopt, int, fd, fd, int, level, int, option, ptr, value, out_int, size)
{
    if (unlikely(level == IPPROTO_TCP && option == TCP_ZEROCOPY_RECEIVE))
        return zerocopy_receive(fd, value, size);
    return host_call(SYS_getsockopt, fd, level, option, value, size);
}

SYSCALL2(210, shutdown, int, fd, fd, shuthow, how)
{
    return host_call(SYS_shutdown, fd, how);
}
