// SPDX-License-Identifier: MIT
// The guest's environment: the host's with changes. Strings are shared with whoever gave them.
#ifndef EMU_MAIN_ENV_H
#define EMU_MAIN_ENV_H

#include <stddef.h>

struct env {
    char **given; // the array it comes from, used as it is until something is changed
    char **at;
    size_t count, capacity;
};

void env_init(struct env *e, char **from);

// Applies "a=1", or "a", which removes it; the value may have commas.
void env_set(struct env *e, const char *text);

// Applies "a=1,b=2" / "a,b". NULL, or the first item that is wrong (allocated).
const char *env_set_list(struct env *e, const char *list);
const char *env_unset_list(struct env *e, const char *list);

// The result, ended by NULL: the given array if nothing was changed.
char **env_take(struct env *e);

#endif
