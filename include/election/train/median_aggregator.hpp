// SPDX-License-Identifier: MIT
// median_aggregator: the median of every coordinate.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include <election/core/arch.hpp>
#include <election/train/aggregation_kernel.hpp>
#include <election/train/aggregator.hpp>

namespace election {

/// The median of every column: of an odd number of rows the middle one, of an even number the mean of the two in the
/// middle. A NaN counts as +∞. As long as liars are fewer than half, every coordinate is between two honest ones.
///
/// Yin, Chen, Ramchandran, Bartlett, *Byzantine-robust distributed learning: towards optimal statistical rates*, ICML 2018,
/// definition 1. The result does not depend on the order of the rows, not even in a bit. Where the two in the middle
/// are infinities of both signs it is a NaN.
/// \par Complexity
/// O(d·n log² n) comparisons, many columns side by side; one pass over memory
///
/// \code
/// const std::vector<float> sent{1, 2, -1e30f, 3, 2, 1e30f};
/// std::vector<float> out(2);
/// election::aggregation_workspace workspace;
/// election::median_aggregator()(election::gradient_rows(sent, 3), out, workspace);
/// assert(out == (std::vector<float>{1, 3}));
/// \endcode
/// \tparam Arch  instruction set; by default the best that this translation unit's compiler flags allow
template <class Arch = default_arch>
class median_aggregator {
public:
    /// \param kernel  the inner loops; given where an architecture is chosen at run time
    explicit median_aggregator(const aggregation_kernel& kernel = aggregation_kernel_for<Arch>()) : kernel_(kernel) {}

    /// "median".
    [[nodiscard]] std::string name() const { return "median"; }
    /// 1.
    [[nodiscard]] std::size_t least_rows() const noexcept { return 1; }

    /// Aggregates.
    /// \param rows       n of d floats
    /// \param out        d floats that overlap none of them
    /// \param workspace  of this thread
    /// \throws parameter_error  no row, or one of another size
    void operator()(std::span<const gradient_row> rows, std::span<float> out, aggregation_workspace& workspace) const {
        detail::require_rows("median_aggregator", rows, out, least_rows());
        detail::mean_of_middle(rows, (rows.size() - 1) / 2, rows.size() / 2 + 1, out, workspace, kernel_);
    }

private:
    aggregation_kernel kernel_;
};

} // namespace election
