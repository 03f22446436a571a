#pragma once

#include <QSize>
#include <QWidget>

class QComboBox;
class QSpinBox;

namespace fanlight::ui {

/// Width and height in pixels, with common shapes that keep the area of the model's own size, and a button to swap
/// them.
class SizeField : public QWidget {
    Q_OBJECT

public:
    explicit SizeField(QWidget* parent = nullptr);

    QSize size() const;
    /// Does not emit edited().
    void setSize(const QSize& size);
    /// The model's default size, whose area the shapes keep.
    void setModelSize(const QSize& size);

Q_SIGNALS:
    void edited(const QSize& size);

private:
    void choose(const QSize& size);
    void showShape();

    QSpinBox* width_;
    QSpinBox* height_;
    QComboBox* shapes_;
    QSize modelSize_{512, 512};
};

/// A size of that shape with about `area` pixels, both sides multiples of 8.
QSize sizeOfShape(int wide, int high, qint64 area);

}  // namespace fanlight::ui
