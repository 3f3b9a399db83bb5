// SPDX-License-Identifier: MIT
// election_trainer: SignSGD with a majority vote of coded workers, a round at a time.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <memory>
#include <mutex>
#include <ostream>
#include <span>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <election/codes/allocation.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/core/executor.hpp>
#include <election/core/random.hpp>
#include <election/core/ties.hpp>
#include <election/majority/encoder.hpp>
#include <election/majority/majority_kernel.hpp>
#include <election/packing/momentum.hpp>
#include <election/packing/packing_kernel.hpp>
#include <election/packing/unpack.hpp>
#include <election/packing/update.hpp>
#include <election/train/gradient_signs.hpp>
#include <election/train/lies.hpp>
#include <election/train/sign_source.hpp>
#include <election/train/step_schedule.hpp>
#include <election/train/trainer_state.hpp>
#include <election/train/transport.hpp>
#include <election/train/vote_form.hpp>

namespace election {

/// How rounds of training are held.
struct trainer_options {
    step_schedule step = 0.001;            ///< γ of each step
    double weight_decay = 0;               ///< λ of x ← x − γ·(decision + λ·x), at least 0
    tie_policy ties = tie_policy::abstain; ///< how a tied worker votes: `abstain` exactly where votes are ternary
    double worker_momentum = 0; ///< β of m ← β·m + (1 − β)·vote at each worker, which then votes the sign of m; 0: none
    bool compute_everything = false; ///< compute all partitions and votes in this process, for observers
    std::uint64_t seed = 1;          ///< of tied workers' coins
};

/// The loops that a trainer calls, of one architecture.
struct trainer_kernels {
    majority_kernel majority; ///< votes
    packing_kernel packing;   ///< signs and updates
};

/// The loops of an architecture; instantiate it only where its instructions are enabled.
template <class Arch = default_arch>
[[nodiscard]] constexpr trainer_kernels trainer_kernels_for() noexcept {
    return {majority_kernel_for<Arch>(), packing_kernel_for<Arch>()};
}

/// What happened in a round.
struct round_report {
    std::uint64_t step = 0; ///< which, from 0
    double loss = 0;        ///< mean over the partitions that were computed here, before the step; NaN where there is none
    bool skipped = false;   ///< this process was late, and only took over the decision
    transport_report transport; ///< traffic, absent workers
};

/// SignSGD with majority vote under an election code: the paper's algorithm, one step() a round.
///
/// In each round every partition reports the signs of its mini-batch gradient; every worker votes the majority of the partitions it
/// holds; liars replace what they send; the master takes the majority of the votes; all take a step against it. Sohn, Han,
/// Choi, Moon, *Election Coding for Distributed Learning*, NeurIPS 2020. Without a code (`uncoded(n)`) it is Bernstein et al.'s signSGD with
/// majority vote.
///
/// A process computes what its transport's workers hold and no more, unless liars or observers want to know everything. The same
/// seed and data give the same parameters, bit for bit, however workers are shared out over processes and threads.
/// \tparam Form       a vote_form: what may abstain
/// \tparam Source     a sign_source
/// \tparam Transport  a transport
/// \tparam Lies       lies
/// \tparam Executor   who computes partitions at the same time
/// \tparam Arch       instruction set; by default the best that this translation unit's compiler flags allow
template <class Form, class Source, class Transport, class Lies = honest, class Executor = serial_executor,
          class Arch = default_arch>
    requires sign_source<Source, typename Form::signs> && transport<Transport, Form> &&
        lies<Lies, Form, typename Source::number_type> && executor<Executor>
class election_trainer {
public:
    using number_type = typename Source::number_type;     ///< of the parameters
    using round_type = election_round<Form, number_type>; ///< what liars see

    /// \param code       n workers × k partitions
    /// \param source     signs of the k partitions
    /// \param start      d parameters
    /// \param transport  which workers are here, and how votes reach the master
    /// \param liars      who lies
    /// \param options    step length, ties, decay
    /// \param run        who computes partitions at the same time
    /// \param kernels    the inner loops; given where an architecture is chosen at run time
    /// \throws parameter_error  sizes that do not fit, a tie policy that does not go with the form, a decay or momentum out of range
    template <allocation A>
    election_trainer(const A& code, Source source, std::vector<number_type> start, Transport transport, Lies liars = {},
                     trainer_options options = {}, Executor run = {},
                     const trainer_kernels& kernels = trainer_kernels_for<Arch>())
        : election_trainer(packed_tag{}, packed_allocation(code), std::move(source), std::move(start), std::move(transport),
                           std::move(liars), std::move(options), std::move(run), kernels) {}

    /// Holds one round.
    /// \returns what happened
    /// \throws error  a gradient with a NaN, a transport that cannot go on; parameters are then those before the round
    /// \par Complexity
    /// gradients of the partitions that are held here, once each; the votes' and the update's passes over memory
    round_report step() {
        round_report report;
        report.step = steps_;
        if constexpr (requires { transport_.behind(steps_); }) {
            report.skipped = transport_.behind(steps_);
        }
        if (!report.skipped) {
            report.loss = take_signs();
            take_votes();
            if (options_.compute_everything) honest_ = votes_;
            liars_.lie(round());
        } else {
            report.loss = std::nan("");
            ++skipped_;
        }
        report.transport = transport_.decide({steps_, voters_, votes_.view(), silent_}, decision_);
        take_step();
        ++steps_;
        return report;
    }

    /// Rounds held so far, and the number of the next one.
    [[nodiscard]] std::uint64_t steps() const noexcept { return steps_; }
    /// The d parameters.
    [[nodiscard]] std::span<const number_type> parameters() const noexcept { return parameters_; }
    /// What the master decoded in the last round.
    [[nodiscard]] const typename Form::result::vector& decision() const noexcept { return decision_; }
    /// Workers whose votes are computed here, increasing: those of the transport, or all.
    [[nodiscard]] std::span<const std::size_t> voters() const noexcept { return voters_; }
    /// What the voters sent in the last round, a row each.
    [[nodiscard]] typename Form::votes::matrix_view votes() const noexcept { return votes_.view(); }
    /// What the voters would have sent if nobody lied; only with trainer_options::compute_everything, else no rows.
    [[nodiscard]] typename Form::votes::matrix_view honest_votes() const noexcept { return honest_.view(); }
    /// Which voters sent nothing in the last round.
    [[nodiscard]] std::span<const std::uint8_t> silent() const noexcept { return silent_; }
    /// Partitions that are computed here, increasing.
    [[nodiscard]] std::span<const std::size_t> computed() const noexcept { return computed_; }
    /// What partitions reported in the last round, a row each of all k; valid for computed() ones.
    [[nodiscard]] typename Form::signs::matrix_view partition_signs() const noexcept { return signs_.view(); }
    /// The code.
    [[nodiscard]] const packed_allocation& code() const noexcept { return code_; }
    /// Where signs come from.
    [[nodiscard]] const Source& source() const noexcept { return source_; }
    /// Who lies.
    [[nodiscard]] Lies& liars() noexcept { return liars_; }
    /// How votes travel.
    [[nodiscard]] Transport& transport_used() noexcept { return transport_; }
    /// The options it was made with.
    [[nodiscard]] const trainer_options& options() const noexcept { return options_; }

    /// What is needed to go on exactly: parameters, momentum of the workers that vote here, state of each computed partition.
    [[nodiscard]] trainer_state state() const {
        trainer_state saved;
        saved.step = steps_;
        saved.skipped = skipped_;
        saved.common =
            saved_by([&](std::ostream& to) { detail::write_numbers(to, std::span<const number_type>(parameters_)); });
        for (std::size_t i = 0; i < worker_momentum_.size(); ++i) {
            saved.workers[voters_[i]] =
                saved_by([&](std::ostream& to) { detail::write_numbers(to, std::span<const float>(worker_momentum_[i])); });
        }
        for (std::size_t j : computed_) {
            saved.partitions[j] = saved_by([&](std::ostream& to) {
                source_.save(to, j);
                save_signs(to, j);
            });
        }
        if constexpr (requires { liars_.remembered(); }) {
            for (std::size_t j : liars_.remembered())
                saved.lies[j] = saved_by([&](std::ostream& to) { liars_.save(to, j); });
        }
        return saved;
    }
    /// Goes on from a state of the same code and model; the next step() is then the one that would have followed, if the state has
    /// all workers and partitions that are computed here: that of the same process, or of all processes merged. What it lacks
    /// stays as it is.
    /// \throws error  it is of another model, or damaged; this trainer must not be used then
    void restore(const trainer_state& saved) {
        steps_ = saved.step;
        skipped_ = 0;
        load_from(saved.common, [&](std::istream& from) { load_all(from, parameters_); });
        for (std::size_t i = 0; i < worker_momentum_.size(); ++i) {
            if (const auto at = saved.workers.find(voters_[i]); at != saved.workers.end()) {
                load_from(at->second, [&](std::istream& from) { load_all(from, worker_momentum_[i]); });
            }
        }
        if constexpr (requires { liars_.remembered(); }) {
            for (const auto& part : saved.lies) {
                load_from(part.second, [&](std::istream& from) { liars_.load(from, part.first); });
            }
        }
        for (std::size_t j : computed_) {
            if (const auto at = saved.partitions.find(j); at != saved.partitions.end()) {
                load_from(at->second, [&](std::istream& from) {
                    source_.load(from, j);
                    load_signs(from, j);
                });
            }
        }
    }
    /// Writes state().
    /// \param to  a binary stream, whose state says afterwards whether it was written
    void save(std::ostream& to) const { state().write(to); }
    /// Reads what save() wrote, and goes on from there.
    /// \throws error  it is of another run or ends too early; this trainer must not be used then
    void load(std::istream& from) { restore(trainer_state::read(from)); }

private:
    struct packed_tag {};

    election_trainer(packed_tag, packed_allocation code, Source source, std::vector<number_type> start, Transport transport,
                     Lies liars, trainer_options options, Executor run, const trainer_kernels& kernels)
        : code_(std::move(code)), source_(std::move(source)), parameters_(std::move(start)),
          transport_(std::move(transport)), liars_(std::move(liars)), options_(std::move(options)), run_(std::move(run)),
          kernels_(kernels), voters_(voters_of(code_, transport_, liars_, options_)),
          computed_(held_by(code_, voters_, options_)), encoder_(rows_of(code_, voters_)),
          signs_(code_.partitions(), parameters_.size()), votes_(voters_.size(), parameters_.size()),
          decision_(parameters_.size()), silent_(voters_.size()), losses_(computed_.size()) {
        detail::require(source_.partitions() == code_.partitions(), "election_trainer", "source.partitions()",
                        source_.partitions(), "must be the code's, ", code_.partitions());
        detail::require(source_.parameters() == parameters_.size(), "election_trainer", "start", parameters_.size(),
                        "must have as many parameters as the model, ", source_.parameters());
        detail::require(options_.weight_decay >= 0, "election_trainer", "weight_decay", options_.weight_decay,
                        "must be at least 0");
        detail::require(options_.worker_momentum >= 0 && options_.worker_momentum < 1, "election_trainer", "worker_momentum",
                        options_.worker_momentum, "must be at least 0 and below 1");
        detail::require((options_.ties == tie_policy::abstain) == Form::votes::abstains, "election_trainer", "ties",
                        name_of(options_.ties),
                        Form::votes::abstains ? "must be abstain where votes are ternary"
                                              : "must not be abstain where votes are binary");
        if (options_.worker_momentum > 0) {
            worker_momentum_.assign(voters_.size(), std::vector<float>(parameters_.size()));
            unpacked_.resize(parameters_.size());
        }
    }

    /// Workers whose votes are computed in this process.
    static std::vector<std::size_t> voters_of(const packed_allocation& code, const Transport& transport, const Lies& liars,
                                              const trainer_options& options) {
        const std::span<const std::size_t> mine = transport.workers();
        bool everybody = options.compute_everything;
        for (std::size_t worker : mine) {
            detail::require(worker < code.workers(), "election_trainer", "worker", worker,
                            "must be one of the code's workers, which are ", code.workers());
            everybody = everybody || (liars.knows_everything() && liars.may_lie(worker));
        }
        if (!everybody) return {mine.begin(), mine.end()};
        std::vector<std::size_t> all(code.workers());
        for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
        return all;
    }

    /// Partitions that at least one of them holds; all of them for observers.
    static std::vector<std::size_t> held_by(const packed_allocation& code, std::span<const std::size_t> workers,
                                            const trainer_options& options) {
        std::vector<std::size_t> held;
        const bool all = options.compute_everything || workers.size() == code.workers();
        for (std::size_t j = 0; j < code.partitions(); ++j) {
            if (all || std::ranges::any_of(workers, [&](std::size_t i) { return code(i, j); })) held.push_back(j);
        }
        return held;
    }

    /// The rows of these workers; one that holds nothing where there are none, since a code has a worker.
    static packed_allocation rows_of(const packed_allocation& code, std::span<const std::size_t> workers) {
        packed_allocation rows(std::max<std::size_t>(workers.size(), 1), code.partitions());
        for (std::size_t i = 0; i < workers.size(); ++i) {
            for (std::size_t j = 0; j < code.partitions(); ++j) {
                if (code(workers[i], j)) rows.set(i, j);
            }
        }
        return rows;
    }

    /// Every partition: mini-batch gradient, momentum, signs. Returns the mean loss.
    double take_signs() {
        run_(computed_.size(), 1, [&](std::size_t first, std::size_t last) {
            const scratch_lease scratch(*this);
            for (std::size_t c = first; c < last; ++c) {
                losses_[c] = source_.sign(parameters_, steps_, computed_[c], signs_[computed_[c]], *scratch);
            }
        });
        double sum = 0;
        for (double loss : losses_) sum += loss;
        return sum / static_cast<double>(losses_.size());
    }

    /// Every worker: the majority of its partitions.
    void take_votes() {
        if (voters_.empty()) return;
        std::ranges::fill(silent_, std::uint8_t{0});
        const typename Form::signs::rows partitions(signs_.view());
        if constexpr (Form::votes::abstains) {
            encoder_.template operator()<Arch>(partitions, votes_.span(), kernels_.majority);
        } else if (options_.ties == tie_policy::coin) {
            if (tied_.rows() == 0) tied_ = ternary_matrix(voters_.size(), parameters_.size());
            encoder_.template operator()<Arch>(partitions, tied_.span(), kernels_.majority);
            toss_coins();
        } else {
            const tie_sign tie = options_.ties == tie_policy::positive ? tie_sign::positive : tie_sign::negative;
            encoder_.template operator()<Arch>(partitions, votes_.span(), tie, kernels_.majority);
        }
        for (std::size_t i = 0; i < worker_momentum_.size(); ++i) {
            unpack<Arch>(votes_.view()[i], unpacked_, kernels_.packing);
            const auto zero = Form::votes::abstains ? zero_policy::abstain : zero_policy::positive;
            momentum_pack<Arch>(worker_momentum_[i], unpacked_, options_.worker_momentum, votes_[i], {zero},
                                kernels_.packing);
        }
    }

    /// Who is tied votes at random, the same wherever it is computed.
    void toss_coins() requires(!Form::votes::abstains) {
        const std::size_t words = words_for(parameters_.size());
        for (std::size_t i = 0; i < voters_.size(); ++i) {
            const counter_random coin(options_.seed, coin_stream + voters_[i]);
            const ternary_view from = tied_.view()[i];
            for (std::size_t w = 0; w < words; ++w) {
                const std::uint64_t tied = ~from.present().words()[w];
                votes_[i].words()[w] = from.signs().words()[w] | (tied == 0 ? 0 : tied & coin(steps_ * words + w));
            }
            votes_[i].clear_padding();
        }
    }

    /// All: a step against the decision.
    void take_step() {
        const double length = options_.step(steps_);
        if (options_.weight_decay > 0) {
            const auto stays = static_cast<number_type>(1 - length * options_.weight_decay);
            for (number_type& x : parameters_) x *= stays;
        }
        update<Arch>(parameters_, length, decision_, kernels_.packing);
    }

    [[nodiscard]] round_type round() {
        return {steps_,
                parameters_,
                signs_.view(),
                computed_,
                [this](std::size_t j) -> std::span<const number_type> { return source_.reported(j); },
                voters_,
                votes_.span(),
                silent_};
    }

    template <class Save>
    [[nodiscard]] static std::string saved_by(const Save& save) {
        std::ostringstream to;
        save(to);
        return std::move(to).str();
    }
    template <class Load>
    static void load_from(const std::string& saved, const Load& load) {
        std::istringstream from(saved);
        load(from);
    }
    /// As many numbers as there are parameters.
    template <class T>
    void load_all(std::istream& from, std::vector<T>& numbers) const {
        std::vector<T> saved;
        detail::read_numbers(from, saved, parameters_.size(), "election_trainer");
        if (saved.size() != parameters_.size())
            throw error("election::election_trainer: the saved state is of another model");
        numbers = std::move(saved);
    }
    void save_signs(std::ostream& to, std::size_t j) const {
        const auto row = signs_.view()[j];
        if constexpr (Form::signs::abstains) {
            detail::write_numbers(to, row.signs().words());
            detail::write_numbers(to, row.present().words());
        } else {
            detail::write_numbers(to, row.words());
        }
    }
    void load_signs(std::istream& from, std::size_t j) {
        const auto read = [&](std::span<std::uint64_t> words) {
            std::vector<std::uint64_t> saved;
            detail::read_numbers(from, saved, words.size(), "election_trainer");
            if (saved.size() != words.size()) throw error("election::election_trainer: the saved state is of another model");
            std::ranges::copy(saved, words.begin());
        };
        const auto row = signs_[j];
        if constexpr (Form::signs::abstains) {
            read(row.signs().words());
            read(row.present().words());
        } else {
            read(row.words());
        }
    }

    /// A thread's scratch memory, from a pool that grows to the number of threads.
    class scratch_lease {
    public:
        explicit scratch_lease(election_trainer& owner) : owner_(owner) {
            const std::lock_guard lock(owner_.scratch_mutex_->mutex);
            if (owner_.scratch_.empty()) {
                mine_ = std::make_unique<typename Source::workspace>();
            } else {
                mine_ = std::move(owner_.scratch_.back());
                owner_.scratch_.pop_back();
            }
        }
        scratch_lease(const scratch_lease&) = delete;
        scratch_lease& operator=(const scratch_lease&) = delete;
        ~scratch_lease() {
            const std::lock_guard lock(owner_.scratch_mutex_->mutex);
            owner_.scratch_.push_back(std::move(mine_));
        }
        [[nodiscard]] typename Source::workspace& operator*() const noexcept { return *mine_; }

    private:
        election_trainer& owner_;
        std::unique_ptr<typename Source::workspace> mine_;
    };
    struct movable_mutex {
        std::mutex mutex;
    };

    static constexpr std::uint64_t coin_stream = std::uint64_t{0xC01} << 40U;

    packed_allocation code_;
    Source source_;
    std::vector<number_type> parameters_;
    Transport transport_;
    Lies liars_;
    trainer_options options_;
    Executor run_;
    trainer_kernels kernels_;
    std::vector<std::size_t> voters_;
    std::vector<std::size_t> computed_;
    encoder encoder_; ///< of the voters' rows
    typename Form::signs::matrix signs_;
    typename Form::votes::matrix votes_;
    typename Form::votes::matrix honest_; ///< before liars changed them, for observers
    typename Form::result::vector decision_;
    std::vector<std::uint8_t> silent_;
    std::vector<double> losses_;
    ternary_matrix tied_;                             ///< votes before coins are tossed
    std::vector<std::vector<float>> worker_momentum_; ///< of each voter
    std::vector<float> unpacked_;
    std::vector<std::unique_ptr<typename Source::workspace>> scratch_;
    std::unique_ptr<movable_mutex> scratch_mutex_ = std::make_unique<movable_mutex>();
    std::uint64_t steps_ = 0;
    std::uint64_t skipped_ = 0; ///< rounds in which this process was late
};

} // namespace election
