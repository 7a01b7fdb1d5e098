// SPDX-License-Identifier: MIT
// Notes temperatures, with a mistake: a fifth one lands on the number of those there are.
#include <stdio.h>
#include <stdlib.h>

struct readings {
    int celsius[4];
    int count;
};

static void note(struct readings *r, int celsius)
{
    r->celsius[r->count] = celsius;
    r->count++;
}

int main(int argc, char **argv)
{
    struct readings today = {.count = 0};
    for (int i = 1; i < argc; i++)
        note(&today, atoi(argv[i]));
    printf("%d readings\n", today.count);
    return 0;
}
