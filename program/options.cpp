// SPDX-License-Identifier: MIT
#include "options.hpp"

#include <charconv>
#include <cmath>
#include <map>
#include <new>
#include <ostream>
#include <sstream>
#include <system_error>
#include <utility>

#include <CLI/CLI.hpp>

#include <election/core/error.hpp>

namespace election::program {
namespace {

constexpr std::size_t line_width = 80;
constexpr std::size_t indent_width = 6;

/// Fills words into lines of line_width, each indented.
void fill(std::ostream& out, std::string_view text, std::size_t indent) {
    std::istringstream words{std::string(text)};
    std::string line;
    for (std::string word; words >> word;) {
        if (!line.empty() && indent + line.size() + 1 + word.size() > line_width) {
            out << std::string(indent, ' ') << line << '\n';
            line.clear();
        }
        line += (line.empty() ? "" : " ") + word;
    }
    if (!line.empty()) out << std::string(indent, ' ') << line << '\n';
}

/// Prints a chapter's text: filled paragraphs, and lines that begin with a blank as they are.
void print_text(std::ostream& out, const std::string& text) {
    std::istringstream lines(text);
    std::string paragraph;
    const auto flush = [&] {
        fill(out, paragraph, indent_width);
        paragraph.clear();
    };
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line.front() == ' ') {
            flush();
            out << (line.empty() ? "" : std::string(indent_width, ' ') + line.substr(1)) << '\n';
        } else {
            paragraph += line + ' ';
        }
    }
    flush();
}

/// The part of a word that names an option: "--ties" of "--ties=coin".
[[nodiscard]] std::string option_part(const std::string& word) { return word.substr(0, word.find('=')); }

[[nodiscard]] bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

/// The length of the printable character that begins a text, 0 if none does. UTF-8 beyond ASCII counts as printable, the
/// control characters U+0080 to U+009F do not.
[[nodiscard]] std::size_t printable_prefix(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text.front());
    if (lead < 0x80) return lead >= 0x20 && lead != 0x7F ? 1 : 0;
    const std::size_t length = lead >= 0xC2 && lead < 0xE0   ? 2
                               : lead >= 0xE0 && lead < 0xF0 ? 3
                               : lead >= 0xF0 && lead < 0xF5 ? 4
                                                             : 0;
    if (length == 0 || text.size() < length) return 0;
    if (!std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(length), is_continuation)) return 0;
    if (lead == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0) return 0;
    return length;
}

} // namespace

std::string message_of(const std::exception& failure) {
    if (const auto* parameter = dynamic_cast<const parameter_error*>(&failure)) {
        return detail::joined({"--", parameter->parameter(), ": ", shown_word(parameter->value()), " ", parameter->rule()});
    }
    if (dynamic_cast<const std::bad_alloc*>(&failure) != nullptr) return "memory: there is not enough for this matrix";
    const std::string_view message = failure.what();
    constexpr std::string_view place = "election::";
    const bool has_place = dynamic_cast<const error*>(&failure) != nullptr && message.starts_with(place);
    return std::string(has_place ? message.substr(place.size()) : message);
}

std::string printable(std::string_view word) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < word.size();) {
        const std::size_t length = printable_prefix(word.substr(i));
        if (length > 0) {
            text += word.substr(i, length);
            i += length;
        } else {
            const auto byte = static_cast<unsigned char>(word[i++]);
            text += {'\\', 'x', digits[byte >> 4U], digits[byte & 15U]};
        }
    }
    return text;
}

std::string shown_word(std::string_view word) {
    const std::string text = printable(word);
    const bool quoted = text.empty() || text.find(' ') != std::string::npos;
    return quoted ? "'" + text + "'" : text;
}

std::string choices(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) text += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + names[i];
    return text;
}

std::string see_help(std::string_view command) {
    return "see 'election " + std::string(command) + (command.empty() ? "" : " ") + "--help'";
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<double> parse_real(std::string_view text) {
    double value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
    return value;
}

struct command_line::implementation {
    struct entry {
        CLI::Option* option = nullptr;
        std::string allowed;
        bool takes_value = false;
    };

    explicit implementation(std::string name, std::string summary) : app(std::move(summary)), command(std::move(name)) {
        app.set_help_flag();
        app.allow_extras();
        app.formatter(std::make_shared<CLI::FormatterLambda>(
            [this](const CLI::App*, const std::string&, CLI::AppFormatMode) { return manual(); }));
    }

    /// Registers an option under its first name.
    void add(const std::string& names, CLI::Option* option, std::string allowed, bool takes_value) {
        entries[names.substr(0, names.find(','))] = {option, std::move(allowed), takes_value};
    }

    [[nodiscard]] std::string manual() const {
        std::ostringstream out;
        const std::string name = command.empty() ? "election" : "election " + command;
        out << "NAME\n";
        fill(out, name + " - " + app.get_description(), indent_width);
        out << "\nSYNOPSIS\n";
        for (const std::string& line : usages) out << std::string(indent_width, ' ') << name << ' ' << line << '\n';
        for (const auto& [title, text] : leading) print_chapter(out, title, text);
        out << "\nOPTIONS\n";
        for (const CLI::Option* option : app.get_options()) {
            if (!option->get_description().empty()) print_option(out, *option);
        }
        for (const auto& [title, text] : trailing) print_chapter(out, title, text);
        return out.str();
    }

    static void print_chapter(std::ostream& out, const std::string& title, const std::string& text) {
        out << '\n' << title << '\n';
        print_text(out, text);
    }

    static void print_option(std::ostream& out, const CLI::Option& option) {
        std::string names;
        if (option.get_positional()) {
            names = option.get_name();
        } else {
            for (const std::string& name : option.get_snames()) names += (names.empty() ? "-" : ", -") + name;
            for (const std::string& name : option.get_lnames()) names += (names.empty() ? "--" : ", --") + name;
            if (option.get_items_expected_max() > 0) names += " " + option.get_type_name();
        }
        out << std::string(indent_width, ' ') << names << '\n';
        fill(out, option.get_description(), 2 * indent_width);
    }

    /// The entry whose option has that name; CLI11 knows the short names.
    [[nodiscard]] const std::pair<const std::string, entry>* find(const std::string& name) const {
        for (const auto& item : entries) {
            if (item.second.option->check_name(name)) return &item;
        }
        return nullptr;
    }

    [[noreturn]] void missing_value(const std::string& last_word) const {
        const auto* item = find(option_part(last_word));
        if (item == nullptr) throw bad_use(shown_word(last_word) + ": value is missing, " + see_help(command));
        throw bad_use(item->first + ": value is missing, " + item->second.allowed);
    }

    void check_counts() const {
        for (const auto& [name, item] : entries) {
            if (item.option->count() > 1) {
                throw bad_use(name + ": given " + std::to_string(item.option->count()) + " times, must be given once");
            }
            if (!item.takes_value && item.option->count() == 1 && item.option->results().front() != "true") {
                throw bad_use(name + ": " + shown_word(item.option->results().front()) +
                              " is a value, must be given without one");
            }
        }
    }

    void check_extras() const {
        for (const std::string& word : app.remaining()) {
            if (word == "--") continue;
            if (word.size() > 1 && word.front() == '-') {
                throw bad_use(shown_word(option_part(word)) + ": unknown option, " + see_help(command));
            }
            throw bad_use(shown_word(word) + ": unexpected argument, " + see_help(command));
        }
    }

    CLI::App app;
    std::string command;
    std::vector<std::string> usages;
    std::map<std::string, entry> entries;
    std::vector<std::pair<std::string, std::string>> leading;
    std::vector<std::pair<std::string, std::string>> trailing;
};

command_line::command_line(std::string command, std::string summary)
    : self_(std::make_unique<implementation>(std::move(command), std::move(summary))) {}

command_line::~command_line() = default;

command_line& command_line::usage(std::string line) {
    self_->usages.push_back(std::move(line));
    return *this;
}

command_line& command_line::argument(const std::string& name, const std::string& description) {
    CLI::Option* added = self_->app.add_option(name, description);
    added->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    self_->add(name, added, "must be given", true);
    return *this;
}

command_line& command_line::option(const std::string& names, std::string value, std::string allowed,
                                   const std::string& description) {
    CLI::Option* added = self_->app.add_option(names, description);
    added->type_name(std::move(value))->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    self_->add(names, added, std::move(allowed), true);
    return *this;
}

command_line& command_line::flag(const std::string& names, const std::string& description) {
    CLI::Option* added = self_->app.add_flag(names, description);
    added->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    self_->add(names, added, "must be given without a value", false);
    return *this;
}

command_line& command_line::chapter(std::string title, std::string text) {
    auto& chapters = self_->entries.empty() ? self_->leading : self_->trailing;
    chapters.emplace_back(std::move(title), std::move(text));
    return *this;
}

bool command_line::parse(std::vector<std::string> words, std::ostream& out) {
    self_->app.set_help_flag("-h,--help", "Print this page and exit.");
    const std::string last = words.empty() ? std::string() : words.back();
    std::reverse(words.begin(), words.end()); // as CLI11 wants them
    try {
        self_->app.parse(std::move(words));
    } catch (const CLI::CallForHelp&) {
        out << help();
        return false;
    } catch (const CLI::ArgumentMismatch&) {
        self_->missing_value(last); // only the last word can lack its value: an option takes whatever follows it
    } catch (const CLI::ParseError&) {
        throw bad_use(shown_word(last) + ": words that cannot be understood, " + see_help(self_->command));
    }
    self_->check_extras();
    self_->check_counts();
    return true;
}

bool command_line::has(const std::string& name) const { return self_->entries.at(name).option->count() > 0; }

std::optional<std::string> command_line::text(const std::string& name) const {
    const CLI::Option& option = *self_->entries.at(name).option;
    if (option.count() == 0) return std::nullopt;
    return option.results().front();
}

std::string command_line::required(const std::string& name) const {
    auto value = text(name);
    if (!value) {
        const bool is_option = name.front() == '-';
        throw bad_use(name + ": is missing, " + (is_option ? self_->entries.at(name).allowed : see_help(self_->command)));
    }
    return std::move(*value);
}

std::optional<std::int64_t> command_line::integer(const std::string& name, std::int64_t least, std::int64_t most) const {
    const auto word = text(name);
    if (!word) return std::nullopt;
    const auto value = parse_integer(*word);
    if (!value || *value < least || *value > most) throw bad_value(name);
    return value;
}

std::optional<double> command_line::real(const std::string& name, double least, double most) const {
    const auto word = text(name);
    if (!word) return std::nullopt;
    const auto value = parse_real(*word);
    if (!value || *value < least || *value > most) throw bad_value(name);
    return value;
}

bad_use command_line::bad_value(const std::string& name) const {
    return bad_use(name + ": " + shown_word(text(name).value_or("")) + " " + self_->entries.at(name).allowed);
}

std::string command_line::help() const { return self_->app.help(); }

} // namespace election::program
