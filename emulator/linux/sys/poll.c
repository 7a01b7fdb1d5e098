// SPDX-License-Identifier: MIT
// Waiting for descriptors.
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/inner.h"
#include "linux/sys.h"
#include "linux/sys_abi.h"

#include <limits.h>
#include <sys/epoll.h>
#include <unistd.h>

SYSCALL5(73, ppoll, int, pollfds, fds, count, count, in_timespec, timeout, in_sigset, mask, size,
         size)
{
    return signal_masked_call(t, mask, SYS_ppoll, fds, count, timeout, mask, size, 0);
}

SYSCALL6(72, pselect6, int, int, count, fdset, readable, fdset, writable, fdset, exceptional,
         in_timespec, timeout, ptr, mask)
{
    struct inner_sigset of = {0};
    mask = inner_copy(INNER_sigset_pair, &of, mask, 1);
    return signal_masked_call(t, of.set, SYS_pselect6, (uint64_t)count, readable, writable,
                              exceptional, timeout, mask);
}

SYSCALL1(20, epoll_create1, fd, fdflags, flags)
{
    return host_call(SYS_epoll_create1, flags);
}

SYSCALL4(21, epoll_ctl, int, fd, epfd, epollop, op, fd, fd, in_epoll, event)
{
    struct guest_epoll_event g;
    struct epoll_event e;
    if (op == EPOLL_CTL_DEL)
        return host_call(SYS_epoll_ctl, epfd, op, fd, NULL);
    if (!guest_read(&g, event, sizeof g))
        return -EFAULT;
    e.events = g.events;
    e.data.u64 = g.data;
    return host_call(SYS_epoll_ctl, epfd, op, fd, &e);
}

// Unpacks the host's events where they lie, from the last one on: the guest's are longer.
static int64_t unpack_events(uint64_t events, int64_t n)
{
    int64_t good = n;
    for (int64_t i = n - 1; i >= 0; i--) {
        struct epoll_event e;
        struct guest_epoll_event g = {0};
        bool moved = guest_read(&e, events + (uint64_t)i * sizeof e, sizeof e);
        g.events = e.events;
        g.data = e.data.u64;
        if (!moved || !guest_write(events + (uint64_t)i * sizeof g, &g, sizeof g))
            good = i;
    }
    return good || !n ? good : -EFAULT;
}

static int64_t epoll_wait_host(struct thread *t, long nr, int epfd, uint64_t events, int max,
                               uint64_t timeout, uint64_t mask, uint64_t size)
{
    if (max > INT_MAX / (int)sizeof(struct guest_epoll_event))
        max = INT_MAX; // too many for the host, too, which looks at the rest first
    int64_t n =
        signal_masked_call(t, mask, nr, (uint64_t)epfd, events, (uint64_t)max, timeout, mask, size);
    return n > 0 ? unpack_events(events, n) : n;
}

SYSCALL6(22, epoll_pwait, int, fd, epfd, out_epolls, events, int, max, int, timeout, in_sigset,
         mask, size, size)
{
    return epoll_wait_host(t, SYS_epoll_pwait, epfd, events, max, (uint64_t)(int64_t)timeout, mask,
                           size);
}

SYSCALL6(441, epoll_pwait2, int, fd, epfd, out_epolls, events, int, max, in_timespec, timeout,
         in_sigset, mask, size, size)
{
    return epoll_wait_host(t, 441, epfd, events, max, timeout, mask, size);
}
