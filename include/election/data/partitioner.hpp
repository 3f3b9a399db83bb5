// SPDX-License-Identifier: MIT
// Partitioners: how samples are shared out over the partitions of a code, in order, at random, or unevenly by class.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/data/dataset.hpp>
#include <election/data/random_sequence.hpp>
#include <election/data/row_range.hpp>

namespace election {

/// Which samples each partition has: k lists of sample numbers.
///
/// Invariants: at least one partition, and each has at least one sample.
///
/// \code
/// const election::partitioning parts({{0, 1}, {4, 2, 3}});
/// assert(parts.partitions() == 2 && parts[1].size() == 3 && parts[1][0] == 4 && parts.smallest() == 2);
/// \endcode
class partitioning {
public:
    /// \param parts  the samples of each partition; one sample may be in several
    /// \throws parameter_error  no partition, or one without a sample
    explicit partitioning(std::vector<std::vector<std::uint32_t>> parts) : parts_(std::move(parts)) {
        detail::require(!parts_.empty(), "partitioning", "partitions", 0, "must be at least 1");
        for (std::size_t j = 0; j < parts_.size(); ++j) {
            detail::require(!parts_[j].empty(), "partitioning", "samples", 0,
                            "must be at least 1 in each partition, partition ", j, " has none");
            smallest_ = std::min(smallest_, parts_[j].size());
        }
    }

    /// The number of partitions, k.
    [[nodiscard]] std::size_t partitions() const noexcept { return parts_.size(); }
    /// The samples of partition j, in the order in which mini-batches read them; unchecked.
    [[nodiscard]] std::span<const std::uint32_t> operator[](std::size_t j) const noexcept { return parts_[j]; }
    /// How many samples the smallest partition has.
    [[nodiscard]] std::size_t smallest() const noexcept { return smallest_; }

private:
    std::vector<std::vector<std::uint32_t>> parts_;
    std::size_t smallest_ = std::numeric_limits<std::size_t>::max();
};

namespace detail {

/// Cuts a list of samples into consecutive parts whose sizes differ by one at most, larger ones first.
[[nodiscard]] inline partitioning even_parts(const char* where, std::size_t samples, std::size_t partitions,
                                             std::uint64_t* seed) {
    require(partitions >= 1, where, "partitions", partitions, "must be at least 1");
    require(partitions <= samples, where, "partitions", partitions, "must be at most the number of samples, ", samples);
    std::vector<std::uint32_t> order = row_range(0, samples);
    if (seed != nullptr) {
        random_sequence random(*seed, static_cast<std::uint64_t>(data_stream::shuffled_partitions));
        random.shuffle(std::span(order));
    }
    std::vector<std::vector<std::uint32_t>> parts(partitions);
    auto next = order.begin();
    for (std::size_t j = 0; j < partitions; ++j) {
        const auto end = next + static_cast<std::ptrdiff_t>(samples / partitions + (j < samples % partitions));
        parts[j].assign(next, end);
        next = end;
    }
    return partitioning(std::move(parts));
}

} // namespace detail

/// Samples 0 … N − 1 in order: the first part of them is partition 0, and so on. Where N is no multiple of k, the first N mod k
/// partitions have one sample more than the others.
///
/// \param samples     N
/// \param partitions  k, 1 … N
/// \throws parameter_error  no partition, or more than samples
/// \par Complexity
/// O(N)
///
/// \code
/// const auto parts = election::contiguous_partitions(7, 3); // 0 1 2, 3 4, 5 6
/// assert(parts[0].size() == 3 && parts[1][0] == 3 && parts[2][1] == 6);
/// \endcode
[[nodiscard]] inline partitioning contiguous_partitions(std::size_t samples, std::size_t partitions) {
    return detail::even_parts("contiguous_partitions", samples, partitions, nullptr);
}

/// Samples 0 … N − 1 in random order, cut as contiguous_partitions() cuts: every sharing out with these sizes is equally likely.
/// The same seed gives the same partitions everywhere.
///
/// \param samples     N
/// \param partitions  k, 1 … N
/// \param seed        decides the order
/// \throws parameter_error  no partition, or more than samples
/// \par Complexity
/// O(N)
///
/// \code
/// const auto parts = election::shuffled_partitions(100, 3, 7);
/// assert(parts[0].size() == 34 && parts[2].size() == 33);
/// \endcode
[[nodiscard]] inline partitioning shuffled_partitions(std::size_t samples, std::size_t partitions, std::uint64_t seed) {
    return detail::even_parts("shuffled_partitions", samples, partitions, &seed);
}

/// \{
/// Partitions with different mixtures of classes (non-IID by label): the samples of each class are shared out in random order in
/// proportions drawn from a symmetric Dirichlet distribution over the partitions. A large α gives every partition about the same
/// number of each class; at a small one nearly all samples of a class are in one partition. Sizes differ too.
///
/// The same seed gives the same partitions, but for samples at a cut that the last digit of a platform's logarithm decides.
/// Hsu, Qi, Brown, *Measuring the effects of non-identical data distribution for federated visual classification*, 2019.
///
/// \param labels      the class of each of the samples 0 … N − 1
/// \param classes     how many there are
/// \param partitions  k, 1 … N
/// \param alpha       α, the concentration, above 0
/// \param seed        decides proportions and order
/// \throws parameter_error  no partition, more than samples, α not a positive number, a label that is no class, or a partition
///                          that gets no sample
/// \par Complexity
/// O(N + classes·k)
///
/// \code
/// const std::vector<std::uint32_t> labels{0, 1, 0, 1, 0, 1, 0, 1};
/// const auto parts = election::dirichlet_partitions(labels, 2, 2, 100.0, 7);
/// assert(parts[0].size() + parts[1].size() == 8);
/// \endcode
[[nodiscard]] inline partitioning dirichlet_partitions(std::span<const std::uint32_t> labels, std::size_t classes,
                                                       std::size_t partitions, double alpha, std::uint64_t seed) {
    constexpr auto where = "dirichlet_partitions";
    detail::require(partitions >= 1, where, "partitions", partitions, "must be at least 1");
    detail::require(partitions <= labels.size(), where, "partitions", partitions, "must be at most the number of samples, ",
                    labels.size());
    detail::require(alpha > 0 && std::isfinite(alpha), where, "alpha", alpha, "must be a finite number above 0");
    std::vector<std::vector<std::uint32_t>> of_class(classes);
    for (std::uint32_t i : row_range(0, labels.size())) {
        detail::require(labels[i] < classes, where, "label", labels[i], "must be below the number of classes, ", classes);
        of_class[labels[i]].push_back(i);
    }
    random_sequence random(seed, static_cast<std::uint64_t>(detail::data_stream::dirichlet_partitions));
    std::vector<std::vector<std::uint32_t>> parts(partitions);
    std::vector<double> shares(partitions);
    for (std::vector<std::uint32_t>& samples : of_class) {
        random.shuffle(std::span(samples));
        for (double& share : shares) share = random.log_gamma_variate(alpha);
        const double largest = *std::ranges::max_element(shares);
        double sum = 0;
        for (double& share : shares) sum += share = std::exp(share - largest);
        double before = 0;
        std::size_t next = 0;
        for (std::size_t j = 0; j < partitions; ++j) {
            before += shares[j];
            const double cut = std::floor(before / sum * static_cast<double>(samples.size()) + 0.5);
            // At the last partition `before` is the same sum as `sum`, so that nothing is left over.
            const std::size_t end = std::min(static_cast<std::size_t>(cut), samples.size());
            for (; next < end; ++next) parts[j].push_back(samples[next]);
        }
    }
    for (std::size_t j = 0; j < partitions; ++j) {
        detail::require(!parts[j].empty(), where, "alpha", alpha, "is too small for ", labels.size(), " samples: partition ",
                        j, " of ", partitions, " gets none; take a larger alpha, fewer partitions or another seed");
        random.shuffle(std::span(parts[j])); // else mini-batches in order would be of one class each
    }
    return partitioning(std::move(parts));
}
/// \param data        whose classes are taken
/// \param samples     N: only the first N samples of `data` are shared out
/// \param partitions  k, 1 … N
/// \param alpha       α, the concentration, above 0
/// \param seed        decides proportions and order
template <dataset D>
[[nodiscard]] partitioning dirichlet_partitions(const D& data, std::size_t samples, std::size_t partitions, double alpha,
                                                std::uint64_t seed) {
    detail::require(samples <= data.size(), "dirichlet_partitions", "samples", samples,
                    "must be at most what the data set has, ", data.size());
    std::vector<std::uint32_t> labels;
    labels.reserve(samples);
    for (std::size_t i = 0; i < samples; ++i) labels.push_back(data.label(i));
    return dirichlet_partitions(labels, data.classes(), partitions, alpha, seed);
}
/// \}

} // namespace election
