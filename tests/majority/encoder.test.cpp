// SPDX-License-Identifier: MIT
#include <election/majority/encoder.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/bernoulli.hpp>
#include <election/codes/deterministic.hpp>
#include <election/codes/full.hpp>
#include <election/codes/repetition.hpp>
#include <election/codes/uncoded.hpp>
#include <election/core/executor.hpp>
#include <election/majority/reference.hpp>
#include <support/architectures.hpp>
#include <support/random_signs.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

/// Whether all votes are those of the definition, in the two binary forms and the ternary one.
template <class Arch>
bool encodes_rightly(const packed_allocation& code, std::size_t d, std::uint64_t seed) {
    const election_test::random_rows partitions(code.partitions(), d, seed);
    const std::vector<sign_view> views = partitions.views();
    const std::size_t n = code.workers();
    const std::size_t stride = words_for(d);
    const election_test::random_rows up(n, d, seed + 1, stride);
    const election_test::random_rows down(n, d, seed + 2, stride + 1);
    const election_test::random_rows signs(n, d, seed + 3, stride + 3);
    const election_test::random_rows present(n, d, seed + 4, stride);
    const election_test::random_rows shared(n, d, seed + 5, stride);
    const encoder encode_all(code);
    const row_set rows(views);
    encode_all.operator()<Arch>(rows, up.span(), tie_sign::positive);
    encode_all.operator()<Arch>(rows, down.span(), tie_sign::negative);
    encode_all.operator()<Arch>(rows, ternary_matrix_span(signs.span(), present.span()));
    ternary_matrix in_parts(n, d);
    encode_all.operator()<Arch>(thread_executor(3), rows, in_parts);
    encode_all.operator()<Arch>(thread_executor(2), rows, shared.span(), tie_sign::positive);
    for (std::size_t i = 0; i < n; ++i) {
        const ternary_view votes(signs[i], present[i]);
        for (std::size_t j = 0; j < d; ++j) {
            const int vote = reference_encode(code, i, views, j);
            if (up[i][j] != (vote == 0 ? 1 : vote) || down[i][j] != (vote == 0 ? -1 : vote) || votes[j] != vote)
                return false;
            if (vote == 0 && signs[i][j] > 0) return false; // canonical form
            if (shared[i][j] != up[i][j] || in_parts[i][j] != vote) return false;
        }
        for (const sign_view& row : {up[i], down[i], signs[i], present[i]}) {
            if (d % 64 != 0 && (row.words().back() & ~last_word_mask(d)) != 0) return false;
        }
    }
    return true;
}

/// Whether all votes are those of the definition where partitions may abstain.
template <class Arch>
bool encodes_ternary_rightly(const packed_allocation& code, std::size_t d, std::uint64_t seed) {
    const std::size_t k = code.partitions();
    const std::size_t n = code.workers();
    const election_test::random_rows signs(k, d, seed);
    const election_test::random_rows present(k, d, seed + 1, words_for(d) + 1);
    ternary_matrix_span(signs.span(), present.span()).canonicalise();
    const ternary_row_set rows(signs, present);
    const election_test::random_rows up(n, d, seed + 2);
    const election_test::random_rows down(n, d, seed + 3, words_for(d) + 2);
    const election_test::random_rows open_signs(n, d, seed + 4, words_for(d) + 3);
    const election_test::random_rows open_present(n, d, seed + 5);
    const encoder encode_all(code);
    encode_all.operator()<Arch>(rows, up.span(), tie_sign::positive);
    encode_all.operator()<Arch>(rows, down.span(), tie_sign::negative);
    encode_all.operator()<Arch>(rows, ternary_matrix_span(open_signs.span(), open_present.span()));
    ternary_matrix in_parts(n, d);
    sign_matrix decided_in_parts(n, d);
    encode_all.operator()<Arch>(thread_executor(3), rows, in_parts);
    encode_all.operator()<Arch>(thread_executor(2), rows, decided_in_parts, tie_sign::positive);
    for (std::size_t i = 0; i < n; ++i) {
        const ternary_view votes(open_signs[i], open_present[i]);
        for (std::size_t j = 0; j < d; ++j) {
            std::int64_t sum = 0;
            for (std::size_t p = 0; p < k; ++p) sum += code(i, p) ? rows[p][j] : 0;
            const int vote = reference_sign(sum);
            if (up[i][j] != (vote == 0 ? 1 : vote) || down[i][j] != (vote == 0 ? -1 : vote) || votes[j] != vote)
                return false;
            if (vote == 0 && open_signs[i][j] > 0) return false; // canonical form
            if (in_parts[i][j] != vote || decided_in_parts[i][j] != up[i][j]) return false;
        }
        for (const sign_view& row : {up[i], down[i], open_signs[i], open_present[i]}) {
            if (d % 64 != 0 && (row.words().back() & ~last_word_mask(d)) != 0) return false;
        }
    }
    return true;
}

} // namespace

TEST_CASE_TEMPLATE_DEFINE("votes where partitions may abstain, by the definition", Arch, ternary_codes) {
    CAPTURE(election_test::seed());
    packed_allocation with_idle(4, 3); // worker 0 is idle, 1 and 3 hold the same two
    with_idle.set(1, 0);
    with_idle.set(1, 2);
    with_idle.set(2, 1);
    with_idle.set(3, 0);
    with_idle.set(3, 2);
    const std::vector<packed_allocation> codes{packed(deterministic(15, 3)),
                                               packed(bernoulli(9, 9, 0.4, 1)),
                                               packed(bernoulli(20, 40, 0.3, 2)),
                                               packed(uncoded(5)),
                                               with_idle,
                                               packed_allocation(1, 1)};
    for (const packed_allocation& code : codes) {
        for (std::size_t d : {0U, 1U, 64U, 65U, 500U, 1100U}) {
            CAPTURE(code.workers());
            CAPTURE(d);
            CHECK(encodes_ternary_rightly<Arch>(code, d, election_test::seed() + d));
        }
    }
    CHECK(encodes_ternary_rightly<Arch>(packed(deterministic(9, 1)), 70'000, election_test::seed()));
}
TEST_CASE_TEMPLATE_APPLY(ternary_codes, election_test::enabled_architectures);

TEST_CASE_TEMPLATE_DEFINE("votes of every kind of code, every size, by the definition", Arch, all_codes) {
    CAPTURE(election_test::seed());
    packed_allocation with_idle(4, 3); // worker 0 is idle, 1 and 3 hold the same two
    with_idle.set(1, 0);
    with_idle.set(1, 2);
    with_idle.set(2, 1);
    with_idle.set(3, 0);
    with_idle.set(3, 2);
    const std::vector<packed_allocation> codes{packed(deterministic(15, 2)),
                                               packed(bernoulli(9, 9, 0.4, 1)),
                                               packed(bernoulli(20, 40, 0.3, 2)),
                                               packed(uncoded(5)),
                                               packed(full(3, 4)),
                                               packed(repetition(9, 3)),
                                               with_idle,
                                               packed_allocation(1, 1)};
    for (const packed_allocation& code : codes) {
        for (std::size_t d : {0U, 1U, 64U, 65U, 500U, 1100U}) {
            CAPTURE(code.workers());
            CAPTURE(d);
            CHECK(encodes_rightly<Arch>(code, d, election_test::seed() + d));
        }
    }
    CHECK(encodes_rightly<Arch>(packed(deterministic(9, 1)), 50'000, election_test::seed()));
}
TEST_CASE_TEMPLATE_APPLY(all_codes, election_test::enabled_architectures);

TEST_CASE("votes that go past the caches, and tiles that are fetched ahead, are the same") {
    const packed_allocation code = packed(deterministic(9, 1));
    constexpr std::size_t d = 2'000'000; // 4.5 MB; then 36 MB
    for (std::size_t factor : {1U, 8U}) {
        const sign_matrix partitions = [&] {
            sign_matrix rows(9, factor * d);
            for (std::size_t i = 0; i < 9; ++i) election_test::fill_random(rows[i].data(), words_for(factor * d), i);
            return rows;
        }();
        sign_matrix votes(9, factor * d);
        const packed_allocation even = packed(full(9, 8)); // workers that can tie
        ternary_matrix open(9, factor * d);
        encode(even, partitions.view().subrows(0, 8), open);
        const encoder encode_all(code);
        encode_all(partitions, votes, tie_sign::negative);
        bool right = true;
        std::vector<sign_view> views;
        for (std::size_t i = 0; i < 9; ++i) views.push_back(partitions[i]);
        for (std::size_t j = 0; j < factor * d; j += 997) {
            for (std::size_t i = 0; i < 9; ++i) right = right && votes[i][j] == reference_encode(code, i, views, j);
            const int of_eight = reference_encode(even, 0, std::span(views).first(8), j);
            for (std::size_t i = 0; i < 9; ++i) right = right && open[i][j] == of_eight;
        }
        CHECK(right);
    }
}

TEST_CASE("workers that hold the same are computed once") {
    CHECK(encoder(full(9, 9)).distinct() == 1);
    CHECK(encoder(uncoded(9)).distinct() == 9);
    CHECK(encoder(repetition(9, 3)).distinct() == 3);
    CHECK(encoder(deterministic(31, 2)).workers() == 31);
}

TEST_CASE("tiles of a longer vector are encoded alone, so that packing can be fused") {
    const packed_allocation code = packed(deterministic(5, 1));
    const election_test::random_rows partitions(5, 1000, election_test::seed());
    sign_matrix whole(5, 1000);
    sign_matrix tiled(5, 1000);
    encode(code, partitions.span(), whole, tie_sign::positive);
    const encoder encode_all(code);
    for (std::size_t first = 0; first < words_for(1000); first += 4) {
        const std::size_t count = std::min<std::size_t>(256, 1000 - 64 * first);
        const sign_matrix_span<std::uint64_t> out = tiled.span();
        encode_all(row_set(partitions.span()).tile(first, count), out.tile(first, count), tie_sign::positive);
    }
    CHECK(tiled == whole);
}

TEST_CASE("decode gives the majority, whatever the votes lie in") {
    const election_test::random_rows votes(6, 200, election_test::seed());
    sign_vector one(200);
    sign_vector two(200);
    decode(votes.span(), one, tie_sign::negative);
    majority(row_set(votes.span()), two, tie_sign::negative);
    CHECK(one == two);
    ternary_vector three(200);
    decode(votes.span(), three);
    sign_vector shared(200);
    decode(thread_executor(2), votes.span(), shared, tie_sign::negative);
    CHECK(shared == one);
    bool same = true;
    for (std::size_t j = 0; j < 200; ++j) same = same && (three[j] == 0 ? -1 : three[j]) == one[j];
    CHECK(same);
}

TEST_CASE("in one call, with ties decided or left open") {
    const election_test::random_rows partitions(4, 100, election_test::seed());
    ternary_matrix open(4, 100);
    encode(full(4, 4), partitions.span(), open);
    sign_matrix decided(4, 100);
    encode(full(4, 4), partitions.span(), decided, tie_sign::negative);
    bool right = true;
    for (std::size_t j = 0; j < 100; ++j) right = right && decided[3][j] == (open[3][j] == 0 ? -1 : open[3][j]);
    CHECK(right);
}

TEST_CASE("shapes that don't fit are named") {
    const encoder encode_all(deterministic(5, 1));
    const sign_matrix partitions(5, 100);
    sign_matrix four(4, 100);
    sign_matrix short_rows(5, 99);
    CHECK_THROWS_WITH_AS(encode_all(partitions, four, tie_sign::positive),
                         "election::encoder: votes.rows() = 4 must be the code's workers, 5", parameter_error);
    CHECK_THROWS_WITH_AS(encode_all(partitions, short_rows, tie_sign::positive),
                         "election::encoder: votes.signs() = 99 must be those of the partitions, 100", parameter_error);
    CHECK_THROWS_WITH_AS(encode_all(four, four, tie_sign::positive),
                         "election::encoder: partitions = 4 must be the code's, 5", parameter_error);
}
