#include "ui/models/window_geometry.h"

#include <QGuiApplication>
#include <QScreen>
#include <QStyle>
#include <QWidget>
#include <algorithm>

namespace fanlight::ui {

QRect fittedInto(const QRect& room, const QRect& wanted) {
    QRect fitted(wanted.topLeft(), wanted.size().boundedTo(room.size()));
    fitted.moveLeft(std::clamp(fitted.left(), room.left(), room.right() + 1 - fitted.width()));
    fitted.moveTop(std::clamp(fitted.top(), room.top(), room.bottom() + 1 - fitted.height()));
    return fitted;
}

/// The frame is only known when the window is shown, which is too late.
QRect roomFor(const QWidget* window) {
    const QScreen* under = QGuiApplication::screenAt(window->geometry().center());
    const QRect available = (under ? under : window->screen())->availableGeometry();
    return available.adjusted(0, window->style()->pixelMetric(QStyle::PM_TitleBarHeight), 0, 0);
}

QSize sizeOnScreen(const QWidget* window, const QSize& wanted) {
    const QWidget* owner = window->parentWidget() ? window->parentWidget()->window() : window;
    return wanted.boundedTo(roomFor(owner).size());
}

void restoreOnScreen(QWidget* window, const QByteArray& stored, const QSize& first) {
    if (!window->restoreGeometry(stored)) {
        window->resize(sizeOnScreen(window, first));  // the desktop knows a place for it
        return;
    }
    if (window->isMaximized() || window->isFullScreen()) return;
    const QRect fitted = fittedInto(roomFor(window), window->geometry());
    if (fitted != window->geometry()) window->setGeometry(fitted);
}

}  // namespace fanlight::ui
