// SPDX-License-Identifier: MIT
// tabu_search(): a good choice for a cover problem, found by exchanging columns; it proves nothing.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <stop_token>
#include <utility>
#include <vector>

#include <election/bits/aligned.hpp>
#include <election/exact/cover_kernel.hpp>
#include <election/exact/cover_problem.hpp>
#include <election/exact/tabu_kernel.hpp>

namespace election {

/// How long to look.
struct tabu_options {
    std::uint64_t seed = 1;       ///< of all that is random
    std::size_t walks = 4;        ///< from random choices; they become longer, up to 11 times
    std::size_t exchanges = 1000; ///< of the first walk, and as many for every 64 columns more
    std::int64_t target = std::numeric_limits<std::int64_t>::min(); ///< ends as soon as a loss is at most this
    double seconds = 1e9;                                           ///< ends after this time, whatever is left,
    std::size_t least = 0;                                          ///< but not before so many exchanges
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

/// Lanes for so many rows or columns.
[[nodiscard]] inline std::size_t tabu_lanes_for(std::size_t count) noexcept {
    return std::max<std::size_t>(1, (count + tabu_lanes - 1) / tabu_lanes) * tabu_lanes;
}

/// Whether a problem's numbers fit 16 bits, and its tables the processor's nearer memory.
[[nodiscard]] inline bool fits_tabu_lanes(const cover_problem& problem) noexcept {
    constexpr std::size_t most_lanes = 1 << 16;
    constexpr std::uint32_t heaviest = 8192;
    constexpr std::uint32_t most_needed = 16383;
    if (tabu_lanes_for(problem.rows.size()) > most_lanes / tabu_lanes_for(problem.columns)) return false;
    return std::ranges::all_of(problem.rows,
                               [](const cover_row& row) { return row.weight <= heaviest && row.need <= most_needed; });
}

/// What guides a walk, in whole numbers that add up within 16 bits if the problem fits those at all, else within 31.
///
/// Next to its loss a row counts a quarter of an abstention for each of the last two hits that it misses, and half of that for the one
/// before: without it all exchanges far from a threshold look alike.
struct tabu_energy {
    std::vector<std::array<std::int32_t, 3>> steps; ///< [row][missing hits]: what one hit fewer costs
    std::vector<std::int16_t> noise;                ///< [tabu_lanes * noise_windows + column], random
    std::int16_t noise_mask = 0;                    ///< what is taken of it: columns that differ by so little change places
    std::size_t stay = 0;                           ///< exchanges before a new loser may leave

    tabu_energy(const cover_problem& problem, small_random& random) : steps(problem.rows.size()) {
        std::vector<double> sums(problem.columns, 0);
        std::vector<double> degrees(problem.columns, 0);
        double lightest = problem.rows.empty() ? 1 : std::numeric_limits<double>::max();
        constexpr double near = 0.25;
        for (const cover_row& row : problem.rows) {
            lightest = std::min<double>(lightest, row.weight);
            for (std::uint32_t j : row.columns) {
                sums[j] += (2 + near) * row.weight;
                ++degrees[j];
            }
        }
        lightest = std::max(1.0, lightest);
        double unit = tabu_loss / lightest;
        const double largest = fits_tabu_lanes(problem) ? largest_tabu_sum : std::int64_t{1} << 30;
        for (std::size_t j = 0; j < problem.columns; ++j) {
            if (sums[j] > 0) unit = std::min(unit, (largest - degrees[j] / 2) / sums[j]); // steps may be rounded up
        }
        for (std::size_t i = 0; i < steps.size(); ++i) {
            const cover_row& row = problem.rows[i];
            if (row.columns.empty()) continue;
            const double weight = unit * row.weight;
            const auto whole = [](double step) { return static_cast<std::int32_t>(std::lround(step)); };
            steps[i] = {whole(weight * ((row.may_tie ? 1 : 2) + near)), whole(weight * ((row.may_tie ? 1 : 0) + near)),
                        whole(weight * near / 2)};
        }
        const auto alike = static_cast<std::uint32_t>(unit * lightest / 2);
        noise_mask = static_cast<std::int16_t>(std::bit_floor(std::max(1U, alike)) - 1);
        noise.resize(tabu_lanes * noise_windows + tabu_lanes_for(problem.columns));
        for (std::int16_t& number : noise) number = static_cast<std::int16_t>(random.below(most_tabu_noise + 1));
        stay = std::min(longest_stay, problem.budget > 0 ? problem.budget - 1 : 0);
    }

    /// What one hit fewer costs.
    [[nodiscard]] std::int32_t step(std::size_t row, std::int64_t missing) const noexcept {
        return missing < 0 || missing > 2 ? 0 : steps[row][static_cast<std::size_t>(missing)];
    }
};

/// A walk, plainly: the reference of the kernels', and what takes problems of any size.
class plain_tabu_walk {
public:
    plain_tabu_walk(const cover_problem& problem, const tabu_energy& energy)
        : problem_(problem), energy_(energy), rows_of_(problem.columns), missing_(problem.rows.size()),
          leaving_(problem.columns), entering_(problem.columns), loses_(problem.columns) {
        for (std::size_t i = 0; i < problem.rows.size(); ++i) {
            for (std::uint32_t j : problem.rows[i].columns) rows_of_[j].push_back(static_cast<std::uint32_t>(i));
        }
    }

    /// \param losers  as many as the budget
    void begin(std::span<const std::uint32_t> losers) {
        exchanges_ = 0;
        recent_.clear();
        std::ranges::fill(loses_, char{0});
        std::ranges::fill(leaving_, 0);
        std::ranges::fill(entering_, 0);
        for (std::size_t i = 0; i < missing_.size(); ++i) missing_[i] = problem_.rows[i].need;
        for (std::uint32_t j : losers) {
            loses_[j] = 1;
            for (std::uint32_t i : rows_of_[j]) --missing_[i];
        }
        loss_ = 0;
        for (std::size_t i = 0; i < missing_.size(); ++i) {
            loss_ += loss_at(i);
            for (std::uint32_t j : problem_.rows[i].columns) {
                leaving_[j] += energy_.step(i, missing_[i]);
                entering_[j] += energy_.step(i, missing_[i] - 1);
            }
        }
        best_loss_ = loss_;
        best_ = loses_;
    }

    /// Exchanges two columns for each random number, unless the target is attained before.
    void walk(std::span<const std::uint64_t> random, std::int64_t target) {
        for (std::uint64_t number : random) {
            const tabu_draw drawn = tabu_loops<arch::word64>::draw(number);
            const auto noise = [&](int half, std::size_t j) {
                return (energy_.noise[drawn.window[half] + j] + drawn.turn[half]) & energy_.noise_mask;
            };
            const std::size_t out =
                cheapest([&](std::size_t j) { return leaving_[j] + noise(0, j); },
                         [&](std::size_t j) { return loses_[j] != 0 && std::ranges::find(recent_, j) == recent_.end(); });
            loses_[out] = 0;
            change(out, 1);
            const std::size_t in = cheapest([&](std::size_t j) { return noise(1, j) - entering_[j]; },
                                            [&](std::size_t j) { return loses_[j] == 0 && j != out; });
            loses_[in] = 1;
            change(in, -1);
            recent_.push_back(in);
            if (recent_.size() > energy_.stay) recent_.erase(recent_.begin());
            ++exchanges_;
            if (loss_ >= best_loss_) continue;
            best_loss_ = loss_;
            best_ = loses_;
            if (loss_ <= target) return;
        }
    }

    [[nodiscard]] std::int64_t best_loss() const noexcept { return best_loss_; }
    [[nodiscard]] std::uint64_t exchanges() const noexcept { return exchanges_; }
    [[nodiscard]] std::vector<std::uint32_t> best_losers() const {
        std::vector<std::uint32_t> losers;
        for (std::size_t j = 0; j < best_.size(); ++j) {
            if (best_[j] != 0) losers.push_back(static_cast<std::uint32_t>(j));
        }
        return losers;
    }

private:
    [[nodiscard]] std::int64_t loss_at(std::size_t row) const noexcept {
        return loss_of(problem_.rows[row], static_cast<std::size_t>(problem_.rows[row].need - missing_[row]));
    }
    template <class Cost, class May>
    [[nodiscard]] std::size_t cheapest(const Cost& cost, const May& may) const {
        std::size_t best = problem_.columns;
        for (std::size_t j = 0; j < problem_.columns; ++j) {
            if (may(j) && (best == problem_.columns || cost(j) < cost(best))) best = j;
        }
        return best;
    }
    void change(std::size_t column, std::int64_t by) {
        for (std::uint32_t i : rows_of_[column]) {
            const std::int64_t before = missing_[i];
            loss_ -= loss_at(i);
            missing_[i] += by;
            loss_ += loss_at(i);
            const std::int32_t fewer = energy_.step(i, before + by) - energy_.step(i, before);
            const std::int32_t more = energy_.step(i, before + by - 1) - energy_.step(i, before - 1);
            if (fewer == 0 && more == 0) continue;
            for (std::uint32_t j : problem_.rows[i].columns) {
                leaving_[j] += fewer;
                entering_[j] += more;
            }
        }
    }

    const cover_problem& problem_;
    const tabu_energy& energy_;
    std::vector<std::vector<std::uint32_t>> rows_of_; ///< [column]
    std::vector<std::int64_t> missing_;               ///< [row], hits
    std::vector<std::int32_t> leaving_;               ///< [column]: what it costs
    std::vector<std::int32_t> entering_;              ///< [column]: what it gains
    std::vector<char> loses_;                         ///< [column]
    std::vector<char> best_;
    std::vector<std::size_t> recent_;
    std::uint64_t exchanges_ = 0;
    std::int64_t loss_ = 0;
    std::int64_t best_loss_ = 0;
};

/// The same through a kernel: all rows and columns in registers' lanes.
class lane_tabu_walk {
public:
    lane_tabu_walk(const cover_problem& problem, const tabu_energy& energy, const cover_kernel& kernel)
        : problem_(problem), energy_(energy), kernel_(kernel) {
        view_.row_lanes = tabu_lanes_for(problem.rows.size());
        view_.column_lanes = tabu_lanes_for(problem.columns);
        view_.column_words = (problem.columns + 63) / 64;
        const std::size_t table = view_.row_lanes * view_.column_lanes;
        constants_.assign(6 * view_.row_lanes + 2 * table + table / 4 + energy.noise.size(), 0);
        std::int16_t* const steps = constants_.data();
        std::int16_t* const whole = steps + 4 * view_.row_lanes;
        std::int16_t* const tied = whole + view_.row_lanes;
        std::int16_t* const holds = tied + view_.row_lanes;
        std::int16_t* const held = holds + table;
        std::int16_t* const row_fours = held + table;
        std::int16_t* const noise = row_fours + table / 4;
        for (std::size_t i = 0; i < problem.rows.size(); ++i) {
            const cover_row& row = problem.rows[i];
            whole[i] = static_cast<std::int16_t>(2 * row.weight);
            tied[i] = row.may_tie ? static_cast<std::int16_t>(row.weight) : std::int16_t{0};
            for (std::size_t place = 0; place < 4; ++place) {
                const auto missing = static_cast<std::int64_t>(place);
                steps[place * view_.row_lanes + i] =
                    static_cast<std::int16_t>(energy.step(i, missing) - energy.step(i, missing - 1));
            }
            for (std::uint32_t j : row.columns) {
                holds[i * view_.column_lanes + j] = -1;
                held[j * view_.row_lanes + i] = -1;
                std::int16_t& four = row_fours[i / 4 * view_.column_lanes + j];
                four = static_cast<std::int16_t>(four + (2 << (i % 4)));
            }
        }
        std::ranges::copy(energy.noise, noise);
        view_.steps = steps;
        view_.whole = whole;
        view_.tied = tied;
        view_.holds = holds;
        view_.held = held;
        view_.row_fours = row_fours;
        view_.noise = noise;
        view_.noise_mask = energy.noise_mask;
        view_.stay = energy.stay;
        changing_.assign(5 * view_.row_lanes + 4 * view_.column_lanes, 0);
        std::int16_t* next = changing_.data();
        for (std::int16_t** array : {&view_.missing, &view_.fewer, &view_.more, &view_.fewer_change, &view_.more_change}) {
            *array = next;
            next += view_.row_lanes;
        }
        for (std::int16_t** array : {&view_.leaving, &view_.entering, &view_.leaving_blocked, &view_.entering_blocked}) {
            *array = next;
            next += view_.column_lanes;
        }
        words_.assign(2 * view_.column_words, 0);
        view_.losers = words_.data();
        view_.best_losers = view_.losers + view_.column_words;
    }
    lane_tabu_walk(const lane_tabu_walk&) = delete;
    lane_tabu_walk& operator=(const lane_tabu_walk&) = delete;

    void begin(std::span<const std::uint32_t> losers) {
        std::fill(changing_.begin(), changing_.end(), std::int16_t{0});
        std::fill_n(view_.leaving_blocked, 2 * view_.column_lanes, tabu_blocked);
        std::fill(words_.begin(), words_.end(), std::uint64_t{0});
        for (std::size_t i = 0; i < problem_.rows.size(); ++i) {
            view_.missing[i] = static_cast<std::int16_t>(problem_.rows[i].need);
        }
        std::fill_n(view_.entering_blocked, problem_.columns, tabu_free);
        for (std::uint32_t j : losers) {
            view_.losers[j / 64] |= std::uint64_t{1} << (j % 64);
            std::swap(view_.leaving_blocked[j], view_.entering_blocked[j]);
            for (std::size_t i = 0; i < problem_.rows.size(); ++i) {
                view_.missing[i] = static_cast<std::int16_t>(view_.missing[i] + view_.held[j * view_.row_lanes + i]);
            }
        }
        view_.loss = 0;
        for (std::size_t i = 0; i < problem_.rows.size(); ++i) {
            const std::int16_t missing = view_.missing[i];
            view_.fewer[i] = static_cast<std::int16_t>(energy_.step(i, missing));
            view_.more[i] = static_cast<std::int16_t>(energy_.step(i, missing - 1));
            if (missing > 0) view_.loss += view_.whole[i] - (missing == 1 ? view_.tied[i] : 0);
            for (std::uint32_t j : problem_.rows[i].columns) {
                view_.leaving[j] = static_cast<std::int16_t>(view_.leaving[j] + view_.fewer[i]);
                view_.entering[j] = static_cast<std::int16_t>(view_.entering[j] + view_.more[i]);
            }
        }
        view_.exchanges = 0;
        view_.next = 0;
        view_.best_loss = view_.loss;
        std::copy_n(view_.losers, view_.column_words, view_.best_losers);
    }
    void walk(std::span<const std::uint64_t> random, std::int64_t target) {
        view_.target = target;
        kernel_.exchange(view_, random.data(), random.size());
    }
    [[nodiscard]] std::int64_t best_loss() const noexcept { return view_.best_loss; }
    [[nodiscard]] std::uint64_t exchanges() const noexcept { return view_.exchanges; }
    [[nodiscard]] std::vector<std::uint32_t> best_losers() const {
        std::vector<std::uint32_t> losers;
        for (std::size_t j = 0; j < problem_.columns; ++j) {
            if ((view_.best_losers[j / 64] >> (j % 64) & 1U) != 0) losers.push_back(static_cast<std::uint32_t>(j));
        }
        return losers;
    }

private:
    const cover_problem& problem_;
    const tabu_energy& energy_;
    const cover_kernel& kernel_;
    tabu_view view_;
    aligned_vector<std::int16_t> constants_;
    aligned_vector<std::int16_t> changing_;
    std::vector<std::uint64_t> words_;
};

/// Walks of either kind, from one random choice after the other.
template <class Walk>
[[nodiscard]] cover_answer walk_through(const cover_problem& problem, const tabu_options& options, small_random& random,
                                        std::chrono::steady_clock::time_point start, Walk& walk) {
    cover_answer best;
    best.loss = std::numeric_limits<std::int64_t>::max();
    best.loss_lower = 0;
    const auto ended = [&] {
        if (best.loss <= options.target || options.stop.stop_requested()) return true;
        if (best.nodes + walk.exchanges() < options.least) return false;
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() > options.seconds;
    };
    const auto note = [&] {
        if (walk.best_loss() >= best.loss) return;
        best.loss = walk.best_loss();
        best.losers = walk.best_losers();
    };
    const bool varies = problem.budget != 0 && problem.budget != problem.columns;
    std::vector<std::uint32_t> order(problem.columns);
    std::iota(order.begin(), order.end(), std::uint32_t{0});
    std::array<std::uint64_t, 64> numbers{};
    for (std::size_t number = 0; number < std::max<std::size_t>(1, options.walks); ++number) {
        if (number != 0 && (!varies || ended())) break; // there is always a choice
        for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
        walk.begin(std::span(order).first(problem.budget));
        note();
        const std::size_t times = (1 + std::min<std::size_t>(number, 40) / 4) * (1 + problem.columns / 64);
        std::size_t left = std::min(options.exchanges, std::numeric_limits<std::size_t>::max() / times) * times;
        while (varies && left != 0 && !ended()) {
            const auto now = std::span(numbers).first(std::min(left, numbers.size()));
            for (std::uint64_t& drawn : now) drawn = random();
            walk.walk(now, options.target);
            note();
            left -= now.size();
        }
        best.nodes += 1 + walk.exchanges();
    }
    return best;
}

} // namespace detail

/// Looks for a choice of small loss by tabu search: the loser that is missed least leaves, the column that gains most comes in its
/// place, whether or not the loss gets smaller; it has to stay for four exchanges (fewer where there are no five losers), and the other
/// one may not come back at once.
///
/// Ties, and what is nearly one, are broken at random. Ten codes of bench/corpus whose trees are large need 0.03 to 0.5 ms on average
/// until the best choice is found, 1.4 to 670 times less than simulated annealing over the same exchanges (docs/exact.md).
/// \param problem  any
/// \param options  how long; the same seed and no time limit give the same choice
/// \returns the best choice seen; loss_lower is 0, which always holds; `nodes` are the choices looked at
/// \throws parameter_error  a problem that breaks an invariant
/// \par Complexity
/// O(walks²·exchanges·(columns / 64)·(columns + ones of the rows of a column))
/// \par Reference
/// Glover, *Tabu search — part I*, ORSA Journal on Computing 1989
///
/// \code
/// const election::cover_problem uncoded{3, 1, {{{0}, 1}, {{1}, 1}, {{2}, 1}}, -3};
/// assert(election::tabu_search(uncoded).loss == 4);
/// \endcode
[[nodiscard]] inline cover_answer tabu_search(const cover_problem& problem, const tabu_options& options = {}) {
    detail::require_valid(problem, "tabu_search");
    const auto start = std::chrono::steady_clock::now();
    detail::small_random random(options.seed);
    const detail::tabu_energy energy(problem, random);
    detail::plain_tabu_walk walk(problem, energy);
    return detail::walk_through(problem, options, random, start, walk);
}

/// The same, sooner: with AVX-512 mostly 4 to 30 times, where the problem fits.
///
/// It fits with weights up to 8192, needs up to 16383, and rows times columns up to 65536, both rounded up to multiples of 32. What does
/// not fit, and where a kernel has no `exchange`, is done plainly. Either way the choice is the same on every architecture.
/// \param problem  any
/// \param options  as above
/// \param kernel   from `cover_kernel_for<Arch>()`
/// \returns as above
/// \throws parameter_error  a problem that breaks an invariant
/// \par Complexity
/// O(walks²·exchanges·(columns / 64)·(rows + columns·rows that a column's hit changes)) / lanes
///
/// \code
/// const election::cover_problem uncoded{3, 1, {{{0}, 1}, {{1}, 1}, {{2}, 1}}, -3};
/// assert(election::tabu_search(uncoded, {}, election::cover_kernel_for<election::default_arch>()).loss == 4);
/// \endcode
[[nodiscard]] inline cover_answer tabu_search(const cover_problem& problem, const tabu_options& options,
                                              const cover_kernel& kernel) {
    detail::require_valid(problem, "tabu_search");
    if (kernel.exchange == nullptr || !detail::fits_tabu_lanes(problem)) return tabu_search(problem, options);
    const auto start = std::chrono::steady_clock::now();
    detail::small_random random(options.seed);
    const detail::tabu_energy energy(problem, random);
    detail::lane_tabu_walk walk(problem, energy, kernel);
    return detail::walk_through(problem, options, random, start, walk);
}

} // namespace election
