// SPDX-License-Identifier: MIT
// variants: O1-static O2-dynamic O2-static:-mbranch-protection=standard
// Returns that do not go where the last call came from, and more calls than any stack of guesses holds.
#define _GNU_SOURCE
#include "guest.h"

#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline, noclone))

static jmp_buf back;
static sigjmp_buf back_with_mask;
static volatile long sink;

static NOINLINE long down(long depth, long (*at_the_bottom)(long))
{
    if (!depth)
        return at_the_bottom(1);
    long below = down(depth - 1, at_the_bottom);
    sink = sink + 1; // no tail call
    return below + 1;
}

static NOINLINE long one(long v)
{
    return v;
}

static NOINLINE long jump_back(long v)
{
    longjmp(back, (int)v + 1);
}

static void long_jumps(void)
{
    volatile long jumps = 0;
    for (volatile int i = 0; i < 3000; i++) {
        int code = setjmp(back);
        if (!code)
            down(i % 200, jump_back);
        jumps += code;
        // The frames outside return as ever.
        CHECK(down(i % 7, one) == i % 7 + 1);
    }
    CHECK(jumps == 2 * 3000);
}

// ---- coroutines

static ucontext_t main_context, other[2];
static long steps[2];

static void coroutine(int self)
{
    for (int i = 0; i < 500; i++) {
        steps[self] += down(i % 5, one);
        swapcontext(&other[self], self ? &main_context : &other[1]);
    }
}

static void *stack_of(size_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED)
        exit(2);
    return p;
}

static void contexts(void)
{
    for (int k = 0; k < 2; k++) {
        getcontext(&other[k]);
        other[k].uc_stack.ss_sp = stack_of(64 << 10);
        other[k].uc_stack.ss_size = 64 << 10;
        other[k].uc_link = &main_context;
        makecontext(&other[k], (void (*)(void))coroutine, 1, k);
    }
    for (int i = 0; i < 500; i++)
        swapcontext(&main_context, &other[0]);
    CHECK(steps[0] == 1500 && steps[1] == 1500);
}

// The shortest switch of stacks: it returns to where the other one had called it.
void switch_stacks(void **from, void *to);
__asm__(".pushsection .text\n"
        ".global switch_stacks\n"
        "switch_stacks:\n"
        "    hint #34\n" // bti c
        "    stp x29, x30, [sp, #-96]!\n"
        "    stp x19, x20, [sp, #16]\n"
        "    stp x21, x22, [sp, #32]\n"
        "    stp x23, x24, [sp, #48]\n"
        "    stp x25, x26, [sp, #64]\n"
        "    stp x27, x28, [sp, #80]\n"
        "    mov x2, sp\n"
        "    str x2, [x0]\n"
        "    mov sp, x1\n"
        "    ldp x19, x20, [sp, #16]\n"
        "    ldp x21, x22, [sp, #32]\n"
        "    ldp x23, x24, [sp, #48]\n"
        "    ldp x25, x26, [sp, #64]\n"
        "    ldp x27, x28, [sp, #80]\n"
        "    ldp x29, x30, [sp], #96\n"
        "    ret\n"
        ".popsection\n");

static void *main_stack, *fibre_stack;
static long fibre_steps;

static NOINLINE void fibre_step(long depth)
{
    if (depth) {
        fibre_step(depth - 1);
        sink = sink + 1;
        return;
    }
    fibre_steps++;
    switch_stacks(&fibre_stack, main_stack);
}

static void fibre(void)
{
    for (long i = 0;; i++)
        fibre_step(i % 40);
}

static void fibres(void)
{
    void **top = (void **)((char *)stack_of(64 << 10) + (64 << 10)) - 12;
    top[1] = (void *)fibre; // X30
    fibre_stack = top;
    for (int i = 0; i < 2000; i++)
        switch_stacks(&main_stack, fibre_stack);
    CHECK(fibre_steps == 2000);
}

// ---- depth

static long deep_result;

static void deep(void)
{
    deep_result = down(1000000, one);
    for (int i = 0; i < 3; i++)
        deep_result += down(20000 * i, one);
}

static void very_deep(void)
{
    ucontext_t c;
    getcontext(&c);
    c.uc_stack.ss_sp = stack_of(256 << 20);
    c.uc_stack.ss_size = 256 << 20;
    c.uc_link = &main_context;
    makecontext(&c, deep, 0);
    swapcontext(&main_context, &c);
    CHECK(deep_result == 1000001 + 1 + 20001 + 40001);
}

// ---- link registers that were changed, other registers, tail calls

long tricks(long (*f)(long), long v);
__asm__(".pushsection .text\n"
        ".global tricks\n"
        "tricks:\n"
        "    hint #34\n"
        "    stp x29, x30, [sp, #-32]!\n"
        "    str x0, [sp, #16]\n"
        "    mov x0, #0\n"
        "    bl 1f\n"
        "    add x0, x0, #1\n" // skipped: the callee returns one further
        "    add x0, x0, #2\n"
        "    bl 2f\n"
        "    add x0, x0, #1000\n" // never: the callee returns to 3
        "3:  add x0, x0, #16\n"
        "    bl 4f\n"
        "    add x0, x0, #64\n"
        "    add x1, x0, x1\n"
        "    mov x0, x1\n"
        "    mov x9, x30\n"
        "    adr x30, 5f\n"
        "    ldr x10, [sp, #16]\n"
        "    br x16\n" // set below: like a retpoline, a return to what was never called
        "5:  ldp x29, x30, [sp], #32\n"
        "    ret\n"
        "1:  add x30, x30, #4\n"
        "    ret\n"
        "2:  adr x7, 3b\n"
        "    add x0, x0, #8\n"
        "    ret x7\n"
        "4:  add x0, x0, #32\n" // goes on in another function, which returns for it
        "    adr x16, 6f\n"
        "    b 7f\n"
        "7:  add x0, x0, #0\n"
        "    ret\n"
        "6:  hint #34\n"
        "    str x30, [sp, #24]\n"
        "    bl 8f\n"
        "9:  brk #1\n"
        "8:  adr x30, 10f\n" // the call's return address is overwritten
        "    ret\n"
        "10: ldr x30, [sp, #24]\n"
        "    br x30\n"
        ".popsection\n");

static NOINLINE long even(long n);

static NOINLINE long odd(long n)
{
    return n ? even(n - 1) : 0;
}

static NOINLINE long even(long n)
{
    return n ? odd(n - 1) : 1;
}

static void other_returns(void)
{
    for (int i = 0; i < 300; i++)
        CHECK(tricks(one, i) == 2 + 8 + 16 + 32 + 64 + i);
    CHECK(down(3, even) == 3 && even(100000) == 1 && odd(100000) == 0);
}

// ---- signal handlers

static volatile long handled;

static void leave_handler(int sig)
{
    handled++;
    down(50, one);
    siglongjmp(back_with_mask, sig);
}

static void deep_handler(int sig)
{
    (void)sig;
    handled += down(30000, one);
}

static NOINLINE long raise_here(long v)
{
    syscall(SYS_tgkill, getpid(), gettid(), SIGUSR1);
    return v;
}

static NOINLINE long fault_here(long v)
{
    *(volatile long *)(v - 1) = 1;
    return v;
}

static void handlers(void)
{
    struct sigaction a = {.sa_handler = leave_handler};
    sigaction(SIGUSR1, &a, NULL);
    sigaction(SIGSEGV, &a, NULL);
    for (volatile int i = 0; i < 300; i++) {
        int sig = sigsetjmp(back_with_mask, 1);
        if (!sig)
            down(i % 90, i % 2 ? raise_here : fault_here);
        CHECK(sig == (i % 2 ? SIGUSR1 : SIGSEGV));
    }
    CHECK(handled == 300);
    stack_t alternate = {.ss_sp = stack_of(64 << 20), .ss_size = 64 << 20};
    sigaltstack(&alternate, NULL);
    a = (struct sigaction){.sa_handler = deep_handler, .sa_flags = SA_ONSTACK};
    sigaction(SIGUSR1, &a, NULL);
    handled = 0;
    for (int i = 0; i < 5; i++)
        CHECK(down(20 * i, raise_here) == 20 * i + 1);
    CHECK(handled == 5 * 30001);
}

int main(void)
{
    long_jumps();
    contexts();
    fibres();
    very_deep();
    other_returns();
    handlers();
    return guest_done();
}
