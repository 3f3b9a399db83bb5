// SPDX-License-Identifier: MIT
#include <election/exact/cover_kernel.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <election/exact/cover_problem.hpp>
#include <election/exact/cover_tables.hpp>
#include <support/architectures.hpp>
#include <support/random_cover.hpp>
#include <support/seed.hpp>

using namespace election;
using election_test::between;
using election_test::total_loss;

namespace {

using bit_words = std::vector<std::uint64_t>;

/// What is decided at a node, in plain form.
struct plain_node {
    std::vector<char> open;
    std::vector<char> loses;

    [[nodiscard]] std::int64_t open_count() const { return std::count(open.begin(), open.end(), 1); }
    [[nodiscard]] std::int64_t budget(const cover_problem& problem) const {
        return static_cast<std::int64_t>(problem.budget) - std::count(loses.begin(), loses.end(), 1);
    }
    void fix(const std::vector<std::uint32_t>& columns, bool lose) {
        for (std::uint32_t j : columns) {
            if (open[j] != 1) FAIL("a column that is not open");
            open[j] = 0;
            loses[j] = lose ? 1 : 0;
        }
    }
};

bit_words bits_of(const std::vector<char>& marks, std::size_t count) {
    bit_words bits(count, 0);
    for (std::size_t j = 0; j < marks.size(); ++j) {
        if (marks[j] != 0) bits[j / 64] |= std::uint64_t{1} << (j % 64);
    }
    return bits;
}

std::vector<std::uint32_t> columns_of(const std::uint64_t* bits, std::size_t columns, std::size_t count) {
    std::vector<std::uint32_t> found;
    for (std::size_t j = 0; j < count * 64; ++j) {
        if ((bits[j / 64] >> (j % 64) & 1U) == 0) continue;
        if (j >= columns) FAIL("a column of the padding");
        found.push_back(static_cast<std::uint32_t>(j));
    }
    return found;
}

/// What examine() found, with all that a search reads of it.
struct finding {
    detail::cover_step step{};
    std::int64_t bound = 0;
    std::int32_t threshold = 0;
    std::vector<std::int16_t> multipliers;
    std::vector<std::int16_t> prices;
    std::vector<std::uint32_t> chosen;
    std::vector<std::uint32_t> zeros, ones, dominated_zeros, dominated_ones;
    std::size_t column = 0;
    bool loses_first = false;

    friend bool operator==(const finding&, const finding&) = default;
};

/// A node of one kernel, with its memory.
class kernel_node {
public:
    kernel_node(const detail::cover_tables& tables, const cover_kernel& kernel, const plain_node& at)
        : tables_(tables), kernel_(kernel), view_(tables.view()), memory_(view_), scratch_(view_) {
        memory_.reset(tables, kernel, bits_of(at.open, view_.column_words), bits_of(at.loses, view_.column_words));
    }

    finding examine(std::int64_t target, int iterations) {
        return found_by(kernel_.examine(view_, memory_.node(), scratch_.scratch(), target, iterations));
    }
    static std::pair<finding, finding> examine_two(kernel_node& a, kernel_node& b, std::int64_t target, int iterations) {
        detail::cover_node* const nodes[2] = {&a.memory_.node(), &b.memory_.node()};
        detail::cover_scratch* const scratch[2] = {&a.scratch_.scratch(), &b.scratch_.scratch()};
        detail::cover_step steps[2];
        a.kernel_.examine_two(a.view_, nodes, scratch, target, iterations, steps);
        return {a.found_by(steps[0]), b.found_by(steps[1])};
    }
    finding found_by(detail::cover_step step) {
        const detail::cover_scratch& s = scratch_.scratch();
        const detail::cover_node& node = memory_.node();
        finding found;
        found.step = step;
        found.bound = s.bound;
        using detail::cover_step;
        if (found.step == cover_step::closed || found.step == cover_step::decided) return found;
        found.threshold = s.best_threshold;
        found.multipliers.assign(node.multipliers, node.multipliers + view_.row_lanes);
        found.prices.assign(s.best_prices, s.best_prices + view_.column_lanes);
        found.chosen = columns(s.best_chosen);
        if (found.step == cover_step::bounded) return found;
        if (found.step == cover_step::fixed) {
            found.zeros = columns(s.zeros);
            found.ones = columns(s.ones);
        } else {
            found.dominated_zeros = columns(s.dominated_zeros);
            found.dominated_ones = columns(s.dominated_ones);
            found.column = s.column;
            found.loses_first = s.loses_first;
        }
        return found;
    }
    void fix(const plain_node& zeros_and_ones) {
        std::vector<char> zeros(view_.columns);
        for (std::size_t j = 0; j < zeros.size(); ++j) {
            zeros[j] = zeros_and_ones.open[j] != 0 && zeros_and_ones.loses[j] == 0 ? 1 : 0;
        }
        kernel_.fix(view_, memory_.node(), bits_of(zeros, view_.column_words).data(),
                    bits_of(zeros_and_ones.loses, view_.column_words).data());
    }
    /// Whether the node is what it would be if it were made anew.
    [[nodiscard]] bool is(const plain_node& expected, const cover_problem& problem) const {
        const detail::cover_node& node = memory_.node();
        bool same = columns(node.open) == columns(bits_of(expected.open, view_.column_words).data()) &&
                    columns(node.losers) == columns(bits_of(expected.loses, view_.column_words).data()) &&
                    node.open_count == expected.open_count() && node.budget == expected.budget(problem);
        for (std::size_t j = 0; j < view_.column_lanes; ++j) {
            same = same && node.open_lanes[j] == (j < view_.columns && expected.open[j] != 0 ? -1 : 0);
        }
        for (std::size_t i = 0; i < view_.row_lanes; ++i) {
            std::int64_t need = tables_.need()[i];
            std::int64_t held = 0;
            if (i < problem.rows.size()) {
                for (std::uint32_t j : problem.rows[i].columns) {
                    need -= expected.loses[j];
                    held += expected.open[j];
                }
            }
            same = same && node.need[i] == need && node.open_held[i] == held;
        }
        return same;
    }
    void set_multipliers(const std::int16_t* from) { std::copy_n(from, view_.row_lanes, memory_.node().multipliers); }

private:
    [[nodiscard]] std::vector<std::uint32_t> columns(const std::uint64_t* bits) const {
        return columns_of(bits, view_.columns, view_.column_words);
    }

    const detail::cover_tables& tables_;
    cover_kernel kernel_;
    const detail::cover_view& view_;
    detail::cover_node_memory memory_;
    detail::cover_scratch_memory scratch_;
};

/// The bound by its formula, in 64 bits; and that prices and choice are those of the multipliers.
std::int64_t plain_bound(const cover_problem& problem, std::int32_t scale, const plain_node& node, const finding& found) {
    const std::int64_t budget = node.budget(problem);
    const std::int64_t surplus = node.open_count() - budget;
    std::vector<std::int64_t> prices(problem.columns, 0);
    std::int64_t bound = 0;
    for (std::size_t i = 0; i < problem.rows.size(); ++i) {
        const cover_row& row = problem.rows[i];
        std::int64_t hits = 0;
        std::int64_t held = 0;
        for (std::uint32_t j : row.columns) {
            hits += node.loses[j];
            held += node.open[j];
            prices[j] += found.multipliers[i];
        }
        std::optional<std::int64_t> least;
        for (std::int64_t x = std::max<std::int64_t>(0, held - surplus); x <= std::min(held, budget); ++x) {
            const std::int64_t cost = scale * loss_of(row, static_cast<std::size_t>(hits + x)) + found.multipliers[i] * x;
            if (!least || cost < *least) least = cost;
        }
        bound += least.value();
    }
    const std::int64_t threshold = std::int64_t{found.threshold} + 32767;
    std::vector<std::uint32_t> chosen;
    bool right = true;
    for (std::uint32_t j = 0; j < problem.columns; ++j) {
        right = right && found.prices[j] == (node.open[j] != 0 ? prices[j] - 32767 : -32768);
        if (node.open[j] == 0 || prices[j] < threshold) continue;
        bound -= prices[j] - threshold;
        chosen.push_back(j);
    }
    REQUIRE(right);
    REQUIRE(found.chosen == chosen);
    for (std::size_t i = problem.rows.size(); i < found.multipliers.size(); ++i) right = right && found.multipliers[i] == 0;
    REQUIRE(right);
    return bound - budget * threshold;
}

/// The least and largest loss of a node's choices, of those with the given columns; nothing if there are none. By trying all.
struct losses {
    std::optional<std::int64_t> least;
    std::int64_t most = 0;
};
class every_choice {
public:
    explicit every_choice(const cover_problem& problem) {
        for (std::uint32_t set = 0; set < 1U << problem.columns; ++set) {
            if (static_cast<std::size_t>(std::popcount(set)) != problem.budget) continue;
            std::vector<std::uint32_t> losers;
            for (std::uint32_t j = 0; j < problem.columns; ++j) {
                if ((set >> j & 1U) != 0) losers.push_back(j);
            }
            sets_.push_back(set);
            losses_.push_back(loss_of(problem, losers));
        }
    }
    /// \param zeros, ones  further columns that do not lose, and that lose
    [[nodiscard]] losses of(const plain_node& node, const std::vector<std::uint32_t>& zeros = {},
                            const std::vector<std::uint32_t>& ones = {}) const {
        std::uint32_t without = 0;
        std::uint32_t with = 0;
        for (std::size_t j = 0; j < node.open.size(); ++j) {
            if (node.open[j] == 0) (node.loses[j] != 0 ? with : without) |= 1U << j;
        }
        for (std::uint32_t j : zeros) without |= 1U << j;
        for (std::uint32_t j : ones) with |= 1U << j;
        losses found;
        for (std::size_t s = 0; s < sets_.size(); ++s) {
            if ((sets_[s] & without) != 0 || (sets_[s] & with) != with) continue;
            found.least = found.least ? std::min(*found.least, losses_[s]) : losses_[s];
            found.most = std::max(found.most, losses_[s]);
        }
        return found;
    }

private:
    std::vector<std::uint32_t> sets_;
    std::vector<std::int64_t> losses_;
};

bool above(const losses& all, std::int64_t target) { return !all.least || *all.least > target; }

void hash(std::uint64_t& sum, std::uint64_t number) { sum = (sum ^ number) * 0x100000001b3U; }
void hash(std::uint64_t& sum, const finding& found) {
    hash(sum, static_cast<std::uint64_t>(found.step));
    hash(sum, static_cast<std::uint64_t>(found.bound));
    hash(sum, static_cast<std::uint64_t>(found.threshold));
    for (std::int16_t multiplier : found.multipliers) hash(sum, static_cast<std::uint64_t>(multiplier));
    for (const auto* list : {&found.zeros, &found.ones, &found.dominated_zeros, &found.dominated_ones}) {
        for (std::uint32_t j : *list) hash(sum, j);
    }
    hash(sum, found.column);
    hash(sum, found.loses_first ? 1 : 0);
}

struct dive_counts {
    int closed = 0, infeasible = 0, bounded = 0, decided = 0, zeros = 0, ones = 0, branched = 0, implied = 0, tight = 0;
};

/// Goes down a random way from a node, as a search would, and holds every step to the plain forms and to the word kernel.
/// \param all  every choice, where there are few enough
template <class Arch>
void dive(const cover_problem& problem, plain_node at, std::int64_t target, int iterations, std::mt19937& random,
          const every_choice* all, dive_counts& counts, std::uint64_t& sum) {
    const detail::cover_tables tables(problem);
    const std::int32_t scale = tables.view().scale;
    const cover_kernel kernel = cover_kernel_for<Arch>();
    const cover_kernel plain = cover_kernel_for<arch::word64>();
    kernel_node node(tables, kernel, at);
    kernel_node plain_one(tables, plain, at);
    while (true) {
        REQUIRE(node.is(at, problem));
        const finding found = node.examine(target * scale, iterations);
        REQUIRE(found == plain_one.examine(target * scale, iterations));
        hash(sum, found);
        using detail::cover_step;
        losses here;
        if (all != nullptr) here = all->of(at);
        plain_node next{std::vector<char>(problem.columns, 0), std::vector<char>(problem.columns, 0)};
        switch (found.step) {
        case cover_step::closed:
            if (all != nullptr) REQUIRE(above(here, target));
            ++counts.closed;
            if (at.budget(problem) < 0 || at.budget(problem) > at.open_count()) ++counts.infeasible;
            return;
        case cover_step::bounded:
            REQUIRE(found.bound > target * scale);
            REQUIRE(found.bound == plain_bound(problem, scale, at, found));
            if (all != nullptr) REQUIRE(here.least.value() * scale >= found.bound);
            ++counts.bounded;
            return;
        case cover_step::decided:
            if (all != nullptr) {
                REQUIRE(here.least.value() * scale == found.bound);
                REQUIRE(here.most * scale == found.bound);
            }
            REQUIRE(found.bound <= target * scale);
            ++counts.decided;
            return;
        case cover_step::fixed:
            REQUIRE(found.bound <= target * scale);
            REQUIRE(found.bound == plain_bound(problem, scale, at, found));
            REQUIRE(found.zeros.size() + found.ones.size() != 0);
            if (all != nullptr) {
                REQUIRE(here.least.value() * scale >= found.bound);
                for (std::uint32_t j : found.zeros) REQUIRE(above(all->of(at, {}, {j}), target));
                for (std::uint32_t j : found.ones) REQUIRE(above(all->of(at, {j}, {}), target));
            }
            // Nothing is left over where the target is out of reach.
            for (kernel_node* each : {&node, &plain_one}) {
                REQUIRE(each->examine(std::int64_t{1} << 40, 1).step == cover_step::branched);
            }
            at.fix(found.zeros, false);
            at.fix(found.ones, true);
            for (std::uint32_t j : found.zeros) next.open[j] = 1;
            for (std::uint32_t j : found.ones) next.loses[j] = 1;
            counts.zeros += static_cast<int>(found.zeros.size());
            counts.ones += static_cast<int>(found.ones.size());
            break;
        case cover_step::branched: {
            REQUIRE(found.bound <= target * scale);
            REQUIRE(found.bound == plain_bound(problem, scale, at, found));
            const auto column = static_cast<std::uint32_t>(found.column);
            REQUIRE(at.open[column] == 1);
            REQUIRE(found.loses_first == std::ranges::binary_search(found.chosen, column));
            std::vector<std::uint32_t> zeros = found.dominated_zeros;
            std::vector<std::uint32_t> ones = found.dominated_ones;
            zeros.push_back(column);
            ones.push_back(column);
            if (all != nullptr) {
                REQUIRE(here.least.value() * scale >= found.bound);
                if (*here.least * scale - found.bound < scale) ++counts.tight;
                const losses wins = all->of(at, zeros);
                const losses loses = all->of(at, {}, ones);
                REQUIRE((wins.least || loses.least));
                REQUIRE(std::min(wins.least.value_or(1 << 30), loses.least.value_or(1 << 30)) == *here.least);
            }
            const bool down = between(random, 0, 2) == 0 ? found.loses_first : between(random, 0, 1) == 0;
            at.fix(down ? ones : zeros, down);
            for (std::uint32_t j : down ? ones : zeros) (down ? next.loses : next.open)[j] = 1;
            ++counts.branched;
            counts.implied += static_cast<int>(found.dominated_zeros.size() + found.dominated_ones.size());
            break;
        }
        }
        node.fix(next);
        plain_one.fix(next);
    }
}

/// With columns decided at random; often enough not feasible.
plain_node random_node(const cover_problem& problem, std::mt19937& random) {
    plain_node node{std::vector<char>(problem.columns, 1), std::vector<char>(problem.columns, 0)};
    const std::size_t decided = between(random, 0, 4);
    for (std::size_t j = 0; j < problem.columns; ++j) {
        if (between(random, 0, 9) >= decided) continue;
        node.open[j] = 0;
        node.loses[j] = between(random, 0, problem.columns) < problem.budget ? 1 : 0;
    }
    return node;
}

/// A problem of just that size, of codes' rows for the most part.
cover_problem problem_of(std::mt19937& random, std::size_t rows, std::size_t columns, std::size_t budget,
                         std::uint32_t most_weight) {
    cover_problem problem{columns, budget, {}, 0};
    const std::size_t density = between(random, 1, 9);
    for (std::size_t i = 0; i < rows; ++i) {
        cover_row row;
        for (std::uint32_t j = 0; j < columns; ++j) {
            if (between(random, 0, 9) < density) row.columns.push_back(j);
        }
        row.need = static_cast<std::uint32_t>(budget <= 3 ? between(random, 1, 3) : row.columns.size() / 2 + 1);
        row.may_tie = row.columns.size() % 2 == 0;
        row.weight = static_cast<std::uint32_t>(between(random, 1, most_weight));
        problem.rows.push_back(std::move(row));
    }
    return problem;
}

} // namespace

TEST_CASE_TEMPLATE_DEFINE("what the kernel says of a node is true of all of its choices", Arch, kernel_truth) {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    dive_counts counts;
    std::uint64_t sum = 0;
    for (int round = 0; round < 3000; ++round) {
        CAPTURE(round);
        cover_problem problem = election_test::random_cover(random, 9, 14);
        if (round % 2 == 0) { // less of what is easily seen through
            const std::size_t columns = between(random, 5, 10);
            problem = problem_of(random, between(random, 4, 16), columns, between(random, 1, columns - 1), 3);
        }
        const every_choice all(problem);
        const plain_node at = random_node(problem, random);
        // Targets near the truth are the interesting ones.
        const std::int64_t least = all.of(at).least.value_or(0);
        const std::int64_t target = between(random, 0, 3) == 0
                                        ? static_cast<std::int64_t>(between(random, 0, 40)) - 1
                                        : least + static_cast<std::int64_t>(between(random, 0, 5)) - 3;
        dive<Arch>(problem, at, target, static_cast<int>(between(random, 0, 1) == 0 ? between(random, 1, 9) : 60), random,
                   &all, counts, sum);
    }
    // All that can happen did.
    CHECK(counts.closed > 100);
    CHECK(counts.infeasible > 50);
    CHECK(counts.bounded > 30);
    CHECK(counts.decided > 100);
    CHECK(counts.zeros > 200);
    CHECK(counts.ones > 30);
    CHECK(counts.branched > 300);
    CHECK(counts.implied > 100);
    CHECK(counts.tight > 30);
}
TEST_CASE_TEMPLATE_APPLY(kernel_truth, election_test::enabled_architectures);

TEST_CASE_TEMPLATE_DEFINE("rows and columns around the ends of registers and words", Arch, kernel_edges) {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    dive_counts counts;
    std::uint64_t sum = 0;
    for (std::size_t rows : {1U, 31U, 32U, 33U, 63U, 64U, 65U, 97U, 129U}) {
        for (std::size_t columns : {1U, 31U, 32U, 33U, 63U, 64U, 65U, 97U, 129U}) {
            CAPTURE(rows);
            CAPTURE(columns);
            for (std::size_t budget : {std::size_t{1}, std::min<std::size_t>(columns, 3), (columns - 1) / 2}) {
                const cover_problem problem = problem_of(random, rows, columns, budget, 2);
                const plain_node at{std::vector<char>(columns, 1), std::vector<char>(columns, 0)};
                const auto most = static_cast<std::size_t>(total_loss(problem));
                for (std::size_t highest : {most, most / 2}) { // the lower ones fix more
                    const auto target = static_cast<std::int64_t>(between(random, most / 4, highest));
                    dive<Arch>(problem, at, target, static_cast<int>(between(random, 1, 9)), random, nullptr, counts, sum);
                }
            }
        }
    }
    CHECK(counts.branched > 300);
    CHECK(counts.zeros > 100);
    CHECK(counts.ones > 1);
}
TEST_CASE_TEMPLATE_APPLY(kernel_edges, election_test::enabled_architectures);

TEST_CASE_TEMPLATE_DEFINE("nothing wraps in 16 bits at the limits of weights, needs, rows and columns", Arch,
                          kernel_limits) {
    std::mt19937 random(20201206);
    std::vector<cover_problem> problems;
    // The heaviest weight; and the largest price that a column may have, in heavy, in light and in many rows.
    problems.push_back({3, 1, {{{0, 1}, 2, true, 8192}, {{1, 2}, 1, false, 8192}, {{2}, 1, false, 1}}, 0});
    problems.push_back(
        {4,
         2,
         {{{0, 1, 2, 3}, 2, true, 8192}, {{0, 1, 2}, 2, false, 8192}, {{0, 3}, 1, false, 8192}, {{0, 1}, 2, true, 7922}},
         0}); // 2 · 32498 + 4 = 65000
    cover_problem many{3, 1, {}, 0};
    for (int i = 0; i < 21666; ++i) many.rows.push_back({{0, 1}, 1, false, 1}); // 3 · 21666 = 64998
    problems.push_back(many);
    // Needs far beyond what there is, and rows with one column and single votes that make the scale fine.
    problems.push_back({5, 2, {{{0, 1, 2}, 0xFFFFFFFF, true, 1}, {{0, 1, 2, 3, 4}, 2, true, 1}, {{3}, 1, false, 1}}, 0});
    // Dense, large.
    problems.push_back(problem_of(random, 1001, 1001, 500, 1));
    problems.push_back(problem_of(random, 300, 401, 200, 9));
    // As many columns as there may be.
    cover_problem wide{30000, 14999, {}, 0};
    for (std::uint32_t i = 0; i < 5; ++i) {
        cover_row row{{}, i == 4 ? 1U : 15000U, i % 2 == 0, i + 1};
        for (std::uint32_t j = i; j < 30000; j += i == 3 ? 2 : 1) row.columns.push_back(j);
        if (i == 3) row.need = static_cast<std::uint32_t>(row.columns.size() / 2);
        problems.push_back({30000, 14999, {row}, 0});
        wide.rows.push_back(std::move(row));
    }
    wide.rows.push_back({{7}, 1, false, 1});
    problems.push_back(wide);
    problems.push_back({30000, 30000, wide.rows, 0});
    const cover_kernel kernel = cover_kernel_for<Arch>();
    int examined = 0;
    for (std::size_t p = 0; p < problems.size(); ++p) {
        CAPTURE(p);
        const cover_problem& problem = problems[p];
        const detail::cover_tables tables(problem);
        const detail::cover_view& view = tables.view();
        const plain_node at{std::vector<char>(problem.columns, 1), std::vector<char>(problem.columns, 0)};
        const std::int64_t target = total_loss(problem) * view.scale;
        for (int iterations : {1, 15}) {
            kernel_node node(tables, kernel, at);
            kernel_node plain(tables, cover_kernel_for<arch::word64>(), at);
            if (iterations == 1) { // the largest prices that can be
                node.set_multipliers(view.cap);
                plain.set_multipliers(view.cap);
            }
            const finding found = node.examine(target, iterations);
            REQUIRE(found == plain.examine(target, iterations));
            if (found.step == detail::cover_step::decided) continue;
            ++examined;
            REQUIRE((found.step == detail::cover_step::branched || found.step == detail::cover_step::fixed));
            REQUIRE(found.bound == plain_bound(problem, view.scale, at, found));
        }
        dive_counts counts;
        std::uint64_t sum = 0;
        if (problem.columns < 10) {
            dive<Arch>(problem, at, total_loss(problem) / 3, 3, random, nullptr, counts, sum);
        }
    }
    CHECK(examined >= 18);
    // The limits are reached.
    const detail::cover_tables heavy(problems[1]);
    const detail::cover_tables light(problems[2]);
    CHECK(heavy.view().scale == 1);
    CHECK(light.view().scale == 1);
    CHECK(light.view().cap[0] == 3);
}
TEST_CASE_TEMPLATE_APPLY(kernel_limits, election_test::enabled_architectures);

TEST_CASE_TEMPLATE_DEFINE("the kernels of all architectures find the same, whatever their flags", Arch, kernel_sum) {
    std::mt19937 random(1);
    dive_counts counts;
    std::uint64_t sum = 0xcbf29ce484222325U;
    for (int round = 0; round < 60; ++round) {
        // No distributions of the standard library, which differ.
        cover_problem problem{5 + random() % 60, 0, {}, 0};
        problem.budget = (problem.columns - 1) / 2;
        const std::size_t rows = 5 + random() % 70;
        for (std::size_t i = 0; i < rows; ++i) {
            cover_row row;
            for (std::uint32_t j = 0; j < problem.columns; ++j) {
                if (random() % 3 == 0) row.columns.push_back(j);
            }
            row.need = static_cast<std::uint32_t>(row.columns.size() / 2 + 1);
            row.may_tie = row.columns.size() % 2 == 0;
            problem.rows.push_back(std::move(row));
        }
        const detail::cover_tables tables(problem);
        const cover_kernel kernel = cover_kernel_for<Arch>();
        plain_node at{std::vector<char>(problem.columns, 1), std::vector<char>(problem.columns, 0)};
        kernel_node node(tables, kernel, at);
        for (int steps = 0; steps < 40; ++steps) {
            const finding found =
                node.examine(static_cast<std::int64_t>(rows) / 2 * tables.view().scale, steps == 0 ? 30 : 6);
            hash(sum, found);
            plain_node next{std::vector<char>(problem.columns, 0), std::vector<char>(problem.columns, 0)};
            if (found.step == detail::cover_step::fixed) {
                for (std::uint32_t j : found.zeros) next.open[j] = 1;
                for (std::uint32_t j : found.ones) next.loses[j] = 1;
            } else if (found.step == detail::cover_step::branched) {
                (found.loses_first ? next.loses : next.open)[found.column] = 1;
            } else {
                break;
            }
            ++counts.branched;
            node.fix(next);
        }
    }
    CHECK(counts.branched > 300);
    CHECK(sum == 3072802452899320110U);
}
TEST_CASE_TEMPLATE_APPLY(kernel_sum, election_test::enabled_architectures);

TEST_CASE_TEMPLATE_DEFINE("of two nodes at once the kernel finds what it finds of each", Arch, kernel_pairs) {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    const cover_kernel kernel = cover_kernel_for<Arch>();
    const cover_kernel plain = cover_kernel_for<arch::word64>();
    int both = 0;
    int one = 0;
    for (int round = 0; round < 150; ++round) {
        CAPTURE(round);
        const std::size_t columns = between(random, 3, 128);
        const std::size_t rows = between(random, 3, 128);
        const cover_problem problem = problem_of(random, rows, columns, std::max<std::size_t>(1, (columns - 1) / 2), 2);
        const detail::cover_tables tables(problem);
        plain_node at[2] = {random_node(problem, random), random_node(problem, random)};
        if (between(random, 0, 1) == 0) at[1] = at[0]; // as alike as children are
        kernel_node a(tables, kernel, at[0]);
        kernel_node b(tables, kernel, at[1]);
        kernel_node alone_a(tables, plain, at[0]);
        kernel_node alone_b(tables, plain, at[1]);
        const auto most = static_cast<std::size_t>(total_loss(problem));
        const auto target = static_cast<std::int64_t>(between(random, most / 4, most / 2)) * tables.view().scale;
        for (int step = 0; step < 6; ++step) {
            const int iterations = static_cast<int>(between(random, 1, 12));
            const auto [found_a, found_b] = kernel_node::examine_two(a, b, target, iterations);
            REQUIRE(found_a == alone_a.examine(target, iterations));
            REQUIRE(found_b == alone_b.examine(target, iterations));
            const auto is_open = [](const finding& found) {
                return found.step == detail::cover_step::fixed || found.step == detail::cover_step::branched;
            };
            ++(is_open(found_a) && is_open(found_b) ? both : one);
            for (int n = 0; n < 2; ++n) {
                const finding& found = n == 0 ? found_a : found_b;
                plain_node next{std::vector<char>(columns, 0), std::vector<char>(columns, 0)};
                for (std::uint32_t j : found.zeros) next.open[j] = 1;
                for (std::uint32_t j : found.ones) next.loses[j] = 1;
                if (found.step == detail::cover_step::branched) {
                    (between(random, 0, 1) == 0 ? next.loses : next.open)[found.column] = 1;
                }
                (n == 0 ? a : b).fix(next);
                (n == 0 ? alone_a : alone_b).fix(next);
            }
        }
    }
    CHECK(both > 100);
    CHECK(one > 40);
}
TEST_CASE_TEMPLATE_APPLY(kernel_pairs, election_test::enabled_architectures);

TEST_CASE("a kernel says its architecture") {
    CHECK(cover_kernel_for<arch::word64>().arch == "word64");
    CHECK(cover_kernel_for<default_arch>().arch == default_arch::name);
}
