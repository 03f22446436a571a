#include "core/protocol/events.h"

#include <array>
#include <utility>

#include "core/base/error.h"

namespace fanlight {

namespace {

constexpr std::array<std::pair<WorkerState, const char*>, 7> state_texts = {{{WorkerState::Starting, "starting"},
                                                                             {WorkerState::Loading, "loading"},
                                                                             {WorkerState::Ready, "ready"},
                                                                             {WorkerState::Working, "working"},
                                                                             {WorkerState::Restarting, "restarting"},
                                                                             {WorkerState::Fenced, "fenced"},
                                                                             {WorkerState::Stopped, "stopped"}}};

}  // namespace

std::string text_of(WorkerState state) { return state_texts[static_cast<size_t>(state)].second; }

WorkerState worker_state_of(const std::string& text) {
    for (const auto& [state, name] : state_texts)
        if (text == name) return state;
    throw Error("There is no worker state called \"%1\"", text.substr(0, 40));
}

}  // namespace fanlight
