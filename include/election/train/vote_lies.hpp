// SPDX-License-Identifier: MIT
// vote_lies: the attacks of elections at random, sent in rounds of training.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include <election/bits/sign_span.hpp>
#include <election/bits/ternary.hpp>
#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/core/random.hpp>
#include <election/majority/majority.hpp>
#include <election/majority/majority_kernel.hpp>
#include <election/majority/ternary_majority.hpp>
#include <election/models/any_model.hpp>
#include <election/models/draw_liars.hpp>
#include <election/models/election_batch.hpp>
#include <election/models/liars.hpp>
#include <election/models/random_stream.hpp>
#include <election/models/sampling_kernel.hpp>
#include <election/packing/policies.hpp>
#include <election/train/attack_needs.hpp>
#include <election/train/lie_schedule.hpp>
#include <election/train/lies.hpp>
#include <election/train/vote_form.hpp>

namespace election {

/// How attacks are sent.
struct vote_lies_options {
    std::uint64_t seed = 1;                   ///< of attacks that draw
    zero_policy zero = zero_policy::positive; ///< the sign of a gradient that is 0, where signs are binary
};

namespace detail {

/// Calls work(attack) with what a variant holds, or with the attack itself.
template <class Attack, class Work>
void with_attack(const Attack& attack, const Work& work) {
    work(attack);
}
template <class... Attacks, class Work>
void with_attack(const std::variant<Attacks...>& attack, const Work& work) {
    std::visit(work, attack);
}

/// A number as a float of the same sign: what is too small or too large is the smallest or largest float.
[[nodiscard]] inline float as_float(float number) noexcept { return number; }
[[nodiscard]] inline float as_float(double number) noexcept {
    if (std::isinf(number) || std::isnan(number) || number == 0) return static_cast<float>(number);
    using limits = std::numeric_limits<float>;
    const double size =
        std::clamp(std::abs(number), static_cast<double>(limits::denorm_min()), static_cast<double>(limits::max()));
    return static_cast<float>(std::copysign(size, number));
}

/// \{
/// Whole rows of what send_lies() sends in batches of one worker, a word at a time.
/// \param noise  noise(first, count, to) writes `count` random words of the row from word `first` on
template <class Row, class Noise>
void send_row([[maybe_unused]] const reverse_attack& attack, const Row& row, [[maybe_unused]] const Noise& noise) {
    if constexpr (std::is_same_v<Row, ternary_span<std::uint64_t>>) {
        std::uint64_t* signs = row.signs().data();
        const std::uint64_t* present = row.present().data();
        const std::size_t words = words_for(row.size());
        for (std::size_t w = 0; w < words; ++w) signs[w] ^= present[w];
    } else {
        for (std::uint64_t& word : row.words()) word = ~word;
        row.clear_padding();
    }
}
template <class Noise>
void send_row(const directional_attack& attack, sign_span<std::uint64_t> row, [[maybe_unused]] const Noise& noise) {
    detail::require(attack.sign == 1 || attack.sign == -1, "directional", "sign", attack.sign, "must be 1 or -1");
    std::ranges::fill(row.words(), attack.sign > 0 ? ~std::uint64_t{0} : 0);
    row.clear_padding();
}
template <class Noise>
void send_row([[maybe_unused]] const noise_attack& attack, sign_span<std::uint64_t> row, const Noise& noise) {
    noise(row.words());
    row.clear_padding();
}
/// The same of votes, all of which are then there.
template <class Attack, class Noise>
    requires(std::is_same_v<Attack, directional_attack> || std::is_same_v<Attack, noise_attack>)
void send_row(const Attack& attack, ternary_span<std::uint64_t> row, const Noise& noise) {
    send_row(attack, row.signs(), noise);
    std::ranges::fill(row.present().words(), ~std::uint64_t{0});
    row.present().clear_padding();
}
/// \}

} // namespace detail

/// Liars who send what an attack of the models makes of honest votes: an election is a parameter, and the truth is the sign of the
/// sum of the partitions' signs. The same definitions as in estimate(), round after round. They are lies.
///
/// - Where that sum is 0 there is no truth, and attacks that look at it leave the honest vote.
/// - Attacks that look only at the liar (reverse_attack, directional_attack, noise_attack, flip_attack, reverse_partition_attack,
///   scaling_attack, gradient_noise_attack) draw from a stream of (seed, step, worker, tile): what is sent is the same wherever it is
///   computed. Others draw from one of (seed, step, tile), and want all partitions and votes in the process.
/// - Attacks on gradients look at the numbers whose signs partitions report: momentum, where there is some. 0 and NaN abstain where
///   signs are ternary, and have the sign of vote_lies_options::zero where they are binary.
/// - Where votes are binary and an attack would abstain, the honest vote is sent.
///
/// \tparam Attack  a vote_attack, or a std::variant of some
/// \tparam Arch    instruction set; by default the best that this translation unit's compiler flags allow
///
/// \code
/// election::vote_lies liars(election::reverse_attack{}, election::lie_schedule(3, {1}));
/// election::sign_matrix partitions(3, 100);
/// election::sign_matrix votes(3, 100); // all −
/// const std::vector<std::size_t> all{0, 1, 2};
/// std::vector<std::uint8_t> silent(3);
/// liars.lie(election::election_round<election::binary_form, float>{
///     0, {}, partitions.view(), all, [](std::size_t) { return std::span<const float>(); }, all, votes.span(), silent});
/// assert(votes[0][99] == -1 && votes[1][99] == 1);
/// \endcode
template <vote_attack Attack, class Arch = default_arch>
class vote_lies {
public:
    /// \param attack    what liars send
    /// \param who       who lies, and when
    /// \param options   seed, zeros
    /// \param sampling  draws; given where an architecture is chosen at run time
    /// \param majority  the inner loops of the truth; likewise
    vote_lies(Attack attack, lie_schedule who, vote_lies_options options = {},
              const sampling_kernel& sampling = sampling_kernel_for<Arch>(),
              const majority_kernel& majority = majority_kernel_for<Arch>())
        : attack_(std::move(attack)), who_(std::move(who)), options_(options), sampling_(sampling), majority_(majority) {}

    /// Whether liars look at others than themselves.
    [[nodiscard]] bool knows_everything() const { return needs_of(attack_).everything; }
    /// Whether worker i lies in some step.
    [[nodiscard]] bool may_lie(std::size_t worker) const noexcept { return who_.may_lie(worker); }
    /// Who lies in a step, increasing; until the next call.
    [[nodiscard]] std::span<const std::size_t> liars(std::uint64_t step) { return who_.liars(step); }
    /// What they send.
    [[nodiscard]] const Attack& attack() const noexcept { return attack_; }

    /// Replaces the votes of those who lie in this step.
    /// \param round  honest votes and what they came from
    /// \throws parameter_error  rows that do not fit the workers; an attack on gradients where no gradients are kept; partitions or
    ///                          votes missing for an attack that looks at all
    /// \par Complexity
    /// of reverse and directional: a pass over the liars' votes; of the others: that of send_lies(), and, where they look at
    /// others, a copy of all votes and signs in tiles of 4096 parameters
    template <class Form, class Number>
    void lie(const election_round<Form, Number>& round) {
        detail::require(round.votes.rows() == round.voters.size(), "vote_lies", "votes.rows()", round.votes.rows(),
                        "must be one a voter, ", round.voters.size());
        lying_.clear();
        detail::for_each_lying_voter(round, who_.liars(round.step), [&](std::size_t liar, std::size_t i) {
            lying_.push_back({liar, i});
        });
        if (lying_.empty()) return;
        key_ = counter_random(options_.seed, step_stream)(round.step);
        detail::with_attack(attack_, [&](const auto& attack) { send(attack, round); });
    }

private:
    struct row {
        std::size_t worker;
        std::size_t index; ///< among the voters
    };
    /// Part of the parameters that is a batch of elections.
    struct tile {
        std::size_t number;
        std::size_t first;  ///< word
        std::size_t words;  ///< 1 … election_batch::words
        std::uint64_t last; ///< which bits of the last word count

        [[nodiscard]] std::uint64_t mask(std::size_t w) const noexcept { return w + 1 == words ? last : ~std::uint64_t{0}; }
    };

    template <class Work>
    static void for_tiles(std::size_t size, const Work& work) {
        const std::size_t words = words_for(size);
        for (std::size_t first = 0; first < words; first += election_batch::words) {
            const std::size_t count = std::min(election_batch::words, words - first);
            work(tile{first / election_batch::words, first, count,
                      first + count == words ? last_word_mask(size) : ~std::uint64_t{0}});
        }
    }

    template <class A, class Form, class Number>
    void send(const A& attack, const election_round<Form, Number>& round) {
        const attack_needs needs = needs_of(attack);
        const std::size_t size = round.votes[0].size();
        if (needs.everything) {
            require_everything(round);
            if (needs.truth) find_truth<Form>(round, size);
            election_batch& batch = prepared<Form>(who_.workers(), round.partitions.rows());
            for_tiles(size, [&](const tile& part) {
                load<Form>(round, needs, part, batch);
                for (std::size_t i = 0; i < round.voters.size(); ++i) load_vote<Form>(round, i, part, batch, i);
                for (const row& liar : lying_) mark(needs.truth, part, batch, liar.worker);
                send_one(attack, batch, part, 0);
                for (const row& liar : lying_) store<Form>(round, liar.index, part, batch, liar.worker);
            });
        } else if (needs.truth || needs.partitions || needs.gradients) {
            election_batch& batch = prepared<Form>(who_.workers(), round.partitions.rows());
            for_tiles(size, [&](const tile& part) {
                load<Form>(round, needs, part, batch);
                for (const row& liar : lying_) {
                    load_vote<Form>(round, liar.index, part, batch, liar.worker);
                    mark(false, part, batch, liar.worker);
                    send_one(attack, batch, part, liar.worker + 1);
                    store<Form>(round, liar.index, part, batch, liar.worker);
                    std::ranges::fill(batch.liars[liar.worker], std::uint64_t{0});
                }
            });
        } else {
            for (const row& liar : lying_) send_alone<Form>(attack, round, liar, size);
        }
    }

    /// Attacks that look at nothing but the honest vote.
    template <class Form, class A, class Number>
    void send_alone(const A& attack, const election_round<Form, Number>& round, const row& liar, std::size_t size) {
        const auto noise = [&](std::span<std::uint64_t> to) { fill_noise(liar.worker + 1, to); };
        if constexpr (requires { detail::send_row(attack, round.votes[liar.index], noise); }) {
            detail::send_row(attack, round.votes[liar.index], noise);
        } else {
            election_batch& batch = prepared<Form>(1, 0);
            for_tiles(size, [&](const tile& part) {
                load_vote<Form>(round, liar.index, part, batch, 0);
                mark(false, part, batch, 0);
                send_one(attack, batch, part, liar.worker + 1);
                store<Form>(round, liar.index, part, batch, 0);
            });
        }
    }

    /// What random_stream::fill() gives for each tile.
    void fill_noise(std::size_t stream, std::span<std::uint64_t> to) const {
        for (std::size_t first = 0; first < to.size(); first += election_batch::words) {
            const std::size_t count = std::min(election_batch::words, to.size() - first);
            random_stream random(sampling_, key_, stream_of(stream, first / election_batch::words));
            random.fill(to.subspan(first, count));
        }
    }

    [[nodiscard]] static constexpr std::uint64_t stream_of(std::size_t stream, std::size_t number) noexcept {
        return static_cast<std::uint64_t>(stream) << 32U | number;
    }

    template <class A>
    void send_one(const A& attack, election_batch& batch, const tile& part, std::size_t stream) {
        random_stream random(sampling_, key_, stream_of(stream, part.number));
        batch.silent_liars = false;
        send_lies(attack, batch, random);
    }

    template <class Round>
    void require_everything(const Round& round) const {
        detail::require(round.voters.size() == who_.workers(), "vote_lies", "voters", round.voters.size(),
                        "must be all workers where liars look at others, ", who_.workers());
        detail::require(round.computed.size() == round.partitions.rows(), "vote_lies", "computed", round.computed.size(),
                        "must be all partitions where liars look at others, ", round.partitions.rows());
    }

    /// A batch for this many workers and partitions, in which nobody lies.
    template <class Form>
    election_batch& prepared(std::size_t workers, std::size_t partitions) {
        if (!batch_ || batch_->signs.size() != workers || batch_->messages.size() != partitions) {
            batch_.emplace(partitions, workers, true);
            if (Form::signs::abstains) batch_->absent = bit_planes(partitions, election_batch::words);
        }
        for (std::size_t i = 0; i < workers; ++i) std::ranges::fill(batch_->liars[i], std::uint64_t{0});
        batch_->votes_abstain = Form::votes::abstains;
        batch_->zero = Form::signs::abstains ? zero_policy::abstain : options_.zero;
        return *batch_;
    }

    /// The sign of the partitions' sum.
    template <class Form, class Number>
    void find_truth(const election_round<Form, Number>& round, std::size_t size) {
        if (truth_.size() != size) truth_ = ternary_vector(size);
        majority<Arch>(typename Form::signs::rows(round.partitions), truth_.span(), majority_);
    }

    /// What attacks look at besides votes.
    template <class Form, class Number>
    void load(const election_round<Form, Number>& round, const attack_needs& needs, const tile& part,
              election_batch& batch) {
        if (needs.truth) {
            const std::uint64_t* from = truth_.view().signs().data() + part.first;
            std::copy_n(from, part.words, batch.truth[0].data());
        }
        if (needs.partitions) {
            for (std::size_t j : round.computed) {
                if constexpr (Form::signs::abstains) {
                    const std::uint64_t* present = round.partitions[j].present().data() + part.first;
                    std::copy_n(round.partitions[j].signs().data() + part.first, part.words, batch.messages[j].data());
                    for (std::size_t w = 0; w < part.words; ++w) batch.absent[j][w] = ~present[w];
                } else {
                    std::copy_n(round.partitions[j].data() + part.first, part.words, batch.messages[j].data());
                }
            }
        }
        if (needs.gradients) load_gradients(round, part, batch);
    }

    template <class Form, class Number>
    void load_gradients(const election_round<Form, Number>& round, const tile& part, election_batch& batch) {
        const std::size_t k = round.partitions.rows();
        const std::size_t size = round.votes[0].size();
        batch.gradients.resize(election_batch::elections * k);
        const std::size_t begin = 64 * part.first;
        const std::size_t count = std::min(election_batch::elections, size - begin);
        // Few elections at a time: their numbers stay in the nearest cache until all partitions' are there.
        constexpr std::size_t few = 64;
        for (std::size_t first = 0; first < count; first += few) {
            const std::size_t last = std::min(count, first + few);
            for (std::size_t j : round.computed) {
                const std::span<const Number> numbers = round.reported(j);
                detail::require(numbers.size() == size, "vote_lies", "reported", numbers.size(),
                                "must be the gradients that this attack looks at, ", size,
                                " numbers: keep them (gradient_options::keep_reported)");
                for (std::size_t e = first; e < last; ++e) batch.gradients[e * k + j] = detail::as_float(numbers[begin + e]);
            }
        }
    }

    template <class Form, class Number>
    static void load_vote(const election_round<Form, Number>& round, std::size_t index, const tile& part,
                          election_batch& batch, std::size_t plane) {
        if constexpr (Form::votes::abstains) {
            std::copy_n(round.votes[index].signs().data() + part.first, part.words, batch.signs[plane].data());
            const std::uint64_t* present = round.votes[index].present().data() + part.first;
            for (std::size_t w = 0; w < part.words; ++w) batch.tied[plane][w] = ~present[w];
        } else {
            std::copy_n(round.votes[index].data() + part.first, part.words, batch.signs[plane].data());
            std::ranges::fill(batch.tied[plane], std::uint64_t{0});
        }
    }

    /// Worker lies in all elections of the tile, or in those that have a truth.
    void mark(bool where_truth, const tile& part, election_batch& batch, std::size_t plane) const {
        const auto lies = batch.liars[plane];
        for (std::size_t w = 0; w < part.words; ++w) {
            lies[w] = where_truth ? truth_.view().present().data()[part.first + w] : part.mask(w);
        }
        std::fill(lies.begin() + static_cast<std::ptrdiff_t>(part.words), lies.end(), std::uint64_t{0});
    }

    /// What was sent takes the place of the honest vote.
    template <class Form, class Number>
    static void store(const election_round<Form, Number>& round, std::size_t index, const tile& part,
                      const election_batch& batch, std::size_t plane) {
        const auto signs = batch.signs[plane];
        const auto tied = batch.tied[plane];
        const auto to = round.votes[index];
        for (std::size_t w = 0; w < part.words; ++w) {
            const std::size_t at = part.first + w;
            if constexpr (Form::votes::abstains) {
                to.signs().data()[at] = signs[w] & ~tied[w] & part.mask(w);
                to.present().data()[at] = ~tied[w] & part.mask(w);
            } else {
                to.data()[at] = ((signs[w] & ~tied[w]) | (to.data()[at] & tied[w])) & part.mask(w);
            }
        }
    }

    static constexpr std::uint64_t step_stream = std::uint64_t{0x11E} << 40U;

    Attack attack_;
    lie_schedule who_;
    vote_lies_options options_;
    sampling_kernel sampling_;
    majority_kernel majority_;
    std::uint64_t key_ = 0;  ///< of this step's draws
    std::vector<row> lying_; ///< in this step, among the voters
    std::optional<election_batch> batch_;
    ternary_vector truth_;
};

} // namespace election
