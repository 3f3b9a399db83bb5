// SPDX-License-Identifier: MIT
// corrupted_messages and reversed_partitions: message models with partitions that report the opposite sign to all who hold them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/majority/majority_kernel.hpp>
#include <election/models/draw_messages.hpp>
#include <election/models/election_batch.hpp>
#include <election/models/random_stream.hpp>

namespace election {

/// Elections of a model in which, after the truth is settled, a new uniformly random set of partitions in every election reports the
/// opposite sign to all workers who hold one of them.
///
/// Votes follow the message as it is reported, and the truth is that of the message as it was: no allocation can repair this.
/// A code that always decodes the sign most partitions report, e.g. the full one, fails exactly where that is not the
/// truth: with k odd, a nearest message and c corrupted partitions, of which X on the truth's side, if 4X > 2c + 1.
///
/// \code
/// static_assert(election::message_model<election::corrupted_messages<election::nearest_messages>>);
/// const election::corrupted_messages<election::nearest_messages> model{{}, 2};
/// assert(model.count == 2);
/// \endcode
template <class M>
struct corrupted_messages {
    M messages;        ///< a message model, from which message and truth come
    std::size_t count; ///< how many partitions report the opposite, 0 … k; with 0 it is the model itself
};

/// Elections of a model in which, after the truth is settled, the given partitions report the opposite sign to all workers who
/// hold one of them: a fixed set, in every election.
///
/// \code
/// static_assert(election::message_model<election::reversed_partitions<election::nearest_messages>>);
/// const election::reversed_partitions<election::nearest_messages> model{{}, {0, 3}};
/// assert(model.partitions.size() == 2);
/// \endcode
template <class M>
struct reversed_partitions {
    M messages;                          ///< a message model, from which message and truth come
    std::vector<std::size_t> partitions; ///< different ones, 0 … k − 1
};

namespace detail {

/// The numbers behind reversed signs, where they were drawn, are reversed too.
inline void reverse_signs(election_batch& batch, std::size_t j, std::size_t w, std::uint64_t reversed) {
    batch.messages[j][w] ^= reversed;
    if (batch.gradients.empty() || reversed == 0) return;
    for (std::size_t bit = 0; bit < 64; ++bit) {
        float& number = batch.gradients[(64 * w + bit) * batch.messages.size() + j];
        if ((reversed >> bit & 1U) != 0) number = -number;
    }
}

} // namespace detail

/// \{
/// What draws batches of elections of which some partitions are corrupted. The model draws first, so it draws what it would
/// draw alone.
/// \param model       which elections come up, and how many or which partitions are corrupted
/// \param partitions  k ≥ 1
/// \param kernel      takes majorities; must outlive what is returned
/// \returns a callable (election_batch&, random_stream&), for one thread
/// \throws parameter_error  more partitions than there are, one that is not there or comes twice, or what the model throws
template <message_model M>
[[nodiscard]] auto message_sampler(const corrupted_messages<M>& model, std::size_t partitions,
                                   const majority_kernel& kernel) {
    detail::require(model.count <= partitions, "messages", "count", model.count,
                    "must be at most the number of partitions, ", partitions);
    return
        [draw = message_sampler(model.messages, partitions, kernel),
         sets = detail::weight_sampler(partitions, model.count, model.count, false),
         corrupted = bit_planes(partitions, election_batch::words)](election_batch& batch, random_stream& random) mutable {
            draw(batch, random);
            sets.fill(random, corrupted);
            for (std::size_t j = 0; j < corrupted.size(); ++j) {
                for (std::size_t w = 0; w < election_batch::words; ++w) detail::reverse_signs(batch, j, w, corrupted[j][w]);
            }
        };
}
template <message_model M>
[[nodiscard]] auto message_sampler(const reversed_partitions<M>& model, std::size_t partitions,
                                   const majority_kernel& kernel) {
    std::vector<bool> reversed(partitions);
    for (std::size_t j : model.partitions) {
        detail::require(j < partitions, "messages", "partition", j, "must be below the number of partitions, ", partitions);
        detail::require(!reversed[j], "messages", "partition", j, "must be named once");
        reversed[j] = true;
    }
    return [draw = message_sampler(model.messages, partitions, kernel),
            chosen = model.partitions](election_batch& batch, random_stream& random) mutable {
        draw(batch, random);
        for (std::size_t j : chosen) {
            for (std::size_t w = 0; w < election_batch::words; ++w) detail::reverse_signs(batch, j, w, ~std::uint64_t{0});
        }
    };
}
/// \}

} // namespace election
