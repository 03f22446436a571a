#include <dlfcn.h>
#include <signal.h>

#include <QAction>
#include <QApplication>
#include <QLabel>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "core/base/json.h"
#include "tests/support/places.h"
#include "tests/support/test.h"
#include "ui/devices/devices_pane.h"
#include "ui/devices/mode_chooser.h"
#include "ui/main_window/mode_forecast.h"
#include "ui/main_window/run_controller.h"
#include "ui/parameters/parameters_pane.h"
#include "ui/prompts/prompt_model.h"
#include "ui/prompts/prompts_pane.h"

using namespace fanlight;
using namespace fanlight::ui;

/// The window's runs are made by an owner that ends its idle workers for them, or uses these: what they hold of a GPU's
/// memory is free for its plans. The GPUs are stand-ins.
class TestIdleWorkers : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QProcess owner_;
    pid_t worker_ = 0;

    /// Programs that are called as the owner and its worker are, and do nothing.
    void startOwner() {
        QFile script(folder_.filePath("serve"));
        QVERIFY(script.open(QIODevice::WriteOnly));
        script.write("cp /bin/sleep fanlight-worker; ./fanlight-worker 300 & echo $!; wait\n");
        script.close();
        owner_.setWorkingDirectory(folder_.path());
        owner_.start("/bin/sh", {"serve"});
        QVERIFY(owner_.waitForReadyRead());
        worker_ = owner_.readLine().trimmed().toInt();
        const auto name = [this] {
            QFile comm(QString("/proc/%1/comm").arg(worker_));
            return comm.open(QIODevice::ReadOnly) ? comm.readAll().trimmed() : QByteArray();
        };
        QTRY_COMPARE(name(), QByteArray("fanlight-worker"));
    }

private Q_SLOTS:
    void initTestCase() {
        for (const char* name :
             {"HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"})
            qputenv(name, folder_.path().toUtf8());
        qputenv("FANLIGHT_RESOURCES", source_path("/resources"));
        qunsetenv("CUDA_VISIBLE_DEVICES");
        startOwner();
        // 100 MB of each card are free, and the worker has 1 GiB.
        const Json card = {{"memory", 8e9}, {"used", 7.9e9}, {"process", worker_}};
        qputenv("FANLIGHT_STAND_IN", to_line({{"cards", {card, card}}}).c_str());
        // The name is then known to the loader, wherever the library is.
        const std::string nvml = build_path("/tests/stand_in/libnvidia-ml.so.1");
        QVERIFY2(::dlopen(nvml.c_str(), RTLD_NOW | RTLD_LOCAL), ::dlerror());
        QCOMPARE(list_devices().size(), size_t{3});
    }
    void cleanupTestCase() {
        ::kill(worker_, SIGKILL);
        owner_.waitForFinished();
    }

    void theirMemoryIsFreeForTheRunsOfTheWindow() {
        RunBridge bridge;
        PromptsPane prompts;
        ParametersPane parameters;
        DevicesPane devices(&bridge);
        prompts.model()->insert(0, {{.prompt = "a cat"}}, {});
        devices.readDevices();
        QTRY_COMPARE(devices.devices(), QString("cuda:0,cuda:1"));

        const ModeForecast forecast(&prompts, &parameters, &devices);
        devices.show();
        const auto predictions = [&] {
            const auto labels = devices.modes()->findChildren<QLabel*>();
            return std::count_if(labels.begin(), labels.end(),
                                 [](const QLabel* label) { return label->text().contains("images/h"); });
        };
        QTRY_COMPARE(predictions(), 3);

        RunController runs(&bridge, &prompts, &parameters, &devices);
        devices.modes()->setMode(Mode::Sharded);
        QSignalSpy begun(&runs, &RunController::begun), problem(&runs, &RunController::problem);
        runs.generateAction()->trigger();
        QTRY_VERIFY(begun.count() + problem.count() > 0);
        QVERIFY2(begun.count() == 1, qPrintable(problem.value(0).value(0).toString()));
    }
};

FANLIGHT_TEST(TestIdleWorkers, QApplication)
#include "tst_idle_workers.moc"
