// SPDX-License-Identifier: MIT
// What liars send where whole gradients are sent, not signs.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include <election/core/error.hpp>
#include <election/core/random.hpp>
#include <election/models/alie_attack.hpp>
#include <election/models/ipm_attack.hpp>
#include <election/models/liars.hpp>
#include <election/models/mimic_attack.hpp>
#include <election/packing/float_lanes.hpp>
#include <election/train/lies.hpp>

namespace election {

/// What stands in a round of full gradients when honest messages have been computed: what liars may look at, and what they
/// change.
struct gradient_round {
    std::uint64_t step;                         ///< from 0
    std::span<const std::span<float>> messages; ///< d floats of each of the n workers
    std::span<std::uint8_t> silent;             ///< one a worker: 1 for those who send nothing
};

/// Liars send their own message multiplied by a factor: any number, an infinity or NaN.
struct gradient_scaling {
    double factor; ///< −1 is reverse_attack
};

/// Liars send the same number everywhere: the directional attack, or NaN or infinity.
struct gradient_constant {
    float value = 1; ///< any number, an infinity or NaN
};

/// Liars send independent normal numbers instead of their message.
struct gradient_random {
    double sigma = 0; ///< standard deviation, at least 0; 0: so that the norm is about that of their honest message
};

/// Liars add independent normal numbers to their message.
struct gradient_gaussian {
    double sigma; ///< standard deviation, finite and at least 0
};

/// Liars send nothing.
struct gradient_silence {};

namespace detail {

inline constexpr std::uint64_t gradient_lie_stream = std::uint64_t{0x11E} << 40U;

/// Calls work(c, z) for c = 0 … d − 1 with independent normal numbers z of variance 1 (Box and Muller, 1958), a pure
/// function of all that is given; platforms whose sin, cos or log differ in the last digit give numbers that differ there.
template <class Work>
void with_normal_numbers(std::uint64_t seed, std::uint64_t step, std::size_t worker, std::size_t d, const Work& work) {
    const counter_random random(seed, gradient_lie_stream + worker);
    const std::uint64_t pairs = (d + 1) / 2;
    const auto uniform = [&](std::uint64_t index) {
        return std::ldexp(static_cast<double>(random(index) >> 11U) + 0.5, -53);
    };
    for (std::uint64_t pair = 0; pair < pairs; ++pair) {
        const std::uint64_t index = 2 * (step * pairs + pair);
        constexpr double two_pi = 6.283185307179586476925;
        const double radius = std::sqrt(-2 * std::log(uniform(index)));
        const double angle = two_pi * uniform(index + 1);
        const auto c = static_cast<std::size_t>(2 * pair);
        work(c, radius * std::cos(angle));
        if (c + 1 < d) work(c + 1, radius * std::sin(angle));
    }
}

/// Workers who neither lie nor are silent.
inline std::vector<std::size_t> honest_senders(const gradient_round& round, std::span<const std::size_t> liars) {
    std::vector<std::size_t> honest;
    for (std::size_t i = 0; i < round.messages.size(); ++i) {
        if (round.silent[i] == 0 && !std::ranges::binary_search(liars, i)) honest.push_back(i);
    }
    return honest;
}

/// All liars send lie(mean, std) of what honest workers sent, coordinate by coordinate; std is that of the population.
/// Where nobody is honest, liars send their own.
template <class Lie>
void send_of_moments(const gradient_round& round, std::span<const std::size_t> liars, const Lie& lie) {
    const std::vector<std::size_t> honest = honest_senders(round, liars);
    if (honest.empty() || liars.empty()) return;
    const auto number = static_cast<double>(honest.size());
    const std::size_t d = round.messages.front().size();
    constexpr std::size_t tile = 256;
    std::array<double, tile> mean{};
    std::array<double, tile> squares{};
    for (std::size_t begin = 0; begin < d; begin += tile) {
        const std::size_t count = std::min(tile, d - begin);
        mean.fill(0);
        squares.fill(0);
        for (std::size_t i : honest) {
            for (std::size_t c = 0; c < count; ++c) mean[c] += static_cast<double>(round.messages[i][begin + c]);
        }
        for (std::size_t c = 0; c < count; ++c) mean[c] /= number;
        for (std::size_t i : honest) {
            for (std::size_t c = 0; c < count; ++c) {
                const double difference = static_cast<double>(round.messages[i][begin + c]) - mean[c];
                squares[c] += rounded(difference * difference);
            }
        }
        for (std::size_t c = 0; c < count; ++c) {
            const auto sent = static_cast<float>(lie(mean[c], std::sqrt(squares[c] / number)));
            for (std::size_t liar : liars) round.messages[liar][begin + c] = sent;
        }
    }
}

} // namespace detail

/// \{
/// Turns the honest messages of liars into what they send.
/// \param attack  what that is
/// \param round   honest messages; those of liars are changed
/// \param liars   who lies, increasing; each below the number of messages
/// \param seed    of attacks that draw: what is sent is a pure function of seed, step, worker and the honest messages
/// \throws parameter_error  parameters of the attack that are not allowed
/// \par Complexity
/// O(n·d); attacks that look at nobody else O(b·d)
inline void send_lies([[maybe_unused]] const reverse_attack& attack, const gradient_round& round,
                      std::span<const std::size_t> liars, [[maybe_unused]] std::uint64_t seed) {
    for (std::size_t liar : liars) {
        for (float& x : round.messages[liar]) x = -x;
    }
}
inline void send_lies(const gradient_scaling& attack, const gradient_round& round, std::span<const std::size_t> liars,
                      [[maybe_unused]] std::uint64_t seed) {
    for (std::size_t liar : liars) {
        for (float& x : round.messages[liar]) x = static_cast<float>(attack.factor * static_cast<double>(x));
    }
}
inline void send_lies(const gradient_constant& attack, const gradient_round& round, std::span<const std::size_t> liars,
                      [[maybe_unused]] std::uint64_t seed) {
    for (std::size_t liar : liars) std::ranges::fill(round.messages[liar], attack.value);
}
/// +1 or −1 everywhere.
inline void send_lies(const directional_attack& attack, const gradient_round& round, std::span<const std::size_t> liars,
                      std::uint64_t seed) {
    detail::require(attack.sign == 1 || attack.sign == -1, "directional", "sign", attack.sign, "must be 1 or -1");
    send_lies(gradient_constant{static_cast<float>(attack.sign)}, round, liars, seed);
}
inline void send_lies(const gradient_random& attack, const gradient_round& round, std::span<const std::size_t> liars,
                      std::uint64_t seed) {
    detail::require(attack.sigma >= 0 && std::isfinite(attack.sigma), "random", "sigma", attack.sigma,
                    "must be a finite number, at least 0");
    for (std::size_t liar : liars) {
        const std::span<float> message = round.messages[liar];
        double squares = 0;
        for (float x : message) squares += static_cast<double>(x) * static_cast<double>(x);
        const double sigma = attack.sigma > 0 ? attack.sigma : std::sqrt(squares / static_cast<double>(message.size()));
        detail::with_normal_numbers(seed, round.step, liar, message.size(),
                                    [&](std::size_t c, double z) { message[c] = static_cast<float>(sigma * z); });
    }
}
inline void send_lies(const gradient_gaussian& attack, const gradient_round& round, std::span<const std::size_t> liars,
                      std::uint64_t seed) {
    detail::require(attack.sigma >= 0 && std::isfinite(attack.sigma), "gaussian", "sigma", attack.sigma,
                    "must be a finite number, at least 0");
    for (std::size_t liar : liars) {
        const std::span<float> message = round.messages[liar];
        detail::with_normal_numbers(seed, round.step, liar, message.size(), [&](std::size_t c, double z) {
            message[c] = static_cast<float>(static_cast<double>(message[c]) + detail::rounded(attack.sigma * z));
        });
    }
}
/// Mean − τ·std of the honest messages, coordinate by coordinate; std is that of the population.
inline void send_lies(const alie_attack& attack, const gradient_round& round, std::span<const std::size_t> liars,
                      [[maybe_unused]] std::uint64_t seed) {
    detail::require(std::isfinite(attack.tau), "alie", "tau", attack.tau, "must be a finite number");
    detail::send_of_moments(round, liars,
                            [&](double mean, double deviation) { return mean - detail::rounded(attack.tau * deviation); });
}
/// −τ·mean of the honest messages.
inline void send_lies(const ipm_attack& attack, const gradient_round& round, std::span<const std::size_t> liars,
                      [[maybe_unused]] std::uint64_t seed) {
    detail::require(std::isfinite(attack.tau) && attack.tau > 0, "ipm", "tau", attack.tau,
                    "must be a finite number, more than 0");
    detail::send_of_moments(round, liars,
                            [&](double mean, [[maybe_unused]] double deviation) { return -attack.tau * mean; });
}
/// The message of the honest worker with the smallest number.
inline void send_lies([[maybe_unused]] const mimic_attack& attack, const gradient_round& round,
                      std::span<const std::size_t> liars, [[maybe_unused]] std::uint64_t seed) {
    const std::vector<std::size_t> honest = detail::honest_senders(round, liars);
    if (honest.empty()) return;
    for (std::size_t liar : liars) {
        std::ranges::copy(round.messages[honest.front()], round.messages[liar].begin());
        round.silent[liar] = 0;
    }
}
inline void send_lies([[maybe_unused]] const gradient_silence& attack, const gradient_round& round,
                      std::span<const std::size_t> liars, [[maybe_unused]] std::uint64_t seed) {
    for (std::size_t liar : liars) round.silent[liar] = 1;
}
/// The attack that a variant holds.
template <class... Attacks>
void send_lies(const std::variant<Attacks...>& attack, const gradient_round& round, std::span<const std::size_t> liars,
               std::uint64_t seed) {
    std::visit([&](const auto& one) { send_lies(one, round, liars, seed); }, attack);
}
/// \}

/// An attack on messages that are whole gradients.
///
/// Holds when: send_lies(attack, round, liars, seed), a function in the attack's namespace or here, changes the messages
/// and the silence of the liars and of nobody else. Example: alie_attack. Non-example: flip_attack, which is of signs.
template <class A>
concept message_attack = requires(const A& attack, const gradient_round& round, std::span<const std::size_t> liars,
                                  std::uint64_t seed) {
    send_lies(attack, round, liars, seed);
};

/// Who lies in a round of full gradients, and how.
///
/// Holds when: `l.liars(step)` are the workers who lie in that step, increasing; `l.lie(round)` changes the messages and
/// the silence of those and of nobody else. Example: honest, gradient_liars. Non-example: an attack, which does not say who
/// lies.
template <class L>
concept gradient_lies = requires(L& l, std::uint64_t step, const gradient_round& round) {
    { l.liars(step) } -> std::convertible_to<std::span<const std::size_t>>;
    l.lie(round);
};

/// The same workers in every step.
///
/// \code
/// assert(election::fixed_liars({3, 1}).liars(7)[0] == 1);
/// \endcode
class fixed_liars {
public:
    /// \param liars  different workers, in any order
    /// \throws parameter_error  one is named twice
    explicit fixed_liars(std::vector<std::size_t> liars) : liars_(std::move(liars)) {
        std::ranges::sort(liars_);
        const auto twice = std::ranges::adjacent_find(liars_);
        detail::require(twice == liars_.end(), "fixed_liars", "liar", twice == liars_.end() ? 0 : *twice,
                        "must be named once");
    }
    /// All of them, increasing.
    /// \param step  makes no difference
    [[nodiscard]] std::span<const std::size_t> liars([[maybe_unused]] std::uint64_t step) const noexcept { return liars_; }

private:
    std::vector<std::size_t> liars_;
};

/// Liars who make their messages by an attack.
///
/// \code
/// election::gradient_liars liars(election::ipm_attack{2}, election::fixed_liars({1}));
/// std::vector<float> honest{1, -3}, lie{1, -3};
/// const std::vector<std::span<float>> messages{honest, lie};
/// std::vector<std::uint8_t> silent(2);
/// liars.lie({0, messages, silent});
/// assert(lie[0] == -2 && lie[1] == 6 && honest[1] == -3);
/// \endcode
/// \tparam Attack    a message_attack, or a std::variant of some
/// \tparam Schedule  says who lies in a step, increasing, by liars(step)
template <message_attack Attack, class Schedule = fixed_liars>
class gradient_liars {
public:
    /// \param attack    what they send
    /// \param schedule  who lies when
    /// \param seed      of attacks that draw
    gradient_liars(Attack attack, Schedule schedule, std::uint64_t seed = 1)
        : attack_(std::move(attack)), schedule_(std::move(schedule)), seed_(seed) {}

    /// Who lies in a step.
    /// \param step  from 0
    [[nodiscard]] std::span<const std::size_t> liars(std::uint64_t step) { return schedule_.liars(step); }
    /// Replaces what they send in round.step.
    /// \param round  honest messages; those of liars are changed
    /// \throws parameter_error  a liar that is no worker, parameters of the attack that are not allowed
    void lie(const gradient_round& round) {
        const std::span<const std::size_t> who = liars(round.step);
        if (who.empty()) return;
        detail::require(who.back() < round.messages.size(), "gradient_liars", "liar", who.back(),
                        "must be below the number of workers, ", round.messages.size());
        send_lies(attack_, round, who, seed_);
    }

private:
    Attack attack_;
    Schedule schedule_;
    std::uint64_t seed_;
};

} // namespace election
