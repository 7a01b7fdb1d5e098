# SPDX-License-Identifier: MIT
# labels: quick
# AARCH64_STATIC=ON: programs are static, what it cannot go with is named.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

hello_c
cat >CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.20)
project(fixed LANGUAGES C)
enable_testing()
add_executable(hello hello.c)
add_test(NAME hello COMMAND hello)
EOF
cross build -DAARCH64_STATIC=ON
build build
run_ctest build
expect "" interpreter build/hello
expect "hello from C" "$A64RUN" -L / build/hello
# refused PATTERN OPTION...
refused()
{
    wanted=$1
    shift
    expect_error "$wanted" "$CMAKE" -B refused -DCMAKE_TOOLCHAIN_FILE="$TOOLCHAIN" "$@"
    rm -rf refused
}
refused 'AARCH64_INTERP=sysroot means nothing in static programs' -DAARCH64_STATIC=ON -DAARCH64_INTERP=sysroot
refused 'AARCH64_SANITIZE=address does not work in static programs' -DAARCH64_STATIC=ON -DAARCH64_SANITIZE=address
refused "AARCH64_STATIC is 'perhaps': use ON or OFF" -DAARCH64_STATIC=perhaps
refused 'exclude each other' -DAARCH64_SANITIZE=address,leak
refused "AARCH64_SANITIZE is 'memory': use address, leak, undefined, hwaddress or thread" -DAARCH64_SANITIZE=memory
refused 'exclude each other' -DAARCH64_SANITIZE=address,thread
expect_error "AARCH64_STATIC was 'ON'.* and is 'OFF' now: run cmake --fresh" "$CMAKE" build -DAARCH64_STATIC=OFF
