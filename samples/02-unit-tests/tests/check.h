// SPDX-License-Identifier: MIT
// The smallest test framework: CHECK counts, and the program's exit status tells.
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>

static int checks;
static int failures;

#define CHECK(condition)                                                                  \
    do {                                                                                  \
        checks++;                                                                         \
        if (!(condition)) {                                                               \
            failures++;                                                                   \
            fprintf(stderr, "%s:%d: CHECK(%s) failed\n", __FILE__, __LINE__, #condition); \
        }                                                                                 \
    } while (0)

static int check_result(void)
{
    printf("%d checks, %d failed\n", checks, failures);
    return failures || !checks;
}

#endif
