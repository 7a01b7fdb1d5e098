# SPDX-License-Identifier: MIT
# Part of sdk/aarch64.cmake: read by every project() of a project, once.
include_guard(GLOBAL)
cmake_policy(PUSH)
cmake_policy(VERSION 3.20)

if(AARCH64_HOOKS)
    include("${CMAKE_CURRENT_LIST_DIR}/hooks.cmake")
endif()
# What is installed keeps its dynamic linker and the folder of its libraries. Said with a component that the project has, since
# packages of components would otherwise have one more.
function(_a64_say_where_installed_programs_start)
    get_cmake_property(components COMPONENTS)
    if(components)
        list(GET components 0 component)
        install(CODE [[message(" a64kit: these programs start only where there is a /usr/aarch64-linux-gnu: for real machines build \
with AARCH64_INTERP=target")]] COMPONENT "${component}")
    endif()
endfunction()
if(AARCH64_INTERP STREQUAL "sysroot")
    cmake_language(DEFER DIRECTORY "${CMAKE_SOURCE_DIR}" CALL _a64_say_where_installed_programs_start)
endif()

cmake_policy(POP)
