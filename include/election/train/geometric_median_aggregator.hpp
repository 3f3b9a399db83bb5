// SPDX-License-Identifier: MIT
// geometric_median_aggregator: the point with the smallest sum of distances from what workers sent.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string>

#include <election/codes/code_name.hpp>
#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/train/aggregation_kernel.hpp>
#include <election/train/aggregator.hpp>

namespace election {

/// When the geometric median is near enough.
struct geometric_median_options {
    double smoothing = 1e-6;     ///< ν, above 0: distances below it count as it; in units of gradients
    std::size_t iterations = 32; ///< at most so many
    double tolerance = 1e-6;     ///< stop when the point moves by no more than this part of the middle one of the distances
};

/// The geometric median of the rows, by the smoothed Weiszfeld iteration z ← Σ wᵢ·xᵢ / Σ wᵢ, wᵢ = 1 / max(ν, ‖xᵢ − z‖):
/// Pillutla, Kakade, Harchaoui, *Robust aggregation for federated learning*, IEEE Trans. Signal Processing 2022, algorithm
/// 2. It starts from the coordinate-wise median, so that liars who are far away cost no iterations, and ends when it hardly
/// moves: the sum of distances, by which that paper ends, hardly changes either where a liar is very far away. Rows with a
/// NaN or an infinity are left out.
///
/// Differences are rounded to float, and weights too.
/// \par Complexity
/// O(n·d) an iteration, two passes over memory; and a median
///
/// \code
/// const std::vector<float> sent{0, 0, 0, 0, 4, 0, 0, 1e30f}; // four points in the plane; two are the same
/// std::vector<float> out(2);
/// election::aggregation_workspace workspace;
/// election::geometric_median_aggregator()(election::gradient_rows(sent, 4), out, workspace);
/// assert(out[0] < 1e-5f && out[1] < 1e-5f);
/// \endcode
/// \tparam Arch  instruction set; by default the best that this translation unit's compiler flags allow
template <class Arch = default_arch>
class geometric_median_aggregator {
public:
    /// \param options  when it is near enough
    /// \param kernel   the inner loops; given where an architecture is chosen at run time
    /// \throws parameter_error  a smoothing that is not a positive number, a negative tolerance
    explicit geometric_median_aggregator(geometric_median_options options = {},
                                         const aggregation_kernel& kernel = aggregation_kernel_for<Arch>())
        : options_(options), kernel_(kernel) {
        detail::require(options_.smoothing > 0 && std::isfinite(options_.smoothing), "geometric_median_aggregator",
                        "smoothing", options_.smoothing, "must be a positive number");
        detail::require(options_.tolerance >= 0, "geometric_median_aggregator", "tolerance", options_.tolerance,
                        "must be at least 0");
    }

    /// "geometric-median:smoothing=1e-06,iterations=32".
    [[nodiscard]] std::string name() const {
        return code_name("geometric-median")
            .with("smoothing", options_.smoothing)
            .with("iterations", options_.iterations)
            .str();
    }
    /// 1.
    [[nodiscard]] std::size_t least_rows() const noexcept { return 1; }

    /// Aggregates.
    /// \param rows       n of d floats
    /// \param out        d floats that overlap none of them; NaNs where no row is without a NaN or an infinity
    /// \param workspace  of this thread
    /// \throws parameter_error  no row, or one of another size
    void operator()(std::span<const gradient_row> rows, std::span<float> out, aggregation_workspace& workspace) const {
        detail::require_rows("geometric_median_aggregator", rows, out, least_rows());
        const auto finite = detail::finite_rows(rows, workspace, kernel_);
        if (finite.empty()) {
            std::ranges::fill(out, std::numeric_limits<float>::quiet_NaN());
            return;
        }
        detail::mean_of_middle(finite, (finite.size() - 1) / 2, finite.size() / 2 + 1, out, workspace, kernel_);
        for (std::size_t iteration = 0; iteration < options_.iterations; ++iteration) {
            const double middle = take_distances(finite, out, workspace);
            workspace.centre.assign(out.begin(), out.end());
            take_weighted_mean(finite, out, workspace);
            const double moved = std::sqrt(detail::squared_distance(workspace.centre, out, kernel_));
            if (moved <= options_.tolerance * middle) break;
        }
    }

private:
    /// The distance of each row, at least ν; returns the middle one, which no liars can make large.
    double take_distances(std::span<const gradient_row> rows, gradient_row centre, aggregation_workspace& workspace) const {
        workspace.numbers.clear();
        for (gradient_row row : rows) {
            const double distance = std::sqrt(detail::squared_distance(row, centre, kernel_));
            workspace.numbers.push_back(std::max(options_.smoothing, distance));
        }
        workspace.ordered = workspace.numbers;
        const auto middle = workspace.ordered.begin() + static_cast<std::ptrdiff_t>((rows.size() - 1) / 2);
        std::ranges::nth_element(workspace.ordered, middle);
        return *middle;
    }

    void take_weighted_mean(std::span<const gradient_row> rows, std::span<float> out,
                            aggregation_workspace& workspace) const {
        // Only ratios of weights matter: the nearest row has 1, and none overflows.
        const double nearest = *std::ranges::min_element(workspace.numbers);
        if (!std::isfinite(nearest)) return;
        workspace.weights.clear();
        double sum = 0;
        for (double distance : workspace.numbers) {
            workspace.weights.push_back(static_cast<float>(nearest / distance));
            sum += static_cast<double>(workspace.weights.back());
        }
        kernel_.weighted_mean(detail::pointers_to(rows, workspace), workspace.weights.data(), rows.size(), out.size(), sum,
                              0, out.data());
    }

    geometric_median_options options_;
    aggregation_kernel kernel_;
};

} // namespace election
