# SPDX-License-Identifier: MIT
# Part of sdk/aarch64.cmake: read by every project() of a project, once.
include_guard(GLOBAL)
cmake_policy(PUSH)
cmake_policy(VERSION 3.20)

if(AARCH64_HOOKS)
    include("${CMAKE_CURRENT_LIST_DIR}/hooks.cmake")
endif()
# What is installed keeps its dynamic linker and the folder of its libraries.
if(AARCH64_INTERP STREQUAL "sysroot")
    install(CODE [[message(" a64kit: these programs start only where there is a /usr/aarch64-linux-gnu: for real machines build \
with AARCH64_INTERP=target")]])
endif()

cmake_policy(POP)
