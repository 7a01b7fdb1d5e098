// SPDX-License-Identifier: MIT
// The shared object that the kernel gives each process (vdso(7)): the time without a system call,
// and the code signal handlers return to.
#ifndef EMU_LINUX_VDSO_H
#define EMU_LINUX_VDSO_H

#include <stdint.h>

// Maps it above the stack. Its address, for AT_SYSINFO_EHDR, or 0: programs run without it.
uint64_t vdso_map(void);

// Where __kernel_rt_sigreturn is; 0 if nothing was mapped.
uint64_t vdso_sigreturn(void);

#endif
