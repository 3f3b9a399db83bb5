// SPDX-License-Identifier: MIT
// require_step(): what a line of a certificate says must be true.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <election/core/error.hpp>
#include <election/exact/certificate_lines.hpp>

namespace election::detail {

/// A step of a certificate that is false; only check_certificate() sees it.
struct false_step {
    std::string why;
};

/// The reason comes in parts, which are put together only when it is needed.
template <class... Parts>
void require_step(bool true_step, const Parts&... why) {
    if (!true_step) throw false_step{joined({shown(why)...})};
}

/// Workers of a list, each at most once over all lists that are marked in `seen`.
inline void take_workers(certificate_lines& lines, std::vector<std::uint32_t>& workers, std::vector<char>& seen) {
    lines.numbers(workers, seen.size(), "a worker");
    for (std::uint32_t worker : workers) {
        require_step(seen[worker] == 0, "worker ", worker, " is there twice");
        seen[worker] = 1;
    }
}

} // namespace election::detail
