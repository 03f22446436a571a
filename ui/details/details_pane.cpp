#include "ui/details/details_pane.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QFileInfo>
#include <QGridLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QUrl>
#include <QVBoxLayout>

#include "ui/catalogue/png_recipe.h"
#include "ui/details/value_label.h"
#include "ui/style/icons.h"
#include "ui/style/style.h"

namespace fanlight::ui {

namespace {

constexpr int infotextLines = 6;
constexpr int noteLines = 2;
constexpr int maxNote = 1000;  // characters, which are no more than max_note_bytes
constexpr int typingMs = 500;
static_assert(4 * maxNote <= max_note_bytes);

void setLines(QPlainTextEdit* edit, int lines) {
    edit->setFixedHeight(lines * edit->fontMetrics().lineSpacing() + 16);
    edit->setTabChangesFocus(true);
}

QLabel* heading(const QString& text) {
    auto* label = new QLabel(text);
    QFont font = label->font();
    font.setWeight(QFont::DemiBold);
    label->setFont(font);
    return label;
}

QLabel* wrappedLabel() {
    auto* label = new QLabel;
    label->setWordWrap(true);
    return label;
}

}  // namespace

DetailsPane::DetailsPane(QWidget* parent)
    : QWidget(parent),
      pages_(new QStackedWidget),
      empty_(wrappedLabel()),
      notice_(wrappedLabel()),
      settings_(new QGridLayout),
      noteTitle_(heading(tr("Note"))),
      note_(new QPlainTextEdit),
      origin_(new QGridLayout),
      infotextTitle_(heading(tr("Text for other programs"))),
      infotext_(new QPlainTextEdit),
      use_(new QPushButton(icon("reuse"), tr("Use these settings"))),
      more_(new QPushButton(icon("add"), tr("More like this"))),
      copy_(new QPushButton(icon("duplicate"), tr("Copy"))) {
    empty_->setAlignment(Qt::AlignCenter);
    empty_->setForegroundRole(QPalette::PlaceholderText);
    empty_->setMargin(24);
    pages_->addWidget(empty_);
    auto* area = new QScrollArea;
    area->setAccessibleName(tr("Details"));
    area->setWidgetResizable(true);
    frameOnFocus(area);  // it is scrolled by keys, for there is more to read than to operate
    area->setWidget(makeContents());
    pages_->addWidget(area);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(pages_);
    showCount(0);

    connect(use_, &QPushButton::clicked, this, [this] { Q_EMIT useSettings(image_->row.item); });
    connect(more_, &QPushButton::clicked, this, [this] { Q_EMIT moreLikeThis(image_->row.item); });
    connect(copy_, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(infotext_->toPlainText()); });
}

QWidget* DetailsPane::makeContents() {
    auto* contents = new QWidget;
    auto* layout = new QVBoxLayout(contents);
    layout->setContentsMargins(12, 12, 12, 12);
    layout->setSpacing(8);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(use_, 1);
    buttons->addWidget(more_, 1);
    auto* folder = new QPushButton(icon("open"), tr("Open folder"));
    connect(folder, &QPushButton::clicked, this, &DetailsPane::openFolder);
    for (QGridLayout* grid : {settings_, origin_}) {
        grid->setHorizontalSpacing(12);
        grid->setVerticalSpacing(4);
        grid->setColumnStretch(1, 1);
    }
    infotext_->setReadOnly(true);
    setLines(infotext_, infotextLines);
    infotext_->setAccessibleName(infotextTitle_->text());
    copy_->setAccessibleName(tr("Copy the text for other programs"));
    auto* textRow = new QHBoxLayout;
    textRow->addWidget(infotextTitle_, 1);
    textRow->addWidget(copy_);

    layout->addLayout(buttons);
    layout->addSpacing(4);
    layout->addWidget(notice_);
    makeNote();
    layout->addLayout(settings_);
    layout->addSpacing(8);
    layout->addWidget(noteTitle_);
    layout->addWidget(note_);
    layout->addSpacing(8);
    auto* originRow = new QHBoxLayout;
    originRow->addWidget(heading(tr("Made by")), 1);
    originRow->addWidget(folder);
    layout->addLayout(originRow);
    layout->addLayout(origin_);
    layout->addSpacing(8);
    layout->addLayout(textRow);
    layout->addWidget(infotext_);
    layout->addStretch(1);
    return contents;
}

/// Also when the window is closed: what has been typed last is handed over.
void DetailsPane::hideEvent(QHideEvent* event) {
    handOverNote();
    QWidget::hideEvent(event);
}

void DetailsPane::makeNote() {
    setLines(note_, noteLines);
    note_->setAccessibleName(noteTitle_->text());
    note_->setPlaceholderText(tr("Your notes on this image"));
    noteTitle_->setBuddy(note_);
    typing_.setSingleShot(true);
    typing_.setInterval(typingMs);
    connect(note_, &QPlainTextEdit::textChanged, this, &DetailsPane::limitNote);
    connect(&typing_, &QTimer::timeout, this, &DetailsPane::handOverNote);
}

/// Of a file that is in no run there is nothing to keep a note beside.
void DetailsPane::showNote(const GalleryImage& image) {
    for (QWidget* widget : std::initializer_list<QWidget*>{noteTitle_, note_})
        widget->setVisible(image.id > 0 && image.state == ImageState::Done);
    if (note_->toPlainText() == image.note) return;
    const QSignalBlocker quiet(note_);
    note_->setPlainText(image.note);
}

void DetailsPane::limitNote() {
    if (const QString text = note_->toPlainText(); text.size() > maxNote) {
        const QSignalBlocker quiet(note_);
        note_->setPlainText(text.left(maxNote));
        note_->moveCursor(QTextCursor::End);
    }
    typing_.start();
}

void DetailsPane::handOverNote() {
    typing_.stop();
    if (!image_ || image_->id <= 0 || note_->toPlainText() == image_->note) return;
    image_->note = note_->toPlainText();
    Q_EMIT noteChanged(image_->id, image_->note);
}

void DetailsPane::showImage(const GalleryImage& image) {
    const bool isBeingTyped = typing_.isActive() && image_ && image_->id == image.id;
    if (!isBeingTyped) handOverNote();
    image_ = image;
    if (!isBeingTyped) showNote(image);
    const bool hasRecipe = hasSettings(image);
    const bool failed = image.state == ImageState::Failed;
    notice_->setVisible(failed || !hasRecipe);
    notice_->setText(failed ? tr("Failed: %1").arg(image.reason)
                            : tr("This image does not say how it was made: it contains no settings."));
    fill(settings_, settingsOf(image));
    fill(origin_, originOf(image));
    infotext_->setPlainText(infotextOf(image));
    for (QWidget* widget : std::initializer_list<QWidget*>{infotext_, infotextTitle_, copy_})
        widget->setVisible(hasRecipe && !failed);
    use_->setEnabled(hasRecipe);
    more_->setEnabled(hasRecipe);
    pages_->setCurrentIndex(1);
}

void DetailsPane::showFile(const QString& path) {
    const QFileInfo file(path);
    showImage({.folder = file.absolutePath(), .row = rowOfPng(file.absoluteFilePath())});
}

void DetailsPane::showCount(qsizetype selected) {
    handOverNote();
    image_.reset();
    empty_->setText(selected == 0 ? tr("Select an image to see how it was made.")
                                  : tr("%n image(s) selected", nullptr, static_cast<int>(selected)));
    pages_->setCurrentIndex(0);
}

void DetailsPane::fill(QGridLayout* grid, const QVector<ImageSetting>& settings) {
    while (QLayoutItem* item = grid->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (int line = 0; line < settings.size(); ++line) {
        auto* name = new QLabel(settings[line].name);
        name->setForegroundRole(QPalette::PlaceholderText);
        name->setAlignment(Qt::AlignLeading | Qt::AlignTop);
        auto* value = new ValueLabel(settings[line].value);
        value->setAccessibleName(settings[line].name + ": " + settings[line].value);
        grid->addWidget(name, line, 0);
        grid->addWidget(value, line, 1);
    }
}

void DetailsPane::openFolder() const { QDesktopServices::openUrl(QUrl::fromLocalFile(image_->folder)); }

}  // namespace fanlight::ui

#include "moc_details_pane.cpp"
