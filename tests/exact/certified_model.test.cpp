// SPDX-License-Identifier: MIT
#include <election/exact/certified_model.hpp>

#include <cstddef>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/packed_allocation.hpp>
#include <election/codes/uncoded.hpp>
#include <election/core/error.hpp>
#include <election/core/ties.hpp>
#include <election/exact/certificate.hpp>
#include <election/exact/certificate_lines.hpp>
#include <election/exact/exact_model.hpp>
#include <support/random_code.hpp>
#include <support/random_model.hpp>

namespace {

using election::exact_model;
using election::packed_allocation;

/// Of lines that follow the one about ties; what stands in the line behind the model has to be "claim".
exact_model read(const packed_allocation& code, const std::string& text) {
    std::istringstream stream(std::string("ties coin\n").append(text));
    election::detail::certificate_lines lines(stream, "F");
    REQUIRE(lines.next());
    const exact_model model = election::detail::read_certified_model(code, election::tie_policy::coin, lines);
    CHECK(lines.rest() == "claim");
    return model;
}

std::string refused(const std::string& text) {
    try {
        (void)read(packed_allocation(election::uncoded(3)), text);
    } catch (const election::format_error& failure) {
        return failure.what();
    }
    return "read";
}

bool same(const exact_model& a, const exact_model& b) {
    return a.alphabet == b.alphabet && a.weights == b.weights && a.liars == b.liars && a.may_lose == b.may_lose &&
           a.corrupted == b.corrupted;
}

} // namespace

TEST_CASE("certified_model: what is written is read") {
    std::mt19937 random(3);
    for (int round = 0; round < 500; ++round) {
        const auto code = election_test::random_code(1 + random() % 5, 1 + random() % 5, 0.5, random());
        const exact_model model = election_test::random_model(code, random);
        std::string text;
        election::detail::append_model(text, model);
        CHECK(text.empty() == is_plain(model));
        const exact_model found = read(code, text + "claim\n");
        CHECK(same(found, model));
        CHECK(found.ties == election::tie_policy::coin);
    }
}

TEST_CASE("certified_model: every line has one form and one place") {
    struct {
        const char* lines;
        const char* outcome;
    } const cases[] = {
        {"claim\n", "read"},
        {"alphabet ternary\nweights 0,1,2\nliars 0,2\nmay-lose 1\ncorrupted 3\nclaim\n", "read"},
        {"alphabet binary\nclaim\n", "F:2: must be 'alphabet ternary'; the binary one has no line"},
        {"alphabet ternary \nclaim\n", "F:2: has more than its line may have"},
        {"weights 1,2\nclaim\n", "F:2: has 2 weights; the matrix has 3 workers"},
        {"weights 1,2,3,4\nclaim\n", "F:2: has 4 weights; the matrix has 3 workers"},
        {"weights 1,2,x\nclaim\n", "F:2: a weight must be a whole number up to 2147483647"},
        {"weights 1,2,2147483648\nclaim\n", "F:2: a weight must be a whole number up to 2147483647"},
        {"weights 1,0,2147483646\nclaim\n", "read"},
        {"weights 1,1,2147483646\nclaim\n", "F:2: has weights of more than 2147483647 in sum"},
        {"weights 1,1,1;\nclaim\n", "F:2: has more than its line may have"},
        {"liars \nclaim\n", "F:2: a worker must be a whole number up to 2"},
        {"liars 3\nclaim\n", "F:2: a worker must be a whole number up to 2"},
        {"liars 1,1\nclaim\n", "F:2: a worker must be above the one before it"},
        {"liars 1,0\nclaim\n", "F:2: a worker must be above the one before it"},
        {"liars 1 \nclaim\n", "F:2: has more than its line may have"},
        {"may-lose 3\nclaim\n", "F:2: a partition must be a whole number up to 2"},
        {"may-lose 2,1\nclaim\n", "F:2: a partition must be above the one before it"},
        {"corrupted 4\nclaim\n", "F:2: the number of corrupted partitions must be a whole number up to 3"},
        {"corrupted 0\nclaim\n", "F:2: must be at least 1; without corrupted partitions there is no line"},
        {"corrupted 1 \nclaim\n", "F:2: has more than its line may have"},
        {"corrupted 1\n", "F:2: is cut off after this line: the claim must follow"},
    };
    for (const auto& c : cases) {
        CAPTURE(c.lines);
        CHECK(refused(c.lines) == c.outcome);
    }
    // What is out of place is left to whoever reads the claim.
    std::istringstream stream("ties coin\nliars 0\nalphabet ternary\n");
    election::detail::certificate_lines lines(stream, "F");
    REQUIRE(lines.next());
    (void)election::detail::read_certified_model(packed_allocation(election::uncoded(3)), election::tie_policy::coin, lines);
    CHECK(lines.rest() == "alphabet ternary");
}
