#include "ui/main_window/gallery_feed.h"

#include "ui/gallery/gallery_pane.h"
#include "ui/models/task_words.h"

namespace fanlight::ui {

GalleryFeed::GalleryFeed(RunBridge* bridge, GalleryPane* gallery, QObject* parent)
    : QObject(parent), bridge_(bridge), gallery_(gallery) {
    connect(bridge, &RunBridge::runsChanged, this, &GalleryFeed::addFolders);
    connect(bridge, &RunBridge::workersChanged, this, &GalleryFeed::showWorkers);
    connect(bridge, &RunBridge::itemsChanged, this, &GalleryFeed::showFailures);
    connect(bridge, &RunBridge::imageMade, gallery, [gallery](const MadeImage& image) {
        gallery->addMadeImage(image.folder, image.item, image.file, image.seconds);
    });
    connect(bridge, &RunBridge::previewMade, this, [this](RunKey key, qint64 item, const QImage& preview) {
        gallery_->showPreview(folderOf(key), item, preview);
    });
    connect(bridge, &RunBridge::runEnded, this, [this](RunKey key) { gallery_->clearProgress(folderOf(key)); });
}

QString GalleryFeed::folderOf(RunKey key) const {
    const RunState* run = bridge_->run(key);
    return run ? QString::fromStdString(run->folder()) : QString();
}

void GalleryFeed::addFolders() {
    for (const RunKey key : bridge_->runs()) {
        const QString folder = folderOf(key);
        if (folder.isEmpty() || folders_.contains(folder) || !makesFiles(bridge_->run(key)->head().task)) continue;
        folders_ << folder;
        gallery_->addFolder(folder);
    }
}

void GalleryFeed::showWorkers(RunKey key) {
    const RunState* run = bridge_->run(key);
    if (!run || !makesFiles(run->head().task)) return;
    for (const WorkerStatus& worker : run->workers())
        if (worker.item >= 0 && worker.of > 0)
            gallery_->showProgress(folderOf(key), worker.item, worker.step, worker.of);
}

void GalleryFeed::showFailures(RunKey key, const QList<qint64>& items) {
    const RunState* run = bridge_->run(key);
    const auto plan = bridge_->plan(key);
    if (!run || !plan || !makesFiles(run->head().task)) return;
    for (const qint64 item : items) {
        const ItemFailure* failure = run->failure(item);
        if (failure && run->item(item) == ItemState::Failed && item < qint64(plan->items.size()))
            gallery_->addFailure(folderOf(key), plan->items[item], QString::fromStdString(failure->message));
    }
}

}  // namespace fanlight::ui

#include "moc_gallery_feed.cpp"
