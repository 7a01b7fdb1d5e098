# SPDX-License-Identifier: MIT
# labels: full, timeout: 300
# vcpkg: a port that runs programs of the target while it is built, and a project with what it installed, by the triplet. Where
# VCPKG_ROOT names a tree of vcpkg (git clone), by the scripts of that: those of ports, as its tool calls them, and its
# toolchain file. Elsewhere by what stands in for them, the two things that matter here: the environment of ports is empty but for the
# triplet's passage, and the toolchain file takes that of the kit and looks for packages in a folder of its own.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

triplet=arm64-linux-a64kit
file=$SOURCE_DIR/sdk/integrations/vcpkg/$triplet.cmake
port=$SCRATCH/two
mkdir -p "$port/src" app "installed/$triplet" host
cat >"$port/src/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.20)
project(two C)
include(CheckCSourceRuns)
check_c_source_runs("int main(void) { return 0; }" PROGRAMS_RUN)
if(NOT PROGRAMS_RUN)
    message(FATAL_ERROR "programs do not run while configuring")
endif()
add_library(two two.c)
add_executable(header header.c)
add_custom_command(OUTPUT two.h COMMAND header >two.h)
add_custom_target(headers ALL DEPENDS two.h)
install(TARGETS two EXPORT two INCLUDES DESTINATION include)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/two.h TYPE INCLUDE)
install(EXPORT two FILE twoConfig.cmake NAMESPACE two:: DESTINATION share/two)
END
echo 'int two(void) { return 2 * __aarch64__; }' >"$port/src/two.c"
printf '#include <stdio.h>\nint main(void) { puts("int two(void);"); }\n' >"$port/src/header.c"
echo '{ "name": "two", "version": "1.0" }' >"$port/vcpkg.json"
cat >"$port/portfile.cmake" <<'END'
vcpkg_cmake_configure(SOURCE_PATH "${CURRENT_PORT_DIR}/src")
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(PACKAGE_NAME two)
END
cat >triplet.cmake <<'END'
include("${FILE}")
execute_process(COMMAND ${CMAKE_COMMAND} -E echo "${VCPKG_CHAINLOAD_TOOLCHAIN_FILE}")
foreach(name IN LISTS VCPKG_ENV_PASSTHROUGH)
    execute_process(COMMAND ${CMAKE_COMMAND} -E echo "${name}")
endforeach()
END
"$CMAKE" -DFILE="$file" -P triplet.cmake >words || fail "the triplet"
chainload=$(head -n 1 words)

# in_port COMMAND...: with the environment that ports have, PATH and the triplet's passage.
in_port()
{
    (
        for name in $(sed 1d words); do
            eval "value=\${$name-}"
            [ -z "$value" ] || set -- "$name=$value" "$@"
        done
        exec env -i PATH="$PATH" HOME="$HOME" ${VCPKG_ROOT:+"VCPKG_ROOT=$VCPKG_ROOT" "VCPKG_COMMAND=$SCRATCH/host/vcpkg"} "$@"
    )
}

export AARCH64_CPU=cortex-a53
if [ -e "${VCPKG_ROOT-}/scripts/ports.cmake" ]; then
    need ninja ninja-build
    printf '#!/bin/sh\n[ "$1 $2" = "fetch ninja" ] && command -v ninja\n' >host/vcpkg # the tool: what the scripts ask of it
    chmod +x host/vcpkg
    toolchain=$VCPKG_ROOT/scripts/buildsystems/vcpkg.cmake
    in_port "$CMAKE" -DCMD=BUILD -DPORT=two -DVERSION=1.0 -DTARGET_TRIPLET=$triplet "-DTARGET_TRIPLET_FILE=$file" -D_HOST_TRIPLET=x64-linux \
        -DVCPKG_BASE_VERSION=2026-08-01 -DVCPKG_CONCURRENCY=2 -DVCPKG_PLATFORM_TOOLSET=external "-DVCPKG_ROOT_DIR=$VCPKG_ROOT" \
        "-D_VCPKG_INSTALLED_DIR=$PWD/installed" "-DCURRENT_BUILDTREES_DIR=$PWD/trees" "-DCURRENT_PACKAGES_DIR=$PWD/installed/$triplet" \
        "-DDOWNLOADS=$PWD/host" "-DCURRENT_PORT_DIR=$port" -DFEATURES=core -D_VCPKG_NO_DOWNLOADS=1 -D_VCPKG_EDITABLE=0 \
        "-DVCPKG_PORT_CONFIGS=$VCPKG_ROOT/ports/vcpkg-cmake/vcpkg-port-config.cmake;$VCPKG_ROOT/ports/vcpkg-cmake-config/vcpkg-port-config.cmake" \
        -P "$VCPKG_ROOT/scripts/ports.cmake" >log 2>&1 || fail "$(cat log trees/*err.log 2>/dev/null)"
    grep -q -- '-mcpu=cortex-a53' trees/*-rel/build.ninja || fail "AARCH64_CPU did not get through"
else
    toolchain=$SCRATCH/vcpkg.cmake
    cat >vcpkg.cmake <<END
include("\${VCPKG_CHAINLOAD_TOOLCHAIN_FILE}")
list(APPEND CMAKE_PREFIX_PATH "$PWD/installed/$triplet")
list(APPEND CMAKE_FIND_ROOT_PATH "$PWD/installed/$triplet")
END
    in_port "$CMAKE" -S "$port/src" -B trees "-DCMAKE_TOOLCHAIN_FILE=$chainload" "-DCMAKE_INSTALL_PREFIX=$PWD/installed/$triplet" \
        -DCMAKE_BUILD_TYPE=Release -DCMAKE_EXPORT_COMPILE_COMMANDS=ON >log 2>&1 || fail "$(cat log)"
    in_port "$CMAKE" --build trees --target install >log 2>&1 || fail "$(cat log)"
    grep -q -- '-mcpu=cortex-a53' trees/compile_commands.json || fail "AARCH64_CPU did not get through"
fi
unset AARCH64_CPU
expect 'int two(void);' cat "installed/$triplet/include/two.h"

cat >app/CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.20)
project(app C)
enable_testing()
find_package(two CONFIG REQUIRED)
add_executable(app app.c)
target_link_libraries(app two::two)
add_test(NAME app COMMAND app)
END
printf '#include <two.h>\nint main(void) { return two() - 2; }\n' >app/app.c
"$CMAKE" -S app -B build "-DCMAKE_TOOLCHAIN_FILE=$toolchain" "-DVCPKG_CHAINLOAD_TOOLCHAIN_FILE=$chainload" -DVCPKG_TARGET_TRIPLET=$triplet \
    "-DVCPKG_INSTALLED_DIR=$PWD/installed" -DVCPKG_MANIFEST_MODE=OFF >log 2>&1 || fail "$(cat log)"
build build
run_ctest build
