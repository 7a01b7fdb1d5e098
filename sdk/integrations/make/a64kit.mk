# SPDX-License-Identifier: MIT
# For a Makefile: include SDK/integrations/make/a64kit.mk sets the compilers and RUN, which runs a program:
#   check: prog ; $(RUN) ./prog
a64kit_sdk := $(abspath $(dir $(lastword $(MAKEFILE_LIST)))/../..)
CROSS_COMPILE := aarch64-linux-gnu-
CC := "$(a64kit_sdk)/bin/a64cc"
CXX := "$(a64kit_sdk)/bin/a64c++"
AR := $(CROSS_COMPILE)ar
RANLIB := $(CROSS_COMPILE)ranlib
STRIP := $(CROSS_COMPILE)strip
OBJCOPY := $(CROSS_COMPILE)objcopy
PKG_CONFIG := "$(a64kit_sdk)/bin/aarch64-linux-gnu-pkg-config"
AARCH64_EMULATOR ?= a64run
RUN := $(AARCH64_EMULATOR)
