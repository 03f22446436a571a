#include "ui/gallery/gallery_actions.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QUrl>
#include <algorithm>

#include "ui/details/image_settings.h"
#include "ui/gallery/export_dialog.h"
#include "ui/gallery/keep_best_dialog.h"
#include "ui/models/background.h"
#include "ui/style/icons.h"
#include "ui/viewer/full_image.h"

namespace fanlight::ui {

namespace {

constexpr int many = 1 << 30;

}  // namespace

/// How many images the action takes, and whether it is in the bar.
struct GalleryActions::Entry {
    const char* name;
    const char* text;
    const char* icon;
    const char* key;
    int minImages;
    int maxImages;
    bool inBar;
    void (GalleryActions::*act)();
};

const std::vector<GalleryActions::Entry>& GalleryActions::entries() {
    using A = GalleryActions;
    static const std::vector<Entry> table = {
        {"open", QT_TR_NOOP("Open"), "image", "Return", 1, many, false, &A::open},
        {"compare", QT_TR_NOOP("Compare"), "compare", "C", 2, 2, true, &A::compare},
        {"use", QT_TR_NOOP("Use these settings"), "reuse", "U", 1, 1, false, &A::use},
        {"more", QT_TR_NOOP("More like this"), "add", "M", 1, 1, false, &A::more},
        {"copy-image", QT_TR_NOOP("Copy image"), "duplicate", "Ctrl+C", 1, 1, false, &A::copyImage},
        {"copy-settings", QT_TR_NOOP("Copy settings"), "", "Ctrl+Shift+C", 1, 1, false, &A::copySettings},
        {"open-folder", QT_TR_NOOP("Open folder"), "open", "", 1, 1, false, &A::openFolder},
        {"export", QT_TR_NOOP("Export…"), "export", "Ctrl+E", 1, many, true, &A::exportChosen},
        {"trash", QT_TR_NOOP("Move to trash…"), "remove", "Del", 1, many, true, &A::trash},
        {"keep-best", QT_TR_NOOP("Keep the best…"), "star", "K", 0, many, true, &A::keepBest},
        {"restore", QT_TR_NOOP("Undo moving to the trash"), "undo", "", 0, many, false, &A::restore},
    };
    return table;
}

GalleryActions::GalleryActions(Catalogue& catalogue, GalleryModel& model, GridView& grid)
    : catalogue_(catalogue), model_(model), grid_(grid), trash_(catalogue) {
    makeActions();
    grid_.setContextMenuPolicy(Qt::CustomContextMenu);
    connect(&grid_, &QWidget::customContextMenuRequested, this, &GalleryActions::showMenu);
    connect(&model_, &QAbstractItemModel::modelReset, this, &GalleryActions::enableActions);
    connect(&model_, &QAbstractItemModel::rowsInserted, this, &GalleryActions::enableActions);
    connect(&model_, &QAbstractItemModel::rowsRemoved, this, &GalleryActions::enableActions);
    connect(&trash_, &Trash::moved, &model_, &GalleryModel::forget);
    connect(&trash_, &Trash::moved, this, &GalleryActions::enableActions);
    connect(&trash_, &Trash::problem, this, &GalleryActions::problem);
    grid_.installEventFilter(this);
}

GalleryActions::~GalleryActions() {
    delete viewer_;
    delete compare_;
}

void GalleryActions::makeActions() {
    const auto add = [this](const QString& name, const QString& text, const QString& key, auto act) {
        auto* action = new QAction(text, &grid_);
        action->setObjectName(name);
        action->setShortcut(QKeySequence(key));
        action->setShortcutContext(Qt::WidgetShortcut);
        connect(action, &QAction::triggered, this, act);
        grid_.addAction(action);
        return action;
    };
    for (const Entry& entry : entries()) {
        QAction* action = add(entry.name, tr(entry.text), entry.key, [this, &entry] { (this->*entry.act)(); });
        if (*entry.icon) action->setIcon(icon(entry.icon));
    }
    for (int stars = 0; stars <= max_stars; ++stars)
        add("stars-" + QString::number(stars), stars == 0 ? tr("No stars") : tr("%n star(s)", nullptr, stars),
            QString::number(stars), [this, stars] { rate(stars); });
    add("reject", tr("Reject"), "X", [this] { rate(rejected); });
    enableActions();
}

QVector<int> GalleryActions::chosenRows() const {
    QVector<int> rows;
    if (!grid_.selectionModel()) return rows;
    for (const QItemSelectionRange& range : grid_.selectionModel()->selection())
        for (int row = range.top(); row <= range.bottom(); ++row) rows << row;
    std::sort(rows.begin(), rows.end());
    return rows;
}

QList<QAction*> GalleryActions::shownInBar() const {
    QList<QAction*> actions;
    for (const Entry& entry : entries())
        if (entry.inBar) actions << action(entry.name);
    return actions;
}

void GalleryActions::enableActions() {
    const auto count = chosenRows().size();
    for (const Entry& entry : entries())
        action(entry.name)->setEnabled(count >= entry.minImages && count <= entry.maxImages);
    action("keep-best")->setEnabled(model_.rowCount() > 0);
    action("restore")->setEnabled(trash_.restorable() > 0);
}

/// As long as there is something in the trash to undo, the key for it is the grid's and not the prompt list's.
bool GalleryActions::eventFilter(QObject* watched, QEvent* event) {
    const bool isKey = event->type() == QEvent::ShortcutOverride || event->type() == QEvent::KeyPress;
    if (!isKey || trash_.restorable() == 0 || !static_cast<QKeyEvent*>(event)->matches(QKeySequence::Undo))
        return QObject::eventFilter(watched, event);
    event->accept();
    if (event->type() == QEvent::KeyPress) restore();
    return true;
}

void GalleryActions::showMenu(const QPoint& place) {
    enableActions();
    QMenu menu(&grid_);
    for (const Entry& entry : entries()) {
        menu.addAction(action(entry.name));
        if (entry.act == &GalleryActions::compare || entry.act == &GalleryActions::openFolder) menu.addSeparator();
        if (entry.act != &GalleryActions::more) continue;
        QMenu* rating = menu.addMenu(icon("star"), tr("Rating"));
        for (int stars = max_stars; stars >= 0; --stars) rating->addAction(action("stars-" + QString::number(stars)));
        rating->addAction(action("reject"));
        menu.addSeparator();
    }
    menu.exec(grid_.viewport()->mapToGlobal(place));
}

QVector<qint64> GalleryActions::chosenIds() const {
    QVector<qint64> ids;
    for (const int row : chosenRows()) ids << model_.idAt(row);
    return ids;
}

std::optional<GalleryImage> GalleryActions::chosenImage() const {
    const auto rows = chosenRows();
    return rows.isEmpty() ? std::nullopt : model_.image(rows.first());
}

void GalleryActions::withChosen(std::function<void(std::vector<GalleryImage>)> then) {
    catalogue_.images(chosenIds()).then(this, std::move(then));
}

void GalleryActions::rate(int rating) {
    const int before = model_.rowCount();
    model_.rate(chosenIds(), rating);
    if (!viewer_) return;
    const int row = grid_.currentIndex().row();
    if (model_.rowCount() < before && row >= 0)
        showInViewer(row);  // the filter has hidden the image: on to the next one
    else
        viewer_->setRating(rating);
}

void GalleryActions::open() {
    if (grid_.currentIndex().isValid()) openViewer(grid_.currentIndex());
}

void GalleryActions::openViewer(const QModelIndex& index) {
    if (!viewer_) {
        viewer_ = new ViewerWindow(grid_.window());
        viewer_->setAttribute(Qt::WA_DeleteOnClose);
        connect(viewer_, &ViewerWindow::previousWanted, this, [this] { stepViewer(-1); });
        connect(viewer_, &ViewerWindow::nextWanted, this, [this] { stepViewer(1); });
        connect(viewer_, &ViewerWindow::rated, this, &GalleryActions::rate);
    }
    showInViewer(index.row());
    viewer_->show();
    viewer_->raise();
    viewer_->activateWindow();
}

void GalleryActions::stepViewer(int by) {
    const int row = grid_.currentIndex().row() + by;
    if (row >= 0 && row < model_.rowCount()) showInViewer(row);
}

void GalleryActions::showInViewer(int row) {
    grid_.setCurrentIndex(model_.index(row));
    catalogue_.images({model_.idAt(row)}).then(this, [this, row](const std::vector<GalleryImage>& images) {
        if (viewer_ && !images.empty()) viewer_->showImage(images.front(), row + 1, model_.rowCount());
    });
}

void GalleryActions::compare() {
    withChosen([this](const std::vector<GalleryImage>& images) {
        if (images.size() != 2) return;
        if (!compare_) {
            compare_ = new CompareWindow(grid_.window());
            compare_->setAttribute(Qt::WA_DeleteOnClose);
        }
        compare_->showImages(images[0], images[1]);
        compare_->show();
        compare_->raise();
        compare_->activateWindow();
    });
}

void GalleryActions::copyImage() {
    const auto image = chosenImage();
    if (!image) return;
    inBackground(
        this, [path = image->path()] { return loadFullImage(path); },
        [this, path = image->path()](const FullImage& loaded) {
            if (loaded.image.isNull()) return Q_EMIT problem(loaded.problem);
            auto* data = new QMimeData;  // pixels for editors, a file for file managers
            data->setImageData(loaded.image);
            data->setUrls({QUrl::fromLocalFile(path)});
            QGuiApplication::clipboard()->setMimeData(data);
        });
}

void GalleryActions::copySettings() {
    if (const auto image = chosenImage()) QGuiApplication::clipboard()->setText(infotextOf(*image));
}

void GalleryActions::use() {
    if (const auto image = chosenImage()) Q_EMIT useSettings(image->row.item);
}

void GalleryActions::more() {
    if (const auto image = chosenImage()) Q_EMIT moreLikeThis(image->row.item);
}

void GalleryActions::openFolder() {
    if (const auto image = chosenImage()) QDesktopServices::openUrl(QUrl::fromLocalFile(image->folder));
}

void GalleryActions::exportChosen() {
    withChosen([this](std::vector<GalleryImage> images) {
        std::erase_if(images, [](const GalleryImage& image) { return image.state != ImageState::Done; });
        if (images.empty())
            return Q_EMIT problem(tr("None of the selected images is finished, so there is nothing to export."));
        auto* dialog = new ExportDialog(std::move(images), grid_.window());
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->open();
    });
}

void GalleryActions::trash() {
    catalogue_.ratings(chosenIds()).then(this, [this](const std::vector<RatedImage>& images) {
        if (images.empty())
            return Q_EMIT problem(tr("None of the selected images is finished, so there is nothing to move."));
        const auto answer = QMessageBox::question(
            &grid_, tr("Move to trash"), tr("Move %n image(s) to the trash?", nullptr, static_cast<int>(images.size())),
            QMessageBox::Yes | QMessageBox::Cancel, QMessageBox::Cancel);
        if (answer != QMessageBox::Yes) return;
        QVector<qint64> ids;
        for (const RatedImage& image : images) ids << image.id;
        moveToTrash(ids);
    });
}

/// Of the selected images if there are several, else of all that are shown.
void GalleryActions::keepBest() {
    const QVector<qint64> chosen = chosenIds();
    const bool areSelected = chosen.size() > 1;
    catalogue_.ratings(areSelected ? chosen : model_.ids())
        .then(this, [this, areSelected](const std::vector<RatedImage>& images) {
            KeepBestDialog dialog(images, areSelected, grid_.window());
            if (dialog.exec() == QDialog::Accepted) moveToTrash(dialog.rest());
        });
}

void GalleryActions::moveToTrash(const QVector<qint64>& ids) {
    catalogue_.images(ids).then(this, [this](const std::vector<GalleryImage>& images) { trash_.move(images); });
}

void GalleryActions::restore() {
    trash_.restore();
    enableActions();
}

}  // namespace fanlight::ui

#include "moc_gallery_actions.cpp"
