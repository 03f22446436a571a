#include "app/cli/event_printer.h"

#include <cstdio>

#include "core/base/json.h"

namespace fanlight {

namespace {

void print(const Json& event) {
    std::fprintf(stdout, "%s\n", to_line(event).c_str());
    std::fflush(stdout);
}

}  // namespace

void EventPrinter::run_started(const std::string& folder, const RunCounts& counts, int workers) {
    print({{"type", "started"},
           {"folder", folder},
           {"total", counts.total},
           {"done", counts.done},
           {"workers", workers}});
}
void EventPrinter::worker_changed(int worker, WorkerState state, const std::string& detail) {
    print({{"type", "worker"}, {"worker", worker}, {"state", text_of(state)}, {"detail", detail}});
}
void EventPrinter::item_progress(int worker, int64_t item, int step, int of) {
    print({{"type", "progress"}, {"worker", worker}, {"item", item}, {"step", step}, {"of", of}});
}
void EventPrinter::item_done(int worker, const Item& item, const Result& result, const RunCounts& counts) {
    Json event = {{"worker", worker},           {"item", item.index},       {"seed", item.task.seed()},
                  {"seconds", result.seconds}, {"done", counts.done}, {"total", counts.total}};
    if (const ResultFile* file = result.file())
        event.update({{"type", "image"}, {"file", item.place}, {"sha256", file->sha256}});
    else
        event.update({{"type", "text"}, {"text", result.record()->text}, {"more", result.record()->more}});
    print(event);
}
void EventPrinter::item_failed(const Item& item, const std::string& kind, const std::string& reason,
                               const RunCounts& counts) {
    print({{"type", "failed"},
           {"item", item.index},
           {"kind", kind},
           {"message", reason},
           {"failed", counts.failed},
           {"total", counts.total}});
}
void EventPrinter::warning(const std::string& sentence) { print({{"type", "warning"}, {"message", sentence}}); }
void EventPrinter::run_finished(const RunCounts& counts, double seconds, bool interrupted) {
    print({{"type", "finished"},
           {"done", counts.done},
           {"failed", counts.failed},
           {"total", counts.total},
           {"seconds", seconds},
           {"interrupted", interrupted}});
}

}  // namespace fanlight
