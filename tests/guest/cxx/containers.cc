// SPDX-License-Identifier: MIT
// variants: O0-static O2-dynamic O3-static
#include <algorithm>
#include <array>
#include <bitset>
#include <deque>
#include <forward_list>
#include <iostream>
#include <iterator>
#include <list>
#include <map>
#include <numeric>
#include <queue>
#include <set>
#include <span>
#include <stack>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <valarray>
#include <vector>

static unsigned long state = 12345;
static unsigned next()
{
    state = state * 6364136223846793005ul + 1442695040888963407ul;
    return static_cast<unsigned>(state >> 33);
}

template <class C> static void show(const char *name, const C &c)
{
    std::cout << name << ':';
    for (const auto &v : c)
        std::cout << ' ' << v;
    std::cout << '\n';
}

static void sequences()
{
    std::vector<int> v;
    for (int i = 0; i < 12; i++)
        v.push_back(static_cast<int>(next() % 100));
    show("vector", v);
    v.insert(v.begin() + 3, {7, 8, 9});
    v.erase(v.begin(), v.begin() + 2);
    show("edited", v);
    std::deque<int> d(v.begin(), v.end());
    d.push_front(-1);
    d.pop_back();
    show("deque", d);
    std::list<int> l(v.begin(), v.end());
    l.sort();
    l.unique();
    l.remove_if([](int x) { return x % 2; });
    l.reverse();
    show("list", l);
    std::forward_list<std::string> f{"b", "a", "c"};
    f.sort();
    f.push_front("0");
    show("forward", f);
    std::vector<bool> bits(100);
    for (std::size_t i = 0; i < 100; i += 7)
        bits[i] = true;
    std::cout << std::count(bits.begin(), bits.end(), true) << '\n';
    std::bitset<70> b("1011001");
    b <<= 60;
    b.flip(0);
    std::cout << b << ' ' << b.count() << '\n';
    std::valarray<double> a{1, 2, 3, 4};
    a = a * a + 1.0;
    std::cout << a.sum() << ' ' << a.max() << ' ' << std::sqrt(a)[3] << '\n';
}

static void associative()
{
    std::map<std::string, int> m;
    std::unordered_map<std::string, int> u;
    std::multimap<int, std::string> mm;
    const std::string text = "the cat and the dog and the bird sat on the mat with the hat";
    std::string::size_type from = 0;
    while (from < text.size()) {
        auto to = std::min(text.find(' ', from), text.size());
        auto word = text.substr(from, to - from);
        m[word]++;
        u[word]++;
        mm.emplace(static_cast<int>(word.size()), word);
        from = to + 1;
    }
    for (const auto &[word, count] : m)
        std::cout << word << '=' << count << ' ';
    std::cout << '\n';
    for (const auto &[word, count] : m)
        if (u.at(word) != count)
            std::cout << "mismatch\n";
    std::cout << mm.count(3) << ' ' << mm.lower_bound(4)->second << ' ' << u.size() << '\n';
    std::set<unsigned> s;
    std::unordered_set<unsigned> us;
    for (int i = 0; i < 3000; i++) {
        unsigned v = next() % 5000;
        s.insert(v);
        us.insert(v);
        if (i % 3 == 0) {
            unsigned w = next() % 5000;
            s.erase(w);
            us.erase(w);
        }
    }
    bool same = s.size() == us.size() &&
                std::all_of(s.begin(), s.end(), [&](unsigned v) { return us.contains(v); });
    std::cout << s.size() << ' ' << same << ' ' << *s.begin() << ' ' << *s.rbegin() << ' '
              << std::accumulate(s.begin(), s.end(), 0u) << '\n';
    std::priority_queue<int> q;
    for (int i = 0; i < 50; i++)
        q.push(static_cast<int>(next() % 1000));
    int previous = 1000;
    bool ordered = true;
    while (!q.empty()) {
        ordered &= q.top() <= previous;
        previous = q.top();
        q.pop();
    }
    std::cout << ordered << '\n';
}

static void algorithms()
{
    std::vector<int> v(500);
    std::generate(v.begin(), v.end(), [] { return static_cast<int>(next() % 1000); });
    auto sorted = v, stable = v, heap = v, partial = v;
    std::sort(sorted.begin(), sorted.end());
    std::stable_sort(stable.begin(), stable.end(), [](int a, int b) { return a / 10 < b / 10; });
    std::make_heap(heap.begin(), heap.end());
    std::sort_heap(heap.begin(), heap.end());
    std::partial_sort(partial.begin(), partial.begin() + 10, partial.end());
    std::cout << (sorted == heap) << std::is_sorted(sorted.begin(), sorted.end())
              << std::equal(sorted.begin(), sorted.begin() + 10, partial.begin()) << ' '
              << stable[0] << ' ' << stable[250] << '\n';
    std::nth_element(v.begin(), v.begin() + 250, v.end());
    std::cout << (v[250] == sorted[250]) << ' ' << *std::max_element(v.begin(), v.end()) << ' '
              << std::binary_search(sorted.begin(), sorted.end(), sorted[77]) << ' '
              << std::lower_bound(sorted.begin(), sorted.end(), 500) - sorted.begin() << '\n';
    std::vector<int> out;
    std::copy_if(sorted.begin(), sorted.end(), std::back_inserter(out),
                 [](int x) { return x % 91 == 0; });
    std::rotate(out.begin(), out.begin() + 1, out.end());
    std::transform(out.begin(), out.end(), out.begin(), [](int x) { return x * 2; });
    show("out", out);
    std::string p = "abcd";
    int count = 0;
    do
        count++;
    while (std::next_permutation(p.begin(), p.end()));
    std::cout << count << ' '
              << std::inner_product(sorted.begin(), sorted.end(), sorted.begin(), 0L) << ' '
              << std::gcd(123456, 7890) << ' ' << std::lcm(12, 18) << '\n';
    std::array<int, 6> a{5, 3, 9, 1, 7, 2};
    std::ranges::sort(a, std::greater<>());
    show("ranges", a);
    std::span<int> sp(a);
    std::cout << sp.subspan(2, 2)[1] << '\n';
}

int main()
{
    sequences();
    associative();
    algorithms();
    return 0;
}
