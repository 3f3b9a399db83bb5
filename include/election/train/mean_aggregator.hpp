// SPDX-License-Identifier: MIT
// mean_aggregator: the mean of what workers sent, which a single liar turns wherever it wants.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include <election/core/arch.hpp>
#include <election/train/aggregation_kernel.hpp>
#include <election/train/aggregator.hpp>

namespace election {

/// The mean of every column, summed in double in the order of the rows and rounded once: what gradient descent without
/// liars takes. It withstands nothing: a NaN or an infinity in one row is one in the result.
/// \par Complexity
/// O(n·d), one pass over memory
///
/// \code
/// const std::vector<float> sent{1, 2, 3, 6};
/// std::vector<float> out(2);
/// election::aggregation_workspace workspace;
/// election::mean_aggregator()(election::gradient_rows(sent, 2), out, workspace);
/// assert(out == (std::vector<float>{2, 4}));
/// \endcode
/// \tparam Arch  instruction set; by default the best that this translation unit's compiler flags allow
template <class Arch = default_arch>
class mean_aggregator {
public:
    /// \param kernel  the inner loops; given where an architecture is chosen at run time
    explicit mean_aggregator(const aggregation_kernel& kernel = aggregation_kernel_for<Arch>()) : kernel_(kernel) {}

    /// "mean".
    [[nodiscard]] std::string name() const { return "mean"; }
    /// 1.
    [[nodiscard]] std::size_t least_rows() const noexcept { return 1; }

    /// Aggregates.
    /// \param rows       n of d floats
    /// \param out        d floats that overlap none of them
    /// \param workspace  of this thread
    /// \throws parameter_error  no row, or one of another size
    void operator()(std::span<const gradient_row> rows, std::span<float> out, aggregation_workspace& workspace) const {
        detail::require_rows("mean_aggregator", rows, out, least_rows());
        kernel_.weighted_mean(detail::pointers_to(rows, workspace), nullptr, rows.size(), out.size(),
                              static_cast<double>(rows.size()), 0, out.data());
    }

private:
    aggregation_kernel kernel_;
};

} // namespace election
