// SPDX-License-Identifier: MIT
#include "linux/sys/exec_self.h"

#include "base/file.h"
#include "linux/host_call.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <unistd.h>

static const char own[] = "/proc/self/exe";
static int kept = -1;

static bool is_there(const char *path)
{
    return host_call(SYS_faccessat, AT_FDCWD, path, X_OK) == 0;
}

void exec_self_keep(void)
{
    if (kept < 0 && is_there(own))
        kept = own_descriptor((int)host_call(SYS_openat, AT_FDCWD, own, O_PATH | O_CLOEXEC));
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
    if (kept >= 0 && !is_there(own))
        return (struct exec_self){kept, AT_EMPTY_PATH, ""};
    bool by_name = kept < 0 && started && started[0] == '/' && !is_there(own);
    return (struct exec_self){AT_FDCWD, 0, by_name ? started : own};
}

void exec_self_passes(int dir, bool passes)
{
    if (dir != AT_FDCWD)
        host_call(SYS_fcntl, dir, F_SETFD, passes ? 0 : FD_CLOEXEC);
}
