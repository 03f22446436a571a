#include "ui/parameters/lora_browser.h"

#include <QClipboard>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QImageReader>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "core/config/program_paths.h"
#include "core/families/families.h"
#include "ui/models/background.h"
#include "ui/models/sentence.h"
#include "ui/models/window_geometry.h"
#include "ui/parameters/lora_list.h"
#include "ui/settings/settings.h"
#include "ui/style/content_area.h"

namespace fanlight::ui {

namespace {

constexpr int pictureSide = 128, maxFileMegabytes = 64, shownLines = 6;

/// A square of the picture's middle; null if it cannot be read.
QImage squareOf(const QString& file, int side) {
    if (QFileInfo(file).size() > qint64{maxFileMegabytes} << 20) return {};
    QImageReader reader(file);
    reader.setAutoTransform(true);
    const QSize size = reader.size();
    if (size.isEmpty()) return {};
    reader.setScaledSize(size.scaled(side, side, Qt::KeepAspectRatioByExpanding));
    const QImage image = reader.read();
    return image.copy((image.width() - side) / 2, (image.height() - side) / 2, side, side);
}

/// Where there is no picture: the first letters of the name.
QIcon lettersOf(const QString& name, const QWidget* widget) {
    QPixmap picture(QSize(pictureSide, pictureSide) * widget->devicePixelRatio());
    picture.setDevicePixelRatio(widget->devicePixelRatio());
    picture.fill(widget->palette().color(QPalette::AlternateBase));
    QPainter painter(&picture);
    QFont font = widget->font();
    font.setPixelSize(pictureSide / 3);
    painter.setFont(font);
    painter.setPen(widget->palette().color(QPalette::PlaceholderText));
    painter.drawText(QRect(0, 0, pictureSide, pictureSide), Qt::AlignCenter, name.section('/', -1).left(2));
    return picture;
}

/// nullopt if it cannot be read, which its own field says.
std::optional<KnownModel> opened(const QString& modelFolder) {
    if (modelFolder.isEmpty()) return std::nullopt;
    try {
        return open_model_files(modelFolder.toStdString());
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

bool matches(const LoraCard& card, const QStringList& words) {
    const QString text =
        QString::fromStdString(card.name + '\n' + card.trigger + '\n' + card.base_model + '\n' + card.notes);
    return std::all_of(words.begin(), words.end(),
                       [&](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
}

}  // namespace

LoraBrowser::LoraBrowser(const QString& modelFolder, QWidget* parent)
    : QDialog(parent), search_(new QLineEdit), list_(new QListWidget), details_(new QLabel) {
    setWindowTitle(tr("LoRAs"));
    search_->setPlaceholderText(tr("Search LoRAs"));
    search_->setAccessibleName(search_->placeholderText());
    search_->setClearButtonEnabled(true);
    list_->setAccessibleName(tr("LoRAs"));
    list_->setViewMode(QListView::IconMode);
    list_->setResizeMode(QListView::Adjust);
    list_->setMovement(QListView::Static);
    list_->setUniformItemSizes(true);
    list_->setIconSize({pictureSide, pictureSide});
    list_->setGridSize({pictureSide + 16, pictureSide + 2 * fontMetrics().height()});
    list_->setTextElideMode(Qt::ElideMiddle);
    details_->setWordWrap(true);
    details_->setTextFormat(Qt::PlainText);
    details_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    details_->setAccessibleName(tr("About the LoRA"));
    details_->setAlignment(Qt::AlignTop);
    auto* about = new ContentArea(details_);  // notes may be long
    about->setFixedHeight(shownLines * fontMetrics().lineSpacing());
    auto* file = new QPushButton(tr("File…"));
    copy_ = new QPushButton(tr("Copy trigger words"));
    add_ = new QPushButton(tr("Add"));
    auto* close = new QPushButton(tr("Close"));
    add_->setDefault(true);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(file);
    buttons->addStretch(1);
    for (QPushButton* button : {copy_, add_, close}) buttons->addWidget(button);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(search_);
    layout->addWidget(list_, 1);
    layout->addWidget(about);
    layout->addLayout(buttons);
    resize(sizeOnScreen(this, {780, 600}));

    connect(search_, &QLineEdit::textChanged, this, &LoraBrowser::showMatches);
    connect(list_, &QListWidget::currentItemChanged, this, &LoraBrowser::showDetails);
    connect(list_, &QListWidget::itemActivated, this, &LoraBrowser::addCurrent);
    connect(file, &QPushButton::clicked, this, &LoraBrowser::addFile);
    connect(add_, &QPushButton::clicked, this, &LoraBrowser::addCurrent);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    connect(copy_, &QPushButton::clicked, this, [this] {
        if (const LoraCard* card = current())
            QGuiApplication::clipboard()->setText(QString::fromStdString(card->trigger));
    });
    showDetails();
    inBackground(
        this,
        [modelFolder] {
            const auto model = opened(modelFolder);
            return list_loras(ModelPlaces(resources_folder()), model ? &*model : nullptr);
        },
        [this](std::vector<LoraCard> cards) {
            if (!isRead_) setCards(std::move(cards));
        });
}

void LoraBrowser::setCards(std::vector<LoraCard> cards) {
    isRead_ = true;
    ++reading_;
    cards_ = std::move(cards);
    std::stable_partition(cards_.begin(), cards_.end(), [](const LoraCard& card) { return card.problem.empty(); });
    list_->clear();
    for (const LoraCard& card : cards_) {
        const QString name = QString::fromStdString(card.name);
        auto* item = new QListWidgetItem(lettersOf(name, this), name.section('/', -1), list_);
        item->setToolTip(card.problem.empty() ? name : said(card.problem));
        if (!card.problem.empty()) item->setForeground(palette().color(QPalette::Disabled, QPalette::Text));
    }
    if (list_->count() > 0) list_->setCurrentRow(0);
    showMatches();
    showDetails();
    loadPicture(0);
}

/// One after the other: the list can be used meanwhile.
void LoraBrowser::loadPicture(size_t card) {
    while (card < cards_.size() && cards_[card].picture.empty()) ++card;
    if (card == cards_.size()) return;
    const int side = int(pictureSide * devicePixelRatio());
    inBackground(
        this, [file = QString::fromStdString(cards_[card].picture.string()), side] { return squareOf(file, side); },
        [this, card, reading = reading_](const QImage& image) {
            if (reading != reading_) return;
            if (!image.isNull()) list_->item(int(card))->setIcon(QPixmap::fromImage(image));
            loadPicture(card + 1);
        });
}

const LoraCard* LoraBrowser::current() const {
    const int row = list_->currentRow();
    return row < 0 || list_->item(row)->isHidden() ? nullptr : &cards_[size_t(row)];
}

void LoraBrowser::showMatches() {
    const QStringList words = search_->text().split(' ', Qt::SkipEmptyParts);
    int first = -1;
    for (int row = 0; row < list_->count(); ++row) {
        const bool isMatch = matches(cards_[size_t(row)], words);
        list_->item(row)->setHidden(!isMatch);
        if (isMatch && first < 0) first = row;
    }
    if (!current() && first >= 0) list_->setCurrentRow(first);
    showDetails();
}

void LoraBrowser::showDetails() {
    const LoraCard* card = current();
    add_->setEnabled(card && card->problem.empty());
    copy_->setEnabled(card && !card->trigger.empty());
    if (!card) {
        const QString none =
            cards_.empty() ? tr("No LoRAs found; Help tells where they are kept.") : tr("No LoRA has these words.");
        return details_->setText(isRead_ ? none : tr("Reading the LoRAs…"));
    }
    QStringList lines = {QString::fromStdString(card->name)};
    const auto add = [&lines](const QString& line, const std::string& text) {
        if (!text.empty()) lines << line.arg(QString::fromStdString(text));
    };
    add(tr("For: %1"), card->base_model);
    add(tr("Trigger words: %1"), card->trigger);
    if (card->weight) lines << tr("Weight: %1").arg(QLocale().toString(*card->weight));
    add(tr("Notes: %1"), card->notes);
    if (!card->problem.empty()) lines << said(card->problem);
    details_->setText(lines.join('\n'));
}

void LoraBrowser::addCurrent() {
    const LoraCard* card = current();
    if (card && card->problem.empty()) Q_EMIT added(QString::fromStdString(card->name), card->weight.value_or(1));
}

void LoraBrowser::addFile() {
    const QString file =
        QFileDialog::getOpenFileName(this, tr("LoRA"), LoraList::folder(), tr("LoRAs (*.safetensors)"));
    if (file.isEmpty()) return;
    settings::loraFolder.set(QFileInfo(file).path());
    Q_EMIT added(file, 1);
}

}  // namespace fanlight::ui

#include "moc_lora_browser.cpp"
