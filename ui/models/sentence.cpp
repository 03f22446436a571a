#include "ui/models/sentence.h"

#include <QCoreApplication>
#include <QGuiApplication>
#include <QStringList>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/prompts/list_mistakes.h"

namespace fanlight::ui {

namespace {

QString translated(const std::string& key, int count = -1) {
    return QCoreApplication::translate("core", key.c_str(), nullptr, count);
}

/// In English core's own words are shown, and its plurals.
bool speaksEnglish() {
    const std::string any = "%1 and %2";
    return translated(any) == QString::fromStdString(any);
}

QString value(const std::string& text) {
    const QString shown = QString::fromStdString(printable(text));
    constexpr QChar firstStrongIsolate(0x2068), popIsolate(0x2069);
    return QGuiApplication::isRightToLeft() && !shown.isEmpty() ? firstStrongIsolate + shown + popIsolate : shown;
}

QString filled(const QString& pattern, const QStringList& parts) {
    QString text;
    for (qsizetype i = 0; i < pattern.size(); ++i) {
        const int place = pattern[i] == '%' && i + 1 < pattern.size() ? pattern[i + 1].digitValue() - 1 : -1;
        if (place >= 0 && place < parts.size()) {
            text += parts[place];
            ++i;
        } else {
            text += pattern[i];
        }
    }
    return text;
}

QString inWindowsLanguage(const Sentence& sentence) {
    if (sentence.pattern().empty()) return value(sentence.text());
    const std::string key = sentence.open().pattern();
    const QString pattern = translated(key, sentence.count() ? static_cast<int>(*sentence.count()) : -1);
    const bool hasWords = std::any_of(key.begin(), key.end(), [](unsigned char c) { return std::isalpha(c); });
    if (hasWords && pattern == QString::fromStdString(key)) return QString::fromStdString(printable(sentence.text()));
    QStringList parts;
    for (const Sentence& part : sentence.parts()) parts << inWindowsLanguage(part.open());
    return filled(pattern, parts);
}

}  // namespace

QString phrase(const Sentence& sentence) {
    return speaksEnglish() ? QString::fromStdString(printable_sentence(sentence.text())) : inWindowsLanguage(sentence);
}

QString said(const Sentence& sentence) {
    const QString text = phrase(sentence);
    return text.isEmpty() || text.endsWith('.') ? text : text + '.';
}

QString said(const std::exception& error) {
    const auto* list = dynamic_cast<const ListError*>(&error);
    if (!list) return said(sentence_of(error));
    QStringList lines;
    for (const Sentence& line : list->lines()) lines << said(line);
    return lines.join('\n');
}

}  // namespace fanlight::ui
