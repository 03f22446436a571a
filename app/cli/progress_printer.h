#pragma once

#include <map>
#include <string>

#include "core/base/stopwatch.h"
#include "core/run/events.h"

namespace fanlight {

/// The run as lines for a person, on standard error: one line for the whole (done/total, images/s, time left) and a row
/// a worker, redrawn in place on a terminal, and a plain line now and then elsewhere.
class ProgressPrinter : public RunEvents {
public:
    explicit ProgressPrinter(bool terminal) : terminal_(terminal) {}

    void run_started(const std::string& folder, const RunCounts& counts, int workers) override;
    void worker_changed(int worker, WorkerState state, const std::string& detail) override;
    void item_progress(int worker, int64_t item, int step, int of) override;
    void item_done(int worker, const Item& item, const Result& result, const RunCounts& counts) override;
    void item_failed(const Item& item, const std::string& kind, const std::string& reason,
                     const RunCounts& counts) override;
    void warning(const std::string& sentence) override;
    void run_finished(const RunCounts& counts, double seconds, bool interrupted) override;

private:
    void draw(bool now);
    void erase();
    void say(const std::string& line);
    std::string summary_line() const;

    const bool terminal_;
    std::string folder_;
    RunCounts counts_;
    int64_t done_before_ = 0;  ///< by an earlier owner of the run
    std::map<int, std::string> rows_;
    int drawn_lines_ = 0;
    Stopwatch watch_;
    double last_drawn_ = -1;
};

}  // namespace fanlight
