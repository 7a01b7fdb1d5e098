// SPDX-License-Identifier: MIT
// What the emulator knows for a report: which program, how it was started, what happened to it.
#ifndef EMU_DEBUG_FACTS_H
#define EMU_DEBUG_FACTS_H

#include "debug/report.h"

#include <signal.h>

struct thread;

// A crash by *info in thread t.
void facts_of_crash(struct report_facts *f, struct thread *t, const siginfo_t *info);

// A look at a process that has not died of itself; `why` ends the title.
void facts_of_hang(struct report_facts *f, struct thread *t, const char *why);

// The process's name, of the host's list. False if there is none.
bool process_name(int pid, char *name, size_t size);

#endif
