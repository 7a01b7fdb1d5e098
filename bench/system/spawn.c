// SPDX-License-Identifier: MIT
// fork, exec of a static program (itself) and wait, a hundred times.
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int status;
    if (argc > 1)
        return 0;
    for (int i = 0; i < 100; i++) {
        pid_t pid = fork();
        if (!pid) {
            execl("/proc/self/exe", argv[0], "child", (char *)0);
            return 1;
        }
        if (waitpid(pid, &status, 0) != pid || status)
            return 1;
    }
    return 0;
}
