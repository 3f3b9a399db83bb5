// SPDX-License-Identifier: MIT
// IDX files, the format of MNIST: arrays of bytes, and pictures with labels as a data set.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <istream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/core/xtensor.hpp>
#include <election/data/data_file.hpp>
#include <election/data/dataset.hpp>
#include <election/io/source.hpp>

namespace election {

/// An array of unsigned bytes.
struct idx_array {
    std::vector<std::size_t> shape;   ///< the length of each dimension, at least one of them
    std::vector<std::uint8_t> values; ///< row-major, as many as the product of `shape`
};

namespace detail {

/// "3 x 28 x 28".
[[nodiscard]] inline std::string shape_text(const std::vector<std::size_t>& shape) {
    std::string text;
    for (std::size_t length : shape) text += (text.empty() ? "" : " x ") + std::to_string(length);
    return text;
}

} // namespace detail

/// \{
/// Reads an IDX file of unsigned bytes: two bytes 0, the type 0x08, the number of dimensions, their lengths as big-endian 32-bit
/// numbers, then the values.
///
/// \param stream  read to its end
/// \param file    the name that errors give
/// \throws format_error  "FILE: …": not IDX, another type, no dimension, fewer or more bytes than the header claims
/// \par Complexity
/// O(bytes)
///
/// \code
/// std::istringstream file(std::string("\0\0\x08\x01\0\0\0\x02\x05\x07", 10));
/// const auto array = election::read_idx(file, "example");
/// assert(array.shape[0] == 2 && array.values[1] == 7);
/// \endcode
[[nodiscard]] inline idx_array read_idx(std::istream& stream, std::string_view file) {
    const std::string bytes = detail::whole_text(stream, file);
    const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); };
    const auto fail = [&](const std::string& what) { throw format_error(file, 0, what); };
    if (bytes.size() < 4 || byte(0) != 0 || byte(1) != 0) {
        fail(bytes.empty() ? "is empty; an IDX file begins with its type and dimensions"
                           : "is not an IDX file, which begins with two bytes 0, its type and its number of dimensions");
    }
    if (byte(2) != 0x08)
        fail(detail::joined({"has numbers of type ", std::to_string(byte(2)), "; only unsigned bytes, type 8, are read"}));
    const std::size_t dimensions = byte(3);
    if (dimensions == 0) fail("has no dimensions; at least one is needed");
    const std::size_t header = 4 + 4 * dimensions;
    if (bytes.size() < header) {
        fail(detail::joined(
            {"ends in its header, after ", std::to_string(bytes.size()), " bytes of ", std::to_string(header)}));
    }
    idx_array array;
    for (std::size_t at = 4; at < header; at += 4) {
        array.shape.push_back(std::size_t{byte(at)} << 24 | std::size_t{byte(at + 1)} << 16 |
                              std::size_t{byte(at + 2)} << 8 | std::size_t{byte(at + 3)});
    }
    const std::size_t held = bytes.size() - header;
    // Whether the product is what the file has, without an overflow.
    std::size_t claimed = 1;
    bool too_many = false;
    for (std::size_t length : array.shape) {
        too_many = length != 0 && (too_many || claimed > held / length);
        claimed = too_many ? held : claimed * length;
    }
    if (too_many || claimed != held) {
        fail(detail::joined({"has ", std::to_string(held), " bytes after its header, which claims ",
                             detail::shape_text(array.shape),
                             too_many ? "; the file is cut off" : "; it is no IDX file or has something at its end"}));
    }
    array.values.assign(bytes.begin() + static_cast<std::ptrdiff_t>(header), bytes.end());
    return array;
}
/// \param path  the file
[[nodiscard]] inline idx_array read_idx(const std::string& path) {
    std::ifstream stream = open_data_file(path);
    return read_idx(stream, path);
}
/// \}

/// How the bytes of a picture become features: (byte / 255 − mean) / deviation.
struct pixel_scaling {
    float mean = 0;      ///< what is taken away; 0.1307 makes the mean of MNIST about 0
    float deviation = 1; ///< what is divided by, above 0; 0.3081 makes the variance of MNIST about 1
};

/// Reads pictures and their labels: MNIST, or any other two IDX files of that kind.
///
/// \param images   path of the pictures: samples × any further dimensions, which become features in row-major order
/// \param labels   path of as many labels, one dimension
/// \param scaling  how bytes become features; by default they are from 0 to 1
/// \param classes  how many there are; labels are below
/// \throws format_error     "FILE: …": see read_idx(); no pictures, dimensions or numbers of samples that do not fit, a label
///                          that is no class
/// \throws parameter_error  a scaling that is no number or divides by 0
/// \par Complexity
/// O(bytes), 4 bytes a feature
[[nodiscard]] inline dense_dataset mnist(const std::string& images, const std::string& labels, pixel_scaling scaling = {},
                                         std::size_t classes = 10) {
    detail::require(std::isfinite(scaling.mean), "mnist", "mean", scaling.mean, "must be a finite number");
    detail::require(std::isfinite(scaling.deviation) && scaling.deviation > 0, "mnist", "deviation", scaling.deviation,
                    "must be a finite number above 0");
    const idx_array names = read_idx(labels);
    if (names.shape.size() != 1) {
        throw format_error(labels, 0,
                           detail::joined({"is ", detail::shape_text(names.shape), ", but labels have one dimension",
                                           names.shape.size() == 3 ? "; are the two files exchanged?" : ""}));
    }
    const idx_array pictures = read_idx(images);
    if (pictures.shape.size() < 2) {
        throw format_error(images, 0,
                           detail::joined({"is ", detail::shape_text(pictures.shape),
                                           ", but pictures have at least two dimensions: samples and pixels"}));
    }
    const std::size_t samples = pictures.shape[0];
    if (pictures.values.empty()) throw format_error(images, 0, "is " + detail::shape_text(pictures.shape) + ", no pictures");
    if (samples != names.values.size()) {
        throw format_error(labels, 0,
                           detail::joined({"has ", std::to_string(names.values.size()), " labels, but ", images, " has ",
                                           std::to_string(samples), " pictures"}));
    }
    for (std::size_t i = 0; i < samples; ++i) {
        if (names.values[i] >= classes) {
            throw format_error(labels, 0,
                               detail::joined({"label ", std::to_string(i), " is ", std::to_string(names.values[i]),
                                               ", not below the number of classes, ", std::to_string(classes)}));
        }
    }
    std::array<float, 256> feature{};
    for (std::size_t b = 0; b < 256; ++b) feature[b] = (static_cast<float>(b) / 255 - scaling.mean) / scaling.deviation;
    xt::xtensor<float, 2> features(xt::xtensor<float, 2>::shape_type{samples, pictures.values.size() / samples});
    float* out = features.data();
    for (std::uint8_t b : pictures.values) *out++ = feature[b];
    return dense_dataset(std::move(features), std::vector<std::uint32_t>(names.values.begin(), names.values.end()), classes);
}

} // namespace election
