// SPDX-License-Identifier: MIT
// beyond: PR_SET_CHILD_SUBREAPER and others of prctl
// Ids, groups, sessions, capabilities, prctl.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void in_child(void)
{
    CHECK(setsid() == getpid() && getsid(0) == getpid() && getpgid(0) == getpid());
    CHECK(prctl(PR_SET_PDEATHSIG, SIGTERM) == 0);
    int sig = 0;
    CHECK(prctl(PR_GET_PDEATHSIG, &sig) == 0 && sig == SIGTERM);
    if (getuid() == 0) {
        CHECK(setresgid(7, 8, 9) == 0 && getegid() == 8 && setresuid(5, 6, 7) == 0 &&
              geteuid() == 6);
        uid_t r, e, s;
        CHECK(getresuid(&r, &e, &s) == 0 && r == 5 && e == 6 && s == 7);
        CHECK(setuid(0) == -1 && errno == EPERM);
    }
    _exit(guest_failures);
}

int main(void)
{
    char name[16] = {0};
    CHECK(prctl(PR_SET_NAME, "a-new-name-longer-than-16") == 0 && prctl(PR_GET_NAME, name) == 0);
    CHECK(!strcmp(name, "a-new-name-long"));
    CHECK(prctl(PR_GET_DUMPABLE) >= 0 && prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
    CHECK(prctl(PR_SET_TIMERSLACK, 12345) == 0 && prctl(PR_GET_TIMERSLACK) == 12345);
    CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
          prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
    CHECK(prctl(123456) == -1 && errno == EINVAL);
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];
    CHECK(syscall(SYS_capget, &header, data) == 0);
    CHECK(getppid() > 0 && getpgrp() == getpgid(0) && getsid(0) >= 0);
    fflush(stdout);
    int status;
    pid_t pid = fork();
    if (!pid)
        in_child();
    CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);

    struct sched_param param;
    CHECK(sched_getscheduler(0) == SCHED_OTHER && sched_getparam(0, &param) == 0 &&
          param.sched_priority == 0);
    CHECK(sched_get_priority_max(SCHED_FIFO) == 99 && sched_get_priority_min(SCHED_FIFO) == 1);
    cpu_set_t cpus, again;
    CHECK(sched_getaffinity(0, sizeof cpus, &cpus) == 0 &&
          sched_setaffinity(0, sizeof cpus, &cpus) == 0 &&
          sched_getaffinity(0, sizeof again, &again) == 0 && CPU_EQUAL(&cpus, &again));
    unsigned cpu = ~0u;
    CHECK(getcpu(&cpu, NULL) == 0 && CPU_ISSET(cpu, &cpus));
    return guest_done();
}
