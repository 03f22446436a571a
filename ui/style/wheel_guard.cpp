#include "ui/style/wheel_guard.h"

#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QEvent>
#include <QScrollBar>

namespace fanlight::ui {

namespace {

constexpr int scrollMs = 300;  ///< between two turns of the wheel that belong together

/// One that the wheel would change.
QWidget* valueField(QObject* object) {
    const bool changes = qobject_cast<QAbstractSpinBox*>(object) || qobject_cast<QComboBox*>(object) ||
                         (qobject_cast<QAbstractSlider*>(object) && !qobject_cast<QScrollBar*>(object));
    return changes ? static_cast<QWidget*>(object) : nullptr;
}

/// Itself, or what it is a part of.
QWidget* fieldAround(QObject* object) {
    for (; object; object = object->parent())
        if (QWidget* field = valueField(object)) return field;
    return nullptr;
}

}  // namespace

bool WheelGuard::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Polish) {  // else the wheel would give it the focus first
        QWidget* field = valueField(watched);
        if (field && field->focusPolicy() == Qt::WheelFocus) field->setFocusPolicy(Qt::StrongFocus);
        return false;
    }
    if (event->type() != QEvent::Wheel || !watched->isWidgetType()) return false;
    QWidget* field = fieldAround(watched);
    if (!field) sinceScroll_.start();
    if (!field || field != watched) return false;
    if (field->hasFocus() && (!sinceScroll_.isValid() || sinceScroll_.elapsed() > scrollMs)) return false;
    event->ignore();  // the pane around it takes it
    return true;
}

}  // namespace fanlight::ui
