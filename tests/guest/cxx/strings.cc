// SPDX-License-Identifier: MIT
// variants: O0-static O2-dynamic O3-static-pie
#include <charconv>
#include <codecvt>
#include <cstring>
#include <iostream>
#include <locale>
#include <regex>
#include <string>
#include <string_view>

int main()
{
    std::string s = "short";
    s += " string that grows beyond the small buffer";
    std::cout << s << ' ' << s.size() << ' ' << s.find("grows") << ' ' << s.rfind('s') << ' '
              << (s.find("zzz") == std::string::npos) << '\n';
    s.replace(0, 5, "LONGER").insert(6, "!").erase(10, 5);
    std::cout << s << '\n'
              << s.substr(3, 12) << ' ' << s.compare("LONGER") << ' ' << s.find_first_of("aeiou")
              << ' ' << s.find_last_not_of("xyz") << '\n';
    std::cout << std::to_string(42) << ' ' << std::to_string(-1.5) << ' ' << std::stoi("123abc")
              << ' ' << std::stod("2.5e3") << ' ' << std::stoul("ff", nullptr, 16) << '\n';
    std::string many;
    for (int i = 0; i < 2000; i++)
        many += static_cast<char>('a' + i % 26);
    std::cout << std::hash<std::string>()(many) % 1000003 << ' ' << many.capacity() / 1000 << '\n';
    std::string_view view(many);
    view.remove_prefix(1990);
    std::cout << view << ' ' << view.starts_with("op") << view.ends_with("x") << '\n';
    char buffer[64];
    auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, 0.1);
    std::cout << std::string(buffer, end) << ' ';
    auto r = std::to_chars(buffer, buffer + sizeof buffer, 123456789012345678L, 36);
    std::cout << std::string(buffer, r.ptr) << ' ';
    double parsed = 0;
    const char *number = "6.02214076e23";
    std::from_chars(number, number + std::strlen(number), parsed);
    std::cout << parsed << '\n';
    std::regex re("(\\w+)@(\\w+)\\.(com|org)");
    std::string mail = "alice@example.com, bob@test.org; carol@bad.net";
    for (std::sregex_iterator i(mail.begin(), mail.end(), re), last; i != last; ++i)
        std::cout << (*i)[1] << '/' << (*i)[2] << '/' << (*i)[3] << ' ';
    std::cout << std::regex_replace(mail, re, "<$1>") << '\n';
    std::string raw = R"(raw \n "text")";
    std::u16string wide = u"caf\u00e9";
    std::u32string wider = U"\U0001F600x";
    std::wstring w = L"wide" + std::to_wstring(7);
    std::cout << wide.size() << ' ' << wider.size() << ' ' << w.size() << ' ' << raw.size() << '\n';
    std::cout << raw << '\n';
    return 0;
}
