// SPDX-License-Identifier: MIT
// beyond: the state that rt_sigreturn accepts
// native: the arm64 signal frame
// A handler may change what the interrupted code goes on with, but not to a state that a user
// program cannot be in.
#define _GNU_SOURCE
#include "guest.h"

#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

enum { PSTATE_DIT = 1 << 24, PSTATE_I = 1 << 7, PSTATE_M_EL1 = 4 };
static uint64_t add_pstate;

static void handler(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)info;
    mcontext_t *m = &((ucontext_t *)context)->uc_mcontext;
    struct fpsimd_context fp;
    memcpy(&fp, m->__reserved, sizeof fp); // the first record
    fp.fpcr = fp.fpsr = UINT32_MAX;
    memcpy(m->__reserved, &fp, sizeof fp);
    m->pstate |= add_pstate;
}

static uint64_t get(int fpcr)
{
    uint64_t v;
    if (fpcr)
        __asm__ volatile("mrs %0, fpcr" : "=r"(v));
    else
        __asm__ volatile("mrs %0, fpsr" : "=r"(v));
    return v;
}

static int dies_with(uint64_t pstate)
{
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        signal(SIGSEGV, SIG_DFL);
        add_pstate = pstate;
        raise(SIGUSR1);
        _exit(0);
    }
    waitpid(pid, &status, 0);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV;
}

int main(void)
{
    struct sigaction sa = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
    uint64_t dit;
    sigaction(SIGUSR1, &sa, NULL);
    add_pstate = PSTATE_DIT;
    raise(SIGUSR1);
    uint64_t fpcr = get(1), fpsr = get(0);
    __asm__ volatile("mrs %0, s3_3_c4_c2_5" : "=r"(dit)); // DIT
    __asm__ volatile("msr fpcr, xzr");
    CHECK(fpcr == 0x07c82007); // AHP, DN, FZ, RMode, FZ16, EBF, NEP, AH, FIZ
    CHECK(fpsr == 0x0800009f); // QC and the exceptions
    CHECK(dit == PSTATE_DIT);
    CHECK(dies_with(PSTATE_M_EL1));
    CHECK(dies_with(PSTATE_I));
    return guest_done();
}
