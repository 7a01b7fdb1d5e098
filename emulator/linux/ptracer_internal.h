// SPDX-License-Identifier: MIT
// Between the files of the tracer's side.
#ifndef EMU_LINUX_PTRACER_INTERNAL_H
#define EMU_LINUX_PTRACER_INTERNAL_H

#include "linux/ptracer.h"

// The table. All of these with its lock.
void tracees_lock(void);
void tracees_unlock(void);
struct tracee *tracee_find(int tid);
struct tracee *tracee_add(int tid);
void tracee_forget(struct tracee *e);

// Gives a tracee that stands, or is about to, its orders. False: it has no place for them.
bool tracee_order(struct tracee *e, enum ptrace_go go, bool silent);

// Sends it the word that something is wanted of it.
void tracee_knock(struct tracee *e, uint32_t wishes);

// Gives the host the options that the guest's need.
void tracee_configure(struct tracee *e);

// Waits until it stands where the guest may see it, without telling the guest. Takes no lock.
bool tracee_stop_now(struct tracee *e, unsigned milliseconds);

// The process of a thread, or 0.
int tracee_process(int tid);

#endif
