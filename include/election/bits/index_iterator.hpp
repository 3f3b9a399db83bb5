// SPDX-License-Identifier: MIT
// index_iterator: goes through whatever a small view gives by index, as a random-access iterator.
#pragma once

#include <compare>
#include <cstddef>
#include <iterator>
#include <type_traits>
#include <utility>

namespace election::detail {

/// A view and a place in it; what it refers to is what view[place] returns, a value. Signs have no address, so this is a
/// random-access iterator by the ranges' concepts and an input iterator by the older ones.
///
/// Only places are compared: iterators of different views must not be.
/// \tparam View  cheap to copy, with a const operator[](std::size_t); the iterator outlives the view, not what it views
template <class View>
class index_iterator {
public:
    using reference = decltype(std::declval<const View&>()[std::size_t{0}]);
    using value_type = std::remove_cvref_t<reference>;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using iterator_concept = std::random_access_iterator_tag;
    using iterator_category = std::input_iterator_tag;

    constexpr index_iterator() noexcept = default;
    constexpr index_iterator(View view, std::size_t place) noexcept : view_(view), place_(place) {}

    [[nodiscard]] constexpr reference operator*() const noexcept { return view_[place_]; }
    [[nodiscard]] constexpr reference operator[](difference_type n) const noexcept {
        return view_[place_ + static_cast<std::size_t>(n)];
    }
    constexpr index_iterator& operator++() noexcept { return *this += 1; }
    constexpr index_iterator operator++(int) noexcept {
        const index_iterator before = *this;
        ++place_;
        return before;
    }
    constexpr index_iterator& operator--() noexcept { return *this -= 1; }
    constexpr index_iterator operator--(int) noexcept {
        const index_iterator before = *this;
        --place_;
        return before;
    }
    constexpr index_iterator& operator+=(difference_type n) noexcept {
        place_ += static_cast<std::size_t>(n);
        return *this;
    }
    constexpr index_iterator& operator-=(difference_type n) noexcept {
        place_ -= static_cast<std::size_t>(n);
        return *this;
    }
    [[nodiscard]] friend constexpr index_iterator operator+(index_iterator a, difference_type n) noexcept { return a += n; }
    [[nodiscard]] friend constexpr index_iterator operator+(difference_type n, index_iterator a) noexcept { return a += n; }
    [[nodiscard]] friend constexpr index_iterator operator-(index_iterator a, difference_type n) noexcept { return a -= n; }
    [[nodiscard]] friend constexpr difference_type operator-(const index_iterator& a, const index_iterator& b) noexcept {
        return static_cast<difference_type>(a.place_ - b.place_);
    }
    [[nodiscard]] friend constexpr bool operator==(const index_iterator& a, const index_iterator& b) noexcept {
        return a.place_ == b.place_;
    }
    [[nodiscard]] friend constexpr std::strong_ordering operator<=>(const index_iterator& a,
                                                                    const index_iterator& b) noexcept {
        return a.place_ <=> b.place_;
    }

private:
    View view_;
    std::size_t place_ = 0;
};

} // namespace election::detail
