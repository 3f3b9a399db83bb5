// SPDX-License-Identifier: MIT
#include <election/train/ballot_box.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/bits/sign_vector.hpp>
#include <election/bits/ternary.hpp>
#include <election/train/vote_form.hpp>
#include <support/packed_signs.hpp>
#include <support/seed.hpp>

using namespace election;

TEST_CASE_TEMPLATE("the decision is the sign of the sum of the votes that came", Form, binary_form, abstaining_form,
                   ternary_form) {
    CAPTURE(election_test::seed());
    using votes = typename Form::votes;
    const std::size_t d = 77;
    const std::size_t n = 6;
    for (const tie_sign tie : {tie_sign::positive, tie_sign::negative}) {
        ballot_box<Form> box(n, d, tie);
        CHECK(box.workers() == n);
        CHECK(box.signs() == d);
        for (std::uint64_t step = 0; step < 64; ++step) {
            CAPTURE(step);
            box.open(step);
            CHECK(box.counted() == 0);
            std::vector<int> sums(d);
            for (std::size_t i = 0; i < n; ++i) {
                if ((step >> i & 1U) == 0) continue;
                const auto vote = election_test::random_vote_row(d, votes::abstains, election_test::seed() + 100 * step + i);
                for (std::size_t j = 0; j < d; ++j) sums[j] += vote[j];
                const typename votes::vector row{std::string_view(election_test::text_of(vote))};
                std::vector<std::byte> message(static_cast<std::size_t>(wire_bytes<votes>(row.size())));
                write_wire<votes>(vote_header<votes>(i, step, d), row.view(), message);
                CHECK(box.put(message, i == 0 ? 1 : 0) == wire_fault::worker);
                CHECK(!box.has(i));
                CHECK(box.put(message, i) == wire_fault::none);
                CHECK(box.has(i));
                write_wire<votes>(vote_header<votes>(i, step + 1, d), row.view(), message);
                CHECK(box.put(message, i) == wire_fault::step);
                CHECK(box.has(i));
            }
            CHECK(box.counted() == static_cast<std::size_t>(__builtin_popcountll(step)));
            typename Form::result::vector decision(d);
            box.decide(decision.span());
            const int tied = Form::result::abstains ? 0 : tie == tie_sign::positive ? 1 : -1;
            for (std::size_t j = 0; j < d; ++j) REQUIRE(decision[j] == (sums[j] > 0 ? 1 : sums[j] < 0 ? -1 : tied));
        }
    }
}

TEST_CASE_TEMPLATE("a vote that came in no message", Signs, binary, ternary) {
    using form = vote_form<Signs, Signs, Signs>;
    const typename Signs::vector vote(std::string_view("+-++"));
    ballot_box<form> box(3, 4);
    box.put_row(vote.view(), 1);
    CHECK(box.has(1));
    CHECK(box.counted() == 1);
    typename Signs::vector decision(4);
    box.decide(decision.span());
    CHECK(decision == vote);
    CHECK_THROWS_AS(box.put_row(typename Signs::vector(5).view(), 1), parameter_error);
}

TEST_CASE("what a worker sends") {
    sign_matrix votes(2, 9);
    votes[1].set(8, true);
    const std::vector<std::size_t> voters{2, 5};
    std::vector<std::uint8_t> silent{1, 0};
    const ballot<binary_form> sent{3, voters, votes.view(), silent};
    std::vector<std::byte> message;
    detail::write_vote(sent, 5, 9, message, "test");
    sign_vector received(9);
    CHECK(read_wire<binary>(message, vote_header<binary>(5, 3, 9), received) == wire_fault::none);
    CHECK(to_string(received) == "--------+");
    detail::write_vote(sent, 2, 9, message, "test");
    wire_header header;
    CHECK(message.size() == wire_header_bytes);
    REQUIRE(inspect_wire(message, header) == wire_fault::none);
    CHECK(header == wire_header{wire_kind::silence, 1, 2, 3, 9});
    CHECK_THROWS_WITH_AS(detail::write_vote(sent, 4, 9, message, "test"),
                         "election::test: worker = 4 must be among the voters", parameter_error);
}
