# SPDX-License-Identifier: MIT
# Part of sdk/aarch64.cmake: builds a64run with the host's compiler when there is none that is
# newer than its sources. The result is put in place by a rename, so that tests which run the old
# one at that moment go on running.

# The folder for the build: sdk/.cache, or the user's cache when the kit is not writable.
function(a64kit_cache_dir sdk result)
    set(cache "${sdk}/.cache")
    execute_process(COMMAND mkdir -p "${cache}" ERROR_QUIET)
    execute_process(COMMAND test -w "${cache}" RESULT_VARIABLE failed)
    if(failed)
        set(cache "$ENV{XDG_CACHE_HOME}")
        if(NOT cache AND "$ENV{HOME}" STREQUAL "")
            a64kit_die("cannot build the emulator: ${sdk}/.cache cannot be written, and neither "
                "XDG_CACHE_HOME nor HOME is set; give a built one with "
                "-DAARCH64_EMULATOR=/path/to/a64run")
        endif()
        if(NOT cache)
            set(cache "$ENV{HOME}/.cache")
        endif()
        string(SHA256 id "${sdk}")
        string(SUBSTRING "${id}" 0 12 id)
        set(cache "${cache}/a64kit/${id}")
        execute_process(COMMAND mkdir -p "${cache}" RESULT_VARIABLE failed ERROR_QUIET)
        if(failed)
            a64kit_die("cannot build the emulator: neither ${sdk}/.cache nor ${cache} can be "
                "written; give a built one with -DAARCH64_EMULATOR=/path/to/a64run")
        endif()
    endif()
    set(${result} "${cache}" PARENT_SCOPE)
endfunction()

# True when `binary` exists and no source of the emulator is newer.
function(a64kit_is_current kit binary result)
    set(${result} FALSE PARENT_SCOPE)
    if(NOT EXISTS "${binary}")
        return()
    endif()
    file(GLOB_RECURSE sources "${kit}/emulator/*" "${kit}/cmake/*")
    foreach(source IN LISTS sources ITEMS "${kit}/CMakeLists.txt")
        if("${source}" IS_NEWER_THAN "${binary}")
            return()
        endif()
    endforeach()
    set(${result} TRUE PARENT_SCOPE)
endfunction()

# The environment of a cross build (CC, CFLAGS, ...) is not meant for the host's compiler, and the
# job server of a make around us is not ours.
set(_A64KIT_HOST_ENV "${CMAKE_COMMAND}" -E env
    --unset=CC --unset=CXX --unset=CPP --unset=LD --unset=AR --unset=CFLAGS --unset=CXXFLAGS
    --unset=CPPFLAGS --unset=LDFLAGS --unset=CPATH --unset=C_INCLUDE_PATH --unset=LIBRARY_PATH
    --unset=CMAKE_TOOLCHAIN_FILE --unset=CMAKE_GENERATOR --unset=CMAKE_GENERATOR_PLATFORM
    --unset=CMAKE_GENERATOR_TOOLSET --unset=CMAKE_BUILD_TYPE --unset=CMAKE_C_COMPILER_LAUNCHER
    --unset=MAKEFLAGS --unset=MFLAGS --unset=MAKELEVEL --unset=DESTDIR --unset=VERBOSE)

# Runs a step of the build; its output goes to `log` and is shown only when it fails.
function(a64kit_build_step log)
    execute_process(COMMAND ${_A64KIT_HOST_ENV} ${ARGN}
        OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE failed)
    file(APPEND "${log}" "${output}\n")
    if(failed)
        message("${output}")
        a64kit_die("the emulator could not be built: the output is above and in ${log}")
    endif()
endfunction()

function(a64kit_build_emulator sdk result)
    get_filename_component(kit "${sdk}" DIRECTORY)
    # A tree of the driver (./a64kit) is as good as ours while it is up to date. One that is there
    # already does for every user, with or without a place for another.
    foreach(candidate "${kit}/build/kit/emulator/a64run" "${sdk}/.cache/bin/a64run")
        a64kit_is_current("${kit}" "${candidate}" current)
        if(current)
            set(${result} "${candidate}" PARENT_SCOPE)
            return()
        endif()
    endforeach()
    a64kit_cache_dir("${sdk}" cache)
    set(binary "${cache}/bin/a64run")
    a64kit_is_current("${kit}" "${binary}" current)
    if(current)
        set(${result} "${binary}" PARENT_SCOPE)
        return()
    endif()

    # One configure run builds, others that start meanwhile wait for it.
    file(LOCK "${cache}/lock" GUARD FUNCTION TIMEOUT 0 RESULT_VARIABLE locked)
    if(NOT locked EQUAL 0)
        message(STATUS "a64kit: waiting for another configure run that builds the emulator")
        file(LOCK "${cache}/lock" GUARD FUNCTION TIMEOUT 1800 RESULT_VARIABLE locked)
        if(NOT locked EQUAL 0)
            a64kit_die("cannot lock ${cache}/lock: ${locked}")
        endif()
        a64kit_is_current("${kit}" "${binary}" current)
        if(current)
            set(${result} "${binary}" PARENT_SCOPE)
            return()
        endif()
    endif()

    message(STATUS "a64kit: building the emulator, once, in ${cache}")
    set(tree "${cache}/emulator")
    set(log "${cache}/build.log")
    file(WRITE "${log}" "")
    # A tree that was made when the kit lay elsewhere, or whose first run broke off, is of no use.
    set(home "")
    if(EXISTS "${tree}/CMakeCache.txt")
        file(STRINGS "${tree}/CMakeCache.txt" home REGEX "^CMAKE_HOME_DIRECTORY:")
    endif()
    if(NOT home STREQUAL "CMAKE_HOME_DIRECTORY:INTERNAL=${kit}")
        file(REMOVE_RECURSE "${tree}")
    endif()
    set(generator)
    if(NOT EXISTS "${tree}/CMakeCache.txt")
        unset(_a64_ninja CACHE)
        find_program(_a64_ninja ninja NO_CMAKE_FIND_ROOT_PATH)
        set(generator -G "Unix Makefiles")
        if(_a64_ninja)
            set(generator -G Ninja)
        endif()
        unset(_a64_ninja CACHE)
    endif()
    # A source newer than this moment means another build next time.
    file(TOUCH "${cache}/started")
    a64kit_build_step("${log}" "${CMAKE_COMMAND}" -S "${kit}" -B "${tree}" ${generator}
        -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF)
    cmake_host_system_information(RESULT jobs QUERY NUMBER_OF_LOGICAL_CORES)
    a64kit_build_step("${log}" "${CMAKE_COMMAND}" --build "${tree}" --target a64run
        --parallel ${jobs})
    file(MAKE_DIRECTORY "${cache}/bin")
    a64kit_build_step("${log}" cp "${tree}/emulator/a64run" "${binary}.new")
    foreach(beside a64report liba64exec.so) # what a64run looks for there
        if(EXISTS "${tree}/emulator/${beside}")
            a64kit_build_step("${log}" cp "${tree}/emulator/${beside}" "${cache}/bin/${beside}.new")
            file(RENAME "${cache}/bin/${beside}.new" "${cache}/bin/${beside}")
        endif()
    endforeach()
    a64kit_build_step("${log}" touch -r "${cache}/started" "${binary}.new")
    file(RENAME "${binary}.new" "${binary}")
    set(${result} "${binary}" PARENT_SCOPE)
endfunction()
