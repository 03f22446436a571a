#include "ui/main_window/gallery_feed.h"

#include "core/output/image_marks.h"
#include "ui/gallery/gallery_pane.h"
#include "ui/models/background.h"
#include "ui/models/sentence.h"
#include "ui/models/task_words.h"

namespace fanlight::ui {

GalleryFeed::GalleryFeed(RunBridge* bridge, GalleryPane* gallery, QObject* parent)
    : QObject(parent), bridge_(bridge), gallery_(gallery) {
    connect(bridge, &RunBridge::runsChanged, this, &GalleryFeed::addFolders);
    connect(bridge, &RunBridge::workersChanged, this, &GalleryFeed::showWorkers);
    connect(bridge, &RunBridge::itemsChanged, this, &GalleryFeed::showFailures);
    connect(bridge, &RunBridge::imageMade, this, &GalleryFeed::addImage);
    connect(bridge, &RunBridge::planLoaded, this, [this](RunKey key) {
        passOnWaiting(key);
        showFailures(key, {});
    });
    connect(bridge, &RunBridge::runChanged, this, &GalleryFeed::passOnWaiting);  // when items are added, so is a plan
    connect(bridge, &RunBridge::previewMade, this, [this](RunKey key, qint64 item, const QImage& preview) {
        gallery_->showPreview(folderOf(key), item, preview);
    });
    connect(bridge, &RunBridge::runEnded, this, [this](RunKey key) { gallery_->clearProgress(folderOf(key)); });
}

void GalleryFeed::remakeCulled(const QString& folder) {
    inBackground(
        this,
        [folder]() -> QString {
            try {
                return forget_culled(folder.toStdString()) > 0 ? QString()
                                                               : tr("No image of this run is in the trash.");
            } catch (const std::exception& error) {
                return said(error);
            }
        },
        [this, folder](const QString& problem) {
            problem.isEmpty() ? bridge_->resumeFolder(folder) : gallery_->showProblem(problem);
        });
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

void GalleryFeed::addImage(const MadeImage& image) {
    if (!passOn(image)) waiting_[image.run] << image;
}

bool GalleryFeed::passOn(const MadeImage& image) {
    const auto plan = bridge_->plan(image.run);
    if (!plan || image.item() >= qint64(plan->items.size())) return false;
    gallery_->addImage(image.folder, manifest_row(plan->items[image.item()], image.result));
    return true;
}

void GalleryFeed::passOnWaiting(RunKey key) {
    if (!waiting_.contains(key)) return;
    for (const MadeImage& image : waiting_.take(key)) addImage(image);
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
    if (!run || !makesFiles(run->head().task) || !run->knows_items()) return;
    QSet<qint64>& shown = failures_[key];
    const auto show = [&](qint64 item) {
        if (run->item(item) != ItemState::Failed) return void(shown.remove(item));
        const ItemFailure* failure = run->failure(item);
        const auto plan = bridge_->plan(key);
        if (!failure || !plan || item >= qint64(plan->items.size()) || shown.contains(item)) return;
        shown << item;
        gallery_->addFailure(folderOf(key), plan->items[item], phrase(failure->message));
    };
    for (const qint64 item : items) show(item);
    if (!items.isEmpty()) return;
    if (run->count(ItemState::Failed) == 0) return shown.clear();
    for (qint64 item = 0; item < run->size(); ++item) show(item);
}

}  // namespace fanlight::ui

#include "moc_gallery_feed.cpp"
