#pragma once

#include "core/run/events.h"

namespace fanlight {

/// The run as JSON, one event a line on standard output (--json).
class EventPrinter : public RunEvents {
public:
    void run_started(const std::string& folder, const RunCounts& counts, int workers) override;
    void worker_changed(int worker, WorkerState state, const std::string& detail) override;
    void item_progress(int worker, int64_t item, int step, int of) override;
    void item_done(int worker, const Item& item, const Result& result, const RunCounts& counts) override;
    void item_failed(const Item& item, const std::string& kind, const std::string& reason,
                     const RunCounts& counts) override;
    void warning(const std::string& sentence) override;
    void run_finished(const RunCounts& counts, double seconds, bool interrupted) override;
};

}  // namespace fanlight
