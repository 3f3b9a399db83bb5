// SPDX-License-Identifier: MIT
// trimmed_mean_aggregator: the mean of every coordinate without its b lowest and b highest numbers.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include <election/codes/code_name.hpp>
#include <election/core/arch.hpp>
#include <election/train/aggregation_kernel.hpp>
#include <election/train/aggregator.hpp>

namespace election {

/// In every column, the mean of what is left without the b lowest and the b highest numbers; b = 0 is the mean. A NaN
/// counts as +∞. With at most b liars every coordinate is between two honest ones.
///
/// Yin, Chen, Ramchandran, Bartlett, *Byzantine-robust distributed learning: towards optimal statistical rates*, ICML 2018,
/// definition 2. Sums run in increasing order, so that the result does not depend on the order of the rows.
/// \par Complexity
/// O(d·n log² n) comparisons, many columns side by side; one pass over memory
///
/// \code
/// const std::vector<float> sent{1, 2, 6, -1e30f, 1e30f};
/// std::vector<float> out(1);
/// election::aggregation_workspace workspace;
/// election::trimmed_mean_aggregator(1)(election::gradient_rows(sent, 5), out, workspace);
/// assert(out[0] == 3);
/// \endcode
/// \tparam Arch  instruction set; by default the best that this translation unit's compiler flags allow
template <class Arch = default_arch>
class trimmed_mean_aggregator {
public:
    /// \param liars   b: how many numbers are left out at each end
    /// \param kernel  the inner loops; given where an architecture is chosen at run time
    explicit trimmed_mean_aggregator(std::size_t liars, const aggregation_kernel& kernel = aggregation_kernel_for<Arch>())
        : liars_(liars), kernel_(kernel) {}

    /// "trimmed-mean:b=3".
    [[nodiscard]] std::string name() const { return code_name("trimmed-mean").with("b", liars_).str(); }
    /// 2·b + 1.
    [[nodiscard]] std::size_t least_rows() const noexcept { return 2 * liars_ + 1; }

    /// Aggregates.
    /// \param rows       n of d floats
    /// \param out        d floats that overlap none of them
    /// \param workspace  of this thread
    /// \throws parameter_error  fewer than least_rows(), or a row of another size
    void operator()(std::span<const gradient_row> rows, std::span<float> out, aggregation_workspace& workspace) const {
        detail::require_rows("trimmed_mean_aggregator", rows, out, least_rows());
        detail::mean_of_middle(rows, liars_, rows.size() - liars_, out, workspace, kernel_);
    }

private:
    std::size_t liars_;
    aggregation_kernel kernel_;
};

} // namespace election
