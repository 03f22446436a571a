#pragma once

#include <QList>
#include <QObject>

#include "core/devices/device_list.h"

class QTimer;

namespace fanlight::ui {

/// Reads the state of all devices off the GUI thread, once a second while it is wanted. A reading that takes longer (a
/// driver that starts) delays the next one and nothing else.
class DevicePoller : public QObject {
    Q_OBJECT

public:
    explicit DevicePoller(QObject* parent = nullptr);

    /// While nobody sees the devices, nobody needs to know.
    void setWanted(bool wanted);
    /// Once, now.
    void read();

Q_SIGNALS:
    void devicesRead(const QList<fanlight::Device>& devices);

private:
    QTimer* const timer_;
    bool reading_ = false;
};

}  // namespace fanlight::ui
