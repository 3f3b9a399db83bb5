// SPDX-License-Identifier: MIT
// vote_record: what the theory says of decisions, counted live: violations, margins, and what the liars turned.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <ostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <election/bits/sign_span.hpp>
#include <election/bits/ternary.hpp>
#include <election/bits/ternary_matrix.hpp>
#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/majority/agreement.hpp>
#include <election/majority/majority_kernel.hpp>
#include <election/majority/row_set.hpp>
#include <election/majority/ternary_row_set.hpp>
#include <election/majority/tile_counters.hpp>
#include <election/train/election_trainer.hpp>
#include <election/train/gradient_signs.hpp>

namespace election {

/// What was counted in one round or several. The truth of a coordinate is the sign of the sum of all partitions' signs; where that sum
/// is 0 there is none.
struct vote_counts {
    std::uint64_t rounds = 0;      ///< that were looked at
    std::uint64_t coordinates = 0; ///< d in each round
    std::uint64_t with_truth = 0;  ///< coordinates with a truth
    std::uint64_t violations = 0;  ///< of those, how many were not decided as the truth says; left open is one of them
    std::uint64_t turned =
        0; ///< violations where the votes would have been decided as the truth says if nobody lied or was silent
    std::vector<std::uint64_t> margins;  ///< 2n + 1: at n + m, coordinates where truth × the sum of all honest votes is m
    std::vector<std::uint64_t> leads;    ///< k + 1: at s, coordinates where the partitions' signs sum to s or −s
    std::vector<std::uint64_t> weights;  ///< k + 1: at w, coordinates where no partition abstained and w had +
    std::vector<std::uint64_t> failures; ///< k + 1: of those, how many were violations
    std::vector<agreement_counts> agreement; ///< of what each worker sent with the decision, where there was one

    /// Nothing yet.
    vote_counts() = default;
    /// Zeros. O(n + k).
    /// \param workers     n
    /// \param partitions  k
    vote_counts(std::size_t workers, std::size_t partitions)
        : margins(2 * workers + 1), leads(partitions + 1), weights(partitions + 1), failures(partitions + 1),
          agreement(workers) {}

    /// The least honest margin that there was.
    /// \returns −n … n; n + 1 where nothing had a truth
    [[nodiscard]] std::ptrdiff_t least_margin() const noexcept {
        const auto n = static_cast<std::ptrdiff_t>(agreement.size());
        const auto found = std::ranges::find_if(margins, [](std::uint64_t count) { return count != 0; });
        return found == margins.end() ? n + 1 : (found - margins.begin()) - n;
    }

    /// Whether all is the same.
    friend bool operator==(const vote_counts&, const vote_counts&) = default;
    /// Adds what was counted in other rounds of equally many workers and partitions; unchecked. O(n + k).
    vote_counts& operator+=(const vote_counts& other) noexcept {
        rounds += other.rounds;
        coordinates += other.coordinates;
        with_truth += other.with_truth;
        violations += other.violations;
        turned += other.turned;
        const auto add = [](auto& to, const auto& from) {
            for (std::size_t i = 0; i < to.size(); ++i) to[i] += from[i];
        };
        add(margins, other.margins);
        add(leads, other.leads);
        add(weights, other.weights);
        add(failures, other.failures);
        add(agreement, other.agreement);
        return *this;
    }
};

/// A coordinate that liars have turned, and in how many rounds.
struct turned_coordinate {
    std::size_t coordinate; ///< below d
    std::uint32_t rounds;   ///< at least 1

    /// Whether both are the same.
    friend bool operator==(const turned_coordinate&, const turned_coordinate&) = default;
};

namespace detail {

/// How the rows of an election are read, where all have signs and where some abstain.
template <class Rows>
struct row_reading;
template <>
struct row_reading<row_set> {
    static constexpr std::size_t step = 2; ///< what a counter's 1 is worth in a sum of votes
    static constexpr std::size_t most = 1; ///< that a row adds to a counter
    static void add(const majority_kernel& kernel, const tile_counters& counters, const row_set& rows, std::size_t first,
                    std::size_t words) {
        kernel.add(counters.planes(), counters.digits(), 0, rows.data(), rows.size(), first, words);
    }
};
template <>
struct row_reading<ternary_row_set> {
    static constexpr std::size_t step = 1;
    static constexpr std::size_t most = 2;
    static void add(const majority_kernel& kernel, const tile_counters& counters, const ternary_row_set& rows,
                    std::size_t first, std::size_t words) {
        kernel.add_ternary(counters.planes(), counters.digits(), 0, rows.sign_rows().data(), rows.present_rows().data(),
                           rows.size(), first, words);
    }
};

/// How often each number comes that bit planes hold.
class plane_histogram {
public:
    explicit plane_histogram(std::size_t planes) : bins_(tables << planes), planes_(planes) {}

    void clear() noexcept { std::ranges::fill(bins_, std::uint64_t{0}); }
    /// \param planes  lowest digit first, each on a cache line
    /// \param signs   how many coordinates count, up to 64·tile_counters::words
    void add(const majority_kernel& kernel, std::uint64_t* const* planes, std::size_t signs) {
        if (planes_ <= 8) {
            add_numbers<std::uint8_t>(kernel.read8, planes, signs);
        } else {
            add_numbers<std::uint16_t>(kernel.read16, planes, signs);
        }
    }
    /// Calls take(number, how often).
    template <class Take>
    void for_each(const Take& take) const {
        const std::size_t size = std::size_t{1} << planes_;
        for (std::size_t i = 0; i < size; ++i) {
            std::uint64_t sum = 0;
            for (std::size_t t = 0; t < tables; ++t) sum += bins_[t * size + i];
            if (sum != 0) take(i, sum);
        }
    }

    static constexpr std::size_t most_planes = 16;

private:
    static constexpr std::size_t tables = 4; ///< neighbours are often equal: they must not wait for one another

    template <class Number, class Read>
    void add_numbers(const Read& read, std::uint64_t* const* planes, std::size_t signs) {
        constexpr std::size_t piece = 16; // words that are read out at once
        Number numbers[64 * piece];
        std::uint64_t* at[most_planes];
        std::uint64_t* const first = bins_.data();
        std::uint64_t* const table[tables] = {first, first + (std::size_t{1} << planes_),
                                              first + (std::size_t{2} << planes_), first + (std::size_t{3} << planes_)};
        for (std::size_t done = 0; done < signs; done += 64 * piece) {
            const std::size_t count = std::min(signs - done, 64 * piece);
            for (std::size_t q = 0; q < planes_; ++q) at[q] = planes[q] + done / 64;
            read(at, planes_, words_for(count), numbers);
            std::size_t j = 0;
            for (; j + tables <= count; j += tables) {
                for (std::size_t t = 0; t < tables; ++t) ++table[t][numbers[j + t]];
            }
            for (; j < count; ++j) ++table[0][numbers[j]];
        }
    }

    std::vector<std::uint64_t> bins_;
    std::size_t planes_;
};

/// Which coordinates' rows lead to +, and which to neither, in a tile.
struct tile_lead {
    alignas(64) std::uint64_t plus[tile_counters::words];
    alignas(64) std::uint64_t tied[tile_counters::words];

    template <class Rows>
    void take(const majority_kernel& kernel, const tile_counters& counters, const Rows& rows, std::size_t words) {
        const std::size_t middle = row_reading<Rows>::most * rows.size() / 2;
        kernel.compare(counters.planes(), counters.digits(), middle + 1, words, plus, tied);
        // Where an odd number of rows has signs, the middle is no tie.
        if (row_reading<Rows>::step == 2 && rows.size() % 2 == 1) std::fill_n(tied, words, std::uint64_t{0});
    }
};

[[nodiscard]] inline row_set rows_in(sign_matrix_view matrix) { return {matrix}; }
[[nodiscard]] inline ternary_row_set rows_in(ternary_matrix_view matrix) { return {matrix}; }

} // namespace detail

/// Rows that a vote_record reads.
///
/// Holds when: R is row_set or ternary_row_set.
template <class R>
concept recorded_rows = std::same_as<R, row_set> || std::same_as<R, ternary_row_set>;

/// Counts over a run what election coding promises, and what liars did. An observer.
///
/// A code that tolerates b liars promises: whichever b workers lie, wherever the signs of all partitions have a sum that is not 0, the
/// decision is its sign. (Sohn, Han, Choi, Moon, NeurIPS 2020, theorem 1.) So violations must be 0, unless more lie, votes are missing,
/// or workers do not vote what the code says (trainer_options::worker_momentum). Coordinates without a truth are promised nothing.
///
/// A trainer must be made with trainer_options::compute_everything, so that this process knows all signs and votes. Rounds in which
/// it was late are passed over.
/// \tparam Arch  instruction set; by default the best that this translation unit's compiler flags allow
///
/// \code
/// election::sign_matrix partitions(3, 100); // everywhere −, and so are the votes of who holds one each
/// partitions[0].set(7, true);
/// election::sign_matrix sent = partitions;
/// sent[1].set(7, true); // a liar, who turns coordinate 7
/// election::sign_vector decision(100);
/// election::majority(sent, decision);
/// election::vote_record record(3, 3, 100);
/// const election::row_set signs(partitions);
/// record.add(signs, signs, election::row_set(sent), {}, decision);
/// assert(record.total().violations == 1 && record.total().turned == 1 && record.most_turned(5)[0].coordinate == 7);
/// assert(record.total().margins[3 + 1] == 1 && record.total().margins[3 + 3] == 99);
/// \endcode
template <class Arch = default_arch>
class vote_record {
public:
    /// The most workers, and the most partitions.
    static constexpr std::size_t max_rows = 8191;

    /// \param workers     n
    /// \param partitions  k
    /// \param parameters  d
    /// \param kernel      the inner loops; given where an architecture is chosen at run time
    /// \throws parameter_error  no worker or partition, or more than max_rows
    vote_record(std::size_t workers, std::size_t partitions, std::size_t parameters,
                const majority_kernel& kernel = majority_kernel_for<Arch>())
        : last_(workers, partitions), total_(workers, partitions), turned_in_(parameters), kernel_(kernel) {
        detail::require(workers >= 1 && workers <= max_rows, "vote_record", "workers", workers, "must be 1 to ", max_rows);
        detail::require(partitions >= 1 && partitions <= max_rows, "vote_record", "partitions", partitions, "must be 1 to ",
                        max_rows);
    }

    /// Counts a trainer's round.
    /// \throws parameter_error  the trainer has other sizes, or was not made with compute_everything
    template <class Trainer>
    void operator()(const Trainer& trainer, const round_report& report) {
        if (report.skipped) return;
        detail::require(trainer.options().compute_everything, "vote_record", "compute_everything", "false",
                        "must be true: all signs and votes must be known here");
        add(detail::rows_in(trainer.partition_signs()), detail::rows_in(trainer.honest_votes()),
            detail::rows_in(trainer.votes()), trainer.silent(), trainer.decision().view());
    }

    /// Counts a round.
    /// \param partitions  k rows of signs, or votes in canonical form where a partition may abstain
    /// \param honest      n rows: what all workers would send if nobody lied
    /// \param sent        n rows: what they sent
    /// \param silent      n, 1 for who sent nothing; or none: all did
    /// \param decision    sign_view or ternary_view: what the master decoded
    /// \throws parameter_error  other sizes
    /// \par Complexity
    /// The rows are read once, `sent` and `decision` twice; about 2 ns a coordinate for n = k = 15
    template <recorded_rows Partitions, recorded_rows Votes, class Decision>
    void add(const Partitions& partitions, const Votes& honest, const Votes& sent, std::span<const std::uint8_t> silent,
             Decision decision) {
        const std::size_t n = last_.agreement.size();
        const std::size_t k = last_.leads.size() - 1;
        const std::size_t d = turned_in_.size();
        require_rows("partitions", partitions, k);
        require_rows("honest", honest, n);
        require_rows("sent", sent, n);
        detail::require(silent.empty() || silent.size() == n, "vote_record", "silent", silent.size(), "must be none or ", n);
        detail::require(decision.size() == d, "vote_record", "decision", decision.size(), "must have d signs, ", d);

        last_ = vote_counts(n, k);
        last_.rounds = 1;
        last_.coordinates = d;
        last_.agreement = agreement<Arch>(sent, decision, kernel_);
        for (std::size_t i = 0; i < silent.size(); ++i) {
            agreement_counts& row = last_.agreement[i];
            if (silent[i] != 0) row = {0, 0, row.agree + row.disagree + row.abstained};
        }
        count(partitions, honest, decision);
        total_ += last_;
    }

    /// Of the last round.
    [[nodiscard]] const vote_counts& last() const noexcept { return last_; }
    /// Of all rounds.
    [[nodiscard]] const vote_counts& total() const noexcept { return total_; }
    /// In how many rounds each of the d coordinates was turned.
    [[nodiscard]] std::span<const std::uint32_t> turned() const noexcept { return turned_in_; }
    /// The coordinates that were turned in most rounds, most first, and by number where it is the same.
    /// \param count  how many at most
    /// \par Complexity
    /// O(d + turned ones · log count)
    [[nodiscard]] std::vector<turned_coordinate> most_turned(std::size_t count) const {
        std::vector<turned_coordinate> all;
        for (std::size_t j = 0; j < turned_in_.size(); ++j) {
            if (turned_in_[j] != 0) all.push_back({j, turned_in_[j]});
        }
        const auto more = [](const turned_coordinate& a, const turned_coordinate& b) {
            return a.rounds != b.rounds ? a.rounds > b.rounds : a.coordinate < b.coordinate;
        };
        const std::size_t kept = std::min(count, all.size());
        std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(kept), all.end(), more);
        all.resize(kept);
        return all;
    }

    /// Writes all that was counted, for a run that goes on later.
    /// \param to  a binary stream, whose state says afterwards whether it was written
    void save(std::ostream& to) const {
        const std::vector<std::uint64_t> numbers = as_numbers();
        detail::write_numbers(to, std::span<const std::uint64_t>(numbers));
        detail::write_numbers(to, std::span<const std::uint32_t>(turned_in_));
    }
    /// Reads what save() wrote for the same sizes.
    /// \throws error  it is of other sizes, or ends too early; then nothing has been read
    void load(std::istream& from) {
        std::vector<std::uint64_t> numbers;
        std::vector<std::uint32_t> turned;
        detail::read_numbers(from, numbers, as_numbers().size(), "vote_record");
        detail::read_numbers(from, turned, turned_in_.size(), "vote_record");
        if (numbers.empty() || turned.size() != turned_in_.size())
            throw error("election::vote_record: the saved state is of another run");
        auto next = numbers.begin();
        for_numbers(total_, [&](std::uint64_t& number) { number = *next++; });
        turned_in_ = std::move(turned);
        last_ = vote_counts(last_.agreement.size(), last_.leads.size() - 1);
    }

private:
    using tile = std::uint64_t[detail::tile_counters::words];

    template <class Rows>
    void require_rows(std::string_view name, const Rows& rows, std::size_t count) const {
        detail::require(rows.size() == count, "vote_record", name, rows.size(), "must be as many rows as it was made for, ",
                        count);
        detail::require(rows.signs() == turned_in_.size(), "vote_record", std::string(name) + ".signs()", rows.signs(),
                        "must be d, ", turned_in_.size());
    }

    static std::uint64_t ones(std::uint64_t word) { return static_cast<std::uint64_t>(__builtin_popcountll(word)); }

    template <class Partitions, class Votes, class Decision>
    void count(const Partitions& partitions, const Votes& honest, const Decision& decision) {
        using signs = detail::row_reading<Partitions>;
        using votes = detail::row_reading<Votes>;
        const std::size_t k = partitions.size();
        const std::size_t n = honest.size();
        const std::size_t d = turned_in_.size();
        constexpr bool may_abstain = signs::step == 1;

        detail::tile_counters messages(signs::most * k);
        detail::tile_counters sums(votes::most * n);
        detail::tile_lead truth;
        detail::tile_lead voted;
        alignas(64) tile wrong;
        alignas(64) tile full;
        alignas(64) tile there;
        std::uint64_t* message_planes[detail::plane_histogram::most_planes] = {wrong, full};
        std::uint64_t* margin_planes[detail::plane_histogram::most_planes] = {there, truth.plus};
        constexpr std::size_t before = may_abstain ? 2 : 1;
        for (std::size_t q = 0; q < messages.digits(); ++q) message_planes[before + q] = messages.planes()[q];
        for (std::size_t q = 0; q < sums.digits(); ++q) margin_planes[2 + q] = sums.planes()[q];
        detail::plane_histogram by_message(before + messages.digits());
        detail::plane_histogram by_margin(2 + sums.digits());

        detail::for_counter_tiles(words_for(d), [&](std::size_t first, std::size_t size) {
            messages.clear(size);
            signs::add(kernel_, messages, partitions, first, size);
            sums.clear(size);
            votes::add(kernel_, sums, honest, first, size);
            truth.take(kernel_, messages, partitions, size);
            voted.take(kernel_, sums, honest, size);
            const std::size_t count = std::min(64 * size, d - 64 * first);
            if constexpr (may_abstain) {
                std::fill_n(full, size, ~std::uint64_t{0});
                for (std::size_t j = 0; j < k; ++j) {
                    const std::uint64_t* present = partitions.present_rows().data()[j] + first;
                    for (std::size_t w = 0; w < size; ++w) full[w] &= present[w];
                }
            }
            for (std::size_t w = 0; w < size; ++w) {
                const std::uint64_t mask = 64 * (w + 1) > count ? last_word_mask(count) : ~std::uint64_t{0};
                there[w] = ~truth.tied[w] & mask;
                wrong[w] = there[w] & differs(decision, first + w, truth.plus[w]);
                const std::uint64_t right = ~(truth.plus[w] ^ voted.plus[w]) & ~voted.tied[w];
                last_.with_truth += ones(there[w]);
                last_.violations += ones(wrong[w]);
                std::uint64_t turned = wrong[w] & right;
                last_.turned += ones(turned);
                for (; turned != 0; turned &= turned - 1) {
                    ++turned_in_[64 * (first + w) + static_cast<std::size_t>(__builtin_ctzll(turned))];
                }
            }
            by_message.add(kernel_, message_planes, count);
            by_margin.add(kernel_, margin_planes, count);
        });

        by_message.for_each([&](std::size_t number, std::uint64_t times) {
            const std::size_t counter = number >> before;
            const std::size_t twice = signs::step * counter; // the sum of signs and k
            last_.leads[twice > k ? twice - k : k - twice] += times;
            if (may_abstain && (number >> 1U & 1U) == 0) return;
            const std::size_t weight = twice / 2;
            last_.weights[weight] += times;
            if ((number & 1U) != 0) last_.failures[weight] += times;
        });
        by_margin.for_each([&](std::size_t number, std::uint64_t times) {
            if ((number & 1U) == 0) return;
            const std::size_t sum = votes::step * (number >> 2U); // of votes and n
            last_.margins[(number >> 1U & 1U) != 0 ? sum : 2 * n - sum] += times;
        });
    }

    /// Where a decision is not the truth's sign.
    static std::uint64_t differs(sign_view decision, std::size_t word, std::uint64_t truth) {
        return decision.data()[word] ^ truth;
    }
    static std::uint64_t differs(ternary_view decision, std::size_t word, std::uint64_t truth) {
        return (decision.signs().data()[word] ^ truth) | ~decision.present().data()[word];
    }

    /// All numbers of some counts in a fixed order.
    template <class Counts, class Work>
    static void for_numbers(Counts& counts, const Work& work) {
        for (auto* number : {&counts.rounds, &counts.coordinates, &counts.with_truth, &counts.violations, &counts.turned}) {
            work(*number);
        }
        for (auto* list : {&counts.margins, &counts.leads, &counts.weights, &counts.failures}) {
            for (auto& number : *list) work(number);
        }
        for (auto& row : counts.agreement) {
            work(row.agree);
            work(row.disagree);
            work(row.abstained);
        }
    }
    [[nodiscard]] std::vector<std::uint64_t> as_numbers() const {
        std::vector<std::uint64_t> numbers;
        for_numbers(total_, [&](const std::uint64_t& number) { numbers.push_back(number); });
        return numbers;
    }

    vote_counts last_;
    vote_counts total_;
    std::vector<std::uint32_t> turned_in_;
    majority_kernel kernel_;
};

} // namespace election
