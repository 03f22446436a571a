#include "ui/parameters/size_field.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>
#include <cmath>

#include "core/batch/image_task.h"
#include "ui/style/icons.h"

namespace fanlight::ui {

namespace {

struct Shape {
    int wide, high;
};
constexpr Shape shapes[] = {{1, 1}, {5, 4}, {4, 3}, {3, 2}, {16, 9}, {21, 9}, {4, 5}, {3, 4}, {2, 3}, {9, 16}};

QSpinBox* side(const QString& name) {
    auto* box = new QSpinBox;
    box->setRange(image_side.min, image_side.max);
    box->setSingleStep(image_side.step);
    box->setAccelerated(true);
    box->setKeyboardTracking(false);
    box->setAccessibleName(name);
    box->setToolTip(name);
    return box;
}

}  // namespace

QSize sizeOfShape(int wide, int high, qint64 area) {
    const double ratio = double(wide) / high;
    return {image_side.nearest(std::sqrt(area * ratio)), image_side.nearest(std::sqrt(area / ratio))};
}

SizeField::SizeField(QWidget* parent)
    : QWidget(parent),
      width_(side(tr("Width in pixels"))),
      height_(side(tr("Height in pixels"))),
      shapes_(new QComboBox) {
    shapes_->addItem(tr("Own size"));
    for (const Shape& shape : shapes) shapes_->addItem(QString("%1 : %2").arg(shape.wide).arg(shape.high));
    shapes_->setAccessibleName(tr("Shape"));
    auto* swap = new QToolButton;
    swap->setIcon(icon("swap"));
    swap->setToolTip(tr("Swap width and height"));
    swap->setAccessibleName(swap->toolTip());
    swap->setAutoRaise(true);
    auto* sides = new QHBoxLayout;
    sides->setSpacing(6);
    sides->addWidget(width_, 1);
    sides->addWidget(new QLabel("×"));
    sides->addWidget(height_, 1);
    sides->addWidget(swap);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(shapes_);
    layout->addLayout(sides);

    setSize(modelSize_);
    for (QSpinBox* box : {width_, height_})
        connect(box, &QSpinBox::valueChanged, this, [this] {
            choose({image_side.nearest(width_->value()), image_side.nearest(height_->value())});
        });
    connect(swap, &QToolButton::clicked, this, [this] { choose(size().transposed()); });
    connect(shapes_, &QComboBox::activated, this, [this](int index) {
        if (index == 0) return;
        const Shape& shape = shapes[index - 1];
        choose(sizeOfShape(shape.wide, shape.high, qint64(modelSize_.width()) * modelSize_.height()));
    });
}

QSize SizeField::size() const { return {width_->value(), height_->value()}; }

void SizeField::setSize(const QSize& size) {
    const QSignalBlocker noWidth(width_), noHeight(height_);
    width_->setValue(size.width());
    height_->setValue(size.height());
    showShape();
}

void SizeField::setModelSize(const QSize& size) {
    modelSize_ = size;
    showShape();
}

void SizeField::choose(const QSize& size) {
    setSize(size);
    Q_EMIT edited(size);
}

void SizeField::showShape() {
    const qint64 area = qint64(modelSize_.width()) * modelSize_.height();
    int found = 0;
    for (int i = 0; i < int(std::size(shapes)) && found == 0; ++i)
        if (sizeOfShape(shapes[i].wide, shapes[i].high, area) == size()) found = i + 1;
    shapes_->setCurrentIndex(found);
}

}  // namespace fanlight::ui

#include "moc_size_field.cpp"
