// Starting runs, and what is said of them while another one is shown.

#include "ui/main_window/run_controller.h"

#include <QAction>
#include <QApplication>
#include <QDir>
#include <QFileInfo>

#include "core/run/run_log.h"
#include "tests/support/bridge_fixture.h"
#include "tests/support/test.h"
#include "ui/devices/devices_pane.h"
#include "ui/parameters/parameters_pane.h"
#include "ui/prompts/prompt_model.h"
#include "ui/prompts/prompts_pane.h"
#include "ui/settings/settings.h"

using namespace fanlight;
using namespace fanlight::ui;

class TestRunController : public QObject, BridgeFixture {
    Q_OBJECT

    QTemporaryDir home_;
    std::unique_ptr<PromptsPane> prompts_;
    std::unique_ptr<ParametersPane> parameters_;
    std::unique_ptr<DevicesPane> devices_;
    std::unique_ptr<RunController> runs_;

    QAction* generate() const { return runs_->generateAction(); }
    void press() const {
        WAIT_FOR(generate()->isEnabled());
        generate()->trigger();
        WAIT_FOR(generate()->isEnabled());
    }

private Q_SLOTS:
    void initTestCase() {
        for (const char* name : {"HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"})
            qputenv(name, home_.path().toUtf8());
        qputenv("CUDA_VISIBLE_DEVICES", "");
        qputenv("FANLIGHT_RESOURCES", source_path("/resources"));
        QCoreApplication::setOrganizationName("fanlight");
    }
    void init() {
        begin();
        settings::outputFolder.set(path("out"));
        prompts_ = std::make_unique<PromptsPane>();
        parameters_ = std::make_unique<ParametersPane>();
        devices_ = std::make_unique<DevicesPane>(bridge_.get());
        prompts_->model()->insert(0, {{.prompt = "slow"}, {.prompt = "slow"}, {.prompt = "slow"}}, {});
        devices_->readDevices();
        WAIT_FOR(!devices_->devices().isEmpty());
        runs_ = std::make_unique<RunController>(bridge_.get(), prompts_.get(), parameters_.get(), devices_.get());
    }
    void cleanup() {
        runs_.reset();
        devices_.reset();
        end();
    }

    void quickClicksMakeOneRun() {
        bridge_->cancelAll();  // there are none
        start("before", 400, "slow");
        WAIT_FOR(bridge_->current() != 0);
        WAIT_FOR(generate()->toolTip().contains("after 1 run"));
        QSignalSpy begun(runs_.get(), &RunController::begun), doubted(runs_.get(), &RunController::doubted);
        for (int clicks = 0; clicks < 3; ++clicks) press();
        QCOMPARE(begun.size(), 1);
        QCOMPARE(doubted.size(), 2);
        WAIT_FOR(bridge_->runs().size() == 2);
        doubted.back()[2].value<std::function<void()>>()();  // it is meant
        QCOMPARE(begun.size(), 2);
        prompts_->model()->insert(3, {{.prompt = "a dog"}}, {});
        press();
        QCOMPARE(begun.size(), 3);
        WAIT_FOR(bridge_->runs().size() == 4);
        bridge_->cancelAll();
        WAIT_FOR(bridge_->current() == 0);
        WAIT_FOR(!generate()->toolTip().contains("after"));
        press();
        QCOMPARE(begun.size(), 4);
        QCOMPARE(doubted.size(), 2);
    }

    void leftOutImagesAreNoProblem() {
        start("run", 6, "slow");
        WAIT_FOR(bridge_->current() != 0);
        QSignalSpy ended(runs_.get(), &RunController::ended);
        bridge_->cancel(bridge_->current(), {4, 5});
        WAIT_FOR(ended.size() == 1);
        const QString sentence = ended[0][0].toString();
        QVERIFY2(sentence.contains("2 cancelled") && !sentence.contains("failed"), qPrintable(sentence));
        QVERIFY(!ended[0][1].toBool());
        QVERIFY(!runs_->retryAction()->isEnabled());
    }

    /// Every image was made, and yet the run has failed: its manifest cannot be written.
    void aFailureAtTheEndIsAProblemThatCanBeRetried() {
        start("run", 6, "slow");
        WAIT_FOR(bridge_->current() != 0);
        const RunKey run = bridge_->current();
        QVERIFY(QDir().mkpath(path("run/manifest.csv/in the way")));
        QSignalSpy ended(runs_.get(), &RunController::ended);
        WAIT_FOR(ended.size() == 1);
        QCOMPARE(bridge_->run(run)->counts().done, 6);
        QVERIFY2(ended[0][0].toString().contains("manifest.csv"), qPrintable(ended[0][0].toString()));
        QVERIFY(ended[0][1].toBool());
        QVERIFY(QDir(path("run/manifest.csv")).removeRecursively());
        QVERIFY(runs_->retryAction()->isEnabled());
        runs_->retry();
        WAIT_FOR(ended.size() == 2);
        QVERIFY(!ended[1][1].toBool());
        QVERIFY(QFileInfo(path("run/manifest.csv")).isFile());
    }

    void whatAPlanTellsIsSaidAndInTheLog() {
        prompts_->model()->insert(3, {{.prompt = "a dog", .values = {{"refiner_switch", "0.5"}}}}, {});
        QSignalSpy noticed(runs_.get(), &RunController::noticed);
        press();
        const QString told = "The setting refiner_switch has no effect in 1 row (Row 4); the run has no refiner";
        QCOMPARE(noticed.size(), 1);
        QCOMPARE(noticed[0][0].toString(), told + ".");
        WAIT_FOR(!bridge_->runs().isEmpty());
        const RunKey run = bridge_->runs().front();
        WAIT_FOR(bridge_->run(run)->ended());
        QCOMPARE(bridge_->run(run)->head().warnings, 1);
        QCOMPARE(read_log(bridge_->run(run)->folder()).front().message.text(), told.toStdString());
        press();  // the same once more
        QCOMPARE(noticed.size(), 1);
    }

    void whatIsSaidOfAnotherRunHasItsName() {
        start("a", 1, "a lighthouse");
        WAIT_FOR(!bridge_->runs().isEmpty());
        const RunKey a = bridge_->runs().front();
        WAIT_FOR(bridge_->run(a)->phase() == RunPhase::Finished);
        start("b", 1, "a giraffe");
        WAIT_FOR(bridge_->runs().size() == 2);
        QSignalSpy noticed(runs_.get(), &RunController::noticed);
        const auto said = [&](RunKey shown) {
            runs_->setShownRun(shown);
            Q_EMIT bridge_->noticed(a, "A worker died");
            return noticed.back().front().toString();
        };
        QCOMPARE(said(a), QString("A worker died."));
        QCOMPARE(said(0), QString("A worker died."));
        const RunKey b = bridge_->runs()[bridge_->runs().front() == a ? 1 : 0];
        QVERIFY2(said(b).contains("a lighthouse") && said(b).endsWith(": A worker died."), qPrintable(said(b)));
    }
};

FANLIGHT_TEST(TestRunController, QApplication)
#include "tst_run_controller.moc"
