// SPDX-License-Identifier: MIT
// sanitizer: undefined
// finds: undefined_cxx\.cc:27:[0-9]+: runtime error: downcast of address 0x[0-9a-f]+ which does not point to an object of type 'Right'
// finds: note: object is of type 'Wrong'
// finds: undefined_cxx\.cc:21:[0-9]+: runtime error: load of value 7, which is not a valid value for type 'bool'
// status: 0
#include <cstdio>
#include <cstring>

struct Base {
    virtual ~Base() {}
};
struct Right : Base {
    int value = 3;
};
struct Wrong : Base {
    int value = 3;
};
static int is(const bool &b)
{
    return b;
}

int main(int argc, char **)
{
    Base *b = argc > 1 ? static_cast<Base *>(new Wrong) : new Right;
    int value = static_cast<Right *>(b)->value;
    bool truth = true;
    if (argc > 1)
        std::memset(&truth, 7, 1);
    std::puts(is(truth) && value == 3 ? "right" : "it is something else");
    delete b;
}
