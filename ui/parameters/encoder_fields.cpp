#include "ui/parameters/encoder_fields.h"

#include <QCheckBox>
#include <QComboBox>
#include <QVBoxLayout>

#include "core/devices/device_list.h"
#include "ui/models/parameter_labels.h"
#include "ui/parameters/field.h"

namespace fanlight::ui {

EncoderFields::EncoderFields(QWidget* parent)
    : QWidget(parent),
      device_(new QComboBox),
      cache_(new QCheckBox(tr("Keep them for later runs"))),
      pairs_(new QCheckBox(tr("Two for each image"))) {
    device_->addItem(tr("Beside the network"), QString());
    int whole = 0;
    for (const Device& device : list_devices()) {
        whole += device.kind != "cpu" && !device.slice && device.problem.empty();
        const QString id = QString::fromStdString(device.id);
        device_->addItem(device.kind == "cpu" ? tr("CPU") : tr("%1 (%2)").arg(id, QString::fromStdString(device.name)),
                         id);
    }
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(
        new Field(labelOf("text_device"), device_,
                  tr("Where the text encoders work. Those of some models are as large as the network: on "
                     "another GPU, or on the CPU, they leave it room. On the CPU they compute in float32, "
                     "which may change pixels slightly.")));
    layout->addWidget(new Field(labelOf("cache_embeddings"), cache_,
                                tr("What the text encoders make of prompts is kept on disk, so that prompts that are "
                                   "made again need no text encoder. It changes no pixel.")));
    hasPairs_ = whole > 1;
    pairsField_ = new Field(labelOf("cfg_devices"), pairs_,
                            tr("The GPUs that are switched on work in pairs, in their order: at each guided step the "
                               "second one makes the half for the negative prompt, so that an image is ready sooner. "
                               "It changes no pixel."));
    layout->addWidget(pairsField_);
    showPairs();
    pairs_->setAccessibleName(pairs_->text());
    cache_->setAccessibleName(cache_->text());
    connect(device_, &QComboBox::activated, this, &EncoderFields::edited);
    connect(cache_, &QCheckBox::clicked, this, &EncoderFields::edited);
    connect(pairs_, &QCheckBox::clicked, this, &EncoderFields::edited);
}

QString EncoderFields::textDevice() const { return device_->currentData().toString(); }

bool EncoderFields::cacheEmbeddings() const { return cache_->isChecked(); }

void EncoderFields::setGeneration(const Generation& generation) {
    const QString& device = generation.textDevice;
    if (device_->findData(device) < 0) device_->addItem(device, device);
    device_->setCurrentIndex(device_->findData(device));
    cache_->setChecked(generation.cacheEmbeddings);
    pairs_->setChecked(generation.cfgPairs);
    showPairs();
}

void EncoderFields::takeInto(Generation& generation) const {
    generation.textDevice = textDevice();
    generation.cacheEmbeddings = cacheEmbeddings();
    generation.cfgPairs = pairs_->isChecked();
}

void EncoderFields::setCard(const ModelCard& card) {
    takesPairs_ = sharesGuidance(card);
    if (!takesPairs_) pairs_->setChecked(false);
    showPairs();
}

/// A project of another machine may want pairs where there are none: it can be switched off.
void EncoderFields::showPairs() { pairsField_->setVisible(takesPairs_ && (hasPairs_ || pairs_->isChecked())); }

}  // namespace fanlight::ui

#include "moc_encoder_fields.cpp"
