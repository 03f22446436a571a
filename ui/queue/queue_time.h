#pragma once

#include <QList>

#include "core/owner/run_state.h"

namespace fanlight::ui {

/// How long the run that is being made and all that wait still take.
struct QueueTime {
    int waiting = 0;                          ///< runs
    double seconds = 0;                       ///< of those whose pace is known
    bool isKnown = false, isComplete = true;  ///< of any run; of all
};

/// A waiting run is expected to go at the pace of the latest one with its model and kind of task: the one that is being
/// made, or one that has ended. `runs`: in the order of RunBridge::runs().
QueueTime queueTime(const QList<const RunState*>& runs);

}  // namespace fanlight::ui
