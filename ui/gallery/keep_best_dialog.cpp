#include "ui/gallery/keep_best_dialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

namespace fanlight::ui {

KeepBestDialog::KeepBestDialog(std::vector<RatedImage> images, bool areSelected, QWidget* parent)
    : QDialog(parent), images_(std::move(images)), stars_(new QComboBox), counts_(new QLabel) {
    setWindowTitle(tr("Keep the best"));
    const int count = static_cast<int>(images_.size());
    auto* scope = new QLabel(
        areSelected
            ? tr("The best of the %n selected image(s) are kept; the rest are moved to the trash.", nullptr, count)
            : tr("The best of the %n image(s) in the gallery's current view are kept; the rest are moved to the trash.",
                 nullptr, count));
    for (int stars = 1; stars <= max_stars; ++stars)
        stars_->addItem(
            stars == max_stars ? tr("%n star(s)", nullptr, stars) : tr("%n star(s) or more", nullptr, stars), stars);
    for (QLabel* label : {scope, counts_}) label->setWordWrap(true);
    counts_->setAccessibleName(tr("What will happen"));
    auto* form = new QFormLayout;
    form->addRow(tr("&Keep images with"), stars_);
    // Made at once: Tab would miss a button that is added later.
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    move_ = buttons->button(QDialogButtonBox::Ok);
    buttons->button(QDialogButtonBox::Cancel)->setText(tr("Cancel"));
    buttons->button(QDialogButtonBox::Cancel)->setDefault(true);
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(12);
    layout->addWidget(scope);
    layout->addLayout(form);
    layout->addWidget(counts_);
    layout->addStretch(1);
    layout->addWidget(buttons);
    setMinimumWidth(420);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(stars_, &QComboBox::currentIndexChanged, this, &KeepBestDialog::showCounts);
    showCounts();
}

int KeepBestDialog::stars() const { return stars_->currentData().toInt(); }

QVector<qint64> KeepBestDialog::rest() const {
    QVector<qint64> ids;
    for (const RatedImage& image : images_)
        if (image.rating < stars()) ids << image.id;
    return ids;
}

/// Without anything to keep, nothing is moved: the user has not rated yet.
void KeepBestDialog::showCounts() {
    const auto rest = static_cast<int>(this->rest().size());
    const int kept = static_cast<int>(images_.size()) - rest;
    const auto unrated = static_cast<int>(
        std::count_if(images_.begin(), images_.end(), [](const RatedImage& image) { return image.rating == 0; }));
    QStringList lines = {tr("%n image(s) kept", nullptr, kept), tr("%n image(s) moved to the trash", nullptr, rest)};
    if (unrated > 0 && rest > 0) lines.last() += tr(", %n of them unrated", nullptr, unrated);
    if (kept == 0) lines << tr("No image has that many stars. First rate the ones to keep with the keys 1 to 5.");
    counts_->setText(lines.join('\n'));
    move_->setText(tr("Move %n image(s) to the trash", nullptr, rest));
    move_->setEnabled(kept > 0 && rest > 0);
}

}  // namespace fanlight::ui

#include "moc_keep_best_dialog.cpp"
