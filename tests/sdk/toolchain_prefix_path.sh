# SPDX-License-Identifier: MIT
# labels: quick
# Libraries that the user has cross-built and installed are found through CMAKE_PREFIX_PATH.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

mkdir lib app
cat >lib/answer.c <<'EOF'
int answer(void) { return 42; }
EOF
echo 'int answer(void);' >lib/answer.h
cat >lib/CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.20)
project(answer LANGUAGES C)
add_library(answer SHARED answer.c)
target_include_directories(answer INTERFACE $<INSTALL_INTERFACE:include>)
install(TARGETS answer EXPORT answer DESTINATION lib)
install(FILES answer.h DESTINATION include)
install(EXPORT answer DESTINATION lib/cmake/answer FILE answerConfig.cmake)
EOF
cat >app/main.c <<'EOF'
#include <answer.h>
int main(void) { return answer() != 42; }
EOF
cat >app/CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.20)
project(app LANGUAGES C)
find_package(answer REQUIRED)
find_library(by_name answer REQUIRED)
find_path(by_header answer.h REQUIRED)
enable_testing()
add_executable(app main.c)
target_link_libraries(app answer)
add_test(NAME app COMMAND app)
install(TARGETS app DESTINATION bin)
EOF
(cd lib && cross build -DCMAKE_INSTALL_PREFIX="$SCRATCH/my prefix" && build build &&
    "$CMAKE" --install build >/dev/null)
cd app
cross build "-DCMAKE_PREFIX_PATH=$SCRATCH/my prefix"
build build
run_ctest build
# In the default mode what is installed carries nothing of this machine.
"$CMAKE" --install build --prefix "$PWD/out" >/dev/null
expect /lib/ld-linux-aarch64.so.1 interpreter out/bin/app
expect_no_match 'RPATH|RUNPATH' readelf -d out/bin/app
