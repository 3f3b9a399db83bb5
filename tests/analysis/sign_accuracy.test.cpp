// SPDX-License-Identifier: MIT
#include <election/analysis/sign_accuracy.hpp>

#include <cmath>

#include <doctest/doctest.h>
#include <election/analysis/enumerate.hpp>
#include <election/codes/full.hpp>
#include <election/codes/repetition.hpp>
#include <election/codes/systematic.hpp>

using namespace election;

namespace {

double normal_tail(double x) { return std::erfc(x / std::sqrt(2.0)) / 2; }

} // namespace

TEST_CASE("one partition: the worker is right when the estimate from all data is") {
    const auto tally = enumerate_tally(full(3, 1)).tally;
    for (double snr : {0.0, 1.0, 6.0}) {
        CHECK(sign_error(tally, snr, worst_placement{1}, against_attack{}) ==
              doctest::Approx(normal_tail(snr)).epsilon(1e-12));
    }
}

TEST_CASE("a tie policy that favours + does not favour the true sign") {
    // Two partitions, one worker: right when both are, tied when they differ.
    const auto tally = enumerate_tally(full(1, 2)).tally;
    const double snr = 1;
    const double wrong = normal_tail(snr / std::sqrt(2.0));
    const double right = 1 - wrong;
    const double error = wrong * wrong + right * wrong; // a tie is right for one of the two true signs
    for (tie_policy ties : {tie_policy::positive, tie_policy::negative, tie_policy::coin}) {
        CHECK(sign_error(tally, snr, worst_placement{0}, against_attack{}, ties) == doctest::Approx(error).epsilon(1e-12));
    }
    CHECK(sign_error(tally, snr, worst_placement{0}, against_attack{}) ==
          doctest::Approx(1 - right * right).epsilon(1e-12)); // an abstention is no sign
}

TEST_CASE("liars that always send one sign help one true sign and harm the other") {
    const auto tally = enumerate_tally(full(3, 3)).tally;
    const random_placement two{2};
    const double both = sign_error(tally, 1, two, directional_attack{1});
    CHECK(both == sign_error(tally, 1, two, directional_attack{-1}));
    CHECK(both == doctest::Approx(0.5).epsilon(1e-12)); // two of three votes are +, whatever is true
}

TEST_CASE("designs of different k compare: for one liar of nine workers, three groups lose to nine partitions held by all") {
    const worst_placement one{1};
    const against_attack against;
    const auto groups = enumerate_tally(repetition(9, 3)).tally;
    const auto all = enumerate_tally(full(9, 9)).tally;
    const auto systematic_code = enumerate_tally(systematic(7, 1)).tally;
    double last = 0;
    for (double snr : {1.0, 2.0, 4.0}) {
        const double accuracy = sign_accuracy(groups, snr, one, against);
        CHECK(accuracy > last);
        CHECK(accuracy == doctest::Approx(1 - sign_error(groups, snr, one, against)).epsilon(1e-14));
        // Both tolerate a liar: they decode the majority of three better and of nine worse signs.
        CHECK(sign_accuracy(all, snr, one, against) < sign_accuracy(groups, snr, one, against));
        CHECK(sign_accuracy(systematic_code, snr, one, against) > 0.5);
        last = accuracy;
    }
}
