#pragma once

#include <QIcon>
#include <QString>

namespace fanlight::ui {

/// An icon of resources/icons by its name. Its lines take the palette's text colour whenever it is painted, so that it
/// follows a change from light to dark; sharp at every size.
QIcon icon(const QString& name);

/// The same in one colour: a state.
QPixmap iconPixmap(const QString& name, int size, const QColor& color, qreal devicePixelRatio = 1);

}  // namespace fanlight::ui
