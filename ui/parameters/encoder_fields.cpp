#include "ui/parameters/encoder_fields.h"

#include <QCheckBox>
#include <QComboBox>
#include <QVBoxLayout>

#include "core/devices/device_list.h"
#include "ui/models/parameter_labels.h"
#include "ui/parameters/field.h"

namespace fanlight::ui {

EncoderFields::EncoderFields(QWidget* parent)
    : QWidget(parent), device_(new QComboBox), cache_(new QCheckBox(tr("Keep them for later runs"))) {
    device_->addItem(tr("Beside the network"), QString());
    for (const Device& device : list_devices()) {
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
    cache_->setAccessibleName(cache_->text());
    connect(device_, &QComboBox::activated, this, &EncoderFields::edited);
    connect(cache_, &QCheckBox::clicked, this, &EncoderFields::edited);
}

QString EncoderFields::textDevice() const { return device_->currentData().toString(); }

bool EncoderFields::cacheEmbeddings() const { return cache_->isChecked(); }

void EncoderFields::setEncoders(const QString& textDevice, bool cacheEmbeddings) {
    if (device_->findData(textDevice) < 0) device_->addItem(textDevice, textDevice);
    device_->setCurrentIndex(device_->findData(textDevice));
    cache_->setChecked(cacheEmbeddings);
}

}  // namespace fanlight::ui

#include "moc_encoder_fields.cpp"
