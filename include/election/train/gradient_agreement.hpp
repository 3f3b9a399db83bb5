// SPDX-License-Identifier: MIT
// gradient_agreement: how often decision and partitions have the sign of the gradient over all training data.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <optional>
#include <ostream>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <election/bits/sign_span.hpp>
#include <election/bits/ternary.hpp>
#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/learners/learner.hpp>
#include <election/majority/agreement.hpp>
#include <election/packing/pack.hpp>
#include <election/packing/policies.hpp>
#include <election/train/election_trainer.hpp>
#include <election/train/gradient_signs.hpp>
#include <election/train/vote_record.hpp>

namespace election {

/// The gradient of the mean loss over many samples, some of them at a time: no more scratch memory than a chunk needs.
///
/// Chunks are added up in double and in their order, so that the result is the same bit for bit whoever computes it.
/// \param model       a learner
/// \param parameters  d numbers
/// \param data        what it learns from
/// \param rows        samples, at least one
/// \param chunk       samples at a time, at least 1
/// \param out         d numbers
/// \returns the mean loss
/// \throws parameter_error  no sample, no chunk, another size of `out`
/// \par Complexity
/// That of the learner's gradients, and O(d) a chunk
template <class Learner, class Data>
    requires learner<Learner, Data>
double full_gradient(const Learner& model, std::span<const typename Learner::number_type> parameters, const Data& data,
                     std::span<const std::uint32_t> rows, std::size_t chunk, std::span<double> out) {
    using number = typename Learner::number_type;
    detail::require(!rows.empty(), "full_gradient", "rows", rows.size(), "must be at least 1");
    detail::require(chunk >= 1, "full_gradient", "chunk", chunk, "must be at least 1");
    detail::require(out.size() == parameters.size(), "full_gradient", "out.size()", out.size(),
                    "must be the number of parameters, ", parameters.size());
    typename Learner::workspace scratch{};
    std::vector<number> part(parameters.size());
    std::ranges::fill(out, 0.0);
    double loss = 0;
    for (std::size_t first = 0; first < rows.size(); first += chunk) {
        const std::span<const std::uint32_t> some = rows.subspan(first, std::min(chunk, rows.size() - first));
        const double share = static_cast<double>(some.size()) / static_cast<double>(rows.size());
        loss += share * model.gradient(parameters, data, some, std::span<number>(part), scratch);
        for (std::size_t j = 0; j < out.size(); ++j) out[j] += share * double{part[j]};
    }
    return loss;
}

/// Signs beside those of a gradient, over the coordinates where it is not 0.
struct sign_agreement {
    agreement_counts counts{}; ///< coordinates with its sign, with the other one, left open
    double right_size = 0;     ///< Σ|g| over the coordinates with its sign
    double size = 0;           ///< Σ|g| over all

    /// The share of coordinates with the gradient's sign; NaN if all of it is 0.
    [[nodiscard]] double share() const noexcept {
        return static_cast<double>(counts.agree) / static_cast<double>(counts.agree + counts.disagree + counts.abstained);
    }
    /// The same with each coordinate counted |g| times: what part of the steepest descent a step of these signs takes.
    [[nodiscard]] double weighted_share() const noexcept { return right_size / size; }

    /// Adds other coordinates or rounds.
    sign_agreement& operator+=(const sign_agreement& other) noexcept {
        counts += other.counts;
        right_size += other.right_size;
        size += other.size;
        return *this;
    }
    /// Whether all is the same.
    friend bool operator==(const sign_agreement&, const sign_agreement&) = default;
};

namespace detail {

/// Σ|g| where signs are those of g.
[[nodiscard]] inline double right_size(std::span<const double> gradient, sign_view signs, const std::uint64_t* present) {
    double sum = 0;
    for (std::size_t j = 0; j < gradient.size(); ++j) {
        const std::size_t w = j / 64;
        const bool there = present == nullptr || (present[w] >> (j % 64) & 1U) != 0;
        const bool plus = (signs.data()[w] >> (j % 64) & 1U) != 0;
        if (there && (plus ? gradient[j] > 0 : gradient[j] < 0)) sum += std::abs(gradient[j]);
    }
    return sum;
}
[[nodiscard]] inline double right_size(std::span<const double> gradient, sign_view signs) {
    return right_size(gradient, signs, nullptr);
}
[[nodiscard]] inline double right_size(std::span<const double> gradient, ternary_view votes) {
    return right_size(gradient, votes.signs(), votes.present().data());
}

} // namespace detail

/// Compares rows of signs with a gradient.
/// \param rows      row_set or ternary_row_set of d signs
/// \param gradient  d numbers, none of them NaN
/// \param kernels   the inner loops; given where an architecture is chosen at run time
/// \returns one a row
/// \throws parameter_error  other sizes, a NaN
/// \par Complexity
/// O(rows · d)
///
/// \code
/// election::sign_matrix signs(2, 3); // - - - and - + -
/// signs[1].set(1, true);
/// const std::vector<double> gradient{-1, 3, 0};
/// const auto found = election::gradient_signs_agreement(election::row_set(signs), gradient);
/// assert(found[0].share() == 0.5 && found[0].weighted_share() == 0.25 && found[1].share() == 1);
/// \endcode
template <class Arch = default_arch, recorded_rows Rows>
[[nodiscard]] std::vector<sign_agreement>
gradient_signs_agreement(const Rows& rows, std::span<const double> gradient,
                         const trainer_kernels& kernels = trainer_kernels_for<Arch>()) {
    ternary_vector truth(gradient.size());
    pack<Arch>(gradient, truth, {zero_policy::abstain}, kernels.packing);
    const std::vector<agreement_counts> counts = agreement<Arch>(rows, truth.view(), kernels.majority);
    double size = 0;
    for (double g : gradient) size += std::abs(g);
    std::vector<sign_agreement> found;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        found.push_back({counts[i], detail::right_size(gradient, rows[i]), size});
    }
    return found;
}

/// What a gradient_agreement looks at.
struct gradient_agreement_options {
    std::uint64_t every = 1;  ///< rounds from one that is looked at to the next, at least 1; the first is round 0
    std::size_t chunk = 1024; ///< samples whose gradient is taken at a time
    bool partitions = true;   ///< each computed partition's signs too
};

/// An observer that compares a round's decision, and what each partition reported, with the signs of the gradient over all training
/// samples, at the parameters that the round began with.
///
/// The full gradient costs as much as many rounds; `every` says how often it is taken.
/// \tparam Learner  a learner for Data
/// \tparam Data     a dataset; kept by value
/// \tparam Arch     instruction set; by default the best that this translation unit's compiler flags allow
template <class Learner, class Data, class Arch = default_arch>
    requires learner<Learner, Data>
class gradient_agreement {
public:
    using number_type = typename Learner::number_type; ///< of parameters

    /// \param model    what is trained
    /// \param data     what it learns from
    /// \param rows     all training samples
    /// \param trainer  whose rounds will be looked at, before the first of them
    /// \param options  how often, and what
    /// \param kernels  the inner loops; given where an architecture is chosen at run time
    /// \throws parameter_error  no sample, no chunk, never
    template <class Trainer>
    gradient_agreement(Learner model, Data data, std::vector<std::uint32_t> rows, const Trainer& trainer,
                       gradient_agreement_options options = {}, const trainer_kernels& kernels = trainer_kernels_for<Arch>())
        : model_(std::move(model)), data_(std::move(data)), rows_(std::move(rows)), options_(options), kernels_(kernels),
          total_partitions_(options.partitions ? trainer.code().partitions() : 0) {
        detail::require(!rows_.empty(), "gradient_agreement", "rows", rows_.size(), "must be at least 1");
        detail::require(options_.chunk >= 1, "gradient_agreement", "chunk", options_.chunk, "must be at least 1");
        detail::require(options_.every >= 1, "gradient_agreement", "every", options_.every, "must be at least 1");
        remember(trainer);
    }

    /// Looks at a round, if it is one of those that are looked at.
    /// \throws error  what the learner throws, and a gradient that is NaN
    template <class Trainer>
    void operator()(const Trainer& trainer, const round_report& report) {
        looked_ = !report.skipped && report.step % options_.every == 0 && before_.size() == trainer.parameters().size();
        if (looked_) look(trainer);
        remember(trainer);
    }

    /// Whether the last round was looked at; else the figures below are of an earlier one.
    [[nodiscard]] bool looked() const noexcept { return looked_; }
    /// The decision of the last round that was looked at.
    [[nodiscard]] const sign_agreement& last() const noexcept { return last_; }
    /// What each of the k partitions reported then; zeros for those that were not computed here, nothing where it was not asked for.
    [[nodiscard]] std::span<const sign_agreement> last_partitions() const noexcept { return last_partitions_; }
    /// The mean loss over all samples then, before the step.
    [[nodiscard]] double loss() const noexcept { return loss_; }
    /// The decisions of all rounds that were looked at.
    [[nodiscard]] const sign_agreement& total() const noexcept { return total_; }
    /// The partitions of all those rounds.
    [[nodiscard]] std::span<const sign_agreement> total_partitions() const noexcept { return total_partitions_; }

    /// Writes the totals and what the next round needs, for a run that goes on later.
    /// \param to  a binary stream, whose state says afterwards whether it was written
    void save(std::ostream& to) const {
        std::vector<std::uint64_t> counts;
        std::vector<double> sizes;
        for_totals(*this, [&](const sign_agreement& sum) {
            counts.insert(counts.end(), {sum.counts.agree, sum.counts.disagree, sum.counts.abstained});
            sizes.insert(sizes.end(), {sum.right_size, sum.size});
        });
        detail::write_numbers(to, std::span<const std::uint64_t>(counts));
        detail::write_numbers(to, std::span<const double>(sizes));
        detail::write_numbers(to, std::span<const number_type>(before_));
    }
    /// Reads what save() wrote for the same sizes; looked() is false then.
    /// \throws error  it is of other sizes, or ends too early; then nothing has been read
    void load(std::istream& from) {
        constexpr std::string_view what = "gradient_agreement";
        const std::size_t sums = 1 + total_partitions_.size();
        std::vector<std::uint64_t> counts;
        std::vector<double> sizes;
        std::vector<number_type> before;
        detail::read_numbers(from, counts, 3 * sums, what);
        detail::read_numbers(from, sizes, 2 * sums, what);
        detail::read_numbers(from, before, model_.parameters(), what);
        if (counts.empty() || sizes.empty()) throw error("election::gradient_agreement: the saved state is of another run");
        std::size_t i = 0;
        for_totals(*this, [&](sign_agreement& sum) {
            sum = {{counts[3 * i], counts[3 * i + 1], counts[3 * i + 2]}, sizes[2 * i], sizes[2 * i + 1]};
            ++i;
        });
        before_ = std::move(before);
        looked_ = false;
    }

private:
    template <class Self, class Use>
    static void for_totals(Self& self, const Use& use) {
        use(self.total_);
        for (auto& partition : self.total_partitions_) use(partition);
    }

    /// The next round begins with these parameters.
    template <class Trainer>
    void remember(const Trainer& trainer) {
        before_.clear();
        if (trainer.steps() % options_.every == 0) before_.assign(trainer.parameters().begin(), trainer.parameters().end());
    }

    template <class Trainer>
    void look(const Trainer& trainer) {
        gradient_.resize(before_.size());
        loss_ = full_gradient(model_, std::span<const number_type>(before_), data_, std::span<const std::uint32_t>(rows_),
                              options_.chunk, std::span<double>(gradient_));
        const auto decision = trainer.decision().view();
        using decision_rows =
            std::conditional_t<std::same_as<decltype(decision), const sign_view>, row_set, ternary_row_set>;
        const std::vector<std::remove_const_t<decltype(decision)>> one{decision};
        last_ = gradient_signs_agreement<Arch>(decision_rows(one), gradient_, kernels_).front();
        total_ += last_;
        if (!options_.partitions) return;
        last_partitions_.assign(total_partitions_.size(), {});
        const auto all = gradient_signs_agreement<Arch>(detail::rows_in(trainer.partition_signs()), gradient_, kernels_);
        for (std::size_t j : trainer.computed()) {
            last_partitions_[j] = all[j];
            total_partitions_[j] += all[j];
        }
    }

    Learner model_;
    Data data_;
    std::vector<std::uint32_t> rows_;
    gradient_agreement_options options_;
    trainer_kernels kernels_;
    std::vector<number_type> before_; ///< parameters before the next round, if that is looked at
    std::vector<double> gradient_;
    bool looked_ = false;
    double loss_ = 0;
    sign_agreement last_;
    sign_agreement total_;
    std::vector<sign_agreement> last_partitions_;
    std::vector<sign_agreement> total_partitions_;
};

} // namespace election
