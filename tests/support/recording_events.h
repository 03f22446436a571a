#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "core/protocol/events.h"

namespace fanlight {

/// Records a run's events for a test.
class RecordingEvents {
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

    void operator()(const RunEvent& event) {
        std::visit(
            [this](const auto& body) {
                if constexpr (requires { keep(body); }) keep(body);
            },
            event);
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

    /// Whether a warning has a part of this pattern, which a window can translate.
    bool warned_with(const std::string& pattern) const {
        return std::any_of(sentences_.begin(), sentences_.end(), [&](const Sentence& s) { return has(s, pattern); });
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

private:
    void keep(const RunStarted& event) { started_workers = event.workers; }
    void keep(const WorkerChanged& event) { changes.push_back({event.worker, event.state, event.detail.text()}); }
    void keep(const ItemProgress&) { ++progress; }
    void keep(const ItemDone& event) {
        done.push_back(event.result.item);
        counts = event.counts;
        if (on_item_done) on_item_done();
    }
    void keep(const ItemFailed& event) {
        failed.push_back({event.item, event.kind, event.message.text()});
        counts = event.counts;
    }
    void keep(const RunWarning& event) {
        warnings.push_back(event.message.text());
        sentences_.push_back(event.message);
    }
    void keep(const RunFinished& event) {
        counts = event.counts;
        ++finished;
    }

    static bool has(const Sentence& sentence, const std::string& pattern) {
        const auto& parts = sentence.parts();
        return sentence.pattern() == pattern ||
               std::any_of(parts.begin(), parts.end(), [&](const Sentence& part) { return has(part, pattern); });
    }

    std::vector<Sentence> sentences_;
};

}  // namespace fanlight
