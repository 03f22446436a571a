#pragma once

#include <QString>

namespace fanlight::ui {

/// The text from left to right as a whole, also among Arabic: "512×768" would turn round.
inline QString leftToRight(const QString& text) { return QChar(0x2066) + text + QChar(0x2069); }

/// A part of a sentence that keeps its own direction: a size, a file's name.
inline QString isolated(const QString& text) { return QChar(0x2068) + text + QChar(0x2069); }

}  // namespace fanlight::ui
