// SPDX-License-Identifier: MIT
// any_learner: one of several learners, chosen at run time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include <election/learners/learner.hpp>

namespace election {

/// A learner that is one of several kinds; each call goes through a std::visit, which a gradient does not notice.
/// \tparam First   a learner
/// \tparam Others  learners with the same number_type, for the same data
///
/// \code
/// using some = election::any_learner<election::softmax_regression<float>, election::perceptron<float>>;
/// static_assert(election::learner<some, election::dense_dataset>);
/// const some model = election::softmax_regression<float>(3, 2);
/// assert(model.parameters() == 8 && model.outputs() == 2);
/// \endcode
template <class First, class... Others>
class any_learner {
    static_assert((std::is_same_v<typename First::number_type, typename Others::number_type> && ...),
                  "any_learner: all learners must have the same number_type; give their class templates the same argument");

public:
    using number_type = typename First::number_type; ///< of parameters
    /// Scratch memory of each kind; what is not used takes next to none.
    using workspace = std::tuple<typename First::workspace, typename Others::workspace...>;

    /// Holds one of them.
    template <class L>
        requires(std::is_same_v<L, First> || (std::is_same_v<L, Others> || ...))
    any_learner(L chosen) : chosen_(std::in_place_type<L>, std::move(chosen)) {}

    /// d.
    [[nodiscard]] std::size_t parameters() const {
        return std::visit([](const auto& l) -> std::size_t { return l.parameters(); }, chosen_);
    }
    /// Scores of a sample.
    [[nodiscard]] std::size_t outputs() const {
        return std::visit([](const auto& l) -> std::size_t { return l.outputs(); }, chosen_);
    }
    /// First parameters, as the chosen learner makes them.
    /// \param to    d numbers that are written
    /// \param seed  of random ones
    void initialize(std::span<number_type> to, std::uint64_t seed) const {
        std::visit([&](const auto& l) { l.initialize(to, seed); }, chosen_);
    }
    /// The gradient of the mean loss over a batch, as the chosen learner computes it.
    /// \param given     d parameters
    /// \param data      what all these learners take
    /// \param rows      which samples
    /// \param gradient  d numbers that are written
    /// \param memory    scratch
    /// \returns the mean loss
    template <class D>
        requires(learner<First, D> && (learner<Others, D> && ...))
    double gradient(std::span<const number_type> given, const D& data, std::span<const std::uint32_t> rows,
                    std::span<number_type> gradient, workspace& memory) const {
        return visit(memory, [&](const auto& l, auto& scratch) -> double {
            return l.gradient(given, data, rows, gradient, scratch);
        });
    }
    /// The scores of samples, as the chosen learner computes them.
    /// \param given   d parameters
    /// \param data    what all these learners take
    /// \param rows    which samples
    /// \param scores  rows × outputs() numbers that are written
    /// \param memory  scratch
    template <class D>
        requires(learner<First, D> && (learner<Others, D> && ...))
    void scores(std::span<const number_type> given, const D& data, std::span<const std::uint32_t> rows,
                std::span<number_type> scores, workspace& memory) const {
        visit(memory, [&](const auto& l, auto& scratch) { l.scores(given, data, rows, scores, scratch); });
    }

private:
    /// Calls work(learner, its workspace); by place, since two kinds may have the same type of workspace.
    template <class Work>
    auto visit(workspace& memory, const Work& work) const {
        return visit_from<0>(memory, work);
    }
    template <std::size_t I, class Work>
    auto visit_from(workspace& memory, const Work& work) const {
        if constexpr (I < sizeof...(Others)) {
            if (chosen_.index() != I) return visit_from<I + 1>(memory, work);
        }
        return work(std::get<I>(chosen_), std::get<I>(memory));
    }

    std::variant<First, Others...> chosen_;
};

} // namespace election
