#include "ui/parameters/variation_field.h"

#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QRegularExpressionValidator>
#include <QSignalBlocker>

#include "core/base/number_text.h"
#include "ui/models/parameter_labels.h"

namespace fanlight::ui {

VariationField::VariationField(QWidget* parent)
    : QWidget(parent), subseed_(new QLineEdit), strength_(new QDoubleSpinBox) {
    subseed_->setValidator(new QRegularExpressionValidator(QRegularExpression("\\d{0,20}"), this));
    subseed_->setAccessibleName(labelOf("subseed"));
    subseed_->setToolTip(labelOf("subseed"));
    strength_->setRange(0, 1);
    strength_->setSingleStep(0.05);
    strength_->setKeyboardTracking(false);
    strength_->setAccessibleName(labelOf("subseed_strength"));
    strength_->setToolTip(labelOf("subseed_strength"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(subseed_, 1);
    layout->addWidget(strength_);
    connect(subseed_, &QLineEdit::textEdited, this, &VariationField::announce);
    connect(strength_, &QDoubleSpinBox::valueChanged, this, &VariationField::announce);
}

void VariationField::announce() {
    const QString subseed = subseed_->text();
    Q_EMIT edited(subseed.isEmpty() ? "0" : subseed, QString::fromStdString(number_text(strength_->value())));
}

void VariationField::setVariation(const QString& subseed, const QString& strength) {
    if (subseed != subseed_->text() && !(subseed == "0" && subseed_->text().isEmpty())) subseed_->setText(subseed);
    const QSignalBlocker quiet(strength_);
    strength_->setValue(strength.toDouble());
}

}  // namespace fanlight::ui

#include "moc_variation_field.cpp"
