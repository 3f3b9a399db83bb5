// SPDX-License-Identifier: MIT
// long_search: a verification's search trees in pieces, from and to a checkpoint, and over the processes that mpirun started.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <election/exact/branch_and_bound.hpp>
#include <election/exact/cover_kernel.hpp>
#include <election/exact/cover_problem.hpp>

#include "training/processes.hpp"

namespace election::program {

/// Searches in place of branch_and_bound(), at the process of rank 0; see exact_options::search.
class long_search {
public:
    using function = std::function<void(const cover_problem&, const search_options&, const cover_kernel&, search_state&)>;

    /// \param session     other processes, if there are any; it must outlive this
    /// \param checkpoint  the file that a search goes on from, if it is there, and that is written now and then; or nothing
    /// \param every       seconds between two writes; of one that fails a line on standard error says so, once
    /// \param identity    of the code and the question: a checkpoint of another is refused
    long_search(process_session& session, std::optional<std::string> checkpoint, double every, std::string identity);
    ~long_search();
    long_search(const long_search&) = delete;
    long_search& operator=(const long_search&) = delete;

    /// What does it; empty where there is neither a checkpoint nor another process. It refers to this object.
    [[nodiscard]] function searcher();
    /// Tells the other processes that there is nothing more to do.
    void end();
    /// Whether the checkpoint's file is of this search, which went on from it or wrote it.
    [[nodiscard]] bool has_file() const noexcept;

private:
    struct implementation;
    std::unique_ptr<implementation> self_;
};

/// What a process of another rank than 0 does: searches what rank 0 hands out, until that says it is over.
/// \returns its status
[[nodiscard]] status serve_long_searches(process_session& session, unsigned threads, const cover_kernel& kernel);

} // namespace election::program
