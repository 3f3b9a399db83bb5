// SPDX-License-Identifier: MIT
#include <election/mpi/tree_transport.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/deterministic.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/codes/uncoded.hpp>
#include <election/mpi/share_state.hpp>
#include <election/train/transport.hpp>
#include <election/train/vote_form.hpp>
#include <mpi/mpi_test.hpp>
#include <support/toy_trainer.hpp>

using namespace election;

namespace {

/// Binary votes whose ties are left alone.
using mixed_form = vote_form<binary, binary, ternary>;
/// Ternary votes, binary decisions.
using other_form = vote_form<binary, ternary, binary>;

template <class Form>
void check(const packed_allocation& code, std::size_t d, tie_sign tie) {
    const std::size_t n = code.workers();
    const std::vector<std::size_t> absent{1};
    const election_test::toy_lies lies{{0}, {2}};
    auto alone = election_test::make_toy<Form>(
        code, d, local_transport<Form>(n, tie, majority_kernel_for<default_arch>(), absent), lies);
    const auto tree = [&] {
        return election_test::make_toy<Form>(code, d, tree_transport<Form>(MPI_COMM_WORLD, n, d, tie, absent), lies);
    };
    auto trainer = tree();
    const bool first = election_test::session().rank() == 0; // with which all others are compared
    for (int i = 0; i < 8; ++i) {
        const std::size_t is = trainer.step().transport.absent;
        if (!first) continue;
        CHECK(is == alone.step().transport.absent);
        CHECK(alone.decision() == trainer.decision());
    }
    CHECK(election_test::same_everywhere(std::vector<float>(trainer.parameters().begin(), trainer.parameters().end())));
    // The state of the whole run is that of one process, and each rank goes on from it.
    const mpi_communicator& ranks = trainer.transport_used().communicator();
    const auto whole = collect_states(ranks, trainer.state());
    if (first) CHECK(*whole == alone.state());
    auto resumed = tree();
    resumed.restore(share_state(ranks, whole.value_or(trainer_state())));
    for (int i = 0; i < 3; ++i) {
        resumed.step();
        if (first) alone.step();
    }
    CHECK(election_test::same_everywhere(std::vector<float>(resumed.parameters().begin(), resumed.parameters().end())));
    if (first) CHECK(std::ranges::equal(alone.parameters(), resumed.parameters()));
    CHECK(resumed.transport_used().finish());
    CHECK(trainer.transport_used().finish());
}

} // namespace

TEST_CASE_TEMPLATE("the same parameters, bit for bit, as in one process", Form, binary_form, abstaining_form, ternary_form,
                   other_form) {
    check<Form>(packed_allocation(uncoded(5)), 1, tie_sign::negative);
    check<Form>(packed_allocation(uncoded(5)), 2003, tie_sign::negative);
    check<Form>(packed_allocation(deterministic(15, 3)), 203, tie_sign::positive);
    check<Form>(packed_allocation(uncoded(33)), 2500, tie_sign::positive);
}

TEST_CASE("binary votes whose ties are left alone") {
    for (std::size_t n : {1U, 2U, 6U, 16U}) {
        CAPTURE(n);
        const std::size_t d = 700;
        const std::vector<std::size_t> absent{0};
        local_transport<mixed_form> local(n, tie_sign::positive, majority_kernel_for<default_arch>(),
                                          n == 1 ? std::span<const std::size_t>(absent) : std::span<const std::size_t>());
        tree_transport<mixed_form> tree(MPI_COMM_WORLD, n, d, tie_sign::positive,
                                        n == 1 ? std::span<const std::size_t>(absent) : std::span<const std::size_t>());
        sign_matrix votes(n, d);
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = 0; j < d; ++j) votes[i].set(j, (j * (i + 3)) % 7 < 3);
        }
        const std::vector<std::uint8_t> silent(n);
        ternary_vector expected(d), is(d);
        std::vector<std::size_t> all(local.workers().begin(), local.workers().end());
        local.decide({0, all, votes.view(), silent}, expected);
        tree.decide({0, all, votes.view(), silent}, is);
        CHECK(is == expected);
        CHECK(tree.finish());
    }
}

TEST_CASE("nobody's traffic grows with the number of ranks") {
    const auto ranks = static_cast<std::size_t>(election_test::session().ranks());
    const std::size_t d = 1 << 16;
    tree_transport<binary_form> tree(MPI_COMM_WORLD, ranks, d);
    const sign_matrix votes(1, d);
    const std::vector<std::uint8_t> silent(1);
    sign_vector decision(d);
    const transport_report report = tree.decide({0, tree.workers(), votes.view(), silent}, decision);
    const std::size_t levels = static_cast<std::size_t>(std::bit_width(ranks)) - 1;
    double bits = 0;
    for (std::size_t i = 1; i <= levels; ++i) bits += 2.0 * static_cast<double>(i) * d / static_cast<double>(1U << i);
    if (std::has_single_bit(ranks)) {
        CHECK(static_cast<double>(report.vote_bytes) == bits / 8 + static_cast<double>(2 * 16 * levels));
        CHECK(report.decision_bytes == 2 * (d / 8 - d / 8 / ranks));
    }
    CHECK(report.vote_bytes < 4 * d / 8 + 200);
    CHECK(tree.finish());
}

TEST_CASE("what cannot be is refused") {
    CHECK_THROWS_AS(tree_transport<binary_form>(MPI_COMM_WORLD, 0, 10), parameter_error);
    CHECK_THROWS_AS(tree_transport<binary_form>(MPI_COMM_WORLD, 3, 0), parameter_error);
    const std::vector<std::size_t> absent{3};
    CHECK_THROWS_AS(tree_transport<binary_form>(MPI_COMM_WORLD, 3, 10, tie_sign::positive, absent), parameter_error);
}
