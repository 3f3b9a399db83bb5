// SPDX-License-Identifier: MIT
// bit_block<Arch>: as many bits as one vector register holds, with the few operations that bit-sliced kernels need.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <election/core/arch.hpp>

#if defined(__SSE2__) || (defined(__aarch64__) && defined(__ARM_NEON))
#if !__has_include(<xsimd/xsimd.hpp>)
#error "election needs xsimd (Debian: libxsimd-dev)"
#endif
#include <xsimd/xsimd.hpp>
#endif

/// Inlines even without optimisation and into big loops: a kernel's innermost operations must never become calls.
#define ELECTION_ALWAYS_INLINE inline __attribute__((always_inline))
/// The same for a lambda, between its parameters and its body.
#define ELECTION_ALWAYS_INLINE_LAMBDA __attribute__((always_inline))

namespace election {

/// What a bit-sliced kernel needs of a block of bits.
///
/// Holds when: B knows its length in bits and in words, loads from and stores to aligned 64-bit words, makes zeros and ones,
/// combines with `&`, `|`, `^` and `~`, says whether any bit is set, and adds three blocks bit by bit.
/// Example: bit_block<arch::word64>. Non-example: std::uint64_t, which cannot load.
template <class B>
concept bit_block_like = std::copyable<B> && requires(const B a, B& out, const std::uint64_t* from, std::uint64_t* to) {
    { B::bits } -> std::convertible_to<std::size_t>;
    { B::words } -> std::convertible_to<std::size_t>;
    { B::load(from) } -> std::same_as<B>;
    { B::load_unaligned(from) } -> std::same_as<B>;
    {a.store(to)};
    {a.store_unaligned(to)};
    { B::zeros() } -> std::same_as<B>;
    { B::ones() } -> std::same_as<B>;
    { a& a } -> std::same_as<B>;
    { a | a } -> std::same_as<B>;
    { a ^ a } -> std::same_as<B>;
    { ~a } -> std::same_as<B>;
    { a.any() } -> std::same_as<bool>;
    { B::full_add(a, a, a, out) } -> std::same_as<B>;
};

/// As many bits as one vector register of `Arch` holds, all operated on at once.
///
/// Bit i of a block, its *lane* i, is bit i % 64 of word i / 64. This general form is for tags whose instructions the
/// compiler's flags do not enable, and says which flags would.
/// \tparam Arch  a tag of election::arch, for which `is_enabled<Arch>` holds
///
/// \code
/// using block = election::bit_block<election::default_arch>;
/// const block both = block::ones() & ~block::zeros();
/// assert(both.any() && !(both ^ block::ones()).any());
/// \endcode
template <class Arch>
struct bit_block {
    static_assert(!std::is_same_v<Arch, Arch>,
                  "this architecture's instructions are not enabled by the compiler's flags: add -msse2, "
                  "'-mavx2 -mbmi -mbmi2 -mpopcnt' or '-mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx512cd', "
                  "or use a narrower tag of election::arch");
};

/// One 64-bit word: the portable block, and the reference of the others.
template <>
struct bit_block<arch::word64> {
    static constexpr std::size_t bits = 64; ///< in a block
    static constexpr std::size_t words = 1; ///< of 64 bits in a block

    std::uint64_t value; ///< the bits

    /// Loads `words` words from memory aligned to bits / 8 bytes.
    static ELECTION_ALWAYS_INLINE constexpr bit_block load(const std::uint64_t* from) noexcept { return {*from}; }
    /// Loads `words` words from any memory that is aligned for words.
    static ELECTION_ALWAYS_INLINE constexpr bit_block load_unaligned(const std::uint64_t* from) noexcept { return {*from}; }
    /// Stores `words` words to memory aligned to bits / 8 bytes.
    ELECTION_ALWAYS_INLINE constexpr void store(std::uint64_t* to) const noexcept { *to = value; }
    /// Stores `words` words to any memory that is aligned for words.
    ELECTION_ALWAYS_INLINE constexpr void store_unaligned(std::uint64_t* to) const noexcept { *to = value; }
    /// Stores `words` words to memory aligned to bits / 8 bytes; vector blocks store past the caches.
    ELECTION_ALWAYS_INLINE constexpr void stream(std::uint64_t* to) const noexcept { *to = value; }
    /// All bits 0.
    static ELECTION_ALWAYS_INLINE constexpr bit_block zeros() noexcept { return {0}; }
    /// All bits 1.
    static ELECTION_ALWAYS_INLINE constexpr bit_block ones() noexcept { return {~std::uint64_t{0}}; }
    /// Whether any bit is 1.
    [[nodiscard]] ELECTION_ALWAYS_INLINE constexpr bool any() const noexcept { return value != 0; }

    /// \{
    /// Bit by bit.
    friend ELECTION_ALWAYS_INLINE constexpr bit_block operator&(bit_block a, bit_block b) noexcept {
        return {a.value & b.value};
    }
    friend ELECTION_ALWAYS_INLINE constexpr bit_block operator|(bit_block a, bit_block b) noexcept {
        return {a.value | b.value};
    }
    friend ELECTION_ALWAYS_INLINE constexpr bit_block operator^(bit_block a, bit_block b) noexcept {
        return {a.value ^ b.value};
    }
    friend ELECTION_ALWAYS_INLINE constexpr bit_block operator~(bit_block a) noexcept { return {~a.value}; }
    /// \}

    /// Adds three bits in every lane.
    /// \param a    an addend
    /// \param b    an addend
    /// \param c    an addend
    /// \param sum  set to their parity, worth one; may be one of the addends' variables
    /// \returns their majority: the carry, worth two
    static ELECTION_ALWAYS_INLINE constexpr bit_block full_add(bit_block a, bit_block b, bit_block c,
                                                               bit_block& sum) noexcept {
        const std::uint64_t half = a.value ^ b.value;
        sum.value = half ^ c.value;
        return {(a.value & b.value) | (half & c.value)};
    }
};

#if defined(XSIMD_VERSION_MAJOR)
namespace detail {

/// The xsimd architecture of a tag.
template <class Arch>
struct xsimd_arch_of;
#if defined(__SSE2__)
template <>
struct xsimd_arch_of<arch::sse2> {
    using type = xsimd::sse2;
};
#endif
#if defined(__AVX2__)
template <>
struct xsimd_arch_of<arch::avx2> {
    using type = xsimd::avx2;
};
#endif
#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512DQ__) && defined(__AVX512VL__) && defined(__AVX512CD__)
template <>
struct xsimd_arch_of<arch::avx512> {
    using type = xsimd::avx512bw;
};
#endif
#if defined(__aarch64__) && defined(__ARM_NEON)
template <>
struct xsimd_arch_of<arch::neon> {
    using type = xsimd::neon64;
};
#endif

template <class Arch>
concept has_xsimd_arch = requires {
    typename xsimd_arch_of<Arch>::type;
};

} // namespace detail

/// One vector register, through xsimd.
template <class Arch>
    requires detail::has_xsimd_arch<Arch>
struct bit_block<Arch> {
    /// xsimd's register of 64-bit words.
    using batch_type = xsimd::batch<std::uint64_t, typename detail::xsimd_arch_of<Arch>::type>;

    static constexpr std::size_t bits = Arch::bits; ///< in a block
    static constexpr std::size_t words = bits / 64; ///< of 64 bits in a block
    static_assert(batch_type::size == words);

    batch_type value; ///< the bits

    /// Loads `words` words from memory aligned to bits / 8 bytes.
    static ELECTION_ALWAYS_INLINE bit_block load(const std::uint64_t* from) noexcept {
        return {batch_type::load_aligned(from)};
    }
    /// Loads `words` words from any memory that is aligned for words.
    static ELECTION_ALWAYS_INLINE bit_block load_unaligned(const std::uint64_t* from) noexcept {
        return {batch_type::load_unaligned(from)};
    }
    /// Stores `words` words to memory aligned to bits / 8 bytes.
    ELECTION_ALWAYS_INLINE void store(std::uint64_t* to) const noexcept { value.store_aligned(to); }
    /// Stores `words` words to any memory that is aligned for words.
    ELECTION_ALWAYS_INLINE void store_unaligned(std::uint64_t* to) const noexcept { value.store_unaligned(to); }
    /// Stores `words` words to memory aligned to bits / 8 bytes, past the caches where the processor can: for what is not read
    /// again soon. Another thread sees them after a sequentially consistent fence.
    ELECTION_ALWAYS_INLINE void stream(std::uint64_t* to) const noexcept {
#if defined(__AVX512F__)
        if constexpr (bits == 512) return _mm512_stream_si512(reinterpret_cast<__m512i*>(to), value);
#endif
#if defined(__AVX2__)
        if constexpr (bits == 256) return _mm256_stream_si256(reinterpret_cast<__m256i*>(to), value);
#endif
#if defined(__SSE2__)
        if constexpr (bits == 128) return _mm_stream_si128(reinterpret_cast<__m128i*>(to), value);
#endif
        store(to);
    }
    /// All bits 0.
    static ELECTION_ALWAYS_INLINE bit_block zeros() noexcept { return {batch_type(std::uint64_t{0})}; }
    /// All bits 1.
    static ELECTION_ALWAYS_INLINE bit_block ones() noexcept { return {batch_type(~std::uint64_t{0})}; }
    /// Whether any bit is 1.
    [[nodiscard]] ELECTION_ALWAYS_INLINE bool any() const noexcept {
        return xsimd::any(value != batch_type(std::uint64_t{0}));
    }

    /// \{
    /// Bit by bit.
    friend ELECTION_ALWAYS_INLINE bit_block operator&(bit_block a, bit_block b) noexcept { return {a.value & b.value}; }
    friend ELECTION_ALWAYS_INLINE bit_block operator|(bit_block a, bit_block b) noexcept { return {a.value | b.value}; }
    friend ELECTION_ALWAYS_INLINE bit_block operator^(bit_block a, bit_block b) noexcept { return {a.value ^ b.value}; }
    friend ELECTION_ALWAYS_INLINE bit_block operator~(bit_block a) noexcept { return {~a.value}; }
    /// \}

    /// Adds three bits in every lane.
    /// \param a    an addend
    /// \param b    an addend
    /// \param c    an addend
    /// \param sum  set to their parity, worth one; may be one of the addends' variables
    /// \returns their majority: the carry, worth two
    /// \par Complexity
    /// Five instructions; two with AVX-512's ternary logic, which neither g++ 12 nor clang 14 makes of the portable ones
    static ELECTION_ALWAYS_INLINE bit_block full_add(bit_block a, bit_block b, bit_block c, bit_block& sum) noexcept {
#if defined(__AVX512F__)
        if constexpr (bits == 512) {
            constexpr int parity = 0x96;
            constexpr int majority = 0xE8;
            const __m512i x = a.value;
            const __m512i y = b.value;
            const __m512i z = c.value;
            sum.value = batch_type(_mm512_ternarylogic_epi64(x, y, z, parity));
            return {batch_type(_mm512_ternarylogic_epi64(x, y, z, majority))};
        }
#endif
        const batch_type half = a.value ^ b.value;
        const batch_type carry = (a.value & b.value) | (half & c.value);
        sum.value = half ^ c.value;
        return {carry};
    }
};
#endif

/// Whether kernels for this tag can be instantiated in this translation unit, with its compiler flags.
/// \tparam Arch  a tag of election::arch
template <class Arch>
inline constexpr bool is_enabled = std::is_same_v<Arch, arch::word64>;
#if defined(XSIMD_VERSION_MAJOR)
/// The vector architectures that the flags enable.
template <detail::has_xsimd_arch Arch>
inline constexpr bool is_enabled<Arch> = true;
#endif

} // namespace election
