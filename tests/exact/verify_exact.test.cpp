// SPDX-License-Identifier: MIT
#include <election/exact/verify_exact.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <sstream>
#include <stop_token>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <election/codes/bernoulli.hpp>
#include <election/codes/cyclic.hpp>
#include <election/codes/deterministic.hpp>
#include <election/codes/paley.hpp>
#include <election/codes/plane.hpp>
#include <election/codes/repetition.hpp>
#include <election/core/error.hpp>
#include <election/exact/certificate_check.hpp>
#include <election/exact/model_reference.hpp>
#include <election/verify/reference.hpp>
#include <support/circular_problem.hpp>
#include <support/random_model.hpp>

using election::exact_method;
using election::exact_options;
using election::packed_allocation;
using election::tie_policy;

namespace {

election::exact_verdict verified(const packed_allocation& code, const exact_options& options) {
    return election::verify_exact(code, options, election::exact_kernels_for<>());
}

packed_allocation random_code(std::mt19937& random, std::size_t most_workers, std::size_t most_partitions) {
    const auto number = [&](std::size_t most) { return std::uniform_int_distribution<std::size_t>(0, most)(random); };
    packed_allocation code(1 + number(most_workers - 1), 1 + number(most_partitions - 1));
    const std::size_t density = 1 + number(9);
    for (std::size_t i = 0; i < code.workers(); ++i) {
        const bool full = number(9) == 0;
        for (std::size_t j = 0; j < code.partitions(); ++j) {
            if (full || number(9) < density) code.set(i, j);
        }
    }
    return code;
}

constexpr tie_policy policies[] = {tie_policy::abstain, tie_policy::positive, tie_policy::negative, tie_policy::coin};

void require_witness(const packed_allocation& code, const election::exact_verdict& found, tie_policy ties) {
    const auto votes = election::votes_of(code, found.witness, ties);
    REQUIRE(votes == found.witness_votes);
    REQUIRE(election::margin_of(votes, election::truth_of(found.witness), ties) == found.margin);
}

} // namespace

TEST_CASE("verify_exact agrees with the reference for every policy and method") {
    std::mt19937 random(1);
    for (int trial = 0; trial < 300; ++trial) {
        const packed_allocation code = random_code(random, 20, 12);
        exact_options options;
        options.model.ties = policies[trial % 4];
        options.threads = 1 + static_cast<unsigned>(trial % 2);
        const auto expected = election::verify_reference(code, options.model.ties);
        for (exact_method method : {exact_method::automatic, exact_method::exhaustive, exact_method::symmetric,
                                    exact_method::tree, exact_method::frontier}) {
            CAPTURE(trial);
            CAPTURE(static_cast<int>(method));
            options.method = method;
            const auto found = verified(code, options);
            REQUIRE(found.exact);
            REQUIRE(found.margin == expected.margin);
            REQUIRE(found.margin_lower == expected.margin);
            REQUIRE(found.tolerance == expected.tolerance);
            REQUIRE(!found.reasons.empty());
            require_witness(code, found, options.model.ties);
        }
    }
}

TEST_CASE("a question about tolerance is answered as the margin says") {
    std::mt19937 random(2);
    for (int trial = 0; trial < 400; ++trial) {
        const packed_allocation code = random_code(random, 16, 11);
        exact_options options;
        options.model.ties = policies[trial % 4];
        options.tolerates = trial % 5;
        options.threads = 1;
        options.method = trial % 3 == 0   ? exact_method::automatic
                         : trial % 3 == 1 ? exact_method::tree
                                          : exact_method::frontier;
        options.certify = trial % 2 == 0;
        const auto expected = election::verify_reference(code, options.model.ties);
        const auto found = verified(code, options);
        CAPTURE(trial);
        REQUIRE(found.tolerates.has_value());
        REQUIRE(*found.tolerates == (expected.margin > 2 * *options.tolerates));
        REQUIRE(found.margin_lower <= expected.margin);
        REQUIRE(found.margin >= expected.margin);
        require_witness(code, found, options.model.ties);
        if (!options.certify) continue;
        REQUIRE(found.proof.has_value());
        std::stringstream file;
        election::write_certificate(file, *found.proof);
        const auto checked = election::check_certificate(code, file);
        CAPTURE(file.str());
        for (const std::string& line : checked.refutations) MESSAGE(line);
        REQUIRE(checked.proved());
    }
}

TEST_CASE("certificates of every method and policy are accepted") {
    std::mt19937 random(3);
    for (int trial = 0; trial < 300; ++trial) {
        const packed_allocation code = random_code(random, 24, 15);
        exact_options options;
        options.model.ties = policies[trial % 4];
        options.threads = 1 + static_cast<unsigned>(trial % 3);
        options.method = trial % 3 == 0   ? exact_method::automatic
                         : trial % 3 == 1 ? exact_method::tree
                                          : exact_method::frontier;
        options.certify = true;
        const auto found = verified(code, options);
        CAPTURE(trial);
        REQUIRE(found.margin == election::verify_reference(code, options.model.ties).margin);
        REQUIRE(found.proof.has_value());
        std::stringstream file;
        election::write_certificate(file, *found.proof);
        const auto checked = election::check_certificate(code, file);
        CAPTURE(file.str());
        for (const std::string& line : checked.refutations) MESSAGE(line);
        REQUIRE(checked.proved());
        REQUIRE(checked.margin == found.margin);
    }
}

TEST_CASE("certificates of tables over circles are accepted, whatever the method's table is, and auto writes them") {
    std::mt19937 random(8);
    int circulant = 0;
    int windows = 0;
    int constant = 0;
    for (int trial = 0; trial < 600; ++trial) {
        const bool plain = trial % 2 == 0;
        const std::size_t step = 1 + random() % 3;
        const std::size_t columns = step * (2 + random() % ((plain ? 9 : 4) / step));
        std::vector<election_test::circular_row> rows;
        for (std::size_t i = 1 + random() % 2; i > 0; --i) {
            election_test::circular_row& row = rows.emplace_back(columns, char{0});
            const std::size_t length = 1 + random() % columns;
            for (std::size_t j = 0; j < length; ++j) row[j] = trial % 4 < 2 || j == 0 || random() % 3 != 0 ? 1 : 0;
        }
        const auto made = election_test::made_circular(columns, step, rows, plain, random, true);
        exact_options options;
        options.model = made.model;
        options.threads = 1;
        options.method = exact_method::circulant;
        options.certify = true;
        CAPTURE(trial);
        election::exact_verdict found;
        try {
            found = verified(made.code, options);
        } catch (const election::parameter_error&) {
            continue; // rows are longer than windows, or lie in several arcs
        }
        REQUIRE(found.margin == election::verify_model_reference(made.code, options.model).margin);
        REQUIRE(found.proof.has_value());
        std::stringstream file;
        election::write_certificate(file, *found.proof);
        const std::string text = file.str();
        CAPTURE(text);
        circulant += text.find("\ncirculant ") != std::string::npos ? 1 : 0;
        windows += text.find("\nwindows ") != std::string::npos ? 1 : 0;
        constant += text.find("\nconstant") != std::string::npos ? 1 : 0;
        const auto checked = election::check_certificate(made.code, file);
        for (const std::string& line : checked.refutations) MESSAGE(line);
        REQUIRE(checked.proved());
        REQUIRE(checked.margin == found.margin);
    }
    CHECK(circulant > 40);
    CHECK(windows > 50);
    CHECK(constant > 10);
    exact_options options;
    options.certify = true;
    options.threads = 1;
    for (const std::size_t width : {std::size_t{9}, std::size_t{21}}) {
        const packed_allocation code(election::cyclic(63, 63, width));
        const auto found = verified(code, options);
        CHECK(found.margin == (width == 9 ? -39 : -19));
        REQUIRE(found.proof.has_value());
        std::stringstream file;
        election::write_certificate(file, *found.proof);
        CHECK(election::check_certificate(code, file).proved());
        CHECK(found.proof->sides[0].proof[0].starts_with(width == 9 ? "circulant 1 8 0,1,2," : "windows 21 0,1,2,"));
    }
}

TEST_CASE("certificates of enumerations are accepted, and auto writes them where they are quick") {
    std::mt19937 random(6);
    for (int trial = 0; trial < 300; ++trial) {
        packed_allocation code = random_code(random, 24, 11);
        if (trial % 3 == 0)
            code = packed_allocation(election::cyclic(code.partitions(), code.partitions(), (code.partitions() + 2) / 2));
        exact_options options;
        options.model.ties = policies[trial % 4];
        options.method = trial % 2 == 0 ? exact_method::exhaustive : exact_method::symmetric;
        options.certify = true;
        const auto expected = election::verify_reference(code, options.model.ties);
        if (trial % 5 == 0) options.tolerates = trial % 4;
        const auto found = verified(code, options);
        CAPTURE(trial);
        REQUIRE(found.proof.has_value());
        std::stringstream file;
        election::write_certificate(file, *found.proof);
        CAPTURE(file.str());
        const auto checked = election::check_certificate(code, file);
        for (const std::string& line : checked.refutations) MESSAGE(line);
        REQUIRE(checked.proved());
        if (!options.tolerates) REQUIRE(checked.margin == expected.margin);
        // Raised by one it is false.
        if (checked.claim != election::margin_claim::exactly) continue;
        election::certificate raised = *found.proof;
        raised.claim = election::margin_claim::at_least;
        raised.witness.clear();
        ++raised.margin;
        for (auto& side : raised.sides) ++side.loss;
        std::stringstream text;
        election::write_certificate(text, raised);
        REQUIRE(!election::check_certificate(code, text).proved());
    }
    exact_options options;
    options.certify = true;
    const packed_allocation paley(election::paley(31));
    const auto found = verified(paley, options);
    REQUIRE(found.exact);
    CHECK(found.method == "symmetric");
    std::stringstream file;
    election::write_certificate(file, *found.proof);
    const auto checked = election::check_certificate(paley, file);
    CHECK(checked.proved());
    CHECK(checked.margin == found.margin);
    CHECK(checked.enumerated > 300540195 / 465); // of C(31, 15), one of an orbit at the least
    CHECK(checked.enumerated < 300540195 / 10);
}

TEST_CASE("certificates of questions claim what their own proof shows, whatever else is known") {
    std::mt19937 random(1);
    int by_groups = 0;
    for (int trial = 0; trial < 2500; ++trial) {
        const std::size_t workers = 1 + random() % 18;
        const std::size_t partitions = 1 + random() % 6;
        const auto tenths = 1 + random() % 9;
        packed_allocation code(workers, partitions);
        for (std::size_t i = 0; i < workers; ++i) {
            for (std::size_t j = 0; j < partitions; ++j) {
                if (random() % 10 < tenths) code.set(i, j);
            }
        }
        exact_options options;
        options.certify = true;
        options.tolerates = static_cast<int>(random() % 4);
        options.model.ties = policies[random() % 4];
        const auto found = verified(code, options);
        if (!found.proof) continue;
        by_groups += found.method == "groups" ? 1 : 0;
        std::stringstream file;
        election::write_certificate(file, *found.proof);
        CAPTURE(file.str());
        REQUIRE(election::check_certificate(code, file).refutations.empty());
    }
    CHECK(by_groups > 50);
}

TEST_CASE("a certificate by groups names all workers of a row") {
    packed_allocation windows(54, 27); // of three columns, two workers each
    for (std::size_t i = 0; i < 54; ++i) {
        for (std::size_t j = 0; j < 3; ++j) windows.set(i, (i + j) % 27);
    }
    exact_options options;
    options.certify = true;
    const auto found = verified(windows, options);
    CHECK(found.method == "groups");
    CHECK(found.margin == 36 - 54);
    REQUIRE(found.proof.has_value());
    std::stringstream file;
    election::write_certificate(file, *found.proof);
    CHECK(file.str().find("\ngroup 0,") != std::string::npos);
    CHECK(election::check_certificate(windows, file).proved());
}

TEST_CASE("models of all kinds agree with the definition") {
    std::mt19937 random(4);
    const auto number = [&](std::size_t most) { return std::uniform_int_distribution<std::size_t>(0, most)(random); };
    for (int trial = 0; trial < 200; ++trial) {
        const packed_allocation code = random_code(random, 8, 6);
        exact_options options;
        options.threads = 1;
        options.model.ties = policies[trial % 4];
        if (number(1) == 0) options.model.alphabet = election::sign_alphabet::ternary;
        if (number(1) == 0) {
            for (std::size_t i = 0; i < code.workers(); ++i)
                options.model.weights.push_back(static_cast<std::uint32_t>(number(3)));
        }
        if (number(1) == 0) options.model.liars.push_back(number(code.workers() - 1));
        if (number(2) == 0) options.model.may_lose.push_back(number(code.partitions() - 1));
        if (number(2) == 0) options.model.corrupted = number(1);
        const auto found = verified(code, options);
        CAPTURE(trial);
        REQUIRE(found.exact);
        REQUIRE(found.margin == election::verify_model_reference(code, options.model).margin);
        REQUIRE(found.election.margin == found.margin);
    }
}

TEST_CASE("certificates of every model are accepted, and say what was asked") {
    std::mt19937 random(5);
    for (int trial = 0; trial < 400; ++trial) {
        const packed_allocation code = random_code(random, 9, 6);
        exact_options options;
        options.threads = 1 + static_cast<unsigned>(trial % 2);
        options.model = election_test::random_model(code, random);
        std::ranges::shuffle(options.model.liars, random);
        std::ranges::shuffle(options.model.may_lose, random);
        options.method = trial % 3 == 0   ? exact_method::automatic
                         : trial % 3 == 1 ? exact_method::tree
                                          : exact_method::frontier;
        options.certify = true;
        const auto margin = election::verify_model_reference(code, options.model).margin;
        if (options.model.weights.empty() && trial % 4 == 0) options.tolerates = static_cast<int>(random() % 4);
        const auto found = verified(code, options);
        CAPTURE(trial);
        REQUIRE(found.proof.has_value());
        std::stringstream file;
        election::write_certificate(file, *found.proof);
        CAPTURE(file.str());
        const auto checked = election::check_certificate(code, file);
        for (const std::string& line : checked.refutations) MESSAGE(line);
        REQUIRE(checked.proved());
        REQUIRE(is_plain(checked.model) == is_plain(options.model));
        if (checked.claim == election::margin_claim::exactly) {
            REQUIRE(checked.margin == margin);
        } else {
            REQUIRE(options.tolerates.has_value());
            REQUIRE((checked.claim == election::margin_claim::at_least) == (margin > 2 * *options.tolerates));
        }
    }
}

TEST_CASE("known codes") {
    const auto margin = [](const auto& code) { return verified(packed_allocation(code), {}).margin; };
    CHECK(margin(election::deterministic(101, 10)) == 21);
    CHECK(margin(election::deterministic(1001, 3)) == 7);
    CHECK(margin(election::repetition(999, 333)) == 3);
    CHECK(margin(election::cyclic(63, 63, 9)) == -39);
    CHECK(margin(election::cyclic(45, 45, 5)) == -23);
    CHECK(margin(election::cyclic(61, 61, 31)) == 1);
    CHECK(margin(election::plane(5)) == -4);
    CHECK(margin(election::plane(7)) == -13);
}

TEST_CASE("symmetries that are found elsewhere are used where the affine ones are fewer") {
    // Quadratic residues modulo 19 in another order: what is j + 1 there is no map a*j + s here.
    constexpr std::uint32_t k = 19;
    const packed_allocation ordered(election::paley(19));
    std::vector<std::uint32_t> place(k);
    for (std::uint32_t j = 0; j < k; ++j) place[j] = j;
    std::mt19937 random(5);
    std::ranges::shuffle(place, random);
    packed_allocation shuffled(k, k);
    for (std::size_t i = 0; i < k; ++i) {
        for (std::size_t j = 0; j < k; ++j) {
            if (ordered(i, j)) shuffled.set((i * 7 + 3) % k, place[j]);
        }
    }
    exact_options options;
    options.method = exact_method::symmetric;
    const auto known = verified(ordered, options);
    CHECK(known.reasons[1] == "symmetries: 171, the maps j to a*j + s");
    const auto without = verified(shuffled, options);
    CHECK(without.margin == known.margin);
    int asked = 0;
    options.symmetries = {"a friend", [&](const election::cover_problem& problem) {
                              ++asked;
                              CHECK(problem.columns == k);
                              std::vector<election::column_permutation> found;
                              for (std::uint32_t a : {1U, 4U}) { // 4 generates the squares
                                  election::column_permutation images(k);
                                  for (std::uint32_t j = 0; j < k; ++j)
                                      images[place[j]] = place[(a * j + (a == 1 ? 1 : 0)) % k];
                                  found.push_back(images);
                              }
                              return found;
                          }};
    const auto with = verified(shuffled, options);
    CHECK(asked == 1);
    CHECK(with.margin == known.margin);
    CHECK(with.method == "symmetric");
    CHECK(with.exact);
    CHECK(std::ranges::find(with.reasons, "symmetries: 171 by a friend, the maps j to a*j + s are 1") != with.reasons.end());
    options.symmetries.find = [](const election::cover_problem&) { return std::vector<election::column_permutation>{}; };
    CHECK(verified(ordered, options).reasons[1] == "symmetries: 171, the maps j to a*j + s; there are no others");
    options.method = exact_method::automatic; // done before anybody is asked
    options.symmetries.find = [](const election::cover_problem&) -> std::vector<election::column_permutation> { throw 1; };
    CHECK(verified(ordered, options).margin == known.margin);
}

TEST_CASE("a search that is stopped says what is proved") {
    const packed_allocation code(election::bernoulli(63, 63, 0.3, 1));
    exact_options options;
    options.time_limit = std::chrono::duration<double>(0.05);
    options.threads = 2;
    const auto found = verified(code, options);
    CHECK(!found.exact);
    CHECK(found.margin_lower < found.margin);
    CHECK(!found.tolerance.has_value());
    require_witness(code, found, tie_policy::abstain);
}

TEST_CASE("a search is announced before it begins, an answer that comes at once is not") {
    std::stop_source source;
    int searches = 0;
    exact_options options;
    options.threads = 2;
    options.stop = source.get_token();
    options.on_search = [&] { ++searches; };
    CHECK(verified(packed_allocation(election::deterministic(15, 3)), options).method == "exhaustive");
    CHECK(verified(packed_allocation(election::deterministic(101, 10)), options).method == "presolve");
    CHECK(verified(packed_allocation(election::cyclic(60, 40, 6, 2)), options).method == "frontier");
    CHECK(searches == 0);
    const packed_allocation code(election::bernoulli(63, 63, 0.3, 1));
    options.on_search = [&] {
        ++searches;
        source.request_stop(); // soon enough
    };
    for (exact_method method : {exact_method::automatic, exact_method::tree, exact_method::exhaustive}) {
        options.method = method;
        searches = 0;
        source = std::stop_source();
        options.stop = source.get_token();
        CHECK_FALSE(verified(code, options).exact);
        CHECK(searches == 1);
    }
    options.method = exact_method::automatic;
    options.certify = true; // a proof of an enumeration may take long where the enumeration does not
    searches = 0;
    source = std::stop_source();
    options.stop = source.get_token();
    CHECK_FALSE(verified(code, options).exact);
    CHECK(searches >= 1);
}

TEST_CASE("a stopped search for a proof prints what bounds know, and certifies only what its proof shows") {
    const packed_allocation code(election::paley(43)); // moments know more than the beginning of a tree
    exact_options options;
    options.threads = 1;
    options.certify = true;
    options.time_limit = std::chrono::duration<double>(0.05);
    const auto found = verified(code, options);
    CHECK(!found.exact);
    CHECK(found.margin_lower >= -27);
    CHECK(found.margin_lower < found.margin);
    CHECK(!found.proof.has_value());
    CHECK(std::ranges::find(found.reasons, "moments: the rows form designs, the loss is at least 16") !=
          found.reasons.end());
    // Moments of two designs settle this, but no certificate states both.
    const packed_allocation plane(election::plane(7));
    packed_allocation two(2 * plane.workers(), plane.partitions());
    for (std::size_t i = 0; i < plane.workers(); ++i) {
        for (std::size_t j = 0; j < plane.partitions(); ++j) {
            if (plane(i, j)) two.set(i, j);
        }
        two.set(plane.workers() + i, i);
    }
    const auto settled = verified(two, options);
    CHECK(settled.exact);
    CHECK(settled.margin == settled.margin_lower);
    CHECK(!settled.proof.has_value());
    options.certify = false;
    options.time_limit = {};
    CHECK(verified(two, options).margin == settled.margin);
}

TEST_CASE("what cannot be asked is refused") {
    const packed_allocation code(election::deterministic(5, 1));
    exact_options options;
    options.tolerates = -1;
    CHECK_THROWS_AS((void)verified(code, options), election::parameter_error);
    options = {};
    options.time_limit = std::chrono::duration<double>(0);
    CHECK_THROWS_AS((void)verified(code, options), election::parameter_error);
    options = {};
    options.method = exact_method::symmetric;
    options.model.alphabet = election::sign_alphabet::ternary;
    CHECK_THROWS_AS((void)verified(code, options), election::parameter_error);
    options = {};
    options.certify = true;
    options.model.weights.assign(5, 1U << 31);
    CHECK_THROWS_AS((void)verified(code, options), election::parameter_error);
    options = {};
    options.method = exact_method::circulant;
    CHECK_THROWS_AS((void)verified(packed_allocation(election::bernoulli(20, 20, 0.5, 1)), options),
                    election::parameter_error);
}
