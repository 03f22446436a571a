#include "ui/parameters/negative_field.h"

#include <QCheckBox>
#include <QLineEdit>
#include <QVBoxLayout>

#include "ui/models/parameter_labels.h"
#include "ui/parameters/field.h"

namespace fanlight::ui {

NegativeField::NegativeField(QWidget* parent)
    : QWidget(parent), prompt_(new QLineEdit), empty_(new QCheckBox(tr("An empty text rather than none"))) {
    empty_->setToolTip(tr("This model makes other images with an empty negative prompt than without one."));
    empty_->setVisible(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(4);
    layout->addWidget(new Field(labelOf("negative_prompt"), prompt_,
                                tr("What the images should not show. A row's own negative prompt replaces this one.")));
    layout->addWidget(empty_);
    connect(prompt_, &QLineEdit::textEdited, this, [this] {
        empty_->setChecked(false);
        announce();
    });
    connect(empty_, &QCheckBox::clicked, this, &NegativeField::announce);
    showEmpty();
}

void NegativeField::announce() {
    const bool isThere = !prompt_->text().isEmpty() || empty_->isChecked();
    showEmpty();
    if (isThere)
        Q_EMIT edited(prompt_->text());
    else
        Q_EMIT cleared();
}

void NegativeField::showEmpty() {
    empty_->setEnabled(prompt_->text().isEmpty());
    prompt_->setPlaceholderText(empty_->isChecked() ? tr("empty") : tr("none"));
}

void NegativeField::setPrompt(const std::optional<QString>& prompt) {
    const QString text = prompt.value_or(QString());
    if (text != prompt_->text()) prompt_->setText(text);
    empty_->setChecked(prompt && text.isEmpty());
    showEmpty();
}

void NegativeField::setTellsAbsent(bool tells) { empty_->setVisible(tells); }

}  // namespace fanlight::ui

#include "moc_negative_field.cpp"
