// SPDX-License-Identifier: MIT
// Helpers of the matrix file tests: reading from and writing to strings, round trips, damage.
#pragma once

#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/packed_allocation.hpp>
#include <election/core/random.hpp>
#include <election/io/matrix_file.hpp>
#include <support/random_code.hpp>
#include <support/seed.hpp>

namespace election_test {

inline election::packed_allocation read_string(const std::string& text, election::matrix_format format) {
    std::istringstream stream(text);
    return election::read_matrix(stream, "F", format);
}

inline std::string write_string(const election::packed_allocation& code, election::matrix_format format) {
    std::ostringstream stream;
    election::write_matrix(stream, code, format);
    return stream.str();
}

/// A malformed file and the line that says so.
struct malformed {
    std::string text;
    std::string message;
};

inline void check_malformed(const std::vector<malformed>& table, election::matrix_format format) {
    for (const malformed& entry : table) {
        CAPTURE(entry.text);
        CHECK_THROWS_WITH_AS((void)read_string(entry.text, format), entry.message.c_str(), election::format_error);
    }
}

/// Writing and reading gives the same matrix, for sizes around words and with idle workers.
inline void check_round_trips(election::matrix_format format) {
    CAPTURE(seed());
    for (std::size_t n : {1U, 2U, 9U}) {
        for (std::size_t k : {1U, 2U, 63U, 64U, 65U, 200U}) {
            for (double density : {0.0, 0.1, 0.5, 1.0}) {
                const election::packed_allocation code = random_code(n, k, density, seed() + n + k);
                REQUIRE(read_string(write_string(code, format), format) == code);
            }
        }
    }
}

/// No damage to a valid file crashes the reader: it gives a matrix or a format_error.
inline void check_damage(election::matrix_format format) {
    CAPTURE(seed());
    const std::string whole = write_string(random_code(5, 6, 0.5, seed()), format);
    const auto attempt = [&](const std::string& text) {
        try {
            const election::packed_allocation read = read_string(text, format);
            CHECK(read.workers() >= 1);
        } catch (const election::format_error& failure) {
            CHECK(std::string(failure.what()).starts_with("F:"));
        }
    };
    for (std::size_t length = 0; length < whole.size(); ++length) attempt(whole.substr(0, length));
    const election::counter_random random(seed());
    for (std::uint64_t round = 0; round < 3000; ++round) {
        std::string text = whole;
        for (std::uint64_t change = 0; change <= round % 3; ++change) {
            text[random.below(text.size(), 10 * round + 2 * change)] =
                static_cast<char>(random(10 * round + 2 * change + 1));
        }
        attempt(text);
    }
}

} // namespace election_test
