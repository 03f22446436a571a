#pragma once

#include <QLabel>

namespace fanlight::ui {

/// One line of plain text that is cut with an ellipsis where there is no room for all of it, and then whole in the tool
/// tip. It demands no room of its own.
class ElidedLabel : public QLabel {
    Q_OBJECT

public:
    explicit ElidedLabel(const QString& text = {}, QWidget* parent = nullptr);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    QString shown() const;
};

}  // namespace fanlight::ui
