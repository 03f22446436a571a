#include "ui/gallery/gallery_pane.h"

#include <QAction>
#include <QDir>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMimeData>
#include <QPushButton>
#include <QSlider>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/gallery/filter_bar.h"
#include "ui/gallery/gallery_actions.h"
#include "ui/gallery/gallery_delegate.h"
#include "ui/gallery/grid_view.h"
#include "ui/style/elided_label.h"
#include "ui/style/icons.h"
#include "ui/style/pane_bar.h"

namespace fanlight::ui {

GalleryPane::GalleryPane(QWidget* parent) : GalleryPane(Catalogue::usersFolder(), parent) {}

GalleryPane::GalleryPane(const QString& catalogueFolder, QWidget* parent)
    : QWidget(parent),
      catalogue_(catalogueFolder),
      model_(catalogue_, thumbnails_),
      filters_(new FilterBar),
      grid_(new GridView),
      actions_(new GalleryActions(catalogue_, model_, *grid_)),
      pages_(new QStackedWidget),
      problem_(new QLabel),
      trashNotice_(new QWidget),
      trashed_(new QLabel),
      follow_(new QAction(icon("down"), tr("Follow new images"), this)),
      count_(new ElidedLabel),
      empty_(new QLabel),
      size_(new QSlider(Qt::Horizontal)) {
    grid_->setModel(&model_);
    grid_->setItemDelegate(new GalleryDelegate(grid_));
    grid_->setAccessibleName(tr("Images"));
    actions_->setParent(this);
    setAcceptDrops(true);
    layOut();
    connectParts();
}

void GalleryPane::layOut() {
    problem_->setObjectName("problem");
    problem_->setAccessibleName(tr("Message"));
    problem_->setWordWrap(true);
    problem_->setMargin(8);
    problem_->hide();
    pages_->addWidget(grid_);
    pages_->addWidget(makeEmptyPage());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(filters_);
    layout->addWidget(problem_);
    layout->addWidget(makeTrashNotice());
    layout->addWidget(pages_, 1);
    layout->addWidget(makeFooter());
}

QWidget* GalleryPane::makeFooter() {
    size_->setRange(GridView::minCellSize, GridView::maxCellSize);
    size_->setValue(grid_->cellSize());
    size_->setMinimumWidth(60);
    size_->setMaximumWidth(120);
    size_->setAccessibleName(tr("Size of the images"));
    size_->setToolTip(tr("Size of the images (Ctrl+wheel)"));
    auto* footer = new QWidget;
    auto* row = new QHBoxLayout(footer);
    row->setContentsMargins(8, 4, 8, 4);
    row->setSpacing(4);
    row->addWidget(count_, 1);
    follow_->setCheckable(true);
    follow_->setToolTip(tr("Scroll to each finished image, until you scroll up"));
    QList<QAction*> shown = actions_->shownInBar();
    shown << follow_;
    auto* bar = new PaneBar(tr("Images"));
    bar->addActions(shown);
    row->addWidget(bar);
    row->addWidget(size_);
    return footer;
}

QWidget* GalleryPane::makeTrashNotice() {
    trashed_->setWordWrap(true);
    auto* undo = new QPushButton(icon("undo"), tr("Undo"));
    connect(undo, &QPushButton::clicked, actions_->action("restore"), &QAction::trigger);
    auto* close = new QToolButton;
    close->setIcon(icon("close"));
    close->setAutoRaise(true);
    close->setAccessibleName(tr("Close"));
    connect(close, &QToolButton::clicked, trashNotice_, &QWidget::hide);
    auto* row = new QHBoxLayout(trashNotice_);
    row->setContentsMargins(8, 4, 8, 4);
    row->addWidget(trashed_, 1);
    row->addWidget(undo);
    row->addWidget(close);
    trashNotice_->hide();
    return trashNotice_;
}

QWidget* GalleryPane::makeEmptyPage() {
    empty_->setAlignment(Qt::AlignCenter);
    empty_->setWordWrap(true);
    empty_->setForegroundRole(QPalette::PlaceholderText);
    auto* open = new QPushButton(icon("open"), tr("Add a folder…"));
    connect(open, &QPushButton::clicked, this, [this] {
        const QString folder = QFileDialog::getExistingDirectory(this, tr("Add a folder of images"));
        if (!folder.isEmpty()) Q_EMIT folderChosen(folder);
    });
    auto* page = new QWidget;
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(24, 24, 24, 24);
    layout->setSpacing(12);
    layout->addStretch(1);
    layout->addWidget(empty_);
    layout->addWidget(open, 0, Qt::AlignHCenter);
    layout->addStretch(1);
    return page;
}

void GalleryPane::connectParts() {
    connect(filters_, &FilterBar::queryChanged, &model_, &GalleryModel::setQuery);
    connect(&catalogue_, &Catalogue::listsChanged, this, &GalleryPane::takeLists);
    connect(&catalogue_, &Catalogue::problem, this, &GalleryPane::showProblem);
    connect(grid_, &GridView::visibleChanged, this, [this](int first, int last) {
        const qreal ratio = devicePixelRatioF();
        thumbnails_.setCell(qRound(grid_->cell().width() * ratio), qRound(GalleryDelegate::radius * ratio));
        model_.setVisible(first, last);
    });
    connect(&model_, &GalleryModel::arrived, this, [this](int row) {
        if (follow_->isChecked()) grid_->scrollTo(model_.index(row));
    });
    connect(grid_, &GridView::scrolledUp, follow_, [this] { follow_->setChecked(false); });
    connect(grid_, &GridView::cellSizeChanged, size_, &QSlider::setValue);
    connect(size_, &QSlider::valueChanged, grid_, &GridView::setCellSize);
    connect(grid_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &GalleryPane::chosenChanged);
    connect(grid_, &QAbstractItemView::activated, actions_, &GalleryActions::openViewer);
    connect(&model_, &QAbstractItemModel::dataChanged, this, [this](const QModelIndex& from, const QModelIndex& to) {
        const int row = grid_->currentIndex().row();
        if (from.row() <= row && row <= to.row() && model_.idAt(row) == current_) chosenChanged();  // it has arrived
    });
    connect(&model_, &GalleryModel::answered, this, [this] {
        const int row = current_ ? model_.rowOf(current_) : -1;
        if (row >= 0) grid_->setCurrentIndex(model_.index(row));
        showCounts();
    });
    connect(&model_, &QAbstractItemModel::rowsInserted, this, &GalleryPane::showCounts);
    connect(&model_, &QAbstractItemModel::rowsRemoved, this, &GalleryPane::showCounts);
    connect(actions_, &GalleryActions::useSettings, this, &GalleryPane::useSettings);
    connect(actions_, &GalleryActions::moreLikeThis, this, &GalleryPane::moreLikeThis);
    connect(actions_, &GalleryActions::problem, this, &GalleryPane::showProblem);
    connect(&actions_->trashCan(), &Trash::moved, this, [this](const QVector<qint64>& ids) {
        trashed_->setText(tr("%n image(s) moved to the trash.", nullptr, static_cast<int>(ids.size())));
        trashNotice_->show();
    });
    connect(&actions_->trashCan(), &Trash::restored, trashNotice_, &QWidget::hide);
    auto* find = new QAction(this);
    find->setShortcut(QKeySequence::Find);
    find->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(find, &QAction::triggered, filters_, &FilterBar::focusSearch);
    addAction(find);
    showCounts();
}

void GalleryPane::addFolder(const QString& folder) { catalogue_.addFolder(folder); }

void GalleryPane::addImage(const QString& folder, const ManifestRow& row) {
    catalogue_.add({.folder = QDir(folder).absolutePath(), .row = row});
}

void GalleryPane::addFailure(const QString& folder, const Item& item, const QString& reason) {
    catalogue_.add(
        {.folder = QDir(folder).absolutePath(), .row = {.item = item}, .state = ImageState::Failed, .reason = reason});
}

void GalleryPane::showProgress(const QString& folder, qint64 item, int step, int of) {
    if (const qint64 run = runs_.value(QDir(folder).absolutePath())) model_.showProgress(run, item, step, of);
}

void GalleryPane::showPreview(const QString& folder, qint64 item, const QImage& preview) {
    if (const qint64 run = runs_.value(QDir(folder).absolutePath())) model_.showPreview(run, item, preview);
}

void GalleryPane::clearProgress(const QString& folder) {
    model_.clearProgress(runs_.value(QDir(folder).absolutePath()));
}

void GalleryPane::showProblem(const QString& sentence) {
    problem_->setText(sentence);
    problem_->setVisible(!sentence.isEmpty());
}

void GalleryPane::setNote(qint64 id, const QString& note) { model_.setNote(id, note); }

void GalleryPane::takeLists(const std::vector<GalleryRun>& runs, const QStringList& models) {
    runs_.clear();
    for (const GalleryRun& run : runs) runs_[run.folder] = run.id;
    filters_->setLists(runs, models);
}

void GalleryPane::chosenChanged() {
    const QVector<int> rows = actions_->chosenRows();
    actions_->enableActions();
    if (rows.size() == 1) {
        current_ = model_.idAt(rows.first());
        if (const auto image = model_.image(rows.first())) Q_EMIT imageChosen(*image);
    } else {
        Q_EMIT selectionChanged(rows.size());
    }
    showCounts();
}

void GalleryPane::showCounts() {
    const int count = model_.rowCount();
    const auto chosen = actions_->chosenRows().size();
    const QString images = tr("%L1 image(s)", nullptr, count).arg(count);
    count_->setText(chosen > 1 ? tr("%1, %L2 selected").arg(images).arg(chosen) : images);
    const bool searched = filters_->query() != GalleryQuery{.order = filters_->query().order};
    empty_->setText(searched ? tr("No images match. Try other words or fewer filters.")
                             : tr("Images appear here as they are made. You can also add older runs or folders of "
                                  "PNGs, or drop them here."));
    pages_->setCurrentIndex(count > 0 ? 0 : 1);
}

void GalleryPane::dragEnterEvent(QDragEnterEvent* event) {
    if (!event->source() && event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void GalleryPane::dropEvent(QDropEvent* event) {
    for (const QUrl& url : event->mimeData()->urls()) Q_EMIT folderChosen(url.toLocalFile());
}

}  // namespace fanlight::ui

#include "moc_gallery_pane.cpp"
