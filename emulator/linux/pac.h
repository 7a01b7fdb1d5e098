// SPDX-License-Identifier: MIT
// The keys of pointer authentication as the kernel has them: each thread has its own, new at
// execve, else those of the thread that made it. Functions that are prctl operations return -errno.
#ifndef EMU_LINUX_PAC_H
#define EMU_LINUX_PAC_H

#include "ir/pac.h"

// A new program: random keys, all in use.
void pac_start(struct ir_pac *pac);

int64_t pac_reset_keys(struct ir_pac *pac, uint64_t keys);
int64_t pac_set_enabled_keys(struct ir_pac *pac, uint64_t keys, uint64_t enabled);
int64_t pac_get_enabled_keys(const struct ir_pac *pac);

#endif
