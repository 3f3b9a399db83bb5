// SPDX-License-Identifier: MIT
// code: what a generator returns, an allocation matrix with its name and what its family guarantees.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include <election/codes/code_name.hpp>
#include <election/core/xtensor.hpp>

namespace election {

/// What is proved of a code without looking at its matrix. Tests hold every guarantee against the verifier.
struct guarantee {
    /// Proved number of lying workers that the code tolerates under every tie policy; nothing if no theorem says.
    std::optional<int> tolerance;
    /// Whether `tolerance` is the exact value; otherwise the code may tolerate more.
    bool tolerance_is_exact = false;
    /// Ones divided by partitions; nothing if no formula says.
    std::optional<double> redundancy;
    /// Whether `redundancy` is an expectation over random codes instead of the exact value.
    bool redundancy_is_expected = false;
    /// The largest load of a worker, exact; nothing if no formula says.
    std::optional<std::size_t> max_load;
    /// Where the guarantee comes from, e.g. "Sohn et al. 2020, Theorem 2".
    std::string_view source;
};

/// An allocation matrix that knows how it was made. It is an allocation itself, so every function of election takes it.
struct code {
    xt::xtensor<std::uint8_t, 2> matrix; ///< workers × partitions, entries 0 or 1
    code_name name;                      ///< makes the same matrix again
    guarantee guaranteed;                ///< what the family promises

    [[nodiscard]] const auto& shape() const noexcept { return matrix.shape(); }
    [[nodiscard]] std::uint8_t operator()(std::size_t worker, std::size_t partition) const {
        return matrix(worker, partition);
    }
};

namespace detail {

/// An all-zero matrix of that size.
[[nodiscard]] inline xt::xtensor<std::uint8_t, 2> zero_matrix(std::size_t workers, std::size_t partitions) {
    return xt::xtensor<std::uint8_t, 2>(std::array<std::size_t, 2>{workers, partitions}, std::uint8_t{0});
}

} // namespace detail
} // namespace election
