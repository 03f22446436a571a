#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/sentence.h"
#include "core/protocol/client_messages.h"
#include "core/protocol/events.h"

namespace fanlight {

/// The phase of a run in its owner.
/// Interrupted: its owner has died, and it does not go on by itself.
enum class RunPhase { Queued, Running, Paused, Finished, Cancelled, Failed, Interrupted };

std::string text_of(RunPhase phase);
/// Throws Error on anything that text_of() does not return.
RunPhase phase_of(const std::string& text);

/// The state of an item; the letters are those of client::States.
enum class ItemState : char { Pending = 'p', Working = 'w', Done = 'd', Failed = 'f', Cancelled = 'c' };

/// The last known state of a run's worker.
struct WorkerStatus {
    std::string device;       ///< "cpu", "cuda:0"
    std::string device_name;  ///< empty until the model is loaded
    std::string device_uuid;
    WorkerState state = WorkerState::Stopped;
    Sentence detail;
    bool enabled = true;
    int64_t images = 0;
    double seconds_per_image = 0;  ///< recent average; 0: not measured yet
    double tokens_per_text = 0;    ///< likewise, generated
    std::vector<int64_t> holds;    ///< items in flight
    int64_t item = -1;             ///< the item of the last progress message; -1: none
    int step = 0;
    int of = 0;
    WorkerStats stats;  ///< all 0 until it has been reported
};

struct ItemFailure {
    std::string kind;
    Sentence message;
};

/// The state of one run according to the messages of client_messages.h. The owner keeps one and creates its snapshots
/// from it, every client keeps one and applies them to it: both have the same state.
class RunState {
public:
    RunState() = default;
    explicit RunState(const client::Run& head) { apply(head); }

    // Each throws Error on invalid contents: an item or worker that the run does not have, an unknown state.
    void apply(const client::Run& head);
    void apply(const client::States& states);
    void apply(const client::ItemOrder& order);
    void apply(const client::Worker& worker);
    void apply(const ItemsLeased& leased);
    void apply(const ItemProgress& progress);
    void apply(const WorkerMeasured& measured);
    void apply(const ItemDone& done);
    void apply(const ItemFailed& failed);

    /// The messages that reproduce this state.
    std::vector<client::FromOwner> snapshot() const;

    int64_t id() const { return head_.run; }
    const std::string& folder() const { return head_.folder; }
    const std::string& model() const { return head_.model; }
    const Sentence& message() const { return head_.message; }
    double seconds() const { return head_.seconds; }
    RunPhase phase() const { return phase_; }
    /// Whether the run has ended, unless it is started again.
    bool ended() const { return phase_ >= RunPhase::Finished; }
    const client::Run& head() const { return head_; }

    int64_t size() const { return static_cast<int64_t>(states_.size()); }
    ItemState item(int64_t index) const { return states_[static_cast<size_t>(index)]; }
    int64_t count(ItemState state) const;
    /// As shown to users.
    RunCounts counts() const;
    /// Whether the states of the items are known. Of runs that have ended before their owner began, or wait, only
    /// counts() are.
    bool knows_items() const { return !head_.listed || knows_states_; }
    const ItemFailure* failure(int64_t index) const;
    /// Pending items that come before all others, the next one first.
    const std::vector<int64_t>& order() const { return order_; }
    const std::vector<WorkerStatus>& workers() const { return workers_; }

    /// As the owner has told last (core/run/time_estimate.h); nullopt: not known yet, or the run has ended.
    std::optional<double> seconds_left() const;

private:
    void check(int64_t item) const;
    void set(int64_t index, ItemState state);
    void release_items(WorkerStatus& status);
    WorkerStatus& worker(int number);

    client::Run head_;
    RunPhase phase_ = RunPhase::Queued;
    bool knows_states_ = false;
    std::vector<ItemState> states_;
    std::map<ItemState, int64_t> counts_;
    std::map<int64_t, ItemFailure> failures_;
    std::vector<int64_t> order_;
    std::vector<WorkerStatus> workers_;
};

/// The messages that reproduce these states of all items from 0 on.
std::vector<client::States> encoded(int64_t run, const std::vector<ItemState>& states);

/// A worker of the run as a message. Throws Error if there is no such worker.
client::Worker worker_message(const RunState& run, int number);

}  // namespace fanlight
