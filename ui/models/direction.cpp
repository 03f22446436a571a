#include "ui/models/direction.h"

#include <QGuiApplication>
#include <QRegularExpression>
#include <algorithm>

namespace fanlight::ui {

namespace {

constexpr char16_t leftToRightIsolate = 0x2066, firstStrongIsolate = 0x2068, popIsolate = 0x2069;

bool isRightToLeft(QChar c) { return c.direction() == QChar::DirR || c.direction() == QChar::DirAL; }
bool opens(QChar c) { return QStringView(u"([{<").contains(c); }
bool closes(QChar c) { return QStringView(u")]}>").contains(c); }

bool hasSyntax(const QString& text) {
    static const QRegularExpression syntax("[()\\[\\]{}<>|]|__");
    return syntax.match(text).hasMatch();
}

}  // namespace

Qt::Alignment leadingSide() {
    return (QGuiApplication::isRightToLeft() ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignAbsolute;
}

bool isIsolate(QChar c) { return c.unicode() >= leftToRightIsolate && c.unicode() <= popIsolate; }

QString leftToRight(const QString& text) {
    if (!QGuiApplication::isRightToLeft()) return text;
    return QChar(leftToRightIsolate) + text + QChar(popIsolate);
}

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
            // Left to right as a whole; text between brackets and colons keeps its own direction.
            result += QString(QChar(leftToRightIsolate)) + c + QChar(firstStrongIsolate);
            ++depth;
        } else if (closes(c) && depth > 0) {
            result += QString(QChar(popIsolate)) + c + QChar(popIsolate);
            --depth;
        } else if (depth > 0 && (c == u':' || c == u'|')) {
            result += QString(QChar(popIsolate)) + c + QChar(firstStrongIsolate);
        } else {
            result += c;
        }
    }
    static const QRegularExpression wildcard("(__[\\w/*.-]+?__)", QRegularExpression::UseUnicodePropertiesOption);
    return result.replace(wildcard, QChar(leftToRightIsolate) + QString("\\1") + QChar(popIsolate));
}

QString withoutIsolates(const QString& text) {
    QString result = text;
    result.removeIf(isIsolate);
    return result;
}

}  // namespace fanlight::ui
