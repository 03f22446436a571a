#pragma once

#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <fstream>
#include <memory>
#include <set>

#include "core/owner/run_client.h"
#include "core/owner/run_sockets.h"
#include "tests/support/fake_runs.h"
#include "tests/support/places.h"

namespace fanlight {

inline constexpr int timeout_ms = 30'000;

#define WAIT_FOR(condition) QTRY_VERIFY_WITH_TIMEOUT(condition, timeout_ms)

/// A run owner in a separate process (tests/support/programs/run_owner.cpp) with fake workers, and a client of it.
class RunOwnerFixture {
protected:
    std::unique_ptr<QTemporaryDir> dir_;
    std::unique_ptr<QProcess> owner_;
    std::unique_ptr<RunClient> client_;

    void begin() {
        dir_ = std::make_unique<QTemporaryDir>();
        qputenv("XDG_RUNTIME_DIR", dir_->path().toUtf8());
        qputenv("XDG_STATE_HOME", (dir_->path() + "/state").toUtf8());
        qputenv("FANLIGHT_WORKER", build_path("/tests/fanlight-fake-worker"));
    }
    void end() {
        client_.reset();
        if (owner_) owner_->kill();
        if (owner_) owner_->waitForFinished(timeout_ms);
        owner_.reset();
    }

    std::filesystem::path path(const std::string& name) const {
        return std::filesystem::path(dir_->path().toStdString()) / name;
    }

    void start_owner(const QStringList& arguments) {
        owner_ = std::make_unique<QProcess>();
        owner_->setProcessChannelMode(QProcess::ForwardedChannels);
        owner_->start(build_path("/tests/fanlight-run-owner"), arguments);
    }

    /// Starts a run with micro-batches of two.
    void start_run(const std::string& name, int items, int workers, const QString& prompt) {
        start_owner(
            {QString::fromStdString(path(name).string()), QString::number(items), QString::number(workers), prompt});
    }

    bool attach(const std::filesystem::path& socket, bool previews = false) {
        client_ = std::make_unique<RunClient>();
        if (previews) client_->want_previews();
        QSignalSpy connected(client_.get(), &RunClient::connected);
        for (int tries = 0; tries < 300 && !client_->is_connected(); ++tries) {
            if (std::filesystem::exists(socket)) client_->connect_to(socket);
            connected.wait(100);
        }
        return client_->is_connected();
    }

    bool attach_to_run(const std::string& name, bool previews = false) {
        const auto has_begun = [&] { return std::filesystem::exists(path(name) / ".fanlight" / "socket"); };
        return QTest::qWaitFor(has_begun, timeout_ms) && attach(socket_of_run(path(name)), previews);
    }

    bool serve(const QString& idle_seconds = "60") {
        start_owner({"serve", idle_seconds});
        return attach(idle_owner_socket());
    }

    std::filesystem::path new_run(const std::string& name, RunPlan plan) {
        create_run(path(name), std::move(plan));
        return path(name);
    }

    std::filesystem::path new_run(const std::string& name, int items, const std::string& prompt = "a dog",
                                  int workers = 1) {
        auto list = fake_items(items);
        for (Item& item : list) item.task.edit<ImageTask>().prompt = prompt;
        return new_run(name, fake_plan(std::move(list), workers));
    }

    bool owner_ended() { return owner_->state() == QProcess::NotRunning || owner_->waitForFinished(timeout_ms); }

    /// Worker processes of the owner.
    std::set<pid_t> workers() const {
        const std::string pid = std::to_string(owner_->processId());
        std::ifstream children("/proc/" + pid + "/task/" + pid + "/children");
        std::set<pid_t> pids;
        for (pid_t child; children >> child;) pids.insert(child);
        return pids;
    }

    RunPhase phase(int64_t run) const { return client_->run(run) ? client_->run(run)->phase() : RunPhase::Queued; }
    int64_t count(ItemState state) const { return client_->runs().front().count(state); }
};

}  // namespace fanlight
