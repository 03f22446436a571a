#pragma once

#include <QFrame>
#include <QList>

#include "core/devices/device_list.h"
#include "core/owner/run_state.h"
#include "core/project/project_file.h"

class QCheckBox;
class QLabel;
class QProgressBar;
class QSpinBox;
class QToolButton;

namespace fanlight::ui {

/// A worker of the current run that uses the device.
struct DeviceWorker {
    int number = 0;
    WorkerStatus status;
};

/// One device: what it is, its condition, what it is doing, and whether it takes part.
class DeviceCard : public QFrame {
    Q_OBJECT

public:
    explicit DeviceCard(const Device& device, QWidget* parent = nullptr);

    void setDevice(const Device& device);
    /// The current run's workers on this device; empty if there is no run, or it does not use the device.
    void setWorkers(const QList<DeviceWorker>& workers, const std::string& task);

    /// Whether the device takes part in the current run and in those started later. One that cannot be used does not,
    /// and does again, if it was chosen, once it can.
    bool isChosen() const;
    void setChosen(bool chosen);
    /// What the user wants of it, whether it can be used or not.
    DeviceChoice choice() const;
    void setChoice(const DeviceChoice& choice);
    /// How many workers it gets: several on a CPU, unless the run chooses; one on a GPU.
    static constexpr int automaticWorkers = 0;
    int workers() const;
    qint64 memory() const { return device_.memory_total; }  ///< bytes
    const std::string& id() const { return device_.id; }

Q_SIGNALS:
    void chosenChanged();

private:
    QWidget* makeHead();
    QWidget* makeGauges();
    void showIdentity();
    void showMemory();
    void showUse();
    QString obstacle() const;

    Device device_;
    bool wanted_ = true;      ///< by the user
    bool isWorking_ = false;  ///< for the current run: what the driver then says of other users is about its workers
    QString workersMemory_;
    QString doing_;
    QLabel* name_;
    QLabel* uuid_;
    QCheckBox* chosen_;
    QLabel* workersLabel_;
    QSpinBox* workers_;
    QToolButton* identify_;
    QProgressBar* memory_;
    QLabel* memoryText_;
    QLabel* gauges_;
    QLabel* warning_;
    QLabel* activity_;
    QLabel* pace_;
};

/// "62 °C · 98 % busy · 310 W"; values that the device does not report are left out.
QString gaugesText(const Device& device);

/// What a worker is doing: "Image 12, step 3 of 20".
QString activityText(const WorkerStatus& worker, const std::string& task);

}  // namespace fanlight::ui
