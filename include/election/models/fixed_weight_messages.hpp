// SPDX-License-Identifier: MIT
// fixed_weight_messages: uniform over the messages with a given number of partitions with +, of one side only.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <election/core/error.hpp>
#include <election/majority/majority_kernel.hpp>
#include <election/models/draw_messages.hpp>
#include <election/models/election_batch.hpp>
#include <election/models/messages.hpp>
#include <election/models/random_stream.hpp>

namespace election {

/// Uniform over the C(k, weight) messages with exactly `weight` partitions with +: one stratum of every exchangeable message
/// model. Unlike weight_messages it does not mirror them, and the truth may be + whatever the weight.
/// \tparam Rule  what the truth is
///
/// \code
/// const election::fixed_weight_messages<election::truth_rule::plus> model{2};
/// assert(model.weights(5)[2] == 1 && model.weights(5)[3] == 0); // + is right, and two of five say so
/// \endcode
template <truth_rule Rule>
struct fixed_weight_messages {
    std::size_t weight; ///< 0 … k; with truth_rule::majority not k / 2

    static constexpr truth_rule truth = Rule; ///< what is right
    /// \throws parameter_error  more than k, or half of them where the majority is the truth
    [[nodiscard]] std::vector<double> weights(std::size_t partitions) const {
        detail::require(weight <= partitions, "messages", "weight", weight, "must be at most k = ", partitions);
        detail::require(Rule == truth_rule::plus || 2 * weight != partitions, "messages", "weight", weight,
                        "is half of the partitions: such messages have no truth");
        std::vector<double> result(partitions + 1, 0.0);
        result[weight] = 1;
        return result;
    }
};

/// What draws batches of such elections; see message_sampler() of draw_messages.hpp.
/// \param model       which elections come up
/// \param partitions  k ≥ 1
/// \throws parameter_error  as model.weights()
template <truth_rule Rule>
[[nodiscard]] auto message_sampler(const fixed_weight_messages<Rule>& model, std::size_t partitions,
                                   const majority_kernel& /*kernel*/) {
    (void)model.weights(partitions); // checks
    const bool plus = Rule == truth_rule::plus || 2 * model.weight > partitions;
    return [truth = plus ? ~std::uint64_t{0} : std::uint64_t{0},
            sampler = detail::weight_sampler(partitions, model.weight, model.weight, false)](election_batch& batch,
                                                                                             random_stream& random) mutable {
        sampler.fill(random, batch.messages);
        std::ranges::fill(batch.truth[0], truth);
    };
}

} // namespace election
