#include "ui/gallery/trash.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <map>

#include "ui/models/background.h"
#include "ui/models/sentence.h"

namespace fanlight::ui {

namespace {

/// Says of all of them, folder by folder, whether they are culled.
void markAll(const std::vector<GalleryImage>& images, bool culled) {
    std::map<QString, std::vector<ImageMark>> marks;
    for (const GalleryImage& image : images)
        marks[image.folder].push_back({.file = image.row.item.place, .culled = culled});
    for (const auto& [folder, some] : marks) append_marks(folder.toStdString(), some);
}

/// What the trash itself has noted of a file (freedesktop's Trash specification 1.0).
QString infoOf(const QString& inTrash) {
    const QFileInfo file(inTrash);
    return QDir::cleanPath(file.path() + "/../info/" + file.fileName() + ".trashinfo");
}

}  // namespace

/// Marked before they go: a mark means nothing as long as the file is there, so nothing is lost if this is interrupted.
Trash::Outcome Trash::moveAll(const std::vector<GalleryImage>& images) {
    Outcome outcome;
    std::vector<GalleryImage> kept;
    try {
        markAll(images, true);
        for (const GalleryImage& image : images) {
            QString inTrash;
            if (!QFile::exists(image.path()) || QFile::moveToTrash(image.path(), &inTrash))
                outcome.done.push_back({image, inTrash});
            else
                kept.push_back(image);
        }
        if (!kept.empty())
            outcome.problem =
                tr("%n image(s) could not be moved to the trash and stay where they are. The first is %1.", nullptr,
                   static_cast<int>(kept.size()))
                    .arg(kept.front().path());
        markAll(kept, false);
    } catch (const std::exception& error) {
        outcome.problem = said(error);
    }
    return outcome;
}

/// What is in the way stays, and the image stays in the trash.
Trash::Outcome Trash::restoreAll(const std::vector<Trashed>& images) {
    Outcome outcome;
    std::vector<GalleryImage> back;
    for (const Trashed& trashed : images) {
        if (!trashed.path.isEmpty() && !QFile::rename(trashed.path, trashed.image.path())) {
            if (outcome.problem.isEmpty())
                outcome.problem =
                    tr("%1 could not be restored; it is in the trash as %2.").arg(trashed.image.path(), trashed.path);
            continue;
        }
        if (!trashed.path.isEmpty()) QFile::remove(infoOf(trashed.path));
        outcome.done.push_back(trashed);
        back.push_back(trashed.image);
    }
    try {
        markAll(back, false);
    } catch (const std::exception& error) {
        outcome.problem = said(error);
    }
    return outcome;
}

void Trash::move(std::vector<GalleryImage> images) {
    inBackground(
        this, [images = std::move(images)] { return moveAll(images); },
        [this](Outcome outcome) {
            QVector<qint64> ids;
            for (const Trashed& trashed : outcome.done) ids << trashed.image.id;
            if (!ids.isEmpty()) {
                last_ = std::move(outcome.done);
                Q_EMIT moved(ids);
            }
            if (!outcome.problem.isEmpty()) Q_EMIT problem(outcome.problem);
        });
}

void Trash::restore() {
    if (last_.empty()) return;
    inBackground(
        this, [images = std::exchange(last_, {})] { return restoreAll(images); },
        [this](const Outcome& outcome) {
            std::vector<GalleryImage> back;
            for (const Trashed& trashed : outcome.done) back.push_back(trashed.image);
            catalogue_.addAgain(back);
            Q_EMIT restored(static_cast<int>(back.size()));
            if (!outcome.problem.isEmpty()) Q_EMIT problem(outcome.problem);
        });
}

}  // namespace fanlight::ui

#include "moc_trash.cpp"
