#include "ui/devices/devices_pane.h"

#include <QApplication>
#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTest>

#include "tests/support/test.h"
#include "ui/devices/device_card.h"
#include "ui/devices/mode_chooser.h"
#include "ui/models/direction.h"

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
    void gpusHideTheCpuAndCanBeDeselected() {
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
        pane.setDevices({gpu(0), gpu(1), cpu()});  // the next reading does not change the selection
        QCOMPARE(pane.devices(), QString("cuda:1"));
        QCOMPARE(choice.size(), 2);
        pane.setDevices({gpu(0), cpu()});
        QCOMPARE(pane.devices(), QString());
    }

    void choicesOutliveTheirDevices() {
        RunBridge bridge;
        DevicesPane pane(&bridge);
        pane.setChoices({{"GPU-1", false, 0}, {"GPU-gone", false, 0}});
        pane.setDevices({gpu(0), gpu(1), cpu()});
        QCOMPARE(pane.devices(), QString("cuda:0"));
        pane.setDevices({gpu(0), cpu()});
        pane.setDevices({gpu(0), gpu(1), cpu()});
        QCOMPARE(pane.devices(), QString("cuda:0"));
        pane.findChildren<DeviceCard*>().last()->setChosen(true);
        QCOMPARE(pane.choices(), (std::vector<DeviceChoice>{{"GPU-gone", false, 0}}));
    }

    void allDevicesOffIsSaid() {
        RunBridge bridge;
        DevicesPane pane(&bridge);
        const auto says = [&] {
            for (const QLabel* label : pane.findChildren<QLabel*>())
                if (!label->isHidden() && label->text().startsWith("All devices are switched off. Switch one on to generate")) return true;
            return false;
        };
        pane.setDevices({gpu(0), cpu()});
        QVERIFY(!says());
        pane.findChild<DeviceCard*>()->setChosen(false);
        QVERIFY(says());
        pane.findChild<DeviceCard*>()->setChosen(true);
        QVERIFY(!says());
    }

    void aModeHasItsOptions() {
        ModeChooser modes;
        QSignalSpy edited(&modes, &ModeChooser::edited);
        const auto* options = modes.options();
        QVERIFY(options->isHidden());
        const PlacementChoice all{.mode = Mode::Pipelined, .device_map = "sequential", .stages = 3};
        modes.setChosen(all);
        QVERIFY(!options->isHidden());
        QVERIFY((modes.placement() == PlacementChoice{.mode = Mode::Pipelined, .stages = 3}));
        const auto before = edited.size();
        for (QSpinBox* box : options->findChildren<QSpinBox*>())
            if (box->accessibleName() == "Chunks") box->setValue(5);
        QCOMPARE(edited.size(), before + 1);
        QCOMPARE(modes.placement().num_chunks, 5);
        modes.setMode(Mode::Sharded);
        QVERIFY((modes.placement() == PlacementChoice{.mode = Mode::Sharded, .device_map = "sequential"}));
        modes.setMode(Mode::Replicas);
        QVERIFY(modes.placement() == PlacementChoice());
        QCOMPARE(modes.chosen().num_chunks, 5);
    }

    void limitsThatCannotBeReadAreRefusedInTheirPlace() {
        ModeChooser modes;
        modes.setMode(Mode::Sharded);
        auto* limits = modes.options()->findChild<QLineEdit*>();
        const auto says = [&](const QString& text) {
            for (const QLabel* label : modes.options()->findChildren<QLabel*>())
                if (!label->isHidden() && label->text().contains(text)) return true;
            return false;
        };
        limits->setText("cuda:0=much");
        Q_EMIT limits->editingFinished();
        QVERIFY(says("much"));
        QVERIFY(modes.placement().max_memory.empty());
        limits->setText("cuda:0=10GB");
        Q_EMIT limits->editingFinished();
        QVERIFY(!says("much"));
        QCOMPARE(modes.placement().max_memory, std::string("cuda:0=10GB"));
    }

    void aModeThatCannotBeUsedAtPresentIsKept() {
        ModeChooser modes;
        modes.setMode(Mode::Sharded);
        modes.setUsable(Mode::Sharded, "It needs more devices.");
        QCOMPARE(modes.mode(), Mode::Replicas);
        QCOMPARE(modes.chosen().mode, Mode::Sharded);
        modes.setUsable(Mode::Sharded, {});
        modes.useChosen();
        QCOMPARE(modes.mode(), Mode::Sharded);
    }

    void aGpuThatCannotBeUsedSaysWhy() {
        RunBridge bridge;
        DevicesPane pane(&bridge);
        Device old = gpu(1);
        old.problem = "its compute capability is 6.1.";
        pane.setDevices({gpu(0), old, cpu()});
        QCOMPARE(pane.devices(), QString("cuda:0"));
        const DeviceCard* card = pane.findChildren<DeviceCard*>().last();
        QVERIFY(!card->findChild<QCheckBox*>()->isEnabled());
        QStringList texts;
        for (const QLabel* label : card->findChildren<QLabel*>()) texts << label->text();
        QVERIFY2(texts.contains("Cannot be used: " + isolated("its compute capability is 6.1.")),
                 qPrintable(texts.join(" | ")));
        pane.setDevices({old, cpu()});
        QCOMPARE(pane.devices(), QString("cpu"));
    }

    void aGpuThatCanBeUsedAgainTakesPartAgain() {
        RunBridge bridge;
        DevicesPane pane(&bridge);
        Device taken = gpu(1), other = gpu(2);
        taken.problem = other.problem = "another program has it to itself.";
        pane.setDevices({gpu(0), gpu(1), gpu(2)});
        pane.findChildren<DeviceCard*>().last()->setChosen(false);
        QSignalSpy choice(&pane, &DevicesPane::choiceChanged);
        pane.setDevices({gpu(0), taken, other});
        QCOMPARE(pane.devices(), QString("cuda:0"));
        pane.setDevices({gpu(0), gpu(1), gpu(2)});
        QCOMPARE(pane.devices(), QString("cuda:0,cuda:1"));  // as the user left it
        QCOMPARE(choice.size(), 2);
        for (const QLabel* label : pane.findChildren<QLabel*>()) QVERIFY(!label->text().contains("Cannot be used"));
    }

    void aFullGpuTakesNoPart() {
        RunBridge bridge;
        DevicesPane pane(&bridge);
        Device full = gpu(1);
        full.memory_free = 50'000'000;
        pane.setDevices({gpu(0), full});
        QCOMPARE(pane.devices(), QString("cuda:0"));
        full.memory_idle = int64_t{8} << 30;  // of workers that end for the next run
        pane.setDevices({gpu(0), full});
        QCOMPARE(pane.devices(), QString("cuda:0,cuda:1"));
    }

    void aGpuThatWorksForTheRunIsNotTakenFromIt() {
        Device taken = gpu(0);
        taken.problem = "another program has it to itself.";
        DeviceCard card(gpu(0));
        card.setWorkers({{0, {.device = "cuda:0", .state = WorkerState::Working}}}, "image");
        QSignalSpy chosen(&card, &DeviceCard::chosenChanged);
        card.setDevice(taken);  // the other program is its worker
        QVERIFY(card.isChosen());
        card.setWorkers({}, "image");
        QVERIFY(!card.isChosen());
        QCOMPARE(chosen.size(), 0);
    }

    void whatIsWrongWithAGpuThatCanBeUsedIsShown() {
        RunBridge bridge;
        DevicesPane pane(&bridge);
        Device worn = gpu(0);
        worn.warning = "its memory has had 3 errors.";
        worn.display = true;
        pane.setDevices({worn});
        QCOMPARE(pane.devices(), QString("cuda:0"));
        QStringList texts;
        for (const QLabel* label : pane.findChild<DeviceCard*>()->findChildren<QLabel*>()) texts << label->text();
        QVERIFY2(texts.contains("Attention: " + isolated("its memory has had 3 errors.")),
                 qPrintable(texts.join(" | ")));
        QVERIFY(texts.contains("62 °C · 98 % busy · 310 W · drives a display"));
    }

    void theCpuIsUsedIfThereIsNoGpu() {
        RunBridge bridge;
        DevicesPane pane(&bridge);
        pane.setDevices({cpu()});
        QCOMPARE(pane.devices(), QString("all"));  // the run chooses its workers, as without --devices
        auto* workers = pane.findChild<DeviceCard*>()->findChild<QSpinBox*>();
        QCOMPARE(workers->text(), QString("automatic"));
        workers->setValue(2);
        QCOMPARE(pane.devices(), QString("cpu,cpu"));
        pane.findChild<DeviceCard*>()->setChosen(false);
        QCOMPARE(pane.devices(), QString());
    }

    void theCpuInPlaceOfGpusIsNamed() {
        RunBridge bridge;
        DevicesPane pane(&bridge);
        pane.setDevices({cpu()}, "The driver is broken.");
        QCOMPARE(pane.devices(), QString("cpu"));  // "all" would be refused
    }

    void whyGpusAreNotListedIsSaid() {
        RunBridge bridge;
        DevicesPane pane(&bridge);
        const auto shown = [&](const QString& sentence) {
            const auto labels = pane.findChildren<QLabel*>();
            return std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) {
                return label->text() == sentence && label->isVisibleTo(&pane);
            });
        };
        pane.setDevices({cpu()}, "The driver is broken.");
        QVERIFY(shown("The driver is broken."));
        pane.setDevices({gpu(0), cpu()});
        QVERIFY(!shown("The driver is broken."));
    }

    void valuesThatADeviceDoesNotReportAreLeftOut() {
        QCOMPARE(gaugesText(gpu(0)), QString("62 °C · 98 % busy · 310 W"));
        Device quiet = gpu(0);
        quiet.temperature_c = -1;
        quiet.power_watts = -1;
        QCOMPARE(gaugesText(quiet), QString("98 % busy"));
    }

    void aWorkerSaysWhatItIsDoing() {
        WorkerStatus worker{.state = WorkerState::Working, .item = 12, .step = 3, .of = 20};
        QCOMPARE(activityText(worker, "image"), QString("Image 12, step 3 of 20"));
        QCOMPARE(activityText(worker, "text"), QString("Text 12, token 3 of 20"));
        worker = {.state = WorkerState::Loading};
        QCOMPARE(activityText(worker, "image"), QString("Loading the model"));
    }

    void anUnusableModeIsNotSelected() {
        RunBridge bridge;
        DevicesPane pane(&bridge);
        QSignalSpy choice(&pane, &DevicesPane::choiceChanged);
        pane.modes()->setMode(Mode::Sharded);
        QCOMPARE(pane.modes()->mode(), Mode::Sharded);
        pane.modes()->setUsable(Mode::Sharded, "It needs two devices.");
        QCOMPARE(pane.modes()->mode(), Mode::Replicas);
        QCOMPARE(choice.size(), 2);
    }

    void aModeShowsItsPrediction() {
        ModeChooser modes;
        const auto notes = [&] {
            QStringList texts;
            for (const QLabel* label : modes.findChildren<QLabel*>()) texts << label->text();
            return texts;
        };
        modes.setPrediction(Mode::Pipelined, "About 840 images/h");
        QVERIFY(notes().contains("About 840 images/h"));
        modes.setUsable(Mode::Pipelined, "It needs two devices.");
        QVERIFY(notes().contains("It needs two devices.") && !notes().contains("About 840 images/h"));
        modes.setUsable(Mode::Pipelined, {});
        QVERIFY(notes().contains("About 840 images/h"));
    }

    void theSmallestSelectedDeviceDecidesWhatFits() {
        RunBridge bridge;
        DevicesPane pane(&bridge);
        QCOMPARE(pane.smallestMemory(), 0);
        Device small = gpu(1);
        small.memory_total = int64_t{8} << 30;
        pane.setDevices({gpu(0), small});
        QCOMPARE(pane.smallestMemory(), int64_t{8} << 30);
        pane.findChildren<DeviceCard*>().last()->setChosen(false);
        QCOMPARE(pane.smallestMemory(), int64_t{24} << 30);
    }

    void everyControlHasAName() {
        RunBridge bridge;
        DevicesPane pane(&bridge);
        pane.setDevices({gpu(0)});
        for (const QCheckBox* box : pane.findChildren<QCheckBox*>()) QVERIFY(!box->accessibleName().isEmpty());
    }
};

FANLIGHT_TEST(TestDevicesPane, QApplication)
#include "tst_devices_pane.moc"
