// SPDX-License-Identifier: MIT
// A code's rows as text, for comparisons that can be read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <election/codes/code.hpp>

namespace election_test {

/// "101 011": one word a worker.
inline std::string rows_of(const election::code& code) {
    std::string text;
    for (std::size_t i = 0; i < code.shape()[0]; ++i) {
        if (i > 0) text += ' ';
        for (std::size_t j = 0; j < code.shape()[1]; ++j) text += code(i, j) != 0 ? '1' : '0';
    }
    return text;
}

/// A checksum of a code's entries (FNV-1a), to pin matrices that are too large to write out.
inline std::uint64_t checksum(const election::code& code) {
    std::uint64_t sum = 14695981039346656037U;
    for (std::uint8_t one : code.matrix) sum = (sum ^ one) * 1099511628211U;
    return sum;
}

} // namespace election_test
