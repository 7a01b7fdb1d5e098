// SPDX-License-Identifier: MIT
#include "linux/sys/lookup.h"

#include "linux/guest.h"
#include "linux/sys/procfs.h"
#include "linux/thread.h"

#include <errno.h>
#include <string.h>

static int64_t read_path(struct lookup *l, uint64_t addr)
{
    l->path = NULL;
    l->readable = false;
    l->seen = PATH_NOT_SEEN;
    if (!addr)
        return 0;
    l->readable = guest_read_string(l->guest, addr, sizeof l->guest) >= 0;
    if (l->readable) {
        l->path = l->guest;
    } else { // the host says so, when it has looked at what it looks at first
        l->guest[0] = 0;
        l->path = (const char *)host_pointer(addr);
    }
    return 0;
}

int64_t lookup_path(struct lookup *l, uint64_t addr, bool follow)
{
    int64_t err = read_path(l, addr);
    if (err || !l->path || l->guest[0] != '/')
        return err;
    if (follow && procfs_exe_file(l->guest, l->host))
        l->path = l->host;
    else
        l->path = path_look(l->guest, l->host, &l->st, &l->seen);
    return 0;
}

int64_t lookup_new(struct lookup *l, uint64_t addr)
{
    return read_path(l, addr);
}
