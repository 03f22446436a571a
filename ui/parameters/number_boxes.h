#pragma once

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QString>

// Boxes of numbers and of choices, as the parameters have them.
namespace fanlight::ui {

inline QSpinBox* spin(int minimum, int maximum) {
    auto* box = new QSpinBox;
    box->setRange(minimum, maximum);
    box->setKeyboardTracking(false);
    return box;
}

/// From 0 to 1.
inline QDoubleSpinBox* shareSpin() {
    auto* box = new QDoubleSpinBox;
    box->setRange(0, 1);
    box->setSingleStep(0.05);
    box->setDecimals(2);
    box->setKeyboardTracking(false);
    return box;
}

// Without emitting the box's signals. No text: the model whose own value it would be is not known, and what was shown
// before stays.

template <typename Box>
void showNumber(Box* box, const QString& text) {
    using Value = decltype(box->value());
    const QSignalBlocker quiet(box);
    if (!text.isEmpty()) box->setValue(static_cast<Value>(text.toDouble()));
}

inline void showChoice(QComboBox* box, const QString& value) {
    const QSignalBlocker quiet(box);
    box->setCurrentIndex(box->findData(value));
}

}  // namespace fanlight::ui
