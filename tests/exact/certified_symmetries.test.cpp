// SPDX-License-Identifier: MIT
#include <election/exact/certified_symmetries.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/cyclic.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/codes/paley.hpp>
#include <election/core/error.hpp>
#include <election/exact/certificate.hpp>
#include <election/exact/certificate_lines.hpp>
#include <election/exact/certified_problem.hpp>
#include <election/exact/certified_step.hpp>
#include <election/exact/exact_model.hpp>
#include <election/exact/symmetry.hpp>
#include <support/certificate_text.hpp>
#include <support/certified_loss.hpp>
#include <support/random_code.hpp>
#include <support/random_model.hpp>

namespace {

using election::packed_allocation;
using election::detail::certified_problem;
using election::detail::certified_symmetries;
using election_test::certified_loss_of;
using election_test::matrix;
using permutation = std::vector<std::uint32_t>;

certified_symmetries read(const certified_problem& problem, const std::string& text) {
    std::istringstream stream(text);
    election::detail::certificate_lines lines(stream, "F");
    REQUIRE(lines.next());
    lines.expect("orbits ", "orbits");
    return {problem, lines};
}

std::string refused(const certified_problem& problem, const std::string& text) {
    try {
        return std::to_string(read(problem, "orbits " + text + "\n").elements());
    } catch (const election::detail::false_step& step) {
        return step.why;
    } catch (const election::format_error& failure) {
        return failure.what();
    }
}

permutation identity(std::size_t size) {
    permutation images(size);
    std::iota(images.begin(), images.end(), 0U);
    return images;
}

} // namespace

TEST_CASE("certified_symmetries: permutations that map the rows to the rows, and no others") {
    const packed_allocation code(election::cyclic(5, 5, 2));
    const certified_problem problem(code, {}, 1, {});
    CHECK(refused(problem, "0,1,2,3,4") == "1");
    CHECK(refused(problem, "0,1,2,3,4 1,2,3,4,0") == "5");
    CHECK(refused(problem, "3,0,2,1,4 1,2,3,4,0") == "5");
    CHECK(refused(problem, "0,1,2,3,4 1,2,3,4,0 0,4,3,2,1") == "10");
    CHECK(refused(problem, "0,1,2,3,4 1,0,2,3,4") == "permutation 1 does not map the rows to the rows");
    CHECK(refused(problem, "0,1,2,3,4 1,2,3,4,0 0,2,4,1,3") == "permutation 2 does not map the rows to the rows");
    CHECK(refused(problem, "0,1,2,3,3") == "column 3 is twice in a list");
    CHECK(refused(problem, "0,1,2,3,4 0,0,0,0,0") == "column 0 is twice in a list");
    CHECK(refused(problem, "0,1,2,3") == "F:1: has a list of 4 columns of 5");
    CHECK(refused(problem, "0,1,2,3,4 0,1,2,3") == "F:1: has a list of 4 columns of 5");
    CHECK(refused(problem, "0,1,2,3,5") == "F:1: a column must be a whole number up to 4");
    CHECK(refused(problem, "0,1,2,3,4;") == "F:1: has more than its line may have");
    // The rows count as often as they are there, by their votes and by when they turn.
    const packed_allocation three(matrix({"110", "011", "011"}));
    CHECK(refused(certified_problem(three, {}, 1, {}), "0,1,2 2,1,0") == "permutation 1 does not map the rows to the rows");
    CHECK(refused(certified_problem(three, {.weights = {2, 1, 1}}, 1, {}), "0,1,2 2,1,0") == "2");
    CHECK(refused(certified_problem(three, {.liars = {2}}, 1, {}), "0,1,2 2,1,0") == "2");
    const packed_allocation turns(matrix({"1011", "0100"}));
    CHECK(refused(certified_problem(turns, {.may_lose = {0, 1}}, 1, {}), "0,1 1,0") ==
          "permutation 1 does not map the rows to the rows");
    // All permutations of nine columns are too many.
    packed_allocation full(1, 9);
    for (std::size_t j = 0; j < 9; ++j) full.set(0, j);
    CHECK(refused(certified_problem(full, {}, 1, {}), "0,1,2,3,4,5,6,7,8 1,0,2,3,4,5,6,7,8 1,2,3,4,5,6,7,8,0") ==
          "F:1: has symmetries of more than 4000 elements");
}

TEST_CASE("certified_symmetries: some choice of each loss, the first of each orbit, begins with a prefix") {
    std::mt19937 random(31);
    std::size_t left_out = 0;
    for (int round = 0; round < 300; ++round) {
        // Rows closed under some permutations of the columns.
        const std::size_t k = 2 + random() % 9;
        std::vector<permutation> generators;
        for (std::size_t g = 1 + random() % 2; g > 0; --g) {
            permutation images = identity(k);
            if (random() % 2 == 0) {
                std::rotate(images.begin(), images.begin() + 1, images.end());
            } else {
                std::swap(images[random() % k], images[random() % k]);
                std::swap(images[random() % k], images[random() % k]);
            }
            generators.push_back(images);
        }
        std::set<std::vector<char>> rows;
        std::vector<std::vector<char>> open;
        for (std::size_t i = 1 + random() % 2; i > 0; --i) {
            std::vector<char> row(k);
            for (char& bit : row) bit = static_cast<char>(random() % 2);
            if (rows.insert(row).second) open.push_back(row);
        }
        while (!open.empty()) {
            const std::vector<char> row = open.back();
            open.pop_back();
            for (const permutation& g : generators) {
                std::vector<char> moved(k);
                for (std::size_t j = 0; j < k; ++j) moved[g[j]] = row[j];
                if (rows.insert(moved).second) open.push_back(moved);
            }
        }
        std::vector<std::string> texts;
        for (const std::vector<char>& row : rows) {
            texts.emplace_back();
            for (char bit : row) texts.back() += bit != 0 ? '1' : '0';
        }
        const packed_allocation code(matrix(texts));
        const certified_problem problem(code, {.ties = election::tie_policies[random() % 4]}, 1, {});
        permutation order = identity(k);
        std::ranges::shuffle(order, random);
        std::string line = election::orbit_lines(order, generators)[0];
        std::size_t elements = 0;
        try {
            elements = read(problem, line).elements();
        } catch (const election::format_error&) {
            continue; // all permutations of many columns
        }
        const certified_symmetries group = read(problem, line);
        std::vector<election::column_permutation> closed = election::close_group(generators, 4001);
        CHECK(elements == closed.size());
        const std::size_t enough = std::size_t{1} << (random() % 11);
        std::set<std::vector<char>> kept;
        std::size_t depth = 0;
        for (const auto& prefix : group.prefixes(problem.budget(), enough)) {
            depth = prefix.size();
            CHECK(kept.insert(prefix).second);
        }
        // Every orbit, tried out.
        std::vector<char> choice(k, 0); // by place in the order
        std::fill(choice.end() - problem.budget(), choice.end(), char{1});
        do {
            std::vector<char> by_column(k);
            for (std::size_t i = 0; i < k; ++i) by_column[order[i]] = choice[i];
            std::vector<char> first = choice;
            for (const permutation& g : closed) {
                std::vector<char> image(k);
                for (std::size_t j = 0; j < k; ++j) image[g[j]] = by_column[j];
                CHECK(certified_loss_of(problem, image) == certified_loss_of(problem, by_column));
                std::vector<char> word(k);
                for (std::size_t i = 0; i < k; ++i) word[i] = image[order[i]];
                first = std::max(first, word);
            }
            const bool is_kept = kept.contains({choice.begin(), choice.begin() + static_cast<std::ptrdiff_t>(depth)});
            if (first == choice) CHECK(is_kept);
            left_out += is_kept ? 0 : 1;
        } while (std::ranges::next_permutation(choice).found);
    }
    CHECK(left_out > 1000);
}

TEST_CASE("certified_symmetries: what is left of a Paley code") {
    const packed_allocation code(election::paley(19));
    const certified_problem problem(code, {}, 1, {});
    const auto generators = election::affine_symmetries(election::make_cover_problem(code, {}, 1).cover);
    const auto group = read(problem, election::orbit_lines(identity(19), generators)[0]);
    CHECK(group.elements() == 19 * 9);
    const auto prefixes = group.prefixes(problem.budget(), 1'000'000);
    REQUIRE(prefixes[0].size() == 19);
    // C(19, 9) = 92378 choices in orbits of 171 and fewer; one of each is first, and all columns are decided.
    CHECK(prefixes.size() >= 92378 / 171);
    CHECK(prefixes.size() < 92378 / 171 * 2);
}
