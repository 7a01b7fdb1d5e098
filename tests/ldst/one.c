// SPDX-License-Identifier: MIT
#include "one.h"

#include "../tier.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

static struct cpu storage;
struct cpu *cpu = &storage;

static size_t fetch(uint64_t pc, bool *guarded)
{
    *guarded = false;
    return pc >= CODE && pc < CODE + SIZE ? CODE + SIZE - pc : 0;
}

static void on_fault(int sig, siginfo_t *info, void *uc)
{
    if (!engine_host_fault(cpu, info, uc)) {
        signal(sig, SIG_DFL);
        raise(sig);
    }
}

static void map(uint64_t at, size_t size, int prot)
{
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;
    if (mmap((void *)at, size, prot, flags, -1, 0) != (void *)at) {
        perror("tests/ldst: mmap");
        exit(2);
    }
}

void one_start(void)
{
    static const struct engine_os os = {.fetch = fetch};
    static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE};
    map(CODE, SIZE, PROT_READ | PROT_WRITE);
    for (unsigned i = 0; i < SIZE / 4; i++)
        ((uint32_t *)CODE)[i] = BRK;
    // Nothing else may be mapped near the page, nor the pages beside it be accessible.
    map(PAGE - (1 << 20), 2 << 20, PROT_NONE);
    mprotect((void *)PAGE, SIZE, PROT_READ | PROT_WRITE);
    for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct sigaction sa = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER};
        sigaction(signals[i], &sa, NULL);
    }
    tier_from_environment();
    engine_init(&os);
    engine_thread_init(cpu);
}

enum ir_exit one_run(uint32_t word)
{
    cpu->s.pc = CODE;
    *(uint32_t *)CODE = word;
    engine_invalidate(cpu, CODE, CODE + 8);
    return engine_run(cpu);
}

bool one_is_load_store(unsigned row)
{
    if (a64_rows[row]->feature == FEAT_MOPS)
        return false;
    const struct a64_leaf *leaf = &a64_leaves[row];
    return (leaf->mask >> 27 & leaf->value >> 27 & 1) &&
           (leaf->mask >> 25 & ~leaf->value >> 25 & 1);
}
