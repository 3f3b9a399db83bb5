// SPDX-License-Identifier: MIT
// code_name: the one naming scheme of codes, "family:key=value,key=value", for C++, the command line and file headers.
#pragma once

#include <algorithm>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <election/core/error.hpp>

namespace election {

/// A code's family and parameters, enough to make the same matrix again: "bernoulli:n=31,k=31,p=0.3,seed=7".
///
/// The order of the keys is kept. In a name that parse() has read, the family and the keys are lower-case words (letters,
/// digits, '-', beginning with a letter), values are not empty and have no ',', '=', ':' or blank, and no key stands twice;
/// with() takes what it is given.
///
/// \code
/// auto name = election::code_name::parse("bernoulli:n=31,k=31,p=0.3");
/// assert(name.family() == "bernoulli" && name.find("p") == "0.3" && !name.find("seed"));
/// assert(name.with("seed", 7).str() == "bernoulli:n=31,k=31,p=0.3,seed=7");
/// \endcode
class code_name {
public:
    /// A key and its value, both as text.
    using parameter = std::pair<std::string, std::string>;

    /// No family and no parameters.
    code_name() = default;
    /// \param family  e.g. "deterministic"; parameters are added by with()
    explicit code_name(std::string family) : family_(std::move(family)) {}

    /// Reads a name. O(length).
    /// \param text  "family" or "family:key=value,key=value"
    /// \returns the name, which str() prints as the same text
    /// \throws error  not of that form; whether there is such a family is for make_code() to say
    [[nodiscard]] static code_name parse(std::string_view text) {
        const auto fail = [&] {
            throw error("election::code_name: '" + std::string(text) + "' must look like family:key=value,key=value");
        };
        const auto colon = text.find(':');
        code_name name{std::string(text.substr(0, colon))};
        if (!is_word(name.family_)) fail();
        if (colon == std::string_view::npos) return name;
        std::string_view rest = text.substr(colon + 1);
        while (true) {
            const auto comma = rest.find(',');
            const auto item = rest.substr(0, comma);
            const auto equals = item.find('=');
            if (equals == std::string_view::npos) fail();
            const auto key = item.substr(0, equals);
            const auto value = item.substr(equals + 1);
            if (!is_word(key) || value.empty() || value.find_first_of("=:, \t\r\n") != std::string_view::npos ||
                name.find(key).has_value()) {
                fail();
            }
            name.parameters_.emplace_back(key, value);
            if (comma == std::string_view::npos) return name;
            rest.remove_prefix(comma + 1);
        }
    }

    /// Adds an integer parameter behind the others; returns this name.
    template <std::integral T>
    code_name& with(std::string key, T value) {
        parameters_.emplace_back(std::move(key), std::to_string(value));
        return *this;
    }
    /// Adds a real parameter, printed with the fewest digits that read back as the same value; returns this name.
    code_name& with(std::string key, double value) {
        char buffer[64];
        const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
        parameters_.emplace_back(std::move(key), std::string(buffer, end));
        return *this;
    }
    /// Adds a parameter whose value is text already, as on a command line, behind the others; returns this name. A wrong
    /// value is for make_code() to find.
    code_name& with(std::string key, std::string value) {
        parameters_.emplace_back(std::move(key), std::move(value));
        return *this;
    }

    /// The family, e.g. "bernoulli".
    [[nodiscard]] const std::string& family() const noexcept { return family_; }
    /// The parameters in their order.
    [[nodiscard]] const std::vector<parameter>& parameters() const noexcept { return parameters_; }
    /// The value of a parameter as text, or nothing. O(parameters).
    [[nodiscard]] std::optional<std::string> find(std::string_view key) const {
        const auto found = std::ranges::find(parameters_, key, &parameter::first);
        if (found == parameters_.end()) return std::nullopt;
        return found->second;
    }

    /// "family:key=value,key=value", or the family alone if it has no parameters.
    [[nodiscard]] std::string str() const {
        std::string text = family_;
        for (const auto& [key, value] : parameters_) {
            text += (&key == &parameters_.front().first ? ":" : ",") + key + "=" + value;
        }
        return text;
    }

    /// Whether family and parameters are the same text in the same order.
    friend bool operator==(const code_name&, const code_name&) = default;

private:
    [[nodiscard]] static constexpr bool is_word(std::string_view text) noexcept {
        if (text.empty() || text.front() < 'a' || text.front() > 'z') return false;
        return std::all_of(text.begin(), text.end(),
                           [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
    }

    std::string family_;
    std::vector<parameter> parameters_;
};

} // namespace election
