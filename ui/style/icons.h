#pragma once

#include <QIcon>
#include <QString>

namespace fanlight::ui {

/// An icon from resources/icons by name. Its lines take the palette's text colour each time it is painted, so that it
/// follows a change between light and dark; sharp at every size.
QIcon icon(const QString& name);

/// The same in a given colour.
QPixmap iconPixmap(const QString& name, int size, const QColor& color, qreal devicePixelRatio = 1);

}  // namespace fanlight::ui
