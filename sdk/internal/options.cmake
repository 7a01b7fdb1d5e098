# SPDX-License-Identifier: MIT
# Part of sdk/aarch64.cmake: takes the options, refuses bad ones with one line each, finds the
# compilers. A configure run reads the toolchain file several times; the work is done once.

# Stops with one line; the parts of the text are put together as they are, semicolons and all.
function(a64kit_die)
    set(text " a64kit: ")
    math(EXPR last "${ARGC} - 1")
    foreach(i RANGE ${last})
        string(APPEND text "${ARGV${i}}")
    endforeach()
    # CMake goes on a little after an error, and looks for the make program later: the last line would say that there is none.
    if(CMAKE_GENERATOR MATCHES "Ninja")
        include(CMakeNinjaFindMake OPTIONAL)
    else()
        include(CMakeUnixFindMake OPTIONAL)
    endif()
    message(FATAL_ERROR "${text}")
endfunction()

# An empty default is settled further down, where it depends on the compiler.
foreach(_a64_row
        "AARCH64_INTERP|STRING|target|Dynamic linker of the programs: target or sysroot"
        "AARCH64_COMPILER|STRING|gcc|Compiler: gcc, clang or zig"
        "AARCH64_SYSROOT|STRING||Folder with the libraries of the target"
        "AARCH64_CPU|STRING||-mcpu of the compiler"
        "AARCH64_TOOLCHAIN_PREFIX|STRING|aarch64-linux-gnu-|What stands before gcc and g++"
        "AARCH64_STATIC|BOOL|OFF|Link programs statically"
        "AARCH64_SANITIZE|STRING||Sanitizers of the programs: address, leak, undefined, hwaddress, thread"
        "AARCH64_HOOKS|BOOL|OFF|Tests of every spelling run in the emulator"
        "AARCH64_EMULATOR|STRING||Emulator for programs of the target, empty: a64run of the kit"
        "AARCH64_EMULATOR_ARGS|STRING||Options of the emulator, a list")
    string(REGEX MATCH "^([^|]+)[|]([^|]*)[|]([^|]*)[|](.*)$" _a64_row "${_a64_row}")
    set(_a64_name "${CMAKE_MATCH_1}")
    set(_a64_default "${CMAKE_MATCH_3}")
    if(NOT DEFINED ${_a64_name} AND NOT "$ENV{${_a64_name}}" STREQUAL "")
        set(_a64_default "$ENV{${_a64_name}}")
    endif()
    set(${_a64_name} "${_a64_default}" CACHE ${CMAKE_MATCH_2} "${CMAKE_MATCH_4}")
endforeach()
set_property(CACHE AARCH64_INTERP PROPERTY STRINGS target sysroot)
set_property(CACHE AARCH64_COMPILER PROPERTY STRINGS gcc clang zig)

get_property(_a64_settled GLOBAL PROPERTY _A64KIT_SETTLED)
if(_a64_settled)
    return()
endif()

if(NOT AARCH64_INTERP MATCHES "^(target|sysroot)$")
    a64kit_die("AARCH64_INTERP is '${AARCH64_INTERP}': use target or sysroot")
endif()

if(NOT AARCH64_COMPILER MATCHES "^(gcc|clang|zig)$")
    a64kit_die("AARCH64_COMPILER is '${AARCH64_COMPILER}': use gcc, clang or zig")
endif()
foreach(_a64_name AARCH64_STATIC AARCH64_HOOKS)
    if(NOT ${_a64_name} MATCHES "^([Oo][Nn]|[Oo][Ff][Ff]|[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|YES|NO|1|0)$")
        a64kit_die("${_a64_name} is '${${_a64_name}}': use ON or OFF")
    endif()
endforeach()
string(REPLACE "," ";" _a64_list "${AARCH64_SANITIZE}")
foreach(_a64_name IN LISTS _a64_list)
    if(NOT _a64_name MATCHES "^(address|leak|undefined|hwaddress|thread)$")
        a64kit_die("AARCH64_SANITIZE is '${AARCH64_SANITIZE}': use address, leak, undefined, hwaddress or thread, or "
            "two of them as in address,undefined")
    elseif(AARCH64_STATIC AND NOT _a64_name STREQUAL "undefined")
        a64kit_die("AARCH64_SANITIZE=${_a64_name} does not work in static programs: leave AARCH64_STATIC away")
    endif()
endforeach()
if(AARCH64_SANITIZE MATCHES "(address|leak).*(thread|address|leak)|thread.*(address|leak)")
    a64kit_die("AARCH64_SANITIZE is '${AARCH64_SANITIZE}': address, leak, hwaddress and thread exclude each other (address finds leaks, too)")
endif()
if(AARCH64_STATIC AND AARCH64_INTERP STREQUAL "sysroot")
    a64kit_die("AARCH64_INTERP=sysroot means nothing in static programs: leave it or AARCH64_STATIC away")
endif()
if(NOT AARCH64_COMPILER STREQUAL "gcc" AND AARCH64_INTERP STREQUAL "sysroot")
    a64kit_die("AARCH64_INTERP=sysroot works with gcc only: leave AARCH64_COMPILER=${AARCH64_COMPILER} away, or "
        "use AARCH64_INTERP=target")
endif()
if(AARCH64_COMPILER STREQUAL "zig" AND NOT AARCH64_SANITIZE STREQUAL "")
    a64kit_die("AARCH64_SANITIZE=${AARCH64_SANITIZE} does not work with zig, which has no libraries of sanitizers: use gcc or clang")
endif()

# gcc, and g++ and gfortran where they are installed.
set(_A64KIT_COMPILERS "")
foreach(_a64_pair C=gcc CXX=g++ Fortran=gfortran)
    string(REGEX MATCH "^(.+)=(.+)$" _a64_pair "${_a64_pair}")
    set(_a64_lang "${CMAKE_MATCH_1}")
    unset(_a64_found CACHE)
    find_program(_a64_found "${AARCH64_TOOLCHAIN_PREFIX}${CMAKE_MATCH_2}" NO_CMAKE_FIND_ROOT_PATH)
    if(_a64_found)
        list(APPEND _A64KIT_COMPILERS "${_a64_lang}=${_a64_found}")
        if(_a64_lang STREQUAL "C")
            list(APPEND _A64KIT_COMPILERS "ASM=${_a64_found}")
            set(_a64_gcc "${_a64_found}")
        endif()
    elseif(_a64_lang STREQUAL "C" AND NOT DEFINED CMAKE_C_COMPILER AND NOT AARCH64_COMPILER STREQUAL "zig")
        a64kit_die("no AArch64 compiler: ${AARCH64_TOOLCHAIN_PREFIX}gcc is not in PATH; "
            "install it with: sudo apt-get install gcc-aarch64-linux-gnu g++-aarch64-linux-gnu "
            "libc6-dev-arm64-cross (or set AARCH64_TOOLCHAIN_PREFIX)")
    elseif(_a64_lang STREQUAL "CXX")
        # Left unset, CMake would take the host's c++. The wrapper says what to install.
        list(APPEND _A64KIT_COMPILERS "CXX=${_a64_sdk}/bin/a64c++")
    endif()
endforeach()
# clang has no libraries of its own, it uses what belongs to gcc.
if(AARCH64_COMPILER STREQUAL "clang")
    set(_A64KIT_COMPILERS "")
    foreach(_a64_pair C=clang ASM=clang CXX=clang++)
        string(REGEX MATCH "^(.+)=(.+)$" _a64_pair "${_a64_pair}")
        set(_a64_lang "${CMAKE_MATCH_1}")
        unset(_a64_found CACHE)
        find_program(_a64_found "${CMAKE_MATCH_2}" NO_CMAKE_FIND_ROOT_PATH)
        if(NOT _a64_found)
            a64kit_die("AARCH64_COMPILER=clang, but ${CMAKE_MATCH_2} is not in PATH; install it "
                "with: sudo apt-get install clang")
        endif()
        list(APPEND _A64KIT_COMPILERS "${_a64_lang}=${_a64_found}")
    endforeach()
endif()
# zig is a clang with everything that it needs, glibc and musl for many targets among it.
set(_A64KIT_ZIG "" CACHE INTERNAL "zig, and what makes it a compiler for AArch64")
if(AARCH64_COMPILER STREQUAL "zig")
    unset(_a64_found CACHE)
    find_program(_a64_found zig NO_CMAKE_FIND_ROOT_PATH)
    if(NOT _a64_found)
        a64kit_die("AARCH64_COMPILER=zig, but zig is not in PATH; Debian 12 has no package of it: unpack a release of the "
            "Zig project and put its folder into PATH")
    endif()
    set(_A64KIT_COMPILERS "")
    foreach(_a64_lang C CXX ASM)
        list(APPEND _A64KIT_COMPILERS "${_a64_lang}=${_a64_found}")
    endforeach()
    # Without a version, the oldest glibc that zig knows is linked with; its glibc is none for static programs.
    set(_A64KIT_ZIG -target aarch64-linux-gnu)
    if(AARCH64_STATIC)
        set(_A64KIT_ZIG -target aarch64-linux-musl)
    endif()
    set(_A64KIT_ZIG "${_A64KIT_ZIG}" CACHE INTERNAL "")
    set(_a64_zig "${_a64_found}")
endif()
unset(_a64_found CACHE)
set(_A64KIT_COMPILERS "${_A64KIT_COMPILERS}" CACHE INTERNAL "Compilers found by aarch64.cmake")

# A prefix that is not the default may lead to a compiler for something else.
if(DEFINED _a64_gcc AND NOT AARCH64_TOOLCHAIN_PREFIX STREQUAL "aarch64-linux-gnu-")
    execute_process(COMMAND "${_a64_gcc}" -dumpmachine
        OUTPUT_VARIABLE _a64_machine OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(NOT _a64_machine MATCHES "^aarch64.*linux")
        a64kit_die("AARCH64_TOOLCHAIN_PREFIX is '${AARCH64_TOOLCHAIN_PREFIX}', but ${_a64_gcc} "
            "compiles for '${_a64_machine}': give what stands before gcc in the name of a compiler "
            "for AArch64 Linux")
    endif()
endif()

# Debian's compiler answers "/"; one with a sysroot of its own needs none of the kit's care.
set(_a64_print "/")
if(DEFINED _a64_gcc AND NOT AARCH64_TOOLCHAIN_PREFIX STREQUAL "aarch64-linux-gnu-")
    execute_process(COMMAND "${_a64_gcc}" -print-sysroot
        OUTPUT_VARIABLE _a64_print OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
if(_a64_print STREQUAL "/" OR _a64_print STREQUAL "")
    set(_a64_default_sysroot /usr/aarch64-linux-gnu)
    set(_A64KIT_OWN_SYSROOT OFF CACHE INTERNAL "The compiler has a sysroot of its own")
else()
    get_filename_component(_a64_default_sysroot "${_a64_print}" REALPATH)
    set(_A64KIT_OWN_SYSROOT ON CACHE INTERNAL "The compiler has a sysroot of its own")
    if(AARCH64_INTERP STREQUAL "sysroot")
        a64kit_die("AARCH64_INTERP=sysroot needs Debian's compiler, but ${_a64_gcc} has the "
            "sysroot ${_a64_default_sysroot}: use AARCH64_INTERP=target")
    endif()
endif()

# A word without a slash is the name of a sysroot that `a64kit sysroot create` made.
if(AARCH64_SYSROOT STREQUAL "")
    set(AARCH64_SYSROOT "${_a64_default_sysroot}" CACHE STRING "" FORCE)
elseif(AARCH64_SYSROOT STREQUAL "host")
    set(AARCH64_SYSROOT "/" CACHE STRING "" FORCE)
elseif(NOT AARCH64_SYSROOT MATCHES "/" AND NOT EXISTS "${AARCH64_SYSROOT}/lib/ld-linux-aarch64.so.1")
    set(_a64_sysroots "$ENV{A64KIT_SYSROOTS}")
    if(NOT _a64_sysroots AND NOT "$ENV{XDG_DATA_HOME}" STREQUAL "")
        set(_a64_sysroots "$ENV{XDG_DATA_HOME}/a64kit/sysroots")
    elseif(NOT _a64_sysroots)
        set(_a64_sysroots "$ENV{HOME}/.local/share/a64kit/sysroots")
    endif()
    if(NOT EXISTS "${_a64_sysroots}/${AARCH64_SYSROOT}/lib/ld-linux-aarch64.so.1")
        a64kit_die("there is no sysroot '${AARCH64_SYSROOT}' in ${_a64_sysroots}: "
            "a64kit sysroot create ${AARCH64_SYSROOT} makes it, a64kit sysroot list shows which there are")
    endif()
    set(AARCH64_SYSROOT "${_a64_sysroots}/${AARCH64_SYSROOT}" CACHE STRING "" FORCE)
elseif(NOT IS_ABSOLUTE "${AARCH64_SYSROOT}")
    get_filename_component(_a64_path "${AARCH64_SYSROOT}" ABSOLUTE BASE_DIR "$ENV{PWD}")
    set(AARCH64_SYSROOT "${_a64_path}" CACHE STRING "" FORCE)
endif()
if(NOT EXISTS "${AARCH64_SYSROOT}/lib/ld-linux-aarch64.so.1")
    if(AARCH64_SYSROOT STREQUAL "/usr/aarch64-linux-gnu")
        set(_a64_hint "install it with: sudo apt-get install libc6-dev-arm64-cross")
    elseif(AARCH64_SYSROOT STREQUAL "/")
        set(_a64_hint "make this machine one for arm64 packages with: "
            "sudo dpkg --add-architecture arm64 && sudo apt-get update && sudo apt-get install libstdc++6:arm64")
        string(REPLACE ";" "" _a64_hint "${_a64_hint}")
    else()
        set(_a64_hint "give the folder whose lib/ holds the AArch64 C library")
    endif()
    a64kit_die("AARCH64_SYSROOT ${AARCH64_SYSROOT} has no lib/ld-linux-aarch64.so.1: "
        "${_a64_hint}")
endif()
if(AARCH64_INTERP STREQUAL "sysroot" AND NOT AARCH64_SYSROOT STREQUAL "/usr/aarch64-linux-gnu")
    a64kit_die("AARCH64_INTERP=sysroot works with the sysroot /usr/aarch64-linux-gnu only, not "
        "with ${AARCH64_SYSROOT}: use AARCH64_INTERP=target")
endif()

if(DEFINED CMAKE_SYSROOT AND "${CMAKE_SYSROOT}" STREQUAL "/usr/aarch64-linux-gnu" AND NOT _A64KIT_OWN_SYSROOT)
    a64kit_die("CMAKE_SYSROOT is ${CMAKE_SYSROOT}, with which nothing can be linked, since the linker scripts in it hold "
        "whole paths: leave it away, these libraries are the default")
endif()

# Debian's gcc links with the C library beside it, whatever the sysroot: programs made so need that glibc
# or a newer one to start.
function(a64kit_glibc libc result)
    set(version "")
    if(EXISTS "${libc}")
        file(STRINGS "${libc}" version REGEX "GNU C Library .* version [0-9]+[.][0-9]+" LIMIT_COUNT 1)
        string(REGEX REPLACE ".* version ([0-9]+[.][0-9]+).*" "\\1" version "${version}")
    endif()
    set(${result} "${version}" PARENT_SCOPE)
endfunction()
set(_A64KIT_NEWER_GLIBC OFF CACHE INTERNAL "The sysroot has a newer glibc than gcc links with")
if(AARCH64_COMPILER STREQUAL "gcc" AND NOT _A64KIT_OWN_SYSROOT
        AND NOT AARCH64_SYSROOT STREQUAL "/usr/aarch64-linux-gnu")
    a64kit_glibc("${AARCH64_SYSROOT}/lib/aarch64-linux-gnu/libc.so.6" _a64_theirs)
    a64kit_glibc("/usr/aarch64-linux-gnu/lib/libc.so.6" _a64_ours)
    if(_a64_theirs AND _a64_ours AND _a64_theirs VERSION_LESS _a64_ours)
        a64kit_die("AARCH64_SYSROOT ${AARCH64_SYSROOT} has glibc ${_a64_theirs}, older than ${_a64_ours} of the "
            "cross compiler: what gcc links would not start there. Use -DAARCH64_COMPILER=clang with a sysroot "
            "that was made with --full, or a newer --suite")
    elseif(_a64_theirs AND _a64_ours AND _a64_theirs VERSION_GREATER _a64_ours)
        set(_A64KIT_NEWER_GLIBC ON CACHE INTERNAL "The sysroot has a newer glibc than gcc links with")
    endif()
endif()
# clang takes everything from a sysroot with Debian's folders, also the start files.
if(AARCH64_COMPILER STREQUAL "clang" AND EXISTS "${AARCH64_SYSROOT}/usr/lib/aarch64-linux-gnu"
        AND NOT EXISTS "${AARCH64_SYSROOT}/usr/lib/aarch64-linux-gnu/crt1.o")
    a64kit_die("AARCH64_SYSROOT ${AARCH64_SYSROOT} has no libc6-dev, which clang needs: "
        "make the sysroot with: a64kit sysroot create NAME --full")
endif()

if(NOT AARCH64_CPU STREQUAL "" AND AARCH64_COMPILER STREQUAL "zig")
    string(REPLACE "-" "_" _a64_cpu "${AARCH64_CPU}")
    execute_process(COMMAND "${_a64_zig}" cc ${_A64KIT_ZIG} "-mcpu=${_a64_cpu}" -E -x c /dev/null
        RESULT_VARIABLE _a64_result OUTPUT_QUIET ERROR_QUIET)
    if(NOT _a64_result EQUAL 0)
        a64kit_die("AARCH64_CPU is '${AARCH64_CPU}', which zig does not know: zig cc -target aarch64-linux-gnu -mcpu=? lists what it knows")
    endif()
elseif(NOT AARCH64_CPU STREQUAL "" AND DEFINED _a64_gcc)
    execute_process(COMMAND "${_a64_gcc}" "-mcpu=${AARCH64_CPU}" -E -x c /dev/null
        RESULT_VARIABLE _a64_result OUTPUT_QUIET ERROR_QUIET)
    if(NOT _a64_result EQUAL 0)
        a64kit_die("AARCH64_CPU is '${AARCH64_CPU}', which ${_a64_gcc} does not know: "
            "see the list with ${_a64_gcc} --target-help (-mcpu=native has no meaning here)")
    endif()
endif()

# Compiler and flags are settled by the first configure run of a tree; CMake would take a changed
# option without a word and without effect.
foreach(_a64_name IN LISTS _a64_options)
    if(DEFINED _A64KIT_FIRST_${_a64_name}
            AND NOT _A64KIT_FIRST_${_a64_name} STREQUAL "${${_a64_name}}")
        a64kit_die("${_a64_name} was '${_A64KIT_FIRST_${_a64_name}}' when this build tree was made "
            "and is '${${_a64_name}}' now: run cmake --fresh, or remove ${CMAKE_BINARY_DIR}")
    endif()
endforeach()
foreach(_a64_name IN LISTS _a64_options)
    set(_A64KIT_FIRST_${_a64_name} "${${_a64_name}}" CACHE INTERNAL "Guard of ${_a64_name}")
    set(ENV{${_a64_name}} "${${_a64_name}}")
endforeach()
set_property(GLOBAL PROPERTY _A64KIT_SETTLED ON)
