#pragma once

#include <QScrollArea>

namespace fanlight::ui {

/// Scrolls its content as soon as there is less room than the content needs, so that a window fits small screens
/// whatever is in it. It follows the focus of the controls in it, and does not take it itself.
class ContentArea : public QScrollArea {
    Q_OBJECT

public:
    explicit ContentArea(QWidget* content, QWidget* parent = nullptr);

    /// All of the content.
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
};

}  // namespace fanlight::ui
