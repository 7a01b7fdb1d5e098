# SPDX-License-Identifier: MIT
# labels: full, timeout: 600
# Python: the target's own, in the emulator, builds an extension module with the cross compiler and imports it.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

kit=$SOURCE_DIR/a64kit
plain_folder # sysconfig splits the compiler's words at blanks
export A64KIT_SYSROOTS="$PLAIN" XDG_CACHE_HOME="${A64KIT_TEST_CACHE:-$SOURCE_DIR/out/sysroot-cache}"
"$kit" sysroot create python python3-dev python3-setuptools >log 2>&1 || {
    grep -q 'cannot be had\|cannot be downloaded\|no mirror\|tools of Debian' log && skip "$(tail -n 1 log)"
    fail "$(cat log)"
}
root=$("$kit" sysroot path python)
headers=$(echo "$root"/usr/include/python3.*)
cat >twice.c <<'END'
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *twice(PyObject *self, PyObject *args)
{
    long n;
    return PyArg_ParseTuple(args, "l", &n) ? PyLong_FromLong(2 * n) : NULL;
}

static PyMethodDef methods[] = {{"twice", twice, METH_VARARGS, "2 n"}, {NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "twice", NULL, -1, methods};

PyMODINIT_FUNC PyInit_twice(void)
{
    return PyModule_Create(&module);
}
END
cat >setup.py <<'END'
from setuptools import Extension, setup
setup(name="twice", version="1.0", ext_modules=[Extension("twice", ["twice.c"])])
END
PATH="$SOURCE_DIR/sdk/bin:$PATH" AARCH64_SYSROOT=python CC=a64cc LDSHARED='a64cc -shared' CFLAGS="-I$headers" \
    "$A64RUN" -L "$root" "$root/usr/bin/python3" setup.py build_ext --inplace >log 2>&1 || fail "$(cat log)"
expect_match AArch64 readelf -h twice.*-aarch64-linux-gnu.so
expect 42 "$A64RUN" -L "$root" "$root/usr/bin/python3" -c 'import twice; print(twice.twice(21))'
