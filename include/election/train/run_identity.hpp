// SPDX-License-Identifier: MIT
// run_identity: everything that decides a run, as keys and values with a hash that does not depend on their order.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <election/core/error.hpp>
#include <election/estimate/result_file.hpp>
#include <election/estimate/task.hpp>
#include <election/io/source.hpp>

namespace election {

/// What a run is: the same keys and values give the same run. A checkpoint may be taken up by a run of the same identity only, and a
/// results file knows by it which points of a grid have been computed.
///
/// What belongs into it: data and its split, model, code, liars, attack, step, momentum, ties, seed. What does not: threads, processes,
/// architecture, names of output files; for a checkpoint, the number of steps.
///
/// Invariants: keys are lower-case words (letters, digits, '-', beginning with a letter); values are UTF-8 text without control
/// characters and may be empty; iteration goes by key.
///
/// \code
/// election::run_identity a;
/// a.set("code", "bernoulli:n=5,k=5,p=0.5,seed=1").set("liars", 1);
/// election::run_identity b;
/// b.set("liars", 1).set("code", "bernoulli:n=5,k=5,p=0.5,seed=1");
/// assert(a.id() == b.id() && a.find("liars") == "1");
/// assert(election::run_identity::parse(a.str()) == a);
/// assert(a.difference(b.set("liars", 2)) == "liars is '1', not '2'");
/// \endcode
class run_identity {
public:
    /// Key and value, both as text.
    using map = std::map<std::string, std::string, std::less<>>;

    /// No keys.
    run_identity() = default;

    /// Whether a text can be a key. O(length).
    [[nodiscard]] static constexpr bool is_key(std::string_view text) noexcept {
        const auto word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
        return !text.empty() && text.front() >= 'a' && text.front() <= 'z' && std::all_of(text.begin(), text.end(), word);
    }

    /// Reads what str() has printed. O(length).
    /// \throws error  not of that form
    [[nodiscard]] static run_identity parse(std::string_view text) {
        run_identity identity;
        while (!text.empty()) {
            const std::size_t end = text.find('\n');
            const std::string_view line = text.substr(0, end);
            const std::size_t equals = line.find('=');
            if (end == std::string_view::npos || equals == std::string_view::npos) {
                throw error("election::run_identity: an identity must be lines of key=value");
            }
            const std::string_view key = line.substr(0, equals);
            if (identity.find(key)) throw error(detail::joined({"election::run_identity: '", key, "' stands twice"}));
            identity.set(std::string(key), std::string(line.substr(equals + 1)));
            text.remove_prefix(end + 1);
        }
        return identity;
    }

    /// Gives a key its value, in place of an earlier one; returns this identity.
    /// \throws parameter_error  not a key, or a value with a control character
    run_identity& set(std::string key, std::string value) {
        constexpr std::string_view where = "run_identity";
        detail::require(is_key(key), where, "key", escaped(key), "must be a lower-case word");
        const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; };
        detail::require(std::none_of(value.begin(), value.end(), control), where, key, escaped(value),
                        "must have no control characters");
        values_.insert_or_assign(std::move(key), std::move(value));
        return *this;
    }
    /// \copydoc set(std::string, std::string)
    run_identity& set(std::string key, const char* value) { return set(std::move(key), std::string(value)); }
    /// \copydoc set(std::string, std::string)
    run_identity& set(std::string key, std::string_view value) { return set(std::move(key), std::string(value)); }
    /// Gives a key an integer; returns this identity.
    template <std::integral T>
    run_identity& set(std::string key, T value) {
        return set(std::move(key), std::to_string(value));
    }
    /// Gives a key a number, printed with the fewest digits that read back as the same value; returns this identity.
    run_identity& set(std::string key, double value) { return set(std::move(key), detail::digits_text(value)); }

    /// Keys and values, by key.
    [[nodiscard]] const map& values() const noexcept { return values_; }
    /// The value of a key, or nothing. O(log keys).
    [[nodiscard]] std::optional<std::string> find(std::string_view key) const {
        const auto found = values_.find(key);
        if (found == values_.end()) return std::nullopt;
        return found->second;
    }

    /// A line "key=value" each, by key.
    [[nodiscard]] std::string str() const {
        std::string text;
        for (const auto& [key, value] : values_) text.append(key).append("=").append(value).append("\n");
        return text;
    }
    /// A hash of str(), the same for equal identities, on every platform. O(length).
    [[nodiscard]] std::uint64_t hash() const { return detail::text_hash(str()); }
    /// The hash as 16 hexadecimal digits: the name of the run in results.
    [[nodiscard]] std::string id() const { return hex_digits(hash()); }

    /// What differs first by key, "liars is '1', not '2'", as seen from this one; nothing if they are equal. O(length).
    [[nodiscard]] std::string difference(const run_identity& other) const {
        for (const auto& [key, value] : values_) {
            const auto there = other.values_.find(key);
            if (there == other.values_.end()) return detail::joined({key, " is '", value, "', not left out"});
            if (there->second != value) return detail::joined({key, " is '", value, "', not '", there->second, "'"});
        }
        for (const auto& [key, value] : other.values_) {
            if (values_.find(key) == values_.end()) return detail::joined({key, " is left out, not '", value, "'"});
        }
        return {};
    }

    /// Whether keys and values are the same.
    friend bool operator==(const run_identity&, const run_identity&) = default;

private:
    map values_;
};

} // namespace election
