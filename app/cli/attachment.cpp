#include "app/cli/attachment.h"

#include <QEventLoop>
#include <QTimer>
#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "core/base/number_text.h"
#include "core/base/text.h"
#include "core/base/wait_notice.h"
#include "core/owner/run_owner.h"
#include "core/owner/run_sockets.h"
#include "core/run/run_folder.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr int timeout_ms = 30'000;  ///< the owner may be busy writing a large run folder

/// A client that has received the whole state; nullptr if nobody listens. Throws Error if whoever does gives no answer.
/// `run`: what the owner makes, for messages.
std::unique_ptr<RunClient> connected_to(const fs::path& socket, const std::string& run) {
    auto client = std::make_unique<RunClient>();
    const WaitNotice notice("Waiting for the owner of " + run + " to answer");
    QEventLoop loop;
    bool answered = false;
    const auto leave = [&] {
        answered = true;
        loop.quit();
    };
    QObject::connect(client.get(), &RunClient::connected, &loop, leave);
    QObject::connect(client.get(), &RunClient::lost, &loop, leave);
    QTimer::singleShot(timeout_ms, &loop, &QEventLoop::quit);
    QTimer::singleShot(0, &loop, [&] { client->connect_to(socket); });
    loop.exec();
    if (!answered)
        throw Error(
            "The owner of %1 has not answered in %2: it is stopped, or very busy; try again later, or end that process "
            "and finish the run with fanlight queue resume.",
            run, duration_text(timeout_ms / 1000.0));
    return client->is_connected() ? std::move(client) : nullptr;
}

/// A run that is only just beginning has no socket yet: the owner is checking what is there, and answers after that.
fs::path socket_for(const fs::path& folder) {
    std::error_code ignored;
    const bool is_beginning = !fs::exists(folder / ".fanlight" / "socket", ignored) && is_idle_owner_up() &&
                              fs::exists(folder / ".fanlight" / "run.json", ignored);
    return is_beginning ? idle_owner_socket() : socket_of_run(folder);
}

std::unique_ptr<RunClient> only_one_at_work() {
    std::unique_ptr<RunClient> found;
    std::vector<std::string> folders;
    for (const fs::path& socket : all_sockets()) {
        auto client = connected_to(socket, "a run (" + socket.string() + ")");
        if (!client || !client->current()) continue;
        folders.push_back(client->current()->folder());
        found = std::move(client);
    }
    if (folders.empty()) throw UsageError("You have no run in progress");
    if (folders.size() > 1)
        throw UsageError("Several runs are in progress, in %1; name the folder of one", listed(folders));
    return found;
}

}  // namespace

void add_run_folder(CLI::App& app, std::string& folder) {
    app.add_option("DIR", folder, "The run folder")->default_str("that of the only run in progress");
}

Attachment::Attachment(const std::string& folder) {
    if (folder.empty()) {
        client_ = only_one_at_work();
        id_ = client_->current()->id();
        return;
    }
    const fs::path path = run_path(folder);
    client_ = connected_to(socket_for(path), "the run in " + folder);
    const auto is_here = [&](const RunState& run) {
        std::error_code error;
        const bool waits = run.phase() == RunPhase::Queued;
        return !waits && fs::equivalent(run.folder(), path, error);
    };
    if (client_) {
        const auto run = std::find_if(client_->runs().begin(), client_->runs().end(), is_here);
        if (run != client_->runs().end()) id_ = run->id();
    }
    if (id_ == 0)
        throw Error("The run in %1 is not in progress: its owner has ended; finish it with fanlight queue resume %2",
                    folder, folder);
}

void Attachment::steer(const std::function<void(RunClient&, int64_t)>& ask,
                       const std::function<bool(const RunState&)>& obeyed) {
    QEventLoop loop;
    std::optional<Sentence> refused;
    const auto leave_if_obeyed = [&] {
        if (!run() || obeyed(*run())) loop.quit();
    };
    const auto fail = [&](const Sentence& sentence) {
        refused = sentence;
        loop.quit();
    };
    QObject::connect(client_.get(), &RunClient::happened, &loop, leave_if_obeyed);
    QObject::connect(client_.get(), &RunClient::snapshot, &loop, leave_if_obeyed);
    QObject::connect(client_.get(), &RunClient::refused, &loop, fail);
    const std::string folder = run() ? run()->folder() : "";
    QObject::connect(client_.get(), &RunClient::lost, &loop, [&](const Sentence& reason) {
        fail(Sentence("%1; continue the run with fanlight queue resume %2", reason.open(), folder));
    });
    const WaitNotice notice("Waiting for the owner of the run in " + folder + " to do so");
    ask(*client_, id_);
    loop.exec();
    if (refused) throw Error(*refused);
}

}  // namespace fanlight
