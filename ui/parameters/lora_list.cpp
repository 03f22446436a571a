#include "ui/parameters/lora_list.h"

#include <QDoubleSpinBox>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/base/number_text.h"
#include "core/config/user_folders.h"
#include "ui/parameters/lora_browser.h"
#include "ui/settings/settings.h"
#include "ui/style/elided_label.h"
#include "ui/style/icons.h"

namespace fanlight::ui {

namespace {

constexpr double maxWeight = 10, weightStep = 0.05;

QString shownName(QString lora) {
    const QString suffix = ".safetensors";
    if (lora.endsWith(suffix)) lora.chop(suffix.size());
    return lora.section('/', -1);
}

QDoubleSpinBox* weightOf(const QWidget* line) { return line->findChild<QDoubleSpinBox*>(); }

}  // namespace

LoraList::LoraList(QWidget* parent) : QWidget(parent), lines_(new QVBoxLayout) {
    auto* more = new QToolButton;
    more->setIcon(icon("add"));
    more->setText(tr("Add a LoRA…"));
    more->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    more->setAutoRaise(true);
    connect(more, &QToolButton::clicked, this, &LoraList::browse);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(lines_);
    layout->addWidget(more);
}

QString LoraList::folder() {
    const QString last = settings::loraFolder.get();
    return last.isEmpty() ? QString::fromStdString(loras_folder().string()) : last;
}

void LoraList::browse() {
    auto* browser = new LoraBrowser(modelFolder_, this);
    browser->setAttribute(Qt::WA_DeleteOnClose);
    connect(browser, &LoraBrowser::added, this, [this](const QString& name, double weight) {
        add(name, weight);
        Q_EMIT edited();
    });
    browser->open();
}

void LoraList::add(const QString& file, double weight) {
    const QString shown = shownName(file);
    auto* name = new ElidedLabel(shown);
    name->setToolTip(file);
    auto* box = new QDoubleSpinBox;
    box->setRange(-maxWeight, maxWeight);
    box->setSingleStep(weightStep);
    box->setValue(weight);
    box->setKeyboardTracking(false);
    box->setAccessibleName(tr("Weight of %1").arg(shown));
    connect(box, &QDoubleSpinBox::valueChanged, this, &LoraList::edited);
    auto* remove = new QToolButton;
    remove->setIcon(icon("remove"));
    remove->setAutoRaise(true);
    remove->setToolTip(tr("Remove %1").arg(shown));
    remove->setAccessibleName(remove->toolTip());
    auto* line = new QWidget;
    line->setProperty("file", file);
    connect(remove, &QToolButton::clicked, this, [this, line] {
        lines_->removeWidget(line);
        line->deleteLater();
        Q_EMIT edited();
    });
    auto* layout = new QHBoxLayout(line);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(name, 1);
    layout->addWidget(box);
    layout->addWidget(remove);
    lines_->addWidget(line);
}

QStringList LoraList::loras() const {
    QStringList loras;
    for (int i = 0; i < lines_->count(); ++i) {
        const QWidget* line = lines_->itemAt(i)->widget();
        const std::string weight = number_text(weightOf(line)->value());
        loras << line->property("file").toString() + ":" + QString::fromStdString(weight);
    }
    return loras;
}

void LoraList::setLoras(const QStringList& loras) {
    if (loras == this->loras()) return;
    while (QLayoutItem* item = lines_->takeAt(0)) {
        item->widget()->deleteLater();
        delete item;
    }
    for (const QString& lora : loras) {
        bool isNumber = false;
        const double weight = lora.section(':', -1).toDouble(&isNumber);
        add(isNumber ? lora.section(':', 0, -2) : lora, isNumber ? weight : 1);
    }
}

}  // namespace fanlight::ui

#include "moc_lora_list.cpp"
