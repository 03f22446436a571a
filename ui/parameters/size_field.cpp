#include "ui/parameters/size_field.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "core/config/model_catalog.h"
#include "ui/style/icons.h"

namespace fanlight::ui {

namespace {

struct Shape {
    int wide, high;
};
constexpr Shape commonShapes[] = {{1, 1}, {5, 4}, {4, 3}, {3, 2}, {16, 9}, {21, 9}, {4, 5}, {3, 4}, {2, 3}, {9, 16}};

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

QSize sizeOfShape(int wide, int high, qint64 area, const SideRule& sides) {
    const double ratio = double(wide) / high;
    return {sides.nearest(std::sqrt(area * ratio)), sides.nearest(std::sqrt(area / ratio))};
}

SizeField::SizeField(QWidget* parent)
    : QWidget(parent),
      width_(side(tr("Width in pixels"))),
      height_(side(tr("Height in pixels"))),
      shapes_(new QComboBox) {
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

    setShapes({512, 512}, {});
    setSize({512, 512});
    for (QSpinBox* box : {width_, height_})
        connect(box, &QSpinBox::valueChanged, this, [this] {
            choose({sides_.nearest(width_->value()), sides_.nearest(height_->value())});
        });
    connect(swap, &QToolButton::clicked, this, [this] { choose(size().transposed()); });
    connect(shapes_, &QComboBox::activated, this, [this](int index) {
        if (index > 0) choose(sizes_[index - 1]);
    });
}

QSize SizeField::size() const { return {width_->value(), height_->value()}; }

void SizeField::setSize(const QSize& size) {
    const QSignalBlocker noWidth(width_), noHeight(height_);
    width_->setValue(size.width());
    height_->setValue(size.height());
    showShape();
}

void SizeField::setModel(const ModelCard& card) {
    sides_.step = std::max(image_side.step, card.traits.size_step);
    sides_.min = sides_.step;
    for (QSpinBox* box : {width_, height_}) box->setSingleStep(sides_.step);
    QList<QSize> trained;
    for (const PictureSize& size : card.traits.sizes) trained << QSize(size.width, size.height);
    setShapes({card.defaults.width.value_or(0), card.defaults.height.value_or(0)}, trained);
}

void SizeField::setShapes(const QSize& own, const QList<QSize>& trained) {
    sizes_ = trained;
    QStringList names;
    for (const QSize& each : trained) names << QString("%1 × %2").arg(each.width()).arg(each.height());
    if (trained.isEmpty())
        for (const Shape& shape : commonShapes) {
            sizes_ << sizeOfShape(shape.wide, shape.high, qint64(own.width()) * own.height(), sides_);
            names << QString("%1 : %2").arg(shape.wide).arg(shape.high);
        }
    const QSignalBlocker noShapes(shapes_);
    shapes_->clear();
    shapes_->addItem(tr("Own size"));
    shapes_->addItems(names);
    showShape();
}

void SizeField::choose(const QSize& size) {
    setSize(size);
    Q_EMIT edited(size);
}

void SizeField::showShape() { shapes_->setCurrentIndex(int(sizes_.indexOf(size())) + 1); }

}  // namespace fanlight::ui

#include "moc_size_field.cpp"
