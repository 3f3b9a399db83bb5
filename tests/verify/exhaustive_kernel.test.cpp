// SPDX-License-Identifier: MIT
#include <election/verify/exhaustive_kernel.hpp>

#include <bit>
#include <cstdint>

#include <doctest/doctest.h>
#include <support/architectures.hpp>
#include <support/random_code.hpp>
#include <support/seed.hpp>

using namespace election;

TEST_CASE_TEMPLATE_DEFINE("every line marks the lanes whose low hits reach its threshold", Arch, lines_are_right) {
    const packed_allocation code = election_test::random_code(30, 16, 0.5, election_test::seed());
    const detail::exhaustive_plan plan(code, make_nearest_problem(code, tie_policy::coin, 1), Arch::bits);
    const detail::plan_view& view = plan.view();
    exhaustive_kernel_for<Arch>().fill_lines(view);
    const detail::tap_block& rows = view.blocks[0];
    for (std::size_t c = 0; c <= view.low_columns; ++c) {
        for (std::size_t batch = view.class_start[c]; batch < view.class_start[c + 1]; ++batch) {
            const std::uint64_t* line = view.lines + view.line_start[batch * view.block_count];
            for (std::size_t r = 0; r < rows.rows; ++r) {
                const std::uint64_t columns = view.row_low[rows.first_row + r];
                const int load = std::popcount(columns);
                const int lowest = std::max(0, load - static_cast<int>(view.low_columns - c));
                const int highest = std::min(load, static_cast<int>(c)) + 1;
                for (int threshold = lowest; threshold <= highest; ++threshold, line += view.words) {
                    for (std::size_t lane = 0; lane < Arch::bits; ++lane) {
                        if ((view.valid[batch * view.words + lane / 64] >> (lane % 64) & 1U) == 0) continue;
                        const std::uint64_t low = plan.winners(0, 0, batch, lane); // the first middle word is 0
                        const bool marked = (line[lane / 64] >> (lane % 64) & 1U) != 0;
                        REQUIRE(marked == (std::popcount(low & columns) >= threshold));
                    }
                }
            }
        }
    }
}
TEST_CASE_TEMPLATE_APPLY(lines_are_right, election_test::enabled_architectures);
