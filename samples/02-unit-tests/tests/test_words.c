// SPDX-License-Identifier: MIT
#include "check.h"
#include "words.h"

#include <string.h>

int main(void)
{
    struct word words[4];
    size_t count = words_count("The cat and the dog and THE bird", words, 4);

    CHECK(count == 4);
    CHECK(strcmp(words[0].text, "the") == 0 && words[0].count == 3);
    CHECK(strcmp(words[1].text, "and") == 0 && words[1].count == 2);
    CHECK(strcmp(words[2].text, "cat") == 0 && words[2].count == 1);
    CHECK(strcmp(words[3].text, "dog") == 0); // "bird" came when the table was full

    CHECK(words_count("", words, 4) == 0);
    CHECK(words_count(" 12 .,; ", words, 4) == 0);
    CHECK(words_count("one two", words, 0) == 0);

    // Longer than a word may be.
    CHECK(words_count("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", words, 4) == 1);
    CHECK(strlen(words[0].text) == sizeof(words[0].text) - 1);
    return check_result();
}
