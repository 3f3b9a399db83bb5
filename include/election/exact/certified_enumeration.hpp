// SPDX-License-Identifier: MIT
// certified_enumeration: tries choices of losing columns one by one, all of them or some at random.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <span>
#include <utility>
#include <vector>

#include <election/exact/certified_problem.hpp>

namespace election::detail {

/// Counts hits of eight rows in the bytes of a word, and compares them with the numbers at which the rows tie and turn.
class certified_enumeration {
public:
    static constexpr std::size_t most_columns = 127; ///< a byte of hits has a bit to spare

    /// \param problem  with at most so many columns
    /// \param order    all columns, as choices are to be gone through
    certified_enumeration(const certified_problem& problem, std::span<const std::uint32_t> order)
        : columns_(order.size()), losers_(problem.budget()) {
        std::map<std::int64_t, std::vector<const certified_problem::row*>> by_votes;
        for (const certified_problem::row& r : problem.rows()) {
            if (r.count == 0) continue;
            by_votes[r.count].push_back(&r);
            all_ += 2 * r.count;
        }
        std::vector<const certified_problem::row*>
            lanes; // eight a word, of as many votes each; none where a word is not full
        for (const auto& [votes, rows] : by_votes) {
            for (std::size_t i = 0; i < (rows.size() + 7) / 8 * 8; ++i) lanes.push_back(i < rows.size() ? rows[i] : nullptr);
            parts_.push_back({votes, lanes.size() / 8});
        }
        words_ = lanes.size() / 8;
        tied_from_.assign(words_, 0);
        wrong_from_.assign(words_, 0);
        ones_.assign(columns_ * words_, 0);
        for (std::size_t i = 0; i < lanes.size(); ++i) {
            constexpr std::int64_t never = most_columns + 1;
            const auto byte = [&](std::int64_t hits) {
                return static_cast<std::uint64_t>(std::min(hits, never)) << (i % 8 * 8);
            };
            tied_from_[i / 8] |= byte(lanes[i] == nullptr ? never : lanes[i]->tied_from);
            wrong_from_[i / 8] |= byte(lanes[i] == nullptr ? never : lanes[i]->wrong_from);
            if (lanes[i] == nullptr) continue;
            for (std::size_t place = 0; place < columns_; ++place) {
                if (std::ranges::binary_search(lanes[i]->columns, order[place])) ones_[place * words_ + i / 8] |= byte(1);
            }
        }
        hits_.assign((columns_ + 1) * words_, 0);
    }

    /// Choices that begin with a prefix, as far as a floating point number can tell.
    /// \param prefix  of places in the order: 1 loses, 0 does not
    [[nodiscard]] double choices(const std::vector<char>& prefix = {}) const {
        const std::int64_t free = static_cast<std::int64_t>(columns_ - prefix.size());
        const std::int64_t lose = losers_ - std::count(prefix.begin(), prefix.end(), char{1});
        if (lose < 0 || lose > free) return 0;
        double count = 1;
        for (std::int64_t i = 1; i <= std::min(lose, free - lose); ++i) {
            count = count * static_cast<double>(free - std::min(lose, free - lose) + i) / static_cast<double>(i);
        }
        return count;
    }

    /// Whether all choices that begin with a prefix have more loss than the target.
    [[nodiscard]] bool all_exceed(std::int64_t target, const std::vector<char>& prefix = {}) {
        most_lost_ = all_ - target;
        std::fill(hits_.begin(), hits_.begin() + static_cast<std::ptrdiff_t>(words_), 0);
        std::int64_t lose = losers_;
        for (std::size_t place = 0; place < prefix.size(); ++place) {
            if (prefix[place] == 0) continue;
            add(0, 0, place);
            --lose;
        }
        if (lose < 0 || lose > static_cast<std::int64_t>(columns_ - prefix.size())) return true;
        return go_on(prefix.size(), static_cast<std::size_t>(lose), 0);
    }

    /// Whether so many choices have, each drawn at random from all, with the same probability.
    [[nodiscard]] bool sample_exceeds(std::int64_t target, std::uint64_t samples, std::mt19937_64& random) {
        most_lost_ = all_ - target;
        for (std::uint64_t i = 0; i < samples; ++i) {
            std::fill(hits_.begin(), hits_.begin() + static_cast<std::ptrdiff_t>(words_), 0);
            auto lose = static_cast<std::uint64_t>(losers_);
            for (std::size_t place = 0; lose > 0; ++place) { // of those that are left, each is as likely to lose
                if (below(columns_ - place, random) >= lose) continue;
                add(0, 0, place);
                --lose;
            }
            if (!exceeds(0)) return false;
        }
        return true;
    }

private:
    struct part {
        std::int64_t votes; ///< of each row
        std::size_t end;    ///< behind its last word
    };

    /// A whole number below a bound of at most 2^32, each as likely.
    [[nodiscard]] static std::uint64_t below(std::uint64_t bound, std::mt19937_64& random) {
        constexpr std::uint64_t range = std::uint64_t{1} << 32;
        for (;;) {
            const std::uint64_t draw = random() >> 32;
            if (draw < range - range % bound) return draw % bound;
        }
    }

    void add(std::size_t to, std::size_t from, std::size_t place) {
        for (std::size_t w = 0; w < words_; ++w) {
            hits_[to * words_ + w] = hits_[from * words_ + w] + ones_[place * words_ + w];
        }
    }

    /// All ways to choose so many places from one on; level l of hits_ has those of the places chosen up to there.
    [[nodiscard]] bool go_on(std::size_t place, std::size_t lose, std::size_t level) {
        if (lose == 0) return exceeds(level);
        for (; place + lose <= columns_; ++place) {
            add(level + 1, level, place);
            if (!(lose == 1 ? exceeds(level + 1) : go_on(place + 1, lose - 1, level + 1))) return false;
        }
        return true;
    }

    [[nodiscard]] bool exceeds(std::size_t level) const {
        constexpr std::uint64_t top_bits = 0x8080808080808080U;
        const std::uint64_t* hits = hits_.data() + level * words_;
        std::int64_t lost = 0;
        std::size_t w = 0;
        for (const part& p : parts_) {
            while (w < p.end) {
                std::uint64_t bytes = 0; // half votes lost by each row; 2 a word, so that 127 words fit
                for (const std::size_t stop = std::min(p.end, w + 100); w < stop; ++w) {
                    // The top bit of a byte stays where hits ≥ the number: neither has it, and nothing is borrowed.
                    const std::uint64_t tied = ((hits[w] | top_bits) - tied_from_[w]) & top_bits;
                    const std::uint64_t wrong = ((hits[w] | top_bits) - wrong_from_[w]) & top_bits;
                    bytes += (tied >> 7) + (wrong >> 7);
                }
                constexpr std::uint64_t even_bytes = 0x00ff00ff00ff00ffU;
                const std::uint64_t pairs = (bytes & even_bytes) + (bytes >> 8 & even_bytes);
                lost += p.votes * static_cast<std::int64_t>(pairs * 0x0001000100010001U >> 48);
            }
        }
        return lost < most_lost_;
    }

    std::size_t columns_;
    std::int64_t losers_;
    std::vector<part> parts_;
    std::size_t words_ = 0;
    std::vector<std::uint64_t> tied_from_;
    std::vector<std::uint64_t> wrong_from_;
    std::vector<std::uint64_t> ones_; ///< words of each place: a 1 in the byte of each row that holds it
    std::vector<std::uint64_t> hits_; ///< words of each level
    std::int64_t all_ = 0;            ///< the loss without any hits
    std::int64_t most_lost_ = 0;      ///< of that: a choice that loses so much has no more than the target
};

} // namespace election::detail
