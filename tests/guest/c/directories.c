// SPDX-License-Identifier: MIT
// variants: O0-static O2-dynamic
#define _GNU_SOURCE
#include "guest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <unistd.h>

static int visited;

static int visit(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    visited += path != NULL;
    return 0;
}

static void touch(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT, 0644);
    CHECK(fd >= 0);
    close(fd);
}

int main(void)
{
    char cwd[4096], back[4096], name[64];
    CHECK(getcwd(cwd, sizeof cwd) != NULL);
    CHECK(mkdir("d", 0755) == 0 && mkdir("d", 0755) == -1 && errno == EEXIST);
    CHECK(chdir("d") == 0 && getcwd(back, sizeof back) && strncmp(back, cwd, strlen(cwd)) == 0);
    CHECK(strcmp(back + strlen(cwd), "/d") == 0);
    for (int i = 0; i < 500; i++) {
        snprintf(name, sizeof name, "file-with-a-long-name-%03d", i);
        touch(name);
    }
    DIR *dir = opendir(".");
    int count = 0, dots = 0, regular = 0;
    struct dirent *e;
    while ((e = readdir(dir))) {
        count++;
        dots += e->d_name[0] == '.';
        regular += e->d_type == DT_REG;
    }
    CHECK(count == 502 && dots == 2 && regular == 500);
    rewinddir(dir);
    for (count = 0; readdir(dir); count++)
        ;
    CHECK(count == 502);
    long where = telldir(dir);
    seekdir(dir, where);
    closedir(dir);
    struct dirent **list;
    CHECK(scandir(".", &list, NULL, alphasort) == 502);
    CHECK(strcmp(list[501]->d_name, "file-with-a-long-name-499") == 0);
    CHECK(chdir("..") == 0);
    glob_t g;
    CHECK(glob("d/*-01?", 0, NULL, &g) == 0 && g.gl_pathc == 10);
    globfree(&g);

    struct stat st, lst;
    CHECK(link("d/file-with-a-long-name-000", "hard") == 0 && stat("hard", &st) == 0 &&
          st.st_nlink == 2);
    CHECK(symlink("hard", "soft") == 0 && lstat("soft", &lst) == 0 && S_ISLNK(lst.st_mode) &&
          lst.st_size == 4);
    CHECK(readlink("soft", name, sizeof name) == 4 && memcmp(name, "hard", 4) == 0);
    CHECK(stat("soft", &lst) == 0 && lst.st_ino == st.st_ino && lst.st_dev == st.st_dev);
    CHECK(realpath("d/../soft", back) && strcmp(back + strlen(cwd), "/hard") == 0);
    CHECK(rename("hard", "renamed") == 0 && stat("hard", &st) == -1 && errno == ENOENT);
    CHECK(chmod("renamed", 0400) == 0 && stat("renamed", &st) == 0 && (st.st_mode & 07777) == 0400);
    CHECK(st.st_blksize > 0 && st.st_uid == getuid() && major(st.st_dev) == major(lst.st_dev));
    struct timespec times[2] = {{1000000000, 123456789}, {1100000000, 987654321}};
    CHECK(utimensat(AT_FDCWD, "renamed", times, 0) == 0 && stat("renamed", &st) == 0);
    CHECK(st.st_atim.tv_sec == 1000000000 && st.st_mtim.tv_sec == 1100000000 &&
          st.st_mtim.tv_nsec == 987654321);
    struct timeval tv[2] = {{5, 6}, {7, 8}};
    CHECK(utimes("renamed", tv) == 0 && stat("renamed", &st) == 0 && st.st_mtime == 7);
    CHECK(mkfifo("fifo", 0600) == 0 && stat("fifo", &st) == 0 && S_ISFIFO(st.st_mode));
    CHECK(stat("/dev/null", &st) == 0 && S_ISCHR(st.st_mode) && major(st.st_rdev) == 1 &&
          minor(st.st_rdev) == 3);
    struct statvfs vfs;
    CHECK(statvfs(".", &vfs) == 0 && vfs.f_bsize > 0 && vfs.f_namemax >= 143);
    struct statx sx;
    CHECK(statx(AT_FDCWD, "renamed", 0, STATX_ALL, &sx) == 0 && sx.stx_mtime.tv_sec == 7 &&
          (sx.stx_mode & 0777) == 0400);
    CHECK(nftw("d", visit, 8, FTW_PHYS) == 0 && visited == 501);
    CHECK(rmdir("d") == -1 && (errno == ENOTEMPTY || errno == EEXIST));
    for (int i = 0; i < 502; i++) {
        if (list[i]->d_name[0] != '.') {
            char path[300];
            snprintf(path, sizeof path, "d/%s", list[i]->d_name);
            CHECK(unlink(path) == 0);
        }
        free(list[i]);
    }
    free(list);
    CHECK(rmdir("d") == 0 && remove("renamed") == 0 && unlinkat(AT_FDCWD, "soft", 0) == 0);
    mode_t old = umask(077);
    touch("masked");
    CHECK(stat("masked", &st) == 0 && (st.st_mode & 0777) == 0600);
    umask(old);
    return guest_done();
}
