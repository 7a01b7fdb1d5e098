// SPDX-License-Identifier: MIT
// A fork, in whose child a function is called and, if an argument says so, a program executed.
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int answer = 40;

static int child_work(int n)
{
    answer += n;
    return answer;
}

int main(int argc, char **argv)
{
    int status = 0;
    if (argc > 1 && !strcmp(argv[1], "again")) {
        printf("executed\n");
        return child_work(3);
    }
    pid_t pid = fork();
    if (pid == 0) {
        int result = child_work(2);
        if (argc > 1 && !strcmp(argv[1], "exec"))
            execl(argv[0], argv[0], "again", (char *)0);
        _exit(result);
    }
    waitpid(pid, &status, 0);
    printf("child ended with %d\n", WEXITSTATUS(status));
    return 0;
}
