// SPDX-License-Identifier: MIT
// The executor of the component tbb.
#include <election/tbb.hpp>

#include <atomic>
#include <cstddef>

int main() {
    std::atomic<std::size_t> done{0};
    election::tbb_executor()(1000, 64, [&](std::size_t first, std::size_t last) { done += last - first; });
    return done == 1000 ? 0 : 1;
}
