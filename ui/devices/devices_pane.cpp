#include "ui/devices/devices_pane.h"

#include <QLabel>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>
#include <set>

#include "ui/devices/device_card.h"
#include "ui/devices/device_poller.h"
#include "ui/devices/mode_chooser.h"
#include "ui/style/content_area.h"

namespace fanlight::ui {

namespace {

constexpr int modesWidth = 330, sideBySideWidth = 620;  // pixels

QScrollArea* scrolled(QWidget* content, const QString& name) {
    auto* scroll = new ContentArea(content);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setAccessibleName(name);
    return scroll;
}

/// Whether a worker, perhaps of several devices (the stages of a pipeline: "cuda:0+cuda:1"), uses this one.
bool uses(const WorkerStatus& worker, const std::string& device) {
    return QString::fromStdString(worker.device).split('+').contains(QString::fromStdString(device));
}

}  // namespace

DevicesPane::DevicesPane(RunBridge* bridge, QWidget* parent)
    : QWidget(parent),
      bridge_(bridge),
      poller_(new DevicePoller(this)),
      modes_(new ModeChooser),
      layout_(new QBoxLayout(QBoxLayout::LeftToRight, this)),
      problem_(new QLabel),
      note_(new QLabel) {
    layout_->setContentsMargins({});
    layout_->setSpacing(0);
    layout_->addWidget(makeModes());
    layout_->addWidget(makeCards(), 1);
    connect(poller_, &DevicePoller::devicesRead, this, &DevicesPane::setDevices);
    connect(modes_, &ModeChooser::edited, this, &DevicesPane::choiceChanged);
    connect(this, &DevicesPane::choiceChanged, this, &DevicesPane::showNote);
    connect(bridge, &RunBridge::workersChanged, this, &DevicesPane::takeWorkers);
    connect(bridge, &RunBridge::statsChanged, this, &DevicesPane::takeWorkers);
    connect(bridge, &RunBridge::runsChanged, this, &DevicesPane::takeWorkers);
}

QWidget* DevicesPane::makeModes() {
    auto* modes = new QWidget;
    auto* layout = new QVBoxLayout(modes);
    layout->addWidget(modes_);
    layout->addStretch();
    QScrollArea* scroll = scrolled(modes, tr("How the devices work together"));
    scroll->setMinimumWidth(modesWidth);
    return scroll;
}

QWidget* DevicesPane::makeCards() {
    auto* cards = new QWidget;
    cardLayout_ = new QVBoxLayout(cards);
    problem_->setAccessibleName(tr("Why GPUs are not listed"));
    problem_->setWordWrap(true);
    problem_->hide();
    note_->setAccessibleName(tr("Notes on the devices"));
    note_->setWordWrap(true);
    note_->hide();
    cardLayout_->addWidget(problem_);
    cardLayout_->addWidget(note_);
    cardLayout_->addStretch();
    return scrolled(cards, tr("Devices"));
}

/// The GPUs if any can be used, else the CPU: their pictures differ, so a run uses one kind only.
QString DevicesPane::devices() const {
    QStringList ids;
    bool isOpen = cards_.empty();
    for (const DeviceCard* card : cards_) {
        if (!card->isChosen()) continue;
        const bool isAutomatic = card->workers() == DeviceCard::automaticWorkers;
        isOpen |= isAutomatic && cards_.size() == 1 && problem_->text().isEmpty();
        for (int i = 0; i < std::max(1, card->workers()); ++i) ids.append(QString::fromStdString(card->id()));
    }
    return isOpen ? QStringLiteral("all") : ids.join(',');
}

qint64 DevicesPane::smallestMemory() const {
    qint64 smallest = 0;
    for (const DeviceCard* card : cards_)
        if (card->isChosen() && (smallest == 0 || card->memory() < smallest)) smallest = card->memory();
    return smallest;
}

void DevicesPane::readDevices() { poller_->read(); }

void DevicesPane::setDevices(const QList<Device>& devices, const QString& problem) {
    const QString before = this->devices();
    problem_->setText(problem);
    problem_->setVisible(!problem.isEmpty());
    const auto is_usable_gpu = [](const Device& d) { return d.kind != "cpu" && d.problem.empty(); };
    const bool gpus = std::any_of(devices.begin(), devices.end(), is_usable_gpu);
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
    if (changed) showWorkers();
    changed || this->devices() != before ? Q_EMIT choiceChanged() : showNote();
}

DeviceCard* DevicesPane::card(const std::string& device) const {
    const auto found = std::find_if(cards_.begin(), cards_.end(), [&](DeviceCard* c) { return c->id() == device; });
    return found == cards_.end() ? nullptr : *found;
}

DeviceCard* DevicesPane::addCard(const Device& device) {
    auto* card = new DeviceCard(device);
    cardLayout_->insertWidget(cardLayout_->count() - 1, card);
    if (const auto known = remembered_.find(card->choice().device); known != remembered_.end())
        card->setChoice(known->second);
    connect(card, &DeviceCard::chosenChanged, this, [this, card] {
        remember(*card);
        applyChoice(*card);
        Q_EMIT choiceChanged();
    });
    return card;
}

void DevicesPane::remember(const DeviceCard& card) {
    const DeviceChoice choice = card.choice();
    if (choice == DeviceChoice{.device = choice.device})
        remembered_.erase(choice.device);
    else
        remembered_[choice.device] = choice;
}

std::vector<DeviceChoice> DevicesPane::choices() const {
    std::vector<DeviceChoice> choices;
    for (const auto& [device, choice] : remembered_) choices.push_back(choice);
    return choices;
}

void DevicesPane::setChoices(const std::vector<DeviceChoice>& choices) {
    if (choices == this->choices()) return;
    remembered_.clear();
    for (const DeviceChoice& choice : choices) remembered_[choice.device] = choice;
    for (DeviceCard* card : cards_) {
        const QSignalBlocker quiet(card);
        const auto known = remembered_.find(card->choice().device);
        card->setChoice(known == remembered_.end() ? DeviceChoice() : known->second);
    }
    for (const DeviceCard* card : cards_) applyChoice(*card);
    Q_EMIT choiceChanged();
}

/// Whether something was changed after the current run had begun that can only be so when a run begins.
bool DevicesPane::waitsForNextRun() const {
    const RunState* run = bridge_->run(bridge_->current());
    if (!run || beginning_.run != bridge_->current()) return false;
    if (!(modes_->placement() == beginning_.placement)) return true;
    const auto before = [&](const std::string& device) {
        const auto found = std::find_if(beginning_.choices.begin(), beginning_.choices.end(),
                                        [&](const DeviceChoice& choice) { return choice.device == device; });
        return found == beginning_.choices.end() ? DeviceChoice{.device = device} : *found;
    };
    return std::any_of(cards_.begin(), cards_.end(), [&](const DeviceCard* card) {
        const DeviceChoice now = card->choice(), then = before(now.device);
        const bool works = std::any_of(run->workers().begin(), run->workers().end(),
                                       [&](const WorkerStatus& worker) { return uses(worker, card->id()); });
        return now.workers != then.workers || (now.used && !then.used && !works);
    });
}

void DevicesPane::showNote() {
    const bool allOff = !cards_.empty() && devices().isEmpty();
    const bool isRunning = bridge_->run(bridge_->current());
    QString note;
    if (allOff && isRunning)
        note = tr("All devices are switched off, so the run waits. Switch one on to continue it.");
    else if (allOff)
        note = tr("All devices are switched off. Switch one on to generate.");
    else if (waitsForNextRun())
        note = tr("The current run keeps its workers and mode; your changes apply to the next one.");
    note_->setText(note);
    note_->setVisible(!note.isEmpty());
}

/// Applies it to the workers of the current run.
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

/// A device that works for the run can be used whatever the driver says of those who use it, and perhaps not after it.
void DevicesPane::takeWorkers() {
    const QString before = devices();
    showWorkers();
    if (const RunKey run = bridge_->current(); run != beginning_.run)
        beginning_ = {.run = run, .choices = choices(), .placement = modes_->placement()};
    devices() != before ? Q_EMIT choiceChanged() : showNote();
}

void DevicesPane::showWorkers() {
    const RunState* run = bridge_->run(bridge_->current());
    for (DeviceCard* card : cards_) {
        QList<DeviceWorker> workers;
        for (size_t number = 0; run && number < run->workers().size(); ++number)
            if (uses(run->workers()[number], card->id()))
                workers.append({static_cast<int>(number), run->workers()[number]});
        card->setWorkers(workers, run ? run->head().task : "");
    }
}

void DevicesPane::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    poller_->setWanted(true);
    Q_EMIT shown();
}

void DevicesPane::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    poller_->setWanted(false);
}

void DevicesPane::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    layout_->setDirection(width() < sideBySideWidth ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
}

}  // namespace fanlight::ui

#include "moc_devices_pane.cpp"
