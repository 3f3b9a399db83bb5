// SPDX-License-Identifier: MIT
// check_claim(): holds what somebody says about a code's worst election against the matrix itself, by the definition alone.
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/core/ties.hpp>
#include <election/verify/verdict.hpp>

namespace election {

/// What is claimed about a code's worst election; what is not claimed is empty. Made from a verdict by claim_of().
struct claim {
    std::size_t workers = 0;                  ///< n
    std::size_t partitions = 0;               ///< k
    tie_policy ties = tie_policy::abstain;    ///< how tied workers vote
    bool exact = false;                       ///< whether `margin` is said to be the smallest of all elections
    std::optional<std::uint64_t> ones;        ///< ones in the matrix
    std::optional<double> redundancy;         ///< ones divided by partitions
    std::optional<std::uint64_t> max_load;    ///< the largest load of a worker
    std::optional<std::int64_t> margin;       ///< that of the witness, the smallest of all if `exact`
    std::optional<std::int64_t> margin_lower; ///< no election is said to have a smaller margin
    std::optional<std::int64_t> tolerance;    ///< b*, or −1
    std::optional<std::int64_t> liars;        ///< the number that `tolerates` is about, 0 or more
    std::optional<bool> tolerates;            ///< whether so many liars are tolerated
    std::optional<std::string> witness;       ///< '+' and '-' (and '0' where signs are ternary), one a partition
    std::optional<std::string> witness_votes; ///< '+', '-' and '0', one a worker
};

/// What became of the claimed witness.
enum class witness_check : std::uint8_t {
    confirmed, ///< an election with exactly the claimed votes and margin
    wrong,     ///< no election, or one with other votes or another margin
    absent     ///< none is given
};

/// What became of the claim that no election is worse.
enum class optimality_check : std::uint8_t {
    proved,    ///< shown by a proof in the file
    sampled,   ///< elections that the file says were enumerated were examined at random, and none was worse: no proof
    refuted,   ///< the witness is worse than the claim allows, or the claim contradicts itself
    not_proved ///< neither: a witness shows that a margin occurs, not that no smaller one does
};

/// The name that results use: "confirmed", "wrong" or "absent".
[[nodiscard]] constexpr std::string_view name_of(witness_check check) noexcept {
    return check == witness_check::confirmed ? "confirmed" : check == witness_check::wrong ? "wrong" : "absent";
}
/// The name that results use: "proved", "sampled", "refuted" or "not proved by this file".
[[nodiscard]] constexpr std::string_view name_of(optimality_check check) noexcept {
    return check == optimality_check::proved    ? "proved"
           : check == optimality_check::sampled ? "sampled"
           : check == optimality_check::refuted ? "refuted"
                                                : "not proved by this file";
}

/// What check_claim() found.
struct claim_check {
    witness_check witness = witness_check::absent;              ///< whether the claimed election is as claimed
    optimality_check optimality = optimality_check::not_proved; ///< whether no election is worse
    std::vector<std::string> refutations; ///< one line for each thing that is claimed and false, "what: why"
    /// Whether nothing that is claimed is false. It may still be unproved.
    [[nodiscard]] bool holds() const noexcept { return refutations.empty(); }
};

namespace detail {

/// Votes and margin of a claimed election.
struct held_election {
    std::string votes; ///< '+', '-' and '0', one a worker
    std::int64_t margin = 0;
};

/// By what votes are counted: all in which models differ. `reasons` gets a line for each thing that is claimed and false.
///  - has_zeros(): whether partitions may report 0, too
///  - is_one_vote_each(): whether each worker has one vote, so that a number of liars means something
///  - all_votes(): all votes together; no margin is larger
///  - refute_parts_alone(reasons): for parts of an election that are claimed without a witness
///  - hold(witness, reasons): the election of a message with a truth; nothing if there is none
template <class R>
concept claim_rules = requires(const R& rules, const std::string& witness, std::vector<std::string>& reasons) {
    { rules.has_zeros() } -> std::same_as<bool>;
    { rules.is_one_vote_each() } -> std::same_as<bool>;
    { rules.all_votes() } -> std::same_as<std::int64_t>;
    { rules.refute_parts_alone(reasons) } -> std::same_as<void>;
    { rules.hold(witness, reasons) } -> std::same_as<std::optional<held_election>>;
};

/// The rules without a model: each worker votes once, and partitions report the message.
class plain_claim_rules {
public:
    plain_claim_rules(const packed_allocation& code, tie_policy ties) : code_(code), ties_(ties) {}

    [[nodiscard]] static bool has_zeros() noexcept { return false; }
    [[nodiscard]] static bool is_one_vote_each() noexcept { return true; }
    [[nodiscard]] std::int64_t all_votes() const noexcept { return static_cast<std::int64_t>(code_.workers()); }
    static void refute_parts_alone(std::vector<std::string>&) noexcept {}
    [[nodiscard]] std::optional<held_election> hold(const std::string& witness, std::vector<std::string>&) const {
        std::ptrdiff_t signs = 0;
        for (char sign : witness) signs += sign == '+' ? 1 : -1;
        const char truth = signs > 0 ? '+' : '-';
        held_election held;
        for (std::size_t i = 0; i < code_.workers(); ++i) {
            std::ptrdiff_t sum = 0;
            for (std::size_t j = 0; j < code_.partitions(); ++j) {
                if (code_(i, j)) sum += witness[j] == '+' ? 1 : -1;
            }
            const char vote = sum > 0 ? '+' : sum < 0 ? '-' : vote_of_tie();
            held.votes += vote;
            if (vote == truth) {
                ++held.margin;
            } else if (vote != '0' || ties_ == tie_policy::coin) {
                --held.margin;
            }
        }
        return held;
    }

private:
    [[nodiscard]] char vote_of_tie() const noexcept {
        return ties_ == tie_policy::positive ? '+' : ties_ == tie_policy::negative ? '-' : '0';
    }

    const packed_allocation& code_;
    tie_policy ties_;
};

/// What is wrong with the first sign that is none. \returns nothing if all are signs
[[nodiscard]] inline std::optional<std::string> strange_sign(const std::string& name, const std::string& signs,
                                                             bool has_zeros) {
    const auto strange = signs.find_first_not_of(has_zeros ? "+-0" : "+-");
    if (strange == std::string::npos) return std::nullopt;
    return name + ": the sign of partition " + shown(strange) + " must be " + (has_zeros ? "+, - or 0" : "+ or -");
}

/// Recomputes a claimed election and gathers what is false. It shares no code with the search for worst elections.
template <claim_rules Rules>
class claim_checker {
public:
    claim_checker(const packed_allocation& code, const claim& claimed, Rules rules)
        : code_(code), claimed_(claimed), rules_(std::move(rules)) {}

    [[nodiscard]] claim_check run() {
        check_costs();
        check_witness();
        check_consistency();
        return std::move(result_);
    }

private:
    void refute(std::string reason) { result_.refutations.push_back(std::move(reason)); }
    void refute_witness(std::string reason) {
        result_.witness = witness_check::wrong;
        refute(std::move(reason));
    }
    void refute_witness(std::vector<std::string> reasons) {
        for (std::string& reason : reasons) refute_witness(std::move(reason));
    }
    void refute_optimality(std::string reason) {
        result_.optimality = optimality_check::refuted;
        refute(std::move(reason));
    }

    void check_costs() {
        std::size_t ones = 0;
        std::size_t max_load = 0;
        for (std::size_t i = 0; i < code_.workers(); ++i) {
            std::size_t load = 0;
            for (std::size_t j = 0; j < code_.partitions(); ++j) load += code_(i, j) ? 1U : 0U;
            ones += load;
            max_load = std::max(max_load, load);
        }
        const double redundancy = static_cast<double>(ones) / static_cast<double>(code_.partitions());
        constexpr double rounding = 1e-9;
        if (claimed_.redundancy && !(std::abs(*claimed_.redundancy - redundancy) <= rounding * std::max(1.0, redundancy))) {
            refute("redundancy: " + digits_of(*claimed_.redundancy) + " is claimed, the matrix has " +
                   digits_of(redundancy));
        }
        if (claimed_.ones && *claimed_.ones != ones) {
            refute("ones: " + shown(*claimed_.ones) + " is claimed, the matrix has " + shown(ones));
        }
        if (claimed_.max_load && *claimed_.max_load != max_load) {
            refute("max_load: " + shown(*claimed_.max_load) + " is claimed, the matrix has " + shown(max_load));
        }
    }

    void check_witness() {
        std::vector<std::string> reasons;
        if (!claimed_.witness) {
            if (claimed_.witness_votes) refute_witness("witness_votes: votes are claimed without a witness");
            rules_.refute_parts_alone(reasons);
            return refute_witness(std::move(reasons));
        }
        if (!is_election(*claimed_.witness)) return;
        result_.witness = witness_check::confirmed;
        const std::optional<held_election> held = rules_.hold(*claimed_.witness, reasons);
        refute_witness(std::move(reasons));
        if (!held) return;
        const std::int64_t margin = held->margin;
        if (claimed_.witness_votes && *claimed_.witness_votes != held->votes) {
            refute_witness("witness_votes: " + printable(*claimed_.witness_votes) + " is claimed, the workers vote " +
                           held->votes);
        }
        if (claimed_.margin && *claimed_.margin != margin) {
            refute_witness("margin: " + shown(*claimed_.margin) + " is claimed, the witness has " + shown(margin));
            if (margin < *claimed_.margin) result_.optimality = optimality_check::refuted;
        }
        if (claimed_.margin == margin) return; // the rest follows from the claimed margin, see check_consistency()
        if (claimed_.margin_lower && margin < *claimed_.margin_lower) {
            refute_optimality("margin_lower: " + shown(*claimed_.margin_lower) + " is claimed, the witness has margin " +
                              shown(margin));
        }
        if (rules_.is_one_vote_each() && claimed_.tolerates && claimed_.liars && *claimed_.tolerates &&
            !exceeds_liars(margin)) {
            refute_optimality("tolerates: true is claimed (liars = " + shown(*claimed_.liars) +
                              "), the witness has margin " + shown(margin));
        }
    }

    [[nodiscard]] bool is_election(const std::string& witness) {
        if (witness.size() != code_.partitions()) {
            refute_witness("witness: " + shown(witness.size()) + " signs are claimed, the matrix has " +
                           shown(code_.partitions()) + " partitions");
            return false;
        }
        if (auto strange = strange_sign("witness", witness, rules_.has_zeros())) {
            refute_witness(*std::move(strange));
            return false;
        }
        if (std::count(witness.begin(), witness.end(), '+') == std::count(witness.begin(), witness.end(), '-')) {
            refute_witness("witness: as many + as -, such a message has no truth");
            return false;
        }
        return true;
    }

    [[nodiscard]] bool exceeds_liars(std::int64_t margin) const noexcept {
        return margin > 0 && (margin - 1) / 2 >= *claimed_.liars;
    }

    void check_consistency() {
        const std::int64_t most = rules_.all_votes();
        if (claimed_.margin && (*claimed_.margin > most || *claimed_.margin < -most)) {
            refute_optimality("margin: " + shown(*claimed_.margin) + " is claimed, it must be " + shown(-most) + " to " +
                              shown(most) + " with so many " + (rules_.is_one_vote_each() ? "workers" : "votes"));
        }
        if (!rules_.is_one_vote_each()) {
            check_no_liars();
        } else if (claimed_.tolerance && !claimed_.exact) {
            refute_optimality("tolerance: " + shown(*claimed_.tolerance) + " is claimed, but exact is false");
        } else if (claimed_.tolerance && claimed_.margin) {
            const std::int64_t tolerance = *claimed_.margin <= 0 ? -1 : (*claimed_.margin - 1) / 2;
            if (*claimed_.tolerance != tolerance) {
                refute_optimality("tolerance: " + shown(*claimed_.tolerance) + " is claimed, a margin of " +
                                  shown(*claimed_.margin) + " gives " + shown(tolerance));
            }
        }
        if (claimed_.exact && rules_.is_one_vote_each() && (!claimed_.margin || !claimed_.tolerance)) {
            refute_optimality("exact: true is claimed without a margin and a tolerance");
        } else if (claimed_.exact && !claimed_.margin) {
            refute_optimality("exact: true is claimed without a margin");
        }
        if (claimed_.margin && claimed_.margin_lower &&
            (*claimed_.margin_lower > *claimed_.margin || (claimed_.exact && *claimed_.margin_lower != *claimed_.margin))) {
            refute_optimality("margin_lower: " + shown(*claimed_.margin_lower) + " contradicts " +
                              (claimed_.exact ? "an exact" : "a") + " margin of " + shown(*claimed_.margin));
        }
        if (rules_.is_one_vote_each() && claimed_.tolerates && claimed_.liars && claimed_.margin) {
            const bool tolerated = exceeds_liars(*claimed_.margin);
            const bool settled = claimed_.exact || !tolerated; // a witness that fails settles the question, too
            if (settled && tolerated != *claimed_.tolerates) {
                refute_optimality("tolerates: " + truth_value(!tolerated) +
                                  " is claimed (liars = " + shown(*claimed_.liars) + "), a margin of " +
                                  shown(*claimed_.margin) + " says " + truth_value(tolerated));
            }
        }
    }

    /// Where workers weigh differently, nothing can be said of a number of liars.
    void check_no_liars() {
        const char* because = "liars that weigh differently have no number";
        if (claimed_.tolerance) {
            refute_optimality("tolerance: " + shown(*claimed_.tolerance) + " is claimed, but " + because);
        }
        if (claimed_.tolerates) {
            refute_optimality("tolerates: " + truth_value(*claimed_.tolerates) + " is claimed, but " + because);
        }
    }

    [[nodiscard]] static std::string truth_value(bool value) { return value ? "true" : "false"; }

    /// The fewest digits that read back as the same value.
    [[nodiscard]] static std::string digits_of(double value) {
        char buffer[32];
        return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
    }

    [[nodiscard]] static std::string printable(const std::string& text) {
        const bool plain = text.find_first_not_of("+-0") == std::string::npos;
        return plain && !text.empty() ? text : "something else than votes";
    }

    const packed_allocation& code_;
    const claim& claimed_;
    Rules rules_;
    claim_check result_;
};

} // namespace detail

/// States a verdict as a claim about its code, for check_claim(). O(n + k).
/// \returns everything in the verdict but the answer to verify_options::tolerates, whose number of liars it does not keep
[[nodiscard]] inline claim claim_of(const verdict& found) {
    claim claimed;
    claimed.workers = found.workers;
    claimed.partitions = found.partitions;
    claimed.ties = found.ties;
    claimed.exact = found.exact;
    claimed.margin_lower = found.margin_lower;
    if (found.tolerance) claimed.tolerance = *found.tolerance;
    if (!found.witness.empty()) {
        claimed.margin = found.margin;
        claimed.witness = to_string(found.witness);
        claimed.witness_votes = to_string(found.witness_votes);
    }
    return claimed;
}

/// Checks a claim against the matrix: holds the claimed witness as an election and compares votes, margin and costs, and the
/// claim with itself.
///
/// A confirmed witness shows that the smallest margin is at most the claimed one; that it is not less takes a proof, which a
/// plain claim does not contain.
/// \param code     n × k, any 0/1 matrix
/// \param claimed  about that matrix; any text may stand for a witness
/// \returns what is confirmed and everything that is false
/// \throws error  the claim is about another number of workers or partitions, or the matrix is not 0/1
/// \par Complexity
/// O(n·k)
///
/// \code
/// auto code = election::deterministic(5, 1);
/// auto checked = election::check_claim(code, election::claim_of(election::verify_reference(code)));
/// assert(checked.holds() && checked.witness == election::witness_check::confirmed);
/// \endcode
template <allocation A>
[[nodiscard]] claim_check check_claim(const A& code, const claim& claimed) {
    const packed_allocation& matrix = packed(code);
    if (claimed.workers != matrix.workers() || claimed.partitions != matrix.partitions()) {
        throw error("election::check_claim: the claim is about " + detail::shown(claimed.workers) + " workers and " +
                    detail::shown(claimed.partitions) + " partitions; the matrix has " + detail::shown(matrix.workers()) +
                    " and " + detail::shown(matrix.partitions()));
    }
    return detail::claim_checker(matrix, claimed, detail::plain_claim_rules(matrix, claimed.ties)).run();
}

} // namespace election
