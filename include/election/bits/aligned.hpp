// SPDX-License-Identifier: MIT
// aligned_vector and aligned_array: memory that begins on a cache line, so that every architecture's blocks load from it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>
#include <vector>

namespace election {

/// Bytes that packed data is aligned to: a cache line, and the widest vector register.
inline constexpr std::size_t alignment_bytes = 64;

/// Allocates memory that begins on a cache line, for standard containers.
template <class T>
struct aligned_allocator {
    using value_type = T; ///< as the standard asks of an allocator

    aligned_allocator() = default;
    /// Allocators of other element types are the same; there is no state.
    template <class U>
    constexpr aligned_allocator(const aligned_allocator<U>&) noexcept {}

    /// Memory for `count` elements, not filled.
    /// \throws std::bad_alloc  there is not so much; std::bad_array_new_length if no address space could hold it
    [[nodiscard]] constexpr T* allocate(std::size_t count) {
        // Constant evaluation knows memory from std::allocator only, and no addresses that could be aligned.
        if (std::is_constant_evaluated()) return std::allocator<T>().allocate(count);
        if (count > static_cast<std::size_t>(-1) / sizeof(T)) throw std::bad_array_new_length();
        return static_cast<T*>(::operator new (count * sizeof(T), std::align_val_t{alignment_bytes}));
    }
    /// Frees what allocate() gave.
    constexpr void deallocate(T* memory, std::size_t count) noexcept {
        if (std::is_constant_evaluated()) return std::allocator<T>().deallocate(memory, count);
        ::operator delete (memory, std::align_val_t{alignment_bytes});
    }

    /// Always: what one allocates any other may free.
    friend constexpr bool operator==(const aligned_allocator&, const aligned_allocator&) noexcept { return true; }
};

/// Frees what aligned_allocator gave.
struct aligned_delete {
    /// Frees the memory.
    void operator()(void* memory) const noexcept { ::operator delete (memory, std::align_val_t{alignment_bytes}); }
};

/// A std::vector that begins on a cache line.
///
/// \code
/// election::aligned_vector<std::uint64_t> words(3);
/// assert(reinterpret_cast<std::uintptr_t>(words.data()) % election::alignment_bytes == 0);
/// \endcode
template <class T>
using aligned_vector = std::vector<T, aligned_allocator<T>>;

/// Memory that begins on a cache line and is not filled: for tables that are written before they are read.
template <class T>
using aligned_array = std::unique_ptr<T[], aligned_delete>;

/// Allocates `count` elements of a trivial type without filling them.
/// \throws std::bad_alloc  there is not so much memory
template <class T>
    requires std::is_trivial_v<T>
[[nodiscard]] aligned_array<T> make_aligned_array(std::size_t count) {
    return aligned_array<T>(aligned_allocator<T>().allocate(count));
}

} // namespace election
