# SPDX-License-Identifier: MIT
# What an installed kit consists of, and its packages. Below the prefix everything finds everything
# by relative paths: the tree can be moved, and unpacked by any user.
#
#   bin/             a64run, a64report, a64kit, a64cc, a64c++
#   lib/a64kit/      liba64exec.so, see sdk/preload
#   share/a64kit/    the sdk/ of the source tree, with the samples; cmake/ is found by find_package
#   share/           man pages, completion, documentation
#
# The wrapper of pkg-config stays in share/a64kit/bin: Debian has a program of that name in /usr/bin.

install(TARGETS a64run RUNTIME DESTINATION bin)
if(TARGET a64report)
    install(TARGETS a64report RUNTIME DESTINATION bin)
endif()
install(PROGRAMS a64kit DESTINATION bin)
install(DIRECTORY sdk/ DESTINATION share/a64kit USE_SOURCE_PERMISSIONS
    PATTERN .cache EXCLUDE
    PATTERN bin/a64run EXCLUDE
    PATTERN man EXCLUDE
    PATTERN preload EXCLUDE
    PATTERN completion EXCLUDE)
install(DIRECTORY samples DESTINATION share/a64kit USE_SOURCE_PERMISSIONS
    PATTERN build* EXCLUDE)
# What is for who uses the kit, not for who changes it.
foreach(document getting-started toolchain sysroots sdk ci troubleshooting debugging linux)
    install(FILES docs/${document}.md DESTINATION share/doc/a64kit)
endforeach()
install(FILES README.md DESTINATION share/doc/a64kit)
install(FILES LICENSE DESTINATION share/doc/a64kit RENAME copyright)
file(GLOB a64kit_man CONFIGURE_DEPENDS sdk/man/*.1)
install(FILES ${a64kit_man} DESTINATION share/man/man1)
configure_file(cmake/changelog.in a64kit-changelog/changelog @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/a64kit-changelog/changelog DESTINATION share/doc/a64kit)
install(FILES cmake/lintian-overrides DESTINATION share/lintian/overrides RENAME a64kit)
file(GLOB a64kit_completion CONFIGURE_DEPENDS sdk/completion/*)
install(FILES ${a64kit_completion} DESTINATION share/bash-completion/completions)
# For programs of the host: a64run looks for it beside itself, and where it is installed.
add_library(a64exec SHARED sdk/preload/exec.c)
set_target_properties(a64exec PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/emulator)
add_dependencies(a64run a64exec)
install(TARGETS a64exec LIBRARY DESTINATION lib/a64kit)
install(CODE [[
    set(prefix "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}")
    file(CREATE_LINK ../../../bin/a64run "${prefix}/share/a64kit/bin/a64run" SYMBOLIC)
    foreach(wrapper a64cc a64c++)
        file(CREATE_LINK ../share/a64kit/bin/${wrapper} "${prefix}/bin/${wrapper}" SYMBOLIC)
    endforeach()
    # As Debian has it; without gzip they stay as they are.
    file(GLOB pages "${prefix}/share/man/man1/a64*.1" "${prefix}/share/doc/a64kit/changelog")
    execute_process(COMMAND gzip -9nf ${pages} RESULT_VARIABLE failed ERROR_QUIET)
    set(suffix .gz)
    if(failed)
        set(suffix "")
    endif()
    file(CREATE_LINK a64cc.1${suffix} "${prefix}/share/man/man1/a64c++.1${suffix}" SYMBOLIC)
]])

# cpack -G TXZ, cpack -G DEB --------------------------------------------------------------------

set(CPACK_GENERATOR "TXZ;DEB")
set(CPACK_PACKAGE_NAME a64kit)
set(CPACK_PACKAGE_VENDOR "the a64kit authors")
set(CPACK_PACKAGE_CONTACT "the a64kit authors <a64kit@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "build, run and test AArch64 Linux programs on x86-64")
set(CPACK_PACKAGE_DESCRIPTION "A CMake toolchain file and compiler wrappers around the cross compiler,
and a64run, a user-mode AArch64 emulator that runs the programs and tests.
Nothing is registered with the kernel unless a64kit binfmt is asked to.")
set(CPACK_PACKAGE_FILE_NAME "a64kit-${PROJECT_VERSION}-linux-x86_64")
set(CPACK_PACKAGE_CHECKSUM SHA256)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_THREADS 2)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE amd64)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "cmake (>= 3.20), gcc-aarch64-linux-gnu, libc6-dev-arm64-cross")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "g++-aarch64-linux-gnu, gdb-multiarch, ninja-build, pkgconf")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "qemu-user")
include(CPack)
