// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <istream>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <election/exact/certificate.hpp>
#include <election/exact/certificate_check.hpp>
#include <election/exact/exact_model.hpp>
#include <election/exact/model_claim.hpp>
#include <election/io/matrix_file.hpp>
#include <election/verify/claim.hpp>

#include "commands.hpp"
#include "exact_models.hpp"
#include "files.hpp"
#include "json_fields.hpp"
#include "terminal.hpp"

namespace election::program {
namespace {

using nlohmann::json;

/// Reads a claim; what is of the wrong type is none.
[[nodiscard]] model_claim read_fields(const json& object, const std::string& file) {
    const json_fields fields(object, file);
    if (!object.is_object()) fields.fail("must be one JSON object, as 'election verify --json' prints");
    model_claim claimed;
    claimed.workers = fields.count("workers");
    claimed.partitions = fields.count("partitions");
    const auto ties = fields.text("ties");
    if (!ties) fields.fail("lacks \"ties\"");
    const auto policy = tie_policy_named(*ties);
    if (!policy) fields.fail("\"ties\" must be abstain, positive, negative or coin");
    claimed.ties = *policy;
    const auto exact = fields.boolean("exact");
    if (!exact) fields.fail("lacks \"exact\"");
    claimed.exact = *exact;
    if (const json* value = fields.find("redundancy")) {
        if (!value->is_number()) fields.fail("\"redundancy\" must be a number");
        claimed.redundancy = value->get<double>();
    }
    claimed.ones = fields.natural("ones");
    claimed.max_load = fields.natural("max_load");
    claimed.margin = fields.integer("margin");
    claimed.margin_lower = fields.integer("margin_lower");
    claimed.tolerance = fields.integer("tolerance");
    if (const auto liars = fields.natural("liars")) claimed.liars = static_cast<std::int64_t>(*liars);
    claimed.tolerates = fields.boolean("tolerates");
    if (claimed.tolerates && !claimed.liars) fields.fail("\"tolerates\" needs \"liars\", the number that it is about");
    claimed.witness = fields.text("witness");
    claimed.witness_votes = fields.text("witness_votes");
    claimed.model = read_exact_model(fields, claimed.workers, claimed.partitions);
    claimed.model.ties = claimed.ties;
    if (const auto truth = fields.text("truth")) {
        if (*truth != "+" && *truth != "-") fields.fail("\"truth\" must be + or -");
        claimed.truth = truth->front();
    }
    claimed.reported = fields.text("reported");
    claimed.corrupted = fields.indices("corrupted", claimed.partitions, "partitions");
    return claimed;
}

[[nodiscard]] model_claim read_claim(std::istream& stream, const std::string& file) {
    const std::string bytes = detail::whole_text(stream, file);
    json object;
    try {
        object = json::parse(bytes);
    } catch (const json::parse_error& failure) {
        std::size_t line = 1;
        const std::size_t place = std::min(bytes.size(), failure.byte == 0 ? 0 : failure.byte - 1);
        for (std::size_t i = 0; i < place; ++i) line += bytes[i] == '\n' ? 1U : 0U;
        if (bytes.empty()) throw format_error(file, 0, "is empty; a claim is what 'election verify --json' prints");
        throw format_error(file, line, "is not JSON at byte " + std::to_string(failure.byte));
    } catch (const json::exception&) {
        throw format_error(file, 0, "is not JSON: a number is out of range");
    }
    return read_fields(object, file);
}

/// What is claimed of the smallest margin.
struct stated_margin {
    margin_claim claim = margin_claim::exactly;
    std::int64_t margin = 0;
};

/// What was found, which elections it is about, and how much of an enumeration was done again.
struct checked_file {
    claim_check found;
    exact_model model = {};
    std::optional<stated_margin> stated = {}; ///< nothing if the file says nothing of the margin
    std::uint64_t samples = 0;                ///< if not everything
    double undetected = 0;
};

/// A claim of "at most" says nothing of better elections than its witness, so that there is nothing to prove.
[[nodiscard]] std::string_view optimality_in_words(const checked_file& checked) {
    const bool open = checked.stated && checked.stated->claim == margin_claim::at_most &&
                      checked.found.optimality == optimality_check::proved;
    return open ? "not claimed" : name_of(checked.found.optimality);
}

[[nodiscard]] std::string_view name_of(margin_claim claim) noexcept {
    return claim == margin_claim::exactly ? "exactly" : claim == margin_claim::at_least ? "at least" : "at most";
}

void print_json(const checked_file& checked) {
    nlohmann::ordered_json object;
    object["claim"] = nullptr;
    object["margin"] = nullptr;
    if (checked.stated) {
        object["claim"] = name_of(checked.stated->claim);
        object["margin"] = checked.stated->margin;
    }
    object["ties"] = name_of(checked.model.ties);
    object["witness"] = name_of(checked.found.witness);
    object["optimality"] = optimality_in_words(checked);
    object["refutations"] = checked.found.refutations;
    show_exact_model(checked.model, object);
    if (checked.samples != 0) {
        object["samples"] = checked.samples;
        object["undetected"] = checked.undetected;
    }
    std::cout << object.dump() << '\n';
}

/// A certificate begins with a letter, a JSON object does not.
[[nodiscard]] bool is_certificate(std::istream& stream) {
    return stream.peek() == std::char_traits<char>::to_int_type(detail::certificate_head.front());
}

[[nodiscard]] checked_file replay(const packed_allocation& code, std::istream& stream, const std::string& file,
                                  const certificate_check_options& options) {
    certificate_check checked = check_certificate(code, stream, file, options);
    const double undetected = checked.undetected();
    return {{checked.witness, checked.optimality, std::move(checked.refutations)},
            std::move(checked.model),
            stated_margin{checked.claim, checked.margin},
            checked.samples,
            undetected};
}

/// What a verdict says of the smallest margin: that of its witness is one above it, unless it is exact.
[[nodiscard]] std::optional<stated_margin> stated_by(const claim& claimed) {
    if (claimed.margin) return stated_margin{claimed.exact ? margin_claim::exactly : margin_claim::at_most, *claimed.margin};
    if (claimed.margin_lower) return stated_margin{margin_claim::at_least, *claimed.margin_lower};
    return std::nullopt;
}

[[nodiscard]] checked_file recompute(const packed_allocation& code, std::istream& stream, const std::string& file) {
    const model_claim claimed = read_claim(stream, file);
    if (claimed.workers != code.workers() || claimed.partitions != code.partitions()) {
        throw format_error(file, 0,
                           "the claim is about " + counted(claimed.workers, "worker") + " and " +
                               counted(claimed.partitions, "partition") + "; the matrix has " +
                               std::to_string(code.workers()) + " and " + std::to_string(code.partitions()));
    }
    checked_file checked{check_claim(code, claimed)};
    checked.model = claimed.model;
    checked.stated = stated_by(claimed);
    return checked;
}

void print_text(const checked_file& checked) {
    if (checked.stated) {
        const bool exactly = checked.stated->claim == margin_claim::exactly;
        std::cout << "claim: margin " << (exactly ? "" : name_of(checked.stated->claim)) << (exactly ? "" : " ")
                  << checked.stated->margin << ", ties " << name_of(checked.model.ties) << '\n';
    }
    std::string model; // its lines in a certificate
    detail::append_model(model, checked.model);
    std::replace(model.begin(), model.end(), '\n', ';');
    if (!model.empty()) {
        model.pop_back();
        std::cout << "model: " << model << '\n';
    }
    const claim_check& found = checked.found;
    std::cout << "witness: " << name_of(found.witness) << "\noptimality: " << optimality_in_words(checked) << '\n';
    if (found.optimality == optimality_check::sampled) {
        std::cout << "sample: of the elections that were enumerated " << checked.samples
                  << " of each truth were drawn at random, and none is worse; if more than a fraction of "
                  << rounded(checked.undetected, 3)
                  << " were, this would have shown with probability 0.95; --require-proof enumerates all\n";
    }
    for (const std::string& reason : found.refutations) std::cout << "refuted: " << reason << '\n';
}

} // namespace

status check_command(words arguments) {
    command_line line("check", "re-checks a claim about a code");
    line.usage("FILE CLAIM [--require-proof] [--sample S] [--json]")
        .chapter(
            "DESCRIPTION",
            "Recomputes what a claim says of the code in FILE straight from the definition, with code that shares nothing "
            "with the search: the votes of the witness, its margin, the tolerance that follows, redundancy and load. A "
            "witness shows that the smallest margin is at most what is claimed; that it is not less takes a proof.\n\nA "
            "certificate, what \"election verify --certificate\" writes, has one: a text whose every step is replayed. "
            "The output of \"election verify --json\" has none. Both also say which elections they are about: with "
            "--alphabet, --weights, --liar-set, --may-lose or --corrupted of \"election verify\" the model is printed, and "
            "everything is counted by its definition.\n\nThe claim that "
            "was checked is printed, too. That the margin is at most a number (the answer no to --tolerates) is shown by "
            "its "
            "witness; optimality is not claimed then.")
        .argument("FILE", "The code. \"-\" is standard input.")
        .argument("CLAIM", "What \"election verify --json\" printed, or a certificate. \"-\" is standard input.")
        .flag("--require-proof",
              "Also fail (status 1) when optimality is not proved. Without --sample all that was enumerated is enumerated "
              "again, however long it takes.")
        .option(
            "--sample", "S", "must be a whole number from 1 to 1000000000000",
            "Where the proof is an enumeration, examine S elections at random and say what that shows; it is no proof. By "
            "default all are examined, or 10000000 at random if they are more than 500000000.")
        .option("--seed", "N", "must be a whole number from 0 to 9223372036854775807", "Of the sample; by default 1.")
        .option("--format", "FORMAT", format_rule(), "The format of FILE. By default it follows from the extension.")
        .flag("--json", "Print one JSON object instead of text.")
        .chapter(
            "JSON",
            "claim (exactly, at least or at most), margin (that number; both are null if the file has no margin), ties, "
            "witness (confirmed, wrong or absent), optimality (proved, sampled, refuted, not proved by this file, or not "
            "claimed: of a certificate that says at most), "
            "refutations "
            "(a list: what is claimed and false); with a model of its own also alphabet, weights, "
            "liar_set, may_lose, corrupted_partitions; for a sample also samples (elections of each truth) and "
            "undetected: if more "
            "than this fraction of them were worse, it would have shown with probability 0.95.")
        .chapter("EXIT STATUS",
                 " 0  nothing that is claimed is false\n 1  something is, or --require-proof and there is no proof\n"
                 " 2  bad use, a malformed or damaged file, or no claim about this code")
        .chapter("EXAMPLES", " election verify code.txt --json > claim.json\n election check code.txt claim.json");
    if (!line.parse(std::move(arguments), std::cout)) return status::done;
    const std::string file = line.required("FILE");
    const std::string claim_file = line.required("CLAIM");
    certificate_check_options options;
    if (line.has("--require-proof")) options.enumerate_up_to = std::numeric_limits<double>::infinity();
    constexpr std::int64_t most_samples = 1'000'000'000'000;
    if (const auto samples = line.integer("--sample", 1, most_samples)) {
        options.samples = static_cast<std::uint64_t>(*samples);
        options.enumerate_up_to = 0;
    }
    if (const auto seed = line.integer("--seed", 0, std::numeric_limits<std::int64_t>::max())) {
        if (!line.has("--sample")) throw bad_use("--seed: must go with --sample");
        options.seed = static_cast<std::uint64_t>(*seed);
    }
    if (file == "-" && claim_file == "-") throw bad_use("CLAIM: - is the code already, must be a file");
    const packed_allocation code = read_code(file, chosen_format(line, "--format"));
    std::ifstream opened;
    if (claim_file != "-") opened = open_for_reading(claim_file, "a claim file must be given");
    std::istream& stream = claim_file == "-" ? std::cin : opened;
    const std::string shown = claim_file == "-" ? "standard input" : claim_file;
    const checked_file checked =
        is_certificate(stream) ? replay(code, stream, shown, options) : recompute(code, stream, shown);
    (line.has("--json") ? print_json : print_text)(checked);
    const bool proved = checked.found.optimality == optimality_check::proved;
    return checked.found.holds() && (proved || !line.has("--require-proof")) ? status::done : status::no;
}

} // namespace election::program
