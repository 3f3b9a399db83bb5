// SPDX-License-Identifier: MIT
#include <election/estimate/task.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/cyclic.hpp>
#include <election/codes/uncoded.hpp>
#include <support/random_code.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

estimation_task example_task() {
    estimation_task task(cyclic(5, 5, 3, 1));
    task.with("ties", "abstain").with("messages", "independent:0.6").with("attack", "against").with("liars", 2);
    return task;
}

bool all_different(std::vector<std::uint64_t> hashes) {
    std::sort(hashes.begin(), hashes.end());
    return std::adjacent_find(hashes.begin(), hashes.end()) == hashes.end();
}

} // namespace

TEST_CASE("a hash prints as 16 hexadecimal digits") {
    CHECK(hex_digits(0) == "0000000000000000");
    CHECK(hex_digits(0xfedcba9876543210U) == "fedcba9876543210");
}

TEST_CASE("hashes are what they were: results files of other machines and of older programs are read") {
    CHECK(hex_digits(detail::text_hash("")) == "873e6848283318eb");
    CHECK(hex_digits(detail::text_hash("ties=abstain")) == "9ea04664323c2401");
    CHECK(hex_digits(matrix_hash(uncoded(3))) == "698a3128ea82baed");
    CHECK(example_task().str() ==
          "matrix=fa6be5038d831594 n=5 k=5 ties=abstain messages=independent:0.6 attack=against liars=2");
    CHECK(example_task().id() == "c98f5b4ccc079415");
}

TEST_CASE("a matrix has one hash in every form, and every entry and the shape count") {
    CAPTURE(election_test::seed());
    const std::vector<std::vector<int>> rows{{1, 1, 0}, {0, 1, 1}};
    CHECK(matrix_hash(rows) == matrix_hash(packed(rows)));
    for (std::size_t k : {1U, 63U, 64U, 65U, 130U}) {
        packed_allocation code = election_test::random_code(3, k, 0.5, election_test::seed() + k);
        std::vector<std::uint64_t> hashes{matrix_hash(code)};
        for (std::size_t i = 0; i < 3; ++i) {
            for (std::size_t j = 0; j < k; ++j) {
                const bool one = code(i, j);
                one ? code.reset(i, j) : code.set(i, j);
                hashes.push_back(matrix_hash(code));
                one ? code.set(i, j) : code.reset(i, j);
            }
        }
        CHECK(matrix_hash(code) == hashes.front());
        CHECK(all_different(hashes));
    }
    std::vector<std::uint64_t> empty; // all entries 0: only the shape tells them apart
    for (std::size_t n = 1; n <= 20; ++n) {
        for (std::size_t k = 1; k <= 20; ++k) empty.push_back(matrix_hash(packed_allocation(n, k)));
    }
    CHECK(all_different(empty));
}

TEST_CASE("equal tasks have equal hashes; fields, values and their order count") {
    CHECK(example_task() == example_task());
    CHECK(example_task().hash() == example_task().hash());
    std::vector<std::uint64_t> hashes{example_task().hash(), estimation_task().hash()};
    const auto add = [&](const estimation_task& task) {
        CHECK_FALSE(task == example_task());
        hashes.push_back(task.hash());
    };
    add(example_task().with("method", "plain"));
    add(example_task().with("method", "splitting"));
    add(estimation_task().with("ties", "abstain").with("liars", 2));
    add(estimation_task().with("liars", 2).with("ties", "abstain"));
    add(estimation_task().with("liars", 3).with("ties", "abstain"));
    add(estimation_task().with("liars", 23).with("ties", "abstain"));
    add(estimation_task(cyclic(5, 5, 3, 2)));
    for (std::size_t length = 1; length <= 40; ++length) add(estimation_task().with("a", std::string(length, 'x')));
    CHECK(all_different(hashes));
}

TEST_CASE("every bit of a text reaches about half of the bits of the hash") {
    // Seven changed bits flip 224 of 448 bits of a good hash, give or take 11; nothing here is drawn.
    const std::string text = "matrix=0123456789abcdef n=31 k=31 ties=abstain liars=12";
    for (std::size_t place : {std::size_t{0}, text.size() / 2, text.size() - 1}) {
        int changed = 0;
        for (int bit = 0; bit < 7; ++bit) {
            std::string other = text;
            other[place] = static_cast<char>(other[place] ^ (1 << bit));
            changed += std::popcount(detail::text_hash(text) ^ detail::text_hash(other));
        }
        CAPTURE(place);
        CHECK(changed > 7 * 16);
        CHECK(changed < 7 * 48);
    }
}

TEST_CASE("fields are found, and the text reads back") {
    const estimation_task task = example_task();
    CHECK(task.find("liars") == "2");
    CHECK(task.find("n") == "5");
    CHECK_FALSE(task.find("method").has_value());
    CHECK(task.fields().size() == 7);
    CHECK(estimation_task::parse(task.str()) == task);
    CHECK(estimation_task::parse("a=1") == estimation_task().with("a", 1));
    CHECK(estimation_task().with("q", 0.1).with("p", 1e-15).str() == "q=0.1 p=1e-15");
    CHECK(estimation_task().with("placement", "fixed:1,2,\"3\"").str() == "placement=fixed:1,2,\"3\"");
}

TEST_CASE("what is no task is refused") {
    for (const char* text : {"", " ", "a", "a=", "=1", "a=1 ", " a=1", "a=1  b=2", "a=1 a=2", "A=1", "1=1", "a=b=c",
                             "a=1\tb=2", "a=1\n", "a=\xc3\xa4", "a=1 b"}) {
        CAPTURE(text);
        CHECK_THROWS_AS((void)estimation_task::parse(text), error);
    }
    CHECK_THROWS_WITH_AS((void)estimation_task::parse("no"),
                         "election::estimation_task: a task must look like key=value key=value", error);
    CHECK_THROWS_WITH_AS(estimation_task().with("a", 1).with("a", 2),
                         "election::estimation_task: key = a must not stand twice", parameter_error);
    CHECK_THROWS_WITH_AS(estimation_task().with("A", 1), "election::estimation_task: key = 'A' must be a lower-case word",
                         parameter_error);
    CHECK_THROWS_WITH_AS(estimation_task().with("a", "1 2"),
                         "election::estimation_task: a = '1 2' must be printable ASCII characters without blanks and '='",
                         parameter_error);
    CHECK_THROWS_WITH_AS(estimation_task().with("a", "1\n2"),
                         "election::estimation_task: a = '…' must be printable ASCII characters without blanks and '='",
                         parameter_error);
}
