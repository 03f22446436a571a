#pragma once

#include <QObject>

#include "ui/bridge/run_bridge.h"

namespace fanlight::ui {

class GalleryPane;

/// Passes what happens in the runs on to the gallery: images as they are made, previews, failures. What is known of an
/// item comes from the run's plan, so an image waits until that has been read.
class GalleryFeed : public QObject {
    Q_OBJECT

public:
    GalleryFeed(RunBridge* bridge, GalleryPane* gallery, QObject* parent = nullptr);

    /// The images of a run that were moved to the trash are made again.
    void remakeCulled(const QString& folder);

private:
    void addFolders();
    void addImage(const MadeImage& image);
    /// Whether the plan has this image's item.
    bool passOn(const MadeImage& image);
    void passOnWaiting(RunKey key);
    void showWorkers(RunKey key);
    /// `items` as in RunBridge::itemsChanged().
    void showFailures(RunKey key, const QList<qint64>& items);
    QString folderOf(RunKey key) const;

    RunBridge* const bridge_;
    GalleryPane* const gallery_;
    QSet<QString> folders_;
    QHash<RunKey, QList<MadeImage>> waiting_;  ///< for the plan
    QHash<RunKey, QSet<qint64>> failures_;     ///< that the gallery shows
};

}  // namespace fanlight::ui
