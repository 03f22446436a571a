#include "ui/prompts/prompt_syntax.h"

#include <QApplication>
#include <QPalette>
#include <QRegularExpression>
#include <algorithm>

#include "ui/style/palette.h"

namespace fanlight::ui {

namespace {

constexpr char16_t leftToRight = 0x2066, firstStrong = 0x2068, end = 0x2069;

bool isIsolate(QChar c) { return c.unicode() >= 0x2066 && c.unicode() <= 0x2069; }
bool isRightToLeft(QChar c) { return c.direction() == QChar::DirR || c.direction() == QChar::DirAL; }
bool opens(QChar c) { return QStringView(u"([{<").contains(c); }
bool closes(QChar c) { return QStringView(u")]}>").contains(c); }

bool hasSyntax(const QString& text) {
    static const QRegularExpression syntax("[()\\[\\]{}<>|]|__");
    return syntax.match(text).hasMatch();
}

}  // namespace

bool needsIsolation(const QString& prompt) {
    return std::any_of(prompt.begin(), prompt.end(), isRightToLeft) &&
           std::none_of(prompt.begin(), prompt.end(), isIsolate) && hasSyntax(prompt);
}

QString isolatedSyntax(const QString& prompt) {
    if (!needsIsolation(prompt)) return prompt;
    QString result;
    int depth = 0;
    for (qsizetype i = 0; i < prompt.size(); ++i) {
        const QChar c = prompt[i];
        if (c == u'\\' && i + 1 < prompt.size()) {
            result += c;
            result += prompt[++i];
        } else if (opens(c)) {
            // Left to right as a whole; what stands between brackets and colons keeps its own direction.
            result += QString(leftToRight) + c + QChar(firstStrong);
            ++depth;
        } else if (closes(c) && depth > 0) {
            result += QString(QChar(end)) + c + QChar(end);
            --depth;
        } else if (depth > 0 && (c == u':' || c == u'|')) {
            result += QString(QChar(end)) + c + QChar(firstStrong);
        } else {
            result += c;
        }
    }
    static const QRegularExpression wildcard("__[\\w/*.-]+?__");
    return result.replace(wildcard, QString(leftToRight) + "\\0" + QChar(end));
}

QString withoutIsolates(const QString& text) {
    QString result = text;
    result.removeIf(isIsolate);
    return result;
}

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
