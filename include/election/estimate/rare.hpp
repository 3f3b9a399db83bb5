// SPDX-License-Identifier: MIT
// estimate_rare(): how often a code fails where plain sampling sees nothing; chooses the method.
#pragma once

#include <cstddef>

#include <election/codes/allocation.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/estimate/estimate.hpp>
#include <election/estimate/rare_estimate.hpp>
#include <election/estimate/splitting.hpp>
#include <election/estimate/stratified.hpp>
#include <election/models/liars.hpp>
#include <election/models/messages.hpp>

namespace election {

/// How often a code fails against the worst-placed liars, however rare that is.
///
/// `automatic` plans an estimate by weights first. If its pilot says that the relative error can be reached with the trials
/// allowed, and that weights in which it saw no failure hardly matter, it is carried out, else splitting is. The
/// choice depends on the pilot alone, so the estimate is unbiased whichever way it goes.
/// \param code      n × k, both at most 65535
/// \param messages  an exchangeable model
/// \param liars     b, who send the opposite of the truth, worst placed: an election fails if its margin is at most 2b
/// \param options   what may be spent, seed, threads
/// \param method    automatic, importance or splitting
/// \param kernels   the inner loops, from `estimate_kernels_for<Arch>()`
/// \throws parameter_error  parameters that are not allowed
/// \par Complexity
/// see estimate_stratified() and estimate_splitting()
///
/// \code
/// const auto rare = election::estimate_rare(election::uncoded(25), election::independent_messages{0.9}, 0);
/// assert(rare.method == election::rare_method::importance && rare.relative_error() < 0.1);
/// \endcode
template <allocation A, exchangeable_messages Messages>
[[nodiscard]] rare_estimate estimate_rare(const A& code, const Messages& messages, std::size_t liars,
                                          const rare_options& options, rare_method method, const estimate_kernels& kernels) {
    detail::require_estimable(options);
    decltype(auto) matrix = packed(code);
    if (method != rare_method::splitting) {
        const worst_placement placement{liars};
        const against_attack attack;
        detail::stratified_run<Messages, worst_placement, against_attack> run(matrix, messages, placement, attack, options,
                                                                              kernels);
        run.plan();
        if (method == rare_method::importance || run.is_promising()) return run.run();
    }
    return estimate_splitting(matrix, messages, liars, options, kernels.sampling);
}

/// The same with the best kernels that this translation unit's compiler flags allow.
template <class Arch = default_arch, allocation A, exchangeable_messages Messages>
[[nodiscard]] rare_estimate estimate_rare(const A& code, const Messages& messages, std::size_t liars,
                                          const rare_options& options = {}, rare_method method = rare_method::automatic) {
    constexpr estimate_kernels kernels = estimate_kernels_for<Arch>();
    return estimate_rare(code, messages, liars, options, method, kernels);
}

} // namespace election
