#include "ui/catalogue/search_text.h"

#include <QRegularExpression>
#include <QStringList>
#include <algorithm>

namespace fanlight::ui {

namespace {

/// An FTS5 string: only the quotation mark is special in it.
QString ftsString(const QString& words) { return '"' + QString(words).replace('"', ' ') + '"'; }

/// The tokenizer finds no words in punctuation, and an empty phrase would match nothing.
bool hasWord(const QString& text) {
    const auto characters = text.toUcs4();
    return std::any_of(characters.begin(), characters.end(),
                       [](char32_t c) { return QChar::isLetterOrNumber(c) || QChar::isSymbol(c) || QChar::isMark(c); });
}

}  // namespace

SearchText searchText(const QString& typed) {
    static const QRegularExpression term("(-?)(?:(\\w+):)?(?:\"([^\"]*)\"?|(\\S+))",
                                         QRegularExpression::UseUnicodePropertiesOption);
    QStringList wanted;
    QStringList excluded;
    for (auto it = term.globalMatch(QString(typed).remove(QChar::Null)); it.hasNext();) {
        const auto match = it.next();
        const QString name = match.captured(2);
        const QString phrase = match.captured(3);
        const QString word = match.captured(4);
        if (!hasWord(phrase + word)) continue;
        const QString expression = name.isEmpty() ? ftsString(phrase + word) + (word.isEmpty() ? "" : "*")
                                                  : "settings : " + ftsString(name + ' ' + phrase + word);
        (match.captured(1).isEmpty() ? wanted : excluded) << expression;
    }
    return {wanted.join(" AND "), excluded.join(" OR ")};
}

}  // namespace fanlight::ui
