// SPDX-License-Identifier: MIT
// Threads that do nothing, made and waited for one after the other.
#include <pthread.h>
#include <stddef.h>

static void *nothing(void *argument)
{
    return argument;
}

int main(void)
{
    pthread_t t;
    for (int i = 0; i < 3000; i++)
        if (pthread_create(&t, NULL, nothing, NULL) || pthread_join(t, NULL))
            return 1;
    return 0;
}
