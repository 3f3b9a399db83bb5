// SPDX-License-Identifier: MIT
// moment_bound(): a lower bound on the loss where hits have a constant sum and a constant sum of squares, as in block designs.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <optional>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include <election/exact/cover_problem.hpp>

namespace election {

/// Some rows of a problem, and the quadratic that bounds what they keep.
///
/// With multipliers a = linear / denominator and c = square / denominator these rows keep, whatever is chosen, at least
/// Σ w·min over h of (loss(h) + a·h + c·h²) − a·Σ w·h − c·Σ w·h², where loss(h) is that of one vote, the minimum is over the hits that
/// a row can have, and both sums on the right are the same for every choice. Unless a = c = 0 that takes rows that are a weighted
/// 2-design: all columns in rows of equal total weight r, all pairs of columns in rows of equal total weight λ. Then with B = budget
/// Σ w·h = r·B and Σ w·h² = r·B + λ·B·(B − 1).
struct moment_part {
    std::vector<std::uint32_t> rows; ///< of the problem, ascending
    std::int64_t linear = 0;         ///< a, times the denominator
    std::int64_t square = 0;         ///< c, times the denominator
    std::int64_t denominator = 1;    ///< at least 1

    /// Member by member.
    friend bool operator==(const moment_part&, const moment_part&) = default;
};

/// A bound with its proof: no row is in two parts, and what the parts keep adds up.
struct moment_proof {
    std::int64_t loss_lower = 0;    ///< no choice has less loss
    std::vector<moment_part> parts; ///< each bound is rounded up to a multiple of the loss unit of its rows

    /// Member by member.
    friend bool operator==(const moment_proof&, const moment_proof&) = default;
};

namespace detail {

__extension__ using moment_integer = __int128;

/// The least multiple of `unit` that is at least numerator / denominator, and at least 0; unit and denominator positive.
[[nodiscard]] constexpr std::int64_t rounded_up(moment_integer numerator, moment_integer denominator,
                                                std::int64_t unit) noexcept {
    if (numerator <= 0) return 0;
    const moment_integer step = denominator * unit;
    return static_cast<std::int64_t>((numerator + step - 1) / step) * unit;
}

/// Multipliers and denominator are at most this, so that nothing below overflows.
inline constexpr std::int64_t most_multiplier = std::int64_t{1} << 60;
/// And Σ w·(h² + 1) at most this.
inline constexpr std::int64_t most_moment = std::int64_t{1} << 58;

/// Σ w·h and Σ w·h² of a 2-design.
struct hit_moments {
    moment_integer linear = 0;
    moment_integer square = 0;
};

/// Its moments if these rows are a weighted 2-design. O(ones) where columns differ, else O(columns²·rows / 64).
[[nodiscard]] inline std::optional<hit_moments> design_moments(const cover_problem& problem,
                                                               std::span<const std::uint32_t> rows) {
    const std::size_t columns = problem.columns;
    std::vector<std::int64_t> degree(columns, 0);
    moment_integer pairs = 0; // ordered ones
    for (std::uint32_t i : rows) {
        const cover_row& row = problem.rows[i];
        for (std::uint32_t column : row.columns) degree[column] += row.weight;
        const auto size = static_cast<std::int64_t>(row.columns.size());
        pairs += static_cast<moment_integer>(row.weight) * size * (size - 1);
    }
    for (std::int64_t d : degree) {
        if (d != degree[0]) return std::nullopt;
    }
    const auto k = static_cast<moment_integer>(columns);
    if (columns >= 2 && pairs % (k * (k - 1)) != 0) return std::nullopt;
    const moment_integer together = columns < 2 ? 0 : pairs / (k * (k - 1));

    // Rows of one weight share words, so that a pair's weight is a sum of a few population counts.
    std::vector<std::uint32_t> order(rows.begin(), rows.end());
    std::ranges::sort(order, {}, [&](std::uint32_t i) { return problem.rows[i].weight; });
    std::vector<std::uint32_t> word_weight;
    std::vector<std::size_t> place(order.size());
    for (std::size_t at = 0, bit = 64; at < order.size(); ++at, ++bit) {
        const std::uint32_t weight = problem.rows[order[at]].weight;
        if (bit >= 64 || weight != word_weight.back()) {
            word_weight.push_back(weight);
            bit = 0;
        }
        place[at] = (word_weight.size() - 1) * 64 + bit;
    }
    const std::size_t words = word_weight.size();
    std::vector<std::uint64_t> holders(columns * words, 0);
    for (std::size_t at = 0; at < order.size(); ++at) {
        for (std::uint32_t column : problem.rows[order[at]].columns) {
            holders[column * words + place[at] / 64] |= std::uint64_t{1} << (place[at] % 64);
        }
    }
    for (std::size_t a = 0; a < columns; ++a) {
        for (std::size_t b = a + 1; b < columns; ++b) {
            std::int64_t both = 0;
            for (std::size_t word = 0; word < words; ++word) {
                both +=
                    std::popcount(holders[a * words + word] & holders[b * words + word]) * std::int64_t{word_weight[word]};
            }
            if (both != together) return std::nullopt;
        }
    }
    const auto budget = static_cast<moment_integer>(problem.budget);
    hit_moments moments;
    moments.linear = budget * (columns == 0 ? 0 : degree[0]);
    moments.square = moments.linear + budget * (budget - 1) * together;
    return moments;
}

/// Rows whose votes have the same loss at the same hits.
struct moment_class {
    std::size_t size = 0;
    std::uint32_t need = 1;
    bool may_tie = false;
    std::int64_t weight = 0; ///< of all its rows
    std::int64_t least = 0;  ///< hits that a row can have, at least
    std::int64_t most = 0;   ///< and at most
};

/// What one vote keeps with so many hits.
[[nodiscard]] constexpr std::int64_t vote_loss(const moment_class& rows, std::int64_t hits) noexcept {
    if (hits >= std::int64_t{rows.need}) return 0;
    return rows.may_tie && hits + 1 == std::int64_t{rows.need} ? 1 : 2;
}

[[nodiscard]] inline std::vector<moment_class> moment_classes(const cover_problem& problem,
                                                              std::span<const std::uint32_t> rows) {
    std::vector<moment_class> classes;
    for (std::uint32_t i : rows) {
        const cover_row& row = problem.rows[i];
        const std::size_t size = row.columns.size();
        auto same = std::ranges::find_if(classes, [&](const moment_class& c) {
            return c.size == size && c.need == row.need && c.may_tie == row.may_tie;
        });
        if (same == classes.end()) {
            const std::size_t others = problem.columns - size;
            const std::size_t least = problem.budget > others ? problem.budget - others : 0;
            classes.push_back({size, row.need, row.may_tie, 0, static_cast<std::int64_t>(least),
                               static_cast<std::int64_t>(std::min(size, problem.budget))});
            same = classes.end() - 1;
        }
        same->weight += row.weight;
    }
    return classes;
}

/// The best multipliers of rows with given moments, in integers all the way.
///
/// The bound is the optimum of a linear program: of all ways to give every class hits (with fractions of its weight) that have the two
/// moments, the least loss. Its dual is a and c. The simplex method solves it with columns made when they are needed: a column gives
/// each class one number of hits, and has loss, Σ w·h and Σ w·h²; the basis has three. Every basis has its a and c, all of them are
/// valid, and the best one is kept.
class moment_optimizer {
public:
    moment_optimizer(std::vector<moment_class> classes, const hit_moments& moments)
        : classes_(std::move(classes)), moments_(moments) {
        for (const moment_class& c : classes_) scale_ = std::gcd(scale_, c.weight);
        for (moment_class& c : classes_) c.weight /= scale_;
    }

    /// The multipliers, linear and square, over a common denominator; nothing where numbers are too large.
    [[nodiscard]] std::optional<std::array<std::int64_t, 3>> multipliers() {
        if (!is_small()) return std::nullopt;
        // The first column is the moments themselves, dearer than any true one, so that there is a basis to begin with.
        moment_integer dear = 1;
        for (const moment_class& c : classes_) dear += 2 * c.weight;
        const column target{scale_, dear * scale_, moments_.linear, moments_.square};
        std::array<column, 3> basis{target, with_share(0), with_share(2)};
        if (determinant(basis, &column::weight, &column::linear, &column::square) == 0) basis[2] = with_share(1);
        if (determinant(basis, &column::weight, &column::linear, &column::square) == 0) basis[2] = {0, dear, 0, 1};
        constexpr int most_steps = 200; // never reached in tests; what is found until then is valid
        for (int step = 0; step < most_steps; ++step) {
            moment_integer d = determinant(basis, &column::weight, &column::linear, &column::square);
            if (d == 0) break;
            // loss = p·weight − a·linear − c·square on the basis; Cramer's rule.
            moment_integer a = -determinant(basis, &column::weight, &column::loss, &column::square);
            moment_integer c = -determinant(basis, &column::weight, &column::linear, &column::loss);
            moment_integer p = determinant(basis, &column::loss, &column::linear, &column::square);
            if (d < 0) d = -d, a = -a, c = -c, p = -p;
            keep_if_better(a, c, d);
            const column enters = cheapest(a, c, d);
            if (d * enters.loss + a * enters.linear + c * enters.square >= p * enters.weight) break;
            std::size_t leaves = 3;
            moment_integer most_numerator = 0, most_denominator = 1;
            const moment_integer sign = determinant(basis, &column::weight, &column::linear, &column::square) < 0 ? -1 : 1;
            for (std::size_t i = 0; i < 3; ++i) { // the ratio test
                std::array<column, 3> with = basis;
                with[i] = enters;
                const moment_integer share = sign * determinant(with, &column::weight, &column::linear, &column::square);
                if (share <= 0) continue;
                with[i] = target;
                const moment_integer value = sign * determinant(with, &column::weight, &column::linear, &column::square);
                if (leaves == 3 || value * most_denominator < most_numerator * share) {
                    leaves = i;
                    most_numerator = value;
                    most_denominator = share;
                }
            }
            if (leaves == 3) break;
            basis[leaves] = enters;
        }
        return best_;
    }

    /// The bound of multipliers, times their denominator.
    [[nodiscard]] moment_integer bound(moment_integer a, moment_integer c, moment_integer d) const {
        moment_integer total = 0;
        for (const moment_class& rows : classes_) {
            moment_integer least = value(rows, rows.least, a, c, d);
            for (std::int64_t h = rows.least + 1; h <= rows.most; ++h) least = std::min(least, value(rows, h, a, c, d));
            total += least * rows.weight * scale_;
        }
        return total - a * moments_.linear - c * moments_.square;
    }

private:
    /// A way to give every class hits.
    struct column {
        moment_integer weight = 0;
        moment_integer loss = 0;
        moment_integer linear = 0;
        moment_integer square = 0;
    };

    static moment_integer determinant(const std::array<column, 3>& m, moment_integer column::*x, moment_integer column::*y,
                                      moment_integer column::*z) {
        return m[0].*x * (m[1].*y * m[2].*z - m[1].*z * m[2].*y) - m[0].*y * (m[1].*x * m[2].*z - m[1].*z * m[2].*x) +
               m[0].*z * (m[1].*x * m[2].*y - m[1].*y * m[2].*x);
    }

    static moment_integer value(const moment_class& rows, std::int64_t h, moment_integer a, moment_integer c,
                                moment_integer d) {
        return d * vote_loss(rows, h) + (a + c * h) * h;
    }

    void add(column& sum, const moment_class& rows, std::int64_t h) const {
        sum.loss += static_cast<moment_integer>(rows.weight) * vote_loss(rows, h);
        sum.linear += static_cast<moment_integer>(rows.weight) * h;
        sum.square += static_cast<moment_integer>(rows.weight) * h * h;
    }

    /// All rows with the least hits they can have (0 halves), the most (2 halves), or as many as are in the middle.
    [[nodiscard]] column with_share(int halves) const {
        column sum{1, 0, 0, 0};
        for (const moment_class& rows : classes_) add(sum, rows, rows.least + (rows.most - rows.least) * halves / 2);
        return sum;
    }

    /// The column that the current multipliers like least.
    [[nodiscard]] column cheapest(moment_integer a, moment_integer c, moment_integer d) const {
        column sum{1, 0, 0, 0};
        for (const moment_class& rows : classes_) {
            std::int64_t best = rows.least;
            moment_integer least = value(rows, best, a, c, d);
            for (std::int64_t h = rows.least + 1; h <= rows.most; ++h) {
                const moment_integer v = value(rows, h, a, c, d);
                if (v < least) least = v, best = h;
            }
            add(sum, rows, best);
        }
        return sum;
    }

    /// Whether products of two determinants and sums over rows stay below 2^127.
    [[nodiscard]] bool is_small() const {
        if (scale_ == 0) return false;
        moment_integer linear = 1, square = 1;
        for (const moment_class& rows : classes_) {
            linear += static_cast<moment_integer>(rows.weight) * rows.most;
            square += static_cast<moment_integer>(rows.weight) * (static_cast<moment_integer>(rows.most) * rows.most + 1);
        }
        return square < most_moment / scale_ && linear * scale_ < most_moment / square;
    }

    void keep_if_better(moment_integer a, moment_integer c, moment_integer d) {
        moment_integer divisor = d;
        for (moment_integer x : {a, c}) {
            for (moment_integer y = x < 0 ? -x : x; y != 0;) std::swap(divisor %= y, y);
        }
        a /= divisor, c /= divisor, d /= divisor;
        if (a > most_multiplier || a < -most_multiplier || c > most_multiplier || c < -most_multiplier ||
            d > most_multiplier)
            return;
        const moment_integer numerator = bound(a, c, d);
        moment_integer whole = numerator / d, rest = numerator % d;
        if (rest < 0) --whole, rest += d;
        if (best_ && (whole < whole_ || (whole == whole_ && rest * best_->at(2) <= rest_ * d))) return;
        whole_ = whole;
        rest_ = rest;
        best_ = {static_cast<std::int64_t>(a), static_cast<std::int64_t>(c), static_cast<std::int64_t>(d)};
    }

    std::vector<moment_class> classes_; ///< weights divided by scale_
    hit_moments moments_;
    std::int64_t scale_ = 0;
    moment_integer whole_ = 0; ///< of the best bound, whole_ + rest_ / denominator
    moment_integer rest_ = 0;
    std::optional<std::array<std::int64_t, 3>> best_;
};

/// The loss unit of some rows.
[[nodiscard]] inline std::int64_t loss_unit_of(const cover_problem& problem, std::span<const std::uint32_t> rows) {
    std::int64_t unit = 0;
    for (std::uint32_t i : rows) {
        unit = std::gcd(unit, (problem.rows[i].may_tie ? 1 : 2) * std::int64_t{problem.rows[i].weight});
    }
    return unit == 0 ? 1 : unit;
}

/// What rows keep at least when each has the most hits it can have.
[[nodiscard]] inline std::int64_t least_loss(const cover_problem& problem, std::span<const std::uint32_t> rows) {
    std::int64_t loss = 0;
    for (std::uint32_t i : rows) {
        loss += loss_of(problem.rows[i], std::min(problem.rows[i].columns.size(), problem.budget));
    }
    return loss;
}

/// Rows that bound themselves: a design with its best multipliers, or nothing.
[[nodiscard]] inline std::optional<std::pair<moment_part, std::int64_t>> moment_part_of(const cover_problem& problem,
                                                                                        std::vector<std::uint32_t> rows) {
    const std::optional<hit_moments> moments = design_moments(problem, rows);
    if (!moments) return std::nullopt;
    moment_optimizer optimizer(moment_classes(problem, rows), *moments);
    const auto best = optimizer.multipliers();
    if (!best) return std::nullopt;
    const auto& [a, c, d] = *best;
    const std::int64_t bound = rounded_up(optimizer.bound(a, c, d), d, loss_unit_of(problem, rows));
    if (bound <= least_loss(problem, rows)) return std::nullopt;
    return std::pair{moment_part{std::move(rows), a, c, d}, bound};
}

} // namespace detail

/// The second-moment bound: how much the rows keep that are block designs, alone or together.
///
/// In a 2-design every choice gives the hits the same sum and the same sum of squares, so that they cannot all be where votes turn.
/// Rows of one size, need and tie rule are a part where they are a design; the others are a part together if they are one; what is left
/// keeps what it keeps with all the hits it can have. The multipliers are the best there are. Projective planes and other symmetric
/// designs, Paley codes over primes 3 mod 4, all-ones rows beside them, complete designs.
/// \param problem  any that is valid; rows may have any weights
/// \returns the bound and its proof; nothing where no row is in a design or where it says no more than each row alone
/// \throws parameter_error  a problem that breaks an invariant
/// \par Complexity
/// O(ones) where columns differ in weight; else O(columns²·rows / 64 + steps·hits), about ten steps
/// \par Reference
/// The dual of the linear program with the first two moments: Prékopa, *Boole–Bonferroni inequalities and linear programming*,
/// Oper. Res. 1988
///
/// \code
/// // The Fano plane: three losers make at most one of its seven lines err, or three of them when they are one line.
/// const std::vector<std::vector<std::uint32_t>> lines{{0, 1, 2}, {0, 3, 4}, {0, 5, 6}, {1, 3, 5}, {1, 4, 6}, {2, 3, 6}, {2, 4, 5}};
/// election::cover_problem fano{7, 3, {}, -7};
/// for (const auto& line : lines) fano.rows.push_back({line, 2});
/// const auto bound = election::moment_bound(fano);
/// assert(bound && bound->loss_lower == 8 && election::is_proved(fano, *bound)); // three lines of seven are wrong, at most
/// \endcode
[[nodiscard]] inline std::optional<moment_proof> moment_bound(const cover_problem& problem) {
    detail::require_valid(problem, "moment_bound");
    std::vector<std::uint32_t> order(problem.rows.size());
    std::iota(order.begin(), order.end(), 0U);
    const auto kind = [&](std::uint32_t i) {
        const cover_row& row = problem.rows[i];
        return std::tuple(row.columns.size(), row.need, row.may_tie);
    };
    std::ranges::stable_sort(order, {}, kind);
    moment_proof proof;
    std::vector<std::uint32_t> left;
    const auto add = [&](std::vector<std::uint32_t> rows) {
        auto part = detail::moment_part_of(problem, rows);
        if (!part) return left.insert(left.end(), rows.begin(), rows.end()), void();
        proof.loss_lower += part->second;
        proof.parts.push_back(std::move(part->first));
    };
    for (auto first = order.begin(); first != order.end();) {
        const auto last = std::find_if(first, order.end(), [&](std::uint32_t i) { return kind(i) != kind(*first); });
        add({first, last});
        first = last;
    }
    if (!left.empty()) {
        std::vector<std::uint32_t> rest = std::exchange(left, {});
        std::ranges::sort(rest);
        add(std::move(rest));
    }
    if (proof.parts.empty()) return std::nullopt;
    if (!left.empty()) {
        proof.loss_lower += detail::least_loss(problem, left);
        proof.parts.push_back({std::move(left), 0, 0, 1});
    }
    return proof;
}

/// Whether the proof holds: the plain check, which takes nothing from how the bound was found.
/// \param problem  one that is valid
/// \param proof    any, from anywhere
/// \returns whether no row is in two parts, rows of parts with multipliers are designs, and the parts' bounds add up to loss_lower or more
/// \par Complexity
/// O(columns² + Σ size²)
[[nodiscard]] inline bool is_proved(const cover_problem& problem, const moment_proof& proof) {
    using detail::moment_integer;
    std::vector<char> seen(problem.rows.size(), 0);
    const auto budget = static_cast<moment_integer>(problem.budget);
    std::int64_t total = 0;
    for (const moment_part& part : proof.parts) {
        const auto allowed = [](std::int64_t x) { return x >= -detail::most_multiplier && x <= detail::most_multiplier; };
        if (!allowed(part.linear) || !allowed(part.square) || !allowed(part.denominator) || part.denominator < 1)
            return false;
        for (std::uint32_t i : part.rows) {
            if (i >= problem.rows.size() || seen[i]++ != 0) return false;
        }
        moment_integer kept = 0, large = 0;
        for (std::uint32_t i : part.rows) {
            const cover_row& row = problem.rows[i];
            const std::size_t others = problem.columns - row.columns.size();
            const std::size_t most = std::min(row.columns.size(), problem.budget);
            large += row.weight * (static_cast<moment_integer>(most) * static_cast<moment_integer>(most) + 1);
            if (large > detail::most_moment) return false;
            std::optional<moment_integer> least;
            for (std::size_t hits = problem.budget > others ? problem.budget - others : 0; hits <= most; ++hits) {
                const auto h = static_cast<moment_integer>(hits);
                const moment_integer value = part.denominator * static_cast<moment_integer>(loss_of(row, hits)) +
                                             row.weight * (part.linear * h + part.square * h * h);
                if (!least || value < *least) least = value;
            }
            kept += *least;
        }
        if (part.linear != 0 || part.square != 0) {
            std::vector<std::int64_t> together(problem.columns * problem.columns, 0);
            for (std::uint32_t i : part.rows) {
                for (std::uint32_t x : problem.rows[i].columns) {
                    for (std::uint32_t y : problem.rows[i].columns)
                        together[x * problem.columns + y] += problem.rows[i].weight;
                }
            }
            for (std::size_t x = 0; x < problem.columns; ++x) {
                for (std::size_t y = 0; y < problem.columns; ++y) {
                    if (together[x * problem.columns + y] != together[x == y ? 0 : 1]) return false;
                }
            }
            const moment_integer linear = budget * (problem.columns > 0 ? together[0] : 0);
            const moment_integer square = linear + budget * (budget - 1) * (problem.columns > 1 ? together[1] : 0);
            kept -= part.linear * linear + part.square * square;
        }
        total += detail::rounded_up(kept, part.denominator, detail::loss_unit_of(problem, part.rows));
    }
    return total >= proof.loss_lower;
}

} // namespace election
