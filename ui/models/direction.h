#pragma once

#include <QString>
#include <Qt>

namespace fanlight::ui {

/// The text, forced to read from left to right in a right-to-left window, where "512×768" would be reversed. (Other
/// windows need no marks, which some fonts lack: a fallback font would make the line higher.)
QString leftToRight(const QString& text);

/// Part of a sentence that keeps its own direction: a size, a file name.
inline QString isolated(const QString& text) { return QChar(0x2068) + text + QChar(0x2069); }

/// Where the window's lines begin, for labels of names and numbers: Qt aligns them by their own language.
Qt::Alignment leadingSide();

/// The prompt with Unicode's invisible isolates (UAX #9) around its syntax, so that "(word:1.2)", "<lora:…>", "{a|b}"
/// and "__name__" read from left to right in Arabic or Hebrew text too. Text that does not need them, or has isolates
/// of its own, is returned unchanged.
QString isolatedSyntax(const QString& prompt);

/// Whether isolatedSyntax() would change it.
bool needsIsolation(const QString& prompt);

bool isIsolate(QChar c);

/// The text without isolates.
QString withoutIsolates(const QString& text);

}  // namespace fanlight::ui
