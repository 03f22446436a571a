#include "ui/parameters/component_fields.h"

#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/number_text.h"
#include "core/config/component_catalog.h"
#include "ui/models/parameter_labels.h"
#include "ui/parameters/component_picker.h"
#include "ui/parameters/field.h"

namespace fanlight::ui {

namespace {

/// Hidden until a model is known that has a use for it.
Field* addField(QVBoxLayout* fields, Field* field) {
    fields->addWidget(field);
    field->hide();
    return field;
}

}  // namespace

ComponentFields::ComponentFields(QWidget* parent) : QWidget(parent) {
    auto* fields = new QVBoxLayout(this);
    fields->setContentsMargins({});
    fields->setSpacing(fieldSpacing);
    const auto add = [&](const char* kind, const QString& name, const QString& help, ComponentPicker*& picker) {
        picker = new ComponentPicker(kind, name);
        connect(picker, &ComponentPicker::edited, this, &ComponentFields::edited);
        return addField(fields, new Field(name, picker, help));
    };
    networkField_ =
        add(network_kind, labelOf("transformer"),
            tr("What draws the images in place of the model's own, such as one that needs few steps."), network_);
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
    addField(fields, tilingField_);
    const QString help = tr("What reads the prompts. It must have been made for models of the same kind.");
    firstField_ = add(text_encoder_kind, labelOf("text_encoder"), help, first_);
    secondField_ = add(text_encoder_kind, tr("Second text encoder"), help, second_);
    refinerField_ =
        add(refiner_kind, labelOf("refiner"),
            tr("A second model that takes the last steps of each image: Stable Diffusion XL's refiner, which "
               "adds detail."),
            refiner_);
    switch_ = new QDoubleSpinBox;
    switch_->setRange(0.01, 1);
    switch_->setSingleStep(0.05);
    switch_->setKeyboardTracking(false);
    switch_->setAccessibleName(labelOf("refiner_switch"));
    switch_->setValue(usual_refiner_switch);
    connect(switch_, &QDoubleSpinBox::valueChanged, this, &ComponentFields::edited);
    switchField_ =
        addField(fields, new Field(labelOf("refiner_switch"), switch_,
                                   tr("The share of the noise that is gone when the refiner takes over. At 1 "
                                      "it never does.")));
}

QString ComponentFields::network() const { return network_->component(); }

void ComponentFields::setNetwork(const QString& network) {
    if (network != this->network()) network_->setComponent(network);
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

QString ComponentFields::refiner() const { return refiner_->component(); }

void ComponentFields::setRefiner(const QString& refiner, double takesOverAt) {
    if (refiner != this->refiner()) refiner_->setComponent(refiner);
    const QSignalBlocker quiet(switch_);
    switch_->setValue(takesOverAt);
    switchField_->setVisible(takesRefiner_ && !refiner.isEmpty());
}

void ComponentFields::setGeneration(const Generation& generation) {
    setNetwork(generation.network);
    setComponents(generation.vae, generation.textEncoders);
    setVaeTiling(generation.vaeTiling);
    const QString usual = QString::number(usual_refiner_switch);
    setRefiner(generation.refiner, generation.parameters.value("refiner_switch", usual).toDouble());
}

void ComponentFields::takeInto(Generation& generation) const {
    generation.network = network();
    generation.vae = vae();
    generation.textEncoders = textEncoders();
    generation.vaeTiling = vaeTiling();
    generation.refiner = refiner();
    if (generation.refiner.isEmpty() || switch_->value() == usual_refiner_switch)
        generation.parameters.remove("refiner_switch");
    else
        generation.parameters["refiner_switch"] = QString::fromStdString(number_text(switch_->value()));
    switchField_->setVisible(takesRefiner_ && !generation.refiner.isEmpty());
}

void ComponentFields::setCard(const ModelCard& card) {
    const ReplaceableKind* encoders = replaceable_kind(card.pipeline_class, text_encoder_kind);
    networkField_->setVisible(replaceable_kind(card.pipeline_class, network_kind) != nullptr);
    for (Field* field : {vaeField_, tilingField_})
        field->setVisible(replaceable_kind(card.pipeline_class, vae_kind) != nullptr);
    firstField_->setVisible(encoders != nullptr);
    secondField_->setVisible(encoders && encoders->components.size() > 1);
    takesRefiner_ = replaceable_kind(card.pipeline_class, refiner_kind) != nullptr;
    refinerField_->setVisible(takesRefiner_);
    switchField_->setVisible(takesRefiner_ && !refiner().isEmpty());
}

}  // namespace fanlight::ui

#include "moc_component_fields.cpp"
