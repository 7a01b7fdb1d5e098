// SPDX-License-Identifier: MIT
// Code that was run, and that another run of the program has kept translations of, cannot be run
// from a page without PROT_EXEC: whichever of its functions is called first, and whether or not the
// page can be read.
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

enum { PAGE = 4096, WORDS = PAGE / 4, FAR = 0x40, NEAR = 4 };

static sigjmp_buf back;
static void *volatile faulted;

static void on_signal(int sig, siginfo_t *info, void *context)
{
    (void)context;
    faulted = info->si_addr;
    siglongjmp(back, sig);
}

// Calls f; what page are its two functions in.
static void call(int (*f)(int), int which, const uint32_t *page)
{
    int sig = sigsetjmp(back, 1);
    if (!sig)
        printf("f(%d) = %d\n", which, f(which));
    else
        printf("f(%d): signal %d at word %td\n", which, sig, (uint32_t *)faulted - page);
}

static void test(void *at, int prot)
{
    uint32_t *code = mmap(at, 2 * PAGE, PROT_READ | PROT_WRITE | PROT_EXEC,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (code != at) {
        puts("no room");
        return;
    }
    uint32_t *page = code + WORDS;
    code[0] = 0x34000000 | (WORDS + FAR) << 5;   // cbz w0, far
    code[1] = 0x14000000 | (WORDS + NEAR - 1);   // b near
    page[FAR] = 0x52800020;                      // mov w0, #1
    page[NEAR] = 0x52800040;                     // mov w0, #2
    page[FAR + 1] = page[NEAR + 1] = 0xd65f03c0; // ret
    __builtin___clear_cache((char *)code, (char *)code + 2 * PAGE);
    int (*f)(int) = (int (*)(int))code;
    mprotect(page, PAGE, prot);
    call(f, 1, page);
    call(f, 0, page);
    mprotect(page, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC);
    int sum = 0;
    for (int i = 0; i < 1000; i++)
        sum += f(i % 2);
    printf("%d\n", sum);
}

int main(void)
{
    struct sigaction act = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &act, NULL);
    sigaction(SIGBUS, &act, NULL);
    test((void *)0x1f00000000, PROT_READ);
    test((void *)0x1f10000000, PROT_READ | PROT_WRITE);
    test((void *)0x1f20000000, PROT_NONE);
    return 0;
}
