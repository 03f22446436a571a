#include "ui/prompts/value_dialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/error.h"
#include "ui/models/parameter_labels.h"
#include "ui/models/sentence.h"
#include "ui/prompts/prompt_edit.h"

namespace fanlight::ui {

namespace {

constexpr int valueHeight = 90, dialogWidth = 460;  // pixels

}  // namespace

ValueDialog::ValueDialog(std::vector<PromptEntry> rows, int field, QWidget* parent)
    : QDialog(parent), rows_(std::move(rows)), field_(new QComboBox), value_(new PromptEdit), mistake_(new QLabel) {
    setWindowTitle(tr("Set a value in %n row(s)", nullptr, int(rows_.size())));
    setMinimumWidth(dialogWidth);
    for (const PromptField& each : promptFields()) field_->addItem(titleOf(each));
    field_->setCurrentIndex(field);
    value_->setFixedHeight(valueHeight);
    value_->setAccessibleName(tr("Value"));
    mistake_->setWordWrap(true);
    auto* form = new QFormLayout;
    form->addRow(tr("Column"), field_);
    form->addRow(tr("Value"), value_);
    auto* buttons = new QDialogButtonBox;
    set_ = buttons->addButton(tr("Set"), QDialogButtonBox::AcceptRole);
    set_->setProperty("accent", true);
    set_->setDefault(true);
    buttons->addButton(tr("Cancel"), QDialogButtonBox::RejectRole);
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(12);
    layout->addLayout(form);
    layout->addWidget(mistake_);
    layout->addWidget(buttons);
    connect(field_, &QComboBox::currentIndexChanged, this, &ValueDialog::showValue);
    connect(value_, &PromptEdit::edited, this, &ValueDialog::check);
    connect(value_, &PromptEdit::reweighted, this, &ValueDialog::check);
    connect(value_, &PromptEdit::entered, set_, &QPushButton::click);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    showValue();
    value_->setFocus();
}

int ValueDialog::field() const { return field_->currentIndex(); }

QString ValueDialog::text() const { return value_->text(); }

void ValueDialog::showValue() {
    const PromptField& field = promptFields()[size_t(this->field())];
    const QString first = valueOf(rows_.front(), field);
    const bool agree =
        std::all_of(rows_.begin(), rows_.end(), [&](const PromptEntry& row) { return valueOf(row, field) == first; });
    value_->setHint(agree ? tr("Empty: use the parameters") : tr("The rows have different values"));
    value_->setText(agree ? first : QString());
    value_->selectAll();
    check();
}

void ValueDialog::check() {
    PromptEntry entry;
    QString sentence;
    try {
        setValue(entry, promptFields()[size_t(field())], text(), tr("The value"));
    } catch (const UsageError& error) {
        sentence = inLabels(said(error));
    }
    mistake_->setText(sentence);
    set_->setEnabled(sentence.isEmpty());
}

}  // namespace fanlight::ui

#include "moc_value_dialog.cpp"
