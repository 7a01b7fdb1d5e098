// SPDX-License-Identifier: MIT
// beyond: keys, landlock, memory policies, security modules
// What the kernel keeps for a process: keys, rules about paths, where memory lies, security modules.
// A kernel may be built without each of them.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <linux/landlock.h>
#include <linux/mempolicy.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { HOME_NODE = 450, LSM_GET = 459, LSM_SET, LSM_LIST };

static void keys(void)
{
    long ring = syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL, 0l, 0l, 0l);
    if (ring == -1 && (errno == ENOSYS || errno == EPERM))
        return;
    char back[16] = {0};
    CHECK(ring > 0);
    long key = syscall(SYS_add_key, "user", "a64:key", "secret", 6ul, KEY_SPEC_SESSION_KEYRING);
    CHECK(key > 0 && syscall(SYS_keyctl, KEYCTL_READ, key, back, sizeof back, 0l) == 6 &&
          !strcmp(back, "secret"));
    CHECK(syscall(SYS_request_key, "user", "a64:key", NULL, KEY_SPEC_SESSION_KEYRING) == key);
    CHECK(syscall(SYS_request_key, "user", "a64:none", NULL, 0) == -1 && errno == ENOKEY);
    CHECK(syscall(SYS_add_key, "user", 16l, "x", 1ul, KEY_SPEC_SESSION_KEYRING) == -1 &&
          errno == EFAULT);
    CHECK(syscall(SYS_keyctl, KEYCTL_REVOKE, key, 0l, 0l, 0l) == 0);
    CHECK(syscall(SYS_keyctl, KEYCTL_READ, key, back, sizeof back, 0l) == -1 &&
          errno == EKEYREVOKED);
}

// In a child: the rules last as long as the process.
static void rules(void)
{
    CHECK(close(open("inside", O_CREAT | O_WRONLY, 0600)) == 0 && mkdir("open", 0700) == 0 &&
          close(open("open/file", O_CREAT | O_WRONLY, 0600)) == 0);
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0ul, LANDLOCK_CREATE_RULESET_VERSION);
    if (abi == -1 && (errno == ENOSYS || errno == EOPNOTSUPP))
        _exit(guest_failures);
    struct landlock_ruleset_attr attr = {.handled_access_fs = LANDLOCK_ACCESS_FS_READ_FILE};
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, 8ul, 0u);
    struct landlock_path_beneath_attr beneath = {
        .allowed_access = LANDLOCK_ACCESS_FS_READ_FILE,
        .parent_fd = open("open", O_PATH | O_DIRECTORY),
    };
    CHECK(abi >= 1 && ruleset >= 0);
    CHECK(syscall(SYS_landlock_create_ruleset, &attr, 4ul, 0u) == -1 && errno == EINVAL);
    CHECK(syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0u) == 0);
    CHECK(syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, 16l, 0u) == -1 &&
          errno == EFAULT);
    CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    CHECK(syscall(SYS_landlock_restrict_self, ruleset, 0u) == 0);
    CHECK(open("open/file", O_RDONLY) >= 0 && open("inside", O_RDONLY) == -1 && errno == EACCES);
    CHECK(open("inside", O_WRONLY) >= 0);
    _exit(guest_failures);
}

static void memory(void)
{
    unsigned long nodes[16] = {0}, size = 4096;
    int mode = -1, status = -1;
    if (syscall(SYS_get_mempolicy, &mode, nodes, 1024ul, 0l, 0ul) == -1 && errno == ENOSYS)
        return;
    CHECK(mode == MPOL_DEFAULT);
    char *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    *at = 1;
    nodes[0] = 1;
    CHECK(syscall(SYS_mbind, at, size, MPOL_BIND, nodes, 64ul, 0u) == 0);
    CHECK(syscall(SYS_get_mempolicy, &mode, NULL, 0ul, at, (unsigned long)MPOL_F_ADDR) == 0 &&
          mode == MPOL_BIND);
    long r = syscall(HOME_NODE, at, size, 0ul, 0ul);
    CHECK(r == 0 || errno == ENOSYS);
    CHECK(syscall(SYS_set_mempolicy, MPOL_PREFERRED, nodes, 64ul) == 0 &&
          syscall(SYS_set_mempolicy, MPOL_DEFAULT, NULL, 0ul) == 0);
    CHECK(syscall(SYS_move_pages, 0, 1ul, (void *[]){at}, NULL, &status, 0) == 0 && status == 0);
    CHECK(syscall(SYS_migrate_pages, 0, 64ul, nodes, nodes) == 0);
    CHECK(syscall(SYS_mbind, at, size, 99, nodes, 64ul, 0u) == -1 && errno == EINVAL);
    CHECK(syscall(SYS_set_mempolicy, MPOL_BIND, 16l, 64ul) == -1 && errno == EFAULT);
    munmap(at, size);
}

static void security_modules(void)
{
    unsigned long ids[16];
    unsigned size = sizeof ids, small = 4;
    long n = syscall(LSM_LIST, ids, &size, 0u);
    if (n == -1 && errno == ENOSYS)
        return;
    CHECK(n >= 0 && n <= 16 && size == (unsigned)n * 8);
    CHECK(syscall(LSM_LIST, ids, &size, 1u) == -1 && errno == EINVAL);
    CHECK(!n || (syscall(LSM_LIST, ids, &small, 0u) == -1 && errno == E2BIG));
    size = 0;
    CHECK(syscall(LSM_GET, 0u, NULL, &size, 0u) == -1);
    CHECK(syscall(LSM_SET, 0u, ids, 8u, 0u) == -1);
}

int main(void)
{
    int status;
    keys();
    memory();
    security_modules();
    pid_t child = fork();
    if (!child)
        rules();
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    return guest_done();
}
