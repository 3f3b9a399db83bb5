// SPDX-License-Identifier: MIT
// Verifies codes that are too large to enumerate, a model of its own, and a problem that is no election.
#include <chrono>
#include <cstdint>
#include <iostream>
#include <sstream>

#include <election/codes/deterministic.hpp>
#include <election/exact.hpp>

int main() {
    bool as_expected = true;
    // [kernels]
    const election::exact_kernels kernels = election::exact_kernels_for<>(); // of the instructions that the compiler may use
    // [/kernels]

    // [verify]
    const election::packed_allocation large(election::deterministic(/*workers*/ 1001, /*tolerance*/ 20));
    election::exact_options options;
    options.time_limit = std::chrono::seconds(60);
    const election::exact_verdict found = election::verify_exact(large, options, kernels);
    if (found.exact) std::cout << "tolerates " << found.tolerance.value() << ", by " << found.method << '\n';
    // [/verify]
    as_expected &= found.tolerance == 20;

    // [model]
    const election::packed_allocation small(election::deterministic(/*workers*/ 5, /*tolerance*/ 1));
    election::exact_options sparse;
    sparse.model.alphabet = election::sign_alphabet::ternary; // partitions may report 0
    sparse.model.liars = {0};                                 // worker 0 always votes wrong
    const election::exact_verdict worst = election::verify_exact(small, sparse, kernels);
    std::cout << "with zeros, and worker 0 lying: margin " << worst.margin << '\n';
    // [/model]
    as_expected &= worst.margin == 1;

    // [certificate]
    options.certify = true;
    const election::exact_verdict certified = election::verify_exact(small, options, kernels);
    std::stringstream file;
    election::write_certificate(file, certified.proof.value());
    const election::certificate_check checked = election::check_certificate(small, file);
    std::cout << "margin " << checked.margin << (checked.proved() ? ": proved\n" : ": not proved\n");
    // [/certificate]
    as_expected &= checked.proved() && checked.margin == 3;

    // [question]
    const election::cover_problem losers = election::make_cover_problem(small, {}, /*truth*/ 1).cover;
    election::search_state state = election::search_from(losers, election::tabu_search(losers));
    election::branch_and_bound(losers, {}, kernels.cover, state);
    std::cout << "the worst losers leave a loss of " << election::answer_of(state).loss << '\n';
    // [/question]
    as_expected &= state.open.empty() && state.loss + losers.constant == 3;

    // [cover]
    // Two of six links fail. A service is down when as many of its links fail as it needs; weights are requests.
    const election::cover_problem network{
        6,
        2,
        {{{0, 1}, 2, false, 5}, {{1, 2, 3}, 2, false, 4}, {{3, 4}, 1, false, 2}, {{1, 4}, 1, false, 1}, {{5}, 1, false, 3}},
        0};
    const election::presolved smaller = election::presolve(network);
    const election::cover_solution solution = election::solve_cover(smaller.problem, {}, kernels.cover);
    const election::cover_answer answer = smaller.expand(solution, network.constant);
    std::cout << "links";
    for (const std::uint32_t link : answer.losers) std::cout << ' ' << link;
    std::cout << " fail, " << answer.loss / 2 << " of 15 requests are served\n";
    // [/cover]
    as_expected &= answer.exact() && answer.loss == 16;

    return as_expected ? 0 : 1;
}
