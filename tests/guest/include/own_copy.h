// SPDX-License-Identifier: MIT
// Copies of the program that runs, for those that execute themselves from other places. After
// guest.h.
#ifndef OWN_COPY_H
#define OWN_COPY_H

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

// Writes the program to `to`.
static inline void copy_program_to(int to)
{
    struct stat st;
    int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    CHECK(from >= 0 && to >= 0 && fstat(from, &st) == 0);
    for (off_t at = 0; at < st.st_size;)
        if (sendfile(to, from, &at, (size_t)(st.st_size - at)) <= 0)
            break;
    close(from);
}

// The file of `to` once more, as a descriptor that cannot be written to and that execve closes.
static inline int opened_again(int to)
{
    char name[64];
    snprintf(name, sizeof name, "/proc/self/fd/%d", to);
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    CHECK(fd >= 0);
    return fd;
}

#endif
