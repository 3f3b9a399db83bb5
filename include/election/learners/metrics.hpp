// SPDX-License-Identifier: MIT
// How good a learner is: accuracy, mean loss, and the area under the ROC curve.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/data/dataset.hpp>
#include <election/learners/learner.hpp>
#include <election/learners/losses.hpp>

namespace election {

/// The area under the ROC curve: how probable it is that a sample of class 1 has a larger score than one of class 0, pairs with
/// equal scores counted half (ties at their average rank). Pairs are counted in integers, so that only the last division rounds.
/// \tparam T      float or double
/// \param scores  one a sample, no NaN
/// \param labels  as many, 0 or 1, both there
/// \throws parameter_error  different sizes, a NaN, another label, only one class, 2³¹ samples or more
/// \par Complexity
/// O(N log N)
///
/// \code
/// const std::vector<double> scores{0.1, 0.4, 0.4, 0.8};
/// const std::vector<std::uint32_t> labels{0, 0, 1, 1};
/// assert(election::area_under_curve(std::span<const double>(scores), labels) == 0.875);
/// \endcode
template <class T>
[[nodiscard]] double area_under_curve(std::span<const T> scores, std::span<const std::uint32_t> labels) {
    constexpr const char* where = "area_under_curve";
    detail::require(labels.size() == scores.size(), where, "labels.size()", labels.size(), "must be the number of scores, ",
                    scores.size());
    detail::require(scores.size() < std::size_t{1} << 31U, where, "scores.size()", scores.size(), "must be below 2^31");
    std::uint64_t ones = 0;
    std::vector<std::pair<T, std::uint32_t>> sorted(scores.size());
    for (std::size_t i = 0; i < scores.size(); ++i) {
        detail::require(scores[i] == scores[i], where, "score", scores[i], "must be a number, for sample ", i);
        detail::require(labels[i] <= 1, where, "label", labels[i], "must be 0 or 1, for sample ", i);
        sorted[i] = {scores[i], labels[i]};
        ones += labels[i];
    }
    const std::uint64_t zeros = scores.size() - ones;
    detail::require(ones != 0 && zeros != 0, where, "samples of class 1", ones, "must be some and not all of the samples, ",
                    scores.size());
    std::sort(sorted.begin(), sorted.end());
    std::uint64_t twice_pairs = 0; // that are ordered right; a tied pair counts 1
    std::uint64_t zeros_below = 0;
    for (std::size_t i = 0; i < sorted.size();) {
        std::uint64_t ones_here = 0;
        std::uint64_t here = 0;
        for (const T score = sorted[i].first; i < sorted.size() && sorted[i].first == score; ++i, ++here) {
            ones_here += sorted[i].second;
        }
        twice_pairs += ones_here * (2 * zeros_below + (here - ones_here));
        zeros_below += here - ones_here;
    }
    return static_cast<double>(twice_pairs) / static_cast<double>(2 * ones * zeros);
}

/// The class that scores stand for: of several the largest, the first of equal ones; a single one is a margin, positive for 1.
///
/// \code
/// const std::vector<float> scores{1, 3, 3};
/// assert(election::predicted_class(std::span<const float>(scores)) == 1);
/// assert(election::predicted_class(std::span<const float>(scores).first(1)) == 1); // a margin of 1
/// \endcode
template <class T>
[[nodiscard]] std::uint32_t predicted_class(std::span<const T> scores) noexcept {
    if (scores.size() == 1) return scores[0] > 0 ? 1 : 0;
    return static_cast<std::uint32_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

namespace detail {

inline void require_scores(std::size_t scores, std::size_t outputs, std::span<const std::uint32_t> labels,
                           std::string_view where) {
    require(outputs >= 1, where, "outputs", outputs, "must be at least 1");
    require(!labels.empty(), where, "labels.size()", labels.size(), "must be at least 1");
    require(scores == outputs * labels.size(), where, "scores.size()", scores, "must be samples times outputs, ",
            outputs * labels.size());
    const std::size_t classes = outputs == 1 ? 2 : outputs;
    for (std::uint32_t label : labels) {
        require(label < classes, where, "label", label, "must be below the number of classes, ", classes);
    }
}

template <class T>
[[nodiscard]] double loss_of(std::span<const T> scores, std::uint32_t label) noexcept {
    return scores.size() == 1 ? logistic_loss(static_cast<double>(scores[0]), label) : cross_entropy(scores, label);
}

} // namespace detail

/// Which share of samples has its class predicted.
/// \param scores   samples × outputs, row-major
/// \param outputs  scores a sample; 1: a margin of class 1 over class 0
/// \param labels   one a sample, at least one sample
/// \throws parameter_error  sizes that do not fit, no samples, a label that is no class
///
/// \code
/// const std::vector<float> margins{-1, 2, 3};
/// const std::vector<std::uint32_t> labels{0, 1, 0};
/// assert(election::accuracy(std::span<const float>(margins), 1, labels) == 2.0 / 3);
/// \endcode
template <class T>
[[nodiscard]] double accuracy(std::span<const T> scores, std::size_t outputs, std::span<const std::uint32_t> labels) {
    detail::require_scores(scores.size(), outputs, labels, "accuracy");
    std::size_t right = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        right += predicted_class(scores.subspan(i * outputs, outputs)) == labels[i] ? 1U : 0U;
    }
    return static_cast<double>(right) / static_cast<double>(labels.size());
}

/// The mean of cross_entropy(), or of logistic_loss() where there is one score a sample.
/// \param scores   samples × outputs, row-major
/// \param outputs  scores a sample; 1: a margin of class 1 over class 0
/// \param labels   one a sample, at least one sample
/// \throws parameter_error  sizes that do not fit, no samples, a label that is no class
///
/// \code
/// const std::vector<double> scores{5, 5, -1, -1};
/// const std::vector<std::uint32_t> labels{0, 1};
/// assert(election::mean_loss(std::span<const double>(scores), 2, labels) == std::log(2.0));
/// \endcode
template <class T>
[[nodiscard]] double mean_loss(std::span<const T> scores, std::size_t outputs, std::span<const std::uint32_t> labels) {
    detail::require_scores(scores.size(), outputs, labels, "mean_loss");
    double sum = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        sum += detail::loss_of(scores.subspan(i * outputs, outputs), labels[i]);
    }
    return sum / static_cast<double>(labels.size());
}

/// What evaluate() finds.
struct evaluation {
    std::size_t samples = 0;    ///< how many were looked at
    double loss = 0;            ///< mean_loss()
    double accuracy = 0;        ///< the share of samples whose class is predicted
    std::optional<double> area; ///< area_under_curve() of σ(margin), whose ties are those of rounding; one output only
    std::optional<double> margin_area; ///< area_under_curve() of the margin itself; one output only
};

/// How good a learner is on samples, a few of them at a time. The areas are missing where there are several outputs, where all
/// samples have one class, or where a margin is NaN.
/// \param learner     the model
/// \param parameters  learner.parameters() numbers
/// \param data        a data set
/// \param rows        which samples, at least one
/// \param workspace   the learner's scratch
/// \param chunk       samples at a time, at least 1; the result does not depend on it
/// \throws parameter_error  no samples, chunk = 0, what the learner refuses
///
/// \code
/// const election::dense_dataset data(xt::xtensor<float, 2>{{1}, {-1}, {2}}, {1, 0, 1}, 2);
/// const election::softmax_regression<double> learner(1, 2);
/// election::softmax_regression<double>::workspace workspace;
/// const std::vector<double> parameters{-1, 1, 0, 0}; // the feature speaks for class 1
/// const std::vector<std::uint32_t> rows{0, 1, 2};
/// const auto found = election::evaluate(learner, std::span<const double>(parameters), data, rows, workspace);
/// assert(found.accuracy == 1 && found.loss < 0.2 && !found.area);
/// \endcode
template <class L, dataset D>
    requires learner<L, D>
[[nodiscard]] evaluation evaluate(const L& learner, std::span<const typename L::number_type> parameters, const D& data,
                                  std::span<const std::uint32_t> rows, typename L::workspace& workspace,
                                  std::size_t chunk = 256) {
    using number = typename L::number_type;
    detail::require(!rows.empty(), "evaluate", "rows.size()", rows.size(), "must be at least 1");
    detail::require(chunk >= 1, "evaluate", "chunk", chunk, "must be at least 1");
    const std::size_t outputs = learner.outputs();
    std::vector<number> scores(std::min(chunk, rows.size()) * outputs);
    std::vector<number> margins;
    std::vector<std::uint32_t> labels;
    double loss = 0;
    std::size_t right = 0;
    for (std::size_t first = 0; first < rows.size(); first += chunk) {
        const std::size_t count = std::min(chunk, rows.size() - first);
        const std::span<number> here = std::span(scores).first(count * outputs);
        learner.scores(parameters, data, rows.subspan(first, count), here, workspace);
        for (std::size_t i = 0; i < count; ++i) {
            const std::uint32_t label = data.label(rows[first + i]);
            const std::span<const number> one = here.subspan(i * outputs, outputs);
            detail::require(label < (outputs == 1 ? 2 : outputs), "evaluate", "label", label,
                            "must be a class of the learner, for sample ", rows[first + i]);
            loss += detail::loss_of(one, label);
            right += predicted_class(one) == label ? 1U : 0U;
            if (outputs == 1) {
                margins.push_back(one[0]);
                labels.push_back(label);
            }
        }
    }
    const auto samples = static_cast<double>(rows.size());
    evaluation found{rows.size(), loss / samples, static_cast<double>(right) / samples, std::nullopt, std::nullopt};
    const auto ones = static_cast<std::size_t>(std::count(labels.begin(), labels.end(), 1U));
    const bool numbers = std::all_of(margins.begin(), margins.end(), [](number margin) { return margin == margin; });
    if (ones != 0 && ones != labels.size() && numbers) {
        std::vector<double> chances(margins.size());
        std::transform(margins.begin(), margins.end(), chances.begin(),
                       [](number margin) { return sigmoid(static_cast<double>(margin)); });
        found.area = area_under_curve(std::span<const double>(chances), labels);
        found.margin_area = area_under_curve(std::span<const number>(margins), labels);
    }
    return found;
}

} // namespace election
