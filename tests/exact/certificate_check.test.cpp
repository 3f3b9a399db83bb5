// SPDX-License-Identifier: MIT
#include <election/exact/certificate_check.hpp>

#include <cstddef>
#include <cstdint>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/cyclic.hpp>
#include <election/codes/deterministic.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/codes/plane.hpp>
#include <election/codes/uncoded.hpp>
#include <election/verify/reference.hpp>
#include <support/certificate_maker.hpp>
#include <support/known_codes.hpp>
#include <support/random_code.hpp>
#include <support/seed.hpp>

namespace {

using election::check_certificate;
using election::margin_claim;
using election::optimality_check;
using election::packed_allocation;
using election::tie_policies;
using election::tie_policy;
using election::witness_check;

packed_allocation matrix(const std::vector<std::string>& rows) {
    packed_allocation code(rows.size(), rows[0].size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::size_t j = 0; j < rows[i].size(); ++j) {
            if (rows[i][j] == '1') code.set(i, j);
        }
    }
    return code;
}

/// One of `count` tenths from `least` tenths on.
double density(std::mt19937& random, unsigned least, unsigned count) {
    return 0.1 * static_cast<double>(least + random() % count);
}

/// With the checksum that its lines have.
std::string with_sum(std::string text) {
    election::detail::fnv64 hash;
    hash.add(text);
    return std::move(text) + "sum " + election::detail::hash_text(hash.value()) + "\n";
}

/// The lines that begin a certificate about a code, up to the ties.
std::string head(const packed_allocation& code, std::string_view ties = "abstain") {
    return "election certificate 1\ncode " + std::to_string(code.workers()) + " " + std::to_string(code.partitions()) + " " +
           election::detail::hash_text(election::detail::text_hash(code)) + "\nties " + std::string(ties) + "\n";
}

/// What the checker says: "proved", or the first refutation, or the error.
std::string outcome_of_text(const packed_allocation& code, const std::string& text) {
    try {
        const auto checked = check_certificate(code, text, "F");
        CHECK(checked.proved() == (checked.holds() && checked.optimality == optimality_check::proved));
        if (checked.holds()) return checked.proved() ? "proved" : "not proved";
        return checked.refutations[0];
    } catch (const election::format_error& failure) {
        return failure.what();
    }
}

std::string outcome(const packed_allocation& code, const std::string& body, std::string_view ties = "abstain") {
    return outcome_of_text(code, with_sum(head(code, ties) + body));
}

struct step {
    const char* lines;
    const char* outcome;
};

/// Five workers with a partition each: two lose, margin 1, loss 6. Lines of the tree begin at 8.
std::string outcome_of_tree(const std::string& nodes, const char* groups = "rows 0 1 2 3 4") {
    return outcome(packed_allocation(election::uncoded(5)),
                   "claim margin at least 1\nside + loss 6\n" + std::string(groups) + "\nscale 2\n" + nodes);
}

/// Columns 0, 1 and 2 are alike but for worker 1, who has 0 alone; 3 and 4 are alike but for worker 3, who has 3 alone.
packed_allocation nested() { return matrix({"11100", "10000", "11100", "00010", "00011", "00011"}); }

std::string outcome_of_nested(const std::string& nodes) {
    return outcome(nested(), "claim margin at least -6\nside + loss 0\nrows 0,2 1 3 4,5\nscale 4\ntree 0\n" + nodes);
}

} // namespace

TEST_CASE("check_certificate: proofs of a search tree are accepted where the claim is true, and not where it is false") {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    std::uint64_t nodes = 0;
    for (int round = 0; round < 400; ++round) {
        const std::size_t n = 1 + random() % 8;
        const std::size_t k = 1 + random() % 11;
        const auto code = election_test::random_code(n, k, density(random, 2, 7), random());
        CAPTURE(n);
        CAPTURE(k);
        for (tie_policy ties : tie_policies) {
            const auto worst = election::verify_reference(code, ties);
            const std::string witness = election::to_string(worst.witness);
            for (int lift : {0, 1, 2}) {
                CAPTURE(lift);
                const bool exact = lift == 0 && random() % 2 == 0;
                const auto made =
                    election_test::made_certificate(code, ties, exact ? margin_claim::exactly : margin_claim::at_least,
                                                    worst.margin + lift, exact ? witness : "", random);
                std::ostringstream file;
                election::write_certificate(file, made);
                const auto checked = check_certificate(code, file.str());
                nodes += checked.nodes;
                CHECK(checked.proved() == (lift == 0));
                CHECK(checked.witness == (exact ? witness_check::confirmed : witness_check::absent));
                CHECK(checked.margin == worst.margin + lift);
            }
        }
    }
    CHECK(nodes > 3000);
}

TEST_CASE("check_certificate: no altered certificate of a false claim is accepted") {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed() + 1));
    std::size_t proved = 0;
    std::size_t refuted = 0;
    std::size_t malformed = 0;
    std::vector<std::string> others; // lines of other certificates
    for (int round = 0; round < 250; ++round) {
        const auto code = election_test::random_code(2 + random() % 6, 3 + random() % 8, density(random, 2, 7), random());
        const tie_policy ties = tie_policies[random() % 4];
        const auto worst = election::verify_reference(code, ties);
        const int lift = static_cast<int>(random() % 4); // 0: true before it is altered
        const bool exact = random() % 3 == 0;
        auto made =
            election_test::made_certificate(code, ties, exact ? margin_claim::exactly : margin_claim::at_least,
                                            worst.margin + lift, exact ? election::to_string(worst.witness) : "", random);
        if (random() % 8 == 0) {
            made.claim = margin_claim::at_most;
            made.margin = worst.margin - lift;
            made.witness = election::to_string(worst.witness);
            made.sides.clear();
        }
        std::ostringstream file;
        election::write_certificate(file, made);
        std::vector<std::string> lines;
        std::istringstream cut(file.str());
        for (std::string line; std::getline(cut, line);) lines.push_back(line);
        lines.pop_back(); // the checksum
        for (int change = 0; change < 100; ++change) {
            auto altered = lines;
            for (std::size_t times = 1 + random() % 3; times > 0 && !altered.empty(); --times) {
                const std::size_t at = random() % altered.size();
                std::string& line = altered[at];
                switch (random() % 8) {
                case 0:
                    altered.erase(altered.begin() + static_cast<std::ptrdiff_t>(at));
                    break;
                case 1:
                    altered.insert(altered.begin() + static_cast<std::ptrdiff_t>(at), altered[random() % altered.size()]);
                    break;
                case 2:
                    std::swap(line, altered[random() % altered.size()]);
                    break;
                case 3:
                    line = others.empty() ? "c" : others[random() % others.size()];
                    break;
                case 4:
                    if (!line.empty()) line[random() % line.size()] = "0123456789+-_./, fbpsceG"[random() % 24];
                    break;
                case 5:
                    if (!line.empty()) line.erase(random() % line.size(), 1 + random() % 2);
                    break;
                case 6:
                    if (line.size() > 1) {
                        const std::size_t digit = line.find_first_of("012345678", random() % line.size());
                        if (digit != std::string::npos) ++line[digit];
                    }
                    break;
                default:
                    line.insert(random() % (line.size() + 1), 1, "0123456789+-,/"[random() % 14]);
                }
            }
            std::string text;
            for (const std::string& line : altered) text += line + '\n';
            text = with_sum(text);
            try {
                const auto checked = check_certificate(code, text);
                if (!checked.proved()) {
                    ++refuted;
                    continue;
                }
                ++proved;
                // The ties, too, may have been altered.
                const std::size_t place = text.find("\nties ") + 6;
                const auto read = election::tie_policy_named(text.substr(place, text.find('\n', place) - place));
                REQUIRE(read);
                const int margin = election::verify_reference(code, *read).margin;
                CAPTURE(text);
                CHECK((checked.claim == margin_claim::exactly    ? checked.margin == margin
                       : checked.claim == margin_claim::at_least ? checked.margin <= margin
                                                                 : checked.margin >= margin));
            } catch (const election::format_error&) {
                ++malformed;
            }
        }
        others.insert(others.end(), lines.begin(), lines.end());
    }
    CHECK(proved > 100);
    CHECK(refuted > 2000);
    CHECK(malformed > 2000);
}

TEST_CASE("check_certificate: any byte that is changed, lost or added is noticed") {
    std::mt19937 random(5);
    const auto code = election::deterministic(7, 1);
    const packed_allocation packed(code);
    std::ostringstream file;
    election::write_certificate(
        file, election_test::made_certificate(packed, tie_policy::abstain, margin_claim::exactly, 3,
                                              election::to_string(election::verify_reference(code).witness), random));
    const std::string text = file.str();
    REQUIRE(check_certificate(code, text).proved());
    for (std::size_t i = 0; i < text.size(); ++i) {
        CAPTURE(i);
        for (const char other : {'0', '1', ' ', '\n', static_cast<char>(text[i] ^ 1), static_cast<char>(text[i] ^ 0x80)}) {
            std::string changed = text;
            changed[i] = other;
            if (changed != text) CHECK_THROWS_AS((void)check_certificate(code, changed), election::format_error);
        }
        CHECK_THROWS_AS((void)check_certificate(code, text.substr(0, i)), election::format_error);
        CHECK_THROWS_AS((void)check_certificate(code, std::string(text).insert(i, 1, '0')), election::format_error);
    }
    CHECK_THROWS_AS((void)check_certificate(code, text + "\n"), election::format_error);
}

TEST_CASE("check_certificate: the head, the claim and the end") {
    const packed_allocation code(election::uncoded(5));
    const std::string side = "side + loss 6\nrows 0 1 2 3 4\nscale 2\ntree 0\np 44444\n";
    CHECK(outcome(code, "claim margin 1\nwitness --+++\n" + side) == "proved");
    CHECK(outcome(code, "claim margin at least 1\nwitness ++--+\n" + side) == "proved");
    CHECK(outcome(code, "claim margin at least 1\nwitness +++++\n" + side) == "proved");
    CHECK(outcome(code, "claim margin at least 0\n" + side) == "proved");
    CHECK(outcome(code, "claim margin at most 2\nwitness +--++\n") == "proved");
    CHECK(outcome(code, "claim margin at most 1\nwitness +--++\n") == "proved");

    for (const step& wrong : std::vector<step>{
             {"claim margin 1\n", "line 5: a witness is missing"},
             {"claim margin at most 1\n", "line 5: a witness is missing"},
             {"claim margin 1\nwitness --++\n", "F:5: must have 5 signs, + or -"},
             {"claim margin 1\nwitness --++0\n", "F:5: must have 5 signs, + or -"},
             {"claim margin 1\nwitness -++++\n", "line 5: the witness has margin 3"},
             {"claim margin 3\nwitness --+++\n", "line 5: the witness has margin 1"},
             {"claim margin at least 2\nwitness --+++\n", "line 5: the witness has margin 1"},
             {"claim margin at most 0\nwitness --+++\n", "line 5: the witness has margin 1"},
             {"claim margin at most 1\nwitness --+++\nside + loss 6\nconstant\n",
              "F:6: a claim of 'at most' has no side: its witness is its proof"},
             {"claim margin\n", "F:4: must be 'claim margin', perhaps 'at least' or 'at most', and a number"},
             {"claim margin about 3\n", "F:4: the margin must be a whole number up to 4294967295"},
             {"claim margin 1 \n", "F:4: has more than its line may have"},
             {"claim margin at least 1\n", "line 5: side + is missing before this line"},
             {"claim margin at least 1\nalphabet binary\n", "F:5: must be a side or 'sum', the checksum"},
             {"claim margin at least 1\nside * loss 6\n", "F:5: must be 'side + loss' or 'side - loss' and a number"},
             {"claim margin at least 1\nside + los 6\n", "F:5: must be 'side + loss' or 'side - loss' and a number"},
             {"claim margin at least 1\nside + loss 6 \n", "F:5: has more than its line may have"},
             {"claim margin at least 1\nside - loss 6\nconstant\n",
              "F:5: has no side of its own: these ties treat both signs alike"},
             {"claim margin at least 1\nside + loss 5\nconstant\n",
              "line 5: so much loss does not show the margin that is claimed"},
             {"claim margin at least -5\nside + loss 0\nconstant\nside + loss 0\nconstant\n",
              "F:7: the side is there already"},
             {"claim margin at least -5\nside + loss 0\nproof\n",
              "F:6: must be a proof: rows, constant, moment, conflict, group or frontier"},
             {"claim margin at least -5\nside + loss 0\nconstant 1\n", "F:6: has more than its line may have"},
             {"claim margin at least -5\nside + loss 0\nconstant\nmore\n", "F:7: must be a side or 'sum', the checksum"},
         }) {
        CAPTURE(wrong.lines);
        CHECK(outcome(code, wrong.lines) == wrong.outcome);
    }
    const packed_allocation even(election::uncoded(4));
    CHECK(outcome(even, "claim margin 0\nwitness --++\nside + loss 4\nconstant\n") ==
          "line 5: the witness has as many + as -: such a message has no truth");

    // A margin that is below the claim refutes it; another witness only fails to show it.
    const auto below = check_certificate(code, with_sum(head(code) + "claim margin at least 3\nwitness --+++\n" + side));
    CHECK(below.optimality == optimality_check::refuted);
    CHECK(below.refutations.size() == 2);
    const auto above = check_certificate(code, with_sum(head(code) + "claim margin 1\nwitness +++++\n" + side));
    CHECK(above.optimality == optimality_check::not_proved);
    CHECK(above.witness == witness_check::wrong);
    CHECK(above.nodes == 1);

    const std::string claim = "claim margin at least -5\nside + loss 0\nconstant\n";
    const std::string good = head(code) + claim;
    REQUIRE(outcome_of_text(code, with_sum(good)) == "proved");
    CHECK(outcome_of_text(code, "") == "F: is empty; a certificate begins with 'election certificate 1'");
    CHECK(outcome_of_text(code, with_sum("election certificate 2\n")) == "F:1: must be 'election certificate 1'");
    CHECK(outcome_of_text(code, good) == "F:6: is cut off after this line: another side or sum must follow");
    CHECK(outcome_of_text(code, good + "sum 0000000000000000\n") ==
          "F:7: the checksum is wrong: the file is damaged or was changed");
    CHECK(outcome_of_text(code, with_sum(good) + "x\n") == "F:8: is behind the end of the certificate");
    CHECK(outcome_of_text(code, with_sum(head(packed_allocation(election::uncoded(4))) + claim)) ==
          "F:2: the certificate is about 4 workers and 4 partitions; the matrix has 5 and 5");
    CHECK(outcome_of_text(code, with_sum(head(matrix({"00001", "01000"})) + claim)) ==
          "F:2: the certificate is about 2 workers and 5 partitions; the matrix has 5 and 5");
    CHECK(outcome_of_text(code, with_sum(head(matrix({"00001", "01000", "00100", "00010", "10000"})) + claim)) ==
          "F:2: the certificate is about another matrix of this size");
    CHECK(outcome_of_text(code, with_sum("election certificate 1\nties coin\n")) ==
          "F:2: must be 'code', workers, partitions and a hash");
    CHECK(outcome_of_text(code, with_sum(head(code, "never") + claim)) ==
          "F:3: must be 'ties' and abstain, positive, negative or coin");

    // What is false is said only of a file that is whole.
    const std::string falsehood = head(code) + "claim margin at least 1\nside + loss 6\nconstant\nanything\n";
    CHECK(outcome_of_text(code, with_sum(falsehood)) == "line 6: the votes can turn: the loss may be less");
    CHECK(outcome_of_text(code, falsehood + "sum 0000000000000000\n") ==
          "F:8: the checksum is wrong: the file is damaged or was changed");
    CHECK(outcome_of_text(code, falsehood) == "F:7: is cut off after this line: the line sum must follow");
}

TEST_CASE("check_certificate: ties decide which sides there are, and what a tie is worth") {
    const packed_allocation pairs(matrix({"110", "110", "011"})); // one loses: a tie for all who hold it
    const std::string plus = "side + loss 6\nconstant\n";
    CHECK(outcome(pairs, "claim margin at least 3\n" + plus + "side - loss 6\nconstant\n", "positive") ==
          "line 8: the votes can turn: the loss may be less");
    CHECK(outcome(pairs, "claim margin at least -3\n" + plus + "side - loss 0\nconstant\n", "positive") == "proved");
    CHECK(outcome(pairs, "claim margin at least -3\nside - loss 0\nconstant\n" + plus, "positive") == "proved");
    CHECK(outcome(pairs, "claim margin at least -3\n" + plus, "positive") == "line 7: side - is missing before this line");
    CHECK(outcome(pairs, "claim margin at least -3\nside - loss 0\nconstant\n", "positive") ==
          "line 7: side + is missing before this line");
    CHECK(outcome(pairs, "claim margin at least -3\nside - loss 6\nconstant\nside + loss 0\nconstant\n", "negative") ==
          "proved");
    CHECK(outcome(pairs, "claim margin at least -3\n" + plus, "negative") ==
          "line 6: the votes can turn: the loss may be less");
    // Column 1 ties all three: abstain 3, coin 0; the witness's margin likewise.
    CHECK(outcome(pairs, "claim margin 0\nwitness +-+\nside + loss 3\nconstant\n") == "proved");
    CHECK(outcome(pairs, "claim margin -3\nwitness +-+\nside + loss 0\nconstant\n", "coin") == "proved");
    CHECK(outcome(pairs, "claim margin -3\nwitness -+-\n" + plus + "side - loss 0\nconstant\n", "positive") == "proved");
    CHECK(outcome(pairs, "claim margin -3\nwitness +-+\nside - loss 6\nconstant\nside + loss 0\nconstant\n", "negative") ==
          "proved");
    CHECK(outcome(pairs, "claim margin -3\nwitness +-+\n" + plus + "side - loss 0\nconstant\n", "positive") ==
          "line 5: the witness has margin 3");
}

TEST_CASE("check_certificate: what divides all losses rounds the target") {
    // Rows {0, 1}, twice, and {0}, four times, of three columns: the losses 2·{2, 1} and 4·{2, 0} are even and add to 2, 12 or 10; an
    // idle row abstains always. So a loss of 3 at least is 3 as soon as it is more than 1.
    const packed_allocation code(matrix({"110", "110", "100", "100", "100", "100", "000"}));
    CHECK(election::verify_reference(code).margin == 3 - 7);
    const auto problem = election::detail::certified_problem(code, tie_policy::abstain, 1, {});
    CHECK(problem.largest_below(3) == 1);
    CHECK(problem.largest_below(4) == 3);
    CHECK(problem.largest_below(5) == 3);
    CHECK(problem.largest_below(6) == 5);
    CHECK(problem.largest_below(1) == -1);
    CHECK(problem.largest_below(-9) == -1);
    // Coins: units of 8 and 4 and no constant.
    const auto coins = election::detail::certified_problem(code, tie_policy::coin, 1, {});
    CHECK(coins.largest_below(8) == 4);
    CHECK(coins.largest_below(9) == 8);
    // Nothing can vary: the only loss is known.
    const auto fixed = election::detail::certified_problem(matrix({"111", "000"}), tie_policy::abstain, 1, {});
    CHECK(fixed.largest_below(3) == 2);
    CHECK(fixed.largest_below(4) == 3);
    CHECK(fixed.largest_below(99) == 3);
    // A pair that can't be split evenly does not abstain: one of two columns loses nothing.
    const auto two = election::detail::certified_problem(matrix({"11", "10"}), tie_policy::abstain, 1, {});
    CHECK(two.largest_below(4) == 3);
    // A row of even load that all the losers together can't tie has a constant loss.
    const auto heavy = election::detail::certified_problem(matrix({"1111111100", "1000000000"}), tie_policy::abstain, 1, {});
    CHECK(heavy.budget() == 4);
    CHECK(heavy.largest_below(3) == 2);
}

TEST_CASE("check_certificate: rows and scale") {
    const std::string p = "tree 0\np 44444\n";
    CHECK(outcome_of_tree(p) == "proved");
    CHECK(outcome_of_tree("tree 0\np 0444\n", "rows 4 0 1 2") == "line 9: the bound does not exceed the target");
    CHECK(outcome_of_tree(p, "rows 4 0 1 3 2") == "proved");
    CHECK(outcome_of_tree(p, "rows 0 1 2 3 0") == "line 6: worker 0 is in two rows");
    CHECK(outcome_of_tree(p, "rows 0 1 2 3,3") == "line 6: worker 3 is in two rows");
    CHECK(outcome_of_tree(p, "rows 0,1 2 3 4") == "line 6: workers 0 and 1 differ");
    CHECK(outcome_of_tree(p, "rows 0 1 2 3 5") == "F:6: a worker must be a whole number up to 4");
    CHECK(outcome_of_tree(p, "rows 0 1 2 3 4 ") == "F:6: a worker must be a whole number up to 4");
    CHECK(outcome_of_tree(p, "rows0 1 2 3 4") == "F:6: has more than its line may have");
    CHECK(outcome_of_tree("tree 0\np 44444\n", "rows 0 1 2 3") == "F:9: has more multipliers than there are rows");
    const packed_allocation code(election::uncoded(5));
    const std::string start = "claim margin at least 1\nside + loss 6\nrows 0 1 2 3 4\n";
    CHECK(outcome(code, start + "scale 0\n" + p) == "F:7: the scale must be at least 1");
    CHECK(outcome(code, start + "scale 1048577\n" + p) == "F:7: the scale must be a whole number up to 1048576");
    CHECK(outcome(code, start + "scales 2\n" + p) == "F:7: must be 'scale' and a number");
    CHECK(outcome(code, start + "scale 3\n" + p) == "line 9: the bound does not exceed the target");
    CHECK(outcome(code, start + "scale 3\ntree 0\np 66666\n") == "proved");
    // Groups: the loss of two alike workers, for one multiplier.
    const packed_allocation twice(matrix({"100", "010", "001", "100", "010", "001"}));
    CHECK(outcome(twice, "claim margin at least 2\nside + loss 8\nrows 0,3 4,1 2,5\nscale 1\ntree 0\np 444\n") == "proved");
    CHECK(outcome(twice, "claim margin at least 2\nside + loss 8\nrows 0 1 2\nscale 1\ntree 0\np 444\n") ==
          "line 9: the bound does not exceed the target");
    CHECK(outcome(twice, "claim margin at least 2\nside + loss 8\nrows 0 1 2 3 4 5\nscale 1\ntree 0\np 222222\n") ==
          "proved");
    CHECK(outcome(twice, "claim margin at least 2\nside + loss 8\nrows\nscale 1\ntree 0\ne\n") == "proved");
}

TEST_CASE("check_certificate: every rule of a tree, broken") {
    for (const step& c : std::vector<step>{
             // the bound
             {"tree 0\np 44444\n", "proved"},
             {"tree 0\np 444\n", "line 9: the bound does not exceed the target"},
             {"tree 0\np\n", "line 9: the bound does not exceed the target"},
             {"tree 0\np44444\n", "F:9: must have a blank before the multipliers"},
             {"tree 0\np 444444\n", "F:9: has more multipliers than there are rows"},
             {"tree 0\nq\n", "F:9: must be a node of the search tree: f, b, p, s, c or e"},
             // nodes that are closed and that are not
             {"tree 0\ne\n", "proved"},
             {"tree 0\nc\n", "line 9: the node is not closed: its votes can turn"},
             {"tree 0\ne 1\n", "F:9: has more than its line may have"},
             {"tree 0\nc 1\n", "F:9: has more than its line may have"},
             {"tree 0\nb 0 1\nb 1 1\nc\np 44444\np 44444\n", "proved"},
             {"tree 0\nb 0 1\nb 1 1\nb 2 1\nc\nc\np 44444\np 44444\n", "proved"}, // three losers of two
             {"tree 0\nb 0 1\nb 1 1\nb 2 1\np 44444\nc\np 44444\np 44444\n",
              "line 12: no choice is left here, which is not for a bound to say"},
             {"tree 0\nb 0 1\nb 1 1\nb 2 1\nf //// 44444\nc\nc\np 44444\np 44444\n",
              "F:12: a column must be a whole number up to 4"},
             {"tree 0\nb 0 1\nb 1 1\nb 2 1\nf /// 44444\nc\nc\np 44444\np 44444\n",
              "line 12: no choice is left here, which is not for a bound to say"},
             {"tree 0\nb 0 0\nb 1 0\nb 2 0\nb 3 0\nc\nc\np 44444\np 44444\np 44444\n",
              "proved"}, // too few columns are left, or just enough
             {"tree 0\nb 0 0\nb 1 0\nb 2 0\nb 3 0\ne\ne\ne\ne\ne\n", "proved"},
             // branches
             {"tree 0\nb 0 0\np 44444\np 44444\n", "proved"},
             {"tree 0\nb 0 1\np 44444\np 44444\n", "proved"},
             {"tree 0\nb 0 0\np 44444\n", "F:11: must be a node of the search tree: f, b, p, s, c or e"},
             {"tree 0\nb 0 0\np 44444\np 44444\np 44444\n", "F:12: must be a side or 'sum', the checksum"},
             {"tree 0\nb 5 0\n", "F:9: a column must be a whole number up to 4"},
             {"tree 0\nb 0\n", "F:9: must say which child comes first, 0 or 1"},
             {"tree 0\nb 0 2\n", "F:9: must say which child comes first, 0 or 1"},
             {"tree 0\nb 0 01\n", "F:9: has more than its line may have"},
             {"tree 0\nb 0 0 1\n", "F:9: has other than numbers, commas and '/'"},
             {"tree 0\nb 0 0\nb 0 1\n", "line 10: column 0 is fixed already"},
             {"tree 0\nb 0 0 1/\n", "line 9: column 1 has undecided rows that column 0 has not"},
             {"tree 0\nb 0 0 /1\n", "line 9: column 1 has not strictly more undecided rows than column 0"},
             {"tree 0\nb 0 0 0/\n", "line 9: column 0 is fixed already"},
             // fixed by the bound
             {"tree 0\nf 0// 44444\n", "F:9: a column must be a whole number up to 4"},
             {"tree 0\nf 0/// 44444\np 44444\n", "proved"},
             {"tree 0\nf /0// 44444\np 44444\n", "proved"},
             {"tree 0\nf 0/// 444\n", "line 9: the bound with column 0 = 1 does not exceed the target"},
             {"tree 0\nf /0// 444\n", "line 9: the bound with column 0 = 0 does not exceed the target"},
             {"tree 0\nf 0,0/// 44444\n", "line 9: column 0 is fixed already"},
             {"tree 0\nf 0/0// 44444\n", "line 9: column 0 is fixed already"},
             {"tree 0\nb 3 0\nf 3/// 44444\n", "line 10: column 3 is fixed already"},
             {"tree 0\nf 0//1/ 44444\n", "line 9: the undecided rows of column 1 are not among those of one that is 0"},
             {"tree 0\nf /0//1 44444\n", "line 9: the undecided rows of column 1 are not more than those of one that is 1"},
             {"tree 0\nf //1/ 44444\n", "line 9: the undecided rows of column 1 are not among those of one that is 0"},
             {"tree 0\nf ///1 44444\n", "line 9: the undecided rows of column 1 are not more than those of one that is 1"},
             // which trees there are
             {"tree 0\ns 1\ntree 1\ne\n", "proved"},
             {"tree 1\ne\ntree 0\ns 1\n", "proved"},
             {"tree 0\nb 0 0\ns 7\ns 9\ntree 7 zeros 0\ne\ntree 9 ones 0\ne\n", "proved"},
             {"tree 9 ones 0\ne\ntree 0\nb 0 0\ns 7\ns 9\ntree 7 zeros 0\ne\n", "proved"},
             {"tree 0\nb 0 0\ns 7\ns 9\ntree 9 zeros 0\ne\ntree 7 ones 0\ne\n",
              "line 12: tree 9 fixes other columns than where it is referred to"},
             {"tree 9 ones 0\ne\ntree 0\nb 0 0\ns 9\ne\n",
              "line 12: tree 9 fixes other columns than where it is referred to"},
             {"tree 0\nb 0 0\ns 7\ns 7\ntree 7 zeros 0\ne\n", "line 11: tree 7 is referred to twice"},
             {"tree 0\ns 7\ntree 7\ns 0\n", "line 11: tree 0 is the root"},
             {"tree 0\ns 7\n", "line 10: tree 7 is referred to and missing before this line"},
             {"tree 0\ne\ntree 7\ne\n", "line 12: tree 7 is not referred to"},
             {"tree 0\ns 7\ntree 7\ne\ntree 7\ne\n", "line 12: tree 7 is here twice"},
             {"tree 0\ne\ntree 0\ne\n", "line 10: tree 0 is here twice"},
             {"tree 7\ns 8\ntree 8\ns 7\n", "line 12: tree 0, the root, is missing before this line"},
             {"tree 0 zeros 0,1,2\ne\n", "line 8: tree 0 is the root, where nothing is fixed"},
             {"tree 1 zeros 0,0\ne\n", "line 8: column 0 is fixed already"},
             {"tree 1 zeros 0 ones 0\ne\n", "line 8: column 0 is fixed already"},
             {"tree 1 zeros 5\ne\n", "F:8: a column must be a whole number up to 4"},
             {"tree 1 none\ne\n", "F:8: has more than its line may have"},
             {"tree x\ne\n", "F:8: the number of a tree must be a whole number up to 281474976710656"},
             {"trees 0\ne\n", "F:8: must begin a search tree: 'tree' and its number"},
             {"", "F:8: must begin a search tree: 'tree' and its number"},
             {"tree 0\ns 1 2\n", "F:9: has more than its line may have"},
         }) {
        CAPTURE(c.lines);
        CHECK(outcome_of_tree(c.lines) == c.outcome);
    }
    // Where no choice is left nothing is undecided, and any column may follow another.
    CHECK(outcome_of_tree("tree 0\nb 0 1\nb 1 1\nb 2 1\nb 3 0 4/\nc\nc\np 44444\np 44444\np 44444\n") == "proved");
    // Two trees that prove one another prove nothing.
    CHECK(outcome(matrix({"100", "100", "100"}),
                  "claim margin at least 3\nside + loss 6\nrows\nscale 1\ntree 0\ns 1\ntree 1\ns 2\n"
                  "tree 2\ns 1\n") == "line 13: tree 1 is referred to twice");
    // A false claim, tried out.
    CHECK(outcome(packed_allocation(election::uncoded(5)),
                  "claim margin at least 3\nside + loss 8\nrows\nscale 1\ntree 0\ne\n") ==
          "line 9: a choice has no more loss than the target");
    // C(41, 20) is more than 2^36.
    CHECK(outcome(packed_allocation(election::uncoded(41)),
                  "claim margin at least 1\nside + loss 42\nrows\nscale 1\ntree 0\ne\n") ==
          "F:9: has more than 2^36 choices to try");
}

TEST_CASE("check_certificate: exchanges between columns") {
    // Targets below all losses, so that bounds are true and only exchanges can be false.
    for (const step& c : std::vector<step>{
             {"b 0 0 1,2/\np\np\n", "proved"},
             {"b 0 0 2,1/\nc\np\n", "proved"},
             {"b 1 0 2/0\np\np\n", "proved"},
             {"b 1 1 2/0\np\np\n", "proved"},
             {"b 3 1 4/\np\np\n", "proved"},
             {"b 4 1 /3\np\np\n", "proved"},
             {"b 1 0 0/\np\np\n", "line 9: column 0 has undecided rows that column 1 has not"},
             {"b 0 0 4/\np\np\n", "line 9: column 4 has undecided rows that column 0 has not"},
             {"b 1 0 /2\np\np\n", "line 9: column 2 has not strictly more undecided rows than column 1"},
             {"b 0 0 /1\np\np\n", "line 9: column 1 has not strictly more undecided rows than column 0"},
             {"b 1 0 1/\np\np\n", "line 9: column 1 is fixed already"},
             {"b 1 0 2,2/\np\np\n", "line 9: column 2 is fixed already"},
             {"b 1 1 2,2/\np\np\n", "line 9: column 2 is fixed already"},
             {"b 1 1 /0,0\np\np\n", "line 9: column 0 is fixed already"},
             {"b 1 0 /0,0\np\np\n", "line 9: column 0 is fixed already"},
             {"b 2 0\nb 1 1 2/\np\np\np\n", "line 10: column 2 is fixed already"},
             {"b 2 0\nb 1 0 2/\np\np\np\n", "line 10: column 2 is fixed already"},
             {"f 1//2/\np\n", "proved"},
             {"f 0//2,1/\np\n", "proved"},
             {"f 0//1,2/\nb 3 0\nc\np\n", "proved"},
             {"f 1//0/\np\n", "line 9: the undecided rows of column 0 are not among those of one that is 0"},
             {"f 1//2,0/\np\n", "line 9: the undecided rows of column 0 are not among those of one that is 0"},
             {"f /1//2\nc\n", "proved"},
             {"f /1//0\nc\n", "proved"},
             {"f /4//3\np\n", "proved"},
             {"f /3//4\np\n", "line 9: the undecided rows of column 4 are not more than those of one that is 1"},
             {"f /4//3,3\np\n", "line 9: column 3 is fixed already"},
             {"f 1//2,2/\np\n", "line 9: column 2 is fixed already"},
             {"f 1/2/2/\np\n", "line 9: column 2 is fixed already"},
             // A column covers another by one that is dominated itself.
             {"f /1//2,0\nc\n", "proved"},
         }) {
        CAPTURE(c.lines);
        CHECK(outcome_of_nested(c.lines) == c.outcome);
    }
    // Rows that are decided do not count: once 1 and 2 lose, workers 0 and 2 are wrong whatever 0 does, and worker 1 alone counts.
    CHECK(outcome(matrix({"11100", "10000", "10000", "00010", "00010"}),
                  "claim margin at least -5\nside + loss 0\nrows\nscale 1\ntree 0\nb 1 1\nb 2 0\np\nb 3 0 4/\np\nc\np\n") ==
          "proved");
    const packed_allocation seven(matrix({"1110000", "1000000", "0001000"}));
    const std::string start = "claim margin at least -3\nside + loss 0\nrows\nscale 1\ntree 0\n";
    CHECK(outcome(seven, start + "b 0 0 1/\np\np\n") == "proved");
    CHECK(outcome(seven, start + "b 4 0 1/\np\np\n") == "line 9: column 1 has undecided rows that column 4 has not");
    CHECK(outcome(seven, start + "b 0 1\nb 2 1\nb 4 0 1/\np\np\np\np\n") == "proved");
}

TEST_CASE("check_certificate: the bound, its forced hits and forced columns, against all choices") {
    // Every node of the generator's trees is one case of this; here the claims are sharp: the least scale that still proves.
    const packed_allocation code(matrix({"1110", "1101", "1011", "0111"})); // one of four loses: nobody errs
    CHECK(outcome(code, "claim margin at least 4\nside + loss 8\nrows\nscale 1\ntree 0\np\n") == "proved");
    // One of three loses, and all three hold two of them: somebody ties, and with forced hits the bound knows.
    const packed_allocation pairs(matrix({"110", "101", "011"}));
    REQUIRE(election::verify_reference(pairs).margin == 1);
    CHECK(outcome(pairs, "claim margin at least 1\nside + loss 4\nrows 0 1 2\nscale 1\ntree 0\np 111\n") == "proved");
    CHECK(outcome(pairs, "claim margin at least 2\nside + loss 5\nrows 0 1 2\nscale 1\ntree 0\np 111\n") ==
          "line 9: the bound does not exceed the target");
    // Both steps of an even row count: two losers and no multiplier cost it everything.
    const packed_allocation even(matrix({"11000"}));
    CHECK(outcome(even, "claim margin at least 0\nside + loss 1\nrows 0\nscale 1\ntree 0\np\n") ==
          "line 9: the bound does not exceed the target");
    CHECK(outcome(even, "claim margin at least 1\nside + loss 2\nrows 0\nscale 1\ntree 0\np\n", "positive") ==
          "line 9: the bound does not exceed the target");
    CHECK(outcome(even, "claim margin at least 0\nside + loss 1\nrows 0\nscale 1\ntree 0\np 1\n", "coin") ==
          "line 9: the bound does not exceed the target");
    // Two of five columns lose, of prices 9, 8, 5, 1 and 0, and the losses are as large: all bounds 9 + 8 + 5 + 1 − 17 = 6. Column 3 takes
    // the place of column 1: 6 + 7; column 2 takes the place of column 0: 6 + 4.
    std::vector<std::string> rows;
    const std::vector<std::size_t> copies{5, 4, 3, 1, 1};
    std::string groups = "rows";
    for (std::size_t j = 0; j < copies.size(); ++j) {
        for (std::size_t copy = 0; copy < copies[j]; ++copy) {
            groups += (copy == 0 ? ' ' : ',') + std::to_string(rows.size());
            rows.push_back(std::string(j, '0') + "1" + std::string(4 - j, '0'));
        }
    }
    const packed_allocation five(matrix(rows)); // losses are even, 28 − 18 at the least
    const auto fix = [&](int loss, const std::string& lists, const std::string& multipliers = "9851") {
        return outcome(five, "claim margin at least " + std::to_string(loss - 14) + "\nside + loss " + std::to_string(loss) +
                                 "\n" + groups + "\nscale 1\ntree 0\nf " + lists + " " + multipliers + "\ne\n");
    };
    CHECK(fix(10, "3///") == "proved");                          // 13 > 8
    CHECK(fix(10, "/0//") == "proved");                          // 10 > 8
    const auto nodes = [&](int loss, const std::string& lists) { // a claim that is false: only the line itself counts
        return fix(loss, lists).substr(0, 7);
    };
    CHECK(nodes(14, "3///") == "line 10"); // 13 > 12
    CHECK(nodes(16, "3///") == "line 9:"); // 13 > 14 is false, 6 + 8 too
    CHECK(nodes(12, "/0//") == "line 9:"); // 10 > 10 is false
    CHECK(fix(10, "/1//") == "proved");    // 6 + 8 − 5 > 8
    CHECK(nodes(12, "/1//") == "line 9:");
    CHECK(fix(14, "3///", "9751").starts_with("line 9:")); // 6 + 7 − 1 > 12 is false
    // Columns {0}, {1}, {2}; weights 3, 1, 1: losing column 0 costs six votes, so it is forced out of a good proof of 4.
    const packed_allocation weighted(matrix({"100", "100", "100", "010", "001"}));
    REQUIRE(election::verify_reference(weighted).margin == -1);
    const std::string start = "claim margin at least -1\nside + loss 4\nrows 0,1,2 3 4\nscale 1\ntree 0\n";
    CHECK(outcome(weighted, start + "p 622\n") == "proved");
    CHECK(outcome(weighted, start + "p 6\n") == "line 9: the bound does not exceed the target");
    // Losses 8 and 10: the target is 6. With multipliers 6, 2 and 2 the bound is 6 + 2 + 2 − 6 = 4; with column 1 forced to lose it is
    // 4 + (6 − 2), with column 0 forced to win as much.
    const packed_allocation larger(matrix({"100", "100", "100", "010", "010", "001", "001"}));
    REQUIRE(election::verify_reference(larger).margin == 1);
    const std::string more = "claim margin at least 1\nside + loss 8\nrows 0,1,2 3,4 5,6\nscale 1\ntree 0\n";
    CHECK(outcome(larger, more + "f 1/// 622\ne\n") == "proved");
    CHECK(outcome(larger, more + "f /0// 622\ne\n") == "proved");
    CHECK(outcome(larger, more + "f 1,2/0// 622\ne\n") == "proved");
    CHECK(outcome(larger, more + "f 0/// 622\ne\n") == "line 9: the bound with column 0 = 1 does not exceed the target");
    CHECK(outcome(larger, more + "f /1// 622\ne\n") == "line 9: the bound with column 1 = 0 does not exceed the target");
    // With 5, 1 and 1 both are the target itself: 5 + 1 + 1 − 5 + 4 = 6.
    CHECK(outcome(larger, more + "f 1/// 511\ne\n") == "line 9: the bound with column 1 = 1 does not exceed the target");
    CHECK(outcome(larger, more + "f /0// 511\ne\n") == "line 9: the bound with column 0 = 0 does not exceed the target");
}

TEST_CASE("check_certificate: second moments") {
    // A plane of order 2: seven lines of three points, three points lose, and a line in a fourth is wrong at most.
    const packed_allocation fano(election::plane(2));
    const int margin = election::verify_reference(fano).margin;
    const auto with = [&](const std::string& numbers, int claimed) {
        return outcome(fano, "claim margin at least " + std::to_string(claimed) + "\nside + loss " +
                                 std::to_string(claimed + 7) + "\nmoment " + numbers + "\n");
    };
    // Some (a, c) with small denominators prove the margin, and none proves more.
    int best = -99;
    for (int a = -12; a <= 12; ++a) {
        for (int c = -12; c <= 12; ++c) {
            const std::string numbers = std::to_string(a) + " " + std::to_string(c) + " 6";
            for (int claimed = -7; claimed <= 7; ++claimed) {
                if (with(numbers, claimed) == "proved") best = std::max(best, claimed);
            }
        }
    }
    CHECK(best == margin);
    for (const step& c : std::vector<step>{
             {"0 0 1 7", "F:6: a worker must be a whole number up to 6"},
             {"0 0 1 0,1,2,3,4,5,5", "line 6: worker 5 is there twice"},
             {"0 0 0", "F:6: the divisor must be at least 1"},
             {"1048577 0 1", "F:6: the first numerator must be a whole number up to 1048576"},
             {"0 -1048577 1", "F:6: the second numerator must be a whole number up to 1048576"},
             {"0 0", "F:6: must be 'moment', two numerators, a divisor and perhaps workers"},
             {"0", "F:6: must be 'moment', two numerators, a divisor and perhaps workers"},
             {"0 0 1x", "F:6: has more than its line may have"},
             {"0 0 1 0,1,2,3,4,5", "line 6: columns 0 and 2 are in different numbers of these workers"},
             {"0 0 1", "line 6: the bound does not exceed the target"},
         }) {
        CAPTURE(c.lines);
        CHECK(with(c.lines, margin) == c.outcome);
    }
    // All columns alike, but pairs are not.
    CHECK(outcome(matrix({"11000", "01100", "00110", "00011", "10001"}),
                  "claim margin at least 5\nside + loss 10\nmoment 0 0 1\n") ==
          "line 6: columns 0 and 2 are together in other than 1 of these workers");
    CHECK(outcome(matrix({"111", "100"}), "claim margin at least 2\nside + loss 4\nmoment 2 0 1 0\n") ==
          "line 6: the bound does not exceed the target");
    CHECK(outcome(matrix({"111", "100"}), "claim margin at least 0\nside + loss 2\nmoment 2 0 1 0\n") == "proved");
    // Workers outside of the design count by themselves: an idle one abstains, a single one may be wrong.
    std::vector<std::string> rows;
    for (std::size_t i = 0; i < 7; ++i) {
        rows.emplace_back();
        for (std::size_t j = 0; j < 7; ++j) rows[i] += fano(i, j) ? '1' : '0';
    }
    rows.insert(rows.begin() + 3, "0000000");
    rows.insert(rows.begin() + 1, "0000001");
    const packed_allocation mixed(matrix(rows));
    const auto mixed_with = [&](const std::string& numbers, int claimed) {
        return outcome(mixed, "claim margin at least " + std::to_string(claimed) + "\nside + loss " +
                                  std::to_string(claimed + 9) + "\nmoment " + numbers + " 0,2,3,5,6,7,8\n");
    };
    int best_mixed = -99;
    for (int a = -12; a <= 12; ++a) {
        for (int c = -12; c <= 12; ++c) {
            for (int claimed = -9; claimed <= 9; ++claimed) {
                if (mixed_with(std::to_string(a) + " " + std::to_string(c) + " 6", claimed) == "proved") {
                    best_mixed = std::max(best_mixed, claimed);
                }
            }
        }
    }
    CHECK(best_mixed == margin - 1);
}

TEST_CASE("check_certificate: workers who can't lose together") {
    // Windows of 5 of 9 columns, four lose: a window is wrong with three of them, and two that share one column or none can't both be.
    const packed_allocation code(election::cyclic(9, 9, 5));
    const auto with = [&](const std::string& conflicts, int claimed) {
        return outcome(code, "claim margin at least " + std::to_string(claimed) + "\nside + loss " +
                                 std::to_string(claimed + 9) + "\nconflict" + conflicts + "\n");
    };
    // Row i and row i + 4 share one column: 3 + 3 − 1 > 4. The steps of 4 are a cycle of all nine.
    CHECK(with(" cycle 0,4,8,3,7,2,6,1,5", 1) == "proved");
    CHECK(election::verify_reference(code).margin == 1);
    CHECK(with(" cycle 0,4,8,3,7,2,6,1,5", 2) == "line 6: the conflicts leave a loss that does not exceed the target");
    CHECK(with(" clique 0,4 clique 8,3 clique 7,2 clique 6,1", -1) == "proved");
    CHECK(with(" clique 0,4 clique 8,3 clique 7,2 clique 6,1", 0) ==
          "line 6: the conflicts leave a loss that does not exceed the target");
    CHECK(with(" cycle 0,4,8", -5) == "line 6: workers 8 and 0 can lose together");
    CHECK(with(" cycle 8,0,4", -5) == "line 6: workers 8 and 0 can lose together");
    CHECK(with(" cycle 0,8,4", -5) == "line 6: workers 0 and 8 can lose together");
    CHECK(with(" clique 0,4,8", -5) == "line 6: workers 8 and 0 can lose together");
    CHECK(with(" cycle 0,4", -5) == "F:6: a cycle has at least three workers");
    CHECK(with(" clique 0,4 clique 4,8", -5) == "line 6: worker 4 is there twice");
    CHECK(with(" clique 0,0", -5) == "line 6: worker 0 is there twice");
    CHECK(with(" path 0,4", -5) == "F:6: must be 'conflict', then 'clique' or 'cycle' and workers");
    CHECK(with(" clique 0,9", -5) == "F:6: a worker must be a whole number up to 8");
    CHECK(with(" clique 0,4;", -5) == "F:6: has more than its line may have");
    CHECK(with("", -9) == "proved");
    // A clique of three that share nothing, in a code where two lose.
    const packed_allocation blocks(matrix({"11100000", "00011100", "00000011", "11111111", "00000000"}));
    CHECK(outcome(blocks, "claim margin at least 2\nside + loss 7\nconflict clique 0,1,2\n") ==
          "line 6: workers 2 and 0 can lose together"); // three lose: one for the pair to tie, two for a triple
    CHECK(outcome(blocks, "claim margin at least 0\nside + loss 5\nconflict clique 0,1\n") == "proved");
    // Every pair of cycle and clique is held to the reference, for all ties.
    std::mt19937 random(11);
    for (int round = 0; round < 300; ++round) {
        const auto some = election_test::random_code(5, 3 + random() % 6, density(random, 3, 6), random());
        for (tie_policy ties : tie_policies) {
            const int margin = election::verify_reference(some, ties).margin;
            for (const char* line : {" cycle 0,1,2,3,4", " clique 0,1,2 clique 3,4", " cycle 0,1,2 clique 3,4",
                                     " clique 0,1,2,3,4", " clique 0,1", " cycle 0,1,2,3"}) {
                std::string text = "claim margin at least " + std::to_string(margin + 1) + "\n";
                for (const char* side : {"+", "-"}) {
                    if (side[0] == '-' && is_symmetric(ties)) continue;
                    text += std::string("side ") + side + " loss " + std::to_string(margin + 6) + "\nconflict" + line + "\n";
                }
                CHECK(outcome(some, text, name_of(ties)) != "proved");
            }
        }
    }
}

TEST_CASE("check_certificate: groups that so few losers do not serve") {
    // Windows of 5 of 15 columns, seven lose: a window is wrong with three of them, and of three that share nothing two are.
    const packed_allocation code(election::cyclic(15, 15, 5));
    const auto with = [&](const std::string& groups, int claimed) {
        return outcome(code, "claim margin at least " + std::to_string(claimed) + "\nside + loss " +
                                 std::to_string(claimed + 15) + "\ngroup" + groups + "\n");
    };
    const std::string too_little = "line 6: the groups keep a loss that does not exceed the target";
    CHECK(with(" 0,5,10 1,6,11 2,7,12 3,8,13 4,9,14", -5) == "proved");
    CHECK(with(" 0,5,10 1,6,11 2,7,12 3,8,13 4,9,14", -4) == too_little);
    CHECK(with(" 11,1,6 0,10,5", -11) == "proved");
    CHECK(with(" 11,1,6 0,10,5", -10) == too_little);
    CHECK(with(" 0,5,9", -13) == "proved");   // one column twice: eight hits, of nine
    CHECK(with(" 0,5,8", -13) == too_little); // two of them: nine
    CHECK(with(" 0,5", -13) == too_little);
    // All of them: a column is in five windows, 35 hits make eleven wrong.
    CHECK(with(" 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14", -7) == "proved");
    CHECK(with(" 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14", -6) == too_little);
    CHECK(with("", -15) == "proved");
    CHECK(with("", -14) == too_little);
    CHECK(with(" 0,5,10 1,5,11", -15) == "line 6: worker 5 is there twice");
    CHECK(with(" 0,5,5", -15) == "line 6: worker 5 is there twice");
    CHECK(with(" 0,15", -15) == "F:6: a worker must be a whole number up to 14");
    CHECK(with(" 0,5,10;", -15) == "F:6: has more than its line may have");
    CHECK(with(" ", -15) == "F:6: a worker must be a whole number up to 14");
    CHECK(with("s 0,5,10", -15) == "F:6: has more than its line may have");
    // Identical workers are one row with more votes: its hits count once, and it turns as one. Three hits are not enough for two rows;
    // if the twins were two rows, it would be six for three.
    const packed_allocation twins(matrix({"1110000", "1110000", "0001110", "0000001"}));
    REQUIRE(election::verify_reference(twins).margin == -2);
    CHECK(outcome(twins, "claim margin at least -2\nside + loss 2\ngroup 0,1,2\n") == "proved");
    CHECK(outcome(twins, "claim margin at least -1\nside + loss 3\ngroup 0,1,2\n") == too_little);
    CHECK(outcome(twins, "claim margin at least -2\nside + loss 2\ngroup 0,1 2\n") == too_little);
    CHECK(outcome(twins, "claim margin at least -2\nside + loss 2\ngroup 0,1,2,3\nside - loss 2\ngroup 1,0,2\n",
                  "positive") == "proved");
    // Ties: three hits make one of these abstain and one wrong.
    const packed_allocation pairs(matrix({"1100000", "0011000", "0000110"}));
    REQUIRE(election::verify_reference(pairs).margin == 0);
    CHECK(outcome(pairs, "claim margin at least 0\nside + loss 3\ngroup 0,1,2\n") == "proved");
    CHECK(outcome(pairs, "claim margin at least 1\nside + loss 4\ngroup 0,1,2\n") == too_little);
    // Groups are held to the reference, for all ties: never more than is true, and sometimes all of it.
    std::mt19937 random(13);
    int proved = 0;
    for (int round = 0; round < 300; ++round) {
        const auto some = election_test::random_code(5, 3 + random() % 6, density(random, 2, 6), random());
        for (tie_policy ties : tie_policies) {
            const int margin = election::verify_reference(some, ties).margin;
            for (const char* line : {" 0,1,2,3,4", " 0,1,2 3,4", " 0,1 2,3 4", " 0,1,2,3", " 2,3,4"}) {
                for (int lift : {0, 1}) {
                    std::string text = "claim margin at least " + std::to_string(margin + lift) + "\n";
                    for (const char* side : {"+", "-"}) {
                        if (side[0] == '-' && is_symmetric(ties)) continue;
                        text += std::string("side ") + side + " loss " + std::to_string(margin + lift + 5) + "\ngroup" +
                                line + "\n";
                    }
                    const bool accepted = outcome(some, text, name_of(ties)) == "proved";
                    if (lift == 1) CHECK(!accepted);
                    proved += accepted ? 1 : 0;
                }
            }
        }
    }
    CHECK(proved > 1000);
}

TEST_CASE("check_certificate: a table over the columns") {
    std::mt19937 random(17);
    for (int round = 0; round < 300; ++round) {
        const std::size_t k = 1 + random() % 11;
        const auto code = election_test::random_code(1 + random() % 7, k, density(random, 1, 9), random());
        std::vector<std::uint32_t> order(k);
        for (std::uint32_t j = 0; j < k; ++j) order[j] = j;
        std::ranges::shuffle(order, random);
        for (tie_policy ties : tie_policies) {
            const int margin = election::verify_reference(code, ties).margin;
            for (int lift : {0, 1}) {
                auto made = election::certificate_about(code, ties);
                made.claim = margin_claim::at_least;
                made.margin = margin + lift;
                for (int truth : {1, -1}) {
                    if (truth < 0 && is_symmetric(ties)) continue;
                    made.sides.push_back(
                        {truth, made.margin + static_cast<std::int64_t>(code.workers()), election::frontier_lines(order)});
                }
                std::ostringstream file;
                election::write_certificate(file, made);
                CHECK(check_certificate(code, file.str()).proved() == (lift == 0));
            }
        }
    }
    const packed_allocation code(election::deterministic(9, 1));
    const std::string start = "claim margin at least 3\nside + loss 12\nfrontier ";
    CHECK(outcome(code, start + "0,1,2,3,4,5,6,7,8\n") == "proved");
    CHECK(outcome(code, start + "8,7,6,5,4,3,2,1,0\n") == "proved");
    CHECK(outcome(code, start + "0,1,2,3,4,5,6,7,7\n") == "line 6: column 7 is there twice");
    CHECK(outcome(code, start + "1,2,3,4,5,6,7,8\n") == "line 6: column 0 turns votes and is not there");
    CHECK(outcome(code, start + "\n") == "F:6: a column must be a whole number up to 8");
    CHECK(outcome(code, start + "0,1 \n") == "F:6: has more than its line may have");
    CHECK(outcome(code, "claim margin at least 5\nside + loss 14\nfrontier 0,1,2,3,4,5,6,7,8\n") ==
          "line 6: a choice has no more loss than the target");
    // Columns that nobody needs may be left out; they are losers that cost nothing.
    const packed_allocation sparse(matrix({"1000000", "1000000", "0100000"}));
    REQUIRE(election::verify_reference(sparse).margin == -3);
    CHECK(outcome(sparse, "claim margin at least -3\nside + loss 0\nfrontier 0,1\n") == "proved");
    CHECK(outcome(sparse, "claim margin at least -2\nside + loss 1\nfrontier 0,1\n") ==
          "line 6: a choice has no more loss than the target");
    // Too many rows that are open at a time.
    packed_allocation wide(130, 9);
    for (std::size_t i = 0; i < 130; ++i) {
        for (std::size_t j = 0; j < 9; ++j) {
            if ((i >> j & 1U) == 0) wide.set(i, j);
        }
    }
    CHECK(outcome(wide, "claim margin at least 0\nside + loss 130\nfrontier 0,1,2,3,4,5,6,7,8\n") ==
          "F:6: has an order that leaves too many rows open at a time");
}

TEST_CASE("check_certificate: known codes, with their tolerance as the claim") {
    std::mt19937 random(23);
    for (const auto& known : election_test::optimal_codes()) {
        CAPTURE(known.name);
        const auto code = election_test::matrix_of(known);
        for (int lift : {0, 1}) {
            const auto made = election_test::made_certificate(code, tie_policy::abstain, margin_claim::at_least,
                                                              2 * (known.tolerance + lift) + 1, "", random);
            std::ostringstream file;
            election::write_certificate(file, made);
            CHECK(check_certificate(code, file.str()).proved() == (lift == 0));
        }
    }
}
