#pragma once

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

#include "core/owner/run_client.h"
#include "core/owner/run_sockets.h"
#include "tests/support/places.h"

/// The environment of a new user: home, settings, data and sockets in a temporary folder, the built programs, no GPU.
/// Qt fixes the place of the settings when the first one is read, so create only one per process.
namespace fanlight {

class PrivateHome {
public:
    PrivateHome() {
        const auto give = [this](const char* name, const char* folder) {
            QDir(folder_.path()).mkpath(folder);
            qputenv(name, folder_.filePath(folder).toUtf8());
        };
        give("HOME", ".");
        give("XDG_CONFIG_HOME", "config");
        give("XDG_DATA_HOME", "data");
        give("XDG_CACHE_HOME", "cache");
        give("XDG_STATE_HOME", "state");
        give("XDG_RUNTIME_DIR", "run");
        QFile::setPermissions(folder_.filePath("run"), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        qputenv("FANLIGHT", build_path("/fanlight"));
        qputenv("FANLIGHT_WORKER", build_path("/fanlight-worker"));
        qputenv("FANLIGHT_RESOURCES", source_path("/resources"));
        qputenv("CUDA_VISIBLE_DEVICES", "");
        for (const char* elsewhere : {"HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"}) qunsetenv(elsewhere);
        qunsetenv("DBUS_SESSION_BUS_ADDRESS");  // no notifications on the desktop of the person running the tests
    }

    QString path(const QString& name) const { return folder_.filePath(name); }
    /// The window's default output folder.
    QString pictures() const { return path("Pictures/Fanlight"); }

    /// Paths of all PNGs of all runs; unfinished ones have other names.
    QStringList images() const {
        QStringList found;
        for (const QFileInfo& run : QDir(pictures()).entryInfoList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name))
            for (const QFileInfo& image : QDir(run.filePath()).entryInfoList({"*.png"}, QDir::Files, QDir::Name))
                found << image.filePath();
        return found;
    }

    /// Shuts down the idle run owner, if there is one, and waits until it has exited.
    void shutDownOwner() const {
        RunClient client;
        QSignalSpy connected(&client, &RunClient::connected), lost(&client, &RunClient::lost);
        client.connect_to(idle_owner_socket());
        if (!QTest::qWaitFor([&] { return connected.size() + lost.size() > 0; })) return;
        client.shut_down();
        if (lost.isEmpty()) lost.wait(60'000);
    }

    /// Back to the state of a new user.
    void forgetAll() const {
        shutDownOwner();
        QSettings().clear();
        QDir(pictures()).removeRecursively();
        QDir(path("data")).removeRecursively();
        QDir(path("state")).removeRecursively();
    }

private:
    QTemporaryDir folder_;
};

}  // namespace fanlight
