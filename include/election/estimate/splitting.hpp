// SPDX-License-Identifier: MIT
// estimate_splitting(): rare failures by multilevel splitting: populations of elections that come closer and closer to failure.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <boost/math/special_functions/beta.hpp>

#include <election/codes/allocation.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/core/parallel.hpp>
#include <election/core/ties.hpp>
#include <election/estimate/interval.hpp>
#include <election/estimate/rare_estimate.hpp>
#include <election/models/messages.hpp>
#include <election/models/random_stream.hpp>
#include <election/models/sampling_kernel.hpp>

namespace election {
namespace detail {

/// A code and a law of messages, as elections that change step by step read them. Workers with the same partitions are one class.
class splitting_problem {
public:
    template <exchangeable_messages Messages>
    splitting_problem(const packed_allocation& code, const Messages& messages, std::size_t liars, tie_policy ties)
        : partitions(code.partitions()), majority(Messages::truth == truth_rule::majority),
          last_margin(2 * static_cast<std::int32_t>(liars)), coins(false), can_mirror(false) {
        constexpr std::size_t most = 65535;
        require(code.workers() <= most, "estimate", "workers", code.workers(), "must be at most ", most);
        require(partitions <= most, "estimate", "partitions", partitions, "must be at most ", most);
        require(liars <= code.workers(), "placement", "liars", liars, "must be at most the number of workers, ",
                code.workers());
        set_classes(code, ties);
        set_weights(messages.weights(partitions));
        const bool can_tie = std::ranges::any_of(tied, [](std::int32_t vote) { return vote != 0; });
        can_mirror = majority && can_tie && !is_symmetric(ties);
        for (std::size_t w = 0; w <= partitions; ++w) {
            can_mirror = can_mirror && std::isinf(log_density[w]) == std::isinf(log_density[partitions - w]);
        }
    }

    static constexpr std::int64_t unit = 1024; ///< of scores

    [[nodiscard]] std::size_t classes() const noexcept { return loads.size(); }
    /// The probability of a message of one weight over that of a message of another, by logarithms since each may be too small.
    [[nodiscard]] double ratio(std::size_t from, std::size_t to) const {
        return std::isinf(log_density[from]) ? 0 : std::exp(log_density[to] - log_density[from]);
    }
    /// Whether + is right in an election with so many +.
    [[nodiscard]] bool plus_is_right(std::size_t weight) const noexcept { return !majority || 2 * weight > partitions; }

    std::size_t partitions;
    bool majority;                      ///< whether the truth is that of the partitions; else it is +
    std::int32_t last_margin;           ///< an election fails if its margin is not larger
    bool coins;                         ///< whether tied workers throw coins
    bool can_mirror;                    ///< whether mirroring a message is a step that helps
    bool can_flip = false;              ///< whether messages of neighbouring weights come up
    std::vector<std::int32_t> loads;    ///< of each class
    std::vector<std::int32_t> size;     ///< its workers
    std::vector<std::int32_t> tied;     ///< their votes when tied, without coins
    std::vector<std::uint32_t> holders; ///< classes that hold partition j: from begin[j] to begin[j + 1]
    std::vector<std::size_t> begin;
    std::vector<std::int64_t> pull;  ///< Σ 1 / load over the workers that hold partition j, times `unit`
    std::vector<double> cumulative;  ///< P(weight ≤ w)
    std::vector<double> log_density; ///< log of P(w) / C(k, w)
    std::vector<double> up;          ///< density of w + 1 over that of w
    std::vector<double> down;        ///< density of w − 1 over that of w

private:
    void set_classes(const packed_allocation& code, tie_policy ties) {
        std::map<std::vector<std::uint64_t>, std::size_t> known;
        std::vector<std::size_t> first;
        for (std::size_t i = 0; i < code.workers(); ++i) {
            const std::size_t load = code.load(i);
            const bool throws = ties == tie_policy::coin && load % 2 == 0;
            coins = coins || throws;
            const auto row = code.row(i);
            const auto [same, is_new] = known.try_emplace({row.begin(), row.end()}, loads.size());
            if (is_new || throws) { // coins fall differently
                first.push_back(i);
                loads.push_back(static_cast<std::int32_t>(load));
                size.push_back(0);
            }
            ++size[is_new || throws ? loads.size() - 1 : same->second];
        }
        for (std::size_t c = 0; c < loads.size(); ++c) {
            const bool can_tie = loads[c] % 2 == 0;
            tied.push_back(!can_tie                       ? 0
                           : ties == tie_policy::positive ? size[c]
                           : ties == tie_policy::negative ? -size[c]
                                                          : 0);
        }
        begin.push_back(0);
        for (std::size_t j = 0; j < partitions; ++j) {
            for (std::size_t c = 0; c < loads.size(); ++c) {
                if (code(first[c], j)) holders.push_back(static_cast<std::uint32_t>(c));
            }
            begin.push_back(holders.size());
            double shares = 0;
            for (std::size_t h = begin[j]; h < begin[j + 1]; ++h) {
                shares += static_cast<double>(size[holders[h]]) / static_cast<double>(loads[holders[h]]);
            }
            pull.push_back(static_cast<std::int64_t>(std::nearbyint(static_cast<double>(unit) * shares)));
        }
    }
    void set_weights(const std::vector<double>& weights) {
        const double never = -std::numeric_limits<double>::infinity();
        double sum = 0;
        for (std::size_t w = 0; w < weights.size(); ++w) {
            log_density.push_back(weights[w] > 0 ? std::log(weights[w]) - log_choose(partitions, w) : never);
            cumulative.push_back(sum += weights[w]);
        }
        for (std::size_t w = 0; w < weights.size(); ++w) {
            up.push_back(w + 1 < weights.size() ? ratio(w, w + 1) : 0);
            down.push_back(w > 0 ? ratio(w, w - 1) : 0);
            can_flip = can_flip || up.back() > 0;
        }
    }
};

/// Where an election is on the way to failure.
struct splitting_place {
    std::int64_t score; ///< the smaller, the closer
    bool fails;

    /// Failures are within all levels, whatever their score.
    [[nodiscard]] bool is_within(std::int64_t level) const noexcept { return fails || score <= level; }
};
/// The level that is failure itself: no score is so small.
inline constexpr std::int64_t failure_level = std::numeric_limits<std::int64_t>::min();

/// Elections of a population, one after the other in memory.
struct splitting_population {
    splitting_population(const splitting_problem& problem, std::size_t count)
        : partitions(problem.partitions), classes(problem.classes()), order(count * partitions), sums(count * classes),
          coins(problem.coins ? count * classes : 0), weights(count), votes(count), pulls(count) {}

    void copy(std::size_t to, const splitting_population& other, std::size_t from) {
        std::copy_n(other.order.data() + from * partitions, partitions, order.data() + to * partitions);
        std::copy_n(other.sums.data() + from * classes, classes, sums.data() + to * classes);
        if (!coins.empty()) std::copy_n(other.coins.data() + from * classes, classes, coins.data() + to * classes);
        weights[to] = other.weights[from];
        votes[to] = other.votes[from];
        pulls[to] = other.pulls[from];
    }

    std::size_t partitions;
    std::size_t classes;
    std::vector<std::uint16_t> order; ///< partitions, those with + first
    std::vector<std::int32_t> sums;   ///< of the signs of each class
    std::vector<std::int8_t> coins;   ///< +1 or −1, of each class, thrown before it is known whether they are needed
    std::vector<std::size_t> weights; ///< partitions with +
    std::vector<std::int32_t> votes;  ///< the sum of all workers'
    std::vector<std::int64_t> pulls;  ///< Σ m_j · pull_j
};

/// One election of a population, and its steps. Every step is reversible with respect to the law of the messages restricted to
/// margins that are not above a level.
class splitting_walker {
public:
    splitting_walker(const splitting_problem& problem, splitting_population& population, std::size_t particle)
        : problem_(problem), order_(population.order.data() + particle * population.partitions),
          sums_(population.sums.data() + particle * population.classes),
          coins_(problem.coins ? population.coins.data() + particle * population.classes : nullptr),
          stored_weight_(population.weights[particle]), stored_votes_(population.votes[particle]),
          stored_pull_(population.pulls[particle]), weight_(stored_weight_), votes_(stored_votes_), pull_(stored_pull_) {}
    splitting_walker(const splitting_walker&) = delete;
    splitting_walker& operator=(const splitting_walker&) = delete;
    ~splitting_walker() {
        stored_weight_ = weight_;
        stored_votes_ = votes_;
        stored_pull_ = pull_;
    }

    [[nodiscard]] splitting_place place() const noexcept {
        const std::int64_t score = splitting_problem::unit * votes_ + pull_;
        return problem_.plus_is_right(weight_) ? splitting_place{score, votes_ <= problem_.last_margin}
                                               : splitting_place{-score, -votes_ <= problem_.last_margin};
    }

    /// A random election.
    void draw(random_stream& random) {
        const std::size_t k = problem_.partitions;
        const double below = random.uniform() * problem_.cumulative.back();
        const auto found = std::ranges::upper_bound(problem_.cumulative, below) - problem_.cumulative.begin();
        weight_ = std::min(static_cast<std::size_t>(found), k);
        std::iota(order_, order_ + k, std::uint16_t{0});
        for (std::size_t j = 0; j < weight_; ++j) std::swap(order_[j], order_[j + random.below(k - j)]);
        for (std::size_t c = 0; c < problem_.classes(); ++c) {
            sums_[c] = -problem_.loads[c];
            if (coins_ != nullptr) coins_[c] = (random.word() & 1U) != 0 ? 1 : -1;
        }
        pull_ = 0;
        for (std::size_t p = 0; p < k; ++p) {
            const std::size_t j = order_[p];
            pull_ += p < weight_ ? problem_.pull[j] : -problem_.pull[j];
            if (p >= weight_) continue;
            for (std::size_t h = problem_.begin[j]; h < problem_.begin[j + 1]; ++h) sums_[problem_.holders[h]] += 2;
        }
        count_votes();
    }

    /// Steps, `sweeps` times as many as there are partitions.
    void walk(std::size_t sweeps, std::int64_t level, random_stream& random) {
        const std::size_t k = problem_.partitions;
        for (std::size_t sweep = 0; sweep < sweeps; ++sweep) {
            for (std::size_t step = 0; step < k; ++step) {
                if (problem_.can_flip && step % 2 == 0) {
                    flip_step(level, random);
                } else {
                    swap_step(level, random);
                }
            }
            if (coins_ != nullptr) {
                for (std::size_t c = 0; c < problem_.classes(); ++c) coin_step(level, random);
            }
            if (problem_.can_mirror) mirror_step(level, random);
        }
    }

private:
    [[nodiscard]] std::int32_t vote(std::size_t c) const noexcept {
        const std::int32_t sum = sums_[c];
        if (sum != 0) return sum > 0 ? problem_.size[c] : -problem_.size[c];
        return coins_ != nullptr && problem_.loads[c] % 2 == 0 ? coins_[c] : problem_.tied[c];
    }
    void count_votes() {
        votes_ = 0;
        for (std::size_t c = 0; c < problem_.classes(); ++c) votes_ += vote(c);
    }
    /// Turns the sign of the partition at a place of the order.
    void flip(std::size_t at) {
        const std::size_t j = order_[at];
        const bool plus = at < weight_;
        const std::int32_t change = plus ? -2 : 2;
        for (std::size_t h = problem_.begin[j]; h < problem_.begin[j + 1]; ++h) {
            const std::size_t c = problem_.holders[h];
            const std::int32_t sum = sums_[c] + change;
            if (sum > 2 || sum < -2) { // the vote stays
                sums_[c] = sum;
                continue;
            }
            votes_ -= vote(c);
            sums_[c] = sum;
            votes_ += vote(c);
        }
        if (plus) {
            pull_ -= 2 * problem_.pull[j];
            std::swap(order_[at], order_[--weight_]);
        } else {
            pull_ += 2 * problem_.pull[j];
            std::swap(order_[at], order_[weight_++]);
        }
    }
    /// Metropolis: turns a random partition, accepted with the ratio of the two messages' probabilities.
    void flip_step(std::int64_t level, random_stream& random) {
        const std::size_t at = random.below(problem_.partitions);
        const bool plus = at < weight_;
        const double ratio = plus ? problem_.down[weight_] : problem_.up[weight_];
        if (ratio < 1 && !(random.uniform() < ratio)) return;
        flip(at);
        if (!place().is_within(level)) flip(plus ? weight_ : weight_ - 1);
    }
    /// A random partition with + and a random one with − exchange their signs: as likely as the way back.
    void swap_step(std::int64_t level, random_stream& random) {
        const std::size_t k = problem_.partitions;
        if (weight_ == 0 || weight_ == k) return;
        // Both numbers from one word: what is left of it after the first is uniform, too, but for k / 2⁶⁴.
        __extension__ using wide = unsigned __int128;
        const wide product = static_cast<wide>(random.word()) * weight_;
        const auto a = static_cast<std::size_t>(product >> 64U);
        const auto c = weight_ + static_cast<std::size_t>(
                                     (static_cast<wide>(static_cast<std::uint64_t>(product)) * (k - weight_)) >> 64U);
        flip(a);
        flip(c);
        if (place().is_within(level)) return;
        flip(weight_ - 1);
        flip(c);
    }
    void coin_step(std::int64_t level, random_stream& random) {
        const std::size_t c = random.below(problem_.classes());
        const std::int32_t before = vote(c);
        coins_[c] = static_cast<std::int8_t>(-coins_[c]);
        votes_ += vote(c) - before;
        if (place().is_within(level)) return;
        votes_ += before - vote(c);
        coins_[c] = static_cast<std::int8_t>(-coins_[c]);
    }
    void mirror() {
        const std::size_t k = problem_.partitions;
        std::reverse(order_, order_ + k);
        weight_ = k - weight_;
        for (std::size_t c = 0; c < problem_.classes(); ++c) sums_[c] = -sums_[c];
        pull_ = -pull_;
        count_votes();
    }
    /// Ties that favour one side make elections of that side unlike their mirror images, which no other step may reach.
    void mirror_step(std::int64_t level, random_stream& random) {
        const double ratio = problem_.ratio(weight_, problem_.partitions - weight_);
        if (ratio < 1 && !(random.uniform() < ratio)) return;
        mirror();
        if (!place().is_within(level)) mirror();
    }

    const splitting_problem& problem_;
    std::uint16_t* order_;
    std::int32_t* sums_;
    std::int8_t* coins_;
    std::size_t& stored_weight_;
    std::int32_t& stored_votes_;
    std::int64_t& stored_pull_;
    std::size_t weight_;
    std::int32_t votes_;
    std::int64_t pull_;
};

/// A population of elections on its way to failure.
class splitting_replicate {
public:
    splitting_replicate(const splitting_problem& problem, const rare_options& options, const sampling_kernel& kernel,
                        std::uint64_t number)
        : problem_(problem), options_(options), kernel_(kernel), number_(number), now_(problem, options.particles),
          next_(problem, options.particles), places_(options.particles) {}

    /// Draws the elections that it starts with.
    void draw() {
        random_stream random = stream(0);
        for (std::size_t i = 0; i < places_.size(); ++i) {
            splitting_walker walker(problem_, now_, i);
            walker.draw(random);
            places_[i] = walker.place();
        }
        trials_ += places_.size();
    }
    /// Those with a margin that is not above the level take the place of the others, each of them as often as every other but for
    /// one; which ones have one more is random. Then all walk.
    /// \returns the share that was there; with 0 the population is left as it was
    double pass(std::int64_t level) {
        random_stream random = stream(++level_);
        std::vector<std::size_t> survivors;
        for (std::size_t i = 0; i < places_.size(); ++i) {
            if (places_[i].is_within(level)) survivors.push_back(i);
        }
        if (survivors.empty()) return 0;
        const std::size_t some = survivors.size();
        for (std::size_t i = 0; i < places_.size() % some; ++i) {
            std::swap(survivors[i], survivors[i + random.below(some - i)]);
        }
        for (std::size_t i = 0; i < places_.size(); ++i) {
            next_.copy(i, now_, survivors[i % some]);
            splitting_walker walker(problem_, next_, i);
            walker.walk(options_.sweeps, level, random);
            places_[i] = walker.place();
        }
        trials_ += places_.size();
        std::swap(now_, next_);
        return static_cast<double>(some) / static_cast<double>(places_.size());
    }

    [[nodiscard]] std::span<const splitting_place> places() const noexcept { return places_; }
    [[nodiscard]] std::size_t failures() const {
        return static_cast<std::size_t>(
            std::ranges::count_if(places_, [](const splitting_place& place) { return place.fails; }));
    }
    [[nodiscard]] std::uint64_t trials() const noexcept { return trials_; }

private:
    /// Nothing else draws from these streams of a seed.
    [[nodiscard]] random_stream stream(std::uint64_t level) const {
        constexpr std::uint64_t splitting = std::uint64_t{0x51} << 56U;
        return {kernel_, options_.seed, splitting | number_ << 32U | level};
    }

    const splitting_problem& problem_;
    const rare_options& options_;
    const sampling_kernel& kernel_;
    std::uint64_t number_;
    splitting_population now_;
    splitting_population next_;
    std::vector<splitting_place> places_;
    std::uint64_t level_ = 0;
    std::uint64_t trials_ = 0;
};

/// The levels on the way to failure, the last one being failure itself: such that about a quarter of a population gets from each
/// to the next. Found with a population that is not used for anything else.
[[nodiscard]] inline std::vector<std::int64_t> splitting_levels(const splitting_problem& problem,
                                                                const rare_options& options, const sampling_kernel& kernel,
                                                                std::uint64_t& trials) {
    constexpr double share = 0.25;
    constexpr int patience = 20; // walks without any progress
    splitting_replicate pilot(problem, options, kernel, 0);
    pilot.draw();
    std::vector<std::int64_t> levels;
    std::int64_t level = std::numeric_limits<std::int64_t>::max();
    const double count = static_cast<double>(options.particles);
    for (int stuck = 0; stuck < patience && static_cast<double>(pilot.failures()) < share * count;) {
        // Failures pass every level, so they count for all of them.
        std::vector<std::int64_t> scores;
        for (const splitting_place& place : pilot.places()) scores.push_back(place.fails ? failure_level : place.score);
        std::ranges::sort(scores);
        std::int64_t best = level;
        double distance = std::numeric_limits<double>::infinity();
        for (std::size_t i = pilot.failures(); i < scores.size() && scores[i] < level; ++i) {
            if (i + 1 < scores.size() && scores[i + 1] == scores[i]) continue;
            const double from = std::abs(std::log(static_cast<double>(i + 1) / count / share));
            if (from >= distance) break;
            distance = from;
            best = scores[i];
        }
        if (best == level) { // scores come in steps, and this one is high
            ++stuck;
        } else {
            stuck = 0;
            level = best;
            levels.push_back(level);
        }
        (void)pilot.pass(level);
    }
    levels.push_back(failure_level);
    trials += pilot.trials();
    return levels;
}

/// The point that |T| exceeds with probability `both_tails`, T Student's with so many degrees of freedom:
/// P(|T| > t) = I_x(ν/2, 1/2) with x = ν / (ν + t²).
[[nodiscard]] inline double student_quantile(double degrees, double both_tails) {
    const double x = boost::math::ibeta_inv(degrees / 2, 0.5, both_tails);
    return std::sqrt(degrees * (1 - x) / x);
}

} // namespace detail

/// How often a code fails against the worst-placed liars, by multilevel splitting: for failures that are rare whatever the weight of the
/// message.
///
/// A population of N random elections is drawn, and led to failure over levels L_1 > … > L_m of a score: the margin, plus the mean sign of
/// every worker's partitions times the truth, which falls already where no vote has turned yet. A_i are the elections with a score of at
/// most L_i and all that fail; A_m are those that fail. At each level the members of A_i take the place of the others, and then all
/// walk: they change by random steps that stay in A_i and leave the law of the messages, given A_i, as it is (two partitions of
/// different signs exchange them; one partition turns, accepted as by Metropolis). With f_i the share of the population that is in A_i,
/// the estimate is f_1 · … · f_m.
///
/// *It is unbiased, however badly the walks mix.* Let π be the law of the messages, K_i the kernel of the walk, which leaves π given A_i as
/// it is, X_0 the first population, and X_i that after the walk in A_i. Claim: for every function φ,
/// E[f_1 ⋯ f_i · mean φ(X_i)] = E_π[φ; A_i], where the left side is 0 once nobody is left. For i = 0 it holds, with all elections for A_0,
/// as these are draws from π. From i − 1 to i: each member of X_{i−1} in A_i is continued 1 / f_i times on average, so that given
/// X_{i−1}, f_i · mean φ(X_i) is on average the mean over X_{i−1} of 1_{A_i} · K_i φ. By the claim for i − 1 and that function, the left side
/// is E_π[K_i φ; A_i], since A_i is part of A_{i−1}; and this is E_π[φ; A_i]. At last f_m is the mean of 1_{A_m} over X_{m−1}: the claim
/// for m − 1 with φ = 1_{A_m} says that the estimate's mean is the probability of failure. The levels come from a pilot population with
/// random numbers of its own; given these, the argument holds.
///
/// The mean of independent replicates is reported. Its standard error is from their scatter, and so is the interval, by Student's
/// t: it covers as stated if the replicates' mean is nearly normal, which is so when many replicates meet failures and the relative
/// error is small. It is not a guarantee: ways to failure that no population found are in neither. If no replicate meets a
/// failure, the interval is that of Clopper and Pearson for the N·replicates elections that were drawn at first.
/// \param code      n × k, both at most 65535
/// \param messages  an exchangeable model
/// \param liars     b, who send the opposite of the truth, worst placed: an election fails if its margin is at most 2b
/// \param options   ties, seed, particles, replicates, sweeps, confidence, threads
/// \param kernel    draws random numbers; the result does not depend on it
/// \throws parameter_error  parameters that are not allowed
/// \par Complexity
/// O(replicates · particles · levels · sweeps · k · d) with d different workers that hold a partition on average; memory for two
/// populations a thread. The number of levels is about −log₄ of the probability.
/// \par Reference
/// Kahn, Harris, *Estimation of particle transmission by random sampling* (1951); Del Moral, *Feynman–Kac formulae* (2004), Theorem
/// 7.4.2, for unbiasedness; Cérou, Del Moral, Furon, Guyader, *Sequential Monte Carlo for rare event estimation*, Statistics and
/// Computing 22 (2012); Botev, Kroese, *Efficient Monte Carlo simulation via the generalized splitting method*, Statistics and
/// Computing 22 (2012)
///
/// \code
/// // 51 workers with a partition each, and 24 that hold all of them: nearest elections have a margin of 1 + 24 = 25.
/// std::vector<std::vector<int>> rows(75, std::vector<int>(51, 1));
/// for (std::size_t i = 0; i < 51; ++i) {
///     for (std::size_t j = 0; j < 51; ++j) rows[i][j] = i == j;
/// }
/// const auto never = election::estimate_splitting(rows, election::nearest_messages{}, 12);
/// assert(never.estimate == 0 && never.upper > 0);
/// const auto always = election::estimate_splitting(rows, election::nearest_messages{}, 13);
/// assert(always.estimate == 1 && always.levels == 1);
/// \endcode
template <allocation A, exchangeable_messages Messages>
[[nodiscard]] rare_estimate estimate_splitting(const A& code, const Messages& messages, std::size_t liars,
                                               const rare_options& options, const sampling_kernel& kernel) {
    const auto start = std::chrono::steady_clock::now();
    detail::require_estimable(options);
    decltype(auto) matrix = packed(code);
    const detail::splitting_problem problem(matrix, messages, liars, options.ties);
    rare_estimate found;
    found.workers = matrix.workers();
    found.partitions = matrix.partitions();
    found.method = rare_method::splitting;
    found.confidence = options.confidence;
    found.seed = options.seed;
    found.replicates = options.replicates;
    found.threads = options.threads == 0 ? available_threads() : options.threads;
    const std::vector<std::int64_t> levels = detail::splitting_levels(problem, options, kernel, found.trials);
    found.levels = levels.size();

    struct outcome {
        double estimate = 1;
        std::uint64_t trials = 0;
        std::size_t failures = 0;
        std::size_t failures_at_first = 0;
    };
    std::vector<outcome> outcomes(options.replicates);
    std::atomic<std::size_t> next{0};
    run_on_threads(static_cast<unsigned>(std::min<std::size_t>(found.threads, options.replicates)), [&](unsigned) {
        for (std::size_t r = next++; r < outcomes.size(); r = next++) {
            detail::splitting_replicate replicate(problem, options, kernel, r + 1);
            outcome& mine = outcomes[r];
            replicate.draw();
            mine.failures_at_first = replicate.failures();
            for (std::size_t i = 0; i < levels.size() && mine.estimate > 0; ++i) {
                if (i + 1 < levels.size()) {
                    mine.estimate *= replicate.pass(levels[i]);
                } else { // nobody needs to walk any more
                    mine.failures = replicate.failures();
                    mine.estimate *= static_cast<double>(mine.failures) / static_cast<double>(options.particles);
                }
            }
            mine.trials = replicate.trials();
        }
    });

    const double count = static_cast<double>(outcomes.size());
    std::size_t failures_at_first = 0;
    for (const outcome& one : outcomes) {
        found.estimate += one.estimate;
        found.trials += one.trials;
        found.failures += one.failures;
        failures_at_first += one.failures_at_first;
    }
    found.estimate /= count;
    double squares = 0;
    for (const outcome& one : outcomes) squares += (one.estimate - found.estimate) * (one.estimate - found.estimate);
    found.standard_error = std::sqrt(squares / (count - 1) / count);
    if (squares > 0) {
        const double reach = detail::student_quantile(count - 1, 1 - options.confidence) * found.standard_error;
        found.interval = "student";
        found.lower = std::max(0.0, found.estimate - reach);
        found.upper = std::min(1.0, found.estimate + reach);
    } else { // all replicates say the same: none, or all, of the elections failed
        const interval bounds =
            confidence_interval(failures_at_first, options.particles * options.replicates, options.confidence);
        found.interval = name_of(interval_kind::clopper_pearson);
        found.lower = bounds.lower;
        found.upper = bounds.upper;
    }
    found.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return found;
}

/// The same with the best kernel that this translation unit's compiler flags allow.
template <class Arch = default_arch, allocation A, exchangeable_messages Messages>
[[nodiscard]] rare_estimate estimate_splitting(const A& code, const Messages& messages, std::size_t liars,
                                               const rare_options& options = {}) {
    constexpr sampling_kernel kernel = sampling_kernel_for<Arch>();
    return estimate_splitting(code, messages, liars, options, kernel);
}

} // namespace election
