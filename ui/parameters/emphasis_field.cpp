#include "ui/parameters/emphasis_field.h"

#include <QCheckBox>
#include <QComboBox>
#include <QVBoxLayout>

#include "core/batch/names.h"
#include "ui/models/parameter_labels.h"
#include "ui/parameters/field.h"

namespace fanlight::ui {

EmphasisField::EmphasisField(QWidget* parent)
    : QWidget(parent), emphasis_(new QComboBox), literal_(new QCheckBox(tr("Take prompts literally"))) {
    for (const EmphasisName& each : emphasis_names()) {
        const QString name = QString::fromStdString(each.name);
        if (each.emphasis != Emphasis::Literal) emphasis_->addItem(valueLabel("emphasis", name), name);
    }
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(fieldSpacing);
    layout->addWidget(
        new Field(labelOf("emphasis"), emphasis_,
                  tr("How weights such as (this:1.3) act. Original keeps the mean of all words, No norm does not, "
                     "which can suit Stable Diffusion XL; Ignore reads the words without their weights, None the "
                     "brackets, too.")));
    layout->addWidget(
        new Field(labelOf("literal"), literal_,
                  tr("Brackets such as (this:1.3) and [this:that:10] are then plain text, and prompts are cut at the "
                     "model's limit. Otherwise they are weights and schedules, and long prompts are read whole.")));
    literal_->setAccessibleName(literal_->text());
    connect(emphasis_, &QComboBox::activated, this, &EmphasisField::announce);
    connect(literal_, &QCheckBox::clicked, this, &EmphasisField::announce);
}

void EmphasisField::announce() {
    emphasis_->setEnabled(!literal_->isChecked());
    Q_EMIT edited(emphasis_->currentData().toString(), literal_->isChecked() ? "yes" : "no");
}

void EmphasisField::setEmphasis(const QString& emphasis, const QString& literal) {
    const QString literally = QString::fromStdString(name_of(Emphasis::Literal));
    const QString otherwise = QString::fromStdString(name_of(Emphasis::Original));
    literal_->setChecked(literal == "yes" || emphasis == literally);
    emphasis_->setCurrentIndex(emphasis_->findData(emphasis == literally ? otherwise : emphasis));
    emphasis_->setEnabled(!literal_->isChecked());
}

}  // namespace fanlight::ui

#include "moc_emphasis_field.cpp"
