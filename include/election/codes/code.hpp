// SPDX-License-Identifier: MIT
// code: what a generator returns, an allocation matrix with its name and what its family guarantees.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <election/codes/code_name.hpp>
#include <election/core/error.hpp>
#include <election/core/xtensor.hpp>

namespace election {

/// What is proved of a code without looking at its matrix. Tests hold every guarantee against the verifier.
struct guarantee {
    /// Proved number of lying workers that the code tolerates under every tie policy; nothing if no theorem says.
    std::optional<int> tolerance = std::nullopt;
    /// Whether `tolerance` is the exact value; otherwise the code may tolerate more.
    bool tolerance_is_exact = false;
    /// Ones divided by partitions; nothing if no formula says.
    std::optional<double> redundancy = std::nullopt;
    /// Whether `redundancy` is an expectation over random codes instead of the exact value.
    bool redundancy_is_expected = false;
    /// The largest load of a worker, exact; nothing if no formula says.
    std::optional<std::size_t> max_load = std::nullopt;
    /// Where the guarantee comes from, e.g. "Sohn et al. 2020, Theorem 2".
    std::string_view source = {};
};

/// An allocation matrix that knows how it was made. It is an allocation itself, so every function of election takes it.
///
/// \code
/// auto code = election::full(5, 3);
/// assert(code.name.str() == "full:n=5,k=3" && code.guaranteed.tolerance == 2 && code(4, 2) == 1);
/// \endcode
struct code {
    xt::xtensor<std::uint8_t, 2> matrix; ///< workers × partitions, entries 0 or 1
    code_name name;                      ///< makes the same matrix again
    guarantee guaranteed;                ///< what the family promises

    /// {workers, partitions}.
    [[nodiscard]] const auto& shape() const noexcept { return matrix.shape(); }
    /// 1 when `worker` (0 … n − 1) holds `partition` (0 … k − 1), else 0; unchecked.
    [[nodiscard]] std::uint8_t operator()(std::size_t worker, std::size_t partition) const {
        return matrix(worker, partition);
    }
};

namespace detail {

/// Most entries that a generated matrix may have: 2³², 4 GiB. More is a slip of the keyboard, not a code.
inline constexpr std::size_t max_generated_entries = std::size_t{1} << 32;

/// A code with that family's name and an all-zero matrix.
/// \throws parameter_error  no worker, no partition, or too many entries
[[nodiscard]] inline code blank_code(const char* family, std::size_t workers, std::size_t partitions) {
    require(workers >= 1, family, "n", workers, "must be at least 1");
    require(partitions >= 1, family, "k", partitions, "must be at least 1");
    require(partitions <= max_generated_entries / workers, family, "n", workers,
            "makes a matrix of more than 2^32 entries with k = ", partitions);
    code result;
    result.matrix = xt::xtensor<std::uint8_t, 2>(std::array<std::size_t, 2>{workers, partitions}, std::uint8_t{0});
    result.name = code_name(family);
    return result;
}

/// Where part `index` begins when `total` things are cut into `parts` consecutive parts as equal as possible, longer ones
/// first.
[[nodiscard]] constexpr std::size_t part_begin(std::size_t total, std::size_t parts, std::size_t index) noexcept {
    const std::size_t longer = total % parts;
    return total / parts * index + (index < longer ? index : longer);
}

} // namespace detail
} // namespace election
