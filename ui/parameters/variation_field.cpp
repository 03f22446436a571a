#include "ui/parameters/variation_field.h"

#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QRegularExpressionValidator>
#include <QSignalBlocker>

#include "core/base/number_text.h"
#include "ui/models/parameter_labels.h"
#include "ui/parameters/field.h"

namespace fanlight::ui {

VariationField::VariationField(QWidget* parent)
    : QWidget(parent), subseed_(new QLineEdit), strength_(new QDoubleSpinBox) {
    subseed_->setValidator(new QRegularExpressionValidator(QRegularExpression("\\d{0,20}"), this));
    strength_->setRange(0, 1);
    strength_->setSingleStep(0.05);
    strength_->setKeyboardTracking(false);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(fieldSpacing);
    layout->addWidget(
        new Field(labelOf("subseed"), subseed_,
                  tr("A second seed, whose noise is mixed into the first one's. It counts up from image to "
                     "image, also where the seed stays the same.")),
        1);
    layout->addWidget(new Field(labelOf("subseed_strength"), strength_,
                                tr("The second seed's share of the noise: a little makes variations of an image.")),
                      1);
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
