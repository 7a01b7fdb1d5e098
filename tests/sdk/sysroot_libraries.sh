# SPDX-License-Identifier: MIT
# labels: full, timeout: 900
# A sysroot from Debian's packages, made without root: OpenSSL, zlib, sqlite3, GoogleTest and Catch2 found by
# find_package and pkg-config, linked as shared libraries, run under ctest; made again from its lock without
# a network; with clang; a newer and an older release.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

need apt-get apt
need pkg-config pkgconf
# The packages are kept from run to run, beside those of tests/real.
export XDG_CACHE_HOME="${A64KIT_TEST_CACHE:-$SOURCE_DIR/out/sysroot-cache}" A64KIT_SYSROOTS="$SCRATCH/my sysroots"
plain_folder # pkg-config does not cope with spaces in a sysroot's path
A64KIT_SYSROOTS=$PLAIN/sysroots
kit=$SOURCE_DIR/a64kit
"$kit" sysroot create dev --full zlib1g-dev libssl-dev libsqlite3-dev >log 2>&1 || {
    grep -q 'cannot be had\|cannot be downloaded\|no mirror' log && skip "$(tail -n 1 log)"
    fail "$(cat log)"
}
"$kit" sysroot add dev libgtest-dev catch2 >log 2>&1 || fail "$(cat log)"
expect_match '^libgtest-dev ' "$kit" sysroot list dev
cat >CMakeLists.txt <<'EOF2'
cmake_minimum_required(VERSION 3.20)
project(libraries LANGUAGES C CXX)
set(CMAKE_CXX_STANDARD 17)
enable_testing()
find_package(ZLIB REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(GTest REQUIRED)
find_package(Catch2 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(PC REQUIRED IMPORTED_TARGET zlib openssl sqlite3)
foreach(way found pkgconfig)
    add_executable(${way} libraries.c)
    add_test(NAME ${way} COMMAND ${way})
    set_tests_properties(${way} PROPERTIES PASS_REGULAR_EXPRESSION "^zlib 1[.][^\n]*\nsqlite 42\nsha256 ba7816bf\n$")
endforeach()
target_link_libraries(found ZLIB::ZLIB OpenSSL::Crypto SQLite::SQLite3)
target_link_libraries(pkgconfig PkgConfig::PC)
include(GoogleTest)
add_executable(gtests gtests.cpp)
target_link_libraries(gtests GTest::gtest_main)
gtest_discover_tests(gtests)
include(Catch)
add_executable(catches catches.cpp)
target_link_libraries(catches Catch2::Catch2)
catch_discover_tests(catches)
EOF2
cat >libraries.c <<'EOF2'
#include <openssl/evp.h>
#include <sqlite3.h>
#include <stdio.h>
#include <zlib.h>

int main(void)
{
    printf("zlib %s\n", zlibVersion());
    sqlite3 *db;
    sqlite3_stmt *row;
    if (sqlite3_open(":memory:", &db) || sqlite3_prepare_v2(db, "select 6 * 7", -1, &row, 0) ||
        sqlite3_step(row) != SQLITE_ROW)
        return 1;
    printf("sqlite %d\n", sqlite3_column_int(row, 0));
    unsigned char sum[32];
    EVP_Digest("abc", 3, sum, NULL, EVP_sha256(), NULL);
    printf("sha256 %02x%02x%02x%02x\n", sum[0], sum[1], sum[2], sum[3]);
    return 0;
}
EOF2
cat >gtests.cpp <<'EOF2'
#include <gtest/gtest.h>
TEST(Words, Equal) { EXPECT_EQ(std::string("a") + "b", "ab"); }
TEST(Words, Throws) { EXPECT_THROW(throw 1, int); }
EOF2
cat >catches.cpp <<'EOF2'
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
TEST_CASE("sums") { REQUIRE(1 + 1 == 2); }
EOF2
cross gcc -DAARCH64_SYSROOT=dev
build gcc
run_ctest gcc
grep -q '100% tests passed, 0 tests failed out of 5' gcc.ctest.log || fail "not five tests: $(cat gcc.ctest.log)"
for library in libz libcrypto libsqlite3; do
    expect_match "NEEDED.*$library\.so" readelf -d gcc/found
done
# The name alone, in a second configure run, is no change.
expect_match 'Generating done' "$CMAKE" gcc -DAARCH64_SYSROOT=dev

# A second one from its lock, with no network.
"$kit" sysroot lock dev >dev.lock
need unshare util-linux
if unshare --user --map-root-user --net true 2>/dev/null; then
    unshare --user --map-root-user --net "$kit" sysroot create again --lock=dev.lock >log 2>&1 || fail "$(cat log)"
else
    "$kit" sysroot create again --lock=dev.lock >log 2>&1 || fail "$(cat log)"
fi
diff -r "$A64KIT_SYSROOTS/dev" "$A64KIT_SYSROOTS/again" >&2 || fail "not the same from the lock"
left=$(find "$A64KIT_SYSROOTS/again" -type l -lname '/*')
[ -z "$left" ] || fail "absolute links: $left"

# A newer release: its libraries need more of the C library than gcc links with has.
if "$kit" sysroot create new --suite=trixie zlib1g-dev libssl-dev libsqlite3-dev >log 2>&1; then
    mkdir new
    cp libraries.c new/
    cat >new/CMakeLists.txt <<'EOF2'
cmake_minimum_required(VERSION 3.20)
project(new LANGUAGES C)
enable_testing()
find_package(ZLIB REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 REQUIRED)
add_executable(found libraries.c)
target_link_libraries(found ZLIB::ZLIB OpenSSL::Crypto SQLite::SQLite3)
add_test(NAME found COMMAND found)
EOF2
    (cd new && cross build -DAARCH64_SYSROOT=new && build build && run_ctest build) || exit
    AARCH64_SYSROOT=new a64cc -o by-hand libraries.c -lz -lcrypto -lsqlite3
    expect_match '^sha256 ba7816bf$' "$A64RUN" -L "$A64KIT_SYSROOTS/new" ./by-hand
else
    echo "the newer release is not tried: $(tail -n 1 log)"
fi

# An older release: gcc is refused, clang compiles for it. (Its updates leave the mirrors after a while: the
# release itself will do.)
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m 1 '/debian/*$') || :
if command -v clang >/dev/null && command -v ld.lld >/dev/null &&
    "$kit" sysroot create old --full --suite=bullseye "--mirror=$mirror" zlib1g-dev >log 2>&1; then
    expect_match 'its glibc 2.31 is older than that of the cross compiler' cat log
    expect_error 'has glibc 2.31, older than 2.[0-9]+ of the cross compiler.*-DAARCH64_COMPILER=clang' \
        "$CMAKE" -B refused -DCMAKE_TOOLCHAIN_FILE="$TOOLCHAIN" -DAARCH64_SYSROOT=old
    hello_cxx
    mkdir old
    mv hello.cpp old/
    cat >old/CMakeLists.txt <<'EOF2'
cmake_minimum_required(VERSION 3.20)
project(old LANGUAGES C CXX)
enable_testing()
find_package(ZLIB REQUIRED)
add_executable(hello hello.cpp)
add_test(NAME hello COMMAND hello)
EOF2
    cd old
    cross build -DAARCH64_SYSROOT=old -DAARCH64_COMPILER=clang
    build build
    run_ctest build
    ! readelf -V build/hello | grep -q 'GLIBC_2\.3[4-9]' || fail "not the old C library"
    cd ..
else
    echo "the older release is not tried: $(tail -n 1 log)"
fi
