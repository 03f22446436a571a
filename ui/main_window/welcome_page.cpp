#include "ui/main_window/welcome_page.h"

#include <QGridLayout>
#include <QIcon>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/prompts/prompt_edit.h"
#include "ui/style/icons.h"

namespace fanlight::ui {

namespace {

constexpr int columnWidth = 460, logoSide = 88, promptHeight = 56;  // pixels

QLabel* centred(const QString& text) {
    auto* label = new QLabel(text);
    label->setAlignment(Qt::AlignCenter);
    label->setWordWrap(true);
    return label;
}

}  // namespace

WelcomePage::WelcomePage(QWidget* parent) : QWidget(parent), prompt_(new PromptEdit) {
    auto* logo = new QLabel;
    logo->setAlignment(Qt::AlignCenter);
    logo->setMinimumHeight(logoSide);
    logo->setPixmap(QIcon(":/icons/fanlight.svg").pixmap(QSize(logoSide, logoSide), devicePixelRatioF()));
    auto* title = centred(tr("Make your first image"));
    title->setWordWrap(false);
    QFont font = title->font();
    font.setPointSizeF(font.pointSizeF() * 1.8);
    font.setBold(true);
    title->setFont(font);
    auto* text =
        centred(tr("Fanlight comes with a small model that has learnt the emoji. It runs on any computer, and "
                   "shows in seconds how everything works."));
    text->setForegroundRole(QPalette::PlaceholderText);
    prompt_->setAccessibleName(tr("Prompt"));
    prompt_->setFixedHeight(promptHeight);
    prompt_->setText(tr("a sunflower"));
    prompt_->selectAll();
    auto* make = new QPushButton(icon("generate"), tr("Make the image"));
    make->setProperty("accent", true);
    make->setMinimumHeight(38);
    make->setDefault(true);
    auto* skip = new QPushButton(tr("Skip"));
    skip->setFlat(true);
    const auto accept = [this] {
        if (!prompt_->text().trimmed().isEmpty()) Q_EMIT accepted(prompt_->text().trimmed());
    };
    connect(make, &QPushButton::clicked, this, accept);
    connect(prompt_, &PromptEdit::entered, this, accept);
    connect(prompt_, &PromptEdit::linesPasted, this, &WelcomePage::listPasted);
    connect(skip, &QPushButton::clicked, this, &WelcomePage::skipped);

    auto* column = new QWidget;
    column->setMaximumWidth(columnWidth);
    auto* layout = new QVBoxLayout(column);
    layout->setSpacing(12);
    layout->addWidget(logo);
    layout->addSpacing(12);
    layout->addWidget(title);
    layout->addWidget(text);
    layout->addSpacing(12);
    layout->addWidget(prompt_);
    layout->addWidget(makeIdeas());
    layout->addWidget(make);
    layout->addWidget(skip, 0, Qt::AlignHCenter);
    auto* page = new QVBoxLayout(this);
    page->addStretch();
    auto* middle = new QHBoxLayout;
    middle->addStretch();
    middle->addWidget(column, columnWidth);  // all that there is, up to its maximum
    middle->addStretch();
    page->addLayout(middle);
    page->addStretch();
}

void WelcomePage::focusPrompt() { prompt_->setFocus(); }

/// The model knows the names of the emoji in English and in Arabic.
QWidget* WelcomePage::makeIdeas() {
    auto* ideas = new QWidget;
    auto* layout = new QGridLayout(ideas);
    layout->setContentsMargins(0, 0, 0, 0);
    constexpr int perLine = 2;
    for (const QString& idea : {tr("a rocket"), tr("a red apple"), tr("a butterfly"), tr("a castle")}) {
        auto* button = new QPushButton(idea);
        connect(button, &QPushButton::clicked, prompt_, [this, idea] { prompt_->setText(idea); });
        layout->addWidget(button, layout->count() / perLine, layout->count() % perLine);
    }
    return ideas;
}

void WelcomePage::paintEvent(QPaintEvent*) { QPainter(this).fillRect(rect(), palette().color(QPalette::Base)); }

}  // namespace fanlight::ui

#include "moc_welcome_page.cpp"
