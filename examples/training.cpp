// SPDX-License-Identifier: MIT
// A model and data of one's own, trained by 15 workers of whom 3 lie: uncoded, and under the paper's code.
#include <cmath>
#include <cstdio>
#include <numeric>

#include <election/codes.hpp>
#include <election/learners/metrics.hpp>
#include <election/train.hpp>

/// Least absolute deviations: Σ |x·features − target| / B, with the class as target. Any type with these members is a learner.
struct absolute_loss {
    using number_type = float;
    struct workspace {}; // scratch memory of a thread; this model needs none

    std::size_t features;

    [[nodiscard]] std::size_t parameters() const { return features; }
    [[nodiscard]] std::size_t outputs() const { return 1; }
    void initialize(std::span<float> x, std::uint64_t) const { std::ranges::fill(x, 0.0f); }
    double gradient(std::span<const float> x, const election::dense_dataset& data, std::span<const std::uint32_t> rows,
                    std::span<float> out, workspace& scratch) const {
        std::ranges::fill(out, 0.0f);
        double loss = 0;
        for (std::uint32_t row : rows) {
            float margin = 0;
            scores(x, data, {&row, 1}, {&margin, 1}, scratch);
            const float miss = margin - (data.label(row) == 1 ? 1.0f : -1.0f);
            for (std::size_t i = 0; i < features; ++i) out[i] += std::copysign(1.0f, miss) * data.row(row)[i];
            loss += std::abs(miss);
        }
        return loss / static_cast<double>(rows.size());
    }
    void scores(std::span<const float> x, const election::dense_dataset& data, std::span<const std::uint32_t> rows,
                std::span<float> out, workspace&) const {
        for (std::size_t r = 0; r < rows.size(); ++r) {
            out[r] = 0;
            for (std::size_t i = 0; i < features; ++i) out[r] += x[i] * data.row(rows[r])[i];
        }
    }
};

/// Samples of two classes: a noisy feature says a little about the class, and there are 50 of them.
election::dense_dataset own_data(std::size_t samples) {
    const election::counter_random random(1);
    auto features = xt::xtensor<float, 2>::from_shape({samples, 50});
    std::vector<std::uint32_t> labels(samples);
    for (std::size_t i = 0; i < samples; ++i) {
        labels[i] = static_cast<std::uint32_t>(random.below(2, 51 * i));
        for (std::size_t f = 0; f < 50; ++f) {
            const float noise = static_cast<float>(random.below(2001, 51 * i + 1 + f)) / 1000 - 1;
            features(i, f) = noise + (labels[i] == 1 ? 0.1f : -0.1f);
        }
    }
    return {features, labels, 2};
}

double area(const election::packed_allocation& code, std::size_t liars) {
    using namespace election;
    const dense_dataset data = own_data(6000);
    const absolute_loss model{data.features()};
    const batches rows(shuffled_partitions(5000, code.partitions(), 1), 10);
    gradient_signs<binary, absolute_loss, dense_dataset> signs(model, data, rows, {.momentum = 0.9});

    using transport = local_transport<binary_form>;
    using attack = vote_lies<against_attack>;
    election_trainer<binary_form, decltype(signs), transport, attack> trainer(
        code, signs, std::vector<float>(model.parameters()), transport(code.workers()),
        attack({}, lie_schedule(code.workers(), random_liars(code.workers(), liars, 1))),
        {.step = 0.002, .ties = tie_policy::positive});
    for (int round = 0; round < 300; ++round) trainer.step();

    absolute_loss::workspace none;
    std::vector<std::uint32_t> test(1000);
    std::iota(test.begin(), test.end(), 5000U);
    return *evaluate(model, trainer.parameters(), data, test, none).margin_area;
}

int main() {
    for (std::size_t liars : {0U, 3U}) {
        std::printf("%zu liars of 15: area under the curve %.3f uncoded, %.3f coded\n", liars,
                    area(election::packed(election::uncoded(15)), liars),
                    area(election::packed(election::deterministic(15, 3)), liars));
    }
}
