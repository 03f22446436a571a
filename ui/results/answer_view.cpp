#include "ui/results/answer_view.h"

#include <QScrollBar>
#include <QTextCursor>

#include "ui/results/result_texts.h"
#include "ui/style/palette.h"
#include "ui/style/style.h"

namespace fanlight::ui {

namespace {

constexpr qreal paragraphGap = 6, documentMargin = 10;  // pixels

}  // namespace

AnswerView::AnswerView(QWidget* parent) : QTextEdit(parent) {
    setReadOnly(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setTabChangesFocus(true);
    frameOnFocus(this);
    setUndoRedoEnabled(false);
    document()->setDocumentMargin(documentMargin);
    setAccessibleName(tr("The selected prompt and its answer"));
}

void AnswerView::showAnswer(const Task& task, const Answer& answer) {
    const int scrolled = prompt_ == task.prompt() ? verticalScrollBar()->value() : 0;  // the answer has grown
    prompt_ = task.prompt();
    clear();
    append(factsOf(answer, task), mutedText(palette()));
    append(QString::fromStdString(task.prompt()), palette().color(QPalette::Text), true);
    const bool failed = answer.state == ItemState::Failed || answer.state == ItemState::Cancelled;
    append(QString::fromStdString(answer.text), failed ? failedColor(palette()) : palette().color(QPalette::Text));
    moveCursor(QTextCursor::Start);
    verticalScrollBar()->setValue(scrolled);
}

void AnswerView::showHint(const QString& hint) {
    prompt_.clear();
    clear();
    append(hint, mutedText(palette()));
}

void AnswerView::append(const QString& text, const QColor& colour, bool heading) {
    if (text.isEmpty()) return;
    QTextCharFormat characters;
    characters.setForeground(colour);
    if (heading) characters.setFontWeight(QFont::DemiBold);
    QTextBlockFormat block;
    block.setBottomMargin(paragraphGap);
    block.setAlignment(Qt::AlignLeading);
    QTextCursor cursor(document());
    cursor.movePosition(QTextCursor::End);
    if (document()->isEmpty())
        cursor.setBlockFormat(block);
    else
        cursor.insertBlock(block);
    cursor.insertText(text, characters);
}

}  // namespace fanlight::ui

#include "moc_answer_view.cpp"
