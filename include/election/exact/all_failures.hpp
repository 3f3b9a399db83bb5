// SPDX-License-Identifier: MIT
// all_failures(): how many nearest elections have the worst margin, and which: in order, to a limit, up to symmetry where wanted.
#pragma once

#include <algorithm>
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
#include <election/exact/cover_kernel.hpp>
#include <election/exact/exact_election.hpp>
#include <election/exact/exact_model.hpp>
#include <election/exact/list_choices.hpp>
#include <election/exact/symmetry.hpp>
#include <election/verify/verdict.hpp>

namespace election {

/// What to count and list.
struct failure_options {
    std::size_t limit = 100;     ///< list at most so many
    bool up_to_symmetry = false; ///< list only the first of those that symmetries make of one another
    /// Further symmetries, as permutations of the columns of make_cover_problem(): of the partitions that may lose. Found without help: exchanges of two
    /// partitions, j → a·j + s, and where ties treat both signs alike, the mirror image of a message.
    std::vector<column_permutation> symmetries = {};
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
    std::vector<failure> failures; ///< the first of them, in ASCII order of the messages: + before −
    bool listed = true;            ///< false where a limit of time ended the list before options.limit did
    std::uint64_t nodes = 0;       ///< of search trees
};

namespace detail {

/// The elections of one truth in order, with the next one at hand.
class failure_side {
public:
    failure_side(const packed_allocation& code, const exact_model& model, int truth, std::int64_t margin,
                 choice_classes which, const choice_options& options, const cover_kernel& kernel)
        : code_(code), model_(model), truth_(truth), stated_(make_cover_problem(code, model, truth)),
          lister_(stated_.cover, margin - stated_.cover.constant,
                  truth > 0 ? choice_order::winners_first : choice_order::losers_first, which, options, kernel) {
        advance();
    }
    failure_side(const failure_side&) = delete;
    failure_side& operator=(const failure_side&) = delete;

    void advance() {
        losers_ = lister_.next();
        if (!losers_) return;
        election_ = election_of(code_, model_, truth_, *losers_);
        message_ = to_string(election_.message);
    }
    [[nodiscard]] bool has_next() const noexcept { return losers_.has_value(); }
    [[nodiscard]] const std::vector<std::uint32_t>& losers() const noexcept { return *losers_; }
    [[nodiscard]] const exact_election& election() const noexcept { return election_; }
    [[nodiscard]] const std::string& message() const noexcept { return message_; }
    [[nodiscard]] const choice_lister& lister() const noexcept { return lister_; }
    [[nodiscard]] const worst_case_problem& stated() const noexcept { return stated_; }

private:
    const packed_allocation& code_;
    const exact_model& model_;
    int truth_;
    worst_case_problem stated_;
    choice_lister lister_;
    std::optional<std::vector<std::uint32_t>> losers_;
    exact_election election_;
    std::string message_;
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

} // namespace detail

/// Counts and lists the nearest elections whose margin is at most a given one: with the worst margin, all worst elections; with 2b, all in
/// which b liars can win.
///
/// Nearest elections are those in which as few partitions as possible are right: ⌊k/2⌋ + 1, or k less those of model.may_lose if that
/// is more. A worst election that is not nearest stays one when more partitions are made wrong, so these are the ones that matter.
/// Both truths count: where ties treat both signs alike, an election and its mirror image.
/// \param code     n × k
/// \param model    what may happen; binary signs and no corrupted partitions
/// \param margin   the smallest, as branch_and_bound() finds it, or a larger one
/// \param options  what to list and when to end
/// \param kernel   how to bound nodes
/// \returns the number, exactly unless a limit ended the count, and the first of them; with up_to_symmetry the first of each orbit with
///          the orbit's size, and the sizes of all orbits add up to the number
/// \throws parameter_error  a model that does not fit or is not binary, or has corrupted partitions; a symmetry that is none
/// \par Complexity
/// count_choices() and choice_lister; up to symmetry all orbits that were met are remembered
///
/// \code
/// const election::packed_allocation code(election::deterministic(5, 1)); // 10000, 01110, 11111, 11111, 11111
/// const auto report = election::all_failures(code, {}, 3, {.limit = 2});
/// assert(report.count.to_string() == "14" && report.failures.size() == 2);
/// assert(election::to_string(report.failures[0].election.message) == "++--+");
/// \endcode
[[nodiscard]] inline failure_report all_failures(const packed_allocation& code, const exact_model& model,
                                                 std::int64_t margin, const failure_options& options = {},
                                                 const cover_kernel& kernel = cover_kernel_for<default_arch>()) {
    detail::require(model.alphabet == sign_alphabet::binary, "all_failures", "alphabet", "ternary", "must be binary");
    detail::require(model.corrupted == 0, "all_failures", "corrupted", model.corrupted, "must be 0");
    const auto start = std::chrono::steady_clock::now();
    const auto limits = [&] {
        choice_options left;
        left.stop = options.stop;
        left.seconds = options.seconds - std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        return left;
    };
    const bool is_mirrored = is_symmetric(model.ties);
    failure_report report;

    if (options.limit > 0) {
        const choice_classes which = options.up_to_symmetry ? choice_classes::firsts : choice_classes::all;
        std::vector<std::unique_ptr<detail::failure_side>> sides;
        std::vector<detail::failure_orbits> orbits; // one for both sides where they are alike
        for (int truth : {1, -1}) {
            sides.push_back(std::make_unique<detail::failure_side>(code, model, truth, margin, which, limits(), kernel));
            if (!options.up_to_symmetry || (truth < 0 && is_mirrored)) continue;
            std::vector<column_permutation> given = options.symmetries;
            orbits.emplace_back(sides.back()->lister(), detail::known_symmetries(sides.back()->lister(), given));
        }
        while (report.failures.size() < options.limit) {
            if (!sides[0]->lister().complete() || !sides[1]->lister().complete()) break; // neither may go on alone
            const bool has_plus = sides[0]->has_next();
            if (!has_plus && !sides[1]->has_next()) break;
            const std::size_t from =
                has_plus && (!sides[1]->has_next() || sides[0]->message() < sides[1]->message()) ? 0 : 1;
            detail::failure_side& side = *sides[from];
            std::optional<big_count> orbit(1);
            if (options.up_to_symmetry) {
                orbit = orbits[is_mirrored ? 0 : from].enter(side.losers());
                if (orbit && is_mirrored) orbit = *orbit * big_count(2);
            }
            if (orbit) report.failures.push_back({side.election(), std::move(*orbit)});
            side.advance();
        }
        for (const auto& side : sides) {
            report.nodes += side->lister().nodes();
            report.listed = report.listed && (side->lister().complete() || report.failures.size() == options.limit);
        }
    }

    for (int truth : truths_to_check(model)) {
        const cover_problem problem = make_cover_problem(code, model, truth).cover;
        const choice_count found = count_choices(problem, margin - problem.constant, limits(), kernel);
        report.count += found.count;
        report.counted = report.counted && found.complete;
        report.nodes += found.nodes;
    }
    if (is_mirrored) report.count = report.count * big_count(2);
    if (!report.counted) { // what is listed is there too
        big_count seen;
        for (const failure& listed : report.failures) seen += listed.orbit;
        report.count = std::max(report.count, seen);
    }
    return report;
}

} // namespace election
