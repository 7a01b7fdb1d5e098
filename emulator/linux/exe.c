// SPDX-License-Identifier: MIT
#include "linux/exe.h"

#include "base/file.h"
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/path.h"
#include "linux/sys.h"
#include "linux/thread.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_program(const struct process *p, const struct stat *st)
{
    return st->st_dev == p->exe_device && st->st_ino == p->exe_inode;
}

bool exe_leads(const struct process *p)
{
    struct stat st;
    return !host_call(SYS_newfstatat, AT_FDCWD, p->exe, &st, 0) && is_program(p, &st);
}

void exe_note(int fd)
{
    char link[32];
    struct stat st = {0};
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, process.exe, sizeof process.exe - 1);
    process.exe[n > 0 ? n : 0] = 0;
    fstat(fd, &st);
    process.exe_device = st.st_dev;
    process.exe_inode = st.st_ino;
    process.exe_fd = exe_leads(&process) ? -1 : own_descriptor(dup(fd));
}

static const char *last(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

void exe_before_change(int dir, uint64_t path)
{
    char name[PATH_SIZE];
    struct stat st;
    // What a neighbour opens is not in this process's table.
    if (process.exe_fd >= 0 || thread_is_neighbour() ||
        guest_read_string(name, path, sizeof name) < 0 || strcmp(last(name), last(process.exe)))
        return;
    if (!host_call(SYS_newfstatat, dir, name, &st, AT_SYMLINK_NOFOLLOW) &&
        is_program(&process, &st) && exe_leads(&process)) {
        process.exe_fd =
            own_descriptor((int)host_call(SYS_openat, AT_FDCWD, process.exe, O_PATH | O_CLOEXEC));
        sys_hide_own();
    }
}
