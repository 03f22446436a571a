#include "ui/style/pane_bar.h"

#include <QActionEvent>
#include <QToolButton>

namespace fanlight::ui {

namespace {

constexpr int iconSide = 16;  // pixels

}  // namespace

PaneBar::PaneBar(const QString& accessibleName, QWidget* parent) : QToolBar(parent) {
    setAccessibleName(accessibleName);
    setIconSize({iconSide, iconSide});
    setMovable(false);
    findChild<QToolButton*>("qt_toolbar_ext_button")->setFocusPolicy(Qt::TabFocus);
}

void PaneBar::actionEvent(QActionEvent* event) {
    QToolBar::actionEvent(event);
    if (event->type() != QEvent::ActionAdded) return;
    auto* button = qobject_cast<QToolButton*>(widgetForAction(event->action()));
    if (button) button->setFocusPolicy(Qt::TabFocus);
}

}  // namespace fanlight::ui

#include "moc_pane_bar.cpp"
