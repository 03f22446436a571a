#include "ui/parameters/computation_fields.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QSignalBlocker>
#include <QSpinBox>

#include "core/batch/names.h"
#include "core/batch/request.h"
#include "ui/models/parameter_labels.h"
#include "ui/parameters/field.h"

namespace fanlight::ui {

ComputationFields::ComputationFields(QWidget* parent)
    : QWidget(parent),
      batchSize_(new QSpinBox),
      dtype_(new QComboBox),
      weights_(new QComboBox),
      onOom_(new QCheckBox(tr("Go on in tiles and smaller batches"))) {
    batchSize_->setRange(1, max_batch_size);
    batchSize_->setKeyboardTracking(false);
    for (const std::string& name : dtype_choices())
        dtype_->addItem(QString::fromStdString(name), QString::fromStdString(name));
    dtype_->setItemText(0, tr("Automatic"));
    // In the order of WeightForm.
    weights_->addItems({tr("Automatic"), tr("Dequantised when loaded"), tr("Packed as in the file")});
    auto* layout = new QGridLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(new Field(labelOf("batch_size"), batchSize_,
                                tr("Images that a device makes at once. It is part of the recipe: another batch size "
                                   "may change pixels slightly.")),
                      0, 0);
    layout->addWidget(
        new Field(labelOf("dtype"), dtype_,
                  tr("Automatic: 16 bits on GPUs, float32 on a CPU. float32 is exact; tf32 rounds it for products and "
                     "is for GPUs; the 16-bit formats halve the memory and are faster on GPUs.")),
        0, 1);
    layout->setColumnStretch(0, 1);
    layout->setColumnStretch(1, 1);
    layout->addWidget(
        new Field(
            labelOf("weights"), weights_,
            tr("Weights that a file holds packed, as GGUF or in 8 bits, can stay so in memory: that takes far less "
               "of it, and some time at each step. Automatic: where dequantised ones would not fit. It changes no "
               "pixel.")),
        1, 0, 1, 2);
    layout->addWidget(
        new Field(tr("When memory runs out"), onOom_,
                  tr("A run first does what changes no pixel. If no device can make an image even so, the rest of the "
                     "run is made in tiles, then in smaller batches, which may change pixels slightly. Otherwise the "
                     "image fails.")),
        2, 0, 1, 2);
    onOom_->setAccessibleName(onOom_->text());
    connect(batchSize_, &QSpinBox::valueChanged, this, &ComputationFields::edited);
    connect(dtype_, &QComboBox::activated, this, &ComputationFields::edited);
    connect(weights_, &QComboBox::activated, this, &ComputationFields::edited);
    connect(onOom_, &QCheckBox::clicked, this, &ComputationFields::edited);
}

int ComputationFields::batchSize() const { return batchSize_->value(); }

QString ComputationFields::dtype() const { return dtype_->currentData().toString(); }

WeightForm ComputationFields::weights() const { return static_cast<WeightForm>(weights_->currentIndex()); }

OnOom ComputationFields::onOom() const { return onOom_->isChecked() ? OnOom::Any : OnOom::Same; }

void ComputationFields::setComputation(int batchSize, const QString& dtype, WeightForm weights, OnOom onOom) {
    const QSignalBlocker quiet(batchSize_);
    batchSize_->setValue(batchSize);
    dtype_->setCurrentIndex(dtype_->findData(dtype));
    weights_->setCurrentIndex(static_cast<int>(weights));
    onOom_->setChecked(onOom == OnOom::Any);
}

}  // namespace fanlight::ui

#include "moc_computation_fields.cpp"
