#include "core/devices/placement.h"

#include <QTest>
#include <cmath>
#include <functional>

#include "core/base/error.h"
#include "core/devices/infer_device_map.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

constexpr int64_t MB = 1'000'000;

/// `layers` linear layers of 100 MB each, registered in execution order; a layer takes 1 ms at 1 TFLOP/s.
ModelDescription model_of(int layers) {
    ModelDescription model{.shape = {.dtype = "float32", .width = 64, .height = 64}, .component = "unet"};
    model.network.root.class_name = "Network";
    for (int i = 0; i < layers; ++i) {
        const std::string name = std::to_string(i);
        model.network.root.children.push_back(
            {.name = name, .class_name = "Linear", .parameters = {{"weight", {25 * MB}, "float32"}}});
        model.layers.push_back({name, 100 * MB, 1e9, 2 * MB, 10 * MB});
    }
    model.text_encoder = {30 * MB, 0, 1 * MB};
    model.decoder = {20 * MB, 0, 40 * MB};
    return model;
}

std::vector<PlanDevice> gpus(const std::vector<int64_t>& megabytes) {
    std::vector<PlanDevice> devices;
    for (const int64_t memory : megabytes)
        devices.push_back(
            {.id = "cuda:" + std::to_string(devices.size()), .memory = memory * MB, .flops_per_second = 1e12});
    return devices;
}

const Workload eight_images{.images = 8, .batch_size = 1, .steps = 10, .once_seconds = 1e-9};

std::string refusal(const ModelDescription& model, const std::vector<PlanDevice>& devices,
                    const PlacementRequest& request, const Workload& work = eight_images) {
    try {
        place_model(model, devices, request, work);
    } catch (const UsageError& error) {
        return error.what();
    }
    return "";
}

bool near(double a, double b) { return std::abs(a - b) <= 1e-3 * std::abs(b); }

}  // namespace

class TestPlacement : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void modesHaveNames() {
        for (const Mode mode : {Mode::Replicas, Mode::Sharded, Mode::Pipelined})
            QCOMPARE(mode_named(name_of(mode)), mode);
        QVERIFY_THROWS_EXCEPTION(UsageError, mode_named("fsdp"));
    }

    void replicasHoldTheWholeModelEach() {
        const Placement p = place_model(model_of(4), gpus({2000, 2000}), {}, eight_images);
        QCOMPARE(p.workers.size(), size_t{2});
        QCOMPARE(p.workers[1].owns, std::vector<std::string>({"cuda:1"}));
        QCOMPARE(p.workers[1].stages.front().layers.end, int64_t{4});
        QCOMPARE(p.memory[0].weights, 450 * MB);
        QCOMPARE(p.memory[0].activations, 40 * MB);  // the decoder's
        QVERIFY(near(p.images_per_hour, 2 * 3600 / 0.04));
        QCOMPARE(p.bubble, 0.0);
    }

    /// The card has 650 MB for activations and the program itself beside what the encoder takes.
    void textEncodersLeaveWhereTheyMust() {
        ModelDescription model = model_of(4);
        model.text_encoder = {200 * MB, 0, 5 * MB};
        const auto on = [&](int64_t megabytes, const PlacementRequest& request = {}) {
            return predict_placement(model, gpus({megabytes}), request, eight_images);
        };
        const DeviceMemory whole = on(4000).memory[0];
        QCOMPARE(whole.weights, 620 * MB);
        const int64_t program = whole.context / MB + 1;
        const auto stays = [&](int64_t megabytes, EncoderStay stay) {
            const Placement p = on(program + megabytes);
            return p.problem.empty() && p.encoder_stay == stay && p.memory[0].needed() <= p.memory[0].free;
        };
        QVERIFY(stays(620 + 40, EncoderStay::Always));
        QVERIFY(stays(620 + 39, EncoderStay::WhileReading));
        QVERIFY(stays(420 + 205, EncoderStay::WhileReading));  // while they read
        QVERIFY(stays(420 + 204, EncoderStay::InTurns));
        QVERIFY(stays(420 + 40, EncoderStay::InTurns));  // while pictures are sampled and decoded
        const Placement small = on(program + 420 + 38);
        QVERIFY(!small.problem.empty() && small.encoder_stay == EncoderStay::Always);
        QCOMPARE(predict_placement(model, {{.id = "cpu", .memory = 100 * MB}}, {}, eight_images).encoder_stay,
                 EncoderStay::Always);
        model.text_encoder = {};
        QCOMPARE(on(program + 300).encoder_stay, EncoderStay::Always);
    }

    void theEncoderLeavesTheNamesOfItsStays() {
        for (const EncoderStay stay : {EncoderStay::Always, EncoderStay::WhileReading, EncoderStay::InTurns})
            QCOMPARE(encoder_stay_named(name_of(stay)), stay);
        QVERIFY_THROWS_EXCEPTION(Error, encoder_stay_named("ever"));
    }

    void textEncodersOnAnotherDeviceCountThere() {
        const ModelDescription model = model_of(4);
        const auto rows = [&](PlacementRequest request, const std::vector<PlanDevice>& devices) {
            request.text_device = PlanDevice{.id = "cuda:1", .memory = 500 * MB};
            return predict_placement(model, devices, request, eight_images).memory;
        };
        const auto one = rows({}, gpus({2000}));
        QCOMPARE(one.size(), size_t{2});
        QCOMPARE(one[0].weights, 420 * MB);
        QVERIFY(one[1].device == "cuda:1" && one[1].weights == 30 * MB && one[1].activations == 1 * MB);
        QVERIFY(one[1].context > 0 && one[1].free == 500 * MB);
        const auto both = rows({}, gpus({2000, 2000}));
        QCOMPARE(both.size(), size_t{4});
        QVERIFY(both[2].context > 0 && both[3].context == 0);  // the second worker is there anyway
        const auto stages = rows({.mode = Mode::Pipelined, .stages = 2}, gpus({2000, 2000}));
        QCOMPARE(stages.size(), size_t{3});
        QCOMPARE(stages[0].weights + stages[1].weights, 420 * MB);
        const auto shards = rows({.mode = Mode::Sharded}, gpus({2000, 2000}));
        QCOMPARE(shards.back().weights, 30 * MB);
        PlacementRequest full;
        full.text_device = PlanDevice{.id = "cuda:1", .memory = 20 * MB};
        QVERIFY(predict_placement(model, gpus({2000}), full, eight_images).problem.text().starts_with("cuda:1 has"));
    }

    void aSecondDeviceHalvesGuidedEvaluations() {
        ModelDescription model = model_of(4);
        PlacementRequest request;
        request.cfg_devices = {{.id = "cuda:1", .memory = 2000 * MB}};
        const Placement alone = predict_placement(model, gpus({2000}), {}, eight_images),
                        shared = predict_placement(model, gpus({2000}), request, eight_images);
        QVERIFY(near(shared.images_per_hour, 2 * alone.images_per_hour));
        QCOMPARE(shared.workers.front().owns, (std::vector<std::string>{"cuda:0", "cuda:1"}));
        QCOMPARE(shared.memory[0].weights, alone.memory[0].weights);
        QVERIFY(shared.memory[1].device == "cuda:1" && shared.memory[1].weights == 400 * MB);
        QVERIFY(shared.memory[1].activations == 10 * MB && shared.memory[1].context > 0);

        request.cfg_devices.front().memory = 400 * MB;
        QVERIFY(predict_placement(model, gpus({2000}), request, eight_images).problem.text().starts_with("cuda:1 has"));
        model.shape.guided = false;  // it has nothing to do
        QCOMPARE(predict_placement(model, gpus({2000}), request, eight_images).memory.size(), size_t{1});
    }

    void twoCopiesOnTheCpuShareItsCores() {
        const PlanDevice cpu{.id = "cpu", .memory = 1500 * MB, .flops_per_second = 1e12};
        PlacementRequest request;
        request.cfg_devices = {cpu};
        const Placement alone = predict_placement(model_of(4), {cpu}, {}, eight_images),
                        shared = predict_placement(model_of(4), {cpu}, request, eight_images);
        QVERIFY(near(shared.images_per_hour, alone.images_per_hour));
        QVERIFY(shared.memory[1].weights == 0 && shared.memory[1].context == 0);
        QVERIFY(shared.memory[1].activations > 0);
    }

    void workersOnTheCpuShareTheWeights() {
        const PlanDevice cpu{.id = "cpu", .memory = 1500 * MB, .flops_per_second = 1e12};
        ModelDescription model = model_of(10);
        model.mapped_bytes = model.bytes();
        const Placement p = place_model(model, {cpu, cpu}, {}, eight_images);
        QCOMPARE(p.memory[0].weights, 1050 * MB);
        QCOMPARE(p.memory[1].weights, int64_t{0});
        model.mapped_bytes = 1000 * MB;  // the others are converted
        QCOMPARE(place_model(model, {cpu, cpu}, {}, eight_images).memory[1].weights, 50 * MB);
        model.mapped_bytes = 0;
        QVERIFY(!predict_placement(model, {cpu, cpu}, {}, eight_images).problem.empty());
    }

    void embeddingsThatAreKeptTakeMainMemory() {
        const PlanDevice cpu{.id = "cpu", .memory = 4000 * MB, .flops_per_second = 1e12};
        ModelDescription model = model_of(10);
        model.embedding_bytes = 2 * MB;
        const auto activations = [&](const std::vector<PlanDevice>& devices, const PlacementRequest& request,
                                     int64_t images, size_t row) {
            Workload work = eight_images;
            work.images = images;
            return predict_placement(model, devices, request, work).memory[row].activations;
        };
        QCOMPARE(activations({cpu}, {}, 8, 0), (40 + 9 * 2) * MB);  // the prompts' and the negative prompt's
        QCOMPARE(activations({cpu}, {}, 10'000, 0), 40 * MB + (256 << 20));
        QCOMPARE(activations(gpus({4000}), {}, 8, 0), 40 * MB);
        const PlacementRequest two_stages{.mode = Mode::Pipelined, .stages = 2};
        const int64_t first = activations({cpu, cpu}, two_stages, 8, 0),
                      last = activations({cpu, cpu}, two_stages, 8, 1);
        model.embedding_bytes = 0;
        QCOMPARE(activations({cpu, cpu}, two_stages, 8, 0), first - 18 * MB);  // which encodes them
        QCOMPARE(activations({cpu, cpu}, two_stages, 8, 1), last);
    }

    void aPipelineIsCutWhereItsSlowestStageIsFastest() {
        auto devices = gpus({2000, 2000});
        devices[1].flops_per_second = 3e12;
        const Placement p = place_model(model_of(8), devices, {.mode = Mode::Pipelined}, eight_images);
        QCOMPARE(p.workers.size(), size_t{2});
        QCOMPARE(p.workers[0].stages.front().layers.end, int64_t{2});
        QCOMPARE(p.workers[1].stages.front().layers.begin, int64_t{2});
        QVERIFY(near(p.workers[0].stages.front().seconds, 0.002) && near(p.workers[1].stages.front().seconds, 0.002));
        QCOMPARE(p.memory[0].weights, 230 * MB);  // with the text encoder
        QCOMPARE(p.memory[1].weights, 620 * MB);  // with the decoder
        QVERIFY(near(p.bubble, 1.0 / 81));        // (K - 1) / (M T + K - 1)
        QCOMPARE(p.device_map.size(), size_t{8});
        QCOMPARE(device_of(p.device_map, "1.weight"), std::string("cuda:0"));
        QCOMPARE(device_of(p.device_map, "2.weight"), std::string("cuda:1"));
    }

    void measuredSecondsGoBeforeEstimates() {
        auto devices = gpus({2000, 2000});
        devices[0].layer_seconds = devices[1].layer_seconds = {0.006, 0.001, 0.001, 0.001, 0.001, 0.002};
        const Placement p = place_model(model_of(6), devices, {.mode = Mode::Pipelined}, eight_images);
        QCOMPARE(p.workers[0].stages.front().layers.end, int64_t{1});
        QVERIFY(near(p.workers[1].stages.front().seconds, 0.006));
    }

    void memoryMovesTheCut() {
        const Placement p = place_model(model_of(8), gpus({1300, 2000}), {.mode = Mode::Pipelined}, eight_images);
        QCOMPARE(p.workers[0].stages.front().layers.end,
                 int64_t{2});  // 1300 - 984 - 10 - 4 - 30 leave room for two layers
    }

    void splitPointsAreNamed() {
        const PlacementRequest request{.mode = Mode::Pipelined, .split_points = "1,6"};
        const Placement p = place_model(model_of(8), gpus({2000, 2000, 2000}), request, eight_images);
        QCOMPARE(p.stages, 3);
        QCOMPARE(p.workers[1].stages.front().layers.begin, int64_t{1});
        QCOMPARE(p.workers[2].stages.front().layers.begin, int64_t{6});
    }

    void acceleratesCutIsThere() {
        const PlacementRequest request{.mode = Mode::Pipelined, .split_points = "accelerate"};
        const Placement p = place_model(model_of(8), gpus({2000, 2000}), request, eight_images);
        const auto points = auto_split_points(model_of(8).network, 2, {});
        QCOMPARE(p.workers[1].stages.front().layers.begin, int64_t{std::stoi(points.front())});
    }

    void pipelinesStandSideBySide() {
        const PlacementRequest request{.mode = Mode::Pipelined, .stages = 2};
        const Placement p = place_model(model_of(8), gpus({2000, 2000, 2000, 2000}), request, eight_images);
        QCOMPARE(p.replicas, 2);
        QCOMPARE(p.workers.size(), size_t{4});
        QCOMPARE(p.workers[3].replica, 1);
        QCOMPARE(p.workers[3].stage, 1);
        QCOMPARE(p.workers[3].owns.front(), std::string("cuda:3"));
        const Placement one = place_model(model_of(8), gpus({2000, 2000}), request, eight_images);
        QVERIFY(p.images_per_hour > 1.9 * one.images_per_hour);
    }

    void fewInFlightLeaveGaps() {
        const auto iph = [](int num_chunks) {
            const PlacementRequest request{.mode = Mode::Pipelined, .num_chunks = num_chunks};
            return place_model(model_of(8), gpus({2000, 2000}), request, eight_images).images_per_hour;
        };
        QVERIFY(near(iph(1) * 2, iph(2)) || iph(1) * 1.9 < iph(2));
    }

    void aShardLiesWhereAcceleratePutsIt_data() {
        QTest::addColumn<QString>("strategy");
        for (const char* strategy : {"auto", "balanced", "balanced_low_0", "sequential"})
            QTest::newRow(strategy) << QString(strategy);
    }
    void aShardLiesWhereAcceleratePutsIt() {
        QFETCH(QString, strategy);
        const ModelDescription model = model_of(8);
        const MemoryBudget budget = parse_max_memory("cuda:0=500MB,cuda:1=1GB");
        const PlacementRequest request{
            .mode = Mode::Sharded, .device_map = strategy.toStdString(), .max_memory = budget};
        const Placement p = place_model(model, gpus({2000, 2000}), request, eight_images);
        QCOMPARE(p.device_map, place(model.network, strategy.toStdString(), budget, {}).map);
        QCOMPARE(p.workers.size(), size_t{1});
        QCOMPARE(p.workers.front().owns, std::vector<std::string>({"cuda:0", "cuda:1"}));
        int64_t next = 0;
        for (const PlacedStage& stage : p.workers.front().stages) {
            QCOMPARE(stage.layers.begin, next);
            QCOMPARE(device_of(p.device_map, model.layers[stage.layers.begin].name), stage.device);
            next = stage.layers.end;
        }
        QCOMPARE(next, int64_t{8});
        QVERIFY(near(p.images_per_hour, 3600 / 0.08));  // one input at a time
    }

    void whatNoGpuTakesIsFetchedFromTheHost() {
        const PlacementRequest request{.mode = Mode::Sharded, .host_memory = 4000 * MB};
        const Placement p = place_model(model_of(8), gpus({1300}), request, eight_images);
        QCOMPARE(p.memory.back().device, std::string("cpu"));
        QVERIFY(p.memory.back().weights > 0);
        QVERIFY(p.images_per_hour < 3600 / 0.08);  // 100 MB at 20 GB/s take longer than 1 ms
    }

    void anOwnMapIsTaken() {
        const PlacementRequest request{.mode = Mode::Sharded, .own_map = DeviceMap{{"0", "cuda:1"}, {"1", "cuda:0"}}};
        const Placement p = place_model(model_of(2), gpus({2000, 2000}), request, eight_images);
        QCOMPARE(p.workers.front().stages.front().device, std::string("cuda:1"));
    }

    void anOwnMapMayNameTheComponent_data() {
        QTest::addColumn<bool>("whole");
        QTest::newRow("modules") << false;
        QTest::newRow("the whole network") << true;
    }
    void anOwnMapMayNameTheComponent() {
        QFETCH(bool, whole);
        PlacementRequest request{.mode = Mode::Sharded};
        request.own_map = whole ? DeviceMap{{"unet", "cuda:1"}} : DeviceMap{{"unet.0", "cuda:0"}, {"unet.1", "cuda:1"}};
        const Placement p = place_model(model_of(2), gpus({2000, 2000}), request, eight_images);
        QCOMPARE(p.device_map, whole ? DeviceMap({{"", "cuda:1"}}) : DeviceMap({{"0", "cuda:0"}, {"1", "cuda:1"}}));
    }

    void theMapOfAPlanIsOneToAskFor() {
        for (const Mode mode : {Mode::Sharded, Mode::Pipelined}) {
            const auto devices = gpus({2000, 2000});
            const Placement planned = place_model(model_of(8), devices, {.mode = mode}, eight_images);
            const PlacementRequest again{.mode = Mode::Sharded, .own_map = planned.device_map};
            QCOMPARE(place_model(model_of(8), devices, again, eight_images).device_map, planned.device_map);
        }
    }

    void aPipelineKeepsToMemoryLimits() {
        const auto limited = [](const std::string& limits, const std::string& split_points) {
            return PlacementRequest{
                .mode = Mode::Pipelined, .max_memory = parse_max_memory(limits), .split_points = split_points};
        };
        const auto devices = gpus({2000, 2000});
        const auto first_stage = [&](const PlacementRequest& request) {
            return place_model(model_of(8), devices, request, eight_images).workers[0].stages.front().layers.end;
        };
        QCOMPARE(first_stage(limited("cuda:0=200MB", "auto")), int64_t{2});
        QCOMPARE(first_stage(limited("cuda:0=200MB", "2")), int64_t{2});
        QCOMPARE(refusal(model_of(8), devices, limited("cuda:0=200MB", "3")),
                 std::string("--split-points puts 300.00 MB of weights on cuda:0, and --max-memory allows 200.00 MB"));
        QVERIFY(refusal(model_of(8), devices, limited("cuda:0=200MB,cuda:1=500MB", "auto")).find("No cut") == 0);
    }

    void aPipelineMayReachOverMachines() {
        const ModelDescription model = model_of(6);
        const auto here = gpus({2000, 2000});
        PlacementRequest request{.mode = Mode::Pipelined, .stages = 4};
        QVERIFY(!refusal(model, here, request).empty());
        const auto all = on_machines(here, 2);
        const Placement placement = place_model(model, all, request, eight_images);
        std::vector<std::string> devices;
        for (const PlacedWorker& worker : placement.workers) devices.push_back(worker.stages.front().device);
        QCOMPARE(devices, std::vector<std::string>({"cuda:0", "cuda:1", "cuda:0@1", "cuda:1@1"}));
        QCOMPARE(name_on_machine(devices.back()), std::string("cuda:1"));
        // A limit applies to each machine.
        request.max_memory = parse_max_memory("cuda:0=100MB,cuda:1=200MB");
        const Placement limited = place_model(model, all, request, eight_images);
        QCOMPARE(limited.workers[0].stages.front().bytes, 100 * MB);
        QCOMPARE(limited.workers[2].stages.front().bytes, 100 * MB);
    }

    void stagesOnTheCpuShareItsMemory() {
        const PlanDevice cpu{.id = "cpu", .memory = 1500 * MB, .flops_per_second = 1e12};
        const std::string message = refusal(model_of(12), {cpu, cpu}, {.mode = Mode::Pipelined});
        QVERIFY2(message.find("it needs 1.20 GB, the devices have 1.09 GB (cpu 1.09 GB)") != std::string::npos,
                 message.c_str());
    }

    void strategiesThatComeToTheSameAreOneRow() {
        const PlanDevice cpu{.id = "cpu", .memory = 4000 * MB, .flops_per_second = 1e12};
        const auto all = compare_placements(model_of(8), {cpu, cpu}, {}, eight_images);
        std::vector<std::string> names;
        for (const Placement& p : all) names.push_back(p.name);
        QCOMPARE(names, std::vector<std::string>({"replicas", "sharded (balanced)", "pipelined (2 stages)"}));
    }

    void whatCannotBeIsRefusedWithTheNumbers_data() {
        QTest::addColumn<QString>("message");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const std::string& message, const char* expected) {
            QTest::newRow(name) << QString::fromStdString(message) << expected;
        };
        const PlacementRequest pipelined{.mode = Mode::Pipelined};
        const auto with = [](Mode mode, const std::function<void(PlacementRequest&)>& change) {
            PlacementRequest request{.mode = mode};
            change(request);
            return request;
        };
        row("no images", refusal(model_of(2), gpus({2000}), {}, {.images = 0}), "no images");
        row("no device", refusal(model_of(2), {}, {}), "no device");
        row("more stages than layers", refusal(model_of(2), gpus({2000, 2000, 2000}), pipelined),
            "3 stages needs as many layers, and the model has 2");
        row("more stages than devices",
            refusal(model_of(9), gpus({2000, 2000}), with(Mode::Pipelined, [](auto& r) { r.stages = 3; })),
            "1 pipeline of 3 stages would take 3 devices, not 2");
        row("more replicas than devices",
            refusal(model_of(2), gpus({2000}), with(Mode::Replicas, [](auto& r) { r.replicas = 2; })),
            "2 replicas need as many devices, and there are 1");
        row("a split point that is not a module",
            refusal(model_of(4), gpus({2000, 2000}), with(Mode::Pipelined, [](auto& r) { r.split_points = "conv"; })),
            "\"conv\" is not a layer of the model");
        row("a split point inside a layer",
            refusal(model_of(4), gpus({2000, 2000}),
                    with(Mode::Pipelined, [](auto& r) { r.split_points = "2.weight"; })),
            "lies inside the layer 2");
        row("an empty stage",
            refusal(model_of(4), gpus({2000, 2000, 2000}),
                    with(Mode::Pipelined, [](auto& r) { r.split_points = "2,1"; })),
            "would be empty");
        row("split points and stages",
            refusal(model_of(4), gpus({2000, 2000, 2000}),
                    with(Mode::Pipelined, [](auto& r) { r.split_points = "2", r.stages = 3; })),
            "beginnings of 2 stages, not of 3");
        row("a map of another model",
            refusal(model_of(1), gpus({2000}),
                    with(Mode::Sharded,
                         [](auto& r) {
                             r.own_map = DeviceMap{{"encoder", "cuda:0"}};
                         })),
            "names \"encoder\", which is not a module");
        row("a map that leaves one out",
            refusal(model_of(2), gpus({2000}),
                    with(Mode::Sharded,
                         [](auto& r) {
                             r.own_map = DeviceMap{{"0", "cpu"}};
                         })),
            "leaves out 1.weight");
        ModelDescription with_bias = model_of(1);
        with_bias.network.root.children.front().parameters.push_back({"bias", {1}, "float32"});
        row("a map that splits a layer",
            refusal(with_bias, gpus({2000, 2000}),
                    with(Mode::Sharded,
                         [](auto& r) {
                             r.own_map = DeviceMap{{"0.weight", "cuda:0"}, {"0.bias", "cuda:1"}};
                         })),
            "splits the layer 0 between cuda:0 and cuda:1");
        row("a map onto a device that is not there",
            refusal(model_of(1), gpus({2000}),
                    with(Mode::Sharded,
                         [](auto& r) {
                             r.own_map = DeviceMap{{"", "cuda:3"}};
                         })),
            "on cuda:3, which is not among the devices");
        row("a limit of a device that is not there",
            refusal(model_of(1), gpus({2000}),
                    with(Mode::Sharded, [](auto& r) { r.max_memory = parse_max_memory("cuda:1=1GB"); })),
            "cuda:1, which is not among the devices");
        row("an unknown strategy",
            refusal(model_of(1), gpus({2000}), with(Mode::Sharded, [](auto& r) { r.device_map = "fair"; })),
            "no device map strategy \"fair\"");
        row("too little memory for a replica", refusal(model_of(20), gpus({2000}), {}),
            "cuda:0 has 2.00 GB free, and would need 2.77 GB: 2.05 GB of weights, 40.00 MB of activations and 683.55 "
            "MB");
        row("too little memory for a stage", refusal(model_of(20), gpus({1400, 1400}), pipelined),
            "No cut of the model into 2 stages fits: it needs 2.00 GB");
        row("too little memory for an empty stage", refusal(model_of(4), gpus({2000, 500}), pipelined),
            "cuda:1 has 500.00 MB free, and stage 1 needs");
        row("too little memory for a shard",
            refusal(model_of(20), gpus({1000, 1000}),
                    with(Mode::Sharded, [](auto& r) { r.max_memory = parse_max_memory("cuda:0=9GB,cuda:1=9GB"); })),
            "has 1.00 GB free, and would need");
    }
    void whatCannotBeIsRefusedWithTheNumbers() {
        QFETCH(QString, message);
        QFETCH(QString, expected);
        QVERIFY2(message.contains(expected), qPrintable(message));
    }

    void everyWayIsCompared() {
        const auto all = compare_placements(model_of(8), gpus({2000, 2000, 2000}), {}, eight_images);
        std::vector<std::string> names;
        for (const Placement& p : all) {
            names.push_back(p.name);
            QVERIFY2(p.problem.empty(), p.problem.text().c_str());
        }
        QCOMPARE(names,
                 std::vector<std::string>({"replicas", "sharded (balanced)", "sharded (balanced_low_0)",
                                           "sharded (sequential)", "pipelined (2 stages)", "pipelined (3 stages)"}));
        QCOMPARE(best_placement(all)->name, std::string("replicas"));
    }

    void aModelThatFitsNoDeviceIsPipelined() {
        const auto all = compare_placements(model_of(20), gpus({2200, 2200}), {}, eight_images);
        QVERIFY(all[0].problem.text().find("cuda:0 has 2.20 GB free") != std::string::npos);
        QCOMPARE(best_placement(all)->name, std::string("pipelined (2 stages)"));
    }

    void replicasOnSomeDevicesMayBeBest() {
        auto devices = gpus({4000, 800});
        devices[1].flops_per_second = 1e10;
        const auto all = compare_placements(model_of(20), devices, {}, eight_images);
        QCOMPARE(best_placement(all)->name, std::string("replicas (1 of 2 devices)"));
    }

    /// Each worker has its own on cuda:1, which would have to hold them beside a network.
    void textEncodersElsewhereMayLeaveRoomForSomeReplicas() {
        ModelDescription model = model_of(20);
        model.text_encoder = {1000 * MB, 0, 1 * MB};
        PlacementRequest request;
        request.text_device = PlanDevice{.id = "cuda:1", .memory = 4000 * MB};
        const auto all = compare_placements(model, gpus({4000, 4000}), request, eight_images);
        QVERIFY(!all[0].problem.empty());
        QCOMPARE(all[1].name, std::string("replicas (1 of 2 devices)"));
        QVERIFY2(all[1].problem.empty(), all[1].problem.text().c_str());
        QCOMPARE(all[1].workers.front().owns, std::vector<std::string>{"cuda:0"});
    }

    void theyLeaveSomeReplicasWhereTheyMust() {
        ModelDescription model = model_of(4);
        model.text_encoder = {2000 * MB, 0, 5 * MB};
        const auto all = compare_placements(model, gpus({3000, 700}), {}, eight_images);
        QCOMPARE(all[1].name, std::string("replicas (1 of 2 devices)"));
        QVERIFY2(all[1].problem.empty(), all[1].problem.text().c_str());
        QCOMPARE(all[1].encoder_stay, EncoderStay::InTurns);
    }

    void noWayIsSaid() {
        const auto all = compare_placements(model_of(20), gpus({700, 700}), {}, eight_images);
        QCOMPARE(best_placement(all), nullptr);
    }
};

FANLIGHT_TEST(TestPlacement)
#include "tst_placement.moc"
