// SPDX-License-Identifier: MIT
// label_flip_lies: liars who learn from the wrong classes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <ostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <election/bits/sign_span.hpp>
#include <election/bits/ternary.hpp>
#include <election/codes/allocation.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/core/executor.hpp>
#include <election/core/random.hpp>
#include <election/core/ties.hpp>
#include <election/majority/majority_kernel.hpp>
#include <election/majority/row_set.hpp>
#include <election/majority/ternary_row_set.hpp>
#include <election/train/gradient_signs.hpp>
#include <election/train/lie_schedule.hpp>
#include <election/train/lies.hpp>
#include <election/train/sign_source.hpp>
#include <election/train/transport.hpp>
#include <election/train/vote_form.hpp>
#include <election/train/workspace_pool.hpp>

namespace election {

/// How label-flipping liars vote.
struct label_flip_options {
    tie_policy ties = tie_policy::abstain; ///< of a tied liar: `abstain` exactly where votes are ternary
    std::uint64_t seed = 1;                ///< of their coins
};

/// Liars who follow the algorithm with data of their own: the same samples in the same batches, with class y become C − 1 − y
/// (dataset.with_flipped_labels()), and so other signs of the partitions they hold. They are lies.
///
/// Fang, Cao, Jia, Gong, *Local model poisoning attacks to Byzantine-robust federated learning*, USENIX Security 2020. The data are flipped from the
/// first step on, also while nobody lies yet: flipped partitions have a momentum of their own, which all liars share who hold
/// them, and what is sent depends on nothing but the step. All flipped partitions that a worker here may need are computed in every step,
/// a second time. A momentum at the workers is not applied to what they send.
/// \tparam Form      a vote_form
/// \tparam Source    a sign_source on flipped data, of as many partitions as the code's
/// \tparam Executor  who computes partitions at the same time
/// \tparam Arch      instruction set; by default the best that this translation unit's compiler flags allow
template <class Form, class Source, class Executor = serial_executor, class Arch = default_arch>
    requires sign_source<Source, typename Form::signs> && executor<Executor>
class label_flip_lies {
public:
    /// \param flipped  signs from flipped labels
    /// \param code     who holds what, n × k
    /// \param who      who lies, and when
    /// \param options  ties
    /// \param run      who computes partitions at the same time
    /// \param kernel   takes majorities; given where an architecture is chosen at run time
    /// \throws parameter_error  another number of partitions or workers than the code has, a tie policy that does not go with the form
    template <allocation A>
    label_flip_lies(Source flipped, const A& code, lie_schedule who, label_flip_options options = {}, Executor run = {},
                    const majority_kernel& kernel = majority_kernel_for<Arch>())
        : source_(std::move(flipped)), code_(code), who_(std::move(who)), options_(options), run_(std::move(run)),
          kernel_(kernel), signs_(code_.partitions(), source_.parameters()) {
        detail::require(source_.partitions() == code_.partitions(), "label_flip_lies", "flipped.partitions()",
                        source_.partitions(), "must be the code's, ", code_.partitions());
        detail::require(who_.workers() == code_.workers(), "label_flip_lies", "who.workers()", who_.workers(),
                        "must be the code's, ", code_.workers());
        detail::require((options_.ties == tie_policy::abstain) == Form::votes::abstains, "label_flip_lies", "ties",
                        name_of(options_.ties),
                        Form::votes::abstains ? "must be abstain where votes are ternary"
                                              : "must not be abstain where votes are binary");
    }

    /// Each liar looks at its own partitions.
    [[nodiscard]] static constexpr bool knows_everything() noexcept { return false; }
    /// Whether worker i lies in some step.
    [[nodiscard]] bool may_lie(std::size_t worker) const noexcept { return who_.may_lie(worker); }
    /// Who lies in a step, increasing; until the next call.
    [[nodiscard]] std::span<const std::size_t> liars(std::uint64_t step) { return who_.liars(step); }

    /// Computes the flipped partitions, and replaces the votes of those who lie in this step.
    /// \param round  honest votes
    /// \throws error  a gradient with a NaN
    /// \par Complexity
    /// gradients of the partitions that possible liars among the voters hold
    void lie(const election_round<Form, typename Source::number_type>& round) {
        find_flipped(round.voters);
        run_(flipped_.size(), 1, [&](std::size_t first, std::size_t last) {
            const auto scratch = scratch_.lease();
            for (std::size_t c = first; c < last; ++c) {
                (void)source_.sign(round.parameters, round.step, flipped_[c], signs_[flipped_[c]], *scratch);
            }
        });
        detail::for_each_lying_voter(round, who_.liars(round.step),
                                     [&](std::size_t liar, std::size_t i) { vote(round.step, liar, round.votes[i]); });
    }

    /// The flipped partitions that are computed here, increasing: what these liars remember from round to round has a part for each,
    /// the same in all processes that compute it.
    [[nodiscard]] std::span<const std::size_t> remembered() const noexcept { return flipped_; }
    /// Writes the state of flipped partition j.
    void save(std::ostream& to, std::size_t j) const {
        source_.save(to, j);
        for_planes(signs_.view()[j], [&](sign_view plane) { detail::write_numbers(to, plane.words()); });
    }
    /// Reads what save() wrote; the partition is among those remembered() then, until the next round says who needs it.
    /// \throws error  it is of another run, or ends too early
    void load(std::istream& from, std::size_t j) {
        if (j >= code_.partitions()) throw error("election::label_flip_lies: the saved state is of another run or damaged");
        source_.load(from, j);
        for_planes(signs_[j], [&](sign_span<std::uint64_t> plane) {
            std::vector<std::uint64_t> words;
            detail::read_numbers(from, words, plane.words().size(), "label_flip_lies");
            if (words.size() != plane.words().size())
                throw error("election::label_flip_lies: the saved state is of another run or damaged");
            std::ranges::copy(words, plane.words().begin());
        });
        found_ = false;
        const auto place = std::ranges::lower_bound(flipped_, j);
        if (place == flipped_.end() || *place != j) flipped_.insert(place, j);
    }

private:
    template <class Row, class Work>
    static void for_planes(const Row& row, const Work& work) {
        if constexpr (Form::signs::abstains) {
            work(row.signs());
            work(row.present());
        } else {
            work(row);
        }
    }

    /// The partitions that a voter who may lie holds.
    void find_flipped(std::span<const std::size_t> voters) {
        if (found_ && std::ranges::equal(voters, voters_)) return;
        found_ = true;
        voters_.assign(voters.begin(), voters.end());
        flipped_.clear();
        for (std::size_t j = 0; j < code_.partitions(); ++j) {
            if (std::ranges::any_of(voters_, [&](std::size_t i) { return who_.may_lie(i) && code_(i, j); }))
                flipped_.push_back(j);
        }
    }

    void vote(std::uint64_t step, std::size_t liar, typename Form::votes::span out) {
        held_.clear();
        for (std::size_t j = 0; j < code_.partitions(); ++j) {
            if (code_(liar, j)) held_.push_back(j);
        }
        if constexpr (Form::votes::abstains) {
            take_majority<ternary>(out);
        } else if (options_.ties == tie_policy::coin) {
            if (tied_.size() != out.size()) tied_ = ternary_vector(out.size());
            take_majority<ternary>(tied_.span());
            const counter_random coin(options_.seed, coin_stream + liar);
            const std::size_t words = words_for(out.size());
            for (std::size_t w = 0; w < words; ++w) {
                const std::uint64_t tied = ~tied_.view().present().words()[w];
                out.words()[w] = tied_.view().signs().words()[w] | (tied == 0 ? 0 : tied & coin(step * words + w));
            }
            out.clear_padding();
        } else {
            take_majority<binary>(out);
        }
    }

    template <class Votes>
    void take_majority(typename Votes::span out) const {
        using held_form = vote_form<typename Form::signs, typename Form::signs, Votes>;
        const tie_sign tie = options_.ties == tie_policy::negative ? tie_sign::negative : tie_sign::positive;
        if constexpr (Form::signs::abstains) {
            decode_votes<held_form>({row_set(signs_.view().signs(), held_), row_set(signs_.view().present(), held_)}, out,
                                    tie, kernel_);
        } else {
            decode_votes<held_form>(row_set(signs_.view(), held_), out, tie, kernel_);
        }
    }

    static constexpr std::uint64_t coin_stream = std::uint64_t{0xF11} << 40U;

    Source source_;
    packed_allocation code_;
    lie_schedule who_;
    label_flip_options options_;
    Executor run_;
    majority_kernel kernel_;
    typename Form::signs::matrix signs_; ///< of all partitions; rows of flipped_ ones are used
    bool found_ = false;                 ///< whether flipped_ is that of voters_
    std::vector<std::size_t> voters_;    ///< whom flipped_ was found for
    std::vector<std::size_t> flipped_;   ///< partitions that are computed, increasing
    std::vector<std::size_t> held_;      ///< by one liar
    ternary_vector tied_;                ///< votes before coins are tossed
    workspace_pool<typename Source::workspace> scratch_;
};

} // namespace election
