// SPDX-License-Identifier: MIT
// variants: O0-static O2-dynamic
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static void streams(void)
{
    FILE *f = fopen("data.txt", "w+");
    CHECK(f != NULL);
    for (int i = 0; i < 2000; i++)
        fprintf(f, "line %d\n", i);
    CHECK(ftell(f) == 18890);
    rewind(f);
    char line[64];
    int count = 0, sum = 0, n;
    while (fgets(line, sizeof line, f)) {
        if (sscanf(line, "line %d", &n) == 1)
            sum += n;
        count++;
    }
    CHECK(count == 2000 && sum == 1999000 && feof(f) && !ferror(f));
    fseek(f, 5 * 7, SEEK_SET);
    CHECK(fscanf(f, "line %d", &n) == 1 && n == 5);
    CHECK(fseek(f, -5, SEEK_END) == 0 && fgetc(f) == '1');
    CHECK(ungetc('Q', f) == 'Q' && fgetc(f) == 'Q');
    fclose(f);
    f = fopen("data.txt", "a");
    fputs("appended", f);
    fclose(f);
    struct stat st;
    CHECK(stat("data.txt", &st) == 0 && st.st_size == 18898);
    CHECK(fopen("no/such/file", "r") == NULL && errno == ENOENT);
    CHECK(truncate("data.txt", 100) == 0 && stat("data.txt", &st) == 0 && st.st_size == 100);
    char *text = NULL;
    size_t size = 0;
    FILE *m = open_memstream(&text, &size);
    fprintf(m, "%s-%d", "memory", 42);
    fclose(m);
    CHECK(size == 9 && strcmp(text, "memory-42") == 0);
    m = fmemopen(text, size, "r");
    size_t room = 0;
    char *got = NULL;
    CHECK(getdelim(&got, &room, '-', m) == 7 && strcmp(got, "memory-") == 0);
    fclose(m);
    free(got);
    free(text);
    f = tmpfile();
    CHECK(f && fwrite("0123456789", 1, 10, f) == 10);
    rewind(f);
    char ten[10];
    CHECK(fread(ten, 2, 5, f) == 5 && memcmp(ten, "0123456789", 10) == 0);
    fclose(f);
    setvbuf(stdout, NULL, _IOLBF, 0);
}

static void descriptors(void)
{
    int fd = open("raw", O_RDWR | O_CREAT | O_EXCL, 0640);
    CHECK(fd >= 3);
    CHECK(open("raw", O_RDWR | O_CREAT | O_EXCL, 0640) == -1 && errno == EEXIST);
    CHECK(write(fd, "hello world", 11) == 11 && lseek(fd, 0, SEEK_CUR) == 11);
    CHECK(pwrite(fd, "HELLO", 5, 0) == 5);
    char buf[32] = {0};
    CHECK(pread(fd, buf, 11, 0) == 11 && strcmp(buf, "HELLO world") == 0);
    struct iovec io[2] = {{"abc", 3}, {"defg", 4}};
    CHECK(writev(fd, io, 2) == 7);
    lseek(fd, 11, SEEK_SET);
    char one[3], two[10];
    struct iovec in[2] = {{one, 3}, {two, 10}};
    CHECK(readv(fd, in, 2) == 7 && memcmp(one, "abc", 3) == 0 && memcmp(two, "defg", 4) == 0);
    int copy = dup(fd), high = fcntl(fd, F_DUPFD_CLOEXEC, 100);
    CHECK(copy > fd && high >= 100 && (fcntl(high, F_GETFD) & FD_CLOEXEC) &&
          !(fcntl(copy, F_GETFD) & FD_CLOEXEC));
    CHECK((fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDWR);
    CHECK(dup2(fd, 50) == 50 && lseek(50, 0, SEEK_END) == 18);
    CHECK(dup3(fd, 51, O_CLOEXEC) == 51);
    close(50);
    CHECK(close(50) == -1 && errno == EBADF);
    CHECK(ftruncate(fd, 5) == 0 && lseek(fd, 0, SEEK_END) == 5);
    CHECK(fsync(fd) == 0 && fdatasync(fd) == 0);
    struct stat st;
    CHECK(fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 0777) == 0640 &&
          st.st_nlink == 1);
    CHECK(fchmod(fd, 0600) == 0 && fstat(fd, &st) == 0 && (st.st_mode & 0777) == 0600);
    CHECK(posix_fallocate(fd, 0, 4096) == 0 && lseek(fd, 0, SEEK_END) == 4096);
    CHECK(read(fd, (void *)8, 1) <= 0);
    CHECK(write(-1, "x", 1) == -1 && errno == EBADF);
    close(fd);
    fd = open(".", O_RDONLY | O_DIRECTORY);
    CHECK(fd >= 0 && read(fd, buf, 1) == -1 && errno == EISDIR);
    CHECK(open("raw", O_RDONLY | O_DIRECTORY) == -1 && errno == ENOTDIR);
    CHECK(symlink("raw", "link") == 0 && open("link", O_RDONLY | O_NOFOLLOW) == -1 &&
          errno == ELOOP);
    int at = openat(fd, "raw", O_RDONLY);
    CHECK(at >= 0 && faccessat(fd, "raw", R_OK, 0) == 0 && access("nope", F_OK) == -1);
    char page[8192];
    CHECK(read(at, page, sizeof page) == 4096);
    close(at);
    close(fd);
    char name[] = "tempXXXXXX";
    fd = mkstemp(name);
    CHECK(fd >= 0 && unlink(name) == 0);
    close(fd);
}

int main(void)
{
    umask(022);
    streams();
    descriptors();
    return guest_done();
}
