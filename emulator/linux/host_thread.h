// SPDX-License-Identifier: MIT
// Threads of the host's C library, for guest threads and the emulator's own.
#ifndef EMU_LINUX_HOST_THREAD_H
#define EMU_LINUX_HOST_THREAD_H

#include <pthread.h>

// pthread_create, which leaves the signals of the process as they are. 0 or an errno.
int host_thread_new(pthread_t *handle, const pthread_attr_t *attr, void *(*run)(void *),
                    void *argument);

#endif
