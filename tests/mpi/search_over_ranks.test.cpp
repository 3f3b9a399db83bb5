// SPDX-License-Identifier: MIT
#include <election/mpi/search_over_ranks.hpp>

#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>
#include <sstream>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <election/core/arch.hpp>
#include <election/exact/cover_kernel.hpp>
#include <election/exact/cover_reference.hpp>
#include <election/exact/search_checkpoint.hpp>
#include <election/exact/tabu_search.hpp>
#include <mpi/mpi_test.hpp>
#include <support/random_cover.hpp>

using namespace election;

namespace {

constexpr auto kernel = cover_kernel_for<default_arch>();

/// Nodes that this rank has examined with counting().
std::atomic<std::uint64_t> examined{0};

cover_kernel counting() {
    cover_kernel counted = kernel;
    counted.examine = [](const detail::cover_view& view, detail::cover_node& node, detail::cover_scratch& scratch,
                         std::int64_t target, int iterations) {
        ++examined;
        return kernel.examine(view, node, scratch, target, iterations);
    };
    counted.examine_two = nullptr; // which would not be counted
    return counted;
}

/// The first choice there is, as a start that leaves something to be found.
search_state start_of(const cover_problem& problem) {
    cover_answer start;
    start.losers.resize(problem.budget);
    for (std::size_t j = 0; j < problem.budget; ++j) start.losers[j] = static_cast<std::uint32_t>(j);
    start.loss = loss_of(problem, start.losers);
    return search_from(problem, start);
}

/// Called back as soon as anybody has nothing to do, so that small searches travel, too.
rank_sharing restless() {
    rank_sharing sharing;
    sharing.least_slice = 0;
    sharing.slice = 0.02;
    return sharing;
}

/// Rows of half the columns: some thousand nodes for 30 columns.
cover_problem hard_problem(std::uint32_t columns, std::uint32_t rows, std::uint32_t seed) {
    std::mt19937 random(seed);
    cover_problem problem{columns, (columns - 1) / 2, {}, -static_cast<std::int64_t>(rows)};
    for (std::uint32_t i = 0; i < rows; ++i) {
        cover_row row;
        for (std::uint32_t j = 0; j < columns; ++j) {
            if (random() % 2 == 0) row.columns.push_back(j);
        }
        row.need = static_cast<std::uint32_t>(row.columns.size() / 2 + 1);
        row.may_tie = row.columns.size() % 2 == 0;
        problem.rows.push_back(row);
    }
    return problem;
}

/// Whether done and open are a whole tree, with names that are given once.
void check_whole(const search_state& state, const cover_problem& problem) {
    double shares = state.done;
    std::vector<std::uint64_t> names;
    for (const open_subtree& part : state.open) {
        shares += part.share;
        names.push_back(part.id);
        CHECK(part.id < state.next_id);
    }
    CHECK(shares == doctest::Approx(1));
    std::sort(names.begin(), names.end());
    CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
    if (!state.losers.empty()) CHECK(loss_of(problem, state.losers) == state.loss);
}

/// All ranks call it; rank 0 has the state.
void search_over_ranks(const mpi_communicator& ranks, const cover_problem& problem, const search_options& options,
                       const cover_kernel& with, search_state& state, const rank_sharing& sharing) {
    if (ranks.rank() != 0) return serve_searches(ranks, options, with);
    rank_searches(ranks, sharing).search(problem, options, with, state);
}

} // namespace

TEST_CASE("ranks find the reference's loss") {
    mpi_communicator ranks(MPI_COMM_WORLD);
    std::mt19937 random(21);
    for (int trial = 0; trial < 40; ++trial) {
        CAPTURE(trial);
        const cover_problem problem = election_test::random_cover(random, 14, 10);
        const cover_answer expected = solve_cover_reference(problem);
        search_state state;
        if (ranks.rank() == 0) {
            state = start_of(problem);
            if (trial % 4 == 0)
                state = search_from(problem, {{}, expected.loss + (trial % 8 == 0 ? 1 : 0), 0, 0}); // a cutoff
        }
        search_options options;
        options.threads = trial % 5 == 0 ? 2 : 1;
        search_over_ranks(ranks, problem, options, kernel, state, restless());
        if (ranks.rank() != 0) continue;
        CHECK(state.open.empty());
        CHECK(state.loss == expected.loss);
        CHECK(state.losers.size() == (trial % 8 == 4 ? 0 : problem.budget));
        check_whole(state, problem);
    }
    ranks.free();
}

TEST_CASE("a tree that all ranks share is searched as one process does it") {
    mpi_communicator ranks(MPI_COMM_WORLD);
    const cover_problem problem = hard_problem(34, 26, 8);
    std::int64_t expected = 0;
    if (ranks.rank() == 0) {
        search_state alone = search_from(problem, tabu_search(problem));
        branch_and_bound(problem, {}, kernel, alone);
        expected = alone.loss;
    }
    search_state state;
    if (ranks.rank() == 0) state = start_of(problem);
    std::size_t kept = 0;
    rank_sharing sharing = restless();
    sharing.between_states = 0;
    sharing.on_state = [&](const search_state& now) {
        ++kept;
        check_whole(now, problem);
        std::stringstream file;
        write_search(file, now, problem, "ranks");
        search_state back = read_search(file, "F", problem, "ranks");
        // What is written down meanwhile is enough to go on from. Rarer and rarer: meanwhile the others' slices end.
        if (std::has_single_bit(kept)) {
            branch_and_bound(problem, {}, kernel, back);
            CHECK(back.loss == expected);
        }
    };
    examined = 0;
    search_over_ranks(ranks, problem, {}, counting(), state, sharing);
    std::vector<std::uint64_t> all(ranks.ranks());
    const std::uint64_t mine = examined;
    MPI_Gather(&mine, 1, MPI_UINT64_T, all.data(), 1, MPI_UINT64_T, 0, ranks.handle());
    if (ranks.rank() == 0) {
        CHECK(std::accumulate(all.begin(), all.end(), std::uint64_t{0}) == state.nodes);
        // Everybody had its part, unless there are more of them than parts on a slow machine.
        if (ranks.ranks() <= 4) CHECK(*std::min_element(all.begin(), all.end()) > 0);
        CHECK(state.open.empty());
        CHECK(state.loss == expected);
        CHECK(kept > 0);
        check_whole(state, problem);
    } else {
        CHECK(kept == 0);
    }
    ranks.free();
}

TEST_CASE("whoever has nothing to do gets a part of what others have") {
    mpi_communicator ranks(MPI_COMM_WORLD);
    const cover_problem problem = hard_problem(34, 26, 8);
    search_state state;
    if (ranks.rank() == 0) {
        branch_and_bound(problem, {}, kernel, state = search_from(problem, tabu_search(problem)));
        state = search_from(problem, answer_of(state)); // nothing better will be found
    }
    rank_sharing sharing = restless();
    sharing.slice = 60;
    examined = 0;
    search_over_ranks(ranks, problem, {}, counting(), state, sharing);
    if (ranks.ranks() <= 4) CHECK(examined > 0);
    if (ranks.rank() == 0) CHECK(state.open.empty());
    ranks.free();
}

TEST_CASE("very many open subtrees") {
    mpi_communicator ranks(MPI_COMM_WORLD);
    const cover_problem problem = hard_problem(21, 12, 12);
    const std::uint64_t parts = 1U << 11U; // all choices among the first columns
    search_state state;
    if (ranks.rank() == 0) {
        state = start_of(problem);
        const std::vector<std::uint64_t> all = state.open[0].open;
        state.open.clear();
        for (std::uint64_t losers = 0; losers < parts; ++losers)
            state.open.push_back({{all[0] & ~(parts - 1)}, {losers}, 0, 1 / static_cast<double>(parts), state.next_id++});
    }
    search_over_ranks(ranks, problem, {}, kernel, state, restless());
    if (ranks.rank() == 0) {
        CHECK(state.open.empty());
        CHECK(state.loss == solve_cover_reference(problem).loss);
        check_whole(state, problem);
    }
    ranks.free();
}

TEST_CASE("a search that is stopped keeps everything, and goes on from a file") {
    mpi_communicator ranks(MPI_COMM_WORLD);
    const cover_problem problem = hard_problem(30, 24, 9);
    search_state state;
    std::int64_t expected = 0;
    if (ranks.rank() == 0) {
        state = start_of(problem);
        search_state alone = state;
        branch_and_bound(problem, {}, kernel, alone);
        expected = alone.loss;
    }
    int done = 0;
    std::size_t calls = 0;
    while (done == 0) {
        search_options options;
        options.seconds = calls < 5 ? 0 : 0.03;
        const std::uint64_t before = state.nodes;
        search_over_ranks(ranks, problem, options, kernel, state, restless());
        ++calls;
        if (ranks.rank() == 0) {
            CHECK(state.nodes > before); // a little at least
            check_whole(state, problem);
            std::stringstream file;
            write_search(file, state, problem, "ranks");
            state = read_search(file, "F", problem, "ranks");
            done = state.open.empty() ? 1 : 0;
        }
        MPI_Bcast(&done, 1, MPI_INT, 0, ranks.handle());
    }
    CHECK(calls > 5);
    if (ranks.rank() == 0) CHECK(state.loss == expected);
    ranks.free();
}

TEST_CASE("a stop, a choice that is bad enough, and an exception end the search at all ranks") {
    mpi_communicator ranks(MPI_COMM_WORLD);
    const cover_problem problem = hard_problem(101, 60, 10); // for hours
    search_state state;
    rank_sharing sharing = restless();
    if (ranks.size() > 1) sharing.slice = 60; // who is called back does not wait for its end
    sharing.between_states = 0.05;

    std::stop_source stop;
    search_options options;
    options.stop = stop.get_token();
    sharing.on_state = [&](const search_state& now) {
        if (now.nodes > 0 && now.open.size() > ranks.ranks()) stop.request_stop();
    };
    if (ranks.rank() == 0) {
        tabu_options long_enough; // that better choices are rare
        long_enough.walks = 40;
        state = search_from(problem, tabu_search(problem, long_enough));
    }
    const auto start = std::chrono::steady_clock::now();
    search_over_ranks(ranks, problem, options, kernel, state, sharing);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(30));
    if (ranks.rank() == 0) {
        CHECK(!state.open.empty());
        CHECK(state.nodes > 0);
        check_whole(state, problem);
    }
    // Stopped before it begins: nothing happens.
    const search_state before = state;
    if (ranks.rank() == 0) stop.request_stop();
    options.stop = stop.get_token();
    search_over_ranks(ranks, problem, options, kernel, state, sharing);
    CHECK(state.nodes == before.nodes);
    CHECK(state.open == before.open);

    options.stop = {};
    options.nodes = 0;
    search_over_ranks(ranks, problem, options, kernel, state, sharing);
    CHECK(state.nodes == before.nodes);
    options.nodes = 500;
    sharing.on_state = {};
    search_over_ranks(ranks, problem, options, kernel, state, sharing);
    if (ranks.rank() == 0) {
        CHECK(state.nodes - before.nodes >= 500);
        CHECK(state.nodes - before.nodes <= 600 * ranks.ranks()); // each had that many, and a few at its last look
        check_whole(state, problem);
    }
    options.nodes = std::numeric_limits<std::uint64_t>::max();
    options.seconds = 0.3;
    sharing.on_state = {};
    std::size_t reported = 0;
    options.on_progress = [&](const search_progress& now) {
        ++reported;
        CHECK(now.nodes >= before.nodes);
        CHECK(now.done >= 0);
        CHECK(now.done < 1.001);
        CHECK(now.seconds >= 0.1);
    };
    search_over_ranks(ranks, problem, options, kernel, state, sharing);
    if (ranks.rank() == 0) {
        CHECK(state.nodes > before.nodes);
        CHECK(reported > 0);
        check_whole(state, problem);
    }
    options.seconds = 1e9;
    options.on_progress = {};

    const std::int64_t reachable = tabu_search(problem).loss;
    if (ranks.rank() == 0) {
        options.enough = reachable;
        state = search_from(problem, {{}, reachable + 1, 0, 0});
    }
    options.threads = 1;
    search_over_ranks(ranks, problem, options, kernel, state, sharing);
    if (ranks.rank() == 0) {
        CHECK(state.loss <= reachable);
        CHECK(state.losers.size() == problem.budget);
        check_whole(state, problem);
        CHECK(state.nodes > 0);
    }
    const std::uint64_t nodes = state.nodes;
    search_over_ranks(ranks, problem, options, kernel, state, sharing); // is known
    CHECK(state.nodes == nodes);
    options.enough = {};

    sharing.on_state = [](const search_state&) { throw std::runtime_error("the disk is full"); };
    if (ranks.rank() == 0) {
        CHECK_THROWS_WITH(search_over_ranks(ranks, problem, options, kernel, state, sharing), "the disk is full");
        check_whole(state, problem);
    } else {
        search_over_ranks(ranks, problem, options, kernel, state, sharing);
    }
    ranks.free();
}

TEST_CASE("one search after the other, of different problems") {
    mpi_communicator ranks(MPI_COMM_WORLD);
    if (ranks.rank() != 0) {
        serve_searches(ranks, {}, kernel);
    } else {
        rank_searches searches(ranks, restless());
        std::mt19937 random(22);
        for (int trial = 0; trial < 20; ++trial) {
            CAPTURE(trial);
            const cover_problem problem = trial % 4 == 0 ? hard_problem(20, 16, static_cast<std::uint32_t>(trial))
                                                         : election_test::random_cover(random, 80, 3);
            search_state alone = start_of(problem);
            branch_and_bound(problem, {}, kernel, alone);
            search_state state = start_of(problem);
            searches.search(problem, {}, kernel, state);
            CHECK(state.loss == alone.loss);
            check_whole(state, problem);
        }
        cover_problem wrong = hard_problem(20, 16, 1);
        search_state state = start_of(wrong);
        state.open.push_back(state.open[0]); // something for others, too
        state.open.push_back(state.open[0]);
        wrong.rows[0].weight = 1'000'000;
        CHECK_THROWS_AS(searches.search(wrong, {}, kernel, state), parameter_error);
        wrong.rows[0].weight = 0;
        CHECK_THROWS_AS(searches.search(wrong, {}, kernel, state), parameter_error);
        searches.end();
        searches.end(); // once is enough
    }
    ranks.free();
}
