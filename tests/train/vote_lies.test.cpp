// SPDX-License-Identifier: MIT
#include <election/train/vote_lies.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <utility>
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

/// All attacks as one type, so that tests are compiled once for all.
using any_attack = std::variant<reverse_attack, directional_attack, noise_attack, flip_attack, against_attack,
                                reverse_partition_attack, mimic_attack, zero_sum_attack, stealth_attack, collude_attack,
                                scaling_attack, gradient_noise_attack, alie_attack, ipm_attack>;

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

/// What tests know of a round, whatever its form.
struct round_facts {
    packed_allocation code;
    tie_policy ties;
    int tied_vote;
    int of_zero_sign;
    bool abstains; ///< whether votes can
    std::vector<std::size_t> liars;

    [[nodiscard]] bool lies(std::size_t worker) const { return std::ranges::find(liars, worker) != liars.end(); }
    /// All liars send the same.
    void send(one_parameter& one, int vote) const {
        for (std::size_t i : liars) one.votes[i] = vote;
    }
    /// Votes of liars' own partitions with other signs.
    void vote_again(one_parameter& one, const std::function<int(std::size_t)>& sign) const {
        for (std::size_t i : liars) {
            int sum = 0;
            for (std::size_t j = 0; j < code.partitions(); ++j) sum += code(i, j) ? sign(j) : 0;
            one.votes[i] = sign_by(sum, tied_vote);
        }
    }
};

/// What is sent is, parameter by parameter, what `expected` makes of the honest votes.
void check_lies(const std::function<any_attack(const round_facts&)>& attack,
                const std::function<void(const round_facts&, one_parameter&)>& expected) {
    for_rounds([&](const auto& honest_round) {
        using made_type = std::remove_cvref_t<decltype(honest_round)>;
        const std::size_t n = honest_round.code.workers();
        for (std::size_t more : {0U, 1U}) {
            made_type made = honest_round;
            const round_facts facts{made.code,
                                    made.ties,
                                    made.tied_vote(),
                                    made.of_zero_sign(),
                                    std::is_same_v<decltype(made.votes), ternary_matrix>,
                                    some_liars(n, more)};
            CAPTURE(more);
            vote_lies lying(attack(facts), lie_schedule(n, facts.liars), {seed(), made.zero});
            lying.lie(made.round(3));
            std::size_t wrong = 0;
            for (std::size_t c = 0; c < made.size(); ++c) {
                one_parameter one = honest_round.at(c);
                expected(facts, one);
                wrong += made.at(c).votes != one.votes ? 1U : 0U;
            }
            CHECK(wrong == 0);
            CHECK(is_canonical(made.votes));
            CHECK(made.silent == honest_round.silent);
        }
    });
}

} // namespace

TEST_CASE("reverse, directional: minus the own vote, and always the same sign") {
    check_lies([](const round_facts&) { return reverse_attack{}; },
               [](const round_facts& facts, one_parameter& one) {
                   for (std::size_t i : facts.liars) one.votes[i] = -one.votes[i];
               });
    for (int sign : {1, -1}) {
        check_lies([sign](const round_facts&) { return directional_attack{sign}; },
                   [sign](const round_facts& facts, one_parameter& one) { facts.send(one, sign); });
    }
}

TEST_CASE("against: minus the truth, and the own vote where there is none") {
    check_lies([](const round_facts&) { return against_attack{}; },
               [](const round_facts& facts, one_parameter& one) {
                   if (one.truth() != 0) facts.send(one, -one.truth());
               });
}

TEST_CASE("reverse-partition: the majority of reversed partitions") {
    check_lies([](const round_facts& facts) { return reverse_partition_attack{facts.code}; },
               [](const round_facts& facts, one_parameter& one) {
                   facts.vote_again(one, [&](std::size_t j) { return -one.message[j]; });
               });
}

TEST_CASE("mimic: the first honest worker's vote") {
    check_lies([](const round_facts&) { return mimic_attack{}; },
               [](const round_facts& facts, one_parameter& one) {
                   std::size_t first = 0;
                   while (facts.lies(first)) ++first;
                   if (first < one.votes.size()) facts.send(one, one.votes[first]);
               });
}

TEST_CASE("zero-sum: the sum of all votes as near to 0 as it gets") {
    check_lies([](const round_facts&) { return zero_sum_attack{}; },
               [](const round_facts& facts, one_parameter& one) {
                   const int b = static_cast<int>(facts.liars.size());
                   int h = 0;
                   for (std::size_t i = 0; i < one.votes.size(); ++i) h += facts.lies(i) ? 0 : one.votes[i];
                   const int taken = std::clamp(h, -b, b);
                   int minus = (b + taken) / 2;
                   int plus = (b - taken) / 2;
                   for (std::size_t i : facts.liars) {
                       if (minus > 0) {
                           --minus;
                           one.votes[i] = -1;
                       } else if (plus > 0) {
                           --plus;
                           one.votes[i] = 1;
                       } else {
                           one.votes[i] = facts.abstains ? 0 : h < 0 ? 1 : -1;
                       }
                   }
               });
}

TEST_CASE("stealth: minus the truth where that turns the result") {
    check_lies([](const round_facts&) { return stealth_attack{}; },
               [](const round_facts& facts, one_parameter& one) {
                   const int truth = one.truth();
                   int honest = 0;
                   int lied = 0;
                   for (std::size_t i = 0; i < one.votes.size(); ++i) {
                       honest += one.votes[i] * truth;
                       lied += facts.lies(i) ? -1 : one.votes[i] * truth;
                   }
                   if (truth != 0 && honest > 0 && lied <= 0) facts.send(one, -truth);
               });
}

TEST_CASE("collude: against what most partitions have that a liar holds") {
    check_lies([](const round_facts& facts) { return collude_attack{facts.code}; },
               [](const round_facts& facts, one_parameter& one) {
                   int sum = 0;
                   for (std::size_t j = 0; j < facts.code.partitions(); ++j) {
                       bool seen = false;
                       for (std::size_t i : facts.liars) seen = seen || facts.code(i, j);
                       sum += seen ? one.message[j] : 0;
                   }
                   if (sum != 0) facts.send(one, sum > 0 ? -1 : 1);
               });
}

TEST_CASE("scaling: the majority of the signs of scaled numbers; 0 and NaN by the policy, or they abstain") {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    for (double factor : {1.0, 3.0, -1.0, -1e-300, 0.0, infinity, -infinity, std::nan("")}) {
        CAPTURE(factor);
        check_lies(
            [factor](const round_facts& facts) {
                return scaling_attack{facts.code, facts.ties, factor};
            },
            [factor](const round_facts& facts, one_parameter& one) {
                facts.vote_again(one, [&](std::size_t j) {
                    const double number = factor * one.numbers[j]; // no underflow: numbers are halves
                    return number > 0 ? 1 : number < 0 ? -1 : facts.of_zero_sign;
                });
            });
    }
}

TEST_CASE("gradient noise of standard deviation 0 is honest; a lot of it makes votes fair") {
    check_lies(
        [](const round_facts& facts) -> any_attack {
            return gradient_noise_attack{facts.code, facts.ties, 0};
        },
        [](const round_facts&, one_parameter&) {});
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
        check_lies([tau](const round_facts&) { return alie_attack{tau}; },
                   [tau](const round_facts& facts, one_parameter& one) {
                       const auto k = static_cast<double>(one.numbers.size());
                       double mean = 0;
                       for (double number : one.numbers) mean += number;
                       mean /= k;
                       double squares = 0;
                       for (double number : one.numbers) squares += (number - mean) * (number - mean);
                       const double sent = mean - tau * std::sqrt(squares / k);
                       facts.send(one, sent > 0 ? 1 : sent < 0 ? -1 : facts.of_zero_sign);
                   });
    }
    check_lies([](const round_facts&) { return ipm_attack{2}; },
               [](const round_facts& facts, one_parameter& one) {
                   double sum = 0;
                   for (double number : one.numbers) sum += number; // exact: halves
                   facts.send(one, sum > 0 ? -1 : sum < 0 ? 1 : facts.of_zero_sign);
               });
}

TEST_CASE("flip reverses its share of the own votes, noise sends fair signs") {
    const packed_allocation code(uncoded(4));
    const auto share_that_differs = [&](const any_attack& attack, std::uint64_t step) {
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
    using in_batches =
        std::variant<plain<reverse_attack>, plain<directional_attack>, plain<noise_attack>, plain<flip_attack>>;
    const std::vector<std::pair<any_attack, in_batches>> attacks{{reverse_attack{}, plain<reverse_attack>{}},
                                                                 {directional_attack{1}, plain<directional_attack>{{1}}},
                                                                 {directional_attack{-1}, plain<directional_attack>{{-1}}},
                                                                 {noise_attack{}, plain<noise_attack>{}},
                                                                 {flip_attack{0.3}, plain<flip_attack>{{0.3}}}};
    for_rounds([&](const auto& honest_round) {
        for (const auto& [attack, slow_attack] : attacks) {
            auto fast = honest_round;
            auto slow = honest_round;
            const lie_schedule who(fast.code.workers(), some_liars(fast.code.workers(), 1));
            vote_lies(attack, who, {seed()}).lie(fast.round(5));
            vote_lies(slow_attack, who, {seed()}).lie(slow.round(5));
            CHECK(fast.votes == slow.votes);
            CHECK(is_canonical(fast.votes));
        }
    });
}

TEST_CASE("an attack is the same in a variant") {
    const packed_allocation code = election_test::random_code(5, 6, 0.5, seed());
    const auto check = [&](const auto& attack) {
        lie_round<ternary_form> alone(code, 200, seed());
        lie_round<ternary_form> held(code, 200, seed());
        const lie_schedule who(5, {0, 3});
        vote_lies single(attack, who);
        vote_lies one_of_many(any_attack(attack), who);
        CHECK(single.knows_everything() == one_of_many.knows_everything());
        single.lie(alone.round(1));
        one_of_many.lie(held.round(1));
        CHECK(alone.votes == held.votes);
    };
    check(noise_attack{});
    check(mimic_attack{});
}

TEST_CASE("what a liar sends does not depend on who else is there, nor on other liars") {
    const packed_allocation code = election_test::random_code(7, 6, 0.5, seed());
    const auto check = [&](const any_attack& attack) {
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
        vote_lies(any_attack(noise_attack{}), lie_schedule(n, std::vector<std::size_t>{})).lie(made.round(0));
        vote_lies(any_attack(noise_attack{}), lie_schedule(n, {0}, {.from = 5})).lie(made.round(4));
        CHECK(made.votes == honest_round.votes);
        vote_lies twice(any_attack(reverse_attack{}), lie_schedule(n, {0}));
        twice.lie(made.round(0));
        CHECK((made.size() == 1 || made.votes != honest_round.votes));
        twice.lie(made.round(1));
        CHECK(made.votes == honest_round.votes);
        auto flipped = honest_round;
        vote_lies(any_attack(flip_attack{1}), lie_schedule(n, {0})).lie(flipped.round(0));
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
        const auto none = [&](const any_attack& attack) {
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
    CHECK(violations(known, vote_lies(any_attack(against_attack{}), more), ++stream) > 0);
    CHECK(violations(known, vote_lies(any_attack(stealth_attack{}), more), ++stream) > 0);
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
