// SPDX-License-Identifier: MIT
// Losses of scores and their slopes: cross-entropy of several classes, logistic loss of two.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

namespace election {

// Exponentials and logarithms are those of the platform's mathematical library, called number by number: they do not depend on
// the architecture of a kernel, while another library (or, with some, another processor) may round the last digit otherwise.

/// The logistic function σ(x) = 1 / (1 + e^−x), as 1 / (2 + expm1(−x)); exactly ½ at 0.
///
/// \code
/// assert(election::sigmoid(0) == 0.5 && election::sigmoid(-1000) == 0 && election::sigmoid(1000) == 1);
/// \endcode
[[nodiscard]] inline double sigmoid(double x) noexcept { return 1 / (2 + std::expm1(-x)); }

/// The loss −ln P(class) where P(1) = σ(margin). Not infinite for margins of any size.
/// \param margin  of class 1 over class 0
/// \param label   0 or 1
///
/// \code
/// assert(election::logistic_loss(0, 1) == std::log(2.0) && election::logistic_loss(-1000, 1) == 1000);
/// \endcode
[[nodiscard]] inline double logistic_loss(double margin, std::uint32_t label) noexcept {
    const double against = label == 1 ? -margin : margin;
    return std::max(against, 0.0) + std::log1p(std::exp(-std::fabs(against)));
}

/// The loss −ln p_label where p is the softmax of a sample's scores, p_j = e^s_j / Σ e^s. Not infinite for scores of any size.
/// \tparam T      float or double; the loss is computed in double
/// \param scores  one a class
/// \param label   below the number of scores; unchecked
/// \par Complexity
/// O(classes)
///
/// \code
/// const std::vector<float> scores{0, 0, 0, 0};
/// assert(election::cross_entropy(std::span<const float>(scores), 2) == std::log(4.0));
/// \endcode
template <class T>
[[nodiscard]] double cross_entropy(std::span<const T> scores, std::uint32_t label) noexcept {
    const double largest = static_cast<double>(*std::max_element(scores.begin(), scores.end()));
    double sum = 0;
    for (T score : scores) sum += std::exp(static_cast<double>(score) - largest);
    return std::log(sum) - (static_cast<double>(scores[label]) - largest);
}

/// cross_entropy(), and in place of the scores its slopes by them over the size of a batch, (p_j − [j = label]) / samples.
/// \param scores   one a class; become slopes
/// \param label    below the number of scores; unchecked
/// \param samples  over how many samples the loss is averaged
///
/// \code
/// std::vector<double> scores{3, 3};
/// election::cross_entropy_slopes(std::span<double>(scores), 1, 2);
/// assert(scores[0] == 0.25 && scores[1] == -0.25);
/// \endcode
template <class T>
double cross_entropy_slopes(std::span<T> scores, std::uint32_t label, std::size_t samples) noexcept {
    const double largest = static_cast<double>(*std::max_element(scores.begin(), scores.end()));
    const double of_label = static_cast<double>(scores[label]) - largest;
    double sum = 0;
    for (T& score : scores) {
        const double power = std::exp(static_cast<double>(score) - largest);
        sum += power;
        score = static_cast<T>(power);
    }
    for (std::size_t j = 0; j < scores.size(); ++j) {
        const double expected = j == label ? 1 : 0;
        scores[j] = static_cast<T>((static_cast<double>(scores[j]) / sum - expected) / static_cast<double>(samples));
    }
    return std::log(sum) - of_label;
}

} // namespace election
