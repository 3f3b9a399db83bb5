// SPDX-License-Identifier: MIT
// json_fields: the fields of a JSON object that somebody wrote, each with its type and range checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace election::program {

/// Reads fields of an object. What is absent or null is nothing; what is of another type or out of range \throws format_error with the file's
/// name.
class json_fields {
public:
    /// Both must outlive this.
    json_fields(const nlohmann::json& object, const std::string& file) : object_(object), file_(file) {}

    /// \throws format_error  always
    [[noreturn]] void fail(const std::string& what) const;

    /// The field, unless it is absent or null.
    [[nodiscard]] const nlohmann::json* find(const char* key) const;
    [[nodiscard]] std::optional<std::int64_t> integer(const char* key) const;
    /// At least 0.
    [[nodiscard]] std::optional<std::uint64_t> natural(const char* key) const;
    /// At least 1, and it must be there.
    [[nodiscard]] std::size_t count(const char* key) const;
    [[nodiscard]] std::optional<bool> boolean(const char* key) const;
    [[nodiscard]] std::optional<std::string> text(const char* key) const;
    /// A list of numbers from 0 to a largest one.
    /// \param rule  for errors: "whole numbers from 0 to 7"
    [[nodiscard]] std::optional<std::vector<std::uint64_t>> numbers(const char* key, std::uint64_t most,
                                                                    const std::string& rule) const;
    /// A list of workers or partitions, each once, which comes back in ascending order.
    /// \param count   how many there are
    /// \param things  for errors: "workers"
    [[nodiscard]] std::optional<std::vector<std::size_t>> indices(const char* key, std::size_t count,
                                                                  const std::string& things) const;

private:
    const nlohmann::json& object_;
    const std::string& file_;
};

} // namespace election::program
