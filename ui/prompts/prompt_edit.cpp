#include "ui/prompts/prompt_edit.h"

#include <QKeyEvent>
#include <QMimeData>
#include <QScopedValueRollback>

#include "ui/models/direction.h"
#include "ui/prompts/name_offers.h"
#include "ui/prompts/prompt_syntax.h"
#include "ui/prompts/prompt_weight.h"

namespace fanlight::ui {

PromptEdit::PromptEdit(QWidget* parent) : QPlainTextEdit(parent), highlighter_(new PromptHighlighter(document())) {
    setUndoRedoEnabled(false);
    setTabChangesFocus(true);
    document()->setDocumentMargin(6);
    connect(this, &QPlainTextEdit::textChanged, this, &PromptEdit::changed);
}

/// Qt draws it with a margin on the left only.
void PromptEdit::setHint(const QString& text) {
    setPlaceholderText(isRightToLeft() ? QString(2, QChar::Nbsp) + text : text);
    viewport()->update();  // Qt 6.4 goes on showing the former one
}

QString PromptEdit::text() const { return isolating_ ? withoutIsolates(toPlainText()) : toPlainText(); }

void PromptEdit::setText(const QString& text) {
    if (text == this->text()) return;
    const int start = plainPosition(textCursor().anchor()), end = plainPosition(textCursor().position());
    show(text, start, end);
}

void PromptEdit::offerNames(OfferedNames* names) { offers_ = new NameOffers(this, names); }

int PromptEdit::position() const { return plainPosition(textCursor().position()); }

void PromptEdit::replace(int begin, int end, const QString& with) {
    QString changed = text();
    changed.replace(begin, end - begin, with);
    const int after = begin + int(with.size());
    show(changed, after, after);
    Q_EMIT edited(changed);
}

void PromptEdit::setReading(const PromptReading& reading) {
    const QScopedValueRollback showing(showing_, true);  // other colours are no change of the text
    highlighter_->setReading(reading);
}

/// Both positions are in the plain text.
void PromptEdit::show(const QString& text, int start, int end) {
    const QScopedValueRollback showing(showing_, true);
    isolating_ = needsIsolation(text);
    highlighter_->setIsolating(isolating_);
    setPlainText(isolatedSyntax(text));
    highlighter_->followLines();
    align(text);
    QTextCursor cursor = textCursor();
    cursor.setPosition(shownPosition(start));
    cursor.setPosition(shownPosition(end), QTextCursor::KeepAnchor);
    setTextCursor(cursor);
}

/// A prompt is aligned to the side where its own language begins, whatever the window's.
void PromptEdit::align(const QString& text) {
    QTextOption option = document()->defaultTextOption();
    const bool rightToLeft = text.isEmpty() ? isRightToLeft() : text.isRightToLeft();
    const Qt::Alignment side = rightToLeft ? Qt::AlignRight : Qt::AlignLeft;
    if (option.alignment() == side) return;
    option.setAlignment(side);
    option.setTextDirection(rightToLeft ? Qt::RightToLeft : Qt::LeftToRight);
    document()->setDefaultTextOption(option);
}

int PromptEdit::plainPosition(int shown) const {
    return isolating_ ? int(withoutIsolates(toPlainText().left(shown)).size()) : shown;
}

int PromptEdit::shownPosition(int plain) const {
    const QString shown = toPlainText();
    int at = 0;
    while (at < shown.size() && plainPosition(at) < plain) ++at;
    return at;
}

void PromptEdit::changed() {
    if (showing_) return;
    const QString plain = text();
    if (!isolating_ && !needsIsolation(plain)) {
        const QScopedValueRollback showing(showing_, true);
        highlighter_->followLines();
    } else {
        show(plain, plainPosition(textCursor().anchor()), plainPosition(textCursor().position()));
    }
    align(plain);
    Q_EMIT edited(plain);
}

bool PromptEdit::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->matches(QKeySequence::Undo) || key->matches(QKeySequence::Redo)) {
            event->ignore();
            return false;
        }
    }
    return QPlainTextEdit::event(event);
}

void PromptEdit::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange) {
        const QScopedValueRollback showing(showing_, true);
        highlighter_->rehighlight();
    }
    QPlainTextEdit::changeEvent(event);
}

/// Invisible marks must not cost a key stroke of their own.
void PromptEdit::pressPastIsolates(QKeyEvent* event) {
    const bool back = event->key() == Qt::Key_Backspace, forth = event->key() == Qt::Key_Delete;
    QTextCursor cursor = textCursor();
    if ((back || forth) && !cursor.hasSelection()) {
        const int plain = plainPosition(cursor.position());
        const auto step = back ? QTextCursor::PreviousCharacter : QTextCursor::NextCharacter;
        while (cursor.movePosition(step) && plainPosition(cursor.position()) == plain) setTextCursor(cursor);
    }
    int position = textCursor().position();
    const int plain = plainPosition(position);
    QPlainTextEdit::keyPressEvent(event);
    if (event->key() != Qt::Key_Left && event->key() != Qt::Key_Right) return;
    while (textCursor().position() != position && plainPosition(textCursor().position()) == plain) {
        position = textCursor().position();
        QPlainTextEdit::keyPressEvent(event);
    }
}

void PromptEdit::keyPressEvent(QKeyEvent* event) {
    static const QSet<int> ofList = {Qt::Key_Return, Qt::Key_Enter, Qt::Key_Tab, Qt::Key_Backtab, Qt::Key_Escape};
    if (offers_ && offers_->isOpen() && ofList.contains(event->key())) return event->ignore();
    const QString before = text();
    pressKey(event);
    if (offers_ && text() != before) offers_->offer();
}

void PromptEdit::pressKey(QKeyEvent* event) {
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && event->modifiers() == Qt::NoModifier) return Q_EMIT entered();
    const bool up = event->key() == Qt::Key_Up, down = event->key() == Qt::Key_Down;
    if (!(up || down) || !(event->modifiers() & Qt::ControlModifier)) {
        isolating_ ? pressPastIsolates(event) : QPlainTextEdit::keyPressEvent(event);
        return;
    }
    const QTextCursor cursor = textCursor();
    const Selection before{text(), plainPosition(cursor.selectionStart()), plainPosition(cursor.selectionEnd())};
    const Selection after = withWeight(before, up ? 1 : -1, highlighter_->reading());
    if (after == before) return;
    show(after.text, after.start, after.end);
    Q_EMIT reweighted(after.text);
}

void PromptEdit::insertFromMimeData(const QMimeData* source) {
    const bool isReplaced = text().isEmpty() || withoutIsolates(textCursor().selectedText()).size() == text().size();
    if (isReplaced && source->text().trimmed().contains('\n')) return Q_EMIT linesPasted(source->text());
    QPlainTextEdit::insertFromMimeData(source);
}

QMimeData* PromptEdit::createMimeDataFromSelection() const {
    auto* data = new QMimeData;
    QString selected = textCursor().selectedText();
    selected.replace(QChar::ParagraphSeparator, u'\n');
    data->setText(isolating_ ? withoutIsolates(selected) : selected);
    return data;
}

}  // namespace fanlight::ui

#include "moc_prompt_edit.cpp"
