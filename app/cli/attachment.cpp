#include "app/cli/attachment.h"

#include <QEventLoop>
#include <QTimer>
#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "core/base/text.h"
#include "core/owner/run_sockets.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr int timeout_ms = 10'000;  ///< the owner may be busy writing a large run folder

/// A client that has received the whole state; nullptr if nobody answers.
std::unique_ptr<RunClient> connected_to(const fs::path& socket) {
    auto client = std::make_unique<RunClient>();
    QEventLoop loop;
    QObject::connect(client.get(), &RunClient::connected, &loop, &QEventLoop::quit);
    QObject::connect(client.get(), &RunClient::lost, &loop, &QEventLoop::quit);
    QTimer::singleShot(timeout_ms, &loop, &QEventLoop::quit);
    QTimer::singleShot(0, &loop, [&] { client->connect_to(socket); });
    loop.exec();
    return client->is_connected() ? std::move(client) : nullptr;
}

std::unique_ptr<RunClient> only_one_at_work() {
    std::unique_ptr<RunClient> found;
    std::vector<std::string> folders;
    for (const fs::path& socket : all_sockets()) {
        auto client = connected_to(socket);
        if (!client || !client->current()) continue;
        folders.push_back(client->current()->folder());
        found = std::move(client);
    }
    if (folders.empty()) throw UsageError("No run of yours is being made now");
    if (folders.size() > 1)
        throw UsageError("Several runs are being made, in " + listed(folders) + "; name the folder of one");
    return found;
}

}  // namespace

Attachment::Attachment(const std::string& folder) {
    if (folder.empty()) {
        client_ = only_one_at_work();
        id_ = client_->current()->id();
        return;
    }
    const fs::path path = fs::absolute(folder).lexically_normal();
    client_ = connected_to(socket_of_run(path));
    const auto is_here = [&](const RunState& run) {
        std::error_code error;
        return fs::equivalent(run.folder(), path, error);
    };
    if (client_) {
        const auto run = std::find_if(client_->runs().begin(), client_->runs().end(), is_here);
        if (run != client_->runs().end()) id_ = run->id();
    }
    if (id_ == 0)
        throw Error("Nobody is at work in " + folder + " any more: its owner has ended; go on with fanlight generate " +
                    "--resume " + folder);
}

void Attachment::steer(const std::function<void(RunClient&, int64_t)>& ask,
                       const std::function<bool(const RunState&)>& obeyed) {
    QEventLoop loop;
    QString refused;
    const auto leave_if_obeyed = [&] {
        if (!run() || obeyed(*run())) loop.quit();
    };
    const auto fail = [&](const QString& sentence) {
        refused = sentence;
        loop.quit();
    };
    QObject::connect(client_.get(), &RunClient::happened, &loop, leave_if_obeyed);
    QObject::connect(client_.get(), &RunClient::snapshot, &loop, leave_if_obeyed);
    QObject::connect(client_.get(), &RunClient::refused, &loop, fail);
    QObject::connect(client_.get(), &RunClient::lost, &loop, fail);
    ask(*client_, id_);
    loop.exec();
    if (!refused.isEmpty()) throw Error(refused.toStdString());
}

}  // namespace fanlight
