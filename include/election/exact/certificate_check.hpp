// SPDX-License-Identifier: MIT
// check_certificate(): replays a certificate against the matrix itself, with code that shares nothing with any search.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <limits>
#include <numeric>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/core/ties.hpp>
#include <election/exact/certificate.hpp>
#include <election/exact/certificate_lines.hpp>
#include <election/exact/certified_circulant.hpp>
#include <election/exact/certified_conflicts.hpp>
#include <election/exact/certified_enumeration.hpp>
#include <election/exact/certified_frontier.hpp>
#include <election/exact/certified_groups.hpp>
#include <election/exact/certified_model.hpp>
#include <election/exact/certified_moments.hpp>
#include <election/exact/certified_problem.hpp>
#include <election/exact/certified_step.hpp>
#include <election/exact/certified_symmetries.hpp>
#include <election/exact/certified_trees.hpp>
#include <election/exact/certified_windows.hpp>
#include <election/exact/certified_witness.hpp>
#include <election/exact/exact_model.hpp>
#include <election/verify/claim.hpp>

namespace election {

/// What to do about proofs that say "enumerate it". All others are always replayed as a whole.
struct certificate_check_options {
    double enumerate_up_to = 5e8;       ///< choices for each truth; if there are more, some of them are drawn at random
    std::uint64_t samples = 10'000'000; ///< then so many, at least 1
    std::uint64_t seed = 1;             ///< of the draws
};

/// What check_certificate() found.
struct certificate_check {
    witness_check witness = witness_check::absent;              ///< whether the claimed election is as bad as claimed
    optimality_check optimality = optimality_check::not_proved; ///< whether all that is claimed is shown
    std::vector<std::string> refutations;                       ///< "line 17: what is false", at most one of the proof
    exact_model model = {};                                     ///< which elections the claim is about
    margin_claim claim = margin_claim::exactly;                 ///< what is claimed …
    std::int64_t margin = 0;                                    ///< … of this number
    std::uint64_t nodes = 0;                                    ///< of search trees
    std::uint64_t lines = 0;                                    ///< of the file, up to the first false one
    std::uint64_t enumerated = 0;                               ///< choices that were tried one by one, of both truths
    std::uint64_t samples = 0; ///< choices of each truth that were drawn at random because all would have been too many
    /// With samples: if more than this part of a truth's choices were worse than is claimed, it would have shown with probability 0.95.
    [[nodiscard]] double undetected() const noexcept {
        return samples == 0 ? 0 : -std::expm1(std::log(0.05) / static_cast<double>(samples));
    }
    /// Whether nothing is false.
    [[nodiscard]] bool holds() const noexcept { return refutations.empty(); }
    /// Whether the claim holds, all of it.
    [[nodiscard]] bool proved() const noexcept { return holds() && optimality == optimality_check::proved; }
};

namespace detail {

/// Reads a certificate from its first line to its last.
class certificate_checker {
public:
    certificate_checker(const packed_allocation& code, std::istream& stream, std::string_view file,
                        const certificate_check_options& options)
        : code_(code), lines_(stream, file), options_(options), random_(options.seed) {}

    [[nodiscard]] certificate_check run() {
        read_head();
        try {
            read_claim();
            while (lines_.rest().starts_with("side ")) read_side();
            if (!lines_.rest().starts_with("sum ")) lines_.malformed("must be a side or 'sum', the checksum");
            require_sides();
            if (result_.optimality != optimality_check::refuted && result_.witness != witness_check::wrong) {
                result_.optimality = result_.samples == 0 ? optimality_check::proved : optimality_check::sampled;
            }
        } catch (const false_step& step) {
            result_.optimality = optimality_check::refuted;
            refute(step.why);
        }
        result_.lines = lines_.number();
        read_sum();
        return std::move(result_);
    }

private:
    [[nodiscard]] const exact_model& model() const noexcept { return result_.model; }

    void refute(std::string_view why) {
        result_.refutations.push_back(joined({"line ", shown(lines_.number()), ": ", why}));
    }

    void read_head() {
        if (!lines_.next()) lines_.malformed("is empty; a certificate begins with 'election certificate 1'");
        if (lines_.rest() != certificate_head) lines_.malformed("must be 'election certificate 1'");
        lines_.require_next("the code");
        lines_.expect("code ", "must be 'code', workers, partitions and a hash");
        constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
        const std::uint64_t workers = lines_.natural(most, "the number of workers");
        lines_.expect(" ", "must be 'code', workers, partitions and a hash");
        const std::uint64_t partitions = lines_.natural(most, "the number of partitions");
        lines_.expect(" ", "must be 'code', workers, partitions and a hash");
        if (workers != code_.workers() || partitions != code_.partitions()) {
            lines_.malformed(
                joined({"the certificate is about ", shown(workers), " workers and ", shown(partitions),
                        " partitions; the matrix has ", shown(code_.workers()), " and ", shown(code_.partitions())}));
        }
        if (lines_.rest() != hash_text(text_hash(code_))) {
            lines_.malformed("the certificate is about another matrix of this size");
        }
        constexpr std::uint64_t most_entries = std::uint64_t{1} << 40; // so that no sum below passes 2^62
        if (workers > most_entries / partitions) lines_.malformed("the matrix is too large for a certificate");
        lines_.require_next("the tie policy");
        lines_.expect("ties ", "must be 'ties' and abstain, positive, negative or coin");
        const auto policy = tie_policy_named(lines_.rest());
        if (!policy) lines_.malformed("must be 'ties' and abstain, positive, negative or coin");
        result_.model = read_certified_model(code_, *policy, lines_);
        lines_.expect("claim margin ", "must be 'claim margin', perhaps 'at least' or 'at most', and a number");
        result_.claim = lines_.take("at least ")  ? margin_claim::at_least
                        : lines_.take("at most ") ? margin_claim::at_most
                                                  : margin_claim::exactly;
        result_.margin = lines_.integer(most, "the margin");
        lines_.expect_end();
    }

    void read_claim() {
        lines_.require_next("a witness or a side");
        if (!lines_.take("witness ")) {
            require_step(result_.claim == margin_claim::at_least, "a witness is missing");
            return;
        }
        const std::string message = read_signs();
        std::string reported = message;
        if (model().corrupted != 0) {
            lines_.require_next("what the partitions report");
            lines_.expect("reported ", "must be 'reported' and a sign for every partition");
            reported = read_signs();
        }
        hold_election(message, reported);
        lines_.require_next("a side or sum");
    }

    /// The rest of the line: a sign for every partition.
    [[nodiscard]] std::string read_signs() const {
        const bool ternary = model().alphabet == sign_alphabet::ternary;
        const std::string_view signs = lines_.rest();
        if (signs.size() != code_.partitions() ||
            signs.find_first_not_of(ternary ? "+-0" : "+-") != std::string_view::npos) {
            lines_.malformed(
                joined({"must have ", shown(code_.partitions()), ternary ? " signs, +, - or 0" : " signs, + or -"}));
        }
        return std::string(signs);
    }

    void hold_election(const std::string& message, const std::string& reported) {
        std::int64_t margin = 0;
        try {
            margin = margin_of_witness(code_, model(), message, reported);
        } catch (const false_step& step) {
            result_.witness = witness_check::wrong;
            return refute(step.why);
        }
        const bool right = result_.claim == margin_claim::exactly   ? margin == result_.margin
                           : result_.claim == margin_claim::at_most ? margin <= result_.margin
                                                                    : margin >= result_.margin;
        result_.witness = right ? witness_check::confirmed : witness_check::wrong;
        if (right) return;
        if (margin < result_.margin) result_.optimality = optimality_check::refuted;
        refute(joined({"the witness has margin ", shown(margin)}));
    }

    void read_side() {
        if (result_.claim == margin_claim::at_most)
            lines_.malformed("a claim of 'at most' has no side: its witness is its proof");
        lines_.expect("side ", "must be a side");
        const int truth = lines_.take("+") ? 1 : -1;
        if (truth < 0) lines_.expect("-", "must be 'side + loss' or 'side - loss' and a number");
        lines_.expect(" loss ", "must be 'side + loss' or 'side - loss' and a number");
        const std::int64_t loss = lines_.integer(std::numeric_limits<std::uint32_t>::max(), "the loss");
        lines_.expect_end();
        bool& done = truth > 0 ? plus_ : minus_;
        if (done) lines_.malformed("the side is there already");
        if (truth < 0 && is_symmetric(model().ties))
            lines_.malformed("has no side of its own: these ties treat both signs alike");
        done = true;
        const certified_problem plain(code_, model(), truth, {});
        require_step(loss - plain.all_votes() >= result_.margin, "so much loss does not show the margin that is claimed");
        const std::int64_t target = plain.largest_below(loss);
        lines_.require_next("a proof");
        if (lines_.rest().starts_with("rows")) return check_trees(truth, target);
        if (lines_.take("constant")) {
            lines_.expect_end();
            std::int64_t least = 0;
            for (const certified_problem::row& r : plain.rows()) least += plain.least_alone(r);
            require_step(least > target, "the votes can turn: the loss may be less");
        } else if (lines_.take("moment ")) {
            replay_moments(code_, model(), truth, target, lines_);
        } else if (lines_.take("conflict")) {
            replay_conflicts(code_, model(), truth, target, lines_);
        } else if (lines_.take("group")) {
            replay_groups(code_, model(), truth, target, lines_);
        } else if (lines_.take("frontier ")) {
            std::vector<std::uint32_t> order;
            lines_.numbers(order, plain.columns(), "a column");
            lines_.expect_end();
            require_step(certified_frontier(plain, target).run(order, lines_), "a choice has no more loss than the target");
        } else if (lines_.take("circulant ")) {
            replay_circulant(plain, target, lines_);
        } else if (lines_.take("windows ")) {
            replay_windows(plain, target, lines_);
        } else if (lines_.take("enumerate")) {
            lines_.expect_end();
            std::vector<std::uint32_t> order(plain.columns());
            std::iota(order.begin(), order.end(), 0U);
            enumerate(plain, target, order, {{}});
        } else if (lines_.take("orbits ")) {
            constexpr std::size_t enough = 20'000;
            const certified_symmetries group(plain, lines_);
            enumerate(plain, target, group.order(), group.prefixes(plain.budget(), enough));
        } else {
            lines_.malformed("must be a proof: rows, constant, moment, conflict, group, frontier, circulant, windows, "
                             "enumerate or orbits");
        }
        lines_.require_next("another side or sum");
    }

    void check_trees(int truth, std::int64_t target) {
        lines_.expect("rows", "must be 'rows' and groups of workers");
        std::vector<std::vector<std::uint32_t>> groups;
        while (lines_.take(" ")) lines_.numbers(groups.emplace_back(), code_.workers(), "a worker");
        lines_.expect_end();
        const certified_problem problem(code_, model(), truth, groups);
        lines_.require_next("the scale");
        lines_.expect("scale ", "must be 'scale' and a number");
        constexpr std::uint64_t most_scale = std::uint64_t{1} << 20;
        const auto scale = static_cast<std::int64_t>(lines_.natural(most_scale, "the scale"));
        lines_.expect_end();
        if (scale == 0) lines_.malformed("the scale must be at least 1");
        lines_.require_next("a tree");
        certified_trees trees(problem, scale, target, groups.size(), lines_);
        result_.nodes += trees.run();
    }

    /// Tries all choices that begin with one of the prefixes, or, if these are too many, some of all choices.
    void enumerate(const certified_problem& problem, std::int64_t target, const std::vector<std::uint32_t>& order,
                   const std::vector<certified_prefix>& prefixes) {
        if (order.size() > certified_enumeration::most_columns) {
            lines_.malformed(joined({"is for ", shown(certified_enumeration::most_columns), " columns at most"}));
        }
        constexpr std::string_view false_because = "a choice has no more loss than the target";
        certified_enumeration choices(problem, order);
        double all = 0;
        for (const certified_prefix& prefix : prefixes) all += choices.choices(prefix);
        if (all > options_.enumerate_up_to) {
            result_.samples = options_.samples;
            require_step(choices.sample_exceeds(target, options_.samples, random_), false_because);
            return;
        }
        result_.enumerated += static_cast<std::uint64_t>(all);
        for (const certified_prefix& prefix : prefixes) require_step(choices.all_exceed(target, prefix), false_because);
    }

    void require_sides() {
        if (result_.claim == margin_claim::at_most) return;
        require_step(plus_, "side + is missing before this line");
        require_step(minus_ || is_symmetric(model().ties), "side - is missing before this line");
    }

    /// The last line: what was read is what was written. After a false step the lines up to it are passed over.
    void read_sum() {
        while (!lines_.rest().starts_with("sum ") && !result_.holds()) lines_.require_next("the line sum");
        lines_.expect("sum ", "must be 'sum', the checksum");
        if (lines_.rest() != hash_text(lines_.hash())) {
            lines_.malformed("the checksum is wrong: the file is damaged or was changed");
        }
        if (lines_.next()) lines_.malformed("is behind the end of the certificate");
    }

    const packed_allocation& code_;
    certificate_lines lines_;
    const certificate_check_options& options_;
    std::mt19937_64 random_;
    certificate_check result_;
    bool plus_ = false;
    bool minus_ = false;
};

} // namespace detail

/// Replays a certificate: the witness, and every step of the proof that no election is worse.
///
/// The code is short, plain and by itself: it rebuilds the question from the matrix and the model and shares nothing with the search but the
/// format. Nothing is rounded. The file is read once and need not fit into memory.
/// \param code     n × k, any 0/1 matrix
/// \param stream   the certificate's text; docs/certificates.md is the format
/// \param file     its name for errors
/// \param options  how much to enumerate, where that is the proof
/// \returns what is proved, or the first line that is false
/// \throws format_error     what the text has is no certificate, one of another matrix, or damaged
/// \throws error            the matrix is not 0/1
/// \throws parameter_error  no samples
/// \par Complexity
/// A node of a search tree takes O(ones + k·n/64) at most, a choice of an enumeration O(n/8); others as docs/certificates.md says
///
/// \code
/// auto code = election::uncoded(3);
/// auto proof = election::certificate_about(code);
/// proof.claim = election::margin_claim::at_least;
/// proof.margin = 2; // it is 1
/// proof.sides.push_back({1, 5, election::constant_lines()});
/// std::stringstream file;
/// election::write_certificate(file, proof);
/// auto checked = election::check_certificate(code, file);
/// assert(checked.refutations[0] == "line 6: the votes can turn: the loss may be less");
/// \endcode
template <allocation A>
[[nodiscard]] certificate_check check_certificate(const A& code, std::istream& stream, std::string_view file = "certificate",
                                                  const certificate_check_options& options = {}) {
    const packed_allocation& matrix = packed(code);
    detail::require(options.samples >= 1, "check_certificate", "samples", options.samples, "must be at least 1");
    return detail::certificate_checker(matrix, stream, file, options).run();
}

/// The same for a text in memory.
template <allocation A>
[[nodiscard]] certificate_check check_certificate(const A& code, const std::string& text,
                                                  std::string_view file = "certificate",
                                                  const certificate_check_options& options = {}) {
    std::istringstream stream(text);
    return check_certificate(code, stream, file, options);
}

} // namespace election
