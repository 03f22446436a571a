#include "ui/catalogue/run_reader.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/batch/request_json.h"
#include "core/images/png_text.h"
#include "core/run/run_folder.h"
#include "ui/catalogue/png_recipe.h"
#include "ui/models/sentence.h"

namespace fanlight::ui {

namespace {

constexpr size_t chunkSize = 1000;

/// Passes images on in chunks; call flush() for the last one.
class Chunks {
public:
    Chunks(const QString& folder, const ImageSink& sink) : folder_(folder), sink_(sink) {}

    void add(ManifestRow row, ImageState state = ImageState::Done, const QString& reason = {}) {
        chunk_.push_back({.folder = folder_, .row = std::move(row), .state = state, .reason = reason});
        if (chunk_.size() == chunkSize) flush();
    }
    void flush() {
        if (!chunk_.empty()) sink_(std::exchange(chunk_, {}));
    }

private:
    QString folder_;
    const ImageSink& sink_;
    std::vector<GalleryImage> chunk_;
};

void readJournals(const std::filesystem::path& folder, Chunks& chunks) {
    const RunPlan plan = read_plan(folder);
    const Replay replay = replay_journals(folder / ".fanlight");
    for (const Item& item : plan.items) {
        if (item.task.suffix().empty()) continue;  // a record, nothing to show
        if (const auto done = replay.done.find(item.index); done != replay.done.end()) {
            chunks.add(manifest_row(item, done->second));
        } else if (const auto failed = replay.failed.find(item.index);
                   failed != replay.failed.end() && failed->second.kind != "cancelled") {
            chunks.add({.item = item}, ImageState::Failed, phrase(failed->second.reason));
        }
    }
}

void readManifest(const std::filesystem::path& file, Chunks& chunks) {
    for (ManifestRow& row : read_manifest_jsonl(file)) chunks.add(std::move(row));
}

void readPngs(const QString& folder, Chunks& chunks) {
    int64_t index = 0;
    for (const QFileInfo& file : QDir(folder).entryInfoList({"*.png"}, QDir::Files, QDir::Name)) {
        ManifestRow row = rowOfPng(file.filePath());
        row.item.index = row.item.row = index++;
        row.made.finished_at = file.lastModified().toUTC().toString(Qt::ISODate).toStdString();
        chunks.add(std::move(row));
    }
}

}  // namespace

QString runStamp(const QString& folder) {
    QStringList parts;
    const QFileInfoList journals =
        QDir(folder + "/.fanlight").entryInfoList({"journal*.jsonl"}, QDir::Files, QDir::Name);
    for (const QFileInfo& file :
         journals + QFileInfoList{QFileInfo(folder + "/manifest.jsonl"),
                                  QFileInfo(QString::fromStdString(marks_file(folder.toStdString()))),
                                  QFileInfo(folder)})
        parts << QString::number(file.isFile() ? file.size() : 0) + u'@' +
                     QString::number(file.lastModified().toMSecsSinceEpoch());
    return parts.join(' ');
}

void readRun(const QString& folder, const ImageSink& sink) {
    const std::filesystem::path path = folder.toStdString();
    Chunks chunks(folder, sink);
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) throw Error("There is no folder %1 any more", path);
    if (std::filesystem::exists(path / ".fanlight" / "run.json", error))
        readJournals(path, chunks);
    else if (std::filesystem::exists(path / "manifest.jsonl", error))
        readManifest(path / "manifest.jsonl", chunks);
    else
        readPngs(folder, chunks);
    chunks.flush();
}

}  // namespace fanlight::ui
