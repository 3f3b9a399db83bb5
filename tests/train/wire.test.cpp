// SPDX-License-Identifier: MIT
#include <election/train/wire.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/bits/sign_vector.hpp>
#include <election/bits/ternary.hpp>
#include <election/core/random.hpp>
#include <election/train/vote_form.hpp>
#include <support/packed_signs.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

template <class Signs>
typename Signs::vector random_signs(std::size_t d, std::uint64_t seed) {
    return typename Signs::vector(
        std::string_view(election_test::text_of(election_test::random_vote_row(d, Signs::abstains, seed))));
}

template <class Signs>
std::vector<std::byte> message_of(const wire_header& header, const typename Signs::vector& signs) {
    std::vector<std::byte> message(wire_bytes<Signs>(signs.size()), std::byte{0xFF});
    write_wire<Signs>(header, signs.view(), message);
    return message;
}

/// The layout by its description, byte after byte.
template <class Signs>
std::vector<std::byte> by_definition(const wire_header& header, const typename Signs::vector& signs) {
    const auto number = [](std::uint64_t value, std::size_t bytes) {
        std::vector<std::byte> out;
        for (std::size_t i = 0; i < bytes; ++i) out.push_back(static_cast<std::byte>(value >> (8 * i)));
        return out;
    };
    std::vector<std::byte> all{std::byte{'E'}, std::byte{'V'}, std::byte{'O'}, std::byte{'T'}, std::byte{1}};
    const auto append = [&](const std::vector<std::byte>& more) { all.insert(all.end(), more.begin(), more.end()); };
    append({static_cast<std::byte>(header.kind), static_cast<std::byte>(Signs::bits), std::byte{0}});
    append(number(header.worker, 4));
    append(number(0, 4));
    append(number(header.step, 8));
    append(number(signs.size(), 8));
    for (std::size_t p = 0; p < Signs::bits; ++p) {
        std::vector<std::byte> plane(signs.size() / 8 + (signs.size() % 8 != 0 ? 1 : 0));
        for (std::size_t j = 0; j < signs.size(); ++j) {
            if (p == 0 ? signs[j] > 0 : signs[j] != 0) plane[j / 8] |= std::byte{1} << (j % 8);
        }
        append(plane);
    }
    return all;
}

template <class Signs>
bool reads(std::span<const std::byte> message, const wire_header& header, std::size_t d) {
    typename Signs::vector out(d);
    return read_wire<Signs>(message, header, out) == wire_fault::none;
}

} // namespace

TEST_CASE_TEMPLATE("what is written is laid out as described and is read back", Signs, binary, ternary) {
    CAPTURE(election_test::seed());
    for (std::size_t d : {0U, 1U, 7U, 8U, 9U, 63U, 64U, 65U, 100U, 127U, 128U, 255U, 256U, 257U, 1000U}) {
        CAPTURE(d);
        const auto signs = random_signs<Signs>(d, election_test::seed() + d);
        const wire_header header = vote_header<Signs>(70'000 + d, (std::uint64_t{1} << 40U) + d, d);
        std::vector<std::byte> message = message_of<Signs>(header, signs);
        CHECK(message.size() == 32 + Signs::bits * ((d + 7) / 8));
        CHECK(wire_bytes<Signs>(d) == message.size());
        typename Signs::vector received(d);
        REQUIRE(read_wire<Signs>(message, header, received) == wire_fault::none);
        CHECK(received == signs);
        wire_header seen;
        REQUIRE(inspect_wire(message, seen) == wire_fault::none);
        CHECK(seen == header);
        // From an odd address too.
        std::vector<std::byte> odd(message.size() + 1);
        std::ranges::copy(message, odd.begin() + 1);
        CHECK(reads<Signs>(std::span(odd).subspan(1), header, d));
        std::fill_n(message.begin() + 12, 4, std::byte{0});
        CHECK(message == by_definition<Signs>(header, signs));
    }
    CHECK(wire_bytes<binary>(std::size_t{1} << 40U) == 32 + (std::uint64_t{1} << 37U));
}

TEST_CASE_TEMPLATE("padding of what is written does not matter, and is 0 in what is read", Signs, binary, ternary) {
    const std::size_t d = 77;
    std::vector<std::uint64_t> words(8, ~std::uint64_t{0});
    const auto loose = [&](std::uint64_t* at) {
        if constexpr (Signs::abstains) {
            return ternary_span(sign_span(at, d), sign_span(at + 2, d));
        } else {
            return sign_span(at, d);
        }
    };
    std::vector<std::byte> message(wire_bytes<Signs>(d));
    const wire_header header = decision_header<Signs>(3, d);
    write_wire<Signs>(header, loose(words.data()), message);
    CHECK(std::to_integer<unsigned>(message.back()) == (1U << (d % 8)) - 1);
    REQUIRE(read_wire<Signs>(message, header, loose(words.data() + 4)) == wire_fault::none);
    CHECK(words[4] == ~std::uint64_t{0});
    CHECK(words[5] == last_word_mask(d));
    if (Signs::abstains) CHECK(words[7] == last_word_mask(d));
}

TEST_CASE("absent votes have no sign after reading, whatever was sent") {
    std::vector<std::byte> message = message_of<ternary>(vote_header<ternary>(1, 2, 16), ternary_vector("++++++++--------"));
    message[34] = std::byte{0x0F};
    message[35] = std::byte{0xF0};
    detail::write_wire_header(vote_header<ternary>(1, 2, 16), message);
    ternary_vector out(16);
    REQUIRE(read_wire<ternary>(message, vote_header<ternary>(1, 2, 16), out) == wire_fault::none);
    CHECK(to_string(out) == "++++00000000----");
    CHECK(out.view().signs().data()[0] == 0x000FU);
    CHECK(out.view().present().data()[0] == 0xF00FU);
}

TEST_CASE("what is wrong is named, and nothing is written then") {
    const sign_vector vote("+-+++-+--+-");
    const wire_header header = vote_header<binary>(4, 9, vote.size());
    const std::vector<std::byte> good = message_of<binary>(header, vote);
    const auto fault_of = [&](const std::vector<std::byte>& message, wire_header expected) {
        sign_vector out("-----------");
        const wire_fault fault = read_wire<binary>(message, expected, out);
        CHECK(to_string(out) == (fault == wire_fault::none ? "+-+++-+--+-" : "-----------"));
        return fault;
    };
    CHECK(fault_of(good, header) == wire_fault::none);
    CHECK(fault_of({}, header) == wire_fault::size);
    CHECK(fault_of({good.begin(), good.begin() + 31}, header) == wire_fault::size);
    CHECK(fault_of({good.begin(), good.end() - 1}, header) == wire_fault::size);
    auto longer = good;
    longer.push_back(std::byte{0});
    CHECK(fault_of(longer, header) == wire_fault::size);
    const auto with = [&](std::size_t place, unsigned value) {
        auto changed = good;
        changed[place] = static_cast<std::byte>(value);
        return changed;
    };
    CHECK(fault_of(with(0, 'F'), header) == wire_fault::magic);
    CHECK(fault_of(with(4, 2), header) == wire_fault::version);
    CHECK(fault_of(with(7, 1), header) == wire_fault::version);
    CHECK(fault_of(with(5, 5), header) == wire_fault::kind);
    CHECK(fault_of(with(6, 3), header) == wire_fault::planes);
    CHECK(fault_of(with(6, 0), header) == wire_fault::planes);
    CHECK(fault_of(with(32, 0), header) == wire_fault::checksum);
    // A message that is right, but not what was expected.
    CHECK(fault_of(good, decision_header<binary>(9, 11)) == wire_fault::kind);
    CHECK(fault_of(good, vote_header<binary>(5, 9, 11)) == wire_fault::worker);
    CHECK(fault_of(good, vote_header<binary>(4, 8, 11)) == wire_fault::step);
    sign_vector other(12);
    CHECK(read_wire<binary>(good, vote_header<binary>(4, 9, 12), other) == wire_fault::signs);
    ternary_vector votes(11);
    CHECK(read_wire<ternary>(good, header, votes) == wire_fault::planes);
    // A liar with a right checksum.
    auto padded = with(33, 0xF0);
    detail::write_wire_header(header, padded);
    CHECK(fault_of(padded, header) == wire_fault::padding);
    // d that would need more bytes than can be counted.
    auto huge = good;
    std::fill_n(huge.begin() + 24, 8, std::byte{0xFF});
    CHECK(fault_of(huge, header) == wire_fault::size);

    std::set<std::string_view> words;
    for (int fault = 0; fault <= static_cast<int>(wire_fault::padding); ++fault)
        words.insert(describe(static_cast<wire_fault>(fault)));
    CHECK(words.size() == static_cast<std::size_t>(wire_fault::padding) + 1);
    CHECK(describe(wire_fault::step) == "wrong step");
    CHECK(describe(wire_fault::padding) == "bits past the last sign");
}

TEST_CASE("notices have no signs") {
    const wire_header header{wire_kind::silence, 1, 3, 12, 1000};
    auto notice = wire_notice(header);
    wire_header seen;
    REQUIRE(inspect_wire(notice, seen) == wire_fault::none);
    CHECK(seen == header);
    sign_vector out(1000);
    CHECK(read_wire<binary>(notice, vote_header<binary>(3, 12, 1000), out) == wire_fault::kind);
    notice[5] = static_cast<std::byte>(wire_kind::vote);
    CHECK(inspect_wire(notice, seen) == wire_fault::size);
}

TEST_CASE_TEMPLATE("every flipped bit and every truncation is found", Signs, binary, ternary) {
    for (std::size_t d : {0U, 5U, 64U, 300U}) {
        CAPTURE(d);
        const auto signs = random_signs<Signs>(d, election_test::seed() + d);
        const wire_header header = vote_header<Signs>(2, 77, d);
        std::vector<std::byte> message = message_of<Signs>(header, signs);
        for (std::size_t bit = 0; bit < 8 * message.size(); ++bit) {
            CAPTURE(bit);
            message[bit / 8] ^= std::byte{1} << (bit % 8);
            REQUIRE(!reads<Signs>(message, header, d));
            message[bit / 8] ^= std::byte{1} << (bit % 8);
        }
        for (std::size_t size = 0; size < message.size(); ++size) {
            REQUIRE(!reads<Signs>(std::span(message).first(size), header, d));
        }
        // Two words in each other's place.
        if (message.size() >= 48) {
            auto swapped = message;
            std::swap_ranges(swapped.begin() + 32, swapped.begin() + 36, swapped.begin() + 36);
            if (swapped != message) CHECK(!reads<Signs>(swapped, header, d));
        }
        REQUIRE(reads<Signs>(message, header, d));
    }
}

TEST_CASE_TEMPLATE("random bytes are never a message", Signs, binary, ternary) {
    CAPTURE(election_test::seed());
    const counter_random random(election_test::seed(), 1);
    std::uint64_t drawn = 0;
    const wire_header header = vote_header<Signs>(2, 77, 100);
    const auto good = message_of<Signs>(header, random_signs<Signs>(100, 1));
    for (int round = 0; round < 5'000; ++round) {
        std::vector<std::byte> message(random.below(120, drawn++));
        for (std::byte& byte : message) byte = static_cast<std::byte>(random(drawn++));
        // Most of a right header, so that later checks are reached too.
        if (round % 2 == 0) std::copy_n(good.begin(), std::min<std::size_t>(message.size(), 32), message.begin());
        REQUIRE(!reads<Signs>(message, header, 100));
        wire_header seen;
        REQUIRE(inspect_wire(message, seen) != wire_fault::none);
    }
    // The right size, a right checksum, and random signs: a vote like any other, in canonical form.
    for (int round = 0; round < 100; ++round) {
        auto message = good;
        for (std::size_t i = 32; i < message.size(); ++i) message[i] = static_cast<std::byte>(random(drawn++));
        detail::write_wire_header(header, message);
        typename Signs::vector out(100);
        const wire_fault fault = read_wire<Signs>(message, header, out);
        if (fault == wire_fault::none) {
            typename Signs::vector canonical(out.view());
            if constexpr (Signs::abstains) {
                CHECK(std::ranges::equal(canonical.view().signs().words(), out.view().signs().words()));
                CHECK(std::ranges::equal(canonical.view().present().words(), out.view().present().words()));
            } else {
                CHECK(std::ranges::equal(canonical.view().words(), out.view().words()));
            }
        } else {
            CHECK(fault == wire_fault::padding);
        }
    }
}

TEST_CASE("a message of another size than the signs need is refused") {
    std::vector<std::byte> message(33);
    CHECK_THROWS_WITH_AS(write_wire<binary>({}, sign_vector(9).view(), message),
                         "election::write_wire: message.size() = 33 is not wire_bytes()", parameter_error);
}
