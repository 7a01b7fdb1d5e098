// SPDX-License-Identifier: MIT
// For messages about a name that nobody knows: the known names that look most like it.
#ifndef EMU_BASE_NEAREST_H
#define EMU_BASE_NEAREST_H

enum { NEAREST_NAMES = 3, NEAREST_LENGTH = 32 };

struct nearest {
    const char *wanted;
    unsigned count, distance[NEAREST_NAMES];
    char name[NEAREST_NAMES][NEAREST_LENGTH];
};

// Considers `name`, which is copied. *n is zero but for `wanted`.
void nearest_try(struct nearest *n, const char *name);

// "a, b or c" in `out`.
const char *nearest_text(const struct nearest *n, char *out, unsigned size);

#endif
