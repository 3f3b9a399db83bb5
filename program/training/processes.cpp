// SPDX-License-Identifier: MIT
#include "training/processes.hpp"

#include <cstdlib>
#include <iostream>

namespace election::program {
namespace {

[[nodiscard]] std::optional<std::int64_t> number_in_environment(const char* name) noexcept {
    const char* text = std::getenv(name);
    return text == nullptr ? std::nullopt : parse_integer(text);
}

/// Whether mpirun started this process.
[[nodiscard]] bool launched() noexcept {
    for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_RANK"}) {
        if (std::getenv(name) != nullptr) return true;
    }
    return false;
}

/// How many processes mpirun started; 1 where there is no mpirun.
[[nodiscard]] std::int64_t launched_ranks() noexcept {
    for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MPI_LOCALNRANKS"}) {
        if (const auto ranks = number_in_environment(name)) return *ranks;
    }
    return 1;
}

[[nodiscard]] std::optional<transport_kind> transport_named(std::string_view name) {
    if (name == "local") return transport_kind::local;
    if (name == "gather") return transport_kind::gather;
    if (name == "tree") return transport_kind::tree;
    return std::nullopt;
}

} // namespace

bool one_of_several_processes() noexcept { return launched_ranks() > 1; }

int launched_rank() noexcept {
    for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMI_RANK"}) {
        if (const auto rank = number_in_environment(name)) return static_cast<int>(*rank);
    }
    return 0;
}

void declare_processes(command_line& line) {
    line.option(
            "--transport", "NAME", "must be local, gather or tree",
            "How votes travel between the processes that mpirun started: gather (the default there; the master waits for "
            "nobody too long, and processes may lie or stall) or tree (the master's traffic does not grow with the workers; "
            "all "
            "must be honest and alive). local: one process, the default elsewhere.")
        .option("--rank-limit", "SECONDS", "must be a number of seconds above 0",
                "gather: how long the master waits in a step for others; by default 10. Who is later counts as absent.");
}

process_options read_processes(const command_line& line) {
    process_options options;
    const std::int64_t ranks = launched_ranks();
#ifdef ELECTION_WITH_MPI
    constexpr bool with_mpi = true;
#else
    constexpr bool with_mpi = false;
#endif
    options.transport = ranks > 1 ? transport_kind::gather : transport_kind::local;
    options.transport = line.choice("--transport", transport_named).value_or(options.transport);
    if (!with_mpi && (ranks > 1 || options.transport != transport_kind::local)) {
        throw bad_use(
            line.has("--transport") && options.transport != transport_kind::local
                ? "--transport: needs MPI, and this program was built without; configure it with -DELECTION_WITH_MPI=ON"
                : "mpirun: started several processes, but this program was built without MPI; configure it with "
                  "-DELECTION_WITH_MPI=ON");
    }
    if (options.transport != transport_kind::local && !launched()) {
        throw bad_use("--transport: " + *line.text("--transport") + " must be started by mpirun");
    }
    if (options.transport == transport_kind::local && ranks > 1) {
        throw bad_use("--transport: local must be gather or tree where mpirun starts several processes");
    }
    if (const auto limit = line.real("--rank-limit", 0, 1e6)) {
        if (*limit == 0) throw line.bad_value("--rank-limit");
        if (options.transport != transport_kind::gather) throw bad_use("--rank-limit: must go with --transport gather");
        options.time_limit = *limit;
    }
    return options;
}

void report_event(std::uint64_t step, int rank, const std::string& text) {
    std::cerr << detail::joined(
                     {"election: step ", std::to_string(step + 1), ": rank ", std::to_string(rank), " ", text, "\n"})
              << std::flush;
}

#ifdef ELECTION_WITH_MPI

namespace {

/// mpi_session takes the words of main(), which no MPI of today needs.
struct no_words {
    int count = 0;
    char** words = nullptr;
};

} // namespace

struct process_session::implementation {
    no_words given;
    mpi_session session{given.count, given.words};
};

process_session::process_session(const process_options& options) {
    if (options.transport == transport_kind::local) return;
    self_ = std::make_unique<implementation>();
    rank_ = self_->session.rank();
    ranks_ = self_->session.ranks();
}

status process_session::end(bool everybody, status result) {
    if (!self_) return result;
    std::cout.flush();
    return static_cast<status>(self_->session.end(everybody, static_cast<int>(result)));
}

void process_session::abort() noexcept {
    if (self_ && ranks_ > 1) mpi_session::abort(static_cast<int>(status::bad_use));
}

#else

struct process_session::implementation {};

process_session::process_session([[maybe_unused]] const process_options& options) {}

status process_session::end([[maybe_unused]] bool everybody, status result) { return result; }

void process_session::abort() noexcept {}

#endif

process_session::~process_session() = default;

} // namespace election::program
