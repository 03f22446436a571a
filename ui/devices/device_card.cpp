#include "ui/devices/device_card.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QToolButton>
#include <QToolTip>
#include <QVBoxLayout>
#include <array>
#include <cmath>

#include "ui/models/direction.h"
#include "ui/models/model_list.h"
#include "ui/models/sentence.h"
#include "ui/models/task_words.h"
#include "ui/style/icons.h"

namespace fanlight::ui {

namespace {

constexpr int memorySteps = 1000, memoryHeight = 8;
constexpr int identityMs = 10'000;
constexpr double secondsPerHour = 3600;

/// In the order of WorkerState.
constexpr std::array<const char*, 7> stateTexts = {QT_TRANSLATE_NOOP("fanlight::ui::DeviceCard", "Starting"),
                                                   QT_TRANSLATE_NOOP("fanlight::ui::DeviceCard", "Loading the model"),
                                                   QT_TRANSLATE_NOOP("fanlight::ui::DeviceCard", "Ready"),
                                                   QT_TRANSLATE_NOOP("fanlight::ui::DeviceCard", "Working"),
                                                   QT_TRANSLATE_NOOP("fanlight::ui::DeviceCard", "Restarting"),
                                                   QT_TRANSLATE_NOOP("fanlight::ui::DeviceCard", "Given up"),
                                                   QT_TRANSLATE_NOOP("fanlight::ui::DeviceCard", "Idle")};

QLabel* makeLabel(const QString& accessibleName) {
    auto* label = new QLabel;
    label->setAccessibleName(accessibleName);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setAlignment(leadingSide() | Qt::AlignVCenter);
    return label;
}

QString memoryText(const Device& device) {
    if (device.memory_total <= 0) return DeviceCard::tr("Memory unknown");
    return DeviceCard::tr("%1 of %2 used")
        .arg(bytesText(device.memory_total - device.memory_free), bytesText(device.memory_total));
}

/// Memory of this program's workers, the part that the user can change.
QString workersMemoryText(const QList<DeviceWorker>& workers, bool isGpu) {
    int64_t bytes = 0;
    for (const DeviceWorker& worker : workers)
        bytes += isGpu ? worker.status.stats.device_bytes : worker.status.stats.resident_bytes;
    return bytes > 0 ? DeviceCard::tr("%1 by Fanlight").arg(bytesText(bytes)) : QString();
}

QString paceText(const QList<DeviceWorker>& workers, const std::string& task) {
    double perHour = 0;
    for (const DeviceWorker& worker : workers)
        if (worker.status.seconds_per_image > 0) perHour += secondsPerHour / worker.status.seconds_per_image;
    return perHour > 0 ? wordsOf(task).perHour().arg(QLocale().toString(std::round(perHour), 'f', 0)) : QString();
}

}  // namespace

QString gaugesText(const Device& device) {
    QStringList parts;
    if (device.temperature_c >= 0) parts.append(DeviceCard::tr("%1 °C").arg(device.temperature_c));
    if (device.utilisation_percent >= 0) parts.append(DeviceCard::tr("%1 % busy").arg(device.utilisation_percent));
    if (device.power_watts >= 0) parts.append(DeviceCard::tr("%1 W").arg(std::lround(device.power_watts)));
    if (device.slice) parts.append(DeviceCard::tr("MIG instance"));
    if (device.display) parts.append(DeviceCard::tr("drives a display"));
    if (device.cores > 0) parts.append(DeviceCard::tr("%n core(s)", nullptr, device.cores));
    return parts.join(QStringLiteral(" · "));
}

QString activityText(const WorkerStatus& worker, const std::string& task) {
    if (worker.state == WorkerState::Working && worker.item >= 0)
        return wordsOf(task).atStep().arg(worker.item).arg(worker.step).arg(worker.of);
    const QString state = DeviceCard::tr(stateTexts[static_cast<size_t>(worker.state)]);
    return worker.enabled ? state : DeviceCard::tr("%1, switched off").arg(state);
}

DeviceCard::DeviceCard(const Device& device, QWidget* parent)
    : QFrame(parent),
      name_(makeLabel(tr("Device"))),
      uuid_(makeLabel(tr("UUID"))),
      chosen_(new QCheckBox(tr("Use"))),
      workersLabel_(new QLabel(tr("Workers"))),
      workers_(new QSpinBox),
      identify_(new QToolButton),
      memory_(new QProgressBar),
      memoryText_(makeLabel(tr("Memory"))),
      gauges_(makeLabel(tr("Temperature, load and power"))),
      warning_(makeLabel(tr("Problem with the device"))),
      activity_(makeLabel(tr("Current work"))),
      pace_(makeLabel(tr("Pace"))) {
    setFrameShape(QFrame::StyledPanel);
    setFocusPolicy(Qt::NoFocus);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(makeHead());
    layout->addWidget(uuid_);
    layout->addWidget(makeGauges());
    warning_->setWordWrap(true);
    layout->addWidget(warning_);
    auto* doing = new QHBoxLayout;
    doing->addWidget(activity_, 1);
    doing->addWidget(pace_);
    layout->addLayout(doing);
    connect(chosen_, &QCheckBox::toggled, this, [this](bool chosen) {
        wanted_ = chosen;
        Q_EMIT chosenChanged();
    });
    connect(workers_, &QSpinBox::valueChanged, this, &DeviceCard::chosenChanged);
    connect(identify_, &QToolButton::clicked, this, &DeviceCard::showIdentity);
    setDevice(device);
    setWorkers({}, {});
}

QWidget* DeviceCard::makeHead() {
    QFont bold = font();
    bold.setBold(true);
    name_->setFont(bold);
    name_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    chosen_->setToolTip(tr("Used for runs. If you switch it off during a run, it finishes what it has begun."));
    workers_->setRange(automaticWorkers, 64);
    workers_->setSpecialValueText(tr("automatic"));
    workers_->setAccessibleName(tr("Workers on this device"));
    workersLabel_->setBuddy(workers_);
    workers_->setToolTip(tr("Workers of the next run on this device"));
    identify_->setIcon(icon("help"));
    identify_->setAccessibleName(tr("Identify"));
    identify_->setToolTip(tr("Location of this device in the machine"));
    identify_->setAutoRaise(true);
    uuid_->setForegroundRole(QPalette::PlaceholderText);
    uuid_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);

    auto* head = new QWidget;
    auto* layout = new QHBoxLayout(head);
    layout->setContentsMargins({});
    layout->addWidget(name_, 1);
    layout->addWidget(workersLabel_);
    layout->addWidget(workers_);
    layout->addWidget(identify_);
    layout->addWidget(chosen_);
    return head;
}

QWidget* DeviceCard::makeGauges() {
    memory_->setAccessibleName(tr("Memory in use"));
    memory_->setRange(0, memorySteps);
    memory_->setTextVisible(false);
    memory_->setFixedHeight(memoryHeight);
    auto* gauges = new QWidget;
    auto* layout = new QVBoxLayout(gauges);
    layout->setContentsMargins({});
    layout->addWidget(memory_);
    auto* texts = new QHBoxLayout;
    texts->addWidget(memoryText_, 1);
    texts->addWidget(gauges_);
    layout->addLayout(texts);
    return gauges;
}

void DeviceCard::setDevice(const Device& device) {
    device_ = device;
    const bool isGpu = device.kind != "cpu";
    const QString name = QString::fromStdString(device.name);
    const QString id = QString::fromStdString(device.id);
    name_->setText(id + " · " + name);
    name_->setToolTip(name_->text());
    chosen_->setAccessibleName(tr("Use %1").arg(id));
    uuid_->setText(QString::fromStdString(device.uuid));
    uuid_->setToolTip(uuid_->text());
    uuid_->setVisible(!device.uuid.empty());
    workersLabel_->setVisible(!isGpu);
    workers_->setVisible(!isGpu);
    identify_->setVisible(isGpu);
    const double used = static_cast<double>(device.memory_total - device.memory_free);
    const double fraction = device.memory_total > 0 ? used / static_cast<double>(device.memory_total) : 0;
    memory_->setValue(static_cast<int>(fraction * memorySteps));
    showMemory();
    gauges_->setText(gaugesText(device));
    warning_->setVisible(!device.warning.empty());
    warning_->setText(tr("Attention: %1").arg(isolated(phrase(device.warning))));
    showUse();
}

/// Why it cannot be used; empty: it can.
QString DeviceCard::obstacle() const {
    return isWorking_ ? QString() : phrase(obstacle_to_use(device_));
}

void DeviceCard::showUse() {
    const QString reason = obstacle();
    const bool usable = reason.isEmpty();
    {
        const QSignalBlocker quiet(chosen_);  // this is not what the user chooses
        chosen_->setEnabled(usable);
        chosen_->setChecked(usable && wanted_);
    }
    activity_->setWordWrap(!usable);
    activity_->setText(usable ? doing_ : tr("Cannot be used: %1").arg(isolated(reason)));
    pace_->setVisible(usable);
}

void DeviceCard::setWorkers(const QList<DeviceWorker>& workers, const std::string& task) {
    isWorking_ = !workers.isEmpty();
    QStringList lines;
    for (const DeviceWorker& worker : workers) {
        const QString doing = activityText(worker.status, task);
        lines.append(workers.size() > 1 ? tr("Worker %1: %2").arg(worker.number).arg(doing) : doing);
    }
    workersMemory_ = workersMemoryText(workers, device_.kind != "cpu");
    showMemory();
    doing_ = lines.isEmpty() ? tr("Idle") : lines.join("\n");
    pace_->setText(paceText(workers, task));
    showUse();
}

void DeviceCard::showMemory() {
    const QString all = memoryText(device_);
    memoryText_->setText(workersMemory_.isEmpty() ? all : all + " · " + workersMemory_);
}

bool DeviceCard::isChosen() const { return chosen_->isChecked(); }

void DeviceCard::setChosen(bool chosen) {
    if (chosen_->isEnabled()) return chosen_->setChecked(chosen);
    wanted_ = chosen;
}

DeviceChoice DeviceCard::choice() const {
    return {.device = device_.uuid.empty() ? device_.id : device_.uuid,
            .used = wanted_,
            .workers = device_.kind == "cpu" ? workers_->value() : automaticWorkers};
}

void DeviceCard::setChoice(const DeviceChoice& choice) {
    setChosen(choice.used);
    workers_->setValue(choice.workers);
}

int DeviceCard::workers() const { return device_.kind == "cpu" ? workers_->value() : 1; }

void DeviceCard::showIdentity() {
    const QString text = tr("%1\nCUDA number: %2\nPCI bus: %3\nUUID: %4")
                             .arg(QString::fromStdString(device_.name), QString::fromStdString(device_.id),
                                  QString::fromStdString(device_.pci_bus_id), QString::fromStdString(device_.uuid));
    QToolTip::showText(identify_->mapToGlobal(identify_->rect().bottomLeft()), text, identify_, {}, identityMs);
}

}  // namespace fanlight::ui

#include "moc_device_card.cpp"
