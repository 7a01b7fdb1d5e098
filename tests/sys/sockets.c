// SPDX-License-Identifier: MIT
// Sockets: unix and internet, datagrams and streams, messages with descriptors, options.
#define _GNU_SOURCE
#include "guest.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static void *volatile bad = (void *)16;

static void descriptors(void)
{
    int s[2], p[2];
    char data = 'd', control[CMSG_SPACE(sizeof(int))] = {0}, buf[8] = {0};
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s) == 0 && pipe(p) == 0);
    struct iovec iov = {&data, 1};
    struct msghdr m = {
        .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(c), &p[1], sizeof(int));
    CHECK(sendmsg(s[0], &m, 0) == 1);
    memset(control, 0, sizeof control);
    data = 0;
    CHECK(recvmsg(s[1], &m, MSG_CMSG_CLOEXEC) == 1 && data == 'd' &&
          m.msg_controllen == sizeof control);
    int fd;
    memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof fd);
    CHECK(fd != p[1] && write(fd, "via", 3) == 3 && read(p[0], buf, 8) == 3 && !strcmp(buf, "via"));
    CHECK(shutdown(s[0], SHUT_WR) == 0 && read(s[1], buf, 8) == 0);
    struct ucred cred;
    socklen_t size = sizeof cred;
    CHECK(getsockopt(s[0], SOL_SOCKET, SO_PEERCRED, &cred, &size) == 0 && cred.pid == getpid());
}

static void stream(void)
{
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)},
                       peer;
    socklen_t size = sizeof addr;
    int one = 1, status;
    char buf[16] = {0};
    int l = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0);
    CHECK(bind(l, (void *)&addr, sizeof addr) == 0 && listen(l, 5) == 0 &&
          getsockname(l, (void *)&addr, &size) == 0);
    CHECK(size == sizeof addr && addr.sin_port != 0);
    fflush(stdout);
    pid_t pid = fork();
    if (!pid) {
        int c = socket(AF_INET, SOCK_STREAM, 0);
        _exit(connect(c, (void *)&addr, sizeof addr) || send(c, "ping", 4, MSG_NOSIGNAL) != 4 ||
              recv(c, buf, 4, MSG_WAITALL) != 4);
    }
    size = sizeof peer;
    int c = accept4(l, (void *)&peer, &size, SOCK_CLOEXEC);
    CHECK(c >= 0 && size == sizeof peer && peer.sin_family == AF_INET);
    CHECK(setsockopt(c, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) == 0);
    CHECK(recv(c, buf, sizeof buf, 0) == 4 && !strcmp(buf, "ping") && send(c, "pong", 4, 0) == 4);
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    CHECK(connect(socket(AF_INET, SOCK_STREAM, 0), (void *)&addr, 3) == -1 && errno == EINVAL);
    close(l);
    CHECK(connect(socket(AF_INET, SOCK_STREAM, 0), (void *)&addr, sizeof addr) == -1 &&
          errno == ECONNREFUSED);
}

static void datagrams(void)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX, .sun_path = "socket"}, from;
    socklen_t size = sizeof from;
    char buf[2][8] = {{0}};
    int r = socket(AF_UNIX, SOCK_DGRAM, 0), s = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    CHECK(bind(r, (void *)&a, sizeof a) == 0 && sendto(s, "one", 3, 0, (void *)&a, sizeof a) == 3);
    CHECK(recvfrom(r, buf[0], 8, 0, (void *)&from, &size) == 3 && !strcmp(buf[0], "one"));
    struct iovec iov[2] = {{(void *)"two", 3}, {(void *)"three", 5}},
                 in[2] = {{buf[0], 8}, {buf[1], 8}};
    struct mmsghdr out[2] = {{.msg_hdr = {&a, sizeof a, &iov[0], 1}},
                             {.msg_hdr = {&a, sizeof a, &iov[1], 1}}};
    struct mmsghdr got[2] = {{.msg_hdr = {.msg_iov = &in[0], .msg_iovlen = 1}},
                             {.msg_hdr = {.msg_iov = &in[1], .msg_iovlen = 1}}};
    CHECK(sendmmsg(s, out, 2, 0) == 2 && out[1].msg_len == 5);
    CHECK(recvmmsg(r, got, 2, MSG_WAITFORONE, NULL) == 2 && got[1].msg_len == 5 &&
          !strcmp(buf[1], "three"));
    CHECK(recv(s, buf, 1, 0) == -1 && errno == EAGAIN);
    CHECK(sendto(s, bad, 3, 0, (void *)&a, sizeof a) == -1 && errno == EFAULT);
    CHECK(socket(AF_UNIX, 9, 0) == -1 && getsockname(0x7fff, (void *)&from, &size) == -1 &&
          errno == EBADF);
}

int main(void)
{
    descriptors();
    stream();
    datagrams();
    return guest_done();
}
