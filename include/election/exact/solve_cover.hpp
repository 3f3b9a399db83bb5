// SPDX-License-Identifier: MIT
// solve_cover(): the least loss of a cover problem by whatever method is fastest for it.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <limits>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/exact/branch_and_bound.hpp>
#include <election/exact/circle_tables.hpp>
#include <election/exact/conflict_bound.hpp>
#include <election/exact/cover_kernel.hpp>
#include <election/exact/cover_problem.hpp>
#include <election/exact/cover_tables.hpp>
#include <election/exact/frontier.hpp>
#include <election/exact/frontier_rows.hpp>
#include <election/exact/group_bound.hpp>
#include <election/exact/moment_bound.hpp>
#include <election/exact/tabu_search.hpp>

namespace election {

/// Ways to solve a cover problem.
enum class cover_method : std::uint8_t {
    automatic, ///< whatever is expected to be fastest
    tree,      ///< branch_and_bound()
    frontier,  ///< solve_frontier()
    circulant, ///< solve_circulant() or solve_windows()
    other      ///< the caller's own, see solve_options
};

/// A way to solve the problem that its caller knows of, and that solve_cover() may take.
struct other_method {
    std::string name;                                                      ///< for the result
    double seconds = std::numeric_limits<double>::infinity();              ///< that it is expected to take
    std::function<std::optional<cover_answer>(double seconds)> solve = {}; ///< in so much time; nothing if it gave up
    double checking = 0; ///< those of the seconds that a check of its proof takes
};

/// How to solve a cover problem.
struct solve_options {
    cover_method method = cover_method::automatic;            ///< one, or the choice among all
    unsigned threads = 1;                                     ///< at least 1
    std::optional<std::int64_t> enough = {};                  ///< only asks whether a choice has at most this loss
    double seconds = std::numeric_limits<double>::infinity(); ///< ends after this time
    std::stop_token stop = {};                                ///< ends when asked
    std::function<void()> on_search = {}; ///< called once before a search: not where a small table is as good as free
    std::function<void(const search_progress&)> on_progress = {}; ///< of a search tree
    std::vector<other_method> others = {};                        ///< what the caller knows of
    std::function<std::vector<other_method>()> more = {}; ///< asked for others where the problem is not done in a moment
    double more_seconds = 0; ///< that these take at least: not asked for if something else is sooner done
    /// Searches trees in place of branch_and_bound(), unless a proof is asked for: on other processes, from and to files.
    std::function<void(const cover_problem&, const search_options&, const cover_kernel&, search_state&)> search = {};
    bool prove = false; ///< keep what shows that the answer is right
};

/// An answer, how it was found, and what proves it.
struct cover_solution : cover_answer {
    std::string
        method; ///< "presolve", "tabu", "moments", "conflicts", "groups", "tree", "frontier", "circulant", "none", or another's
    std::vector<std::string> reasons;             ///< what was looked at and why the method was taken, a line each
    std::optional<moment_proof> moments = {};     ///< if asked for a proof and it is this
    std::optional<conflict_proof> conflicts = {}; ///< or this
    std::optional<group_proof> groups = {};       ///< or this
    std::vector<std::uint32_t> order = {};        ///< or a table in this order
    std::optional<circle_proof> circle = {};      ///< or tables over a circle
    std::vector<std::string> trees = {};          ///< or these search trees
    std::int64_t loss_known = 0; ///< no choice has less; if asked for a proof perhaps by bounds that are not in it
};

namespace detail {

/// One problem on its way through the methods.
class cover_solver {
public:
    cover_solver(const cover_problem& problem, const solve_options& options, const cover_kernel& kernel)
        : problem_(problem), options_(options), kernel_(kernel) {}

    [[nodiscard]] cover_solution run() {
        if (problem_.rows.empty() || problem_.budget == 0 || problem_.budget == problem_.columns) return unvaried();
        // What was not presolved may have rows none of which varies: those tables are of rows that do.
        if (options_.method == cover_method::circulant && make_frontier_rows(problem_).rows.empty()) return unvaried();
        look();
        if (plan_ && !options_.prove && table_seconds(*plan_) < as_good_as_free) { // a bound is a shorter proof than a table
            because("frontier: a table of at most " + shown(static_cast<std::uint64_t>(plan_->states)) +
                    " states is as good as free");
            if (by_frontier(*plan_, false)) return finished("frontier");
        }
        if (options_.on_search) options_.on_search();
        root_bounds known;
        if (options_.method == cover_method::automatic) known = look_for_bounds();
        begin(known.loss_lower());
        if (is_settled()) return finished("tabu"); // a choice that is bad enough
        switch (options_.method) {
        case cover_method::tree:
            grow(options_.seconds);
            return finished("tree");
        case cover_method::frontier:
            if (!by_frontier(plan_frontier(problem_), true) && !stopped()) {
                because("frontier: given up after " + milliseconds() + ", the table is too large; take tree");
            }
            return finished("frontier");
        case cover_method::circulant:
            require(circle_->any(), "solve_cover", "method", "circulant",
                    "needs rows that are closed under rotation of the columns, each within 12 of them, or windows that are "
                    "whole "
                    "blocks of the columns, of at most 8 that there are; take tree");
            if (!by_circle() && !stopped()) {
                because((circle_->windows() ? "windows: given up after " : "circulant: given up after ") + milliseconds() +
                        ", the tables are too large; take tree");
            }
            return finished("circulant");
        case cover_method::other:
            if (!options_.others.empty()) by_other(options_.others.front());
            return finished(options_.others.empty() ? "none" : options_.others.front().name);
        case cover_method::automatic:
            break;
        }
        return choose(known);
    }

private:
    /// Any choice is as good as any other.
    [[nodiscard]] cover_solution unvaried() {
        result_.losers.resize(problem_.budget);
        for (std::size_t j = 0; j < problem_.budget; ++j) result_.losers[j] = static_cast<std::uint32_t>(j);
        result_.loss = result_.loss_lower = loss_of(problem_, result_.losers);
        because("no vote varies");
        return finished("presolve");
    }

    void because(std::string reason) { result_.reasons.push_back(std::move(reason)); }

    /// What is known of other methods before anything has been tried.
    void look() {
        const bool automatic = options_.method == cover_method::automatic;
        if (options_.method == cover_method::circulant || automatic) {
            circle_.emplace(problem_);
            if (circle_->mixed_up())
                because("circle: in another order of the columns the rows are closed under rotation, or windows");
        }
        if (!automatic) return;
        quickest_ = circle_->rotation_seconds();
        constexpr double few = 3e5; // states: to plan a table of more takes time that only long searches have
        const double most = std::min(few, quickest_ / least_per_state);
        plan_ = plan_frontier(problem_, most);
        if (plan_->states >= most) plan_.reset();
        if (plan_) quickest_ = std::min(quickest_, table_seconds(*plan_));
        if (options_.prove) return set_moment();
        for (const other_method& way : options_.others) quickest_ = std::min(quickest_, way.seconds);
        set_moment();
    }
    void set_moment() noexcept {
        // What the tree gets before other methods; tabu_search() a twentieth of that.
        constexpr double longest = 0.002;
        constexpr double shortest = 0.0002;
        moment_ = std::clamp(quickest_ / 15, shortest, longest);
    }

    /// Bounds that take next to no time, and tell tabu search when to end.
    struct root_bounds {
        std::optional<moment_proof> moments;
        std::optional<conflict_proof> conflicts;
        [[nodiscard]] std::int64_t loss_lower() const noexcept {
            return std::max({std::int64_t{0}, moments ? moments->loss_lower : 0, conflicts ? conflicts->loss_lower : 0});
        }
    };
    [[nodiscard]] root_bounds look_for_bounds() const { return {moment_bound(problem_), conflict_bound(problem_)}; }

    /// A good choice. How good it can be at best is known from bounds.
    void begin(std::int64_t lower) {
        tabu_options looking;
        std::size_t ones = 0;
        for (const cover_row& row : problem_.rows) ones += row.columns.size();
        looking.walks = 100;
        // The tree goes on looking once it turns out to take long.
        looking.seconds = 0.05 * moment_ + 1e-7 * static_cast<double>(ones);
        // So that what is settled by a good choice is so on slow processors, too; 10 to 30 µs on a fast one.
        constexpr std::size_t little = 1 << 14;
        looking.least = little / (problem_.rows.size() + problem_.columns);
        looking.stop = options_.stop;
        looking.target = std::max(lower, options_.enough.value_or(0));
        static_cast<cover_answer&>(result_) = tabu_search(problem_, looking, kernel_);
        because("tabu search: a loss of " + shown(result_.loss) + " in " + milliseconds());
        if (!circle_) return;
        circle_seconds_ = circle_->estimate(result_.loss);
        quickest_ = std::min(quickest_, circle_seconds_);
        set_moment();
    }

    /// Whether all that was asked is known.
    [[nodiscard]] bool is_settled() const noexcept {
        return result_.exact() ||
               (options_.enough && (result_.loss <= *options_.enough || result_.loss_lower > *options_.enough));
    }

    /// Whether it would be if nothing else were proved than that no choice has less than `lower`.
    [[nodiscard]] bool settles(std::int64_t lower) const noexcept {
        return lower >= result_.loss || (options_.enough && (result_.loss <= *options_.enough || lower > *options_.enough));
    }

    [[nodiscard]] cover_solution finished(std::string_view method) {
        result_.method = method;
        result_.loss_known = std::max(result_.loss_known, result_.loss_lower);
        return std::move(result_);
    }

    /// Looks longer for a choice that attains a bound which is nearly attained.
    void try_to_attain(std::int64_t lower) {
        if (result_.loss <= lower || 10 * (result_.loss - lower) > result_.loss) return;
        look_again(std::min(0.02, 2 * moment_ + quickest_ / 8), lower);
    }

    /// Looks for a better choice for so long, or until it attains a loss.
    void look_again(double seconds, std::int64_t target) {
        tabu_options looking;
        looking.seed = ++looks_;
        looking.walks = 1000;
        looking.seconds = seconds;
        looking.target = target;
        looking.stop = options_.stop;
        cover_answer found = tabu_search(problem_, looking, kernel_);
        if (found.loss >= result_.loss) return;
        result_.loss = found.loss;
        result_.losers = std::move(found.losers);
    }

    /// What other bounds know does not count where this one is written down.
    void keep_only(std::int64_t lower) noexcept {
        result_.loss_known = std::max(result_.loss_known, result_.loss_lower);
        result_.loss_lower = std::min(lower, result_.loss);
    }

    void raise(std::int64_t lower) noexcept {
        result_.loss_lower = std::max(result_.loss_lower, std::min(lower, result_.loss));
    }

    [[nodiscard]] cover_solution choose(root_bounds& known) {
        if (const std::string_view method = by_bounds(known); !method.empty()) return finished(method);
        // Most problems are done in a moment; the rest is worth a look at what else there is.
        if (is_worth_a_look(quickest_) && grow(moment_)) return finished("tree");
        // To look for other ways takes some milliseconds, which a tree that is nearly done does not need.
        constexpr double soon = 0.05;
        if (begun_ && expected_tree_seconds() < std::min(soon, quickest_)) {
            if (grow_up_to(std::min(soon, 2 * expected_tree_seconds()))) return finished("tree");
        }
        std::vector<other_method> ways = options_.others;
        const bool asks_for_more = options_.more && options_.more_seconds < quickest_;
        if (asks_for_more) {
            for (other_method& way : options_.more()) ways.push_back(std::move(way));
        }
        constexpr double much = 4;
        constexpr double circle_checks = 2; // measured: 1 to 2 times as long as it takes to find it
        if (circle_->any()) {
            const double checking = options_.prove ? circle_checks * circle_seconds_ : 0;
            ways.push_back({"circulant", circle_seconds_ + checking, [&](double) { return by_circle(); }, checking});
        }
        // A frontier table that takes longer than another is planned only once the other has given up.
        const double most = most_states_of_interest();
        const double most_first = std::min(most, circle_seconds_ / least_per_state);
        // To plan a large one takes a while, so that it waits until the tree has taken much longer than it seems to need.
        const double patience = much * expected_tree_seconds();
        const double most_soon = std::min(most_first, patience / least_per_state);
        consider_frontier(ways, plan_ ? most_first : most_soon);
        if (!plan_ && most_soon < most_first) {
            const auto slow = std::stable_partition(ways.begin(), ways.end(),
                                                    [&](const other_method& way) { return way.seconds <= patience; });
            std::vector<other_method> slow_ways(std::make_move_iterator(slow), std::make_move_iterator(ways.end()));
            ways.erase(slow, ways.end());
            if (const std::string_view method = by_ways(ways); !method.empty()) return finished(method);
            if (grow_up_to(patience) || stopped()) return finished("tree");
            ways = std::move(slow_ways);
            consider_frontier(ways, most_first);
        }
        if (const std::string_view method = by_ways(ways); !method.empty()) return finished(method);
        ways.clear();
        if (options_.more && !asks_for_more) ways = options_.more();
        if (most_first < most && !plan_) consider_frontier(ways, most);
        if (const std::string_view method = by_ways(ways); !method.empty()) return finished(method);
        grow(std::numeric_limits<double>::infinity());
        return finished("tree");
    }

    /// \returns which bound settled all, if one did
    [[nodiscard]] std::string_view by_bounds(root_bounds& known) {
        const std::int64_t before = result_.loss_lower;
        if (auto& proof = known.moments) {
            const bool is_one_design = proof->parts.size() == 1;
            if (raises(proof->loss_lower, "moments: the rows form designs", is_one_design)) {
                if (options_.prove) result_.moments = std::move(*proof);
                return "moments";
            }
        }
        if (auto& proof = known.conflicts) {
            if (raises(proof->loss_lower, "conflicts: rows that cannot all lose", is_plain(*proof))) {
                if (options_.prove) result_.conflicts = std::move(*proof);
                return "conflicts";
            }
        }
        if (auto proof = group_bound(problem_)) {
            if (raises(proof->loss_lower, "groups: rows that few losers have to serve", true)) {
                if (options_.prove) result_.groups = std::move(*proof);
                return "groups";
            }
        }
        result_.loss_known = result_.loss_lower;
        if (options_.prove) result_.loss_lower = before; // what is proved must be in one proof
        return {};
    }

    /// Takes a bound into account.
    /// \param can_be_written  whether certificates have lines for it
    /// \returns whether all is settled, by this bound alone where it is to be written down
    [[nodiscard]] bool raises(std::int64_t lower, const std::string& reason, bool can_be_written) {
        try_to_attain(lower);
        raise(lower);
        because(reason + ", the loss is at least " + shown(lower));
        if (!is_settled() || (options_.prove && !(can_be_written && settles(lower)))) return false;
        if (options_.prove) keep_only(lower);
        return true;
    }

    /// Adds the frontier table, if it has fewer states than that.
    void consider_frontier(std::vector<other_method>& ways, double most) {
        if (!plan_) plan_ = plan_frontier(problem_, most);
        if (plan_->states >= most) return plan_.reset();
        const double filling = table_seconds(*plan_);
        constexpr double checks = 2; // measured: 1 to 2.4 times as long as it takes to find it
        const double checking = options_.prove ? checks * filling : 0;
        ways.push_back({"frontier", filling + checking, [&](double) { return by_frontier(*plan_, false); }, checking});
    }

    /// Takes the ways in the order of their time, the quickest first; the tree gets some of that before.
    /// \returns what settled all, or was stopped; nothing if all gave up
    [[nodiscard]] std::string_view by_ways(std::vector<other_method>& ways) {
        std::ranges::stable_sort(ways, std::less<>(), &other_method::seconds);
        for (const other_method& way : ways) {
            constexpr double too_long = 3600;
            const double finding = way.seconds - way.checking; // who doesn't want to wait for the check need not
            if (finding > too_long && detail::cover_tables::fits(problem_)) {
                if (way.seconds < 1e15) because(way.name + ": not tried, it would take about " + in_words(finding));
                continue;
            }
            // What is nearly done is better finished. How far it is shows after as long as the other way would take to find it.
            const double patience = std::max(moment_, way.seconds / 30);
            const double glance = std::max(moment_, finding);
            const bool looks = is_worth_a_look(way.seconds);
            if (looks && glance < patience && grow_up_to(glance)) return "tree";
            constexpr double far = 20;
            if (looks && (glance >= patience || expected_tree_seconds() < far * way.seconds)) {
                if (grow_up_to(patience)) return "tree";
            }
            if (stopped()) return "tree";
            if (state_.done > 0.3 || expected_tree_seconds() < way.seconds) {
                if (grow(std::max(0.0, 2 * way.seconds - tree_seconds_))) return "tree";
                if (stopped()) return "tree";
            }
            because(way.name + ": taken after " + milliseconds() + " of search, it should take " + in_words(finding) +
                    (way.checking > 0 ? ", and to check its certificate " + in_words(way.checking) : ""));
            if (by_other(way) || stopped()) return way.name;
            because(way.name + ": given up after " + milliseconds());
        }
        return {};
    }

    /// Of a frontier table that might be filled sooner than ways are done which never give up.
    [[nodiscard]] double most_states_of_interest() const noexcept {
        double seconds = circle_->rotation_seconds();
        for (const other_method& way : options_.others) seconds = std::min(seconds, way.seconds);
        return std::min(detail::frontier_hopeless, seconds / least_per_state);
    }

    /// Whether it is about single votes, each in one part, as certificates state conflicts.
    [[nodiscard]] bool is_plain(const conflict_proof& proof) const {
        std::vector<char> seen(problem_.rows.size(), 0);
        for (const conflict_part& part : proof.parts) {
            for (const row_turn& turn : part.turns) {
                const cover_row& row = problem_.rows[turn.row];
                if (row.may_tie || row.weight != 1 || seen[turn.row] != 0) return false;
                seen[turn.row] = 1;
            }
        }
        return true;
    }

    /// Whether the tree's first nodes, which are looked at without a pause, take little of another method's time.
    [[nodiscard]] bool is_worth_a_look(double seconds) const noexcept {
        constexpr double per_entry = 2e-8; // measured, with AVX-512
        const double first = per_entry * static_cast<double>(problem_.rows.size()) * static_cast<double>(problem_.columns);
        return begun_ || first < 0.1 * seconds;
    }
    [[nodiscard]] double expected_tree_seconds() const noexcept {
        return state_.done > 0 ? tree_seconds_ / state_.done : std::numeric_limits<double>::infinity();
    }
    [[nodiscard]] double elapsed() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }
    [[nodiscard]] double remaining() const { return options_.seconds - elapsed(); }
    [[nodiscard]] bool stopped() const { return options_.stop.stop_requested() || remaining() <= 0; }

    /// Goes on with the tree until it has had so long in all, unless it nearly has: to begin again takes time, too.
    bool grow_up_to(double seconds) {
        if (begun_ && seconds - tree_seconds_ < moment_ / 2) return is_settled();
        return grow(seconds - tree_seconds_);
    }
    /// Goes on with the tree for so long.
    /// \returns whether all that was asked is known
    bool grow(double seconds) {
        if (seconds <= 0) return is_settled();
        if (!detail::cover_tables::fits(problem_)) {
            if (!std::exchange(begun_, true)) because("tree: not possible, weights or numbers are too large for it");
            return is_settled();
        }
        if (!begun_) {
            begun_ = true;
            cover_answer start = result_;
            if (options_.enough && start.loss > *options_.enough) {
                start.loss = *options_.enough + 1; // no other choices are of interest
                start.losers.clear();
            }
            state_ = search_from(problem_, start);
        } else if (result_.loss < state_.loss) { // found elsewhere since
            state_.loss = result_.loss;
            state_.losers = result_.losers;
        }
        search_options search;
        search.threads = options_.threads;
        search.seconds = std::min(seconds, remaining());
        search.enough = options_.enough;
        // A choice that attains what is proved is best. (A proof in writing needs the whole tree.)
        if (!search.enough && !options_.prove) search.enough = result_.loss_lower;
        search.stop = options_.stop;
        search.on_progress = options_.on_progress;
        const double before = elapsed();
        if (options_.prove) {
            search.iterations = 9; // more than usual: fewer nodes make a shorter certificate
            branch_and_bound(problem_, search, kernel_, state_, result_.trees);
        } else if (options_.search) {
            options_.search(problem_, search, kernel_, state_);
        } else {
            branch_and_bound(problem_, search, kernel_, state_);
        }
        tree_seconds_ += elapsed() - before;
        const cover_answer answer = answer_of(state_);
        if (!answer.losers.empty() && answer.loss < result_.loss) {
            result_.loss = answer.loss;
            result_.losers = answer.losers;
        }
        result_.nodes = answer.nodes;
        raise(answer.loss_lower);
        if (state_.open.empty()) {
            because("tree: " + shown(state_.nodes) + " nodes in " + milliseconds());
            return true;
        }
        because("tree: " + shown(state_.nodes) +
                (is_settled() ? " nodes, and what is proved is attained, in " : " nodes and not done after ") +
                milliseconds());
        return is_settled();
    }

    bool by_other(const other_method& way) {
        const auto answer = way.solve(remaining());
        if (!answer) return false;
        if (answer->loss < result_.loss) {
            result_.loss = answer->loss;
            result_.losers = answer->losers;
        }
        result_.nodes = answer->nodes;
        raise(answer->loss_lower);
        if (is_settled()) result_.trees.clear();
        return is_settled();
    }

    [[nodiscard]] frontier_options table_options(bool any_size) const {
        frontier_options options;
        options.stop = options_.stop;
        if (options_.seconds < 1e9) options.time_limit = std::chrono::duration<double>(std::max(1e-6, remaining()));
        if (!any_size) options.max_bytes = std::size_t{1} << 29;
        return options;
    }
    std::optional<cover_answer> by_frontier(const frontier_plan& plan, bool any_size) {
        auto answer = solve_frontier(problem_, plan, table_options(any_size));
        if (!answer) return std::nullopt;
        if (options_.prove) result_.order = answer->order;
        take(*answer);
        return *answer;
    }
    std::optional<cover_answer> by_circle() {
        if (const auto& windows = circle_->windows()) {
            because("windows: of whole blocks, tables over " + shown(windows->count) + " blocks of " +
                    shown(windows->width) + " columns side by side");
        }
        circle_options options;
        options.threads = options_.threads;
        options.stop = options_.stop;
        options.seconds = std::max(1e-6, remaining());
        auto answer = circle_->solve(result_.losers, options);
        if (!answer) return std::nullopt;
        if (options_.prove) result_.circle = circle_->proof();
        take(*answer);
        return answer;
    }
    /// To fill a frontier table.
    [[nodiscard]] double table_seconds(const frontier_plan& plan) const {
        return plan.states * static_cast<double>(20 + std::min(problem_.budget, problem_.columns - problem_.budget)) * 1e-9;
    }
    void take(cover_answer answer) { static_cast<cover_answer&>(result_) = std::move(answer); }

    [[nodiscard]] static std::string in_words(double seconds) {
        constexpr double minute = 60;
        constexpr double hour = 60 * minute;
        constexpr double day = 24 * hour;
        constexpr double year = 365.25 * day;
        const auto in = [&](double unit) { return shown(std::ceil(seconds / unit * 10) / 10); };
        if (seconds < 1) return shown(std::ceil(seconds * 1e5) / 100) + " ms";
        if (seconds < 2 * minute) return in(1) + " s";
        if (seconds < 2 * hour) return in(minute) + " min";
        if (seconds < 2 * day) return in(hour) + " h";
        if (seconds < 2 * year) return in(day) + " days";
        return in(year) + " years";
    }
    [[nodiscard]] std::string milliseconds() const { return in_words(elapsed()); }

    const cover_problem& problem_;
    const solve_options& options_;
    const cover_kernel& kernel_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    cover_solution result_;
    search_state state_;
    bool begun_ = false;
    double tree_seconds_ = 0;
    std::uint64_t looks_ = 7;                                   ///< seed of the last look for a better choice
    double quickest_ = std::numeric_limits<double>::infinity(); ///< seconds of another method
    double moment_ = 0.002;                                     ///< that is worth losing before it
    std::optional<circle_tables> circle_;
    double circle_seconds_ = std::numeric_limits<double>::infinity();
    std::optional<frontier_plan> plan_;               ///< before all else only if it is of a small table
    static constexpr double least_per_state = 2e-8;   ///< seconds, see table_seconds()
    static constexpr double as_good_as_free = 0.0003; ///< seconds: less than anything that might be tried before
};

} // namespace detail

/// Finds the least loss of a cover problem.
///
/// The automatic choice: a table that is as good as free; else bounds that settle whole families (moment_bound(), conflict_bound());
/// a good choice by tabu_search(); one more bound (group_bound()); a moment of branch_and_bound(), which is enough for most; then
/// whichever table or other method is expected to be done soon, the tree being given a thirtieth of that time first, and more if it is
/// nearly done (large tables wait until the tree takes longer than it seemed to); and else the tree to its end. Where a proof is asked for, the time
/// of its check counts as well, but who need not check at once is not made to wait for a tree that is far from its end.
/// \param problem  any; presolve() first makes it smaller
/// \param options  how
/// \param kernel   of the search tree, from `cover_kernel_for<Arch>()`
/// \returns the answer; exact unless stopped early, or only asked whether a loss is reached
/// \throws parameter_error  a problem that breaks an invariant, a method that does not apply
/// \par Complexity
/// exponential at worst
///
/// \code
/// const election::cover_problem uncoded{3, 1, {{{0}, 1}, {{1}, 1}, {{2}, 1}}, -3};
/// const auto kernel = election::cover_kernel_for<election::default_arch>();
/// assert(election::solve_cover(uncoded, {}, kernel).loss == 4);
/// \endcode
[[nodiscard]] inline cover_solution solve_cover(const cover_problem& problem, const solve_options& options,
                                                const cover_kernel& kernel) {
    detail::require_valid(problem, "solve_cover");
    return detail::cover_solver(problem, options, kernel).run();
}

} // namespace election
