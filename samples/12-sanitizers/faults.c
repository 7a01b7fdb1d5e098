// SPDX-License-Identifier: MIT
// Faults that a program may have for years: each sanitizer finds its own.
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int counter;

static void *count(void *unused)
{
    counter++; // with no lock
    return unused;
}

int main(int argc, char **argv)
{
    const char *fault = argc > 1 ? argv[1] : "none";
    int *numbers = calloc(4, sizeof *numbers);
    if (!strcmp(fault, "heap"))
        numbers[argc + 2] = 1; // behind the end
    if (!strcmp(fault, "leak"))
        printf("%d bytes\n", malloc(100) ? 100 : 0);
    int big = INT_MAX - 2 + argc;
    if (!strcmp(fault, "overflow"))
        big++;
    if (!strcmp(fault, "race")) {
        pthread_t thread;
        pthread_create(&thread, NULL, count, NULL);
        counter++;
        pthread_join(thread, NULL);
    }
    printf("%s: %d\n", fault, numbers[0] + counter + (big < 0));
    free(numbers);
    return 0;
}
