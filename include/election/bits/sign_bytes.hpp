// SPDX-License-Identifier: MIT
// Signs and votes as bytes, the same on every platform: with a header that describes them, or their words alone.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <election/bits/sign_matrix.hpp>
#include <election/bits/sign_span.hpp>
#include <election/bits/sign_vector.hpp>
#include <election/bits/ternary.hpp>
#include <election/bits/ternary_matrix.hpp>
#include <election/core/error.hpp>

namespace election {

/// \page sign_bytes_layout Layout of signs and votes as bytes
/// Numbers are little-endian.
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 4 | "ESGN" |
/// | 4 | 1 | version of the layout, 1 |
/// | 5 | 1 | kind: 0 signs, 1 votes |
/// | 6 | 1 | shape: 0 vector, 1 matrix |
/// | 7 | 1 | 0 |
/// | 8 | 8 | d: how many signs or votes, in each row of a matrix |
/// | 16 | 8 | n: how many rows; only in a matrix |
/// | 16 or 24 | | the words |
///
/// The *words* are those of the rows in order, without gaps: of each row ⌈d / 64⌉ words of 8 bytes with the signs, bit j % 64 of
/// word j / 64 being 1 where sign j is +1, and in votes as many that say which are there. Bits past the last sign, and signs of
/// absent votes, are 0: what is equal has equal bytes. Rows without a sign are not allowed in a matrix with a header, since no
/// bytes would stand for their number.

namespace detail {

[[nodiscard]] constexpr sign_view as_view(sign_view signs) noexcept { return signs; }
[[nodiscard]] constexpr ternary_view as_view(ternary_view votes) noexcept { return votes; }
[[nodiscard]] constexpr sign_matrix_view as_view(sign_matrix_view matrix) noexcept { return matrix; }
[[nodiscard]] constexpr ternary_matrix_view as_view(ternary_matrix_view matrix) noexcept { return matrix; }

[[nodiscard]] constexpr auto as_span(sign_span<std::uint64_t> signs) noexcept { return signs; }
[[nodiscard]] constexpr auto as_span(ternary_span<std::uint64_t> votes) noexcept { return votes; }
[[nodiscard]] constexpr auto as_span(sign_matrix_span<std::uint64_t> matrix) noexcept { return matrix; }
[[nodiscard]] constexpr auto as_span(ternary_matrix_span<std::uint64_t> matrix) noexcept { return matrix; }

} // namespace detail

/// What can be written as bytes.
///
/// Holds when: S is, or converts to, exactly one of sign_view, ternary_view, sign_matrix_view, ternary_matrix_view.
/// Example: sign_vector, ternary_matrix. Non-example: std::vector<bool>.
template <class S>
concept sign_storage = requires(const S& signs) {
    detail::as_view(signs);
};

/// What bytes can be read into: the same, where it can be written to.
template <class S>
concept writable_signs = requires(S&& signs) {
    detail::as_span(signs);
};

/// The first bytes of a message: what the others hold.
struct sign_bytes_header {
    bool is_ternary = false; ///< votes, which may be absent; otherwise signs
    bool is_matrix = false;  ///< rows; otherwise a vector
    std::size_t signs = 0;   ///< or votes; in each row of a matrix
    std::size_t rows = 1;    ///< 1 for a vector

    /// How many bytes the header takes: 16, or 24 for a matrix.
    [[nodiscard]] constexpr std::size_t size_bytes() const noexcept { return is_matrix ? 24 : 16; }
    /// Whether all is the same.
    friend constexpr bool operator==(const sign_bytes_header&, const sign_bytes_header&) = default;
};

namespace detail {

inline constexpr std::array<std::byte, 4> sign_bytes_magic{std::byte{'E'}, std::byte{'S'}, std::byte{'G'}, std::byte{'N'}};
inline constexpr unsigned sign_bytes_version = 1;

[[noreturn]] inline void refuse_bytes(std::initializer_list<std::string_view> what) {
    throw format_error("sign bytes", 0, joined(what));
}

// Says that it does not return, which require() cannot: otherwise g++ 12 warns of what would be done with too few bytes.
[[noreturn]] inline void refuse_size(std::string_view where, std::string_view parameter, std::size_t size,
                                     std::string_view rule) {
    throw parameter_error(where, parameter, shown(size), rule);
}

// One word; as bytes in constant evaluation and where the processor's order is another one.
constexpr void store_word(std::byte* to, std::uint64_t word) noexcept {
    if (std::endian::native == std::endian::little && !std::is_constant_evaluated()) {
        std::memcpy(to, &word, sizeof word);
    } else {
        for (unsigned i = 0; i < 8; ++i) to[i] = static_cast<std::byte>(word >> (8 * i) & 0xFFU);
    }
}
[[nodiscard]] constexpr std::uint64_t load_word(const std::byte* from) noexcept {
    std::uint64_t word = 0;
    if (std::endian::native == std::endian::little && !std::is_constant_evaluated()) {
        std::memcpy(&word, from, sizeof word);
    } else {
        for (unsigned i = 0; i < 8; ++i) word |= std::to_integer<std::uint64_t>(from[i]) << (8 * i);
    }
    return word;
}

[[nodiscard]] constexpr sign_bytes_header header_of(sign_view signs) noexcept { return {false, false, signs.size(), 1}; }
[[nodiscard]] constexpr sign_bytes_header header_of(ternary_view votes) noexcept { return {true, false, votes.size(), 1}; }
[[nodiscard]] constexpr sign_bytes_header header_of(sign_matrix_view m) noexcept {
    return {false, true, m.signs(), m.rows()};
}
[[nodiscard]] constexpr sign_bytes_header header_of(ternary_matrix_view m) noexcept {
    return {true, true, m.votes(), m.rows()};
}

/// Bytes of a row's words; no number of signs makes it overflow.
[[nodiscard]] constexpr std::size_t row_bytes(const sign_bytes_header& header) noexcept {
    return words_for(header.signs) * sizeof(std::uint64_t) * (header.is_ternary ? 2 : 1);
}

// Writing: each returns where the next word goes.
[[nodiscard]] constexpr std::byte* write_row(sign_view row, std::byte* to) noexcept {
    if (row.empty()) return to;
    const std::size_t last = words_for(row.size()) - 1;
    for (std::size_t w = 0; w < last; ++w, to += 8) store_word(to, row.data()[w]);
    store_word(to, row.data()[last] & last_word_mask(row.size()));
    return to + 8;
}
[[nodiscard]] constexpr std::byte* write_row(ternary_view row, std::byte* to) noexcept {
    const std::size_t words = words_for(row.size());
    for (std::size_t w = 0; w < words; ++w, to += 8) {
        const std::uint64_t counts = w + 1 == words ? last_word_mask(row.size()) : ~std::uint64_t{0};
        store_word(to, row.signs().data()[w] & row.present().data()[w] & counts);
    }
    return write_row(row.present(), to);
}

/// Calls visit(row, index) for every row of a matrix, or for a vector once, unless rows have no words.
template <class View, class Visit>
constexpr void for_each_row(const View& view, const Visit& visit) {
    const sign_bytes_header header = header_of(view);
    if (header.signs == 0) return;
    if constexpr (requires { view.rows(); }) {
        for (std::size_t i = 0; i < header.rows; ++i) visit(view[i], i);
    } else {
        visit(view, std::size_t{0});
    }
}

/// Reads a row's plane.
/// \returns the bits past the last sign that are not 0
[[nodiscard]] constexpr std::uint64_t read_row(sign_span<std::uint64_t> row, const std::byte* from) noexcept {
    const std::size_t words = words_for(row.size());
    for (std::size_t w = 0; w < words; ++w) row.data()[w] = load_word(from + 8 * w);
    return row.empty() ? 0 : row.data()[words - 1] & ~last_word_mask(row.size());
}

/// Reads the words of all rows, which `from` has enough of, and checks them.
template <class Span>
constexpr void read_rows(const Span& out, const std::byte* from) {
    for_each_row(out, [&](auto row, std::size_t i) {
        std::uint64_t padding = 0;
        std::uint64_t absent = 0;
        if constexpr (std::is_same_v<decltype(row), ternary_span<std::uint64_t>>) {
            const std::size_t words = words_for(row.size());
            padding = read_row(row.signs(), from);
            padding |= read_row(row.present(), from + 8 * words);
            for (std::size_t w = 0; w < words; ++w) absent |= row.signs().data()[w] & ~row.present().data()[w];
            from += 16 * words;
        } else {
            padding = read_row(row, from);
            from += 8 * words_for(row.size());
        }
        if (padding != 0) refuse_bytes({"bits past the last sign of row ", std::to_string(i), " are not 0"});
        if (absent != 0) refuse_bytes({"row ", std::to_string(i), " has signs of absent votes, which must be 0"});
    });
}

} // namespace detail

/// How many bytes write_words() writes: 8 a word, without a header.
/// \tparam Signs  signs or votes, a vector or a matrix, owned or viewed
/// \par Complexity
/// O(1)
template <sign_storage Signs>
[[nodiscard]] constexpr std::size_t payload_bytes(const Signs& signs) noexcept {
    const sign_bytes_header header = detail::header_of(detail::as_view(signs));
    return detail::row_bytes(header) * header.rows;
}

/// How many bytes to_bytes() writes: header and words.
/// \tparam Signs  signs or votes, a vector or a matrix, owned or viewed
/// \throws parameter_error  a matrix that has rows, but no signs in them
/// \par Complexity
/// O(1)
template <sign_storage Signs>
[[nodiscard]] constexpr std::size_t bytes_needed(const Signs& signs) {
    const sign_bytes_header header = detail::header_of(detail::as_view(signs));
    detail::require(!header.is_matrix || header.signs != 0 || header.rows == 0, "bytes_needed", "rows", header.rows,
                    "must be 0 in a matrix without signs");
    return header.size_bytes() + payload_bytes(signs);
}

/// Writes the words alone, little-endian, row after row; of votes each row's signs and then which are there.
///
/// For those who have a framing of their own; what was d and n, the reader must know. Padding and signs of absent votes are
/// written as 0, whatever they are.
/// \tparam Signs  signs or votes, a vector or a matrix, owned or viewed
/// \param signs   what to write
/// \param out     where to; of any alignment
/// \returns how many bytes were written: payload_bytes(signs)
/// \throws parameter_error  `out` is shorter than that
/// \par Complexity
/// O(n·d / 64)
///
/// \code
/// const election::sign_vector votes("+-+");
/// std::byte bytes[8];
/// assert(election::write_words(votes, bytes) == 8 && bytes[0] == std::byte{0b101} && bytes[7] == std::byte{0});
/// election::sign_vector received(3);
/// election::read_words(bytes, received);
/// assert(received == votes);
/// \endcode
template <sign_storage Signs>
constexpr std::size_t write_words(const Signs& signs, std::span<std::byte> out) {
    const std::size_t bytes = payload_bytes(signs);
    if (out.size() < bytes) detail::refuse_size("write_words", "out.size()", out.size(), "is less than payload_bytes()");
    std::byte* to = out.data();
    detail::for_each_row(detail::as_view(signs), [&](auto row, std::size_t) { to = detail::write_row(row, to); });
    return bytes;
}

/// Reads what write_words() wrote.
/// \tparam Signs  signs or votes, a vector or a matrix, owned or viewed
/// \param bytes   all of them and no more; of any alignment
/// \param out     where to; its size says how many signs there are. Unspecified after a failure
/// \throws parameter_error  the number of bytes is not payload_bytes(out)
/// \throws format_error     padding, or signs of absent votes, that are not 0
/// \par Complexity
/// O(n·d / 64)
template <writable_signs Signs>
constexpr void read_words(std::span<const std::byte> bytes, Signs&& out) {
    const auto span = detail::as_span(out);
    if (bytes.size() != payload_bytes(span))
        detail::refuse_size("read_words", "bytes.size()", bytes.size(), "is not payload_bytes()");
    detail::read_rows(span, bytes.data());
}

/// Writes signs or votes with a header, as \ref sign_bytes_layout says.
/// \tparam Signs  signs or votes, a vector or a matrix, owned or viewed
/// \param signs   what to write
/// \param out     where to; of any alignment
/// \returns how many bytes were written: bytes_needed(signs)
/// \throws parameter_error  `out` is shorter than that; a matrix that has rows, but no signs in them
/// \par Complexity
/// O(n·d / 64)
template <sign_storage Signs>
constexpr std::size_t to_bytes(const Signs& signs, std::span<std::byte> out) {
    const std::size_t bytes = bytes_needed(signs);
    if (out.size() < bytes) detail::refuse_size("to_bytes", "out.size()", out.size(), "is less than bytes_needed()");
    const sign_bytes_header header = detail::header_of(detail::as_view(signs));
    std::ranges::copy(detail::sign_bytes_magic, out.begin());
    out[4] = std::byte{detail::sign_bytes_version};
    out[5] = std::byte{header.is_ternary};
    out[6] = std::byte{header.is_matrix};
    out[7] = std::byte{0};
    detail::store_word(out.data() + 8, header.signs);
    if (header.is_matrix) detail::store_word(out.data() + 16, header.rows);
    write_words(signs, out.subspan(header.size_bytes()));
    return bytes;
}

/// The same as bytes of their own.
/// \tparam Signs  signs or votes, a vector or a matrix, owned or viewed
/// \throws parameter_error  a matrix that has rows, but no signs in them
/// \par Complexity
/// O(n·d / 64)
///
/// \code
/// const election::ternary_vector votes("+0-");
/// const std::vector<std::byte> bytes = election::to_bytes(votes);
/// assert(bytes.size() == 16 + 8 + 8);
/// assert(election::ternary_from_bytes(bytes) == votes);
/// \endcode
template <sign_storage Signs>
[[nodiscard]] constexpr std::vector<std::byte> to_bytes(const Signs& signs) {
    std::vector<std::byte> bytes(bytes_needed(signs), std::byte{0});
    to_bytes(signs, bytes);
    return bytes;
}

/// What bytes hold, by their header; for those who do not know whether signs or votes, or how many, will arrive.
///
/// All of the header is checked, and that exactly the bytes that it promises follow it: whatever it says, no more memory than a
/// small multiple of the bytes' number is needed to read them. The words are not looked at.
/// \param bytes  what to_bytes() wrote, and no more
/// \throws format_error  too few or too many bytes, another magic, version, kind or shape
/// \par Complexity
/// O(1)
///
/// \code
/// const auto header = election::header_from_bytes(election::to_bytes(election::sign_matrix(3, 100)));
/// assert(header.is_matrix && !header.is_ternary && header.rows == 3 && header.signs == 100);
/// \endcode
[[nodiscard]] constexpr sign_bytes_header header_from_bytes(std::span<const std::byte> bytes) {
    const auto number = [&](std::size_t place) { return std::to_integer<unsigned>(bytes[place]); };
    const auto require_size = [&](std::size_t least) {
        if (bytes.size() < least) detail::refuse_bytes({std::to_string(bytes.size()), " bytes are fewer than a header has"});
    };
    require_size(16);
    if (!std::ranges::equal(bytes.first(4), detail::sign_bytes_magic)) detail::refuse_bytes({"do not begin with \"ESGN\""});
    if (number(4) != detail::sign_bytes_version) {
        detail::refuse_bytes({"version ", std::to_string(number(4)), " is not known; only version 1 is"});
    }
    if (number(5) > 1) detail::refuse_bytes({"kind ", std::to_string(number(5)), " must be 0 (signs) or 1 (votes)"});
    if (number(6) > 1) detail::refuse_bytes({"shape ", std::to_string(number(6)), " must be 0 (vector) or 1 (matrix)"});
    if (number(7) != 0) detail::refuse_bytes({"byte 7 is ", std::to_string(number(7)), " and must be 0"});
    sign_bytes_header header{number(5) == 1, number(6) == 1, 0, 1};
    require_size(header.size_bytes());
    const std::uint64_t signs = detail::load_word(bytes.data() + 8);
    const std::uint64_t rows = header.is_matrix ? detail::load_word(bytes.data() + 16) : 1;
    const auto refuse_length = [&] {
        const std::string of_rows = header.is_matrix ? std::to_string(rows) + " rows of " : std::string();
        detail::refuse_bytes({std::to_string(bytes.size() - header.size_bytes()), " bytes after the header are not what ",
                              of_rows, std::to_string(signs), " signs take"});
    };
    if (!std::in_range<std::size_t>(signs) || !std::in_range<std::size_t>(rows)) refuse_length();
    header.signs = static_cast<std::size_t>(signs);
    header.rows = static_cast<std::size_t>(rows);
    if (header.is_matrix && header.signs == 0 && header.rows != 0) {
        detail::refuse_bytes({std::to_string(rows), " rows without signs; there must be none"});
    }
    // Divided, not multiplied: the product may be too large for a number.
    const std::size_t payload = bytes.size() - header.size_bytes();
    const std::size_t row = detail::row_bytes(header);
    if (row == 0 || rows == 0 ? payload != 0 : payload % row != 0 || payload / row != header.rows) refuse_length();
    return header;
}

namespace detail {

/// The header, which must say what is expected.
[[nodiscard]] constexpr sign_bytes_header expected_header(std::span<const std::byte> bytes, bool is_ternary,
                                                          bool is_matrix) {
    constexpr std::array<std::string_view, 4> names{"signs", "votes", "a matrix of signs", "a matrix of votes"};
    const sign_bytes_header header = header_from_bytes(bytes);
    if (header.is_ternary != is_ternary || header.is_matrix != is_matrix) {
        refuse_bytes({"hold ", names[(header.is_ternary ? 1U : 0U) + (header.is_matrix ? 2U : 0U)], " and not ",
                      names[(is_ternary ? 1U : 0U) + (is_matrix ? 2U : 0U)]});
    }
    return header;
}

} // namespace detail

/// Reads signs that to_bytes() wrote.
/// \param bytes  all of them and no more; of any alignment
/// \throws format_error  anything that to_bytes() does not write; nothing large is allocated before that is known
/// \par Complexity
/// O(d / 64)
[[nodiscard]] constexpr sign_vector signs_from_bytes(std::span<const std::byte> bytes) {
    const sign_bytes_header header = detail::expected_header(bytes, false, false);
    sign_vector signs(header.signs);
    detail::read_rows(signs.span(), bytes.data() + header.size_bytes());
    return signs;
}

/// Reads votes that to_bytes() wrote.
/// \param bytes  all of them and no more; of any alignment
/// \throws format_error  anything that to_bytes() does not write; nothing large is allocated before that is known
/// \par Complexity
/// O(d / 64)
[[nodiscard]] constexpr ternary_vector ternary_from_bytes(std::span<const std::byte> bytes) {
    const sign_bytes_header header = detail::expected_header(bytes, true, false);
    ternary_vector votes(header.signs);
    detail::read_rows(votes.span(), bytes.data() + header.size_bytes());
    return votes;
}

/// Reads rows of signs that to_bytes() wrote.
/// \param bytes  all of them and no more; of any alignment
/// \throws format_error  anything that to_bytes() does not write; nothing large is allocated before that is known
/// \par Complexity
/// O(n·d / 64)
///
/// \code
/// election::sign_matrix votes(3, 100);
/// votes[2].set(99, true);
/// assert(election::sign_matrix_from_bytes(election::to_bytes(votes)) == votes);
/// \endcode
[[nodiscard]] constexpr sign_matrix sign_matrix_from_bytes(std::span<const std::byte> bytes) {
    const sign_bytes_header header = detail::expected_header(bytes, false, true);
    sign_matrix matrix(header.rows, header.signs);
    detail::read_rows(matrix.span(), bytes.data() + header.size_bytes());
    return matrix;
}

/// Reads rows of votes that to_bytes() wrote.
/// \param bytes  all of them and no more; of any alignment
/// \throws format_error  anything that to_bytes() does not write; nothing large is allocated before that is known
/// \par Complexity
/// O(n·d / 64)
[[nodiscard]] constexpr ternary_matrix ternary_matrix_from_bytes(std::span<const std::byte> bytes) {
    const sign_bytes_header header = detail::expected_header(bytes, true, true);
    ternary_matrix matrix(header.rows, header.signs);
    detail::read_rows(matrix.span(), bytes.data() + header.size_bytes());
    return matrix;
}

} // namespace election
