// SPDX-License-Identifier: MIT
// The seed of the random tests: fixed, printed when a test fails, changed by the environment variable ELECTION_TEST_SEED.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

namespace election_test {

/// The seed of this run; put `CAPTURE(election_test::seed())` into every test that uses it.
inline std::uint64_t seed() {
    static const std::uint64_t value = [] {
        const char* text = std::getenv("ELECTION_TEST_SEED");
        return text == nullptr ? std::uint64_t{20201206} : std::stoull(text);
    }();
    return value;
}

} // namespace election_test
