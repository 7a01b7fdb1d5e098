// SPDX-License-Identifier: MIT
// beyond: some attributes of interfaces
// Netlink: interfaces, addresses and routes as the kernel lists them, and what it says of messages that are wrong.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char answer[65536] __attribute__((aligned(8)));

// Asks for a list; how many entries of type `of` it has, or -errno. Whether the interface lo was among them goes to *lo.
static int list(int s, int type, int of, size_t body, int *lo)
{
    struct {
        struct nlmsghdr head;
        char body[64];
    } ask = {.head = {.nlmsg_len = NLMSG_LENGTH(body),
                      .nlmsg_type = (unsigned short)type,
                      .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
                      .nlmsg_seq = 7}};
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    if (sendto(s, &ask, ask.head.nlmsg_len, 0, (void *)&kernel, sizeof kernel) < 0)
        return -errno;
    for (int n = 0;;) {
        struct sockaddr_nl from;
        struct iovec v = {answer, sizeof answer};
        struct msghdr m = {.msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &v, .msg_iovlen = 1};
        long size = recvmsg(s, &m, 0);
        CHECK(size > 0 && from.nl_pid == 0 && m.msg_namelen == sizeof from);
        if (size <= 0)
            return -errno;
        for (struct nlmsghdr *h = (void *)answer; NLMSG_OK(h, size); h = NLMSG_NEXT(h, size)) {
            CHECK(h->nlmsg_seq == 7);
            if (h->nlmsg_type == NLMSG_DONE)
                return n;
            if (h->nlmsg_type == NLMSG_ERROR)
                return ((struct nlmsgerr *)NLMSG_DATA(h))->error;
            n += h->nlmsg_type == of;
            struct rtattr *a = (void *)((char *)NLMSG_DATA(h) + NLMSG_ALIGN(body));
            int left = (int)(h->nlmsg_len - NLMSG_LENGTH(NLMSG_ALIGN(body)));
            for (; lo && RTA_OK(a, left); a = RTA_NEXT(a, left))
                *lo |= a->rta_type == IFLA_IFNAME && !strcmp(RTA_DATA(a), "lo");
        }
    }
}

int main(void)
{
    int lo = 0, one = 1, s = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (s < 0) { // not built in
        CHECK(errno == EAFNOSUPPORT || errno == EPROTONOSUPPORT);
        return guest_done();
    }
    struct sockaddr_nl own = {.nl_family = AF_NETLINK};
    socklen_t size = sizeof own;
    CHECK(bind(s, (void *)&own, sizeof own) == 0);
    CHECK(getsockname(s, (void *)&own, &size) == 0 && size == sizeof own && own.nl_pid != 0);
    CHECK(setsockopt(s, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof one) == 0);
    CHECK(list(s, RTM_GETLINK, RTM_NEWLINK, sizeof(struct ifinfomsg), &lo) >= 1 && lo);
    CHECK(list(s, RTM_GETADDR, RTM_NEWADDR, sizeof(struct ifaddrmsg), NULL) >= 0);
    CHECK(list(s, RTM_GETROUTE, RTM_NEWROUTE, sizeof(struct rtmsg), NULL) >= 0);
    int r = list(s, 0x3fff, 0, sizeof(struct rtmsg), NULL);
    CHECK(r == -EOPNOTSUPP || r == -EINVAL);
    CHECK(sendto(s, (void *)16, 20, 0, NULL, 0) == -1);
    close(s);
    CHECK(socket(AF_NETLINK, SOCK_RAW, 99) == -1 && errno == EPROTONOSUPPORT);
    CHECK(socket(AF_NETLINK, SOCK_STREAM, 0) == -1 && errno == ESOCKTNOSUPPORT);
    return guest_done();
}
