#include "ui/main_window/project_link.h"

#include <QApplication>
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QWidget>

#include "core/base/file.h"
#include "tests/support/bridge_fixture.h"
#include "tests/support/places.h"
#include "tests/support/test.h"
#include "ui/devices/devices_pane.h"
#include "ui/devices/mode_chooser.h"
#include "ui/main_window/project.h"
#include "ui/main_window/row_tracker.h"
#include "ui/parameters/model_picker.h"
#include "ui/parameters/parameters_pane.h"
#include "ui/prompts/prompt_model.h"
#include "ui/settings/settings.h"

using namespace fanlight;
using namespace fanlight::ui;

namespace {

Device cpu() { return {.id = "cpu", .kind = "cpu", .name = "CPU", .cores = 8, .memory_total = 1 << 30}; }

/// The panes of a window that a project is about; destroying them asks nothing, as when the window is killed.
struct Window {
    QWidget widget;
    RunBridge bridge;
    PromptModel model;
    ParametersPane parameters;
    DevicesPane devices{&bridge};
    RowTracker rows{&bridge, &model};
    Project project{&model, &widget};
    ProjectLink link{&project, &parameters, &devices, &rows, nullptr};

    Window() { devices.setDevices({cpu()}); }
    bool load(const QString& file) {
        QSignalSpy loaded(&project, &Project::loaded);
        project.load(file);
        return QTest::qWaitFor([&] { return !loaded.isEmpty(); }, patienceMs);
    }
    bool save(const QString& file) {
        QSignalSpy saved(&project, &Project::saved);
        project.saveTo(file);
        return QTest::qWaitFor([&] { return !saved.isEmpty(); }, patienceMs);
    }
};

}  // namespace

class TestProjectLink : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> home_;

    QString path(const QString& name) const { return home_->filePath(name); }

private Q_SLOTS:
    void init() {
        home_ = std::make_unique<QTemporaryDir>();
        for (const char* name : {"HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"})
            qputenv(name, home_->path().toUtf8());
        qputenv("FANLIGHT_RESOURCES", source_path("/resources"));
        QCoreApplication::setOrganizationName("fanlight");
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, home_->path());
    }

    void aProjectKeepsWhatThePanesAreSetTo() {
        const QString file = path("night.fanlight");
        Generation chosen{.parameters = {{"steps", "7"}, {"negative_prompt", "grey"}}, .randomSeed = true};
        chosen.prefix = "best";
        chosen.outputFolder = path("out");
        {
            Window window;
            window.model.insert(0, {{.prompt = "a cat", .values = {{"seed", "3"}}}}, "type");
            window.parameters.setGeneration(chosen);
            window.devices.setChoices({{"cpu", true, 3}});
            window.devices.modes()->setChosen({.mode = Mode::Pipelined, .stages = 2});
            QVERIFY(window.save(file));
            QVERIFY(!window.project.isModified());
        }
        settings::generation.set({});
        settings::devices.set({});
        Window window;
        QCOMPARE(window.devices.devices(), QString("all"));
        QVERIFY(window.load(file));
        QVERIFY(window.parameters.generation() == chosen);
        QCOMPARE(window.parameters.outputFolder(), path("out"));
        QCOMPARE(window.devices.devices(), QString("cpu,cpu,cpu"));
        QVERIFY((window.devices.modes()->placement() == PlacementChoice{.mode = Mode::Pipelined, .stages = 2}));
        QCOMPARE(window.model.entries()[0].values.value("seed"), QString("3"));
        QVERIFY(!window.project.isModified());
        QCOMPARE(settings::recentFiles.get(), QStringList(file));
    }

    void aChangedSettingOfAProjectIsAChange() {
        Window window;
        QVERIFY(window.save(path("a.fanlight")));
        window.parameters.setParameters({{"steps", "9"}});
        QVERIFY(window.project.isModified());
        window.parameters.setGeneration({});
        QVERIFY(!window.project.isModified());
        window.devices.setChoices({{"cpu", true, 2}});
        QVERIFY(window.project.isModified());
        QVERIFY(window.save(path("a.fanlight")));
        QVERIFY(!window.project.isModified());
    }

    void aPlainListKeepsNoSettings() {
        Window window;
        window.model.insert(0, {{.prompt = "a cat"}}, "type");
        QVERIFY(window.save(path("a.jsonl")));
        window.parameters.setParameters({{"steps", "9"}});
        QVERIFY(!window.project.isModified());
        QCOMPARE(read_file(path("a.jsonl").toStdString()), std::string("{\"prompt\":\"a cat\"}\n"));
    }

    void aKilledWindowLosesNoSetting() {
        const QString file = path("a.fanlight");
        {
            Window killed;
            killed.model.insert(0, {{.prompt = "a cat"}}, "type");
            QVERIFY(killed.save(file));
            killed.parameters.setParameters({{"steps", "9"}});
            const std::string copy = path("fanlight/unsaved/1.fanlight").toStdString();
            WAIT_FOR(QFile::exists(copy.c_str()) && read_project(copy).settings.parameters.contains("steps"));
        }
        settings::generation.set({});
        Window next;
        QVERIFY(next.project.recover());
        next.project.settingsChanged();  // as when a model has been read meanwhile
        QTest::qSleep(100);
        QVERIFY(QFile::exists(path("fanlight/unsaved/1.fanlight")));
        WAIT_FOR(next.parameters.generation().parameters.value("steps") == "9");
        QCOMPARE(next.project.file(), file);
        QCOMPARE(next.model.rowCount(), 1);
        QVERIFY(next.project.isModified());
        QVERIFY(next.save(file));
        WAIT_FOR(!QFile::exists(path("fanlight/unsaved/1.fanlight")));
    }

    void theDevicesAreRememberedWithoutAProject() {
        {
            Window window;
            window.devices.setChoices({{"cpu", true, 5}, {"GPU-gone", false, 0}});
            window.devices.modes()->setChosen({.mode = Mode::Sharded, .device_map = "sequential"});
        }
        Window next;
        QCOMPARE(next.devices.devices(), QString("cpu,cpu,cpu,cpu,cpu"));
        QCOMPARE(next.devices.choices().size(), size_t{2});
        QCOMPARE(next.devices.modes()->placement().device_map, std::string("sequential"));
    }

    void aMissingModelIsNamedInItsPlaceAndKept() {
        const QString file = path("a.fanlight");
        ProjectSettings settings;
        settings.model = path("gone").toStdString();
        settings.parameters = {{"steps", "9"}};
        replace_file(file.toStdString(), project_head(settings) + "\n{\"prompt\":\"a cat\"}\n");
        Window window;
        QVERIFY(window.load(file));
        const auto* picker = window.parameters.findChild<ModelPicker*>();
        const auto says = [&] {
            const auto labels = picker->findChildren<QLabel*>();
            return std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) {
                return !label->isHidden() && label->text().contains(path("gone"));
            });
        };
        WAIT_FOR(says());
        QCOMPARE(picker->findChild<QComboBox*>()->placeholderText(), QString("gone"));
        QVERIFY(!window.project.isModified());
        window.model.setPrompt(0, "a dog");
        QVERIFY(window.save(file));
        const ProjectFile saved = read_project(file.toStdString());
        QVERIFY(saved.settings == settings);
        QCOMPARE(saved.rows[0].prompt, std::string("a dog"));
    }

    void aBrokenProjectLeavesEverythingAsItIs() {
        const QString file = path("a.fanlight");
        replace_file(file.toStdString(), "{\"fanlight_project\":7}\n{\"prompt\":\"a cat\"}\n");
        Window window;
        window.parameters.setParameters({{"steps", "9"}});
        window.model.insert(0, {{.prompt = "mine"}}, "type");
        QSignalSpy problem(&window.project, &Project::problem);
        window.project.load(file);
        WAIT_FOR(problem.size() == 1);
        const QString sentence = problem[0][0].toString();
        QVERIFY2(sentence.startsWith(file) && sentence.contains("newer version"), qPrintable(sentence));
        QCOMPARE(window.model.entries()[0].prompt, QString("mine"));
        QCOMPARE(window.parameters.generation().parameters.value("steps"), QString("9"));
    }
};

FANLIGHT_TEST(TestProjectLink, QApplication)
#include "tst_project_link.moc"
