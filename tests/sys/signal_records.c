// SPDX-License-Identifier: MIT
// beyond: the record of the exception's syndrome
// native: the arm64 signal frame
// The records of a signal frame: FPSIMD with the interrupted registers, ESR with the syndrome of a fault, the end, all in
// their places in the reserved room.
#define _GNU_SOURCE
#include "guest.h"

#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

static sigjmp_buf back;
static volatile int fpsimd, ended, well_formed, esr_there;
static volatile uint64_t esr, v8, told;

static void look(void *context)
{
    mcontext_t *m = &((ucontext_t *)context)->uc_mcontext;
    unsigned char *p = m->__reserved, *end = p + sizeof m->__reserved;
    fpsimd = ended = esr_there = 0;
    well_formed = (uintptr_t)p % 16 == 0;
    while (p < end && !ended) {
        struct _aarch64_ctx head;
        memcpy(&head, p, sizeof head);
        if (head.magic == 0) {
            ended = head.size == 0;
            break;
        }
        well_formed &= head.size >= sizeof head && head.size % 16 == 0 && head.size <= (size_t)(end - p);
        if (head.magic == FPSIMD_MAGIC) {
            struct fpsimd_context c;
            memcpy(&c, p, sizeof c);
            fpsimd++;
            well_formed &= head.size == sizeof c;
            v8 = (uint64_t)c.vregs[8];
        } else if (head.magic == ESR_MAGIC) {
            struct esr_context c;
            memcpy(&c, p, sizeof c);
            esr_there++;
            well_formed &= head.size == sizeof c;
            esr = c.esr;
        }
        if (!well_formed)
            break;
        p += head.size;
    }
    told = m->fault_address;
}

static void handler(int sig, siginfo_t *info, void *context)
{
    (void)info;
    look(context);
    if (sig != SIGUSR1)
        siglongjmp(back, 1);
}

static void set_v8(uint64_t value)
{
    __asm__ volatile("fmov d8, %0" : : "r"(value) : "v8");
}

static unsigned class_of(uint64_t syndrome)
{
    return (unsigned)(syndrome >> 26) & 63;
}

enum { DATA_ABORT = 0x24, INSTRUCTION_ABORT = 0x20, WRITES = 1 << 6, TRANSLATION = 4, PERMISSION = 12 };

static void accesses(char *at, int write, unsigned kind)
{
    esr_there = 0;
    if (!sigsetjmp(back, 1)) {
        set_v8(0x1122334455667788);
        if (write)
            *(volatile char *)at = 1;
        else
            (void)*(volatile char *)at;
        CHECK(!"reached");
    }
    CHECK(well_formed && ended && fpsimd == 1 && esr_there == 1);
    CHECK(v8 == 0x1122334455667788);
    CHECK(told == (uintptr_t)at);
    CHECK(class_of(esr) == DATA_ABORT && !(esr & WRITES) == !write && (esr >> 25 & 1));
    CHECK((esr & 0x3c) == kind);
}

static void jumps(char *at)
{
    if (!sigsetjmp(back, 1))
        ((void (*)(void))at)();
    CHECK(well_formed && ended && fpsimd == 1 && esr_there == 1);
    CHECK(class_of(esr) == INSTRUCTION_ABORT && told == (uintptr_t)at);
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
    CHECK(sigaction(SIGSEGV, &action, NULL) == 0 && sigaction(SIGUSR1, &action, NULL) == 0);
    set_v8(7);
    raise(SIGUSR1);
    CHECK(well_formed && ended && fpsimd == 1);
    char *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(page != MAP_FAILED);
    accesses(page, 1, TRANSLATION); // nobody has touched it
    CHECK(*(volatile char *)page == 0);
    accesses(page, 1, PERMISSION);
    accesses((char *)64, 0, TRANSLATION);
    accesses((char *)72, 1, TRANSLATION);
    jumps(page);
    CHECK(munmap(page, 4096) == 0);
    accesses(page, 0, TRANSLATION);
    jumps(page);
    return guest_done();
}
