// SPDX-License-Identifier: MIT
// Counts the words of a text.
#ifndef WORDS_H
#define WORDS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct word {
    char text[32]; // lower case; longer words are cut
    unsigned count;
};

// Fills `words` with at most `max` different words of `text`, the most frequent first and equally
// frequent ones by alphabet, and returns how many.
size_t words_count(const char *text, struct word *words, size_t max);

#ifdef __cplusplus
}
#endif

#endif
