// SPDX-License-Identifier: MIT
// branch_and_bound(): the least loss of a cover problem by a search tree with Lagrangian bounds, on several threads.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <iterator>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/core/parallel.hpp>
#include <election/exact/certificate.hpp>
#include <election/exact/cover_kernel.hpp>
#include <election/exact/cover_problem.hpp>
#include <election/exact/cover_tables.hpp>
#include <election/exact/search_state.hpp>
#include <election/exact/tabu_search.hpp>

namespace election {

/// How far a search is; see search_options.
struct search_progress {
    std::uint64_t nodes = 0; ///< examined
    double done = 0;         ///< share of the tree, 0 to 1, if both branches of every node were alike
    std::int64_t loss = 0;   ///< of the best choice seen
    double seconds = 0;      ///< since the start
};

/// How to search.
struct search_options {
    unsigned threads = 1;                                            ///< at least 1
    std::optional<std::int64_t> enough = {};                         ///< end at a choice with at most this loss
    double seconds = std::numeric_limits<double>::infinity();        ///< end after this time
    std::stop_token stop = {};                                       ///< end when asked
    std::function<void(const search_progress&)> on_progress = {};    ///< about ten times a second, on the calling thread
    int iterations = 7;                                              ///< of the bound's ascent at a node, at least 1
    std::uint64_t nodes = std::numeric_limits<std::uint64_t>::max(); ///< end after so many; a few more with several threads
    bool looks_elsewhere = true; ///< looks for better choices elsewhere, too, once the search turns out to be long
};

namespace detail {

template <class Proof>
class tree_search {
public:
    tree_search(const cover_problem& problem, const search_options& options, const cover_kernel& kernel, search_state& state)
        : problem_(problem), options_(options), kernel_(kernel), tables_(problem), state_(state), unit_(loss_unit(problem)),
          start_(std::chrono::steady_clock::now()), best_(state.loss), losers_(state.losers),
          waiting_(state.open.begin(), state.open.end()), next_id_(state.next_id), looks_(state.looks),
          waiting_count_(static_cast<int>(state.open.size())) {
        for (const cover_row& row : problem.rows) most_ += 2 * std::int64_t{row.weight};
    }

    /// Searches until nothing is open, or it is stopped. The state changes when all is over, and not at all where something throws.
    /// \param texts  where the subtrees' proofs are added
    void run(std::vector<std::string>* texts = nullptr) {
        if (options_.enough && !losers_.empty() && best_.load() <= *options_.enough) return;
        const std::stop_callback forward(options_.stop, [this] { ended_.request_stop(); });
        run_on_threads(
            std::max(1U, options_.threads), [this](unsigned thread) { work(thread); }, [this] { stop(); });
        if (texts != nullptr)
            texts->insert(texts->end(), std::move_iterator(texts_.begin()), std::move_iterator(texts_.end()));
        state_.open.assign(std::move_iterator(waiting_.begin()), std::move_iterator(waiting_.end()));
        state_.loss = best_.load();
        state_.losers = std::move(losers_);
        std::sort(state_.losers.begin(), state_.losers.end());
        state_.nodes += nodes_;
        state_.done += done_;
        state_.looks = looks_;
        state_.seconds += progress().seconds;
        state_.next_id = next_id_;
    }

private:
    struct frame {
        explicit frame(const cover_view& view)
            : memory(view), dominated_zeros(view.column_words), dominated_ones(view.column_words) {}
        cover_node_memory memory;
        // What is known from when both children of a node were examined at once:
        std::optional<cover_step> known; ///< `bounded` or `branched`,
        std::int64_t target = 0;         ///< when that was,
        std::int64_t bound = 0;          ///< and for `branched`, what cover_scratch says
        std::size_t column = 0;
        bool loses_first = false;
        std::vector<std::uint64_t> dominated_zeros;
        std::vector<std::uint64_t> dominated_ones;
        std::int64_t loss_lower = 0;
        double share = 0;
    };

    void stop() {
        stopped_.store(true);
        ended_.request_stop();
        const std::lock_guard lock(mutex_);
        changed_.notify_all();
    }

    /// Looks once more, by exchanges. A better choice prunes the rest.
    void look_elsewhere(double seconds) {
        const int stage = looks_++;
        tabu_options looking;
        looking.seed = 2 + static_cast<std::uint64_t>(stage);
        looking.walks = std::numeric_limits<std::size_t>::max();
        if (stage > 1) looking.exchanges *= 4; // what short walks do not find
        looking.seconds = seconds;
        looking.target = options_.enough.value_or(0);
        looking.stop = ended_.get_token();
        offer(tabu_search(problem_, looking, kernel_).losers);
    }

    /// The largest loss that a better choice can have.
    [[nodiscard]] std::int64_t target() const noexcept {
        const std::int64_t best = best_.load(std::memory_order_relaxed);
        return best <= 0 ? -1 : std::min(best - 1, most_) / unit_ * unit_;
    }

    void work(unsigned thread) {
        worker own(*this, thread);
        while (auto part = take(thread)) own.search(std::move(*part));
        own.tell();
        if constexpr (Proof::writes) {
            const std::lock_guard lock(mutex_);
            texts_.push_back(own.take_text());
        }
    }

    /// Waits for a subtree; nothing when all is done or stopped.
    ///
    /// One thread goes on where an earlier search stopped. Others begin at the other end, where subtrees are large: how long they take
    /// tells more about the whole.
    [[nodiscard]] std::optional<open_subtree> take(unsigned thread) {
        std::unique_lock lock(mutex_);
        hungry_.fetch_add(1);
        changed_.notify_all();
        changed_.wait(lock, [this] { return stopped_.load() || !waiting_.empty() || busy_ == 0; });
        hungry_.fetch_sub(1);
        if (stopped_.load() || waiting_.empty()) {
            changed_.notify_all();
            return std::nullopt;
        }
        const bool newest = thread == 0 && options_.threads > 1;
        open_subtree part = std::move(newest ? waiting_.back() : waiting_.front());
        newest ? waiting_.pop_back() : waiting_.pop_front();
        waiting_count_.store(static_cast<int>(waiting_.size()), std::memory_order_relaxed);
        ++busy_;
        return part;
    }
    void done_with_part() {
        const std::lock_guard lock(mutex_);
        --busy_;
        if (busy_ == 0) changed_.notify_all();
    }
    /// \returns the subtree's name
    std::uint64_t give(open_subtree part) {
        const std::lock_guard lock(mutex_);
        const std::uint64_t id = part.id = next_id_++;
        waiting_.push_back(std::move(part));
        waiting_count_.store(static_cast<int>(waiting_.size()), std::memory_order_relaxed);
        changed_.notify_one();
        return id;
    }

    void offer(std::vector<std::uint32_t> losers) {
        const std::int64_t loss = loss_of(problem_, losers);
        const std::lock_guard lock(mutex_);
        if (loss >= best_.load()) return;
        best_.store(loss);
        losers_ = std::move(losers);
        if (options_.enough && loss <= *options_.enough) {
            stopped_.store(true);
            ended_.request_stop();
            changed_.notify_all();
        }
    }

    [[nodiscard]] search_progress progress() {
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
        const std::lock_guard lock(mutex_);
        return {state_.nodes + nodes_, state_.done + done_, best_.load(), seconds};
    }

    /// One thread's search: a stack of open nodes, the deepest on top.
    class worker {
    public:
        worker(tree_search& search, unsigned thread)
            : search_(search), thread_(thread), view_(search.tables_.view()), scratch_(view_), other_scratch_(view_) {}

        /// Adds what was done since the last time to what all threads did.
        void tell() {
            const std::lock_guard lock(search_.mutex_);
            search_.nodes_ += std::exchange(nodes_, 0);
            search_.done_ += std::exchange(done_, 0.0);
        }

        [[nodiscard]] std::string take_text() noexcept { return proof_.take(); }

        void search(open_subtree part) {
            depth_ = 0;
            bottom_ = 0;
            given_.clear();
            if constexpr (Proof::writes) begin_text(part);
            frame& root = push();
            root.memory.reset(search_.tables_, search_.kernel_, part.open, part.losers);
            std::ranges::copy(part.multipliers, root.memory.node().multipliers);
            root.loss_lower = part.loss_lower;
            root.share = part.share;
            is_fresh_ = part.multipliers.empty();
            while (depth_ > bottom_) {
                if (nodes_ >= next_look_) look_around();
                if (search_.stopped_.load(std::memory_order_relaxed)) {
                    give_up();
                    break;
                }
                if (search_.hungry_.load(std::memory_order_relaxed) >
                        search_.waiting_count_.load(std::memory_order_relaxed) &&
                    depth_ - bottom_ >= 2) {
                    give_away();
                }
                step();
            }
            for (std::size_t i = given_.size(); i-- > 0;) proof_.see(given_[i]);
            search_.done_with_part();
        }

    private:
        frame& push() {
            if (depth_ == frames_.size()) frames_.push_back(std::make_unique<frame>(view_));
            frame& top = *frames_[depth_++];
            top.known.reset();
            return top;
        }

        void step() {
            frame& top = *frames_[depth_ - 1];
            cover_node& node = top.memory.node();
            cover_scratch& s = scratch_.scratch();
            const std::int64_t target = search_.target() * view_.scale;
            if (top.known) {
                if (*top.known == cover_step::bounded || top.bound > target) return leave(top);
            }
            if (top.known && top.target > target) top.known.reset(); // more can be fixed now
            if (top.known) {
                s.bound = top.bound;
                s.column = top.column;
                s.loses_first = top.loses_first;
                std::copy(top.dominated_zeros.begin(), top.dominated_zeros.end(), s.dominated_zeros);
                std::copy(top.dominated_ones.begin(), top.dominated_ones.end(), s.dominated_ones);
                top.known.reset();
                return branch(top, s);
            }
            ++nodes_;
            constexpr int fresh_iterations = 400;
            const cover_step next =
                search_.kernel_.examine(view_, node, s, target, is_fresh_ ? fresh_iterations : search_.options_.iterations);
            is_fresh_ = false;
            switch (next) {
            case cover_step::closed:
                proof_.closed();
                leave(top);
                return;
            case cover_step::bounded:
                if constexpr (Proof::writes) proof_.prune(multipliers_of(node));
                leave(top);
                return;
            case cover_step::decided:
                proof_.closed();
                search_.offer(losers_of(node));
                leave(top);
                return;
            case cover_step::fixed:
                if constexpr (Proof::writes) {
                    proof_.fix(columns_of(s.zeros, 0), columns_of(s.ones, 1), {}, {}, multipliers_of(node));
                }
                search_.kernel_.fix(view_, node, s.zeros, s.ones);
                return;
            case cover_step::branched:
                branch(top, s);
                return;
            }
        }

        void branch(frame& top, cover_scratch& s) {
            top.loss_lower = std::max(top.loss_lower, proved(s));
            top.share /= 2;
            frame& child = push(); // may move nothing: frames are on the heap
            child.memory.copy_from(top.memory);
            child.loss_lower = top.loss_lower;
            child.share = top.share;
            if constexpr (Proof::writes) {
                proof_.branch(static_cast<std::uint32_t>(s.column), s.loses_first ? 1 : 0, columns_of(s.dominated_zeros, 0),
                              columns_of(s.dominated_ones, 1));
            }
            const std::uint64_t bit = std::uint64_t{1} << (s.column % 64);
            s.dominated_zeros[s.column / 64] |= bit;
            s.dominated_ones[s.column / 64] |= bit;
            const auto nothing = s.trial_chosen;
            std::fill_n(nothing, view_.column_words, std::uint64_t{0});
            cover_node& loses = (s.loses_first ? child : top).memory.node();
            cover_node& wins = (s.loses_first ? top : child).memory.node();
            search_.kernel_.fix(view_, loses, nothing, s.dominated_ones);
            search_.kernel_.fix(view_, wins, s.dominated_zeros, nothing);
            if constexpr (!Proof::writes) {
                if (search_.kernel_.examine_two != nullptr) examine_both(child, top);
            }
        }

        /// Examines two open nodes at once, again and again while columns of both are fixed.
        void examine_both(frame& first, frame& second) {
            frame* const frames[2] = {&first, &second};
            cover_node* const nodes[2] = {&first.memory.node(), &second.memory.node()};
            cover_scratch* const scratch[2] = {&scratch_.scratch(), &other_scratch_.scratch()};
            cover_step steps[2] = {cover_step::fixed, cover_step::fixed};
            while (steps[0] == cover_step::fixed && steps[1] == cover_step::fixed) {
                if (nodes_ + 2 > most_nodes_) return; // one after the other, up to the limit
                const std::int64_t target = search_.target() * view_.scale;
                search_.kernel_.examine_two(view_, nodes, scratch, target, search_.options_.iterations, steps);
                nodes_ += 2;
                for (int n = 0; n < 2; ++n) {
                    frames[n]->target = target;
                    note(*frames[n], *scratch[n], steps[n]);
                }
            }
        }
        /// Keeps for later what was found out.
        void note(frame& here, const cover_scratch& s, cover_step step) {
            switch (step) {
            case cover_step::decided:
                search_.offer(losers_of(here.memory.node()));
                [[fallthrough]];
            case cover_step::closed:
            case cover_step::bounded:
                here.known = cover_step::bounded;
                return;
            case cover_step::fixed:
                search_.kernel_.fix(view_, here.memory.node(), s.zeros, s.ones);
                return;
            case cover_step::branched:
                here.known = cover_step::branched;
                here.loss_lower = std::max(here.loss_lower, proved(s));
                here.bound = s.bound;
                here.column = s.column;
                here.loses_first = s.loses_first;
                std::copy_n(s.dominated_zeros, view_.column_words, here.dominated_zeros.begin());
                std::copy_n(s.dominated_ones, view_.column_words, here.dominated_ones.begin());
                return;
            }
        }

        /// The least loss that a bound leaves.
        [[nodiscard]] std::int64_t proved(const cover_scratch& s) const noexcept {
            const std::int64_t loss = (s.bound + view_.scale - 1) / view_.scale;
            return (loss + search_.unit_ - 1) / search_.unit_ * search_.unit_;
        }

        void leave(const frame& top) {
            done_ += top.share;
            --depth_;
        }

        [[nodiscard]] std::vector<std::uint32_t> losers_of(const cover_node& node) const {
            std::vector<std::uint32_t> losers;
            std::int64_t missing = node.budget;
            for (std::size_t j = 0; j < view_.columns; ++j) {
                if ((node.losers[j / 64] >> (j % 64) & 1U) != 0) {
                    losers.push_back(static_cast<std::uint32_t>(j));
                } else if (missing > 0 && (node.open[j / 64] >> (j % 64) & 1U) != 0) {
                    losers.push_back(static_cast<std::uint32_t>(j));
                    --missing;
                }
            }
            return losers;
        }

        [[nodiscard]] open_subtree part_of(const frame& from) const {
            const cover_node& node = from.memory.node();
            open_subtree part;
            part.open.assign(node.open, node.open + view_.column_words);
            part.losers.assign(node.losers, node.losers + view_.column_words);
            part.loss_lower = from.loss_lower;
            part.share = from.share;
            if (!is_fresh_) part.multipliers.assign(node.multipliers, node.multipliers + search_.problem_.rows.size());
            return part;
        }
        /// The oldest open node, whose subtree is the largest, to whoever waits.
        void give_away() {
            frame& oldest = *frames_[bottom_];
            if (oldest.known == cover_step::bounded) { // nothing to give
                done_ += oldest.share;
                ++bottom_;
                return;
            }
            given_.push_back(search_.give(part_of(oldest)));
            ++bottom_;
        }
        /// All of them, since the search ends early.
        void give_up() {
            while (bottom_ < depth_) give_away();
        }

        void begin_text(const open_subtree& part) {
            if (part.id == 0) {
                proof_.begin(0);
                return;
            }
            std::vector<std::uint64_t> zeros(view_.column_words);
            for (std::size_t w = 0; w < zeros.size(); ++w) zeros[w] = view_.branchable[w] & ~part.open[w] & ~part.losers[w];
            proof_.begin(part.id, columns_of(zeros.data(), 0), columns_of(part.losers.data(), 1));
        }
        [[nodiscard]] std::span<const std::uint32_t> columns_of(const std::uint64_t* bits, std::size_t place) {
            std::vector<std::uint32_t>& columns = lists_[place];
            columns.clear();
            for (std::size_t w = 0; w < view_.column_words; ++w) {
                for (std::uint64_t rest = bits[w]; rest != 0; rest &= rest - 1) {
                    columns.push_back(static_cast<std::uint32_t>(w * 64) +
                                      static_cast<std::uint32_t>(std::countr_zero(rest)));
                }
            }
            return columns;
        }
        [[nodiscard]] std::span<const std::uint16_t> multipliers_of(const cover_node& node) {
            multipliers_.resize(search_.problem_.rows.size());
            for (std::size_t i = 0; i < multipliers_.size(); ++i) {
                multipliers_[i] = static_cast<std::uint16_t>(node.multipliers[i]);
            }
            return multipliers_;
        }

        /// Now and then: limits, progress, and a choice from elsewhere once the search turns out to be long.
        void look_around() {
            const search_options& options = search_.options_;
            tell();
            search_progress progress = search_.progress();
            const std::uint64_t spent = progress.nodes - search_.state_.nodes;
            if (spent >= options.nodes || (progress.seconds > options.seconds && spent > 0) ||
                options.stop.stop_requested()) {
                search_.stop();
                return;
            }
            constexpr std::uint64_t between_looks = 32;
            most_nodes_ = options.nodes - spent;
            next_look_ = std::min(between_looks, most_nodes_);
            if (thread_ != 0) return;
            // Looking for a better choice is worth a part of the time that the tree has taken, now and again: a larger one at first,
            // since most of what there is to be found is found within some milliseconds.
            constexpr double part = 0.04;
            constexpr double later_part = 0.02;
            constexpr double more = 0.001;       // s
            constexpr double longest = 10;       // s
            constexpr double short_enough = 0.1; // s: may be over a limit, which may be that of a slice of a long search
            const double after = look_after(search_.looks_);
            if (options.looks_elsewhere && search_.state_.seconds + progress.seconds >= after) {
                search_.look_elsewhere(std::min({part * after, more + later_part * after, longest,
                                                 std::max(options.seconds - progress.seconds, short_enough)}));
            }
            constexpr double between_reports = 0.1;
            if (options.on_progress && progress.seconds - reported_ >= between_reports) {
                reported_ = progress.seconds;
                progress.loss = search_.best_.load();
                options.on_progress(progress);
            }
        }

        tree_search& search_;
        unsigned thread_;
        const cover_view& view_;
        cover_scratch_memory scratch_;
        cover_scratch_memory other_scratch_; ///< of the second of two nodes
        std::vector<std::unique_ptr<frame>> frames_;
        std::size_t depth_ = 0;
        std::size_t bottom_ = 0;           ///< frames below are given away,
        std::vector<std::uint64_t> given_; ///< under these names
        Proof proof_;
        std::array<std::vector<std::uint32_t>, 2> lists_;
        std::vector<std::uint16_t> multipliers_;
        std::uint64_t nodes_ = 0; ///< since the last tell(), as done_
        double done_ = 0;
        std::uint64_t next_look_ = 0;  ///< at this number of nodes_
        std::uint64_t most_nodes_ = 0; ///< that limit
        bool is_fresh_ = false;        ///< whether the bound of the part's first node begins with nothing
        double reported_ = 0;
    };

    const cover_problem& problem_;
    const search_options& options_;
    const cover_kernel& kernel_;
    cover_tables tables_;
    search_state& state_; ///< as it was, until the end
    std::int64_t unit_;
    std::int64_t most_ = 0; ///< no choice has more loss
    std::chrono::steady_clock::time_point start_;
    std::atomic<std::int64_t> best_;
    std::vector<std::uint32_t> losers_; ///< guarded by mutex_
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<open_subtree> waiting_; ///< guarded by mutex_, as the next ones
    std::uint64_t next_id_;
    int busy_ = 0;
    std::uint64_t nodes_ = 0; ///< that threads told of, as done_
    double done_ = 0;
    std::vector<std::string> texts_;
    int looks_; ///< the first thread's
    std::atomic<int> hungry_{0};
    std::atomic<int> waiting_count_;
    std::atomic<bool> stopped_{false};
    std::stop_source ended_; ///< the same, for tabu_search()
};

} // namespace detail

namespace detail {

/// \throws parameter_error  options that make no sense
inline void require_valid(const search_options& options) {
    require(options.iterations >= 1, "branch_and_bound", "iterations", options.iterations, "must be at least 1");
}

} // namespace detail

/// Searches what is open of a tree, until nothing is, or it is stopped by a limit; may be called again to go on.
///
/// At every node a Lagrangian bound is raised by a few subgradient steps, in whole numbers, so that it is exact; columns whose other
/// value would exceed it are fixed; then a column is branched on. Threads give their largest open subtree
/// to those that have nothing to do.
/// \param problem  up to 30000 columns, weights up to 8192, and Σ (2·weight + 1) over the rows of any column up to 65000
/// \param options  how long and how; times and threads make the nodes vary (tabu_search() goes by the clock), and which best choice comes out; never the loss
/// \param kernel   of an architecture that the processor has, from cover_kernel_for()
/// \param state    from search_from() or an earlier call with the same problem; is gone on with. Afterwards the open subtrees and what is
///                 done hold a best choice, of those with less than `state.loss` if there are any: answer_of() says what is known
/// \throws parameter_error  a problem that breaks an invariant or is too large, no iterations, or a state of another problem
/// \throws ...              what options.on_progress throws; the state is then as before
/// \par Complexity
/// O(nodes·iterations·rows·columns); nodes are exponential in the columns at worst. Memory O(threads·columns·(rows + columns))
/// \par Reference
/// Held, Wolfe, Crowder, *Validation of subgradient optimization*, Mathematical Programming 1974; Beasley, *An algorithm for set covering
/// problem*, European Journal of Operational Research 1987
///
/// \code
/// const election::cover_problem uncoded{3, 1, {{{0}, 1}, {{1}, 1}, {{2}, 1}}, -3};
/// auto state = election::search_from(uncoded, election::tabu_search(uncoded));
/// election::branch_and_bound(uncoded, {}, election::cover_kernel_for<election::arch::word64>(), state);
/// assert(election::answer_of(state).exact() && state.loss == 4 && state.open.empty());
/// \endcode
inline void branch_and_bound(const cover_problem& problem, const search_options& options, const cover_kernel& kernel,
                             search_state& state) {
    detail::require_valid(problem, "branch_and_bound");
    detail::require_valid(options);
    detail::require_valid(state, problem, "branch_and_bound");
    detail::tree_search<no_proof>(problem, options, kernel, state).run();
}

/// The same, and writes the tree down as it goes through it.
/// \param problem  any
/// \param options  how long, and on how many threads
/// \param kernel   from `cover_kernel_for<Arch>()`
/// \param state    as above
/// \param texts  gets the subtrees for tree_lines(), in any order; those that are left open have names in the state, and another call
///               adds them. Columns and rows have the problem's numbers; multipliers are counted in multiplier_scale()ths
inline void branch_and_bound(const cover_problem& problem, const search_options& options, const cover_kernel& kernel,
                             search_state& state, std::vector<std::string>& texts) {
    detail::require_valid(problem, "branch_and_bound");
    detail::require_valid(options);
    detail::require_valid(state, problem, "branch_and_bound");
    detail::tree_search<tree_writer>(problem, options, kernel, state).run(&texts);
}

/// What the multipliers of branch_and_bound()'s bounds are counted in. O(ones).
/// \throws parameter_error  a problem that is too large for it
///
/// \code
/// assert(election::multiplier_scale({3, 1, {{{0}, 1}, {{1}, 1}, {{2}, 1}}, -3}) == 4096);
/// \endcode
[[nodiscard]] inline std::int32_t multiplier_scale(const cover_problem& problem) {
    return detail::cover_tables::scale_of(problem);
}

} // namespace election
