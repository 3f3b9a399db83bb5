// SPDX-License-Identifier: MIT
// orbit_enumeration: one nearest election of each orbit of a code's symmetries, examined as the exhaustive method does.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/core/parallel.hpp>
#include <election/core/ties.hpp>
#include <election/exact/cover_problem.hpp>
#include <election/exact/exact_model.hpp>
#include <election/exact/orbit_prefixes.hpp>
#include <election/exact/symmetry.hpp>
#include <election/verify/exhaustive.hpp>
#include <election/verify/exhaustive_kernel.hpp>
#include <election/verify/nearest.hpp>

namespace election {

/// Elections within a margin.
struct elections_within {
    std::uint64_t count = 0;           ///< of those that were examined
    std::vector<std::uint64_t> losers; ///< of each: bit j for partition j; in any order
    bool listed = true;                ///< whether `losers` has all of them
    std::uint64_t examined = 0;        ///< elections
};

namespace detail {

/// What is left of a time that began then; below 0 once it is over.
[[nodiscard]] inline double seconds_left(double seconds, std::chrono::steady_clock::time_point start) {
    return seconds - std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Collects the elections within a margin.
class within_collector {
public:
    /// \param most  to list; with more none is
    within_collector(const exhaustive_plan& plan, std::int64_t margin, std::size_t most)
        : plan_(plan), memory_(plan), scratch_(memory_.places()), most_(most) {
        const std::int64_t all = (std::int64_t{1} << plan.view().planes) - 1;
        limit_ = std::min(all, plan.score_within(static_cast<int>(std::clamp<std::int64_t>(
                                   margin, std::numeric_limits<int>::min() / 2, std::numeric_limits<int>::max() / 2))));
    }

    /// Examines one unit. \returns whether all that was found so far is listed
    bool run(const exhaustive_kernel& kernel, std::uint64_t top, elections_within& found) {
        top_ = top;
        found_ = &found;
        plan_.fill_top_need(top, scratch_.top_need);
        kernel.run_unit(plan_.view(), scratch_, static_cast<std::size_t>(std::popcount(top)), &within_collector::limit,
                        &within_collector::on_hit, this);
        found.examined += plan_.messages_in(top);
        return found.listed;
    }

private:
    static std::int64_t limit(void* context) { return static_cast<const within_collector*>(context)->limit_; }
    static void on_hit(void* context, std::size_t middle, std::size_t batch, std::uint64_t) {
        static_cast<within_collector*>(context)->take(middle, batch);
    }

    void take(std::size_t middle, std::size_t batch) {
        const std::size_t words = plan_.view().words;
        for (std::size_t w = 0; w < words; ++w) {
            found_->count += static_cast<std::uint64_t>(std::popcount(scratch_.hit_lanes[w]));
        }
        if (found_->count > most_) {
            found_->listed = false;
            found_->losers.clear();
        }
        if (!found_->listed) return;
        const std::uint64_t all = ~std::uint64_t{0} >> (64 - plan_.partitions());
        for (std::size_t w = 0; w < words; ++w) {
            for (std::uint64_t rest = scratch_.hit_lanes[w]; rest != 0; rest &= rest - 1) {
                const std::size_t lane = w * 64 + static_cast<std::size_t>(std::countr_zero(rest));
                found_->losers.push_back(all & ~plan_.winners(top_, middle, batch, lane));
            }
        }
    }

    const exhaustive_plan& plan_;
    unit_scratch memory_;
    const plan_scratch& scratch_;
    std::size_t most_;
    std::int64_t limit_ = 0;
    std::uint64_t top_ = 0;
    elections_within* found_ = nullptr;
};

} // namespace detail

/// A code with its columns in an order in which the first ones tell orbits apart, and the assignments of those that have to be examined.
///
/// Symmetries move a worst election to worst elections; one of them begins with one of these prefixes (orbit_prefixes()). The rest of
/// the columns is enumerated by the exhaustive method's inner loops.
class orbit_enumeration {
public:
    /// \param code        k ≤ 64
    /// \param ties        how tied workers vote
    /// \param truth       +1 or −1
    /// \param symmetries  of the code's cover problem of that truth, from close_group(); the more, the less is left. None: all elections
    ///                    are examined, in the order of the partitions
    /// \param kernel      the inner loops, from `exhaustive_kernel_for<Arch>()`
    /// \throws parameter_error  more partitions, no symmetries of that problem, none and more than some 47 partitions, or so few that
    ///                          more than 2^18 beginnings have to be looked at
    orbit_enumeration(const packed_allocation& code, tie_policy ties, int truth,
                      const std::vector<column_permutation>& symmetries, const exhaustive_kernel& kernel)
        : kernel_(kernel) {
        const bool is_ready = prepare(code, ties, truth, symmetries, [] { return true; });
        detail::require(is_ready || !symmetries.empty(), "orbit_enumeration", "partitions", code.partitions(),
                        "is too many without symmetries; use another method");
        detail::require(is_ready, "orbit_enumeration", "symmetries", symmetries.size(), "leave more than ", most_prefixes,
                        " beginnings; use another method");
    }

    /// The same, or nothing where too many beginnings are left, or partitions without symmetries, or somebody does not want to wait for them.
    /// \param code        as above
    /// \param ties        as above
    /// \param truth       as above
    /// \param symmetries  as above
    /// \param kernel      as above
    /// \param go_on       asked now and then; false gives up
    /// \throws parameter_error  more than 64 partitions, no symmetries of that problem
    template <std::predicate GoOn>
    [[nodiscard]] static std::optional<orbit_enumeration> if_few(const packed_allocation& code, tie_policy ties, int truth,
                                                                 const std::vector<column_permutation>& symmetries,
                                                                 const exhaustive_kernel& kernel, const GoOn& go_on) {
        orbit_enumeration result(kernel);
        if (!result.prepare(code, ties, truth, symmetries, go_on)) return std::nullopt;
        return result;
    }

    /// Elections that will be examined.
    [[nodiscard]] double elections() const noexcept { return elections_; }
    /// Assignments of the first columns.
    [[nodiscard]] std::size_t prefixes() const noexcept { return tops_.size(); }

    /// Examines them.
    /// \param threads   at least 1
    /// \param seconds   gives up after this time
    /// \param stop      gives up when asked
    /// \param constant  of the code's cover problem: margin − loss
    /// \returns the least loss with the losers that attain it, and the elections as nodes; nothing if it gave up
    [[nodiscard]] std::optional<cover_answer> run(unsigned threads, double seconds, const std::stop_token& stop,
                                                  std::int64_t constant) {
        kernel_.fill_lines(side_->plan.view());
        std::atomic<std::size_t> next{0};
        std::atomic<bool> failed{false};
        std::mutex mutex;
        detail::worst_election worst;
        std::uint64_t examined = 0;
        const auto start = std::chrono::steady_clock::now();
        run_on_threads(
            std::max(1U, threads),
            [&](unsigned) {
                detail::unit_worker worker(*side_);
                std::uint64_t messages = 0;
                while (!failed.load(std::memory_order_relaxed)) {
                    const std::size_t i = next.fetch_add(1);
                    if (i >= tops_.size()) break;
                    if (side_->plan.messages_in(tops_[i]) == 0) continue;
                    detail::worst_election known;
                    {
                        const std::lock_guard lock(mutex);
                        known = worst;
                    }
                    const detail::worst_election found = worker.run(kernel_, tops_[i], known);
                    messages += side_->plan.messages_in(tops_[i]);
                    const std::lock_guard lock(mutex);
                    if (found.is_worse_than(worst)) worst = found;
                    if (detail::seconds_left(seconds, start) < 0 || stop.stop_requested()) failed.store(true);
                }
                const std::lock_guard lock(mutex);
                examined += messages;
            },
            [&] { failed.store(true); });
        if (failed.load() || examined == 0) return std::nullopt;
        cover_answer answer;
        answer.loss = answer.loss_lower = worst.margin - constant;
        answer.nodes = examined;
        for (std::size_t place = 0; place < columns_; ++place) {
            const bool plus = (worst.pluses >> (columns_ - 1 - place) & 1U) != 0;
            if (plus != winners_are_plus_) answer.losers.push_back(order_[place]);
        }
        std::ranges::sort(answer.losers);
        return answer;
    }

    /// Finds those of them that are within a margin. Of every orbit that is, one at least is among them.
    /// \param margin   at most
    /// \param most     lists them if they are so many at most
    /// \param threads  at least 1
    /// \param seconds  gives up after this time
    /// \param stop     gives up when asked
    /// \returns how many, and which; nothing if it gave up
    [[nodiscard]] std::optional<elections_within> within(std::int64_t margin, std::size_t most, unsigned threads,
                                                         double seconds, const std::stop_token& stop) {
        kernel_.fill_lines(side_->plan.view());
        std::atomic<std::size_t> next{0};
        std::atomic<bool> failed{false};
        std::mutex mutex;
        elections_within all;
        const auto start = std::chrono::steady_clock::now();
        run_on_threads(
            std::max(1U, threads),
            [&](unsigned) {
                detail::within_collector collector(side_->plan, margin, most);
                elections_within found;
                while (!failed.load(std::memory_order_relaxed)) {
                    const std::size_t i = next.fetch_add(1);
                    if (i >= tops_.size()) break;
                    if (side_->plan.messages_in(tops_[i]) == 0) continue;
                    (void)collector.run(kernel_, tops_[i], found);
                    if (detail::seconds_left(seconds, start) < 0 || stop.stop_requested()) failed.store(true);
                }
                const std::lock_guard lock(mutex);
                all.count += found.count;
                all.examined += found.examined;
                all.listed = all.listed && found.listed && all.count <= most;
                if (all.listed) all.losers.insert(all.losers.end(), found.losers.begin(), found.losers.end());
            },
            [&] { failed.store(true); });
        if (failed.load()) return std::nullopt;
        if (!all.listed) all.losers.clear();
        for (std::uint64_t& losers : all.losers) { // from places, the first the highest bit, to partitions
            std::uint64_t partitions = 0;
            for (std::size_t place = 0; place < columns_; ++place) {
                partitions |= (losers >> (columns_ - 1 - place) & 1U) << order_[place];
            }
            losers = partitions;
        }
        return all;
    }

private:
    using plan_view_type = detail::plan_view;
    static constexpr std::size_t most_prefixes = std::size_t{1} << 18; // found within a second or two; Paley 43 has 18,031

    explicit orbit_enumeration(const exhaustive_kernel& kernel) : kernel_(kernel) {}

    /// \returns false if it gave up
    template <class GoOn>
    [[nodiscard]] bool prepare(const packed_allocation& code, tie_policy ties, int truth,
                               const std::vector<column_permutation>& symmetries, const GoOn& go_on) {
        const std::size_t k = code.partitions();
        detail::require(k <= exhaustive_max_partitions, "orbit_enumeration", "partitions", k,
                        "is more than enumeration covers (64)");
        cover_problem problem = make_cover_problem(code, {.ties = ties}, truth).cover;
        if (symmetries.empty()) {
            for (std::uint32_t j = 0; j < k; ++j) order_.push_back(j);
        } else {
            order_ = orbit_order(problem, symmetries, go_on);
        }
        packed_allocation sorted(code.workers(), k);
        for (std::size_t i = 0; i < code.workers(); ++i) {
            for (std::size_t place = 0; place < k; ++place) {
                if (code(i, order_[place])) sorted.set(i, place);
            }
        }
        side_ = std::make_unique<detail::enumeration_side>(sorted, ties, truth, kernel_.lanes);
        side_->mirrored_too = false;
        const std::size_t depth = side_->plan.view().top_columns;
        winners_are_plus_ = truth > 0;
        columns_ = k;
        if (symmetries.empty()) {
            constexpr std::size_t most_depth = 24; // 2^24 prefixes
            if (depth > most_depth) return false;
            for (std::uint64_t top = 0; top < side_->plan.units(); ++top) {
                if (side_->plan.messages_in(top) == 0) continue;
                elections_ += static_cast<double>(side_->plan.messages_in(top));
                tops_.push_back(top);
            }
            return true;
        }
        std::vector<std::size_t> place_of(k);
        for (std::size_t place = 0; place < k; ++place) place_of[order_[place]] = place;
        const auto prefixes = try_orbit_prefixes(problem, symmetries, order_, depth, most_prefixes, go_on);
        if (!prefixes) return false;
        for (const orbit_prefix& prefix : *prefixes) {
            std::uint64_t top = 0; // who wins; the first column is the highest bit
            for (std::uint32_t column : prefix.winners) {
                // Columns behind the first ones that must win, too, are of no use here.
                if (place_of[column] < depth) top |= std::uint64_t{1} << (depth - 1 - place_of[column]);
            }
            elections_ += static_cast<double>(side_->plan.messages_in(top));
            tops_.push_back(top);
        }
        return true;
    }

    exhaustive_kernel kernel_;
    std::vector<std::uint32_t> order_;
    std::unique_ptr<detail::enumeration_side> side_;
    std::vector<std::uint64_t> tops_;
    double elections_ = 0;
    bool winners_are_plus_ = true;
    std::size_t columns_ = 0;
};

} // namespace election
