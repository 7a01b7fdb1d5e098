// SPDX-License-Identifier: MIT
// variants: O0-static O2-dynamic O3-static O2-dynamic:-mbranch-protection=standard
#include "guest.h"

#include <setjmp.h>
#include <signal.h>

static jmp_buf env;
static sigjmp_buf sigenv;

static void __attribute__((noinline)) deep(int depth, int code)
{
    volatile char pad[64];
    pad[0] = (char)depth;
    if (depth == 0)
        longjmp(env, code);
    deep(depth - 1, code);
    pad[1] = pad[0];
}

/* Callee-saved integer and vector registers come back as they were at setjmp. */
static double __attribute__((noinline)) saved_registers(long a, double x)
{
    long b = a * 3, c = a * 5, d = a * 7;
    double y = x * 3, z = x * 5, w = x * 7;
    if (setjmp(env) == 0)
        deep(5, 1);
    return (double)(b + c + d) + y + z + w;
}

int main(void)
{
    for (volatile int i = 0; i < 5; i++) {
        int code = setjmp(env);
        if (code == 0)
            deep(i * 10, i + 1);
        CHECK(code == i + 1);
        printf("back with %d\n", code);
    }
    int zero = setjmp(env);
    if (zero == 0)
        longjmp(env, 0);
    CHECK(zero == 1);
    CHECK(saved_registers(100, 2.5) == 1537.5);

    sigset_t set, now;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_SETMASK, &set, NULL);
    if (sigsetjmp(sigenv, 1) == 0) {
        sigaddset(&set, SIGUSR2);
        sigprocmask(SIG_SETMASK, &set, NULL);
        siglongjmp(sigenv, 9);
    }
    sigprocmask(SIG_BLOCK, NULL, &now);
    CHECK(sigismember(&now, SIGUSR1) == 1 && sigismember(&now, SIGUSR2) == 0);
    if (sigsetjmp(sigenv, 0) == 0) {
        sigaddset(&set, SIGUSR2);
        sigprocmask(SIG_SETMASK, &set, NULL);
        siglongjmp(sigenv, 9);
    }
    sigprocmask(SIG_BLOCK, NULL, &now);
    CHECK(sigismember(&now, SIGUSR2) == 1);
    return guest_done();
}
