// SPDX-License-Identifier: MIT
#include "debug/waits_call.h"

#include "debug/facts.h"
#include "linux/guest.h"
#include "linux/sys.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool link_of(const char *fd, char *to, size_t size)
{
    char path[288];
    snprintf(path, sizeof path, "/proc/self/fd/%s", fd);
    ssize_t n = readlink(path, to, size - 1);
    to[n > 0 ? n : 0] = 0;
    return n > 0;
}

// The descriptor of this process that is the other end of the pipe at `fd`; -1 if there is none.
static int other_end(int fd, const char *link)
{
    const int way = fcntl(fd, F_GETFL) & O_ACCMODE;
    DIR *all = opendir("/proc/self/fd");
    int found = -1;
    for (const struct dirent *e; all && found < 0 && (e = readdir(all));) {
        char there[PATH_MAX];
        int other = atoi(e->d_name);
        if (link_of(e->d_name, there, sizeof there) && !strcmp(there, link) &&
            (fcntl(other, F_GETFL) & O_ACCMODE) != way)
            found = other;
    }
    if (all)
        closedir(all);
    return found;
}

static bool say_descriptor(int fd, char *out, size_t size)
{
    char link[PATH_MAX], number[16];
    struct stat st;
    snprintf(number, sizeof number, "%d", fd);
    if (!link_of(number, link, sizeof link))
        return false;
    int other = !fstat(fd, &st) && S_ISFIFO(st.st_mode) ? other_end(fd, link) : -1;
    if (other >= 0)
        snprintf(out, size,
                 "descriptor %d is %s, whose other end is this process's own descriptor %d", fd,
                 link, other);
    else
        snprintf(out, size, "descriptor %d is %s", fd, link);
    return true;
}

// " 17 (name)" for each child of thread `tid`.
static size_t put_children(const char *tid, char *out, size_t size)
{
    char path[300];
    int pid;
    size_t n = 0;
    snprintf(path, sizeof path, "/proc/self/task/%s/children", tid);
    FILE *f = fopen(path, "re");
    while (f && n < size && fscanf(f, "%d", &pid) == 1) {
        char name[32] = "?";
        process_name(pid, name, sizeof name);
        n += (size_t)snprintf(out + n, size - n, " %d (%s)", pid, name);
    }
    if (f)
        fclose(f);
    return n < size ? n : size;
}

static bool say_children(char *out, size_t size)
{
    size_t n = (size_t)snprintf(out, size, "children of this process:"), begin = n;
    DIR *all = opendir("/proc/self/task");
    for (const struct dirent *e; all && n < size && (e = readdir(all));)
        if (*e->d_name != '.')
            n += put_children(e->d_name, out + n, size - n);
    if (all)
        closedir(all);
    return n > begin;
}

static bool say_locker(int fd, uint64_t lock, char *out, size_t size)
{
    struct flock l; // the guest's is the same
    char name[32] = "?";
    if (!guest_read(&l, lock, sizeof l) || fcntl(fd, F_GETLK, &l) < 0 || l.l_type == F_UNLCK ||
        l.l_pid <= 0)
        return false;
    process_name(l.l_pid, name, sizeof name);
    snprintf(out, size, "waits for a lock of the file that process %d (%s) has", l.l_pid, name);
    return true;
}

bool waits_in_call(uint64_t nr, const uint64_t args[6], char *out, size_t size)
{
    const struct sys_row *row = nr > UINT16_MAX ? NULL : sys_row_of((unsigned)nr);
    if (nr == SYS_NR_wait4 || nr == SYS_NR_waitid)
        return say_children(out, size);
    if (nr == SYS_NR_fcntl && args[1] == F_SETLKW && say_locker((int)args[0], args[2], out, size))
        return true;
    return row && row->kind[0] == SYS_KIND_fd && say_descriptor((int)args[0], out, size);
}
