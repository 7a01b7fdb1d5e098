# SPDX-License-Identifier: MIT
# What the sysroot has is seen while the program runs: folders and files that come and go there, links, and the host's.
why='qemu-aarch64 takes the sysroot as it was at the start'
. "${0%/*}/lib/ours.sh"
mkdir -p root/plain
cat >tops.c <<'END'
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int failed;

// Size of what is at `path`, by each way of asking; -1 if nothing.
static void is(const char *path, long wanted)
{
    struct stat s, l, f;
    for (int again = 0; again < 3; again++) {
        long size = stat(path, &s) ? -1 : (long)s.st_size;
        if (size != wanted)
            failed |= printf("%s has size %ld, not %ld\n", path, size, wanted);
        if ((access(path, R_OK) == 0) != (wanted >= 0))
            failed |= printf("%s: access differs\n", path);
        int fd = open(path, O_RDONLY);
        if (fd >= 0 && (fstat(fd, &f) || f.st_ino != s.st_ino || f.st_mode != s.st_mode))
            failed |= printf("%s: what is opened is another\n", path);
        if ((fd >= 0) != (wanted >= 0) || (fd >= 0 && lstat(path, &l)))
            failed |= printf("%s: open or lstat differs\n", path);
        if (fd >= 0)
            close(fd);
    }
}

static void make(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        failed |= printf("cannot make %s\n", path);
    close(fd);
}

int main(void)
{
    is("/no_such_top/file", -1);
    mkdir("root/no_such_top", 0755);
    is("/no_such_top/file", -1);
    make("root/no_such_top/file", "12345");
    is("/no_such_top/file", 5);
    unlink("root/no_such_top/file");
    is("/no_such_top/file", -1);
    rmdir("root/no_such_top");
    is("/no_such_top/file", -1);
    is("/no_such_link/file", -1);
    symlink("/plain", "root/no_such_link"); // from the sysroot's root
    make("root/plain/file", "123");
    is("/no_such_link/file", 3);
    is("/plain/file", 3);
    is("/plain/none", -1);
    symlink("file", "root/plain/near");
    symlink("/plain/file", "root/plain/far");
    is("/plain/near", 3);
    is("/plain/far", 3);
    struct stat s;
    if (lstat("/plain/near", &s) || !S_ISLNK(s.st_mode))
        failed |= printf("a link was followed\n");
    symlink("plain", "root/beside");
    is("/beside/file", 3);
    is("/beside/none", -1);
    make("root/plain/file", "1234567");
    is("/beside/file", 7);
    return failed != 0;
}
END
"$CROSS_CC" -static tops.c -o tops && "$A64RUN" -L "$SCRATCH/root" ./tops && echo ok
