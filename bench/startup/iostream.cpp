// SPDX-License-Identifier: MIT
#include <iostream>

int main()
{
    std::cout << "Hello, World!" << std::endl;
}
