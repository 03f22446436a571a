#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/run/events.h"

namespace fanlight {

/// Keeps what a run tells, for a test to look at.
class RecordingEvents : public RunEvents {
public:
    struct Failure {
        int64_t item;
        std::string kind, reason;
    };
    struct Change {
        int worker;
        WorkerState state;
        std::string detail;
    };

    void run_started(const std::string&, const RunCounts&, int workers) override { started_workers = workers; }
    void worker_changed(int worker, WorkerState state, const std::string& detail) override {
        changes.push_back({worker, state, detail});
    }
    void item_progress(int, int64_t, int, int) override { ++progress; }
    void item_done(int, const Item& item, const Result& result, const RunCounts& now) override {
        done.push_back(item.index);
        counts = now;
        if (on_item_done) on_item_done();
    }
    void item_failed(const Item& item, const std::string& kind, const std::string& reason,
                     const RunCounts& now) override {
        failed.push_back({item.index, kind, reason});
        counts = now;
    }
    void warning(const std::string& sentence) override { warnings.push_back(sentence); }
    void run_finished(const RunCounts& now, double, bool) override {
        counts = now;
        ++finished;
    }

    int count(WorkerState state) const {
        int n = 0;
        for (const Change& change : changes) n += change.state == state;
        return n;
    }
    bool warned_of(const std::string& part) const {
        for (const std::string& sentence : warnings)
            if (sentence.find(part) != std::string::npos) return true;
        return false;
    }

    int started_workers = 0;
    std::vector<Change> changes;
    int progress = 0;
    std::vector<int64_t> done;
    std::vector<Failure> failed;
    std::vector<std::string> warnings;
    RunCounts counts;
    int finished = 0;
    std::function<void()> on_item_done;
};

}  // namespace fanlight
