#include "app/cli/event_printer.h"

#include <cstdio>

#include "core/base/json.h"

namespace fanlight {

namespace {

Json line_of(const RunStarted& e) {
    return {{"type", "started"},
            {"folder", e.folder},
            {"total", e.counts.total},
            {"done", e.counts.done},
            {"workers", e.workers}};
}

Json line_of(const WorkerChanged& e) {
    return {{"type", "worker"}, {"worker", e.worker}, {"state", text_of(e.state)}, {"detail", e.detail.text()}};
}

Json line_of(const ItemsLeased& e) { return {{"type", "leased"}, {"worker", e.worker}, {"items", e.items}}; }

Json line_of(const ItemProgress& e) {
    Json line = {{"type", "progress"}, {"worker", e.worker}, {"item", e.item}, {"step", e.step}, {"of", e.of}};
    if (!e.text.empty()) line["text"] = e.text;
    return line;
}

Json line_of(const ItemDone& e) {
    Json line = {{"worker", e.result.worker},   {"item", e.result.item}, {"seed", e.seed},
                 {"seconds", e.result.seconds}, {"done", e.counts.done}, {"total", e.counts.total}};
    if (const ResultFile* file = e.result.file())
        line.update({{"type", "image"}, {"file", file->name}, {"sha256", file->sha256}});
    else
        line.update({{"type", "text"}, {"text", e.result.record()->text}, {"more", e.result.record()->more}});
    return line;
}

Json line_of(const ItemFailed& e) {
    if (e.is_cancelled())
        return {{"type", "cancelled"}, {"item", e.item}, {"cancelled", e.counts.cancelled}, {"total", e.counts.total}};
    return {{"type", "failed"},          {"item", e.item},         {"kind", e.kind}, {"message", e.message.text()},
            {"failed", e.counts.failed}, {"total", e.counts.total}};
}

Json line_of(const RunWarning& e) { return {{"type", "warning"}, {"message", e.message.text()}}; }

Json line_of(const RunFinished& e) {
    return {{"type", "finished"},          {"done", e.counts.done},
            {"failed", e.counts.failed},   {"cancelled", e.counts.cancelled},
            {"total", e.counts.total},     {"seconds", e.seconds},
            {"interrupted", e.interrupted}};
}

}  // namespace

void print_event(const RunEvent& event) {
    std::visit(
        [](const auto& body) {
            if constexpr (requires { line_of(body); }) {
                std::fprintf(stdout, "%s\n", to_line(line_of(body)).c_str());
                std::fflush(stdout);
            }
        },
        event);
}

}  // namespace fanlight
