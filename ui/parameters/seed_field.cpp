#include "ui/parameters/seed_field.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QRegularExpressionValidator>
#include <QSignalBlocker>
#include <QToolButton>

#include "ui/models/parameter_labels.h"
#include "ui/style/icons.h"

namespace fanlight::ui {

namespace {

QToolButton* tool(const QString& iconName, const QString& name) {
    auto* button = new QToolButton;
    button->setIcon(icon(iconName));
    button->setToolTip(name);
    button->setAccessibleName(name);
    button->setAutoRaise(true);
    return button;
}

}  // namespace

SeedField::SeedField(QWidget* parent)
    : QWidget(parent),
      number_(new QLineEdit),
      random_(tool("random", tr("A random seed for each run"))),
      reuse_(tool("reuse", tr("Reuse the last run's seed"))) {
    number_->setValidator(new QRegularExpressionValidator(QRegularExpression("\\d{1,20}|-1"), this));
    number_->setAccessibleName(labelOf("seed"));
    random_->setCheckable(true);
    reuse_->setEnabled(false);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(number_, 1);
    layout->addWidget(random_);
    layout->addWidget(reuse_);

    connect(number_, &QLineEdit::textEdited, this, [this](const QString& text) {
        if (text == "-1") {  // as in other programs
            number_->setText(typed_);
            return random_->setChecked(true);
        }
        if (seed()) typed_ = text;
        Q_EMIT edited();
    });
    connect(random_, &QToolButton::toggled, this, [this](bool random) {
        number_->setEnabled(!random);
        number_->setPlaceholderText(random ? tr("Random") : QString());
        Q_EMIT edited();
    });
    connect(reuse_, &QToolButton::clicked, this, [this] {
        set(*last_, false);
        Q_EMIT edited();
    });
}

std::optional<quint64> SeedField::seed() const {
    bool isNumber = false;
    const quint64 number = number_->text().toULongLong(&isNumber);
    return isNumber ? std::optional(number) : std::nullopt;
}

bool SeedField::isRandom() const { return random_->isChecked(); }

void SeedField::set(quint64 seed, bool random) {
    const QSignalBlocker quiet(this);
    if (seed != this->seed()) number_->setText(QString::number(seed));
    typed_ = number_->text();
    random_->setChecked(random);
}

void SeedField::setLastSeed(quint64 seed) {
    last_ = seed;
    reuse_->setEnabled(true);
    reuse_->setToolTip(tr("Reuse the last run's seed: %1").arg(seed));
}

}  // namespace fanlight::ui

#include "moc_seed_field.cpp"
