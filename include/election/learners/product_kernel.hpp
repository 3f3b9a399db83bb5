// SPDX-License-Identifier: MIT
// product_kernel: products of small dense matrices, the same bit for bit on every architecture.
#pragma once

#include <cstddef>
#include <string_view>
#include <type_traits>

#include <election/bits/bit_block.hpp>
#include <election/packing/float_lanes.hpp>

namespace election {

/// A product of matrices where they lie in memory: C ← A·B, or C ← C + A·B. C overlaps neither A nor B.
///
/// Every element of C is summed over the depth p in increasing order, from +0 or from what is there; each product is rounded,
/// then each sum, and nothing is fused.
template <class T>
struct matrix_product {
    std::size_t rows;     ///< of C and A
    std::size_t columns;  ///< of C and B
    std::size_t depth;    ///< columns of A, rows of B
    const T* a;           ///< element (i, p) is a[i·a_row + p·a_column], so that A may be the transpose of what is stored
    std::size_t a_row;    ///< from a row of A to the next
    std::size_t a_column; ///< from a column of A to the next
    const T* b;           ///< element (p, j) is b[p·b_row + j]
    std::size_t b_row;    ///< from a row of B to the next
    T* c;                 ///< element (i, j) is c[i·c_row + j]
    std::size_t c_row;    ///< from a row of C to the next
    bool add;             ///< C ← C + A·B
};

/// The inner loops for one type of floats, as plain functions. Numbers need no alignment beyond their own, and nothing is read
/// or written outside of the three matrices.
/// \tparam T  float or double
template <class T>
struct product_loops {
    /// Does a matrix_product.
    void (*multiply)(const matrix_product<T>& product) = nullptr;
};

/// The inner loops of one architecture, so that a program can compile several with their own compiler flags and choose at run
/// time.
struct product_kernel {
    std::string_view arch;           ///< e.g. "avx512"
    product_loops<float> of_float;   ///< for float
    product_loops<double> of_double; ///< for double

    /// The loops of a type. \tparam T  float or double
    template <class T>
        requires std::is_same_v<T, float> || std::is_same_v<T, double>
    [[nodiscard]] constexpr const product_loops<T>& of() const noexcept {
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
///
/// C is made tile by tile: a tile's sums stay in registers, while rows of B are loaded and elements of A spread over a
/// register. Columns that do not fill a register are done in copies of B and C that are padded.
template <class Arch, class T>
struct product_blocks {
    using lanes = float_lanes<Arch, T>;
    using reg = typename lanes::reg;
    /// AVX-512 has twice as many registers as the others.
    static constexpr bool many_registers = std::is_same_v<Arch, arch::avx512> || std::is_same_v<Arch, arch::neon>;
    static constexpr std::size_t tile_rows = many_registers ? 6 : 4;
    static constexpr std::size_t tile_registers = many_registers ? 4 : 2; ///< in a row
    static constexpr std::size_t tile_columns = tile_registers * lanes::count;
    /// Rows of B that are used again and again before the next ones, so that a tile's columns of them stay in the first cache.
    static constexpr std::size_t chunk = 128;

    static void multiply(const matrix_product<T>& product) {
        if (product.depth == 0) {
            if (!product.add) clear(product);
            return;
        }
        const std::size_t whole = product.columns / tile_columns * tile_columns;
        for (std::size_t j = 0; j < whole; j += tile_columns) {
            for (std::size_t p = 0; p < product.depth; p += chunk) strip<tile_registers>(product, j, p);
        }
        const std::size_t rest = product.columns - whole;
        if (rest != 0) rest_strips<tile_registers>(product, whole, rest);
    }

private:
    static void clear(const matrix_product<T>& product) {
        for (std::size_t i = 0; i < product.rows; ++i) {
            for (std::size_t j = 0; j < product.columns; ++j) product.c[i * product.c_row + j] = T{0};
        }
    }

    static ELECTION_ALWAYS_INLINE std::size_t chunk_at(const matrix_product<T>& product, std::size_t p) {
        return product.depth - p < chunk ? product.depth - p : chunk;
    }

    /// Where a tile's columns of B and C are, and how the chunk of A before them begins.
    struct panel {
        const T* a;
        std::size_t a_row;
        std::size_t a_column;
        const T* b;
        std::size_t b_row;
        T* c;
        std::size_t c_row;
        std::size_t depth;
        bool add;
    };

    /// Rows × Registers sums.
    template <std::size_t Rows, std::size_t Registers>
    static void tile(const panel& at) {
        reg sums[Rows][Registers];
#pragma GCC unroll 8
        for (std::size_t i = 0; i < Rows; ++i) {
#pragma GCC unroll 4
            for (std::size_t r = 0; r < Registers; ++r) {
                sums[i][r] = at.add ? lanes::load(at.c + i * at.c_row + r * lanes::count) : lanes::filled(T{0});
            }
        }
        const T* a = at.a;
        const T* b = at.b;
        const std::size_t a_row = at.a_row;
        for (std::size_t p = 0; p < at.depth; ++p) {
            reg row[Registers];
#pragma GCC unroll 4
            for (std::size_t r = 0; r < Registers; ++r) row[r] = lanes::load(b + r * lanes::count);
#pragma GCC unroll 8
            for (std::size_t i = 0; i < Rows; ++i) {
                const reg factor = lanes::filled(a[i * a_row]);
#pragma GCC unroll 4
                for (std::size_t r = 0; r < Registers; ++r) {
                    sums[i][r] = lanes::add(sums[i][r], lanes::multiply(factor, row[r]));
                }
            }
            a += at.a_column;
            b += at.b_row;
        }
#pragma GCC unroll 8
        for (std::size_t i = 0; i < Rows; ++i) {
#pragma GCC unroll 4
            for (std::size_t r = 0; r < Registers; ++r) lanes::store(at.c + i * at.c_row + r * lanes::count, sums[i][r]);
        }
    }

    /// The tile of the last rows, fewer than tile_rows.
    template <std::size_t Rows, std::size_t Registers>
    static void last_tile(const panel& at, std::size_t rows) {
        if constexpr (Rows != 0) {
            rows == Rows ? tile<Rows, Registers>(at) : last_tile<Rows - 1, Registers>(at, rows);
        }
    }

    template <std::size_t Registers>
    static void tiles(panel at, std::size_t rows) {
        std::size_t i = 0;
        for (; i + tile_rows <= rows; i += tile_rows) {
            tile<tile_rows, Registers>(at);
            at.a += tile_rows * at.a_row;
            at.c += tile_rows * at.c_row;
        }
        if (i != rows) last_tile<tile_rows - 1, Registers>(at, rows - i);
    }

    /// All rows of the columns from j on, as many as fill the registers, and a chunk of the depth.
    template <std::size_t Registers>
    static void strip(const matrix_product<T>& product, std::size_t j, std::size_t p) {
        tiles<Registers>({product.a + p * product.a_column, product.a_row, product.a_column,
                          product.b + p * product.b_row + j, product.b_row, product.c + j, product.c_row,
                          chunk_at(product, p), product.add || p != 0},
                         product.rows);
    }

    /// The last columns, fewer than tile_columns, in as few registers as hold them.
    template <std::size_t Registers>
    static void rest_strips(const matrix_product<T>& product, std::size_t j, std::size_t columns) {
        if constexpr (Registers != 0) {
            if (columns <= (Registers - 1) * lanes::count) return rest_strips<Registers - 1>(product, j, columns);
            constexpr std::size_t width = Registers * lanes::count;
            for (std::size_t p = 0; p < product.depth; p += chunk) {
                columns == width ? strip<Registers>(product, j, p) : padded_strip<Registers>(product, j, columns, p);
            }
        }
    }

    static ELECTION_ALWAYS_INLINE void copy(const T* from, T* to, std::size_t count) {
        for (std::size_t j = 0; j < count; ++j) to[j] = from[j];
    }

    template <std::size_t Registers>
    static void padded_strip(const matrix_product<T>& product, std::size_t j, std::size_t columns, std::size_t p) {
        constexpr std::size_t width = Registers * lanes::count;
        alignas(64) T b[chunk * width];
        alignas(64) T c[tile_rows * width] = {};
        const std::size_t depth = chunk_at(product, p);
        for (std::size_t q = 0; q < depth; ++q) {
            copy(product.b + (p + q) * product.b_row + j, b + q * width, columns);
            for (std::size_t past = columns; past < width; ++past) b[q * width + past] = T{0};
        }
        const bool add = product.add || p != 0;
        const T* a = product.a + p * product.a_column;
        for (std::size_t i = 0; i < product.rows; i += tile_rows) {
            const std::size_t rows = product.rows - i < tile_rows ? product.rows - i : tile_rows;
            T* out = product.c + i * product.c_row + j;
            for (std::size_t r = 0; add && r < rows; ++r) copy(out + r * product.c_row, c + r * width, columns);
            tiles<Registers>({a + i * product.a_row, product.a_row, product.a_column, b, width, c, width, depth, add}, rows);
            for (std::size_t r = 0; r < rows; ++r) copy(c + r * width, out + r * product.c_row, columns);
        }
    }
};

template <class Arch, class T>
[[nodiscard]] constexpr product_loops<T> product_loops_for() noexcept {
    return {&product_blocks<Arch, T>::multiply};
}

} // namespace detail

/// The kernel of an architecture; instantiate it only where its instructions are enabled (is_enabled<Arch>).
template <class Arch>
[[nodiscard]] constexpr product_kernel product_kernel_for() noexcept {
    return {Arch::name, detail::product_loops_for<Arch, float>(), detail::product_loops_for<Arch, double>()};
}

} // namespace election
