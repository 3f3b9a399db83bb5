// SPDX-License-Identifier: MIT
// gaussian_gradients: the message model of Gaussian gradients that keeps the numbers behind the signs.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <election/majority/majority_kernel.hpp>
#include <election/models/draw_messages.hpp>
#include <election/models/election_batch.hpp>
#include <election/models/messages.hpp>
#include <election/models/random_stream.hpp>

namespace election {

/// gaussian_messages with their numbers: the same law of the signs, and the partition gradients themselves in
/// election_batch::gradients, for attacks that change them.
///
/// A partition's gradient is snr / √k + √ρ·Z + √(1−ρ)·X_j, with Z and all X_j normal; the truth is +. It is drawn number by number,
/// about a hundred times as slow as gaussian_messages, and takes 16 KiB for each partition: for attacks that need it.
///
/// \code
/// constexpr auto sampling = election::sampling_kernel_for<election::default_arch>();
/// constexpr auto majority = election::majority_kernel_for<election::default_arch>();
/// election::random_stream random(sampling, 1, 0);
/// election::election_batch batch(5, 1, false);
/// message_sampler(election::gaussian_gradients{2.0}, 5, majority)(batch, random);
/// const bool plus = (batch.messages[3][0] >> 7 & 1) != 0; // partition 3 in election 7
/// assert(plus == !(batch.gradient(7)[3] < 0));
/// \endcode
struct gaussian_gradients {
    double snr;             ///< the true coordinate over the standard deviation of its estimate from all k partitions
    double correlation = 0; ///< ρ of the noise of every two partitions, 0 … 1

    static constexpr truth_rule truth = truth_rule::plus; ///< what is right
    /// Those of gaussian_messages.
    /// \throws parameter_error  a correlation outside of 0 to 1, or a signal-to-noise ratio that is no number
    [[nodiscard]] std::vector<double> weights(std::size_t partitions) const {
        return gaussian_messages{snr, correlation}.weights(partitions);
    }
};

namespace detail {

/// The sign of a gradient, as pack_options has it by default: 0 and −0 are +, and where a vote cannot abstain a NaN is too.
[[nodiscard]] constexpr bool is_plus(double number) noexcept { return !(number < 0); }

} // namespace detail

/// What draws batches of Gaussian gradients.
/// \param model       signal-to-noise ratio and correlation
/// \param partitions  k ≥ 1
/// \returns a callable (election_batch&, random_stream&) that fills in messages, truths and gradients, for one thread
/// \throws parameter_error  a correlation outside of 0 to 1, or a signal-to-noise ratio that is no number
[[nodiscard]] inline auto message_sampler(const gaussian_gradients& model, std::size_t partitions,
                                          const majority_kernel& /*kernel*/) {
    detail::require_gaussian({model.snr, model.correlation});
    return [mean = model.snr / std::sqrt(static_cast<double>(partitions)), common = std::sqrt(model.correlation),
            own = std::sqrt(1 - model.correlation), partitions,
            rows = detail::row_group(partitions)](election_batch& batch, random_stream& random) mutable {
        detail::fill_truth(batch);
        batch.gradients.resize(election_batch::elections * partitions);
        float* next = batch.gradients.data();
        for (std::size_t first = 0; first < election_batch::words; first += detail::group_words) {
            for (std::size_t i = 0; i < detail::group_elections; ++i) {
                // Row i of a group is not its election i: bit b of word l of the planes is row 8·b + l.
                const std::size_t row = detail::group_words * (i % 64) + i / 64;
                const double shift = common == 0 ? mean : mean + common * random.normal();
                for (std::size_t w = 0; w < rows.words(); ++w) rows.word(w)[row] = 0;
                for (std::size_t j = 0; j < partitions; ++j) {
                    const auto number = static_cast<float>(own == 0 ? shift : shift + own * random.normal());
                    *next++ = number;
                    rows.word(j / 64)[row] |= std::uint64_t{detail::is_plus(number)} << (j % 64);
                }
            }
            rows.write(random.kernel(), batch.messages, first);
        }
    };
}

} // namespace election
