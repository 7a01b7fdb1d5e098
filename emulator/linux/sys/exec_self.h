// SPDX-License-Identifier: MIT
// The emulator's own file, which is executed to execute a guest program. /proc/self/exe is it, as
// long as there is a /proc: a new root may have none. So a descriptor is kept from then on, which
// does not exist for the guest and goes along by option.
#ifndef EMU_LINUX_SYS_EXEC_SELF_H
#define EMU_LINUX_SYS_EXEC_SELF_H

#include <stdbool.h>

// The root is about to be another.
void exec_self_keep(void);

// The emulator that executed this one has kept `fd`.
void exec_self_given(int fd);

// What has been kept, or -1.
int exec_self_fd(void);

// Arguments for execveat. Where `dir` is a descriptor, it has to go along.
struct exec_self {
    int dir, flags;
    const char *path;
};
struct exec_self exec_self(void);

// It goes along, or does not, because nothing was executed.
void exec_self_passes(int dir, bool passes);

#endif
