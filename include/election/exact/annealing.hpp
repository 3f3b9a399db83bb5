// SPDX-License-Identifier: MIT
// anneal(): a good choice for a cover problem, found by simulated annealing; it proves nothing.
#pragma once

#include <algorithm>
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
    std::uint64_t seed = 1;                                         ///< of all that is random
    std::size_t restarts = 4;                                       ///< from a random choice, each longer than the last
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
    /// 0 ≤ x < 1.
    double unit() noexcept { return static_cast<double>((*this)() >> 11) * 0x1p-53; }

private:
    std::uint64_t state_;
};

/// Walks through choices of one problem by exchanging a loser for another column.
class annealer {
public:
    annealer(const cover_problem& problem, const annealing_options& options)
        : problem_(problem), options_(options), random_(options.seed), start_(std::chrono::steady_clock::now()) {
        const std::size_t k = problem.columns;
        std::size_t widest = 1;
        for (const cover_row& row : problem.rows) widest = std::max(widest, row.columns.size());
        width_ = widest + 1;
        rows_of_.resize(k);
        holds_.assign(k * problem.rows.size(), 0);
        energy_.resize(problem.rows.size() * width_);
        for (std::size_t i = 0; i < problem.rows.size(); ++i) {
            const cover_row& row = problem.rows[i];
            for (std::uint32_t j : row.columns) {
                rows_of_[j].push_back(static_cast<std::uint32_t>(i));
                holds_[j * problem.rows.size() + i] = 1;
            }
            for (std::size_t hits = 0; hits < width_; ++hits) {
                // Rows that are nearly lost are worth something: without it all moves far from a threshold look alike.
                const std::int64_t missing = static_cast<std::int64_t>(row.need) - static_cast<std::int64_t>(hits);
                const std::int64_t nearness = std::clamp<std::int64_t>(missing, 0, 3);
                // Weights that are too large for the table are all alike to a temperature.
                energy_[i * width_ + hits] = static_cast<std::int32_t>(std::min<std::int64_t>(
                    loss_scale * loss_of(row, hits) + near_scale * nearness * row.weight, std::int64_t{1} << 30));
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
            walk(first_moves * (1 + std::min<std::size_t>(restart, 40) / 4) * (1 + problem_.columns / 64));
        }
        std::sort(best_.losers.begin(), best_.losers.end());
        best_.loss_lower = 0;
        return std::move(best_);
    }

private:
    static constexpr std::int64_t loss_scale = 64;
    static constexpr std::int64_t near_scale = 8;
    static constexpr std::size_t first_moves = 4000;

    [[nodiscard]] double elapsed() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }
    [[nodiscard]] bool ended() const {
        return best_.loss <= options_.target || options_.stop.stop_requested() || elapsed() > options_.seconds;
    }

    void begin() {
        for (std::size_t i = order_.size(); i > 1; --i) std::swap(order_[i - 1], order_[random_.below(i)]);
        hits_.assign(problem_.rows.size(), 0);
        for (std::size_t a = 0; a < problem_.budget; ++a) {
            for (std::uint32_t i : rows_of_[order_[a]]) ++hits_[i];
        }
        loss_ = 0;
        for (std::size_t i = 0; i < hits_.size(); ++i) loss_ += loss_of(problem_.rows[i], hits_[i]);
        note();
    }

    void note() {
        ++best_.nodes;
        if (loss_ >= best_.loss) return;
        best_.loss = loss_;
        best_.losers.assign(order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(problem_.budget));
    }

    void walk(std::size_t moves) {
        constexpr double hottest = 1.2 * loss_scale;
        constexpr double coldest = 0.12 * loss_scale;
        const std::size_t n = problem_.rows.size();
        const double begun = elapsed();
        double temperature = hottest;
        for (std::size_t move = 0; move < moves; ++move) {
            constexpr std::size_t between_looks = 64;
            if (move % between_looks == 0) {
                if (ended()) return;
                // It cools down in the time that there is, if that is too short for all moves.
                const double part = std::max(static_cast<double>(move) / static_cast<double>(moves),
                                             (elapsed() - begun) / (options_.seconds - begun));
                temperature = hottest * std::pow(coldest / hottest, part);
            }
            const std::size_t a = random_.below(problem_.budget);
            const std::size_t b = problem_.budget + random_.below(problem_.columns - problem_.budget);
            const std::uint32_t out = order_[a];
            const std::uint32_t in = order_[b];
            const char* out_holds = holds_.data() + out * n;
            const char* in_holds = holds_.data() + in * n;
            std::int64_t change = 0;
            for (std::uint32_t i : rows_of_[out]) {
                const std::int32_t* energy = energy_.data() + i * width_ + hits_[i];
                if (in_holds[i] == 0) change += energy[-1] - energy[0];
            }
            for (std::uint32_t i : rows_of_[in]) {
                const std::int32_t* energy = energy_.data() + i * width_ + hits_[i];
                if (out_holds[i] == 0) change += energy[1] - energy[0];
            }
            if (change > 0 && random_.unit() >= std::exp(-static_cast<double>(change) / temperature)) continue;
            for (std::uint32_t i : rows_of_[out]) {
                loss_ -= loss_of(problem_.rows[i], hits_[i]);
                --hits_[i];
                loss_ += loss_of(problem_.rows[i], hits_[i]);
            }
            for (std::uint32_t i : rows_of_[in]) {
                loss_ -= loss_of(problem_.rows[i], hits_[i]);
                ++hits_[i];
                loss_ += loss_of(problem_.rows[i], hits_[i]);
            }
            std::swap(order_[a], order_[b]);
            note();
        }
    }

    const cover_problem& problem_;
    const annealing_options& options_;
    small_random random_;
    std::chrono::steady_clock::time_point start_;
    std::size_t width_ = 0;
    std::vector<std::vector<std::uint32_t>> rows_of_;
    std::vector<char> holds_;          ///< [column][row]
    std::vector<std::int32_t> energy_; ///< [row][hits]
    std::vector<std::uint32_t> order_; ///< the losers first
    std::vector<std::uint32_t> hits_;  ///< [row]
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
/// O(restarts²·ones / columns) with a factor of thousands
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
