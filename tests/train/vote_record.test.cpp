// SPDX-License-Identifier: MIT
#include <election/train/vote_record.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <sstream>
#include <vector>

#include <doctest/doctest.h>
#include <election/bits/sign_matrix.hpp>
#include <election/bits/sign_vector.hpp>
#include <election/bits/ternary_matrix.hpp>
#include <election/codes/families.hpp>
#include <election/core/random.hpp>
#include <election/majority/encoder.hpp>
#include <election/majority/majority.hpp>
#include <election/majority/ternary_majority.hpp>
#include <support/architectures.hpp>
#include <support/random_code.hpp>
#include <support/seed.hpp>
#include <support/toy_model.hpp>

using namespace election;

namespace {

/// The definition, coordinate by coordinate.
template <class Signs, class Votes, class Decision>
void reference_count(const Signs& partitions, const Votes& honest, const Votes& sent,
                     const std::vector<std::uint8_t>& silent, const Decision& decision, vote_counts& counts,
                     std::vector<std::uint32_t>& turned) {
    const std::size_t k = partitions.rows();
    const std::size_t n = honest.rows();
    counts = vote_counts(n, k);
    counts.rounds = 1;
    counts.coordinates = decision.size();
    for (std::size_t c = 0; c < decision.size(); ++c) {
        int sum = 0;
        std::size_t plus = 0;
        bool full = true;
        for (std::size_t j = 0; j < k; ++j) {
            const int sign = partitions[j][c];
            sum += sign;
            plus += sign > 0 ? 1 : 0;
            full = full && sign != 0;
        }
        int votes = 0;
        for (std::size_t i = 0; i < n; ++i) votes += honest[i][c];
        const int truth = sum > 0 ? 1 : sum < 0 ? -1 : 0;
        const bool violated = truth != 0 && decision[c] != truth;
        ++counts.leads[static_cast<std::size_t>(sum * truth)];
        if (full) {
            ++counts.weights[plus];
            counts.failures[plus] += violated ? 1 : 0;
        }
        if (truth != 0) {
            ++counts.with_truth;
            ++counts.margins[static_cast<std::size_t>(static_cast<int>(n) + truth * votes)];
        }
        counts.violations += violated ? 1 : 0;
        if (violated && truth * votes > 0) {
            ++counts.turned;
            ++turned[c];
        }
        for (std::size_t i = 0; i < n; ++i) {
            if (decision[c] == 0) continue;
            const int vote = silent[i] != 0 ? 0 : int{sent[i][c]};
            agreement_counts& row = counts.agreement[i];
            ++(vote == 0 ? row.abstained : vote == decision[c] ? row.agree : row.disagree);
        }
    }
}

sign_matrix random_matrix(std::size_t rows, std::size_t d, std::uint64_t seed, const sign_matrix*) {
    sign_matrix matrix(rows, d);
    const counter_random random(seed);
    const bool biased = seed % 3 == 0; // large margins come too
    for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t c = 0; c < d; ++c) matrix[i].set(c, random.happens(biased && c % 2 == 0 ? 0.9 : 0.5, i * d + c));
    }
    return matrix;
}
ternary_matrix random_matrix(std::size_t rows, std::size_t d, std::uint64_t seed, const ternary_matrix*) {
    ternary_matrix matrix(rows, d);
    const counter_random random(seed);
    for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t c = 0; c < d; ++c) {
            const std::uint64_t draw = random.below(c % 2 == 0 ? 3 : 20, i * d + c); // even ones often abstain
            matrix[i].set(c, draw == 0 ? 0 : draw % 2 == 0 ? 1 : -1);
        }
    }
    return matrix;
}

template <class Arch, class Signs, class Votes, class Result>
void check_shape(std::size_t n, std::size_t k, std::size_t d, std::uint64_t seed) {
    CAPTURE(n);
    CAPTURE(k);
    CAPTURE(d);
    vote_record<Arch> record(n, k, d);
    vote_counts total(n, k);
    std::vector<std::uint32_t> turned(d);
    for (std::uint64_t round = 0; round < 2; ++round) {
        const auto partitions = random_matrix(k, d, seed + 4 * round, static_cast<const typename Signs::matrix*>(nullptr));
        typename Votes::matrix honest =
            random_matrix(n, d, seed + 4 * round + 1, static_cast<const typename Votes::matrix*>(nullptr));
        const auto sent = random_matrix(n, d, seed + 4 * round + 2, static_cast<const typename Votes::matrix*>(nullptr));
        const auto decisions =
            random_matrix(1, d, seed + 4 * round + 3, static_cast<const typename Result::matrix*>(nullptr));
        const typename Result::vector decision(decisions.view()[0]);
        std::vector<std::uint8_t> silent(n);
        silent[n / 2] = round == 1 ? 1 : 0;
        vote_counts expected;
        reference_count(partitions.view(), honest.view(), sent.view(), silent, decision.view(), expected, turned);
        total += expected;
        record.add(typename Signs::rows(partitions), typename Votes::rows(honest), typename Votes::rows(sent), silent,
                   decision.view());
        REQUIRE(record.last().violations == expected.violations);
        REQUIRE(record.last().margins == expected.margins);
        REQUIRE(record.last().leads == expected.leads);
        REQUIRE(record.last().weights == expected.weights);
        REQUIRE(record.last().agreement == expected.agreement);
        REQUIRE(record.last() == expected);
    }
    REQUIRE(record.total() == total);
    REQUIRE(std::ranges::equal(record.turned(), turned));
}

template <class Arch, class Signs, class Votes, class Result>
void check_form() {
    const std::uint64_t seed = election_test::seed();
    for (std::size_t d : {0U, 1U, 63U, 64U, 65U, 200U, 1100U}) {
        for (std::size_t n : {1U, 2U, 5U}) {
            for (std::size_t k : {1U, 2U, 3U, 4U, 9U})
                check_shape<Arch, Signs, Votes, Result>(n, k, d, seed + 100 * d + n + k);
        }
    }
    check_shape<Arch, Signs, Votes, Result>(15, 15, 8192 + 8192 + 77, seed);
    check_shape<Arch, Signs, Votes, Result>(64, 31, 300, seed);
    check_shape<Arch, Signs, Votes, Result>(130, 300, 130, seed); // numbers of more than eight bits
}

/// Some workers send minus their votes.
struct reversing {
    std::vector<std::size_t> who;
    static bool knows_everything() { return false; }
    bool may_lie(std::size_t worker) const { return std::ranges::find(who, worker) != who.end(); }
    std::span<const std::size_t> liars(std::uint64_t) const { return who; }
    template <class Round>
    void lie(const Round& round) const {
        for (std::size_t i = 0; i < round.voters.size(); ++i) {
            if (!may_lie(round.voters[i])) continue;
            for (std::size_t c = 0; c < round.votes.signs(); ++c) round.votes[i].set(c, round.votes[i][c] < 0);
        }
    }
};

using reversed_trainer = election_test::toy_model_trainer<binary_form, reversing>;

reversed_trainer trainer_with_liars(const packed_allocation& code, std::vector<std::size_t> liars, bool everything = true) {
    const std::size_t k = code.partitions();
    const std::size_t d = 130;
    std::vector<float> start(d);
    election_test::toy_model::initialize(start, 3);
    election_test::toy_model_signs<binary> source({d}, election_test::toy_samples(20 * k, d, 4), {k, 20 * k, 4},
                                                  {.momentum = 0.5});
    trainer_options options;
    options.step = 0.01;
    options.ties = tie_policy::negative;
    options.compute_everything = everything;
    return {code, std::move(source), start, local_transport<binary_form>(code.workers()), {std::move(liars)}, options};
}

} // namespace

TEST_CASE_TEMPLATE_DEFINE("what the definition says, for all forms and shapes", Arch, every_form) {
    CAPTURE(election_test::seed());
    check_form<Arch, binary, binary, binary>();
    check_form<Arch, binary, ternary, ternary>();
    check_form<Arch, ternary, ternary, ternary>();
    check_form<Arch, ternary, binary, binary>();
    check_form<Arch, binary, ternary, binary>();
}
TEST_CASE_TEMPLATE_APPLY(every_form, election_test::enabled_architectures);

TEST_CASE("a tolerant code keeps its promise over a run, and an uncoded one does not") {
    const packed_allocation tolerant(deterministic(5, 1));
    vote_record record(5, 5, 130);
    reversed_trainer trainer = trainer_with_liars(tolerant, {4});
    for (int t = 0; t < 50; ++t) record(trainer, trainer.step());
    CHECK(record.total().rounds == 50);
    CHECK(record.total().coordinates == 50 * 130);
    CHECK(record.total().with_truth == 50 * 130);
    CHECK(record.total().violations == 0);
    CHECK(record.total().least_margin() >= 3);
    CHECK(record.most_turned(3).empty());

    vote_record other(5, 5, 130);
    reversed_trainer weak = trainer_with_liars(packed_allocation(uncoded(5)), {4});
    for (int t = 0; t < 50; ++t) other(weak, weak.step());
    CHECK(other.total().violations > 0);
    CHECK(other.total().turned == other.total().violations); // a partition a worker: honest votes are always right
    CHECK(other.total().least_margin() == 1);
    CHECK(other.total().agreement[4].agree + other.total().agreement[4].disagree == 50 * 130);
    std::uint64_t sum = 0;
    for (std::uint32_t rounds : other.turned()) sum += rounds;
    CHECK(sum == other.total().turned);
    const auto most = other.most_turned(3);
    REQUIRE(most.size() == 3);
    CHECK(most[0].rounds >= most[1].rounds);
    CHECK(other.turned()[most[0].coordinate] == most[0].rounds);
    CHECK(most[0].rounds == *std::ranges::max_element(other.turned()));
    CHECK(other.most_turned(1'000).size() <= 130);
}

TEST_CASE("a record goes on after it was saved") {
    const packed_allocation code(uncoded(5));
    vote_record whole(5, 5, 130);
    vote_record first(5, 5, 130);
    reversed_trainer trainer = trainer_with_liars(code, {0, 1});
    std::stringstream saved;
    vote_record second(5, 5, 130);
    for (int t = 0; t < 20; ++t) {
        const round_report report = trainer.step();
        whole(trainer, report);
        if (t < 10) first(trainer, report);
        if (t == 9) {
            first.save(saved);
            second.load(saved);
        }
        if (t >= 10) second(trainer, report);
    }
    CHECK(whole.total().violations > 0);
    CHECK(second.total() == whole.total());
    CHECK(std::ranges::equal(second.turned(), whole.turned()));

    const std::string bytes = saved.str();
    std::istringstream cut(bytes.substr(0, bytes.size() - 1));
    CHECK_THROWS_AS(second.load(cut), error);
    std::istringstream again(bytes);
    vote_record other(5, 5, 131);
    CHECK_THROWS_AS(other.load(again), error);
    CHECK(second.total() == whole.total());
}

TEST_CASE("rounds that were missed are passed over; what does not fit is refused") {
    const packed_allocation code(uncoded(5));
    reversed_trainer trainer = trainer_with_liars(code, {});
    vote_record record(5, 5, 130);
    round_report report = trainer.step();
    report.skipped = true;
    record(trainer, report);
    CHECK(record.total().rounds == 0);
    CHECK(record.total().least_margin() == 6);
    report.skipped = false;
    vote_record other(4, 5, 130);
    CHECK_THROWS_WITH_AS(other(trainer, report),
                         "election::vote_record: honest = 5 must be as many rows as it was made for, 4", parameter_error);
    vote_record third(5, 5, 129);
    CHECK_THROWS_WITH_AS(third(trainer, report), "election::vote_record: partitions.signs() = 130 must be d, 129",
                         parameter_error);
    reversed_trainer partial = trainer_with_liars(code, {}, false);
    const round_report last = partial.step();
    CHECK_THROWS_WITH_AS(
        record(partial, last),
        "election::vote_record: compute_everything = false must be true: all signs and votes must be known here",
        parameter_error);
    CHECK_THROWS_WITH_AS(vote_record(0, 5, 1), "election::vote_record: workers = 0 must be 1 to 8191", parameter_error);
    CHECK_THROWS_WITH_AS(vote_record(1, 8192, 1), "election::vote_record: partitions = 8192 must be 1 to 8191",
                         parameter_error);
}
