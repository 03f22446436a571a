#pragma once

#include <QColor>
#include <QPalette>

namespace fanlight::ui {

enum class Scheme { Light, Dark };

/// All colours of the window. Text on its ground has a contrast of at least 4.5 (WCAG AA), accents and states of 3.
QPalette palette(Scheme scheme);

/// Dark where the palette's text is lighter than its ground: of an own palette, or of the desktop's.
Scheme schemeOf(const QPalette& palette);

/// Colours that QPalette has no role for; they follow the palette that is given.
QColor borderColor(const QPalette& palette);
QColor mutedText(const QPalette& palette);  ///< captions, hints, inherited values
QColor doneColor(const QPalette& palette);
QColor warningColor(const QPalette& palette);
QColor failedColor(const QPalette& palette);

/// WCAG 2.1's contrast ratio, 1 to 21.
double contrast(const QColor& a, const QColor& b);

}  // namespace fanlight::ui
