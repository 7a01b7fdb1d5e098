// SPDX-License-Identifier: MIT
/* A shared library with thread-local data of its own, for tls.c. */
__thread int library_counter = 100;

int library_next(void);
int library_next(void)
{
    return ++library_counter;
}
