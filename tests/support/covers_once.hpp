// SPDX-License-Identifier: MIT
// What an executor must do, as a check.
#pragma once

#include <cstddef>
#include <mutex>
#include <vector>

namespace election_test {

/// Whether each index is covered once, by ranges that are not empty and whose boundaries are multiples of the grain.
template <class E>
bool covers_once(const E& run, std::size_t count, std::size_t grain) {
    std::vector<int> covered(count);
    std::mutex mutex;
    bool right = true;
    run(count, grain, [&](std::size_t first, std::size_t last) {
        const std::lock_guard lock(mutex);
        right = right && first < last && last <= count && first % grain == 0 && (last % grain == 0 || last == count);
        if (last > count) return;
        for (std::size_t i = first; i < last; ++i) ++covered[i];
    });
    for (int times : covered) right = right && times == 1;
    return right;
}

} // namespace election_test
