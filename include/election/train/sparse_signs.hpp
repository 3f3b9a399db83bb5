// SPDX-License-Identifier: MIT
// sparse_signs: what partitions report when gradients are sparse: only coordinates of the mini-batch are touched.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <ostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/data/batches.hpp>
#include <election/data/dataset.hpp>
#include <election/learners/learner.hpp>
#include <election/train/gradient_signs.hpp>
#include <election/train/vote_form.hpp>

namespace election {

/// A learner of two classes whose gradients are mostly zeros, and that gives only the others.
///
/// Holds when `l.residuals(parameters, data, rows, out)` writes the predicted minus the true class of each row, and
/// `l.gradient_entries(data, rows, residuals, workspace)` returns something with `columns` (which parameters, each once) and `values` (as
/// many numbers), valid until the workspace is used again. Example: sparse_logistic. Non-example: perceptron.
template <class L, class D>
concept sparse_learner = learner<L, D> &&
    requires(const L& l, const D& data, std::span<const std::uint32_t> rows, std::span<const typename L::number_type> given,
             std::span<typename L::number_type> out, typename L::workspace& workspace) {
    l.residuals(given, data, rows, out);
    { l.gradient_entries(data, rows, given, workspace).columns } -> std::convertible_to<std::span<const std::uint32_t>>;
    {
        l.gradient_entries(data, rows, given, workspace).values
        } -> std::convertible_to<std::span<const typename L::number_type>>;
};

/// In each step, each partition takes the sparse gradient of its next mini-batch, mixes it into its momentum and reports the signs;
/// coordinates that no batch has touched abstain. A sign_source with the values of gradient_signs, for O(ones of the batch) instead of
/// O(d) a step.
///
/// Momentum decays everywhere in each step, and keeps its sign: v ← β·v + (1 − β)·g. Stored is u = v / β^(t − t₀), so that
/// only touched coordinates change; t₀ moves on every 512 steps, or where β^512 would be too small, earlier. Rounding differs from
/// gradient_signs in the last digits; signs are the same unless v cancels to less than that, or would underflow to 0 (with β = 0.9
/// after 7000 steps without a touch).
/// \tparam Signs    ternary: what has not been touched has no sign
/// \tparam Learner  a sparse_learner for Data
/// \tparam Data     a dataset; kept by value
/// \tparam Batches  which samples a partition takes in a step, as for gradient_signs
template <class Signs, class Learner, class Data, class Batches = batches>
requires sparse_learner<Learner, Data> && Signs::abstains class sparse_signs {
public:
    using number_type = typename Learner::number_type; ///< of parameters and gradients
    /// Scratch memory of a thread.
    struct workspace {
        typename Learner::workspace learner; ///< the model's
        typename Batches::order_cache order; ///< of the epoch's samples
        std::vector<number_type> residuals;  ///< of a mini-batch
    };

    /// \param model    what is trained
    /// \param data     what it learns from
    /// \param batches  which samples a partition takes in a step
    /// \param options  momentum; zeros abstain in any case; keep_reported makes reported() give numbers, at O(d) a step
    /// \throws parameter_error  a momentum that is not 0 to 1
    sparse_signs(Learner model, Data data, Batches batches, gradient_options options = {})
        : model_(std::move(model)), data_(std::move(data)), batches_(std::move(batches)), options_(options),
          states_(batches_.partitions()) {
        detail::require(options_.momentum >= 0 && options_.momentum < 1, "sparse_signs", "momentum", options_.momentum,
                        "must be at least 0 and below 1");
        // The largest power of 1/β that is used stays far from overflow.
        const double decades = options_.momentum > 0 ? -std::log10(options_.momentum) : 0;
        const double most = sizeof(number_type) == sizeof(double) ? 100 : 12;
        horizon_ = decades > 0 ? static_cast<std::uint64_t>(std::clamp(most / decades, 1.0, 512.0)) : 512;
    }

    /// k.
    [[nodiscard]] std::size_t partitions() const noexcept { return states_.size(); }
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
    /// \param out         d votes: what the last call for j left there, or zeros
    /// \param scratch     of this thread
    /// \returns the mean loss of the mini-batch
    /// \throws error  a number that is NaN; the message names partition, step and parameter
    double sign(std::span<const number_type> parameters, std::uint64_t step, std::size_t j, typename Signs::span out,
                workspace& scratch) {
        const std::span<const std::uint32_t> rows = batches_.rows(j, step, scratch.order);
        scratch.residuals.resize(rows.size());
        model_.residuals(parameters, data_, rows, scratch.residuals);
        const auto gradient = model_.gradient_entries(data_, rows, scratch.residuals, scratch.learner);
        const std::span<const std::uint32_t> columns = gradient.columns;
        const std::span<const number_type> values = gradient.values;
        state& kept = states_[j];
        if (kept.scaled.empty()) {
            kept.scaled.resize(parameters.size());
            kept.since = step;
        }
        if (options_.momentum == 0) {
            forget(kept, out);
        } else if (step - kept.since >= horizon_) {
            const auto factor =
                static_cast<number_type>(std::pow(options_.momentum, static_cast<double>(step - kept.since)));
            for (number_type& number : kept.scaled) number *= factor;
            kept.since = step;
        }
        const double age = static_cast<double>(step - kept.since);
        const double beta = options_.momentum;
        const auto weight = static_cast<number_type>(beta > 0 ? (1 - beta) * std::pow(beta, -age) : 1);
        number_type* const to = kept.scaled.data();
        std::uint64_t* const signs = out.signs().data();
        std::uint64_t* const present = out.present().data();
        constexpr std::size_t ahead = 24; // memory answers late; touches are far apart
        for (std::size_t e = 0; e < columns.size(); ++e) {
            if (e + ahead < columns.size()) __builtin_prefetch(to + columns[e + ahead], 1, 2);
            const std::uint32_t c = columns[e];
            const number_type now = to[c] + weight * values[e];
            if (now != now) refuse_nan(j, step, c);
            to[c] = now;
            const std::uint64_t bit = std::uint64_t{1} << (c % 64);
            signs[c / 64] = now > 0 ? signs[c / 64] | bit : signs[c / 64] & ~bit;
            present[c / 64] = now != 0 ? present[c / 64] | bit : present[c / 64] & ~bit;
        }
        if (beta == 0) kept.touched.assign(columns.begin(), columns.end());
        if (options_.keep_reported) {
            const auto back = static_cast<number_type>(beta > 0 ? std::pow(beta, age) : 1);
            kept.reported.resize(kept.scaled.size());
            for (std::size_t c = 0; c < kept.scaled.size(); ++c) kept.reported[c] = kept.scaled[c] * back;
        }
        return mean_loss(rows, scratch.residuals);
    }

    /// The numbers whose signs partition j reported last, where they are kept; else none.
    [[nodiscard]] std::span<const number_type> reported(std::size_t j) const noexcept { return states_[j].reported; }

    /// Writes the momentum of partition j.
    void save(std::ostream& to, std::size_t j) const {
        const state& kept = states_[j];
        to.write(reinterpret_cast<const char*>(&kept.since), sizeof kept.since);
        detail::write_numbers(to, std::span<const number_type>(kept.scaled));
        const std::vector<std::uint64_t> touched(kept.touched.begin(), kept.touched.end());
        const std::uint64_t count = touched.size();
        to.write(reinterpret_cast<const char*>(&count), sizeof count);
        detail::write_numbers(to, std::span<const std::uint64_t>(touched));
    }
    /// Reads what save() wrote.
    /// \throws error  it is of another model, or ends too early
    void load(std::istream& from, std::size_t j) {
        state& kept = states_[j];
        from.read(reinterpret_cast<char*>(&kept.since), sizeof kept.since);
        detail::read_numbers(from, kept.scaled, parameters(), "sparse_signs");
        std::uint64_t count = 0;
        from.read(reinterpret_cast<char*>(&count), sizeof count);
        if (!from || count > parameters())
            throw error("election::sparse_signs: the saved state is of another model or damaged");
        std::vector<std::uint64_t> touched;
        detail::read_numbers(from, touched, static_cast<std::size_t>(count), "sparse_signs");
        kept.touched.assign(touched.begin(), touched.end());
    }

private:
    struct state {
        std::uint64_t since = 0;            ///< t₀
        std::vector<number_type> scaled;    ///< momentum / β^(t − t₀); empty until the partition is asked for
        std::vector<number_type> reported;  ///< the momentum itself, where it is kept
        std::vector<std::uint32_t> touched; ///< without momentum: what must be forgotten in the next step
    };

    /// Without momentum, the last step's signs go.
    static void forget(state& kept, typename Signs::span out) {
        for (std::uint32_t c : kept.touched) {
            kept.scaled[c] = 0;
            out.signs().data()[c / 64] = 0;
            out.present().data()[c / 64] = 0;
        }
    }

    /// −ln of the probability that the true class was given.
    [[nodiscard]] double mean_loss(std::span<const std::uint32_t> rows, std::span<const number_type> residuals) const {
        double sum = 0;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto residual = static_cast<double>(residuals[i]);
            sum -= std::log1p(data_.label(rows[i]) == 1 ? residual : -residual);
        }
        return sum / static_cast<double>(rows.size());
    }

    [[noreturn]] static void refuse_nan(std::size_t j, std::uint64_t step, std::uint32_t c) {
        throw error(detail::joined({"election::sparse_signs: the gradient of partition ", std::to_string(j), " in step ",
                                    std::to_string(step + 1), " has a NaN (parameter ", std::to_string(c),
                                    "); a shorter step or smaller features would help"}));
    }

    Learner model_;
    Data data_;
    Batches batches_;
    gradient_options options_;
    std::uint64_t horizon_ = 512;
    std::vector<state> states_;
};

} // namespace election
