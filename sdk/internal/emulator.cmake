# SPDX-License-Identifier: MIT
# Part of sdk/aarch64.cmake: settles CMAKE_CROSSCOMPILING_EMULATOR. It is the path of the binary
# itself and not of a script, because every test of every project pays for its start.

get_property(_a64_emulator GLOBAL PROPERTY _A64KIT_EMULATOR)
if(_a64_emulator)
    set(CMAKE_CROSSCOMPILING_EMULATOR "${_a64_emulator}")
    return()
endif()

# A relative path counts from the folder cmake was started in; a bare name is looked up in PATH.
function(a64kit_find_emulator given result)
    if(given MATCHES "/")
        get_filename_component(path "${given}" ABSOLUTE BASE_DIR "$ENV{PWD}")
    else()
        unset(_a64_found CACHE)
        find_program(_a64_found "${given}" NO_CMAKE_FIND_ROOT_PATH)
        set(path "${_a64_found}")
        unset(_a64_found CACHE)
    endif()
    set(hint "give the path of a64run, or nothing for the kit's own")
    if(given MATCHES " " AND NOT EXISTS "${path}")
        set(hint "give the path alone, options belong in AARCH64_EMULATOR_ARGS")
    endif()
    if(NOT path OR NOT EXISTS "${path}")
        a64kit_die("AARCH64_EMULATOR is '${given}', but there is no such program: ${hint}")
    endif()
    execute_process(COMMAND test -f "${path}" -a -x "${path}" RESULT_VARIABLE failed)
    if(failed)
        a64kit_die("AARCH64_EMULATOR is '${given}', which is no executable file: ${hint}")
    endif()
    set(${result} "${path}" PARENT_SCOPE)
endfunction()

if(AARCH64_EMULATOR)
    a64kit_find_emulator("${AARCH64_EMULATOR}" _a64_emulator)
elseif(NOT EXISTS "${_a64_sdk}/../emulator/CMakeLists.txt")
    # An installed kit has no sources; the link leads to bin/a64run of the same prefix.
    get_filename_component(_a64_emulator "${_a64_sdk}/bin/a64run" REALPATH)
    if(NOT EXISTS "${_a64_emulator}")
        a64kit_die("this installation of a64kit is not complete: there is no ${_a64_emulator}")
    endif()
else()
    include("${_a64_sdk}/internal/build-emulator.cmake")
    a64kit_build_emulator("${_a64_sdk}" _a64_emulator)
endif()

# The processor that the compiler was told of: "cortex-a72+crypto+nofp16" is written
# "cortex-a72,crypto=on,fp16=off" for a64run. What it has not (or is no a64run) runs without.
function(a64kit_emulated_cpu emulator compiler_cpu result)
    string(REGEX REPLACE "[+]no([^+]+)" ",\\1=off" cpu "${compiler_cpu}")
    string(REGEX REPLACE "[+]([^+,]+)" ",\\1=on" cpu "${cpu}")
    execute_process(COMMAND "${emulator}" -cpu "${cpu}" --list-cpus
        OUTPUT_VARIABLE list RESULT_VARIABLE failed ERROR_QUIET)
    if(failed OR NOT list MATCHES "Processors:")
        message(STATUS "a64kit: ${emulator} has no processor ${compiler_cpu}: "
                       "programs run on the one it has by itself")
        set(cpu "")
    endif()
    set(${result} "${cpu}" PARENT_SCOPE)
endfunction()

if(NOT AARCH64_CPU STREQUAL "")
    a64kit_emulated_cpu("${_a64_emulator}" "${AARCH64_CPU}" _a64_cpu)
    if(_a64_cpu)
        list(APPEND _a64_emulator -cpu "${_a64_cpu}")
    endif()
endif()
# The thread sanitizer knows addresses of 39 bits.
if(AARCH64_SANITIZE MATCHES "thread")
    list(APPEND _a64_emulator --va-bits=39)
endif()
list(APPEND _a64_emulator ${AARCH64_EMULATOR_ARGS})
if(NOT AARCH64_SYSROOT STREQUAL "/usr/aarch64-linux-gnu")
    list(APPEND _a64_emulator -L "${AARCH64_SYSROOT}")
endif()
set(CMAKE_CROSSCOMPILING_EMULATOR "${_a64_emulator}")
set_property(GLOBAL PROPERTY _A64KIT_EMULATOR "${_a64_emulator}")
