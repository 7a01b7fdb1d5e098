# SPDX-License-Identifier: MIT
# Read by ctest itself: what all tests find in their environment unless it says something else. Translations are not kept
# from run to run: a test shall not depend on what ran before it, and leaves nothing in the user's folders.
if(NOT DEFINED ENV{A64RUN_SAVED})
    set(ENV{A64RUN_SAVED} off)
endif()
# Programs that die on purpose are not explained: what they leave on standard error is compared.
if(NOT DEFINED ENV{A64RUN_REPORT})
    set(ENV{A64RUN_REPORT} never)
endif()
