// SPDX-License-Identifier: MIT
// Rows of results files.
#pragma once

#include <utility>
#include <vector>

#include <election/estimate/result_file.hpp>
#include <election/estimate/task.hpp>

namespace election_test {

inline election::estimation_task task_of(int liars) {
    return election::estimation_task().with("ties", "abstain").with("liars", liars);
}

inline election::result_row row_of(int liars, std::vector<election::contribution> contributions) {
    return {task_of(liars), std::move(contributions)};
}

} // namespace election_test
