// SPDX-License-Identifier: MIT
#include <election/train/aggregation_kernel.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <vector>

#include <doctest/doctest.h>
#include <election/bits/aligned.hpp>
#include <election/core/random.hpp>
#include <support/architectures.hpp>
#include <support/random_numbers.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

/// What the kernel's comments say, one number at a time.
float middle(std::vector<float> column, std::size_t first, std::size_t last) {
    for (float& x : column) x = x == x ? x + 0.0F : std::numeric_limits<float>::infinity();
    std::ranges::sort(column);
    if (last - first == 1) return column[first];
    double sum = 0;
    for (std::size_t i = first; i < last; ++i) sum += static_cast<double>(column[i]);
    return static_cast<float>(sum / static_cast<double>(last - first));
}

} // namespace

TEST_CASE_TEMPLATE_DEFINE("every loop is its definition bit for bit, at any address, and writes nothing beyond", Arch,
                          loops) {
    CAPTURE(election_test::seed());
    constexpr auto kernel = aggregation_kernel_for<Arch>();
    CHECK(kernel.arch == Arch::name);
    for (std::size_t n : {1U, 2U, 5U, 15U}) {
        for (std::size_t d : {0U, 1U, 3U, 15U, 16U, 17U, 63U, 64U, 65U, 127U, 128U, 129U, 200U, 300U}) {
            CAPTURE(n);
            CAPTURE(d);
            std::deque<election_test::guarded_numbers<float>> memory;
            std::vector<const float*> rows;
            std::vector<float> weights;
            const counter_random random(election_test::seed(), n + d);
            for (std::size_t i = 0; i < n; ++i) {
                memory.emplace_back(d);
                election_test::fill_numbers(memory.back().span(), election_test::seed() + i, true);
                rows.push_back(memory.back().data());
                weights.push_back(i % 3 == 1 ? 0.0F : static_cast<float>(random.below(1000, i)) / 999);
            }
            const election_test::guarded_numbers<float> out(d);

            const std::size_t first = (n - 1) / 2;
            for (std::size_t last = first + 1; last <= n; last += 2) {
                const auto network = selection_network(n, first, last);
                aligned_vector<float> scratch(n * aggregation_kernel::tile);
                kernel.mean_of_middle(rows.data(), n, d, network.data(), network.size(), first, last, scratch.data(),
                                      out.data());
                for (std::size_t c = 0; c < d; ++c) {
                    std::vector<float> column;
                    for (const float* row : rows) column.push_back(row[c]);
                    REQUIRE(election_test::same_number(out.data()[c], middle(column, first, last)));
                }
            }

            for (double rest : {0.0, 0.7}) {
                for (const float* w : {static_cast<const float*>(nullptr), static_cast<const float*>(weights.data())}) {
                    std::vector<float> expected(d);
                    for (std::size_t c = 0; c < d; ++c) {
                        out.data()[c] = static_cast<float>(c) / 7;
                        volatile double sum = 0; // rounded at every step
                        for (std::size_t i = 0; i < n; ++i) {
                            if (w != nullptr && w[i] == 0) continue;
                            const volatile double product =
                                (w == nullptr ? 1.0 : static_cast<double>(w[i])) * static_cast<double>(rows[i][c]);
                            sum = sum + product;
                        }
                        const volatile double kept = rest * static_cast<double>(out.data()[c]);
                        const volatile double part = kept / 3.5;
                        const volatile double share = sum / 3.5;
                        expected[c] = static_cast<float>(rest == 0 ? share : share + part);
                    }
                    kernel.weighted_mean(rows.data(), w, n, d, 3.5, rest, out.data());
                    for (std::size_t c = 0; c < d; ++c) REQUIRE(election_test::same_number(out.data()[c], expected[c]));
                }
            }

            for (const float* other : {static_cast<const float*>(nullptr), rows[n - 1]}) {
                double sums[aggregation_kernel::lanes] = {1, 2, 3};
                double expected[aggregation_kernel::lanes] = {1, 2, 3};
                kernel.add_squares(rows[0], other, d, sums);
                for (std::size_t c = 0; c < d; ++c) {
                    const volatile float difference = other == nullptr ? rows[0][c] : rows[0][c] - other[c];
                    const volatile double square = static_cast<double>(difference) * static_cast<double>(difference);
                    expected[c % aggregation_kernel::lanes] += square;
                }
                for (std::size_t l = 0; l < aggregation_kernel::lanes; ++l)
                    REQUIRE(election_test::same_number(sums[l], expected[l]));
            }
        }
    }
}
TEST_CASE_TEMPLATE_APPLY(loops, election_test::enabled_architectures);
