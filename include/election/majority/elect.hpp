// SPDX-License-Identifier: MIT
// elect(): from the signs of k partitions to the decoded signs at once, tile by tile; votes are not kept.
#pragma once

#include <cstddef>
#include <cstdint>

#include <election/bits/sign_matrix.hpp>
#include <election/bits/sign_span.hpp>
#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/core/executor.hpp>
#include <election/majority/encoder.hpp>
#include <election/majority/majority.hpp>
#include <election/majority/majority_kernel.hpp>
#include <election/majority/row_set.hpp>

namespace election {

/// How elect() decides where votes are split evenly.
struct elect_ties {
    tie_sign worker = tie_sign::positive; ///< the vote of a worker whose partitions are split evenly
    tie_sign master = tie_sign::positive; ///< the decision where as many workers vote + as −
};

/// What elect() does with the votes where nobody lies: nothing.
struct no_lies {
    /// Leaves them as they are.
    void operator()(sign_matrix_span<std::uint64_t>, std::size_t) const noexcept {}
};

/// A whole round in one process: all workers' votes, what liars make of them, and the decision; tile by tile, so that the partitions are
/// read from memory once, and votes, unless there are many hundreds of workers, are never written there.
///
/// The same as encode(…) and decode(…) with all votes in between, in a third of the memory traffic. Where votes
/// are sent, or lies look at more than a tile, keep the votes and call these.
/// \tparam Arch       instruction set; by default the best that this translation unit's compiler flags allow
/// \param encode      of the code
/// \param partitions  k rows of d signs
/// \param decision    d signs that overlap no partition's; their padding becomes zero
/// \param ties        of workers and master
/// \param lies        called for each tile with its n rows of votes, which it may change, and the index of the tile's first sign (a
///                    multiple of 64), from any thread of an executor
/// \param kernel      the inner loops; given where an architecture is chosen at run time
/// \throws parameter_error  another number of partitions or signs; what `lies` throws passes
/// \par Complexity
/// That of encoding and decoding; n·4 KiB of memory, and a cache line a worker, for each thread
///
/// \code
/// const election::encoder encode(election::deterministic(5, 1));
/// election::sign_matrix partitions(5, 1000);
/// election::sign_vector decision(1000);
/// // Worker 0 always votes +; the others stand for −.
/// election::elect(encode, partitions, decision, {}, [](auto votes, std::size_t) {
///     for (std::uint64_t& word : votes[0].words()) word = ~std::uint64_t{0};
/// });
/// assert(decision[999] == -1);
/// \endcode
template <class Arch = default_arch, class Lies = no_lies>
void elect(const encoder& encode, const row_set& partitions, sign_span<std::uint64_t> decision, elect_ties ties = {},
           Lies&& lies = {}, const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    detail::require(decision.size() == partitions.signs(), "elect", "decision.size()", decision.size(),
                    "must be the number of signs in a row, ", partitions.signs());
    encode.template for_each_tile<Arch>(
        partitions, ties.worker,
        [&](const sign_matrix_span<std::uint64_t>& votes, std::size_t first) {
            lies(votes, first);
            majority<Arch>(row_set(votes), decision.tile(first / 64, votes.signs()), ties.master, kernel);
        },
        kernel);
}

/// The same, shared out by an executor.
template <class Arch = default_arch, executor E, class Lies = no_lies>
void elect(const E& run, const encoder& encode, const row_set& partitions, sign_span<std::uint64_t> decision,
           elect_ties ties = {}, Lies&& lies = {}, const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    detail::require(partitions.size() == encode.partitions(), "elect", "partitions", partitions.size(),
                    "must be the code's, ", encode.partitions());
    detail::require(decision.size() == partitions.signs(), "elect", "decision.size()", decision.size(),
                    "must be the number of signs in a row, ", partitions.signs());
    detail::for_sign_parts(run, decision.size(), [&](std::size_t from, std::size_t count) {
        elect<Arch>(
            encode, partitions.tile(from, count), decision.tile(from, count), ties,
            [&](sign_matrix_span<std::uint64_t> votes, std::size_t first) { lies(votes, 64 * from + first); }, kernel);
    });
}

} // namespace election
