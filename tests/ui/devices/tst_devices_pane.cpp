#include "ui/devices/devices_pane.h"

#include <QCheckBox>
#include <QComboBox>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "ui/devices/device_card.h"

using namespace fanlight;
using namespace fanlight::ui;

namespace {

Device gpu(int number) {
    return {.id = "cuda:" + std::to_string(number),
            .kind = "cuda",
            .name = "GPU",
            .uuid = "GPU-" + std::to_string(number),
            .memory_total = int64_t{24} << 30,
            .memory_free = int64_t{6} << 30,
            .temperature_c = 62,
            .utilisation_percent = 98,
            .power_watts = 310.4};
}

Device cpu() { return {.id = "cpu", .kind = "cpu", .name = "CPU", .cores = 8, .memory_total = 1 << 30}; }

}  // namespace

class TestDevicesPane : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void gpusHideTheCpuAndCanBeLeftOut() {
        RunBridge bridge;
        DevicesPane pane(&bridge);
        QSignalSpy choice(&pane, &DevicesPane::choiceChanged);
        QCOMPARE(pane.devices(), QString("all"));
        pane.setDevices({gpu(0), gpu(1), cpu()});
        QCOMPARE(pane.devices(), QString("cuda:0,cuda:1"));
        const auto cards = pane.findChildren<DeviceCard*>();
        QCOMPARE(cards.size(), 2);
        cards.first()->setChosen(false);
        QCOMPARE(pane.devices(), QString("cuda:1"));
        pane.setDevices({gpu(0), gpu(1), cpu()});  // the next reading changes no choice
        QCOMPARE(pane.devices(), QString("cuda:1"));
        QCOMPARE(choice.size(), 2);
        pane.setDevices({gpu(0), cpu()});
        QCOMPARE(pane.devices(), QString());
    }

    void theCpuIsUsedWhereThereIsNoGpu() {
        RunBridge bridge;
        DevicesPane pane(&bridge);
        pane.setDevices({cpu()});
        QCOMPARE(pane.devices(), QString("cpu"));
    }

    void whatADeviceDoesNotReportIsLeftOut() {
        QCOMPARE(gaugesText(gpu(0)), QString("62 °C · 98 % busy · 310 W"));
        Device quiet = gpu(0);
        quiet.temperature_c = -1;
        quiet.power_watts = -1;
        QCOMPARE(gaugesText(quiet), QString("98 % busy"));
    }

    void aWorkerSaysWhatItIsDoing() {
        WorkerStatus worker{.state = WorkerState::Working, .item = 12, .step = 3, .of = 20};
        QCOMPARE(activityText(worker), QString("Image 12, step 3 of 20"));
        worker = {.state = WorkerState::Loading};
        QCOMPARE(activityText(worker), QString("Loading the model"));
    }

    void aModeThatCannotBeUsedIsNotChosen() {
        RunBridge bridge;
        DevicesPane pane(&bridge);
        auto* mode = pane.findChild<QComboBox*>();
        mode->setCurrentIndex(mode->findData("sharded"));
        QCOMPARE(pane.mode(), QString("sharded"));
        pane.setModeUsable("sharded", "It needs two devices.");
        QCOMPARE(pane.mode(), QString("replicas"));
    }

    void everyControlHasAName() {
        RunBridge bridge;
        DevicesPane pane(&bridge);
        pane.setDevices({gpu(0)});
        for (const QCheckBox* box : pane.findChildren<QCheckBox*>()) QVERIFY(!box->accessibleName().isEmpty());
        for (const QComboBox* box : pane.findChildren<QComboBox*>()) QVERIFY(!box->accessibleName().isEmpty());
    }
};

QTEST_MAIN(TestDevicesPane)
#include "tst_devices_pane.moc"
