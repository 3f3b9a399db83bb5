// SPDX-License-Identifier: MIT
// krum_aggregator: the gradient whose neighbours are nearest, or the mean of several such.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <span>
#include <string>

#include <election/codes/code_name.hpp>
#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/train/aggregation_kernel.hpp>
#include <election/train/aggregator.hpp>

namespace election {

/// Krum and multi-Krum. The score of a row is the sum of its squared distances from the n − b − 2 other rows that are
/// nearest to it; Krum takes the row with the smallest score, multi-Krum the mean of the m rows with the smallest ones. Of
/// equal scores the earlier row counts as smaller. A row with a NaN or an infinity is infinitely far from all others.
///
/// Blanchard, El Mhamdi, Guerraoui, Stainer, *Machine learning with adversaries: Byzantine tolerant gradient descent*,
/// NeurIPS 2017, section 4; it needs n ≥ 2·b + 3.
/// \par Complexity
/// O(n²·d): all pairs of rows, one pass over memory
///
/// \code
/// const std::vector<float> sent{1, 1.5f, 2, 1e30f, 2.2f};
/// std::vector<float> out(1);
/// election::aggregation_workspace workspace;
/// election::krum_aggregator(1)(election::gradient_rows(sent, 5), out, workspace);
/// assert(out[0] == 2); // from 2.2 and 1.5
/// \endcode
/// \tparam Arch  instruction set; by default the best that this translation unit's compiler flags allow
template <class Arch = default_arch>
class krum_aggregator {
public:
    /// \param liars   b
    /// \param chosen  m: 1 for Krum, more for multi-Krum; at most n − b rows are ever chosen
    /// \param kernel  the inner loops; given where an architecture is chosen at run time
    /// \throws parameter_error  none is to be chosen
    explicit krum_aggregator(std::size_t liars, std::size_t chosen = 1,
                             const aggregation_kernel& kernel = aggregation_kernel_for<Arch>())
        : liars_(liars), chosen_(chosen), kernel_(kernel) {
        detail::require(chosen_ >= 1, "krum_aggregator", "chosen", chosen_, "must be at least 1");
    }

    /// "krum:b=3", or "multi-krum:b=3,m=12".
    [[nodiscard]] std::string name() const {
        return chosen_ == 1 ? code_name("krum").with("b", liars_).str()
                            : code_name("multi-krum").with("b", liars_).with("m", chosen_).str();
    }
    /// 2·b + 3.
    [[nodiscard]] std::size_t least_rows() const noexcept { return 2 * liars_ + 3; }

    /// Aggregates.
    /// \param rows       n of d floats
    /// \param out        d floats that overlap none of them; NaNs where fewer than n − b rows are without a NaN or an infinity
    /// \param workspace  of this thread
    /// \throws parameter_error  fewer than least_rows(), or a row of another size
    void operator()(std::span<const gradient_row> rows, std::span<float> out, aggregation_workspace& workspace) const {
        detail::require_rows("krum_aggregator", rows, out, least_rows());
        const std::size_t n = rows.size();
        take_distances(rows, workspace);
        take_scores(n, workspace);
        const std::size_t chosen = std::min(chosen_, n - liars_);
        std::vector<std::size_t>& best = workspace.chosen;
        best.resize(n);
        std::iota(best.begin(), best.end(), std::size_t{0});
        std::ranges::sort(best, [&](std::size_t a, std::size_t b) {
            return workspace.ordered[a] < workspace.ordered[b] || (workspace.ordered[a] == workspace.ordered[b] && a < b);
        });
        best.resize(chosen);
        if (!std::isfinite(workspace.ordered[best.back()])) {
            std::ranges::fill(out, std::numeric_limits<float>::quiet_NaN());
            return;
        }
        std::ranges::sort(best); // sums run over the rows in order
        workspace.pointers.clear();
        for (std::size_t i : best) workspace.pointers.push_back(rows[i].data());
        kernel_.weighted_mean(workspace.pointers.data(), nullptr, chosen, out.size(), static_cast<double>(chosen), 0,
                              out.data());
    }

private:
    /// All squared distances into workspace.numbers, n × n; a few columns at a time, so that rows stay in the cache.
    void take_distances(std::span<const gradient_row> rows, aggregation_workspace& workspace) const {
        constexpr std::size_t columns = 512;
        constexpr std::size_t lanes = aggregation_kernel::lanes;
        const std::size_t n = rows.size();
        const std::size_t d = rows.front().size();
        workspace.sums.assign(n * n * lanes, 0.0);
        for (std::size_t begin = 0; begin < d; begin += columns) {
            const std::size_t count = std::min(columns, d - begin);
            for (std::size_t i = 0; i < n; ++i) {
                for (std::size_t j = 0; j < i; ++j) {
                    kernel_.add_squares(rows[i].data() + begin, rows[j].data() + begin, count,
                                        workspace.sums.data() + (i * n + j) * lanes);
                }
            }
        }
        workspace.numbers.assign(n * n, 0.0);
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                const double sum = detail::sum_of_lanes(workspace.sums.data() + (i * n + j) * lanes);
                const double distance = std::isnan(sum) ? std::numeric_limits<double>::infinity() : sum;
                workspace.numbers[i * n + j] = workspace.numbers[j * n + i] = distance;
            }
        }
    }

    /// Scores into workspace.ordered[0 … n − 1].
    void take_scores(std::size_t n, aggregation_workspace& workspace) const {
        workspace.ordered.resize(2 * n);
        const std::span<double> near(workspace.ordered.data() + n, n - 1);
        for (std::size_t i = 0; i < n; ++i) {
            std::size_t next = 0;
            for (std::size_t j = 0; j < n; ++j) {
                if (j != i) near[next++] = workspace.numbers[i * n + j];
            }
            std::ranges::sort(near);
            double score = 0;
            for (std::size_t j = 0; j < n - liars_ - 2; ++j) score += near[j];
            workspace.ordered[i] = score;
        }
    }

    std::size_t liars_;
    std::size_t chosen_;
    aggregation_kernel kernel_;
};

} // namespace election
