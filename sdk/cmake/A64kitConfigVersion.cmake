# SPDX-License-Identifier: MIT
# Versions with the same major number are compatible; before 1.0, those with the same minor number.
file(STRINGS "${CMAKE_CURRENT_LIST_DIR}/../VERSION" PACKAGE_VERSION LIMIT_COUNT 1)
set(PACKAGE_VERSION_COMPATIBLE FALSE)
string(REGEX MATCH "^(0[.])?[0-9]+" _a64_series "${PACKAGE_VERSION}")
string(REGEX MATCH "^(0[.])?[0-9]+" _a64_wanted "${PACKAGE_FIND_VERSION}")
if(PACKAGE_FIND_VERSION STREQUAL PACKAGE_VERSION)
    set(PACKAGE_VERSION_EXACT TRUE)
endif()
if(NOT PACKAGE_FIND_VERSION VERSION_GREATER PACKAGE_VERSION
        AND (_a64_wanted STREQUAL _a64_series OR _a64_wanted STREQUAL "0"))
    set(PACKAGE_VERSION_COMPATIBLE TRUE)
endif()
