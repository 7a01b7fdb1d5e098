// SPDX-License-Identifier: MIT
// beyond: programs are executed without help from the kernel
// /proc/self/exe of a program whose file loses its name while it runs, or gets another: the link
// says so, leads to the file all the same, and can be executed.
#define _GNU_SOURCE
#include "guest.h"
#include "own_copy.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char path[PATH_MAX], other[PATH_MAX];

static int reads(const char *link, const char *name, const char *behind)
{
    char says[2 * PATH_MAX] = "", wanted[2 * PATH_MAX];
    CHECK(readlink(link, says, sizeof says - 1) > 0);
    snprintf(wanted, sizeof wanted, "%s%s", name, behind);
    if (strcmp(says, wanted))
        printf("%s leads to %s, not %s\n", link, says, wanted);
    return !strcmp(says, wanted);
}

// The program is the file that `before` tells of.
static int leads_to(const struct stat *before)
{
    struct stat st;
    char magic[4] = "";
    int fd = open("/proc/self/exe", O_RDONLY);
    int same = read(fd, magic, 4) == 4 && !memcmp(magic, "\177ELF", 4) && fstat(fd, &st) == 0 &&
               st.st_dev == before->st_dev && st.st_ino == before->st_ino &&
               stat("/proc/self/exe", &st) == 0 && st.st_ino == before->st_ino;
    close(fd);
    return same;
}

static int unlinked(void)
{
    CHECK(unlink(path) == 0);
    return reads("/proc/self/exe", path, " (deleted)");
}

static int replaced(void)
{
    int fd = open(other, O_WRONLY | O_CREAT | O_TRUNC, 0700);
    CHECK(write(fd, "#!/nothing\n", 11) == 11 && close(fd) == 0 && rename(other, path) == 0);
    return reads("/proc/self/exe", path, " (deleted)");
}

static int renamed(void)
{
    CHECK(rename(path, other) == 0);
    return reads("/proc/self/exe", other, "");
}

static int renamed_and_unlinked(void)
{
    CHECK(rename(path, other) == 0 && unlink(other) == 0);
    return reads("/proc/self/exe", other, " (deleted)");
}

// By another process. What the link leads to then, root alone could find without a descriptor.
static int renamed_by_child(void)
{
    int status = -1;
    pid_t pid = fork();
    if (!pid)
        _exit(rename(path, other) != 0);
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    return reads("/proc/self/exe", other, "");
}

static int (*const ways[])(void) = {unlinked, replaced, renamed, renamed_and_unlinked,
                                    renamed_by_child};
enum { WAYS = sizeof ways / sizeof *ways };

// In the new program. argv: its name, which way, its path, the other one, and "again" when it has
// been done.
static int change(int argc, char **argv)
{
    struct stat before;
    int way = atoi(argv[1]), status = -1;
    strcpy(path, argv[2]);
    strcpy(other, argv[3]);
    CHECK(stat("/proc/self/exe", &before) == 0);
    CHECK(argc == 5 || ways[way]());
    CHECK(leads_to(&before));
    pid_t parent = getpid(), pid = fork();
    if (!pid) {
        char link[64], name[PATH_MAX] = "";
        snprintf(link, sizeof link, "/proc/%d/exe", (int)parent);
        CHECK(readlink("/proc/self/exe", name, sizeof name - 1) > 0);
        CHECK(leads_to(&before) && reads(link, name, ""));
        fflush(stdout);
        _exit(guest_failures);
    }
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    fflush(stdout);
    if (argc < 5 && !guest_failures)
        execl("/proc/self/exe", argv[0], argv[1], path, other, "again", NULL);
    return guest_failures != 0 || argc < 5;
}

int main(int argc, char **argv)
{
    char folder[PATH_MAX - 16], number[16];
    if (argc > 3)
        return change(argc, argv);
    CHECK(getcwd(folder, sizeof folder) != NULL);
    for (int way = 0; way < WAYS; way++) {
        int status = -1;
        snprintf(path, sizeof path, "%s/program", folder);
        snprintf(other, sizeof other, "%s/other", folder);
        snprintf(number, sizeof number, "%d", way);
        unlink(path);
        unlink(other);
        int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
        copy_program_to(fd);
        CHECK(close(fd) == 0);
        fflush(stdout);
        pid_t pid = fork();
        if (!pid) {
            execl(path, "program", number, path, other, NULL);
            _exit(99);
        }
        CHECK(waitpid(pid, &status, 0) == pid && status == 0);
        if (status)
            printf("way %d\n", way);
    }
    unlink(path);
    unlink(other);
    return guest_done();
}
