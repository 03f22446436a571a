#include "ui/main_window/row_tracker.h"

#include <QImageReader>
#include <algorithm>
#include <utility>

#include "ui/models/background.h"
#include "ui/prompts/prompt_model.h"

namespace fanlight::ui {

namespace {

constexpr int thumbnailSide = 64;  // pixels: twice the size shown, for high-resolution screens

/// The middle of the picture, scaled down.
QImage squareOf(const QImage& picture) {
    const int side = std::min(picture.width(), picture.height());
    return picture.copy((picture.width() - side) / 2, (picture.height() - side) / 2, side, side)
        .scaled(thumbnailSide, thumbnailSide, Qt::KeepAspectRatio, Qt::SmoothTransformation);
}

QImage thumbnailOf(const QString& file) {
    const QImage picture = QImageReader(file).read();
    return picture.isNull() ? QImage() : squareOf(picture);
}

RowStage stageOf(const RowState& state, int pending, int cancelled) {
    if (!state.device.isEmpty()) return RowStage::Working;
    if (pending > 0) return RowStage::Pending;
    if (state.failed > 0) return RowStage::Failed;
    return cancelled == state.images ? RowStage::Idle : RowStage::Done;
}

}  // namespace

RunRows rowsOf(const RunPlan& plan, std::vector<quint64> ids) {
    RunRows rows{.ids = std::move(ids)};
    for (const Item& item : plan.items)
        while (qint64(rows.firstItem.size()) <= item.row) rows.firstItem.push_back(item.index);
    rows.firstItem.resize(rows.ids.size() + 1, qint64(plan.items.size()));
    return rows;
}

QString deviceText(const std::string& device, int worker) {
    const QString name = QString::fromStdString(device);
    return name.startsWith("cuda:") ? RowTracker::tr("GPU %1").arg(name.mid(5))
                                    : RowTracker::tr("CPU %1").arg(worker + 1);
}

RowTracker::RowTracker(RunBridge* bridge, PromptModel* model, QObject* parent)
    : QObject(parent), bridge_(bridge), model_(model) {
    connect(bridge, &RunBridge::runsChanged, this, &RowTracker::findRuns);
    connect(bridge, &RunBridge::itemsChanged, this, &RowTracker::update);
    connect(bridge, &RunBridge::planLoaded, this, &RowTracker::takePlan);
    connect(bridge, &RunBridge::runChanged, this, &RowTracker::takePlan);
    connect(bridge, &RunBridge::runEnded, this, &RowTracker::dropAdded);
    connect(bridge, &RunBridge::imageMade, this, &RowTracker::loadThumbnail);
    connect(bridge, &RunBridge::previewMade, this, &RowTracker::showPreview);
}

void RowTracker::follow(const QString& folder, RunRows rows) {
    for (size_t row = 0; row < rows.ids.size(); ++row)
        model_->setState(rows.ids[row],
                         {.stage = RowStage::Pending, .images = int(rows.firstItem[row + 1] - rows.firstItem[row])});
    expected_[folder] = std::move(rows);
    findRuns();
}

void RowTracker::followMore(RunKey key, const std::vector<quint64>& ids) {
    if (!runs_.contains(key)) return;  // from another list
    std::vector<quint64>& all = added_[key];
    if (all.empty()) all = runs_[key].ids;
    all.insert(all.end(), ids.begin(), ids.end());
    for (const quint64 id : ids) model_->setState(id, {.stage = RowStage::Pending});
}

void RowTracker::takePlan(RunKey key) {
    if (!added_.contains(key)) return;
    const auto plan = bridge_->plan(key);
    if (!plan || plan->items.empty()) return;
    if (plan->items.back().row + 1 < int64_t(added_[key].size())) return;  // not all rows yet
    runs_[key] = rowsOf(*plan, added_.take(key));
    update(key, {});
}

/// Resets rows that the run did not accept.
void RowTracker::dropAdded(RunKey key) {
    takePlan(key);
    const std::vector<quint64> all = added_.take(key);
    for (size_t row = runs_.value(key).ids.size(); row < all.size(); ++row) model_->setState(all[row], {});
}

void RowTracker::findRuns() {
    if (expected_.isEmpty()) return;
    for (const RunKey key : bridge_->runs()) {
        const RunState* run = bridge_->run(key);
        if (!run || !expected_.contains(QString::fromStdString(run->folder()))) continue;
        runs_[key] = expected_.take(QString::fromStdString(run->folder()));
        update(key, {});
    }
}

int RowTracker::rowOfItem(const RunRows& rows, qint64 item) {
    const auto after = std::upper_bound(rows.firstItem.begin(), rows.firstItem.end(), item);
    return int(after - rows.firstItem.begin()) - 1;
}

void RowTracker::update(RunKey key, const QList<qint64>& items) {
    const auto rows = runs_.constFind(key);
    const RunState* run = bridge_->run(key);
    if (rows == runs_.constEnd() || !run || !run->knows_items()) return;
    const int count = int(rows->ids.size());
    if (items.isEmpty())
        for (int row = 0; row < count; ++row) updateRow(key, *run, *rows, row);
    int last = -1;
    for (const qint64 item : items) {
        const int row = rowOfItem(*rows, item);
        if (row != last && row >= 0 && row < count) updateRow(key, *run, *rows, row);
        last = row;
    }
}

void RowTracker::updateRow(RunKey, const RunState& run, const RunRows& rows, int row) {
    const qint64 first = rows.firstItem[row], end = std::min<qint64>(rows.firstItem[row + 1], run.size());
    RowState state{.images = int(end - first), .thumbnail = thumbnails_.value(rows.ids[row])};
    int pending = 0, cancelled = 0;
    for (qint64 item = first; item < end; ++item) {
        const ItemState now = run.item(item);
        state.done += now == ItemState::Done;
        state.failed += now == ItemState::Failed;
        pending += now == ItemState::Pending;
        cancelled += now == ItemState::Cancelled;
        if (const ItemFailure* failure = run.failure(item); failure && now == ItemState::Failed)
            state.reason = QString::fromStdString(failure->message);
    }
    if (run.ended()) cancelled += std::exchange(pending, 0);  // nothing will make them any more
    for (size_t i = 0; i < run.workers().size(); ++i) {
        const WorkerStatus& worker = run.workers()[i];
        const bool holds = std::any_of(worker.holds.begin(), worker.holds.end(),
                                       [&](int64_t item) { return first <= item && item < end; });
        if (!holds) continue;
        state.device = deviceText(worker.device, int(i));
        const bool isReported = first <= worker.item && worker.item < end;
        state.step = isReported ? worker.step : 0;
        state.of = isReported ? worker.of : 0;
    }
    state.stage = stageOf(state, pending, cancelled);
    model_->setState(rows.ids[row], state);
}

void RowTracker::loadThumbnail(const MadeImage& image) {
    const auto rows = runs_.constFind(image.run);
    if (rows == runs_.constEnd()) return;
    const int row = rowOfItem(*rows, image.item());
    if (row < 0 || row >= int(rows->ids.size())) return;
    inBackground(
        this, [file = image.folder + "/" + image.file()] { return thumbnailOf(file); },
        [this, id = rows->ids[row]](const QImage& picture) { setThumbnail(id, picture); });
}

void RowTracker::showPreview(RunKey key, qint64 item, const QImage& preview) {
    const auto rows = runs_.constFind(key);
    const int row = rows == runs_.constEnd() ? -1 : rowOfItem(*rows, item);
    if (row >= 0 && row < int(rows->ids.size())) setThumbnail(rows->ids[row], squareOf(preview));
}

void RowTracker::setThumbnail(quint64 id, const QImage& picture) {
    thumbnails_[id] = picture;
    RowState state = model_->state(id);
    state.thumbnail = picture;
    model_->setState(id, state);
}

}  // namespace fanlight::ui

#include "moc_row_tracker.cpp"
