// SPDX-License-Identifier: MIT
// The operators on packed votes, each once, on votes that are few enough to be checked by eye.
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <election/bits.hpp>
#include <election/majority.hpp>
#include <election/packing.hpp>

namespace {

bool as_expected = true;

void show(std::string_view what, const std::string& is, std::string_view expected) {
    std::cout << what << std::string(18 - what.size(), ' ') << is << '\n';
    as_expected &= is == expected;
}

template <class Numbers>
std::string listed(const Numbers& numbers) {
    std::ostringstream text;
    for (auto number : numbers) text << (text.tellp() == 0 ? "" : " ") << static_cast<std::int64_t>(number);
    return text.str();
}

} // namespace

int main() {
    // [votes]
    const xt::xtensor<int, 2> numbers{{5, 3, 2, -1}, {1, 8, -2, -7}, {4, -3, 9, -1}, {2, -6, -5, -8}};
    election::sign_matrix votes(4, 4); // four workers, four coordinates
    for (std::size_t i = 0; i < 4; ++i) election::pack(xt::view(numbers, i, xt::all()), votes[i]);
    show("votes", to_string(votes[0]) + ' ' + to_string(votes[1]) + ' ' + to_string(votes[2]) + ' ' + to_string(votes[3]),
         "+++- ++-- +-+- +---");
    // [/votes]

    // [majorities]
    election::sign_vector out(4);
    election::majority(votes, out);
    show("ties +1", to_string(out), "+++-");
    election::majority(votes, out, election::tie_sign::negative);
    show("ties -1", to_string(out), "+---");
    election::ternary_vector open(4);
    election::majority(votes, open);
    show("ties open", to_string(open), "+00-");
    election::at_least(votes, 4, out);
    show("all four", to_string(out), "+---");
    const std::size_t held[] = {0, 1, 2};
    election::majority(election::row_set(votes, held), out);
    show("rows 0, 1, 2", to_string(out), "+++-");
    const std::uint32_t weights[] = {1, 1, 1, 2};
    election::weighted_majority(votes, weights, out);
    show("row 3 twice", to_string(out), "+---");
    // [/majorities]

    // [abstain]
    const std::vector<election::ternary_vector> absent{election::ternary_vector("+0-0"), election::ternary_vector("0--0"),
                                                       election::ternary_vector("+++0")};
    election::majority(election::ternary_row_set(absent), open);
    show("with absences", to_string(open), "+0-0");
    // [/abstain]

    // [counts]
    std::vector<std::uint8_t> plus(4);
    election::counts(votes, plus);
    show("counts of +1", listed(plus), "4 2 2 0");
    std::vector<std::int32_t> sums(4);
    election::vote_sums(votes, sums);
    show("sums", listed(sums), "4 0 0 -4");
    const xt::xtensor<int, 1> slow = xt::sum(election::as_expression(votes), {0}); // the same by xtensor, bit by bit
    show("sums, lazily", listed(slow), "4 0 0 -4");
    // [/counts]

    // [agreement]
    std::vector<std::uint64_t> disagree; // with "+---", which is still in `out`
    for (const election::agreement_counts& row : election::agreement(votes, out)) {
        disagree.push_back(row.disagree);
    }
    show("disagree with it", listed(disagree), "2 1 1 0");
    // [/agreement]

    // [tally]
    election::tally<> arrived(4);
    for (std::size_t i : {3U, 0U, 2U}) arrived.add(votes[i]); // in any order
    arrived.retract(votes[3]);
    arrived.majority(open);
    show("tally of 0, 2", to_string(open), "+0+-");
    // [/tally]

    // [bytes]
    const std::vector<std::byte> message = election::to_bytes(votes[0]);
    show("bytes of row 0", std::to_string(message.size()), "24");
    show("and back", to_string(election::signs_from_bytes(message)), "+++-");
    // [/bytes]

    return as_expected ? 0 : 1;
}
