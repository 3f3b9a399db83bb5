// SPDX-License-Identifier: MIT
#include <election/bits/ternary_matrix.hpp>
int main();
