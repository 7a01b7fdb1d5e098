// SPDX-License-Identifier: MIT
// What goes along with messages of local sockets: who sent them (SCM_CREDENTIALS, SO_PEERCRED), descriptors (SCM_RIGHTS),
// both at once, and what has no room.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

union control {
    char bytes[CMSG_SPACE(sizeof(struct ucred)) + CMSG_SPACE(4 * sizeof(int))];
    struct cmsghdr align;
};

static struct cmsghdr *put(struct msghdr *m, int type, const void *data, size_t size)
{
    struct cmsghdr *c = (struct cmsghdr *)((char *)m->msg_control + m->msg_controllen);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = type;
    c->cmsg_len = CMSG_LEN(size);
    memcpy(CMSG_DATA(c), data, size);
    m->msg_controllen += CMSG_SPACE(size);
    return c;
}

static const void *find(struct msghdr *m, int type, size_t size)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c))
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == type && c->cmsg_len == CMSG_LEN(size))
            return CMSG_DATA(c);
    return NULL;
}

static char byte[1];
static struct iovec one = {byte, 1};

static struct msghdr message(union control *room)
{
    memset(room, 0, sizeof *room);
    return (struct msghdr){.msg_iov = &one, .msg_iovlen = 1, .msg_control = room->bytes};
}

static void credentials(int from, int to)
{
    union control room;
    struct msghdr m = message(&room);
    struct ucred own = {getpid(), getuid(), getgid()}, got;
    m.msg_controllen = 0;
    put(&m, SCM_CREDENTIALS, &own, sizeof own);
    CHECK(sendmsg(from, &m, 0) == 1);
    m = message(&room);
    m.msg_controllen = sizeof room.bytes;
    CHECK(recvmsg(to, &m, 0) == 1 && !(m.msg_flags & MSG_CTRUNC));
    const void *data = find(&m, SCM_CREDENTIALS, sizeof got);
    CHECK(data != NULL);
    if (data) {
        memcpy(&got, data, sizeof got);
        CHECK(got.pid == own.pid && got.uid == own.uid && got.gid == own.gid);
    }
    // Nobody may be somebody else but root, and nobody a process that is not there.
    own.pid = 0x3fffffff;
    m = message(&room);
    m.msg_controllen = 0;
    put(&m, SCM_CREDENTIALS, &own, sizeof own);
    CHECK(sendmsg(from, &m, 0) == -1 && (errno == EPERM || errno == ESRCH));
}

// Without a word from the sender the kernel adds them, also for a child.
static void of_child(int from, int to)
{
    union control room;
    struct ucred got = {0};
    int status;
    pid_t pid = fork();
    if (!pid)
        _exit(write(from, "c", 1) != 1);
    struct msghdr m = message(&room);
    m.msg_controllen = sizeof room.bytes;
    CHECK(recvmsg(to, &m, 0) == 1 && byte[0] == 'c');
    const void *data = find(&m, SCM_CREDENTIALS, sizeof got);
    if (data)
        memcpy(&got, data, sizeof got);
    CHECK(got.pid == pid && got.uid == getuid() && got.gid == getgid());
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
}

static void with_descriptors(int from, int to)
{
    union control room;
    int p[2], got[2] = {-1, -1};
    char c = 0;
    CHECK(pipe(p) == 0);
    struct msghdr m = message(&room);
    struct ucred own = {getpid(), getuid(), getgid()};
    m.msg_controllen = 0;
    put(&m, SCM_CREDENTIALS, &own, sizeof own);
    put(&m, SCM_RIGHTS, p, sizeof p);
    CHECK(sendmsg(from, &m, 0) == 1);
    m = message(&room);
    m.msg_controllen = sizeof room.bytes;
    CHECK(recvmsg(to, &m, MSG_CMSG_CLOEXEC) == 1);
    const void *data = find(&m, SCM_RIGHTS, sizeof got);
    CHECK(data && find(&m, SCM_CREDENTIALS, sizeof own));
    if (data)
        memcpy(got, data, sizeof got);
    CHECK(fcntl(got[0], F_GETFD) == FD_CLOEXEC && fcntl(got[1], F_GETFD) == FD_CLOEXEC);
    CHECK(write(got[1], "x", 1) == 1 && read(p[0], &c, 1) == 1 && c == 'x');
    close(got[0]);
    close(got[1]);
    // No room for them: they are lost, and that is said.
    m = message(&room);
    m.msg_controllen = 0;
    put(&m, SCM_RIGHTS, p, sizeof p);
    CHECK(sendmsg(from, &m, 0) == 1);
    m = message(&room);
    CHECK(recvmsg(to, &m, 0) == 1 && (m.msg_flags & MSG_CTRUNC) && m.msg_controllen == 0);
    p[1] = -1;
    m = message(&room);
    m.msg_controllen = 0;
    put(&m, SCM_RIGHTS, p, sizeof p);
    CHECK(sendmsg(from, &m, 0) == -1 && errno == EBADF);
}

int main(void)
{
    int s[2], on = 1;
    struct ucred peer = {0};
    socklen_t size = sizeof peer;
    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, s) == 0);
    CHECK(getsockopt(s[0], SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && size == sizeof peer);
    CHECK(peer.pid == getpid() && peer.uid == geteuid() && peer.gid == getegid());
    CHECK(setsockopt(s[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == 0);
    credentials(s[0], s[1]);
    of_child(s[0], s[1]);
    with_descriptors(s[0], s[1]);
    return guest_done();
}
