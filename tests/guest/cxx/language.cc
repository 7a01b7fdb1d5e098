// SPDX-License-Identifier: MIT
// variants: O0-static O2-dynamic O3-static
#include <any>
#include <chrono>
#include <compare>
#include <complex>
#include <coroutine>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <random>
#include <ranges>
#include <string>
#include <tuple>
#include <typeindex>
#include <typeinfo>
#include <variant>
#include <vector>

struct Order {
    explicit Order(const char *n) : name(n)
    {
        std::cout << "ctor " << name << '\n';
    }
    ~Order()
    {
        std::cout << "dtor " << name << '\n';
    }
    const char *name;
};
static Order first("global first");
static Order second("global second");
static Order &local()
{
    static Order o("function static");
    return o;
}

struct A {
    virtual ~A() = default;
    virtual int id() const
    {
        return 1;
    }
    int a = 10;
};
struct B : virtual A {
    int id() const override
    {
        return 2;
    }
    int b = 20;
};
struct C : virtual A {
    virtual int extra() const
    {
        return 33;
    }
    int c = 30;
};
struct D : B, C {
    int id() const override
    {
        return 4;
    }
    int extra() const override
    {
        return 44;
    }
};

struct Generator {
    struct promise_type {
        int value = 0;
        Generator get_return_object()
        {
            return {std::coroutine_handle<promise_type>::from_promise(*this)};
        }
        std::suspend_always initial_suspend()
        {
            return {};
        }
        std::suspend_always final_suspend() noexcept
        {
            return {};
        }
        std::suspend_always yield_value(int v)
        {
            value = v;
            return {};
        }
        void return_void()
        {
        }
        void unhandled_exception()
        {
        }
    };
    std::coroutine_handle<promise_type> handle;
    ~Generator()
    {
        handle.destroy();
    }
};

static Generator squares(int n)
{
    for (int i = 1; i <= n; i++)
        co_yield i *i;
}

template <int N> struct Fib {
    static constexpr long value = Fib<N - 1>::value + Fib<N - 2>::value;
};
template <> struct Fib<0> {
    static constexpr long value = 0;
};
template <> struct Fib<1> {
    static constexpr long value = 1;
};

template <class... T> static auto sum(T... v)
{
    return (v + ... + 0);
}

struct Version {
    int major, minor;
    auto operator<=>(const Version &) const = default;
};

int main()
{
    local();
    D d;
    A *a = &d;
    C *c = dynamic_cast<C *>(a);
    std::cout << a->id() << ' ' << c->extra() << ' ' << (dynamic_cast<B *>(c) == &d) << ' '
              << c->a + d.b + c->c << ' ' << (typeid(*a) == typeid(D)) << ' '
              << (std::type_index(typeid(B)) == std::type_index(typeid(C))) << '\n';
    int (A::*member)() const = &A::id;
    std::cout << (a->*member)() << '\n';
    auto shared = std::make_shared<std::vector<int>>(5, 3);
    std::weak_ptr<std::vector<int>> weak = shared;
    auto copy = shared;
    std::cout << shared.use_count() << ' ' << weak.expired();
    shared.reset();
    copy.reset();
    std::cout << ' ' << weak.expired() << '\n';
    std::unique_ptr<Order> owned = std::make_unique<Order>("unique");
    auto moved = std::move(owned);
    std::cout << (owned == nullptr) << '\n';
    int captured = 5;
    std::function<int(int)> f = [&captured, big = std::string(100, 'x')](int x) {
        return x + captured + static_cast<int>(big.size());
    };
    captured = 6;
    std::cout << f(1) << ' ' << std::bind(std::minus<>(), std::placeholders::_2, 10)(0, 100)
              << '\n';
    std::variant<int, double, std::string> v = "variant";
    std::cout << v.index() << ' ' << std::get<std::string>(v) << ' ';
    v = 2.5;
    std::visit([](auto x) { std::cout << x << '\n'; }, v);
    std::optional<int> maybe;
    std::any any = 3.5f;
    std::cout << maybe.value_or(-1) << ' ' << std::any_cast<float>(any) << ' ' << maybe.has_value()
              << '\n';
    auto [x, y, z] = std::make_tuple(1, 2.5, "three");
    std::cout << x << y << z << ' ' << sum(1, 2, 3, 4) << ' ' << sum(1.5, 2) << ' '
              << Fib<50>::value << '\n';
    std::mt19937 engine(42);
    std::mt19937_64 engine64(42);
    std::uniform_int_distribution<int> dice(1, 6);
    std::normal_distribution<double> normal(0, 1);
    std::cout << engine() << ' ' << engine64() << ' ' << dice(engine) << ' ' << normal(engine)
              << '\n';
    std::complex<double> z1(1, 2), z2 = std::polar(2.0, 0.5);
    std::cout << z1 * z2 << ' ' << std::abs(z1) << ' ' << std::exp(z1) << '\n';
    auto g = squares(5);
    for (g.handle.resume(); !g.handle.done(); g.handle.resume())
        std::cout << g.handle.promise().value << ' ';
    std::cout << '\n';
    for (int i : std::views::iota(1, 20) | std::views::filter([](int n) { return n % 3 == 0; }) |
                     std::views::transform([](int n) { return n * n; }))
        std::cout << i << ' ';
    std::cout << '\n'
              << (Version{1, 2} < Version{1, 10}) << (Version{2, 0} <=> Version{1, 9} > 0) << '\n';
    using namespace std::chrono;
    auto start = steady_clock::now();
    std::cout << duration_cast<minutes>(hours(2) + 30s).count() << ' '
              << (steady_clock::now() >= start) << ' '
              << (sys_days(2024y / February / 29).time_since_epoch().count()) << '\n';
    std::unique_ptr<int[]> zeroes(new int[1000]());
    std::cout << zeroes[999] << ' ' << alignof(std::max_align_t) << '\n';
    return 0;
}
