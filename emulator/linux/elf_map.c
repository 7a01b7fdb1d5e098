// SPDX-License-Identifier: MIT
// Puts a parsed image into memory: whole pages straight from the file, which cost nothing until
// they are touched.
#include "a64/feature.h"
#include "base/bits.h"
#include "base/die.h"
#include "linux/elf.h"
#include "linux/guest.h"
#include "linux/mm.h"
#include "linux/thread.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

// Zeroes the tail of a file page. A read-only one is made writable for the moment.
static bool zero_tail(const struct elf_pages *p, uint64_t bias)
{
    static const uint8_t zeroes[MM_PAGE];
    uint64_t start = p->zero_start + bias, size = p->zero_end - p->zero_start;
    if (!size)
        return true;
    if (p->prot & PROT_WRITE)
        return guest_write(start, zeroes, size);
    void *page = (void *)round_down(start, MM_PAGE);
    bool ok =
        mprotect(page, MM_PAGE, PROT_READ | PROT_WRITE) == 0 && guest_write(start, zeroes, size);
    return mprotect(page, MM_PAGE, p->prot ? PROT_READ : PROT_NONE) == 0 && ok;
}

static int64_t map_pages(const struct elf_pages *p, int fd, uint64_t bias)
{
    // MAP_FIXED: two segments may share a page, the later one has it.
    int64_t r = 0;
    if (p->file_end > p->file_start)
        r = mm_mmap(NULL, p->file_start + bias, p->file_end - p->file_start, p->prot,
                    MAP_PRIVATE | MAP_FIXED, fd, p->file_offset);
    if (r >= 0 && p->anon_end > p->anon_start)
        r = mm_mmap(NULL, p->anon_start + bias, p->anon_end - p->anon_start, p->prot,
                    MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, -1, 0);
    if (r >= 0 && !zero_tail(p, bias))
        r = -EIO;
    return r < 0 ? r : 0;
}

bool elf_map(struct mm *mm, const struct elf_image *image, int fd, uint64_t bias,
             struct elf_error *error)
{
    (void)mm;
    uint64_t mapped_end = 0;
    for (unsigned i = 0; i < image->count; i++) {
        struct elf_pages pages;
        elf_plan(&image->segment[i], mapped_end, &pages);
        mapped_end = pages.anon_end;
        int64_t r = map_pages(&pages, fd, bias);
        if (r < 0)
            return elf_fail(error, ELF_STATUS_CANNOT_RUN, (int)-r,
                            "cannot be mapped: %" PRIu64 " bytes at %#" PRIx64 ": %s",
                            image->segment[i].memsz, image->segment[i].vaddr + bias,
                            error_text((int)-r));
    }
    return true;
}

static bool read_file(void *context, uint64_t offset, void *to, size_t n)
{
    int fd = *(const int *)context;
    ssize_t r = pread(fd, to, n, (off_t)offset);
    if (r >= 0 && (size_t)r != n)
        errno = EIO; // shorter than fstat said
    return r == (ssize_t)n;
}

bool elf_guard(struct elf_image *image, int fd, struct elf_error *error)
{
    struct stat st;
    struct elf_source source = {read_file, &fd, 0};
    bool bti;
    if (!image->property_size || !a64_has(FEAT_BTI))
        return true;
    if (fstat(fd, &st) == 0)
        source.size = (uint64_t)st.st_size;
    if (!elf_property(&source, image, &bti, error))
        return false;
    for (unsigned i = 0; bti && i < image->count; i++)
        if (image->segment[i].prot & PROT_EXEC)
            image->segment[i].prot |= GUEST_PROT_BTI;
    return true;
}

static int fail_errno(struct elf_error *error)
{
    int err = errno;
    bool missing = err == ENOENT || err == ENOTDIR;
    const char *hint = missing         ? "; check the path"
                       : err == EACCES ? "; check its permissions"
                       : err == EMFILE ? "; raise the limit: ulimit -n"
                                       : "";
    elf_fail(error, missing ? ELF_STATUS_NOT_FOUND : ELF_STATUS_CANNOT_RUN, err, "%s%s",
             error_text(err), hint);
    return -1;
}

int elf_open(const char *path, struct elf_image *image, unsigned *mode, struct elf_error *error)
{
    // O_NONBLOCK: a FIFO must not make us wait.
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return fail_errno(error);
    struct stat st;
    struct elf_source source = {read_file, &fd, 0};
    bool ok = false;
    if (fstat(fd, &st) < 0)
        fail_errno(error);
    else if (S_ISDIR(st.st_mode))
        elf_fail(error, ELF_STATUS_CANNOT_RUN, EACCES, "is a directory; give the program in it");
    else if (!S_ISREG(st.st_mode))
        elf_fail(error, ELF_STATUS_CANNOT_RUN, EACCES, "is not a regular file; give a program");
    else {
        source.size = (uint64_t)st.st_size;
        *mode = st.st_mode;
        ok = elf_parse(&source, image, error);
    }
    if (!ok)
        close(fd);
    return ok ? fd : -1;
}
