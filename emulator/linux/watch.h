// SPDX-License-Identifier: MIT
// What somebody who looks at this process from outside of this layer is told (debug/).
#ifndef EMU_LINUX_WATCH_H
#define EMU_LINUX_WATCH_H

#include <signal.h>

struct thread;

struct process_watch {
    // The program is about to begin in thread t.
    void (*begins)(struct thread *t);
    // Thread t is about to end the process by a signal: an exception, or one that was sent. All of
    // its registers are those of the moment; no lock is held, all signals that can be are blocked.
    void (*dies)(struct thread *t, const siginfo_t *info);
    // The time that was set by stop_look_later is over. The same holds for t, which goes on.
    void (*asked)(struct thread *t);
    // A child of fork begins in thread t.
    void (*forked)(struct thread *t);
};

// NULL members: nobody wants to know.
extern struct process_watch process_watch;

#endif
