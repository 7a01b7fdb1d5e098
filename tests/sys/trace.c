// SPDX-License-Identifier: MIT
// Makes the calls that trace.sh looks for in the output of -strace.
#define _GNU_SOURCE
#include "guest.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    char buf[16];
    struct stat st;
    int p[2], status;
    struct sockaddr_un addr = {.sun_family = AF_UNIX, .sun_path = "sock"};
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.u64 = 0xabc};
    int fd = open("made", O_RDWR | O_CREAT | O_DIRECT * 0 | O_CLOEXEC, 0640);
    CHECK(write(fd,
                "line\n\001"
                "2\"",
                8) == 8 &&
          fstat(fd, &st) == 0 && lseek(fd, 0, SEEK_END) == 8);
    CHECK(open("none", O_RDONLY | O_DIRECTORY | O_NOFOLLOW) == -1);
    CHECK(pipe2(p, O_NONBLOCK) == 0 &&
          write(p[1], "0123456789012345678901234567890123456789", 40) == 40);
    CHECK(read(p[0], buf, 5) == 5);
    int ep = epoll_create1(0);
    CHECK(epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &event) == 0 && epoll_wait(ep, &event, 1, 0) == 1);
    int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(connect(s, (void *)&addr, sizeof addr) == -1);
    signal(SIGUSR1, SIG_IGN);
    CHECK(kill(getpid(), SIGUSR1) == 0);
    CHECK(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
          MAP_FAILED);
    pid_t pid = fork();
    if (!pid)
        _exit(5);
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK(syscall(289, 0l, 0l) == -1); // pkey_alloc
    CHECK(syscall(1000, 1, 0l) == -1);
    return guest_failures;
}
