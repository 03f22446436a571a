#include "ui/main_window/mode_forecast.h"

#include <QApplication>
#include <QLabel>
#include <QTemporaryDir>
#include <QTest>

#include "tests/support/bridge_fixture.h"
#include "tests/support/places.h"
#include "tests/support/test.h"
#include "ui/devices/devices_pane.h"
#include "ui/devices/mode_chooser.h"
#include "ui/parameters/parameters_pane.h"
#include "ui/prompts/prompt_model.h"
#include "ui/prompts/prompts_pane.h"

using namespace fanlight;
using namespace fanlight::ui;

class TestModeForecast : public QObject {
    Q_OBJECT

    QTemporaryDir home_;

    static QString said(const QWidget& widget) {
        QStringList texts;
        for (const QLabel* label : widget.findChildren<QLabel*>())
            if (!label->isHidden()) texts << label->text();
        return texts.join('\n');
    }

private Q_SLOTS:
    void initTestCase() {
        for (const char* name : {"HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"})
            qputenv(name, home_.path().toUtf8());
        qputenv("FANLIGHT_RESOURCES", source_path("/resources"));
        qputenv("CUDA_VISIBLE_DEVICES", "");
        QCoreApplication::setOrganizationName("fanlight");
    }

    void anEmptyListHasNoPrediction() {
        RunBridge bridge;
        PromptsPane prompts;
        ParametersPane parameters;
        DevicesPane devices(&bridge);
        const ModeForecast forecast(&prompts, &parameters, &devices);
        devices.show();
        prompts.model()->insert(0, {{.prompt = "a cat"}}, {});
        WAIT_FOR(said(*devices.modes()).contains("images/h"));
        prompts.model()->remove({0});
        WAIT_FOR(!said(*devices.modes()).contains("images/h"));
    }

    void optionsHaveTheirOwnPrediction() {
        RunBridge bridge;
        PromptsPane prompts;
        ParametersPane parameters;
        DevicesPane devices(&bridge);
        const ModeForecast forecast(&prompts, &parameters, &devices);
        devices.setChoices({{"cpu", true, 3}});
        devices.setDevices({cpu_device()});
        devices.show();
        prompts.model()->insert(0, {{.prompt = "a cat"}, {.prompt = "a dog"}}, {});
        devices.modes()->setChosen({.mode = Mode::Pipelined, .stages = 3});
        WAIT_FOR(said(*devices.modes()).contains("3 stage(s): About"));
        WAIT_FOR(said(*devices.modes()).contains("2 stage(s): About"));
        devices.modes()->setChosen({.mode = Mode::Pipelined, .stages = 4});
        WAIT_FOR(said(*devices.modes()->options()).contains("4"));
        QCOMPARE(devices.modes()->placement().stages, 4);
    }
};

FANLIGHT_TEST(TestModeForecast, QApplication)
#include "tst_mode_forecast.moc"
