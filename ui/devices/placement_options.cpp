#include "ui/devices/placement_options.h"

#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QSpinBox>

#include "core/base/error.h"
#include "core/devices/infer_device_map.h"
#include "ui/models/sentence.h"

namespace fanlight::ui {

PlacementOptions::PlacementOptions(QWidget* parent)
    : QWidget(parent), memory_(new QLineEdit), problem_(new QLabel), ways_(new QLabel) {
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins({});
    grid->setColumnStretch(1, 1);
    addDeviceMap();
    stages_ = addNumber(tr("Stages"), tr("Stages of each pipeline; automatic: divided among the devices."),
                        &PlacementChoice::stages);
    replicas_ =
        addNumber(tr("Pipelines"), tr("Copies of the model in parallel; automatic: as many as fit on the devices."),
                  &PlacementChoice::replicas);
    chunks_ =
        addNumber(tr("Chunks"), tr("Micro-batches in flight; automatic: one per stage."), &PlacementChoice::num_chunks);
    addMemory();
    problem_->setAccessibleName(tr("Problem with the options"));
    ways_->setAccessibleName(tr("What to expect"));
    ways_->setForegroundRole(QPalette::PlaceholderText);
    for (QLabel* label : {problem_, ways_}) {
        label->setWordWrap(true);
        label->hide();
        grid->addWidget(label, grid->rowCount(), 0, 1, 2);
    }
    showMode(Mode::Replicas);
}

void PlacementOptions::addField(const QString& name, QWidget* control, const QString& help, const QList<Mode>& modes) {
    auto* label = new QLabel(name);
    label->setBuddy(control);
    control->setAccessibleName(name);
    control->setAccessibleDescription(help);
    control->setToolTip(help);
    auto* grid = static_cast<QGridLayout*>(layout());
    const int row = grid->rowCount();
    grid->addWidget(label, row, 0);
    grid->addWidget(control, row, 1);
    lines_.append({label, control, modes});
}

QSpinBox* PlacementOptions::addNumber(const QString& name, const QString& help, int PlacementChoice::*member) {
    auto* box = new QSpinBox;
    box->setRange(0, PlacementChoice::most_parts);
    box->setSpecialValueText(tr("automatic"));
    box->setKeyboardTracking(false);
    addField(name, box, help, {Mode::Pipelined});
    connect(box, &QSpinBox::valueChanged, this, [this, member](int number) {
        choice_.*member = number;
        Q_EMIT edited();
    });
    return box;
}

void PlacementOptions::addDeviceMap() {
    deviceMap_ = new QComboBox;
    for (const std::string& strategy : device_map_strategies())
        deviceMap_->addItem(QString::fromStdString(strategy), QString::fromStdString(strategy));
    deviceMap_->addItem(tr("From a file…"), QString());
    addField(tr("Device map"), deviceMap_,
             tr("How parts are assigned to devices: balanced, filled one after the other, or by a JSON file."),
             {Mode::Sharded});
    connect(deviceMap_, &QComboBox::activated, this, [this](int row) {
        const QString map = deviceMap_->itemData(row).toString();
        if (map.isEmpty()) return chooseMapFile();
        choice_.device_map = map.toStdString();
        Q_EMIT edited();
    });
}

void PlacementOptions::chooseMapFile() {
    const QString file = QFileDialog::getOpenFileName(this, tr("Device map"), {}, tr("Device maps (*.json)"));
    if (!file.isEmpty()) choice_.device_map = file.toStdString();
    showChoice();
    if (!file.isEmpty()) Q_EMIT edited();
}

void PlacementOptions::addMemory() {
    memory_->setPlaceholderText(tr("free memory"));
    addField(tr("Memory limits"), memory_,
             tr("Limit for the model's weights on each device, such as cuda:0=10GB,cpu=30GB. A sharded model uses only "
                "the devices you name."),
             {Mode::Sharded, Mode::Pipelined});
    connect(memory_, &QLineEdit::editingFinished, this, [this] {
        const std::string limits = memory_->text().trimmed().toStdString();
        if (limits == choice_.max_memory) return setProblem({});
        try {
            if (!limits.empty()) parse_max_memory(limits);
        } catch (const UsageError& error) {
            return setProblem(said(error));
        }
        setProblem({});
        choice_.max_memory = limits;
        Q_EMIT edited();
    });
}

PlacementChoice PlacementOptions::choice(Mode mode) const {
    PlacementChoice own{.mode = mode};
    if (mode != Mode::Replicas) own.max_memory = choice_.max_memory;
    if (mode == Mode::Sharded) own.device_map = choice_.device_map;
    if (mode == Mode::Pipelined) {
        own.stages = choice_.stages;
        own.replicas = choice_.replicas;
        own.num_chunks = choice_.num_chunks;
        own.split_points = choice_.split_points;
    }
    return own;
}

void PlacementOptions::setChoice(const PlacementChoice& choice) {
    choice_ = choice;
    showChoice();
}

void PlacementOptions::showChoice() {
    const auto show = [](QSpinBox* box, int number) {
        const QSignalBlocker quiet(box);
        box->setValue(number);
    };
    show(stages_, choice_.stages);
    show(replicas_, choice_.replicas);
    show(chunks_, choice_.num_chunks);
    memory_->setText(QString::fromStdString(choice_.max_memory));
    const QString map = QString::fromStdString(choice_.device_map);
    if (deviceMap_->findData(map) < 0)  // a file's name before the entry that asks for one
        deviceMap_->insertItem(deviceMap_->count() - 1, QFileInfo(map).fileName(), map);
    deviceMap_->setCurrentIndex(deviceMap_->findData(map));
}

void PlacementOptions::showMode(Mode mode) {
    for (const Line& line : lines_)
        for (QWidget* widget : {static_cast<QWidget*>(line.label), line.control})
            widget->setVisible(line.modes.contains(mode));
    setVisible(mode != Mode::Replicas);
}

void PlacementOptions::setProblem(const QString& problem) {
    problem_->setText(problem);
    problem_->setVisible(!problem.isEmpty());
}

void PlacementOptions::setWays(const QStringList& ways) {
    ways_->setText(ways.join('\n'));
    ways_->setVisible(!ways.isEmpty());
}

}  // namespace fanlight::ui

#include "moc_placement_options.cpp"
