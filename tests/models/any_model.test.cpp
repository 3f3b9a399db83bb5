// SPDX-License-Identifier: MIT
#include <election/models/any_model.hpp>

#include <variant>

#include <doctest/doctest.h>
#include <support/architectures.hpp>

using namespace election;

namespace {

using some_messages = std::variant<nearest_messages, independent_messages>;
using some_placement = std::variant<random_placement, fixed_placement>;
using some_attack = std::variant<against_attack, noise_attack>;

static_assert(message_model<some_messages> && !message_model<std::variant<nearest_messages, int>>);
static_assert(drawn_placement<some_placement> && !drawn_placement<std::variant<random_placement, worst_placement>>);
static_assert(vote_attack<some_attack>);

} // namespace

TEST_CASE("a variant draws what the model in it draws") {
    static constexpr majority_kernel majority = majority_kernel_for<default_arch>();
    static constexpr sampling_kernel sampling = sampling_kernel_for<default_arch>();
    const auto draw = [&](const auto& messages, const auto& placement, const auto& attack) {
        election_batch batch(9, 7, true);
        random_stream random(sampling, 3, 1);
        message_sampler(messages, 9, majority)(batch, random);
        liar_sampler(placement, 7)(batch, random);
        send_lies(attack, batch, random);
        std::vector<std::uint64_t> all(batch.truth[0].begin(), batch.truth[0].end());
        for (std::size_t j = 0; j < 9; ++j) all.insert(all.end(), batch.messages[j].begin(), batch.messages[j].end());
        for (std::size_t i = 0; i < 7; ++i) {
            all.insert(all.end(), batch.liars[i].begin(), batch.liars[i].end());
            all.insert(all.end(), batch.signs[i].begin(), batch.signs[i].end());
        }
        return all;
    };
    CHECK(draw(some_messages(independent_messages{0.3}), some_placement(random_placement{2}), some_attack(noise_attack{})) ==
          draw(independent_messages{0.3}, random_placement{2}, noise_attack{}));
    CHECK(draw(some_messages(nearest_messages{}), some_placement(fixed_placement{{3}}), some_attack(against_attack{})) ==
          draw(nearest_messages{}, fixed_placement{{3}}, against_attack{}));
}
