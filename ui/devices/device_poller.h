#pragma once

#include <QList>
#include <QObject>

#include "core/devices/device_list.h"

class QTimer;

namespace fanlight::ui {

/// Reads the state of all devices off the GUI thread, once a second while wanted. A reading that takes longer (a driver
/// starting up) delays only the next one.
class DevicePoller : public QObject {
    Q_OBJECT

public:
    explicit DevicePoller(QObject* parent = nullptr);

    /// Polling pauses while the devices are not visible.
    void setWanted(bool wanted);
    /// Once, now.
    void read();

Q_SIGNALS:
    /// `problem`: why some are not listed (see driver_problem()).
    void devicesRead(const QList<fanlight::Device>& devices, const QString& problem);

private:
    QTimer* const timer_;
    bool reading_ = false;
};

}  // namespace fanlight::ui
