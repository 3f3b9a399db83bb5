// SPDX-License-Identifier: MIT
// sparse_logistic: binary logistic regression on sparse data, with gradients that cost no more than the batch's non-zeros.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include <election/bits/aligned.hpp>
#include <election/core/error.hpp>
#include <election/data/dataset.hpp>
#include <election/learners/batch.hpp>
#include <election/learners/losses.hpp>
#include <election/packing/float_lanes.hpp>

namespace election {

/// The coordinates of a gradient that a batch touches; all others are 0. Lies in a workspace, until that is used again.
struct sparse_gradient {
    std::span<const std::uint32_t> columns; ///< each once, in the order in which the batch's rows come to them
    std::span<const double> values;         ///< as many; one that has cancelled is +0
};

/// Logistic regression of two classes without intercept: margin x·θ, loss −ln σ(±margin) averaged over a batch of B samples,
/// gradient (1/B)·Xᵀ(σ(Xθ) − y). A learner of sparse_dataset.
///
/// Parameters: one a feature, in double. A margin is summed in the order of columns; a coordinate's residuals are summed in the
/// order of the batch's rows and then multiplied by 1/B, so that residuals of ±½ (θ = 0) cancel exactly.
///
/// \code
/// const election::sparse_dataset data({0, 2, 3}, {0, 4, 4}, {}, 5, {1, 0}, 2); // 1 0 0 0 1 and 0 0 0 0 1
/// const election::sparse_logistic learner(5);
/// election::sparse_logistic::workspace workspace;
/// std::vector<double> parameters(5), residuals(2);
/// const std::vector<std::uint32_t> rows{0, 1};
/// learner.residuals(parameters, data, rows, residuals);
/// assert(residuals[0] == -0.5 && residuals[1] == 0.5);
/// const auto gradient = learner.gradient_entries(data, rows, residuals, workspace);
/// assert(gradient.columns.size() == 2);
/// assert(gradient.columns[0] == 0 && gradient.values[0] == -0.25);
/// assert(gradient.columns[1] == 4 && gradient.values[1] == 0);
/// \endcode
class sparse_logistic {
public:
    using number_type = double; ///< of parameters, gradients and scores

    /// Scratch memory of one thread; keeps what it has grown to.
    struct workspace {
        aligned_vector<double> residuals;      ///< of a batch
        std::uint32_t next = 1;                ///< the first place of the next batch
        aligned_vector<std::uint32_t> places;  ///< of each feature, when it was last touched
        aligned_vector<std::uint32_t> columns; ///< that the batch touches
        aligned_vector<double> values;         ///< of as many
    };

    /// \param features  of a sample, at least 1
    /// \throws parameter_error  no features, or 2³² or more
    explicit sparse_logistic(std::size_t features) : features_(features) {
        detail::require(features >= 1, "sparse_logistic", "features", features, "must be at least 1");
        detail::require(features <= std::numeric_limits<std::uint32_t>::max(), "sparse_logistic", "features", features,
                        "must be below 2^32");
    }

    /// The same model of samples with another number of features.
    /// \param features  of a sample, at least 1
    /// \throws parameter_error  as the constructor
    [[nodiscard]] sparse_logistic with_features(std::size_t features) const { return sparse_logistic(features); }

    /// How many parameters: the features.
    [[nodiscard]] std::size_t parameters() const noexcept { return features_; }
    /// One score a sample, the margin of class 1 over class 0.
    [[nodiscard]] std::size_t outputs() const noexcept { return 1; }

    /// All 0.
    /// \param given  parameters() numbers that are written
    /// \param seed   makes no difference
    /// \throws parameter_error  another size
    void initialize(std::span<double> given, [[maybe_unused]] std::uint64_t seed) const {
        detail::require_length(given.size(), parameters(), "sparse_logistic::initialize", "parameters.size()",
                               "parameters()");
        std::fill(given.begin(), given.end(), 0.0);
    }

    /// σ(margin) − y of samples.
    /// \param given  parameters() numbers
    /// \param data   two classes, of this many features
    /// \param rows   which samples; those of several batches at a time are faster than one by one
    /// \param out    one number a row that is written
    /// \throws parameter_error  sizes that do not fit, a sample that is not there
    /// \par Complexity
    /// O(non-zeros of the rows), no heap
    void residuals(std::span<const double> given, const sparse_dataset& data, std::span<const std::uint32_t> rows,
                   std::span<double> out) const {
        require_sizes(given.size(), data, rows, out.size(), "sparse_logistic::residuals", "out.size()");
        margins(given.data(), data, rows, out.data());
        for (std::size_t i = 0; i < rows.size(); ++i) out[i] = sigmoid(out[i]) - static_cast<double>(data.label(rows[i]));
    }

    /// The gradient of the mean loss over a batch, without the coordinates that it does not touch.
    /// \param data       as for residuals()
    /// \param rows       a batch, at least one sample
    /// \param residuals  of these rows
    /// \param memory     scratch, in which the result lies
    /// \throws parameter_error  sizes that do not fit, no samples, a sample that is not there
    /// \par Complexity
    /// O(non-zeros of the rows); no heap, and no pass over all features, after the first call of a size
    sparse_gradient gradient_entries(const sparse_dataset& data, std::span<const std::uint32_t> rows,
                                     std::span<const double> residuals, workspace& memory) const {
        constexpr const char* where = "sparse_logistic::gradient_entries";
        detail::require(!rows.empty(), where, "rows.size()", rows.size(), "must be at least 1");
        require_sizes(parameters(), data, rows, residuals.size(), where, "residuals.size()");
        std::size_t most = 1; // where a sum is read before it is there
        for (std::uint32_t row : rows) most += data.row(row).columns.size();
        most = std::min(most, features_ + 1);
        std::uint32_t* const places = detail::room(memory.places, features_);
        // Before numbers run out, all places are forgotten: once in millions of batches.
        if (std::numeric_limits<std::uint32_t>::max() - memory.next < most) {
            std::fill(memory.places.begin(), memory.places.end(), 0U);
            memory.next = 1;
        }
        const touched entries{memory.next, places, detail::room(memory.columns, most), detail::room(memory.values, most)};
        std::uint32_t count = 0;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const sparse_row row = data.row(rows[i]);
            const double residual = residuals[i];
            if (i + 1 < rows.size()) fetch(places, data.row(rows[i + 1]).columns);
            if (row.values.empty()) {
                for (std::uint32_t column : row.columns) count = entries.add(column, residual, count);
            } else {
                for (std::size_t j = 0; j < row.columns.size(); ++j) {
                    const double term = detail::rounded<double>(residual * static_cast<double>(row.values[j]));
                    count = entries.add(row.columns[j], term, count);
                }
            }
        }
        const double share = 1 / static_cast<double>(rows.size());
        for (std::size_t j = 0; j < count; ++j) entries.values[j] *= share;
        memory.next += count;
        return {{entries.columns, count}, {entries.values, count}};
    }

    /// The gradient of the mean loss over a batch.
    /// \param given     parameters() numbers
    /// \param data      two classes, of this many features
    /// \param rows      a batch, at least one sample
    /// \param gradient  parameters() numbers that are written
    /// \param memory    scratch
    /// \returns the mean loss
    /// \throws parameter_error  sizes that do not fit, no samples, a sample that is not there
    /// \par Complexity
    /// O(parameters() + non-zeros of the rows)
    double gradient(std::span<const double> given, const sparse_dataset& data, std::span<const std::uint32_t> rows,
                    std::span<double> gradient, workspace& memory) const {
        constexpr const char* where = "sparse_logistic::gradient";
        detail::require_length(gradient.size(), parameters(), where, "gradient.size()", "parameters()");
        detail::require(!rows.empty(), where, "rows.size()", rows.size(), "must be at least 1");
        require_sizes(given.size(), data, rows, rows.size(), where, "rows.size()");
        const std::span<double> out(detail::room(memory.residuals, rows.size()), rows.size());
        margins(given.data(), data, rows, out.data());
        double loss = 0;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const std::uint32_t label = data.label(rows[i]);
            loss += logistic_loss(out[i], label);
            out[i] = sigmoid(out[i]) - static_cast<double>(label);
        }
        const sparse_gradient entries = gradient_entries(data, rows, out, memory);
        std::fill(gradient.begin(), gradient.end(), 0.0);
        for (std::size_t j = 0; j < entries.columns.size(); ++j) gradient[entries.columns[j]] = entries.values[j];
        return loss / static_cast<double>(rows.size());
    }

    /// The margins of samples, x·θ.
    /// \param given   parameters() numbers
    /// \param data    two classes, of this many features
    /// \param rows    which samples
    /// \param scores  one number a row that is written
    /// \param memory  is not needed
    /// \throws parameter_error  sizes that do not fit, a sample that is not there
    void scores(std::span<const double> given, const sparse_dataset& data, std::span<const std::uint32_t> rows,
                std::span<double> scores, [[maybe_unused]] workspace& memory) const {
        require_sizes(given.size(), data, rows, scores.size(), "sparse_logistic::scores", "scores.size()");
        margins(given.data(), data, rows, scores.data());
    }

private:
    /// Columns with a sum each. A column of this batch has a place from `first` on; places of batches before are lower.
    struct touched {
        std::uint32_t first;
        std::uint32_t* places;
        std::uint32_t* columns;
        double* values;

        /// Adds to a column's sum, which starts at +0. Whether a column is new is hard to guess: there is no branch.
        /// \returns how many columns there are now
        [[nodiscard]] ELECTION_ALWAYS_INLINE std::uint32_t add(std::uint32_t column, double term,
                                                               std::uint32_t count) const noexcept {
            const std::uint32_t place = places[column] - first;
            const bool known = place < count;
            const std::uint32_t at = known ? place : count;
            const auto keep = std::uint64_t{0} - std::uint64_t{known};
            const double before = std::bit_cast<double>(std::bit_cast<std::uint64_t>(values[at]) & keep);
            places[column] = first + at;
            columns[at] = column;
            values[at] = before + term;
            return count + (known ? 0U : 1U);
        }
    };

    /// Asks for places ahead: they are all over memory, and no row is long enough to wait for the next one's.
    static void fetch(const std::uint32_t* places, std::span<const std::uint32_t> columns) noexcept {
        for (std::uint32_t column : columns) __builtin_prefetch(places + column, 1);
    }

    void require_sizes(std::size_t given, const sparse_dataset& data, std::span<const std::uint32_t> rows,
                       std::size_t numbers, const char* where, const char* name) const {
        detail::require_length(given, parameters(), where, "parameters.size()", "parameters()");
        detail::require_length(numbers, rows.size(), where, name, "the number of rows");
        detail::require_batch(data, rows, features_, 2, where);
    }

    [[nodiscard]] static double with(double sum, const double* given, const sparse_row& row, std::size_t first) noexcept {
        for (std::size_t j = first; j < row.columns.size(); ++j) {
            const double weight = given[row.columns[j]];
            sum += row.values.empty() ? weight : detail::rounded<double>(weight * static_cast<double>(row.values[j]));
        }
        return sum;
    }

    /// One sum waits for its last addition; several side by side do not.
    static void margins(const double* given, const sparse_dataset& data, std::span<const std::uint32_t> rows,
                        double* out) noexcept {
        constexpr std::size_t together = 4;
        std::size_t i = 0;
        for (; i + together <= rows.size(); i += together) {
            const sparse_row row[together] = {data.row(rows[i]), data.row(rows[i + 1]), data.row(rows[i + 2]),
                                              data.row(rows[i + 3])};
            double sum[together] = {};
            std::size_t common = 0;
            if (row[0].values.empty()) {
                common =
                    std::min({row[0].columns.size(), row[1].columns.size(), row[2].columns.size(), row[3].columns.size()});
            }
            for (std::size_t j = 0; j < common; ++j) {
#pragma GCC unroll 4
                for (std::size_t r = 0; r < together; ++r) sum[r] += given[row[r].columns[j]];
            }
            for (std::size_t r = 0; r < together; ++r) out[i + r] = with(sum[r], given, row[r], common);
        }
        for (; i < rows.size(); ++i) out[i] = with(0, given, data.row(rows[i]), 0);
    }

    std::size_t features_;
};

} // namespace election
