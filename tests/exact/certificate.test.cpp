// SPDX-License-Identifier: MIT
#include <election/exact/certificate.hpp>

#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/packed_allocation.hpp>
#include <election/codes/uncoded.hpp>

namespace {

std::string in_digits(const std::vector<std::uint16_t>& multipliers) {
    std::string text;
    election::detail::append_multipliers(text, multipliers);
    return text;
}

} // namespace

TEST_CASE("fnv64: the published values, and the text form") {
    const auto hash = [](std::string_view text) {
        election::detail::fnv64 made;
        made.add(text);
        return election::detail::hash_text(made.value());
    };
    CHECK(hash("") == "cbf29ce484222325");
    CHECK(hash("a") == "af63dc4c8601ec8c");
    CHECK(hash("foobar") == "85944171f73967e8");
    CHECK(election::detail::hash_text(0xaU) == "000000000000000a");
}

TEST_CASE("text_hash: of the rows as text") {
    election::packed_allocation code(2, 3);
    code.set(0, 1);
    code.set(1, 2);
    election::detail::fnv64 expected;
    expected.add("010\n001\n");
    CHECK(election::detail::text_hash(code) == expected.value());
}

TEST_CASE("multipliers: digits at every bound, runs of zeros, zeros at the end") {
    CHECK(in_digits({}).empty());
    CHECK(in_digits({0, 0, 0}).empty());
    CHECK(in_digits({0, 1}) == "01");
    CHECK(in_digits({0, 0, 15, 0, 0}) == ".0F");
    CHECK(in_digits({16, 79, 80, 2063}) == "G0G_H0l_");
    CHECK(in_digits({2064, 2127, 2128, 65535}) == "m00m0_m10_Vl");
    std::vector<std::uint16_t> sparse(68, 0);
    sparse[65] = 1;
    sparse.back() = 2;
    CHECK(in_digits(sparse) == "._102");
}

TEST_CASE("tree_writer: what each member appends, with the partitions' own numbers") {
    using list = std::vector<std::uint32_t>;
    const std::vector<std::uint16_t> multipliers{1, 0, 20};
    election::tree_writer tree({10, 11, 12, 13, 14});
    tree.begin(0);
    tree.fix(list{0}, list{}, list{1, 2}, list{}, multipliers);
    tree.fix(list{}, list{3}, list{}, list{4}, {});
    tree.branch(2, 1, list{}, list{});
    tree.prune(multipliers);
    tree.branch(2, 0, list{3, 4}, list{0});
    tree.prune({});
    tree.closed();
    tree.enumerated();
    tree.see(70);
    tree.begin(70, list{0, 1}, list{2});
    tree.begin(71, list{}, list{2});
    CHECK(tree.text() == "tree 0\nf 10//11,12/ 10G4\nf /13//14\nb 12 1\np 10G4\nb 12 0 13,14/10\np\nc\ne\ns 70\n"
                         "tree 70 zeros 10,11 ones 12\ntree 71 ones 12\n");
    CHECK(tree.take().ends_with("ones 12\n"));
    CHECK(tree.text().empty());
    election::tree_writer plain;
    plain.branch(3, 1, list{}, list{4});
    CHECK(plain.text() == "b 3 1 /4\n");
}

TEST_CASE("no_proof: has the members that a search calls") {
    const auto search = [](auto proof) {
        const std::vector<std::uint32_t> list{1};
        const std::vector<std::uint16_t> multipliers{1};
        proof.begin(0, list, list);
        proof.fix(list, list, list, list, multipliers);
        proof.branch(2, 0, list, list);
        proof.prune(multipliers);
        proof.closed();
        proof.enumerated();
        proof.see(1);
        return decltype(proof)::writes;
    };
    CHECK(search(election::tree_writer()));
    CHECK_FALSE(search(election::no_proof()));
}

TEST_CASE("write_certificate: every line, and the checksum of all before it") {
    auto proof = election::certificate_about(election::uncoded(3), election::tie_policy::positive);
    proof.claim = election::margin_claim::at_least;
    proof.margin = -7;
    proof.sides.push_back({1, 4, election::tree_lines({{0, 2}, {1}}, 16, {"tree 0\np\n", "tree 1\nc\n"})});
    proof.sides.push_back({-1, 5, election::constant_lines()});
    std::ostringstream file;
    election::write_certificate(file, proof);
    const std::string text = "election certificate 1\ncode 3 3 bf9af53f20e03d68\nties positive\nclaim margin at least -7\n"
                             "side + loss 4\nrows 0,2 1\nscale 16\ntree 0\np\ntree 1\nc\nside - loss 5\nconstant\n";
    election::detail::fnv64 hash;
    hash.add(text);
    CHECK(file.str() == text + "sum " + election::detail::hash_text(hash.value()) + "\n");

    proof.sides.clear();
    proof.witness = "--+";
    proof.claim = election::margin_claim::at_most;
    std::ostringstream most;
    election::write_certificate(most, proof);
    CHECK(most.str().find("\nclaim margin at most -7\nwitness --+\nsum ") != std::string::npos);
    proof.claim = election::margin_claim::exactly;
    std::ostringstream exact;
    election::write_certificate(exact, proof);
    CHECK(exact.str().find("\nclaim margin -7\nwitness --+\nsum ") != std::string::npos);
}

TEST_CASE("proofs of one line") {
    const std::vector<std::uint32_t> list{3, 1};
    CHECK(election::moment_lines(-1, 2, 6) == std::vector<std::string>{"moment -1 2 6\n"});
    CHECK(election::moment_lines(-1, 2, 6, list) == std::vector<std::string>{"moment -1 2 6 3,1\n"});
    CHECK(election::frontier_lines(list) == std::vector<std::string>{"frontier 3,1\n"});
    CHECK(election::circulant_lines(2, 4, list) == std::vector<std::string>{"circulant 2 4 3,1\n"});
    CHECK(election::window_lines(21, list) == std::vector<std::string>{"windows 21 3,1\n"});
    const std::vector<election::row_conflict> conflicts{{{0, 2}}, {{4, 5, 6}, true}};
    CHECK(election::conflict_lines(conflicts) == std::vector<std::string>{"conflict clique 0,2 cycle 4,5,6\n"});
    CHECK(election::conflict_lines({}) == std::vector<std::string>{"conflict\n"});
    const std::vector<std::vector<std::uint32_t>> groups{{0, 2}, {4, 5, 6}};
    CHECK(election::group_lines(groups) == std::vector<std::string>{"group 0,2 4,5,6\n"});
    CHECK(election::group_lines({}) == std::vector<std::string>{"group\n"});
}
