#pragma once

#include <QEventLoop>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/sentence.h"
#include "core/base/stopwatch.h"
#include "core/protocol/events.h"
#include "core/run/crew.h"
#include "core/run/dispatcher.h"
#include "core/run/run_control.h"
#include "core/run/run_folder.h"

namespace fanlight {

/// Leads a crew through a run: hands out micro-batches, checks what comes back, records it in the journal and only
/// then reports it as done. A worker is not trusted: it may only report items that it holds, and a file must exist.
class Foreman : public CrewListener, public RunControl {
public:
    Foreman(RunFolder& run, Dispatcher& dispatcher, RunListener listener);

    /// Returns when every item is done or failed, or the run was stopped (true). Throws Error if the run cannot
    /// continue: disk full, no worker left. No worker process is left in either case.
    bool work(Crew& crew);

    const RunCounts& counts() const { return counts_; }

    void pause(bool paused) override;
    void hold(const Sentence& reason) override;
    void hold_worker(int worker, const Sentence& reason) override;
    void cancel() override { stop_requested(++cancels_); }
    std::string_view task() const override { return run_.plan.items.front().task.kind(); }
    void add(const std::vector<PromptRow>& rows) override;
    void cancel_items(const std::vector<int64_t>& items) override;
    void retry(const std::vector<int64_t>& items) override;
    std::vector<int64_t> move(const std::vector<int64_t>& items, int64_t before) override;
    void enable_worker(int worker, bool enabled) override;
    void show_previews(bool wanted) override;

private:
    void worker_changed(int worker, WorkerState state, const Sentence& detail) override;
    int model_for(int worker) override { return dispatcher_.choose_model(worker).value_or(0); }
    void model_refused(int worker, int model, const Sentence& reason) override;
    void worker_loaded(int worker, const protocol::Loaded& loaded) override;
    void message_received(int worker, const protocol::FromWorker& message) override;
    bool worker_died(int worker, const Sentence& reason) override;
    void worker_said(int worker, const Sentence& note) override;
    void worker_gone(int worker, const Sentence& reason) override;
    void crew_left() override { loop_.quit(); }

    void handle(int worker, const protocol::Progress& progress);
    void handle(int worker, const protocol::Preview& preview);
    void handle(int worker, const protocol::Image& image);
    void handle(int worker, const protocol::Failed& failed);
    void handle(int worker, const protocol::Text& text);
    void handle(int worker, const protocol::GivenUp& given_up);
    void handle(int worker, const protocol::Stats& stats);

    void take(int worker, Result result);
    void check(const Item& item, const Result& result) const;
    const Item& item(int64_t number) const { return run_.plan.items[static_cast<size_t>(number)]; }
    const Item& held_item(int worker, int64_t item) const;
    void hand_out();
    bool hand_out_to(int worker);
    std::vector<Item> ahead_of(int worker, int64_t next);
    void fail_items(const std::vector<int64_t>& items, const std::string& kind, const Sentence& reason);
    bool find_memory(int worker, const Item& item);
    bool give_back_for_less(int worker, const Item& item);
    void renew();
    Shared<Recipe> recipe_for(int model);
    void cancel_returned();
    void expect_running() const;
    bool record(const std::vector<JournalRecord>& records);
    void stop(const Error& error);
    void stop_requested(int times);
    void leave(bool cancel);
    void tell_time_left();

    RunFolder& run_;
    Dispatcher& dispatcher_;
    const RunListener listener_;
    Crew* crew_ = nullptr;
    const Stopwatch clock_;
    double next_time_left_ = 0;  ///< when it is told, on the clock
    QEventLoop loop_;
    std::vector<protocol::Loaded> devices_;  ///< by worker
    RunCounts counts_;
    std::map<int, std::set<int64_t>> told_ahead_;  ///< by worker: items whose texts it has been told of last
    std::set<int64_t> failed_, cancelled_;
    std::set<int64_t> cancelling_;  ///< in flight, and their workers have been told to drop them
    bool previews_ = false;
    bool paused_ = false;
    Sentence held_;  ///< why no item is begun; empty: they are
    std::set<int> held_workers_;
    std::set<BatchKey> larger_for_;          ///< what is left to workers with more memory, and that has been said
    std::map<int, Shared<Recipe>> recipes_;  ///< of models in whose place there is another; keys point to them
    bool leaving_ = false;                   ///< the crew has been told to leave
    int cancels_ = 0;
    bool interrupted_ = false;
    std::optional<Error> error_;  ///< the first one
};

}  // namespace fanlight
