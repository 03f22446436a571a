#include "ui/parameters/guidance_field.h"

#include <QVBoxLayout>

#include "core/base/number_text.h"
#include "core/batch/image_task.h"
#include "core/families/family.h"
#include "ui/models/parameter_labels.h"
#include "ui/parameters/field.h"
#include "ui/parameters/number_boxes.h"

namespace fanlight::ui {

GuidanceField::GuidanceField(QWidget* parent)
    : QWidget(parent), scale_(makeBox("cfg_scale", 0)), trueScale_(makeBox("true_cfg_scale", 1)) {
    scaleField_ = new Field(labelOf("cfg_scale"), scale_, "");
    trueField_ = new Field(labelOf("true_cfg_scale"), trueScale_,
                           tr("How closely to follow the prompt rather than the negative prompt. Above 1, images that "
                              "have one take twice as long."));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(fieldSpacing);
    layout->addWidget(scaleField_);
    layout->addWidget(trueField_);
    setTraits({});
}

QDoubleSpinBox* GuidanceField::makeBox(const char* rule, double minimum) {
    auto* box = new QDoubleSpinBox;
    box->setRange(minimum, most_cfg_scale);
    box->setSingleStep(0.5);
    box->setDecimals(2);
    box->setKeyboardTracking(false);
    connect(box, &QDoubleSpinBox::valueChanged, this,
            [this, rule](double value) { Q_EMIT edited(rule, QString::fromStdString(number_text(value))); });
    return box;
}

void GuidanceField::setTraits(const ModelTraits& traits) {
    scaleField_->setVisible(traits.guidance != GuidanceKind::None);
    trueField_->setVisible(traits.takes_true_cfg);
    scaleField_->setHelp(traits.guidance == GuidanceKind::Distilled
                             ? tr("How closely to follow the prompt. The network takes this as an input, and it says "
                                  "nothing of the negative prompt.")
                             : tr("How closely to follow the prompt. At 1, or 0 with Z-Image, the negative prompt has "
                                  "no effect."));
}

void GuidanceField::setScales(const QString& cfgScale, const QString& trueCfgScale) {
    showNumber(scale_, cfgScale);
    showNumber(trueScale_, trueCfgScale);
}

}  // namespace fanlight::ui

#include "moc_guidance_field.cpp"
