#pragma once

#include <QByteArray>
#include <QRect>

class QWidget;

namespace fanlight::ui {

/// `wanted`, moved and made smaller as far as it must be to lie in `room`.
QRect fittedInto(const QRect& room, const QRect& wanted);

/// What the window's contents may take of its screen: what panels and its title bar leave.
QRect roomFor(const QWidget* window);

/// `wanted`, or less where the screen of the window, or of the one that it belongs to, has no room for it.
QSize sizeOnScreen(const QWidget* window, const QSize& wanted);

/// Gives the window the geometry that QWidget::saveGeometry() has stored, or else the size `first`, corrected for the
/// screens that are there now. Call it before show().
void restoreOnScreen(QWidget* window, const QByteArray& stored, const QSize& first);

}  // namespace fanlight::ui
