// SPDX-License-Identifier: MIT
// gradient_signs: what partitions report when gradients are dense: mini-batch gradient, momentum, signs.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/data/batches.hpp>
#include <election/learners/learner.hpp>
#include <election/packing/momentum.hpp>
#include <election/packing/pack.hpp>
#include <election/packing/packing_kernel.hpp>
#include <election/packing/policies.hpp>
#include <election/train/vote_form.hpp>

namespace election {

/// How gradients become signs.
struct gradient_options {
    double momentum = 0; ///< β of v ← β·v + (1 − β)·g, 0 … 1; 0: signs of gradients (SignSGD), else Signum
    zero_policy zero = zero_policy::positive; ///< the sign of 0; `abstain` where signs are ternary
    bool keep_reported = false; ///< keep the gradients when there is no momentum, for attacks that look at them
};

namespace detail {

/// Numbers as they are in memory.
template <class T>
void write_numbers(std::ostream& to, std::span<const T> numbers) {
    const std::uint64_t count = numbers.size();
    to.write(reinterpret_cast<const char*>(&count), sizeof count);
    to.write(reinterpret_cast<const char*>(numbers.data()), static_cast<std::streamsize>(numbers.size_bytes()));
}

/// \throws error  the stream ends, or another count is written there than `allowed` or 0
template <class T>
void read_numbers(std::istream& from, std::vector<T>& numbers, std::size_t allowed, std::string_view what) {
    std::uint64_t count = 0;
    from.read(reinterpret_cast<char*>(&count), sizeof count);
    if (!from || (count != 0 && count != allowed))
        throw error(joined({"election::", what, ": the saved state is of another model or damaged"}));
    numbers.resize(static_cast<std::size_t>(count));
    from.read(reinterpret_cast<char*>(numbers.data()), static_cast<std::streamsize>(count * sizeof(T)));
    if (!from) throw error(joined({"election::", what, ": the saved state ends too early"}));
}

} // namespace detail

/// In each step, each partition takes the gradient of its next mini-batch, mixes it into its momentum and reports the signs: the
/// paper's line 2 to 4, with the momentum before the sign (Signum with one momentum a partition). A sign_source.
///
/// Memory: d numbers a partition that is asked for, with momentum; none without.
/// \tparam Signs    binary, or ternary: coordinates that are exactly 0 abstain
/// \tparam Learner  a learner for Data
/// \tparam Data     a dataset; kept by value
/// \tparam Batches  which samples a partition takes in a step: batches, or what has its partitions(), rows() and order_cache
/// \tparam Arch     instruction set; by default the best that this translation unit's compiler flags allow
template <class Signs, class Learner, class Data, class Batches = batches, class Arch = default_arch>
    requires learner<Learner, Data>
class gradient_signs {
public:
    using number_type = typename Learner::number_type; ///< of parameters and gradients
    /// Scratch memory of a thread.
    struct workspace {
        typename Learner::workspace learner; ///< the model's
        std::vector<number_type> gradient;   ///< of one partition
        typename Batches::order_cache order; ///< of the epoch's samples
    };

    /// \param model    what is trained
    /// \param data     what it learns from
    /// \param batches  which samples a partition takes in a step
    /// \param options  momentum and zeros
    /// \param kernel   the inner loops; given where an architecture is chosen at run time
    /// \throws parameter_error  a momentum that is not 0 to 1, zeros that abstain where signs are binary
    gradient_signs(Learner model, Data data, Batches batches, gradient_options options = {},
                   const packing_kernel& kernel = packing_kernel_for<Arch>())
        : model_(std::move(model)), data_(std::move(data)), batches_(std::move(batches)), options_(options), kernel_(kernel),
          momentum_(batches_.partitions()) {
        detail::require(options_.momentum >= 0 && options_.momentum < 1, "gradient_signs", "momentum", options_.momentum,
                        "must be at least 0 and below 1");
        if constexpr (Signs::abstains) {
            options_.zero = zero_policy::abstain;
        } else {
            detail::require(options_.zero != zero_policy::abstain, "gradient_signs", "zero", name_of(options_.zero),
                            "must be positive or negative where signs are binary");
        }
    }

    /// k.
    [[nodiscard]] std::size_t partitions() const noexcept { return momentum_.size(); }
    /// d.
    [[nodiscard]] std::size_t parameters() const { return model_.parameters(); }
    /// What is trained.
    [[nodiscard]] const Learner& model() const noexcept { return model_; }
    /// What it learns from.
    [[nodiscard]] const Data& data() const noexcept { return data_; }
    /// Which samples a partition takes in a step.
    [[nodiscard]] const Batches& batches() const noexcept { return batches_; }

    /// The signs that partition j reports.
    /// \param parameters  d numbers
    /// \param step        from 0
    /// \param j           which partition
    /// \param out         d signs
    /// \param scratch     of this thread
    /// \returns the mean loss of the mini-batch
    /// \throws error  a number that is NaN; the message names partition, step and parameter
    double sign(std::span<const number_type> parameters, std::uint64_t step, std::size_t j, typename Signs::span out,
                workspace& scratch) {
        scratch.gradient.resize(parameters.size());
        const std::span<const std::uint32_t> rows = batches_.rows(j, step, scratch.order);
        const double loss = model_.gradient(parameters, data_, rows, scratch.gradient, scratch.learner);
        std::vector<number_type>& kept = momentum_[j];
        try {
            if (options_.momentum > 0) {
                if (kept.empty()) kept.resize(parameters.size());
                momentum_pack<Arch>(kept, scratch.gradient, options_.momentum, out, {options_.zero}, kernel_);
            } else {
                pack<Arch>(scratch.gradient, out, {options_.zero}, kernel_);
                if (options_.keep_reported) kept.assign(scratch.gradient.begin(), scratch.gradient.end());
            }
        } catch (const parameter_error& failure) {
            const std::string& place = failure.parameter(); // "m[66]"
            const std::size_t begin = place.find('[') + 1;
            throw error(detail::joined({"election::gradient_signs: the gradient of partition ", std::to_string(j),
                                        " in step ", std::to_string(step + 1), " has a NaN (parameter ",
                                        std::string_view(place).substr(begin, place.find(']') - begin),
                                        "); a shorter step or smaller features would help"}));
        }
        return loss;
    }

    /// The numbers whose signs partition j reported last: its momentum, or its gradient where that is kept; else none.
    [[nodiscard]] std::span<const number_type> reported(std::size_t j) const noexcept { return momentum_[j]; }

    /// Writes the momentum of partition j.
    void save(std::ostream& to, std::size_t j) const {
        detail::write_numbers(to, std::span<const number_type>(momentum_[j]));
    }
    /// Reads what save() wrote.
    /// \throws error  it is of another model, or ends too early
    void load(std::istream& from, std::size_t j) {
        detail::read_numbers(from, momentum_[j], parameters(), "gradient_signs");
    }

private:
    Learner model_;
    Data data_;
    Batches batches_;
    gradient_options options_;
    packing_kernel kernel_;
    std::vector<std::vector<number_type>> momentum_; ///< of each partition; empty until it is asked for
};

} // namespace election
