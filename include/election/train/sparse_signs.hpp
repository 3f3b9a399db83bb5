// SPDX-License-Identifier: MIT
// sparse_signs: what partitions report when gradients are sparse: only coordinates of the mini-batch are touched.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <limits>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/data/batches.hpp>
#include <election/data/dataset.hpp>
#include <election/data/narrowed.hpp>
#include <election/learners/learner.hpp>
#include <election/packing/float_lanes.hpp>
#include <election/train/gradient_signs.hpp>
#include <election/train/vote_form.hpp>

namespace election {

/// A learner of two classes whose gradients are mostly zeros, and that gives only the others.
///
/// Holds when `l.residuals(parameters, data, rows, out)` writes the predicted minus the true class of each row, and
/// `l.gradient_entries(data, rows, residuals, workspace)` returns something with `columns` (which parameters, each once) and
/// `values` (as many numbers), valid until the workspace is used again. Example: sparse_logistic. Non-example: perceptron.
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

namespace detail {

/// Whether the samples of a partition can be narrowed to the features that they have: the learner is there for any number of
/// features, and the partition's samples are known beforehand.
template <class Learner, class Data, class Batches>
concept narrows = std::same_as<Data, sparse_dataset> &&
    requires(const Learner& model, const Batches& batches, std::size_t number) {
    { model.with_features(number) } -> std::same_as<Learner>;
    { batches.parts()[number] } -> std::convertible_to<std::span<const std::uint32_t>>;
};

} // namespace detail

/// In each step, each partition takes the sparse gradient of its next mini-batch, mixes it into its momentum and reports the
/// signs; coordinates that no batch has touched abstain. A sign_source with the values of gradient_signs, for O(ones of the
/// batch) instead of O(d) a step.
///
/// Momentum decays everywhere in each step, and keeps its sign: v ← β·v + (1 − β)·g. Stored is u = v / β^(t − t₀), so that
/// only touched coordinates change; t₀ moves on every 512 steps, or where β^512 would be too small, earlier. Rounding
/// differs from gradient_signs in the last digits; signs are the same unless v cancels to less than that, or would underflow
/// to 0 (with β = 0.9 after 7000 steps without a touch).
///
/// Where the learner has `with_features(n)`, the data is a sparse_dataset and the batches have `parts()`, a partition's
/// samples are narrowed to their own features when it is asked for first: its momentum is then a short array in which a
/// batch's coordinates are neighbours, and a step waits little for memory. The signs are the same.
/// \tparam Signs    ternary: what has not been touched has no sign
/// \tparam Learner  a sparse_learner for Data
/// \tparam Data     a dataset; kept by value
/// \tparam Batches  which samples a partition takes in a step, as for gradient_signs
template <class Signs, class Learner, class Data, class Batches = batches>
requires sparse_learner<Learner, Data> && Signs::abstains class sparse_signs {
public:
    using number_type = typename Learner::number_type; ///< of parameters and gradients
    using learner_type = Learner;                      ///< what is trained
    /// Scratch memory of a thread.
    struct workspace {
        typename Learner::workspace learner; ///< the model's
        typename Batches::order_cache order; ///< of the epoch's samples
        std::vector<number_type> residuals;  ///< of a mini-batch
        std::vector<std::uint32_t> places;   ///< of its samples among those of the partition
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
        state& kept = states_[j];
        if (!kept.begun) begin(j, step);
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
        const auto touch_all = [&](const auto& gradient, const auto& column_of) {
            if (touch(kept.scaled.data(), gradient.columns, gradient.values, weight, column_of, out))
                refuse_nan(kept, gradient.columns, column_of, j, step);
            if (beta == 0) kept.touched.assign(gradient.columns.begin(), gradient.columns.end());
        };
        if (kept.own) {
            if constexpr (narrows) {
                kept.own->places_of(rows, scratch.places);
                touch_all(kept.own->model.gradient_entries(kept.own->samples.data, scratch.places, scratch.residuals,
                                                           scratch.learner),
                          [columns = kept.own->samples.columns.data()](std::uint32_t at) { return columns[at]; });
            }
        } else {
            touch_all(model_.gradient_entries(data_, rows, scratch.residuals, scratch.learner),
                      [](std::uint32_t at) { return at; });
        }
        if (options_.keep_reported) {
            const auto back = static_cast<number_type>(beta > 0 ? std::pow(beta, age) : 1);
            kept.reported.resize(parameters.size());
            for (std::size_t at = 0; at < kept.scaled.size(); ++at)
                kept.reported[kept.column_of(at)] = kept.scaled[at] * back;
        }
        return mean_loss(rows, scratch.residuals);
    }

    /// The numbers whose signs partition j reported last, where they are kept; else none.
    [[nodiscard]] std::span<const number_type> reported(std::size_t j) const noexcept { return states_[j].reported; }

    /// Writes the momentum of partition j.
    void save(std::ostream& to, std::size_t j) const {
        const state& kept = states_[j];
        to.write(reinterpret_cast<const char*>(&kept.since), sizeof kept.since);
        std::vector<number_type> all(kept.begun ? parameters() : 0);
        for (std::size_t at = 0; at < kept.scaled.size(); ++at) all[kept.column_of(at)] = kept.scaled[at];
        detail::write_numbers(to, std::span<const number_type>(all));
        std::vector<std::uint64_t> touched;
        for (std::uint32_t at : kept.touched) touched.push_back(kept.column_of(at));
        std::ranges::sort(touched);
        const std::uint64_t count = touched.size();
        to.write(reinterpret_cast<const char*>(&count), sizeof count);
        detail::write_numbers(to, std::span<const std::uint64_t>(touched));
    }
    /// Reads what save() wrote.
    /// \throws error  it is of another model, or ends too early
    void load(std::istream& from, std::size_t j) {
        std::uint64_t since = 0;
        from.read(reinterpret_cast<char*>(&since), sizeof since);
        std::vector<number_type> all;
        detail::read_numbers(from, all, parameters(), "sparse_signs");
        std::uint64_t count = 0;
        from.read(reinterpret_cast<char*>(&count), sizeof count);
        if (!from || count > parameters())
            throw error("election::sparse_signs: the saved state is of another model or damaged");
        std::vector<std::uint64_t> touched;
        detail::read_numbers(from, touched, static_cast<std::size_t>(count), "sparse_signs");
        states_[j] = {};
        if (all.empty()) return;
        begin(j, since);
        state& now = states_[j];
        std::vector<std::uint32_t> place_of(parameters(), nowhere);
        for (std::size_t at = 0; at < now.scaled.size(); ++at) {
            now.scaled[at] = all[now.column_of(at)];
            place_of[now.column_of(at)] = static_cast<std::uint32_t>(at);
        }
        for (std::uint64_t column : touched) {
            if (column >= parameters() || place_of[static_cast<std::size_t>(column)] == nowhere)
                throw error("election::sparse_signs: the saved state is of another model or damaged");
            now.touched.push_back(place_of[static_cast<std::size_t>(column)]);
        }
    }

private:
    static constexpr bool narrows = detail::narrows<Learner, Data, Batches>;
    static constexpr std::uint32_t nowhere = 0xFFFFFFFF;

    /// The samples of a partition with their own features.
    struct own_samples {
        Learner model;
        narrowed_samples samples;
        std::uint32_t first = 0;          ///< the lowest of the samples
        std::vector<std::uint32_t> place; ///< of each sample from the lowest on

        /// Where the samples of a mini-batch are among the partition's.
        void places_of(std::span<const std::uint32_t> rows, std::vector<std::uint32_t>& out) const {
            out.resize(rows.size());
            for (std::size_t i = 0; i < rows.size(); ++i) out[i] = place[rows[i] - first];
        }
    };
    struct state {
        bool begun = false;                 ///< whether the partition has been asked for
        std::uint64_t since = 0;            ///< t₀
        std::optional<own_samples> own;     ///< where they are narrowed
        std::vector<number_type> scaled;    ///< momentum / β^(t − t₀), of the partition's own features or of all
        std::vector<number_type> reported;  ///< the momentum itself, where it is kept; of all features
        std::vector<std::uint32_t> touched; ///< without momentum: which of `scaled` must be forgotten in the next step

        /// Which feature scaled[at] belongs to.
        [[nodiscard]] std::uint32_t column_of(std::size_t at) const noexcept {
            return own ? own->samples.columns[at] : static_cast<std::uint32_t>(at);
        }
    };

    /// A partition is asked for the first time.
    void begin(std::size_t j, std::uint64_t step) {
        state& kept = states_[j];
        if constexpr (narrows) {
            const std::span<const std::uint32_t> rows = batches_.parts()[j];
            narrowed_samples samples = narrowed(data_, rows);
            const auto [low, high] = std::ranges::minmax(rows);
            std::vector<std::uint32_t> place(high - low + 1);
            for (std::size_t i = 0; i < rows.size(); ++i) place[rows[i] - low] = static_cast<std::uint32_t>(i);
            Learner model = model_.with_features(samples.columns.size());
            kept.own.emplace(own_samples{std::move(model), std::move(samples), low, std::move(place)});
        }
        kept.scaled.assign(kept.own ? kept.own->samples.columns.size() : parameters(), number_type{0});
        kept.since = step;
        kept.begun = true;
    }

    /// Adds to touched numbers and takes their signs.
    /// \returns whether one is NaN
    template <class ColumnOf>
    [[nodiscard]] static bool touch(number_type* to, std::span<const std::uint32_t> touched,
                                    std::span<const number_type> values, number_type weight, const ColumnOf& column_of,
                                    typename Signs::span out) {
        std::uint64_t* const signs = out.signs().data();
        std::uint64_t* const present = out.present().data();
        constexpr std::size_t ahead = 24; // memory answers late where touches are far apart
        bool nan = false;
        for (std::size_t e = 0; e < touched.size(); ++e) {
            __builtin_prefetch(to + touched[std::min(e + ahead, touched.size() - 1)], 1, 2);
            const std::uint32_t at = touched[e];
            const number_type before = to[at];
            const number_type now = before + detail::rounded<number_type>(weight * values[e]);
            to[at] = now;
            if (before * now > 0) continue; // the sign stays, as it mostly does
            nan |= now != now;
            const std::uint32_t c = column_of(at);
            const std::uint64_t others = ~(std::uint64_t{1} << (c % 64));
            signs[c / 64] = (signs[c / 64] & others) | std::uint64_t{now > 0} << (c % 64);
            present[c / 64] = (present[c / 64] & others) | std::uint64_t{now != 0} << (c % 64);
        }
        return nan;
    }

    /// Without momentum, the last step's signs go.
    static void forget(state& kept, typename Signs::span out) {
        for (std::uint32_t at : kept.touched) {
            const std::uint32_t c = kept.column_of(at);
            kept.scaled[at] = 0;
            out.signs().data()[c / 64] = 0;
            out.present().data()[c / 64] = 0;
        }
    }

    /// −ln of the probability that the true class was given; where σ has saturated at 0, of the smallest normal number (708.4).
    [[nodiscard]] double mean_loss(std::span<const std::uint32_t> rows, std::span<const number_type> residuals) const {
        double sum = 0;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto residual = static_cast<double>(residuals[i]);
            sum -= std::log(
                std::max(1 + (data_.label(rows[i]) == 1 ? residual : -residual), std::numeric_limits<double>::min()));
        }
        return sum / static_cast<double>(rows.size());
    }

    template <class ColumnOf>
    [[noreturn]] static void refuse_nan(const state& kept, std::span<const std::uint32_t> touched, const ColumnOf& column_of,
                                        std::size_t j, std::uint64_t step) {
        std::uint32_t first = nowhere; // of all that are NaN, whatever order they were touched in
        for (std::uint32_t at : touched) {
            if (kept.scaled[at] != kept.scaled[at]) first = std::min(first, column_of(at));
        }
        throw error(detail::joined({"election::sparse_signs: the gradient of partition ", std::to_string(j), " in step ",
                                    std::to_string(step + 1), " has a NaN (parameter ", std::to_string(first),
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
