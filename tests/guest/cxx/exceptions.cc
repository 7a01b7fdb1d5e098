// SPDX-License-Identifier: MIT
// variants: all
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

struct Tracer {
    explicit Tracer(const char *n) : name(n)
    {
        std::printf("+%s ", name);
    }
    ~Tracer()
    {
        std::printf("-%s ", name);
    }
    const char *name;
};

struct Base {
    virtual ~Base() = default;
    virtual const char *what() const
    {
        return "base";
    }
};
struct Derived : Base {
    const char *what() const override
    {
        return "derived";
    }
};
struct Other {
    virtual ~Other() = default;
    int value = 9;
};
struct Both : Other, Derived {
};

static int __attribute__((noinline)) deep(int n, double keep)
{
    Tracer t(n % 2 ? "odd" : "even");
    if (n == 0)
        throw std::runtime_error("bottom");
    return deep(n - 1, keep * 2) + static_cast<int>(keep);
}

static void by_type(int kind)
{
    switch (kind) {
    case 0: throw 42;
    case 1: throw 2.5;
    case 2: throw "text";
    case 3: throw std::string("string");
    case 4: throw Derived();
    case 5: throw Both();
    case 6: throw std::out_of_range("range");
    case 7: throw static_cast<long double>(1.5);
    case 8: throw std::vector<int>{1, 2, 3};
    default: throw static_cast<void *>(nullptr);
    }
}

static void catching()
{
    for (int kind = 0; kind < 10; kind++) {
        try {
            by_type(kind);
        } catch (int i) {
            std::printf("int %d\n", i);
        } catch (double d) {
            std::printf("double %g\n", d);
        } catch (const char *s) {
            std::printf("chars %s\n", s);
        } catch (const std::string &s) {
            std::printf("string %s\n", s.c_str());
        } catch (const Base &b) {
            std::printf("%s\n", b.what());
        } catch (const std::logic_error &e) {
            std::printf("logic %s\n", e.what());
        } catch (long double l) {
            std::printf("long double %Lg\n", l);
        } catch (...) {
            std::printf("something\n");
        }
    }
}

static void nesting()
{
    try {
        try {
            Tracer a("outer");
            try {
                Tracer b("inner");
                throw std::invalid_argument("first");
            } catch (...) {
                std::throw_with_nested(std::runtime_error("second"));
            }
        } catch (const std::exception &e) {
            std::printf("%s ", e.what());
            try {
                std::rethrow_if_nested(e);
            } catch (const std::exception &inner) {
                std::printf("<- %s\n", inner.what());
                throw;
            }
        }
    } catch (const std::invalid_argument &e) {
        std::printf("rethrown %s\n", e.what());
    }
    std::exception_ptr saved;
    try {
        deep(3, 1.5);
    } catch (...) {
        saved = std::current_exception();
    }
    try {
        std::rethrow_exception(saved);
    } catch (const std::runtime_error &e) {
        std::printf("kept %s\n", e.what());
    }
}

static int compare_throws(const void *, const void *)
{
    throw 7;
}

struct Member {
    Member() : a("member")
    {
        throw 3;
    }
    Tracer a;
};

static int in_noexcept(int x) noexcept
{
    try {
        if (x)
            throw x;
        return 0;
    } catch (int y) {
        return y + 1;
    }
}

int main()
{
    try {
        deep(6, 1.0);
    } catch (const std::exception &e) {
        std::printf("\n%s\n", e.what());
    }
    catching();
    nesting();
    int array[4] = {4, 3, 2, 1};
    try {
        std::qsort(array, 4, sizeof *array, compare_throws); /* unwinds through C code */
    } catch (int i) {
        std::printf("through qsort %d\n", i);
    }
    try {
        Member m;
    } catch (int i) {
        std::printf("constructor %d\n", i);
    }
    try {
        std::vector<int> v(3);
        v.at(5) = 1;
    } catch (const std::out_of_range &) {
        std::puts("vector::at");
    }
    try {
        volatile std::size_t huge = static_cast<std::size_t>(-1) / 2;
        char *p = new char[huge];
        std::printf("%p\n", static_cast<void *>(p));
    } catch (const std::bad_alloc &) {
        std::puts("bad_alloc");
    }
    try {
        std::function<void()> f;
        f();
    } catch (const std::bad_function_call &) {
        std::puts("bad_function_call");
    }
    try {
        Other o;
        (void)dynamic_cast<Both &>(o);
    } catch (const std::bad_cast &) {
        std::puts("bad_cast");
    }
    std::printf("%d %d\n", in_noexcept(0), in_noexcept(5));
    int sum = 0;
    for (int i = 0; i < 300; i++) {
        try {
            if (i % 3 == 0)
                throw i;
            sum++;
        } catch (int v) {
            sum += v;
        }
    }
    std::printf("%d %d\n", sum, std::uncaught_exceptions());
    return 0;
}
