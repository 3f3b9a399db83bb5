// SPDX-License-Identifier: MIT
#include <election/bits/byte_lanes.hpp>

#include <cstddef>
#include <cstdint>

#include <doctest/doctest.h>
#include <support/architectures.hpp>
#include <support/random_signs.hpp>
#include <support/seed.hpp>

using namespace election;

TEST_CASE_TEMPLATE_DEFINE("byte j is made of bit j of every word", Arch, transpose) {
    CAPTURE(election_test::seed());
    for (std::uint64_t attempt = 0; attempt < 200; ++attempt) {
        std::uint64_t words[8];
        election_test::fill_random(words, 8, election_test::seed() + attempt);
        std::uint8_t bytes[66] = {};
        bytes[0] = bytes[65] = 77;
        byte_lanes<Arch>::transpose(words, bytes + 1);
        CHECK(bytes[0] == 77);
        CHECK(bytes[65] == 77);
        for (std::size_t j = 0; j < 64; ++j) {
            unsigned expected = 0;
            for (std::size_t q = 0; q < 8; ++q) expected |= static_cast<unsigned>(words[q] >> j & 1U) << q;
            REQUIRE(bytes[1 + j] == expected);
        }
    }
}
TEST_CASE_TEMPLATE_APPLY(transpose, election_test::enabled_architectures);
