// SPDX-License-Identifier: MIT
// detail::search_parcel: what ranks that search together send each other, as messages.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/exact/cover_problem.hpp>
#include <election/exact/search_state.hpp>
#include <election/mpi/outbox.hpp>

namespace election::detail {

/// Messages are 64-bit words, among ranks of one architecture.
[[nodiscard]] inline mpi_outbox::message packed_words(const std::vector<std::uint64_t>& words) {
    std::vector<std::byte> bytes(words.size() * sizeof(std::uint64_t));
    if (!words.empty()) std::memcpy(bytes.data(), words.data(), bytes.size());
    return mpi_outbox::made(std::move(bytes));
}
[[nodiscard]] inline std::vector<std::uint64_t> unpacked_words(std::span<const std::byte> bytes) {
    std::vector<std::uint64_t> words(bytes.size() / sizeof(std::uint64_t));
    if (!words.empty()) std::memcpy(words.data(), bytes.data(), words.size() * sizeof(std::uint64_t));
    return words;
}
/// \throws error  a message is not whole
inline void require_whole(bool whole) {
    if (!whole) throw error("election::serve_searches: a message that no rank sends; do all ranks run the same program?");
}

[[nodiscard]] inline mpi_outbox::message packed_problem(const cover_problem& problem) {
    std::vector<std::uint64_t> words{problem.columns, problem.budget, static_cast<std::uint64_t>(problem.constant),
                                     problem.rows.size()};
    for (const cover_row& row : problem.rows) {
        words.insert(words.end(), {row.need, row.may_tie ? 1U : 0U, row.weight, row.columns.size()});
        words.insert(words.end(), row.columns.begin(), row.columns.end());
    }
    return packed_words(words);
}

[[nodiscard]] inline cover_problem unpacked_problem(std::span<const std::byte> bytes) {
    const std::vector<std::uint64_t> words = unpacked_words(bytes);
    std::size_t at = 0;
    const auto next = [&] {
        require_whole(at < words.size());
        return words[at++];
    };
    cover_problem problem;
    problem.columns = next();
    problem.budget = next();
    problem.constant = static_cast<std::int64_t>(next());
    for (std::uint64_t rows = next(); rows > 0; --rows) {
        cover_row row;
        row.need = static_cast<std::uint32_t>(next());
        row.may_tie = next() != 0;
        row.weight = static_cast<std::uint32_t>(next());
        for (std::uint64_t count = next(); count > 0; --count) row.columns.push_back(static_cast<std::uint32_t>(next()));
        problem.rows.push_back(std::move(row));
    }
    require_whole(at == words.size());
    return problem;
}

[[nodiscard]] inline std::size_t column_words_of(const cover_problem& problem) {
    return search_from(problem, {}).open.front().open.size();
}

/// Work and answers: a part of a search as 64-bit words.
struct search_parcel {
    std::uint64_t serial = 0; ///< of the work that is given, or answered
    search_state state;       ///< of work: subtrees, and the loss that is to be beaten; of answers: what became of them
    double seconds = 0;       ///< of work: the time for it
    std::uint64_t nodes = 0;  ///< of work: how many at most

    [[nodiscard]] mpi_outbox::message packed_up() const {
        std::vector<std::uint64_t> words{serial,
                                         static_cast<std::uint64_t>(state.loss),
                                         state.nodes,
                                         std::bit_cast<std::uint64_t>(state.done),
                                         std::bit_cast<std::uint64_t>(seconds),
                                         state.losers.size(),
                                         state.open.size(),
                                         state.open.empty() ? 0 : state.open.front().open.size(),
                                         nodes};
        words.insert(words.end(), state.losers.begin(), state.losers.end());
        for (const open_subtree& part : state.open) {
            words.push_back(static_cast<std::uint64_t>(part.loss_lower));
            words.push_back(std::bit_cast<std::uint64_t>(part.share));
            words.insert(words.end(), part.open.begin(), part.open.end());
            words.insert(words.end(), part.losers.begin(), part.losers.end());
        }
        return packed_words(words);
    }

    /// \throws error  what packed_up() does not make
    [[nodiscard]] static search_parcel unpacked(std::span<const std::byte> bytes, std::size_t column_words) {
        constexpr std::size_t head = 9;
        const std::vector<std::uint64_t> words = unpacked_words(bytes);
        require_whole(words.size() >= head);
        const std::uint64_t losers = words[5];
        const std::uint64_t parts = words[6];
        const std::size_t part_words = 2 + 2 * column_words;
        const std::uint64_t rest = words.size() - head;
        require_whole(losers <= rest && (rest - losers) % part_words == 0 && (rest - losers) / part_words == parts &&
                      (parts == 0 || words[7] == column_words));
        search_parcel parcel;
        parcel.serial = words[0];
        parcel.state.loss = static_cast<std::int64_t>(words[1]);
        parcel.state.nodes = words[2];
        parcel.state.done = std::bit_cast<double>(words[3]);
        parcel.seconds = std::bit_cast<double>(words[4]);
        parcel.nodes = words[8];
        auto next = words.begin() + head;
        for (std::uint64_t i = 0; i < losers; ++i) parcel.state.losers.push_back(static_cast<std::uint32_t>(*next++));
        const auto step = static_cast<std::ptrdiff_t>(column_words);
        for (std::uint64_t i = 0; i < parts; ++i) {
            open_subtree part;
            part.loss_lower = static_cast<std::int64_t>(*next++);
            part.share = std::bit_cast<double>(*next++);
            part.open.assign(next, next + step);
            part.losers.assign(next + step, next + 2 * step);
            next += 2 * step;
            parcel.state.open.push_back(std::move(part));
        }
        return parcel;
    }
};

} // namespace election::detail
