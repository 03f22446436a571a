#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "core/base/stopwatch.h"
#include "core/base/wait_notice.h"
#include "core/protocol/events.h"

namespace fanlight {

/// What a run makes, and the command that does.
struct MadeWords {
    std::string one = "image", many = "images";
    std::string command = "fanlight generate";
    std::string step = "step";
};

/// Shows a run's progress on standard error. On a terminal: one summary line (done/total, images/s, time left) and one
/// line per worker, redrawn in place; elsewhere a plain line now and then, and what is waited for before the first.
class ProgressPrinter {
public:
    ProgressPrinter(bool terminal, MadeWords words) : terminal_(terminal), words_(std::move(words)) {}

    void operator()(const RunEvent& event);

private:
    void show(const RunStarted& started);
    void show(const WorkerChanged& changed);
    void show(const ItemProgress& progress);
    void show(const ItemDone& done);
    void show(const ItemFailed& failed);
    void show(const RunEstimated& estimated);
    void show(const RunWarning& warning);
    void show(const RunFinished& finished);

    void tell_loading(WorkerState state);
    void draw(bool now);
    void erase();
    void say(const std::string& line);
    std::string summary_line() const;
    /// ", 2 failed, 1 cancelled"; empty if there are none.
    std::string unmade() const;
    /// "12 images/s", and of texts the tokens.
    std::string rate(double seconds) const;

    const bool terminal_;
    const MadeWords words_;
    std::string folder_;
    RunCounts counts_;
    int64_t done_before_ = 0;  ///< done by an earlier owner of the run
    int64_t tokens_ = 0;       ///< of the texts that have been made
    std::optional<double> seconds_left_;
    std::map<int, std::string> rows_;
    bool any_loaded_ = false;
    std::shared_ptr<WaitNotice> loading_;  ///< until then
    int drawn_lines_ = 0;
    Stopwatch watch_;
    double last_drawn_ = -1;
};

}  // namespace fanlight
