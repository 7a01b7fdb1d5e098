// SPDX-License-Identifier: MIT
// variants: O0-static O2-dynamic
// beyond: a vfork child shares memory with its parent
/* posix_spawn, vfork, system, popen: the child shares memory until it is gone, errors come back. */
#define _GNU_SOURCE
#include "guest.h"
#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void vforks(void)
{
    volatile int shared = 0;
    int status;
    for (int i = 0; i < 20; i++) {
        pid_t pid = vfork();
        if (pid == 0) {
            shared++;
            if (i % 2)
                execl("/bin/sh", "sh", "-c", "exit 9", NULL);
            _exit(i);
        }
        CHECK(waitpid(pid, &status, 0) == pid && status == (i % 2 ? 9 : i) << 8);
    }
    CHECK(shared == 20);
    pid_t pid = vfork();
    if (pid == 0) {
        execl("/nonexistent", "x", NULL);
        shared = errno;
        _exit(1);
    }
    CHECK(waitpid(pid, &status, 0) == pid && shared == ENOENT);
}

int main(int argc, char **argv)
{
    char line[100];
    int status;
    pid_t pid;
    if (argc > 1) {
        printf("child %s\n", argv[1]);
        return 9;
    }
    char *none[] = {"x", NULL}, *again[] = {argv[0], "one", NULL};
    CHECK(posix_spawn(&pid, "/nonexistent", NULL, NULL, none, environ) == ENOENT);
    CHECK(posix_spawn(&pid, "/", NULL, NULL, none, environ) == EACCES);
    CHECK(posix_spawnp(&pid, "no-such-command", NULL, NULL, none, environ) == ENOENT);
    fflush(stdout);
    CHECK(posix_spawn(&pid, argv[0], NULL, NULL, again, environ) == 0);
    CHECK(waitpid(pid, &status, 0) == pid && status == 9 << 8);
    CHECK(system("exit 5") == 5 << 8);
    FILE *f = popen("echo out of a pipe", "r");
    CHECK(f && fgets(line, sizeof line, f) && !strcmp(line, "out of a pipe\n") && pclose(f) == 0);
    vforks();
    return guest_done();
}
