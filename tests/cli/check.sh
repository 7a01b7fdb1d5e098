# SPDX-License-Identifier: MIT
# --check says nothing about right code, whatever it does, and finds wrong code at once.
. "$SOURCE_DIR/lib/common.sh"
only_a64run
. "$SOURCE_DIR/lib/wrong.sh"

# Right: exclusives, atomics, stores read back in the block, faults, exceptions of the host's floating
# point, tagged addresses, the clock, signals.
cat >many.c <<'C'
#define _GNU_SOURCE
#include <arm_acle.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

static sigjmp_buf back;
static volatile int ticks;

static void on_fault(int sig)
{
    siglongjmp(back, sig);
}

static void on_tick(int sig)
{
    ticks += sig == SIGALRM;
}

int main(void)
{
    static uint64_t words[64];
    static volatile double zero;
    uint64_t sum = 0, nans = 0, clock_moves = 0, faults = 0, then = 0;
    struct itimerval soon = {{0, 2000}, {0, 2000}};
    signal(SIGSEGV, on_fault);
    signal(SIGALRM, on_tick);
    setitimer(ITIMER_REAL, &soon, NULL);
    for (uint64_t i = 0; i < 3000 || ticks < 3; i++) {
        uint64_t now, old, failed, *p = (uint64_t *)((uintptr_t)&words[i % 64] | (i % 5 ? 0 : UINT64_C(0x5a) << 56));
        __asm__ volatile("mrs %0, cntvct_el0" : "=r"(now));
        clock_moves += now >= then;
        then = now;
        *p += i;
        sum += words[i % 64];
        __asm__ volatile("1: ldaxr %0, [%2]\n add %0, %0, #1\n stlxr %w1, %0, [%2]\n cbnz %w1, 1b" : "=&r"(old), "=&r"(failed) : "r"(&words[1]) : "memory");
        __atomic_fetch_add(&words[2], 3, __ATOMIC_SEQ_CST);
        __asm__ volatile(".arch armv8.1-a\n ldadd %0, %0, [%1]\n" : "+&r"(old) : "r"(&words[3]) : "memory");
        nans += zero / zero != 0;
        nans += (int)sqrt(zero - 1) != 0;
        memset(words + 8, (int)i, 64);
        memmove(words + 9, words + 8, 200);
        if (i % 500 == 0 && sigsetjmp(back, 1) == 0)
            *(volatile uint64_t *)(i + 8) = 1;
        else if (i % 500 == 0)
            faults++;
    }
    printf("%d %d\n", faults >= 6, clock_moves > 0 && sum && nans);
    return 0;
}
C
"$CC" -O2 -static -march=armv8-a -o many many.c -lm || fail 'cannot compile'
for tier in t1-1 t1-20; do
    succeeds '1 1' "$A64RUN" --tier=$tier --check ./many
done

# Wrong: in a register.
run "$WRONG" --tier=t1-10 ./bits
ends_with 'exit 1'
run "$WRONG" --tier=t1-10 --check ./bits
ends_with 'signal 6'
grep -q '^a64run: check: .* at reverse, ' err || fail 'not in reverse'
grep -Eq '^  x1 +evaluator [0-9a-f]{16}  compiled [0-9a-f]{16}$' err || fail 'not x1'
for form in 'rbit x1, x0' '= rbit64' 'rbit64 x1 = x0' '^  x19  *0000'; do
    grep -q -e "$form" err || fail "no $form"
done
# In memory.
run "$WRONG" --tier=t1-10 --check ./bits store
ends_with 'signal 6'
run "$A64RUN" --tier=t1-10 --check ./bits store
ends_with 'exit 0'
quiet
sed -i '/bl      reverse/d' bits.S
"$CC" -static -nostdlib -o stores bits.S || fail 'cannot assemble'
run "$WRONG" --tier=t1-10 --check ./stores store
ends_with 'signal 6'
grep -q '^a64run: check: .* at put, ' err || fail 'not in put'
grep -Eq '^  byte at 0x[0-9a-f]+: evaluator [0-9a-f]{2}  compiled [0-9a-f]{2}$' err || fail 'no byte'
