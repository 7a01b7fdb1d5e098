// SPDX-License-Identifier: MIT
// variants: O2-static
// engines: t1-100
// timeout: 300
/*
 * Accesses of every kind to memory that is not there, or not to be written, until a handler has made it so: the access
 * is then done as if nothing had been, with every register as it was. Each so often that its block is compiled again.
 */
#define _GNU_SOURCE
#include "guest.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 4096, TIMES = 12 };

struct state {
    unsigned long x[16];
    unsigned char v[32][16];
    unsigned long nzcv;
};

/* Everything is set from the state, the access done, everything put back. x16, x17 and x30 are ours. */
void run_with(struct state *s, const void *access);
#define V4(op, a, d) op " {v" #a ".16b-v" #d ".16b}, [x16], #64\n"
#define ALL_V(op)                                                                      \
    V4(op, 0, 3) V4(op, 4, 7) V4(op, 8, 11) V4(op, 12, 15) V4(op, 16, 19) V4(op, 20, 23) \
    V4(op, 24, 27) V4(op, 28, 31)
#define ALL_X(op, base)                                                              \
    op " x2, x3, [" base ", #16]\n" op " x4, x5, [" base ", #32]\n" op " x6, x7, [" base \
       ", #48]\n" op " x8, x9, [" base ", #64]\n" op " x10, x11, [" base ", #80]\n" op     \
       " x12, x13, [" base ", #96]\n" op " x14, x15, [" base ", #112]\n"
__asm__(".pushsection .text\n .arch_extension lse\n .arch_extension rcpc\n"
        "run_with: stp x29, x30, [sp, #-96]!\n stp d8, d9, [sp, #16]\n stp d10, d11, [sp, #32]\n"
        "stp d12, d13, [sp, #48]\n stp d14, d15, [sp, #64]\n str x0, [sp, #80]\n mov x17, x1\n"
        "add x16, x0, #128\n" ALL_V("ld1")
        "ldr x2, [x0, #640]\n msr nzcv, x2\n" ALL_X("ldp", "x0") "ldp x0, x1, [x0]\n blr x17\n"
        "ldr x16, [sp, #80]\n stp x0, x1, [x16]\n" ALL_X("stp", "x16")
        "mrs x2, nzcv\n str x2, [x16, #640]\n add x16, x16, #128\n" ALL_V("st1")
        "ldp d8, d9, [sp, #16]\n ldp d10, d11, [sp, #32]\n ldp d12, d13, [sp, #48]\n"
        "ldp d14, d15, [sp, #64]\n ldp x29, x30, [sp], #96\n ret\n .popsection");

/* What is done with x1, the address; x2 is 24. Work before and behind it has results in registers and flags.
 * U: the address need not be aligned. */
extern const struct access {
    const void *code;
    const char *text;
    unsigned long unaligned;
} __start_accesses[], __stop_accesses[];
#define ROW(text, unaligned)                                                                      \
    ".pushsection .text\n .balign 4\n 77: adds x6, x6, x7\n eor x5, x5, x6\n"                    \
    "add v0.4s, v0.4s, v1.4s\n fcmp d5, d6\n csel x8, x9, x10, mi\n subs x11, x5, x6\n" text      \
    "\n adcs x12, x12, x3\n add v20.16b, v20.16b, v0.16b\n ret\n .popsection\n"                  \
    ".pushsection .rodata\n 78: .asciz \"" text "\"\n .popsection\n"                            \
    ".pushsection accesses, \"aw\"\n .balign 8\n .quad 77b, 78b, " unaligned "\n .popsection\n"
#define A(text) ROW(text, "0")
#define U(text) ROW(text, "1")
__asm__(U("ldrb w3, [x1]") U("ldrsh x3, [x1, #2]!") U("ldr x1, [x1]") U("ldr x3, [x1], #8")
        U("ldr w3, [x1, x2]") U("ldur x3, [x1, #-3]") U("ldtr x3, [x1]") U("ldr d3, [x1, x2]")
        U("ldr q20, [x1, #16]!") U("ldp x3, x1, [x1]") U("ldp x3, x4, [x1], #16")
        U("ldp q0, q20, [x1], #32") U("ldnp d1, d2, [x1]") U("ldpsw x3, x4, [x1, #-8]!")
        U("strb w3, [x1]") U("strh w3, [x1, #2]!") U("str x3, [x1], #8") U("str x3, [x1, x2]")
        U("str q20, [x1], #16") U("str q1, [x1]") U("stp x3, x4, [x1, #-16]!")
        U("stp q0, q20, [x1], #32") U("stnp w3, w4, [x1]") A("ldar x3, [x1]") A("stlr x3, [x1]")
        A("ldapr x3, [x1]") A("5: ldxr x3, [x1]; stxr w4, x5, [x1]; cbnz w4, 5b")
        A("5: ldaxp x3, x4, [x1]; stlxp w5, x6, x7, [x1]; cbnz w5, 5b") A("ldadd x3, x4, [x1]")
        A("stclr w3, [x1]") A("ldsmaxal x3, x4, [x1]") A("swpb w3, w4, [x1]") A("cas x3, x4, [x1]")
        A("casp x4, x5, x6, x7, [x1]") U("ld1 {v0.16b-v3.16b}, [x1], #64")
        U("ld1 {v20.b}[7], [x1], x2") U("ld1r {v0.4s}, [x1]") U("ld2 {v0.8h, v1.8h}, [x1]")
        U("ld3 {v0.4s-v2.4s}, [x1], x2") U("ld4 {v20.2d-v23.2d}, [x1]") U("ld4r {v0.8b-v3.8b}, [x1]")
        U("st1 {v0.2d-v1.2d}, [x1], #32") U("st1 {v20.s}[2], [x1]") U("st2 {v0.8b, v1.8b}, [x1]")
        U("st3 {v0.16b-v2.16b}, [x1]") U("st4 {v20.8h-v23.8h}, [x1], #64")
        U("st4 {v0.d-v3.d}[1], [x1]") A("dc zva, x1") A("dc cvac, x1")
        U("ldr x3, [x1]; add x3, x3, x1; str x3, [x1, #64]"));

static char *pages;
static char content[2 * PAGE];
static unsigned faults;
static enum how { NONE, READ, GONE, TAGGED, HOWS } how;

static void place(char *page)
{
    CHECK(mmap(page, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == page);
    memcpy(page, content + (page - pages), PAGE);
}

static void repair(int sig, siginfo_t *info, void *context)
{
    char *page = (char *)((unsigned long)info->si_addr & -4096ul);
    (void)sig, (void)context;
    if (page != pages && page != pages + PAGE) {
        printf("a fault at %p\n", info->si_addr);
        _exit(1);
    }
    faults++;
    CHECK(info->si_code == (how == GONE ? SEGV_MAPERR : SEGV_ACCERR));
    if (how == GONE)
        place(page);
    else
        mprotect(page, PAGE, PROT_READ | PROT_WRITE);
}

static struct state start(char *address)
{
    struct state s;
    guest_seed = 4711;
    for (unsigned i = 0; i < 16; i++)
        s.x[i] = guest_random();
    for (unsigned i = 0; i < sizeof s.v; i++)
        s.v[i / 16][i % 16] = (unsigned char)guest_random();
    s.nzcv = 0x60000000;
    s.x[1] = (unsigned long)address | (how == TAGGED ? 0x5aul << 56 : 0);
    s.x[2] = 24;
    return s;
}

static void check(const struct access *a, char *address)
{
    static char wanted[2 * PAGE];
    struct state right = start(address);
    place(pages);
    place(pages + PAGE);
    run_with(&right, a->code);
    memcpy(wanted, pages, sizeof wanted);
    for (unsigned i = 0; i < TIMES; i++) {
        struct state s = start(address);
        mprotect(pages, 2 * PAGE, PROT_READ | PROT_WRITE);
        memcpy(pages, content, sizeof content);
        if (how == GONE)
            munmap(pages, 2 * PAGE);
        else
            mprotect(pages, 2 * PAGE, how == READ ? PROT_READ : PROT_NONE);
        run_with(&s, a->code);
        if (how == GONE)
            for (unsigned k = 0; k < 2; k++)
                if (msync(pages + k * PAGE, PAGE, MS_ASYNC) != 0)
                    place(pages + k * PAGE);
        mprotect(pages, 2 * PAGE, PROT_READ);
        guest_checks++;
        if (memcmp(&s, &right, sizeof s) != 0 || memcmp(pages, wanted, sizeof wanted) != 0) {
            printf("%s: another result, how %d, time %u\n", a->text, (int)how, i);
            guest_failures++;
            return;
        }
    }
}

int main(void)
{
    struct sigaction sa = {.sa_sigaction = repair, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &sa, NULL);
    for (unsigned i = 0; i < sizeof content; i++)
        content[i] = (char)guest_random();
    pages = mmap(NULL, 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (how = NONE; how < HOWS; how++) {
        for (const struct access *a = __start_accesses; a < __stop_accesses; a++) {
            unsigned before = faults;
            check(a, pages + PAGE);
            check(a, pages + PAGE - 16);
            if (a->unaligned)
                check(a, pages + PAGE - 3);
            /* All fault but loads that may read; to qemu cache maintenance is nothing. */
            if (how != READ && strcmp(a->text, "dc cvac, x1") != 0)
                CHECK(faults >= before + 2 * TIMES);
        }
    }
    CHECK(faults > 5000);
    printf("%d failures\n", guest_failures);
    return guest_failures != 0;
}
