// SPDX-License-Identifier: MIT
#include <election/exact/certified_trees.hpp>

#include <cstddef>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/packed_allocation.hpp>
#include <election/codes/uncoded.hpp>
#include <election/verify/reference.hpp>
#include <support/certificate_text.hpp>

namespace {

using election::packed_allocation;
using election_test::matrix;
using election_test::outcome;
using election_test::step;

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

TEST_CASE("certified_trees: rows and scale") {
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

TEST_CASE("certified_trees: every rule of a tree, broken") {
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
             {"tree 7\ns 0\ntree 0\ns 7\n", "line 9: tree 0 is the root"}, // in whatever order they stand
             {"tree 0\ns 0\n", "line 9: tree 0 is the root"},
             {"tree 7\ns 8\ntree 8\ns 0\ntree 0\ns 7\n", "line 11: tree 0 is the root"},
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

TEST_CASE("certified_trees: exchanges between columns") {
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

TEST_CASE("certified_trees: the bound, its forced hits and forced columns, against all choices") {
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
