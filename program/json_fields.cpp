// SPDX-License-Identifier: MIT
#include "json_fields.hpp"

#include <algorithm>
#include <limits>

#include <election/core/error.hpp>

namespace election::program {

using nlohmann::json;

void json_fields::fail(const std::string& what) const { throw format_error(file_, 0, what); }

std::optional<std::vector<std::uint64_t>> json_fields::numbers(const char* key, std::uint64_t most,
                                                               const std::string& rule) const {
    const json* value = find(key);
    if (value == nullptr) return std::nullopt;
    bool good = value->is_array();
    std::vector<std::uint64_t> list;
    for (std::size_t i = 0; good && i < value->size(); ++i) {
        const json& number = (*value)[i];
        good = number.is_number_unsigned() && number.get<std::uint64_t>() <= most;
        if (good) list.push_back(number.get<std::uint64_t>());
    }
    if (!good) fail("\"" + std::string(key) + "\" must be a list of " + rule);
    return list;
}

std::optional<std::vector<std::size_t>> json_fields::indices(const char* key, std::size_t count,
                                                             const std::string& things) const {
    const auto list = numbers(key, count - 1, things + " from 0 to " + std::to_string(count - 1));
    if (!list) return std::nullopt;
    std::vector<std::size_t> sorted(list->begin(), list->end());
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
        fail("\"" + std::string(key) + "\" must have each of its " + things + " once");
    }
    return sorted;
}

const json* json_fields::find(const char* key) const {
    const auto found = object_.find(key);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
}

std::optional<std::int64_t> json_fields::integer(const char* key) const {
    const json* value = find(key);
    if (value == nullptr) return std::nullopt;
    constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (!value->is_number_integer() || (value->is_number_unsigned() && value->get<std::uint64_t>() > most)) {
        fail("\"" + std::string(key) + "\" must be a whole number");
    }
    return value->get<std::int64_t>();
}

std::optional<std::uint64_t> json_fields::natural(const char* key) const {
    const auto value = integer(key);
    if (!value) return std::nullopt;
    if (*value < 0) fail("\"" + std::string(key) + "\" must not be negative");
    return static_cast<std::uint64_t>(*value);
}

std::size_t json_fields::count(const char* key) const {
    const auto value = integer(key);
    if (!value || *value < 1) fail("\"" + std::string(key) + "\" must be a whole number from 1 on");
    return static_cast<std::size_t>(*value);
}

std::optional<bool> json_fields::boolean(const char* key) const {
    const json* value = find(key);
    if (value == nullptr) return std::nullopt;
    if (!value->is_boolean()) fail("\"" + std::string(key) + "\" must be true or false");
    return value->get<bool>();
}

std::optional<std::string> json_fields::text(const char* key) const {
    const json* value = find(key);
    if (value == nullptr) return std::nullopt;
    if (!value->is_string()) fail("\"" + std::string(key) + "\" must be a string");
    return value->get<std::string>();
}

} // namespace election::program
