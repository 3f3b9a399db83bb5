// SPDX-License-Identifier: MIT
#include <election/learners/any_learner.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <election/data/row_range.hpp>
#include <election/data/synthetic.hpp>
#include <election/learners/perceptron.hpp>
#include <election/learners/softmax.hpp>

using namespace election;

namespace {

using some = any_learner<softmax_regression<float>, perceptron<float>>;

/// Whether all that a learner says is what it says inside any_learner.
template <class L>
bool is_the_same(const L& plain, const some& held, const dense_dataset& data) {
    const std::size_t d = plain.parameters();
    if (held.parameters() != d || held.outputs() != plain.outputs()) return false;
    std::vector<float> a(d);
    std::vector<float> b(d);
    plain.initialize(a, 5);
    held.initialize(b, 5);
    if (a != b) return false;
    typename L::workspace mine;
    some::workspace theirs;
    const std::vector<std::uint32_t> rows = row_range(3, 20);
    std::vector<float> g(d);
    std::vector<float> h(d);
    if (plain.gradient(a, data, rows, g, mine) != held.gradient(b, data, rows, h, theirs) || g != h) return false;
    std::vector<float> s(rows.size() * plain.outputs());
    std::vector<float> t(rows.size() * plain.outputs());
    plain.scores(g, data, rows, s, mine);
    held.scores(h, data, rows, t, theirs);
    return s == t;
}

} // namespace

static_assert(learner<some, dense_dataset>);
static_assert(!learner<some, sparse_dataset>);

TEST_CASE("whichever it holds, it says the same") {
    const dense_dataset data = gaussian_blobs(40, 6, 3, 0.5, 1);
    const softmax_regression<float> flat(6, 3);
    const perceptron<float> deep(6, {5, 4}, 3);
    CHECK(is_the_same(flat, flat, data));
    CHECK(is_the_same(deep, deep, data));
    CHECK(some(flat).parameters() != some(deep).parameters());
}
