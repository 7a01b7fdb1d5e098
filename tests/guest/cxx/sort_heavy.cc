// SPDX-License-Identifier: MIT
// variants: O2-static
#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

/* Templates inlined into large functions: long live ranges and many callee-saved registers. */
struct Row {
    std::string name;
    double score;
    long id;
    bool operator<(const Row &o) const
    {
        return score != o.score ? score < o.score : name < o.name;
    }
};

int main()
{
    std::vector<Row> rows;
    unsigned long s = 1;
    for (long i = 0; i < 4000; i++) {
        s = s * 2862933555777941757ul + 3037000493ul;
        rows.push_back(
            {"row" + std::to_string(s >> 54), static_cast<double>(s >> 40 & 255) / 4, i});
    }
    std::sort(rows.begin(), rows.end());
    std::map<std::string, std::vector<long>> groups;
    for (const auto &r : rows)
        groups[r.name].push_back(r.id);
    unsigned long h = 0;
    for (const auto &[name, ids] : groups)
        for (long id : ids)
            h = h * 31 + static_cast<unsigned long>(id) + name.size();
    std::printf("%zu %016lx %s %ld\n", groups.size(), h, rows.front().name.c_str(), rows.back().id);
    return 0;
}
