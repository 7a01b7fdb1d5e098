// SPDX-License-Identifier: MIT
#include "words.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static int by_count_then_text(const void *left, const void *right)
{
    const struct word *a = left;
    const struct word *b = right;

    if (a->count != b->count)
        return a->count < b->count ? 1 : -1;
    return strcmp(a->text, b->text);
}

// Reads one word from *text into `word`; false at the end.
static int next_word(const char **text, struct word *word)
{
    const char *p = *text;
    size_t length = 0;

    while (*p && !isalpha((unsigned char)*p))
        p++;
    for (; isalpha((unsigned char)*p); p++) {
        if (length < sizeof(word->text) - 1)
            word->text[length++] = (char)tolower((unsigned char)*p);
    }
    word->text[length] = '\0';
    word->count = 1;
    *text = p;
    return length > 0;
}

size_t words_count(const char *text, struct word *words, size_t max)
{
    size_t count = 0;
    struct word word;

    while (next_word(&text, &word)) {
        size_t i = 0;
        while (i < count && strcmp(words[i].text, word.text) != 0)
            i++;
        if (i < count)
            words[i].count++;
        else if (count < max)
            words[count++] = word;
    }
    qsort(words, count, sizeof(*words), by_count_then_text);
    return count;
}
