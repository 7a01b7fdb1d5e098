// SPDX-License-Identifier: MIT
// variants: O0-static O2-dynamic O2-static-pie O3-dynamic
// stdin: 12 3.75 word 0x1f
#include <fstream>
#include <iomanip>
#include <iostream>
#include <limits>
#include <sstream>
#include <string>

struct Point {
    int x, y;
};
static std::ostream &operator<<(std::ostream &o, const Point &p)
{
    return o << '(' << p.x << ',' << p.y << ')';
}
static std::istream &operator>>(std::istream &i, Point &p)
{
    char c;
    return i >> c >> p.x >> c >> p.y >> c;
}

int main()
{
    int n;
    double d;
    std::string word;
    int hex;
    std::cin >> n >> d >> word >> std::hex >> hex;
    std::cout << n << ' ' << d << ' ' << word << ' ' << hex << '\n';
    std::cout << std::hex << 255 << std::showbase << ' ' << 255 << std::uppercase << ' ' << 255
              << std::oct << ' ' << 8 << std::dec << std::noshowbase << ' ' << 10 << '\n';
    std::cout << std::setw(10) << 42 << '|' << std::left << std::setw(10) << 42 << '|'
              << std::internal << std::setfill('*') << std::setw(10) << -42 << '|'
              << std::setfill(' ') << std::right << '\n';
    std::cout << 3.14159265358979 << ' ' << std::fixed << 3.14159265358979 << ' ' << std::scientific
              << 31415.9265 << ' ' << std::setprecision(12) << 2.0 / 3 << ' ' << std::hexfloat
              << 0.1 << std::defaultfloat << ' ' << 1e100 << ' ' << 1e-7f << ' ' << 2.5L << '\n';
    std::cout << std::boolalpha << true << ' ' << false << std::noboolalpha << ' ' << true << ' '
              << std::showpos << 5 << ' ' << 0.5 << std::noshowpos << '\n';
    std::cout << std::numeric_limits<long>::max() << ' '
              << std::numeric_limits<unsigned long>::max() << ' '
              << std::numeric_limits<double>::infinity() << ' '
              << static_cast<const void *>(nullptr) << ' ' << 'c' << ' '
              << static_cast<unsigned char>('u') << '\n';
    std::stringstream s;
    s << Point{3, -4} << ' ' << std::quoted("with \"quotes\"");
    Point p;
    std::string q;
    s >> p >> std::quoted(q);
    std::cout << p << ' ' << q << ' ' << s.eof() << s.fail() << '\n';
    std::istringstream bad("abc");
    bad >> n;
    std::cout << bad.fail() << ' ' << n << '\n';
    bad.clear();
    bad >> word;
    std::cout << word << '\n';
    {
        std::ofstream f("file.txt");
        for (int i = 0; i < 100; i++)
            f << "line " << i << ' ' << i * 0.5 << '\n';
    }
    std::ifstream f("file.txt");
    std::string line, last;
    int lines = 0;
    while (std::getline(f, line)) {
        lines++;
        last = line;
    }
    std::cout << lines << " [" << last << "] " << f.eof() << '\n';
    f.clear();
    f.seekg(5);
    f >> n;
    std::cout << n << ' ' << f.tellg() << '\n';
    std::ifstream missing("missing.txt");
    std::cout << missing.is_open() << !missing << '\n';
    std::ofstream bin("bin", std::ios::binary);
    double values[3] = {1, 2, 3};
    bin.write(reinterpret_cast<char *>(values), sizeof values);
    bin.close();
    std::ifstream in("bin", std::ios::binary | std::ios::ate);
    std::cout << in.tellg() << '\n';
    std::wcout.flush();
    std::ostringstream o;
    o.imbue(std::locale::classic());
    o << 1234567.891;
    std::cout << o.str() << std::endl;
    std::clog.flush();
    return 0;
}
