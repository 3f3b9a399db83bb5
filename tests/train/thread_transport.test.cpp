// SPDX-License-Identifier: MIT
#include <election/train/thread_transport.hpp>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/deterministic.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/codes/uncoded.hpp>
#include <election/train/transport.hpp>
#include <election/train/vote_form.hpp>
#include <support/toy_trainer.hpp>

using namespace election;

namespace {

constexpr std::size_t parameters_sent = 203;

/// Runs work(rank) on as many threads; what each threw, or "".
template <class Work>
std::vector<std::string> on_threads(std::size_t ranks, const Work& work) {
    std::vector<std::string> failures(ranks);
    std::vector<std::thread> threads;
    for (std::size_t rank = 0; rank < ranks; ++rank) {
        threads.emplace_back([&, rank] {
            try {
                work(rank);
            } catch (const std::exception& failure) {
                failures[rank] = failure.what();
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    return failures;
}

template <class Form>
void check_identical(const packed_allocation& code, tie_sign tie) {
    const std::size_t n = code.workers();
    const std::vector<std::size_t> absent{1};
    const election_test::toy_lies lies{{0}, {2}};
    auto alone = election_test::make_toy<Form>(
        code, parameters_sent, local_transport<Form>(n, tie, majority_kernel_for<default_arch>(), absent), lies);
    std::vector<transport_report> expected;
    for (int i = 0; i < 20; ++i) expected.push_back(alone.step().transport);
    for (std::size_t ranks : {std::size_t{1}, std::size_t{2}, std::size_t{4}, n, n + 2}) {
        CAPTURE(ranks);
        const auto hub =
            std::make_shared<thread_hub<Form>>(n, ranks, parameters_sent, tie, majority_kernel_for<default_arch>(), absent);
        std::vector<std::vector<float>> parameters(ranks);
        std::vector<trainer_state> states(ranks);
        const auto failures = on_threads(ranks, [&](std::size_t rank) {
            auto trainer = election_test::make_toy<Form>(code, parameters_sent, thread_transport<Form>(hub, rank), lies);
            for (std::size_t i = 0; i < 20; ++i) {
                const transport_report report = trainer.step().transport;
                if (rank == 0 && report.absent != expected[i].absent) throw error("other workers are absent");
                const std::size_t notice = i % 2 == 1 ? wire_header_bytes : 0; // of who is silent
                if (rank == 0 && report.vote_bytes != expected[i].vote_bytes + notice) throw error("other traffic");
            }
            parameters[rank].assign(trainer.parameters().begin(), trainer.parameters().end());
            states[rank] = trainer.state();
        });
        for (std::size_t rank = 0; rank < ranks; ++rank) {
            CHECK(failures[rank] == "");
            CHECK(std::ranges::equal(alone.parameters(), parameters[rank]));
        }
        CHECK(merge_states(states) == alone.state());
    }
}

} // namespace

TEST_CASE_TEMPLATE("the same parameters, bit for bit, as in one thread", Form, binary_form, abstaining_form, ternary_form) {
    check_identical<Form>(packed_allocation(uncoded(5)), tie_sign::negative);
    check_identical<Form>(packed_allocation(deterministic(15, 3)), tie_sign::positive);
}

TEST_CASE("when a rank fails, the others do not wait for it") {
    using form = binary_form;
    const packed_allocation code(uncoded(4));
    const auto hub = std::make_shared<thread_hub<form>>(4, 4, parameters_sent);
    const auto failures = on_threads(4, [&](std::size_t rank) {
        election_test::toy_source<binary> source(4, parameters_sent);
        if (rank == 2) source.fails_in = 5;
        election_test::toy_trainer<form, thread_transport<form>> trainer(code, source, std::vector<float>(parameters_sent),
                                                                         thread_transport<form>(hub, rank), {},
                                                                         election_test::toy_options<form>());
        for (std::size_t i = 0; i < 10; ++i) trainer.step();
    });
    CHECK(failures[2] == "the gradient has a NaN");
    for (std::size_t rank : {0U, 1U, 3U})
        CHECK(failures[rank] == "election::thread_transport: rank 2 has left before step 6 was decided");
}

TEST_CASE("who has held all rounds may go before the others have taken the last decision") {
    using form = binary_form;
    for (int again = 0; again < 50; ++again) {
        const auto hub = std::make_shared<thread_hub<form>>(3, 3, 10);
        const auto failures = on_threads(3, [&](std::size_t rank) {
            auto trainer =
                election_test::make_toy<form>(packed_allocation(uncoded(3)), 10, thread_transport<form>(hub, rank));
            for (int i = 0; i < 3; ++i) trainer.step();
        });
        CHECK(failures == std::vector<std::string>(3));
    }
}

TEST_CASE("what cannot be is refused") {
    using form = binary_form;
    const auto hub = std::make_shared<thread_hub<form>>(2, 1, 10);
    CHECK_THROWS_AS(thread_transport<form>(hub, 1), parameter_error);
    CHECK_THROWS_AS(thread_hub<form>(0, 1, 10), parameter_error);
    CHECK_THROWS_AS(thread_hub<form>(2, 0, 10), parameter_error);
    const std::vector<std::size_t> absent{2};
    CHECK_THROWS_AS(thread_hub<form>(2, 1, 10, tie_sign::positive, majority_kernel_for<default_arch>(), absent),
                    parameter_error);
    thread_transport<form> transport(hub, 0);
    const sign_matrix votes(2, 10);
    const std::vector<std::uint8_t> silent(2);
    sign_vector decision(11);
    CHECK_THROWS_AS(transport.decide({0, transport.workers(), votes.view(), silent}, decision), parameter_error);
    sign_vector right(10);
    transport.decide({4, transport.workers(), votes.view(), silent}, right); // a resumed run begins anywhere
    CHECK_THROWS_WITH_AS(transport.decide({6, transport.workers(), votes.view(), silent}, right),
                         "election::thread_transport: step = 6 must be that of the other ranks, 5", parameter_error);
}
