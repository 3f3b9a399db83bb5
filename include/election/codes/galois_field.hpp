// SPDX-License-Identifier: MIT
// galois_field: arithmetic in GF(q) for small prime powers q, for the codes that finite geometry gives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <election/core/error.hpp>

namespace election {

/// The prime and the exponent of a prime power.
/// \param q  any number
/// \returns {p, m} with q = pᵐ and m ≥ 1; nothing if q is no prime power, or 2³² or more
/// \par Complexity
/// O(√q)
///
/// \code
/// assert(election::as_prime_power(9) == std::pair(3U, 2U) && !election::as_prime_power(12));
/// \endcode
[[nodiscard]] constexpr std::optional<std::pair<std::uint32_t, std::uint32_t>> as_prime_power(std::uint64_t q) noexcept {
    if (q < 2 || q > 0xFFFFFFFFU) return std::nullopt;
    std::uint64_t prime = 2;
    while (prime * prime <= q && q % prime != 0) ++prime;
    if (q % prime != 0) prime = q;
    std::uint32_t exponent = 0;
    for (; q % prime == 0; q /= prime) ++exponent;
    if (q != 1) return std::nullopt;
    return std::pair{static_cast<std::uint32_t>(prime), exponent};
}

/// The field with q = pᵐ elements, 2 ≤ q ≤ 4096.
///
/// Element x stands for the polynomial over GF(p) whose coefficients are the base-p digits of x, lowest first, modulo the
/// monic irreducible polynomial of degree m that comes first when polynomials are ordered as such numbers. For prime q it is
/// plain arithmetic modulo q. Invariant: 0 and 1 are the neutral elements. Operands must be less than q, which is not
/// checked.
///
/// \code
/// election::galois_field field(9);
/// assert(field.add(4, 5) == 6); // (1 + x) + (2 + x) = 2x
/// \endcode
class galois_field {
public:
    /// \param q  the number of elements, a prime power up to max_size
    /// \throws parameter_error  q is no prime power, or too large
    /// \par Complexity
    /// O(q·m·p) and a search for the modulus
    explicit galois_field(std::size_t q) : size_(static_cast<std::uint32_t>(q)) {
        const auto power = as_prime_power(q);
        detail::require(power.has_value(), "galois_field", "q", q, "must be a prime power");
        detail::require(q <= max_size, "galois_field", "q", q, "must be at most 4096");
        prime_ = power->first;
        degree_ = power->second;
        find_modulus();
    }

    static constexpr std::size_t max_size = 4096; ///< the largest q

    /// q, the number of elements.
    [[nodiscard]] std::uint32_t size() const noexcept { return size_; }

    /// x + y. O(m).
    [[nodiscard]] std::uint32_t add(std::uint32_t x, std::uint32_t y) const noexcept {
        return digitwise(x, y, [&](std::uint32_t a, std::uint32_t b) { return (a + b) % prime_; });
    }
    /// x − y. O(m).
    [[nodiscard]] std::uint32_t subtract(std::uint32_t x, std::uint32_t y) const noexcept {
        return digitwise(x, y, [&](std::uint32_t a, std::uint32_t b) { return (a + prime_ - b) % prime_; });
    }
    /// x · y. O(1).
    [[nodiscard]] std::uint32_t multiply(std::uint32_t x, std::uint32_t y) const noexcept {
        if (x == 0 || y == 0) return 0;
        return power_[(logarithm_[x] + logarithm_[y]) % (size_ - 1)];
    }
    /// Whether x = y² for some y ≠ 0. O(1).
    [[nodiscard]] bool is_nonzero_square(std::uint32_t x) const noexcept {
        return x != 0 && (prime_ == 2 || logarithm_[x] % 2 == 0);
    }

private:
    template <class Operation>
    [[nodiscard]] std::uint32_t digitwise(std::uint32_t x, std::uint32_t y, Operation operation) const noexcept {
        std::uint32_t result = 0;
        for (std::uint32_t place = 1; x != 0 || y != 0; place *= prime_, x /= prime_, y /= prime_) {
            result += operation(x % prime_, y % prime_) * place;
        }
        return result;
    }

    /// x·y modulo the variable's m-th power minus `wrapped`, by long multiplication from y's highest digit.
    [[nodiscard]] std::uint32_t multiply_slowly(std::uint32_t x, std::uint32_t y, std::uint32_t wrapped) const noexcept {
        const std::uint32_t highest = size_ / prime_;
        std::uint32_t result = 0;
        for (std::uint32_t place = highest; place != 0; place /= prime_) {
            const std::uint32_t overflow = result / highest; // this many times xᵐ = wrapped
            result = result % highest * prime_;
            for (std::uint32_t i = 0; i < overflow; ++i) result = add(result, wrapped);
            for (std::uint32_t i = 0; i < y / place % prime_; ++i) result = add(result, x);
        }
        return result;
    }

    /// Finds the first irreducible modulus, then the first element whose powers are all the non-zero ones.
    void find_modulus() {
        std::uint32_t wrapped = 0;
        if (degree_ > 1) {
            std::uint32_t low_digits = 1;
            while (!is_irreducible(subtract(0, low_digits))) ++low_digits;
            wrapped = subtract(0, low_digits);
        }
        std::uint32_t generator = 1;
        while (!has_all_powers(generator, wrapped)) ++generator;
    }

    /// A reducible modulus has a factor of at most half its degree, which has no inverse, so its (q−1)-th power is not 1.
    [[nodiscard]] bool is_irreducible(std::uint32_t wrapped) const noexcept {
        std::uint32_t end = prime_;
        for (std::uint32_t d = 0; d < degree_ / 2; ++d) end *= prime_;
        for (std::uint32_t x = 1; x < end; ++x) {
            std::uint32_t result = 1;
            std::uint32_t square = x;
            for (std::uint32_t exponent = size_ - 1; exponent != 0; exponent /= 2) {
                if (exponent % 2 == 1) result = multiply_slowly(result, square, wrapped);
                square = multiply_slowly(square, square, wrapped);
            }
            if (result != 1) return false;
        }
        return true;
    }

    /// Lists the powers of an element; false unless they are all the non-zero elements.
    [[nodiscard]] bool has_all_powers(std::uint32_t generator, std::uint32_t wrapped) {
        power_.assign(1, 1);
        logarithm_.assign(size_, 0);
        const auto multiply_by = [&](std::uint32_t x) {
            return degree_ == 1 ? static_cast<std::uint32_t>(std::uint64_t{x} * generator % prime_)
                                : multiply_slowly(x, generator, wrapped);
        };
        for (std::uint32_t x = multiply_by(1); x != 1; x = multiply_by(x)) {
            if (x == 0 || power_.size() == size_ - 1) return false;
            logarithm_[x] = static_cast<std::uint32_t>(power_.size());
            power_.push_back(x);
        }
        return power_.size() == size_ - 1;
    }

    std::uint32_t size_;
    std::uint32_t prime_ = 0;
    std::uint32_t degree_ = 0;
    std::vector<std::uint32_t> power_;
    std::vector<std::uint32_t> logarithm_;
};

} // namespace election
