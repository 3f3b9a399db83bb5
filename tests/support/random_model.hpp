// SPDX-License-Identifier: MIT
// Exact models at random, for codes that are small enough for the reference.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

#include <election/codes/packed_allocation.hpp>
#include <election/core/ties.hpp>
#include <election/exact/exact_model.hpp>

namespace election_test {

/// A model that fits the code; each thing that a model may say is said by some of them.
inline election::exact_model random_model(const election::packed_allocation& code, std::mt19937& random) {
    const auto happens = [&](unsigned one_of) { return random() % one_of == 0; };
    election::exact_model model;
    model.ties = election::tie_policies[random() % 4];
    if (happens(2)) model.alphabet = election::sign_alphabet::ternary;
    if (happens(2)) {
        for (std::size_t i = 0; i < code.workers(); ++i) model.weights.push_back(static_cast<std::uint32_t>(random() % 4));
    }
    if (happens(2)) {
        for (std::size_t i = 0; i < code.workers(); ++i) {
            if (happens(4)) model.liars.push_back(i);
        }
    }
    if (happens(3)) {
        for (std::size_t j = 0; j < code.partitions(); ++j) {
            if (!happens(3)) model.may_lose.push_back(j);
        }
    }
    if (happens(3)) model.corrupted = random() % 3;
    if (model.corrupted > code.partitions()) model.corrupted = code.partitions();
    return model;
}

} // namespace election_test
