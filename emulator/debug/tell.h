// SPDX-License-Identifier: MIT
// A report is printed: by the reporter, a program beside a64run, or here if there is none.
#ifndef EMU_DEBUG_TELL_H
#define EMU_DEBUG_TELL_H

#include "debug/notes.h"
#include "debug/report.h"

struct thread;

// `notes` are those of the process, with the facts among them. With the process's lock.
void tell(struct thread *t, const struct notes *notes, struct report_facts *facts);

#endif
