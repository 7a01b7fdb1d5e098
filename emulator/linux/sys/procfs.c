// SPDX-License-Identifier: MIT
// Which paths of /proc are the guest's, and opening them.
#include "linux/sys/procfs.h"

#include "linux/host_call.h"
#include "linux/lock.h"
#include "linux/path.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

// Steps over `prefix` and a following slash, or the end.
static const char *after(const char *path, const char *prefix)
{
    size_t n = strlen(prefix);
    if (strncmp(path, prefix, n) || (path[n] && path[n] != '/'))
        return NULL;
    path += n;
    return path + strspn(path, "/");
}

static const char *after_number(const char *path, int *number)
{
    char *end;
    if (!isdigit((unsigned char)*path))
        return NULL;
    *number = (int)strtol(path, &end, 10);
    return *end && *end != '/' ? NULL : end + strspn(end, "/");
}

// Whether process `pid` runs this same emulator.
static bool is_emulator(int pid)
{
    char path[32];
    struct stat own, other;
    snprintf(path, sizeof path, "/proc/%d/exe", pid);
    return !host_call(SYS_newfstatat, AT_FDCWD, path, &other, 0) &&
           !host_call(SYS_newfstatat, AT_FDCWD, "/proc/self/exe", &own, 0) &&
           own.st_dev == other.st_dev && own.st_ino == other.st_ino;
}

// Another guest has its `process` where this one has it: the emulator is not relocated.
static bool look_into(struct subject *s)
{
    struct iovec to = {&s->copy, sizeof s->copy}, from = {&process, sizeof process};
    if (!is_emulator(s->pid) ||
        host_call(SYS_process_vm_readv, s->pid, &to, 1, &from, 1, 0) != (int64_t)sizeof s->copy)
        return false;
    s->process = &s->copy;
    s->copy.exe[sizeof s->copy.exe - 1] = 0;
    return s->copy.exe[0] && s->copy.auxv_size <= sizeof s->copy.auxv;
}

const char *procfs_subject(const char *path, struct subject *s, bool others)
{
    const char *p = after(path, "/proc");
    if (likely(!p) || !*p)
        return NULL;
    int own = (int)host_call(SYS_getpid), tid;
    s->pid = own;
    s->path = path;
    s->process = &process;
    const char *tail = after(p, "self");
    if (!tail)
        tail = after(p, "thread-self");
    if (!tail)
        tail = after_number(p, &s->pid);
    if (!tail || !*tail)
        return NULL;
    if (s->pid != own && !(others && look_into(s)))
        return NULL;
    const char *task = after(tail, "task"), *rest = task ? after_number(task, &tid) : NULL;
    if (!rest)
        return tail;
    // What belongs to a thread is mostly what belongs to its process.
    return host_call(SYS_tgkill, s->pid, tid, 0) ? NULL : rest;
}

const char *procfs_exe(const char *path, char *buf)
{
    size_t n = strlen(path);
    struct subject s;
    if (likely(n < 4 || strcmp(path + n - 4, "/exe") != 0))
        return NULL;
    const char *tail = procfs_subject(path, &s, true);
    if (!tail || strcmp(tail, "exe") != 0)
        return NULL;
    snprintf(buf, PATH_SIZE, "%s", s.process->exe);
    return buf;
}

static int64_t write_all(int64_t fd, const char *text, size_t size)
{
    for (size_t done = 0; done < size;) {
        int64_t n = host_call(SYS_write, fd, text + done, size - done);
        if (n < 0)
            return n;
        done += (size_t)n;
    }
    return host_call(SYS_lseek, fd, 0, SEEK_SET) < 0 ? -EIO : 0;
}

static int64_t open_view(procfs_put *put, const struct subject *s, const char *path,
                         unsigned host_flags)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return -ENOMEM;
    put(out, s);
    if (fclose(out)) {
        free(text);
        return -ENOMEM;
    }
    int64_t fd = host_call(SYS_memfd_create, strrchr(path, '/') + 1,
                           host_flags & O_CLOEXEC ? MFD_CLOEXEC : 0);
    int64_t err = fd < 0 ? fd : write_all(fd, text, size);
    free(text);
    if (err < 0 && fd >= 0)
        host_call(SYS_close, fd);
    return err < 0 ? err : fd;
}

static bool may_have_view(const char *path)
{
    return !strncmp(path, "/proc/", 6) || !strncmp(path, "/sys/devices/system/cpu/cpu", 27);
}

int64_t procfs_open(MAYBE_UNUSED struct thread *t, const char *path, unsigned host_flags)
{
    struct subject s;
    if (likely(!may_have_view(path)) || host_flags & (O_PATH | O_DIRECTORY | O_ACCMODE))
        return -ENOENT;
    procfs_put *put = procfs_view(path, &s);
    if (!put)
        return -ENOENT;
    process_lock();
    return process_unlocked(open_view(put, &s, path, host_flags));
}
