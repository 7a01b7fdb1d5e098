# SPDX-License-Identifier: MIT
# labels: quick
# A program that dies of a signal says nothing that it would not say on a board: its end is the signal itself, for a shell and
# for ctest, and what it prints can be compared. Also that of a child whose standard error a test reads, under ctest.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

cat >dies.c <<'EOF'
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void die(void)
{
    fputs("last words\n", stderr);
    abort();
}

/* A test of death, as GoogleTest makes them. */
static int child_dies_with_last_words_only(void)
{
    char words[4096];
    int ends[2], status;
    size_t n = 0;
    if (pipe(ends))
        return 2;
    if (!fork()) {
        dup2(ends[1], STDERR_FILENO);
        die();
    }
    close(ends[1]);
    for (ssize_t got; (got = read(ends[0], words + n, sizeof words - 1 - n)) > 0;)
        n += got;
    words[n] = 0;
    wait(&status);
    printf("%s", words);
    return !WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT || strcmp(words, "last words\n");
}

int main(int argc, char **argv)
{
    if (argc > 1)
        return child_dies_with_last_words_only();
    die();
}
EOF
cat >CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.20)
project(dies LANGUAGES C)
enable_testing()
add_executable(dies dies.c)
add_test(NAME aborts COMMAND dies)
add_test(NAME child COMMAND dies child)
EOF
cross build
build build
# The shell tells of the signal, a64run of nothing: it is no exit status 134.
sh -c '"$@"; echo $?' sh "$A64RUN" build/dies >out 2>err
expect 134 cat out
expect "last words
Aborted" sed 's/ (core dumped)//' err
unset A64RUN_REPORT # which the suite sets
run_ctest build -R child
expect_error 'Subprocess aborted' "$CTEST" --test-dir build -R aborts
# What ctest shows of a program that dies for all to see has the cause.
expect_error 'cause: the program has called abort' "$CTEST" --test-dir build -R aborts --output-on-failure
