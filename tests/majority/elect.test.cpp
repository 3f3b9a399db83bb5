// SPDX-License-Identifier: MIT
#include <election/majority/elect.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/bernoulli.hpp>
#include <election/codes/deterministic.hpp>
#include <election/codes/full.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/codes/uncoded.hpp>
#include <election/core/executor.hpp>
#include <election/majority/reference.hpp>
#include <support/architectures.hpp>
#include <support/random_signs.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

/// Workers 0 and 2 lie: the one negates, the other votes by the index of the coordinate.
void lie_by_place(const sign_matrix_span<std::uint64_t>& votes, std::size_t first) {
    for (std::uint64_t& word : votes[0].words()) word = ~word;
    if (votes.rows() < 3) return;
    for (std::size_t j = 0; j < votes.signs(); ++j) votes[2].set(j, (first + j) % 3 == 0);
}

/// Whether decisions are those of votes that are all kept.
template <class Arch>
bool elects_rightly(const packed_allocation& code, std::size_t d, std::uint64_t seed) {
    const election_test::random_rows partitions(code.partitions(), d, seed);
    const row_set rows(partitions.span());
    const encoder encode_all(code);
    sign_matrix votes(code.workers(), d);
    sign_vector kept(d);
    const election_test::random_rows out(2, d, seed + 1);
    for (const tie_sign worker : {tie_sign::positive, tie_sign::negative}) {
        for (const tie_sign master : {tie_sign::positive, tie_sign::negative}) {
            const elect_ties ties{worker, master};
            for (const bool honest : {true, false}) {
                encode_all.operator()<Arch>(rows, votes, worker);
                if (honest) {
                    elect<Arch>(encode_all, rows, out.span()[0], ties);
                    elect<Arch>(thread_executor(3), encode_all, rows, out.span()[1], ties);
                } else {
                    lie_by_place(votes, 0);
                    elect<Arch>(encode_all, rows, out.span()[0], ties, lie_by_place);
                    elect<Arch>(thread_executor(3), encode_all, rows, out.span()[1], ties, lie_by_place);
                }
                decode<Arch>(votes, kept, master);
                for (std::size_t i = 0; i < 2; ++i) {
                    for (std::size_t w = 0; w < words_for(d); ++w) {
                        if (out[i].words()[w] != kept.view().words()[w]) return false;
                    }
                }
            }
        }
    }
    return true;
}

} // namespace

TEST_CASE_TEMPLATE_DEFINE("an election tile by tile decides as one whose votes are all kept", Arch, elections_by_tiles) {
    CAPTURE(election_test::seed());
    packed_allocation with_idle(4, 3); // worker 0 is idle, and two workers are alike
    with_idle.set(1, 0);
    with_idle.set(1, 2);
    with_idle.set(2, 1);
    with_idle.set(3, 0);
    with_idle.set(3, 2);
    const std::vector<packed_allocation> codes{
        packed(deterministic(15, 3)), packed(bernoulli(20, 40, 0.3, 2)), packed(uncoded(5)), packed(full(4, 4)), with_idle,
        packed_allocation(1, 1)};
    for (const packed_allocation& code : codes) {
        for (std::size_t d : {0U, 1U, 64U, 65U, 1100U}) {
            CAPTURE(code.workers());
            CAPTURE(d);
            CHECK(elects_rightly<Arch>(code, d, election_test::seed() + d));
        }
    }
    // Several tiles, the last one short.
    CHECK(elects_rightly<Arch>(packed(deterministic(15, 3)), 300'001, election_test::seed()));
    CHECK(elects_rightly<Arch>(packed(uncoded(5)), 600'063, election_test::seed()));
    CHECK(elects_rightly<Arch>(packed(full(1000, 2)), 9'000, election_test::seed()));
}
TEST_CASE_TEMPLATE_APPLY(elections_by_tiles, election_test::enabled_architectures);

TEST_CASE("an election of another code or another size is refused") {
    const encoder encode_all(deterministic(5, 1));
    sign_matrix partitions(5, 100);
    sign_vector decision(100);
    sign_vector shorter(99);
    CHECK_THROWS_WITH_AS(elect(encode_all, partitions, shorter),
                         "election::elect: decision.size() = 99 must be the number of signs in a row, 100", parameter_error);
    CHECK_THROWS_AS(elect(thread_executor(2), encode_all, partitions, shorter), parameter_error);
    CHECK_THROWS_WITH_AS(elect(thread_executor(2), encoder(uncoded(4)), partitions, decision),
                         "election::elect: partitions = 5 must be the code's, 4", parameter_error);
    const auto throws = [](const sign_matrix_span<std::uint64_t>&, std::size_t) { throw error("a lie failed"); };
    CHECK_THROWS_WITH_AS(elect(thread_executor(2), encode_all, partitions, decision, {}, throws), "a lie failed", error);
    CHECK_THROWS_WITH_AS(elect(encoder(uncoded(4)), partitions, decision),
                         "election::encoder: partitions = 5 must be the code's, 4", parameter_error);
}
