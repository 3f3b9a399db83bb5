// SPDX-License-Identifier: MIT
// circle_tables: the least loss of a problem whose rows are short or regular on a circle of its columns.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

#include <election/exact/circle_order.hpp>
#include <election/exact/circulant.hpp>
#include <election/exact/cover_problem.hpp>
#include <election/exact/frontier.hpp>
#include <election/exact/window_blocks.hpp>
#include <election/exact/window_guesses.hpp>
#include <election/exact/window_tables.hpp>

namespace election {

/// What a certificate says of tables over a circle of columns.
struct circle_proof {
    bool is_windows = false; ///< whether the line is "windows", not "circulant"
    std::size_t step =
        1; ///< "circulant": the rows are closed under rotation by so many columns; "windows": a block has so many
    std::size_t span = 1;             ///< "circulant": columns of a state
    std::vector<std::uint32_t> order; ///< all columns in the order of the circle
};

/// When circle_tables give up.
struct circle_options {
    unsigned threads = 1;                                     ///< at least 1
    double seconds = std::numeric_limits<double>::infinity(); ///< more than 0
    std::stop_token stop = {};                                ///< give up when asked
};

/// The two kinds of tables over a circle, rotations (solve_circulant()) and windows of whole blocks (solve_windows()), whichever the
/// problem allows and is sooner done, with its columns as they are or, where nothing is seen, in circle_order().
///
/// \code
/// // Windows of two of five columns, and two losers: side by side they make one row wrong.
/// const election::cover_problem ring{5, 2, {{{0, 1}, 2}, {{1, 2}, 2}, {{2, 3}, 2}, {{3, 4}, 2}, {{0, 4}, 2}}, -5};
/// election::circle_tables tables(ring);
/// assert(tables.any() && !tables.mixed_up() && tables.solve({}, {})->loss == 8);
/// \endcode
class circle_tables {
public:
    /// Looks whether the problem is of either kind. O(columns²·rows / 64) where the columns may be mixed up.
    /// \param problem  valid; must outlive this
    explicit circle_tables(const cover_problem& problem) : problem_(&problem) {
        look_at(problem);
        if (any()) return;
        auto order = circle_order(problem);
        if (!order) return;
        mixed_ = in_order(problem, *order);
        look_at(*mixed_);
        if (any()) {
            circle_ = std::move(*order);
        } else {
            mixed_.reset();
        }
    }

    explicit circle_tables(cover_problem&&) = delete;

    /// Whether there are tables for the problem.
    [[nodiscard]] bool any() const noexcept { return rotations_ || windows_; }
    /// Whether it is only seen with the columns in another order.
    [[nodiscard]] bool mixed_up() const noexcept { return !circle_.empty(); }
    /// Seconds that tables of rotations are expected to take; infinity where there are none.
    [[nodiscard]] double rotation_seconds() const noexcept {
        constexpr double per_second = 5e9; // measured
        return rotations_ ? rotations_->work / per_second : std::numeric_limits<double>::infinity();
    }
    /// The windows, if they are the kind that is sooner done, or may be: how long they take is known after estimate().
    [[nodiscard]] const std::optional<window_blocks>& windows() const noexcept { return windows_; }

    /// How long the tables are expected to take, and drops the kind that takes longer. May itself take a tenth of that, up to some 20 ms.
    /// \param loss  of a choice that is known
    /// \returns seconds; infinity where there are no tables
    double estimate(std::int64_t loss) {
        double seconds = rotation_seconds();
        if (!windows_) return seconds;
        // To see how long windows would take may itself take a tenth of the time that rotations do.
        constexpr double per_look = 5e-9;
        constexpr double share = 0.1;
        constexpr double next_to_nothing = 4096; // looks
        const double looks = std::clamp(share * seconds / per_look, next_to_nothing, static_cast<double>(window_most_looks));
        constexpr double per_state = 2e-9; // measured; bounds make up for the many that are not seen
        const double of_windows = per_state * window_states(on_circle(), *windows_, loss, static_cast<std::size_t>(looks));
        if (of_windows < seconds) {
            rotations_.reset();
            return of_windows;
        }
        if (rotations_) windows_.reset();
        return seconds;
    }

    /// Fills the tables, those of rotations where both kinds are left.
    /// \param losers   of a good choice, in any order; empty: none is known
    /// \param options  when to give up
    /// \returns a best choice, proved; nothing if it gave up, or there are no tables
    /// \throws parameter_error  a time limit that is not positive
    [[nodiscard]] std::optional<cover_answer> solve(std::vector<std::uint32_t> losers, const circle_options& options) const {
        std::optional<std::chrono::duration<double>> limit;
        constexpr double forever = 1e9;
        if (options.seconds < forever) limit = std::chrono::duration<double>(options.seconds);
        if (rotations_) {
            frontier_options how;
            how.stop = options.stop;
            how.time_limit = limit;
            if (auto answer = solve_circulant(on_circle(), *rotations_, how)) return off_circle(std::move(*answer));
        } else if (windows_) {
            window_options how;
            how.threads = options.threads;
            how.stop = options.stop;
            how.time_limit = limit;
            for (std::uint32_t& loser : losers) loser = place_of(loser);
            how.losers = std::move(losers);
            if (auto answer = solve_windows(on_circle(), *windows_, how)) return off_circle(std::move(*answer));
        }
        return std::nullopt;
    }

    /// What a certificate says of what solve() does.
    /// \throws parameter_error  there are no tables
    [[nodiscard]] circle_proof proof() const {
        detail::require(any(), "circle_tables", "proof", "none", "is of tables, and there are none for this problem");
        circle_proof proof;
        proof.is_windows = !rotations_;
        proof.step = rotations_ ? rotations_->step : windows_->width;
        proof.span = rotations_ ? rotations_->span : 0;
        proof.order = circle_;
        if (proof.order.empty()) {
            proof.order.resize(problem_->columns);
            std::iota(proof.order.begin(), proof.order.end(), 0U);
        }
        return proof;
    }

private:
    void look_at(const cover_problem& problem) {
        rotations_ = find_rotations(problem);
        windows_ = find_windows(problem);
    }
    [[nodiscard]] const cover_problem& on_circle() const noexcept { return mixed_ ? *mixed_ : *problem_; }
    [[nodiscard]] std::uint32_t place_of(std::uint32_t column) const {
        return mixed_ ? static_cast<std::uint32_t>(std::ranges::find(circle_, column) - circle_.begin()) : column;
    }
    [[nodiscard]] cover_answer off_circle(cover_answer answer) const {
        if (!mixed_) return answer;
        for (std::uint32_t& loser : answer.losers) loser = circle_[loser];
        std::ranges::sort(answer.losers);
        return answer;
    }

    const cover_problem* problem_;
    std::optional<circulant_rotations> rotations_;
    std::optional<window_blocks> windows_;
    std::vector<std::uint32_t> circle_;  ///< the columns in the order of their circle; empty: as they are
    std::optional<cover_problem> mixed_; ///< the problem in that order, if it is another one
};

} // namespace election
