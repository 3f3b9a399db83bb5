// SPDX-License-Identifier: MIT
// gradient_trainer: gradient descent whose workers send whole gradients, the baseline of coded sign votes.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <memory>
#include <mutex>
#include <ostream>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <election/codes/allocation.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/core/executor.hpp>
#include <election/packing/float_lanes.hpp>
#include <election/train/aggregator.hpp>
#include <election/train/election_trainer.hpp>
#include <election/train/gradient_lies.hpp>
#include <election/train/gradient_signs.hpp>
#include <election/train/lies.hpp>
#include <election/train/sign_source.hpp>
#include <election/train/step_schedule.hpp>
#include <election/train/transport.hpp>
#include <election/train/vote_form.hpp>
#include <election/train/wire.hpp>

namespace election {

/// How steps of full gradients are taken.
struct gradient_trainer_options {
    step_schedule step = 0.1;   ///< γ of each step
    double weight_decay = 0;    ///< λ of x ← x − γ·(aggregate + λ·x), at least 0
    double worker_momentum = 0; ///< β of m ← β·m + (1 − β)·g at each worker, which then sends m; 0: none
};

/// Bytes of a message with d 32-bit floats: a header and 4·d. O(1).
/// \param d  how many
[[nodiscard]] constexpr std::uint64_t gradient_wire_bytes(std::size_t d) noexcept {
    return wire_header_bytes + sizeof(float) * static_cast<std::uint64_t>(d);
}

/// A sign_source whose signs are binary or ternary; a gradient_trainer reads the numbers behind them.
template <class S>
concept reported_source = sign_source<S, binary> || sign_source<S, ternary>;

/// Distributed gradient descent with a robust aggregator, one step() a round, all in one process.
///
/// In each round every partition takes its mini-batch gradient, or its momentum; every worker sends the mean of the
/// partitions it holds, or its own momentum of that, as d floats; liars replace what they send; the master aggregates; all
/// take a step x ← x − γ·aggregate. The loop of Blanchard et al. 2017 and Yin et al. 2018; a worker who holds nothing sends
/// nothing.
///
/// Gradients come from the same sources as signs do, so that both trainers see the same numbers. The same seed and data
/// give the same parameters, bit for bit, whatever the executor.
///
/// \code
/// const election::dense_dataset data(xt::xtensor<float, 2>{{1}, {-1}, {2}, {-2}}, {1, 0, 1, 0}, 2);
/// const election::batches batches(election::contiguous_partitions(4, 2), 2);
/// const election::softmax_regression<float> model(1, 2);
/// election::gradient_signs<election::binary, election::softmax_regression<float>, election::dense_dataset, election::batches>
///     source(model, data, batches, {.keep_reported = true});
/// election::gradient_trainer trainer(election::uncoded(2), source, std::vector<float>(4), election::median_aggregator());
/// const double before = trainer.step().loss;
/// assert(trainer.step().loss < before && trainer.steps() == 2);
/// \endcode
/// \tparam Source      a sign_source that keeps what it reported: gradient_options::keep_reported, or momentum
/// \tparam Aggregator  an aggregator
/// \tparam Lies        gradient_lies
/// \tparam Executor    who computes partitions and messages at the same time
template <reported_source Source, aggregator Aggregator, gradient_lies Lies = honest, executor Executor = serial_executor>
class gradient_trainer {
public:
    using number_type = typename Source::number_type; ///< of the parameters

    /// \param code        n workers × k partitions
    /// \param source      gradients of the k partitions
    /// \param start       d parameters
    /// \param aggregator  what the master does
    /// \param liars       who lies
    /// \param options     step length, decay, momentum
    /// \param run         who computes partitions at the same time
    /// \throws parameter_error  sizes that do not fit, a decay or momentum out of range
    template <allocation A>
    gradient_trainer(const A& code, Source source, std::vector<number_type> start, Aggregator aggregator, Lies liars = {},
                     gradient_trainer_options options = {}, Executor run = {})
        : gradient_trainer(packed_tag{}, packed_allocation(code), std::move(source), std::move(start), std::move(aggregator),
                           std::move(liars), std::move(options), std::move(run)) {}

    /// Holds one round.
    /// \returns what happened
    /// \throws error  a gradient with a NaN, an aggregate that is not finite, messages too few for the aggregator; parameters are
    ///                then those before the round, momentum is not
    /// \par Complexity
    /// gradients of the partitions that somebody holds, once each; a pass over those for every worker; the aggregator's
    round_report step() {
        round_report report;
        report.step = steps_;
        report.loss = take_gradients();
        take_messages();
        liars_.lie(gradient_round{steps_, messages_, silent_});
        report.transport = aggregate();
        take_step();
        ++steps_;
        return report;
    }

    /// Rounds held so far, and the number of the next one.
    [[nodiscard]] std::uint64_t steps() const noexcept { return steps_; }
    /// The d parameters.
    [[nodiscard]] std::span<const number_type> parameters() const noexcept { return parameters_; }
    /// What the master made of the last round's messages.
    [[nodiscard]] std::span<const float> aggregated() const noexcept { return aggregated_; }
    /// What worker i sent in the last round; of a silent one, what it last sent or would have.
    /// \param i  below the number of workers; unchecked
    [[nodiscard]] gradient_row message(std::size_t i) const noexcept { return messages_[i]; }
    /// Which workers sent nothing in the last round.
    [[nodiscard]] std::span<const std::uint8_t> silent() const noexcept { return silent_; }
    /// The code.
    [[nodiscard]] const packed_allocation& code() const noexcept { return code_; }
    /// Where gradients come from.
    [[nodiscard]] const Source& source() const noexcept { return source_; }
    /// What the master does.
    [[nodiscard]] const Aggregator& master() const noexcept { return aggregator_; }
    /// Who lies.
    [[nodiscard]] Lies& liars() noexcept { return liars_; }
    /// The options it was made with.
    [[nodiscard]] const gradient_trainer_options& options() const noexcept { return options_; }

    /// Writes what is needed to go on exactly: step, parameters, the last aggregate, and the momentum of workers and
    /// partitions.
    /// \param to  a binary stream, whose state says afterwards whether it was written
    void save(std::ostream& to) const {
        to.write(reinterpret_cast<const char*>(&steps_), sizeof steps_);
        detail::write_numbers(to, std::span<const number_type>(parameters_));
        detail::write_numbers(to, std::span<const float>(aggregated_));
        for (const std::vector<float>& momentum : momentum_) detail::write_numbers(to, std::span<const float>(momentum));
        for (std::size_t j : computed_) source_.save(to, j);
    }
    /// Reads what save() wrote for the same code, model and options; the next step() is then the one that would have
    /// followed.
    /// \param from  a binary stream
    /// \throws error  it is of another run or ends too early; this trainer must not be used then
    void load(std::istream& from) {
        const std::size_t d = parameters_.size();
        from.read(reinterpret_cast<char*>(&steps_), sizeof steps_);
        const auto read = [&](auto& numbers) {
            detail::read_numbers(from, numbers, d, "gradient_trainer");
            detail::require(numbers.size() == d, "gradient_trainer", "saved numbers", numbers.size(),
                            "must be as many as parameters, ", d);
        };
        read(parameters_);
        read(aggregated_);
        for (std::vector<float>& momentum : momentum_) read(momentum);
        for (std::size_t j : computed_) source_.load(from, j);
    }

private:
    struct packed_tag {};
    using signs = std::conditional_t<sign_source<Source, binary>, binary, ternary>;

    gradient_trainer(packed_tag, packed_allocation code, Source source, std::vector<number_type> start,
                     Aggregator aggregator, Lies liars, gradient_trainer_options options, Executor run)
        : code_(std::move(code)), source_(std::move(source)), parameters_(std::move(start)),
          aggregator_(std::move(aggregator)), liars_(std::move(liars)), options_(std::move(options)), run_(std::move(run)),
          held_(code_.workers()), signs_(code_.partitions(), parameters_.size()), silent_(code_.workers()),
          numbers_(code_.workers(), std::vector<float>(parameters_.size())), messages_(numbers_.begin(), numbers_.end()),
          aggregated_(parameters_.size()) {
        detail::require(source_.partitions() == code_.partitions(), "gradient_trainer", "source.partitions()",
                        source_.partitions(), "must be the code's, ", code_.partitions());
        detail::require(source_.parameters() == parameters_.size(), "gradient_trainer", "start", parameters_.size(),
                        "must have as many parameters as the model, ", source_.parameters());
        detail::require(options_.weight_decay >= 0, "gradient_trainer", "weight_decay", options_.weight_decay,
                        "must be at least 0");
        detail::require(options_.worker_momentum >= 0 && options_.worker_momentum < 1, "gradient_trainer", "worker_momentum",
                        options_.worker_momentum, "must be at least 0 and below 1");
        detail::require(code_.workers() >= aggregator_.least_rows(), "gradient_trainer", "workers", code_.workers(),
                        "must be at least what ", aggregator_.name(), " needs, ", aggregator_.least_rows());
        if (options_.worker_momentum > 0) momentum_ = numbers_;
        std::vector<bool> needed(code_.partitions());
        for (std::size_t i = 0; i < code_.workers(); ++i) {
            for (std::size_t j = 0; j < code_.partitions(); ++j) {
                if (!code_(i, j)) continue;
                held_[i].push_back(j);
                needed[j] = true;
            }
        }
        for (std::size_t j = 0; j < needed.size(); ++j) {
            if (needed[j]) computed_.push_back(j);
        }
        losses_.resize(computed_.size());
    }

    /// Every partition: mini-batch gradient, momentum. Returns the mean loss.
    double take_gradients() {
        run_(computed_.size(), 1, [&](std::size_t first, std::size_t last) {
            const scratch_lease scratch(*this);
            for (std::size_t c = first; c < last; ++c) {
                const std::size_t j = computed_[c];
                losses_[c] = source_.sign(parameters_, steps_, j, signs_[j], *scratch);
                detail::require(source_.reported(j).size() == parameters_.size(), "gradient_trainer", "reported numbers",
                                source_.reported(j).size(), "must be as many as parameters, ", parameters_.size(),
                                ": the source must keep them (keep_reported)");
            }
        });
        double sum = 0;
        for (double loss : losses_) sum += loss;
        return sum / static_cast<double>(losses_.size());
    }

    /// Every worker: the mean of its partitions, its momentum.
    void take_messages() {
        run_(code_.workers(), 1, [&](std::size_t first, std::size_t last) {
            for (std::size_t i = first; i < last; ++i) {
                silent_[i] = held_[i].empty() ? 1 : 0;
                if (silent_[i] != 0) continue;
                take_mean(held_[i], messages_[i]);
                if (options_.worker_momentum > 0) mix(momentum_[i], messages_[i]);
            }
        });
    }

    /// The mean of partitions, summed in double in their order.
    void take_mean(std::span<const std::size_t> partitions, std::span<float> out) const {
        constexpr std::size_t tile = 256;
        const auto number = static_cast<double>(partitions.size());
        for (std::size_t begin = 0; begin < out.size(); begin += tile) {
            const std::size_t count = std::min(tile, out.size() - begin);
            std::array<double, tile> sums{};
            for (std::size_t j : partitions) {
                const number_type* from = source_.reported(j).data() + begin;
                for (std::size_t c = 0; c < count; ++c) sums[c] += static_cast<double>(from[c]);
            }
            for (std::size_t c = 0; c < count; ++c) out[begin + c] = static_cast<float>(sums[c] / number);
        }
    }

    /// A worker's momentum, which becomes its message. Products of floats are exact in double: fused or not makes no
    /// difference.
    void mix(std::span<float> momentum, std::span<float> message) const {
        const auto stays = static_cast<float>(options_.worker_momentum);
        const auto old = static_cast<double>(stays);
        const auto added = static_cast<double>(1 - stays);
        for (std::size_t c = 0; c < message.size(); ++c) {
            momentum[c] =
                static_cast<float>(old * static_cast<double>(momentum[c]) + added * static_cast<double>(message[c]));
            message[c] = momentum[c];
        }
    }

    /// The master: one gradient of the messages that came.
    transport_report aggregate() {
        arrived_.clear();
        for (std::size_t i = 0; i < messages_.size(); ++i) {
            if (silent_[i] == 0) arrived_.push_back(messages_[i]);
        }
        aggregator_(arrived_, aggregated_, workspace_);
        require_finite();
        transport_report report;
        report.vote_bytes = arrived_.size() * gradient_wire_bytes(aggregated_.size());
        report.decision_bytes = messages_.size() * gradient_wire_bytes(aggregated_.size());
        report.absent = messages_.size() - arrived_.size();
        return report;
    }

    void require_finite() const {
        const auto bad = [](float x) { return !std::isfinite(x); };
        const auto found = std::ranges::find_if(aggregated_, bad);
        if (found == aggregated_.end()) return;
        const auto c = static_cast<std::size_t>(found - aggregated_.begin());
        std::string who;
        for (std::size_t i = 0; i < messages_.size() && who.empty(); ++i) {
            if (silent_[i] == 0 && bad(messages_[i][c]))
                who = detail::joined({"; worker ", std::to_string(i), " sent ", detail::shown(messages_[i][c])});
        }
        throw error(
            detail::joined({"election::gradient_trainer: ", aggregator_.name(), " in step ", std::to_string(steps_ + 1),
                            " is ", detail::shown(*found), " at parameter ", std::to_string(c), who,
                            "; a robust aggregator, fewer liars or a shorter step would help"}));
    }

    /// All: a step against the aggregate.
    void take_step() {
        const double length = options_.step(steps_);
        if (options_.weight_decay > 0) {
            const auto stays = static_cast<number_type>(1 - length * options_.weight_decay);
            for (number_type& x : parameters_) x = detail::rounded(x * stays);
        }
        const auto gamma = static_cast<number_type>(length);
        for (std::size_t c = 0; c < parameters_.size(); ++c)
            parameters_[c] -= detail::rounded(gamma * static_cast<number_type>(aggregated_[c]));
    }

    struct scratch_pool {
        std::mutex mutex;
        std::vector<std::unique_ptr<typename Source::workspace>> free;
        std::size_t made = 0;
    };
    /// A thread's scratch memory, from a pool that grows to the number of threads.
    class scratch_lease {
    public:
        explicit scratch_lease(gradient_trainer& owner) : pool_(*owner.pool_) {
            const std::lock_guard lock(pool_.mutex);
            if (pool_.free.empty()) {
                mine_ = std::make_unique<typename Source::workspace>();
                pool_.free.reserve(++pool_.made); // so that giving back cannot fail
            } else {
                mine_ = std::move(pool_.free.back());
                pool_.free.pop_back();
            }
        }
        scratch_lease(const scratch_lease&) = delete;
        scratch_lease& operator=(const scratch_lease&) = delete;
        ~scratch_lease() {
            const std::lock_guard lock(pool_.mutex);
            pool_.free.push_back(std::move(mine_));
        }
        [[nodiscard]] typename Source::workspace& operator*() const noexcept { return *mine_; }

    private:
        scratch_pool& pool_;
        std::unique_ptr<typename Source::workspace> mine_;
    };
    packed_allocation code_;
    Source source_;
    std::vector<number_type> parameters_;
    Aggregator aggregator_;
    Lies liars_;
    gradient_trainer_options options_;
    Executor run_;
    std::vector<std::vector<std::size_t>> held_; ///< by each worker, increasing
    std::vector<std::size_t> computed_;          ///< partitions that somebody holds, increasing
    typename signs::matrix signs_;               ///< of partitions, as their source wants it
    std::vector<double> losses_;
    std::vector<std::uint8_t> silent_;
    std::vector<std::vector<float>> numbers_;
    std::vector<std::span<float>> messages_; ///< of `numbers_`
    std::vector<std::vector<float>> momentum_;
    std::vector<gradient_row> arrived_;
    std::vector<float> aggregated_;
    aggregation_workspace workspace_;
    std::unique_ptr<scratch_pool> pool_ = std::make_unique<scratch_pool>();
    std::uint64_t steps_ = 0;
};

} // namespace election
