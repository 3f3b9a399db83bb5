// SPDX-License-Identifier: MIT
// any_lies: one of several lies, for programs that choose at run time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <ostream>
#include <span>
#include <type_traits>
#include <utility>
#include <variant>

#include <election/train/lies.hpp>

namespace election {

/// One of several lies, chosen at run time; they are lies too, one call through a variant a round.
/// \tparam Lies  what may be chosen
///
/// \code
/// using some_lies = election::any_lies<election::honest>;
/// static_assert(election::lies<some_lies, election::binary_form, float>);
/// assert(!some_lies(election::honest()).may_lie(0));
/// \endcode
template <class... Lies>
class any_lies {
public:
    /// \param chosen  which they are
    template <class Chosen>
        requires(std::is_same_v<Chosen, Lies> || ...)
    any_lies(Chosen chosen) : chosen_(std::move(chosen)) {}

    /// Whether liars look at others than themselves.
    [[nodiscard]] bool knows_everything() const {
        return std::visit([](const auto& chosen) -> bool { return chosen.knows_everything(); }, chosen_);
    }
    /// Whether worker i lies in some step.
    [[nodiscard]] bool may_lie(std::size_t worker) const {
        return std::visit([&](const auto& chosen) -> bool { return chosen.may_lie(worker); }, chosen_);
    }
    /// Who lies in a step, increasing; until the next call.
    [[nodiscard]] std::span<const std::size_t> liars(std::uint64_t step) {
        return std::visit([&](auto& chosen) -> std::span<const std::size_t> { return chosen.liars(step); }, chosen_);
    }
    /// Changes what those send who lie in this step.
    template <class Form, class Number>
    void lie(const election_round<Form, Number>& round) {
        std::visit([&](auto& chosen) { chosen.lie(round); }, chosen_);
    }
    /// The partitions of which liars remember something from round to round, increasing; none where they are not such liars.
    [[nodiscard]] std::span<const std::size_t> remembered() const {
        return std::visit(
            [](const auto& chosen) -> std::span<const std::size_t> {
                if constexpr (requires { chosen.remembered(); }) {
                    return chosen.remembered();
                } else {
                    return {};
                }
            },
            chosen_);
    }
    /// Writes what liars remember of partition j, if they do.
    void save(std::ostream& to, std::size_t j) const {
        std::visit(
            [&](const auto& chosen) {
                if constexpr (requires { chosen.save(to, j); }) chosen.save(to, j);
            },
            chosen_);
    }
    /// Reads what save() wrote for the same kind of lies.
    /// \throws error  it is of another run, or ends too early
    void load(std::istream& from, std::size_t j) {
        std::visit(
            [&](auto& chosen) {
                if constexpr (requires { chosen.load(from, j); }) chosen.load(from, j);
            },
            chosen_);
    }

    /// What was chosen.
    [[nodiscard]] const std::variant<Lies...>& chosen() const noexcept { return chosen_; }

private:
    std::variant<Lies...> chosen_;
};

} // namespace election
