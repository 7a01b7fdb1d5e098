// SPDX-License-Identifier: MIT
// variants: O2-static
// engines: t1-100
// beyond: the frame of qemu has SVE registers, which count instead
// timeout: 300
/*
 * Handlers that change what the interrupted code goes on with: general and vector registers, flags, FPCR and FPSR, the
 * pc; handlers inside of handlers, on another stack; and those that leave a hot loop by siglongjmp.
 */
#define _GNU_SOURCE
#include "guest.h"

#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

static char stack[4][65536] __attribute__((aligned(16)));
static volatile unsigned count, depth, deepest;

static struct fpsimd_context *fpsimd(ucontext_t *uc)
{
    struct _aarch64_ctx *head = (void *)uc->uc_mcontext.__reserved;
    while (head->magic != FPSIMD_MAGIC)
        head = (void *)((char *)head + head->size);
    return (void *)head;
}

static void install(int sig, void (*f)(int, siginfo_t *, void *), int flags)
{
    struct sigaction sa = {.sa_sigaction = f, .sa_flags = SA_SIGINFO | flags};
    CHECK(sigaction(sig, &sa, NULL) == 0);
}

/* ---- every register from the frame ---- */

static void set_all(int sig, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    struct fpsimd_context *f = fpsimd(uc);
    (void)sig, (void)info;
    for (unsigned i = 0; i < 29; i++)
        if (i != 18)
            uc->uc_mcontext.regs[i] = uc->uc_mcontext.regs[i] * 3 + i;
    for (unsigned i = 0; i < 32; i++)
        f->vregs[i] = f->vregs[i] * 5 + i;
    uc->uc_mcontext.pstate ^= 0xfu << 28;
    f->fpsr = 0x0800001f & ~f->fpsr;
    f->fpcr ^= 3u << 22;
    uc->uc_mcontext.pc += 4;
    count++;
}

struct state {
    unsigned long x[28];
    unsigned char v[32][16];
    unsigned long nzcv, fpcr, fpsr, sp;
};

/* A loop of so many rounds with a load through x28, null, behind work whose results are in registers only. */
void loop(struct state *s, unsigned long rounds);
#define V4(op, a, d) op " {v" #a ".16b-v" #d ".16b}, [x29], #64\n"
#define ALL_V(op)                                                                      \
    V4(op, 0, 3) V4(op, 4, 7) V4(op, 8, 11) V4(op, 12, 15) V4(op, 16, 19) V4(op, 20, 23) \
    V4(op, 24, 27) V4(op, 28, 31)
#define X2(op, a, b, at) op " x" #a ", x" #b ", [x29, #" #at "]\n"
#define ALL_X(op)                                                                                      \
    X2(op, 0, 1, 0) X2(op, 2, 3, 16) X2(op, 4, 5, 32) X2(op, 6, 7, 48) X2(op, 8, 9, 64)              \
    X2(op, 10, 11, 80) X2(op, 12, 13, 96) X2(op, 14, 15, 112) X2(op, 16, 17, 128) X2(op, 19, 20, 152) \
    X2(op, 21, 22, 168) X2(op, 23, 24, 184) X2(op, 25, 26, 200)
__asm__(".pushsection .text\n"
        "loop: stp x29, x30, [sp, #-192]!\n stp x19, x20, [sp, #16]\n stp x21, x22, [sp, #32]\n"
        "stp x23, x24, [sp, #48]\n stp x25, x26, [sp, #64]\n stp x27, x28, [sp, #80]\n"
        "stp d8, d9, [sp, #96]\n stp d10, d11, [sp, #112]\n stp d12, d13, [sp, #128]\n stp d14, d15, [sp, #144]\n"
        "stp x0, x1, [sp, #160]\n str x18, [sp, #176]\n"
        "mrs x2, fpcr\n str x2, [sp, #184]\n"
        "add x29, x0, #224\n" ALL_V("ld1") "ldr x2, [x29]\n msr nzcv, x2\n ldp x2, x3, [x29, #8]\n"
        "msr fpcr, x2\n msr fpsr, x3\n mov x29, x0\n" ALL_X("ldp")
        "1: adcs x0, x0, x1\n eor x19, x20, x0\n add v0.2d, v0.2d, v16.2d\n add v20.4s, v20.4s, v0.4s\n"
        "fmul d17, d18, d19\n fdiv d1, d2, d3\n adcs x21, x21, x6\n mov x28, #0\n"
        "ldr x5, [x28, #8]\n" /* the handler goes on behind it */
        "adcs x6, x6, x0\n eor x7, x7, x19\n add v16.2d, v16.2d, v20.2d\n fadd s4, s5, s6\n"
        "ldr x30, [sp, #168]\n sub x30, x30, #1\n str x30, [sp, #168]\n cbnz x30, 1b\n"
        "ldr x29, [sp, #160]\n" ALL_X("stp")
        "add x29, x29, #224\n" ALL_V("st1") "mrs x2, nzcv\n mrs x3, fpcr\n stp x2, x3, [x29]\n"
        "mrs x2, fpsr\n mov x3, sp\n stp x2, xzr, [x29, #16]\n"
        "ldr x2, [sp, #184]\n msr fpcr, x2\n"
        "ldr x18, [sp, #176]\n ldp x19, x20, [sp, #16]\n ldp x21, x22, [sp, #32]\n ldp x23, x24, [sp, #48]\n"
        "ldp x25, x26, [sp, #64]\n ldp x27, x28, [sp, #80]\n ldp d8, d9, [sp, #96]\n ldp d10, d11, [sp, #112]\n"
        "ldp d12, d13, [sp, #128]\n ldp d14, d15, [sp, #144]\n ldp x29, x30, [sp], #192\n ret\n"
        ".popsection");

static void changed_registers(void)
{
    struct state s;
    memset(&s, 0, sizeof s);
    for (unsigned i = 0; i < 28; i++)
        s.x[i] = guest_random();
    for (unsigned i = 0; i < sizeof s.v; i++)
        s.v[i / 16][i % 16] = (unsigned char)guest_random();
    install(SIGSEGV, set_all, SA_ONSTACK);
    for (unsigned i = 1; i <= 150; i += 7) {
        count = 0;
        loop(&s, i);
        CHECK(count == i);
        s.x[18] = s.x[27] = 0; /* not ours to look at */
    }
    printf("registers %016lx nzcv %lx fpcr %lx fpsr %lx\n", guest_hash(&s, sizeof s), s.nzcv, s.fpcr, s.fpsr);
}

/* ---- inside of each other ---- */

static unsigned long fault_at(unsigned long n)
{
    unsigned long a = n * 3, b = n ^ 5, c;
    __asm__ volatile("adds %0, %0, %1\n ldr %2, [%3]\n adc %0, %0, %1"
                     : "+r"(a), "+r"(b), "=r"(c)
                     : "r"(n * 8)
                     : "cc");
    return a * 31 + c;
}

static void nested(int sig, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    char here;
    (void)sig, (void)info;
    depth++;
    if (depth > deepest)
        deepest = depth;
    CHECK(&here > stack[0] && &here < stack[1]);
    if (depth < 5)
        uc->uc_mcontext.regs[0] += fault_at(depth);
    unsigned rt = *(unsigned *)uc->uc_mcontext.pc & 31;
    uc->uc_mcontext.regs[rt] = depth;
    uc->uc_mcontext.pc += 4;
    depth--;
}

static void nesting(void)
{
    unsigned long sum = 0;
    install(SIGSEGV, nested, SA_ONSTACK | SA_NODEFER);
    for (unsigned i = 1; i <= 200; i++)
        sum = sum * 7 + fault_at(i % 7 + 1);
    CHECK(deepest == 5 && depth == 0);
    printf("nested %016lx\n", sum);
}

/* ---- out of hot loops ---- */

static sigjmp_buf out;

static void leave(int sig, siginfo_t *info, void *context)
{
    (void)info, (void)context;
    siglongjmp(out, sig);
}

static void spin(volatile unsigned long *progress, unsigned kind)
{
    unsigned long a = 1;
    double d = 1;
    for (unsigned long i = 0;; i++) {
        a = a * 6364136223846793005ul + i;
        if (kind == 1)
            d = d / 3 + (double)(a >> 60);
        if (kind == 2)
            __asm__ volatile("mov v17.d[0], %0\n add v17.4s, v17.4s, v17.4s\n mov %0, v17.d[0]" : "+r"(a)::"v17");
        *progress = a + (d > 1e9);
    }
}

static void leaving(void)
{
    volatile unsigned long progress;
    volatile unsigned timer = 0, fault = 0;
    install(SIGALRM, leave, 0);
    install(SIGSEGV, leave, SA_ONSTACK);
    for (volatile unsigned i = 0; i < 60; i++) {
        struct itimerval once = {{0, 0}, {0, 300}};
        if (sigsetjmp(out, 1) == 0) {
            setitimer(ITIMER_REAL, &once, NULL); // not before: in the middle of sigsetjmp there is no mask to go back to
            spin(&progress, i % 3);
        }
        timer++;
    }
    for (volatile unsigned i = 0; i < 2000; i++) {
        if (sigsetjmp(out, 1) == 0)
            fault_at(i % 100 + 1);
        else
            fault++;
    }
    CHECK(timer == 60 && fault == 2000);
}

/* Timer signals while faults are handled, and the other way round. */
static void alarmed(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)info, (void)context;
    count++;
    depth = 4;
    fault_at(3);
    depth = 0;
}

static void both(void)
{
    struct itimerval often = {{0, 200}, {0, 200}}, never = {{0, 0}, {0, 0}};
    unsigned long first = 0;
    sigset_t alarm;
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    struct sigaction sa = {.sa_sigaction = nested, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER, .sa_mask = alarm};
    sigaction(SIGSEGV, &sa, NULL);
    install(SIGALRM, alarmed, SA_ONSTACK);
    count = 0;
    setitimer(ITIMER_REAL, &often, NULL);
    for (unsigned i = 0; count < 200; i++) {
        sigprocmask(SIG_BLOCK, &alarm, NULL);
        depth = 0;
        sigprocmask(SIG_UNBLOCK, &alarm, NULL);
        unsigned long sum = fault_at(9);
        if (i == 0)
            first = sum;
        CHECK(sum == first);
    }
    setitimer(ITIMER_REAL, &never, NULL);
}

int main(void)
{
    stack_t ss = {.ss_sp = stack[0], .ss_size = sizeof stack[0]};
    CHECK(sigaltstack(&ss, NULL) == 0);
    changed_registers();
    nesting();
    leaving();
    both();
    printf("%d failures\n", guest_failures);
    return guest_failures != 0;
}
