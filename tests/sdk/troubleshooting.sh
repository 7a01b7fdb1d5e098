# SPDX-License-Identifier: MIT
# labels: full, timeout: 180
# docs/troubleshooting.md, what does not work: each text of its table is what is printed, and the remedy helps.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

unset ASAN_OPTIONS TSAN_OPTIONS
export A64KIT_BUILD="$SCRATCH/made"
kit=$SOURCE_DIR/a64kit
# symptom TEXT COMMAND...: the command fails with that text, which the table has.
symptom()
{
    text=$1
    shift
    grep -qF "| \`$text\`" "$SOURCE_DIR/docs/troubleshooting.md" || fail "docs/troubleshooting.md does not know '$text'"
    status=0
    "$@" >symptom.log 2>&1 || status=$?
    [ $status -ne 0 ] || fail "no failure: $*"
    grep -qF "$text" symptom.log || { cat symptom.log >&2; fail "no '$text' from: $*"; }
}
hello_c
a64cc -o hello hello.c
symptom 'Exec format error' bash -c ./hello
expect 'hello from C' "$kit" exec ./hello
echo 'int one(void) { return 1; }' >one.c
a64cc -shared -fPIC -o libone.so one.c
echo 'int one(void); int main(void) { return one() - 1; }' >use.c
a64cc -o use use.c -L. -lone
symptom 'cannot open shared object file' "$A64RUN" ./use
expect_error 'libone.so +missing' "$kit" file use
for version in older newer; do
    mkdir $version
    echo "$version { one; };" >$version/map
    a64cc -shared -fPIC -Wl,--version-script=$version/map -Wl,-soname,libone.so -o $version/libone.so one.c
done
a64cc -o use use.c -Lnewer -lone
symptom 'not found (required by' "$A64RUN" -E LD_LIBRARY_PATH=older ./use
"$A64RUN" -E LD_LIBRARY_PATH=newer ./use || fail "the newer library"
mkdir host
cc -shared -fPIC -o host/libone.so one.c
symptom 'skipping incompatible' a64cc -o use use.c -Lhost -lone
a64cc -o use use.c -Lnewer -lone
cat >CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.20)
project(find LANGUAGES C)
find_package(BZip2 REQUIRED)
EOF
symptom 'Could NOT find' "$CMAKE" -B find -DCMAKE_TOOLCHAIN_FILE="$TOOLCHAIN"
cat >dot.c <<'EOF'
#include <arm_neon.h>
int main(int argc, char **argv)
{
    (void)argv;
    int8x16_t a = vdupq_n_s8((signed char)argc);
    return vaddvq_s32(vdotq_s32(vdupq_n_s32(0), a, a)) != 16;
}
EOF
a64cc -march=armv8.2-a+dotprod -o dot dot.c
symptom 'Illegal instruction' bash -c '"$1" -cpu cortex-a53 ./dot; exit $?' bash "$A64RUN"
expect_match FEAT_DotProd sh -c '"$1" -cpu cortex-a53 --explain-sigill=on ./dot 2>&1 || :' sh "$A64RUN"
a64cc -fsanitize=address -o address hello.c
symptom 'LeakSanitizer has encountered a fatal error' "$A64RUN" -g "$PWD/socket,suspend=n" ./address
expect 'hello from C' "$A64RUN" -g "$PWD/socket,suspend=n" -E ASAN_OPTIONS=detect_leaks=0 ./address
expect 'hello from C' "$A64RUN" ./address
a64cc -fsanitize=thread -o thread hello.c
symptom 'unsupported VMA range' "$A64RUN" ./thread
expect 'hello from C' "$A64RUN" --va-bits=39 ./thread
cat >CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.20)
project(old LANGUAGES C)
EOF
cross build
symptom 'run cmake --fresh' "$CMAKE" build -DAARCH64_CPU=cortex-a72
