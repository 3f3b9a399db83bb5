// SPDX-License-Identifier: MIT
// packing_kernel: floats to bits and back, momentum and updates, as fast as memory delivers the floats.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include <election/bits/bit_block.hpp>
#include <election/packing/float_lanes.hpp>
#include <election/packing/policies.hpp>

namespace election {

/// The inner loops for one type of floats, as plain functions.
///
/// Signs are words as those of sign_span; `count` floats have words_for(count) of them, and what is past the last sign
/// becomes zero, or is ignored where it is read. The plane `present` is that of ternary_span; null where no vote abstains.
/// Floats need no alignment beyond their own, and nothing is read or written beyond the `count`-th of them.
/// \tparam T  float or double
template <class T>
struct packing_loops {
    /// Signs of x. A NaN counts as a zero, or is absent where there is `present`; zero_policy::abstain needs `present`.
    /// Returns false if there was no NaN; true if there was one, or perhaps +∞ and −∞ close together.
    bool (*pack)(const T* x, std::size_t count, zero_policy zero, std::uint64_t* signs, std::uint64_t* present) = nullptr;
    /// m ← beta·m + rest·g, every operation rounded on its own, and the signs of m as pack() gives them; m and g do not
    /// overlap.
    bool (*momentum_pack)(T* m, const T* g, std::size_t count, T beta, T rest, zero_policy zero, std::uint64_t* signs,
                          std::uint64_t* present) = nullptr;
    /// x ← x − step·sign.
    void (*update)(T* x, std::size_t count, T step, const std::uint64_t* signs, const std::uint64_t* present) = nullptr;
    /// x ← +1, −1 or +0.
    void (*unpack)(const std::uint64_t* signs, const std::uint64_t* present, std::size_t count, T* x) = nullptr;
};

/// The inner loops of one architecture, so that a program can compile several with their own compiler flags and choose at
/// run time.
struct packing_kernel {
    std::string_view arch;           ///< e.g. "avx512"
    packing_loops<float> of_float;   ///< for float
    packing_loops<double> of_double; ///< for double

    /// The loops of a type. \tparam T  float or double
    template <class T>
        requires std::is_same_v<T, float> || std::is_same_v<T, double>
    [[nodiscard]] constexpr const packing_loops<T>& of() const noexcept {
        if constexpr (std::is_same_v<T, float>) {
            return of_float;
        } else {
            return of_double;
        }
    }
};

namespace detail {

/// Kernels only touch raw memory: no function that another translation unit could share is instantiated with this one's
/// flags.
template <class Arch, class T>
struct packing_blocks {
    using lanes = float_lanes<Arch, T>;
    using reg = typename lanes::reg;
    using mask = typename lanes::mask;
    static constexpr std::size_t registers = 64 / lanes::count; ///< of floats for a word of bits
    static constexpr bool holds = registers <= 4; ///< a word's floats stay in registers while they are compared

    static bool pack(const T* x, std::size_t count, zero_policy zero, std::uint64_t* signs, std::uint64_t* present) {
        if (present == nullptr) {
            return zero == zero_policy::positive ? pack_as<zero_policy::positive, false>(x, count, signs, present)
                                                 : pack_as<zero_policy::negative, false>(x, count, signs, present);
        }
        switch (zero) {
        case zero_policy::positive:
            return pack_as<zero_policy::positive, true>(x, count, signs, present);
        case zero_policy::negative:
            return pack_as<zero_policy::negative, true>(x, count, signs, present);
        default:
            return pack_as<zero_policy::abstain, true>(x, count, signs, present);
        }
    }

    static bool momentum_pack(T* m, const T* g, std::size_t count, T beta, T rest, zero_policy zero, std::uint64_t* signs,
                              std::uint64_t* present) {
        const mixture mix{m, g, count, lanes::filled(beta), lanes::filled(rest)};
        if (present == nullptr) {
            return zero == zero_policy::positive ? momentum_as<zero_policy::positive, false>(mix, signs, present)
                                                 : momentum_as<zero_policy::negative, false>(mix, signs, present);
        }
        switch (zero) {
        case zero_policy::positive:
            return momentum_as<zero_policy::positive, true>(mix, signs, present);
        case zero_policy::negative:
            return momentum_as<zero_policy::negative, true>(mix, signs, present);
        default:
            return momentum_as<zero_policy::abstain, true>(mix, signs, present);
        }
    }

    static void update(T* x, std::size_t count, T step, const std::uint64_t* signs, const std::uint64_t* present) {
        present == nullptr ? update_as<false>(x, count, -step, signs, present)
                           : update_as<true>(x, count, -step, signs, present);
    }

    static void unpack(const std::uint64_t* signs, const std::uint64_t* present, std::size_t count, T* x) {
        present == nullptr ? unpack_as<false>(signs, present, count, x) : unpack_as<true>(signs, present, count, x);
    }

private:
    struct mixture {
        T* m;
        const T* g;
        std::size_t count;
        reg beta;
        reg rest;
    };

    /// Room for the floats of a word that is not full, the others 0.
    struct rest_buffer {
        alignas(64) T values[64] = {};

        ELECTION_ALWAYS_INLINE rest_buffer() = default;
        ELECTION_ALWAYS_INLINE rest_buffer(const T* from, std::size_t count) {
            for (std::size_t i = 0; i < count; ++i) values[i] = from[i];
        }
        ELECTION_ALWAYS_INLINE void copy_to(T* to, std::size_t count) const {
            for (std::size_t i = 0; i < count; ++i) to[i] = values[i];
        }
    };

    static ELECTION_ALWAYS_INLINE std::uint64_t low_bits(std::size_t count) { return (std::uint64_t{1} << count) - 1; }

    // --- floats to bits ----------------------------------------------------------------------------------------------

    /// The bits of 64 floats; NaNs are noted.
    template <zero_policy Zero, bool Ternary>
    static ELECTION_ALWAYS_INLINE void pack_word(const T* x, std::uint64_t* sign, std::uint64_t* present, mask& nan) {
        const reg zero = lanes::filled(T{0});
        reg held[holds ? registers : 1];
        if constexpr (holds) {
#pragma GCC unroll 4
            for (std::size_t i = 0; i < registers; ++i) held[i] = lanes::load(x + i * lanes::count);
        }
        const auto at = [&](std::size_t i) ELECTION_ALWAYS_INLINE_LAMBDA {
            if constexpr (holds) {
                return held[i];
            } else {
                return lanes::load(x + i * lanes::count);
            }
        };
        const auto below = [&](std::size_t i) ELECTION_ALWAYS_INLINE_LAMBDA { return lanes::less(at(i), zero); };
        const auto above = [&](std::size_t i) ELECTION_ALWAYS_INLINE_LAMBDA { return lanes::less(zero, at(i)); };
        const auto absent = [&](std::size_t i) ELECTION_ALWAYS_INLINE_LAMBDA { return lanes::has_nan(at(i), at(i)); };
        // A sum is NaN if an addend is; that of infinities too, which is rare enough to be looked into afterwards.
#pragma GCC unroll 16
        for (std::size_t i = 0; i < registers; i += 4) {
            nan = lanes::either(nan, lanes::has_nan(lanes::add(at(i), at(i + 1)), lanes::add(at(i + 2), at(i + 3))));
        }
        if constexpr (Ternary && Zero == zero_policy::abstain) {
            const std::uint64_t positive = lanes::gather(above);
            *present = positive | lanes::gather(below);
            *sign = positive;
        } else if constexpr (Ternary) {
            const std::uint64_t missing = lanes::gather(absent);
            *sign = Zero == zero_policy::positive ? ~(lanes::gather(below) | missing) : lanes::gather(above);
            *present = ~missing;
        } else {
            *sign = Zero == zero_policy::positive ? ~lanes::gather(below) : lanes::gather(above);
        }
    }

    template <zero_policy Zero, bool Ternary>
    static bool pack_as(const T* x, std::size_t count, std::uint64_t* signs, std::uint64_t* present) {
        mask nan = lanes::no_lane();
        const std::size_t whole = count / 64;
        for (std::size_t w = 0; w < whole; ++w) {
            pack_word<Zero, Ternary>(x + 64 * w, signs + w, Ternary ? present + w : nullptr, nan);
        }
        if (count % 64 != 0) {
            const rest_buffer rest(x + 64 * whole, count % 64);
            pack_word<Zero, Ternary>(rest.values, signs + whole, Ternary ? present + whole : nullptr, nan);
            signs[whole] &= low_bits(count % 64);
            if constexpr (Ternary) present[whole] &= low_bits(count % 64);
        }
        return lanes::any(nan);
    }

    static ELECTION_ALWAYS_INLINE void mix_word(T* m, const T* g, reg beta, reg rest) {
#pragma GCC unroll 64
        for (std::size_t i = 0; i < registers; ++i) {
            const reg old = lanes::multiply(lanes::load(m + i * lanes::count), beta);
            const reg added = lanes::multiply(lanes::load(g + i * lanes::count), rest);
            lanes::store(m + i * lanes::count, lanes::add(old, added));
        }
    }

    template <zero_policy Zero, bool Ternary>
    static bool momentum_as(const mixture& mix, std::uint64_t* signs, std::uint64_t* present) {
        mask nan = lanes::no_lane();
        const std::size_t whole = mix.count / 64;
        const reg beta = mix.beta;
        const reg share = mix.rest;
        for (std::size_t w = 0; w < whole; ++w) {
            T* m = mix.m + 64 * w;
            mix_word(m, mix.g + 64 * w, beta, share);
            pack_word<Zero, Ternary>(m, signs + w, Ternary ? present + w : nullptr, nan);
        }
        if (const std::size_t left = mix.count % 64; left != 0) {
            rest_buffer m(mix.m + 64 * whole, left);
            const rest_buffer g(mix.g + 64 * whole, left);
            mix_word(m.values, g.values, beta, share);
            pack_word<Zero, Ternary>(m.values, signs + whole, Ternary ? present + whole : nullptr, nan);
            m.copy_to(mix.m + 64 * whole, left);
            signs[whole] &= low_bits(left);
            if constexpr (Ternary) present[whole] &= low_bits(left);
        }
        return lanes::any(nan);
    }

    // --- bits to floats ----------------------------------------------------------------------------------------------

    /// A value where the sign is +, minus it where it is −, +0 where the vote is absent. \param minus  minus the value
    template <bool Ternary>
    static ELECTION_ALWAYS_INLINE reg signed_as(reg minus, const typename lanes::word& sign,
                                                const typename lanes::word& present, std::size_t i) {
        const reg signed_value = lanes::flipped(minus, sign, i);
        if constexpr (Ternary) {
            return lanes::kept(signed_value, present, i);
        } else {
            return signed_value;
        }
    }

    template <bool Ternary>
    static ELECTION_ALWAYS_INLINE void update_word(T* x, reg minus_step, const std::uint64_t* sign,
                                                   const std::uint64_t* present) {
        const typename lanes::word signs = lanes::prepared(sign);
        const typename lanes::word there = lanes::prepared(Ternary ? present : sign);
#pragma GCC unroll 64
        for (std::size_t i = 0; i < registers; ++i) {
            T* place = x + i * lanes::count;
            lanes::store(place, lanes::subtract(lanes::load(place), signed_as<Ternary>(minus_step, signs, there, i)));
        }
    }

    /// The step comes as a number: a function with a vector as an argument would leave the upper halves of registers in use,
    /// and slow down callers that are compiled for older processors until something clears them.
    template <bool Ternary>
    static void update_as(T* x, std::size_t count, T step_back, const std::uint64_t* signs, const std::uint64_t* present) {
        const reg minus_step = lanes::filled(step_back);
        const std::size_t whole = count / 64;
        for (std::size_t w = 0; w < whole; ++w)
            update_word<Ternary>(x + 64 * w, minus_step, signs + w, Ternary ? present + w : nullptr);
        if (count % 64 != 0) {
            rest_buffer rest(x + 64 * whole, count % 64);
            update_word<Ternary>(rest.values, minus_step, signs + whole, Ternary ? present + whole : nullptr);
            rest.copy_to(x + 64 * whole, count % 64);
        }
    }

    template <bool Ternary>
    static ELECTION_ALWAYS_INLINE void unpack_word(T* x, const std::uint64_t* sign, const std::uint64_t* present) {
        const typename lanes::word signs = lanes::prepared(sign);
        const typename lanes::word there = lanes::prepared(Ternary ? present : sign);
#pragma GCC unroll 64
        for (std::size_t i = 0; i < registers; ++i) {
            lanes::store(x + i * lanes::count, signed_as<Ternary>(lanes::filled(T{-1}), signs, there, i));
        }
    }

    template <bool Ternary>
    static void unpack_as(const std::uint64_t* signs, const std::uint64_t* present, std::size_t count, T* x) {
        const std::size_t whole = count / 64;
        for (std::size_t w = 0; w < whole; ++w) unpack_word<Ternary>(x + 64 * w, signs + w, Ternary ? present + w : nullptr);
        if (count % 64 != 0) {
            rest_buffer rest;
            unpack_word<Ternary>(rest.values, signs + whole, Ternary ? present + whole : nullptr);
            rest.copy_to(x + 64 * whole, count % 64);
        }
    }
};

template <class Arch, class T>
[[nodiscard]] constexpr packing_loops<T> packing_loops_for() noexcept {
    using blocks = packing_blocks<Arch, T>;
    return {&blocks::pack, &blocks::momentum_pack, &blocks::update, &blocks::unpack};
}

} // namespace detail

/// The kernel of an architecture; instantiate it only where its instructions are enabled (is_enabled<Arch>).
template <class Arch>
[[nodiscard]] constexpr packing_kernel packing_kernel_for() noexcept {
    return {Arch::name, detail::packing_loops_for<Arch, float>(), detail::packing_loops_for<Arch, double>()};
}

} // namespace election
