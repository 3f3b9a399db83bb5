// SPDX-License-Identifier: MIT
#include <election/learners/learner.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

#include <doctest/doctest.h>
#include <election/data/dataset.hpp>

using namespace election;

namespace {

/// One parameter, no loss.
struct constant {
    using number_type = float;
    struct workspace {};
    [[nodiscard]] std::size_t parameters() const { return 1; }
    [[nodiscard]] std::size_t outputs() const { return 1; }
    void initialize(std::span<float>, std::uint64_t) const {}
    double gradient(std::span<const float>, const dense_dataset&, std::span<const std::uint32_t>, std::span<float>,
                    workspace&) const {
        return 0;
    }
    void scores(std::span<const float>, const dense_dataset&, std::span<const std::uint32_t>, std::span<float>,
                workspace&) const {}
};
struct of_integers : constant {
    using number_type = int;
};
struct without_loss : constant {
    void gradient(std::span<const float>, const dense_dataset&, std::span<const std::uint32_t>, std::span<float>,
                  workspace&) const {}
};
struct not_const : constant {
    [[nodiscard]] std::size_t parameters() { return 1; }
};

} // namespace

TEST_CASE("what is a learner, and what is not") {
    static_assert(learner<constant, dense_dataset>);
    static_assert(!learner<constant, sparse_dataset>);
    static_assert(!learner<constant, int>);
    static_assert(!learner<of_integers, dense_dataset>);
    static_assert(!learner<without_loss, dense_dataset>);
    static_assert(!learner<not_const, dense_dataset>);
}
