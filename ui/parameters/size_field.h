#pragma once

#include <QList>
#include <QSize>
#include <QWidget>

#include "core/batch/image_task.h"

class QComboBox;
class QSpinBox;

namespace fanlight {
struct ModelCard;
}

namespace fanlight::ui {

/// Width and height in pixels, with a list of shapes and a button to swap them. The shapes are the sizes that the model
/// was trained for or, where nothing is known of these, common ones that keep the area of its own size. All that it
/// offers are sizes that the model can make.
class SizeField : public QWidget {
    Q_OBJECT

public:
    explicit SizeField(QWidget* parent = nullptr);

    QSize size() const;
    /// Does not emit edited().
    void setSize(const QSize& size);
    void setModel(const ModelCard& card);

Q_SIGNALS:
    void edited(const QSize& size);

private:
    void choose(const QSize& size);
    void setShapes(const QSize& own, const QList<QSize>& trained);
    void showShape();

    QSpinBox* width_;
    QSpinBox* height_;
    QComboBox* shapes_;
    QList<QSize> sizes_;           ///< of the shapes
    SideRule sides_ = image_side;  ///< the model's
};

/// A size of that shape with about `area` pixels, both sides as the rule permits.
QSize sizeOfShape(int wide, int high, qint64 area, const SideRule& sides = image_side);

}  // namespace fanlight::ui
