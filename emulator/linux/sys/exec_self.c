// SPDX-License-Identifier: MIT
#include "linux/sys/exec_self.h"

#include "base/file.h"
#include "linux/host_call.h"
#include "linux/sys.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

static const char own[] = "/proc/self/exe";
static int kept = -1;

static bool is_there(const char *path)
{
    return host_call(SYS_faccessat, AT_FDCWD, path, X_OK) == 0;
}

static bool is_kept(void)
{
    return kept >= 0 && host_call(SYS_fcntl, kept, F_GETFD) >= 0;
}

// A new root may have another file of that name.
static bool leads_to_kept(void)
{
    struct stat there, file;
    return host_call(SYS_newfstatat, AT_FDCWD, own, &there, 0) == 0 &&
           host_call(SYS_newfstatat, kept, "", &file, AT_EMPTY_PATH) == 0 &&
           there.st_dev == file.st_dev && there.st_ino == file.st_ino;
}

void exec_self_keep(void)
{
    // A child of vfork that kept it did so in descriptors of its own.
    if (!is_kept() && is_there(own))
        kept = own_descriptor((int)host_call(SYS_openat, AT_FDCWD, own, O_PATH | O_CLOEXEC));
    sys_hide_own();
}

void exec_self_given(int fd)
{
    kept = fd;
    exec_self_passes(fd, false);
}

int exec_self_fd(void)
{
    return kept;
}

struct exec_self exec_self(void)
{
    const char *started = (const char *)(uintptr_t)getauxval(AT_EXECFN);
    if (is_kept() && !leads_to_kept())
        return (struct exec_self){kept, AT_EMPTY_PATH, ""};
    bool by_name = !is_kept() && started && started[0] == '/' && !is_there(own);
    return (struct exec_self){AT_FDCWD, 0, by_name ? started : own};
}

void exec_self_passes(int dir, bool passes)
{
    if (dir != AT_FDCWD)
        host_call(SYS_fcntl, dir, F_SETFD, passes ? 0 : FD_CLOEXEC);
}
