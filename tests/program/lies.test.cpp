// SPDX-License-Identifier: MIT
// Liars of train as options: read by the program's own code, without a run of training.
#include "lies.hpp"

#include <cmath>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/deterministic.hpp>
#include <election/codes/repetition.hpp>

using namespace election;
using namespace election::program;
using arguments = std::vector<std::string>;
using set = std::vector<std::size_t>;

namespace {

training_lies read(const arguments& given, const packed_allocation& code = packed_allocation(deterministic(15, 3)),
                   tie_policy ties = tie_policy::abstain) {
    command_line line("train", "Trains.");
    declare_lies(line);
    describe_lies(line);
    std::ostringstream out;
    REQUIRE(line.parse(given, out));
    return read_lies(line, code, ties, 7);
}

set liars_in(training_lies& lies, std::uint64_t step) {
    const auto liars = lies.who.liars(step);
    return {liars.begin(), liars.end()};
}

} // namespace

TEST_CASE("nobody lies unless told to") {
    for (const arguments& given : {arguments{},
                                   {"--liars", "0"},
                                   {"--liars", "3", "--attack", "none"},
                                   {"--attack", "none"},
                                   {"--liars", "0", "--attack", "noise"}}) {
        training_lies lies = read(given);
        CHECK(std::holds_alternative<no_attack>(lies.attack));
        CHECK((!lies.who.anybody() && lies.liars == 0 && lies.attack_name == "none" && lies.placement_name == "none"));
        CHECK(lies.who.workers() == 15);
    }
}

TEST_CASE("liars without an attack reverse; they are drawn once with the seed") {
    training_lies lies = read({"--liars", "3"});
    CHECK((lies.attack_name == "reverse" && lies.placement_name == "random" && lies.liars == 3 && !lies.needs_gradients));
    CHECK(liars_in(lies, 0) == random_liars(15, 3, 7));
    CHECK(liars_in(lies, 1000) == liars_in(lies, 0));
    training_lies renewed = read({"--liars", "3", "--attack-renew", "10", "--attack-from", "5", "--attack-every", "2"});
    CHECK(liars_in(renewed, 4).empty());
    CHECK(liars_in(renewed, 5) == random_liars(15, 3, 7, 0));
    CHECK(liars_in(renewed, 6).empty());
    CHECK(liars_in(renewed, 15) == random_liars(15, 3, 7, 1));
}

TEST_CASE("placements") {
    training_lies fixed = read({"--liar-set", "4,0,7", "--attack", "noise"});
    CHECK((liars_in(fixed, 3) == set{0, 4, 7} && fixed.placement_name == "fixed:0,4,7" && fixed.liars == 3));
    training_lies same = read({"--liar-set", "4", "--placement", "fixed", "--liars", "1"});
    CHECK(liars_in(same, 0) == set{4});
    training_lies worst = read({"--liars", "3", "--placement", "worst"});
    REQUIRE(worst.worst.has_value());
    CHECK((worst.worst->failing == 0 && worst.worst->all_sets && worst.placement_name == "worst"));
    CHECK(liars_in(worst, 0) == worst.worst->liars);
    const packed_allocation groups(repetition(9, 3));
    training_lies group = read({"--liars", "3", "--placement", "group"}, groups);
    CHECK((liars_in(group, 0) == group_liars(groups, 3, 7) && group.placement_name == "group"));
    training_lies clustered = read({"--liars", "3", "--placement", "clustered", "--attack-renew", "1"});
    CHECK((liars_in(clustered, 0) == clustered_liars(15, 3, 7) && liars_in(clustered, 4) == clustered_liars(15, 3, 7, 4)));
}

TEST_CASE("every attack has its name") {
    struct entry {
        std::string given;
        std::string name;
        std::size_t alternative; ///< of training_attack, or of sent_attack + 10
        bool gradients = false;
    };
    const std::vector<entry> table{{"against", "against", 10},
                                   {"omniscient", "against", 10},
                                   {"reverse", "reverse", 11},
                                   {"directional", "directional:+1", 12},
                                   {"directional:-1", "directional:-1", 12},
                                   {"noise", "noise", 13},
                                   {"random", "noise", 13},
                                   {"flip:0.25", "flip:0.25", 14},
                                   {"mimic", "mimic", 15},
                                   {"zero-sum", "zero-sum", 16},
                                   {"stealth", "stealth", 17},
                                   {"collude", "collude", 18},
                                   {"gradient-noise:2", "gradient-noise:2", 19, true},
                                   {"gaussian:2", "gradient-noise:2", 19, true},
                                   {"scaling:-3", "scaling:-3", 20, true},
                                   {"scaling:nan", "scaling:nan", 20, true},
                                   {"scaling:inf", "scaling:inf", 20, true},
                                   {"alie:1.5", "alie:1.5", 21, true},
                                   {"ipm", "ipm", 22, true},
                                   {"reverse-partition", "reverse-partition", 23},
                                   {"label-flip", "label-flip", 2},
                                   {"silent", "silent", 3},
                                   {"drop:0.1", "drop:0.1", 3},
                                   {"directional:fixed", "directional:fixed", 4},
                                   {"drop-coordinates:0.1", "drop-coordinates:0.1", 5}};
    for (const entry& one : table) {
        CAPTURE(one.given);
        const training_lies lies = read({"--liars", "2", "--attack", one.given});
        const auto* sent = std::get_if<sent_attack>(&lies.attack);
        CHECK((sent != nullptr ? 10 + sent->index() : lies.attack.index()) == one.alternative);
        CHECK(lies.attack_name == one.name);
        CHECK(lies.needs_gradients == one.gradients);
        CHECK(lies.liars == 2);
    }
    CHECK(std::get<silent_attack>(read({"--liars", "2", "--attack", "drop:0.1"}).attack).share == 0.1);
    CHECK(std::get<sparse_vote_attack>(read({"--liars", "2", "--attack", "drop-coordinates:0.1"}).attack).share == 0.1);
    for (const char* who : {"--liars", "--liar-set"}) { // T for 15 workers, of whom 3 lie
        const training_lies chosen = read({who, std::string(who) == "--liars" ? "3" : "1,2,9", "--attack", "alie"});
        CHECK(std::abs(std::get<alie_attack>(std::get<sent_attack>(chosen.attack)).tau - 0.2104) < 1e-4);
        CHECK(chosen.attack_name.starts_with("alie:0.21"));
    }
    CHECK(read({"--liars", "0", "--attack", "alie"}).liars == 0);
    const auto flip = std::get<sent_attack>(read({"--liars", "2", "--attack", "flip:0.25"}).attack);
    CHECK(std::get<flip_attack>(flip).probability == 0.25);
    const auto scaled = std::get<sent_attack>(
        read({"--liars", "2", "--attack", "scaling:2"}, packed_allocation(deterministic(5, 1)), tie_policy::positive)
            .attack);
    CHECK((std::get<scaling_attack>(scaled).ties == tie_policy::positive &&
           std::get<scaling_attack>(scaled).code.workers() == 5));
}

TEST_CASE("the help has the definitions of both commands") {
    command_line line("train", "Trains.");
    declare_lies(line);
    describe_lies(line);
    const std::string help = line.help();
    for (const char* word : {" none ",
                             " against ",
                             " reverse ",
                             " reverse-partition ",
                             " directional ",
                             " noise ",
                             " flip:P ",
                             " silent ",
                             " drop:P ",
                             " drop-coordinates:P ",
                             " directional:fixed ",
                             " label-flip ",
                             " mimic ",
                             " zero-sum ",
                             " stealth ",
                             " collude ",
                             " gradient-noise:S ",
                             " scaling:F ",
                             " alie:T ",
                             " ipm ",
                             " clustered ",
                             " group ",
                             " worst "}) {
        CAPTURE(word);
        CHECK(help.find(word) != std::string::npos);
    }
}

TEST_CASE("bad liars get their one line") {
    struct bad {
        arguments given;
        std::string line;
    };
    const std::string rule =
        " must be none, reverse, reverse-partition, against, omniscient, flip:P, noise, random, "
        "directional, directional:-1, directional:fixed, "
        "zero-sum, stealth, mimic, collude, alie, alie:T, ipm, gradient-noise:S, gaussian:S, scaling:F, "
        "label-flip, silent, drop:P or drop-coordinates:P";
    const std::vector<bad> table{
        {{"--liars", "16"}, "--liars: 16 must be at most the number of workers n = 15; use fewer, or a code with more rows"},
        {{"--liars", "-1"}, "--liars: -1 must be a whole number from 0 to 1000000000"},
        {{"--liar-set", "3,15"}, "--liar-set: 15 must be a worker from 0 to 14"},
        {{"--liar-set", "3,3"}, "--liar-set: 3 is given twice, liars must be different workers"},
        {{"--liar-set", "3,"}, "--liar-set: '' must be a worker from 0 to 14"},
        {{"--liar-set", "3", "--liars", "2"}, "--liars: 2 contradicts --liar-set, which names 1"},
        {{"--liar-set", "3", "--placement", "worst"}, "--placement: worst contradicts --liar-set, must be fixed"},
        {{"--liars", "2", "--placement", "fixed"}, "--placement: fixed must go with --liar-set I,J,…"},
        {{"--liars", "2", "--placement", "near"}, "--placement: near must be random, fixed, worst, group or clustered"},
        {{"--liars", "2", "--placement", "worst", "--attack-renew", "3"},
         "--attack-renew: 3 must go with a placement that is drawn, not worst"},
        {{"--liar-set", "2", "--attack-renew", "3"}, "--attack-renew: 3 must go with a placement that is drawn, not fixed"},
        {{"--liars", "2", "--attack-renew", "0"}, "--attack-renew: 0 must be a whole number from 1 to 1000000000000000"},
        {{"--liars", "2", "--attack-every", "0"}, "--attack-every: 0 must be a whole number from 1 to 1000000000000000"},
        {{"--attack", "noise"}, "--attack: noise must go with liars: --liars B or --liar-set I,J,…"},
        {{"--liars", "2", "--attack", "frown"}, "--attack: frown" + rule},
        {{"--liars", "2", "--attack", "worst"}, "--attack: worst" + rule},
        {{"--liars", "2", "--attack", "label-flip:1"}, "--attack: label-flip:1" + rule},
        {{"--liars", "2", "--attack", "drop:2"}, "--attack: 2 must be a probability P from 0 to 1"},
        {{"--liars", "2", "--attack", "drop-coordinates:x"}, "--attack: x must be a probability P from 0 to 1"},
        {{"--liars", "8", "--attack", "alie"},
         "--attack: alie chooses T where at most half of the workers lie, of three or more; 8 of 15 lie: give it as alie:T"},
        {{"--liars", "2", "--attack", "flip:x"}, "--attack: x must be a probability P from 0 to 1"},
        {{"--liars", "2", "--attack", "gaussian:-1"}, "--attack: -1 must be a standard deviation S, at least 0"},
    };
    for (const bad& one : table) {
        CAPTURE(one.line);
        CHECK_THROWS_WITH_AS((void)read(one.given), one.line.c_str(), bad_use);
    }
}
