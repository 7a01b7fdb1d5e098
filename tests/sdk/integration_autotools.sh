# SPDX-License-Identifier: MIT
# labels: full, timeout: 300
# An autotools project, unchanged: configured by environment-setup with config.site's answers, its `make check` run
# with LOG_COMPILER and, as it is, behind a64kit exec; also with a kit in a path with blanks, at which configure splits CONFIG_SITE.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

need autoreconf autoconf
need automake automake
plain_folder # automake does not cope with blanks
cd "$PLAIN"
cat >configure.ac <<'EOF'
AC_INIT([mine], [1.0])
AM_INIT_AUTOMAKE([foreign])
AC_PROG_CC
AC_C_BIGENDIAN
AC_FUNC_MALLOC
AC_CHECK_SIZEOF([long])
AC_CONFIG_HEADERS([config.h])
AC_CONFIG_FILES([Makefile])
AC_OUTPUT
EOF
cat >Makefile.am <<'EOF'
bin_PROGRAMS = mine
mine_SOURCES = mine.c
check_PROGRAMS = test_one test_two
test_one_SOURCES = test.c
test_two_SOURCES = test.c
TESTS = test_one test_two script.sh
TEST_EXTENSIONS = .sh
SH_LOG_COMPILER = sh
EXTRA_DIST = script.sh
EOF
cat >mine.c <<'EOF'
#include <config.h>
#include <stdio.h>
int main(void) { return printf("%d %s\n", SIZEOF_LONG, PACKAGE) < 0; }
EOF
cat >test.c <<'EOF'
#include <config.h>
#if !HAVE_MALLOC || defined WORDS_BIGENDIAN
#error the answers of config.site were not taken
#endif
int main(void) { return sizeof(long) != SIZEOF_LONG; }
EOF
echo './mine | grep "8 mine"' >script.sh
autoreconf -i >log 2>&1 || fail "$(cat log)"
mkdir bin build
ln -s "$A64RUN" bin/a64run
cat >use.sh <<'EOF'
set -e
. "$2/sdk/environment-setup"
PATH=$1/bin:$PATH
mkdir -p "${3-build}"
cd "${3-build}"
../configure $CONFIGURE_FLAGS >log 2>&1 || { tail -n 20 log; exit 1; }
grep -q 'checking for GNU libc compatible malloc.*cached' log
make >log 2>&1 || { tail -n 20 log; exit 1; }
# The emulator in front of the tests that are programs.
make check LOG_COMPILER=a64run TESTS='test_one test_two' >log 2>&1 || { tail -n 20 log; exit 1; }
grep '^# PASS:' log
EOF
need bash bash
export A64KIT_BUILD="$PLAIN/made"
expect '# PASS:  2' bash use.sh "$PLAIN" "$SOURCE_DIR"
expect_match AArch64 readelf -h build/mine
mkdir 'a kit'
cp -r "$SOURCE_DIR/sdk" 'a kit/'
expect '# PASS:  2' bash use.sh "$PLAIN" "$PLAIN/a kit" blanks
# As it is, with a test that is a script.
cd build
"$SOURCE_DIR/a64kit" exec -- make check >log 2>&1 || { cat test-suite.log; fail "$(cat log)"; }
grep -q '^# PASS:  3' log || fail "$(cat log)"
cd "$SCRATCH"
