#include <QApplication>
#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "core/run/run_folder.h"
#include "tests/support/places.h"
#include "tests/support/test.h"
#include "ui/devices/devices_pane.h"
#include "ui/main_window/run_controller.h"
#include "ui/parameters/parameters_pane.h"
#include "ui/prompts/prompt_model.h"
#include "ui/prompts/prompts_pane.h"
#include "ui/settings/settings.h"

using namespace fanlight;
using namespace fanlight::ui;

/// What the seeds of the list become in a run, of which only the folder is written.
class TestSeeds : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

private Q_SLOTS:
    void initTestCase() {
        for (const char* name : {"HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"})
            qputenv(name, folder_.path().toUtf8());
        qputenv("FANLIGHT_RESOURCES", source_path("/resources"));
        qputenv("FANLIGHT", "/bin/true");
        QCoreApplication::setOrganizationName("fanlight");
        settings::outputFolder.set(folder_.filePath("out"));
    }

    void everyRowHasTheSameIfTheSwitchIsOn() {
        RunBridge bridge;
        PromptsPane prompts;
        ParametersPane parameters;
        DevicesPane devices(&bridge);
        prompts.model()->insert(0, {{.prompt = "a cat"}, {.prompt = "a dog"}, {.prompt = "a fox"}}, {});
        prompts.model()->replace(1, {{.prompt = "a dog", .values = {{"seed", "9"}, {"images", "1"}}}}, {});
        parameters.setGeneration({.parameters = {{"seed", "5"}, {"images", "2"}}, .sameSeed = true});
        prompts.setDefaults(parameters.effectiveParameters(), parameters.generation().sameSeed);

        RunController runs(&bridge, &prompts, &parameters, &devices);
        QSignalSpy noticed(&runs, &RunController::noticed);
        runs.generate();
        QTRY_COMPARE(noticed.count(), 1);
        const QString said = noticed.first().first().toString();
        QVERIFY2(said.startsWith("2 prompt(s) make several identical images"), qPrintable(said));

        const QDir out(folder_.filePath("out"));
        const auto written = [&] {
            const QStringList made = out.entryList(QDir::Dirs | QDir::NoDotAndDotDot);
            return made.size() == 1 && QFile::exists(out.filePath(made.front()) + "/.fanlight/run.json");
        };
        QTRY_VERIFY(written());
        const RunPlan plan =
            read_plan(out.filePath(out.entryList(QDir::Dirs | QDir::NoDotAndDotDot).front()).toStdString());
        std::vector<uint64_t> seeds;
        for (const Item& item : plan.items) seeds.push_back(item.task.seed());
        QCOMPARE(seeds, (std::vector<uint64_t>{5, 5, 9, 5, 5}));
        QVERIFY(plan.same_seed);
    }
};

FANLIGHT_TEST(TestSeeds, QApplication)
#include "tst_seeds.moc"
