#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/batch/request.h"
#include "core/batch/result.h"

namespace fanlight {

/// Counts of a run's items at one moment.
struct RunCounts {
    int64_t total = 0;
    int64_t done = 0;
    int64_t failed = 0;
};

/// What a worker's processes take together.
struct WorkerStats {
    int64_t resident_bytes = 0;  ///< of main memory
    int64_t device_bytes = 0;    ///< of GPUs; 0 on a CPU
    double busy_seconds = 0;     ///< spent on micro-batches since it was started; of a pipeline its stages' mean

    bool operator==(const WorkerStats&) const = default;
};

/// What a worker is busy with.
enum class WorkerState { Starting, Loading, Ready, Working, Restarting, Fenced, Stopped };

/// Its name on the wire: "starting" and so on.
std::string text_of(WorkerState state);
/// Throws Error on any other name.
WorkerState worker_state_of(const std::string& text);

struct RunFolder;
class RunControl;

/// The run speaks through this and nothing else: the CLI's printers, the run server and a test's recorder implement it.
/// All calls come from the thread that runs the batch; they must not block.
class RunEvents {
public:
    virtual ~RunEvents() = default;

    /// The folder belongs to this process. Both stay until run_finished() or run_failed().
    virtual void run_opened(const RunFolder& run, RunControl& control) { (void)run, (void)control; }
    virtual void run_started(const std::string& folder, const RunCounts& counts, int workers) {
        (void)folder, (void)counts, (void)workers;
    }
    virtual void worker_changed(int worker, WorkerState state, const std::string& detail) {
        (void)worker, (void)state, (void)detail;
    }
    virtual void worker_loaded(int worker, const std::string& device_name, const std::string& device_uuid) {
        (void)worker, (void)device_name, (void)device_uuid;
    }
    /// The items are this worker's until they are done or failed, or it stops working.
    virtual void items_leased(int worker, const std::vector<int64_t>& items) { (void)worker, (void)items; }
    virtual void item_progress(int worker, int64_t item, int step, int of) {
        (void)worker, (void)item, (void)step, (void)of;
    }
    virtual void item_preview(int worker, int64_t item, const std::string& png_base64) {
        (void)worker, (void)item, (void)png_base64;
    }
    virtual void worker_stats(int worker, const WorkerStats& stats) { (void)worker, (void)stats; }
    virtual void item_done(int worker, const Item& item, const Result& result, const RunCounts& counts) {
        (void)worker, (void)item, (void)result, (void)counts;
    }
    virtual void item_failed(const Item& item, const std::string& kind, const std::string& reason,
                             const RunCounts& counts) {
        (void)item, (void)kind, (void)reason, (void)counts;
    }
    /// The run has got more items, which are pending; the plan that run_opened() told of has them.
    virtual void items_added(const RunCounts& counts) { (void)counts; }
    virtual void warning(const std::string& sentence) { (void)sentence; }
    virtual void run_finished(const RunCounts& counts, double seconds, bool interrupted) {
        (void)counts, (void)seconds, (void)interrupted;
    }
    /// It could not go on; what is done is safe.
    virtual void run_failed(const std::string& sentence) { (void)sentence; }
};

}  // namespace fanlight
