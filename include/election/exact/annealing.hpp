// SPDX-License-Identifier: MIT
// anneal(): a good choice for a cover problem, found by simulated annealing; it proves nothing.
#pragma once

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <stop_token>
#include <utility>
#include <vector>

#include <election/exact/cover_problem.hpp>

namespace election {

/// How long to anneal.
struct annealing_options {
    std::uint64_t seed = 1;   ///< of all that is random
    std::size_t restarts = 4; ///< from a random choice; the walks become longer, up to 11 times
    std::size_t moves = 4000; ///< of the first walk, and as many for every 64 columns more
    std::int64_t target = std::numeric_limits<std::int64_t>::min(); ///< ends as soon as a loss is at most this
    double seconds = 1e9;                                           ///< ends after this time, whatever is left
    std::stop_token stop = {};                                      ///< ends when asked
};

namespace detail {

/// Numbers that only have to look random: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
class small_random {
public:
    explicit small_random(std::uint64_t seed) noexcept : state_(seed) {}
    std::uint64_t operator()() noexcept {
        std::uint64_t z = state_ += 0x9E3779B97F4A7C15U;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
        return z ^ (z >> 31);
    }
    /// 0 … bound − 1.
    std::size_t below(std::size_t bound) noexcept {
        return static_cast<std::size_t>(((*this)() >> 32) * static_cast<std::uint64_t>(bound) >> 32);
    }

private:
    std::uint64_t state_;
};

/// Walks through choices of one problem by exchanging a loser for another column.
class annealer {
public:
    annealer(const cover_problem& problem, const annealing_options& options)
        : problem_(problem), options_(options), random_(options.seed), start_(std::chrono::steady_clock::now()),
          words_((problem.rows.size() + 63) / 64), holds_(problem.columns * words_), steps_(problem.rows.size() * places),
          missing_(problem.rows.size()), now_(problem.rows.size()) {
        for (std::size_t i = 0; i < problem.rows.size(); ++i) {
            for (std::uint32_t j : problem.rows[i].columns) holds_[j * words_ + i / 64] |= std::uint64_t{1} << (i % 64);
            for (std::size_t place = 0; place < places; ++place) {
                const auto missing = static_cast<std::int64_t>(place) - 1;
                row_step& step = steps_[i * places + place];
                step.loss = loss_of_missing(i, missing);
                step.fewer = energy(i, missing + 1) - energy(i, missing);
                step.more = energy(i, missing - 1) - energy(i, missing);
            }
        }
        best_.loss = std::numeric_limits<std::int64_t>::max();
    }

    [[nodiscard]] cover_answer run() {
        order_.resize(problem_.columns);
        std::iota(order_.begin(), order_.end(), std::uint32_t{0});
        for (std::size_t restart = 0; restart < std::max<std::size_t>(1, options_.restarts); ++restart) {
            if (restart != 0 && ended()) break; // there is always a choice
            begin();
            if (problem_.budget == 0 || problem_.budget == problem_.columns) break;
            walk(options_.moves * (1 + std::min<std::size_t>(restart, 40) / 4) * (1 + problem_.columns / 64));
        }
        std::sort(best_.losers.begin(), best_.losers.end());
        best_.loss_lower = 0;
        return std::move(best_);
    }

private:
    static constexpr std::int64_t loss_scale = 64;
    static constexpr std::int64_t near_scale = 8;
    static constexpr std::int64_t near = 3; ///< hits
    /// How many hits a row is from its need, from -1 (or less) to near + 1 (or more): nothing changes beyond.
    static constexpr std::size_t places = near + 3;

    /// What one hit fewer, or one more, does to a row's energy, and the loss as it is.
    struct row_step {
        std::int32_t fewer = 0;
        std::int32_t more = 0;
        std::int64_t loss = 0;
    };

    [[nodiscard]] std::int64_t loss_of_missing(std::size_t row, std::int64_t missing) const noexcept {
        if (missing <= 0) return 0;
        return (problem_.rows[row].may_tie && missing == 1 ? 1 : 2) * std::int64_t{problem_.rows[row].weight};
    }
    /// Rows that are nearly lost are worth something: without it all moves far from a threshold look alike.
    [[nodiscard]] std::int32_t energy(std::size_t row, std::int64_t missing) const noexcept {
        const std::int64_t nearness = std::clamp<std::int64_t>(missing, 0, near);
        // Weights that are too large are all alike to a temperature.
        return static_cast<std::int32_t>(std::min<std::int64_t>(loss_scale * loss_of_missing(row, missing) +
                                                                    near_scale * nearness * problem_.rows[row].weight,
                                                                std::int64_t{1} << 30));
    }

    [[nodiscard]] double elapsed() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }
    [[nodiscard]] bool ended() const {
        return best_.loss <= options_.target || options_.stop.stop_requested() || elapsed() > options_.seconds;
    }

    [[nodiscard]] const std::uint64_t* rows_of(std::uint32_t column) const noexcept {
        return holds_.data() + column * words_;
    }

    /// Calls visit(row) for all rows that one column holds, and another does not if there is one.
    template <class Visit>
    void for_each_row(const std::uint64_t* rows, const std::uint64_t* without, Visit&& visit) const {
        for (std::size_t w = 0; w < words_; ++w) {
            for (std::uint64_t rest = rows[w] & ~without[w]; rest != 0; rest &= rest - 1) {
                visit(w * 64 + static_cast<std::size_t>(std::countr_zero(rest)));
            }
        }
    }

    void set_missing(std::size_t row, std::int64_t missing) noexcept {
        missing_[row] = missing;
        now_[row] = steps_[row * places + static_cast<std::size_t>(std::clamp<std::int64_t>(missing, -1, near + 1) + 1)];
    }
    void change(std::size_t row, std::int64_t missing) noexcept {
        loss_ -= now_[row].loss;
        set_missing(row, missing);
        loss_ += now_[row].loss;
    }

    void begin() {
        for (std::size_t i = order_.size(); i > 1; --i) std::swap(order_[i - 1], order_[random_.below(i)]);
        for (std::size_t i = 0; i < problem_.rows.size(); ++i) missing_[i] = problem_.rows[i].need;
        const std::vector<std::uint64_t> nothing(words_, 0);
        for (std::size_t a = 0; a < problem_.budget; ++a) {
            for_each_row(rows_of(order_[a]), nothing.data(), [&](std::size_t i) { --missing_[i]; });
        }
        loss_ = 0;
        for (std::size_t i = 0; i < missing_.size(); ++i) {
            set_missing(i, missing_[i]);
            loss_ += now_[i].loss;
        }
        note();
    }

    void note() {
        ++best_.nodes;
        if (loss_ >= best_.loss) return;
        best_.loss = loss_;
        best_.losers.assign(order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(problem_.budget));
    }

    void walk(std::size_t moves) {
        constexpr double hottest = 0.6 * loss_scale;
        constexpr double coldest = 0.16 * loss_scale;
        const double begun = elapsed();
        float temperature = 0;
        for (std::size_t move = 0; move < moves; ++move) {
            constexpr std::size_t between_looks = 64;
            if (move % between_looks == 0) {
                if (ended()) return;
                // It cools down in the time that there is, if that is too short for all moves.
                const double part = std::max(static_cast<double>(move) / static_cast<double>(moves),
                                             (elapsed() - begun) / (options_.seconds - begun));
                temperature = static_cast<float>(hottest * std::pow(coldest / hottest, part));
            }
            const random_move drawn = draw(random_());
            std::uint32_t& out = order_[drawn.loser];
            std::uint32_t& in = order_[problem_.budget + drawn.winner];
            std::int64_t change_of_energy = 0;
            for_each_row(rows_of(out), rows_of(in), [&](std::size_t i) { change_of_energy += now_[i].fewer; });
            for_each_row(rows_of(in), rows_of(out), [&](std::size_t i) { change_of_energy += now_[i].more; });
            if (static_cast<float>(change_of_energy) > drawn.patience * temperature) continue;
            for_each_row(rows_of(out), rows_of(in), [&](std::size_t i) { change(i, missing_[i] + 1); });
            for_each_row(rows_of(in), rows_of(out), [&](std::size_t i) { change(i, missing_[i] - 1); });
            std::swap(out, in);
            note();
        }
    }

    /// Two columns, and an exponential random number that says how much worse, in temperatures, the choice may become.
    struct random_move {
        std::size_t loser;
        std::size_t winner;
        float patience;
    };
    [[nodiscard]] random_move draw(std::uint64_t random) const noexcept {
        constexpr int bits = 21; // for either column; what is left is for the third number
        constexpr std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
        random_move drawn{};
        drawn.loser = static_cast<std::size_t>((random & mask) * problem_.budget >> bits);
        drawn.winner = static_cast<std::size_t>((random >> bits & mask) * (problem_.columns - problem_.budget) >> bits);
        // -log2 of a uniform number: the exponent, and the mantissa in place of its logarithm, which is off by .09 at most.
        const auto uniform = static_cast<float>((random >> (2 * bits)) + 1) * 0x1p-22F;
        const auto pattern = std::bit_cast<std::uint32_t>(uniform);
        constexpr std::uint32_t pattern_of_one = 0x3F800000;
        constexpr float log_of_two = 0.6931472F;
        drawn.patience = static_cast<float>(pattern_of_one - pattern) * (log_of_two * 0x1p-23F);
        return drawn;
    }

    const cover_problem& problem_;
    const annealing_options& options_;
    small_random random_;
    std::chrono::steady_clock::time_point start_;
    std::size_t words_;                 ///< of a column's rows
    std::vector<std::uint64_t> holds_;  ///< [column][word], a bit a row
    std::vector<row_step> steps_;       ///< [row][place]
    std::vector<std::int64_t> missing_; ///< [row], hits
    std::vector<row_step> now_;         ///< [row], of steps_
    std::vector<std::uint32_t> order_;  ///< the losers first
    std::int64_t loss_ = 0;
    cover_answer best_;
};

} // namespace detail

/// Looks for a choice of small loss by simulated annealing over exchanges of two columns.
/// \param problem  any
/// \param options  how long; the same seed and no time limit give the same choice
/// \returns the best choice seen; loss_lower is 0, which always holds
/// \throws parameter_error  a problem that breaks an invariant
/// \par Complexity
/// O(restarts²·moves·(columns / 64)·(rows / 64 + ones / columns))
/// \par Reference
/// Kirkpatrick, Gelatt, Vecchi, *Optimization by simulated annealing*, Science 1983
///
/// \code
/// const election::cover_problem uncoded{3, 1, {{{0}, 1}, {{1}, 1}, {{2}, 1}}, -3};
/// assert(election::anneal(uncoded).loss == 4);
/// \endcode
[[nodiscard]] inline cover_answer anneal(const cover_problem& problem, const annealing_options& options = {}) {
    detail::require_valid(problem, "anneal");
    return detail::annealer(problem, options).run();
}

} // namespace election
