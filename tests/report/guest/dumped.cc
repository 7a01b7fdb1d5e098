// SPDX-License-Identifier: MIT
// Children that end in several ways, and what their parent is told of it: by wait4, by waitid, by waitid that leaves them
// (WNOWAIT) and then wait4, and by SIGCHLD.
#include <csignal>
#include <cstdio>
#include <sys/wait.h>
#include <unistd.h>

static volatile int code;
static volatile int *volatile nowhere = (volatile int *)4;

static void on_child(int, siginfo_t *info, void *)
{
    code = info->si_code;
}

static pid_t begin(int how)
{
    pid_t pid = fork();
    if (pid)
        return pid;
    if (how == 0)
        *nowhere = 1;
    if (how == 1)
        raise(SIGKILL);
    _exit(5);
}

int main()
{
    static const char *const names[] = {"dumped", "killed", "exited"};
    for (int how = 0; how < 3; how++) {
        int status = 0, later = 0;
        siginfo_t info = {}, looked = {};
        waitpid(begin(how), &status, 0);
        waitid(P_PID, (id_t)begin(how), &info, WEXITED);
        pid_t pid = begin(how);
        waitid(P_PID, (id_t)pid, &looked, WEXITED | WNOWAIT);
        waitpid(pid, &later, 0);
        struct sigaction act = {};
        act.sa_sigaction = on_child;
        act.sa_flags = SA_SIGINFO | SA_RESTART;
        code = 0;
        sigaction(SIGCHLD, &act, nullptr);
        wait(nullptr); // there is none
        pid = begin(how);
        while (!code)
            usleep(1000);
        waitpid(pid, nullptr, 0);
        signal(SIGCHLD, SIG_DFL);
        printf("%s: wait4 %x, waitid %d %d, looked %d %d and %x, handler %d\n", names[how], (unsigned)status, info.si_code,
               info.si_status, looked.si_code, looked.si_status, (unsigned)later, code);
    }
    return 0;
}
