#include "ui/prompts/prompt_syntax.h"

#include <QApplication>
#include <QPalette>
#include <QRegularExpression>

#include "ui/style/palette.h"

namespace fanlight::ui {

void PromptHighlighter::highlightBlock(const QString& text) {
    const QPalette palette = QApplication::palette();
    struct Rule {
        QRegularExpression pattern;
        QColor color;
    };
    const Rule rules[] = {
        {QRegularExpression("(?<!\\\\)[()\\[\\]{}|]"), mutedText(palette)},
        {QRegularExpression(":[\\x{2066}-\\x{2069}]*[+-]?\\d*\\.?\\d+(?=[\\x{2066}-\\x{2069}]*\\))"),
         palette.color(QPalette::Link)},
        {QRegularExpression("<[^<>]*>|__[\\w/*.-]+?__"), doneColor(palette)},
    };
    for (const Rule& rule : rules)
        for (auto it = rule.pattern.globalMatch(text); it.hasNext();) {
            const auto match = it.next();
            setFormat(int(match.capturedStart()), int(match.capturedLength()), rule.color);
        }
}

}  // namespace fanlight::ui

#include "moc_prompt_syntax.cpp"
