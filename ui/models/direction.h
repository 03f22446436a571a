#pragma once

#include <QString>

namespace fanlight::ui {

/// The text from left to right as a whole in a window from right to left, where "512×768" would turn round. (Elsewhere
/// it needs no marks, which some fonts lack: the one that lends them makes the line higher.)
QString leftToRight(const QString& text);

/// A part of a sentence that keeps its own direction: a size, a file's name.
inline QString isolated(const QString& text) { return QChar(0x2068) + text + QChar(0x2069); }

/// The prompt with Unicode's invisible isolates (UAX #9) around its syntax, so that "(word:1.2)", "<lora:…>", "{a|b}"
/// and "__name__" read from left to right in Arabic or Hebrew text too. Text that has no need of it, or isolates of its
/// own, comes back as it is.
QString isolatedSyntax(const QString& prompt);

/// Would isolatedSyntax() change it?
bool needsIsolation(const QString& prompt);

/// Without the isolates.
QString withoutIsolates(const QString& text);

}  // namespace fanlight::ui
