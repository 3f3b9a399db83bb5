// SPDX-License-Identifier: MIT
// Data sets that are made, not loaded: clouds around random centres, and pictures of digits drawn with a shaky pen.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/core/xtensor.hpp>
#include <election/data/dataset.hpp>
#include <election/data/random_sequence.hpp>

namespace election {

/// Samples around random centres, one a class: a sample's class is uniform, its features are the centre's plus `spread` times
/// bell-shaped noise of variance 1. Centres have bell-shaped coordinates of variance 1, so that two of them are about
/// √(2·features) apart: a linear model learns them for spreads up to about √features / 4, worse beyond.
///
/// The same numbers on every platform; fewer samples are the beginning of more.
/// \param samples   N, below 2³²
/// \param features  of a sample, at least 1
/// \param classes   how many, at least 1
/// \param spread    standard deviation of the noise, 0 or above
/// \param seed      decides centres and samples
/// \throws parameter_error  a parameter out of range
/// \par Complexity
/// O((samples + classes)·features)
///
/// \code
/// const auto data = election::gaussian_blobs(100, 4, 3, 0.5f, 7);
/// assert(data.size() == 100 && data.features() == 4 && data.classes() == 3);
/// \endcode
[[nodiscard]] inline dense_dataset gaussian_blobs(std::size_t samples, std::size_t features, std::size_t classes,
                                                  float spread, std::uint64_t seed) {
    constexpr auto where = "gaussian_blobs";
    constexpr std::size_t most = std::numeric_limits<std::uint32_t>::max();
    detail::require(samples <= most, where, "samples", samples, "must be below 2^32");
    detail::require(features >= 1 && features <= most, where, "features", features, "must be at least 1 and below 2^32");
    detail::require(classes >= 1 && classes <= most, where, "classes", classes, "must be at least 1 and below 2^32");
    detail::require(std::isfinite(spread) && spread >= 0, where, "spread", spread, "must be a finite number, 0 or above");
    random_sequence placing(seed, static_cast<std::uint64_t>(detail::data_stream::blob_centres));
    xt::xtensor<double, 2> centres(xt::xtensor<double, 2>::shape_type{classes, features});
    for (double& x : centres) x = placing.bell();
    random_sequence random(seed, static_cast<std::uint64_t>(detail::data_stream::gaussian_blobs));
    xt::xtensor<float, 2> rows(xt::xtensor<float, 2>::shape_type{samples, features});
    std::vector<std::uint32_t> labels(samples);
    float* out = rows.data();
    for (std::uint32_t& label : labels) {
        label = static_cast<std::uint32_t>(random.below(classes));
        const double* centre = centres.data() + label * features;
        // A float times bell() has at most 45 digits: the product is exact, and it makes no difference whether it is fused.
        for (std::size_t f = 0; f < features; ++f) {
            *out++ = static_cast<float>(centre[f] + static_cast<double>(spread) * random.bell());
        }
    }
    return dense_dataset(std::move(rows), std::move(labels), classes);
}

/// Pictures of drawn_digits() have this many rows and columns.
inline constexpr std::size_t drawn_digit_side = 12;

namespace detail {

/// A place in a picture; there are 64 units to a pixel.
struct pen_point {
    std::int64_t x = 0;
    std::int64_t y = 0;
};

/// The line that the pen follows for each digit, on a grid of 0 … 8 from left to right and 0 … 12 from top to bottom.
[[nodiscard]] inline std::span<const pen_point> digit_line(std::uint32_t digit) noexcept {
    static constexpr pen_point zero[] = {{4, 0}, {7, 2}, {8, 6}, {7, 10}, {4, 12}, {1, 10}, {0, 6}, {1, 2}, {4, 0}};
    static constexpr pen_point one[] = {{2, 3}, {5, 0}, {5, 12}};
    static constexpr pen_point two[] = {{0, 3}, {2, 0}, {6, 0}, {8, 3}, {7, 6}, {0, 12}, {8, 12}};
    static constexpr pen_point three[] = {{0, 1}, {4, 0}, {7, 1}, {7, 4}, {3, 6}, {8, 8}, {7, 11}, {3, 12}, {0, 11}};
    static constexpr pen_point four[] = {{6, 12}, {6, 0}, {0, 8}, {8, 8}};
    static constexpr pen_point five[] = {{8, 0}, {1, 0}, {0, 5}, {5, 5}, {8, 8}, {6, 12}, {0, 11}};
    static constexpr pen_point six[] = {{7, 0}, {2, 4}, {0, 8}, {2, 12}, {6, 12}, {8, 9}, {6, 6}, {1, 7}};
    static constexpr pen_point seven[] = {{0, 0}, {8, 0}, {3, 12}};
    static constexpr pen_point eight[] = {{4, 6}, {1, 4},  {1, 1},  {4, 0},  {7, 1}, {7, 4}, {4, 6},
                                          {8, 8}, {7, 11}, {4, 12}, {1, 11}, {0, 8}, {4, 6}};
    static constexpr pen_point nine[] = {{8, 4}, {5, 6}, {1, 5}, {0, 2}, {3, 0}, {7, 1}, {8, 4}, {6, 12}};
    constexpr std::array<std::span<const pen_point>, 10> lines = {zero, one, two,   three, four,
                                                                  five, six, seven, eight, nine};
    return lines[digit];
}

/// The square of the distance of a point from the piece of a line from a to b, rounded down.
[[nodiscard]] inline std::int64_t squared_distance(pen_point p, pen_point a, pen_point b) noexcept {
    const auto square = [](pen_point v) { return v.x * v.x + v.y * v.y; };
    const pen_point along{b.x - a.x, b.y - a.y};
    const pen_point from{p.x - a.x, p.y - a.y};
    const std::int64_t length = square(along);
    const std::int64_t before = from.x * along.x + from.y * along.y;
    if (before <= 0) return square(from);
    if (before >= length) return square({p.x - b.x, p.y - b.y});
    const std::int64_t across = from.x * along.y - from.y * along.x;
    return across * across / length;
}

/// How shaky the pen is: what is added to the size, the slope, the place and the points of a digit.
struct pen_habits {
    std::int64_t size = 12, tilt = 12, shift = 72, jitter = 28;
    int noise = 60;
};

/// Draws a digit: bytes 0 … 255, row after row. Whole numbers throughout, so that every platform draws the same.
inline void draw_digit(std::uint32_t digit, random_sequence& random, std::span<float> picture) noexcept {
    constexpr pen_habits habits;
    const auto about = [&](std::int64_t middle, std::int64_t reach) {
        return middle - reach + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(2 * reach + 1)));
    };
    const std::int64_t width = about(46, habits.size); // units to one of the grid's eighths
    const std::int64_t height = about(46, habits.size);
    const std::int64_t slant = about(6, habits.tilt); // to the right on the way up, as most hands write
    const std::int64_t slope = about(0, habits.tilt / 2);
    constexpr std::int64_t middle = 64 * static_cast<std::int64_t>(drawn_digit_side) / 2;
    const pen_point centre{about(middle, habits.shift), about(middle, habits.shift)};
    const std::int64_t reach = about(80, 20); // of the pen's ink
    std::array<pen_point, 16> line;
    std::size_t points = 0;
    for (const pen_point grid : digit_line(digit)) {
        const std::int64_t x = grid.x - 4;
        const std::int64_t y = grid.y - 6;
        line[points].x = centre.x + x * width - y * slant + about(0, habits.jitter);
        line[points].y = centre.y + y * height + x * slope + about(0, habits.jitter);
        ++points;
    }
    for (std::size_t at = 0; at < picture.size(); ++at) {
        const pen_point pixel{static_cast<std::int64_t>(at % drawn_digit_side) * 64 + 32,
                              static_cast<std::int64_t>(at / drawn_digit_side) * 64 + 32};
        std::int64_t nearest = reach * reach;
        for (std::size_t p = 1; p < points; ++p) nearest = std::min(nearest, squared_distance(pixel, line[p - 1], line[p]));
        const std::int64_t ink = 400 * (reach * reach - nearest) / (reach * reach);
        const auto noise = static_cast<std::int64_t>(std::floor(habits.noise * random.bell()));
        picture[at] = static_cast<float>(std::clamp<std::int64_t>(std::min<std::int64_t>(ink, 255) + noise, 0, 255)) / 255;
    }
}

} // namespace detail

/// Pictures of the digits 0 … 9, 12 × 12 with values 0 … 1, row after row: each is drawn with a pen whose width, size, slant,
/// place and way are random, and has noise on it. Digits are equally likely.
///
/// They are for a demonstration that needs no file. Trained on 4000 of them, softmax regression reads about 90 % of others rightly,
/// a perceptron with 64 hidden units about 97 %.
/// The same pictures on every platform; fewer samples are the beginning of more.
/// \param samples  N, below 2³²
/// \param seed     decides everything
/// \throws parameter_error  too many samples
/// \par Complexity
/// O(samples): about 20 µs each
///
/// \code
/// const auto data = election::drawn_digits(20, 7);
/// assert(data.size() == 20 && data.features() == 144 && data.classes() == 10);
/// \endcode
[[nodiscard]] inline dense_dataset drawn_digits(std::size_t samples, std::uint64_t seed) {
    detail::require(samples <= std::numeric_limits<std::uint32_t>::max(), "drawn_digits", "samples", samples,
                    "must be below 2^32");
    constexpr std::size_t pixels = drawn_digit_side * drawn_digit_side;
    random_sequence random(seed, static_cast<std::uint64_t>(detail::data_stream::drawn_digits));
    xt::xtensor<float, 2> pictures(xt::xtensor<float, 2>::shape_type{samples, pixels});
    std::vector<std::uint32_t> labels(samples);
    for (std::size_t i = 0; i < samples; ++i) {
        labels[i] = static_cast<std::uint32_t>(random.below(10));
        detail::draw_digit(labels[i], random, std::span(pictures.data() + i * pixels, pixels));
    }
    return dense_dataset(std::move(pictures), std::move(labels), 10);
}

} // namespace election
