// SPDX-License-Identifier: MIT
#ifndef EMU_LINUX_PUBLISH_H
#define EMU_LINUX_PUBLISH_H

// Tells the host's kernel the guest's name, arguments, environment and auxiliary vector, which it
// shows in /proc/<pid>: to programs of the host, and to guests that may not look into this process.
// Once, when the program stands at its first instruction.
void publish_process(const char *program);

#endif
