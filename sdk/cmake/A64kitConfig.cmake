# SPDX-License-Identifier: MIT
# find_package(A64kit): functions for projects that are built and tested with a64kit, in
# A64kitHelpers.cmake. It is found without a hint where sdk/aarch64.cmake is the toolchain file, and by
# -DA64kit_ROOT=/path/to/the/kit otherwise. Without a toolchain file (a native build) the functions do
# the same with no emulator, so that a project needs no second way of writing its tests.
#
# Sets A64kit_SDK, the kit's folder of CMake and shell files, and A64kit_EMULATOR, the list of words
# that stand before a program of the target: empty in a native build.
get_filename_component(A64kit_SDK "${CMAKE_CURRENT_LIST_DIR}/.." REALPATH)
set(A64kit_EMULATOR "")
if(CMAKE_CROSSCOMPILING)
    set(A64kit_EMULATOR ${CMAKE_CROSSCOMPILING_EMULATOR})
endif()
include("${CMAKE_CURRENT_LIST_DIR}/A64kitHelpers.cmake")
