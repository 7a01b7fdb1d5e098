// SPDX-License-Identifier: MIT
// variants: O2-static
/*
 * A loop that uses many registers, none of them much used elsewhere, and meets memory that is not there until a
 * handler has made it so. The handler sees every register as the iteration has left it, also those that the loop
 * does not use, and so does what follows the loop.
 */
#define _GNU_SOURCE
#include "guest.h"

#include <asm/sigcontext.h>
#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>

enum { PAGE = 4096, PAGES = 24, STEP = 512, ITERATIONS = PAGES * PAGE / STEP };

static unsigned char *pages;
static unsigned faults;

struct end {
    unsigned long x[32];
    unsigned v[32][4];
};

/* Iteration n begins with x9 = n, x10 = 3n, x11 = 5n, x13 = ~n, x14 = n * n, x15 = pages + n STEP, v17 to v22 = n times
 * 1 to 6 in every lane, v30 = v17. x8 is what was loaded last, x7 how often that was not 0. The others stay. */
void loop(struct end *end, unsigned char *from, long n);
__asm__(".pushsection .text\n"
        "loop: stp x29, x30, [sp, #-112]!\n stp x19, x20, [sp, #16]\n stp x21, x22, [sp, #32]\n"
        "stp d8, d9, [sp, #48]\n stp d10, d11, [sp, #64]\n stp x23, x24, [sp, #80]\n"
        "mov x15, x1\n mov x12, x2\n mov x1, #101\n mov x2, #102\n mov x3, #103\n mov x4, #104\n mov x5, #105\n"
        "mov x19, #119\n mov x20, #120\n mov x21, #121\n mov x7, #0\n mov x8, #0\n mov x9, #0\n mov x10, #0\n"
        "mov x11, #0\n mvn x13, x9\n mov x14, #0\n"
        "movi v16.4s, #1\n movi v17.4s, #0\n movi v18.4s, #0\n movi v19.4s, #0\n movi v20.4s, #0\n movi v21.4s, #0\n"
        "movi v22.4s, #0\n movi v30.4s, #0\n movi v0.4s, #100\n movi v1.4s, #101\n movi v2.4s, #102\n movi v3.4s, #103\n"
        "movi v4.4s, #104\n movi v5.4s, #105\n movi v6.4s, #106\n movi v7.4s, #107\n"
        "1: ldr w8, [x15]\n cmp w8, #0\n cinc x7, x7, ne\n add x15, x15, #512\n"
        "add x14, x14, x9, lsl #1\n add x14, x14, #1\n add x9, x9, #1\n add x10, x10, #3\n add x11, x11, x9\n"
        "sub x11, x11, x9\n add x11, x11, #5\n mvn x13, x9\n"
        "add v17.4s, v17.4s, v16.4s\n add v18.4s, v17.4s, v17.4s\n add v19.4s, v18.4s, v17.4s\n"
        "add v20.4s, v18.4s, v18.4s\n add v21.4s, v20.4s, v17.4s\n add v22.4s, v19.4s, v19.4s\n"
        "mov v30.16b, v17.16b\n cmp x9, x12\n b.ne 1b\n"
        "stp x0, x1, [x0]\n stp x2, x3, [x0, #16]\n stp x4, x5, [x0, #32]\n stp x6, x7, [x0, #48]\n"
        "stp x8, x9, [x0, #64]\n stp x10, x11, [x0, #80]\n stp x12, x13, [x0, #96]\n stp x14, x15, [x0, #112]\n"
        "str x19, [x0, #152]\n stp x20, x21, [x0, #160]\n"
        "add x6, x0, #256\n st1 {v0.16b-v3.16b}, [x6], #64\n st1 {v4.16b-v7.16b}, [x6]\n"
        "add x6, x0, #512\n st1 {v16.16b-v19.16b}, [x6], #64\n st1 {v20.16b-v22.16b}, [x6]\n str q30, [x0, #736]\n"
        "ldp x19, x20, [sp, #16]\n ldp x21, x22, [sp, #32]\n ldp d8, d9, [sp, #48]\n ldp d10, d11, [sp, #64]\n"
        "ldp x23, x24, [sp, #80]\n ldp x29, x30, [sp], #112\n ret\n .popsection");

static void check(const unsigned long *x, unsigned v[32][4], unsigned long n)
{
    CHECK(x[9] == n && x[10] == 3 * n && x[11] == 5 * n && x[12] == ITERATIONS);
    CHECK(x[13] == ~n && x[14] == n * n && x[15] == (unsigned long)pages + n * STEP);
    CHECK(x[7] == n && (n == 0 || x[8] == 7));
    for (unsigned i = 1; i <= 5; i++)
        CHECK(x[i] == 100 + i);
    CHECK(x[19] == 119 && x[20] == 120 && x[21] == 121);
    for (unsigned lane = 0; lane < 4; lane++) {
        for (unsigned i = 0; i < 8; i++)
            CHECK(v[i][lane] == 100 + i);
        for (unsigned i = 0; i < 6; i++)
            CHECK(v[17 + i][lane] == n * (i + 1));
        CHECK(v[16][lane] == 1 && v[30][lane] == n);
    }
}

static void on_fault(int sig, siginfo_t *info, void *context)
{
    (void)sig;
    mcontext_t *m = &((ucontext_t *)context)->uc_mcontext;
    struct fpsimd_context *f = (struct fpsimd_context *)m->__reserved;
    CHECK(f->head.magic == FPSIMD_MAGIC);
    unsigned long n = ((unsigned long)info->si_addr - (unsigned long)pages) / STEP;
    check((const unsigned long *)m->regs, (void *)f->vregs, n);
    unsigned char *page = pages + n * STEP / PAGE * PAGE;
    mprotect(page, PAGE, PROT_READ | PROT_WRITE);
    for (unsigned i = 0; i < PAGE; i += STEP)
        page[i] = 7;
    faults++;
}

int main(void)
{
    pages = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(pages != MAP_FAILED);
    sigaction(SIGSEGV, &(struct sigaction){.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO}, NULL);
    for (unsigned round = 0; round < 6; round++) {
        struct end end;
        mprotect(pages, PAGES * PAGE, PROT_NONE);
        loop(&end, pages, ITERATIONS);
        check(end.x, end.v, ITERATIONS);
    }
    CHECK(faults == 6 * PAGES);
    return guest_done();
}
