#include "ui/prompts/prompt_syntax.h"

#include <QApplication>
#include <QPalette>
#include <QTextDocument>
#include <algorithm>

#include "ui/models/direction.h"
#include "ui/style/palette.h"

namespace fanlight::ui {

namespace {

QTextCharFormat formatOf(PromptMark mark, const QPalette& palette) {
    QTextCharFormat format;
    switch (mark) {
        case PromptMark::Bracket:
        case PromptMark::Escape:
            format.setForeground(mutedText(palette));
            break;
        case PromptMark::Break:
            format.setFontWeight(QFont::DemiBold);
            [[fallthrough]];
        case PromptMark::Weight:
            format.setForeground(palette.color(QPalette::Link));
            break;
        case PromptMark::Schedule:
            format.setForeground(doneColor(palette));
            break;
        case PromptMark::Network:  // without effect
            format.setForeground(mutedText(palette));
            format.setFontItalic(true);
            break;
    }
    return format;
}

}  // namespace

PromptHighlighter::PromptHighlighter(QTextDocument* document) : QSyntaxHighlighter(static_cast<QObject*>(document)) {
    connect(document, &QTextDocument::contentsChange, this, [this] { isStale_ = true; });
    setDocument(document);
}

void PromptHighlighter::followLines() {
    if (document()->blockCount() > 1) rehighlight();
}

void PromptHighlighter::setReading(const PromptReading& reading) {
    if (reading == reading_) return;
    reading_ = reading;
    isStale_ = true;
    rehighlight();
}

void PromptHighlighter::setIsolating(bool isolating) {
    if (isolating == isolating_) return;
    isolating_ = isolating;
    isStale_ = true;
    rehighlight();
}

void PromptHighlighter::readMarks() {
    isStale_ = false;
    const QString shown = document()->toPlainText();
    const QString prompt = isolating_ ? withoutIsolates(shown) : shown;
    marks_ = marksOf(prompt, reading_);
    if (prompt == shown) return;
    std::vector<int> places;  // of the prompt's characters
    for (int at = 0; at < shown.size(); ++at)
        if (!isIsolate(shown[at])) places.push_back(at);
    for (MarkedStretch& mark : marks_) {
        mark.begin = places[size_t(mark.begin)];
        mark.end = places[size_t(mark.end - 1)] + 1;
    }
}

void PromptHighlighter::highlightBlock(const QString& text) {
    if (isStale_) readMarks();
    const QPalette palette = QApplication::palette();
    const int first = currentBlock().position(), last = first + int(text.size());
    const auto isBefore = [first](const MarkedStretch& mark) { return mark.end <= first; };
    for (auto next = std::partition_point(marks_.begin(), marks_.end(), isBefore);
         next != marks_.end() && next->begin < last; ++next) {
        const int from = std::max(next->begin, first), to = std::min(next->end, last);
        setFormat(from - first, to - from, formatOf(next->mark, palette));
    }
}

}  // namespace fanlight::ui

#include "moc_prompt_syntax.cpp"
