// SPDX-License-Identifier: MIT
// The lists of what is not compared (excluded.txt) and of differences that are understood
// (explained.txt). A line has columns between " | ":
//   excluded.txt    row | text of the instruction | reason
//   explained.txt   row | text | signals of A and B, as "SEGV/none" | what may differ | reason
// Row and signals are shell patterns, the text is a part of the text as an extended regular
// expression (with \1): "." is everything. The text of a word without a row is its 32 bits, and the
// row "none".
#ifndef TEST_A64_LISTS_H
#define TEST_A64_LISTS_H

#include <regex.h>
#include <stdbool.h>

struct list_line {
    char *row, *text, *signals, *kinds, *reason;
    regex_t regex; // of text
    unsigned used;
};

struct list {
    struct list_line *line;
    unsigned n;
};

// Dies with a message if the file cannot be read or a line has not `columns` columns.
struct list list_read(const char *path, unsigned columns);

// The line for the row and text, or NULL. `signals` and `kinds` (names of diff_kinds, separated by
// blanks) are asked only where the list has these columns.
struct list_line *list_find(const struct list *list, const char *row, const char *text,
                            const char *signals, const char *kinds);

// Whether a line excludes everything of the row.
bool list_has_row(const struct list *list, const char *row);

#endif
