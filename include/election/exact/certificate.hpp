// SPDX-License-Identifier: MIT
// certificate: a proof that no election of a code is worse than a margin, as text, and the writers of it.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/core/ties.hpp>
#include <election/exact/exact_model.hpp>

namespace election {

namespace detail {

/// FNV-1a with 64 bits: tells a damaged text from the one that was written. It does not stop somebody who means to deceive.
class fnv64 {
public:
    constexpr void add(std::string_view text) noexcept {
        for (char character : text) {
            value_ = (value_ ^ static_cast<unsigned char>(character)) * 0x100000001b3U;
        }
    }
    [[nodiscard]] constexpr std::uint64_t value() const noexcept { return value_; }

private:
    std::uint64_t value_ = 0xcbf29ce484222325U;
};

/// 16 hexadecimal digits.
[[nodiscard]] inline std::string hash_text(std::uint64_t hash) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text(16, '0');
    for (std::size_t i = text.size(); i-- > 0; hash >>= 4) text[i] = digits[hash & 15];
    return text;
}

/// The hash of a matrix in certificates: of its rows as text of 0 and 1, each with its line end. O(n·k).
[[nodiscard]] inline std::uint64_t text_hash(const packed_allocation& code) {
    fnv64 hash;
    std::string row(code.partitions() + 1, '\n');
    for (std::size_t i = 0; i < code.workers(); ++i) {
        for (std::size_t j = 0; j < code.partitions(); ++j) row[j] = code(i, j) ? '1' : '0';
        hash.add(row);
    }
    return hash.value();
}

/// What a certificate's first line must be.
inline constexpr std::string_view certificate_head = "election certificate 1";

/// The digits of multipliers, from 0 to 63.
inline constexpr std::string_view multiplier_digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
/// Multipliers below the first bound take one digit, below the second two, others three: 16, 16 + 32·64, then 16·64² more.
inline constexpr std::uint32_t one_digit_multipliers = 16;
inline constexpr std::uint32_t two_digit_multipliers = 16 + 32 * 64;
/// A run of 2 … 65 zeros is this character and one digit.
inline constexpr char multiplier_zeros = '.';

inline void append_number(std::string& text, std::uint64_t number) {
    char digits[20];
    const char* const end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    text.append(digits, static_cast<std::size_t>(end - digits));
}
inline void append_integer(std::string& text, std::int64_t number) {
    char digits[20];
    const char* const end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    text.append(digits, static_cast<std::size_t>(end - digits));
}

template <class Number>
void append_list(std::string& text, std::span<const Number> numbers, std::span<const std::uint32_t> names = {}) {
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (i != 0) text += ',';
        append_number(text, names.empty() ? std::uint64_t{numbers[i]} : std::uint64_t{names[numbers[i]]});
    }
}

/// The lines about a model that is not plain, after that of the ties.
inline void append_model(std::string& text, const exact_model& model) {
    const auto add = [&]<class Number>(std::string_view word, std::span<const Number> numbers) {
        if (numbers.empty()) return;
        text += word;
        append_list(text, numbers);
        text += '\n';
    };
    if (model.alphabet == sign_alphabet::ternary) text += "alphabet ternary\n";
    add("weights ", std::span<const std::uint32_t>(model.weights));
    add("liars ", std::span<const std::size_t>(model.liars));
    add("may-lose ", std::span<const std::size_t>(model.may_lose));
    if (model.corrupted == 0) return;
    text += "corrupted ";
    append_number(text, model.corrupted);
    text += '\n';
}

/// Appends multipliers in their digits; zeros at the end are left out.
inline void append_multipliers(std::string& text, std::span<const std::uint16_t> multipliers) {
    std::size_t count = multipliers.size();
    while (count > 0 && multipliers[count - 1] == 0) --count;
    for (std::size_t i = 0; i < count;) {
        std::size_t zeros = 0;
        while (multipliers[i + zeros] == 0 && zeros < 65) ++zeros;
        if (zeros >= 2) {
            text += {multiplier_zeros, multiplier_digits[zeros - 2]};
            i += zeros;
            continue;
        }
        const std::uint32_t value = multipliers[i++];
        if (value < one_digit_multipliers) {
            text += multiplier_digits[value];
        } else if (value < two_digit_multipliers) {
            const std::uint32_t rest = value - one_digit_multipliers;
            text += {multiplier_digits[16 + rest / 64], multiplier_digits[rest % 64]};
        } else {
            const std::uint32_t rest = value - two_digit_multipliers;
            text += {multiplier_digits[48 + rest / 4096], multiplier_digits[rest / 64 % 64], multiplier_digits[rest % 64]};
        }
    }
}

} // namespace detail

/// What is claimed of the smallest margin of a code.
enum class margin_claim : std::uint8_t {
    exactly,  ///< it is the margin: a witness attains it and no election is worse
    at_least, ///< no election is worse; the answer yes to "are b liars tolerated?" is 2b + 1
    at_most   ///< a witness is as bad; the answer no is 2b
};

/// A proof for one truth: no choice of the losing partitions leaves less loss.
///
/// The loss of an election is the sum over all n workers of 2 for a correct vote, 1 for an abstention and 0 for a wrong one, a coin
/// among them: its margin is loss − n. With weights each counts so many times, and its margin is loss − the sum of the weights.
struct certificate_side {
    int truth = 1;                  ///< +1 or −1: which sign should win
    std::int64_t loss = 0;          ///< proved: no election with that truth has less
    std::vector<std::string> proof; ///< whole lines, in parts that are written one after the other
};

/// A claim about the smallest margin of a code, and its proof. write_certificate() makes a file of it, check_certificate() replays
/// that; docs/certificates.md is the format.
///
/// Sides are needed unless the claim is margin_claim::at_most: the truth + under the tie policies that treat both signs alike, both
/// truths under the others.
struct certificate {
    std::size_t workers = 0;                    ///< n
    std::size_t partitions = 0;                 ///< k
    std::uint64_t code_hash = 0;                ///< says which matrix it is about; certificate_about() fills it in
    exact_model model = {};                     ///< which elections count, and how tied workers vote
    margin_claim claim = margin_claim::exactly; ///< what is claimed …
    std::int64_t margin = 0;                    ///< … of this number
    std::string witness;  ///< an honest message: '+', '-' and '0', one a partition; may be empty for margin_claim::at_least
    std::string reported; ///< what they report in its place; empty: the same. Only corrupted partitions differ
    std::vector<certificate_side> sides; ///< the proofs
};

/// A certificate about a code, without claim and proof. O(n·k).
/// \param code   n × k, any 0/1 matrix
/// \param model  which elections count
/// \throws parameter_error  a model that does not fit the code
template <allocation A>
[[nodiscard]] certificate certificate_about(const A& code, const exact_model& model) {
    const packed_allocation& matrix = packed(code);
    certificate made;
    made.workers = matrix.workers();
    made.partitions = matrix.partitions();
    made.code_hash = detail::text_hash(matrix);
    detail::require_valid(model, matrix, 1, "certificate_about");
    made.model = model;
    return made;
}

/// The same for the plain model. O(n·k).
/// \param code  n × k, any 0/1 matrix
/// \param ties  how tied workers vote
template <allocation A>
[[nodiscard]] certificate certificate_about(const A& code, tie_policy ties = tie_policy::abstain) {
    exact_model model;
    model.ties = ties;
    return certificate_about(code, model);
}

/// Writes a certificate as a file, with its checksum. O(text).
///
/// \code
/// // One of three workers with one of three partitions each is wrong at worst, since one partition loses: loss 4, margin 4 − 3.
/// auto code = election::uncoded(3);
/// auto proof = election::certificate_about(code);
/// proof.margin = 1;
/// proof.witness = "-++";
/// proof.sides.push_back({1, 4, election::tree_lines({{0}, {1}, {2}}, 2, {"tree 0\np 444\n"})});
/// std::stringstream file;
/// election::write_certificate(file, proof);
/// assert(election::check_certificate(code, file).proved());
/// \endcode
inline void write_certificate(std::ostream& out, const certificate& proof) {
    detail::fnv64 hash;
    const auto write = [&](std::string_view text) {
        hash.add(text);
        out.write(text.data(), static_cast<std::streamsize>(text.size()));
    };
    std::string head(detail::certificate_head);
    head += "\ncode ";
    detail::append_number(head, proof.workers);
    head += ' ';
    detail::append_number(head, proof.partitions);
    head.append(" ").append(detail::hash_text(proof.code_hash));
    head.append("\nties ").append(name_of(proof.model.ties)).append("\n");
    detail::append_model(head, proof.model);
    head.append("claim margin ");
    if (proof.claim == margin_claim::at_least) head += "at least ";
    if (proof.claim == margin_claim::at_most) head += "at most ";
    detail::append_integer(head, proof.margin);
    if (!proof.witness.empty()) head.append("\nwitness ").append(proof.witness);
    if (!proof.witness.empty() && proof.model.corrupted != 0) {
        head.append("\nreported ").append(proof.reported.empty() ? proof.witness : proof.reported);
    }
    head += '\n';
    write(head);
    for (const certificate_side& side : proof.sides) {
        std::string line = side.truth > 0 ? "side + loss " : "side - loss ";
        detail::append_integer(line, side.loss);
        line += '\n';
        write(line);
        for (const std::string& part : side.proof) write(part);
    }
    out << "sum " << detail::hash_text(hash.value()) << '\n';
}

/// The proof by a search tree, for certificate_side::proof.
/// \param groups  of identical workers, in the order of the multipliers; workers in no group have multiplier 0
/// \param scale   how many units of the multipliers are one unit of loss
/// \param trees   what tree_writers made, in any order; one of them begins with "tree 0"
[[nodiscard]] inline std::vector<std::string> tree_lines(const std::vector<std::vector<std::uint32_t>>& groups,
                                                         std::uint32_t scale, std::vector<std::string> trees) {
    std::string head = "rows";
    for (const std::vector<std::uint32_t>& group : groups) {
        head += ' ';
        detail::append_list<std::uint32_t>(head, group);
    }
    head += "\nscale ";
    detail::append_number(head, scale);
    head += '\n';
    trees.insert(trees.begin(), std::move(head));
    return trees;
}

/// The proof that no vote turns: every worker keeps its loss whatever the choice.
[[nodiscard]] inline std::vector<std::string> constant_lines() { return {"constant\n"}; }

/// The proof by second moments, for workers whose columns form a 2-design: all columns have as many ones, all pairs of columns
/// as many in common.
///
/// Then Σh and Σh² over these workers' hits h are the same for all choices, and the loss is at least
/// Σ min_h (loss(h) + a·h + c·h²) − a·Σh − c·Σh², for any a and c.
/// \param a, c     numerators
/// \param divisor  of both, at least 1
/// \param workers  that form the design, ascending; empty: all
[[nodiscard]] inline std::vector<std::string> moment_lines(std::int64_t a, std::int64_t c, std::int64_t divisor,
                                                           std::span<const std::uint32_t> workers = {}) {
    std::string line = "moment ";
    detail::append_integer(line, a);
    line += ' ';
    detail::append_integer(line, c);
    line += ' ';
    detail::append_integer(line, divisor);
    if (!workers.empty()) line += ' ';
    detail::append_list(line, workers);
    line += '\n';
    return {std::move(line)};
}

/// Workers of whom few can lose their correct vote together: any two of a clique, or two neighbours on a cycle, cannot.
struct row_conflict {
    std::vector<std::uint32_t> workers; ///< of a clique in any order, of a cycle in its order
    bool cycle = false;                 ///< whether it is a cycle; its length is odd
};

/// The proof by conflicts between workers; no worker is in two of them.
[[nodiscard]] inline std::vector<std::string> conflict_lines(std::span<const row_conflict> conflicts) {
    std::string line = "conflict";
    for (const row_conflict& conflict : conflicts) {
        line += conflict.cycle ? " cycle " : " clique ";
        detail::append_list<std::uint32_t>(line, conflict.workers);
    }
    line += '\n';
    return {std::move(line)};
}

/// The proof by groups of workers whose votes so few losers cannot all turn; no worker is in two of them.
/// \param groups  that keep more together than each worker alone; identical workers of one group count as one with more votes
[[nodiscard]] inline std::vector<std::string> group_lines(std::span<const std::vector<std::uint32_t>> groups) {
    std::string line = "group";
    for (const std::vector<std::uint32_t>& workers : groups) {
        line += ' ';
        detail::append_list<std::uint32_t>(line, workers);
    }
    line += '\n';
    return {std::move(line)};
}

/// The proof by a table: columns are decided in this order, and of all choices that leave the workers alike the one with least
/// loss is kept.
/// \param order  all columns that a worker with a vote that can turn holds, each once
[[nodiscard]] inline std::vector<std::string> frontier_lines(std::span<const std::uint32_t> order) {
    std::string line = "frontier ";
    detail::append_list(line, order);
    line += '\n';
    return {std::move(line)};
}

/// The proof by a table over windows of a circle of columns, for rows that are closed under rotation of the circle.
/// \param step   columns of the rotation; divides the span and the number of all columns
/// \param span   1 … 16, at most all columns: each row that can turn, or what it does not hold if that is less, lies in so many consecutive
///               columns of the circle and one more
/// \param order  all columns in the order of the circle
[[nodiscard]] inline std::vector<std::string> circulant_lines(std::size_t step, std::size_t span,
                                                              std::span<const std::uint32_t> order) {
    std::string line = "circulant ";
    detail::append_number(line, step);
    line += ' ';
    detail::append_number(line, span);
    line += ' ';
    detail::append_list(line, order);
    line += '\n';
    return {std::move(line)};
}

/// The proof by tables over blocks of a circle of columns, for rows that are windows of whole blocks' length.
/// \param width  of a block; divides the number of all columns, and there are 2 … 8 blocks
/// \param order  all columns in the order of the circle
[[nodiscard]] inline std::vector<std::string> window_lines(std::size_t width, std::span<const std::uint32_t> order) {
    std::string line = "windows ";
    detail::append_number(line, width);
    line += ' ';
    detail::append_list(line, order);
    line += '\n';
    return {std::move(line)};
}

/// The proof by trying all choices one by one.
///
/// \code
/// auto code = election::uncoded(5);
/// auto proof = election::certificate_about(code);
/// proof.claim = election::margin_claim::at_least;
/// proof.margin = 1;
/// proof.sides.push_back({1, 6, election::enumeration_lines()});
/// std::ostringstream file;
/// election::write_certificate(file, proof);
/// assert(election::check_certificate(code, file.str()).proved()); // ten choices of two
/// auto some = election::check_certificate(code, file.str(), "five.cert", {.enumerate_up_to = 9, .samples = 100});
/// assert(some.optimality == election::optimality_check::sampled && !some.proved());
/// \endcode
[[nodiscard]] inline std::vector<std::string> enumeration_lines() { return {"enumerate\n"}; }

/// The proof by trying one choice at least of each orbit of the code's symmetries.
/// \param order       all columns, as choices are compared
/// \param generators  permutations that map the rows to the rows, the image of each column
[[nodiscard]] inline std::vector<std::string> orbit_lines(std::span<const std::uint32_t> order,
                                                          std::span<const std::vector<std::uint32_t>> generators) {
    std::string line = "orbits ";
    detail::append_list(line, order);
    for (const std::vector<std::uint32_t>& images : generators) {
        line += ' ';
        detail::append_list<std::uint32_t>(line, images);
    }
    line += '\n';
    return {std::move(line)};
}

/// Writes a search tree as it is gone through, node by node in preorder. All members append to a text and allocate nothing else.
///
/// A search that is a template over its proof takes a tree_writer where a certificate is asked for and no_proof where not. Every node
/// is any number of fix() and then one of prune(), branch(), closed(), enumerated() and see(). What each says of its node, and what
/// it must hold to, is in docs/certificates.md.
///
/// \code
/// election::tree_writer tree;
/// tree.begin(0);
/// const std::vector<std::uint32_t> none;
/// tree.branch(4, 0, none, none); // the child without partition 4 among the losers comes first
/// tree.closed();
/// tree.closed();
/// assert(tree.text() == "tree 0\nb 4 0\nc\nc\n");
/// \endcode
class tree_writer {
public:
    using columns = std::span<const std::uint32_t>; ///< of the cover problem
    static constexpr bool writes = true;            ///< what its user may ask to save work that only a proof needs

    tree_writer() = default;
    /// \param names  the partition that each of the problem's columns is, where they are numbered otherwise
    explicit tree_writer(std::vector<std::uint32_t> names) : names_(std::move(names)) {}

    /// Begins a tree: the root is 0, with nothing fixed; others are those that see() names, with all that is fixed there.
    void begin(std::uint64_t id, columns zeros = {}, columns ones = {}) {
        text_ += "tree ";
        detail::append_number(text_, id);
        if (!zeros.empty()) text_ += " zeros ";
        detail::append_list(text_, zeros, names_);
        if (!ones.empty()) text_ += " ones ";
        detail::append_list(text_, ones, names_);
        text_ += '\n';
    }
    /// Fixes columns by the bound: choices with one of the zeros, or without one of the ones, have too much loss; so have
    /// those with one of `dominated_zeros` or without one of `dominated_ones`, by an exchange.
    void fix(columns zeros, columns ones, columns dominated_zeros, columns dominated_ones,
             std::span<const std::uint16_t> multipliers) {
        text_ += "f ";
        detail::append_list(text_, zeros, names_);
        text_ += '/';
        detail::append_list(text_, ones, names_);
        text_ += '/';
        detail::append_list(text_, dominated_zeros, names_);
        text_ += '/';
        detail::append_list(text_, dominated_ones, names_);
        finish(multipliers);
    }
    /// Ends a node by the bound.
    void prune(std::span<const std::uint16_t> multipliers) {
        text_ += 'p';
        finish(multipliers);
    }
    /// Ends a node with two children; the one where the column is `first` follows at once.
    /// \param column  a free one
    /// \param first   0 or 1
    /// \param zeros   are 0 as well where the column is 0
    /// \param ones    are 1 as well where the column is 1
    void branch(std::uint32_t column, int first, columns zeros, columns ones) {
        text_ += "b ";
        detail::append_number(text_, names_.empty() ? column : names_[column]);
        text_ += first == 0 ? " 0" : " 1";
        if (!zeros.empty() || !ones.empty()) {
            text_ += ' ';
            detail::append_list(text_, zeros, names_);
            text_ += '/';
            detail::append_list(text_, ones, names_);
        }
        text_ += '\n';
    }
    /// Ends a node where nothing is left to choose, or where the loss is too much whatever is chosen.
    void closed() { text_ += "c\n"; }
    /// Ends a node whose choices were all tried.
    void enumerated() { text_ += "e\n"; }
    /// Ends a node whose tree is elsewhere, once, under this number (1 or more).
    void see(std::uint64_t id) {
        text_ += "s ";
        detail::append_number(text_, id);
        text_ += '\n';
    }

    /// What was written.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    /// What was written; the writer is empty then and can be used again.
    [[nodiscard]] std::string take() noexcept { return std::exchange(text_, {}); }

private:
    void finish(std::span<const std::uint16_t> multipliers) {
        const std::size_t before = text_.size();
        text_ += ' ';
        detail::append_multipliers(text_, multipliers);
        if (text_.size() == before + 1) text_.pop_back();
        text_ += '\n';
    }

    std::vector<std::uint32_t> names_;
    std::string text_;
};

/// Takes a search tree and writes nothing; see tree_writer.
class no_proof {
public:
    using columns = std::span<const std::uint32_t>; ///< of the cover problem
    static constexpr bool writes = false;           ///< what its user may ask to save work that only a proof needs

    void begin(std::uint64_t, columns = {}, columns = {}) const noexcept {}                        ///< Nothing.
    void fix(columns, columns, columns, columns, std::span<const std::uint16_t>) const noexcept {} ///< Nothing.
    void prune(std::span<const std::uint16_t>) const noexcept {}                                   ///< Nothing.
    void branch(std::uint32_t, int, columns, columns) const noexcept {}                            ///< Nothing.
    void closed() const noexcept {}                                                                ///< Nothing.
    void enumerated() const noexcept {}                                                            ///< Nothing.
    void see(std::uint64_t) const noexcept {}                                                      ///< Nothing.
};

} // namespace election
