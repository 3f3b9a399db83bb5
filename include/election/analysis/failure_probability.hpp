// SPDX-License-Identifier: MIT
// failure_probability(): how often the decoded sign is not the truth, exactly, from a code's tally enumerator.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include <election/analysis/enumerate.hpp>
#include <election/analysis/tally_enumerator.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/core/ties.hpp>
#include <election/models/liars.hpp>
#include <election/models/messages.hpp>

namespace election {

/// An attack whose liars send what does not depend on their honest votes.
///
/// Holds when: A is against_attack, directional_attack or noise_attack. Non-example: reverse_attack.
template <class A>
concept vote_blind_attack =
    std::same_as<A, against_attack> || std::same_as<A, directional_attack> || std::same_as<A, noise_attack>;

/// Any attack of election/models/liars.hpp.
template <class A>
concept known_attack = vote_blind_attack<A> || std::same_as<A, reverse_attack> || std::same_as<A, flip_attack>;

/// A placement whose liars are not always the same.
///
/// Holds when: P is worst_placement or random_placement. Non-example: fixed_placement, for which a tally enumerator does not
/// say enough.
template <class P>
concept exchangeable_placement = std::same_as<P, worst_placement> || std::same_as<P, random_placement>;

namespace detail {

/// Of some workers, how many vote the truth, are tied, or vote wrong.
struct vote_split {
    std::size_t correct = 0;
    std::size_t tied = 0;
    std::size_t wrong = 0;
};

/// P(X ≥ j) for j = 0 … n + 1, X binomial; added from the smallest term on.
[[nodiscard]] inline std::vector<double> binomial_tails(std::size_t n, double p) {
    std::vector<double> tails = binomial_weights(n, p);
    tails.push_back(0);
    for (std::size_t j = n; j-- > 0;) tails[j] += tails[j + 1];
    return tails;
}

/// The place of P(X ≥ j) in binomial_tails(n, p) for any j.
[[nodiscard]] inline std::size_t tail_place(std::ptrdiff_t j, std::size_t n) noexcept {
    return static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(j, 0, static_cast<std::ptrdiff_t>(n) + 1));
}

/// j such that the margin `start` − 2·X fails, is at most 0, if and only if X ≥ j.
[[nodiscard]] constexpr std::ptrdiff_t fails_from(std::ptrdiff_t start) noexcept { return start <= 0 ? 0 : (start + 1) / 2; }

/// The probability that an election fails, given how the honest workers vote and what the liars would have voted.
/// Liars whose set is already chosen: only their own coins are left.
template <known_attack Attack>
class attack_law;

template <>
class attack_law<against_attack> {
public:
    attack_law(const against_attack&, std::size_t liars) : liars_(static_cast<std::ptrdiff_t>(liars)) {}
    /// \param honest  correct minus wrong votes of those who do not lie
    [[nodiscard]] double failure(std::ptrdiff_t honest, const vote_split&, int /*truth*/) const noexcept {
        return honest - liars_ <= 0 ? 1 : 0;
    }

private:
    std::ptrdiff_t liars_;
};

template <>
class attack_law<directional_attack> {
public:
    attack_law(const directional_attack& attack, std::size_t liars)
        : sign_(attack.sign), liars_(static_cast<std::ptrdiff_t>(liars)) {
        require(attack.sign == 1 || attack.sign == -1, "directional_attack", "sign", attack.sign, "must be 1 or -1");
    }
    [[nodiscard]] double failure(std::ptrdiff_t honest, const vote_split&, int truth) const noexcept {
        return honest + sign_ * truth * liars_ <= 0 ? 1 : 0;
    }

private:
    int sign_;
    std::ptrdiff_t liars_;
};

template <>
class attack_law<noise_attack> {
public:
    attack_law(const noise_attack&, std::size_t liars) : liars_(liars), wrong_(binomial_tails(liars, 0.5)) {}
    [[nodiscard]] double failure(std::ptrdiff_t honest, const vote_split&, int /*truth*/) const noexcept {
        return wrong_[tail_place(fails_from(honest + static_cast<std::ptrdiff_t>(liars_)), liars_)];
    }

private:
    std::size_t liars_;
    std::vector<double> wrong_;
};

template <>
class attack_law<reverse_attack> {
public:
    attack_law(const reverse_attack&, std::size_t) {}
    [[nodiscard]] double failure(std::ptrdiff_t honest, const vote_split& liars, int /*truth*/) const noexcept {
        return honest - static_cast<std::ptrdiff_t>(liars.correct) + static_cast<std::ptrdiff_t>(liars.wrong) <= 0 ? 1 : 0;
    }
};

template <>
class attack_law<flip_attack> {
public:
    attack_law(const flip_attack& attack, std::size_t liars) {
        require(attack.probability >= 0 && attack.probability <= 1, "flip_attack", "probability", attack.probability,
                "must be 0 to 1");
        for (std::size_t b = 0; b <= liars; ++b) {
            weights_.push_back(binomial_weights(b, attack.probability));
            tails_.push_back(binomial_tails(b, attack.probability));
        }
    }
    [[nodiscard]] double failure(std::ptrdiff_t honest, const vote_split& liars, int /*truth*/) const noexcept {
        const std::ptrdiff_t start =
            honest + static_cast<std::ptrdiff_t>(liars.correct) - static_cast<std::ptrdiff_t>(liars.wrong);
        double sum = 0;
        for (std::size_t righted = 0; righted <= liars.wrong; ++righted) {
            const std::ptrdiff_t needed = fails_from(start + 2 * static_cast<std::ptrdiff_t>(righted));
            sum += weights_[liars.wrong][righted] * tails_[liars.correct][tail_place(needed, liars.correct)];
        }
        return sum;
    }

private:
    std::vector<std::vector<double>> weights_;
    std::vector<std::vector<double>> tails_;
};

/// Calls work(split) for all ways in which b of some workers can be chosen.
template <class Work>
void for_splits(const vote_split& of, std::size_t b, const Work& work) {
    for (std::size_t correct = 0; correct <= std::min(b, of.correct); ++correct) {
        for (std::size_t tied = 0; tied <= std::min(b - correct, of.tied); ++tied) {
            const std::size_t wrong = b - correct - tied;
            if (wrong <= of.wrong) work(vote_split{correct, tied, wrong});
        }
    }
}

[[nodiscard]] constexpr std::ptrdiff_t honest_margin(const vote_split& all, const vote_split& liars) noexcept {
    return static_cast<std::ptrdiff_t>(all.correct - liars.correct) - static_cast<std::ptrdiff_t>(all.wrong - liars.wrong);
}

/// The probability that an election with these honest votes fails when liars are chosen among all workers.
template <exchangeable_placement Placement, known_attack Attack>
class placed_failure {
public:
    placed_failure(std::size_t workers, const Placement& placement, const Attack& attack)
        : liars_(placement.liars), law_(attack, placement.liars) {
        require(placement.liars <= workers, "failure_probability", "liars", placement.liars,
                "must be at most n = ", workers);
    }

    [[nodiscard]] double operator()(const vote_split& votes, int truth) const {
        double result = 0;
        for_splits(votes, liars_, [&](const vote_split& liars) {
            const double failure = law_.failure(honest_margin(votes, liars), liars, truth);
            if constexpr (std::same_as<Placement, worst_placement>) {
                result = std::max(result, failure);
            } else if (failure > 0) {
                result += failure * std::exp(log_choose(votes.correct, liars.correct) + log_choose(votes.tied, liars.tied) +
                                             log_choose(votes.wrong, liars.wrong) -
                                             log_choose(votes.correct + votes.tied + votes.wrong, liars_));
            }
        });
        return result;
    }

private:
    std::size_t liars_;
    attack_law<Attack> law_;
};

/// The same when other workers, who are not among the votes, lie.
template <vote_blind_attack Attack>
class outside_failure {
public:
    outside_failure(std::size_t liars, const Attack& attack) : law_(attack, liars) {}
    [[nodiscard]] double operator()(const vote_split& votes, int truth) const {
        return law_.failure(honest_margin(votes, {}), {}, truth);
    }

private:
    attack_law<Attack> law_;
};

/// Applies a tie policy: tied workers vote. The mean over their coins, if they throw any.
template <class Failure>
[[nodiscard]] double with_ties(const vote_split& votes, int truth, tie_policy ties, const Failure& failure) {
    const auto [correct, tied, wrong] = votes;
    switch (ties) {
    case tie_policy::positive:
    case tie_policy::negative: {
        const bool right = (ties == tie_policy::positive) == (truth > 0);
        return failure(vote_split{correct + (right ? tied : 0), 0, wrong + (right ? 0 : tied)}, truth);
    }
    case tie_policy::coin: {
        const std::vector<double> heads = binomial_weights(tied, 0.5);
        double sum = 0;
        for (std::size_t h = 0; h <= tied; ++h) {
            sum += heads[h] * failure(vote_split{correct + h, 0, wrong + tied - h}, truth);
        }
        return sum;
    }
    default:
        return failure(votes, truth);
    }
}

/// The mean of failure(votes, truth) over the messages of each weight; 0 for a weight without a truth.
template <class Failure>
[[nodiscard]] std::vector<double> mean_by_weight(const tally_enumerator& tally, truth_rule rule, tie_policy ties,
                                                 const Failure& failure) {
    const std::size_t k = tally.partitions();
    std::vector<double> all(k + 1);
    for (std::size_t w = 0; w <= k; ++w) all[w] = static_cast<double>(messages_of_weight(k, w));
    std::vector<double> result(k + 1, 0.0);
    std::unordered_map<std::uint64_t, double> known; // the same votes come up at many weights
    for (const tally_cell& cell : tally.cells()) {
        if (rule == truth_rule::majority && 2 * cell.weight == k) continue;
        const bool plus_is_true = rule == truth_rule::plus || 2 * cell.weight > k;
        const std::size_t minus = tally.workers() - cell.plus - cell.tied;
        const vote_split votes =
            plus_is_true ? vote_split{cell.plus, cell.tied, minus} : vote_split{minus, cell.tied, cell.plus};
        const std::uint64_t key =
            (std::uint64_t{votes.correct} << 33U) | (std::uint64_t{votes.tied} << 1U) | (plus_is_true ? 1U : 0U);
        const auto [place, is_new] = known.try_emplace(key, 0.0);
        if (is_new) place->second = with_ties(votes, plus_is_true ? 1 : -1, ties, failure);
        result[cell.weight] += static_cast<double>(cell.messages) / all[cell.weight] * place->second;
    }
    return result;
}

} // namespace detail

/// The probability of failure for each number of partitions with +, given that number.
///
/// A failure is a decoded sign that is not strictly the truth. From the result follow the failure probabilities of all
/// exchangeable message models of one truth rule, at no further cost.
/// \param tally      of a code, whole; of some messages it gives a lower bound
/// \param rule       what the truth is
/// \param placement  worst_placement or random_placement, at most n liars
/// \param attack     what liars send, in place of their honest vote or coin
/// \param ties       how tied workers vote
/// \returns k + 1 probabilities; 0 where messages have no truth
/// \throws parameter_error  more liars than workers, a flip attack without a probability, another sign than 1 and −1
/// \par Complexity
/// O(cells of different votes · b²), times b for flip_attack and n for coins
///
/// \code
/// const auto tally = election::enumerate_tally(election::uncoded(5)).tally;
/// const auto failure = election::failure_by_weight(tally, election::truth_rule::plus, election::worst_placement{1},
///                                                  election::against_attack{});
/// assert(failure[3] == 1 && failure[4] == 0); // 3 + and 2 -: one liar turns it
/// \endcode
template <exchangeable_placement Placement, known_attack Attack>
[[nodiscard]] std::vector<double> failure_by_weight(const tally_enumerator& tally, truth_rule rule,
                                                    const Placement& placement, const Attack& attack,
                                                    tie_policy ties = tie_policy::abstain) {
    return detail::mean_by_weight(tally, rule, ties,
                                  detail::placed_failure<Placement, Attack>(tally.workers(), placement, attack));
}

/// The failure probability of a message model, from that of each weight.
/// \param by_weight  what failure_by_weight() returned for the model's truth rule
/// \param messages   the model
/// \returns 0 … 1; a sum of positive terms, so that its relative error is about 10⁻¹² however small it is
/// \throws parameter_error  as messages.weights()
/// \par Complexity
/// O(k)
template <exchangeable_messages Messages>
[[nodiscard]] double failure_probability(std::span<const double> by_weight, const Messages& messages) {
    const std::vector<double> weights = messages.weights(by_weight.size() - 1);
    double sum = 0;
    for (std::size_t w = 0; w < weights.size(); ++w) sum += weights[w] * by_weight[w];
    return sum;
}

/// The failure probability of a code whose liars may be any workers.
///
/// See failure_by_weight() for the parameters, and for many models of one truth rule.
///
/// \code
/// const auto tally = election::enumerate_tally(election::deterministic(5, 1)).tally;
/// // It tolerates one liar, wherever; and where three of five partitions are right, not two.
/// const election::nearest_messages nearest;
/// assert(election::failure_probability(tally, nearest, election::worst_placement{1}, election::against_attack{}) == 0);
/// assert(election::failure_probability(tally, nearest, election::worst_placement{2}, election::against_attack{}) > 0);
/// \endcode
template <exchangeable_messages Messages, exchangeable_placement Placement, known_attack Attack>
[[nodiscard]] double failure_probability(const tally_enumerator& tally, const Messages& messages, const Placement& placement,
                                         const Attack& attack, tie_policy ties = tie_policy::abstain) {
    return failure_probability(failure_by_weight(tally, Messages::truth, placement, attack, ties), messages);
}

namespace detail {

/// Which workers a placement names.
[[nodiscard]] inline std::vector<bool> liar_marks(std::size_t workers, const fixed_placement& placement) {
    std::vector<bool> lies(workers);
    for (std::size_t liar : placement.liars) {
        require(liar < workers, "fixed_placement", "liar", liar, "must be a worker, 0 to ", workers - 1);
        require(!lies[liar], "fixed_placement", "liar", liar, "is named twice");
        lies[liar] = true;
    }
    return lies;
}

} // namespace detail

/// The rows of a code without its liars'. O(n·k / 64).
/// \param code       n × k
/// \param placement  different workers of the code, not all of them
/// \returns the others, in order
/// \throws parameter_error  a worker that does not exist, one that is named twice, or nobody left
///
/// \code
/// const election::packed_allocation code(election::uncoded(3));
/// assert(election::honest_rows(code, {{0, 2}}).workers() == 1);
/// \endcode
[[nodiscard]] inline packed_allocation honest_rows(const packed_allocation& code, const fixed_placement& placement) {
    const std::vector<bool> lies = detail::liar_marks(code.workers(), placement);
    detail::require(placement.liars.size() < code.workers(), "honest_rows", "liars", placement.liars.size(),
                    "must be fewer than n = ", code.workers());
    packed_allocation honest(code.workers() - placement.liars.size(), code.partitions());
    std::size_t next = 0;
    for (std::size_t i = 0; i < code.workers(); ++i) {
        if (lies[i]) continue;
        for (std::size_t j = 0; j < code.partitions(); ++j) {
            if (code(i, j)) honest.set(next, j);
        }
        ++next;
    }
    return honest;
}

/// Enumerates the votes of those who do not lie, for a placement in which always the same workers do.
/// \param code       n × k, as enumerate_tally() takes it
/// \param placement  different workers of the code, all of them if you like
/// \param options    threads, and when to stop
/// \param kernel     the inner loops
/// \returns the tally enumerator of the other workers
/// \throws parameter_error  as honest_rows() and enumerate_tally()
/// \par Complexity
/// that of enumerate_tally()
///
/// \code
/// const election::packed_allocation code(election::full(3, 3));
/// assert(election::enumerate_honest(code, {{0, 1, 2}}).tally.workers() == 0);
/// \endcode
[[nodiscard]] inline enumeration_result
enumerate_honest(const packed_allocation& code, const fixed_placement& placement, const enumerate_options& options = {},
                 const enumerate_kernel& kernel = enumerate_kernel_for<default_arch>()) {
    if (placement.liars.size() < code.workers()) return enumerate_tally(honest_rows(code, placement), options, kernel);
    (void)detail::liar_marks(code.workers(), placement);
    std::vector<tally_cell> cells;
    for (std::size_t w = 0; w <= code.partitions(); ++w) {
        cells.push_back({w, 0, 0, messages_of_weight(code.partitions(), w)});
    }
    enumeration_result nobody{tally_enumerator(0, code.partitions(), std::move(cells))};
    nobody.complete = true;
    nobody.method = "enumeration";
    return nobody;
}

/// failure_by_weight() when always the same workers lie, who send what does not depend on their honest votes.
/// \param honest  what enumerate_honest() found
/// \param rule    what the truth is
/// \param liars   how many workers are left out there
/// \param attack  against_attack, directional_attack or noise_attack
/// \param ties    how tied workers vote
/// \returns k + 1 probabilities; 0 where messages have no truth
/// \par Complexity
/// O(cells)
///
/// \code
/// const election::packed_allocation code(election::full(3, 3));
/// const auto honest = election::enumerate_honest(code, {{1}}).tally;
/// const auto failure =
///     election::failure_by_weight(honest, election::truth_rule::majority, std::size_t{1}, election::against_attack{});
/// assert(failure[2] == 0); // two of three workers are honest and right
/// \endcode
template <vote_blind_attack Attack>
[[nodiscard]] std::vector<double> failure_by_weight(const tally_enumerator& honest, truth_rule rule, std::size_t liars,
                                                    const Attack& attack, tie_policy ties = tie_policy::abstain) {
    return detail::mean_by_weight(honest, rule, ties, detail::outside_failure<Attack>(liars, attack));
}

/// The failure probability of a code in which always the same workers lie.
/// \param code       n × k, as enumerate_tally() takes it
/// \param messages   the model
/// \param placement  different workers of the code
/// \param attack     against_attack, directional_attack or noise_attack
/// \param ties       how tied workers vote
/// \param options    of the enumeration of the honest rows; one that is stopped gives a lower bound
/// \param kernel     the inner loops
/// \returns 0 … 1
/// \throws parameter_error  as honest_rows(), enumerate_tally(), and messages.weights()
/// \par Complexity
/// that of enumerate_tally()
///
/// \code
/// const election::nearest_messages nearest;
/// const election::against_attack against;
/// // The only worker that holds partition 0 lies: it is lost whenever partition 0 decides, in two of three nearest messages.
/// const double failure = election::failure_probability(election::uncoded(3), nearest, election::fixed_placement{{0}}, against);
/// assert(failure > 0.666 && failure < 0.667);
/// \endcode
template <allocation A, exchangeable_messages Messages, vote_blind_attack Attack>
[[nodiscard]] double failure_probability(const A& code, const Messages& messages, const fixed_placement& placement,
                                         const Attack& attack, tie_policy ties = tie_policy::abstain,
                                         const enumerate_options& options = {},
                                         const enumerate_kernel& kernel = enumerate_kernel_for<default_arch>()) {
    const packed_allocation& matrix = packed(code);
    const enumeration_result honest = enumerate_honest(matrix, placement, options, kernel);
    return failure_probability(failure_by_weight(honest.tally, Messages::truth, placement.liars.size(), attack, ties),
                               messages);
}

/// A curve: the failure probabilities of a family of message models.
/// \param by_weight   what failure_by_weight() returned for their truth rule
/// \param parameters  e.g. values of q or of the signal-to-noise ratio
/// \param make        makes a message model of a parameter
/// \returns one probability a parameter
/// \par Complexity
/// O(parameters · k)
///
/// \code
/// const auto tally = election::enumerate_tally(election::deterministic(7, 2)).tally;
/// const auto failure = election::failure_by_weight(tally, election::truth_rule::plus, election::random_placement{2},
///                                                  election::reverse_attack{});
/// const std::vector<double> snr{1, 2, 4};
/// const auto curve = election::failure_curve(failure, snr, [](double x) { return election::gaussian_messages{x}; });
/// assert(curve[0] > curve[1] && curve[1] > curve[2]);
/// \endcode
template <class Make>
[[nodiscard]] std::vector<double> failure_curve(std::span<const double> by_weight, std::span<const double> parameters,
                                                const Make& make) {
    std::vector<double> curve;
    curve.reserve(parameters.size());
    for (double parameter : parameters) curve.push_back(failure_probability(by_weight, make(parameter)));
    return curve;
}

} // namespace election
