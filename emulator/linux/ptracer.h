// SPDX-License-Identifier: MIT
// ptrace(2) as the tracer's side of it: what the guest asks for, and which of the host's stops the
// guest sees (linux/ptraced.h says how a stop comes about).
//
// To be known of each tracee: what the guest has asked of it, and whether it stands where the guest
// knows of it. A host's stop that is none to the guest is ended at once, where the guest waits; so
// a tracee goes on behind such a stop when its tracer waits next. A tracer that shares the
// memory, as the leak sanitizer's, needs the tracee to come to a place where it holds no lock of
// the emulator before anything else: its PTRACE_ATTACH waits for that.
#ifndef EMU_LINUX_PTRACER_H
#define EMU_LINUX_PTRACER_H

#include "linux/ptraced.h"

#include <stddef.h>

struct tracee {
    struct tracee *next;
    int tid;
    uint64_t thread;  // its struct thread, in its process; 0: not known
    uint32_t options; // the guest's, PTRACE_O_*
    bool seized;      // PTRACE_SEIZE
    bool announced;   // the guest knows that it traces it
    bool attaching;   // the stop of PTRACE_ATTACH is still to come
    bool configured;  // the host has been given options
    bool stands;      // where the guest sees it
    bool by_host;     // that stop is the host's own: of the whole process, or of vfork
    int status;       // of that stop, as waitpid tells it
    uint64_t message; // PTRACE_GETEVENTMSG
    uint32_t wishes;  // that knocks have to tell
    siginfo_t info;   // of a signal that does not come to the tracee's handler
    struct ptrace_orders orders;
};

// The guest's request; as the system call.
int64_t ptracer_request(struct thread *t, uint64_t request, int tid, uint64_t addr, uint64_t data);

// The host has said that thread or process `tid` has changed to *status. False: that is nothing to
// the guest, and the host is to be asked again. *status may change.
bool ptracer_waited(int tid, int *status);

// The guest has opened another process's memory for writing.
void ptracer_opened_memory(void);

// ---- Between the files of this side

// Reads or writes `size` bytes at `addr` of the tracee's process.
bool tracee_read(const struct tracee *e, uint64_t addr, void *to, size_t size);
bool tracee_write(const struct tracee *e, uint64_t addr, const void *from, size_t size);

// Where member `offset` of its struct ptraced is.
uint64_t tracee_field(const struct tracee *e, size_t offset);
#define TRACEE_FIELD(e, member) tracee_field(e, offsetof(struct ptraced, member))

// PTRACE_GETREGSET and PTRACE_SETREGSET of note `type`, with a struct iovec of the guest's.
int64_t tracee_registers(struct tracee *e, bool set, uint64_t type, uint64_t vector);

// PTRACE_PEEKMTETAGS, PTRACE_POKEMTETAGS: tags from address `addr` on, a byte each, with a struct
// iovec of the guest's.
int64_t tracee_tags(const struct tracee *e, bool set, uint64_t addr, uint64_t vector);

// PTRACE_GET_SYSCALL_INFO, PTRACE_SET_SYSCALL_INFO.
int64_t tracee_call_info(const struct tracee *e, uint64_t size, uint64_t to);
int64_t tracee_set_call_info(const struct tracee *e, uint64_t size, uint64_t from);

#endif
