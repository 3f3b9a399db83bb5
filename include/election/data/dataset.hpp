// SPDX-License-Identifier: MIT
// Data sets: samples with a class each, dense or sparse, that learners read row by row.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/core/xtensor.hpp>

namespace election {

/// Samples that have a class each.
///
/// Holds when: it says how many samples, features and classes there are, and gives the class of a sample.
/// Example: dense_dataset, sparse_dataset. Non-example: an xtensor, which has no classes.
template <class D>
concept dataset = requires(const D& data, std::size_t i) {
    { data.size() } -> std::convertible_to<std::size_t>;
    { data.features() } -> std::convertible_to<std::size_t>;
    { data.classes() } -> std::convertible_to<std::size_t>;
    { data.label(i) } -> std::convertible_to<std::uint32_t>;
};

/// Samples whose features are all stored, as floats. Copies share the features, so that the same samples can have other classes
/// (what a label-flipping worker learns from) without being stored twice.
///
/// Invariants: as many labels as rows; every label is below classes().
///
/// \code
/// const election::dense_dataset data(xt::xtensor<float, 2>{{0.5f, 1}, {2, -1}}, {0, 2}, 3);
/// assert(data.size() == 2 && data.features() == 2 && data.label(1) == 2 && data.row(1)[0] == 2);
/// assert(data.with_flipped_labels().label(0) == 2);
/// \endcode
class dense_dataset {
public:
    /// \param features  samples × features, row-major
    /// \param labels    one a sample
    /// \param classes   how many there are, at least 1
    /// \throws parameter_error  another number of labels than of rows; a label that is no class
    dense_dataset(xt::xtensor<float, 2> features, std::vector<std::uint32_t> labels, std::size_t classes)
        : features_(std::make_shared<const xt::xtensor<float, 2>>(std::move(features))), labels_(std::move(labels)),
          classes_(classes) {
        detail::require(labels_.size() == features_->shape()[0], "dense_dataset", "labels", labels_.size(),
                        "must be as many as the rows of features, ", features_->shape()[0]);
        for (std::uint32_t label : labels_) {
            detail::require(label < classes_, "dense_dataset", "label", label, "must be below the number of classes, ",
                            classes_);
        }
    }

    /// The number of samples.
    [[nodiscard]] std::size_t size() const noexcept { return labels_.size(); }
    /// The number of features of a sample.
    [[nodiscard]] std::size_t features() const noexcept { return features_->shape()[1]; }
    /// The number of classes.
    [[nodiscard]] std::size_t classes() const noexcept { return classes_; }
    /// The class of sample i; unchecked.
    [[nodiscard]] std::uint32_t label(std::size_t i) const noexcept { return labels_[i]; }
    /// The features of sample i; unchecked.
    [[nodiscard]] std::span<const float> row(std::size_t i) const noexcept {
        return {features_->data() + i * features(), features()};
    }

    /// The same samples with class y become classes() − 1 − y. O(samples); features are shared.
    [[nodiscard]] dense_dataset with_flipped_labels() const {
        dense_dataset flipped(*this);
        for (std::uint32_t& label : flipped.labels_) label = static_cast<std::uint32_t>(classes_ - 1 - label);
        return flipped;
    }

private:
    std::shared_ptr<const xt::xtensor<float, 2>> features_;
    std::vector<std::uint32_t> labels_;
    std::size_t classes_;
};

/// The features of a sparse sample that are not zero. Where `values` is empty, all of them are 1.
struct sparse_row {
    std::span<const std::uint32_t> columns; ///< which features, in increasing order
    std::span<const float> values;          ///< as many, or none
};

/// Samples of which most features are zero: compressed rows. Copies share the features.
///
/// Invariants: row i has the columns begins[i] … begins[i + 1] − 1; columns are below features(); values are none or as many as
/// columns.
///
/// \code
/// const election::sparse_dataset data({0, 2, 3}, {0, 4, 1}, {}, 5, {1, 0}, 2); // 1 0 0 0 1 and 0 1 0 0 0
/// assert(data.size() == 2 && data.row(0).columns[1] == 4 && data.row(0).values.empty());
/// \endcode
class sparse_dataset {
public:
    /// \param begins    samples + 1 offsets, from 0, that do not fall
    /// \param columns   features that are not zero, row after row, increasing in a row
    /// \param values    what they are; none: all 1
    /// \param features  how many features a sample has
    /// \param labels    one a sample
    /// \param classes   how many there are
    /// \throws parameter_error  sizes that do not fit, a column or label out of range, columns that do not increase
    sparse_dataset(std::vector<std::size_t> begins, std::vector<std::uint32_t> columns, std::vector<float> values,
                   std::size_t features, std::vector<std::uint32_t> labels, std::size_t classes)
        : stored_(std::make_shared<const storage>(storage{std::move(begins), std::move(columns), std::move(values)})),
          features_(features), labels_(std::move(labels)), classes_(classes) {
        const auto& [offsets, where, numbers] = *stored_;
        detail::require(offsets.size() == labels_.size() + 1, "sparse_dataset", "begins", offsets.size(),
                        "must be one more than there are labels, ", labels_.size());
        detail::require(offsets.front() == 0 && offsets.back() == where.size() && std::ranges::is_sorted(offsets),
                        "sparse_dataset", "begins.back()", offsets.back(),
                        "must be the number of columns, and offsets must start at 0 and not fall, ", where.size());
        detail::require(numbers.empty() || numbers.size() == where.size(), "sparse_dataset", "values", numbers.size(),
                        "must be none or as many as columns, ", where.size());
        for (std::size_t i = 0; i + 1 < offsets.size(); ++i) {
            for (std::size_t at = offsets[i]; at < offsets[i + 1]; ++at) {
                detail::require(where[at] < features_, "sparse_dataset", "column", where[at],
                                "must be below the number of features, ", features_);
                detail::require(at == offsets[i] || where[at - 1] < where[at], "sparse_dataset", "column", where[at],
                                "must be above the one before it in its row");
            }
        }
        for (std::uint32_t label : labels_) {
            detail::require(label < classes_, "sparse_dataset", "label", label, "must be below the number of classes, ",
                            classes_);
        }
    }

    /// The number of samples.
    [[nodiscard]] std::size_t size() const noexcept { return labels_.size(); }
    /// The number of features of a sample.
    [[nodiscard]] std::size_t features() const noexcept { return features_; }
    /// The number of classes.
    [[nodiscard]] std::size_t classes() const noexcept { return classes_; }
    /// The class of sample i; unchecked.
    [[nodiscard]] std::uint32_t label(std::size_t i) const noexcept { return labels_[i]; }
    /// The features of sample i that are not zero; unchecked.
    [[nodiscard]] sparse_row row(std::size_t i) const noexcept {
        const std::size_t begin = stored_->begins[i];
        const std::size_t count = stored_->begins[i + 1] - begin;
        return {std::span(stored_->columns).subspan(begin, count),
                stored_->values.empty() ? std::span<const float>() : std::span(stored_->values).subspan(begin, count)};
    }

    /// The same samples with class y become classes() − 1 − y. O(samples); features are shared.
    [[nodiscard]] sparse_dataset with_flipped_labels() const {
        sparse_dataset flipped(*this);
        for (std::uint32_t& label : flipped.labels_) label = static_cast<std::uint32_t>(classes_ - 1 - label);
        return flipped;
    }

private:
    struct storage {
        std::vector<std::size_t> begins;
        std::vector<std::uint32_t> columns;
        std::vector<float> values;
    };

    std::shared_ptr<const storage> stored_;
    std::size_t features_;
    std::vector<std::uint32_t> labels_;
    std::size_t classes_;
};

} // namespace election
