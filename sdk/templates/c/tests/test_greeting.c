// SPDX-License-Identifier: MIT
#include "greeting.h"

#include <stdio.h>
#include <string.h>

#define CHECK(condition)                                                      \
    do {                                                                      \
        if (!(condition)) {                                                   \
            printf("%s:%d: %s\n", __FILE__, __LINE__, #condition);            \
            return 1;                                                         \
        }                                                                     \
    } while (0)

int main(void)
{
    char text[12];
    CHECK(greeting(text, sizeof text, "you") == 11);
    CHECK(!strcmp(text, "Hello, you!"));
    CHECK(greeting(text, sizeof text, "everybody") == 17);
    CHECK(!strcmp(text, "Hello, ever"));
    return 0;
}
