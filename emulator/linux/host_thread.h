// SPDX-License-Identifier: MIT
// Threads of the host's C library, for guest threads and the emulator's own.
#ifndef EMU_LINUX_HOST_THREAD_H
#define EMU_LINUX_HOST_THREAD_H

#include <pthread.h>
#include <stdint.h>

// Signals (bits) that glibc keeps for itself, and opens in a new thread before it runs what it is
// to run.
#define HOST_THREAD_SIGNALS (UINT64_C(3) << 31)

// pthread_create, which leaves the signals of the process as they are. 0 or an errno.
int host_thread_new(pthread_t *handle, const pthread_attr_t *attr, void *(*run)(void *),
                    void *argument);

#endif
