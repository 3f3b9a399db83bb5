// SPDX-License-Identifier: MIT
// vote_form: which of the signs in a round may abstain, as types.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <election/bits/sign_matrix.hpp>
#include <election/bits/sign_span.hpp>
#include <election/bits/sign_vector.hpp>
#include <election/bits/ternary.hpp>
#include <election/bits/ternary_matrix.hpp>
#include <election/majority/row_set.hpp>
#include <election/majority/ternary_row_set.hpp>

namespace election {

/// Signs +1 and −1, one bit each.
struct binary {
    using vector = sign_vector;                          ///< owns d signs
    using span = sign_span<std::uint64_t>;               ///< d signs that can be written
    using view = sign_view;                              ///< d signs
    using matrix = sign_matrix;                          ///< owns rows of d signs
    using matrix_span = sign_matrix_span<std::uint64_t>; ///< rows that can be written
    using matrix_view = sign_matrix_view;                ///< rows
    using rows = row_set;                                ///< rows from anywhere
    static constexpr bool abstains = false;              ///< whether 0 is allowed
    static constexpr std::size_t bits = 1;               ///< of a sign
    static constexpr std::string_view name = "binary";   ///< in options and results
};

/// Votes +1, −1 and 0, two bits each.
struct ternary {
    using vector = ternary_vector;                          ///< owns d votes
    using span = ternary_span<std::uint64_t>;               ///< d votes that can be written
    using view = ternary_view;                              ///< d votes
    using matrix = ternary_matrix;                          ///< owns rows of d votes
    using matrix_span = ternary_matrix_span<std::uint64_t>; ///< rows that can be written
    using matrix_view = ternary_matrix_view;                ///< rows
    using rows = ternary_row_set;                           ///< rows from anywhere
    static constexpr bool abstains = true;                  ///< whether 0 is allowed
    static constexpr std::size_t bits = 2;                  ///< of a vote
    static constexpr std::string_view name = "ternary";     ///< in options and results
};

/// What is binary and what is ternary in a round: the signs of partitions, the votes of workers, what the master decodes.
/// \tparam Signs   binary: a gradient that is 0 has the sign that pack_options::zero says; ternary: it has none
/// \tparam Votes   binary: a tied worker votes as told; ternary: it abstains
/// \tparam Result  binary: a tied master decodes as told; ternary: it leaves the parameter alone
///
/// \code
/// static_assert(election::binary_form::votes::bits == 1 && election::ternary_form::votes::bits == 2);
/// \endcode
template <class Signs, class Votes, class Result>
struct vote_form {
    using signs = Signs;   ///< of partitions
    using votes = Votes;   ///< of workers
    using result = Result; ///< of the master
};

/// One bit everywhere: SignSGD with majority vote of dense models.
using binary_form = vote_form<binary, binary, binary>;
/// Partitions have signs; workers and the master abstain where they are tied: numpy.sign of sums of ±1.
using abstaining_form = vote_form<binary, ternary, ternary>;
/// Whoever has nothing to say abstains: needed for sparse gradients, most of whose coordinates are exactly 0.
using ternary_form = vote_form<ternary, ternary, ternary>;

} // namespace election
