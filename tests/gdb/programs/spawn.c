// SPDX-License-Identifier: MIT
// A process made by vfork, through posix_spawn: of this program, or of none if an argument says so.
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

extern char **environ;

static int after(int status)
{
    return WEXITSTATUS(status) - 3;
}

int main(int argc, char **argv)
{
    pid_t pid;
    int status = 0;
    char *args[] = {argv[0], "child", 0};
    if (argc > 1 && !strcmp(argv[1], "child"))
        return 3;
    if (posix_spawn(&pid, argc > 1 ? "/missing" : argv[0], 0, 0, args, environ) != 0) {
        printf("not spawned\n");
        return 1;
    }
    waitpid(pid, &status, 0);
    printf("spawned\n");
    return after(status);
}
