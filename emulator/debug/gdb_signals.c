// SPDX-License-Identifier: MIT
#include "debug/gdb_signals.h"

#include "base/host.h"

#include <signal.h>

enum { UNKNOWN = 143, RT_32 = 77, RT_33 = 45, RT_64 = 78, LAST = 64 };

// Below 32, in the order of Linux.
// clang-format off
static const unsigned char numbers[] = {
    [SIGHUP] = 1,   [SIGINT] = 2,    [SIGQUIT] = 3,  [SIGILL] = 4,   [SIGTRAP] = 5,
    [SIGABRT] = 6,  [SIGBUS] = 10,   [SIGFPE] = 8,   [SIGKILL] = 9,  [SIGUSR1] = 30,
    [SIGSEGV] = 11, [SIGUSR2] = 31,  [SIGPIPE] = 13, [SIGALRM] = 14, [SIGTERM] = 15,
    [16] = UNKNOWN, // SIGSTKFLT
    [SIGCHLD] = 20, [SIGCONT] = 19,  [SIGSTOP] = 17, [SIGTSTP] = 18, [SIGTTIN] = 21,
    [SIGTTOU] = 22, [SIGURG] = 16,   [SIGXCPU] = 24, [SIGXFSZ] = 25, [SIGVTALRM] = 26,
    [SIGPROF] = 27, [SIGWINCH] = 28, [SIGIO] = 23,   [SIGPWR] = 32,  [SIGSYS] = 12,
};
// clang-format on

unsigned gdb_signal(int sig)
{
    if (sig < (int)ARRAY_LEN(numbers))
        return numbers[sig];
    return sig == 32 ? RT_32 : sig == LAST ? RT_64 : (unsigned)sig - 33 + RT_33;
}

int gdb_signal_of(unsigned number)
{
    for (int sig = 1; sig <= LAST && number != UNKNOWN; sig++)
        if (gdb_signal(sig) == number)
            return sig;
    return 0;
}
