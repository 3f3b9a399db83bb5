// SPDX-License-Identifier: MIT
// Random floats with all kinds that there are among them, in memory that ends where a page ends.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>
#include <vector>

#include <election/core/random.hpp>
#include <support/random_signs.hpp>
#include <support/seed.hpp>

namespace election_test {

/// Numbers that end where the memory ends, so that they are aligned as their number happens to be, and no better.
template <class T>
class guarded_numbers {
public:
    explicit guarded_numbers(std::size_t count)
        : words_((count * sizeof(T) + 7) / 8), size_(count),
          data_(reinterpret_cast<T*>(words_.data() + (count * sizeof(T) + 7) / 8) - count) {}

    [[nodiscard]] T* data() const noexcept { return data_; }
    [[nodiscard]] std::span<T> span() const noexcept { return {data_, size_}; }
    [[nodiscard]] std::span<const T> view() const noexcept { return {data_, size_}; }

private:
    guarded_words words_;
    std::size_t size_;
    T* data_;
};

/// The numbers' sizes that are tested: all up to 300, and some that are larger.
template <class Work>
void for_sizes(const Work& work) {
    for (std::size_t size = 0; size <= 300; ++size) work(size);
    for (std::size_t size : {511U, 512U, 1024U, 4095U, 4097U, 10'007U}) work(size);
}

/// Normal numbers of all sizes and both signs; about one in four is a zero, an infinity, a number without an exponent or, if
/// asked for, a NaN, of both signs likewise.
template <class T>
void fill_numbers(std::span<T> numbers, std::uint64_t seed, bool with_nan) {
    using limits = std::numeric_limits<T>;
    const election::counter_random random(seed);
    for (std::size_t j = 0; j < numbers.size(); ++j) {
        const std::uint64_t bits = random(j);
        const T size = static_cast<T>(bits >> 40U) / static_cast<T>(1U << (bits >> 8U & 31U));
        T number = size;
        switch (bits & 31U) {
        case 0:
        case 1:
        case 2:
            number = 0;
            break;
        case 3:
            number = limits::infinity();
            break;
        case 4:
            number = limits::denorm_min() * (size + 1);
            break;
        case 5:
        case 6:
            if (with_nan) number = limits::quiet_NaN();
            break;
        default:
            break;
        }
        numbers[j] = (bits & 32U) != 0 ? -number : number;
    }
}

/// As many of them, of this run's seed; other streams have other numbers.
template <class T>
std::vector<T> random_numbers(std::size_t count, std::uint64_t stream, bool with_nan) {
    std::vector<T> numbers(count);
    fill_numbers(std::span(numbers), seed() + stream, with_nan);
    return numbers;
}

/// Whether two floats are the same bits, or both NaN.
template <class T>
bool same_number(T a, T b) {
    using bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
    return (a != a && b != b) || std::bit_cast<bits>(a) == std::bit_cast<bits>(b);
}

template <class T>
bool same_numbers(const std::vector<T>& a, const std::vector<T>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_number<T>);
}

} // namespace election_test
