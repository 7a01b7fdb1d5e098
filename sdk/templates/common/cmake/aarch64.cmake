# SPDX-License-Identifier: MIT
# The toolchain file of the preset aarch64: that of a64kit, wherever it is on this machine.
foreach(sdk "$ENV{A64KIT_SDK}" "@SDK@" /usr/share/a64kit)
    if(sdk AND EXISTS "${sdk}/aarch64.cmake")
        include("${sdk}/aarch64.cmake")
        return()
    endif()
endforeach()
message(FATAL_ERROR " no a64kit here: set A64KIT_SDK to its sdk/ folder (installed: share/a64kit)")
