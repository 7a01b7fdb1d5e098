// SPDX-License-Identifier: MIT
// Children that end at once.
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int status;
    for (int i = 0; i < 1000; i++) {
        pid_t pid = fork();
        if (!pid)
            _exit(0);
        if (waitpid(pid, &status, 0) != pid || status)
            return 1;
    }
    return 0;
}
