// SPDX-License-Identifier: MIT
// verify_model_reference(): the worst election under an exact model by trying everything that the model allows, as plainly as its
// definition; every faster way is held to it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/exact/exact_election.hpp>
#include <election/exact/exact_model.hpp>
#include <election/verify/verdict.hpp>
#include <election/verify/vote.hpp>

namespace election {

/// The most partitions that verify_model_reference() takes.
inline constexpr std::size_t model_reference_max_partitions = 12;

namespace detail {

/// Tries every pair of an honest message and what is reported instead of it.
class model_reference_search {
public:
    model_reference_search(const packed_allocation& code, const exact_model& model)
        : code_(code), model_(model), may_lose_(code.partitions(), model.may_lose.empty() ? char{1} : char{0}),
          lies_(code.workers(), 0) {
        for (std::size_t partition : model.may_lose) may_lose_[partition] = 1;
        for (std::size_t worker : model.liars) lies_[worker] = 1;
        signs_ = {1, -1};
        if (model.alphabet == sign_alphabet::ternary) signs_ = {1, 0, -1};
        now_.message.assign(code.partitions(), 0);
        now_.reported.assign(code.partitions(), 0);
    }

    [[nodiscard]] exact_election run() {
        for (int truth : {1, -1}) {
            now_.truth = truth;
            choose(0);
        }
        return worst_;
    }

private:
    /// Chooses what partition j and those after it would report honestly, and do report.
    void choose(std::size_t j) {
        if (j == code_.partitions()) {
            if (truth_of(now_.message) == now_.truth) count();
            return;
        }
        for (int honest : signs_) {
            for (int reported : signs_) {
                if (may_lose_[j] == 0 && (honest != now_.truth || reported != now_.truth)) continue;
                if (honest != reported && now_.corrupted.size() == model_.corrupted) continue;
                now_.message[j] = static_cast<std::int8_t>(honest);
                now_.reported[j] = static_cast<std::int8_t>(reported);
                if (honest != reported) now_.corrupted.push_back(j);
                choose(j + 1);
                if (honest != reported) now_.corrupted.pop_back();
            }
        }
    }

    void count() {
        now_.votes = votes_of(code_, now_.reported, model_.ties);
        now_.margin = 0;
        for (std::size_t i = 0; i < code_.workers(); ++i) {
            if (lies_[i] != 0) now_.votes[i] = static_cast<std::int8_t>(-now_.truth);
            const std::int64_t weight = model_.weights.empty() ? 1 : std::int64_t{model_.weights[i]};
            if (now_.votes[i] == now_.truth) now_.margin += weight;
            if (now_.votes[i] == -now_.truth) now_.margin -= weight;
            if (now_.votes[i] == 0 && model_.ties == tie_policy::coin) now_.margin -= weight;
        }
        if (worst_.message.empty() || now_.margin < worst_.margin) worst_ = now_;
    }

    const packed_allocation& code_;
    const exact_model& model_;
    std::vector<char> may_lose_;
    std::vector<char> lies_;
    std::vector<int> signs_;
    exact_election now_;
    exact_election worst_;
};

} // namespace detail

/// Tries all honest messages that have a truth, of both signs, and everything that corrupted partitions can make of them.
/// \param code   n × k, k ≤ 12
/// \param model  what may happen
/// \returns the first worst election in the order of messages (+ before 0 before −, truth + before −)
/// \throws parameter_error  more partitions, or a model that does not fit the code
/// \par Complexity
/// O(2ᵏ·n·k) time, with 3 for 2 where signs are ternary; more by the choices of corrupted partitions
///
/// \code
/// const election::packed_allocation code(election::deterministic(5, 1));
/// assert(election::verify_model_reference(code, {}).margin == 3);
/// assert(election::verify_model_reference(code, {.corrupted = 1}).margin == -5); // no allocation can repair that
/// \endcode
[[nodiscard]] inline exact_election verify_model_reference(const packed_allocation& code, const exact_model& model) {
    detail::require_valid(model, code, 1, "verify_model_reference");
    detail::require(code.partitions() <= model_reference_max_partitions, "verify_model_reference", "partitions",
                    code.partitions(), "must be at most 12");
    return detail::model_reference_search(code, model).run();
}

} // namespace election
