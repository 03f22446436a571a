#pragma once

#include <QLabel>

namespace fanlight::ui {

/// The label of a control in a form, as high as that, so that both are aligned.
inline QLabel* caption(const QString& text, QWidget* buddy) {
    auto* label = new QLabel(text);
    label->setBuddy(buddy);
    label->setMinimumHeight(buddy->sizeHint().height());
    return label;
}

}  // namespace fanlight::ui
