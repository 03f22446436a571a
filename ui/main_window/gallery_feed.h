#pragma once

#include <QObject>

#include "ui/bridge/run_bridge.h"

namespace fanlight::ui {

class GalleryPane;

/// Passes what happens in the runs on to the gallery: images as they are made, previews, failures.
class GalleryFeed : public QObject {
    Q_OBJECT

public:
    GalleryFeed(RunBridge* bridge, GalleryPane* gallery, QObject* parent = nullptr);

private:
    void addFolders();
    void showWorkers(RunKey key);
    void showFailures(RunKey key, const QList<qint64>& items);
    QString folderOf(RunKey key) const;

    RunBridge* const bridge_;
    GalleryPane* const gallery_;
    QSet<QString> folders_;
};

}  // namespace fanlight::ui
