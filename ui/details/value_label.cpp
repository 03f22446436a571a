#include "ui/details/value_label.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMenu>

#include "ui/models/direction.h"

namespace fanlight::ui {

namespace {

constexpr char16_t zeroWidthSpace = 0x200b;
constexpr qsizetype breakEvery = 16;

QString breakable(const QString& value) {
    if (value.contains(' ')) return isolatedSyntax(value);
    QString text;
    for (qsizetype i = 0; i < value.size(); i += breakEvery) {
        if (i > 0) text += QChar(zeroWidthSpace);
        text += value.mid(i, breakEvery);
    }
    return isolatedSyntax(text);
}

}  // namespace

ValueLabel::ValueLabel(const QString& value, QWidget* parent) : QLabel(parent), value_(value) {
    setWordWrap(true);
    setTextFormat(Qt::PlainText);
    setText(breakable(value));
    // Next to its name, whatever the value's own direction.
    setAlignment(leadingSide() | Qt::AlignTop);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setFocusPolicy(Qt::ClickFocus);
}

QString ValueLabel::chosen() const {
    return withoutIsolates(hasSelectedText() ? selectedText().remove(QChar(zeroWidthSpace)) : value_);
}

void ValueLabel::copy() const { QGuiApplication::clipboard()->setText(chosen()); }

void ValueLabel::keyPressEvent(QKeyEvent* event) {
    event->matches(QKeySequence::Copy) ? copy() : QLabel::keyPressEvent(event);
}

void ValueLabel::mouseReleaseEvent(QMouseEvent* event) {
    QLabel::mouseReleaseEvent(event);
    QClipboard* clipboard = QGuiApplication::clipboard();
    if (hasSelectedText() && clipboard->supportsSelection()) clipboard->setText(chosen(), QClipboard::Selection);
}

void ValueLabel::contextMenuEvent(QContextMenuEvent* event) {
    QMenu menu;
    menu.addAction(tr("Copy"), this, &ValueLabel::copy);
    menu.exec(event->globalPos());
}

}  // namespace fanlight::ui

#include "moc_value_label.cpp"
