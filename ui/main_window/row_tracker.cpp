#include "ui/main_window/row_tracker.h"

#include <QImageReader>
#include <algorithm>
#include <set>
#include <utility>

#include "ui/main_window/row_ranges.h"
#include "ui/models/background.h"
#include "ui/models/sentence.h"
#include "ui/prompts/prompt_model.h"

namespace fanlight::ui {

namespace {

constexpr quint64 noRow = 0;       ///< a row that is gone, or has been in a later run
constexpr int mostRuns = 20;       ///< that are kept with a list
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
    connect(bridge, &RunBridge::notStarted, this, &RowTracker::refuse);
    connect(bridge, &RunBridge::imageMade, this, &RowTracker::loadThumbnail);
    connect(bridge, &RunBridge::previewMade, this, &RowTracker::showPreview);
    connect(model, &PromptModel::thumbnailWanted, this, &RowTracker::loadLastThumbnail);
}

void RowTracker::follow(const QString& folder, RunRows rows) {
    for (size_t row = 0; row < rows.ids.size(); ++row)
        model_->setState(rows.ids[row],
                         {.stage = RowStage::Pending, .images = int(rows.firstItem[row + 1] - rows.firstItem[row])});
    model_->markPlanned(rows.ids);
    take(folder, rows.ids);
    expected_[folder] = std::move(rows);
    Q_EMIT changed();
    findRuns();
}

/// It is the latest of the list's runs, so rows that are in it are no longer spoken of as those of others.
void RowTracker::take(const QString& folder, std::vector<quint64> ids) {
    folders_.append(folder);
    while (folders_.size() > mostRuns) restored_.remove(folders_.takeFirst());
    const std::set<quint64> taken(ids.begin(), ids.end());
    const auto forget = [&](std::vector<quint64>& others) {
        for (quint64& id : others)
            if (taken.contains(id)) id = noRow;
    };
    for (auto& rows : runs_) forget(rows.ids);
    for (auto& rows : expected_) forget(rows.ids);
    for (auto& others : restored_) forget(others);
    for (auto& others : added_) forget(others);
}

/// Its rows are in no run.
void RowTracker::refuse(const QString& folder) {
    for (const quint64 id : expected_.value(folder).ids)
        if (id != noRow) model_->setState(id, {});
}

std::vector<quint64> RowTracker::idsOf(const QString& folder) const {
    if (restored_.contains(folder)) return restored_.value(folder);
    if (expected_.contains(folder)) return expected_.value(folder).ids;
    for (auto run = runs_.begin(); run != runs_.end(); ++run) {
        const RunState* state = bridge_->run(run.key());
        if (!state || QString::fromStdString(state->folder()) != folder) continue;
        return added_.value(run.key(), run->ids);
    }
    return {};
}

QVariantList RowTracker::saved() const {
    QVariantList saved;
    for (const QString& folder : folders_) {
        QList<int> rows, edited;
        for (const quint64 id : idsOf(folder)) {
            rows << (id == noRow ? -1 : model_->rowOf(id));
            if (rows.last() >= 0 && model_->isEdited(id)) edited << rows.last();
        }
        if (!rows.isEmpty())
            saved << QVariantMap{{"folder", folder}, {"rows", rangesOf(rows)}, {"edited", rangesOf(edited)}};
    }
    return saved;
}

void RowTracker::restore(const QVariantList& saved) {
    folders_.clear();
    expected_.clear();
    restored_.clear();
    runs_.clear();
    added_.clear();
    thumbnails_.clear();
    looked_.clear();
    const auto idOf = [this](int row) {
        return row >= 0 && row < model_->rowCount() ? model_->entries()[size_t(row)].id : noRow;
    };
    for (const QVariant& one : saved) {
        const QVariantMap run = one.toMap();
        std::vector<quint64> ids, edited;
        for (const int row : rowsIn(run.value("rows").toString())) ids.push_back(idOf(row));
        for (const int row : rowsIn(run.value("edited").toString())) edited.push_back(idOf(row));
        model_->markPlanned(ids);
        model_->markEdited(edited);
        take(run.value("folder").toString(), ids);
        restored_[run.value("folder").toString()] = std::move(ids);
    }
    findRuns();
}

void RowTracker::followMore(RunKey key, const std::vector<quint64>& ids) {
    if (!runs_.contains(key)) return;  // from another list
    std::vector<quint64>& all = added_[key];
    if (all.empty()) all = runs_[key].ids;
    all.insert(all.end(), ids.begin(), ids.end());
    model_->markPlanned(ids);
    for (const quint64 id : ids) model_->setState(id, {.stage = RowStage::Pending});
    Q_EMIT changed();
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
    for (size_t row = runs_.value(key).ids.size(); row < all.size(); ++row)
        if (all[row] != noRow) model_->setState(all[row], {});
}

void RowTracker::findRuns() {
    if (expected_.isEmpty() && restored_.isEmpty()) return;
    for (const RunKey key : bridge_->runs()) {
        const RunState* run = bridge_->run(key);
        if (run && restored_.contains(QString::fromStdString(run->folder()))) {
            added_[key] = restored_.take(QString::fromStdString(run->folder()));
            runs_[key] = {};
            takePlan(key);
            continue;
        }
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
    if (rows.ids[row] == noRow) return;
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
            state.reason = phrase(failure->message);
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
    looked_ << rows->ids[row];
    readThumbnail(rows->ids[row], image.folder + "/" + image.file());
}

void RowTracker::readThumbnail(quint64 id, const QString& file) {
    inBackground(
        this, [file] { return thumbnailOf(file); },
        [this, id](const QImage& picture) {
            if (!picture.isNull()) setThumbnail(id, picture);
        });
}

/// Of an image that was made before this window was there, once: its file may be gone.
void RowTracker::loadLastThumbnail(quint64 id) {
    for (auto rows = runs_.constBegin(); rows != runs_.constEnd() && !looked_.contains(id); ++rows) {
        const auto found = std::find(rows->ids.begin(), rows->ids.end(), id);
        const RunState* run = bridge_->run(rows.key());
        const auto plan = bridge_->plan(rows.key());
        if (found == rows->ids.end() || !run || !run->knows_items() || !plan) continue;
        looked_ << id;
        const auto row = size_t(found - rows->ids.begin());
        const qint64 first = rows->firstItem[row];
        qint64 item = std::min<qint64>({rows->firstItem[row + 1], run->size(), qint64(plan->items.size())}) - 1;
        while (item >= first && run->item(item) != ItemState::Done) --item;
        if (item < first || plan->items[size_t(item)].place.empty()) return;
        readThumbnail(id, QString::fromStdString(run->folder() + "/" + plan->items[size_t(item)].place));
    }
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
