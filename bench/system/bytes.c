// SPDX-License-Identifier: MIT
// Single bytes are read and written.
#include <fcntl.h>
#include <unistd.h>

int main(void)
{
    char c;
    int in = open("/dev/zero", O_RDONLY), out = open("/dev/null", O_WRONLY);
    for (int i = 0; i < 500000; i++)
        if (read(in, &c, 1) != 1 || write(out, &c, 1) != 1)
            return 1;
    return 0;
}
