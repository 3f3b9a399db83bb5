// SPDX-License-Identifier: MIT
// One step of SignSGD under a code that tolerates two liars: momentum, encoding, two liars, decoding, who lied, update.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iomanip>
#include <iostream>
#include <numeric>
#include <vector>

#include <election/codes/deterministic.hpp>
#include <election/core/random.hpp>
#include <election/majority.hpp>
#include <election/packing.hpp>

namespace {

/// The gradient of a partition: the same for all, ±1/2, and noise of its own between −1 and 1.
std::vector<float> gradient_of(std::size_t partition, std::size_t d) {
    const election::counter_random all(1, 0);
    const election::counter_random own(1, partition + 1);
    std::vector<float> gradient(d);
    for (std::size_t j = 0; j < d; ++j) {
        const float noise = static_cast<float>(static_cast<std::int64_t>(own(j))) / 0x1p63f;
        gradient[j] = (all(j) % 2 == 0 ? 0.5f : -0.5f) + noise;
    }
    return gradient;
}

/// What a liar sends: the opposite.
void flip(election::sign_span<std::uint64_t> votes) {
    for (std::uint64_t& word : votes.words()) word = ~word;
    votes.clear_padding();
}

/// At how many coordinates two vectors of signs differ.
std::uint64_t differences(const election::sign_vector& a, const election::sign_vector& b) {
    return election::agreement(std::vector{a.view()}, b)[0].disagree;
}

} // namespace

int main() {
    constexpr std::size_t d = 10000; // coordinates of the model
    const std::vector<std::size_t> liars{4, 7};

    // [setup]
    const election::code code = election::deterministic(/*workers*/ 9, /*tolerance*/ 2);
    const election::encoder encode(code); // once, for all steps
    const std::size_t n = encode.workers();
    const std::size_t k = encode.partitions();
    std::vector<std::vector<float>> momentum(k, std::vector<float>(d));
    std::vector<float> weights(d);
    election::sign_matrix partitions(k, d); // the signs of each partition's momentum
    election::sign_matrix votes(n, d);      // what each worker sends
    election::sign_vector decoded(d);       // what the master makes of it
    // [/setup]

    // [step]
    for (std::size_t p = 0; p < k; ++p) election::momentum_pack(momentum[p], gradient_of(p, d), 0.9, partitions[p]);
    encode(partitions, votes, election::tie_sign::negative);
    for (std::size_t liar : liars) flip(votes[liar]);
    election::decode(votes, decoded);
    const auto counts = election::agreement(votes, decoded);
    election::update(weights, 0.001, decoded);
    // [/step]

    election::sign_vector truth(d); // the majority of all partitions
    election::majority(partitions, truth);
    for (std::size_t liar : liars) flip(partitions[liar]); // without a code, worker i sends partition i's signs
    election::sign_vector uncoded(d);
    election::majority(partitions, uncoded);

    std::vector<std::size_t> order(n); // those who disagree most first
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return counts[i].agree; });
    std::vector<std::size_t> named(order.begin(), order.begin() + 2);
    std::ranges::sort(named);

    std::cout << "worker  partitions  agrees at\n";
    for (std::size_t i = 0; i < n; ++i) {
        std::size_t load = 0;
        for (std::size_t p = 0; p < k; ++p) load += code(i, p);
        std::cout << std::setw(6) << i << std::setw(12) << load << std::setw(11) << counts[i].agree
                  << (std::ranges::count(named, i) != 0 ? "  named as a liar" : "") << '\n';
    }
    std::cout << "coordinates that were decoded wrong, of " << d << ": " << differences(decoded, truth)
              << "\nwithout the code, with the same two liars: " << differences(uncoded, truth) << '\n';
    return decoded == truth && named == liars ? 0 : 1;
}
