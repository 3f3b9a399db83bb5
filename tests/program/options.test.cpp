// SPDX-License-Identifier: MIT
#include "options.hpp"

#include <cstdint>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <support/seed.hpp>

using namespace election::program;

namespace {

/// What a command makes of words: its values, the help, or the error.
std::string outcome(const std::vector<std::string>& words) {
    command_line line("test", "a test");
    line.usage("FILE [OTHER] [options]")
        .argument("FILE", "A file.")
        .argument("OTHER", "Another.")
        .option("--alpha", "A", "must be something", "An option.")
        .option("--output,-o", "FILE", "must be a file", "One with a short name.")
        .flag("--json", "A flag.")
        .flag("--quiet,-q", "One with a short name.");
    std::ostringstream out;
    try {
        if (!line.parse(words, out)) return out.str();
        std::string values;
        for (const char* name : {"FILE", "OTHER", "--alpha", "--output"}) values += line.text(name).value_or("none") + '|';
        for (const char* name : {"--json", "--quiet"}) values += line.has(name) ? "yes|" : "no|";
        return values;
    } catch (const bad_use& failure) {
        return failure.what();
    }
}

} // namespace

TEST_CASE("words that leave no doubt are taken as CLI11 takes them") {
    CAPTURE(election_test::seed());
    std::mt19937 random(static_cast<std::uint32_t>(election_test::seed()));
    const std::vector<std::string> pool{
        "code.txt",   "./x",    "/y", "a=b", "7",  "1,2",       "--alpha", "--alpha=z",    "--output", "--json",   "--quiet",
        "--output=f", "-o",     "-q", "-of", "-",  "",          "-5",      "[x]",          "--alpha=", "--json=1", "--beta",
        "--beta=1",   "--help", "_",  "'q'", "{}", "--alpha=-", "a b",     "--output=[1]", "---",      "+"};
    int values = 0;
    int others = 0;
    for (int round = 0; round < 20000; ++round) {
        std::vector<std::string> words;
        const std::size_t plain = round % 2 == 0 ? 12 : pool.size();
        for (std::size_t i = random() % 7; i > 0; --i) words.push_back(pool[random() % plain]);
        const std::string last = words.empty() ? "" : words.back();
        const bool wants_value = last == "--alpha" || last == "--alpha=" || last == "--output" || last == "-o";
        if (wants_value) words.emplace_back("v"); // and not the mark
        std::string shown;
        for (const std::string& word : words) shown += word + ' ';
        CAPTURE(shown);
        std::vector<std::string> marked = words; // with a mark, which CLI11 takes
        marked.emplace_back("--");
        const std::string found = outcome(words);
        REQUIRE(found == outcome(marked));
        ++(found.ends_with("|") ? values : others);
    }
    CHECK(values > 3000); // the test looks at something
    CHECK(others > 3000);
}

TEST_CASE("values of options and flags, by hand") {
    CHECK(outcome({}) == "none|none|none|none|no|no|");
    CHECK(outcome({"a", "--json", "b", "--alpha", "c", "--output=d=e", "--quiet"}) == "a|b|c|d=e|yes|yes|");
    CHECK(outcome({"a", "-o", "-", "-q"}) == "a|none|none|-|no|yes|");
    CHECK(outcome({"--alpha", "--json"}) == "none|none|--json|none|no|no|");
    CHECK(outcome({"--alpha"}) == "--alpha: value is missing, must be something");
    CHECK(outcome({"a", "b", "c"}) == "c: unexpected argument, see 'election test --help'");
    CHECK(outcome({"--json", "--json"}) == "--json: given 2 times, must be given once");
    CHECK(outcome({"--json=x"}) == "--json: x is a value, must be given without one");
    CHECK(outcome({"--alph", "x"}) == "--alph: unknown option, see 'election test --help'");
    const std::string help = outcome({"a", "--help"});
    CHECK(help.starts_with(
        "NAME\n      election test - a test\n\nSYNOPSIS\n      election test FILE [OTHER] [options]\n\nOPTIONS\n"
        "      FILE\n            A file.\n"));
    CHECK(help.ends_with("      -o, --output FILE\n            One with a short name.\n      --json\n            A flag.\n"
                         "      -q, --quiet\n            One with a short name.\n"
                         "      -h, --help\n            Print this page and exit.\n"));
}
