#include "ui/main_window/message_bar.h"

#include <QAccessible>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

#include "ui/style/icons.h"
#include "ui/style/palette.h"

namespace fanlight::ui {

MessageBar::MessageBar(QWidget* parent)
    : QFrame(parent),
      icon_(new QLabel),
      sentence_(new QLabel),
      details_(new QLabel),
      more_(new QPushButton(tr("Details"))),
      action_(new QPushButton) {
    setFrameShape(QFrame::StyledPanel);
    setAccessibleName(tr("Message"));
    sentence_->setAccessibleName(tr("Message"));
    sentence_->setWordWrap(true);
    sentence_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    details_->setAccessibleName(tr("Details"));
    details_->setWordWrap(true);
    details_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    details_->setForegroundRole(QPalette::PlaceholderText);
    more_->setCheckable(true);
    connect(more_, &QPushButton::toggled, details_, &QLabel::setVisible);
    connect(action_, &QPushButton::clicked, this, [this] {
        hide();
        if (act_) act_();
    });
    auto* close = new QToolButton;
    close->setIcon(ui::icon("close"));
    close->setAutoRaise(true);
    close->setToolTip(tr("Close"));
    close->setAccessibleName(tr("Close"));
    connect(close, &QToolButton::clicked, this, &QWidget::hide);

    auto* line = new QHBoxLayout;
    line->addWidget(icon_);
    line->addWidget(sentence_, 1);
    line->addWidget(more_);
    line->addWidget(action_);
    line->addWidget(close);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 6, 6, 6);
    layout->addLayout(line);
    layout->addWidget(details_);
    hide();
}

void MessageBar::show(Kind kind, const QString& sentence, const QString& details) {
    show(kind, sentence, details, {}, {});
}

void MessageBar::show(Kind kind, const QString& sentence, const QString& details, const QString& action,
                      std::function<void()> act) {
    kind_ = kind;
    about_ = About::Nothing;
    act_ = std::move(act);
    sentence_->setText(sentence);
    details_->setText(details);
    more_->setChecked(false);
    details_->hide();
    more_->setVisible(!details.isEmpty());
    action_->setText(action);
    action_->setVisible(!action.isEmpty());
    paintIcon();
    QWidget::show();
    announce(sentence);
}

void MessageBar::settle(About about) {
    if (about_ == about) hide();
}

void MessageBar::notice(const QString& sentence) {
    if (isHidden() || kind_ == Kind::Done) return show(Kind::Notice, sentence);
    QStringList said = details_->text().split('\n', Qt::SkipEmptyParts);
    if (sentence_->text() == sentence || said.contains(sentence)) return;
    details_->setText((said << sentence).join('\n'));
    more_->show();
    more_->setChecked(true);
    announce(sentence);
}

void MessageBar::announce(const QString& sentence) {
    setAccessibleDescription(sentence);
    QAccessibleEvent announcement(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&announcement);
}

void MessageBar::paintIcon() {
    QColor (*const colors[])(const QPalette&) = {&failedColor, &warningColor, &doneColor};
    icon_->setPixmap(
        iconPixmap(kind_ == Kind::Done ? "done" : "failed", 18, colors[int(kind_)](palette()), devicePixelRatioF()));
}

void MessageBar::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange) paintIcon();
    QFrame::changeEvent(event);
}

}  // namespace fanlight::ui

#include "moc_message_bar.cpp"
