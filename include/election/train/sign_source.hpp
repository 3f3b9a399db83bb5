// SPDX-License-Identifier: MIT
// The sign_source concept: where the signs of a partition come from in a step.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <span>

#include <election/train/vote_form.hpp>

namespace election {

/// What k partitions report in a step: signs of gradients, or of their momentum.
///
/// Holds when, with `using signs = binary or ternary`:
/// - `S::number_type` is float or double, `S::workspace` is default-constructible: scratch memory of a thread;
/// - `s.partitions()` is k, `s.parameters()` is d;
/// - `s.sign(parameters, step, j, out, workspace)` writes the d signs that partition j reports in this step, and returns its loss, NaN
///   where none is computed. It is called for increasing steps, at most once a step for a partition, at the same time for
///   different ones; `out` holds what the last call for j left there (at first: zeros), so that a sparse source changes only what
///   changed. Errors leave the momentum of j in an unspecified state, and name partition and step;
/// - `s.reported(j)` are the d numbers whose signs were taken last, or nothing where they are not kept: for attacks on gradients;
/// - `s.save(stream, j)` and `s.load(stream, j)` write and read the state of partition j (momentum), for exact resume.
///
/// Example: gradient_signs. Non-example: a function of the parameters alone, which could have no momentum.
template <class S, class Signs>
concept sign_source = std::default_initializable<typename S::workspace> &&
    requires(S& s, const S& c, std::span<const typename S::number_type> parameters, std::uint64_t step, std::size_t j,
             typename Signs::span out, typename S::workspace& workspace, std::ostream& to, std::istream& from) {
    { c.partitions() } -> std::convertible_to<std::size_t>;
    { c.parameters() } -> std::convertible_to<std::size_t>;
    { s.sign(parameters, step, j, out, workspace) } -> std::convertible_to<double>;
    { c.reported(j) } -> std::convertible_to<std::span<const typename S::number_type>>;
    c.save(to, j);
    s.load(from, j);
};

} // namespace election
