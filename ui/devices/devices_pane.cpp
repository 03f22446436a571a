#include "ui/devices/devices_pane.h"

#include <QComboBox>
#include <QLabel>
#include <QScrollArea>
#include <QStandardItemModel>
#include <QVBoxLayout>
#include <algorithm>
#include <set>

#include "ui/devices/device_card.h"
#include "ui/devices/device_poller.h"

namespace fanlight::ui {

namespace {

struct Mode {
    const char* name;
    const char* title;
    const char* help;
};

constexpr Mode modes[] = {
    {"replicas", QT_TRANSLATE_NOOP("fanlight::ui::DevicesPane", "Replicas: a whole model on each device"),
     QT_TRANSLATE_NOOP("fanlight::ui::DevicesPane", "The fastest way when the model fits on each device.")},
    {"sharded", QT_TRANSLATE_NOOP("fanlight::ui::DevicesPane", "Sharded: one model over all devices"),
     QT_TRANSLATE_NOOP("fanlight::ui::DevicesPane", "For a model that fits on no single device; one image at a time.")},
    {"pipelined", QT_TRANSLATE_NOOP("fanlight::ui::DevicesPane", "Pipelined: a stage on each device"),
     QT_TRANSLATE_NOOP("fanlight::ui::DevicesPane", "For a model that fits on no single device; many images at once.")},
};

/// Whether a worker of several devices ("cuda:0,cuda:1") uses this one.
bool uses(const WorkerStatus& worker, const std::string& device) {
    const auto parts = QString::fromStdString(worker.device).split(',', Qt::SkipEmptyParts);
    return std::any_of(parts.begin(), parts.end(),
                       [&](const QString& part) { return part.trimmed().toStdString() == device; });
}

}  // namespace

DevicesPane::DevicesPane(RunBridge* bridge, QWidget* parent)
    : QWidget(parent),
      bridge_(bridge),
      poller_(new DevicePoller(this)),
      mode_(new QComboBox),
      prediction_(new QLabel),
      cardLayout_(nullptr) {
    auto* cards = new QWidget;
    cardLayout_ = new QVBoxLayout(cards);
    cardLayout_->addStretch();
    auto* scroll = new QScrollArea;
    scroll->setWidget(cards);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setAccessibleName(tr("Devices"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(makeMode());
    layout->addWidget(scroll, 1);

    connect(poller_, &DevicePoller::devicesRead, this, &DevicesPane::setDevices);
    connect(bridge, &RunBridge::workersChanged, this, &DevicesPane::showWorkers);
    connect(bridge, &RunBridge::runsChanged, this, &DevicesPane::showWorkers);
}

QWidget* DevicesPane::makeMode() {
    mode_->setAccessibleName(tr("How devices work together"));
    mode_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    for (const Mode& mode : modes) {
        mode_->addItem(tr(mode.title), QString::fromLatin1(mode.name));
        mode_->setItemData(mode_->count() - 1, tr(mode.help), Qt::ToolTipRole);
    }
    prediction_->setAccessibleName(tr("What is to be expected"));
    prediction_->setWordWrap(true);
    prediction_->setForegroundRole(QPalette::PlaceholderText);
    prediction_->hide();
    connect(mode_, &QComboBox::currentIndexChanged, this, &DevicesPane::choiceChanged);
    auto* mode = new QWidget;
    auto* layout = new QVBoxLayout(mode);
    layout->addWidget(mode_);
    layout->addWidget(prediction_);
    return mode;
}

QString DevicesPane::mode() const { return mode_->currentData().toString(); }

void DevicesPane::setPrediction(const QString& text) {
    prediction_->setText(text);
    prediction_->setVisible(!text.isEmpty());
}

void DevicesPane::setModeUsable(const QString& mode, const QString& reason) {
    const int row = mode_->findData(mode);
    auto* model = qobject_cast<QStandardItemModel*>(mode_->model());
    if (row < 0 || !model) return;
    model->item(row)->setEnabled(reason.isEmpty());
    const auto known = std::find_if(std::begin(modes), std::end(modes), [&](const Mode& m) { return mode == m.name; });
    mode_->setItemData(row, reason.isEmpty() ? tr(known->help) : reason, Qt::ToolTipRole);
    if (!reason.isEmpty() && mode_->currentIndex() == row) mode_->setCurrentIndex(0);
}

/// GPUs where there are some, the CPU where there is none: pictures of the two differ, so a run uses one kind.
QString DevicesPane::devices() const {
    QStringList ids;
    for (const DeviceCard* card : cards_)
        for (int i = 0; card->isChosen() && i < card->workers(); ++i) ids.append(QString::fromStdString(card->id()));
    return cards_.empty() ? QStringLiteral("all") : ids.join(',');
}

void DevicesPane::setDevices(const QList<Device>& devices) {
    const bool gpus = std::any_of(devices.begin(), devices.end(), [](const Device& d) { return d.kind != "cpu"; });
    std::set<std::string> present;
    bool changed = false;
    for (const Device& device : devices) {
        if (gpus && device.kind == "cpu") continue;
        present.insert(device.id);
        if (DeviceCard* known = card(device.id)) {
            known->setDevice(device);
            continue;
        }
        cards_.append(addCard(device));
        changed = true;
    }
    changed |= cards_.removeIf([&](DeviceCard* card) {
        const bool gone = !present.contains(card->id());
        if (gone) card->deleteLater();
        return gone;
    }) > 0;
    if (!changed) return;
    showWorkers();
    Q_EMIT choiceChanged();
}

DeviceCard* DevicesPane::card(const std::string& device) const {
    const auto found = std::find_if(cards_.begin(), cards_.end(), [&](DeviceCard* c) { return c->id() == device; });
    return found == cards_.end() ? nullptr : *found;
}

DeviceCard* DevicesPane::addCard(const Device& device) {
    auto* card = new DeviceCard(device);
    cardLayout_->insertWidget(cardLayout_->count() - 1, card);
    connect(card, &DeviceCard::chosenChanged, this, [this, card] {
        applyChoice(*card);
        Q_EMIT choiceChanged();
    });
    return card;
}

/// To the workers of the run that is being made.
void DevicesPane::applyChoice(const DeviceCard& card) {
    const RunKey key = bridge_->current();
    const RunState* run = bridge_->run(key);
    if (!run) return;
    for (size_t number = 0; number < run->workers().size(); ++number) {
        const WorkerStatus& worker = run->workers()[number];
        if (uses(worker, card.id()) && worker.enabled != card.isChosen())
            bridge_->enableWorker(key, static_cast<int>(number), card.isChosen());
    }
}

void DevicesPane::showWorkers() {
    const RunState* run = bridge_->run(bridge_->current());
    for (DeviceCard* card : cards_) {
        QList<DeviceWorker> workers;
        for (size_t number = 0; run && number < run->workers().size(); ++number)
            if (uses(run->workers()[number], card->id()))
                workers.append({static_cast<int>(number), run->workers()[number]});
        card->setWorkers(workers);
    }
}

void DevicesPane::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    poller_->setWanted(true);
}

void DevicesPane::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    poller_->setWanted(false);
}

}  // namespace fanlight::ui
