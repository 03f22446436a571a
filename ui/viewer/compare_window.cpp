#include "ui/viewer/compare_window.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QTableWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/details/image_settings.h"
#include "ui/models/background.h"
#include "ui/models/direction.h"
#include "ui/models/window_geometry.h"
#include "ui/style/icons.h"
#include "ui/viewer/full_image.h"

namespace fanlight::ui {

namespace {

constexpr int tableLines = 5;

QToolButton* toolButton(const QString& name, const QString& text, const QString& tip) {
    auto* button = new QToolButton;
    button->setIcon(icon(name));
    button->setText(text);
    button->setToolTip(tip);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setAutoRaise(true);
    return button;
}

}  // namespace

CompareWindow::CompareWindow(QWidget* parent)
    : QWidget(parent, Qt::Window),
      sideBySide_(toolButton("columns", tr("Side by side"), tr("Side by side, or one over the other (S)"))),
      table_(new QTableWidget(0, 3)),
      same_(new QLabel(tr("Both have the same settings."))) {
    setWindowTitle(tr("Compare"));
    resize(sizeOnScreen(this, {1100, 820}));
    // The first image is on the left in every language, as it is left of the dividing line.
    auto* frame = new QWidget;
    frame->setLayoutDirection(Qt::LeftToRight);
    pictures_ = new QGridLayout(frame);
    pictures_->setContentsMargins(0, 0, 0, 0);
    pictures_->setSpacing(8);
    for (int which : {0, 1}) {
        views_[which] = new PictureView;
        views_[which]->setAccessibleName(which == 0 ? tr("First image") : tr("Second image"));
        titles_[which] = new QLabel;
        titles_[which]->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
        pictures_->addWidget(titles_[which], 0, which);
        pictures_->addWidget(views_[which], 1, which);
        pictures_->setColumnStretch(which, 1);
    }
    connect(views_[0], &PictureView::viewpointChanged, views_[1], &PictureView::setViewpoint);
    connect(views_[1], &PictureView::viewpointChanged, views_[0], &PictureView::setViewpoint);
    pictures_->setRowStretch(1, 1);

    sideBySide_->setCheckable(true);
    auto* swapped = toolButton("swap", tr("Swap"), tr("The first becomes the second (W)"));
    auto* fit = toolButton("fit", tr("Whole image"), tr("Whole image or actual pixels (Z)"));
    auto* bar = new QHBoxLayout;
    bar->addWidget(sideBySide_);
    bar->addWidget(swapped);
    bar->addWidget(fit);
    bar->addStretch(1);
    connect(sideBySide_, &QToolButton::toggled, this, &CompareWindow::arrange);
    connect(swapped, &QToolButton::clicked, this, &CompareWindow::swap);
    connect(fit, &QToolButton::clicked, this, [this] { views_[0]->toggleFit(); });

    table_->setHorizontalHeaderLabels({tr("Setting"), tr("First"), tr("Second")});
    table_->setAccessibleName(tr("Settings that differ"));
    table_->verticalHeader()->hide();
    table_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeading | Qt::AlignVCenter);
    table_->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    table_->horizontalHeader()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table_->setSelectionMode(QAbstractItemView::NoSelection);
    table_->setTabKeyNavigation(false);
    table_->setFixedHeight((tableLines + 1) * (fontMetrics().lineSpacing() + 12));
    same_->setAlignment(Qt::AlignCenter);
    same_->setForegroundRole(QPalette::PlaceholderText);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 12);
    layout->addLayout(bar);
    layout->addWidget(frame, 1);
    layout->addWidget(table_);
    layout->addWidget(same_);
    arrange();
}

void CompareWindow::showImages(const GalleryImage& first, const GalleryImage& second) {
    images_ = {first, second};
    ++shown_;
    for (int which : {0, 1}) load(which);
    fillTable();
    views_[0]->setFocus();
}

bool CompareWindow::sideBySide() const { return sideBySide_->isChecked(); }
void CompareWindow::setSideBySide(bool sideBySide) { sideBySide_->setChecked(sideBySide); }

void CompareWindow::swap() { showImages(images_[1], images_[0]); }

void CompareWindow::load(int which) {
    titles_[which]->setText(images_[which].file());
    inBackground(
        this, [path = images_[which].path()] { return loadFullImage(path); },
        [this, which, shown = shown_](const FullImage& loaded) {
            if (shown != shown_) return;
            loaded.image.isNull() ? views_[which]->setMessage(loaded.problem) : views_[which]->setImage(loaded.image);
            arrange();
        });
}

void CompareWindow::arrange() {
    views_[1]->setVisible(sideBySide());
    titles_[1]->setAlignment(sideBySide() ? Qt::AlignLeft : Qt::AlignRight);
    pictures_->addWidget(views_[0], 1, 0, 1, sideBySide() ? 1 : 2);
    views_[0]->setOther(sideBySide() ? QImage() : views_[1]->image());
}

void CompareWindow::fillTable() {
    const auto found = differences(images_[0], images_[1]);
    table_->setRowCount(static_cast<int>(found.size()));
    for (int row = 0; row < found.size(); ++row) {
        const QString cells[] = {found[row].name, found[row].first, found[row].second};
        for (int column = 0; column < 3; ++column) {
            auto* item = new QTableWidgetItem(isolatedSyntax(cells[column]));
            item->setToolTip(item->text());
            table_->setItem(row, column, item);
        }
    }
    table_->setVisible(!found.isEmpty());
    same_->setVisible(found.isEmpty());
}

void CompareWindow::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
        case Qt::Key_S:
            return setSideBySide(!sideBySide());
        case Qt::Key_W:
            return swap();
        case Qt::Key_Escape:
            close();
            return;
        default:
            QWidget::keyPressEvent(event);
    }
}

}  // namespace fanlight::ui

#include "moc_compare_window.cpp"
