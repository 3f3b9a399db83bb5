// SPDX-License-Identifier: MIT
// Bad input: one exact line on standard error, nothing on standard output, status 2.
#include "run.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using election_test::run;
using election_test::scratch;

namespace {

struct bad_use {
    std::vector<std::string> words; ///< "@NAME" is a file of the scratch folder
    std::string line;               ///< "@" is the folder
};

} // namespace

TEST_CASE("every bad option and every malformed file gets its one line") {
    const scratch folder;
    (void)folder.file("good.txt", "100\n010\n001\n");
    (void)folder.file("empty.txt", "");
    (void)folder.file("comment.txt", "# nothing\n");
    (void)folder.file("ragged.txt", "100\n01\n");
    (void)folder.file("letter.txt", "100\n0a0\n");
    (void)folder.file("control.txt", "100\n0\x1b[31m0\n");
    (void)folder.file("comma.txt", "1,,0\n");
    (void)folder.file("two.csv", "1,2\n");
    (void)folder.file("header.csv", "a,b\n1,0\n");
    (void)folder.file("text.npy", "101\n");
    (void)folder.file("cut.npy", "\x93NUMPY");
    (void)folder.file("text.mtx", "101\n");
    (void)folder.file("range.mtx", "%%MatrixMarket matrix coordinate pattern general\n2 2 1\n3 1\n");
    (void)folder.file("huge.mtx", "%%MatrixMarket matrix coordinate pattern general\n9999999999 9999999999 1\n1 1\n");
    (void)folder.file("text.alist", "x\n");
    (void)folder.file("wide.txt", std::string(65, '1') + "\n");
    std::string identity;
    for (std::size_t i = 0; i < 41; ++i) identity += std::string(i, '0') + "1" + std::string(40 - i, '0') + "\n";
    (void)folder.file("identity.txt", identity);
    (void)folder.file("even.txt", "1100\n0110\n0011\n");
    (void)folder.file("widest.txt", std::string(129, '1') + "\n");
    (void)folder.file("claim.json", R"({"workers":3,"partitions":3,"ties":"abstain","exact":false})");
    (void)folder.file("other.json", R"({"workers":4,"partitions":3,"ties":"abstain","exact":false})");
    (void)folder.file("broken.json", "{\n\"workers\": ,}");
    (void)folder.file("list.json", "[1]");
    (void)folder.file("ties.json", R"({"workers":3,"partitions":3,"exact":true})");

    const std::vector<bad_use> table{
        // words
        {{}, "COMMAND: is missing, see 'election --help'"},
        {{"frobnicate"}, "frobnicate: unknown command, see 'election --help'"},
        {{"--frobnicate"}, "--frobnicate: unknown option, see 'election --help'"},
        {{"verify"}, "FILE: is missing, see 'election verify --help'"},
        {{"info"}, "FILE: is missing, see 'election info --help'"},
        {{"check", "@good.txt"}, "CLAIM: is missing, see 'election check --help'"},
        {{"verify", "@good.txt", "more"}, "more: unexpected argument, see 'election verify --help'"},
        {{"verify", "@good.txt", "--frob"}, "--frob: unknown option, see 'election verify --help'"},
        {{"verify", "@good.txt", "--frob=1"}, "--frob: unknown option, see 'election verify --help'"},
        {{"verify", "@good.txt", "--ties"}, "--ties: value is missing, must be abstain, positive, negative or coin"},
        {{"verify", "@good.txt", "--ties", "maybe"}, "--ties: maybe must be abstain, positive, negative or coin"},
        {{"verify", "@good.txt", "--ties", "coin", "--ties", "coin"}, "--ties: given 2 times, must be given once"},
        {{"verify", "@good.txt", "--json=3"}, "--json: 3 is a value, must be given without one"},
        // numbers
        {{"verify", "@good.txt", "--tolerates", "-1"}, "--tolerates: -1 must be a whole number from 0 to 1000000000"},
        {{"verify", "@good.txt", "--tolerates", "1.5"}, "--tolerates: 1.5 must be a whole number from 0 to 1000000000"},
        {{"verify", "@good.txt", "--tolerates", ""}, "--tolerates: '' must be a whole number from 0 to 1000000000"},
        {{"verify", "@good.txt", "--threads", "0"}, "--threads: 0 must be a whole number from 1 to 1024"},
        {{"verify", "@good.txt", "--threads", "two"}, "--threads: two must be a whole number from 1 to 1024"},
        {{"verify", "@good.txt", "--time-limit", "0"},
         "--time-limit: 0 must be a number of seconds above 0 and up to 1000000000"},
        {{"verify", "@good.txt", "--time-limit", "nan"},
         "--time-limit: nan must be a number of seconds above 0 and up to 1000000000"},
        {{"verify", "@good.txt", "--method", "magic"},
         "--method: magic must be auto, exhaustive, symmetric, tree, frontier, circulant or reference"},
        {{"verify", "@good.txt", "--certificate", "-"}, "--certificate: must be the name of a file"},
        {{"verify", "@good.txt", "--certificate", "c", "--method", "reference"},
         "--certificate: this method writes none, use auto"},
        {{"verify", "@good.txt", "--certificate", "@missing/c"},
         "--certificate: @/missing/c must be in a folder that is there"},
        {{"verify", "@good.txt", "--checkpoint", "@missing/c"},
         "--checkpoint: @/missing/c must be in a folder that is there"},
        {{"check", "@good.txt", "c", "--sample", "0"}, "--sample: 0 must be a whole number from 1 to 1000000000000"},
        {{"check", "@good.txt", "c", "--seed", "1"}, "--seed: must go with --sample"},
        {{"verify", "@good.txt", "--corrupted", "4"}, "--corrupted: 4 must be at most 3, the number of partitions"},
        {{"verify", "@good.txt", "--alphabet", "greek"}, "--alphabet: greek must be binary or ternary"},
        {{"verify", "@good.txt", "--liar-set", "99"}, "--liar-set: 99 must be a worker from 0 to 2"},
        {{"verify", "@good.txt", "--may-lose", "0,0"}, "--may-lose: 0 is given twice"},
        {{"verify", "@good.txt", "--weights", "1,2"}, "--weights: 2 numbers given, the code has 3 workers"},
        {{"verify", "@good.txt", "--weights", "1,2,x"}, "--weights: x must be a whole number from 0 to 1000"},
        {{"verify", "@good.txt", "--weights", "1,2,3", "--tolerates", "1"},
         "--tolerates: liars that weigh differently have no number, leave it away or --weights"},
        {{"verify", "@good.txt", "--method", "exhaustive", "--alphabet", "ternary"},
         "--method: this one is for binary messages and workers that are alike, use auto"},
        {{"verify", "@good.txt", "--format", "xls"}, "--format: xls must be text, csv, npy, mtx or alist"},
        {{"verify", "@wide.txt", "--method", "exhaustive"},
         "--method: exhaustive covers at most 64 partitions, @/wide.txt has 65; use auto"},
        {{"verify", "@wide.txt", "--method", "reference"},
         "--method: reference covers at most 24 partitions, @/wide.txt has 65; use auto"},
        // generators
        {{"generate"}, "FAMILY: is missing, see 'election generate --list'"},
        {{"generate", "star"},
         "star: unknown family, must be uncoded, full, repetition, systematic, deterministic, bernoulli, regular, "
         "cyclic, paley or plane"},
        {{"generate", "deterministic", "--n", "4", "--b", "1"}, "--n: 4 must be odd"},
        {{"generate", "deterministic", "--n", "5", "--b", "3"}, "--b: 3 must be at most (n - 1) / 2 = 2"},
        {{"generate", "deterministic", "--n", "5"}, "--b: is missing, must be a whole number from 0 on"},
        {{"generate", "deterministic", "--n", "five", "--b", "1"},
         "--n: five must be a whole number from 0 to 18446744073709551615"},
        {{"generate", "deterministic", "--n", "-5", "--b", "1"},
         "--n: -5 must be a whole number from 0 to 18446744073709551615"},
        {{"generate", "bernoulli", "--n", "5", "--k", "5", "--p", "1.5"}, "--p: 1.5 must be 0 to 1"},
        {{"generate", "bernoulli", "--n", "5", "--k", "5", "--p", "nan"}, "--p: nan must be a number"},
        {{"generate", "paley", "--q", "15"}, "--q: 15 must be an odd prime power up to 4096"},
        {{"generate", "plane", "--q", "6"}, "--q: 6 must be a prime power up to 128"},
        {{"generate", "cyclic", "--n", "5", "--k", "5", "--weight", "6"}, "--weight: 6 must be 1 to k = 5"},
        {{"generate", "regular", "--n", "5", "--k", "5", "--degree", "0"}, "--degree: 0 must be 1 to n = 5"},
        {{"generate", "full", "--n", "9999999", "--k", "9999999"},
         "--n: 9999999 makes a matrix of more than 2^32 entries with k = 9999999"},
        {{"generate", "repetition", "--n", "6", "--k", "6", "--weight", "18446744073709551615"},
         "--weight: 18446744073709551615 must be 1 to n = 6"},
        {{"generate", "systematic", "--k", "100000", "--b", "100000"},
         "--b: 100000 makes a matrix of more than 2^32 entries with k = 100000"},
        {{"generate", "uncoded", "--n", "3", "-o", "@"}, "@/: is a folder; a file name must be given"},
        {{"generate", "uncoded", "--n", "3", "-o", "@no/x"}, "@/no/x: cannot be written: No such file or directory"},
        // elections and liars
        {{"enumerate", "@good.txt", "--messages", "all"},
         "--messages: all must be nearest, uniform, weight:W, independent:Q, gaussian:SNR, gaussian:SNR,CORRELATION, "
         "partitions:Q,… or recorded:FILE"},
        {{"enumerate", "@good.txt", "--messages", "nearest:1"},
         "--messages: nearest:1 must be nearest, uniform, weight:W, independent:Q, gaussian:SNR, "
         "gaussian:SNR,CORRELATION, partitions:Q,… or recorded:FILE"},
        {{"enumerate", "@good.txt", "--messages", "weight:4"},
         "--messages: 4 must be a number W of partitions from 0 to k = 3"},
        {{"enumerate", "@good.txt", "--messages", "weight:"},
         "--messages: '' must be a number W of partitions from 0 to k = 3"},
        {{"enumerate", "@even.txt", "--messages", "weight:2"},
         "--messages: 2 is half of the partitions: such messages have no truth"},
        {{"enumerate", "@good.txt", "--messages", "independent:1.1"}, "--messages: 1.1 must be a probability Q from 0 to 1"},
        {{"enumerate", "@good.txt", "--messages", "independent:nan"}, "--messages: nan must be a probability Q from 0 to 1"},
        {{"enumerate", "@good.txt", "--messages", "gaussian:x"}, "--messages: x must be a number SNR"},
        {{"enumerate", "@good.txt", "--messages", "gaussian:1,2"},
         "--messages: 2 must be a probability CORRELATION from 0 to 1"},
        {{"enumerate", "@good.txt", "--messages", "gaussian:1,0,0"}, "--messages: 1,0,0 must be SNR or SNR,CORRELATION"},
        {{"enumerate", "@good.txt", "--liars", "4"}, "--liars: 4 must be at most n = 3"},
        {{"enumerate", "@good.txt", "--liars", "-1"}, "--liars: -1 must be a whole number from 0 to 1000000000"},
        {{"enumerate", "@good.txt", "--placement", "best"}, "--placement: best must be worst, random or fixed:I,J,…"},
        {{"enumerate", "@good.txt", "--placement", "fixed"}, "--placement: fixed must be worst, random or fixed:I,J,…"},
        {{"enumerate", "@good.txt", "--placement", "fixed:3"}, "--placement: 3 must be a worker from 0 to 2"},
        {{"enumerate", "@good.txt", "--placement", "fixed:0,"}, "--placement: '' must be a worker from 0 to 2"},
        {{"enumerate", "@good.txt", "--placement", "fixed:0,0"},
         "--placement: 0 is given twice, liars must be different workers"},
        {{"enumerate", "@good.txt", "--placement", "fixed:0", "--liars", "2"},
         "--liars: 2 contradicts --placement, which names 1"},
        {{"enumerate", "@good.txt", "--placement", "worst", "--attack", "random"},
         "--placement: worst contradicts --attack random, must be left out or random"},
        {{"enumerate", "@good.txt", "--attack", "bribe"},
         "--attack: bribe must be against, reverse, directional, directional:-1, noise, flip:P, worst or random"},
        {{"enumerate", "@good.txt", "--attack", "flip"},
         "--attack: flip must be against, reverse, directional, directional:-1, noise, flip:P, worst or random"},
        {{"enumerate", "@good.txt", "--attack", "flip:2"}, "--attack: 2 must be a probability P from 0 to 1"},
        {{"enumerate", "@good.txt", "--placement", "fixed:0", "--attack", "reverse"},
         "--attack: reverse depends on how just these liars would vote, which a tally does not say; with --placement fixed "
         "it must be against, directional or noise; use 'election estimate'"},
        {{"enumerate", "@identity.txt"},
         "@/identity.txt: 41 different columns make more than 2^40 messages, the most that enumeration covers; use "
         "'election estimate'"},
        {{"enumerate", "@widest.txt"},
         "@/widest.txt: 129 partitions, enumeration covers at most 128; use 'election estimate'"},
        {{"enumerate", "@good.txt", "--time-limit", "0"},
         "--time-limit: 0 must be a number of seconds above 0 and up to 1000000000"},
        {{"enumerate", "@good.txt", "-o", "@"}, "@/: is a folder; a file name must be given"},
        // bounds
        {{"bound", "--n", "5", "--k", "5"}, "--b: is missing, must be a whole number from 0 to 9223372036854775807"},
        {{"bound", "--n", "5", "--k", "5", "--b", "-1"}, "--b: -1 must be a whole number from 0 to 9223372036854775807"},
        {{"bound", "--n", "6", "--k", "5", "--b", "3"}, "--b: 3 must be at most (n - 1) / 2 = 2"},
        {{"bound", "--n", "0", "--k", "5", "--b", "0"}, "--n: 0 must be 1 to 1000000"},
        {{"bound", "--n", "5", "--k", "0", "--b", "0"}, "--k: 0 must be 1 to 10000"},
        {{"bound", "--n", "5", "--k", "10001", "--b", "0", "--p", "0.5"}, "--k: 10001 must be 1 to 10000"},
        {{"bound", "--n", "5", "--k", "5", "--b", "1", "--p", "1.5"}, "--p: 1.5 must be 0 to 1"},
        {{"bound", "--n", "5", "--k", "5", "--b", "1", "--p", "nan"}, "--p: nan must be 0 to 1"},
        {{"bound", "--n", "5", "--k", "5", "--b", "1", "--risk", "0"}, "--risk: 0 must be a number above 0 and up to 1"},
        {{"bound", "--n", "5", "--k", "5", "--b", "1", "code.txt"},
         "code.txt: unexpected argument, see 'election bound --help'"},
        // files
        {{"verify", "@missing.txt"}, "@/missing.txt: cannot be opened: No such file or directory"},
        {{"verify", "@missing\n\x1b[31m.txt"}, "@/missing\\x0a\\x1b[31m.txt: cannot be opened: No such file or directory"},
        {{"verify", "@"}, "@/: is a folder; a matrix file must be given"},
        {{"info", "/proc/self/mem"}, "/proc/self/mem: cannot be read"},
        {{"verify", "@empty.txt"}, "@/empty.txt: is empty; a matrix has at least one worker"},
        {{"verify", "@comment.txt"}, "@/comment.txt: has no rows of 0 and 1; a matrix has at least one worker"},
        {{"verify", "@ragged.txt"}, "@/ragged.txt:2: 2 entries, but the first worker (line 1) has 3 entries"},
        {{"info", "@letter.txt"}, "@/letter.txt:2: column 2: 'a' is neither 0 nor 1"},
        {{"info", "@control.txt"}, "@/control.txt:2: column 2: '\\x1b' is neither 0 nor 1"},
        {{"info", "@comma.txt"}, "@/comma.txt:1: column 3: a comma without an entry before it"},
        {{"info", "@two.csv"}, "@/two.csv:1: field 2: '2' is neither 0 nor 1"},
        {{"export", "@header.csv"}, "@/header.csv:1: field 1: 'a' is neither 0 nor 1"},
        {{"verify", "@text.npy"}, "@/text.npy: is no NumPy file: it does not begin with \\x93NUMPY"},
        {{"verify", "@cut.npy"}, "@/cut.npy: is cut off inside its header"},
        {{"verify", "@text.mtx"},
         "@/text.mtx:1: must be '%%MatrixMarket matrix coordinate|array pattern|integer|real general|symmetric'"},
        {{"verify", "@range.mtx"}, "@/range.mtx:3: worker '3' must be 1 to 2"},
        {{"verify", "@huge.mtx"},
         "@/huge.mtx:2: the matrix is 9999999999 x 9999999999, more than the 2^36 entries that are read"},
        {{"verify", "@text.alist"}, "@/text.alist:1: 'x' is not a count"},
        {{"verify", "@good.txt", "--format", "mtx"},
         "@/good.txt:1: must be '%%MatrixMarket matrix coordinate|array pattern|integer|real general|symmetric'"},
        {{"export", "@good.txt", "--format", "mps"}, "--format: mps must be text, csv, npy, mtx, alist, opb or lp"},
        {{"export", "@good.txt", "--from", "opb"}, "--from: opb must be text, csv, npy, mtx or alist"},
        {{"export", "@good.txt", "--ties", "coin"}, "--ties: goes with --format opb or lp only"},
        {{"export", "@good.txt", "--format", "csv", "--truth", "+"}, "--truth: goes with --format opb or lp only"},
        {{"export", "@good.txt", "--weights", "1"}, "--weights: goes with --format opb or lp only"},
        {{"export", "@good.txt", "--format", "lp", "--truth", "1"}, "--truth: 1 must be + or -"},
        {{"export", "@good.txt", "--format", "opb", "--ties", "flip"},
         "--ties: flip must be abstain, positive, negative or coin"},
        // claims
        {{"check", "-", "-"}, "CLAIM: - is the code already, must be a file"},
        {{"check", "@good.txt", "@missing.json"}, "@/missing.json: cannot be opened: No such file or directory"},
        {{"check", "@good.txt", "@empty.txt"}, "@/empty.txt: is empty; a claim is what 'election verify --json' prints"},
        {{"check", "@good.txt", "@broken.json"}, "@/broken.json:2: is not JSON at byte 14"},
        {{"check", "@good.txt", "@list.json"}, "@/list.json: must be one JSON object, as 'election verify --json' prints"},
        {{"check", "@good.txt", "@ties.json"}, "@/ties.json: lacks \"ties\""},
        {{"check", "@good.txt", "@other.json"},
         "@/other.json: the claim is about 4 workers and 3 partitions; the matrix has 3 and 3"},
        {{"check", "@missing.txt", "@claim.json"}, "@/missing.txt: cannot be opened: No such file or directory"},
    };
    CHECK(table.size() >= 60);
    const std::string root = folder.path("");
    for (const bad_use& entry : table) {
        std::vector<std::string> words;
        std::string typed;
        for (const std::string& word : entry.words) {
            words.push_back(word.starts_with('@') ? root + word.substr(1) : word);
            typed += word + " ";
        }
        std::string line = entry.line;
        for (std::size_t at = line.find("@/"); at != std::string::npos; at = line.find("@/")) line.replace(at, 2, root);
        CAPTURE(typed);
        const auto result = run(folder, words);
        CHECK(result.err == "election: " + line + "\n");
        CHECK(result.out.empty());
        CHECK(result.status == 2);
    }
}
