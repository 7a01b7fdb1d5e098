// SPDX-License-Identifier: MIT
// Ids and capabilities, each way to change them, as far as this user may.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <sys/fsuid.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// glibc's own would change all threads; here each is the call.
#define CALL(name, ...) syscall(SYS_##name, __VA_ARGS__)

static void of_root(void)
{
    gid_t groups[4] = {11, 12, 13, 14};
    unsigned r, e, s;
    CHECK(CALL(setgroups, 3, groups) == 0 && getgroups(0, NULL) == 3 && getgroups(4, groups) == 3 &&
          groups[2] == 13);
    CHECK(getgroups(2, groups) == -1 && errno == EINVAL);
    CHECK(CALL(setgroups, 3, 16l) == -1 && errno == EFAULT);
    CHECK(setfsgid(31) != 31 && setfsgid(-1) == 31);
    CHECK(CALL(setregid, 21, 22) == 0 && getgid() == 21 && getegid() == 22);
    CHECK(CALL(getresgid, &r, &e, &s) == 0 && r == 21 && e == 22 && s == 22);
    CHECK(CALL(setgid, 23) == 0 && getgid() == 23 && getegid() == 23);
    CHECK(setfsuid(41) == 0 && setfsuid(-1) == 41 && setfsuid(0) == 41);
    CHECK(CALL(setreuid, 51, 0) == 0 && getuid() == 51 && geteuid() == 0);
    CHECK(CALL(setreuid, -1, 51) == 0 && geteuid() == 51);
    CHECK(CALL(setgid, 0) == -1 && errno == EPERM && CALL(setgroups, 0, groups) == -1);
}

static void of_anybody(void)
{
    unsigned r, e, s;
    CHECK(CALL(getresgid, &r, &e, &s) == 0 && r == getgid() && e == getegid());
    CHECK(CALL(setgid, r) == 0 && CALL(setregid, -1, -1) == 0 && CALL(setreuid, -1, -1) == 0);
    CHECK(CALL(getresgid, 16l, &e, &s) == -1 && errno == EFAULT);
    CHECK(setfsuid(-1) == (int)geteuid() && setfsgid(-1) == (int)getegid());
    CHECK(getgroups(0, NULL) >= 0);
    CHECK(CALL(getgroups, 65536, 16l) == -1 || getgroups(0, NULL) == 0);
}

static void capabilities(void)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2], none[2] = {{0}};
    CHECK(CALL(capget, &header, data) == 0);
    CHECK(CALL(capset, &header, none) == 0 && CALL(capget, &header, data) == 0 &&
          !data[0].permitted && !data[1].effective);
    none[0].effective = none[0].permitted = 1;
    CHECK(CALL(capset, &header, none) == -1 && errno == EPERM);
    CHECK(CALL(capset, 16l, none) == -1 && errno == EFAULT);
    CHECK(CALL(capset, &header, 16l) == -1 && errno == EFAULT);
    header.version = 1;
    CHECK(CALL(capget, &header, NULL) == 0 || errno == EINVAL);
    CHECK(header.version == _LINUX_CAPABILITY_VERSION_3);
}

static void in_child(void (*what)(void))
{
    int status;
    fflush(stdout);
    pid_t child = fork();
    if (!child) {
        what();
        fflush(stdout);
        _exit(guest_failures);
    }
    CHECK(waitpid(child, &status, 0) == child && status == 0);
}

int main(void)
{
    in_child(of_anybody);
    if (getuid() == 0)
        in_child(of_root);
    in_child(capabilities);
    return guest_done();
}
