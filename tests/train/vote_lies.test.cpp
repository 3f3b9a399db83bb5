// SPDX-License-Identifier: MIT
#include <election/train/vote_lies.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <variant>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/deterministic.hpp>
#include <election/codes/full.hpp>
#include <election/codes/repetition.hpp>
#include <election/codes/systematic.hpp>
#include <election/codes/uncoded.hpp>
#include <election/train/liar_placement.hpp>
#include <election/train/silent_lies.hpp>
#include <election/train/transport.hpp>
#include <support/lie_rounds.hpp>
#include <support/random_code.hpp>
#include <support/seed.hpp>

using namespace election;
using election_test::lie_round;
using election_test::one_parameter;
using election_test::seed;
using election_test::sign_by;

static_assert(lies<vote_lies<reverse_attack>, binary_form, float>);
static_assert(lies<vote_lies<stealth_attack>, ternary_form, double>);
static_assert(lies<vote_lies<std::variant<alie_attack, flip_attack>>, abstaining_form, float>);

namespace {

constexpr std::size_t long_size = 2 * election_batch::elections + 77;

/// The same attack without its short cuts: it goes through batches.
template <class A>
struct plain {
    A attack;
};
template <class A>
void send_lies(const plain<A>& plain_one, election_batch& batch, random_stream& random) {
    send_lies(plain_one.attack, batch, random);
}
template <class A>
attack_needs needs_of(const plain<A>& plain_one) {
    return election::needs_of(plain_one.attack);
}

/// Looks at everything, sends against what partition 0 has, and says nothing of what it needs.
struct own_attack {};
void send_lies(const own_attack&, election_batch& batch, random_stream&) {
    detail::send(batch, [&](std::size_t, std::size_t w) { return ~batch.messages[0][w]; });
}
static_assert(election::needs_of(own_attack{}) == attack_needs{true, true, true, false});

/// Calls work(round) for all forms, tie and zero policies, with random codes and sizes that leave remainders.
template <class Work>
void for_rounds(const Work& work) {
    std::uint64_t stream = 0;
    for (const std::size_t workers : {1U, 5U, 8U}) {
        const packed_allocation code = election_test::random_code(workers, (2 * workers + 2) / 3, 0.5, seed() + workers);
        for (const std::size_t size : {std::size_t{1}, std::size_t{130}, long_size}) {
            CAPTURE(seed());
            CAPTURE(workers);
            CAPTURE(size);
            ++stream;
            work(lie_round<binary_form>(code, size, seed() + stream));
            work(lie_round<binary_form, double>(code, size, seed() + stream, tie_policy::negative, zero_policy::negative));
            work(lie_round<abstaining_form>(code, size, seed() + stream, tie_policy::abstain, zero_policy::negative));
            work(lie_round<ternary_form>(code, size, seed() + stream));
        }
    }
}

std::vector<std::size_t> some_liars(std::size_t workers, std::size_t more = 0) {
    std::vector<std::size_t> liars;
    for (std::size_t i = 0; i < workers; ++i) {
        if (i % 3 == 1 || (i == 0 && workers == 1) || (more != 0 && i % 2 == 0)) liars.push_back(i);
    }
    return liars;
}

template <class Round>
std::vector<std::vector<int>> votes_in(const Round& made) {
    std::vector<std::vector<int>> all;
    for (std::size_t i = 0; i < made.voters.size(); ++i) {
        all.emplace_back();
        for (std::size_t c = 0; c < made.size(); ++c) all.back().push_back(made.votes.view()[i][c]);
    }
    return all;
}

/// Padding zero, absent signs zero.
template <class Votes>
bool is_canonical(const Votes& votes) {
    bool good = true;
    for (const auto row : votes.view()) {
        const std::size_t size = row.size();
        const auto zero_padding = [&](sign_view plane) {
            return size % 64 == 0 || (plane.words().back() & ~last_word_mask(size)) == 0;
        };
        if constexpr (requires { row.present(); }) {
            good = good && zero_padding(row.signs()) && zero_padding(row.present());
            for (std::size_t w = 0; w < words_for(size); ++w)
                good = good && (row.signs().data()[w] & ~row.present().data()[w]) == 0;
        } else {
            good = good && zero_padding(row);
        }
    }
    return good;
}

/// What is sent is, parameter by parameter, what expected(made, one, liars) makes of the honest votes.
template <class Attack, class Expected>
void check_lies(const Attack& attack, const Expected& expected) {
    for_rounds([&](const auto& honest_round) {
        for (std::size_t more : {0U, 1U}) {
            auto made = honest_round;
            const std::vector<std::size_t> liars = some_liars(made.code.workers(), more);
            CAPTURE(more);
            vote_lies lying(attack(made), lie_schedule(made.code.workers(), liars), {seed(), made.zero});
            lying.lie(made.round(3));
            std::size_t wrong = 0;
            for (std::size_t c = 0; c < made.size(); ++c) {
                one_parameter one = honest_round.at(c);
                expected(honest_round, one, liars);
                wrong += made.at(c).votes != one.votes ? 1U : 0U;
            }
            CHECK(wrong == 0);
            CHECK(is_canonical(made.votes));
            CHECK(made.silent == honest_round.silent);
        }
    });
}

/// Votes of one's partitions with other signs.
template <class Round, class Sign>
void vote_again(const Round& made, one_parameter& one, const std::vector<std::size_t>& liars, const Sign& sign) {
    for (std::size_t i : liars) {
        int sum = 0;
        for (std::size_t j = 0; j < made.code.partitions(); ++j) sum += made.code(i, j) ? sign(j) : 0;
        one.votes[i] = sign_by(sum, made.tied_vote());
    }
}

template <class Round>
constexpr bool abstains(const Round&) {
    return std::is_same_v<decltype(Round::votes), ternary_matrix>;
}

} // namespace

TEST_CASE("reverse, directional: minus the own vote, and always the same sign") {
    check_lies([](const auto&) { return reverse_attack{}; },
               [](const auto&, one_parameter& one, const auto& liars) {
                   for (std::size_t i : liars) one.votes[i] = -one.votes[i];
               });
    for (int sign : {1, -1}) {
        check_lies([sign](const auto&) { return directional_attack{sign}; },
                   [sign](const auto&, one_parameter& one, const auto& liars) {
                       for (std::size_t i : liars) one.votes[i] = sign;
                   });
    }
}

TEST_CASE("against: minus the truth, and the own vote where there is none") {
    check_lies([](const auto&) { return against_attack{}; },
               [](const auto&, one_parameter& one, const auto& liars) {
                   for (std::size_t i : liars) one.votes[i] = one.truth() == 0 ? one.votes[i] : -one.truth();
               });
}

TEST_CASE("reverse-partition: the majority of reversed partitions") {
    check_lies([](const auto& made) { return reverse_partition_attack{made.code}; },
               [](const auto& made, one_parameter& one, const auto& liars) {
                   vote_again(made, one, liars, [&](std::size_t j) { return -one.message[j]; });
               });
}

TEST_CASE("mimic: the first honest worker's vote") {
    check_lies([](const auto&) { return mimic_attack{}; },
               [](const auto&, one_parameter& one, const auto& liars) {
                   std::size_t first = 0;
                   while (std::ranges::find(liars, first) != liars.end()) ++first;
                   if (first == one.votes.size()) return;
                   for (std::size_t i : liars) one.votes[i] = one.votes[first];
               });
}

TEST_CASE("zero-sum: the sum of all votes as near to 0 as it gets") {
    check_lies([](const auto&) { return zero_sum_attack{}; },
               [](const auto& made, one_parameter& one, const auto& liars) {
                   const int b = static_cast<int>(liars.size());
                   int h = 0;
                   for (std::size_t i = 0; i < one.votes.size(); ++i)
                       h += std::ranges::find(liars, i) == liars.end() ? one.votes[i] : 0;
                   const int taken = std::clamp(h, -b, b);
                   int minus = (b + taken) / 2;
                   int plus = (b - taken) / 2;
                   for (std::size_t i : liars) {
                       if (minus > 0) {
                           --minus;
                           one.votes[i] = -1;
                       } else if (plus > 0) {
                           --plus;
                           one.votes[i] = 1;
                       } else {
                           one.votes[i] = abstains(made) ? 0 : h < 0 ? 1 : -1;
                       }
                   }
               });
}

TEST_CASE("stealth: minus the truth where that turns the result") {
    check_lies([](const auto&) { return stealth_attack{}; },
               [](const auto&, one_parameter& one, const auto& liars) {
                   const int truth = one.truth();
                   int honest = 0;
                   int lied = 0;
                   for (std::size_t i = 0; i < one.votes.size(); ++i) {
                       honest += one.votes[i] * truth;
                       lied += std::ranges::find(liars, i) == liars.end() ? one.votes[i] * truth : -1;
                   }
                   if (truth == 0 || honest <= 0 || lied > 0) return;
                   for (std::size_t i : liars) one.votes[i] = -truth;
               });
}

TEST_CASE("collude: against what most partitions have that a liar holds") {
    check_lies([](const auto& made) { return collude_attack{made.code}; },
               [](const auto& made, one_parameter& one, const auto& liars) {
                   int sum = 0;
                   for (std::size_t j = 0; j < made.code.partitions(); ++j) {
                       bool seen = false;
                       for (std::size_t i : liars) seen = seen || made.code(i, j);
                       sum += seen ? one.message[j] : 0;
                   }
                   for (std::size_t i : liars) one.votes[i] = sum == 0 ? one.votes[i] : sum > 0 ? -1 : 1;
               });
}

TEST_CASE("scaling: the majority of the signs of scaled numbers; 0 and NaN by the policy, or they abstain") {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    for (double factor : {1.0, 3.0, -1.0, -1e-300, 0.0, infinity, -infinity, std::nan("")}) {
        CAPTURE(factor);
        check_lies(
            [factor](const auto& made) {
                return scaling_attack{made.code, made.ties, factor};
            },
            [factor](const auto& made, one_parameter& one, const auto& liars) {
                vote_again(made, one, liars, [&](std::size_t j) {
                    const double number = factor * one.numbers[j]; // no underflow: numbers are halves
                    return number > 0 ? 1 : number < 0 ? -1 : made.of_zero_sign();
                });
            });
    }
}

TEST_CASE("gradient noise of standard deviation 0 is honest; a lot of it makes votes fair") {
    check_lies(
        [](const auto& made) {
            return gradient_noise_attack{made.code, made.ties, 0};
        },
        [](const auto&, one_parameter&, const auto&) {});
    const packed_allocation code(full(3, 3));
    lie_round<binary_form> made(code, long_size, seed());
    vote_lies lying(gradient_noise_attack{code, tie_policy::positive, 1e6}, lie_schedule(3, {0, 2}), {seed()});
    lying.lie(made.round(0));
    double agree = 0;
    double both = 0;
    for (std::size_t c = 0; c < long_size; ++c) {
        agree += made.votes.view()[0][c] == made.votes.view()[1][c] ? 1 : 0;
        both += made.votes.view()[0][c] == made.votes.view()[2][c] ? 1 : 0;
    }
    const double deviation = std::sqrt(long_size) / 2; // 5.5 of them: one seed in 10^7
    CHECK(std::abs(agree - long_size / 2.0) < 5.5 * deviation);
    CHECK(std::abs(both - long_size / 2.0) < 5.5 * deviation);
}

TEST_CASE("ALIE and IPM: the sign of mean - tau*std and of minus the mean") {
    for (double tau : {-0.5, 0.3, 1.5}) {
        check_lies([tau](const auto&) { return alie_attack{tau}; },
                   [tau](const auto& made, one_parameter& one, const auto& liars) {
                       const auto k = static_cast<double>(one.numbers.size());
                       double mean = 0;
                       for (double number : one.numbers) mean += number;
                       mean /= k;
                       double squares = 0;
                       for (double number : one.numbers) squares += (number - mean) * (number - mean);
                       const double sent = mean - tau * std::sqrt(squares / k);
                       for (std::size_t i : liars) one.votes[i] = sent > 0 ? 1 : sent < 0 ? -1 : made.of_zero_sign();
                   });
    }
    check_lies([](const auto&) { return ipm_attack{2}; },
               [](const auto& made, one_parameter& one, const auto& liars) {
                   double sum = 0;
                   for (double number : one.numbers) sum += number; // exact: halves
                   for (std::size_t i : liars) one.votes[i] = sum > 0 ? -1 : sum < 0 ? 1 : made.of_zero_sign();
               });
}

TEST_CASE("flip reverses its share of the own votes, noise sends fair signs") {
    const packed_allocation code(uncoded(4));
    const auto share_that_differs = [&](const auto& attack, std::uint64_t step) {
        lie_round<ternary_form> made(code, long_size, seed());
        const lie_round<ternary_form> honest_round = made;
        vote_lies lying(attack, lie_schedule(4, {2}), {seed()});
        lying.lie(made.round(step));
        double differ = 0;
        double there = 0;
        for (std::size_t c = 0; c < long_size; ++c) {
            const int before = honest_round.votes.view()[2][c];
            if (before == 0) continue;
            ++there;
            differ += made.votes.view()[2][c] == -before ? 1 : 0;
        }
        return differ / there;
    };
    // There are about 0.89·8269 votes; bounds of 5.5 standard deviations.
    CHECK(std::abs(share_that_differs(flip_attack{0.1}, 0) - 0.1) < 5.5 * std::sqrt(0.09 / 7300));
    CHECK(std::abs(share_that_differs(noise_attack{}, 0) - 0.5) < 5.5 * 0.5 / std::sqrt(7300));
    CHECK(share_that_differs(flip_attack{1}, 0) == 1);
    CHECK(share_that_differs(flip_attack{0}, 0) == 0);
}

TEST_CASE("short cuts send what batches send") {
    for_rounds([](const auto& honest_round) {
        const auto check = [&](const auto& attack) {
            auto fast = honest_round;
            auto slow = honest_round;
            auto held = honest_round;
            const lie_schedule who(fast.code.workers(), some_liars(fast.code.workers(), 1));
            using attack_type = std::remove_cvref_t<decltype(attack)>;
            vote_lies(attack, who, {seed()}).lie(fast.round(5));
            vote_lies(plain<attack_type>{attack}, who, {seed()}).lie(slow.round(5));
            vote_lies(std::variant<mimic_attack, attack_type>{attack}, who, {seed()}).lie(held.round(5));
            CHECK(fast.votes == slow.votes);
            CHECK(fast.votes == held.votes);
            CHECK(is_canonical(fast.votes));
        };
        check(reverse_attack{});
        check(directional_attack{1});
        check(directional_attack{-1});
        check(noise_attack{});
        check(flip_attack{0.3});
    });
}

TEST_CASE("what a liar sends does not depend on who else is there, nor on other liars") {
    const packed_allocation code = election_test::random_code(7, 6, 0.5, seed());
    const auto check = [&](const auto& attack) {
        REQUIRE(!election::needs_of(attack).everything);
        lie_round<abstaining_form> all(code, long_size, seed());
        vote_lies(attack, lie_schedule(7, {1, 4, 6}), {seed()}).lie(all.round(2));
        for (const std::vector<std::size_t>& voters : {std::vector<std::size_t>{4}, {1, 2, 6}, {0, 3}}) {
            lie_round<abstaining_form> some(code, long_size, seed(), tie_policy::abstain, zero_policy::positive, voters);
            vote_lies(attack, lie_schedule(7, {1, 4, 6}), {seed()}).lie(some.round(2));
            for (std::size_t i = 0; i < voters.size(); ++i) CHECK(equal(some.votes.view()[i], all.votes.view()[voters[i]]));
        }
        lie_round<abstaining_form> fewer(code, long_size, seed());
        vote_lies(attack, lie_schedule(7, {4}), {seed()}).lie(fewer.round(2));
        CHECK(equal(fewer.votes.view()[4], all.votes.view()[4]));
        CHECK(!equal(fewer.votes.view()[1], all.votes.view()[1]));
    };
    check(reverse_attack{});
    check(directional_attack{-1});
    check(noise_attack{});
    check(flip_attack{0.4});
    check(reverse_partition_attack{code});
    check(scaling_attack{code, tie_policy::abstain, -1});
    check(gradient_noise_attack{code, tie_policy::abstain, 1});
}

TEST_CASE("draws differ between workers, steps, tiles and seeds") {
    const packed_allocation code(uncoded(3));
    const auto sent = [&](std::uint64_t of_seed, std::uint64_t step) {
        lie_round<binary_form> made(code, long_size, seed());
        vote_lies(noise_attack{}, lie_schedule(3, {0, 2}), {of_seed}).lie(made.round(step));
        return made.votes;
    };
    const sign_matrix votes = sent(1, 0);
    CHECK(votes == sent(1, 0));
    CHECK(!equal(votes.view()[0], votes.view()[2]));
    CHECK(!equal(votes.view()[0], sent(1, 1).view()[0]));
    CHECK(!equal(votes.view()[0], sent(2, 0).view()[0]));
    CHECK(!equal(votes.view()[0].tile(0, 4096), votes.view()[0].tile(64, 4096)));
}

TEST_CASE("laws: nobody lies, reversed twice, flipped for sure; an attack of one's own") {
    for_rounds([](const auto& honest_round) {
        const std::size_t n = honest_round.code.workers();
        auto made = honest_round;
        vote_lies(noise_attack{}, lie_schedule(n, std::vector<std::size_t>{})).lie(made.round(0));
        vote_lies(noise_attack{}, lie_schedule(n, {0}, {.from = 5})).lie(made.round(4));
        CHECK(made.votes == honest_round.votes);
        vote_lies twice(reverse_attack{}, lie_schedule(n, {0}));
        twice.lie(made.round(0));
        CHECK((made.size() == 1 || made.votes != honest_round.votes));
        twice.lie(made.round(1));
        CHECK(made.votes == honest_round.votes);
        auto flipped = honest_round;
        vote_lies(flip_attack{1}, lie_schedule(n, {0})).lie(flipped.round(0));
        twice.lie(made.round(2));
        CHECK(made.votes == flipped.votes);
        auto own = honest_round;
        vote_lies(own_attack{}, lie_schedule(n, {0})).lie(own.round(0));
        std::size_t wrong = 0;
        for (std::size_t c = 0; c < own.size(); ++c) {
            const one_parameter one = honest_round.at(c);
            wrong += own.at(c).votes[0] != (one.truth() == 0 ? one.votes[0] : one.message[0] > 0 ? -1 : 1) ? 1U : 0U;
        }
        CHECK(wrong == 0);
    });
}

TEST_CASE("numbers that no float can hold keep their sign") {
    CHECK(detail::as_float(1e-300) > 0);
    CHECK(detail::as_float(-1e-300) < 0);
    CHECK((detail::as_float(1e300) > 1e38F && !std::isinf(detail::as_float(1e300))));
    CHECK(detail::as_float(-1e300) < -1e38F);
    CHECK(detail::as_float(-std::numeric_limits<double>::infinity()) == -std::numeric_limits<float>::infinity());
    CHECK(std::isnan(detail::as_float(std::nan(""))));
    CHECK((detail::as_float(0.0) == 0 && detail::as_float(1.5) == 1.5F && detail::as_float(2.5F) == 2.5F));
}

TEST_CASE("one line says what is missing") {
    const packed_allocation code(full(3, 3));
    lie_round<binary_form> made(code, 100, seed());
    lie_round<binary_form> some(code, 100, seed(), tie_policy::positive, zero_policy::positive, {1, 2});
    vote_lies mimic(mimic_attack{}, lie_schedule(3, {1}));
    CHECK(mimic.knows_everything());
    CHECK((mimic.may_lie(1) && !mimic.may_lie(0) && mimic.liars(0).size() == 1));
    CHECK_THROWS_WITH(mimic.lie(some.round(0)),
                      "election::vote_lies: voters = 2 must be all workers where liars look at others, 3");
    some.voters = {0, 2}; // nobody of them lies: nothing is done, nothing is needed
    CHECK_NOTHROW(mimic.lie(some.round(0)));
    made.computed.pop_back();
    CHECK_THROWS_WITH(mimic.lie(made.round(0)),
                      "election::vote_lies: computed = 2 must be all partitions where liars look at others, 3");
    made.computed = {0, 1, 2};
    made.numbers[1].clear();
    CHECK_THROWS_WITH(vote_lies(ipm_attack{}, lie_schedule(3, {1})).lie(made.round(0)),
                      "election::vote_lies: reported = 0 must be the gradients that this attack looks at, 100 numbers: keep "
                      "them (gradient_options::keep_reported)");
    CHECK_THROWS_WITH(vote_lies(directional_attack{2}, lie_schedule(3, {1})).lie(made.round(0)),
                      "election::directional: sign = 2 must be 1 or -1");
    CHECK_THROWS_WITH(vote_lies(flip_attack{2}, lie_schedule(3, {1})).lie(made.round(0)),
                      "election::flip: probability = 2 must be 0 to 1");
    made.voters = {0, 1};
    CHECK_THROWS_WITH(vote_lies(reverse_attack{}, lie_schedule(3, {1})).lie(made.round(0)),
                      "election::vote_lies: votes.rows() = 3 must be one a voter, 2");
}

namespace {

/// A round, and the sign of the partitions' sum of every parameter.
template <class Form>
struct known_round {
    lie_round<Form> made;
    std::vector<int> truths;

    known_round(const packed_allocation& code, std::uint64_t stream) : made(code, long_size, seed() + stream) {
        for (std::size_t c = 0; c < long_size; ++c) truths.push_back(made.at(c).truth());
    }
};

/// Parameters whose partitions' signs have a sum that is not 0 and whose decoded sign is another.
template <class Form, class Lies>
std::size_t violations(const known_round<Form>& known, Lies liars, std::uint64_t step) {
    lie_round<Form> lied = known.made;
    liars.lie(lied.round(step));
    local_transport<Form> master(lied.voters.size());
    typename Form::result::vector decision(long_size);
    (void)master.decide({step, lied.voters, lied.votes.view(), lied.silent}, decision);
    std::size_t count = 0;
    for (std::size_t c = 0; c < long_size; ++c) {
        count += known.truths[c] != 0 && decision[c] != known.truths[c] ? 1U : 0U;
    }
    return count;
}

template <class Form>
void check_tolerance(const packed_allocation& code, std::size_t b) {
    const tie_policy ties = Form::votes::abstains ? tie_policy::abstain : tie_policy::positive;
    const std::size_t n = code.workers();
    std::uint64_t stream = 0;
    worst_liars_options options;
    options.ties = ties;
    const known_round<Form> known(code, n);
    for (const std::vector<std::size_t>& liars :
         {worst_liars(code, b, options).liars, random_liars(n, b, seed()), group_liars(code, b, seed())}) {
        const lie_schedule who(n, liars);
        const auto none = [&](const auto& attack) {
            CHECK(violations(known, vote_lies(attack, who, {seed()}), ++stream) == 0);
        };
        none(reverse_attack{});
        none(reverse_partition_attack{code});
        none(against_attack{});
        none(flip_attack{0.5});
        none(noise_attack{});
        none(directional_attack{1});
        none(directional_attack{-1});
        none(zero_sum_attack{});
        none(stealth_attack{});
        none(mimic_attack{});
        none(collude_attack{code});
        none(scaling_attack{code, ties, -1});
        none(scaling_attack{code, ties, std::nan("")});
        none(gradient_noise_attack{code, ties, 1});
        none(alie_attack{1.5});
        none(ipm_attack{});
        CHECK(violations(known, silent_lies(who), ++stream) == 0);
        CHECK(violations(known, silent_lies(who, 0.5), ++stream) == 0);
    }
    const lie_schedule more(n, worst_liars(code, b + 1, options).liars);
    CHECK(violations(known, vote_lies(against_attack{}, more), ++stream) > 0);
    CHECK(violations(known, vote_lies(stealth_attack{}, more), ++stream) > 0);
}

} // namespace

TEST_CASE("b liars never turn the sign of the partitions' sum under a b-tolerant code, and b + 1 do") {
    struct tolerant {
        packed_allocation code;
        std::size_t b;
    };
    for (const tolerant& entry : {tolerant{packed_allocation(deterministic(5, 1)), 1},
                                  {packed_allocation(deterministic(7, 1)), 1},
                                  {packed_allocation(deterministic(9, 2)), 2},
                                  {packed_allocation(deterministic(15, 3)), 3},
                                  {packed_allocation(repetition(9, 3)), 1},
                                  {packed_allocation(repetition(15, 3)), 2},
                                  {packed_allocation(systematic(5, 1)), 1},
                                  {packed_allocation(systematic(5, 2)), 2}}) {
        CAPTURE(seed());
        CAPTURE(entry.code.workers());
        CAPTURE(entry.b);
        check_tolerance<binary_form>(entry.code, entry.b);
        check_tolerance<abstaining_form>(entry.code, entry.b);
        check_tolerance<ternary_form>(entry.code, entry.b);
    }
}
