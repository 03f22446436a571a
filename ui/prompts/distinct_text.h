#pragma once

#include <QFontMetrics>
#include <QStringList>

namespace fanlight::ui {

/// The text for a cell of `room` pixels: if it is too long, and so much of its beginning is that of a neighbour that
/// the rest would not be seen, the equal part is left out but for its first words: "a photo of … in the rain".
QString withoutEqualPart(const QString& text, const QStringList& neighbours, const QFontMetrics& metrics, int room);

}  // namespace fanlight::ui
