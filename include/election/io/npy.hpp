// SPDX-License-Identifier: MIT
// read_npy(), write_npy(): NumPy's array files.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <iterator>
#include <ostream>
#include <string>
#include <string_view>

#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/io/source.hpp>

namespace election {
namespace detail {

/// What a NumPy header says of an array.
struct npy_header {
    char kind = 0; ///< 'b', 'i' or 'u'
    std::size_t item_bytes = 0;
    bool big_endian = false;
    bool fortran_order = false;
    std::uint64_t rows = 0;
    std::uint64_t columns = 0;
};

/// Reads the dictionary {'descr': '<i8', 'fortran_order': False, 'shape': (5, 5), }, its keys in any order.
class npy_header_parser {
public:
    npy_header_parser(std::string_view text, std::string_view file) : rest_(text), file_(file) {}

    [[nodiscard]] npy_header parse() {
        npy_header header;
        bool seen_descr = false;
        bool seen_order = false;
        bool seen_shape = false;
        expect('{');
        while (!accept('}')) {
            const std::string_view key = quoted();
            expect(':');
            if (key == "descr" && !seen_descr) {
                seen_descr = true;
                descr(header);
            } else if (key == "fortran_order" && !seen_order) {
                seen_order = true;
                order(header);
            } else if (key == "shape" && !seen_shape) {
                seen_shape = true;
                shape(header);
            } else {
                fail("the header has the key " + escaped(key) + " that does not belong there");
            }
            if (!accept(',')) {
                expect('}');
                break;
            }
        }
        if (!seen_descr || !seen_order || !seen_shape) fail("the header lacks descr, fortran_order or shape");
        skip_blanks();
        if (!rest_.empty()) fail("the header has text behind its dictionary");
        return header;
    }

private:
    [[noreturn]] void fail(const std::string& what) const { throw format_error(file_, 0, what); }
    void skip_blanks() {
        while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\n')) rest_.remove_prefix(1);
    }
    [[nodiscard]] bool accept(char c) {
        skip_blanks();
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    void expect(char c) {
        if (!accept(c)) fail(std::string("the header is malformed: '") + c + "' is missing");
    }
    [[nodiscard]] std::string_view quoted() {
        expect('\'');
        const std::size_t end = rest_.find('\'');
        if (end == std::string_view::npos) fail("the header is malformed: a quote is not closed");
        const std::string_view text = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        return text;
    }
    [[nodiscard]] bool accept_word(std::string_view word) {
        skip_blanks();
        if (!rest_.starts_with(word)) return false;
        rest_.remove_prefix(word.size());
        return true;
    }
    void descr(npy_header& header) {
        const std::string_view type = quoted();
        const bool known = type == "|b1" || type == "?" ||
                           (type.size() == 3 && (type[0] == '<' || type[0] == '>' || type[0] == '|' || type[0] == '=') &&
                            (type[1] == 'i' || type[1] == 'u' || (type[1] == 'b' && type[2] == '1')) &&
                            (type[2] == '1' || type[2] == '2' || type[2] == '4' || type[2] == '8'));
        if (!known) fail("has elements of type " + escaped(type) + "; they must be integers or bool");
        header.kind = type == "?" ? 'b' : type[1];
        header.item_bytes = type == "?" ? 1 : static_cast<std::size_t>(type[2] - '0');
        header.big_endian = type[0] == '>' || (type[0] == '=' && std::endian::native == std::endian::big);
    }
    void order(npy_header& header) {
        if (accept_word("True")) {
            header.fortran_order = true;
        } else if (!accept_word("False")) {
            fail("the header's fortran_order is neither True nor False");
        }
    }
    void shape(npy_header& header) {
        std::uint64_t extents[2] = {0, 0};
        std::size_t dimensions = 0;
        expect('(');
        while (!accept(')')) {
            skip_blanks();
            const std::size_t digits = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
            const auto extent = as_count(rest_.substr(0, digits));
            if (!extent) fail("the header's shape is not a list of counts");
            rest_.remove_prefix(digits);
            if (dimensions < 2) extents[dimensions] = *extent;
            ++dimensions;
            if (!accept(',')) {
                expect(')');
                break;
            }
        }
        if (dimensions != 2) {
            fail("has " + std::to_string(dimensions) + " dimensions; a matrix has 2 (workers x partitions)");
        }
        header.rows = extents[0];
        header.columns = extents[1];
    }

    std::string_view rest_;
    std::string_view file_;
};

} // namespace detail

/// Reads a two-dimensional NumPy array of any integer or bool type and byte order, in C or Fortran order.
///
/// xtensor's own reader takes one element type in native byte order and does not say what it dislikes, hence this one.
/// \param stream  read to its end
/// \param file    the name that errors give
/// \returns the matrix
/// \throws format_error  not such an array, an element that is neither 0 nor 1, missing or surplus bytes
/// \par Complexity
/// O(bytes)
/// \par Reference
/// NumPy Enhancement Proposal 1, versions 1.0 to 3.0 of the format
[[nodiscard]] inline packed_allocation read_npy(std::istream& stream, std::string_view file) {
    const auto fail = [&](const std::string& what) { throw format_error(file, 0, what); };
    const std::string bytes = detail::whole_text(stream, file);
    const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i])); };
    if (bytes.empty()) fail("is empty; a matrix has at least one worker");
    if (!bytes.starts_with("\x93NUMPY")) fail("is no NumPy file: it does not begin with \\x93NUMPY");
    if (bytes.size() < 8) fail("is cut off inside its header");
    const std::size_t version = byte(6);
    if (version < 1 || version > 3 || byte(7) != 0) {
        fail("is of version " + std::to_string(version) + "." + std::to_string(byte(7)) + "; 1.0, 2.0 and 3.0 are read");
    }
    const std::size_t length_bytes = version == 1 ? 2 : 4;
    if (bytes.size() < 8 + length_bytes) fail("is cut off inside its header");
    std::size_t header_length = 0;
    for (std::size_t i = 0; i < length_bytes; ++i) header_length |= byte(8 + i) << (8 * i);
    const std::size_t data = 8 + length_bytes + header_length;
    if (bytes.size() < data) fail("is cut off inside its header");
    const auto header =
        detail::npy_header_parser(std::string_view(bytes).substr(8 + length_bytes, header_length), file).parse();

    const std::uint64_t items = (bytes.size() - data) / header.item_bytes;
    const bool shape_fits = header.rows == 0 || header.columns <= items / header.rows;
    if (!shape_fits || header.rows * header.columns * header.item_bytes != bytes.size() - data) {
        fail("has " + std::to_string(bytes.size() - data) + " bytes of elements, which does not fit its shape (" +
             std::to_string(header.rows) + ", " + std::to_string(header.columns) + ") of " +
             std::to_string(header.item_bytes) + "-byte elements");
    }
    packed_allocation matrix = detail::claimed_matrix(header.rows, header.columns, fail);
    std::size_t at = data;
    const std::size_t outer = header.fortran_order ? matrix.partitions() : matrix.workers();
    const std::size_t inner = header.fortran_order ? matrix.workers() : matrix.partitions();
    for (std::size_t a = 0; a < outer; ++a) {
        for (std::size_t b = 0; b < inner; ++b, at += header.item_bytes) {
            const std::size_t lowest = header.big_endian ? at + header.item_bytes - 1 : at;
            bool others_zero = true;
            for (std::size_t i = at; i < at + header.item_bytes; ++i) {
                others_zero = others_zero && (i == lowest || byte(i) == 0);
            }
            const std::size_t worker = header.fortran_order ? b : a;
            const std::size_t partition = header.fortran_order ? a : b;
            if (!others_zero || byte(lowest) > 1) {
                fail("element (" + std::to_string(worker) + ", " + std::to_string(partition) + ") is neither 0 nor 1");
            }
            if (byte(lowest) == 1) matrix.set(worker, partition);
        }
    }
    return matrix;
}

/// Writes a matrix as a NumPy file: version 1.0, unsigned bytes, C order. O(n·k).
///
/// xtensor can write such files too, at the price of the regular expressions that its header compiles for its reader.
/// \param stream  whose state says afterwards whether it was written
/// \param code    any 0/1 matrix
/// \throws error  see packed_allocation
template <allocation A>
void write_npy(std::ostream& stream, const A& code) {
    const packed_allocation& matrix = packed(code);
    std::string header = "{'descr': '|u1', 'fortran_order': False, 'shape': (" + std::to_string(matrix.workers()) + ", " +
                         std::to_string(matrix.partitions()) + "), }";
    constexpr std::size_t before = 10; // magic, version, length
    header.append(63 - (before + header.size()) % 64, ' ');
    header += '\n';
    stream << "\x93NUMPY" << '\1' << '\0' << static_cast<char>(header.size() & 255) << static_cast<char>(header.size() >> 8)
           << header;
    std::string row(matrix.partitions(), '\0');
    for (std::size_t i = 0; i < matrix.workers(); ++i) {
        for (std::size_t j = 0; j < matrix.partitions(); ++j) row[j] = matrix(i, j) ? '\1' : '\0';
        stream << row;
    }
}

} // namespace election
