#include "ui/parameters/component_fields.h"

#include <QCheckBox>
#include <QVBoxLayout>
#include <algorithm>

#include "core/config/component_catalog.h"
#include "ui/models/parameter_labels.h"
#include "ui/parameters/component_picker.h"
#include "ui/parameters/field.h"

namespace fanlight::ui {

ComponentFields::ComponentFields(QWidget* parent) : QWidget(parent) {
    auto* fields = new QVBoxLayout(this);
    fields->setContentsMargins({});
    fields->setSpacing(fieldSpacing);
    const auto add = [&](const char* kind, const QString& name, const QString& help, ComponentPicker*& picker) {
        picker = new ComponentPicker(kind, name);
        connect(picker, &ComponentPicker::edited, this, &ComponentFields::edited);
        auto* field = new Field(name, picker, help);
        fields->addWidget(field);
        field->hide();  // until a model is known that takes it
        return field;
    };
    vaeField_ = add(vae_kind, labelOf("vae"),
                    tr("What makes pixels of what the network has drawn. Another VAE can bring out colours or details; "
                       "TAESD is a fast one."),
                    vae_);
    tiling_ = new QCheckBox(tr("Decode large images in tiles"));
    connect(tiling_, &QCheckBox::clicked, this, &ComponentFields::edited);
    tilingField_ = new Field(labelOf("vae_tiling"), tiling_,
                             tr("Makes the pixels of images that are larger than the model was trained for piece by "
                                "piece: in far less memory, with slightly other colours."));
    tiling_->setAccessibleName(tiling_->text());
    fields->addWidget(tilingField_);
    tilingField_->hide();
    const QString help = tr("What reads the prompts. It must have been made for models of the same kind.");
    firstField_ = add(text_encoder_kind, labelOf("text_encoder"), help, first_);
    secondField_ = add(text_encoder_kind, tr("Second text encoder"), help, second_);
}

QString ComponentFields::vae() const { return vae_->component(); }

QStringList ComponentFields::textEncoders() const {
    QStringList all;
    for (const ComponentPicker* picker : {first_, second_})
        if (!picker->component().isEmpty()) all << picker->component();
    return all + others_;
}

bool ComponentFields::vaeTiling() const { return tiling_->isChecked(); }

void ComponentFields::setVaeTiling(bool tiling) { tiling_->setChecked(tiling); }

void ComponentFields::setComponents(const QString& vae, const QStringList& textEncoders) {
    if (vae == this->vae() && textEncoders == this->textEncoders()) return;
    vae_->setComponent(vae);
    first_->setComponent(textEncoders.value(0));
    second_->setComponent(textEncoders.value(1));
    others_ = textEncoders.mid(2);
}

void ComponentFields::setCard(const ModelCard& card) {
    const ReplaceableKind* encoders = replaceable_kind(card.pipeline_class, text_encoder_kind);
    for (Field* field : {vaeField_, tilingField_})
        field->setVisible(replaceable_kind(card.pipeline_class, vae_kind) != nullptr);
    firstField_->setVisible(encoders != nullptr);
    secondField_->setVisible(encoders && encoders->components.size() > 1);
}

}  // namespace fanlight::ui

#include "moc_component_fields.cpp"
