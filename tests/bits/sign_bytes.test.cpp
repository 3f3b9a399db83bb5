// SPDX-License-Identifier: MIT
#include <election/bits/sign_bytes.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <support/packed_signs.hpp>
#include <support/seed.hpp>

using namespace election;

static_assert(sign_storage<sign_vector> && sign_storage<ternary_view> && sign_storage<sign_matrix> &&
              sign_storage<ternary_matrix_span<std::uint64_t>> && !sign_storage<std::vector<bool>>);
static_assert(writable_signs<sign_vector&> && writable_signs<ternary_span<std::uint64_t>> && !writable_signs<sign_view> &&
              !writable_signs<const sign_matrix&>);

namespace {

using bytes_vector = std::vector<std::byte>;

bytes_vector bytes_of(std::initializer_list<unsigned> values) {
    bytes_vector bytes;
    for (unsigned value : values) bytes.push_back(static_cast<std::byte>(value));
    return bytes;
}

/// In constant evaluation words are taken apart byte by byte, as on a processor with another order of bytes.
constexpr bool constant_sign_bytes() {
    const ternary_vector votes("+0-+");
    ternary_matrix rows(2, 65);
    rows[1].set(64, -1);
    std::array<std::byte, 16> words{};
    ternary_vector received(4);
    const bool written = write_words(votes, words) == 16;
    read_words(words, received);
    const sign_vector signs("++-");
    return written && words[0] == std::byte{0b1001} && words[8] == std::byte{0b1101} && received == votes &&
           ternary_matrix_from_bytes(to_bytes(rows)) == rows && signs_from_bytes(to_bytes(signs)) == signs &&
           bytes_needed(signs) == 24 && payload_bytes(rows) == 64;
}
static_assert(constant_sign_bytes());

/// Bytes of a value that are written in constant evaluation, byte by byte.
constexpr std::array<std::byte, 24> bytewise = [] {
    sign_vector signs(64);
    for (std::size_t j = 0; j < 64; j += 3) signs.set(j, true);
    std::array<std::byte, 24> bytes{};
    to_bytes(signs, bytes);
    return bytes;
}();

/// Reads bytes as whatever their header says, and writes what was read.
bytes_vector rewritten(const bytes_vector& bytes) {
    const sign_bytes_header header = header_from_bytes(bytes);
    if (header.is_matrix) {
        return header.is_ternary ? to_bytes(ternary_matrix_from_bytes(bytes)) : to_bytes(sign_matrix_from_bytes(bytes));
    }
    return header.is_ternary ? to_bytes(ternary_from_bytes(bytes)) : to_bytes(signs_from_bytes(bytes));
}

/// Whether the bytes are refused in one line; if they are not, what was read must give the same bytes again.
bool is_refused(const bytes_vector& bytes) {
    try {
        const bytes_vector again = rewritten(bytes);
        CHECK(again == bytes);
        return false;
    } catch (const format_error& failure) {
        const std::string text = failure.what();
        CHECK(text.starts_with("sign bytes: "));
        CHECK(text.find('\n') == std::string::npos);
        return true;
    }
}

std::string refusal(const bytes_vector& bytes) {
    try {
        (void)rewritten(bytes);
    } catch (const format_error& failure) {
        return failure.what();
    }
    return "is not refused";
}

} // namespace

TEST_CASE("the layout is what is documented") {
    CHECK(to_bytes(sign_vector("+-+")) ==
          bytes_of({'E', 'S', 'G', 'N', 1, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0}));
    CHECK(to_bytes(ternary_vector("+-0")) == bytes_of({'E', 'S', 'G', 'N', 1, 1, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, //
                                                       1,   0,   0,   0,   0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0}));
    sign_matrix rows(2, 65);
    rows[0].set(8, true);
    rows[1].set(64, true);
    CHECK(to_bytes(rows) == bytes_of({'E', 'S', 'G', 'N', 1, 0, 1, 0, 65, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, //
                                      0,   1,   0,   0,   0, 0, 0, 0, 0,  0, 0, 0, 0, 0, 0, 0,                         //
                                      0,   0,   0,   0,   0, 0, 0, 0, 1,  0, 0, 0, 0, 0, 0, 0}));
    ternary_matrix votes(2, 9);
    votes[0].set(8, 1);
    votes[1].set(0, -1);
    CHECK(to_bytes(votes) == bytes_of({'E', 'S', 'G', 'N', 1, 1, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, //
                                       0,   1,   0,   0,   0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0,                         //
                                       0,   0,   0,   0,   0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0}));
    CHECK(to_bytes(sign_vector()).size() == 16);
    CHECK(to_bytes(ternary_matrix(0, 5)).size() == 24);
    sign_vector signs(64);
    for (std::size_t j = 0; j < 64; j += 3) signs.set(j, true);
    CHECK(std::ranges::equal(to_bytes(signs), bytewise));
}

TEST_CASE("every size: there and back, whatever lies around the signs, at any alignment") {
    CAPTURE(election_test::seed());
    for (std::size_t d = 0; d <= 200; ++d) {
        CAPTURE(d);
        const std::uint64_t seed = election_test::seed() + 10 * d;
        const std::size_t n = d == 0 ? 0 : 1 + d % 3;
        const auto signs = election_test::loose_signs(election_test::random_vote_rows(n, d, false, seed), seed + 1);
        const election_test::loose_votes votes(election_test::random_vote_rows(n, d, true, seed + 2), seed + 3);
        REQUIRE(equal(sign_matrix_from_bytes(to_bytes(signs.view())), signs.view()));
        REQUIRE(equal(ternary_matrix_from_bytes(to_bytes(votes.view())), votes.view()));
        REQUIRE(to_bytes(signs.view()).size() == bytes_needed(signs.view()));
        // Owners have clean words, so that equal bytes show that nothing of what lies around was written.
        REQUIRE(to_bytes(sign_matrix(signs.view())) == to_bytes(signs.view()));
        REQUIRE(to_bytes(ternary_matrix(votes.view())) == to_bytes(votes.view()));
        const sign_view row = n == 0 ? sign_view() : signs.view()[0];
        const ternary_view vote_row = n == 0 ? ternary_view() : votes.view()[0];
        REQUIRE(equal(signs_from_bytes(to_bytes(row)), row));
        REQUIRE(equal(ternary_from_bytes(to_bytes(vote_row)), vote_row));

        // Into somebody's bytes, misaligned, with others around them that stay.
        for (std::size_t offset : {1U, 4U, 7U}) {
            const std::size_t size = payload_bytes(votes.view());
            bytes_vector bytes(offset + size + 3, std::byte{0xAA});
            REQUIRE(write_words(votes.view(), std::span(bytes).subspan(offset)) == size);
            REQUIRE(std::ranges::count(std::span(bytes).first(offset), std::byte{0xAA}) ==
                    static_cast<std::ptrdiff_t>(offset));
            REQUIRE(std::ranges::count(std::span(bytes).last(3), std::byte{0xAA}) == 3);
            ternary_matrix received(n, d);
            read_words(std::span(bytes).subspan(offset, size), received);
            REQUIRE(equal(received, votes.view()));
            bytes.assign(offset + bytes_needed(row) + 3, std::byte{0xAA});
            REQUIRE(to_bytes(row, std::span(bytes).subspan(offset)) == bytes_needed(row));
            REQUIRE(std::ranges::count(std::span(bytes).last(3), std::byte{0xAA}) == 3);
            REQUIRE(equal(signs_from_bytes(std::span(bytes).subspan(offset, bytes_needed(row))), row));
        }
    }
}

TEST_CASE("bytes whose number is wrong for words alone are refused, and so are words that are not clean") {
    bytes_vector bytes(15);
    CHECK_THROWS_WITH_AS(write_words(sign_vector(65), bytes),
                         "election::write_words: out.size() = 15 is less than payload_bytes()", parameter_error);
    CHECK_THROWS_WITH_AS(to_bytes(sign_vector(), bytes), "election::to_bytes: out.size() = 15 is less than bytes_needed()",
                         parameter_error);
    sign_vector out(65);
    CHECK_THROWS_WITH_AS(read_words(bytes, out), "election::read_words: bytes.size() = 15 is not payload_bytes()",
                         parameter_error);
    bytes.assign(17, std::byte{0});
    CHECK_THROWS_AS(read_words(bytes, out), parameter_error);
    bytes.assign(16, std::byte{2});
    CHECK_THROWS_WITH_AS(read_words(bytes, out), "sign bytes: bits past the last sign of row 0 are not 0", format_error);
    bytes.assign(32, std::byte{0});
    bytes[16] = std::byte{1};
    CHECK_THROWS_WITH_AS(read_words(bytes, ternary_matrix(2, 3)),
                         "sign bytes: row 1 has signs of absent votes, which must be 0", format_error);
    CHECK_THROWS_WITH_AS((void)to_bytes(sign_matrix(3, 0)),
                         "election::bytes_needed: rows = 3 must be 0 in a matrix without signs", parameter_error);
}

TEST_CASE("what is wrong is said in one line") {
    const bytes_vector good = to_bytes(sign_vector(65));
    const auto with = [&](std::size_t place, unsigned value) {
        bytes_vector bytes = good;
        bytes[place] = static_cast<std::byte>(value);
        return refusal(bytes);
    };
    CHECK(refusal({}) == "sign bytes: 0 bytes are fewer than a header has");
    CHECK(with(3, 'X') == "sign bytes: do not begin with \"ESGN\"");
    CHECK(with(4, 2) == "sign bytes: version 2 is not known; only version 1 is");
    CHECK(with(5, 2) == "sign bytes: kind 2 must be 0 (signs) or 1 (votes)");
    CHECK(with(6, 255) == "sign bytes: shape 255 must be 0 (vector) or 1 (matrix)");
    CHECK(with(7, 9) == "sign bytes: byte 7 is 9 and must be 0");
    CHECK(with(8, 64) == "sign bytes: 16 bytes after the header are not what 64 signs take");
    CHECK(with(15, 128) == "sign bytes: 16 bytes after the header are not what 9223372036854775873 signs take");
    CHECK(with(24, 2) == "sign bytes: bits past the last sign of row 0 are not 0");
    CHECK_THROWS_WITH_AS((void)ternary_from_bytes(good), "sign bytes: hold signs and not votes", format_error);
    CHECK_THROWS_WITH_AS((void)sign_matrix_from_bytes(good), "sign bytes: hold signs and not a matrix of signs",
                         format_error);
    CHECK_THROWS_WITH_AS((void)signs_from_bytes(to_bytes(ternary_matrix(1, 1))),
                         "sign bytes: hold a matrix of votes and not signs", format_error);
    bytes_vector votes = to_bytes(ternary_vector("+0"));
    votes[16] = std::byte{3};
    CHECK(refusal(votes) == "sign bytes: row 0 has signs of absent votes, which must be 0");
}

TEST_CASE("sizes that no memory holds are refused, not allocated") {
    const auto matrix = [](std::uint64_t signs, std::uint64_t rows, std::size_t payload, bool ternary) {
        bytes_vector bytes(24 + payload);
        std::ranges::copy(to_bytes(sign_matrix(0, 0)), bytes.begin());
        bytes[5] = std::byte{ternary};
        for (unsigned i = 0; i < 8; ++i) {
            bytes[8 + i] = static_cast<std::byte>(signs >> (8 * i));
            bytes[16 + i] = static_cast<std::byte>(rows >> (8 * i));
        }
        return refusal(bytes);
    };
    const std::uint64_t huge = std::uint64_t{1} << 63;
    for (bool ternary : {false, true}) {
        // Products that are 2^64 times too large to be told from what is there.
        CHECK(matrix(64, huge, 0, ternary).find("0 bytes after the header are not what 9223372036854775808 rows of 64") !=
              std::string::npos);
        CHECK(matrix(64, (std::uint64_t{1} << 61) + 1, 8, ternary).find("8 bytes after the header") != std::string::npos);
        CHECK(matrix(64, (std::uint64_t{1} << 60) + 1, 16, ternary).find("16 bytes after the header") != std::string::npos);
        CHECK(matrix(~std::uint64_t{0}, ~std::uint64_t{0}, 8, ternary).find("8 bytes") != std::string::npos);
        CHECK(matrix(0, huge, 0, ternary) == "sign bytes: 9223372036854775808 rows without signs; there must be none");
        CHECK(matrix(huge, 0, 0, ternary) == "is not refused"); // no rows, of whatever length
        CHECK(matrix(huge, 0, 8, ternary).find("8 bytes after the header") != std::string::npos);
    }
}

TEST_CASE("damaged bytes are refused, or are a value with the same bytes") {
    CAPTURE(election_test::seed());
    const std::uint64_t seed = election_test::seed();
    std::vector<bytes_vector> messages;
    for (std::size_t d : {0U, 1U, 63U, 64U, 65U, 130U}) {
        messages.push_back(
            to_bytes(election_test::loose_signs(election_test::random_vote_rows(1, d, false, seed), seed).view()[0]));
        messages.push_back(
            to_bytes(election_test::loose_votes(election_test::random_vote_rows(1, d, true, seed), seed).view()[0]));
        const std::size_t n = d == 0 ? 0 : 3;
        messages.push_back(
            to_bytes(election_test::loose_signs(election_test::random_vote_rows(n, d, false, seed), seed).view()));
        messages.push_back(
            to_bytes(election_test::loose_votes(election_test::random_vote_rows(n, d, true, seed), seed).view()));
    }
    std::size_t accepted = 0;
    for (const bytes_vector& message : messages) {
        REQUIRE_FALSE(is_refused(message));
        for (std::size_t size = 0; size < message.size(); ++size) {
            // In memory of exactly that size, so that reading behind it would be noticed.
            CHECK(is_refused(bytes_vector(message.begin(), message.begin() + static_cast<std::ptrdiff_t>(size))));
        }
        bytes_vector more = message;
        more.push_back(std::byte{0});
        CHECK(is_refused(more));
        for (std::size_t bit = 0; bit < 8 * message.size(); ++bit) {
            bytes_vector bytes = message;
            bytes[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
            accepted += is_refused(bytes) ? 0 : 1;
        }
        const counter_random random(seed);
        for (std::uint64_t round = 0; round < 300; ++round) {
            bytes_vector bytes = message;
            for (std::uint64_t change = 0; change < 3; ++change) {
                bytes[random.below(bytes.size(), 10 * round + 2 * change)] =
                    static_cast<std::byte>(random(10 * round + 2 * change + 1) & 0xFFU);
            }
            accepted += is_refused(bytes) ? 0 : 1;
        }
    }
    CHECK(accepted > 100); // flipped signs are other signs
}
