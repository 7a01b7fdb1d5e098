// SPDX-License-Identifier: MIT
// sanitizer: leak
// engines: t2
// finds: ERROR: LeakSanitizer: detected memory leaks
// finds: ^Direct leak of 24 byte\(s\) in 1 object\(s\) allocated from:
// finds: #1 0x[0-9a-f]+ in make .*/leak\.c:19
// finds: ^Indirect leak of 24 byte\(s\) in 1 object\(s\) allocated from:
// finds: SUMMARY: LeakSanitizer: 48 byte\(s\) leaked in 2 allocation\(s\)\.
// status: 23
#include <stdio.h>
#include <stdlib.h>

struct node {
    struct node *next;
    long value[2];
};
__attribute__((noinline)) static struct node *make(struct node *next)
{
    struct node *n = malloc(sizeof *n);
    n->next = next;
    return n;
}

static struct node *volatile kept;

__attribute__((noinline)) static void use(int lose)
{
    struct node *list = make(make(NULL));
    kept = lose ? NULL : list;
}

// What registers and stack still have of it goes.
__attribute__((noinline)) static long clear(void)
{
    volatile long room[256];
    for (int i = 0; i < 256; i++)
        room[i] = i;
    return room[200];
}

int main(int argc, char **argv)
{
    (void)argv;
    use(argc > 1);
    puts(clear() == 200 ? "right" : "wrong");
    return 0;
}
