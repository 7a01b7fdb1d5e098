// SPDX-License-Identifier: MIT
// native: FPCR and FPSR
// System calls in loops that run often: what happens at one of them happens there, and all else of
// the thread stays as it is.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

enum { OFTEN = 3000, TOWARD_ZERO = 3 << 22, INEXACT = 1 << 4 };

// All registers the kernel keeps, by a sum over them before and behind the call.
static uint64_t registers_kept(void)
{
    uint64_t bad;
    __asm__ volatile("mov x9, #9\n\tmov x10, #10\n\tmov x19, #19\n\tmov x20, #20\n\tmov x21, #21\n\t"
                     "mov x1, #1\n\tmov x2, #2\n\tmov x3, #3\n\tmov x4, #4\n\tmov x5, #5\n\t"
                     "movi v0.16b, #1\n\tmovi v10.16b, #2\n\tmovi v16.16b, #3\n\tmovi v31.16b, #4\n\t"
                     "mov x8, #173\n\tcmp x9, x9\n\tsvc #0\n\t"
                     "cset %0, ne\n\t"
                     "sub x9, x9, #9\n\torr %0, %0, x9\n\tsub x10, x10, #10\n\torr %0, %0, x10\n\t"
                     "sub x19, x19, #19\n\torr %0, %0, x19\n\tsub x20, x20, #20\n\torr %0, %0, x20\n\t"
                     "sub x21, x21, #21\n\torr %0, %0, x21\n\tsub x1, x1, #1\n\torr %0, %0, x1\n\t"
                     "sub x2, x2, #2\n\torr %0, %0, x2\n\tsub x3, x3, #3\n\torr %0, %0, x3\n\t"
                     "sub x4, x4, #4\n\torr %0, %0, x4\n\tsub x5, x5, #5\n\torr %0, %0, x5\n\t"
                     "add v0.16b, v0.16b, v10.16b\n\tadd v0.16b, v0.16b, v16.16b\n\t"
                     "add v0.16b, v0.16b, v31.16b\n\tumov w9, v0.b[15]\n\tsub x9, x9, #10\n\t"
                     "orr %0, %0, x9"
                     : "=&r"(bad)
                     :
                     : "x0", "x1", "x2", "x3", "x4", "x5", "x8", "x9", "x10", "x19", "x20", "x21",
                       "v0", "v10", "v16", "v31", "cc", "memory");
    return bad;
}

// The quotient toward zero, and whether it was inexact, around a call.
static int floating_point_kept(volatile double *one, volatile double *three)
{
    uint64_t mode = TOWARD_ZERO, none = 0, flags;
    double before = *one / *three;
    __asm__ volatile("msr fpcr, %0\n\tmsr fpsr, %1" ::"r"(mode), "r"(none));
    double down = -*one / *three;
    syscall(SYS_getppid);
    double again = -*one / *three;
    __asm__ volatile("mrs %0, fpsr\n\tmsr fpcr, %1" : "=r"(flags) : "r"(none));
    return down == again && down > -before - 1e-9 && down >= -before && flags & INEXACT;
}

static volatile int caught;

static void count(int sig)
{
    (void)sig;
    caught++;
}

static sigjmp_buf out;
static volatile uint64_t fault_pc;

static void escape(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)info;
    fault_pc = ((ucontext_t *)context)->uc_mcontext.pc;
    siglongjmp(out, 1);
}

// mprotect(x0, x1, x2) from code of its own, which then returns.
static const uint32_t code[] = {0xd2801c48, 0xd4000001, 0xd65f03c0};

static void code_that_goes_away(void)
{
    char *page = mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memcpy(page, code, sizeof code);
    __builtin___clear_cache(page, page + sizeof code);
    long (*protect)(void *, size_t, int) = (long (*)(void *, size_t, int))page;
    for (int i = 0; i < OFTEN; i++)
        CHECK(protect(page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC) == 0);
    sigaction(SIGSEGV, &(struct sigaction){.sa_sigaction = escape, .sa_flags = SA_SIGINFO}, NULL);
    for (int i = 0; i < 3; i++) {
        fault_pc = 0;
        if (!sigsetjmp(out, 1)) {
            protect(page, 4096, PROT_NONE);
            CHECK(!"it returned");
        }
        CHECK(fault_pc == (uint64_t)page + 8);
        mprotect(page, 4096, PROT_READ | PROT_EXEC);
    }
}

// Reads that a timer's signals interrupt: restarted or not, as the handler was set.
static int interrupted_reads(int flags)
{
    int ends[2], interrupted = 0;
    char c;
    struct itimerval soon = {{0, 300}, {0, 300}}, never = {{0, 0}, {0, 0}};
    sigaction(SIGALRM, &(struct sigaction){.sa_handler = count, .sa_flags = flags}, NULL);
    CHECK(pipe(ends) == 0);
    caught = 0;
    pid_t child = fork();
    if (!child) {
        for (int i = 0; i < 200; i++) {
            usleep(500);
            if (write(ends[1], &c, 1) != 1)
                _exit(1);
        }
        _exit(0);
    }
    close(ends[1]);
    setitimer(ITIMER_REAL, &soon, NULL);
    for (;;) {
        long r = read(ends[0], &c, 1);
        if (r == 0)
            break;
        CHECK(r == 1 || errno == EINTR);
        interrupted += r < 0;
    }
    setitimer(ITIMER_REAL, &never, NULL);
    close(ends[0]);
    CHECK(caught > 20);
    return interrupted;
}

int main(void)
{
    volatile double one = 1, three = 3;
    for (int i = 0; i < OFTEN; i++) {
        CHECK(registers_kept() == 0);
        CHECK(floating_point_kept(&one, &three));
    }
    signal(SIGUSR1, count);
    for (int i = 1; i <= OFTEN; i++) {
        kill(getpid(), SIGUSR1);
        CHECK(caught == i); // before the call's result is looked at
    }
    for (int i = 0; i < OFTEN; i++) {
        pid_t self = (pid_t)syscall(SYS_getpid);
        CHECK(syscall(1000) == -1 && errno == ENOSYS && self == getpid());
    }
    code_that_goes_away();
    CHECK(interrupted_reads(SA_RESTART) == 0);
    CHECK(interrupted_reads(0) > 0);
    return guest_done();
}
