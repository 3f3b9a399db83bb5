// SPDX-License-Identifier: MIT
#include <election/mpi/gather_transport.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <unistd.h>

#include <doctest/doctest.h>
#include <election/codes/deterministic.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/codes/uncoded.hpp>
#include <election/core/random.hpp>
#include <election/mpi/share_state.hpp>
#include <election/train/trainer_state.hpp>
#include <election/train/transport.hpp>
#include <election/train/vote_form.hpp>
#include <mpi/mpi_test.hpp>
#include <support/toy_trainer.hpp>

using namespace election;
using election_test::same_everywhere;
using election_test::session;

namespace {

using form = binary_form;

/// A state without what only an absent worker computes: nobody waits for that one's rank, which may skip steps whose decisions are
/// there before it has begun.
trainer_state without(trainer_state state, const packed_allocation& code, std::size_t worker) {
    state.workers.erase(worker);
    std::erase_if(state.partitions, [&](const auto& partition) {
        for (std::size_t i = 0; i < code.workers(); ++i) {
            if (i != worker && code(i, partition.first)) return false;
        }
        return true;
    });
    return state;
}

template <class Form>
void check_identical(const packed_allocation& code, std::size_t d, tie_sign tie, std::size_t steps) {
    const std::size_t n = code.workers();
    const election_test::toy_lies lies{{0}, {2, n - 1}};
    gather_options options;
    options.tie = tie;
    options.absent = {1};
    options.time_limit = 30;
    std::vector<std::string> events;
    options.observer = [&](const gather_event& event) { events.push_back(event.text); };
    const auto local = [&] {
        return election_test::make_toy<Form>(
            code, d, local_transport<Form>(n, tie, majority_kernel_for<default_arch>(), options.absent), lies);
    };
    const auto gather = [&] {
        return election_test::make_toy<Form>(code, d, gather_transport<Form>(MPI_COMM_WORLD, n, d, options), lies);
    };
    auto alone = local(); // at rank 0, with which all others are compared
    auto trainer = gather();
    const bool first = session().rank() == 0;
    const auto ranks = static_cast<std::size_t>(session().ranks());
    for (std::size_t i = 0; i < steps; ++i) {
        const transport_report is = trainer.step().transport;
        if (!first) continue;
        const transport_report expected = alone.step().transport;
        CHECK(alone.decision() == trainer.decision());
        CHECK(is.absent == expected.absent);
        CHECK(is.decision_bytes == (ranks - 1) * wire_bytes<typename Form::result>(d));
        // Worker 1, who is absent, and the master's own send nothing.
        const auto own = trainer.transport_used().workers();
        const std::size_t senders = n - own.size() - (own.size() > 1 ? 0 : 1);
        if (i % 2 == 0) CHECK(is.vote_bytes == senders * wire_bytes<typename Form::votes>(d));
    }
    CHECK(same_everywhere(std::vector<float>(trainer.parameters().begin(), trainer.parameters().end())));
    const auto whole = trainer.transport_used().collect(trainer.state());
    CHECK(whole.has_value() == first);
    const std::size_t absent = options.absent.front();
    if (whole) CHECK(without(*whole, code, absent) == without(alone.state(), code, absent));
    // What many processes saved goes on in one, and in many.
    auto resumed = gather();
    resumed.restore(share_state(resumed.transport_used().communicator(), whole.value_or(trainer_state())));
    auto resumed_alone = local();
    if (first) resumed_alone.restore(*whole);
    for (int i = 0; i < 3; ++i) {
        trainer.step(); // at once: others' votes may arrive before the master has all states
        trainer.transport_used().collect(trainer.state());
        resumed.step();
        if (first) {
            alone.step();
            resumed_alone.step();
        }
    }
    CHECK(same_everywhere(std::vector<float>(resumed.parameters().begin(), resumed.parameters().end())));
    if (first) { // what was resumed lacks what was left out of the state
        CHECK(std::ranges::equal(alone.parameters(), resumed.parameters()));
        CHECK(std::ranges::equal(alone.parameters(), trainer.parameters()));
        CHECK(without(alone.state(), code, absent) == without(resumed_alone.state(), code, absent));
    }
    CHECK(resumed.transport_used().finish(steps + 3, 30));
    CHECK(trainer.transport_used().finish(steps + 3, 30));
    CHECK(events == std::vector<std::string>());
}

/// A rank that sends something else in some steps, and takes decisions as it should.
struct faulty_transport {
    gather_transport<form> inner;
    /// Sends something, or does not and says false.
    std::function<bool(const gather_transport<form>&, const ballot<form>&)> sends;

    [[nodiscard]] std::span<const std::size_t> workers() const noexcept { return inner.workers(); }
    [[nodiscard]] bool behind(std::uint64_t step) { return inner.behind(step); }
    transport_report decide(const ballot<form>& sent, sign_vector& decision) {
        if (inner.communicator().rank() != 0 && !inner.behind(sent.step) && sends(inner, sent)) {
            transport_report report;
            report.decision_bytes = inner.await_decision(sent.step, decision);
            return report;
        }
        return inner.decide(sent, decision);
    }
};

void send_bytes(const gather_transport<form>& through, const std::vector<std::byte>& bytes, int tag) {
    MPI_Send(bytes.data(), static_cast<int>(bytes.size()), MPI_BYTE, 0, tag, through.communicator().handle());
}

std::vector<std::byte> random_bytes(std::size_t count, std::uint64_t seed) {
    const counter_random random(seed);
    std::vector<std::byte> bytes(count);
    for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::byte>(random(i));
    return bytes;
}

/// The process of each rank.
std::vector<int> processes() {
    const int mine = static_cast<int>(getpid());
    std::vector<int> all(static_cast<std::size_t>(session().ranks()));
    MPI_Allgather(&mine, 1, MPI_INT, all.data(), 1, MPI_INT, MPI_COMM_WORLD);
    return all;
}

bool any_contains(const std::vector<std::string>& texts, std::string_view what) {
    return std::ranges::any_of(texts, [&](const std::string& text) { return text.find(what) != std::string::npos; });
}

std::vector<float> copy_of(std::span<const float> numbers) { return {numbers.begin(), numbers.end()}; }

/// Who is absent in every other step, in one process.
struct absent_in_odd_steps {
    local_transport<form> inner;
    std::vector<std::size_t> who;
    std::vector<std::uint8_t> silent{};

    [[nodiscard]] std::span<const std::size_t> workers() const noexcept { return inner.workers(); }
    transport_report decide(const ballot<form>& sent, sign_vector& decision) {
        silent.assign(sent.silent.begin(), sent.silent.end());
        for (std::size_t worker : who) silent[worker] = sent.step % 2 == 1 ? 1 : 0;
        return inner.decide({sent.step, sent.voters, sent.votes, silent}, decision);
    }
};

} // namespace

TEST_CASE_TEMPLATE("the same parameters, bit for bit, as in one process", Form, binary_form, abstaining_form, ternary_form) {
    check_identical<Form>(packed_allocation(uncoded(5)), 1, tie_sign::negative, 12);
    check_identical<Form>(packed_allocation(uncoded(5)), 203, tie_sign::negative, 12);
    check_identical<Form>(packed_allocation(deterministic(15, 3)), 203, tie_sign::positive, 12);
    check_identical<Form>(packed_allocation(uncoded(5)), 40'000, tie_sign::positive, 3); // too large to be sent at once
}

TEST_CASE("garbage from a rank: its workers are absent in that step, it is reported, and nobody waits") {
    const int ranks = session().ranks();
    if (ranks != 4) return;
    const std::size_t n = 9; // ranks have 3, 2, 2, 2
    const std::size_t d = 5'000;
    const packed_allocation code(uncoded(n));
    struct fault {
        const char* says;
        std::function<std::vector<std::byte>(const ballot<form>&, std::size_t)> bytes;
    };
    const auto vote = [](const ballot<form>& sent, std::size_t worker, std::uint64_t step, std::size_t size) {
        std::vector<std::byte> bytes(wire_bytes<binary>(size));
        write_wire<binary>(vote_header<binary>(worker, step, size), sign_vector(size).view(), bytes);
        static_cast<void>(sent);
        return bytes;
    };
    const std::vector<fault> faults{
        {"wrong size", [](const ballot<form>&, std::size_t) { return std::vector<std::byte>(); }},
        {"wrong size", [](const ballot<form>&, std::size_t) { return random_bytes(31, 1); }},
        {"not a message", [](const ballot<form>& s, std::size_t) { return random_bytes(wire_bytes<binary>(d), s.step); }},
        {"not a message", [](const ballot<form>& s, std::size_t) { return random_bytes(2'000'000, s.step); }},
        {"wrong step", [&](const ballot<form>& s, std::size_t w) { return vote(s, w, s.step + 1, d); }},
        {"wrong step", [&](const ballot<form>& s, std::size_t w) { return vote(s, w, s.step - 1, d); }},
        {"wrong worker", [&](const ballot<form>& s, std::size_t w) { return vote(s, w - 2, s.step, d); }},
        {"wrong worker", [&](const ballot<form>& s, std::size_t) { return vote(s, 4'000'000, s.step, d); }},
        {"wrong d", [&](const ballot<form>& s, std::size_t w) { return vote(s, w, s.step, d + 1); }},
        {"wrong d", [&](const ballot<form>& s, std::size_t w) { return vote(s, w, s.step, 64); }},
        {"wrong checksum",
         [&](const ballot<form>& s, std::size_t w) {
             auto bytes = vote(s, w, s.step, d);
             bytes[100] ^= std::byte{4};
             return bytes;
         }},
        {"wrong size",
         [&](const ballot<form>& s, std::size_t w) {
             auto bytes = vote(s, w, s.step, d);
             bytes.pop_back();
             return bytes;
         }},
    };
    for (std::size_t f = 0; f < faults.size(); ++f) {
        CAPTURE(f);
        std::vector<gather_event> events;
        gather_options options;
        options.time_limit = 30;
        options.observer = [&](const gather_event& event) { events.push_back(event); };
        faulty_transport endpoint{gather_transport<form>(MPI_COMM_WORLD, n, d, options),
                                  [&](const gather_transport<form>& through, const ballot<form>& sent) {
                                      if (sent.step % 2 == 0 || session().rank() != 2) return false;
                                      for (std::size_t worker : through.workers())
                                          send_bytes(through, faults[f].bytes(sent, worker),
                                                     gather_transport<form>::vote_tag + static_cast<int>(f % 2) * 30);
                                      return true;
                                  }};
        auto trainer = election_test::make_toy<form>(code, d, std::move(endpoint));
        auto alone = election_test::make_toy<form>(code, d, absent_in_odd_steps{local_transport<form>(n), {5, 6}});
        const auto begin = std::chrono::steady_clock::now();
        for (std::uint64_t i = 0; i < 6; ++i) {
            const std::size_t absent = trainer.step().transport.absent;
            alone.step();
            if (session().rank() == 0) CHECK(absent == (i % 2 == 1 ? 2 : 0));
        }
        CHECK(std::ranges::equal(alone.parameters(), trainer.parameters()));
        CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
        CHECK(trainer.transport_used().inner.finish(6));
        if (session().rank() == 0) {
            REQUIRE(events.size() == 6);
            for (std::size_t e = 0; e < events.size(); ++e) {
                CHECK(events[e].rank == 2);
                CHECK(events[e].step == 2 * (e / 2) + 1);
                CHECK(events[e].text == detail::joined({"sent a message with ", faults[f].says}));
            }
        }
    }
}

TEST_CASE("a second vote does not count, and what comes too much does not either") {
    if (session().ranks() != 4) return;
    const std::size_t n = 8;
    const std::size_t d = 300;
    std::vector<std::string> events;
    gather_options options;
    options.time_limit = 30;
    options.observer = [&](const gather_event& event) { events.push_back(event.text); };
    faulty_transport endpoint{gather_transport<form>(MPI_COMM_WORLD, n, d, options),
                              [&](gather_transport<form> const& through, const ballot<form>& sent) {
                                  if (session().rank() != 1 || sent.step != 1) return false;
                                  std::vector<std::byte> bytes;
                                  detail::write_vote(sent, through.workers()[0], d, bytes, "test");
                                  send_bytes(through, bytes, 1);
                                  for (std::byte& byte : std::span(bytes).subspan(32)) byte = ~byte;
                                  bytes.back() &= std::byte{0x0F};
                                  detail::write_wire_header(vote_header<binary>(through.workers()[0], 1, d), bytes);
                                  send_bytes(through, bytes, 1);
                                  return true;
                              }};
    auto trainer = election_test::make_toy<form>(packed_allocation(uncoded(n)), d, std::move(endpoint));
    auto alone =
        election_test::make_toy<form>(packed_allocation(uncoded(n)), d, absent_in_odd_steps{local_transport<form>(n), {3}});
    for (int i = 0; i < 3; ++i) {
        trainer.step();
        alone.step();
    }
    CHECK(std::ranges::equal(alone.parameters(), trainer.parameters()));
    CHECK(trainer.transport_used().inner.finish(3));
    if (session().rank() == 0) CHECK(events == std::vector<std::string>{"sent a message with a second vote"});
}

TEST_CASE("a rank that sends nothing is late once, and is waited for again when it votes") {
    if (session().ranks() != 4) return;
    const std::size_t n = 8;
    const std::size_t d = 300;
    std::vector<std::string> events;
    gather_options options;
    options.time_limit = 0.3;
    options.observer = [&](const gather_event& event) { events.push_back(event.text); };
    faulty_transport endpoint{gather_transport<form>(MPI_COMM_WORLD, n, d, options),
                              [&](const gather_transport<form>&, const ballot<form>& sent) {
                                  return session().rank() == 3 && sent.step >= 5 && sent.step < 10;
                              }};
    auto trainer = election_test::make_toy<form>(packed_allocation(uncoded(n)), d, std::move(endpoint));
    std::vector<std::size_t> absent;
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < 60; ++i) {
        if (session().rank() != 3)
            std::this_thread::sleep_for(std::chrono::milliseconds(5)); // so that it comes in time again
        absent.push_back(trainer.step().transport.absent);
    }
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
    CHECK(same_everywhere(copy_of(trainer.parameters())));
    CHECK(trainer.transport_used().inner.finish(60, 20));
    if (session().rank() == 0) {
        for (std::size_t i = 5; i < 10; ++i) CHECK(absent[i] == 2);
        CHECK(absent.back() == 0);
        REQUIRE(events.size() >= 2);
        CHECK(events[0] == "has not voted within 0.3 s and is not waited for until it votes again");
        CHECK(events[1] == "votes again");
    }
}

TEST_CASE("a rank that is stopped is absent, and has the master's parameters when it goes on") {
    if (session().ranks() != 4) return;
    for (const std::size_t d : {300U, 50'000U}) { // decisions that leave at once, and that wait until they are taken
        CAPTURE(d);
        const std::size_t n = 15;
        const std::vector<int> process = processes();
        std::vector<std::string> events;
        gather_options options;
        options.time_limit = 0.3;
        options.observer = [&](const gather_event& event) { events.push_back(event.text); };
        auto trainer = election_test::make_toy<form>(packed_allocation(deterministic(15, 3)), d,
                                                     gather_transport<form>(MPI_COMM_WORLD, n, d, options));
        std::size_t skipped = 0;
        std::vector<std::size_t> absent;
        const std::size_t steps = d < 1000 ? 150 : 40;
        for (std::size_t i = 0; i < steps; ++i) {
            if (session().rank() == 3 && i == 5) raise(SIGSTOP);
            if (session().rank() == 1 && i == steps / 3) kill(process[3], SIGCONT);
            if (session().rank() != 3) std::this_thread::sleep_for(std::chrono::milliseconds(5));
            const round_report report = trainer.step();
            skipped += report.skipped ? 1 : 0;
            absent.push_back(report.transport.absent);
        }
        CHECK(same_everywhere(copy_of(trainer.parameters())));
        const auto whole = trainer.transport_used().collect(trainer.state(), 20);
        CHECK(trainer.transport_used().finish(steps, 20));
        if (session().rank() == 3) CHECK(skipped >= 2);
        if (session().rank() == 0) {
            REQUIRE(!events.empty());
            CHECK(any_contains(events, "is not waited for until it votes again"));
            CHECK(absent[4] == 0);
            for (std::size_t i = 6; i < steps / 3; ++i) CHECK(absent[i] == 3);
            CHECK(absent.back() == 0); // it is back
            CHECK(whole->workers.size() == 15);
            const auto back =
                std::ranges::find(absent.begin() + static_cast<std::ptrdiff_t>(steps / 3), absent.end(), std::size_t{0});
            INFO("votes again in step ", back - absent.begin());
            CHECK(back != absent.end());
        }
    }
}

TEST_CASE("a rank that never takes its decisions is given up, memory stays bounded, and it learns of it") {
    if (session().ranks() != 4) return;
    const std::size_t n = 8;
    const std::size_t d = 50'000;
    const std::vector<int> process = processes();
    std::vector<std::string> events;
    gather_options options;
    options.time_limit = 0.3;
    options.unsent_bytes = 10 * 6'282;
    options.observer = [&](const gather_event& event) { events.push_back(event.text); };
    auto trainer = election_test::make_toy<form>(packed_allocation(uncoded(n)), d,
                                                 gather_transport<form>(MPI_COMM_WORLD, n, d, options));
    std::string failure;
    std::size_t held = 0;
    try {
        for (; held < 25; ++held) {
            if (session().rank() == 3 && held == 5) raise(SIGSTOP);
            trainer.step();
        }
    } catch (const error& caught) {
        failure = caught.what();
    }
    if (session().rank() == 3) {
        CHECK(failure.find("rank 3 was given up by the master") != std::string::npos);
        CHECK(held >= 15);
        CHECK(held < 18);
    } else {
        CHECK(failure == "");
        CHECK(!trainer.transport_used().finish(25, 0.2));
    }
    if (session().rank() == 0) {
        kill(process[3], SIGCONT);
        CHECK(any_contains(events, "decisions and is given up for good"));
        CHECK(any_contains(events, "is missing at the end"));
    }
    MPI_Barrier(MPI_COMM_WORLD);
}

TEST_CASE("where too few answer, the master waits for late ranks, which catch up") {
    if (session().ranks() != 4) return;
    const std::size_t d = 300;
    for (const bool ever : {true, false}) {
        CAPTURE(ever);
        std::vector<std::string> events;
        gather_options options;
        options.time_limit = 0.1;
        options.answers_limit = ever ? 30 : 0.3;
        options.observer = [&](const gather_event& event) { events.push_back(event.text); };
        auto trainer = election_test::make_toy<form>(packed_allocation(uncoded(8)), d,
                                                     gather_transport<form>(MPI_COMM_WORLD, 8, d, options));
        auto alone = election_test::make_toy<form>(packed_allocation(uncoded(8)), d, local_transport<form>(8));
        std::vector<std::size_t> absent;
        std::string failure;
        try {
            for (int i = 0; i < 6; ++i) {
                // Two ranks sleep in a step; then all are in step again.
                if (i == 2 && session().rank() >= 2)
                    std::this_thread::sleep_for(std::chrono::milliseconds(ever ? 400 : 1500));
                absent.push_back(trainer.step().transport.absent);
                alone.step();
            }
        } catch (const error& caught) {
            failure = caught.what();
        }
        if (ever) {
            CHECK(failure == "");
            CHECK(same_everywhere(copy_of(trainer.parameters())));
            if (session().rank() == 0) {
                CHECK(any_contains(events, "waits, since only 4 of 8 workers have answered"));
                CHECK(any_contains(events, "votes again"));
                CHECK(absent[2] <= 3);
            }
            CHECK(trainer.transport_used().finish(6, 20));
        } else if (session().rank() == 0) {
            CHECK(failure.find("only 4 of 8 workers have answered in step 3, fewer than 5") != std::string::npos);
            // The others are told.
            for (int r = 1; r < 4; ++r) {
                const auto notice = wire_notice({wire_kind::dismissal, 1, 0, 2, 0});
                MPI_Send(notice.data(), 32, MPI_BYTE, r, gather_transport<form>::decision_tag,
                         trainer.transport_used().communicator().handle());
            }
        } else {
            CHECK(failure.find("was given up by the master") != std::string::npos);
        }
        MPI_Barrier(MPI_COMM_WORLD);
    }
}

TEST_CASE("who sends what is too large is given up") {
    if (session().ranks() != 4) return;
    const std::size_t d = 300;
    std::vector<std::string> events;
    gather_options options;
    options.time_limit = 5;
    options.message_bytes = 100'000;
    options.observer = [&](const gather_event& event) { events.push_back(event.text); };
    std::vector<std::byte> large(1'000'000);
    MPI_Request request = MPI_REQUEST_NULL;
    faulty_transport endpoint{gather_transport<form>(MPI_COMM_WORLD, 4, d, options),
                              [&](const gather_transport<form>& through, const ballot<form>& sent) {
                                  if (session().rank() != 2 || sent.step != 2) return false;
                                  MPI_Isend(large.data(), 1'000'000, MPI_BYTE, 0, 1, through.communicator().handle(),
                                            &request);
                                  return true;
                              }};
    auto trainer = election_test::make_toy<form>(packed_allocation(uncoded(4)), d, std::move(endpoint));
    std::string failure;
    try {
        for (int i = 0; i < 6; ++i) trainer.step();
    } catch (const error& caught) {
        failure = caught.what();
    }
    CHECK((failure == "") == (session().rank() != 2));
    if (session().rank() != 2) CHECK(!trainer.transport_used().inner.finish(6, 0.2));
    if (session().rank() == 0) {
        REQUIRE(!events.empty());
        CHECK(events[0] == "sent a message of a size that is not received and is given up for good");
        // MPI is to be shut down in order.
        MPI_Recv(large.data(), 1'000'000, MPI_BYTE, 2, 1, trainer.transport_used().inner.communicator().handle(),
                 MPI_STATUS_IGNORE);
    }
    if (session().rank() == 2) MPI_Wait(&request, MPI_STATUS_IGNORE);
    MPI_Barrier(MPI_COMM_WORLD);
}

TEST_CASE("states that are none, or come from nowhere, are left out") {
    if (session().ranks() != 4) return;
    std::vector<std::string> events;
    gather_options options;
    options.time_limit = 0.5;
    options.observer = [&](const gather_event& event) { events.push_back(event.text); };
    gather_transport<form> transport(MPI_COMM_WORLD, 4, 10, options);
    trainer_state mine;
    mine.step = 3;
    mine.workers[transport.communicator().rank_index()] = "w";
    if (session().rank() == 1) {
        send_bytes(transport, random_bytes(100, 1), gather_transport<form>::state_tag);
    } else if (session().rank() == 2) {
        mine.step = 2;
        transport.collect(mine);
    } else {
        const auto whole = transport.collect(mine);
        if (whole) {
            CHECK(whole->workers == (std::map<std::size_t, std::string>{{0, "w"}, {3, "w"}}));
            REQUIRE(events.size() == 3);
            CHECK(events[0].find("sent a state that is none") == 0);
            CHECK(events[1] == "has not sent its state, which is left out");
        }
    }
    CHECK(transport.finish(3, 20));
}

TEST_CASE("what cannot be is refused") {
    CHECK_THROWS_AS(gather_transport<form>(MPI_COMM_WORLD, 0, 10), parameter_error);
    CHECK_THROWS_AS(gather_transport<form>(MPI_COMM_WORLD, 3, 0), parameter_error);
    gather_options options;
    options.absent = {3};
    CHECK_THROWS_AS(gather_transport<form>(MPI_COMM_WORLD, 3, 10, options), parameter_error);
    options.absent = {};
    options.time_limit = 0;
    CHECK_THROWS_AS(gather_transport<form>(MPI_COMM_WORLD, 3, 10, options), parameter_error);
}
