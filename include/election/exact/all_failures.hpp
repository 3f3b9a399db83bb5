// SPDX-License-Identifier: MIT
// all_failures(): how many nearest elections have the worst margin, and which: in order, to a limit, up to symmetry where wanted.
#pragma once

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/core/ties.hpp>
#include <election/exact/big_count.hpp>
#include <election/exact/count_choices.hpp>
#include <election/exact/count_frontier.hpp>
#include <election/exact/cover_kernel.hpp>
#include <election/exact/cover_problem.hpp>
#include <election/exact/exact_election.hpp>
#include <election/exact/exact_model.hpp>
#include <election/exact/failure_enumerator.hpp>
#include <election/exact/list_choices.hpp>
#include <election/exact/orbit_enumeration.hpp>
#include <election/exact/symmetry.hpp>
#include <election/exact/verify_exact.hpp>
#include <election/verify/verdict.hpp>

namespace election {

/// What to count and list.
struct failure_options {
    std::size_t limit = 100;     ///< list at most so many
    bool up_to_symmetry = false; ///< list only the first of those that symmetries make of one another
    /// Further symmetries, as permutations of the columns of make_cover_problem(): of the partitions that may lose. Found without help: exchanges of two
    /// partitions, j → a·j + s, and where ties treat both signs alike, the mirror image of a message.
    std::vector<column_permutation> symmetries = {};
    unsigned threads = 1;                                     ///< of enumerations, at least 1
    double seconds = std::numeric_limits<double>::infinity(); ///< end after this time
    std::stop_token stop = {};                                ///< end when asked
};

/// One election, and how many it stands for.
struct failure {
    /// The message, the votes and the margin.
    exact_election election;
    big_count orbit{1}; ///< elections that symmetries make of it, itself among them; 1 where all are listed
};

/// What all_failures() found.
struct failure_report {
    big_count count;               ///< elections, over both truths
    bool counted = true;           ///< whether these are all; false where a limit ended the count, and more there may be
    std::string method;            ///< that counted: "tree", "frontier", "exhaustive" or "symmetric"
    std::vector<failure> failures; ///< the first of them, in the order of the messages: + before 0 before −
    bool listed = true;            ///< false where a limit of time ended the list before options.limit did
    std::uint64_t nodes = 0;       ///< of search trees, states of tables, and elections that were enumerated
};

namespace detail {

/// The elections of one truth in order, with the next one at hand.
class failure_side {
public:
    /// \param enumerated  all of them, which then are not searched for; or nothing
    failure_side(const packed_allocation& code, const exact_model& model, int truth, std::int64_t margin,
                 choice_classes which, const choice_options& options, const cover_kernel& kernel,
                 const failure_enumerator::found_failures* enumerated)
        : code_(code), model_(model), truth_(truth), stated_(make_cover_problem(code, model, truth)),
          lister_(stated_.cover, margin - stated_.cover.constant,
                  truth > 0 ? choice_order::winners_first : choice_order::losers_first, which, options, kernel) {
        if (enumerated != nullptr) {
            known_ = enumerated->losers;
            // As words: the first partition is the highest bit.
            const auto word = [](std::uint64_t losers) {
                std::uint64_t reversed = 0;
                for (std::size_t j = 0; j < 64; ++j) reversed |= (losers >> j & 1U) << (63 - j);
                return reversed;
            };
            std::ranges::sort(*known_, {}, [&](std::uint64_t losers) { return truth > 0 ? word(losers) : ~word(losers); });
        }
        advance();
    }
    failure_side(const failure_side&) = delete;
    failure_side& operator=(const failure_side&) = delete;

    void advance() {
        losers_ = next_losers();
        if (!losers_) return;
        election_ = election_of(code_, model_, truth_, *losers_);
        order_.clear();
        for (std::int8_t sign : election_.message) order_ += sign > 0 ? 'a' : sign == 0 ? 'b' : 'c';
    }
    [[nodiscard]] bool has_next() const noexcept { return losers_.has_value(); }
    [[nodiscard]] const std::vector<std::uint32_t>& losers() const noexcept { return *losers_; }
    [[nodiscard]] const exact_election& election() const noexcept { return election_; }
    /// Compares as messages come.
    [[nodiscard]] const std::string& order() const noexcept { return order_; }
    [[nodiscard]] const choice_lister& lister() const noexcept { return lister_; }
    [[nodiscard]] bool complete() const noexcept { return known_.has_value() || lister_.complete(); }

private:
    [[nodiscard]] std::optional<std::vector<std::uint32_t>> next_losers() {
        if (!known_) return lister_.next();
        if (next_ == known_->size()) return std::nullopt;
        std::vector<std::uint32_t> losers;
        for (std::uint64_t rest = (*known_)[next_++]; rest != 0; rest &= rest - 1) {
            losers.push_back(static_cast<std::uint32_t>(std::countr_zero(rest)));
        }
        return losers;
    }

    const packed_allocation& code_;
    const exact_model& model_;
    int truth_;
    worst_case_problem stated_;
    choice_lister lister_;
    std::optional<std::vector<std::uint64_t>> known_;
    std::size_t next_ = 0; ///< of known_
    std::optional<std::vector<std::uint32_t>> losers_;
    exact_election election_;
    std::string order_;
};

/// Which elections are alike. A choice is known by the numbers of losers in the classes of interchangeable columns; other symmetries
/// exchange whole classes, since what they make of an exchange is one.
class failure_orbits {
public:
    /// \param generators  of symmetries of the columns of lister.problem()
    failure_orbits(const choice_lister& lister, const std::vector<column_permutation>& generators)
        : classes_(lister.classes()), class_of_(lister.problem().columns, 0) {
        for (std::uint32_t c = 0; c < classes_.size(); ++c) {
            for (std::uint32_t column : classes_[c]) class_of_[column] = c;
        }
        for (const column_permutation& g : generators) {
            std::vector<std::uint32_t> images;
            for (const auto& members : classes_) images.push_back(class_of_[g[members.front()]]);
            images_.push_back(std::move(images));
        }
    }

    /// \returns how many choices are like this one, or nothing if one of them was here before
    [[nodiscard]] std::optional<big_count> enter(const std::vector<std::uint32_t>& losers) {
        std::vector<std::uint32_t> counts(classes_.size(), 0);
        for (std::uint32_t column : losers) ++counts[class_of_[column]];
        if (!seen_.insert(counts).second) return std::nullopt;
        big_count size(1);
        for (std::size_t c = 0; c < counts.size(); ++c) size = size * big_binomial(classes_[c].size(), counts[c]);
        std::uint64_t alike = 1;
        std::vector<std::vector<std::uint32_t>> open{counts};
        while (!open.empty()) {
            const std::vector<std::uint32_t> from = std::move(open.back());
            open.pop_back();
            for (const std::vector<std::uint32_t>& images : images_) {
                std::vector<std::uint32_t> to(from.size());
                for (std::size_t c = 0; c < from.size(); ++c) to[images[c]] = from[c];
                if (!seen_.insert(to).second) continue;
                ++alike;
                open.push_back(std::move(to));
            }
        }
        return size * big_count(alike);
    }

private:
    const std::vector<std::vector<std::uint32_t>>& classes_;
    std::vector<std::uint32_t> class_of_;
    std::vector<std::vector<std::uint32_t>> images_; ///< of classes, by generator
    std::set<std::vector<std::uint32_t>> seen_;
};

/// The symmetries that are known of the columns of a problem.
/// \throws parameter_error  one that was given and is none
[[nodiscard]] inline std::vector<column_permutation> known_symmetries(const choice_lister& lister,
                                                                      const std::vector<column_permutation>& given) {
    std::vector<column_permutation> known = affine_symmetries(lister.problem());
    for (std::size_t g = 0; g < given.size(); ++g) {
        require(is_symmetry(lister.problem(), given[g]), "all_failures", "symmetry", g, "must map workers to workers");
        known.push_back(given[g]);
    }
    return known;
}

/// One question on its way.
class failure_search {
public:
    failure_search(const packed_allocation& code, const exact_model& model, std::int64_t margin,
                   const failure_options& options, const exact_kernels& kernels)
        : code_(code), model_(model), margin_(margin), options_(options), kernels_(kernels),
          is_mirrored_(is_symmetric(model.ties)) {
        for (int truth : truths_to_check(model)) {
            enumerators_.push_back(std::make_unique<failure_enumerator>(code, model, truth, options.symmetries,
                                                                        options.threads, options.stop, kernels.exhaustive));
            enumeration_seconds_ += enumerators_.back()->seconds();
        }
    }

    [[nodiscard]] failure_report run() {
        constexpr double too_long = 3600;
        constexpr double moment = 0.01;
        if (options_.limit > 0) {
            // A tree finds the first elections at once if there are many, and may look long for few.
            const bool may_enumerate = enumeration_seconds_ < too_long;
            list(may_enumerate ? std::max(moment, enumeration_seconds_ / 5) : std::numeric_limits<double>::infinity());
            if (!report_.listed && may_enumerate && !stopped()) {
                (void)enumerate();
                list(std::numeric_limits<double>::infinity());
            }
        }
        count();
        if (is_mirrored_) report_.count = report_.count * big_count(2);
        if (!report_.counted) { // what is listed is there too
            big_count seen;
            for (const failure& listed : report_.failures) seen += listed.orbit;
            report_.count = std::max(report_.count, seen);
        }
        return std::move(report_);
    }

private:
    [[nodiscard]] double remaining() const { return seconds_left(options_.seconds, start_); }
    [[nodiscard]] bool stopped() const { return options_.stop.stop_requested() || remaining() <= 0; }
    [[nodiscard]] choice_options limits(double seconds) const {
        choice_options left;
        left.stop = options_.stop;
        left.seconds = std::min(seconds, remaining());
        left.identity = model_.alphabet == sign_alphabet::ternary ? choice_identity::pairs : choice_identity::columns;
        return left;
    }

    /// \returns whether all truths are done
    bool enumerate() {
        is_enumerated_ = true;
        is_all_known_ = true;
        for (const auto& enumerator : enumerators_) {
            const auto& found = enumerator->run(margin_, remaining());
            is_enumerated_ = is_enumerated_ && found;
            is_all_known_ = is_all_known_ && found && found->listed;
        }
        return is_enumerated_;
    }
    /// What was enumerated of a truth, if it has all.
    [[nodiscard]] const failure_enumerator::found_failures* known(int truth) const {
        if (!is_all_known_) return nullptr;
        return &*enumerators_[truth > 0 || is_mirrored_ ? 0 : 1]->run(margin_, 0);
    }

    void list(double seconds) {
        report_.failures.clear();
        report_.listed = true;
        const choice_classes which = options_.up_to_symmetry ? choice_classes::firsts : choice_classes::all;
        std::vector<std::unique_ptr<failure_side>> sides;
        std::vector<failure_orbits> orbits; // one for both sides where they are alike
        for (int truth : {1, -1}) {
            sides.push_back(std::make_unique<failure_side>(code_, model_, truth, margin_, which, limits(seconds),
                                                           kernels_.cover, known(truth)));
            if (!options_.up_to_symmetry || (truth < 0 && is_mirrored_)) continue;
            orbits.emplace_back(sides.back()->lister(), known_symmetries(sides.back()->lister(), options_.symmetries));
        }
        while (report_.failures.size() < options_.limit) {
            if (!sides[0]->complete() || !sides[1]->complete()) break; // neither may go on alone
            const bool has_plus = sides[0]->has_next();
            if (!has_plus && !sides[1]->has_next()) break;
            const std::size_t from = has_plus && (!sides[1]->has_next() || sides[0]->order() < sides[1]->order()) ? 0 : 1;
            failure_side& side = *sides[from];
            std::optional<big_count> orbit(1);
            if (options_.up_to_symmetry) {
                orbit = orbits[is_mirrored_ ? 0 : from].enter(side.losers());
                if (orbit && is_mirrored_) orbit = *orbit * big_count(2);
            }
            if (orbit) report_.failures.push_back({side.election(), std::move(*orbit)});
            side.advance();
        }
        for (const auto& side : sides) {
            report_.nodes += side->lister().nodes();
            report_.listed = report_.listed && (side->complete() || report_.failures.size() == options_.limit);
        }
    }

    void count() {
        std::size_t place = 0;
        for (int truth : truths_to_check(model_)) {
            failure_enumerator& enumerator = *enumerators_[place++];
            if (is_enumerated_) {
                take(*enumerator.run(margin_, 0));
                continue;
            }
            const cover_problem problem = make_cover_problem(code_, model_, truth).cover;
            choice_options options = limits(std::numeric_limits<double>::infinity());
            options.others.push_back({"enumeration", enumerator.seconds(), [&](double seconds) -> std::optional<big_count> {
                                          const auto& found = enumerator.run(margin_, seconds);
                                          if (!found) return std::nullopt;
                                          return found->count;
                                      }});
            choice_count found = count_choices(problem, margin_ - problem.constant, options, kernels_.cover);
            report_.nodes += found.nodes;
            if (found.method == "enumeration") {
                take(*enumerator.run(margin_, 0));
                continue;
            }
            report_.count += found.count;
            report_.counted = report_.counted && found.complete;
            report_.method = std::move(found.method);
        }
    }
    void take(const failure_enumerator::found_failures& found) {
        report_.count += found.count;
        report_.nodes += found.examined;
        report_.method = found.method;
    }

    const packed_allocation& code_;
    const exact_model& model_;
    std::int64_t margin_;
    const failure_options& options_;
    const exact_kernels& kernels_;
    bool is_mirrored_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    std::vector<std::unique_ptr<failure_enumerator>> enumerators_; ///< of truths_to_check()
    double enumeration_seconds_ = 0;                               ///< of all of them
    bool is_enumerated_ = false;
    bool is_all_known_ = false;
    failure_report report_;
};

} // namespace detail

/// Counts and lists the nearest elections whose margin is at most a given one: with the worst margin, all worst elections; with 2b, all in
/// which b liars can win.
///
/// Nearest elections are those in which as few partitions as possible are right: ⌊k/2⌋ + 1, or k less those of model.may_lose if that
/// is more; for ternary signs those whose sum is 1 or −1, or the nearest to it that model.may_lose allows. A worst election that is not
/// nearest stays one when more partitions are made wrong, so these are the ones that matter. An election is its message: zeros
/// count once, weights and liars make no more of it. Both truths count: where ties treat both signs alike, an election and its mirror image.
///
/// What counts is chosen by expected times: count_choices() by its tree or its table, or, with at most 64 partitions, an enumeration
/// of all elections or of one of each orbit under options.symmetries and the maps j → a·j + s.
/// \param code     n × k
/// \param model    what may happen; no corrupted partitions, since then several honest messages lead to the same reports
/// \param margin   the smallest, as verify_exact() finds it, or a larger one
/// \param options  what to list and when to end
/// \param kernels  from `exact_kernels_for<Arch>()`
/// \returns the number, exactly unless a limit ended the count, and the first of them; with up_to_symmetry the first of each orbit with
///          the orbit's size, and the sizes of all orbits add up to the number
/// \throws parameter_error  a model that does not fit, or has corrupted partitions; a symmetry that is none; up_to_symmetry with ternary
///                          signs, or no threads
/// \par Complexity
/// count_choices(), choice_lister and orbit_enumeration; up to symmetry all orbits that were met are remembered
///
/// \code
/// const election::packed_allocation code(election::deterministic(5, 1)); // 10000, 01110, 11111, 11111, 11111
/// const auto report = election::all_failures(code, {}, 3, {.limit = 2});
/// assert(report.count.to_string() == "14" && report.failures.size() == 2);
/// assert(election::to_string(report.failures[0].election.message) == "++--+");
/// \endcode
[[nodiscard]] inline failure_report all_failures(const packed_allocation& code, const exact_model& model,
                                                 std::int64_t margin, const failure_options& options = {},
                                                 const exact_kernels& kernels = exact_kernels_for<default_arch>()) {
    detail::require(model.corrupted == 0, "all_failures", "corrupted", model.corrupted, "must be 0");
    detail::require(!options.up_to_symmetry || model.alphabet == sign_alphabet::binary, "all_failures", "up_to_symmetry",
                    true, "is for binary signs");
    detail::require(options.threads >= 1, "all_failures", "threads", options.threads, "must be at least 1");
    detail::require_valid(model, code, 1, "all_failures");
    return detail::failure_search(code, model, margin, options, kernels).run();
}

} // namespace election
