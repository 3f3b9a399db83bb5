// SPDX-License-Identifier: MIT
// What travels between workers and master: a fixed header and packed signs, checked where it arrives.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <election/bits/sign_bytes.hpp>
#include <election/bits/sign_span.hpp>
#include <election/core/error.hpp>
#include <election/train/vote_form.hpp>

namespace election {

/// \page wire_layout Layout of a message of a round
/// Numbers are little-endian.
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 4 | "EVOT" |
/// | 4 | 1 | version of the layout, 1 |
/// | 5 | 1 | kind: see wire_kind |
/// | 6 | 1 | planes: 1 binary, 2 ternary |
/// | 7 | 1 | 0 |
/// | 8 | 4 | worker, from 0; in other messages than a worker's 0 |
/// | 12 | 4 | checksum of all other bytes |
/// | 16 | 8 | step, from 0 |
/// | 24 | 8 | d |
/// | 32 | | of each plane ⌈d / 8⌉ bytes: signs; of ternary votes then which are there |
///
/// Bit j % 8 of byte j / 8 is coordinate j. Bits past the last one are 0. A message of other kinds than votes and decisions ends
/// after its header.

/// Bytes of a message in front of its signs.
inline constexpr std::size_t wire_header_bytes = 32;

/// Bytes of a message with d signs: a header, and ⌈d / 8⌉ bytes a plane. O(1).
/// \tparam Signs  binary or ternary
template <class Signs>
[[nodiscard]] constexpr std::uint64_t wire_bytes(std::size_t d) noexcept {
    return wire_header_bytes + Signs::bits * (static_cast<std::uint64_t>(d) / 8 + (d % 8 != 0 ? 1 : 0));
}

/// What a message is.
enum class wire_kind : std::uint8_t {
    vote = 0,      ///< a worker's, with signs
    decision = 1,  ///< the master's, with signs
    silence = 2,   ///< a worker sends nothing in this step, and nobody needs to wait for it
    farewell = 3,  ///< a process has held its last round
    dismissal = 4, ///< the master has given a process up
};

/// What is wrong with a message.
enum class wire_fault : std::uint8_t {
    none,     ///< nothing
    size,     ///< another number of bytes than the header promises, or than a header has
    magic,    ///< it does not begin with "EVOT"
    version,  ///< of another layout, or bytes that must be 0 are not
    kind,     ///< of another kind than expected
    planes,   ///< binary instead of ternary or the other way round
    worker,   ///< another worker's
    step,     ///< of another step
    signs,    ///< another d
    checksum, ///< damaged on the way
    padding   ///< bits past the last sign are not 0
};

/// A fault in words, as "wrong size", or "nothing wrong".
[[nodiscard]] constexpr std::string_view describe(wire_fault fault) noexcept {
    constexpr std::array<std::string_view, 11> words{
        "nothing wrong", "wrong size",     "not a message",          "unknown version",
        "wrong kind",    "wrong planes",   "wrong worker",           "wrong step",
        "wrong d",       "wrong checksum", "bits past the last sign"};
    return words[static_cast<std::size_t>(fault)];
}

/// What the header of a message says, without its checksum.
struct wire_header {
    wire_kind kind = wire_kind::vote; ///< what it is
    std::size_t planes = 1;           ///< 1 binary, 2 ternary
    std::uint32_t worker = 0;         ///< whose vote
    std::uint64_t step = 0;           ///< from 0
    std::uint64_t signs = 0;          ///< d

    /// Whether all is the same.
    friend constexpr bool operator==(const wire_header&, const wire_header&) = default;
};

/// The header of a message that is a worker's vote. O(1).
/// \tparam Signs  binary or ternary
template <class Signs>
[[nodiscard]] constexpr wire_header vote_header(std::size_t worker, std::uint64_t step, std::size_t d) noexcept {
    return {wire_kind::vote, Signs::bits, static_cast<std::uint32_t>(worker), step, d};
}

/// The header of a message that is the master's decision. O(1).
/// \tparam Signs  binary or ternary
template <class Signs>
[[nodiscard]] constexpr wire_header decision_header(std::uint64_t step, std::size_t d) noexcept {
    return {wire_kind::decision, Signs::bits, 0, step, d};
}

namespace detail {

inline constexpr std::array<std::byte, 4> wire_magic{std::byte{'E'}, std::byte{'V'}, std::byte{'O'}, std::byte{'T'}};

constexpr void store_number(std::byte* to, std::uint64_t number, std::size_t bytes) noexcept {
    for (std::size_t i = 0; i < bytes; ++i) to[i] = static_cast<std::byte>(number >> (8 * i) & 0xFFU);
}
[[nodiscard]] constexpr std::uint64_t load_number(const std::byte* from, std::size_t bytes) noexcept {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < bytes; ++i) number |= std::to_integer<std::uint64_t>(from[i]) << (8 * i);
    return number;
}

/// Of all bytes but the checksum's own. Four hashes side by side, since one would wait for its own products.
[[nodiscard]] constexpr std::uint32_t wire_checksum(std::span<const std::byte> message) noexcept {
    std::array<std::uint64_t, 4> hash{load_word(message.data()), load_number(message.data() + 8, 4),
                                      load_word(message.data() + 16), load_word(message.data() + 24)};
    const std::byte* at = message.data() + wire_header_bytes;
    std::size_t left = message.size() - wire_header_bytes;
    for (std::uint64_t& h : hash) h = hash_step(0x9E3779B97F4A7C15U, h);
    for (; left >= 32; left -= 32, at += 32) {
        for (std::size_t lane = 0; lane < 4; ++lane) hash[lane] = hash_step(hash[lane], load_word(at + 8 * lane));
    }
    for (std::size_t lane = 0; left > 0; ++lane) {
        const std::size_t bytes = std::min<std::size_t>(left, 8);
        hash[lane] = hash_step(hash[lane], load_number(at, bytes));
        at += bytes;
        left -= bytes;
    }
    std::uint64_t all = message.size();
    for (std::uint64_t h : hash) all = hash_step(all, h);
    all = hash_step(all, 1);
    return static_cast<std::uint32_t>(all);
}

/// Bytes of a plane, whose last byte's upper bits are 0.
constexpr std::byte* write_plane(sign_view plane, std::byte* to) noexcept {
    const std::size_t bytes = plane.size() / 8 + (plane.size() % 8 != 0 ? 1 : 0);
    const std::size_t whole = bytes / 8;
    for (std::size_t w = 0; w < whole; ++w) store_word(to + 8 * w, plane.data()[w]);
    if (bytes % 8 != 0) store_number(to + 8 * whole, plane.data()[whole], bytes % 8);
    if (plane.size() % 8 != 0) to[bytes - 1] &= static_cast<std::byte>((1U << (plane.size() % 8)) - 1);
    return to + bytes;
}
/// What write_plane() wrote, with padding 0.
constexpr const std::byte* read_plane(const std::byte* from, sign_span<std::uint64_t> plane) noexcept {
    const std::size_t bytes = plane.size() / 8 + (plane.size() % 8 != 0 ? 1 : 0);
    const std::size_t whole = bytes / 8;
    for (std::size_t w = 0; w < whole; ++w) plane.data()[w] = load_word(from + 8 * w);
    if (bytes % 8 != 0) plane.data()[whole] = load_number(from + 8 * whole, bytes % 8);
    plane.clear_padding();
    return from + bytes;
}

constexpr void write_wire_header(const wire_header& header, std::span<std::byte> message) noexcept {
    std::ranges::copy(wire_magic, message.begin());
    message[4] = std::byte{1};
    message[5] = static_cast<std::byte>(header.kind);
    message[6] = static_cast<std::byte>(header.planes);
    message[7] = std::byte{0};
    store_number(message.data() + 8, header.worker, 4);
    store_word(message.data() + 16, header.step);
    store_word(message.data() + 24, header.signs);
    store_number(message.data() + 12, wire_checksum(message), 4);
}

} // namespace detail

/// Writes a vote or a decision.
/// \tparam Signs   binary or ternary
/// \param header   its kind, worker and step; planes and d are those of `signs`
/// \param signs    d signs, or votes in canonical form
/// \param message  wire_bytes<Signs>(d) bytes of any alignment
/// \throws parameter_error  `message` has another size
/// \par Complexity
/// O(d / 64)
///
/// \code
/// const election::sign_vector vote("+-+");
/// std::byte message[33];
/// election::write_wire<election::binary>(election::vote_header<election::binary>(4, 7, 3), vote, message);
/// election::sign_vector received(3);
/// const auto fault = election::read_wire<election::binary>(message, election::vote_header<election::binary>(4, 7, 3), received);
/// assert(fault == election::wire_fault::none && received == vote);
/// message[32] ^= std::byte{1};
/// assert(election::read_wire<election::binary>(message, election::vote_header<election::binary>(4, 7, 3), received) ==
///        election::wire_fault::checksum);
/// \endcode
template <class Signs>
constexpr void write_wire(wire_header header, typename Signs::view signs, std::span<std::byte> message) {
    const std::uint64_t bytes = wire_bytes<Signs>(signs.size());
    if (message.size() != bytes) detail::refuse_size("write_wire", "message.size()", message.size(), "is not wire_bytes()");
    std::byte* to = message.data() + wire_header_bytes;
    if constexpr (Signs::abstains) {
        to = detail::write_plane(signs.signs(), to);
        detail::write_plane(signs.present(), to);
    } else {
        detail::write_plane(signs, to);
    }
    header.planes = Signs::bits;
    header.signs = signs.size();
    detail::write_wire_header(header, message);
}

/// A message of a kind without signs. O(1).
[[nodiscard]] constexpr std::array<std::byte, wire_header_bytes> wire_notice(const wire_header& header) noexcept {
    std::array<std::byte, wire_header_bytes> message{};
    detail::write_wire_header(header, message);
    return message;
}

/// Looks at a message from anywhere: its header, size and checksum, whatever it is.
/// \param message  any bytes
/// \param header   what its header says, where nothing is wrong
/// \returns size, magic, version, kind, planes or checksum; or none
/// \par Complexity
/// O(size / 8)
[[nodiscard]] constexpr wire_fault inspect_wire(std::span<const std::byte> message, wire_header& header) noexcept {
    if (message.size() < wire_header_bytes) return wire_fault::size;
    const auto number = [&](std::size_t place) { return std::to_integer<unsigned>(message[place]); };
    if (!std::ranges::equal(message.first(4), detail::wire_magic)) return wire_fault::magic;
    if (number(4) != 1 || number(7) != 0) return wire_fault::version;
    if (number(5) > static_cast<unsigned>(wire_kind::dismissal)) return wire_fault::kind;
    if (number(6) != 1 && number(6) != 2) return wire_fault::planes;
    const std::uint64_t signs = detail::load_word(message.data() + 24);
    const auto kind = static_cast<wire_kind>(number(5));
    const bool carries = kind == wire_kind::vote || kind == wire_kind::decision;
    // Divided, not multiplied: the product may be too large for a number.
    const std::uint64_t plane = carries ? signs / 8 + (signs % 8 != 0 ? 1 : 0) : 0;
    const std::uint64_t payload = message.size() - wire_header_bytes;
    if (payload % number(6) != 0 || payload / number(6) != plane) return wire_fault::size;
    if (detail::load_number(message.data() + 12, 4) != detail::wire_checksum(message)) return wire_fault::checksum;
    header = {kind, number(6), static_cast<std::uint32_t>(detail::load_number(message.data() + 8, 4)),
              detail::load_word(message.data() + 16), signs};
    return wire_fault::none;
}

/// The difference that matters between what a message says and what was expected. O(1).
[[nodiscard]] constexpr wire_fault compare_wire(const wire_header& is, const wire_header& should) noexcept {
    if (is.kind != should.kind) return wire_fault::kind;
    if (is.planes != should.planes) return wire_fault::planes;
    if (is.worker != should.worker) return wire_fault::worker;
    if (is.step != should.step) return wire_fault::step;
    if (is.signs != should.signs) return wire_fault::signs;
    return wire_fault::none;
}

/// Reads a vote or a decision, if it is what was expected; garbage is an answer here and no exception.
///
/// The checksum finds what was damaged, not who lies: a liar writes a right one.
/// \tparam Signs     binary or ternary
/// \param message    any bytes, of any alignment
/// \param expected   kind, worker, step; planes and d are those of `out`
/// \param out        d signs; written in canonical form where nothing is wrong, else left alone
/// \returns what is wrong
/// \par Complexity
/// O(size / 8)
template <class Signs>
[[nodiscard]] constexpr wire_fault read_wire(std::span<const std::byte> message, wire_header expected,
                                             typename Signs::span out) noexcept {
    wire_header header;
    if (const wire_fault fault = inspect_wire(message, header); fault != wire_fault::none) return fault;
    expected.planes = Signs::bits;
    expected.signs = out.size();
    if (const wire_fault fault = compare_wire(header, expected); fault != wire_fault::none) return fault;
    // Known by now, but not to compilers, which would warn.
    if (message.size() != wire_bytes<Signs>(out.size())) return wire_fault::size;
    const std::size_t plane = (message.size() - wire_header_bytes) / Signs::bits;
    if (out.size() % 8 != 0) {
        for (std::size_t p = 1; p <= Signs::bits; ++p) {
            const auto last = std::to_integer<unsigned>(message[wire_header_bytes + p * plane - 1]);
            if (last >> (out.size() % 8) != 0) return wire_fault::padding;
        }
    }
    const std::byte* from = message.data() + wire_header_bytes;
    if constexpr (Signs::abstains) {
        from = detail::read_plane(from, out.signs());
        detail::read_plane(from, out.present());
        out.canonicalise();
    } else {
        detail::read_plane(from, out);
    }
    return wire_fault::none;
}

} // namespace election
