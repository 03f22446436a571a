#include "ui/devices/device_poller.h"

#include <QTimer>

#include "ui/models/background.h"
#include "ui/models/sentence.h"

namespace fanlight::ui {

namespace {

constexpr int intervalMs = 1000;

struct Reading {
    QList<Device> devices;
    QString problem;
};

Reading readDevices() {
    const std::vector<Device> devices = list_devices();
    return {{devices.begin(), devices.end()}, phrase(driver_problem())};
}

}  // namespace

DevicePoller::DevicePoller(QObject* parent) : QObject(parent), timer_(new QTimer(this)) {
    timer_->setInterval(intervalMs);
    connect(timer_, &QTimer::timeout, this, &DevicePoller::read);
}

void DevicePoller::setWanted(bool wanted) {
    if (wanted == timer_->isActive()) return;
    if (!wanted) return timer_->stop();
    timer_->start();
    read();
}

void DevicePoller::read() {
    if (std::exchange(reading_, true)) return;
    inBackground(this, &readDevices, [this](const Reading& reading) {
        reading_ = false;
        Q_EMIT devicesRead(reading.devices, reading.problem);
    });
}

}  // namespace fanlight::ui

#include "moc_device_poller.cpp"
