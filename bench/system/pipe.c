// SPDX-License-Identifier: MIT
// Two processes hand each other a byte through pipes.
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 50000 };

static int hand_on(int in, int out)
{
    char c;
    return read(in, &c, 1) == 1 && write(out, &c, 1) == 1;
}

int main(void)
{
    int there[2], back[2], status;
    char c = 1;
    if (pipe(there) || pipe(back))
        return 1;
    if (!fork()) {
        for (int i = 0; i < ROUNDS; i++)
            if (!hand_on(there[0], back[1]))
                return 1;
        return 0;
    }
    for (int i = 0; i < ROUNDS; i++)
        if (write(there[1], &c, 1) != 1 || read(back[0], &c, 1) != 1)
            return 1;
    wait(&status);
    return status != 0;
}
