// SPDX-License-Identifier: MIT
// big_count: how many, exactly, however many; added, multiplied, compared and printed.
#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace election {

/// A natural number of any size. Numbers below 2^64 need no memory of their own.
///
/// \code
/// election::big_count product(4294967296);
/// product = product * product;
/// product += 1;
/// assert(product.to_string() == "18446744073709551617" && product > election::big_count(7));
/// \endcode
class big_count {
public:
    big_count() = default;
    /// \param value  any
    explicit big_count(std::uint64_t value) noexcept : low_(value) {}

    /// O(1).
    [[nodiscard]] bool is_zero() const noexcept { return low_ == 0 && high_.empty(); }

    /// O(digits).
    big_count& operator+=(const big_count& other) {
        std::uint64_t carry = add(low_, other.low_, 0);
        if (high_.empty() && other.high_.empty() && carry == 0) return *this;
        if (high_.size() < other.high_.size()) high_.resize(other.high_.size(), 0);
        for (std::size_t i = 0; i < high_.size(); ++i) {
            carry = add(high_[i], i < other.high_.size() ? other.high_[i] : 0, carry);
        }
        if (carry != 0) high_.push_back(carry);
        return *this;
    }
    /// Adds.
    big_count& operator+=(std::uint64_t other) { return *this += big_count(other); }

    /// O(digits of one · digits of the other).
    [[nodiscard]] friend big_count operator*(const big_count& a, const big_count& b) {
        if (a.high_.empty() && b.high_.empty()) {
            const wide product = wide{a.low_} * b.low_;
            big_count result(static_cast<std::uint64_t>(product));
            if (product >> 64 != 0) result.high_.push_back(static_cast<std::uint64_t>(product >> 64));
            return result;
        }
        std::vector<std::uint64_t> digits(a.size() + b.size(), 0);
        for (std::size_t i = 0; i < a.size(); ++i) {
            std::uint64_t carry = 0;
            for (std::size_t j = 0; j < b.size(); ++j) {
                const wide sum = wide{a.digit(i)} * b.digit(j) + digits[i + j] + carry;
                digits[i + j] = static_cast<std::uint64_t>(sum);
                carry = static_cast<std::uint64_t>(sum >> 64);
            }
            digits[i + b.size()] = carry;
        }
        return from(std::move(digits));
    }

    /// Divides, without what remains. O(digits).
    /// \param divisor  more than 0; not checked
    big_count& operator/=(std::uint64_t divisor) {
        std::vector<std::uint64_t> digits(size());
        for (std::size_t i = 0; i < digits.size(); ++i) digits[i] = digit(i);
        (void)divide(digits, divisor);
        return *this = from(std::move(digits));
    }

    /// Member by member.
    friend bool operator==(const big_count&, const big_count&) = default;
    /// As numbers.
    [[nodiscard]] friend std::strong_ordering operator<=>(const big_count& a, const big_count& b) noexcept {
        if (a.size() != b.size()) return a.size() <=> b.size();
        for (std::size_t i = a.size(); i-- > 0;) {
            if (a.digit(i) != b.digit(i)) return a.digit(i) <=> b.digit(i);
        }
        return std::strong_ordering::equal;
    }

    /// In decimal. O(digits²).
    [[nodiscard]] std::string to_string() const {
        if (high_.empty()) return std::to_string(low_);
        std::vector<std::uint64_t> digits(size());
        for (std::size_t i = 0; i < digits.size(); ++i) digits[i] = digit(i);
        constexpr std::uint64_t group = 1'000'000'000'000'000'000; // 18 decimals at a time
        constexpr std::size_t group_length = 18;
        std::string text; // backwards
        while (!digits.empty()) {
            std::string part = std::to_string(divide(digits, group));
            while (!digits.empty() && digits.back() == 0) digits.pop_back();
            if (!digits.empty()) part.insert(0, group_length - part.size(), '0');
            text.append(part.rbegin(), part.rend());
        }
        std::reverse(text.begin(), text.end());
        return text;
    }

private:
    __extension__ using wide = unsigned __int128;

    [[nodiscard]] static std::uint64_t add(std::uint64_t& to, std::uint64_t what, std::uint64_t carry) noexcept {
        const wide sum = wide{to} + what + carry;
        to = static_cast<std::uint64_t>(sum);
        return static_cast<std::uint64_t>(sum >> 64);
    }
    /// \returns what remains
    static std::uint64_t divide(std::vector<std::uint64_t>& digits, std::uint64_t divisor) noexcept {
        wide rest = 0;
        for (std::size_t i = digits.size(); i-- > 0;) {
            const wide now = rest << 64 | digits[i];
            digits[i] = static_cast<std::uint64_t>(now / divisor);
            rest = now % divisor;
        }
        return static_cast<std::uint64_t>(rest);
    }
    [[nodiscard]] static big_count from(std::vector<std::uint64_t> digits) {
        while (!digits.empty() && digits.back() == 0) digits.pop_back();
        big_count result;
        if (digits.empty()) return result;
        result.low_ = digits.front();
        result.high_.assign(digits.begin() + 1, digits.end());
        return result;
    }

    [[nodiscard]] std::size_t size() const noexcept { return high_.size() + 1; }
    [[nodiscard]] std::uint64_t digit(std::size_t i) const noexcept { return i == 0 ? low_ : high_[i - 1]; }

    std::uint64_t low_ = 0;
    std::vector<std::uint64_t> high_; ///< digits of 64 bits above the lowest; the last is not 0
};

/// The binomial coefficient n over k, exactly; 0 for k > n. O(k·digits).
///
/// \code
/// assert(election::big_binomial(100, 50).to_string() == "100891344545564193334812497256");
/// \endcode
[[nodiscard]] inline big_count big_binomial(std::uint64_t n, std::uint64_t k) {
    if (k > n) return big_count(0);
    big_count value(1);
    k = std::min(k, n - k);
    for (std::uint64_t i = 1; i <= k; ++i) {
        value = value * big_count(n - k + i);
        value /= i;
    }
    return value;
}

} // namespace election
