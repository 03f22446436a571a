#pragma once

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include "tests/support/places.h"
#include "tests/support/programs.h"

/// The complete programs on a machine with GPUs, of which there are none.
namespace fanlight::stand_in {

inline const QString small_model = source_path("/tests/golden/data/pipelines/sd1");

/// See cards.h.
inline QJsonObject card(const QString& name, const QString& uuid, double speed = 1) {
    return {{"name", name}, {"uuid", uuid}, {"speed", speed}};
}

inline QJsonObject with(QJsonObject card, const QString& key, const QJsonValue& value) {
    card[key] = value;
    return card;
}

/// From here on the machine has these cards, all visible.
inline void set_machine(const QJsonArray& cards, QJsonObject machine = {}) {
    machine["cards"] = cards;
    qputenv("FANLIGHT_STAND_IN", QJsonDocument(machine).toJson(QJsonDocument::Compact));
    qunsetenv("CUDA_VISIBLE_DEVICES");
    qunsetenv("CUDA_DEVICE_ORDER");
}

/// A folder for runs, whose programs find the stand-ins.
class Runs {
public:
    Runs() {
        qputenv("LD_LIBRARY_PATH", build_path("/tests/stand_in"));
        qputenv("FANLIGHT_WORKER", build_path("/tests/fanlight-stand-in-worker"));
        qputenv("FANLIGHT_RESOURCES", source_path("/resources"));
        qputenv("XDG_CACHE_HOME", path("cache").toUtf8());
    }

    QString path(const QString& name) const { return folder_.filePath(name); }
    QString new_folder() { return path(QString("run %1").arg(++runs_)); }

    /// What a small, quick run is made of.
    static QStringList request(int images = 2) {
        return {"a dog", "-m", small_model, "--images", QString::number(images), "--steps", "2",
                "-W",    "48", "-H",        "32"};
    }
    static ProgramResult generate(const QString& folder, const QStringList& options, int images = 2) {
        return run_fanlight(QStringList{"generate"} + request(images) + QStringList{"--threads", "1", "-o", folder} +
                            exact(options));
    }
    static ProgramResult launch(const QString& folder, const QStringList& launching, const QStringList& options,
                                int images = 4) {
        return run_fanlight(QStringList{"launch"} + launching + QStringList{"generate"} + request(images) +
                            QStringList{"--threads", "1", "-o", folder} + exact(options));
    }

private:
    /// In float32, as on the CPU, unless a test asks for something else.
    static QStringList exact(const QStringList& options) {
        const bool has_own = options.contains("--dtype") || options.contains("--tf32");
        return has_own ? options : QStringList{"--dtype", "float32"} + options;
    }

    QTemporaryDir folder_;
    int runs_ = 0;
};

}  // namespace fanlight::stand_in
