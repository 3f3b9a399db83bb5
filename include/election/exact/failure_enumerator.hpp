// SPDX-License-Identifier: MIT
// failure_enumerator: the elections of one truth within a margin by enumeration, of all or of one of each orbit, for all_failures().
#pragma once

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <stop_token>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/core/ties.hpp>
#include <election/exact/big_count.hpp>
#include <election/exact/cover_problem.hpp>
#include <election/exact/exact_model.hpp>
#include <election/exact/orbit_enumeration.hpp>
#include <election/exact/symmetry.hpp>
#include <election/exact/verify_exact.hpp>
#include <election/verify/exhaustive.hpp>

namespace election::detail {

/// The elections of one truth within a margin by enumeration: for codes of at most 64 partitions, binary signs, and whatever weights and
/// liars there are. A worker that votes v times is v workers, and a liar is none.
class failure_enumerator {
public:
    /// Which columns lose, a bit each.
    struct found_failures {
        big_count count;
        std::vector<std::uint64_t> losers; ///< of all, in any order
        bool listed = true;                ///< false where they were too many to be kept
        std::uint64_t examined = 0;
        std::string method;
    };

    /// \param code        n × k
    /// \param model       what may happen; of some models nothing can be enumerated, see seconds()
    /// \param truth       +1 or −1
    /// \param symmetries  permutations of the partitions, beside those that are found; what is none is passed over
    /// \param threads     at least 1
    /// \param stop        gives up when asked
    /// \param kernel      the inner loops
    failure_enumerator(const packed_allocation& code, const exact_model& model, int truth,
                       const std::vector<column_permutation>& symmetries, unsigned threads, std::stop_token stop,
                       const exhaustive_kernel& kernel)
        : ties_(model.ties), truth_(truth), threads_(threads), stop_(std::move(stop)), kernel_(kernel) {
        constexpr std::size_t most_workers = 4096;
        const std::size_t k = code.partitions();
        if (k > exhaustive_max_partitions || model.alphabet != sign_alphabet::binary || !model.may_lose.empty() ||
            model.corrupted != 0)
            return;
        const std::vector<char> lies = liar_marks(model, code.workers());
        std::vector<std::size_t> rows;
        for (std::size_t i = 0; i < code.workers(); ++i) {
            const std::uint32_t weight = model.weights.empty() ? 1 : model.weights[i];
            if (lies[i] != 0) {
                liar_votes_ += weight;
            } else {
                rows.insert(rows.end(), std::min<std::size_t>(weight, most_workers + 1), i);
            }
            if (rows.size() > most_workers) return;
        }
        if (rows.empty()) return;
        packed_allocation plain(rows.size(), k);
        for (std::size_t row = 0; row < rows.size(); ++row) {
            for (std::size_t j = 0; j < k; ++j) {
                if (code(rows[row], j)) plain.set(row, j);
            }
        }
        const double elections = nearest_elections_of_one_truth(k);
        const cover_problem stated = make_cover_problem(plain, {.ties = ties_}, truth).cover;
        if (stated.rows.empty()) return; // all elections are alike: nothing is to be enumerated
        code_.emplace(std::move(plain));
        ways_.push_back({0.002 + enumeration_seconds(elections, rows.size(), kernel_, threads), false});
        generators_ = affine_symmetries(stated);
        for (const column_permutation& given : symmetries) {
            if (is_symmetry(stated, given)) generators_.push_back(given);
        }
        if (ways_[0].seconds > 0.01) symmetries_ = close_group(generators_, most_symmetries);
        if (symmetries_.size() > 1) {
            ways_.push_back({orbit_seconds(elections, symmetries_.size(), rows.size(), kernel_, threads), true});
        }
        std::ranges::sort(ways_, {}, &way::seconds);
    }

    /// What the fastest way should take; infinite where there is none.
    [[nodiscard]] double seconds() const noexcept {
        return ways_.empty() ? std::numeric_limits<double>::infinity() : ways_[0].seconds;
    }

    /// Finds them, once: later calls return what was found.
    /// \param margin   at most
    /// \param seconds  gives up after this time
    /// \returns nothing if no way was done in time
    const std::optional<found_failures>& run(std::int64_t margin, double seconds) {
        const auto start = std::chrono::steady_clock::now();
        while (!found_ && !ways_.empty() && !stop_.stop_requested()) {
            const double left = seconds_left(seconds, start);
            constexpr double too_long = 3600;
            if (left <= 0 || ways_[0].seconds > too_long) break;
            found_ = ways_[0].symmetric ? by_orbits(margin + liar_votes_, left) : by_all(margin + liar_votes_, left);
            if (!found_) ways_.erase(ways_.begin());
        }
        return found_;
    }

private:
    struct way {
        double seconds = 0;
        bool symmetric = false;
    };
    static constexpr std::size_t most_listed = std::size_t{1} << 20;

    [[nodiscard]] std::optional<found_failures> by_all(std::int64_t margin, double seconds) const {
        orbit_enumeration all(*code_, ties_, truth_, {}, kernel_);
        auto within = all.within(margin, most_listed, threads_, seconds, stop_);
        if (!within) return std::nullopt;
        return found_failures{big_count(within->count), std::move(within->losers), within->listed, within->examined,
                              "exhaustive"};
    }

    /// The orbits of those that were found are disjoint or equal, and together they are all that there are.
    [[nodiscard]] std::optional<found_failures> by_orbits(std::int64_t margin, double seconds) const {
        const auto start = std::chrono::steady_clock::now();
        const auto left = [&] { return seconds_left(seconds, start); };
        auto firsts = orbit_enumeration::if_few(*code_, ties_, truth_, symmetries_, kernel_,
                                                [&] { return left() > 0 && !stop_.stop_requested(); });
        if (!firsts) return std::nullopt;
        const auto within = firsts->within(margin, most_listed, threads_, left(), stop_);
        if (!within || !within->listed) return std::nullopt;
        std::unordered_set<std::uint64_t> all;
        std::vector<std::uint64_t> open;
        const auto enter = [&](std::uint64_t losers) {
            if (all.insert(losers).second) open.push_back(losers);
        };
        for (std::uint64_t first : within->losers) {
            enter(first);
            while (!open.empty()) {
                if (all.size() > most_listed) return std::nullopt;
                const std::uint64_t from = open.back();
                open.pop_back();
                for (const column_permutation& g : generators_) {
                    std::uint64_t to = 0;
                    for (std::uint64_t rest = from; rest != 0; rest &= rest - 1) {
                        to |= std::uint64_t{1} << g[static_cast<std::size_t>(std::countr_zero(rest))];
                    }
                    enter(to);
                }
            }
        }
        return found_failures{big_count(all.size()), {all.begin(), all.end()}, true, within->examined, "symmetric"};
    }

    tie_policy ties_;
    int truth_;
    unsigned threads_;
    std::stop_token stop_;
    exhaustive_kernel kernel_;
    std::optional<packed_allocation> code_;
    std::int64_t liar_votes_ = 0;
    std::vector<column_permutation> generators_;
    std::vector<column_permutation> symmetries_;
    std::vector<way> ways_; ///< the fastest first
    std::optional<found_failures> found_;
};

} // namespace election::detail
