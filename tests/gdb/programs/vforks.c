// SPDX-License-Identifier: MIT
// A child of vfork that does something before it executes this program, or ends if an argument says
// so.
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int shared = 1;

static int prepare(int by)
{
    shared += by;
    shared *= 2;
    return shared;
}

static void child(char *self, int ends)
{
    int n = prepare(20);
    while (ends > 1 && shared < 1000)
        ;
    if (ends)
        _exit(n);
    execl(self, self, "child", (char *)0);
    _exit(9);
}

int main(int argc, char **argv)
{
    int status = 0;
    if (argc > 1 && !strcmp(argv[1], "child"))
        return 3;
    pid_t pid = vfork();
    if (pid == 0)
        child(argv[0], argc - 1); // two arguments: waits until gdb has changed `shared`
    waitpid(pid, &status, 0);
    printf("status %d shared %d\n", WEXITSTATUS(status), shared);
    return 0;
}
