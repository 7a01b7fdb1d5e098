# SPDX-License-Identifier: MIT
# Building programs for the guest inside the host's build, for every folder of tests that runs some.
#
# The host project has no cross language enabled, so the cross compiler is called by custom commands.
# A program's variant is written <optimisation>-<linking>[:flag~flag], as in `O3-static-pie` or
# `O2-static:-march=armv8.1-a`. Directives stand in comment lines at the top of the source:
#   // variants: O0-static O2-dynamic     // libs: m dl        // flags: -fno-inline
#   // exit: 3     // signal: 11          // stderr: any       // timeout: 120
#   // args: one two                      // env: NAME=value   // stdin: text
#   // engines: t1-100     values of A64RUN_TIER besides those of A64_ENGINES
#   // beyond: reason      Linux does this, qemu-aarch64 does not: left out when that is under test
#   // label: slow         instead of quick (tests/sys)
#   // native: reason      why the host itself cannot run it (tests/sys)
#   // shared: name        builds lib/name.c as libname.so, links it and puts it beside the program

set(A64_TEST_EMULATOR "" CACHE FILEPATH
    "Emulator under test; empty means a64run of this build. For validating the tests themselves.")
set(A64_TEST_SYSROOT /usr/aarch64-linux-gnu CACHE PATH "Sysroot given to the emulator with -L")
set(A64_ENGINES eval t1-1 CACHE STRING "Engines every guest test runs in (value of A64RUN_TIER)")
find_program(A64_CROSS_CC aarch64-linux-gnu-gcc)
find_program(A64_CROSS_CXX aarch64-linux-gnu-g++)

set(A64_GUEST_DIR ${CMAKE_CURRENT_LIST_DIR})
set(A64_GUEST_SKIP "")
if(A64_TEST_EMULATOR)
    set(A64_EMULATOR ${A64_TEST_EMULATOR})
elseif(TARGET a64run)
    set(A64_EMULATOR $<TARGET_FILE:a64run>)
else()
    set(A64_GUEST_SKIP "this build has no a64run and A64_TEST_EMULATOR is not set")
endif()
if(NOT A64_CROSS_CC OR NOT A64_CROSS_CXX)
    set(A64_GUEST_SKIP "aarch64-linux-gnu-gcc and g++ not found: apt-get install g++-aarch64-linux-gnu")
endif()

# A skipped folder shows up as a skipped test with its reason, never as silence.
function(a64_skip_folder name reason)
    message(WARNING "tests/${name}: skipped: ${reason}")
    add_test(NAME ${name}_skipped COMMAND sh -c "echo 'skipped: ${reason}'; exit 77")
    set_tests_properties(${name}_skipped PROPERTIES SKIP_RETURN_CODE 77)
endfunction()

# Reads `// key: value` lines into a64_<key>; unset keys become empty.
macro(a64_read_directives source)
    foreach(key variants libs flags exit signal stderr timeout args env stdin shared beyond native engines label)
        set(a64_${key} "")
    endforeach()
    file(STRINGS ${source} a64_lines REGEX "^// [a-z]+: " LIMIT_INPUT 4096)
    foreach(line IN LISTS a64_lines)
        if(line MATCHES "^// (variants|libs|flags|exit|signal|stderr|timeout|args|env|stdin|shared|beyond|native|engines|label): (.*)$")
            set(a64_${CMAKE_MATCH_1} "${CMAKE_MATCH_2}")
        endif()
    endforeach()
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
endmacro()

# a64_guest_shared(<out-var> <lib/name.c> <output>): a shared library for the guest.
function(a64_guest_shared source output)
    add_custom_command(OUTPUT ${output}
        COMMAND ${A64_CROSS_CC} -std=gnu11 -O2 -fPIC -fexceptions -shared -o ${output} ${source}
        DEPENDS ${source} VERBATIM COMMENT "guest ${output}")
endfunction()

# a64_guest_program(<source> <variant> <output> [FLAGS ...] [LIBS ...] [SHARED name]): one program.
function(a64_guest_program source variant output)
    cmake_parse_arguments(PARSE_ARGV 3 arg "" "SHARED" "FLAGS;LIBS")
    if(NOT variant MATCHES "^(O[0-9sg])-(static-pie|static|dynamic|nopie)(:(.*))?$")
        message(FATAL_ERROR "${source}: bad variant '${variant}', expected e.g. O2-static-pie")
    endif()
    set(flags -${CMAKE_MATCH_1} -Wall -Wno-format-truncation -Wno-stringop-truncation
        -Wno-stringop-overflow -Wno-infinite-recursion -I${A64_GUEST_DIR}/include ${arg_FLAGS})
    set(linking ${CMAKE_MATCH_2})
    string(REPLACE "~" ";" extra "${CMAKE_MATCH_4}")
    if(linking STREQUAL dynamic)
        list(APPEND flags -fPIE -pie)
    elseif(linking STREQUAL nopie)
        list(APPEND flags -fno-PIE -no-pie)
    else()
        list(APPEND flags -${linking})
    endif()
    if(source MATCHES "\\.cc$")
        set(compiler ${A64_CROSS_CXX} -std=gnu++20)
    elseif(source MATCHES "\\.S$")
        set(compiler ${A64_CROSS_CC} -nostdlib)
    else()
        set(compiler ${A64_CROSS_CC} -std=gnu11)
    endif()
    list(TRANSFORM arg_LIBS PREPEND -l)
    get_filename_component(dir ${output} DIRECTORY)
    set(depends ${source})
    if(arg_SHARED)
        a64_guest_shared(${A64_GUEST_DIR}/lib/${arg_SHARED}.c ${dir}/lib${arg_SHARED}.so)
        list(APPEND depends ${dir}/lib${arg_SHARED}.so)
        list(APPEND arg_LIBS ${dir}/lib${arg_SHARED}.so "-Wl,-rpath,$ORIGIN")
    endif()
    file(MAKE_DIRECTORY ${dir})
    add_custom_command(OUTPUT ${output}
        COMMAND ${compiler} ${flags} ${extra} -MD -MF ${output}.d -MT ${output} -o ${output} ${source}
                ${arg_LIBS}
        DEPENDS ${depends} DEPFILE ${output}.d VERBATIM COMMENT "guest ${output}")
endfunction()

# The judge of exit status, signal and output; see runner.c.
if(NOT A64_GUEST_SKIP AND NOT TARGET guest_runner)
    add_executable(guest_runner ${A64_GUEST_DIR}/runner.c)
    target_compile_options(guest_runner PRIVATE -std=gnu11 -Wall -Wextra)
endif()
