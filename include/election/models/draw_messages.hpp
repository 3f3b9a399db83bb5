// SPDX-License-Identifier: MIT
// draw_messages(): a batch of random messages and their truths, from every message model.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <election/bits/aligned.hpp>
#include <election/core/error.hpp>
#include <election/majority/majority_kernel.hpp>
#include <election/models/election_batch.hpp>
#include <election/models/messages.hpp>
#include <election/models/random_stream.hpp>

namespace election {
namespace detail {

inline constexpr std::size_t group_words = 8;                    ///< elections are drawn in groups of
inline constexpr std::size_t group_elections = 64 * group_words; ///< this size

/// Rows of `length` bits, one an election, that become planes: 512 at a time.
class row_group {
public:
    explicit row_group(std::size_t length)
        : length_(length), words_((length + 63) / 64), rows_(words_ * stride), columns_(64 * group_words) {}

    /// Words of a row.
    [[nodiscard]] std::size_t words() const noexcept { return words_; }
    /// Word w of all rows, with room for sixteen more.
    [[nodiscard]] std::uint64_t* word(std::size_t w) noexcept { return rows_.data() + w * stride; }
    /// The bits of word w of a row that count.
    [[nodiscard]] std::uint64_t mask(std::size_t w) const noexcept {
        const std::size_t left = length_ - 64 * w;
        return left >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << left) - 1;
    }
    /// Turns the rows into the words from `first` on of planes.
    void write(const sampling_kernel& kernel, bit_planes& planes, std::size_t first) {
        for (std::size_t w = 0; w < words_; ++w) {
            kernel.transpose(word(w), columns_.data());
            const std::size_t count = std::min<std::size_t>(64, length_ - 64 * w);
            for (std::size_t c = 0; c < count; ++c) {
                std::copy_n(columns_.data() + group_words * c, group_words, planes[64 * w + c].data() + first);
            }
        }
    }

private:
    static constexpr std::size_t stride = group_elections + 2 * group_words; // a vector is stored behind the last row
    std::size_t length_;
    std::size_t words_;
    aligned_vector<std::uint64_t> rows_;
    aligned_vector<std::uint64_t> columns_;
};

/// How many random words make one of which a bit is 1 with about probability w / k, and with which digits.
struct coarse_probability {
    std::size_t digits;     ///< 1 … 32
    std::uint64_t fraction; ///< over 2^digits, neither 0 nor all

    /// As many digits as it takes to be within half a standard deviation of a row's share of ones: then about one row in √length has
    /// exactly `ones`, whatever that is. An inexact probability costs rejections, and no correctness.
    static coarse_probability near(std::size_t ones, std::size_t length) {
        const double p = static_cast<double>(ones) / static_cast<double>(length);
        const double close = std::sqrt(p * (1 - p) / static_cast<double>(length)) / 2;
        for (std::size_t digits = 1;; ++digits) {
            const std::uint64_t all = std::uint64_t{1} << digits;
            const auto rounded = static_cast<std::uint64_t>(std::nearbyint(std::ldexp(p, static_cast<int>(digits))));
            const std::uint64_t fraction = std::clamp<std::uint64_t>(rounded, 1, all - 1);
            const double error = std::abs(std::ldexp(static_cast<double>(fraction), -static_cast<int>(digits)) - p);
            if (error <= close || digits == 32) return {digits, fraction};
        }
    }
};

/// Rows with `low` or `high` ones or, with `others`, with any other number: uniform over all such rows.
///
/// Random rows are drawn until enough have the right weight: whatever the probability of a one, rows of one weight come up
/// equally often. About 4·√(p(1−p)·length) rows are drawn for each, p being the share of ones.
class weight_sampler {
public:
    weight_sampler(std::size_t length, std::size_t low, std::size_t high, bool others)
        : length_(length), low_(low), high_(high), others_(others),
          // Two weights are equally frequent only where ones and zeros are.
          chance_(others || low != high ? coarse_probability{1, 1} : coarse_probability::near(low, length)), rows_(length) {
        const std::size_t row_words = rows_.words();
        const std::size_t candidates = row_words == 1 ? 1024 : 64;
        candidates_.resize(candidates * row_words);
        scratch_.resize(chance_.digits > 1 ? candidates_.size() : 0);
    }

    void fill(random_stream& random, bit_planes& planes) {
        if (!others_ && (low_ == 0 || low_ == length_) && low_ == high_) {
            for (std::size_t i = 0; i < length_; ++i) std::ranges::fill(planes[i], low_ == 0 ? 0 : ~std::uint64_t{0});
            return;
        }
        for (std::size_t first = 0; first < planes.words(); first += group_words) {
            std::size_t count = 0;
            while (count < group_elections) count = draw(random, count);
            rows_.write(random.kernel(), planes, first);
        }
    }

private:
    std::size_t draw(random_stream& random, std::size_t count) {
        random.fill(candidates_);
        // Digits of the probability from the last to the first: P(1) = (digit + P(so far)) / 2.
        std::uint64_t fraction = chance_.fraction >> std::countr_zero(chance_.fraction);
        const std::size_t digits = chance_.digits - static_cast<std::size_t>(std::countr_zero(chance_.fraction));
        for (std::size_t digit = 1; digit < digits; ++digit) {
            fraction >>= 1U;
            random.fill(scratch_);
            const bool one = (fraction & 1U) != 0;
            for (std::size_t w = 0; w < candidates_.size(); ++w) {
                candidates_[w] = one ? candidates_[w] | scratch_[w] : candidates_[w] & scratch_[w];
            }
        }
        const std::size_t row_words = rows_.words();
        if (row_words == 1) return keep_words(random.kernel(), count);
        for (std::size_t i = 0; i + row_words <= candidates_.size() && count < group_elections; i += row_words) {
            std::size_t ones = 0;
            candidates_[i + row_words - 1] &= rows_.mask(row_words - 1);
            for (std::size_t w = 0; w < row_words; ++w) ones += static_cast<std::size_t>(std::popcount(candidates_[i + w]));
            if ((ones == low_ || ones == high_) == others_) continue;
            for (std::size_t w = 0; w < row_words; ++w) rows_.word(w)[count] = candidates_[i + w];
            ++count;
        }
        return count;
    }

    /// In parts, so that no more are kept than there is room for.
    std::size_t keep_words(const sampling_kernel& kernel, std::size_t count) {
        for (std::size_t i = 0; i < candidates_.size() && count < group_elections;) {
            const std::size_t room = (group_elections - count + group_words - 1) / group_words * group_words;
            const std::size_t part = std::min(room, candidates_.size() - i);
            count += kernel.keep(candidates_.data() + i, part, rows_.mask(0), low_, high_, others_, rows_.word(0) + count);
            i += part;
        }
        return std::min(count, group_elections);
    }

    std::size_t length_;
    std::size_t low_;
    std::size_t high_;
    bool others_;
    coarse_probability chance_;
    row_group rows_;
    aligned_vector<std::uint64_t> candidates_;
    aligned_vector<std::uint64_t> scratch_;
};

inline void fill_truth(election_batch& batch) { std::ranges::fill(batch.truth[0], ~std::uint64_t{0}); }

} // namespace detail

/// Fills in the truths of a batch: the sign that most partitions have. For message samplers of one's own; for one thread.
class majority_truth {
public:
    /// \param kernel  takes majorities; must outlive this
    explicit majority_truth(const majority_kernel& kernel) : kernel_(&kernel) {}
    /// Looks at batch.messages and writes batch.truth. Messages must have a truth.
    void operator()(election_batch& batch) {
        const std::size_t k = batch.messages.size();
        rows_.resize(k);
        for (std::size_t j = 0; j < k; ++j) rows_[j] = batch.messages[j].data();
        kernel_->at_least(rows_.data(), k, election_batch::words, k / 2 + 1, batch.truth[0].data(), nullptr);
    }

private:
    const majority_kernel* kernel_;
    std::vector<const std::uint64_t*> rows_;
};

/// \{
/// What draws batches of elections from a message model: a function of a batch, whose messages and truths it fills in, and a
/// random_stream.
/// \param model       which elections come up
/// \param partitions  k ≥ 1
/// \param kernel      takes majorities; must outlive what is returned
/// \returns a callable (election_batch&, random_stream&), for one thread
/// \throws parameter_error  parameters of the model that are not allowed
/// \par Complexity
/// of an election: O(k / 64) random words for uniform messages of odd k, √k times as many for messages of a given weight, eleven times as
/// many for independent signs, O(k) for correlated Gaussian ones
[[nodiscard]] inline auto message_sampler([[maybe_unused]] const nearest_messages& model, std::size_t partitions,
                                          const majority_kernel& kernel) {
    const std::size_t weight = partitions / 2 + 1;
    return [weights = detail::weight_sampler(partitions, partitions - weight, weight, false),
            decide = majority_truth(kernel)](election_batch& batch, random_stream& random) mutable {
        weights.fill(random, batch.messages);
        decide(batch);
    };
}
[[nodiscard]] inline auto message_sampler([[maybe_unused]] const uniform_messages& model, std::size_t partitions,
                                          const majority_kernel& kernel) {
    return [split = partitions % 2 == 0, weights = detail::weight_sampler(partitions, partitions / 2, partitions / 2, true),
            decide = majority_truth(kernel)](election_batch& batch, random_stream& random) mutable {
        if (split) {
            weights.fill(random, batch.messages);
        } else {
            for (std::size_t j = 0; j < batch.messages.size(); ++j) random.fill(batch.messages[j]);
        }
        decide(batch);
    };
}
[[nodiscard]] inline auto message_sampler(const weight_messages& model, std::size_t partitions,
                                          const majority_kernel& kernel) {
    (void)model.weights(partitions); // checks
    return [weights = detail::weight_sampler(partitions, model.weight, model.weight, false),
            decide = majority_truth(kernel)](election_batch& batch, random_stream& random) mutable {
        weights.fill(random, batch.messages);
        std::uint64_t mirrored[election_batch::words];
        random.fill(mirrored);
        for (std::size_t j = 0; j < batch.messages.size(); ++j) {
            for (std::size_t w = 0; w < election_batch::words; ++w) batch.messages[j][w] ^= mirrored[w];
        }
        decide(batch);
    };
}
[[nodiscard]] inline auto message_sampler(const partition_messages& model, std::size_t partitions,
                                          [[maybe_unused]] const majority_kernel& kernel) {
    detail::require(model.right.size() == partitions, "messages", "right.size()", model.right.size(),
                    "must be the number of partitions, ", partitions);
    for (double right : model.right) detail::require(right >= 0 && right <= 1, "messages", "right", right, "must be 0 to 1");
    return [right = model.right](election_batch& batch, random_stream& random) {
        for (std::size_t j = 0; j < batch.messages.size(); ++j) random.fill_bernoulli(right[j], batch.messages[j]);
        detail::fill_truth(batch);
    };
}
[[nodiscard]] inline auto message_sampler(const independent_messages& model, std::size_t partitions,
                                          const majority_kernel& kernel) {
    return message_sampler(partition_messages{std::vector<double>(partitions, model.right)}, partitions, kernel);
}
/// Without a correlation the signs are independent; with one, each election has a probability of its own.
[[nodiscard]] inline auto message_sampler(const gaussian_messages& model, std::size_t partitions,
                                          [[maybe_unused]] const majority_kernel& kernel) {
    detail::require_gaussian(model);
    return [model, partitions, rows = detail::row_group(partitions)](election_batch& batch, random_stream& random) mutable {
        detail::fill_truth(batch);
        if (model.correlation == 0) {
            const double right = model.right(partitions, 0);
            for (std::size_t j = 0; j < partitions; ++j) random.fill_bernoulli(right, batch.messages[j]);
            return;
        }
        for (std::size_t first = 0; first < election_batch::words; first += detail::group_words) {
            for (std::size_t i = 0; i < detail::group_elections; ++i) {
                const double right = model.right(partitions, random.normal());
                for (std::size_t w = 0; w < rows.words(); ++w) {
                    std::uint64_t row = 0;
                    const std::size_t count = std::min<std::size_t>(64, partitions - 64 * w);
                    for (std::size_t bit = 0; bit < count; ++bit) {
                        row |= std::uint64_t{random.uniform() < right} << bit;
                    }
                    rows.word(w)[i] = row;
                }
            }
            rows.write(random.kernel(), batch.messages, first);
        }
    };
}
[[nodiscard]] inline auto message_sampler(const recorded_messages& model, std::size_t partitions,
                                          const majority_kernel& kernel) {
    detail::require(model.messages.signs() == partitions, "messages", "partitions", model.messages.signs(),
                    "must be those of the code, ", partitions);
    std::vector<std::size_t> with_truth;
    for (std::size_t i = 0; i < model.messages.rows(); ++i) {
        std::size_t plus = 0;
        const sign_view row = model.messages[i];
        for (std::size_t j = 0; j < partitions; ++j) plus += row[j] > 0 ? 1U : 0U;
        if (2 * plus != partitions) with_truth.push_back(i);
    }
    detail::require(!with_truth.empty(), "messages", "recorded", model.messages.rows(),
                    "messages, of which none has a truth: all have as many + as -");
    return [recorded = model.messages, with_truth, rows = detail::row_group(partitions),
            decide = majority_truth(kernel)](election_batch& batch, random_stream& random) mutable {
        for (std::size_t first = 0; first < election_batch::words; first += detail::group_words) {
            for (std::size_t i = 0; i < detail::group_elections; ++i) {
                const std::uint64_t* row = recorded[with_truth[random.below(with_truth.size())]].data();
                for (std::size_t w = 0; w < rows.words(); ++w) rows.word(w)[i] = row[w];
            }
            rows.write(random.kernel(), batch.messages, first);
        }
        decide(batch);
    };
}
/// \}

/// A message model: what random elections can be drawn from.
///
/// Holds when: message_sampler(model, k, kernel), a function in the model's namespace or here, returns a callable that fills in
/// messages and truths of an election_batch from a random_stream.
/// Example: nearest_messages, gaussian_messages. Non-example: a list of messages.
template <class M>
concept message_model = requires(const M& model, std::size_t partitions, const majority_kernel& kernel,
                                 election_batch& batch, random_stream& random) {
    message_sampler(model, partitions, kernel)(batch, random);
};

} // namespace election
