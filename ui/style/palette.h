#pragma once

#include <QColor>
#include <QPalette>

namespace fanlight::ui {

enum class Scheme { Light, Dark };

/// All colours of the window. Text has a contrast of at least 4.5 with its background (WCAG AA), accents and states of
/// 3.
QPalette palette(Scheme scheme);

/// Dark if the palette's text is lighter than its background; for our palettes and the desktop's.
Scheme schemeOf(const QPalette& palette);

/// Colours that QPalette has no role for, derived from the given palette.
QColor borderColor(const QPalette& palette);
QColor mutedText(const QPalette& palette);  ///< captions, hints, inherited values
QColor doneColor(const QPalette& palette);
QColor warningColor(const QPalette& palette);
QColor failedColor(const QPalette& palette);

/// WCAG 2.1's contrast ratio, 1 to 21.
double contrast(const QColor& a, const QColor& b);

}  // namespace fanlight::ui
