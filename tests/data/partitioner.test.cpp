// SPDX-License-Identifier: MIT
#include <election/data/partitioner.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <support/seed.hpp>

using namespace election;

namespace {

/// Every sample 0 … N − 1 in exactly one partition, none empty.
bool shares_out(const partitioning& parts, std::size_t samples) {
    std::vector<std::size_t> times(samples);
    for (std::size_t j = 0; j < parts.partitions(); ++j) {
        if (parts[j].empty()) return false;
        for (std::uint32_t i : parts[j]) {
            if (i >= samples) return false;
            ++times[i];
        }
    }
    return std::ranges::all_of(times, [](std::size_t t) { return t == 1; });
}

std::vector<std::vector<std::uint32_t>> lists(const partitioning& parts) {
    std::vector<std::vector<std::uint32_t>> all;
    for (std::size_t j = 0; j < parts.partitions(); ++j) all.emplace_back(parts[j].begin(), parts[j].end());
    return all;
}

std::vector<std::uint32_t> cyclic_labels(std::size_t samples, std::uint32_t classes) {
    std::vector<std::uint32_t> labels(samples);
    for (std::size_t i = 0; i < samples; ++i) labels[i] = static_cast<std::uint32_t>(i) % classes;
    return labels;
}

} // namespace

TEST_CASE("contiguous and shuffled partitions share out every sample once, in sizes that differ by one at most") {
    CAPTURE(election_test::seed());
    for (std::size_t samples : {1U, 2U, 7U, 30U, 31U, 64U}) {
        for (std::size_t k = 1; k <= samples; ++k) {
            const partitioning inorder = contiguous_partitions(samples, k);
            const partitioning shuffled = shuffled_partitions(samples, k, election_test::seed());
            REQUIRE(shares_out(inorder, samples));
            REQUIRE(shares_out(shuffled, samples));
            REQUIRE(inorder.partitions() == k);
            REQUIRE(inorder.smallest() == samples / k);
            std::uint32_t next = 0;
            for (std::size_t j = 0; j < k; ++j) {
                const std::size_t size = samples / k + (j < samples % k ? 1 : 0);
                REQUIRE(inorder[j].size() == size);
                REQUIRE(shuffled[j].size() == size);
                for (std::uint32_t i : inorder[j]) REQUIRE(i == next++);
            }
        }
    }
}

TEST_CASE("a shuffle is decided by its seed") {
    CHECK(lists(shuffled_partitions(100, 3, 7)) == lists(shuffled_partitions(100, 3, 7)));
    CHECK(lists(shuffled_partitions(100, 3, 7)) != lists(shuffled_partitions(100, 3, 8)));
    CHECK(lists(shuffled_partitions(100, 3, 7)) != lists(contiguous_partitions(100, 3)));
    // The same on every platform, now and later (computed by another program).
    CHECK(lists(shuffled_partitions(6, 2, 1)) == std::vector<std::vector<std::uint32_t>>{{1, 5, 2}, {3, 0, 4}});
}

TEST_CASE("wrong numbers of partitions") {
    CHECK_THROWS_WITH_AS((void)contiguous_partitions(5, 0),
                         "election::contiguous_partitions: partitions = 0 must be at least 1", parameter_error);
    CHECK_THROWS_WITH_AS((void)shuffled_partitions(5, 6, 1),
                         "election::shuffled_partitions: partitions = 6 must be at most the number of samples, 5",
                         parameter_error);
    const std::vector<std::uint32_t> labels{0, 1};
    CHECK_THROWS_WITH_AS((void)dirichlet_partitions(labels, 2, 0, 1.0, 1),
                         "election::dirichlet_partitions: partitions = 0 must be at least 1", parameter_error);
    CHECK_THROWS_WITH_AS((void)dirichlet_partitions(labels, 2, 3, 1.0, 1),
                         "election::dirichlet_partitions: partitions = 3 must be at most the number of samples, 2",
                         parameter_error);
    CHECK_THROWS_WITH_AS(partitioning({}), "election::partitioning: partitions = 0 must be at least 1", parameter_error);
    CHECK_THROWS_WITH_AS(partitioning({{1}, {}}),
                         "election::partitioning: samples = 0 must be at least 1 in each partition, partition 1 has none",
                         parameter_error);
}

TEST_CASE("Dirichlet partitions share out every sample once and are decided by their seed") {
    CAPTURE(election_test::seed());
    const auto labels = cyclic_labels(3000, 7);
    for (double alpha : {0.3, 1.0, 50.0}) {
        for (std::size_t k : {1U, 2U, 9U}) {
            const partitioning parts = dirichlet_partitions(labels, 7, k, alpha, election_test::seed());
            CHECK(parts.partitions() == k);
            CHECK(shares_out(parts, labels.size()));
            CHECK(lists(parts) == lists(dirichlet_partitions(labels, 7, k, alpha, election_test::seed())));
            if (k > 1) CHECK(lists(parts) != lists(dirichlet_partitions(labels, 7, k, alpha, election_test::seed() + 1)));
        }
    }
}

TEST_CASE("a large alpha gives each partition the same mixture, a small one gives a class to one partition") {
    // Of 1000 samples of a class, a partition of ten has a share with mean 1/10 and variance (1/10)(9/10)/(10·alpha + 1).
    const auto labels = cyclic_labels(10000, 10);
    const auto largest_share = [&](double alpha, std::uint64_t seed, bool smallest) {
        const partitioning parts = dirichlet_partitions(labels, 10, 10, alpha, seed);
        std::vector<std::vector<double>> share(10, std::vector<double>(10)); // class, partition
        for (std::size_t j = 0; j < 10; ++j) {
            for (std::uint32_t i : parts[j]) share[labels[i]][j] += 1e-3;
        }
        double sum = 0;
        for (const auto& of_class : share)
            sum += smallest ? *std::ranges::min_element(of_class) : *std::ranges::max_element(of_class);
        return sum / 10;
    };
    CAPTURE(election_test::seed());
    // alpha = 10⁶: the standard deviation of a share is 9.5·10⁻⁵, so that one of 100 is further than 0.001 + half a sample from
    // 0.1 with a probability below 10⁻²⁰.
    CHECK(largest_share(1e6, election_test::seed(), false) <= 0.1015);
    CHECK(largest_share(1e6, election_test::seed(), true) >= 0.0985);
    // alpha = 0.02: the largest of ten shares is above 0.9 on average (simulated: mean of ten classes 0.93, standard deviation
    // 0.04). The seed is fixed, as a partition without a sample is likely.
    std::uint64_t seed = 1;
    double concentrated = 0;
    for (int found = 0; found < 5; ++seed) {
        try {
            concentrated += largest_share(0.05, seed, false) / 5;
            ++found;
        } catch (const parameter_error&) {
        }
    }
    CHECK(concentrated > 0.7);
}

TEST_CASE("an alpha so small that no double holds the shares gives each class to one partition") {
    CAPTURE(election_test::seed());
    // 200 classes: each partition gets 100 with a standard deviation of 7.1.
    const auto labels = cyclic_labels(2000, 200);
    const partitioning parts = dirichlet_partitions(labels, 200, 2, 1e-9, election_test::seed());
    CHECK(shares_out(parts, 2000));
    std::vector<std::size_t> in_first(200);
    for (std::uint32_t i : parts[0]) ++in_first[labels[i]];
    CHECK(std::ranges::all_of(in_first, [](std::size_t count) { return count == 0 || count == 10; }));
    CHECK(parts.smallest() > 500);
}

TEST_CASE("Dirichlet partitions are in random order, of samples and of classes") {
    CAPTURE(election_test::seed());
    std::vector<std::uint32_t> labels(400, 0);
    std::fill(labels.begin() + 200, labels.end(), 1);
    const partitioning parts = dirichlet_partitions(labels, 2, 2, 1e4, election_test::seed());
    // Each partition has about 100 samples of each class.
    for (std::size_t j = 0; j < 2; ++j) {
        std::size_t changes = 0;
        std::vector<std::uint32_t> of_class;
        for (std::size_t at = 0; at < parts[j].size(); ++at) {
            changes += at > 0 && labels[parts[j][at]] != labels[parts[j][at - 1]];
            if (labels[parts[j][at]] == 0) of_class.push_back(parts[j][at]);
        }
        CHECK(changes > 50); // 100 on average, standard deviation about 7
        std::ranges::sort(of_class);
        CHECK(of_class.back() - of_class.front() >
              150); // not a range: of 100 out of 200, all within 150 has about (3/4)^100
    }
}

TEST_CASE("shares have the mean and variance of the Dirichlet distribution") {
    CAPTURE(election_test::seed());
    // One class of 2000 samples, 3 partitions, alpha = 0.7: share 0 has mean 1/3 and variance (1/3)(2/3)/(3·0.7 + 1) = 0.07168,
    // fourth central moment below 0.012. Of 4000 draws the mean is within 5 standard errors, 0.0212, and the variance within
    // 5·√((0.012 − 0.0051)/4000) = 0.0066: a false alarm has a probability below 10⁻⁵.
    const std::vector<std::uint32_t> labels(2000, 0);
    double sum = 0;
    double squares = 0;
    int draws = 0;
    int empty = 0;
    for (std::uint64_t seed = 0; draws + empty < 4000; ++seed) {
        // An empty partition is an error: a class that gives each partition a sample keeps the law of the other class.
        std::vector<std::uint32_t> with_base(labels);
        with_base.insert(with_base.end(), 3000, 1);
        try {
            const partitioning parts = dirichlet_partitions(with_base, 2, 3, 0.7, election_test::seed() + seed);
            const double share =
                static_cast<double>(std::ranges::count_if(parts[0], [](std::uint32_t i) { return i < 2000; })) / 2000;
            sum += share;
            squares += (share - 1.0 / 3) * (share - 1.0 / 3);
            ++draws;
        } catch (const parameter_error&) {
            ++empty;
        }
    }
    CHECK(empty < 4); // both shares of a partition below 1/4000: about 3·(1/200)²
    CHECK(sum / draws == doctest::Approx(1.0 / 3).epsilon(0.0212 * 3));
    CHECK(squares / draws == doctest::Approx(0.07168).epsilon(0.0066 / 0.07168));
}

TEST_CASE("Dirichlet: what is refused") {
    const std::vector<std::uint32_t> labels{0, 1, 1, 0};
    CHECK_THROWS_WITH_AS((void)dirichlet_partitions(labels, 2, 2, 0.0, 1),
                         "election::dirichlet_partitions: alpha = 0 must be a finite number above 0", parameter_error);
    CHECK_THROWS_AS((void)dirichlet_partitions(labels, 2, 2, std::nan(""), 1), parameter_error);
    CHECK_THROWS_WITH_AS((void)dirichlet_partitions(labels, 1, 2, 1.0, 1),
                         "election::dirichlet_partitions: label = 1 must be below the number of classes, 1",
                         parameter_error);
    const std::vector<std::uint32_t> one_class(50, 0);
    // With a tiny alpha, all samples of the class are in one partition.
    CHECK_THROWS_AS((void)dirichlet_partitions(one_class, 1, 2, 1e-6, 1), parameter_error);
    try {
        (void)dirichlet_partitions(one_class, 1, 2, 1e-6, 1);
    } catch (const parameter_error& failure) {
        CHECK(failure.parameter() == "alpha");
        CHECK(failure.rule().ends_with("gets none; take a larger alpha, fewer partitions or another seed"));
    }
    CHECK_THROWS_AS((void)dirichlet_partitions(one_class, 1, 5, 1e-300, 1), parameter_error); // no overflow, no NaN
}

TEST_CASE("Dirichlet partitions of the first samples of a data set") {
    const dense_dataset data(xt::xtensor<float, 2>(xt::xtensor<float, 2>::shape_type{8, 1}, 0.0F), {0, 1, 0, 1, 0, 1, 0, 1},
                             2);
    const partitioning parts = dirichlet_partitions(data, 6, 2, 100.0, 3);
    CHECK(shares_out(parts, 6));
    CHECK_THROWS_WITH_AS((void)dirichlet_partitions(data, 9, 2, 100.0, 3),
                         "election::dirichlet_partitions: samples = 9 must be at most what the data set has, 8",
                         parameter_error);
}
