// SPDX-License-Identifier: MIT
// beyond: FPMR in the signal frame
// native: an arm64 register
// A frame has a record of FPMR; what the handler writes there is what the program goes on with, and a
// handler that takes the record away leaves FPMR as it is.
#define _GNU_SOURCE
#include "guest.h"

#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>
#include <ucontext.h>

enum { FPMR_MAGIC = 0x46504d52 };

static volatile uint64_t seen, put;
static volatile int remove_it;

static uint64_t get_fpmr(void)
{
    uint64_t v;
    __asm__ volatile("mrs %0, s3_3_c4_c4_2" : "=r"(v));
    return v;
}

static void set_fpmr(uint64_t v)
{
    __asm__ volatile("msr s3_3_c4_c4_2, %0" : : "r"(v));
}

static void handler(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)info;
    unsigned char *at = ((ucontext_t *)context)->uc_mcontext.__reserved;
    for (;;) {
        uint32_t head[2];
        memcpy(head, at, sizeof head);
        if (!head[0])
            break;
        if (head[0] == FPMR_MAGIC) {
            CHECK(head[1] == 16);
            memcpy((void *)&seen, at + 8, 8);
            memcpy(at + 8, (const void *)&put, 8);
            if (remove_it)
                memset(at, 0, 8); // it is the last one
            break;
        }
        at += head[1];
    }
    set_fpmr(0x41);
}

int main(void)
{
    CHECK(getauxval(AT_HWCAP2) >> 48 & 1);
    signal(SIGUSR1, SIG_DFL);
    struct sigaction sa = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
    sigaction(SIGUSR1, &sa, NULL);
    CHECK(get_fpmr() == 0);
    set_fpmr(0x1200008049);
    put = UINT64_MAX;
    raise(SIGUSR1);
    CHECK(seen == 0x1200008049);
    CHECK(get_fpmr() == 0x3fff7fc1ff); // its RES0 bits stay zero
    remove_it = 1;
    raise(SIGUSR1);
    CHECK(get_fpmr() == 0x41);
    return guest_done();
}
