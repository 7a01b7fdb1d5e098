// SPDX-License-Identifier: MIT
// With a program's first thread glibc takes a signal for itself, by which it has all threads change
// their user, and opens it and another in the mask of the thread that makes the new one. Both
// belong to the guest, whose own C library does the same.
#include "linux/host_thread.h"

#include "linux/signal_host.h"

#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SIGNAL_OF_THE_LIBRARY = 33, SIGNALS_SIZE = 8 };

int host_thread_new(pthread_t *handle, const pthread_attr_t *attr, void *(*run)(void *),
                    void *argument)
{
    static bool made;
    if (made)
        return pthread_create(handle, attr, run, argument);
    struct host_sigaction action;
    uint64_t mask;
    syscall(SYS_rt_sigaction, SIGNAL_OF_THE_LIBRARY, NULL, &action, SIGNALS_SIZE);
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, NULL, &mask, SIGNALS_SIZE);
    int error = pthread_create(handle, attr, run, argument);
    syscall(SYS_rt_sigaction, SIGNAL_OF_THE_LIBRARY, &action, NULL, SIGNALS_SIZE);
    mask &= HOST_THREAD_SIGNALS;
    syscall(SYS_rt_sigprocmask, SIG_BLOCK, &mask, NULL, SIGNALS_SIZE);
    made = !error;
    return error;
}
