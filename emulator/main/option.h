// SPDX-License-Identifier: MIT
// Private to main/: what the handlers of options are written with. Which there are is told by
// main/options.def; a handler ends the emulator with a message if its value is wrong.
#ifndef EMU_MAIN_OPTION_H
#define EMU_MAIN_OPTION_H

#include "main/env.h"
#include "main/options.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

struct state {
    struct linux_options *options;
    struct env env;
    const char *log_option, *log_path; // the last -D or its variable
    const char *trace_option, *trace_path;
    unsigned along;      // words of options->along
    const char *instead; // of the value of the option being handled, for other programs; or NULL
};

enum travels { HERE, ALONG, MADE }; // see options.def

// option: its spelling or its variable's name. value: NULL if it has none.
typedef void option_fn(struct state *s, const char *option, const char *value);

struct option {
    const char *spelling, *argument, *variable;
    option_fn *handle;
    const char *what;
    bool tool; // listed by --help-tools
    enum travels travels;
};

#define OPTION(spelling, argument, variable, travels, handler, what) option_fn handler;
#define TOOL(spelling, argument, variable, travels, handler, what)   option_fn handler;
#define ALIAS(spelling, handler)                                     option_fn handler;
#include "main/options.def"
#undef OPTION
#undef TOOL
#undef ALIAS

// The number from 1 to `most` that `digits`, part of an option's value, is.
unsigned number(const char *option, const char *value, const char *digits, unsigned most);
// Bytes, or with k, M, G. False: it is no size from least to most.
bool parse_size(const char *value, uint64_t least, uint64_t most, uint64_t *size);
bool ends_in(const char *name, const char *end);
// A path that holds in programs that are executed from elsewhere too. Returns `whole`.
const char *whole_path(const char *path, char whole[PATH_MAX]);

// Whether ctest runs this: it marks its children.
bool under_ctest(void);
// Unless it was said where translated code is kept, it is where programs keep such things.
void settle_saved(void);
// What is to be done for gdb before the first instruction.
void begin_gdb(struct thread *first);

#endif
