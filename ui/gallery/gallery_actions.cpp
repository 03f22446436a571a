#include "ui/gallery/gallery_actions.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QFile>
#include <QGuiApplication>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QUrl>
#include <algorithm>

#include "ui/details/image_settings.h"
#include "ui/gallery/export_dialog.h"
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
    };
    return table;
}

GalleryActions::GalleryActions(Catalogue& catalogue, GalleryModel& model, GridView& grid)
    : catalogue_(catalogue), model_(model), grid_(grid) {
    makeActions();
    grid_.setContextMenuPolicy(Qt::CustomContextMenu);
    connect(&grid_, &QWidget::customContextMenuRequested, this, &GalleryActions::showMenu);
    connect(&model_, &QAbstractItemModel::modelReset, this, &GalleryActions::enableActions);
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
    for (int stars = 0; stars <= maxStars; ++stars)
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
}

void GalleryActions::showMenu(const QPoint& place) {
    enableActions();
    QMenu menu(&grid_);
    for (const Entry& entry : entries()) {
        menu.addAction(action(entry.name));
        if (entry.act == &GalleryActions::compare || entry.act == &GalleryActions::openFolder) menu.addSeparator();
        if (entry.act != &GalleryActions::more) continue;
        QMenu* rating = menu.addMenu(icon("star"), tr("Rating"));
        for (int stars = maxStars; stars >= 0; --stars) rating->addAction(action("stars-" + QString::number(stars)));
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
    model_.rate(chosenIds(), rating);
    if (viewer_) viewer_->setRating(rating);
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
    if (const auto image = chosenImage()) Q_EMIT useSettings(image_of(image->row.item));
}

void GalleryActions::more() {
    if (const auto image = chosenImage()) Q_EMIT moreLikeThis(image_of(image->row.item));
}

void GalleryActions::openFolder() {
    if (const auto image = chosenImage()) QDesktopServices::openUrl(QUrl::fromLocalFile(image->folder));
}

void GalleryActions::exportChosen() {
    withChosen([this](std::vector<GalleryImage> images) {
        std::erase_if(images, [](const GalleryImage& image) { return image.state != ImageState::Done; });
        if (images.empty()) return Q_EMIT problem(tr("None of the chosen images is finished: nothing to export."));
        auto* dialog = new ExportDialog(std::move(images), grid_.window());
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->open();
    });
}

void GalleryActions::trash() {
    const auto ids = chosenIds();
    const auto count = static_cast<int>(ids.size());
    const auto answer =
        QMessageBox::question(&grid_, tr("Move to trash"), tr("Move %n image(s) to the trash?", nullptr, count),
                              QMessageBox::Yes | QMessageBox::Cancel, QMessageBox::Cancel);
    if (answer != QMessageBox::Yes) return;
    withChosen([this](const std::vector<GalleryImage>& images) {
        QVector<qint64> gone;
        QString kept;
        for (const GalleryImage& image : images) {
            const bool isThere = image.state == ImageState::Done && QFile::exists(image.path());
            if (!isThere || QFile::moveToTrash(image.path()))
                gone << image.id;
            else if (kept.isEmpty())
                kept = image.path();
        }
        model_.forget(gone);
        if (!kept.isEmpty())
            Q_EMIT problem(tr("%1 could not be moved to the trash and was left where it is.").arg(kept));
    });
}

}  // namespace fanlight::ui

#include "moc_gallery_actions.cpp"
