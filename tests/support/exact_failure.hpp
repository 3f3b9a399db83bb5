// SPDX-License-Identifier: MIT
// Exact failure probabilities against the worst-placed liars: of small codes by the definition, of one large family in closed form.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/core/ties.hpp>
#include <election/models/messages.hpp>
#include <election/verify/vote.hpp>

namespace election_test {

/// The probability of failure for each number of partitions with +, over all 2^k messages one by one; 0 without a truth.
inline std::vector<double> exact_by_weight(const election::packed_allocation& code, election::truth_rule rule,
                                           std::size_t liars, election::tie_policy ties) {
    const std::size_t k = code.partitions();
    std::vector<double> failures(k + 1, 0);
    std::vector<double> messages(k + 1, 0);
    for (std::uint64_t bits = 0; bits < std::uint64_t{1} << k; ++bits) {
        election::sign_list message(k);
        std::size_t weight = 0;
        for (std::size_t j = 0; j < k; ++j) {
            message[j] = (bits >> j & 1U) != 0 ? 1 : -1;
            weight += bits >> j & 1U;
        }
        ++messages[weight];
        const int truth = rule == election::truth_rule::plus ? 1 : election::truth_of(message);
        if (truth == 0) continue;
        int margin = 0;
        int coins = 0;
        for (std::int8_t vote : election::votes_of(code, message, ties)) {
            margin += vote * truth;
            coins += vote == 0 && ties == election::tie_policy::coin ? 1 : 0;
        }
        double chance = std::ldexp(1.0, -coins); // of so many right coins
        for (int right = 0; right <= coins; ++right) {
            if (margin + 2 * right - coins <= 2 * static_cast<int>(liars)) failures[weight] += chance;
            chance = chance * (coins - right) / (right + 1);
        }
    }
    for (std::size_t w = 0; w <= k; ++w) failures[w] /= messages[w];
    return failures;
}

template <class Messages>
double exact_failure(const std::vector<double>& by_weight, const Messages& messages) {
    const std::vector<double> weights = messages.weights(by_weight.size() - 1);
    double sum = 0;
    for (std::size_t w = 0; w < weights.size(); ++w) sum += weights[w] * by_weight[w];
    return sum;
}

/// Workers with three partitions each, all different, and others that hold everything.
inline election::packed_allocation triples(std::size_t count, std::size_t full) {
    election::packed_allocation code(count + full, 3 * count);
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t j = 3 * i; j < 3 * i + 3; ++j) code.set(i, j);
    }
    for (std::size_t i = count; i < count + full; ++i) {
        for (std::size_t j = 0; j < 3 * count; ++j) code.set(i, j);
    }
    return code;
}

/// The same as exact_by_weight() for triples() with an odd count, from the generating function of a triple: of its messages, one has
/// no + and three have one (it votes −), three have two and one has three (it votes +).
inline std::vector<double> exact_triples(std::size_t count, std::size_t full, election::truth_rule rule, std::size_t liars) {
    const std::size_t k = 3 * count;
    // ways[w][c]: messages of the first triples, with w partitions and c triples of +; sums of positive terms.
    std::vector<std::vector<double>> ways(k + 1, std::vector<double>(count + 1, 0));
    ways[0][0] = 1;
    for (std::size_t triple = 0; triple < count; ++triple) {
        std::vector<std::vector<double>> next(k + 1, std::vector<double>(count + 1, 0));
        for (std::size_t w = 0; w <= 3 * triple; ++w) {
            for (std::size_t c = 0; c <= triple; ++c) {
                next[w][c] += ways[w][c];
                next[w + 1][c] += 3 * ways[w][c];
                next[w + 2][c + 1] += 3 * ways[w][c];
                next[w + 3][c + 1] += ways[w][c];
            }
        }
        ways.swap(next);
    }
    std::vector<double> result(k + 1, 0);
    for (std::size_t w = 0; w <= k; ++w) {
        double all = 0;
        const int majority = 2 * w > k ? 1 : -1;
        const int truth = rule == election::truth_rule::plus ? 1 : majority;
        for (std::size_t c = 0; c <= count; ++c) {
            all += ways[w][c];
            const int sum = 2 * static_cast<int>(c) - static_cast<int>(count) + majority * static_cast<int>(full);
            if (truth * sum <= 2 * static_cast<int>(liars)) result[w] += ways[w][c];
        }
        result[w] /= all;
    }
    return result;
}

} // namespace election_test
