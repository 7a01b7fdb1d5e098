// SPDX-License-Identifier: MIT
// strict_host [-n] PROGRAM ARGUMENT...: runs a program as on a host that refuses memory which is
// both writable and executable, or was writable before; -n: which has no memfd_create either.
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOAD(field)       BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define IF_EQUAL(k, t, f) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, k, t, f)
#define IF_SET(k, t, f)   BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, k, t, f)
#define RETURN(k)         BPF_STMT(BPF_RET | BPF_K, k)

int main(int argc, char **argv)
{
    int first = argc > 1 && !strcmp(argv[1], "-n") ? 2 : 1;
    bool no_memfd = first == 2;
    struct sock_filter program[] = {
        LOAD(nr),
        IF_EQUAL(SYS_mprotect, 3, 0),
        IF_EQUAL(SYS_mmap, 5, 0),
        IF_EQUAL(SYS_memfd_create, 9, 0),
        RETURN(SECCOMP_RET_ALLOW),
        LOAD(args[2]), // nothing becomes executable
        IF_SET(PROT_EXEC, 5, 0),
        RETURN(SECCOMP_RET_ALLOW),
        LOAD(args[2]),
        IF_SET(PROT_WRITE, 0, 1),
        IF_SET(PROT_EXEC, 1, 0),
        RETURN(SECCOMP_RET_ALLOW),
        RETURN(SECCOMP_RET_ERRNO | EACCES),
        RETURN(no_memfd ? SECCOMP_RET_ERRNO | ENOSYS : SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {sizeof program / sizeof *program, program};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) < 0) {
        printf("SKIP: no filter of system calls: %s\n", strerror(errno));
        return 77;
    }
    execvp(argv[first], argv + first);
    perror(argv[first]);
    return 2;
}
