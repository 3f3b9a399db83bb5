// SPDX-License-Identifier: MIT
#include <election/train/label_flip_lies.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <span>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/cyclic.hpp>
#include <election/codes/deterministic.hpp>
#include <election/codes/uncoded.hpp>
#include <election/data/dataset.hpp>
#include <election/train/any_lies.hpp>
#include <election/train/election_trainer.hpp>
#include <election/train/gradient_signs.hpp>
#include <election/train/thread_transport.hpp>
#include <election/train/trainer_state.hpp>
#include <election/train/transport.hpp>
#include <election/train/vote_lies.hpp>
#include <support/random_code.hpp>
#include <support/seed.hpp>

using namespace election;
using election_test::seed;

namespace {

constexpr std::size_t many = 131;
constexpr std::size_t five = 5;

/// A gradient that changes its sign with the class: the mean of (1 − 2·label)·features, whatever the parameters are.
struct odd_learner {
    using number_type = float;
    struct workspace {};
    static std::size_t parameters() { return many; }
    static std::size_t outputs() { return 1; }
    static void initialize(std::span<float>, std::uint64_t) {}
    static double gradient(std::span<const float>, const dense_dataset& data, std::span<const std::uint32_t> rows,
                           std::span<float> gradient, workspace&) {
        std::fill(gradient.begin(), gradient.end(), 0.0F);
        for (std::uint32_t row : rows) {
            const float factor = data.label(row) == 0 ? 1.0F : -1.0F;
            for (std::size_t c = 0; c < gradient.size(); ++c) gradient[c] += factor * data.row(row)[c];
        }
        return 0;
    }
    static void scores(std::span<const float>, const dense_dataset&, std::span<const std::uint32_t>, std::span<float>,
                       workspace&) {}
};

/// Partition j takes sample 5·step + j in step `step`.
struct one_each {
    struct order_cache {
        std::uint32_t row = 0;
    };
    static std::size_t partitions() { return five; }
    static std::span<const std::uint32_t> rows(std::size_t j, std::uint64_t step, order_cache& cache) {
        cache.row = static_cast<std::uint32_t>((5 * step + j) % 40);
        return {&cache.row, 1};
    }
};

/// Features −2 … 2, many of them 0.
dense_dataset small_whole_samples() {
    const counter_random random(seed());
    xt::xtensor<float, 2> features = xt::zeros<float>({std::size_t{40}, many});
    std::vector<std::uint32_t> labels;
    for (std::size_t i = 0; i < 40; ++i) {
        labels.push_back(static_cast<std::uint32_t>(random.below(2, 1000 * i + 999)));
        for (std::size_t c = 0; c < many; ++c) features(i, c) = static_cast<float>(random.below(5, 1000 * i + c)) - 2;
    }
    return {features, labels, 2};
}

template <class Form>
using odd_signs = gradient_signs<typename Form::signs, odd_learner, dense_dataset, one_each>;

template <class Form>
odd_signs<Form> source_on(const dense_dataset& data, double momentum) {
    gradient_options options;
    options.momentum = momentum;
    return {odd_learner{}, data, one_each{}, options};
}

template <class Form, class Lies>
auto trainer_with(const packed_allocation& code, Lies liars, double momentum, tie_policy ties) {
    trainer_options options;
    options.ties = ties;
    options.step = 1;
    return election_trainer<Form, odd_signs<Form>, local_transport<Form>, Lies>(
        code, source_on<Form>(small_whole_samples(), momentum), std::vector<float>(many),
        local_transport<Form>(code.workers()), std::move(liars), options);
}

template <class Form>
label_flip_lies<Form, odd_signs<Form>> flipping(const packed_allocation& code, lie_schedule who, double momentum,
                                                tie_policy ties) {
    return {source_on<Form>(small_whole_samples().with_flipped_labels(), momentum), code, std::move(who), {ties, seed()}};
}

/// Votes of all steps, with these lies, are the same as with those.
template <class Form, class A, class B>
void check_same(const packed_allocation& code, A one, B other, double momentum, tie_policy ties) {
    auto a = trainer_with<Form>(code, std::move(one), momentum, ties);
    auto b = trainer_with<Form>(code, std::move(other), momentum, ties);
    bool votes = true;
    for (int step = 0; step < 12; ++step) {
        a.step();
        b.step();
        votes = votes && equal(a.votes(), b.votes());
    }
    CHECK(votes);
    CHECK(std::ranges::equal(a.parameters(), b.parameters()));
}

} // namespace

static_assert(lies<label_flip_lies<binary_form, odd_signs<binary_form>>, binary_form, float>);
static_assert(lies<label_flip_lies<ternary_form, odd_signs<ternary_form>>, ternary_form, float>);

TEST_CASE("where the gradient changes its sign with the class, flipped labels are reversed partitions, with momentum too") {
    CAPTURE(seed());
    const packed_allocation code = election_test::random_code(6, five, 0.6, seed());
    for (double momentum : {0.0, 0.75}) {
        CAPTURE(momentum);
        for (const lie_times times : {lie_times{}, lie_times{.from = 3, .every = 2}}) {
            const lie_schedule who(6, {0, 2, 5}, times);
            const lie_schedule all(6, {0, 1, 2, 3, 4, 5}, times);
            for (const lie_schedule& chosen : {who, all}) {
                check_same<ternary_form>(code, flipping<ternary_form>(code, chosen, momentum, tie_policy::abstain),
                                         vote_lies(reverse_partition_attack{code}, chosen), momentum, tie_policy::abstain);
            }
        }
    }
}

TEST_CASE("ties of flipped votes follow the policy") {
    CAPTURE(seed());
    // Worker 0 holds nothing and is always tied.
    const packed_allocation code(std::vector<std::vector<int>>{{0, 0, 0, 0, 0}, {1, 1, 1, 1, 1}, {0, 0, 1, 0, 0}});
    for (tie_policy ties : {tie_policy::positive, tie_policy::negative, tie_policy::coin}) {
        CAPTURE(name_of(ties));
        auto trainer = trainer_with<binary_form>(code, flipping<binary_form>(code, lie_schedule(3, {0}), 0, ties), 0, ties);
        trainer.step();
        std::size_t plus = 0;
        for (int vote : trainer.votes()[0]) plus += vote > 0 ? 1U : 0U;
        if (ties == tie_policy::positive) CHECK(plus == many);
        if (ties == tie_policy::negative) CHECK(plus == 0);
        if (ties == tie_policy::coin) CHECK((plus > 34 && plus < 97)); // 131 coins: 5.5 standard deviations
    }
    auto trainer = trainer_with<abstaining_form>(
        code, flipping<abstaining_form>(code, lie_schedule(3, {0}), 0, tie_policy::abstain), 0, tie_policy::abstain);
    trainer.step();
    CHECK(trainer.votes()[0].present().words()[0] == 0);
}

TEST_CASE("the same signs whoever else votes in the process") {
    CAPTURE(seed());
    const packed_allocation code = election_test::random_code(6, five, 0.6, seed() + 1);
    const lie_schedule who(6,
                           [](std::uint64_t index) {
                               return std::vector<std::size_t>{index % 6, (index + 2) % 6};
                           },
                           {.renew = 1});
    auto all = flipping<ternary_form>(code, who, 0.5, tie_policy::abstain);
    auto some = flipping<ternary_form>(code, who, 0.5, tie_policy::abstain);
    const std::vector<std::size_t> everybody{0, 1, 2, 3, 4, 5};
    const std::vector<std::size_t> two{1, 4};
    const std::vector<float> at(many);
    const ternary_matrix signs(five, many);
    for (std::uint64_t step = 0; step < 10; ++step) {
        ternary_matrix votes(6, many);
        ternary_matrix fewer(2, many);
        std::vector<std::uint8_t> silent(6);
        const auto nothing = [](std::size_t) { return std::span<const float>(); };
        all.lie({step, at, signs.view(), {}, nothing, everybody, votes.span(), silent});
        some.lie({step, at, signs.view(), {}, nothing, two, fewer.span(), std::span(silent).first(2)});
        CHECK(equal(fewer.view()[0], votes.view()[1]));
        CHECK(equal(fewer.view()[1], votes.view()[4]));
    }
}

TEST_CASE("a run that is saved and loaded goes on as if nothing had happened, through any_lies too") {
    const packed_allocation code(deterministic(5, 1));
    using flip = label_flip_lies<binary_form, odd_signs<binary_form>>;
    using chosen = any_lies<honest, vote_lies<reverse_attack>, flip>;
    static_assert(lies<chosen, binary_form, float>);
    const auto make = [&] {
        return trainer_with<binary_form>(
            code, chosen(flipping<binary_form>(code, lie_schedule(5, {1, 4}), 0.9, tie_policy::positive)), 0.9,
            tie_policy::positive);
    };
    auto whole = make();
    auto first = make();
    for (int step = 0; step < 7; ++step) {
        whole.step();
        first.step();
    }
    std::stringstream state;
    first.save(state);
    auto second = make();
    second.load(state);
    CHECK(second.state() == first.state()); // also when it is saved before the next round
    bool votes = true;
    for (int step = 0; step < 7; ++step) {
        whole.step();
        second.step();
        votes = votes && equal(whole.votes(), second.votes());
    }
    CHECK(votes);
    const trainer_state known = first.state();
    const std::string& saved = known.lies.begin()->second;
    auto broken = make();
    std::stringstream half(saved.substr(0, saved.size() / 3));
    CHECK_THROWS_WITH(broken.liars().load(half, 0), "election::gradient_signs: the saved state ends too early");
    std::stringstream noise(std::string(100, 'x'));
    CHECK_THROWS_WITH(broken.liars().load(noise, 0),
                      "election::gradient_signs: the saved state is of another model or damaged");
    std::stringstream good(saved);
    CHECK_THROWS_WITH(broken.liars().load(good, 5),
                      "election::label_flip_lies: the saved state is of another run or damaged");
}

TEST_CASE("liars of several processes: their states are merged, and any process goes on from there") {
    const packed_allocation code(cyclic(5, 5, 3));
    using flip = label_flip_lies<binary_form, odd_signs<binary_form>>;
    using form = binary_form;
    using liars_type = any_lies<honest, flip>;
    const auto lying = [&] { // of both processes, some of whose partitions are the same
        return liars_type(flipping<form>(code, lie_schedule(5, {1, 4}), 0.9, tie_policy::positive));
    };
    auto whole = trainer_with<form>(code, lying(), 0.9, tie_policy::positive);
    for (int step = 0; step < 7; ++step) whole.step();

    const auto hub = std::make_shared<thread_hub<form>>(5, 2, many);
    std::vector<trainer_state> states(2);
    const auto hold = [&](std::size_t rank) {
        trainer_options options;
        options.ties = tie_policy::positive;
        options.step = 1;
        election_trainer<form, odd_signs<form>, thread_transport<form>, liars_type> trainer(
            code, source_on<form>(small_whole_samples(), 0.9), std::vector<float>(many), thread_transport<form>(hub, rank),
            lying(), options);
        for (int step = 0; step < 7; ++step) trainer.step();
        states[rank] = trainer.state();
    };
    std::thread other([&] { hold(1); });
    hold(0);
    other.join();
    CHECK(states[0].lies != states[1].lies);
    const trainer_state merged = merge_states(states);
    CHECK(merged == whole.state());
}

TEST_CASE("what does not fit gets one line") {
    const packed_allocation code(uncoded(five));
    CHECK_THROWS_WITH((flipping<binary_form>(packed_allocation(uncoded(4)), lie_schedule(4, {1}), 0, tie_policy::positive)),
                      "election::label_flip_lies: flipped.partitions() = 5 must be the code's, 4");
    CHECK_THROWS_WITH((flipping<binary_form>(code, lie_schedule(4, {1}), 0, tie_policy::positive)),
                      "election::label_flip_lies: who.workers() = 4 must be the code's, 5");
    CHECK_THROWS_WITH((flipping<binary_form>(code, lie_schedule(5, {1}), 0, tie_policy::abstain)),
                      "election::label_flip_lies: ties = abstain must not be abstain where votes are binary");
    CHECK_THROWS_WITH((flipping<ternary_form>(code, lie_schedule(5, {1}), 0, tie_policy::coin)),
                      "election::label_flip_lies: ties = coin must be abstain where votes are ternary");
}
