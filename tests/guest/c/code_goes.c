// SPDX-License-Identifier: MIT
// variants: O2-dynamic
// libs: pthread
// shared: plugin
// flags: -rdynamic -Wl,--as-needed
/* Code that is running, or was hot, goes away: its page is no longer executable, another file is
 * mapped over it, its library is unloaded and other code comes to the same address. */
#define _GNU_SOURCE
#include "guest.h"

#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 4096, HOT = 400 };

typedef int function(int);

int callback(int x);
int callback(int x)
{
    return x * 2;
}

static uint32_t *page(int prot)
{
    return mmap(NULL, PAGE, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static sigjmp_buf env;
static siginfo_t last;
static atomic_uint count;

static void on_fault(int sig, siginfo_t *info, void *context)
{
    (void)context;
    last = *info;
    siglongjmp(env, sig);
}

/* x0 += 1 at count for ever. */
static void *loop(void *code)
{
    if (!sigsetjmp(env, 1))
        ((void (*)(atomic_uint *))code)(&count);
    return code;
}

/* A thread in a loop that never leaves translated code, when the loop's page loses PROT_EXEC. */
static void no_longer_executable(void)
{
    uint32_t *p = page(PROT_READ | PROT_WRITE);
    pthread_t thread;
    p[0] = 0xb9400001; /* ldr w1, [x0] */
    p[1] = 0x11000421; /* add w1, w1, #1 */
    p[2] = 0xb9000001; /* str w1, [x0] */
    p[3] = 0x17fffffd; /* b 0 */
    mprotect(p, PAGE, PROT_READ | PROT_EXEC);
    pthread_create(&thread, NULL, loop, p);
    while (count < 100000)
        ;
    mprotect(p, PAGE, PROT_READ);
    pthread_join(thread, NULL);
    CHECK(last.si_signo == SIGSEGV && last.si_code == SEGV_ACCERR);
    CHECK((char *)last.si_addr >= (char *)p && (char *)last.si_addr < (char *)(p + 4));
    munmap(p, PAGE);
}

static int file_returning(int value)
{
    uint32_t code[2] = {0x52800000u | (uint32_t)value << 5, 0xd65f03c0};
    int fd = memfd_create("code", 0);
    CHECK(write(fd, code, sizeof code) == sizeof code);
    CHECK(ftruncate(fd, PAGE) == 0);
    return fd;
}

static void mapped_over(void)
{
    void *at = page(PROT_NONE);
    for (int i = 1; i < 20; i++) {
        int fd = file_returning(i);
        CHECK(mmap(at, PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED, fd, 0) == at);
        close(fd);
        int sum = 0;
        for (int k = 0; k < HOT; k++)
            sum += ((function *)at)(0);
        CHECK(sum == i * HOT);
    }
}

static void unloaded(void)
{
    for (int i = 0; i < 3; i++) {
        void *handle = dlopen("libplugin.so", RTLD_NOW);
        function *run = handle ? (function *)dlsym(handle, "plugin_run") : NULL;
        int sum = 0;
        CHECK(run != NULL);
        for (int k = 0; run && k < HOT; k++)
            sum += run(k);
        CHECK(sum == HOT * (HOT - 1) + HOT);
        dlclose(handle);
        CHECK(!dlopen("libplugin.so", RTLD_NOW | RTLD_NOLOAD));
        uint32_t *at = (uint32_t *)((uintptr_t)run & -(uintptr_t)PAGE);
        void *got = mmap(at, PAGE, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
        CHECK(got == at);
        if (got != at)
            return;
        memset(at, 0, PAGE);
        uint32_t *code = (uint32_t *)run;
        code[0] = 0x11000c00; /* add w0, w0, #3 */
        code[1] = 0xd65f03c0;
        mprotect(at, PAGE, PROT_READ | PROT_EXEC);
        CHECK(run(4) == 7);
        munmap(at, PAGE);
    }
}

int main(void)
{
    struct sigaction sa = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &sa, NULL);
    no_longer_executable();
    mapped_over();
    unloaded();
    return guest_done();
}
