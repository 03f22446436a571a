#pragma once

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

#include "core/owner/run_client.h"
#include "core/owner/run_sockets.h"
#include "tests/support/fake_runs.h"
#include "tests/support/places.h"
#include "ui/bridge/run_bridge.h"

namespace fanlight::ui {

inline constexpr int patienceMs = 30'000;

#define WAIT_FOR(condition) QTRY_VERIFY_WITH_TIMEOUT(condition, patienceMs)

/// A bridge to a run owner that it starts itself (tests/support/programs/run_owner.cpp), with fake workers.
class BridgeFixture {
protected:
    std::unique_ptr<QTemporaryDir> dir_;
    std::unique_ptr<RunBridge> bridge_;

    QString path(const QString& name) const { return dir_->path() + "/" + name; }

    void start(const QString& name, int images, const std::string& prompt) {
        auto items = fake_items(images);
        for (Item& item : items) item.task.edit<ImageTask>().prompt = prompt;
        bridge_->start(path(name), fake_plan(std::move(items), 1));
    }

    void begin() {
        dir_ = std::make_unique<QTemporaryDir>();
        qputenv("XDG_RUNTIME_DIR", dir_->path().toUtf8());
        qputenv("XDG_STATE_HOME", (dir_->path() + "/state").toUtf8());
        qputenv("FANLIGHT", build_path("/tests/fanlight-run-owner"));
        qputenv("FANLIGHT_WORKER", build_path("/tests/fanlight-fake-worker"));
        bridge_ = std::make_unique<RunBridge>();
        bridge_->attach();
    }
    /// Shuts the owner down, which would otherwise wait for another window.
    void end() {
        bridge_.reset();
        RunClient last;
        QSignalSpy connected(&last, &RunClient::connected), lost(&last, &RunClient::lost);
        last.connect_to(idle_owner_socket());
        WAIT_FOR(connected.size() + lost.size() > 0);
        last.shut_down();
        WAIT_FOR(lost.size() > 0);
    }
};

}  // namespace fanlight::ui
