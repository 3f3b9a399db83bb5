// SPDX-License-Identifier: MIT
#include <election/train/gradient_signs.hpp>

#include <cstddef>
#include <limits>
#include <sstream>
#include <vector>

#include <doctest/doctest.h>
#include <election/packing/reference.hpp>
#include <support/seed.hpp>
#include <support/toy_training.hpp>

using namespace election;
using election_test::nearest_point_signs;

namespace {

/// A point whose gradient is NaN from a parameter on.
struct broken : election_test::nearest_point<float> {
    std::size_t from = 0;
    double gradient(std::span<const float> x, const dense_dataset& data, std::span<const std::uint32_t> rows,
                    std::span<float> out, workspace& scratch) const {
        const double loss = nearest_point::gradient(x, data, rows, out, scratch);
        for (std::size_t i = from; i < d; ++i) out[i] = std::numeric_limits<float>::quiet_NaN();
        return loss;
    }
};

} // namespace

TEST_CASE_TEMPLATE("each step's signs are those of the momentum, partition by partition", T, float, double) {
    constexpr std::size_t d = 131;
    const dense_dataset data = election_test::toy_data(60, d, election_test::seed());
    const batches rows(contiguous_partitions(60, 3), 5);
    const election_test::nearest_point<T> model{d};
    for (double beta : {0.0, 0.9}) {
        nearest_point_signs<ternary, T> signs(model, data, rows, {.momentum = beta, .keep_reported = true});
        nearest_point_signs<binary, T> decided(model, data, rows, {.momentum = beta, .zero = zero_policy::negative});
        typename nearest_point_signs<ternary, T>::workspace scratch;
        typename nearest_point_signs<binary, T>::workspace other;
        ternary_matrix out(3, d);
        sign_matrix bits(3, d);
        std::vector<std::vector<T>> momentum(3, std::vector<T>(d));
        std::vector<T> x(d);
        bool right = true;
        for (std::uint64_t step = 0; step < 9; ++step) {
            for (std::size_t i = 0; i < d; ++i) x[i] = static_cast<T>(static_cast<int>(i % 5) - 2);
            for (std::size_t j = 0; j < 3; ++j) {
                const double loss = signs.sign(x, step, j, out[j], scratch);
                decided.sign(x, step, j, bits[j], other);
                std::vector<T> g(d);
                std::vector<std::uint32_t> wanted;
                for (std::size_t r = 0; r < 5; ++r)
                    wanted.push_back(static_cast<std::uint32_t>(20 * j + 5 * (step % 4) + r));
                typename election_test::nearest_point<T>::workspace none;
                CHECK(loss == model.gradient(x, data, wanted, g, none));
                reference_momentum<T>(momentum[j], g, static_cast<T>(beta));
                for (std::size_t i = 0; i < d; ++i) {
                    const int sign = reference_sign(momentum[j][i], zero_policy::abstain);
                    right = right && out[j][i] == sign && bits[j][i] == (sign == 0 ? -1 : sign);
                    right = right && signs.reported(j)[i] == momentum[j][i];
                }
            }
        }
        CHECK(right);
        CHECK(decided.reported(0).size() == (beta > 0 ? d : 0));
    }
}

TEST_CASE("momentum is saved and goes on exactly") {
    constexpr std::size_t d = 70;
    const dense_dataset data = election_test::toy_data(40, d, 3);
    const batches rows(contiguous_partitions(40, 2), 4);
    nearest_point_signs<binary, float> first(election_test::nearest_point<float>{d}, data, rows, {.momentum = 0.5});
    nearest_point_signs<binary, float>::workspace scratch;
    sign_vector a(d);
    sign_vector b(d);
    const std::vector<float> x(d, 0.25f);
    for (std::uint64_t step = 0; step < 3; ++step) first.sign(x, step, 1, a, scratch);
    std::stringstream saved;
    first.save(saved, 0); // never asked for
    first.save(saved, 1);
    nearest_point_signs<binary, float> second(election_test::nearest_point<float>{d}, data, rows, {.momentum = 0.5});
    second.load(saved, 0);
    second.load(saved, 1);
    first.sign(x, 3, 1, a, scratch);
    second.sign(x, 3, 1, b, scratch);
    CHECK(a == b);
    CHECK(std::vector<float>(first.reported(1).begin(), first.reported(1).end()) ==
          std::vector<float>(second.reported(1).begin(), second.reported(1).end()));
    CHECK(second.reported(0).empty());

    std::stringstream cut(saved.str().substr(0, 30));
    cut.seekg(8);
    CHECK_THROWS_AS(second.load(cut, 1), error);
    nearest_point_signs<binary, float> larger(election_test::nearest_point<float>{d + 1},
                                              election_test::toy_data(40, d + 1, 3), rows, {.momentum = 0.5});
    std::stringstream other(saved.str());
    larger.load(other, 0);
    CHECK_THROWS_WITH_AS(larger.load(other, 1), "election::gradient_signs: the saved state is of another model or damaged",
                         error);
}

TEST_CASE("a NaN names the partition, the step and the parameter") {
    const dense_dataset data = election_test::toy_data(40, 70, 3);
    const batches rows(contiguous_partitions(40, 2), 4);
    broken model;
    model.d = 70;
    model.from = 66;
    sign_vector out(70);
    for (double beta : {0.0, 0.9}) {
        gradient_signs<binary, broken, dense_dataset, batches> source(model, data, rows, {.momentum = beta});
        decltype(source)::workspace scratch;
        try {
            source.sign(std::vector<float>(70), 4, 1, out, scratch);
            FAIL("there was a NaN");
        } catch (const error& failure) {
            const std::string text = failure.what();
            CAPTURE(text);
            CHECK(text.starts_with(
                "election::gradient_signs: the gradient of partition 1 in step 5 has a NaN (parameter 66); a shorter step"));
        }
    }
}

TEST_CASE("options that don't go together are refused") {
    const dense_dataset data = election_test::toy_data(40, 7, 3);
    const batches rows(contiguous_partitions(40, 2), 4);
    const election_test::nearest_point<float> model{7};
    CHECK_THROWS_WITH_AS((nearest_point_signs<binary, float>(model, data, rows, {.momentum = 1})),
                         "election::gradient_signs: momentum = 1 must be at least 0 and below 1", parameter_error);
    CHECK_THROWS_WITH_AS((nearest_point_signs<binary, float>(model, data, rows, {.zero = zero_policy::abstain})),
                         "election::gradient_signs: zero = abstain must be positive or negative where signs are binary",
                         parameter_error);
}
