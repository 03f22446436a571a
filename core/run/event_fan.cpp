#include "core/run/event_fan.h"

namespace fanlight {

void EventFan::run_opened(const RunFolder& run, RunControl& control) { pass(&RunEvents::run_opened, run, control); }
void EventFan::run_started(const std::string& folder, const RunCounts& counts, int workers) {
    pass(&RunEvents::run_started, folder, counts, workers);
}
void EventFan::worker_changed(int worker, WorkerState state, const std::string& detail) {
    pass(&RunEvents::worker_changed, worker, state, detail);
}
void EventFan::worker_loaded(int worker, const std::string& device_name, const std::string& device_uuid) {
    pass(&RunEvents::worker_loaded, worker, device_name, device_uuid);
}
void EventFan::items_leased(int worker, const std::vector<int64_t>& items) {
    pass(&RunEvents::items_leased, worker, items);
}
void EventFan::item_progress(int worker, int64_t item, int step, int of) {
    pass(&RunEvents::item_progress, worker, item, step, of);
}
void EventFan::item_preview(int worker, int64_t item, const std::string& png_base64) {
    pass(&RunEvents::item_preview, worker, item, png_base64);
}
void EventFan::worker_stats(int worker, const WorkerStats& stats) { pass(&RunEvents::worker_stats, worker, stats); }
void EventFan::item_done(int worker, const Item& item, const Result& result, const RunCounts& counts) {
    pass(&RunEvents::item_done, worker, item, result, counts);
}
void EventFan::item_failed(const Item& item, const std::string& kind, const std::string& reason,
                           const RunCounts& counts) {
    pass(&RunEvents::item_failed, item, kind, reason, counts);
}
void EventFan::items_added(const RunCounts& counts) { pass(&RunEvents::items_added, counts); }
void EventFan::warning(const std::string& sentence) { pass(&RunEvents::warning, sentence); }
void EventFan::run_finished(const RunCounts& counts, double seconds, bool interrupted) {
    pass(&RunEvents::run_finished, counts, seconds, interrupted);
}
void EventFan::run_failed(const std::string& sentence) { pass(&RunEvents::run_failed, sentence); }

}  // namespace fanlight
