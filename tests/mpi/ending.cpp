// SPDX-License-Identifier: MIT
// Runs of three ranks that end in different ways; ending.sh looks at what mpirun says then. Usage: ending MODE FILE
#include <algorithm>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include <election/codes/packed_allocation.hpp>
#include <election/codes/uncoded.hpp>
#include <election/mpi.hpp>
#include <election/train/transport.hpp>
#include <election/train/vote_form.hpp>
#include <support/toy_trainer.hpp>

using namespace election;

namespace {

using form = binary_form;
constexpr std::size_t n = 7; // ranks have 3, 2, 2
constexpr std::size_t d = 200;
constexpr std::uint64_t steps = 20;

int run(mpi_session& session, const std::string& mode, const std::string& file) {
    const packed_allocation code(uncoded(n));
    gather_options options;
    options.time_limit = mode == "killed" ? 20 : 0.5; // the end of the job comes before that of waiting
    options.observer = [](const gather_event& event) {
        std::fprintf(stderr, "step %llu: rank %d %s\n", static_cast<unsigned long long>(event.step + 1), event.rank,
                     event.text.c_str());
    };
    if (mode == "resumed") options.absent = workers_of_rank(n, 3, 2);
    auto trainer = election_test::make_toy<form>(code, d, gather_transport<form>(MPI_COMM_WORLD, n, d, options));
    auto& transport = trainer.transport_used();
    trainer_state start;
    if (mode == "resumed") {
        if (session.rank() == 0) {
            std::ifstream from(file, std::ios::binary);
            start = trainer_state::read(from);
        }
        start = share_state(transport.communicator(), start);
        trainer.restore(start);
    }
    while (trainer.steps() < steps) {
        if (trainer.steps() == 10 && session.rank() == 2 && mode == "killed") raise(SIGKILL);
        if (trainer.steps() == 10 && session.rank() == 2 && mode.starts_with("stalled")) raise(SIGSTOP);
        if (trainer.steps() == 10 && session.rank() == 1 && mode == "failed") throw error("rank 1 cannot go on");
        trainer.step();
        if (trainer.steps() == 6 && mode == "killed") {
            const auto whole = transport.collect(trainer.state());
            if (whole) {
                std::ofstream to(file, std::ios::binary);
                whole->write(to);
            }
        }
    }
    int status = mode == "stalled_and_wrong" || mode == "wrong" ? 1 : 0;
    if (session.rank() == 0 && mode == "resumed") {
        // The same in one process.
        auto alone = election_test::make_toy<form>(
            code, d, local_transport<form>(n, tie_sign::positive, majority_kernel_for<default_arch>(), options.absent));
        alone.restore(start);
        while (alone.steps() < steps) alone.step();
        if (start.step != 6 || !std::ranges::equal(alone.parameters(), trainer.parameters())) status = 1;
    }
    if (session.rank() == 0) std::ofstream(file + ".result") << "all " << trainer.steps() << " steps\n";
    return session.end(transport.finish(steps), status);
}

} // namespace

int main(int argc, char** argv) {
    alarm(40);
    mpi_session session(argc, argv);
    try {
        return argc == 3 ? run(session, argv[1], argv[2]) : 2;
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "%s\n", failure.what());
        mpi_session::abort(2);
    }
}
