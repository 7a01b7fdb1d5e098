// SPDX-License-Identifier: MIT
// PROCMAP_QUERY (Linux 6.11): one mapping of a process, asked for at its /proc/PID/maps.
#include "base/host.h"
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/lock.h"
#include "linux/sys/ioctl.h"
#include "linux/sys/procfs_pieces.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

enum {
    QUERY_READABLE = 1,
    QUERY_WRITABLE = 2,
    QUERY_EXECUTABLE = 4,
    QUERY_SHARED = 8,
    QUERY_OR_NEXT = 16, // if none has the address, the one behind it
    QUERY_FILE = 32,    // only those of files
    QUERY_KINDS = QUERY_READABLE | QUERY_WRITABLE | QUERY_EXECUTABLE | QUERY_SHARED,
    QUERY_ALL = QUERY_KINDS | QUERY_OR_NEXT | QUERY_FILE,
};

struct query {
    uint64_t size, asked, addr;
    uint64_t start, end, kinds, page_size, offset, inode;
    uint32_t major, minor, name_size, build_id_size;
    uint64_t name, build_id; // where they are to be put
};
_Static_assert(sizeof(struct query) == 104, "PROCMAP_QUERY");

static uint64_t kinds_of(const struct vma *v)
{
    return (v->prot & PROT_READ ? QUERY_READABLE : 0) |
           (v->prot & PROT_WRITE ? QUERY_WRITABLE : 0) |
           (v->prot & PROT_EXEC ? QUERY_EXECUTABLE : 0) | (v->shared ? QUERY_SHARED : 0);
}

static bool is_wanted(const struct query *q, const struct piece *p)
{
    uint64_t must = q->asked & QUERY_KINDS;
    return p->vma.end > q->addr && (kinds_of(&p->vma) & must) == must &&
           (!(q->asked & QUERY_FILE) || p->host->inode);
}

// The mapping that is asked for, in *p and *h; false if there is none. The first that ends behind
// the address is it, or the first of the right kind.
static bool find(const struct query *q, const struct subject *s, struct host_mapping *h,
                 struct piece *p)
{
    char line[HOST_MAPPING_LINE];
    bool found = false, over = false;
    FILE *host = procfs_host_file(s, "maps");
    if (!host)
        return false;
    while (!found && !over && fgets(line, sizeof line, host)) {
        if (!host_mapping_parse(line, h))
            continue;
        for (uint64_t at = h->start; !found && !over && next_piece(s, h, at, p); at = p->vma.end) {
            bool next_counts = q->asked & QUERY_OR_NEXT;
            found = is_wanted(q, p) && (next_counts || p->vma.start <= q->addr);
            over = !next_counts && p->vma.end > q->addr;
        }
    }
    fclose(host);
    return found;
}

// What the host's file says of the file that is mapped there: its build ID is the same. Without the
// process's lock, as the kernel reads the file for it.
static int64_t put_build_id(struct query *q, const struct subject *s)
{
    char id[64], path[PATH_SIZE + 32]; // the longest has 20 bytes
    struct query there = {.size = sizeof there,
                          .addr = q->start,
                          .build_id_size =
                              q->build_id_size < sizeof id ? q->build_id_size : sizeof id,
                          .build_id = (uint64_t)id};
    snprintf(path, sizeof path, "%s/maps", s->folder);
    int64_t fd = host_call(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
    int64_t r = fd < 0 ? fd : host_call(SYS_ioctl, fd, PROCMAP_QUERY, &there);
    if (fd >= 0)
        host_call(SYS_close, fd);
    q->build_id_size = r < 0 ? 0 : there.build_id_size;
    if (r == -ENAMETOOLONG)
        return r;
    return guest_write(q->build_id, id, q->build_id_size) ? 0 : -EFAULT;
}

// Fills in all but the name and the build ID.
static int64_t answer(struct query *q, const struct subject *s, struct host_mapping *h,
                      struct piece *p)
{
    if (!find(q, s, h, p))
        return -ENOENT;
    q->start = p->vma.start;
    q->end = p->vma.end;
    q->kinds = kinds_of(&p->vma);
    q->page_size = MM_PAGE;
    q->offset = piece_offset(p);
    q->inode = h->inode;
    q->major = h->major;
    q->minor = h->minor;
    return 0;
}

static int64_t put_name(struct query *q, const struct piece *p)
{
    const char *name = piece_name(p);
    size_t size = *name ? strlen(name) + 1 : 0;
    if (size > q->name_size)
        return -ENAMETOOLONG;
    q->name_size = (uint32_t)size;
    return guest_write(q->name, name, size) ? 0 : -EFAULT;
}

// The question at `arg` as a kernel takes it.
static int64_t read_query(struct query *q, uint64_t arg)
{
    enum { LEAST = offsetof(struct query, start) };
    uint64_t size;
    if (!guest_read64(&size, arg))
        return -EFAULT;
    int64_t err = size < LEAST ? -EINVAL : guest_read_longer(q, sizeof *q, arg, size);
    if (err)
        return err;
    bool wrong = q->asked & ~(uint64_t)QUERY_ALL || !q->name_size != !q->name ||
                 !q->build_id_size != !q->build_id;
    return wrong ? -EINVAL : 0;
}

// Of a process that is no guest, or a file that is another.
static int64_t ask_host(int fd, uint64_t arg)
{
    struct query q;
    if (!guest_read(&q, arg, sizeof q))
        return host_call(SYS_ioctl, fd, PROCMAP_QUERY, GUEST_NOWHERE);
    uint64_t size = q.size, name = q.name, build_id = q.build_id;
    q.size = size < sizeof q ? size : sizeof q;
    q.name = host_pointer(name);
    q.build_id = host_pointer(build_id);
    int64_t r = host_call(SYS_ioctl, fd, PROCMAP_QUERY, &q);
    q.size = size;
    q.name = name;
    q.build_id = build_id;
    return r ? r : guest_write(arg, &q, size < sizeof q ? size : sizeof q) ? 0 : -EFAULT;
}

int64_t procfs_query(MAYBE_UNUSED struct thread *t, int fd, MAYBE_UNUSED unsigned cmd, uint64_t arg)
{
    struct subject s;
    struct query q;
    struct host_mapping h;
    struct piece p;
    int64_t r = read_query(&q, arg);
    process_lock();
    int64_t ours = procfs_maps_of(fd, &s);
    if (ours > 0) {
        r = r ? r : answer(&q, &s, &h, &p);
        procfs_look_away(&s);
    }
    process_unlock();
    if (!ours)
        return ask_host(fd, arg);
    r = r || ours > 0 ? r : ours;
    if (!r && q.build_id_size)
        r = put_build_id(&q, &s);
    if (!r && q.name_size)
        r = put_name(&q, &p);
    return r ? r : guest_write(arg, &q, q.size < sizeof q ? q.size : sizeof q) ? 0 : -EFAULT;
}
