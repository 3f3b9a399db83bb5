// SPDX-License-Identifier: MIT
// batch_votes: the honest votes of all workers in a batch of elections, and their sums.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/core/ties.hpp>
#include <election/majority/majority_kernel.hpp>
#include <election/models/election_batch.hpp>
#include <election/models/random_stream.hpp>

namespace election {

/// Lets the workers of a code vote in batches of elections, with the loops of the majority operators. Workers with the same
/// partitions vote once. For one thread.
class batch_votes {
public:
    /// \param code    n × k, both at most 65535
    /// \param ties    how tied workers vote; a coin is a fair coin
    /// \param kernel  takes majorities; must outlive this
    /// \throws parameter_error  more workers or partitions
    batch_votes(const packed_allocation& code, tie_policy ties, const majority_kernel& kernel)
        : kernel_(&kernel), ties_(ties), planes_(max_digits, election_batch::words) {
        constexpr std::size_t most = 65535;
        detail::require(code.workers() <= most, "estimate", "workers", code.workers(), "must be at most ", most);
        detail::require(code.partitions() <= most, "estimate", "partitions", code.partitions(), "must be at most ", most);
        std::map<std::vector<std::uint64_t>, std::size_t> classes;
        for (std::size_t i = 0; i < code.workers(); ++i) {
            const auto row = code.row(i);
            const std::size_t load = code.load(i);
            const bool can_tie = load % 2 == 0 && (ties == tie_policy::abstain || ties == tie_policy::coin);
            if (can_tie) tying_.push_back(i);
            const auto [same, is_new] = classes.try_emplace({row.begin(), row.end()}, voters_.size());
            if (!is_new && !(can_tie && ties == tie_policy::coin)) { // coins fall differently
                voters_[same->second].workers.push_back(i);
                continue;
            }
            voter added{{}, load % 2 == 0 && ties == tie_policy::positive ? load / 2 : load / 2 + 1, can_tie, {i}};
            for (std::size_t j = 0; j < code.partitions(); ++j) {
                if (code(i, j)) added.partitions.push_back(j);
            }
            voters_.push_back(std::move(added));
        }
    }

    /// Fills in the honest votes of a batch from its messages: of all workers if liars are marked, else of one of those with the
    /// same partitions.
    void vote(election_batch& batch, random_stream& coins) {
        if (batch.silent_liars) {
            // Of workers that cannot be tied nobody else clears what the last attack left.
            for (std::size_t i = 0; i < batch.tied.size(); ++i) std::ranges::fill(batch.tied[i], std::uint64_t{0});
            batch.silent_liars = false;
        }
        for (const voter& asked : voters_) {
            const auto signs = batch.signs[asked.workers.front()];
            const auto tied = batch.tied[asked.workers.front()];
            if (asked.partitions.empty()) {
                std::ranges::fill(signs, ties_ == tie_policy::positive ? ~std::uint64_t{0} : std::uint64_t{0});
                std::ranges::fill(tied, asked.can_tie ? ~std::uint64_t{0} : std::uint64_t{0});
            } else {
                rows_.clear();
                for (std::size_t j : asked.partitions) rows_.push_back(batch.messages[j].data());
                kernel_->at_least(rows_.data(), rows_.size(), election_batch::words, asked.threshold, signs.data(),
                                  asked.can_tie ? tied.data() : nullptr);
            }
            if (asked.can_tie && ties_ == tie_policy::coin) {
                std::uint64_t fair[election_batch::words];
                coins.fill(fair);
                for (std::size_t w = 0; w < signs.size(); ++w) {
                    signs[w] |= tied[w] & fair[w];
                    tied[w] = 0;
                }
            }
            if (batch.liars.size() == 0) continue;
            for (std::size_t i : std::span(asked.workers).subspan(1)) {
                std::ranges::copy(signs, batch.signs[i].begin());
                if (asked.can_tie) std::ranges::copy(tied, batch.tied[i].begin());
            }
        }
    }

    /// Counts the votes of a batch, honest or sent by marked liars: n plus the sum of the votes in every election, in bit-sliced
    /// digits, the last one first.
    /// \returns planes of election_batch::words words, of numbers 0 … 2n; until the next call
    [[nodiscard]] std::span<std::uint64_t* const> count(const election_batch& batch) {
        digits_.clear();
        for (std::size_t q = 0; q < static_cast<std::size_t>(std::bit_width(2 * batch.signs.size())); ++q) {
            digits_.push_back(planes_[q].data());
            std::ranges::fill(planes_[q], std::uint64_t{0});
        }
        const bool each = batch.liars.size() != 0; // liars among workers with the same partitions differ
        add(batch.signs, each, false, 1);
        if (batch.silent_liars) {
            add(batch.tied, true, false, 0);
        } else if (ties_ == tie_policy::abstain && !tying_.empty()) {
            add(batch.tied, each, true, 0);
        }
        return digits_;
    }

    /// The sum of all votes in every election of a batch, whether honest or sent by marked liars.
    /// \param batch  votes of all workers
    /// \param sums  election_batch::elections numbers, −n … n; election e is bit e % 64 of word e / 64
    void sum(const election_batch& batch, std::span<std::int32_t> sums) {
        (void)count(batch);
        const auto workers = static_cast<std::int32_t>(batch.signs.size());
        std::uint16_t numbers[64];
        for (std::size_t w = 0; w < election_batch::words; ++w) {
            std::uint64_t* digits[max_digits];
            for (std::size_t q = 0; q < digits_.size(); ++q) digits[q] = digits_[q] + w;
            // The last digit is read apart: 2n takes one more than the kernels read.
            kernel_->read16(digits + 1, digits_.size() - 1, 1, numbers);
            for (std::size_t e = 0; e < 64; ++e) {
                sums[64 * w + e] = 2 * std::int32_t{numbers[e]} + static_cast<std::int32_t>(*digits[0] >> e & 1U) - workers;
            }
        }
    }

private:
    static constexpr std::size_t max_digits = 17;

    /// Workers with the same partitions.
    struct voter {
        std::vector<std::size_t> partitions;
        std::size_t threshold; ///< of partitions with + for a vote of +
        bool can_tie;
        std::vector<std::size_t> workers;
    };

    /// Adds planes of all workers, or of those that can tie, to the counters, times 2^digit.
    void add(const bit_planes& votes, bool each, bool only_tying, std::size_t digit) {
        if (each) {
            rows_.clear();
            if (only_tying) {
                for (std::size_t i : tying_) rows_.push_back(votes[i].data());
            } else {
                for (std::size_t i = 0; i < votes.size(); ++i) rows_.push_back(votes[i].data());
            }
            return add_rows(digit);
        }
        for (std::size_t power = 0; digit + power < digits_.size(); ++power) {
            rows_.clear();
            for (const voter& counted : voters_) {
                if (only_tying && !counted.can_tie) continue;
                if ((counted.workers.size() >> power & 1U) != 0) rows_.push_back(votes[counted.workers.front()].data());
            }
            add_rows(digit + power);
        }
    }
    void add_rows(std::size_t digit) {
        if (!rows_.empty()) {
            kernel_->add(digits_.data(), digits_.size(), digit, rows_.data(), rows_.size(), 0, election_batch::words);
        }
    }

    const majority_kernel* kernel_;
    tie_policy ties_;
    std::vector<voter> voters_;
    std::vector<std::size_t> tying_;
    std::vector<const std::uint64_t*> rows_;
    std::vector<std::uint64_t*> digits_;
    bit_planes planes_;
};

} // namespace election
