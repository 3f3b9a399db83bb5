// SPDX-License-Identifier: MIT
#include <election/exact/certificate_check.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/cyclic.hpp>
#include <election/codes/deterministic.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/codes/uncoded.hpp>
#include <election/exact/certificate.hpp>
#include <election/exact/exact_model.hpp>
#include <election/exact/model_reference.hpp>
#include <election/verify/reference.hpp>
#include <support/certificate_maker.hpp>
#include <support/certificate_text.hpp>
#include <support/known_codes.hpp>
#include <support/random_code.hpp>
#include <support/random_model.hpp>
#include <support/seed.hpp>

namespace {

using election::check_certificate;
using election::margin_claim;
using election::optimality_check;
using election::packed_allocation;
using election::tie_policies;
using election::tie_policy;
using election::witness_check;
using election_test::head;
using election_test::matrix;
using election_test::outcome;
using election_test::outcome_of_text;
using election_test::step;
using election_test::with_sum;
using election_test::written;

/// One of `count` tenths from `least` tenths on.
double density(std::mt19937& random, unsigned least, unsigned count) {
    return 0.1 * static_cast<double>(least + random() % count);
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
                const std::string text = written(made);
                const auto checked = check_certificate(code, text);
                nodes += checked.nodes;
                CHECK(checked.proved() == (lift == 0));
                CHECK(checked.witness == (exact ? witness_check::confirmed : witness_check::absent));
                CHECK(checked.margin == worst.margin + lift);
            }
        }
    }
    CHECK(nodes > 1000); // compilers draw other codes
}

TEST_CASE("check_certificate: no altered certificate of a false claim is accepted") {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed() + 1));
    std::size_t proved = 0;
    std::size_t refuted = 0;
    std::size_t malformed = 0;
    std::vector<std::string> others; // lines of other certificates
    for (int round = 0; round < 400; ++round) {
        const bool plain = random() % 2 == 0;
        packed_allocation code =
            election_test::random_code(2 + random() % 6, 3 + random() % (plain ? 8 : 4), density(random, 2, 7), random());
        if (random() % 4 == 0) { // a circle
            const std::size_t k = 3 + random() % (plain ? 7 : 3);
            code = packed_allocation(election::cyclic(k, k, 1 + random() % (k / 2 + 1)));
        }
        election::exact_model model;
        model.ties = tie_policies[random() % 4];
        if (!plain) model = election_test::random_model(code, random);
        const auto worst = election::verify_model_reference(code, model);
        const int lift = static_cast<int>(random() % 4); // 0: true before it is altered
        const bool exact = random() % 3 == 0;
        auto made =
            election_test::made_certificate(code, model, exact ? margin_claim::exactly : margin_claim::at_least,
                                            worst.margin + lift, exact ? election::to_string(worst.message) : "", random);
        made.reported = election::to_string(worst.reported);
        if (random() % 8 == 0) {
            made.claim = margin_claim::at_most;
            made.margin = worst.margin - lift;
            made.witness = election::to_string(worst.message);
            made.sides.clear();
        }
        if (random() % 4 == 0) {
            std::vector<std::uint32_t> order(election::make_cover_problem(code, model, 1).cover.columns);
            std::iota(order.begin(), order.end(), 0U);
            auto images = order;
            std::swap(images[random() % images.size()], images[random() % images.size()]);
            const std::size_t step = 1 + random() % 2;
            const auto columns = order.size();
            for (auto& side : made.sides) {
                switch (random() % 4) {
                case 0:
                    side.proof = election::enumeration_lines();
                    break;
                case 1:
                    side.proof = election::orbit_lines(order, std::vector<std::vector<std::uint32_t>>{images});
                    break;
                case 2: // codes at random are seldom circles: many of these are false
                    side.proof = election::circulant_lines(step, step * (1 + random() % 4), order);
                    break;
                default:
                    side.proof = election::window_lines(columns % 2 == 0 ? columns / 2 : 1, order);
                }
            }
        }
        std::vector<std::string> lines;
        std::istringstream cut(written(made));
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
                // The model, too, may have been altered.
                const std::int64_t margin = election::verify_model_reference(code, checked.model).margin;
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

TEST_CASE("check_certificate: proofs for every model are accepted where the claim is true, and not where it is false") {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed() + 2));
    std::uint64_t nodes = 0;
    int one_line_proofs = 0;
    for (int round = 0; round < 1500; ++round) {
        const auto code = election_test::random_code(1 + random() % 6, 1 + random() % 5, density(random, 2, 7), random());
        const auto model = election_test::random_model(code, random);
        const auto worst = election::verify_model_reference(code, model);
        const std::size_t columns = election::make_cover_problem(code, model, 1).cover.columns;
        for (int lift : {0, 1}) {
            const bool exact = random() % 2 == 0;
            const std::string witness = exact ? election::to_string(worst.message) : "";
            election_test::certificate_habits habits;
            habits.steps = static_cast<int>(random() % 5); // few make poor bounds and larger trees
            auto made = election_test::made_certificate(code, model, exact ? margin_claim::exactly : margin_claim::at_least,
                                                        worst.margin + lift, witness, random, habits);
            if (exact) made.reported = election::to_string(worst.reported);
            const auto outcome = [&] {
                const std::string text = written(made);
                CAPTURE(text);
                const auto checked = check_certificate(code, text);
                nodes += checked.nodes;
                CHECK(checked.margin == worst.margin + lift);
                CHECK(checked.witness == (!exact      ? witness_check::absent
                                          : lift == 0 ? witness_check::confirmed
                                                      : witness_check::wrong));
                return checked.proved();
            };
            CHECK(outcome() == (lift == 0));
            // The other proofs: a table always proves what is true; bounds, right or wrong, nothing else.
            std::vector<std::uint32_t> order(columns);
            std::iota(order.begin(), order.end(), 0U);
            std::ranges::shuffle(order, random);
            for (auto& side : made.sides) side.proof = election::frontier_lines(order);
            CHECK(outcome() == (lift == 0));
            for (auto& side : made.sides) side.proof = election::enumeration_lines();
            CHECK(outcome() == (lift == 0));
            const auto at_most_true = [&] {
                const bool proved = outcome();
                CHECK((lift == 0 || !proved));
                one_line_proofs += proved ? 1 : 0;
            };
            for (auto& side : made.sides) side.proof = election::constant_lines();
            at_most_true();
            // An exchange of two columns often maps the rows to the rows, of twins above all.
            std::vector<std::uint32_t> exchange(columns);
            std::iota(exchange.begin(), exchange.end(), 0U);
            std::swap(exchange[random() % columns], exchange[random() % columns]);
            for (auto& side : made.sides) {
                side.proof = election::orbit_lines(order, std::vector<std::vector<std::uint32_t>>{exchange});
            }
            at_most_true();
            std::vector<std::uint32_t> workers(code.workers());
            std::iota(workers.begin(), workers.end(), 0U);
            std::ranges::shuffle(workers, random);
            workers.resize(1 + random() % workers.size());
            const election::row_conflict conflict[] = {{workers, workers.size() > 2 && random() % 2 == 0}};
            for (auto& side : made.sides) side.proof = election::conflict_lines(conflict);
            at_most_true();
            // Any rows are closed under the rotation by all columns, and any that hold a column or all but one are windows.
            for (auto& side : made.sides) side.proof = election::circulant_lines(columns, columns, order);
            at_most_true();
            for (auto& side : made.sides) side.proof = election::window_lines(1, order);
            if (columns >= 2 && columns <= 8) at_most_true();
            const auto a = static_cast<std::int64_t>(random() % 17) - 8;
            const auto c = static_cast<std::int64_t>(random() % 17) - 8;
            for (auto& side : made.sides) {
                side.proof = election::moment_lines(a, c, 2, random() % 2 == 0 ? workers : std::vector<std::uint32_t>{});
            }
            at_most_true();
        }
    }
    CHECK(nodes > 1000); // compilers draw other codes
    CHECK(one_line_proofs > 300);
}

TEST_CASE("check_certificate: a proof for one model is one for another only if the claim is true of that") {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed() + 3));
    int proved = 0;
    int refused = 0;
    for (int round = 0; round < 1500; ++round) {
        const auto code = election_test::random_code(1 + random() % 5, 1 + random() % 5, density(random, 2, 7), random());
        const auto worst_of = [&](const election::exact_model& model) {
            return election::verify_model_reference(code, model);
        };
        const auto model = election_test::random_model(code, random);
        const auto worst = worst_of(model);
        const bool exact = random() % 2 == 0;
        auto made = election_test::made_certificate(code, model, exact ? margin_claim::exactly : margin_claim::at_least,
                                                    worst.margin, exact ? election::to_string(worst.message) : "", random);
        made.reported = election::to_string(worst.reported);
        // All of another model, or one thing in it.
        const auto other = election_test::random_model(code, random);
        switch (random() % 6) {
        case 0:
            made.model = other;
            break;
        case 1:
            made.model.alphabet = other.alphabet;
            break;
        case 2:
            made.model.weights = other.weights;
            break;
        case 3:
            made.model.liars = other.liars;
            break;
        case 4:
            made.model.may_lose = other.may_lose;
            break;
        default:
            made.model.corrupted = other.corrupted;
        }
        const std::string text = written(made);
        CAPTURE(text);
        try {
            const auto checked = check_certificate(code, text);
            ++(checked.proved() ? proved : refused);
            if (!checked.proved()) continue;
            const auto margin = worst_of(checked.model).margin;
            CHECK((exact ? checked.margin == margin : checked.margin <= margin));
        } catch (const election::format_error&) {
            ++refused;
        }
    }
    CHECK(proved > 300);
    CHECK(refused > 300);
}

TEST_CASE("check_certificate: every model's lines") {
    const packed_allocation code(matrix({"110", "011", "111", "100"}));
    // Ternary: two of six columns lose. All four workers tie at worst: (+ − +) is no worse than (0 0 +).
    const auto with = [&](const std::string& model, const std::string& body) {
        return outcome(code, body, "abstain\n" + model);
    };
    CHECK(with("alphabet ternary", "claim margin 1\nwitness 00+\nside + loss 5\nfrontier 0,1,2,3,4,5\n") ==
          "line 6: the witness has margin 2");
    CHECK(with("alphabet ternary", "claim margin 1\nwitness -++\nside + loss 5\nfrontier 0,1,2,3,4,5\n") == "proved");
    CHECK(with("alphabet ternary", "claim margin at least 2\nside + loss 6\nfrontier 0,1,2,3,4,5\n") ==
          "line 7: a choice has no more loss than the target");
    CHECK(with("alphabet ternary", "claim margin at least 1\nside + loss 5\nfrontier 0,1,2,3,4,6\n") ==
          "F:7: a column must be a whole number up to 5");
    CHECK(with("alphabet ternary", "claim margin 1\nwitness -+x\n") == "F:6: must have 3 signs, +, - or 0");
    CHECK(outcome(code, "claim margin 0\nwitness -0+\n") == "F:5: must have 3 signs, + or -");
    // Weights: all votes are 1 + 2 + 3 + 4.
    CHECK(with("weights 1,2,3,4", "claim margin 1\nwitness -++\nside + loss 11\nfrontier 0,1,2\n") == "proved");
    CHECK(with("weights 1,2,3,4", "claim margin 1\nwitness -++\nside + loss 10\nfrontier 0,1,2\n") ==
          "line 7: so much loss does not show the margin that is claimed");
    // The worker that votes wrong when partition 0 loses always does: nothing is left but ties.
    CHECK(with("liars 3", "claim margin 0\nwitness +-+\nside + loss 4\nfrontier 0,1,2\n") == "proved");
    CHECK(with("liars 3", "claim margin at least 1\nside + loss 5\nfrontier 0,1,2\n") ==
          "line 7: a choice has no more loss than the target");
    // Partition 1 alone may lose: the first two tie. It is column 0 of one.
    CHECK(with("may-lose 1", "claim margin 2\nwitness +-+\nside + loss 6\nfrontier 0\n") == "proved");
    CHECK(with("may-lose 1", "claim margin 2\nwitness -++\nside + loss 6\nfrontier 0\n") ==
          "line 6: partition 0 may not lose");
    // Two lose, one of them corrupted.
    CHECK(with("corrupted 1", "claim margin -3\nwitness -++\nreported --+\nside + loss 1\nfrontier 0,1,2\n") == "proved");
    CHECK(with("corrupted 1", "claim margin -3\nwitness -++\nside + loss 1\nfrontier 0,1,2\n") ==
          "F:7: must be 'reported' and a sign for every partition");
    CHECK(with("corrupted 1", "claim margin -3\nwitness -++\nreported ---\nside + loss 1\nfrontier 0,1,2\n") ==
          "line 7: 2 partitions report another sign, and 1 can be corrupted");
    CHECK(outcome(code, "claim margin 1\nwitness -++\nreported -++\nside + loss 5\nfrontier 0,1,2\n") ==
          "F:6: must be a side or 'sum', the checksum");
    // Lines of a model stand before the claim, in their order.
    CHECK(with("liars 3\nalphabet ternary", "claim margin at least -4\nside + loss 0\nconstant\n") ==
          "F:5: must be 'claim margin', perhaps 'at least' or 'at most', and a number");
    CHECK(outcome(code, "claim margin at least -4\nliars 3\nside + loss 0\nconstant\n") ==
          "F:5: must be a side or 'sum', the checksum");
}

TEST_CASE("check_certificate: any byte that is changed, lost or added is noticed") {
    std::mt19937 random(5);
    const auto code = election::deterministic(7, 1);
    const packed_allocation packed(code);
    const std::string text =
        written(election_test::made_certificate(packed, tie_policy::abstain, margin_claim::exactly, 3,
                                                election::to_string(election::verify_reference(code).witness), random));
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
              "F:6: must be a proof: rows, constant, moment, conflict, group, frontier, circulant, windows, "
              "enumerate or orbits"},
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

TEST_CASE("check_certificate: known codes, with their tolerance as the claim") {
    std::mt19937 random(23);
    for (const auto& known : election_test::optimal_codes()) {
        CAPTURE(known.name);
        const auto code = election_test::matrix_of(known);
        for (int lift : {0, 1}) {
            const auto made = election_test::made_certificate(code, tie_policy::abstain, margin_claim::at_least,
                                                              2 * (known.tolerance + lift) + 1, "", random);
            const std::string text = written(made);
            CHECK(check_certificate(code, text).proved() == (lift == 0));
        }
    }
}
