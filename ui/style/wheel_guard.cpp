#include "ui/style/wheel_guard.h"

#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QEvent>
#include <QScrollBar>

namespace fanlight::ui {

namespace {

/// One that the wheel would change.
QWidget* valueField(QObject* object) {
    const bool changes = qobject_cast<QAbstractSpinBox*>(object) || qobject_cast<QComboBox*>(object) ||
                         (qobject_cast<QAbstractSlider*>(object) && !qobject_cast<QScrollBar*>(object));
    return changes ? static_cast<QWidget*>(object) : nullptr;
}

}  // namespace

bool WheelGuard::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::Wheel && event->type() != QEvent::Polish) return false;
    QWidget* field = valueField(watched);
    if (!field) return false;
    if (event->type() == QEvent::Polish) {  // else the wheel would give it the focus first
        if (field->focusPolicy() == Qt::WheelFocus) field->setFocusPolicy(Qt::StrongFocus);
        return false;
    }
    if (field->hasFocus()) return false;
    event->ignore();  // the pane around it takes it
    return true;
}

}  // namespace fanlight::ui
