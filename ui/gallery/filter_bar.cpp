#include "ui/gallery/filter_bar.h"

#include <QAction>
#include <QComboBox>
#include <QDir>
#include <QGridLayout>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "ui/style/icons.h"

namespace fanlight::ui {

namespace {

constexpr int typingMs = 120;
constexpr int wholeLine = 4, narrowWidth = 400;  // lists beside each other; pixels
/// The entries of "Show" share a list with the star counts, which are smaller.
constexpr int firstShown = 100;

int entryOf(GalleryQuery::Show show) { return firstShown + static_cast<int>(show); }

/// Replaces all rows but the first, which does not come from the catalogue.
void fill(QComboBox* combo, const QVector<QPair<QString, QVariant>>& entries) {
    const QSignalBlocker quiet(combo);
    const QVariant chosen = combo->currentData();
    while (combo->count() > 1) combo->removeItem(1);
    for (const auto& [text, value] : entries) combo->addItem(text, value);
    for (int row = 1; row < combo->count(); ++row) combo->setItemData(row, combo->itemText(row), Qt::ToolTipRole);
    combo->setCurrentIndex(std::max(0, combo->findData(chosen)));
    combo->setEnabled(combo->count() > 1);
}

}  // namespace

FilterBar::FilterBar(QWidget* parent) : QWidget(parent), search_(new QLineEdit), combos_(new QGridLayout) {
    search_->setPlaceholderText(tr("Search prompts, settings and notes"));
    search_->setAccessibleName(tr("Search"));
    search_->setClearButtonEnabled(true);
    search_->setToolTip(
        tr("Words in prompts and notes. \"In quotes\": the exact phrase. -word: without it. steps:20, sampler:euler, "
           "seed:42: by setting."));
    search_->addAction(icon("find"), QLineEdit::LeadingPosition);
    run_ = addCombo(tr("Run"), {tr("All runs")});
    model_ = addCombo(tr("Model"), {tr("All models")});
    show_ = addCombo(tr("Show"), {tr("All images")});
    order_ = addCombo(tr("Order"), {});

    for (int stars = 1; stars <= max_stars; ++stars)
        show_->addItem(stars == max_stars ? tr("%n star(s)", nullptr, stars) : tr("%n star(s) or more", nullptr, stars),
                       stars);
    using Show = GalleryQuery::Show;
    show_->insertItem(1, tr("Hide rejected"), entryOf(Show::NotRejected));
    show_->insertItem(2, tr("Unrated"), entryOf(Show::Unrated));
    show_->addItem(tr("Rejected"), entryOf(Show::Rejected));
    show_->addItem(tr("Failed"), entryOf(Show::Failed));
    using Order = GalleryQuery::Order;
    order_->addItem(tr("Newest run"), static_cast<int>(Order::NewestRunFirst));
    order_->addItem(tr("Oldest run"), static_cast<int>(Order::OldestRunFirst));
    order_->addItem(tr("Best first"), static_cast<int>(Order::BestFirst));
    fill(run_, {});
    fill(model_, {});

    combos_->setSpacing(6);
    arrange(wholeLine);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 4);
    layout->setSpacing(6);
    layout->addWidget(search_);
    layout->addLayout(combos_);

    typing_.setSingleShot(true);
    typing_.setInterval(typingMs);
    connect(search_, &QLineEdit::textChanged, &typing_, qOverload<>(&QTimer::start));
    connect(&typing_, &QTimer::timeout, this, &FilterBar::announce);
    for (QComboBox* combo : {run_, model_, show_, order_})
        connect(combo, &QComboBox::currentIndexChanged, this, &FilterBar::announce);
}

QComboBox* FilterBar::addCombo(const QString& name, const QStringList& first) {
    auto* combo = new QComboBox(this);
    combo->setAccessibleName(name);
    combo->setToolTip(name);
    combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    combo->setMinimumContentsLength(2);
    for (const QString& text : first) combo->addItem(text, 0);
    return combo;
}

/// So many lists beside each other.
void FilterBar::arrange(int perLine) {
    if (perLine == perLine_) return;
    perLine_ = perLine;
    int at = 0;
    for (QComboBox* combo : {run_, model_, show_, order_}) {
        combos_->addWidget(combo, at / perLine, at % perLine);
        ++at;
    }
    for (int column = 0; column < wholeLine; ++column) combos_->setColumnStretch(column, column < perLine ? 1 : 0);
}

void FilterBar::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrange(width() < narrowWidth ? wholeLine / 2 : wholeLine);
}

GalleryQuery FilterBar::query() const {
    const int show = show_->currentData().toInt();
    return {.text = search_->text(),
            .run = run_->currentData().toLongLong(),
            .model = model_->currentIndex() > 0 ? model_->currentText() : QString(),
            .minStars = show < firstShown ? show : 0,
            .show = static_cast<GalleryQuery::Show>(std::max(0, show - firstShown)),
            .order = static_cast<GalleryQuery::Order>(order_->currentData().toInt())};
}

void FilterBar::setLists(const std::vector<GalleryRun>& runs, const QStringList& models) {
    QVector<QPair<QString, QVariant>> entries;
    for (const GalleryRun& run : runs) entries.append({QDir(run.folder).dirName(), run.id});
    fill(run_, entries);
    for (int row = 1; row < run_->count(); ++row)
        run_->setItemData(row, QDir::toNativeSeparators(runs[row - 1].folder), Qt::ToolTipRole);
    entries.clear();
    for (const QString& model : models) entries.append({model, model});
    fill(model_, entries);
    announce();
}

void FilterBar::focusSearch() {
    search_->setFocus(Qt::ShortcutFocusReason);
    search_->selectAll();
}

void FilterBar::clear() {
    {
        const QSignalBlocker quietSearch(search_), quietRun(run_), quietModel(model_), quietShow(show_);
        search_->clear();
        for (QComboBox* combo : {run_, model_, show_}) combo->setCurrentIndex(0);
    }
    announce();
}

void FilterBar::announce() {
    typing_.stop();
    Q_EMIT queryChanged(query());
}

}  // namespace fanlight::ui

#include "moc_filter_bar.cpp"
