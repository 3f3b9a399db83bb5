// SPDX-License-Identifier: MIT
// verdict: the answer of every exact verifier, and the options that they share.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <election/core/progress.hpp>
#include <election/core/ties.hpp>

namespace election {

/// Signs of partitions or votes of workers: +1, −1, and 0 for an abstention.
using sign_list = std::vector<std::int8_t>;

/// "+", "-" and "0", one character a sign. O(signs).
///
/// \code
/// assert(election::to_string({1, -1, 0}) == "+-0");
/// \endcode
[[nodiscard]] inline std::string to_string(const sign_list& signs) {
    std::string text;
    text.reserve(signs.size());
    for (std::int8_t sign : signs) text += sign > 0 ? '+' : sign < 0 ? '-' : '0';
    return text;
}

/// The tolerance that a smallest margin Δ* proves: ⌈Δ*/2⌉ − 1 liars, and −1 where the code errs without any (Δ* ≤ 0).
[[nodiscard]] constexpr int tolerance_of(int margin) noexcept { return margin <= 0 ? -1 : (margin + 1) / 2 - 1; }

/// How to verify. The defaults ask for the exact margin on all processors, for as long as it takes.
///
/// \code
/// auto verdict = election::verify(election::deterministic(15, 3), {.tolerates = 4, .threads = 1});
/// assert(verdict.tolerates == false && verdict.margin <= 2 * 4); // the witness refutes it
/// \endcode
struct verify_options {
    /// How tied workers vote.
    tie_policy ties = tie_policy::abstain;
    /// Ask only whether this many liars (0 or more) are tolerated; the search may stop at the first election that says no.
    std::optional<int> tolerates = {};
    /// 0: as many as this process may use.
    unsigned threads = 0;
    /// Stop after this time (more than 0 s) with what is known.
    std::optional<std::chrono::duration<double>> time_limit = {};
    /// Stop when asked, with what is known.
    std::stop_token stop = {};
    /// Called about ten times a second, on the calling thread; may be empty.
    progress_function on_progress = {};
};

/// What is known of a code's worst election.
///
/// The margin is correct minus wrong votes of honest workers, each liar can lower it by 2; the code tolerates b liars when
/// the smallest margin Δ* exceeds 2b.
struct verdict {
    std::size_t workers = 0;               ///< n
    std::size_t partitions = 0;            ///< k
    tie_policy ties = tie_policy::abstain; ///< how tied workers vote
    std::string method;                    ///< "exhaustive", "reference", …
    bool exact = false;                    ///< whether `margin` is the smallest of all elections
    int margin = 0;                        ///< Δ* if exact, else the worst seen: that of the witness
    int margin_lower = 0;                  ///< proved: no election has a smaller margin (equal to `margin` if exact)
    std::optional<int> tolerance;          ///< b*, −1 if the code errs with no liar at all; nothing unless exact
    std::optional<bool> tolerates;         ///< answer to verify_options::tolerates; nothing if not asked or not known
    sign_list witness;                     ///< the message that attains `margin`, one sign a partition
    sign_list witness_votes;               ///< the honest votes on it, one a worker; a coin shows 0
    std::uint64_t messages = 0;            ///< messages examined, or covered by a bound
    unsigned threads = 1;                  ///< that took part: fewer than asked for where there is little to do
    double seconds = 0;                    ///< wall-clock time
};

} // namespace election
