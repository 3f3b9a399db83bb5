// SPDX-License-Identifier: MIT
// What people read about a verdict: the answer in words, the witness drawn as a table, and the sum that it comes to.
#pragma once

#include <optional>
#include <string>

#include <election/codes/packed_allocation.hpp>
#include <election/verify/verdict.hpp>

#include "terminal.hpp"

namespace election::program {

/// The answer in one sentence.
/// \param asked   the number of liars that the question was about, if there was one
/// \param beside  whether these are beside liars that were given
[[nodiscard]] std::string verdict_in_words(const verdict& found, std::optional<int> asked, bool beside = false);

/// Draws the witness: one row a worker, with the signs of the partitions that it holds, its vote and whether it is fooled;
/// then a line that adds the votes up. Rows are grouped or left out where there are more than fit a screen.
/// \param found  with a witness
[[nodiscard]] std::string draw_witness(const packed_allocation& code, const verdict& found, const colours& paint);

} // namespace election::program
