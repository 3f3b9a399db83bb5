// SPDX-License-Identifier: MIT
// step_schedule: how long a step is, by its number.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include <election/core/error.hpp>

namespace election {

/// The length γ of each step, in units of the parameters: constant between given steps, or falling.
///
/// \code
/// const election::step_schedule gamma = election::step_schedule::piecewise({{0, 0.001}, {117, 0.0001}});
/// assert(gamma(0) == 0.001 && gamma(116) == 0.001 && gamma(117) == 0.0001);
/// assert(election::step_schedule(0.5)(1000) == 0.5);
/// \endcode
class step_schedule {
public:
    /// The same for all steps.
    /// \throws parameter_error  not a positive number
    step_schedule(double length) : step_schedule(piecewise({{0, length}})) {}

    /// Constant from each given step on.
    /// \param pieces  first step and length; the first begins at step 0, and first steps increase
    /// \throws parameter_error  otherwise, or a length that is not a positive number
    [[nodiscard]] static step_schedule piecewise(std::vector<std::pair<std::uint64_t, double>> pieces) {
        detail::require(!pieces.empty() && pieces.front().first == 0, "step_schedule", "first step",
                        pieces.empty() ? 1 : pieces.front().first, "must be 0");
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            require_length(pieces[i].second);
            detail::require(i == 0 || pieces[i - 1].first < pieces[i].first, "step_schedule", "first step", pieces[i].first,
                            "must be after the one before it");
        }
        return step_schedule(std::move(pieces), shape::constant, 0, 0);
    }

    /// From `length` to `last` along half a cosine, over `steps` steps; `last` afterwards. (Loshchilov, Hutter, *SGDR*, ICLR 2017,
    /// without restarts.)
    /// \throws parameter_error  a length that is not a positive number, no step
    [[nodiscard]] static step_schedule cosine(double length, double last, std::uint64_t steps) {
        require_length(length);
        require_length(last);
        detail::require(steps >= 1, "step_schedule", "steps", steps, "must be at least 1");
        return step_schedule({{0, length}}, shape::cosine, last, steps);
    }

    /// length / √(1 + t / period) in step t: for which signSGD's convergence is proved (Bernstein et al., ICML 2018, theorem 1, has a
    /// constant step of 1/√T).
    /// \throws parameter_error  a length that is not a positive number, no period
    [[nodiscard]] static step_schedule square_root(double length, std::uint64_t period) {
        require_length(length);
        detail::require(period >= 1, "step_schedule", "period", period, "must be at least 1");
        return step_schedule({{0, length}}, shape::square_root, 0, period);
    }

    /// The length of step t, counted from 0. O(log pieces).
    [[nodiscard]] double operator()(std::uint64_t step) const noexcept {
        const auto after = std::upper_bound(pieces_.begin(), pieces_.end(), step,
                                            [](std::uint64_t at, const auto& piece) { return at < piece.first; });
        const double length = std::prev(after)->second;
        constexpr double pi = 3.14159265358979323846;
        const double part = static_cast<double>(step) / static_cast<double>(std::max<std::uint64_t>(period_, 1));
        if (shape_ == shape::cosine)
            return step >= period_ ? last_ : last_ + (length - last_) * (1 + std::cos(pi * part)) / 2;
        if (shape_ == shape::square_root) return length / std::sqrt(1 + part);
        return length;
    }

private:
    enum class shape : std::uint8_t { constant, cosine, square_root };

    step_schedule(std::vector<std::pair<std::uint64_t, double>> pieces, shape kind, double last, std::uint64_t period)
        : pieces_(std::move(pieces)), shape_(kind), last_(last), period_(period) {}

    static void require_length(double length) {
        detail::require(length > 0 && std::isfinite(length), "step_schedule", "length", length, "must be a positive number");
    }

    std::vector<std::pair<std::uint64_t, double>> pieces_;
    shape shape_;
    double last_;
    std::uint64_t period_;
};

} // namespace election
