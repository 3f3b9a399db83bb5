// SPDX-License-Identifier: MIT
// Variants of models are models: for programs that choose one at run time.
#pragma once

#include <cstddef>
#include <functional>
#include <variant>

#include <election/majority/majority_kernel.hpp>
#include <election/models/draw_liars.hpp>
#include <election/models/draw_messages.hpp>
#include <election/models/election_batch.hpp>
#include <election/models/random_stream.hpp>

namespace election {

/// \{
/// What the model that a variant holds draws or sends, called through a pointer once a batch.
///
/// \code
/// using some_messages = std::variant<election::nearest_messages, election::uniform_messages>;
/// static_assert(election::message_model<some_messages>);
/// \endcode
template <class... Models>
    requires(message_model<Models>&&...)
[[nodiscard]] std::function<void(election_batch&, random_stream&)>
message_sampler(const std::variant<Models...>& model, std::size_t partitions, const majority_kernel& kernel) {
    return std::visit(
        [&](const auto& chosen) -> std::function<void(election_batch&, random_stream&)> {
            return message_sampler(chosen, partitions, kernel);
        },
        model);
}
template <class... Placements>
    requires(drawn_placement<Placements>&&...)
[[nodiscard]] std::function<void(election_batch&, random_stream&)> liar_sampler(const std::variant<Placements...>& placement,
                                                                                std::size_t workers) {
    return std::visit(
        [&](const auto& chosen) -> std::function<void(election_batch&, random_stream&)> {
            return liar_sampler(chosen, workers);
        },
        placement);
}
template <class... Attacks>
    requires(vote_attack<Attacks>&&...)
void send_lies(const std::variant<Attacks...>& attack, election_batch& batch, random_stream& random) {
    std::visit([&](const auto& chosen) { send_lies(chosen, batch, random); }, attack);
}
/// \}

} // namespace election
