#pragma once

#include <QList>
#include <QStringList>
#include <QWidget>
#include <string>

#include "core/devices/device_list.h"
#include "ui/bridge/run_bridge.h"

class QComboBox;
class QLabel;
class QVBoxLayout;

namespace fanlight::ui {

class DeviceCard;
class DevicePoller;

/// A card a device, and how a run uses them together.
class DevicesPane : public QWidget {
    Q_OBJECT

public:
    explicit DevicesPane(RunBridge* bridge, QWidget* parent = nullptr);

    /// For the next run, as --devices takes it: "cuda:0,cuda:1", "cpu,cpu"; "all" until the devices are known, "" when
    /// none is chosen.
    QString devices() const;
    /// For the next run, as --mode takes it.
    QString mode() const;

    /// What the mode would give, beside the choice: "About 840 images/h, 11.2 GB a device".
    void setPrediction(const QString& text);
    /// A mode that cannot be used for now, and why; an empty reason: it can.
    void setModeUsable(const QString& mode, const QString& reason);

    /// What the devices are; the pane reads them itself while it is seen.
    void setDevices(const QList<Device>& devices);

Q_SIGNALS:
    /// devices() or mode() is another one.
    void choiceChanged();

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    QWidget* makeMode();
    DeviceCard* card(const std::string& device) const;
    DeviceCard* addCard(const Device& device);
    void showWorkers();
    void applyChoice(const DeviceCard& card);

    RunBridge* const bridge_;
    DevicePoller* const poller_;
    QComboBox* mode_;
    QLabel* prediction_;
    QVBoxLayout* cardLayout_;
    QList<DeviceCard*> cards_;  ///< in the order of the devices
};

}  // namespace fanlight::ui
