# SPDX-License-Identifier: MIT
# The toolchain file of a64kit: builds a CMake project for AArch64 Linux with Debian's cross
# compiler and runs its tests, try_run checks and build-time programs through the emulator.
#
#   cmake -B build -DCMAKE_TOOLCHAIN_FILE=/path/to/a64kit/sdk/aarch64.cmake
#
# Options, each given once as -D<option>=<value> or as an environment variable of that name:
#
#   AARCH64_INTERP            target (default): the program asks for the dynamic linker where real
#                             machines have it. sysroot: for the one below /usr/aarch64-linux-gnu,
#                             which lets it run with no options, but only on machines that have it.
#   AARCH64_SYSROOT           folder with the target's libraries (/usr/aarch64-linux-gnu), or the name
#                             of one that `a64kit sysroot create` made, or host: this machine, with
#                             Debian's arm64 packages installed
#   AARCH64_COMPILER          gcc (default), clang or zig
#   AARCH64_CPU               the compiler's -mcpu, for example cortex-a72; programs then run on
#                             that processor, if the emulator has it
#   AARCH64_TOOLCHAIN_PREFIX  what stands before "gcc" (aarch64-linux-gnu-); may be a path
#   AARCH64_STATIC            ON: programs are linked statically
#   AARCH64_SANITIZE          address, leak, undefined, hwaddress or thread: sanitizers of the programs, with the
#                             options that they need of the emulator. Also address,undefined
#   AARCH64_HOOKS             ON: tests that name a program by add_test(t prog) or $<TARGET_FILE:prog> run
#                             in the emulator, too (sdk/internal/hooks.cmake)
#   AARCH64_EMULATOR          emulator to run programs with (the kit's own, built when needed)
#   AARCH64_EMULATOR_ARGS     list of options for it, for example -E;LANG=C
#
# Without the hooks, CMake puts the emulator only in front of a command that is the name of a target: write
# add_test(NAME t COMMAND prog), not add_test(t prog) and not COMMAND $<TARGET_FILE:prog>.

if(CMAKE_VERSION VERSION_LESS 3.20)
    # The leading space keeps CMake from folding the text: one message is one line.
    message(FATAL_ERROR " a64kit: CMake ${CMAKE_VERSION} is too old, sdk/aarch64.cmake needs 3.20 "
                        "or later: take it from https://cmake.org/download or your distribution")
endif()

# The project may ask for the policies of an older CMake; this file is written for 3.20.
cmake_policy(PUSH)
cmake_policy(VERSION 3.20)

set(_a64_sdk "${CMAKE_CURRENT_LIST_DIR}")
set(_a64_options AARCH64_COMPILER AARCH64_INTERP AARCH64_SYSROOT AARCH64_CPU AARCH64_TOOLCHAIN_PREFIX
    AARCH64_STATIC AARCH64_SANITIZE)

# Every check a project makes (try_compile) reads this file again in a tree of its own, which gets
# the settled values below. A check that is a whole project does not get them: it finds the options
# in the environment, where options.cmake leaves them.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES
    ${_a64_options} _A64KIT_COMPILERS _A64KIT_ZIG _A64KIT_OWN_SYSROOT _A64KIT_NEWER_GLIBC)
list(REMOVE_DUPLICATES CMAKE_TRY_COMPILE_PLATFORM_VARIABLES)
get_property(_a64_in_check GLOBAL PROPERTY IN_TRY_COMPILE)
if(NOT _a64_in_check OR NOT DEFINED _A64KIT_COMPILERS)
    include("${_a64_sdk}/internal/options.cmake")
endif()

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)

# Compilers -----------------------------------------------------------------------------------

foreach(_a64_pair IN LISTS _A64KIT_COMPILERS)
    string(REGEX MATCH "^([A-Za-z]+)=(.+)$" _a64_pair "${_a64_pair}")
    if(NOT DEFINED CMAKE_${CMAKE_MATCH_1}_COMPILER)
        set(CMAKE_${CMAKE_MATCH_1}_COMPILER "${CMAKE_MATCH_2}")
        if(_A64KIT_ZIG AND CMAKE_MATCH_1 STREQUAL "CXX")
            list(APPEND CMAKE_CXX_COMPILER c++ ${_A64KIT_ZIG})
        elseif(_A64KIT_ZIG)
            list(APPEND CMAKE_${CMAKE_MATCH_1}_COMPILER cc ${_A64KIT_ZIG})
        endif()
    endif()
    # Of the tools of this machine, ar may know no AArch64.
    if(_A64KIT_ZIG)
        set(CMAKE_${CMAKE_MATCH_1}_ARCHIVE_CREATE "\"${CMAKE_MATCH_2}\" ar qc <TARGET> <LINK_FLAGS> <OBJECTS>")
        set(CMAKE_${CMAKE_MATCH_1}_ARCHIVE_APPEND "\"${CMAKE_MATCH_2}\" ar q <TARGET> <LINK_FLAGS> <OBJECTS>")
        set(CMAKE_${CMAKE_MATCH_1}_ARCHIVE_FINISH "\"${CMAKE_MATCH_2}\" ranlib <TARGET>")
    endif()
endforeach()

# A sysroot with the folders of a machine (a64kit sysroot create) is one for the compiler, too.
set(_a64_machine_root OFF)
if(NOT _A64KIT_OWN_SYSROOT AND EXISTS "${AARCH64_SYSROOT}/usr/lib/aarch64-linux-gnu")
    set(_a64_machine_root ON)
    # (With "/", gcc's own, CMake would make relative paths of absolute ones.)
    if(NOT DEFINED CMAKE_SYSROOT AND NOT DEFINED CMAKE_SYSROOT_COMPILE AND NOT AARCH64_SYSROOT STREQUAL "/" AND NOT _A64KIT_ZIG)
        set(CMAKE_SYSROOT "${AARCH64_SYSROOT}")
    endif()
endif()

# clang is one compiler for all targets, also when the user names it as CMAKE_C_COMPILER.
foreach(_a64_lang C CXX ASM)
    if(CMAKE_${_a64_lang}_COMPILER MATCHES "(^|/)clang[^/]*$"
            AND NOT DEFINED CMAKE_${_a64_lang}_COMPILER_TARGET)
        set(CMAKE_${_a64_lang}_COMPILER_TARGET aarch64-linux-gnu)
        if(NOT _a64_machine_root)
            set(CMAKE_${_a64_lang}_COMPILER_EXTERNAL_TOOLCHAIN /usr)
        endif()
    endif()
endforeach()

# Debian's cross compiler has the host's / as its sysroot, so that the host's /usr/include stands
# at the end of its search path. An empty sysroot for the compile step alone takes that away; for
# the link step it would hide the libraries that Debian's libc.so names by absolute path.
if(NOT _A64KIT_OWN_SYSROOT AND NOT _a64_machine_root AND NOT _A64KIT_ZIG AND NOT DEFINED CMAKE_SYSROOT
        AND NOT DEFINED CMAKE_SYSROOT_COMPILE)
    set(CMAKE_SYSROOT_COMPILE "${_a64_sdk}/share/empty-sysroot")
endif()

# Puts a flag into CMAKE_..._FLAGS: where CMake takes its first value from, and into what was given as -DCMAKE_..._FLAGS, which
# would be all there is. One configure run reads this file more than once in the same scope.
function(a64kit_add_flag variable flag)
    string(FIND "${${variable}_INIT}" "${flag}" at)
    if(at EQUAL -1)
        set(${variable}_INIT "${${variable}_INIT} ${flag}" PARENT_SCOPE)
    endif()
    string(FIND "$CACHE{${variable}}" "${flag}" at)
    if(DEFINED CACHE{${variable}} AND at EQUAL -1)
        set(${variable} "${flag} $CACHE{${variable}}" CACHE STRING "Flags, with those of the toolchain" FORCE)
    endif()
endfunction()

if(NOT AARCH64_CPU STREQUAL "")
    set(_a64_cpu "${AARCH64_CPU}")
    if(_A64KIT_ZIG)
        string(REPLACE "-" "_" _a64_cpu "${AARCH64_CPU}") # zig's names are its own language's
    endif()
    foreach(_a64_lang C CXX ASM Fortran)
        a64kit_add_flag(CMAKE_${_a64_lang}_FLAGS "-mcpu=${_a64_cpu}")
    endforeach()
endif()
if(NOT AARCH64_SANITIZE STREQUAL "")
    foreach(_a64_lang C CXX Fortran)
        a64kit_add_flag(CMAKE_${_a64_lang}_FLAGS "-fsanitize=${AARCH64_SANITIZE}")
        a64kit_add_flag(CMAKE_${_a64_lang}_FLAGS "-fno-omit-frame-pointer")
    endforeach()
endif()
if(AARCH64_STATIC)
    a64kit_add_flag(CMAKE_EXE_LINKER_FLAGS "-static")
endif()
foreach(_a64_kind EXE SHARED MODULE)
    set(_a64_flags CMAKE_${_a64_kind}_LINKER_FLAGS)
    if(AARCH64_COMPILER STREQUAL "gcc" AND NOT _A64KIT_OWN_SYSROOT)
        # Debian's cross gcc finds no linker by -fuse-ld=lld: that is for all targets, and has the name of none.
        a64kit_add_flag(${_a64_flags} "\"-B${_a64_sdk}/share/linkers\"")
    endif()
    if(AARCH64_INTERP STREQUAL "sysroot")
        a64kit_add_flag(${_a64_flags} "\"-specs=${_a64_sdk}/share/sysroot-interp.specs\"")
    endif()
    if(NOT AARCH64_SYSROOT STREQUAL "/usr/aarch64-linux-gnu" AND NOT _A64KIT_OWN_SYSROOT AND NOT _A64KIT_ZIG)
        # The linker looks there for the libraries that the project's libraries need.
        foreach(_a64_dir lib/aarch64-linux-gnu usr/lib/aarch64-linux-gnu lib usr/lib)
            a64kit_add_flag(${_a64_flags} "\"-Wl,-rpath-link,${AARCH64_SYSROOT}/${_a64_dir}\"")
        endforeach()
        if(_a64_machine_root AND AARCH64_COMPILER STREQUAL "clang")
            # The host's ld knows no AArch64, and that of the cross packages knows its own folders.
            a64kit_add_flag(${_a64_flags} "-fuse-ld=lld")
        elseif(_a64_machine_root)
            # gcc's own libraries, such as that of a sanitizer, need others of the cross packages.
            a64kit_add_flag(${_a64_flags} "-Wl,-rpath-link,/usr/aarch64-linux-gnu/lib")
            # Libraries may need what the C library that gcc links with has not yet, and that of the sysroot has.
            if(_A64KIT_NEWER_GLIBC)
                a64kit_add_flag(${_a64_flags} "-Wl,--allow-shlib-undefined")
            endif()
        endif()
    endif()
endforeach()

# What find_* sees: programs of the host, everything else of the target ------------------------

# A CMAKE_PREFIX_PATH is the user's own libraries for the target, not a part of the sysroot.
list(APPEND CMAKE_FIND_ROOT_PATH "${AARCH64_SYSROOT}" ${CMAKE_PREFIX_PATH})
list(REMOVE_DUPLICATES CMAKE_FIND_ROOT_PATH)
foreach(_a64_mode "PROGRAM=NEVER" "LIBRARY=ONLY" "INCLUDE=ONLY" "PACKAGE=ONLY")
    string(REGEX MATCH "^(.+)=(.+)$" _a64_mode "${_a64_mode}")
    if(NOT DEFINED CMAKE_FIND_ROOT_PATH_MODE_${CMAKE_MATCH_1})
        set(CMAKE_FIND_ROOT_PATH_MODE_${CMAKE_MATCH_1} ${CMAKE_MATCH_2})
    endif()
endforeach()

# FindPkgConfig uses the first; projects that call pkg-config themselves often look at the second.
# The wrapper takes the sysroot from the environment (AARCH64_SYSROOT).
if(NOT DEFINED PKG_CONFIG_EXECUTABLE)
    set(PKG_CONFIG_EXECUTABLE "${_a64_sdk}/bin/aarch64-linux-gnu-pkg-config"
        CACHE FILEPATH "pkg-config for the target")
endif()
set(ENV{PKG_CONFIG} "${PKG_CONFIG_EXECUTABLE}")

# find_package(A64kit): the functions of this very kit.
if(NOT DEFINED A64kit_DIR)
    set(A64kit_DIR "${_a64_sdk}/cmake" CACHE PATH "A64kitConfig.cmake of the kit in use")
endif()

# Tests ---------------------------------------------------------------------------------------

# Asking a test program for its list of cases while building breaks the build when the machine is
# busy (the limit is 5 seconds); ctest can ask just as well.
foreach(_a64_framework GTEST CATCH DOCTEST)
    if(NOT DEFINED CMAKE_${_a64_framework}_DISCOVER_TESTS_DISCOVERY_MODE)
        set(CMAKE_${_a64_framework}_DISCOVER_TESTS_DISCOVERY_MODE PRE_TEST)
    endif()
endforeach()

if(NOT _a64_in_check AND NOT DEFINED CMAKE_CROSSCOMPILING_EMULATOR)
    include("${_a64_sdk}/internal/emulator.cmake")
endif()

# Read by project() of the project; functions that a toolchain file defines are gone by then.
if((AARCH64_HOOKS OR AARCH64_INTERP STREQUAL "sysroot") AND NOT _a64_in_check)
    set(_a64_project "${_a64_sdk}/internal/project.cmake")
    if(NOT CMAKE_PROJECT_INCLUDE OR CMAKE_PROJECT_INCLUDE STREQUAL _a64_project OR CMAKE_VERSION VERSION_GREATER_EQUAL 3.29)
        list(APPEND CMAKE_PROJECT_INCLUDE "${_a64_project}")
        list(REMOVE_DUPLICATES CMAKE_PROJECT_INCLUDE)
    elseif(AARCH64_HOOKS)
        message(FATAL_ERROR " a64kit: AARCH64_HOOKS needs CMAKE_PROJECT_INCLUDE, which is "
                            "${CMAKE_PROJECT_INCLUDE} here: let that file include ${_a64_project}")
    endif()
endif()

cmake_policy(POP)
