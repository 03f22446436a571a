#include "core/plan/forecast.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/devices/device_list.h"
#include "core/plan/cpu_layout.h"
#include "tests/support/places.h"
#include "tests/support/test.h"
#include "tests/support/toy_family/family.h"

using namespace fanlight;

namespace {

const char* const resources = source_path("/resources");
std::string large_model;  ///< a folder: a toy with eight layers of 1 GB each

ForecastRequest request_for(int images, const std::string& assume) {
    ForecastRequest request{.assume = assume};
    request.run.dtype = "float32";
    request.run.model = large_model;
    for (int i = 0; i < images; ++i) request.run.rows.push_back({"a cat", {}, "Prompt"});
    request.run.parameters = {{"width", "64"}, {"height", "64"}, {"cfg_scale", "7"}};
    return request;
}

std::vector<std::string> names_of(const Forecast& forecast) {
    std::vector<std::string> names;
    for (const Placement& p : forecast.placements) names.push_back(p.name);
    return names;
}

}  // namespace

/// The plan as programs ask for it, of a model that no machine need have room for.
class TestForecast : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    Forecast foretold(const ForecastRequest& request) const { return forecast(request, resources, "--"); }

    std::string refusal_of(const ForecastRequest& request) const {
        try {
            foretold(request);
        } catch (const UsageError& error) {
            return error.what();
        }
        return "";
    }

private Q_SLOTS:
    void initTestCase() {
        qputenv("XDG_CACHE_HOME", folder_.filePath("cache").toUtf8());
        qputenv("FANLIGHT_WORKER", "/nowhere/worker");  // nothing but measuring needs one
        qputenv("CUDA_VISIBLE_DEVICES", "");            // on a machine with GPUs, too, the CPU is planned for
        add_family(toy::family());
        large_model = folder_.filePath("large").toStdString();
        for (const char* part : {"network", "scheduler"})
            QVERIFY(QDir(folder_.path()).mkpath(QString("large/") + part));
        replace_file(large_model + "/model_index.json",
                     R"({"_class_name": "ToyPipeline", "network": ["toy", "ToyNetwork"],
                         "scheduler": ["diffusers", "EulerDiscreteScheduler"]})");
        replace_file(large_model + "/network/config.json", R"({"layers": 8, "width": 250000000})");
        replace_file(large_model + "/scheduler/scheduler_config.json", R"({"_class_name": "EulerDiscreteScheduler"})");
    }

    void everyWayOfAnotherMachineIsForetold() {
        const Forecast found = foretold(request_for(4, "cuda:0=24GB,cuda:1=24GB"));
        QCOMPARE(names_of(found),
                 std::vector<std::string>({"replicas", "sharded (balanced)", "sharded (balanced_low_0)",
                                           "sharded (sequential)", "pipelined (2 stages)"}));
        QCOMPARE(found.chosen.name, std::string("replicas"));
        QCOMPARE(found.best, std::string("replicas"));
        QCOMPARE(forecast_shares(found), (std::vector<std::vector<int64_t>>{{0, 2}, {1, 3}}));
        QVERIFY(!found.measured);
    }

    void theHostsMemoryIsThisMachinesWhereNothingIsAssumedOfIt() {
        ForecastRequest request = request_for(1, "cuda:0=24GB");
        request.mode_is_chosen = true;
        request.placement = {
            .mode = Mode::Sharded, .device_map = "sequential", .max_memory = parse_max_memory("cuda:0=3GB,cpu=2GB")};
        const Forecast found = foretold(request);
        QVERIFY2(found.chosen.problem.empty(), found.chosen.problem.text().c_str());
    }

    void whereNoReplicaFitsTheBestIsChosen() {
        const Forecast found = foretold(request_for(4, "cuda:0=6GB,cuda:1=6GB"));
        QCOMPARE(found.chosen.name, std::string("pipelined (2 stages)"));
        QVERIFY(found.why.text().find("of those that fit") != std::string::npos);
        QVERIFY(!forecast_of_mode(found, Mode::Replicas)->problem.empty());
        QVERIFY(forecast_of_mode(found, Mode::Sharded)->problem.empty());
    }

    void whatIsAskedForIsAmongTheRowsThatAreCompared() {
        ForecastRequest request = request_for(4, "cuda:0=24GB,cuda:1=24GB,cuda:2=24GB,cuda:3=24GB");
        request.mode_is_chosen = true;
        request.placement = {.mode = Mode::Pipelined, .replicas = 1, .stages = 2};
        const Forecast found = foretold(request);
        QCOMPARE(found.chosen.name, std::string("pipelined (2 stages)"));
        QCOMPARE(names_of(found).back(), found.chosen.name);
        QCOMPARE(found.why.text(), std::string("as asked for"));
    }

    void aModeThatNeedsMoreDevicesHasNoRow() {
        const Forecast found = foretold(request_for(1, "cuda:0=24GB"));
        QVERIFY(forecast_of_mode(found, Mode::Pipelined) == nullptr);
        QVERIFY(forecast_of_mode(found, Mode::Replicas) != nullptr);
    }

    void workersOnTheCpuAreThoseThatGenerateWouldHave() {
        ForecastRequest request = request_for(6, "");
        request.run.model = "starter";
        const Forecast found = foretold(request);
        const CpuLayout layout = choose_layout(cpu_work_of(found.run, cpu_device()));
        QCOMPARE(found.run.devices.size(), static_cast<size_t>(layout.workers));
        QCOMPARE(found.run.recipe.threads, layout.threads);
        QCOMPARE(found.placements.front().workers.size(), static_cast<size_t>(layout.workers));
        QCOMPARE(found.chosen.name, std::string("replicas"));
        request.mode_is_chosen = true;
        request.placement.mode = Mode::Pipelined;
        QCOMPARE(foretold(request).run.devices.size(), size_t{1});  // how it is cut does not depend on the list
    }

    void whatCannotBeIsRefused_data() {
        QTest::addColumn<int>("images");
        QTest::addColumn<QString>("assume");
        QTest::addColumn<QString>("devices");
        QTest::addColumn<QString>("expected");
        QTest::newRow("nothing to make") << 0 << "cuda:0=24GB"
                                         << "all"
                                         << "nothing to make";
        QTest::newRow("GPUs beside CPUs") << 1 << "cuda:0=24GB,cpu=64GB"
                                          << "cuda:0,cpu"
                                          << "either GPUs or CPUs";
        QTest::newRow("a disk") << 1 << "disk=1GB"
                                << "all"
                                << "disk is not a device that computes";
        QTest::newRow("not assumed") << 1 << "cuda:0=24GB"
                                     << "cuda:1"
                                     << "this machine has cuda:0";
        QTest::newRow("memory for nothing") << 1 << "cuda:0=100MB"
                                            << "all"
                                            << "cuda:0 has 100.00 MB free";
    }
    void whatCannotBeIsRefused() {
        QFETCH(int, images);
        QFETCH(QString, assume);
        QFETCH(QString, devices);
        QFETCH(QString, expected);
        ForecastRequest request = request_for(images, assume.toStdString());
        request.run.devices = devices.toStdString();
        const std::string refusal = refusal_of(request);
        QVERIFY2(QString::fromStdString(refusal).contains(expected), refusal.c_str());
    }

    void onlyTheLastQuestionIsAnswered() {
        Forecaster forecaster(resources);
        QSignalSpy refused(&forecaster, &Forecaster::refused);
        std::vector<size_t> answers;
        connect(&forecaster, &Forecaster::answered, this,
                [&](const Forecast& found) { answers.push_back(found.run.items.size()); });
        for (const int images : {0, 1, 2, 3}) forecaster.ask(request_for(images, "cuda:0=24GB"));
        QVERIFY(QTest::qWaitFor([&] { return !answers.empty(); }, 60'000));
        QCoreApplication::processEvents();
        QCOMPARE(answers, std::vector<size_t>{3});
        QCOMPARE(refused.size(), 0);
    }

    void aRefusalIsASentence() {
        Forecaster forecaster(resources);
        QSignalSpy refused(&forecaster, &Forecaster::refused);
        forecaster.ask(request_for(0, "cuda:0=24GB"));
        QVERIFY(refused.wait(60'000));
        QCOMPARE(refused.front().front().value<Sentence>().text(),
                 std::string("The list holds no prompt, so there is nothing to make."));
    }

    void whoAskedMayLeave() { Forecaster(resources).ask(request_for(1, "cuda:0=24GB")); }
};

FANLIGHT_TEST(TestForecast, QCoreApplication)
#include "tst_forecast.moc"
