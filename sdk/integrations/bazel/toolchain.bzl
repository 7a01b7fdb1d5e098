# SPDX-License-Identifier: MIT
"""Debian's cross gcc as a toolchain of Bazel."""

load(
    "@bazel_tools//tools/cpp:cc_toolchain_config_lib.bzl",
    "feature",
    "flag_group",
    "flag_set",
    "tool_path",
)

PREFIX = "/usr/bin/aarch64-linux-gnu-"
LINK = ["c++-link-executable", "c++-link-dynamic-library", "c++-link-nodeps-dynamic-library"]

def _config(ctx):
    # A C++ program is linked by gcc.
    libraries = feature(
        name = "libraries",
        enabled = True,
        flag_sets = [flag_set(actions = LINK, flag_groups = [flag_group(flags = ["-lstdc++", "-lm"])])],
    )
    tools = {"ar": "ar", "cpp": "cpp", "dwp": "dwp", "gcc": "gcc", "gcov": "gcov", "ld": "ld", "nm": "nm", "objcopy": "objcopy", "objdump": "objdump", "strip": "strip"}
    return cc_common.create_cc_toolchain_config_info(
        ctx = ctx,
        toolchain_identifier = "a64kit",
        host_system_name = "local",
        target_system_name = "aarch64-linux-gnu",
        target_cpu = "aarch64",
        target_libc = "glibc",
        compiler = "gcc",
        abi_version = "gcc",
        abi_libc_version = "glibc",
        features = [libraries, feature(name = "supports_dynamic_linker", enabled = True), feature(name = "supports_pic", enabled = True)],
        tool_paths = [tool_path(name = name, path = PREFIX + program) for name, program in tools.items()],
        # Headers from elsewhere, as those of this machine in /usr/include, are an error of Bazel's.
        cxx_builtin_include_directories = ["/usr/lib/gcc-cross/aarch64-linux-gnu", "/usr/aarch64-linux-gnu/include"],
    )

a64kit_toolchain_config = rule(
    implementation = _config,
    attrs = {},
    provides = [CcToolchainConfigInfo],
)
