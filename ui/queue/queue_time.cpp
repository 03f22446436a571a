#include "ui/queue/queue_time.h"

#include <map>
#include <optional>
#include <utility>

namespace fanlight::ui {

namespace {

using Kind = std::pair<std::string, std::string>;  ///< model, task

Kind kindOf(const RunState& run) { return {run.model(), run.head().task}; }

int64_t unmade(const RunState& run) { return run.counts().total - run.counts().settled(); }

/// Seconds an item; nullopt: not known.
std::optional<double> paceOf(const RunState& run) {
    if (const auto left = run.seconds_left(); left && unmade(run) > 0) return *left / static_cast<double>(unmade(run));
    const int64_t done = run.counts().done;
    if (!run.ended() || done == 0 || run.seconds() <= 0) return {};
    return run.seconds() / static_cast<double>(done);
}

}  // namespace

QueueTime queueTime(const QList<const RunState*>& runs) {
    std::map<Kind, double> paces;
    for (const RunState* run : runs)
        if (const auto pace = paceOf(*run)) paces.try_emplace(kindOf(*run), *pace);
    QueueTime time;
    for (const RunState* run : runs) {
        if (run->ended()) continue;
        time.waiting += run->phase() == RunPhase::Queued;
        const auto pace = paces.find(kindOf(*run));
        time.isComplete &= pace != paces.end();
        if (pace == paces.end()) continue;
        time.isKnown = true;
        time.seconds += pace->second * static_cast<double>(unmade(*run));
    }
    return time;
}

}  // namespace fanlight::ui
