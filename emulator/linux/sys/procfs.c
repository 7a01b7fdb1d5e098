// SPDX-License-Identifier: MIT
// Which files are the guest's, whose they are, and the descriptor that is given for them.
#include "linux/sys/procfs.h"

#include "base/bits.h"
#include "linux/exe.h"
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/host_maps.h"
#include "linux/lock.h"
#include "linux/ptracer.h"
#include "linux/sys.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/vfs.h>
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

bool procfs_is_guest(int pid)
{
    return pid == (int)host_call(SYS_getpid) || is_emulator(pid);
}

static bool fetch(int pid, void *to, const void *from, size_t size)
{
    struct iovec l = {to, size}, r = {(void *)from, size};
    return host_call(SYS_process_vm_readv, pid, &l, 1, &r, 1, 0) == (int64_t)size;
}

// Another guest has its `process` where this one has it: the emulator is not relocated.
static bool fetch_process(struct subject *s)
{
    struct process *p = &s->copy;
    if (!fetch(s->pid, p, &process, sizeof *p))
        return false;
    p->exe[sizeof p->exe - 1] = 0;
    return p->exe[0] && p->auxv_size <= sizeof p->auxv;
}

// Its table of mappings, which it may be changing; false if it never held still.
static bool fetch_mappings(struct subject *s)
{
    enum { TRIES = 20, MOST = 1 << 20 };
    struct vma_table t;
    for (unsigned i = 0; i < TRIES; i++, host_call(SYS_sched_yield)) {
        if (!fetch(s->pid, &t, &process.mm.vmas, sizeof t) || t.count > MOST)
            return false;
        struct vma *at = malloc((t.count + 1) * sizeof *at);
        unsigned changes = ~0u;
        bool whole = at && !(t.changes & 1) && fetch(s->pid, at, t.at, t.count * sizeof *at) &&
                     fetch(s->pid, &changes, &process.mm.vmas.changes, sizeof changes) &&
                     changes == t.changes;
        if (whole) {
            t.at = at;
            s->vmas = t;
            return true;
        }
        free(at);
    }
    return false;
}

// The subject with the numbers in *s; false if that is no guest.
static bool look_into(struct subject *s, bool mappings)
{
    s->vmas = (struct vma_table){0};
    s->process = &process;
    if (s->pid == (int)host_call(SYS_getpid)) {
        s->vmas = process.mm.vmas;
        return true;
    }
    if (!is_emulator(s->pid))
        return false;
    bool seen = fetch_process(s) && (!mappings || fetch_mappings(s));
    s->process = seen ? &s->copy : NULL;
    return true;
}

void procfs_look_away(const struct subject *s)
{
    if (s->process != &process)
        free(s->vmas.at);
}

FILE *procfs_host_file(const struct subject *s, const char *name)
{
    char path[PATH_SIZE + 32];
    snprintf(path, sizeof path, "%s/%s", s->folder, name);
    return fopen(path, "re");
}

// Where the program's code begins.
static uint64_t code_of(const struct subject *s)
{
    char line[HOST_MAPPING_LINE];
    uint64_t code = 0;
    if (s->process)
        return s->process->start_code;
    FILE *f = procfs_host_file(s, "stat");
    if (f && fgets(line, sizeof line, f) && strrchr(line, ')'))
        sscanf(strrchr(line, ')') + 1,
               " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d "
               "%*u %*u %*d %*u %" SCNu64,
               &code);
    if (f)
        fclose(f);
    return code;
}

// The file that is mapped there.
static bool exe_by_mapping(const struct subject *s, char *buf)
{
    char line[HOST_MAPPING_LINE];
    struct host_mapping h = {0};
    uint64_t code = code_of(s);
    FILE *f = procfs_host_file(s, "maps");
    bool found = false;
    while (f && !found && fgets(line, sizeof line, f))
        found = host_mapping_parse(line, &h) && h.start <= code && code < h.end && h.name[0] == '/';
    if (f)
        fclose(f);
    if (found)
        snprintf(buf, PATH_SIZE, "%.*s", PATH_SIZE - 1, h.name);
    return found;
}

// The descriptor that leads to the program, or what it leads to now.
static const char *exe_by_descriptor(const struct subject *s, char *buf, bool file)
{
    char link[32];
    snprintf(link, sizeof link, "/proc/%d/fd/%d", s->pid, s->process->exe_fd);
    int64_t n = host_call(SYS_readlinkat, AT_FDCWD, link, buf, PATH_SIZE - 1);
    buf[n < 0 ? 0 : n] = 0;
    return file || n < 0 ? strcpy(buf, link) : buf;
}

// What follows the folder of a process or thread in a path below /proc ("maps"), with its numbers
// and path in *s; else NULL.
static const char *in_folder(const char *path, struct subject *s)
{
    const char *p = after(path, "/proc"), *tail;
    if (!p || !*p)
        return NULL;
    s->tid = 0;
    s->pid = (int)host_call(SYS_getpid);
    if (!(tail = after(p, "self")) && !(tail = after(p, "thread-self")))
        tail = after_number(p, &s->pid);
    if (!tail)
        return NULL;
    const char *task = after(tail, "task"), *rest = task ? after_number(task, &s->tid) : NULL;
    if (rest)
        tail = rest;
    snprintf(s->folder, sizeof s->folder, "%.*s", (int)(tail - path), path);
    return tail;
}

static const char *exe_of(const char *path, char *buf, bool file)
{
    size_t n = strlen(path);
    struct subject s;
    if (likely(n < 4 || strcmp(path + n - 4, "/exe") != 0))
        return NULL;
    const char *tail = in_folder(path, &s);
    if (!tail || strcmp(tail, "exe") != 0 || host_call(SYS_faccessat, AT_FDCWD, path, F_OK))
        return NULL;
    if (!look_into(&s, false))
        return NULL;
    if (s.process && s.process->exe_fd >= 0)
        return exe_by_descriptor(&s, buf, file);
    if (s.process)
        snprintf(buf, PATH_SIZE, "%s", s.process->exe);
    if (s.process && exe_leads(s.process))
        return buf;
    process_lock();
    bool known = exe_by_mapping(&s, buf) || s.process;
    process_unlock();
    return known ? buf : NULL;
}

const char *procfs_exe(const char *path, char *buf)
{
    return exe_of(path, buf, false);
}

const char *procfs_exe_file(const char *path, char *buf)
{
    return exe_of(path, buf, true);
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

// The file at descriptor fd, which stays the number, can no longer be written to: some programs
// look.
static void read_only(int64_t fd, mode_t mode, unsigned cloexec)
{
    char link[32];
    snprintf(link, sizeof link, "/proc/self/fd/%d", (int)fd);
    int64_t reader = host_call(SYS_openat, AT_FDCWD, link, O_RDONLY | O_CLOEXEC, 0);
    host_call(SYS_fchmod, fd, mode & 0777);
    if (reader < 0)
        return;
    host_call(SYS_dup3, reader, fd, cloexec);
    host_call(SYS_close, reader);
}

enum { MEMFD_NAME = 250 };

// A file of memory with that in it, which takes the place of `old` if that is a descriptor: that
// descriptor, another or -errno.
static int64_t make_file(const char *name, const char *text, size_t size, int64_t old,
                         unsigned cloexec)
{
    struct stat st = {.st_mode = S_IRUSR | S_IRGRP | S_IROTH};
    int64_t fd = host_call(SYS_memfd_create, name, cloexec ? MFD_CLOEXEC : 0);
    int64_t err = fd < 0 ? fd : write_all(fd, text, size);
    if (old >= 0) {
        host_call(SYS_fstat, old, &st);
        if (!err)
            host_call(SYS_dup3, fd, old, cloexec);
        if (fd >= 0)
            host_call(SYS_close, fd);
        fd = old;
    }
    if (err && fd >= 0)
        host_call(SYS_close, fd);
    if (!err)
        read_only(fd, st.st_mode, cloexec);
    return err ? err : fd;
}

// What the view shows, in *text, to be freed; false if it leaves the host's.
static bool put(const struct procfs_view *view, const struct subject *s, char **text, size_t *size)
{
    const char *name = strrchr(view->name, '/') ? strrchr(view->name, '/') + 1 : view->name;
    FILE *out = open_memstream(text, size);
    if (!out)
        return false;
    bool changed = view->put(out, s, name);
    if (!fclose(out) && changed)
        return true;
    free(*text);
    return false;
}

// Descriptors that were given for such a file, for the memory of a process to be written to, or
// for a list of descriptors: a hint (one may be another file by now), so that other descriptors
// need no look.
static uint64_t noted[16];

static uint64_t *note_of(int fd, uint64_t *bit)
{
    *bit = UINT64_C(1) << (fd % 64);
    return &noted[(unsigned)fd / 64 % ARRAY_LEN(noted)];
}

static void note(int64_t fd)
{
    uint64_t bit, *word = note_of((int)fd, &bit);
    if (fd >= 0)
        __atomic_fetch_or(word, bit, __ATOMIC_RELAXED);
}

static void note_no_more(int fd)
{
    uint64_t bit, *word = note_of(fd, &bit);
    __atomic_fetch_and(word, ~bit, __ATOMIC_RELAXED);
}

bool procfs_is_noted(int fd)
{
    uint64_t bit, *word = note_of(fd, &bit);
    return unlikely(__atomic_load_n(word, __ATOMIC_RELAXED) & bit);
}

// The file that the view makes of `path`, at descriptor `old` if that is one: a descriptor, -errno,
// or `old` if the view leaves it.
static int64_t show(const struct procfs_view *view, const struct subject *s, const char *path,
                    int64_t old, unsigned host_flags)
{
    char *text, name[MEMFD_NAME];
    size_t size;
    if (!put(view, s, &text, &size))
        return old;
    snprintf(name, sizeof name, "%s", path);
    int64_t fd = make_file(name, text, size, old, host_flags & O_CLOEXEC);
    note(fd);
    free(text);
    return fd;
}

static bool path_of(int64_t fd, char path[PATH_SIZE])
{
    char link[32];
    snprintf(link, sizeof link, "/proc/self/fd/%d", (int)fd);
    int64_t n = host_call(SYS_readlinkat, AT_FDCWD, link, path, PATH_SIZE - 1);
    path[n < 0 ? 0 : n] = 0;
    return n >= 0;
}

// The path of an open file of a procfs; false if it is something else.
static bool path_in_procfs(int64_t fd, char path[PATH_SIZE])
{
    struct statfs fs;
    return !host_call(SYS_fstatfs, fd, &fs) && fs.f_type == PROC_SUPER_MAGIC && path_of(fd, path);
}

bool procfs_is_memory(int fd)
{
    char path[PATH_SIZE];
    struct subject s;
    const char *tail = path_in_procfs(fd, path) ? in_folder(path, &s) : NULL;
    return tail && !strcmp(tail, "mem") && procfs_is_guest(s.pid);
}

// The view of a file in the folder of a guest's process, with that in *s, to be looked away from;
// NULL if there is none.
static const struct procfs_view *look_at(const char *path, struct subject *s)
{
    const char *tail = in_folder(path, s);
    const struct procfs_view *view = tail ? procfs_view_of_name(tail) : NULL;
    return view && look_into(s, true) ? view : NULL;
}

static int64_t opened(int64_t fd, const char *path, unsigned host_flags)
{
    char real[PATH_SIZE];
    struct subject s;
    if (fd < 0) { // what only an arm64 machine has
        const struct procfs_view *view = procfs_view_of_path(path);
        return view && fd == -ENOENT ? show(view, NULL, path, fd, host_flags) : fd;
    }
    if (!path_in_procfs(fd, real))
        return fd;
    const struct procfs_view *view = procfs_view_of_path(real);
    if (view)
        return show(view, NULL, real, fd, host_flags);
    view = look_at(real, &s);
    if (!view)
        return fd;
    fd = show(view, &s, real, fd, host_flags);
    procfs_look_away(&s);
    return fd;
}

// The file of memory at `fd` becomes that. It is longer meanwhile than it will be, but never
// shorter.
static void rewrite(int fd, const char *text, size_t size)
{
    struct stat st;
    char link[32];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    host_call(SYS_fstat, fd, &st);
    host_call(SYS_fchmod, fd, st.st_mode | S_IWUSR);
    int64_t writer = host_call(SYS_openat, AT_FDCWD, link, O_WRONLY | O_CLOEXEC, 0);
    host_call(SYS_fchmod, fd, st.st_mode);
    if (writer < 0)
        return;
    if (!write_all(writer, text, size))
        host_call(SYS_ftruncate, writer, size);
    host_call(SYS_close, writer);
}

// The path by which a file that was made here was opened, in `link`; NULL if it is something else.
static const char *made_for(int fd, char link[PATH_SIZE])
{
    static const char made[] = "/memfd:/proc/", gone[] = " (deleted)";
    if (!path_of(fd, link) || strncmp(link, made, sizeof made - 1) || !strstr(link, gone))
        return NULL;
    *strstr(link, gone) = 0;
    return link + strlen("/memfd:");
}

int64_t procfs_maps_of(int fd, struct subject *s)
{
    char link[PATH_SIZE];
    const char *path = made_for(fd, link), *tail = path ? in_folder(path, s) : NULL;
    if (!tail || strcmp(tail, "maps") != 0)
        return 0;
    return look_into(s, true) ? 1 : -ESRCH;
}

int64_t procfs_read_again(int fd)
{
    char link[PATH_SIZE];
    const char *path = made_for(fd, link);
    struct subject s;
    char *text;
    size_t size;
    if (!path) {
        if (!procfs_is_memory(fd))
            note_no_more(fd);
        return 0;
    }
    if (host_call(SYS_faccessat, AT_FDCWD, path, F_OK))
        return -ESRCH;
    process_lock();
    const struct procfs_view *view = look_at(path, &s);
    if (view && put(view, &s, &text, &size)) {
        rewrite(fd, text, size);
        free(text);
    }
    if (view)
        procfs_look_away(&s);
    return process_unlocked(0);
}

void procfs_written(int fd, int64_t pos, int64_t size)
{
    char path[PATH_SIZE];
    struct subject s;
    const char *tail = path_in_procfs(fd, path) ? in_folder(path, &s) : NULL;
    if (!tail || strcmp(tail, "mem") != 0)
        note_no_more(fd);
    else if (s.pid == (int)host_call(SYS_getpid)) {
        process_lock();
        process_forget_code((uint64_t)pos, (uint64_t)(pos + size));
        process_unlock();
    }
}

// A debugger writes there: the memory of a process.
static bool is_written_memory(int64_t fd, const char *path, unsigned host_flags)
{
    const char *slash = host_flags & O_ACCMODE ? strrchr(path, '/') : NULL;
    return slash && !strcmp(slash, "/mem") && fd >= 0 && procfs_is_memory((int)fd);
}

// Whether the folder may be one of descriptors ("." when it is the working directory).
static bool may_list_descriptors(const char *path)
{
    static const char *const names[] = {"fd", "fdinfo", "."};
    const char *end = path + strlen(path);
    while (end > path && end[-1] == '/')
        end--;
    const char *name = end;
    while (name > path && name[-1] != '/')
        name--;
    size_t n = (size_t)(end - name);
    for (unsigned i = 0; i < ARRAY_LEN(names); i++)
        if (unlikely(n == strlen(names[i]) && !memcmp(name, names[i], n)))
            return true;
    return false;
}

static bool lists_descriptors(int fd, struct subject *s)
{
    char path[PATH_SIZE];
    const char *tail = path_in_procfs(fd, path) ? in_folder(path, s) : NULL;
    return tail && (!strcmp(tail, "fd") || !strcmp(tail, "fdinfo")) && look_into(s, false);
}

// Whether a guest has that descriptor for itself; of another one, only its program's is known.
static bool is_hidden(const struct subject *s, int fd)
{
    if (s->process == &process)
        return sys_is_own(fd);
    return s->process && s->process->exe_fd == fd;
}

int64_t procfs_listed(int fd, uint64_t buf, int64_t n)
{
    struct subject s;
    if (!lists_descriptors(fd, &s)) {
        note_no_more(fd);
        return n;
    }
    process_lock();
    char *entries = malloc((size_t)n);
    int64_t left = 0;
    if (!entries || !guest_read(entries, buf, (size_t)n)) {
        free(entries);
        return process_unlocked(n);
    }
    for (int64_t at = 0; at < n;) {
        const struct dirent64 *e = (const struct dirent64 *)(entries + at);
        size_t size = e->d_reclen;
        bool hidden = isdigit((unsigned char)*e->d_name) && is_hidden(&s, atoi(e->d_name));
        if (!hidden) {
            memmove(entries + left, e, size);
            left += (int64_t)size;
        }
        at += (int64_t)size;
    }
    if (left < n)
        guest_write(buf, entries, (size_t)left);
    free(entries);
    return process_unlocked(left);
}

int64_t procfs_opened(int64_t fd, const char *path, unsigned host_flags)
{
    if (unlikely(is_written_memory(fd, path, host_flags))) {
        ptracer_opened_memory();
        note(fd);
    }
    if (unlikely(may_list_descriptors(path)))
        note(fd);
    if (likely(!procfs_may_be_view(path)) || host_flags & (O_PATH | O_DIRECTORY | O_ACCMODE))
        return fd;
    process_lock();
    return process_unlocked(opened(fd, path, host_flags));
}
