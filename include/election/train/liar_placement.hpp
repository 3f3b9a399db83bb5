// SPDX-License-Identifier: MIT
// Which workers lie in a run of training: at random, neighbours, whole groups, or those that hurt a code most.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/core/random.hpp>
#include <election/core/ties.hpp>
#include <election/verify/nearest.hpp>

namespace election {
namespace detail {

inline constexpr std::uint64_t placement_stream = std::uint64_t{0x9A7} << 40U;

/// The numbers 0 … n − 1 of which the first `count` are a uniformly random sequence of different ones.
[[nodiscard]] inline std::vector<std::size_t> shuffled(std::size_t n, std::size_t count, const counter_random& random,
                                                       std::uint64_t first_index = 0) {
    std::vector<std::size_t> numbers(n);
    std::iota(numbers.begin(), numbers.end(), std::size_t{0});
    for (std::size_t i = 0; i < count; ++i) {
        std::swap(numbers[i], numbers[i + static_cast<std::size_t>(random.below(n - i, first_index + i))]);
    }
    return numbers;
}

inline void require_liars(std::size_t workers, std::size_t liars) {
    require(liars <= workers, "placement", "liars", liars, "must be at most the number of workers, ", workers);
}

} // namespace detail

/// A uniformly random set of workers.
/// \param workers  n
/// \param liars    b
/// \param seed     the user's seed
/// \param index    which of the seed's sets: the first, the second, …
/// \returns b different workers, increasing
/// \throws parameter_error  more liars than workers
/// \par Complexity
/// O(n)
///
/// \code
/// const auto liars = election::random_liars(15, 3, 7);
/// assert(liars.size() == 3 && liars[0] < liars[1] && liars[2] < 15);
/// \endcode
[[nodiscard]] inline std::vector<std::size_t> random_liars(std::size_t workers, std::size_t liars, std::uint64_t seed,
                                                           std::uint64_t index = 0) {
    detail::require_liars(workers, liars);
    std::vector<std::size_t> set = detail::shuffled(workers, liars, counter_random(seed, detail::placement_stream + index));
    set.resize(liars);
    std::ranges::sort(set);
    return set;
}

/// Neighbours: workers i, i + 1, …, i + b − 1, beginning again after the last one, with a random i.
/// \param workers  n
/// \param liars    b
/// \param seed     the user's seed
/// \param index    which of the seed's sets
/// \returns b different workers, increasing
/// \throws parameter_error  more liars than workers
///
/// \code
/// const auto liars = election::clustered_liars(15, 2, 7);
/// assert(liars[1] == liars[0] + 1 || (liars[0] == 0 && liars[1] == 14));
/// \endcode
[[nodiscard]] inline std::vector<std::size_t> clustered_liars(std::size_t workers, std::size_t liars, std::uint64_t seed,
                                                              std::uint64_t index = 0) {
    detail::require_liars(workers, liars);
    const std::uint64_t first = workers == 0 ? 0 : counter_random(seed, detail::placement_stream + index).below(workers, 0);
    std::vector<std::size_t> set(liars);
    for (std::size_t i = 0; i < liars; ++i) set[i] = (static_cast<std::size_t>(first) + i) % workers;
    std::ranges::sort(set);
    return set;
}

/// Whole groups: workers with identical rows, one group after the other until there are b liars. Groups of several come first, in a
/// random order, then those who are alone in theirs, in a random order; of the last group its first workers are taken.
///
/// What breaks a repetition code, which b liars in b groups do not.
/// \param code   n × k
/// \param liars  b
/// \param seed   the user's seed
/// \param index  which of the seed's sets
/// \returns b different workers, increasing
/// \throws parameter_error  more liars than workers
/// \par Complexity
/// O(n²·k / 64)
///
/// \code
/// const election::packed_allocation code(std::vector<std::vector<int>>{{1, 0}, {0, 1}, {1, 0}}); // workers 0 and 2 are a group
/// assert(election::group_liars(code, 2, 7) == (std::vector<std::size_t>{0, 2}));
/// \endcode
[[nodiscard]] inline std::vector<std::size_t> group_liars(const packed_allocation& code, std::size_t liars,
                                                          std::uint64_t seed, std::uint64_t index = 0) {
    detail::require_liars(code.workers(), liars);
    std::vector<std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < code.workers(); ++i) {
        const auto same = std::ranges::find_if(groups, [&](const std::vector<std::size_t>& group) {
            return std::ranges::equal(code.row(group.front()), code.row(i));
        });
        if (same == groups.end()) {
            groups.push_back({i});
        } else {
            same->push_back(i);
        }
    }
    const std::vector<std::size_t> order =
        detail::shuffled(groups.size(), groups.size(), counter_random(seed, detail::placement_stream + index));
    std::vector<std::size_t> set;
    for (const bool several : {true, false}) {
        for (std::size_t g : order) {
            if ((groups[g].size() > 1) != several) continue;
            for (std::size_t i : groups[g]) {
                if (set.size() < liars) set.push_back(i);
            }
        }
    }
    std::ranges::sort(set);
    return set;
}

/// How worst_liars() looks for them.
struct worst_liars_options {
    tie_policy ties = tie_policy::abstain; ///< how tied workers vote; coins fall on the wrong side
    std::size_t elections = 65536;         ///< looked at: all nearest ones if they are no more, else so many at random
    std::uint64_t work = std::uint64_t{1} << 28U; ///< sets × elections up to which all sets are compared
    std::uint64_t seed = 1;                       ///< of random elections
};

/// What worst_liars() found.
struct worst_liars_result {
    std::vector<std::size_t> liars; ///< increasing
    std::size_t failing = 0;        ///< elections in which the code fails when they vote against the truth
    std::size_t elections = 0;      ///< that were looked at
    bool all_elections = false;     ///< they are all nearest elections, each once
    bool all_sets = false;          ///< all sets of b workers were compared; else it was greedy
};

namespace detail {

/// How far the margins of elections go down when workers lie: what sets of liars are compared by.
class liar_damage {
public:
    liar_damage(const packed_allocation& code, const worst_liars_options& options)
        : workers_(code.workers()), partitions_(code.partitions()) {
        const std::size_t winners = nearest_winners(partitions_);
        const std::vector<int> truths = is_symmetric(options.ties) ? std::vector<int>{1} : std::vector<int>{1, -1};
        // Exact for k ≤ 67, and far more than `elections` beyond.
        const bool is_few = partitions_ <= 63 && binomial(partitions_, winners) <= options.elections;
        std::vector<std::uint64_t> plus(code.words_per_row());
        all_ = is_few;
        if (is_few) {
            std::uint64_t message = (std::uint64_t{1} << winners) - 1;
            const std::uint64_t end = std::uint64_t{1} << partitions_;
            while (message < end) {
                plus[0] = message;
                for (int truth : truths) add(code, options.ties, plus, truth);
                // The next larger number with as many ones.
                const auto zeros = static_cast<unsigned>(std::countr_zero(message));
                const std::uint64_t ripple = message + (std::uint64_t{1} << zeros);
                message = ripple | ((message ^ ripple) >> (zeros + 2));
            }
        } else {
            const counter_random random(options.seed, placement_stream - 1);
            for (std::size_t e = 0; e < options.elections; ++e) {
                const auto order = shuffled(partitions_, winners, random, std::uint64_t{e} * partitions_);
                std::ranges::fill(plus, std::uint64_t{0});
                for (std::size_t c = 0; c < winners; ++c) plus[order[c] / 64] |= std::uint64_t{1} << (order[c] % 64);
                for (int truth : truths) add(code, options.ties, plus, truth);
            }
        }
        drops_.resize(workers_);
        for (std::size_t i = 0; i < workers_; ++i) {
            drops_[i].resize(margins_.size());
            for (std::size_t e = 0; e < margins_.size(); ++e) drops_[i][e] = collected_[e * workers_ + i];
        }
        collected_ = {};
    }

    [[nodiscard]] bool all() const noexcept { return all_; }
    [[nodiscard]] std::size_t elections() const noexcept { return margins_.size(); }
    /// Margins when all are honest.
    [[nodiscard]] const std::vector<std::int16_t>& margins() const noexcept { return margins_; }
    /// Margins when worker i lies too.
    void lie(std::span<const std::int16_t> before, std::size_t worker, std::vector<std::int16_t>& after) const {
        after.resize(before.size());
        const std::int8_t* drop = drops_[worker].data();
        for (std::size_t e = 0; e < before.size(); ++e) after[e] = static_cast<std::int16_t>(before[e] - drop[e]);
    }
    /// How many elections have a margin ≤ 0, ≤ 1, …: larger is worse for the code.
    [[nodiscard]] std::vector<std::size_t> score(std::span<const std::int16_t> margins) const {
        std::vector<std::size_t> counts(workers_ + 1);
        for (std::int16_t margin : margins) ++counts[static_cast<std::size_t>(std::max<int>(margin, 0))];
        for (std::size_t m = 1; m < counts.size(); ++m) counts[m] += counts[m - 1];
        return counts;
    }

private:
    /// The election in which `plus` are the partitions with the sign `truth`.
    void add(const packed_allocation& code, tie_policy ties, std::span<const std::uint64_t> winners, int truth) {
        int margin = 0;
        for (std::size_t i = 0; i < workers_; ++i) {
            int hits = 0;
            int load = 0;
            const auto row = code.row(i);
            for (std::size_t w = 0; w < row.size(); ++w) {
                hits += std::popcount(row[w] & winners[w]);
                load += std::popcount(row[w]);
            }
            int vote = 2 * hits > load ? 1 : 2 * hits < load ? -1 : 0; // times the truth
            if (vote == 0 && ties != tie_policy::abstain)
                vote = (ties == tie_policy::positive && truth > 0) || (ties == tie_policy::negative && truth < 0) ? 1 : -1;
            margin += vote;
            collected_.push_back(static_cast<std::int8_t>(vote + 1));
        }
        margins_.push_back(static_cast<std::int16_t>(margin));
    }

    std::size_t workers_;
    std::size_t partitions_;
    bool all_ = false;
    std::vector<std::int16_t> margins_;
    std::vector<std::int8_t> collected_;          ///< by election
    std::vector<std::vector<std::int8_t>> drops_; ///< by worker
};

} // namespace detail

/// The set of b workers that does a code most harm when they vote against the truth in all elections: of which most nearest elections
/// fail, and among such sets, of which most have a margin of at most 1, then 2, and so on; of equal ones the first in
/// lexicographic order.
///
/// All nearest elections are looked at where they are few, else a sample drawn with a seed; all sets where there are few, else
/// liars are chosen one after the other, each time the one that makes it worst. The result says what was done.
/// \param code     n × k, n at most 32767
/// \param liars    b
/// \param options  ties, limits, seed
/// \returns the set and the number of failing elections
/// \throws parameter_error  more liars than workers, no election, too many workers
/// \par Complexity
/// O(elections · n · k / 64 + sets · elections), or O(elections · n · b) where it is greedy; n bytes an election
///
/// \code
/// const election::packed_allocation code(election::deterministic(5, 1)); // 10000, 01110, 11111, 11111, 11111
/// const auto one = election::worst_liars(code, 1);
/// assert(one.failing == 0 && one.all_elections && one.all_sets);
/// assert(election::worst_liars(code, 2).failing > 0);
/// \endcode
[[nodiscard]] inline worst_liars_result worst_liars(const packed_allocation& code, std::size_t liars,
                                                    const worst_liars_options& options = {}) {
    const std::size_t n = code.workers();
    detail::require_liars(n, liars);
    detail::require(n <= 32767, "placement", "workers", n, "must be at most 32767 for the worst set");
    detail::require(options.elections >= 1, "placement", "elections", options.elections, "must be at least 1");
    const detail::liar_damage damage(code, options);

    worst_liars_result result;
    result.elections = damage.elections();
    result.all_elections = damage.all();
    // Below 2^64 for n ≤ 67, and beyond any limit that makes sense for larger n, unless b is tiny.
    double sets = 1;
    for (std::size_t i = 0; i < std::min(liars, n - liars); ++i)
        sets *= static_cast<double>(n - i) / static_cast<double>(i + 1);
    result.all_sets = sets * static_cast<double>(damage.elections()) <= static_cast<double>(options.work);

    std::vector<std::size_t> best;
    if (result.all_sets) {
        // Sets in lexicographic order; margins[s] are those when the first s of the set lie.
        std::vector<std::vector<std::int16_t>> margins(liars + 1);
        margins[0] = damage.margins();
        std::vector<std::size_t> set(liars);
        for (std::size_t s = 0; s < liars; ++s) {
            set[s] = s;
            damage.lie(margins[s], s, margins[s + 1]);
        }
        for (;;) {
            std::vector<std::size_t> score = damage.score(margins[liars]);
            if (best.empty() || score > best) {
                best = std::move(score);
                result.liars = set;
            }
            std::size_t s = liars;
            while (s > 0 && set[s - 1] == n - liars + s - 1) --s;
            if (s == 0) break;
            ++set[s - 1];
            for (std::size_t t = s; t < liars; ++t) set[t] = set[t - 1] + 1;
            for (std::size_t t = s - 1; t < liars; ++t) damage.lie(margins[t], set[t], margins[t + 1]);
        }
    } else {
        std::vector<std::int16_t> margins = damage.margins();
        std::vector<std::int16_t> tried;
        for (std::size_t chosen = 0; chosen < liars; ++chosen) {
            best.clear();
            std::size_t worst = 0;
            for (std::size_t i = 0; i < n; ++i) {
                if (std::ranges::find(result.liars, i) != result.liars.end()) continue;
                damage.lie(margins, i, tried);
                std::vector<std::size_t> score = damage.score(tried);
                if (best.empty() || score > best) {
                    best = std::move(score);
                    worst = i;
                }
            }
            result.liars.push_back(worst);
            damage.lie(margins, worst, tried);
            margins.swap(tried);
        }
        std::ranges::sort(result.liars);
    }
    result.failing = best.front();
    return result;
}

} // namespace election
