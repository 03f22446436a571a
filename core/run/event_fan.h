#pragma once

#include <vector>

#include "core/run/events.h"

namespace fanlight {

/// Passes every event on to several listeners, in their order.
class EventFan : public RunEvents {
public:
    explicit EventFan(std::vector<RunEvents*> listeners) : listeners_(std::move(listeners)) {}

    void run_opened(const RunFolder& run, RunControl& control) override;
    void run_started(const std::string& folder, const RunCounts& counts, int workers) override;
    void worker_changed(int worker, WorkerState state, const std::string& detail) override;
    void worker_loaded(int worker, const std::string& device_name, const std::string& device_uuid) override;
    void items_leased(int worker, const std::vector<int64_t>& items) override;
    void item_progress(int worker, int64_t item, int step, int of) override;
    void item_preview(int worker, int64_t item, const std::string& png_base64) override;
    void worker_stats(int worker, const WorkerStats& stats) override;
    void item_done(int worker, const Item& item, const Result& result, const RunCounts& counts) override;
    void item_failed(const Item& item, const std::string& kind, const std::string& reason,
                     const RunCounts& counts) override;
    void items_added(const RunCounts& counts) override;
    void warning(const std::string& sentence) override;
    void run_finished(const RunCounts& counts, double seconds, bool interrupted) override;
    void run_failed(const std::string& sentence) override;

private:
    template <typename... Parameters, typename... Arguments>
    void pass(void (RunEvents::*event)(Parameters...), Arguments&&... arguments) {
        for (RunEvents* listener : listeners_) (listener->*event)(arguments...);
    }

    const std::vector<RunEvents*> listeners_;
};

}  // namespace fanlight
