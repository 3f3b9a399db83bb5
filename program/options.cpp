// SPDX-License-Identifier: MIT
#include "options.hpp"

#include <algorithm>
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
    enum class kind { argument, option, flag };

    struct entry {
        std::vector<std::string> names; ///< the first one names it in errors
        std::string value;              ///< what stands for it in the help
        std::string allowed;
        std::string description;
        kind is = kind::flag;
        std::vector<std::string> results = {}; ///< as often as it was given; "true" of a flag

        [[nodiscard]] const std::string& name() const noexcept { return names.front(); }
        [[nodiscard]] bool is_named(std::string_view word) const {
            return std::find(names.begin(), names.end(), word) != names.end();
        }
    };

    explicit implementation(std::string name, std::string text) : command(std::move(name)), summary(std::move(text)) {}

    void add(const std::string& names, kind is, std::string value, std::string allowed, std::string description) {
        entry added{{}, std::move(value), std::move(allowed), std::move(description), is};
        for (std::size_t begin = 0; begin <= names.size();) {
            const std::size_t end = std::min(names.find(',', begin), names.size());
            added.names.push_back(names.substr(begin, end - begin));
            begin = end + 1;
        }
        entries.push_back(std::move(added));
    }

    /// Takes words that leave no doubt: values that begin with a letter, a digit or a path, and options by their long names, each once.
    /// CLI11 would take them the same way; to make its objects takes longer than many a verification.
    /// \returns false if there is any other word; then nothing was taken
    [[nodiscard]] bool take_plain(const std::vector<std::string>& words) {
        const auto is_plain = [](std::string_view word) {
            constexpr std::string_view first = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/.";
            return !word.empty() && first.find(word.front()) != std::string_view::npos;
        };
        const auto named = [&](std::string_view name, kind is) -> entry* {
            const auto found = std::find_if(entries.begin(), entries.end(), [&](const entry& declared) {
                return declared.is == is && declared.results.empty() && (is == kind::argument || declared.is_named(name));
            });
            return found == entries.end() ? nullptr : &*found;
        };
        const auto take = [&](std::size_t& at) {
            const std::string& word = words[at];
            if (is_plain(word)) {
                entry* argument = named({}, kind::argument);
                if (argument != nullptr) argument->results.push_back(word);
                return argument != nullptr;
            }
            if (!word.starts_with("--")) return false;
            if (entry* flag = named(word, kind::flag)) {
                flag->results.emplace_back("true");
                return true;
            }
            const std::string name = option_part(word);
            const bool has_value = name.size() < word.size();
            if (!has_value && at + 1 == words.size()) return false;
            const std::string value = has_value ? word.substr(name.size() + 1) : words[at + 1];
            entry* option = named(name, kind::option);
            if (option == nullptr || !is_plain(value)) return false;
            option->results.push_back(value);
            if (!has_value) ++at;
            return true;
        };
        for (std::size_t at = 0; at < words.size(); ++at) {
            if (take(at)) continue;
            for (entry& declared : entries) declared.results.clear();
            return false;
        }
        return true;
    }

    /// Has CLI11 take the words.
    /// \returns false if they ask for help
    [[nodiscard]] bool take(std::vector<std::string> words) {
        CLI::App app;
        app.allow_extras();
        std::vector<CLI::Option*> options;
        for (const entry& declared : entries) {
            std::string names;
            for (const std::string& name : declared.names) names += (names.empty() ? "" : ",") + name;
            CLI::Option* option = declared.is == kind::flag ? app.add_flag(names) : app.add_option(names);
            option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
            if (declared.is != kind::flag) option->expected(1);
            options.push_back(option);
        }
        const std::string last = words.empty() ? std::string() : words.back();
        std::reverse(words.begin(), words.end()); // as CLI11 wants them
        try {
            app.parse(std::move(words));
        } catch (const CLI::CallForHelp&) {
            return false;
        } catch (const CLI::ArgumentMismatch&) {
            missing_value(last); // only the last word can lack its value: an option takes whatever follows it
        } catch (const CLI::ParseError&) {
            throw bad_use(shown_word(last) + ": words that cannot be understood, " + see_help(command));
        }
        for (std::size_t i = 0; i < entries.size(); ++i) entries[i].results = options[i]->results();
        check_extras(app.remaining());
        check_counts();
        return true;
    }

    [[nodiscard]] std::string manual() const {
        std::ostringstream out;
        const std::string name = command.empty() ? "election" : "election " + command;
        out << "NAME\n";
        fill(out, name + " - " + summary, indent_width);
        out << "\nSYNOPSIS\n";
        for (const std::string& line : usages) out << std::string(indent_width, ' ') << name << ' ' << line << '\n';
        for (const auto& [title, text] : leading) print_chapter(out, title, text);
        out << "\nOPTIONS\n";
        for (const entry& listed : entries) {
            if (!listed.description.empty()) print_option(out, listed);
        }
        print_option(out, {{"-h", "--help"}, {}, {}, "Print this page and exit."});
        for (const auto& [title, text] : trailing) print_chapter(out, title, text);
        return out.str();
    }

    static void print_chapter(std::ostream& out, const std::string& title, const std::string& text) {
        out << '\n' << title << '\n';
        print_text(out, text);
    }

    /// Short names come first.
    static void print_option(std::ostream& out, const entry& listed) {
        std::string names;
        for (const bool is_long : {false, true}) {
            for (const std::string& name : listed.names) {
                if (name.starts_with("--") == is_long) names += (names.empty() ? "" : ", ") + name;
            }
        }
        if (listed.is == kind::option) names += " " + listed.value;
        out << std::string(indent_width, ' ') << names << '\n';
        fill(out, listed.description, 2 * indent_width);
    }

    [[nodiscard]] const entry& at(std::string_view name) const {
        for (const entry& declared : entries) {
            if (declared.name() == name) return declared;
        }
        throw std::logic_error("command_line: no option " + std::string(name) + " was declared");
    }

    [[noreturn]] void missing_value(const std::string& last_word) const {
        const std::string word = option_part(last_word);
        for (const entry& declared : entries) {
            if (declared.is_named(word)) throw bad_use(declared.name() + ": value is missing, " + declared.allowed);
        }
        throw bad_use(shown_word(last_word) + ": value is missing, " + see_help(command));
    }

    /// Of several that are wrong, the first by name is told.
    void check_counts() const {
        std::map<std::string_view, const entry*> given;
        for (const entry& declared : entries) {
            if (!declared.results.empty()) given.emplace(declared.name(), &declared);
        }
        for (const auto& [name, item] : given) {
            if (item->results.size() > 1) {
                throw bad_use(item->name() + ": given " + std::to_string(item->results.size()) +
                              " times, must be given once");
            }
            if (item->is == kind::flag && item->results.front() != "true") {
                throw bad_use(item->name() + ": " + shown_word(item->results.front()) +
                              " is a value, must be given without one");
            }
        }
    }

    void check_extras(const std::vector<std::string>& extras) const {
        for (const std::string& word : extras) {
            if (word == "--") continue;
            if (word.size() > 1 && word.front() == '-') {
                throw bad_use(shown_word(option_part(word)) + ": unknown option, " + see_help(command));
            }
            throw bad_use(shown_word(word) + ": unexpected argument, " + see_help(command));
        }
    }

    std::string command;
    std::string summary;
    std::vector<std::string> usages;
    std::vector<entry> entries;
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

command_line& command_line::argument(const std::string& name, std::string description) {
    self_->add(name, implementation::kind::argument, {}, "must be given", std::move(description));
    return *this;
}

command_line& command_line::option(const std::string& names, std::string value, std::string allowed,
                                   std::string description) {
    self_->add(names, implementation::kind::option, std::move(value), std::move(allowed), std::move(description));
    return *this;
}

command_line& command_line::flag(const std::string& names, std::string description) {
    self_->add(names, implementation::kind::flag, {}, "must be given without a value", std::move(description));
    return *this;
}

command_line& command_line::chapter(std::string title, std::string text) {
    auto& chapters = self_->entries.empty() ? self_->leading : self_->trailing;
    chapters.emplace_back(std::move(title), std::move(text));
    return *this;
}

bool command_line::parse(std::vector<std::string> words, std::ostream& out) {
    if (self_->take_plain(words) || self_->take(std::move(words))) return true;
    out << help();
    return false;
}

bool command_line::has(const std::string& name) const { return !self_->at(name).results.empty(); }

std::optional<std::string> command_line::text(const std::string& name) const {
    const implementation::entry& given = self_->at(name);
    if (given.results.empty()) return std::nullopt;
    return given.results.front();
}

std::string command_line::required(const std::string& name) const {
    auto value = text(name);
    if (!value) {
        const bool is_option = name.front() == '-';
        throw bad_use(name + ": is missing, " + (is_option ? self_->at(name).allowed : see_help(self_->command)));
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
    return bad_use(name + ": " + shown_word(text(name).value_or("")) + " " + self_->at(name).allowed);
}

std::string command_line::help() const { return self_->manual(); }

} // namespace election::program
