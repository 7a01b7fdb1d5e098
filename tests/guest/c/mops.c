// SPDX-License-Identifier: MIT
// flags: -Wa,--no-warn
// variants: O1-static
// beyond: qemu-aarch64 before 8.2 has no FEAT_MOPS
// Memory copy and set of random sizes, alignments, overlaps and tags, with pages that are not there: the
// bytes against a plain loop here, the registers between the three instructions and at each fault against
// what is expected (a hash of all of them).
#define _GNU_SOURCE
#include "guest.h"

#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

enum { PAGE = 4096, PAGES = 16, SIZE = PAGE * PAGES };

struct regs {
    uint64_t d, s, n, nzcv;
};
typedef struct regs stage(struct regs);

#define STAGE(name, text)                                                             \
    static struct regs name(struct regs r)                                            \
    {                                                                                 \
        register uint64_t d __asm__("x0") = r.d, s __asm__("x1") = r.s;               \
        register uint64_t n __asm__("x2") = r.n, f __asm__("x3") = r.nzcv << 28;      \
        __asm__ volatile(".arch armv8.8-a+mops\n\tmsr nzcv, x3\n\t" text "\n\tmrs x3, nzcv"                   \
                         : "+r"(d), "+r"(s), "+r"(n), "+r"(f)                         \
                         :                                                            \
                         : "memory", "cc");                                           \
        return (struct regs){d, s, n, f >> 28};                                       \
    }
#define CPY(name)                                   \
    STAGE(name##p, #name "p [x0]!, [x1]!, x2!")     \
    STAGE(name##m, #name "mwt [x0]!, [x1]!, x2!")   \
    STAGE(name##e, #name "ern [x0]!, [x1]!, x2!")
CPY(cpyf)
CPY(cpy)
STAGE(setp, "setp [x0]!, x2!, x1")
STAGE(setm, "setmtn [x0]!, x2!, x1")
STAGE(sete, "setet [x0]!, x2!, x1")

static stage *const stages[3][3] = {{cpyfp, cpyfm, cpyfe}, {cpyp, cpym, cpye}, {setp, setm, sete}};

static unsigned char *memory;
static unsigned char model[SIZE];
static uint64_t hash = 0xcbf29ce484222325;
static unsigned faults;

static void note(uint64_t v)
{
    hash = (hash ^ v) * 0x100000001b3;
    hash ^= hash >> 29;
}

static uint64_t offset(uint64_t address)
{
    return address - (uint64_t)memory;
}

static void on_fault(int sig, siginfo_t *info, void *context)
{
    const uint64_t *x = (uint64_t *)((ucontext_t *)context)->uc_mcontext.regs;
    unsigned char *page = (unsigned char *)((uint64_t)info->si_addr & -(uint64_t)PAGE);
    note((uint64_t)sig), note(offset((uint64_t)page));
    note(offset(x[0])), note(offset(x[1])), note(x[2]);
    faults++;
    mprotect(page, PAGE, PROT_READ | PROT_WRITE);
}

static void show(const struct regs *r)
{
    note(offset(r->d)), note(offset(r->s)), note(r->n), note(r->nzcv);
}

static void one(unsigned kind, uint64_t to, uint64_t from, uint64_t n, uint64_t tags)
{
    struct regs r = {(uint64_t)memory + to + (tags & 0xff) * (UINT64_C(1) << 56),
                     (uint64_t)memory + from + (tags >> 8 & 0xff) * (UINT64_C(1) << 56), n,
                     guest_random() & 15};
    if (kind == 2) {
        memset(model + to, (int)(from & 0xff), n);
        r.s = from;
    } else {
        memmove(model + to, model + from, n);
    }
    for (unsigned i = 0; i < 3; i++) {
        r = stages[kind][i](r);
        show(&r);
    }
    mprotect(memory, SIZE, PROT_READ | PROT_WRITE);
    CHECK(r.n == 0);
    CHECK(memcmp(memory, model, SIZE) == 0);
}

static uint64_t random_size(void)
{
    uint64_t r = guest_random() >> 8;
    switch (r & 3) {
    case 0: return r / 4 % 40;
    case 1: return r / 4 % 600;
    case 2: return r / 4 % 3 * PAGE + r / 64 % 5;
    default: return r / 4 % (4 * PAGE);
    }
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &action, NULL);
    memory = mmap((void *)0x70000000, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (unsigned i = 0; i < SIZE; i++)
        memory[i] = model[i] = (unsigned char)(i * 7 + i / 251);
    for (unsigned i = 0; i < 3000; i++) {
        unsigned kind = i % 3;
        uint64_t n = random_size(), from = guest_random() % (SIZE / 2), to;
        uint64_t near = guest_random() % (2 * PAGE);
        // CPYF copies forward only: destinations inside of the source are not for it.
        if (guest_random() & 1)
            to = guest_random() % (SIZE / 2) + (kind ? 0 : SIZE / 2);
        else if (kind == 1)
            to = from + near < PAGE ? near : from + near - PAGE;
        else
            to = from > near ? from - near : 0;
        if (kind == 0 && to > from && to < from + n)
            n = to - from;
        if (to + n > SIZE)
            n = SIZE - to;
        if (guest_random() % 4 == 0)
            for (unsigned page = 0; page < PAGES; page++)
                if (guest_random() & 1)
                    mprotect(memory + page * PAGE, PAGE, PROT_NONE);
        one(kind, to, from, n, guest_random() & 1 ? guest_random() : 0);
        if (i % 300 == 299)
            printf("%u: registers %016lx faults %u\n", i + 1, hash, faults);
    }
    return guest_done();
}
