#include <dlfcn.h>

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QLabel>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "core/base/json.h"
#include "tests/support/places.h"
#include "tests/support/test.h"
#include "ui/devices/device_card.h"
#include "ui/devices/devices_pane.h"
#include "ui/devices/mode_chooser.h"
#include "ui/main_window/mode_forecast.h"
#include "ui/main_window/run_controller.h"
#include "ui/parameters/parameters_pane.h"
#include "ui/prompts/prompt_model.h"
#include "ui/prompts/prompts_pane.h"

using namespace fanlight;
using namespace fanlight::ui;

/// The window on a machine with two slices of a card, and three cards that cannot be used. All of them are stand-ins.
class TestSlices : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    static bool shows(const QWidget& widget, const QString& text) {
        const auto labels = widget.findChildren<QLabel*>();
        return std::any_of(labels.begin(), labels.end(),
                           [&](const QLabel* label) { return label->text().contains(text); });
    }

private Q_SLOTS:
    void initTestCase() {
        for (const char* name : {"HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"})
            qputenv(name, folder_.path().toUtf8());
        qputenv("FANLIGHT_RESOURCES", source_path("/resources"));
        qunsetenv("CUDA_VISIBLE_DEVICES");
        const Json slices = {{{"name", "A MIG 1g"}, {"uuid", "MIG-1"}}, {{"name", "A MIG 2g"}, {"uuid", "MIG-2"}}};
        const Json cards = {{{"name", "A"}, {"mig", true}, {"slices", slices}},
                            {{"name", "Old"}, {"capability", {6, 1}}},
                            {{"name", "Taken"}, {"mode", 3}, {"process", 1}},
                            {{"name", "Full"}, {"memory", 8e9}, {"used", 7.9e9}}};
        qputenv("FANLIGHT_STAND_IN", to_line({{"cards", cards}}).c_str());
        const std::string nvml = build_path("/tests/stand_in/libnvidia-ml.so.1");
        QVERIFY2(::dlopen(nvml.c_str(), RTLD_NOW | RTLD_LOCAL), ::dlerror());
        QCOMPARE(list_devices().size(), size_t{6});
    }

    void theyAreListedAndWhatCannotBeUsedSaysWhy() {
        RunBridge bridge;
        DevicesPane pane(&bridge);
        pane.readDevices();
        QTRY_COMPARE(pane.devices(), QString("cuda:0,cuda:1"));
        const auto cards = pane.findChildren<DeviceCard*>();
        QCOMPARE(cards.size(), 5);
        const std::pair<const char*, const char*> expected[] = {
            {"A MIG 1g", "MIG instance"},
            {"A MIG 2g", "MIG instance"},
            {"Old", "Cannot be used: \u2068its compute capability is 6.1"},
            {"Taken", "Cannot be used: \u2068another program has it to itself"},
            {"Full", "Cannot be used: \u2068it is full, 100.00 MB of its 8.00 GB are free"}};
        for (int i = 0; i < 5; ++i) {
            QVERIFY2(shows(*cards[i], expected[i].first), expected[i].first);
            QVERIFY2(shows(*cards[i], expected[i].second), expected[i].second);
            const auto* use = cards[i]->findChild<QCheckBox*>();
            QCOMPARE(use->isEnabled(), i < 2);
            QCOMPARE(use->isChecked(), i < 2);
        }
    }

    void theyCannotShareAModelAndTheWindowSaysSoBeforeARun() {
        RunBridge bridge;
        PromptsPane prompts;
        ParametersPane parameters;
        DevicesPane devices(&bridge);
        prompts.model()->insert(0, {{.prompt = "a cat"}}, {});
        devices.readDevices();
        QTRY_COMPARE(devices.devices(), QString("cuda:0,cuda:1"));
        const QString reason =
            "cuda:0 (A MIG 1g) is a MIG instance, which cannot work with others on one model; use replicas.";

        RunController runs(&bridge, &prompts, &parameters, &devices);
        QSignalSpy problem(&runs, &RunController::problem), begun(&runs, &RunController::begun);
        devices.modes()->setMode(Mode::Sharded);  // chosen before anything has been foreseen
        runs.generateAction()->trigger();
        QTRY_COMPARE(problem.count(), 1);
        QCOMPARE(problem.first().first().toString(), reason);
        QCOMPARE(begun.count(), 0);

        const ModeForecast forecast(&prompts, &parameters, &devices);
        devices.show();
        const auto buttons = devices.modes()->findChildren<QRadioButton*>();
        QTRY_VERIFY(!buttons[1]->isEnabled() && !buttons[2]->isEnabled());
        QVERIFY(buttons[0]->isEnabled());
        QCOMPARE(buttons[1]->accessibleDescription(), reason);
        QCOMPARE(buttons[2]->accessibleDescription(), reason);
        QCOMPARE(devices.modes()->mode(), Mode::Replicas);

        devices.findChildren<DeviceCard*>().at(1)->setChosen(false);  // one alone may hold a model in any way
        QTRY_VERIFY(buttons[1]->isEnabled());
    }
};

FANLIGHT_TEST(TestSlices, QApplication)
#include "tst_slices.moc"
