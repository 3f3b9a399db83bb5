// SPDX-License-Identifier: MIT
// centred_clipping_aggregator: the mean of what workers sent, each no farther than a radius from the last result.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string>

#include <election/codes/code_name.hpp>
#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/train/aggregation_kernel.hpp>
#include <election/train/aggregator.hpp>

namespace election {

/// v ← v + (1/n)·Σ (xᵢ − v)·min(1, τ / ‖xᵢ − v‖), once or several times, where v is what `out` holds: the result of the
/// last step, zeros before the first. A row with a NaN or an infinity counts as one at v.
///
/// Karimireddy, He, Jaggi, *Learning from history for Byzantine robust optimization*, ICML 2021, algorithm 2; made for
/// workers who send momentum. A liar moves the result by τ / n at most. Differences are rounded to float, and the factors
/// of clipped rows too.
/// \par Complexity
/// O(n·d) an iteration, two passes over memory
///
/// \code
/// const std::vector<float> sent{1, 2, 1e30f};
/// std::vector<float> out(1); // 0: where it starts
/// election::aggregation_workspace workspace;
/// election::centred_clipping_aggregator(3.0)(election::gradient_rows(sent, 3), out, workspace);
/// assert(out[0] == 2); // (1 + 2 + 3) / 3
/// \endcode
/// \tparam Arch  instruction set; by default the best that this translation unit's compiler flags allow
template <class Arch = default_arch>
class centred_clipping_aggregator {
public:
    /// \param radius      τ, above 0, in units of gradients
    /// \param iterations  at least 1
    /// \param kernel      the inner loops; given where an architecture is chosen at run time
    /// \throws parameter_error  a radius that is not a positive number, no iteration
    explicit centred_clipping_aggregator(double radius, std::size_t iterations = 1,
                                         const aggregation_kernel& kernel = aggregation_kernel_for<Arch>())
        : radius_(radius), iterations_(iterations), kernel_(kernel) {
        detail::require(radius > 0 && std::isfinite(radius), "centred_clipping_aggregator", "radius", radius,
                        "must be a positive number");
        detail::require(iterations >= 1, "centred_clipping_aggregator", "iterations", iterations, "must be at least 1");
    }

    /// "centred-clipping:radius=10,iterations=1".
    [[nodiscard]] std::string name() const {
        return code_name("centred-clipping").with("radius", radius_).with("iterations", iterations_).str();
    }
    /// 1.
    [[nodiscard]] std::size_t least_rows() const noexcept { return 1; }

    /// Aggregates.
    /// \param rows       n of d floats
    /// \param out        d floats that overlap none of them: the last result, then the new one
    /// \param workspace  of this thread
    /// \throws parameter_error  no row, or one of another size
    void operator()(std::span<const gradient_row> rows, std::span<float> out, aggregation_workspace& workspace) const {
        detail::require_rows("centred_clipping_aggregator", rows, out, least_rows());
        const auto n = static_cast<double>(rows.size());
        for (std::size_t iteration = 0; iteration < iterations_; ++iteration) {
            workspace.weights.clear();
            double sum = 0;
            for (gradient_row row : rows) {
                const double distance = std::sqrt(detail::squared_distance(row, out, kernel_));
                const double weight = distance <= radius_ ? 1.0 : radius_ / distance; // 0 if it is infinite
                workspace.weights.push_back(static_cast<float>(weight));
                sum += static_cast<double>(workspace.weights.back());
            }
            kernel_.weighted_mean(detail::pointers_to(rows, workspace), workspace.weights.data(), rows.size(), out.size(), n,
                                  n - sum, out.data());
        }
    }

private:
    double radius_;
    std::size_t iterations_;
    aggregation_kernel kernel_;
};

} // namespace election
