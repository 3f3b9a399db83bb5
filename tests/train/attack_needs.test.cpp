// SPDX-License-Identifier: MIT
#include <election/train/attack_needs.hpp>

#include <variant>

#include <doctest/doctest.h>
#include <election/codes/uncoded.hpp>
#include <election/core/ties.hpp>

using namespace election;

namespace own {

struct blind_attack {};
void send_lies(const blind_attack&, election_batch&, random_stream&) {}
constexpr attack_needs needs_of(const blind_attack&) { return {}; }

struct all_seeing_attack {
    static constexpr bool reads_gradients = true;
};
void send_lies(const all_seeing_attack&, election_batch&, random_stream&) {}

} // namespace own

TEST_CASE("who looks at the own vote needs nothing, who looks at own partitions not those of others") {
    CHECK(needs_of(reverse_attack{}) == attack_needs{});
    CHECK(needs_of(flip_attack{0.5}) == attack_needs{});
    const packed_allocation code(uncoded(3));
    CHECK(needs_of(reverse_partition_attack{code}) == attack_needs{false, false, true, false});
    CHECK(needs_of(scaling_attack{code, tie_policy::abstain, 1}) == attack_needs{false, false, false, true});
    CHECK(needs_of(alie_attack{1}) == attack_needs{true, false, false, true});
    CHECK(needs_of(mimic_attack{}) == attack_needs{true, false, false, false});
    CHECK(needs_of(against_attack{}) == attack_needs{true, true, false, false});
}

TEST_CASE("variants need what they hold needs, and attacks of one's own all or what they say") {
    std::variant<reverse_attack, stealth_attack> attack;
    CHECK(!needs_of(attack).everything);
    attack = stealth_attack{};
    CHECK((needs_of(attack).everything && needs_of(attack).truth));
    CHECK(needs_of(own::blind_attack{}) == attack_needs{});
    CHECK(needs_of(own::all_seeing_attack{}) == attack_needs{true, true, true, true});
}
