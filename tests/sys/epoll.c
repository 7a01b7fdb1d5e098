// SPDX-License-Identifier: MIT
// epoll, whose event structure the host packs; many events at once.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MANY = 600 };

int main(void)
{
    static struct epoll_event got[MANY + 1];
    static char seen[MANY];
    struct epoll_event e = {.events = EPOLLIN, .data.u64 = 0x1122334455667788};
    int ep = epoll_create1(EPOLL_CLOEXEC), fd = eventfd(0, EFD_NONBLOCK);
    CHECK(sizeof e == (GUEST_ARM64 ? 16 : 12) && ep >= 0 && fd >= 0);
    CHECK(epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e) == 0 && epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e) == -1 &&
          errno == EEXIST);
    memset(got, 0x55, sizeof got);
    CHECK(epoll_wait(ep, got, 4, 0) == 0 && eventfd_write(fd, 1) == 0 &&
          epoll_wait(ep, got, 4, 1000) == 1);
    CHECK(got[0].events == EPOLLIN && got[0].data.u64 == 0x1122334455667788 &&
          got[1].events == 0x55555555);
    e.data.u64 = ~0ul;
    e.events = EPOLLIN | EPOLLOUT;
    CHECK(epoll_ctl(ep, EPOLL_CTL_MOD, fd, &e) == 0 && epoll_wait(ep, got, 4, 1000) == 1 &&
          got[0].data.u64 == ~0ul);
    CHECK(got[0].events == (EPOLLIN | EPOLLOUT));
    CHECK(epoll_wait(ep, got, 0, 0) == -1 && errno == EINVAL);
    CHECK(syscall(SYS_epoll_pwait, ep, 16l, 4, 0, 0, 8l) == -1 && errno == EFAULT);
    CHECK(syscall(SYS_epoll_ctl, ep, EPOLL_CTL_ADD, fd, 16l) == -1 && errno == EFAULT);
    CHECK(epoll_ctl(ep, EPOLL_CTL_DEL, fd, NULL) == 0 &&
          epoll_ctl(ep, EPOLL_CTL_DEL, fd, NULL) == -1 && errno == ENOENT);
    CHECK(epoll_ctl(ep, 99, fd, &e) == -1 && errno == EINVAL);

    struct rlimit files = {MANY + 64, MANY + 64};
    if (setrlimit(RLIMIT_NOFILE, &files) == 0) {
        for (int i = 0; i < MANY; i++) {
            struct epoll_event one = {.events = EPOLLIN | EPOLLET, .data.u32 = (unsigned)i};
            int event = eventfd(1, 0);
            CHECK(event >= 0 && epoll_ctl(ep, EPOLL_CTL_ADD, event, &one) == 0);
        }
        CHECK(epoll_wait(ep, got, MANY + 1, 1000) == MANY);
        for (int i = 0; i < MANY; i++)
            seen[got[i].data.u32]++;
        for (int i = 0; i < MANY; i++)
            CHECK(seen[i] == 1);
    }
    return guest_done();
}
