// SPDX-License-Identifier: MIT
// families: the registry of code families, with which any code is made again from its name.
#pragma once

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <election/codes/bernoulli.hpp>
#include <election/codes/code.hpp>
#include <election/codes/code_name.hpp>
#include <election/codes/cyclic.hpp>
#include <election/codes/deterministic.hpp>
#include <election/codes/full.hpp>
#include <election/codes/paley.hpp>
#include <election/codes/plane.hpp>
#include <election/codes/regular.hpp>
#include <election/codes/repetition.hpp>
#include <election/codes/systematic.hpp>
#include <election/codes/uncoded.hpp>
#include <election/core/error.hpp>

namespace election {

/// What values a family's parameter takes.
enum class parameter_kind : std::uint8_t {
    integer, ///< a whole number ≥ 0
    real,    ///< a number
    flag     ///< 1 or left out
};

/// A parameter of a code family: the key in code names, and the option `--key` of the command line.
struct family_parameter {
    std::string_view key;                          ///< e.g. "n"
    parameter_kind kind = parameter_kind::integer; ///< what values it takes
    bool required = true;                          ///< whether it must be given
    std::string_view description;                  ///< what it means, its range and its default, in words
};

/// The parameters of one code, read by key. Made by make_code(), used by the families' `make`. Every look-up is
/// O(parameters).
class parameter_values {
public:
    /// \param name  must outlive this object, which only refers to it
    explicit parameter_values(const code_name& name) : name_(name) {}

    /// A whole number, 0 … 2⁶⁴ − 1.
    /// \throws parameter_error  missing or not such a number
    [[nodiscard]] std::size_t integer(std::string_view key) const {
        const auto text = name_.find(key);
        if (!text) throw parameter_error(name_.family(), key, "(nothing)", "must be given");
        std::uint64_t value = 0;
        const char* end = text->data() + text->size();
        const auto [stop, failure] = std::from_chars(text->data(), end, value);
        detail::require(failure == std::errc() && stop == end, name_.family(), key, *text,
                        "must be a whole number from 0 to 18446744073709551615");
        return value;
    }
    /// Whether the parameter is given.
    [[nodiscard]] bool has(std::string_view key) const { return name_.find(key).has_value(); }
    /// The same as integer(), or `otherwise` where it is left out.
    /// \throws parameter_error  not such a number
    [[nodiscard]] std::size_t integer_or(std::string_view key, std::size_t otherwise) const {
        return name_.find(key) ? integer(key) : otherwise;
    }
    /// A finite number.
    /// \throws parameter_error  missing or not such a number
    [[nodiscard]] double real(std::string_view key) const {
        const auto text = name_.find(key);
        if (!text) throw parameter_error(name_.family(), key, "(nothing)", "must be given");
        double value = 0;
        const char* end = text->data() + text->size();
        const auto [stop, failure] = std::from_chars(text->data(), end, value);
        detail::require(failure == std::errc() && stop == end && std::isfinite(value), name_.family(), key, *text,
                        "must be a number");
        return value;
    }
    /// Whether a flag is set.
    /// \throws parameter_error  a value other than 1
    [[nodiscard]] bool flag(std::string_view key) const {
        const auto text = name_.find(key);
        if (text) detail::require(*text == "1", name_.family(), key, *text, "must be 1 or left out");
        return text.has_value();
    }

private:
    const code_name& name_;
};

/// A family of codes.
struct family {
    std::string_view key;                     ///< e.g. "deterministic"
    std::string_view description;             ///< one sentence
    std::string_view guarantee;               ///< what is proved, in words
    std::string_view reference;               ///< where the family or its guarantee comes from
    std::vector<family_parameter> parameters; ///< in the order of names and help
    code (*make)(const parameter_values&);    ///< calls the generator; unknown keys are for make_code() to find
};

/// All families, in the order of documentation; they live as long as the program.
///
/// \code
/// assert(election::families().front().key == "uncoded");
/// \endcode
[[nodiscard]] inline std::span<const family> families() {
    using enum parameter_kind;
    static const std::vector<family> all{
        {"uncoded",
         "Plain SignSGD with majority vote: worker i holds partition i.",
         "tolerates no liar; redundancy 1, load 1",
         "Bernstein et al., ICML 2018",
         {{"n", integer, true, "workers, also partitions"}},
         [](const parameter_values& v) { return uncoded(v.integer("n")); }},
        {"full",
         "Every worker holds every partition.",
         "tolerates (n - 1) / 2 liars, rounded down; redundancy n",
         "definition",
         {{"n", integer, true, "workers"}, {"k", integer, true, "partitions"}},
         [](const parameter_values& v) { return full(v.integer("n"), v.integer("k")); }},
        {"repetition",
         "Consecutive groups of workers, as equal as possible: group g holds partition g; with --weight W there are n / W "
         "groups "
         "(rounded down), and group g holds the g-th block of partitions.",
         "without --weight: the exact tolerance follows from the group sizes, b for n = (2b + 1) k; load 1",
         "Tandon et al., ICML 2017; Chen et al. (DRACO), ICML 2018",
         {{"n", integer, true, "workers"},
          {"k", integer, true, "partitions"},
          {"weight", integer, false, "workers that hold a partition; default: n / k groups of their own"}},
         [](const parameter_values& v) {
             const std::size_t n = v.integer("n");
             const std::size_t k = v.integer("k");
             return v.has("weight") ? repetition(n, k, v.integer("weight")) : repetition(n, k);
         }},
        {"systematic",
         "One worker for every partition, and 2b workers that hold everything; n = k + 2b.",
         "tolerates exactly b liars; redundancy 2b + 1",
         "docs/redundancy.md",
         {{"k", integer, true, "partitions"}, {"b", integer, true, "liars to tolerate"}},
         [](const parameter_values& v) { return systematic(v.integer("k"), v.integer("b")); }},
        {"deterministic",
         "The paper's Algorithm 1: unit rows, windows of 2b + 1 ones, all-ones rows; n = k.",
         "tolerates b liars; redundancy (n+2b+1)/2 - (L+1/2)(n-(2b+1))/n",
         "Sohn et al., NeurIPS 2020, Algorithm 1",
         {{"n", integer, true, "workers, odd, also partitions"},
          {"b", integer, true, "liars to tolerate, up to (n - 1) / 2"}},
         [](const parameter_values& v) { return deterministic(v.integer("n"), v.integer("b")); }},
        {"bernoulli",
         "Every worker holds every partition with probability p, independently.",
         "expected redundancy p n; no tolerance is proved",
         "Sohn et al., NeurIPS 2020, Section 4.2",
         {{"n", integer, true, "workers"},
          {"k", integer, true, "partitions"},
          {"p", real, true, "probability, 0 to 1"},
          {"seed", integer, false, "chooses the matrix; default 0"},
          {"redraw-empty", flag, false, "draw the row of an idle worker again"}},
         [](const parameter_values& v) {
             return bernoulli(v.integer("n"), v.integer("k"), v.real("p"), v.integer_or("seed", 0),
                              v.flag("redraw-empty") ? empty_rows::redraw : empty_rows::keep);
         }},
        {"regular",
         "Random: every partition is held by D workers, and loads differ by one at most.",
         "redundancy D, largest load k D / n rounded up; no tolerance is proved",
         "Bitar et al., arXiv 1905.05383",
         {{"n", integer, true, "workers"},
          {"k", integer, true, "partitions"},
          {"degree", integer, true, "workers that hold a partition, 1 to n"},
          {"seed", integer, false, "chooses the matrix; default 0"}},
         [](const parameter_values& v) {
             return regular(v.integer("n"), v.integer("k"), v.integer("degree"), v.integer_or("seed", 0));
         }},
        {"cyclic",
         "Worker i holds the W partitions from i S on, modulo k.",
         "load W, redundancy n W / k; no tolerance is proved",
         "Tandon et al., ICML 2017",
         {{"n", integer, true, "workers"},
          {"k", integer, true, "partitions"},
          {"weight", integer, true, "load of every worker, 1 to k"},
          {"stride", integer, false, "how far the window moves from worker to worker; default 1"}},
         [](const parameter_values& v) {
             return cyclic(v.integer("n"), v.integer("k"), v.integer("weight"), v.integer_or("stride", 1));
         }},
        {"paley",
         "Worker i holds the j for which j - i is a non-zero square of GF(q), and i itself where (q - 1) / 2 is even; n = k "
         "= q.",
         "every load and degree is (q - 1) / 2, or one more; no tolerance is proved",
         "Paley 1933",
         {{"q", integer, true, "odd prime power up to 4096"}},
         [](const parameter_values& v) { return paley(v.integer("q")); }},
        {"plane",
         "The projective plane PG(2, q): workers are lines, partitions are points; n = k = q^2 + q + 1.",
         "every load and degree is q + 1; no tolerance is proved",
         "Kadhe et al., arXiv 1904.13373",
         {{"q", integer, true, "prime power up to 128"}},
         [](const parameter_values& v) { return plane(v.integer("q")); }},
    };
    return all;
}

/// The family of that name. O(families).
/// \throws error  unknown; the message lists the families
[[nodiscard]] inline const family& family_named(std::string_view key) {
    std::string known;
    for (const family& candidate : families()) {
        if (candidate.key == key) return candidate;
        known += (known.empty() ? "" : ", ") + std::string(candidate.key);
    }
    throw error("election::family_named: '" + std::string(key) + "' is not a family; there are " + known);
}

/// Makes a code from its name, the same matrix as when it was first made.
/// \param name  a family and its parameters
/// \returns what the family's generator returns
/// \throws error            an unknown family
/// \throws parameter_error  a parameter is missing, unknown or out of range
/// \par Complexity
/// that of the family's generator
///
/// \code
/// auto first = election::bernoulli(7, 7, 0.4, 1);
/// assert(election::make_code(first.name).matrix == first.matrix);
/// \endcode
[[nodiscard]] inline code make_code(const code_name& name) {
    const family& chosen = family_named(name.family());
    for (const auto& [key, value] : name.parameters()) {
        bool known = false;
        std::string keys;
        for (const family_parameter& parameter : chosen.parameters) {
            known = known || parameter.key == key;
            keys += (keys.empty() ? "" : ", ") + std::string(parameter.key);
        }
        detail::require(known, chosen.key, key, value, "is not a parameter of this family, which has " + keys);
    }
    return chosen.make(parameter_values(name));
}

/// Makes a code from the text of its name.
/// \throws error            text that is no code name, or an unknown family
/// \throws parameter_error  a parameter is missing, unknown or out of range
///
/// \code
/// auto code = election::make_code("deterministic:n=15,b=3");
/// assert(code.matrix == election::deterministic(15, 3).matrix);
/// \endcode
[[nodiscard]] inline code make_code(std::string_view name) { return make_code(code_name::parse(name)); }

} // namespace election
