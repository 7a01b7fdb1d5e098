// SPDX-License-Identifier: MIT
// flags: -Wa,--no-warn
// variants: O1-static
// beyond: the exact byte of a tag check fault
// Memory copy and set where tags are checked: a fault at the first byte with a wrong tag, with the
// progress in the registers; and SETG, which sets tags with the bytes and checks none.
#define _GNU_SOURCE
#include "guest.h"

#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <ucontext.h>

enum { PAGE = 4096, SIZE = 4 * PAGE, MTE_PROT = 0x20 };
#define ARCH   ".arch armv8.8-a+mops+memtag\n\t"
#define TAG(n) ((uint64_t)(n) << 56)
#ifndef SEGV_MTESERR
#    define SEGV_MTESERR 9
#endif

static uint64_t memory;
static volatile uint64_t fault_address, fault_d, fault_s, fault_n;
static volatile int code, faults;

static void set_tag(uint64_t at, unsigned tag)
{
    __asm__ volatile(ARCH "stg %0, [%1]" : : "r"(at | TAG(tag)), "r"(at) : "memory");
}

static unsigned get_tag(uint64_t at)
{
    uint64_t p = at;
    __asm__ volatile(ARCH "ldg %0, [%1]" : "+r"(p) : "r"(at));
    return p >> 56 & 15;
}

static void handler(int sig, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    (void)sig;
    code = info->si_code;
    fault_address = (uint64_t)info->si_addr << 8 >> 8;
    fault_d = uc->uc_mcontext.regs[0];
    fault_s = uc->uc_mcontext.regs[1];
    fault_n = uc->uc_mcontext.regs[2];
    faults++;
    set_tag(fault_address & ~UINT64_C(15), 5); // as the pointers have it
}

static void copy(uint64_t d, uint64_t s, uint64_t n)
{
    register uint64_t x0 __asm__("x0") = d, x1 __asm__("x1") = s, x2 __asm__("x2") = n;
    __asm__ volatile(ARCH "cpyp [x0]!, [x1]!, x2!\n\tcpym [x0]!, [x1]!, x2!\n\tcpye [x0]!, [x1]!, x2!"
                     : "+r"(x0), "+r"(x1), "+r"(x2)
                     :
                     : "memory", "cc");
}

static void set(uint64_t d, unsigned v, uint64_t n)
{
    register uint64_t x0 __asm__("x0") = d, x1 __asm__("x1") = v, x2 __asm__("x2") = n;
    __asm__ volatile(ARCH "setp [x0]!, x2!, x1\n\tsetm [x0]!, x2!, x1\n\tsete [x0]!, x2!, x1"
                     : "+r"(x0), "+r"(x1), "+r"(x2)
                     :
                     : "memory", "cc");
}

static uint64_t set_tagged(uint64_t d, unsigned v, uint64_t n)
{
    register uint64_t x0 __asm__("x0") = d, x1 __asm__("x1") = v, x2 __asm__("x2") = n;
    __asm__ volatile(ARCH "setgp [x0]!, x2!, x1\n\tsetgm [x0]!, x2!, x1\n\tsetge [x0]!, x2!, x1"
                     : "+r"(x0), "+r"(x1), "+r"(x2)
                     :
                     : "memory", "cc");
    uint64_t end = x0;
    CHECK(x2 == 0);
    return end;
}

// Tags 5 everywhere, 9 in the granule at `odd`.
static void tags(uint64_t odd)
{
    for (unsigned i = 0; i < SIZE; i += 16)
        set_tag(memory + i, 5);
    if (odd)
        set_tag(odd, 9);
    faults = 0;
}

int main(void)
{
    struct sigaction sa = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
    uint64_t p;
    sigaction(SIGSEGV, &sa, NULL);
    CHECK(prctl(PR_SET_TAGGED_ADDR_CTRL, 1 | 1 << 1 | 0xfffe << 3, 0, 0, 0) == 0); // synchronous
    memory = (uint64_t)mmap(NULL, SIZE, PROT_READ | PROT_WRITE | MTE_PROT,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    p = memory | TAG(5);

    tags(0);
    set(p + 3, 0x5a, 5000);
    copy(p + 2 * PAGE, p, PAGE);
    CHECK(faults == 0 && ((char *)p)[5002] == 0x5a);

    tags(memory + 1600); // of the destination
    set(p + 1000, 0xa5, 2000);
    CHECK(faults == 1 && code == SEGV_MTESERR && fault_address == memory + 1600);
    CHECK(fault_d + fault_n == p + 1600 && ((unsigned char *)p)[2999] == 0xa5);

    tags(memory + 160); // of the source, forward
    copy(p + 2 * PAGE, p + 7, 1000);
    CHECK(faults == 1 && fault_address == memory + 160 && fault_s + fault_n == p + 160);
    CHECK(memcmp((void *)(p + 2 * PAGE), (void *)(p + 7), 1000) == 0);

    tags(memory + 320); // of the source, backward
    copy(p + 8, p, 1000);
    CHECK(faults == 1 && (fault_address & ~UINT64_C(15)) == memory + 320);

    tags(0);
    copy(memory | TAG(3), p, 0); // no byte, no check
    set(memory | TAG(3), 1, 0);
    CHECK(faults == 0);

    CHECK(set_tagged((memory + PAGE - 64) | TAG(7), 0x33, PAGE + 128) ==
          ((memory + 2 * PAGE + 64) | TAG(7)));
    CHECK(faults == 0 && get_tag(memory + PAGE - 80) == 5 && get_tag(memory + PAGE - 64) == 7);
    CHECK(get_tag(memory + 2 * PAGE + 48) == 7 && get_tag(memory + 2 * PAGE + 64) == 5);
    CHECK(*(unsigned char *)((memory + 2 * PAGE + 63) | TAG(7)) == 0x33);
    return guest_done();
}
