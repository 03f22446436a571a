#include "core/plan/device_pairs.h"

#include <QTest>

#include "core/base/error.h"
#include "core/devices/placement.h"
#include "core/plan/cpu_layout.h"
#include "core/plan/forecast.h"
#include "core/plan/place_run.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

const char* const resources = source_path("/resources");
const std::string pipelines = source_path("/tests/golden/data/pipelines/");

Device card(int number, const std::string& name = "Card") {
    return {.id = "cuda:" + std::to_string(number),
            .kind = "cuda",
            .name = name,
            .memory_total = int64_t{24} << 30,
            .memory_free = int64_t{24} << 30,
            .capability = 90};
}

std::vector<Device> machine() {
    std::vector<Device> devices = {card(0), card(1), card(2), card(3), card(4, "Other"), card(5)};
    devices.back().slice = true;
    devices.push_back({.id = "cpu", .kind = "cpu", .name = "CPU", .cores = 8, .memory_free = int64_t{64} << 30});
    return devices;
}

PlanRequest request_for(const std::string& pairs, const std::string& model = "z_image") {
    PlanRequest request{.model = pipelines + model, .rows = {{"a cat", {}, "Prompt"}}};
    request.parameters = {{"width", "32"}, {"height", "32"}, {"cfg_scale", "4"}};
    request.cfg_devices = pairs;
    return request;
}

PlannedRun planned(const PlanRequest& request) { return make_plan(request, resources, "--", machine(), ""); }

std::string refusal(const PlanRequest& request) {
    try {
        planned(request);
    } catch (const UsageError& error) {
        return error.what();
    }
    return "accepted";
}

std::vector<std::string> seconds_of(const RunPlan& plan, int model = 0) {
    std::vector<std::string> devices;
    for (const WorkerPlace& worker : plan.model(model).placement.workers) devices.push_back(worker.cfg_device);
    return devices;
}

using Ids = std::vector<std::string>;

}  // namespace

/// On cards that are not there; nothing is made.
class TestDevicePairs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void eachPairIsAWorker() {
        const PlannedRun one = planned(request_for("cuda:0, cuda:1"));
        QCOMPARE(one.devices, Ids{"cuda:0"});
        QCOMPARE(seconds_of(one), Ids{"cuda:1"});
        QCOMPARE(devices_in_use(one), Ids{"cuda:0+cuda:1"});
        const PlannedRun two = planned(request_for("cuda:3,cuda:1,cuda:0,cuda:2"));
        QCOMPARE(two.devices, (Ids{"cuda:3", "cuda:0"}));
        QCOMPARE(seconds_of(two), (Ids{"cuda:1", "cuda:2"}));
        QVERIFY(seconds_of(planned(request_for(""))).front().empty());
    }

    void bothDevicesLeaveMemoryToOthers() {
        PlanRequest request = request_for("cuda:0,cuda:1");
        request.reserve.named = {{"cuda:1", 2e9}};
        QCOMPARE(bytes_on(planned(request).placement.reserved, "cuda:1"), Bytes{2'000'000'000});
    }

    void twoOnTheCpuAreOneWorkerWithItsThreads() {
        PlanRequest request = request_for("cpu,cpu");
        PlannedRun plan = planned(request);
        lay_out_if_open(plan, request, machine().back());
        QCOMPARE(plan.devices, Ids{"cpu"});
        QCOMPARE(seconds_of(plan), Ids{"cpu"});
    }

    void onlyModelsOfGuidedItemsHaveTwo() {
        PlanRequest request = request_for("cuda:0,cuda:1");
        request.parameters["cfg_scale"] = "0";
        const PlannedRun none = planned(request);
        QVERIFY(seconds_of(none).front().empty());
        QVERIFY(none.notes.back().text().find("no image of the run is guided") != std::string::npos);
        PromptRow guided{"a dog", {}, "Prompt 2"};
        guided.overrides.cfg_scale = 3;
        guided.overrides.model = pipelines + "flux_2";
        request.rows.push_back(guided);
        const PlannedRun some = planned(request);
        QVERIFY(seconds_of(some, 0).front().empty());
        QCOMPARE(seconds_of(some, 1), Ids{"cuda:1"});
        QCOMPARE(devices_in_use(some), Ids{"cuda:0+cuda:1"});
    }

    void whatWouldNotBeTheSameBytesIsRefused_data() {
        QTest::addColumn<QString>("pairs");
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("sentence");
        const auto row = [](const char* pairs, const char* sentence, const char* model = "z_image") {
            QTest::addRow("%s, %s", pairs, model) << pairs << model << sentence;
        };
        row("cuda:0", "devices share guided evaluations in pairs, and it names 1 device; name two for each worker");
        row("cuda:0,cuda:1,cuda:2", "and it names 3 devices");
        row("cuda:0,cuda:0", "cuda:0 is named twice; a GPU belongs to one pair");
        row("cuda:0,cuda:9", "there is no device \"cuda:9\"");
        row("cuda:0,cpu", "a pair is two GPUs, or the CPU twice");
        row("cpu,cpu,cuda:0,cuda:1", "either GPUs or CPUs");
        row("cuda:0,cuda:4", "cuda:0 (Card) and cuda:4 (Other) are of different models");
        row("cuda:0,cuda:5", "cuda:5 is a MIG instance");
        row("cuda:0,cuda:1", "computes both halves of a guided evaluation in one call", "sd1");
    }
    void whatWouldNotBeTheSameBytesIsRefused() {
        QFETCH(QString, pairs);
        QFETCH(QString, model);
        QFETCH(QString, sentence);
        const std::string refused = refusal(request_for(pairs.toStdString(), model.toStdString()));
        QVERIFY2(refused.starts_with("--cfg-devices: ") || sentence.startsWith("either"), refused.c_str());
        QVERIFY2(QString::fromStdString(refused).contains(sentence), refused.c_str());
    }

    void pairsTakeThePlaceOfDevices() {
        PlanRequest request = request_for("cuda:0,cuda:1");
        request.devices = "cuda:0";
        QCOMPARE(
            refusal(request),
            std::string("--cfg-devices names the devices of the run, and so does --devices; leave one of them out."));
    }

    void pairsAreReplicasOfThisProcess() {
        const PlannedRun plan = planned(request_for("cuda:0,cuda:1"));
        QVERIFY(pair_problem(plan, Mode::Replicas).empty());
        QVERIFY(!pair_problem(plan, Mode::Sharded).empty() && !pair_problem(plan, Mode::Pipelined).empty());
        QVERIFY_THROWS_EXCEPTION(UsageError, check_for_ranks(plan));
        check_for_ranks(planned(request_for("")));
    }

    void theForecastCountsBothDevices() {
        ForecastRequest request{.run = request_for("cuda:0,cuda:1"), .assume = "cuda:0=24GB,cuda:1=24GB"};
        const Forecast shared = forecast(request, resources, "--");
        QCOMPARE(shared.chosen.mode, Mode::Replicas);
        QCOMPARE(shared.chosen.memory.size(), size_t{2});
        QCOMPARE(shared.chosen.memory[1].device, std::string("cuda:1"));
        QCOMPARE(shared.chosen.memory[1].weights, shared.model.network_bytes());
        for (const Placement& placement : shared.placements)
            QCOMPARE(placement.problem.empty(), placement.mode == Mode::Replicas);
        request.run = request_for("");
        request.run.devices = "cuda:0";
        const Forecast alone = forecast(request, resources, "--");
        QVERIFY(shared.chosen.images_per_hour > alone.chosen.images_per_hour);
    }
};

FANLIGHT_TEST(TestDevicePairs)
#include "tst_device_pairs.moc"
