// SPDX-License-Identifier: MIT
// verify_exact(): the exact worst case of a code of any size, by the fastest method, with a proof if asked for.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/core/parallel.hpp>
#include <election/exact/certificate.hpp>
#include <election/exact/cover_kernel.hpp>
#include <election/exact/cover_problem.hpp>
#include <election/exact/exact_election.hpp>
#include <election/exact/exact_model.hpp>
#include <election/exact/orbit_enumeration.hpp>
#include <election/exact/orbit_prefixes.hpp>
#include <election/exact/presolve.hpp>
#include <election/exact/solve_cover.hpp>
#include <election/exact/symmetry.hpp>
#include <election/verify/exhaustive.hpp>
#include <election/verify/nearest.hpp>
#include <election/verify/verdict.hpp>

namespace election {

/// Ways to find a code's worst election.
enum class exact_method : std::uint8_t {
    automatic,  ///< whatever is expected to be fastest
    exhaustive, ///< verify_exhaustive(), for at most 64 partitions and the plain model
    symmetric,  ///< orbit_enumeration, for the same
    tree,       ///< branch_and_bound()
    frontier,   ///< solve_frontier()
    circulant   ///< solve_circulant() or solve_windows()
};

/// Who finds symmetries of a cover problem beside affine_symmetries().
struct symmetry_finder {
    std::string name; ///< for the reasons
    /// Generators of them; none if empty. nauty_symmetries() of <election/nauty.hpp> finds all.
    std::function<std::vector<column_permutation>(const cover_problem&)> find = {};
};

/// How to verify. The defaults ask for the exact margin on all processors, for as long as it takes.
struct exact_options {
    exact_model model = {};                                       ///< which elections count
    std::optional<int> tolerates = {};                            ///< only asks whether so many liars are tolerated
    exact_method method = exact_method::automatic;                ///< how
    unsigned threads = 0;                                         ///< 0: as many as this process may use
    std::optional<std::chrono::duration<double>> time_limit = {}; ///< ends after this time, more than 0 s
    std::stop_token stop = {};                                    ///< ends when asked
    /// Called before a search that may take longer than a few milliseconds, on the calling thread: soon enough to begin to watch for
    /// what asks to stop. Answers that come at once do without; for a certificate it may
    /// be called once for each truth.
    std::function<void()> on_search = {};
    std::function<void(const search_progress&)> on_progress = {}; ///< of a search tree, about ten times a second
    /// Searches trees in place of branch_and_bound(), unless a certificate is asked for; see solve_options.
    std::function<void(const cover_problem&, const search_options&, const cover_kernel&, search_state&)> search = {};
    bool certify = false;            ///< with a certificate
    symmetry_finder symmetries = {}; ///< asked where the maps j → a·j + s are few and enumeration takes long
};

/// A verdict, how it was found, and what proves it.
struct exact_verdict : verdict {
    std::vector<std::string> reasons;      ///< what was looked at and why the method was taken, a line each
    std::uint64_t nodes = 0;               ///< of a search tree, states of a table, or elections, as the method counts
    exact_election election = {};          ///< the worst one seen, by the definition
    std::optional<certificate> proof = {}; ///< if asked for; the claim is the margin, or what answers the question
};

/// The inner loops that verify_exact() needs, for one architecture.
struct exact_kernels {
    cover_kernel cover;           ///< of search trees
    exhaustive_kernel exhaustive; ///< of enumerations
};

/// The kernels of an architecture. O(1).
/// \tparam Arch  a tag of election::arch whose instructions are enabled: `is_enabled<Arch>`
template <class Arch = default_arch>
[[nodiscard]] constexpr exact_kernels exact_kernels_for() noexcept {
    return {cover_kernel_for<Arch>(), exhaustive_kernel_for<Arch>()};
}

namespace detail {

/// The truth whose worst election is at least as bad as that of the other: a tie counts against it.
[[nodiscard]] constexpr int worse_truth(tie_policy ties) noexcept { return ties == tie_policy::positive ? -1 : 1; }

/// Choices of the winners of a nearest election.
[[nodiscard]] inline double nearest_elections_of_one_truth(std::size_t partitions) {
    const auto k = static_cast<double>(partitions);
    const auto winners = static_cast<double>(nearest_winners(partitions));
    return std::exp(std::lgamma(k + 1) - std::lgamma(winners + 1) - std::lgamma(k - winners + 1));
}

/// Seconds to examine so many elections. Measured: 1.5 to 2.2·10⁹ votes a second for each lane of a register.
[[nodiscard]] inline double enumeration_seconds(double elections, std::size_t workers, const exhaustive_kernel& kernel,
                                                unsigned threads) {
    const double votes = elections * static_cast<double>(workers + 8);
    constexpr double votes_per_lane = 1.6e9;
    const double shares = elections > 4e6 ? static_cast<double>(std::min(threads, available_threads())) : 1;
    return votes / (votes_per_lane * static_cast<double>(kernel.lanes) * shares);
}

/// How many of so many elections are examined where one of each orbit is enough.
[[nodiscard]] inline double examined_of_orbits(double elections, std::size_t symmetries) {
    constexpr double missed = 14; // measured: of an orbit's elections so many are examined
    return elections / static_cast<double>(symmetries) * missed;
}

/// Seconds to examine one of each orbit of so many symmetries.
[[nodiscard]] inline double orbit_seconds(double elections, std::size_t symmetries, std::size_t workers,
                                          const exhaustive_kernel& kernel, unsigned threads) {
    const double preparation = 0.002 + 3e-5 * static_cast<double>(symmetries);
    constexpr double faster = 1.6; // measured, too: than to examine as many of all elections
    return enumeration_seconds(examined_of_orbits(elections, symmetries), workers, kernel, threads) / faster + preparation;
}

/// Symmetries that are multiplied out; with more, only some of them are used.
inline constexpr std::size_t most_symmetries = 4000;

/// One code on its way through verify_exact().
class exact_verifier {
public:
    exact_verifier(const packed_allocation& code, const exact_options& options, const exact_kernels& kernels)
        : code_(code), options_(options), kernels_(kernels),
          threads_(options.threads == 0 ? available_threads() : options.threads) {
        require(!options.tolerates || *options.tolerates >= 0, "verify", "tolerates", options.tolerates.value_or(0),
                "must be at least 0");
        require(!options.time_limit || options.time_limit->count() > 0, "verify", "time_limit",
                options.time_limit ? options.time_limit->count() : 0.0, "must be more than 0 s");
        if (options.certify) {
            const auto& weights = options.model.weights;
            const std::uint64_t votes = std::accumulate(weights.begin(), weights.end(), std::uint64_t{0});
            require(votes <= std::uint64_t{std::numeric_limits<std::int32_t>::max()}, "verify", "sum of the weights", votes,
                    "must be at most 2147483647 for a certificate");
        }
        require(is_plain(options.model) ||
                    (options.method != exact_method::exhaustive && options.method != exact_method::symmetric),
                "verify", "method", options.method == exact_method::exhaustive ? "exhaustive" : "symmetric",
                "is for binary messages and workers that are alike");
    }

    [[nodiscard]] exact_verdict run() {
        if (is_short()) return enumerate();
        if (options_.method == exact_method::exhaustive) {
            announce_search();
            return enumerate();
        }
        const int truth = worse_truth(options_.model.ties);
        const side worse = solve(truth, std::nullopt);
        fill(worse);
        if (options_.certify) certify(&worse);
        result_.seconds = elapsed();
        return std::move(result_);
    }

private:
    /// What is known for one truth, in the columns of the stated problem.
    struct side {
        int truth = 1;
        worst_case_problem stated;
        cover_answer answer;
        std::vector<std::vector<std::uint32_t>> groups; ///< workers of each row of the solved problem
        cover_solution solution;                        ///< of the solved problem
        std::int64_t margin_known = 0;                  ///< there is no smaller one; the proof may show less

        [[nodiscard]] std::int64_t margin_proved() const { return stated.cover.constant + answer.loss_lower; }
    };

    [[nodiscard]] double elapsed() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }

    [[nodiscard]] double nearest_elections() const {
        return nearest_elections_of_one_truth(code_.partitions()) * (is_symmetric(options_.model.ties) ? 1 : 2);
    }
    [[nodiscard]] double enumeration_seconds(double elections) const {
        return detail::enumeration_seconds(elections, code_.workers(), kernels_.exhaustive, threads_);
    }
    /// Seconds to examine them again for a certificate, with a checker's plain loops.
    [[nodiscard]] double checking_seconds(double elections) const {
        constexpr double per_election = 11e-9; // measured, as is what eight workers take
        constexpr double per_word = 1.2e-9;
        if (!options_.certify) return 0;
        return elections * (per_election + per_word * std::ceil(static_cast<double>(code_.workers()) / 8));
    }
    /// Whether enumeration is done before anything else would have begun.
    [[nodiscard]] bool is_short() const {
        constexpr double short_seconds = 1.5e-3;
        return options_.method == exact_method::automatic && !options_.certify && is_plain(options_.model) &&
               code_.partitions() <= exhaustive_max_partitions && enumeration_seconds(nearest_elections()) < short_seconds;
    }

    void announce_search() const {
        if (options_.on_search) options_.on_search();
    }

    [[nodiscard]] verify_options plain_options(double seconds) const {
        verify_options plain;
        plain.ties = options_.model.ties;
        plain.tolerates = options_.tolerates;
        plain.threads = threads_;
        if (seconds < 1e9) plain.time_limit = std::chrono::duration<double>(std::max(1e-6, seconds));
        plain.stop = options_.stop;
        if (options_.on_progress) {
            plain.on_progress = [report = options_.on_progress](const progress& now) {
                report({now.done, static_cast<double>(now.done) / static_cast<double>(std::max<std::uint64_t>(1, now.total)),
                        0, now.seconds});
            };
        }
        return plain;
    }
    [[nodiscard]] double remaining() const {
        return options_.time_limit ? options_.time_limit->count() - elapsed() : std::numeric_limits<double>::infinity();
    }

    /// Partitions that do not report the truth.
    [[nodiscard]] static std::vector<std::uint32_t> losers_of(const sign_list& message) {
        const int truth = truth_of(message);
        std::vector<std::uint32_t> losers;
        for (std::size_t j = 0; j < message.size(); ++j) {
            if (message[j] != truth) losers.push_back(static_cast<std::uint32_t>(j));
        }
        return losers;
    }

    [[nodiscard]] exact_verdict enumerate() {
        static_cast<verdict&>(result_) = verify_exhaustive(code_, plain_options(remaining()), kernels_.exhaustive);
        result_.nodes = result_.messages;
        result_.reasons.push_back("exhaustive: " + shown(result_.messages) + " elections");
        if (!result_.witness.empty()) {
            result_.election = election_of(code_, options_.model, truth_of(result_.witness), losers_of(result_.witness));
        }
        if (options_.certify) certify(nullptr);
        result_.seconds = elapsed();
        return std::move(result_);
    }

    /// \param known  a margin: only whether there is a smaller one is asked
    [[nodiscard]] side solve(int truth, std::optional<std::int64_t> known) {
        side found;
        found.truth = truth;
        found.stated = make_cover_problem(code_, options_.model, truth);
        const cover_problem& stated = found.stated.cover;
        presolved small = options_.certify ? unchanged(stated) : presolve(stated);
        if (options_.certify) merge_equal_rows(small);
        if (!options_.certify) {
            result_.reasons.push_back("presolve: " + shown(code_.workers()) + " workers and " + shown(stated.columns) +
                                      " columns become " + shown(small.problem.rows.size()) + " and " +
                                      shown(small.problem.columns));
        }
        for (const auto& rows : small.rows) {
            auto& workers = found.groups.emplace_back();
            for (std::size_t row : rows) workers.push_back(static_cast<std::uint32_t>(found.stated.workers[row]));
        }
        solve_options how;
        how.threads = threads_;
        how.stop = options_.stop;
        how.on_search = options_.on_search;
        how.on_progress = options_.on_progress;
        how.prove = options_.certify;
        how.search = options_.search;
        how.seconds = remaining();
        std::optional<std::int64_t> question;
        if (options_.tolerates) question = 2 * std::int64_t{*options_.tolerates};
        if (known) question = *known - 1;
        if (question) how.enough = *question - small.problem.constant;
        if (how.enough && *how.enough < 0) how.enough = -1; // no loss is so small
        switch (options_.method) {
        case exact_method::tree:
            how.method = cover_method::tree;
            break;
        case exact_method::frontier:
            how.method = cover_method::frontier;
            break;
        case exact_method::circulant:
            how.method = cover_method::circulant;
            break;
        case exact_method::symmetric:
            how.method = cover_method::other;
            break;
        default:
            break;
        }
        if (is_plain(options_.model) && code_.partitions() <= exhaustive_max_partitions && !small.problem.rows.empty()) {
            add_enumerations(how, truth, stated, small);
        }
        found.solution = solve_cover(small.problem, how, kernels_.cover);
        found.answer = small.expand(found.solution, stated.constant);
        found.margin_known = small.problem.constant + found.solution.loss_known;
        for (const std::string& reason : found.solution.reasons) result_.reasons.push_back(reason);
        return found;
    }

    /// Enumerations of the code itself as ways to solve the small problem.
    void add_enumerations(solve_options& how, int truth, const cover_problem& stated, const presolved& small) {
        const std::int64_t shift =
            stated.constant - small.problem.constant; // loss of the small problem − that of the stated one
        const double all = nearest_elections();
        constexpr double hopeless = 1e15;
        if (options_.method == exact_method::automatic && all < hopeless) {
            how.others.push_back({"exhaustive", enumeration_seconds(all) + checking_seconds(all) + 0.002,
                                  [this, shift, &small](double seconds) { return by_enumeration(seconds, shift, small); },
                                  checking_seconds(all)});
        }
        if (options_.method == exact_method::symmetric) how.others = by_symmetries(truth, stated, shift, small);
        if (options_.method == exact_method::automatic) {
            how.more = [this, truth, &stated, shift, &small] { return by_symmetries(truth, stated, shift, small); };
            how.more_seconds = orbit_seconds(all, most_symmetries, code_.workers(), kernels_.exhaustive, threads_);
        }
    }

    /// Enumeration of one of each orbit, if there are symmetries. Looking for them takes a while.
    [[nodiscard]] std::vector<other_method> by_symmetries(int truth, const cover_problem& stated, std::int64_t shift,
                                                          const presolved& small) {
        known_symmetries known = find_symmetries(stated);
        if (!known.reason.empty()) result_.reasons.push_back(known.reason);
        if (known.elements.size() < 2 && options_.method != exact_method::symmetric) return {};
        symmetries_ = std::make_unique<std::vector<column_permutation>>(std::move(known.elements));
        const double all = nearest_elections();
        const std::size_t size = std::max<std::size_t>(1, symmetries_->size());
        const double seconds = orbit_seconds(all, size, code_.workers(), kernels_.exhaustive, threads_);
        const double checking = checking_seconds(examined_of_orbits(all, size));
        const auto solve = [this, truth, &stated, shift, &small](double limit) -> std::optional<cover_answer> {
            const auto start = std::chrono::steady_clock::now();
            const auto left = [&] { return seconds_left(limit, start); };
            const auto go_on = [&] { return left() > 0 && !options_.stop.stop_requested(); };
            auto orbits =
                orbit_enumeration::if_few(code_, options_.model.ties, truth, *symmetries_, kernels_.exhaustive, go_on);
            if (!orbits) {
                require(options_.method == exact_method::automatic || !go_on(), "verify_exact", "method", "symmetric",
                        "needs a code with more symmetries, or fewer partitions; take auto or tree");
                return std::nullopt;
            }
            auto answer = orbits->run(threads_, left(), options_.stop, stated.constant);
            if (!answer) return std::nullopt;
            return translated(*answer, shift, small);
        };
        return {{"symmetric", seconds + checking, solve, checking}};
    }

    /// The largest group of symmetries that is known.
    struct known_symmetries {
        std::vector<column_permutation> generators;
        std::vector<column_permutation> elements; ///< or as many of them as are of use; empty if it is trivial
        std::string reason;                       ///< for people; empty where there is nothing to say
    };
    [[nodiscard]] known_symmetries find_symmetries(const cover_problem& stated) const {
        known_symmetries affine;
        affine.generators = affine_symmetries(stated);
        affine.elements = close_group(affine.generators, most_symmetries);
        const std::size_t size = std::max<std::size_t>(1, affine.elements.size());
        const auto in_words = [](std::size_t elements) {
            return shown(elements) + (elements == most_symmetries ? " or more" : "");
        };
        constexpr double soon = 0.02; // s; less than it takes to find and use others
        const bool asks = options_.symmetries.find && size < most_symmetries &&
                          (options_.method == exact_method::symmetric || enumeration_seconds(nearest_elections()) > soon);
        if (asks) {
            known_symmetries others;
            others.generators = options_.symmetries.find(stated);
            others.elements = close_group(others.generators, most_symmetries);
            // A checker has to have the whole group.
            const bool fits = !options_.certify || others.elements.size() < most_symmetries;
            if (fits && others.elements.size() > size) {
                others.reason = "symmetries: " + in_words(others.elements.size()) + " by " + options_.symmetries.name +
                                ", the maps j to a*j + s are " + shown(size);
                return others;
            }
        }
        if (size > 1) {
            affine.reason =
                "symmetries: " + in_words(size) + ", the maps j to a*j + s" + (asks ? "; there are no others" : "");
        }
        return affine;
    }

    [[nodiscard]] std::optional<cover_answer> by_enumeration(double seconds, std::int64_t shift, const presolved& small) {
        verify_options plain = plain_options(seconds);
        plain.tolerates = {};
        const verdict found = verify_exhaustive(code_, plain, kernels_.exhaustive);
        if (!found.exact) return std::nullopt;
        cover_answer answer;
        answer.losers = losers_of(found.witness);
        answer.loss = found.margin - small.problem.constant - shift;
        answer.loss_lower = answer.loss;
        answer.nodes = found.messages;
        return translated(answer, shift, small);
    }

    /// An answer about the stated problem as one about the small one. Its losers need not be a choice of that: they are kept apart.
    [[nodiscard]] cover_answer translated(cover_answer answer, std::int64_t shift, const presolved& small) {
        stated_losers_ = std::move(answer.losers);
        stated_loss_ = answer.loss;
        answer.loss += shift;
        answer.loss_lower += shift;
        answer.losers.assign(small.problem.budget, 0);
        for (std::size_t j = 0; j < answer.losers.size(); ++j) answer.losers[j] = static_cast<std::uint32_t>(j);
        return answer;
    }

    void fill(const side& found) {
        std::vector<std::uint32_t> losers = found.answer.losers;
        if (stated_loss_ == found.answer.loss) losers = stated_losers_;
        result_.election = election_of(code_, options_.model, found.truth, losers);
        const std::int64_t margin = found.stated.cover.constant + found.answer.loss;
        if (result_.election.margin != margin) {
            throw std::logic_error("election::verify_exact: the witness does not have the margin that was counted");
        }
        result_.workers = code_.workers();
        result_.partitions = code_.partitions();
        result_.ties = options_.model.ties;
        result_.method = found.solution.method;
        result_.margin = narrow(margin);
        result_.margin_lower = narrow(std::max(found.margin_proved(), std::min(margin, found.margin_known)));
        result_.exact = result_.margin_lower == result_.margin;
        result_.witness = result_.election.message;
        result_.witness_votes = result_.election.votes;
        result_.threads = threads_;
        result_.nodes = found.answer.nodes;
        result_.messages = result_.nodes;
        if (result_.exact && is_plain(options_.model)) { // all nearest elections are covered
            const std::size_t countable = is_symmetric(options_.model.ties) ? 67 : 66;
            const std::size_t k = code_.partitions();
            result_.messages = k > countable ? std::numeric_limits<std::uint64_t>::max()
                                             : binomial(k, nearest_winners(k)) * (is_symmetric(options_.model.ties) ? 1 : 2);
        }
        if (options_.model.weights.empty()) {
            if (result_.exact) result_.tolerance = tolerance_of(result_.margin);
            if (options_.tolerates) {
                const std::int64_t needed = 2 * std::int64_t{*options_.tolerates};
                if (margin <= needed) {
                    result_.tolerates = false;
                } else if (result_.margin_lower > needed) {
                    result_.tolerates = true;
                }
            }
        }
    }

    [[nodiscard]] static int narrow(std::int64_t margin) {
        require(margin >= std::numeric_limits<int>::min() && margin <= std::numeric_limits<int>::max(), "verify", "margin",
                margin, "does not fit an int; use smaller weights");
        return static_cast<int>(margin);
    }

    /// Puts a certificate together, with the other truth's proof where one is needed.
    /// \param worse  of the worse truth; none where all elections were enumerated
    void certify(const side* worse) {
        exact_model model = options_.model; // in a certificate liars and partitions are in their order
        std::ranges::sort(model.liars);
        std::ranges::sort(model.may_lose);
        certificate proof = certificate_about(code_, model);
        proof.witness = to_string(result_.election.message);
        proof.reported = to_string(result_.election.reported);
        const bool asked = options_.tolerates.has_value();
        if (asked && result_.tolerates == false) {
            proof.claim = margin_claim::at_most;
            proof.margin = 2 * std::int64_t{*options_.tolerates};
            result_.proof = std::move(proof);
            return;
        }
        // What is known by bounds that the proof does not use does not count here.
        const bool exact = worse == nullptr ? result_.exact : worse->answer.exact();
        const std::int64_t proved = worse == nullptr ? result_.margin_lower : worse->margin_proved();
        const bool tolerates = asked && proved > 2 * std::int64_t{*options_.tolerates};
        if (!exact && !tolerates) return;
        proof.claim = exact ? margin_claim::exactly : margin_claim::at_least;
        proof.margin = exact ? result_.margin : 2 * std::int64_t{*options_.tolerates} + 1;
        if (!exact) proof.witness.clear();
        std::int64_t votes = static_cast<std::int64_t>(code_.workers());
        if (!model.weights.empty()) votes = std::accumulate(model.weights.begin(), model.weights.end(), std::int64_t{0});
        const auto add = [&](const side& one) {
            proof.sides.push_back({one.truth, proof.margin + votes, lines_of(one)}); // its loss counts all workers
        };
        if (worse == nullptr) {
            for (int truth : truths_to_check(model))
                proof.sides.push_back({truth, proof.margin + votes, enumeration_lines()});
        } else {
            add(*worse);
        }
        if (worse != nullptr && !is_symmetric(options_.model.ties)) {
            const side other = solve(-worse->truth, proof.margin);
            if (!other.answer.exact() && other.stated.cover.constant + other.answer.loss_lower < proof.margin) return;
            add(other);
        }
        std::ranges::stable_sort(proof.sides, std::greater<>(), &certificate_side::truth);
        result_.proof = std::move(proof);
    }

    [[nodiscard]] std::vector<std::string> lines_of(const side& found) const {
        const cover_solution& solution = found.solution;
        if (solution.method == "presolve") return constant_lines();
        if (solution.moments) {
            const moment_part& part = solution.moments->parts.front();
            return moment_lines(part.linear, part.square, part.denominator, named_workers(found, part.rows));
        }
        if (solution.conflicts) {
            std::vector<row_conflict> conflicts;
            for (const conflict_part& part : solution.conflicts->parts) {
                std::vector<std::uint32_t> rows;
                for (const row_turn& turn : part.turns) rows.push_back(turn.row);
                row_conflict& conflict = conflicts.emplace_back();
                for (std::uint32_t row : rows) conflict.workers.push_back(found.groups[row].front());
                conflict.cycle = part.is_cycle;
            }
            return conflict_lines(conflicts);
        }
        if (solution.groups) {
            std::vector<std::vector<std::uint32_t>> groups;
            for (const auto& rows : solution.groups->groups) groups.push_back(workers_of(found, rows));
            return group_lines(groups);
        }
        if (!solution.order.empty()) return frontier_lines(solution.order);
        if (solution.circle) {
            const circle_proof& circle = *solution.circle;
            return circle.is_windows ? window_lines(circle.step, circle.order)
                                     : circulant_lines(circle.step, circle.span, circle.order);
        }
        if (solution.method == "exhaustive") return enumeration_lines();
        if (solution.method == "symmetric") {
            const known_symmetries known = find_symmetries(found.stated.cover);
            return orbit_lines(orbit_order(found.stated.cover, known.elements), known.generators);
        }
        if (solution.trees.empty() && solution.loss_lower > 0) {
            throw std::logic_error("election::verify_exact: nothing proves what was found");
        }
        const auto scale = static_cast<std::uint32_t>(multiplier_scale(merged(found)));
        // Without a tree there is nothing to be shown but that losses are not negative.
        return tree_lines(found.groups, scale,
                          solution.trees.empty() ? std::vector<std::string>{"tree 0\nc\n"} : solution.trees);
    }
    [[nodiscard]] static std::vector<std::uint32_t> workers_of(const side& found, const std::vector<std::uint32_t>& rows) {
        std::vector<std::uint32_t> workers;
        for (std::uint32_t row : rows) workers.insert(workers.end(), found.groups[row].begin(), found.groups[row].end());
        std::ranges::sort(workers);
        return workers;
    }
    /// The same, and nothing where it is everybody.
    [[nodiscard]] std::vector<std::uint32_t> named_workers(const side& found, const std::vector<std::uint32_t>& rows) const {
        std::vector<std::uint32_t> workers = workers_of(found, rows);
        if (workers.size() == code_.workers()) workers.clear();
        return workers;
    }

    /// The problem that was solved for a certificate, again.
    [[nodiscard]] static cover_problem merged(const side& found) {
        presolved same = unchanged(found.stated.cover);
        merge_equal_rows(same);
        return std::move(same.problem);
    }

    const packed_allocation& code_;
    const exact_options& options_;
    const exact_kernels& kernels_;
    unsigned threads_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    std::unique_ptr<std::vector<column_permutation>> symmetries_;
    std::vector<std::uint32_t> stated_losers_;
    std::optional<std::int64_t> stated_loss_;
    exact_verdict result_;
};

} // namespace detail

/// Finds the exact tolerance of a code of any size and an election that shows it.
///
/// Small codes are enumerated (verify_exhaustive()); for others the worst election is stated as a cover problem, made smaller
/// (presolve()) and solved (solve_cover()), or enumerated up to the code's symmetries (orbit_enumeration), whatever is expected to be
/// fastest; `reasons` tells. docs/exact.md explains the methods.
/// \param code     n × k, any n and k
/// \param options  how
/// \param kernels  from `exact_kernels_for<Arch>()`
/// \returns margin, tolerance (without weights), witness; exact unless it ended early; then margin_lower is proved all the same. `messages` counts
///          the nearest elections that the answer covers, at most 2⁶⁴ − 1
/// \throws parameter_error  options out of range, or a method that does not apply
/// \par Complexity
/// exponential at worst
///
/// \code
/// const election::packed_allocation code(election::deterministic(101, 10));
/// const auto found = election::verify_exact(code, {}, election::exact_kernels_for<>());
/// assert(found.exact && found.tolerance == 10);
/// \endcode
[[nodiscard]] inline exact_verdict verify_exact(const packed_allocation& code, const exact_options& options,
                                                const exact_kernels& kernels) {
    return detail::exact_verifier(code, options, kernels).run();
}

} // namespace election
