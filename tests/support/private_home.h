#pragma once

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

#include "core/run/run_client.h"
#include "core/run/run_sockets.h"

/// A user of the programs who has nothing yet: home, settings, data and sockets in a folder of their own, the built
/// programs, no GPU. Where settings lie is fixed with the first one that is read, so a process has one such user.
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
        give("XDG_RUNTIME_DIR", "run");
        QFile::setPermissions(folder_.filePath("run"), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        qputenv("FANLIGHT", FANLIGHT_BUILD_DIR "/fanlight");
        qputenv("FANLIGHT_WORKER", FANLIGHT_BUILD_DIR "/fanlight-worker");
        qputenv("FANLIGHT_RESOURCES", FANLIGHT_SOURCE_DIR "/resources");
        qputenv("CUDA_VISIBLE_DEVICES", "");
        for (const char* elsewhere : {"HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"}) qunsetenv(elsewhere);
        qunsetenv("DBUS_SESSION_BUS_ADDRESS");  // no notifications on the desktop of whoever runs the tests
    }

    QString path(const QString& name) const { return folder_.filePath(name); }
    /// Where the window lets runs be made unless told otherwise.
    QString pictures() const { return path("Pictures/Fanlight"); }

    /// All the PNGs of all runs, by path; unfinished ones have other names.
    QStringList images() const {
        QStringList found;
        for (const QFileInfo& run : QDir(pictures()).entryInfoList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name))
            for (const QFileInfo& image : QDir(run.filePath()).entryInfoList({"*.png"}, QDir::Files, QDir::Name))
                found << image.filePath();
        return found;
    }

    /// Ends the run owner that stays up, if there is one, and waits until it has gone.
    void shutDownOwner() const {
        RunClient client;
        QSignalSpy connected(&client, &RunClient::connected), lost(&client, &RunClient::lost);
        client.connect_to(idle_owner_socket());
        if (!QTest::qWaitFor([&] { return connected.size() + lost.size() > 0; })) return;
        client.shut_down();
        if (lost.isEmpty()) lost.wait(60'000);
    }

    /// As if nothing had been done yet.
    void forgetAll() const {
        shutDownOwner();
        QSettings().clear();
        QDir(pictures()).removeRecursively();
        QDir(path("data")).removeRecursively();
    }

private:
    QTemporaryDir folder_;
};

}  // namespace fanlight
