// SPDX-License-Identifier: MIT
// What this processor has. Compiled code takes the features without a row for granted only where
// x64_host_lacks asks for them.
#ifndef EMU_X64_HOST_H
#define EMU_X64_HOST_H

#include <stdbool.h>
#include <stdint.h>

enum x64_feature {
#define X64_FEATURE(id, needed, state, leaf, reg, bits) X64_HAS_##id,
#include "x64/host.def"
#undef X64_FEATURE
    X64_FEATURES
};

// Whether the processor has the feature. Asked once, at the first call.
bool x64_host_has(enum x64_feature f);

// NULL, or the name of a feature that compiled code cannot do without and the processor has not.
const char *x64_host_lacks(void);

// xmm0 to xmm31, and the high halves of ymm0 to ymm31, as a signal's frame has them; fpregs: its
// floating-point state. Those that the system does not save are zero.
void x64_host_vectors(const void *fpregs, void *xmm, void *high);

// For tests, before anything is compiled: code is made for a processor with exactly these features
// (bit k: enum x64_feature k) / without those in the list, separated by commas ("optional": all
// that compiled code can do without). x64_host_without returns NULL, or the names there are if the
// list has another.
void x64_host_assume(uint32_t set);
const char *x64_host_without(const char *list);

#endif
