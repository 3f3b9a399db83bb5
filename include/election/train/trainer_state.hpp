// SPDX-License-Identifier: MIT
// trainer_state: what is needed to go on exactly, in parts that processes which share a run can bring together.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <map>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <election/core/error.hpp>

namespace election {

/// The state of a training run: what all processes have alike, and what belongs to a worker or to a partition, by its index. The
/// states that processes saved are merged into that of the whole run (merge_states()), which any process can load, whatever its
/// share is.
///
/// \code
/// election::trainer_state first, second;
/// first.partitions[0] = "a";
/// second.partitions[1] = "b";
/// const election::trainer_state whole = election::merge_states({first, second});
/// std::stringstream file;
/// whole.write(file);
/// assert(election::trainer_state::read(file) == whole && whole.partitions.size() == 2);
/// \endcode
struct trainer_state {
    std::uint64_t step = 0;                        ///< rounds held
    std::uint64_t skipped = 0;                     ///< rounds in which the process that saved computed nothing
    std::string common;                            ///< parameters
    std::map<std::size_t, std::string> workers;    ///< of workers whose votes were computed: their momentum
    std::map<std::size_t, std::string> partitions; ///< of partitions that were computed: their momentum, their last signs

    std::map<std::size_t, std::string> lies = {}; ///< of partitions that liars compute once more: what they remember of them

    /// Whether all is the same.
    friend bool operator==(const trainer_state&, const trainer_state&) = default;

    /// Writes it. \param to  a binary stream, whose state says afterwards whether it was written
    void write(std::ostream& to) const {
        to.write(magic.data(), static_cast<std::streamsize>(magic.size()));
        put_number(to, step);
        put_number(to, skipped);
        put_text(to, common);
        for (const auto* parts : {&workers, &partitions, &lies}) {
            put_number(to, parts->size());
            for (const auto& [index, state] : *parts) {
                put_number(to, index);
                put_text(to, state);
            }
        }
    }
    /// Reads what write() wrote.
    /// \throws error  it is something else, or ends too early
    [[nodiscard]] static trainer_state read(std::istream& from) {
        std::string begin(magic.size(), '\0');
        from.read(begin.data(), static_cast<std::streamsize>(begin.size()));
        if (!from || begin != magic) throw error("election::trainer_state: this is no saved state of a trainer");
        trainer_state state;
        state.step = get_number(from);
        state.skipped = get_number(from);
        state.common = get_text(from);
        for (auto* parts : {&state.workers, &state.partitions, &state.lies}) {
            for (std::uint64_t count = get_number(from); count > 0; --count) {
                const std::uint64_t index = get_number(from);
                (*parts)[static_cast<std::size_t>(index)] = get_text(from);
            }
        }
        return state;
    }

private:
    static constexpr std::string_view magic = "ETRAIN3\n";

    static void put_number(std::ostream& to, std::uint64_t number) {
        to.write(reinterpret_cast<const char*>(&number), sizeof number);
    }
    static void put_text(std::ostream& to, const std::string& text) {
        put_number(to, text.size());
        to.write(text.data(), static_cast<std::streamsize>(text.size()));
    }
    static void require_more(std::istream& from) {
        if (!from) throw error("election::trainer_state: the saved state ends too early");
    }
    static std::uint64_t get_number(std::istream& from) {
        std::uint64_t number = 0;
        from.read(reinterpret_cast<char*>(&number), sizeof number);
        require_more(from);
        return number;
    }
    /// Piece by piece, since a damaged length must not ask for more memory than there are bytes.
    static std::string get_text(std::istream& from) {
        constexpr std::uint64_t piece = std::uint64_t{1} << 20U;
        std::string text;
        for (std::uint64_t left = get_number(from); left > 0;) {
            const auto now = static_cast<std::size_t>(std::min(left, piece));
            const std::size_t before = text.size();
            text.resize(before + now);
            from.read(text.data() + before, static_cast<std::streamsize>(now));
            require_more(from);
            left -= now;
        }
        return text;
    }
};

/// The state of the whole run.
///
/// A process that was late in some steps did not compute their gradients, so that the momentum of its partitions is behind: where
/// several processes have a partition or worker, or their liars remember one, that of the one that skipped fewest steps counts,
/// and of these the first's.
/// \param states  of processes, in the order of their ranks
/// \throws parameter_error  no state, or one of another step
/// \par Complexity
/// O(parts · log parts)
[[nodiscard]] inline trainer_state merge_states(std::vector<trainer_state> states) {
    detail::require(!states.empty(), "merge_states", "states", states.size(), "must be at least one");
    std::ranges::stable_sort(states, {}, &trainer_state::skipped);
    trainer_state whole = std::move(states.front());
    for (std::size_t i = 1; i < states.size(); ++i) {
        detail::require(states[i].step == whole.step, "merge_states", "step", states[i].step, "must be the same, ",
                        whole.step);
        whole.workers.merge(std::move(states[i].workers));
        whole.partitions.merge(std::move(states[i].partitions));
        whole.lies.merge(std::move(states[i].lies));
    }
    return whole;
}

} // namespace election
