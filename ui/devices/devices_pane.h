#pragma once

#include <QList>
#include <QStringList>
#include <QWidget>
#include <map>
#include <string>
#include <vector>

#include "core/devices/device_list.h"
#include "core/project/project_file.h"
#include "ui/bridge/run_bridge.h"

class QBoxLayout;
class QLabel;
class QVBoxLayout;

namespace fanlight::ui {

class DeviceCard;
class DevicePoller;
class ModeChooser;

/// One card per device, and how a run uses them together.
class DevicesPane : public QWidget {
    Q_OBJECT

public:
    explicit DevicesPane(RunBridge* bridge, QWidget* parent = nullptr);

    /// For the next run, in the form of --devices: "cuda:0,cuda:1", "cpu,cpu"; "all" until the devices are known and
    /// where there is only the CPU and the run chooses its workers, "" if none is selected.
    QString devices() const;
    /// How the next run uses them.
    ModeChooser* modes() const { return modes_; }
    /// What the user has said of devices, also of those that are not here at present: only what is not as usual.
    std::vector<DeviceChoice> choices() const;
    void setChoices(const std::vector<DeviceChoice>& choices);
    /// Memory of the smallest selected device in bytes; 0: unknown.
    qint64 smallestMemory() const;

    /// Reads the devices once, off this thread; while the pane is visible this happens by itself.
    void readDevices();
    /// `problem`: why GPUs of the machine are not among them; one sentence, or empty.
    void setDevices(const QList<Device>& devices, const QString& problem = {});

Q_SIGNALS:
    /// devices() or the mode has changed.
    void choiceChanged();
    /// The pane has become visible.
    void shown();

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeModes();
    QWidget* makeCards();
    DeviceCard* card(const std::string& device) const;
    DeviceCard* addCard(const Device& device);
    void takeWorkers();
    void showWorkers();
    void applyChoice(const DeviceCard& card);
    void remember(const DeviceCard& card);
    void showNote();
    bool waitsForNextRun() const;

    RunBridge* const bridge_;
    DevicePoller* const poller_;
    ModeChooser* modes_;
    QBoxLayout* layout_;  ///< side by side if there is room
    QLabel* problem_;
    QLabel* note_;  ///< what to know of the choice
    QVBoxLayout* cardLayout_ = nullptr;
    QList<DeviceCard*> cards_;                        ///< in the order of the devices
    std::map<std::string, DeviceChoice> remembered_;  ///< by device

    /// What was chosen when the current run was first seen.
    struct Beginning {
        RunKey run = 0;
        std::vector<DeviceChoice> choices;
        PlacementChoice placement;
    };
    Beginning beginning_;
};

}  // namespace fanlight::ui
