#include "core/devices/stage_plan.h"

#include <QtTest>
#include <cmath>
#include <limits>
#include <random>

#include "core/base/error.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

std::vector<LayerCost> layers_of(const std::vector<std::pair<double, int64_t>>& costs) {
    std::vector<LayerCost> layers;
    for (const auto& [seconds, bytes] : costs)
        layers.push_back({"layer" + std::to_string(layers.size()), seconds, bytes});
    return layers;
}

std::vector<StageDevice> equal_devices(int count, int64_t memory) {
    std::vector<StageDevice> devices;
    for (int i = 0; i < count; ++i) devices.push_back({"cuda:" + std::to_string(i), memory});
    return devices;
}

/// (time of the slowest stage, bytes of the fullest) of the best cut, by trying all; infinity if none fits.
std::pair<double, double> best_of_all(const std::vector<LayerCost>& layers, const std::vector<StageDevice>& devices,
                                      size_t begin, size_t k) {
    constexpr double none = std::numeric_limits<double>::infinity();
    if (k == devices.size()) return begin == layers.size() ? std::pair(0.0, 0.0) : std::pair(none, none);
    std::pair<double, double> best(none, none);
    double seconds = 0;
    int64_t bytes = 0;
    for (size_t end = begin; end < layers.size();) {
        seconds += layers[end].seconds / devices[k].speed;
        bytes += layers[end].bytes;
        if (bytes > devices[k].memory) break;
        const auto rest = best_of_all(layers, devices, ++end, k + 1);
        best = std::min(best, {std::max(rest.first, seconds), std::max<double>(rest.second, bytes)});
    }
    return best;
}

/// Simulated time of M micro-batches over T steps and equal stages.
double simulated_bubble(int K, int M, int T) {
    std::vector<double> stage_free(K, 0), ready(M, 0);
    for (int t = 0; t < T; ++t)
        for (int m = 0; m < M; ++m)
            for (int k = 0; k < K; ++k) ready[m] = stage_free[k] = std::max(ready[m], stage_free[k]) + 1;
    return 1 - M * T / *std::max_element(ready.begin(), ready.end());
}

std::string error_of(const std::vector<LayerCost>& layers, const std::vector<StageDevice>& devices) {
    try {
        plan_stages(layers, devices);
    } catch (const UsageError& error) {
        return error.what();
    }
    return "";
}

bool equal(double a, double b) { return std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b)); }

}  // namespace

class StagePlanTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theCutIsTheBestOfAll() {
        std::mt19937 random(7);
        int possible = 0;
        for (int round = 0; round < 2000; ++round) {
            std::vector<LayerCost> layers;
            std::vector<StageDevice> devices;
            const size_t L = 1 + random() % 9, K = 1 + random() % std::min<size_t>(L, 4);
            for (size_t i = 0; i < L; ++i)
                layers.push_back({"", static_cast<double>(random() % 8), static_cast<int64_t>(random() % 8)});
            for (size_t i = 0; i < K; ++i)
                devices.push_back(
                    {"cuda:" + std::to_string(i), static_cast<int64_t>(5 + random() % 25), random() % 2 ? 1.0 : 2.0});
            const auto [slowest, fullest] = best_of_all(layers, devices, 0, 0);
            if (std::isinf(slowest)) {
                QVERIFY(!error_of(layers, devices).empty());
                continue;
            }
            ++possible;
            double found = 0;
            int64_t begin = 0;
            const auto stages = plan_stages(layers, devices);
            QCOMPARE(stages.size(), K);
            for (size_t k = 0; k < K; ++k) {
                QCOMPARE(stages[k].layers.begin, begin);
                QVERIFY(stages[k].layers.end > begin);
                QVERIFY(stages[k].bytes <= devices[k].memory);
                begin = stages[k].layers.end;
                found = std::max(found, stages[k].seconds);
            }
            QCOMPARE(begin, static_cast<int64_t>(L));
            QCOMPARE(found, slowest);
            // Brute force minimises (seconds, bytes) over the whole cut; ours can only need fewer bytes.
            QVERIFY(std::max_element(stages.begin(), stages.end(), [](auto& a, auto& b) {
                        return a.bytes < b.bytes;
                    })->bytes <= fullest);
        }
        QVERIFY(possible > 500);
    }

    void ofEqualCutsTheOneWithTheLeastFullStageIsTaken() {
        const auto stages = plan_stages(layers_of({{4, 1}, {0, 9}, {0, 1}, {4, 1}}), equal_devices(2, 100));
        QCOMPARE(stages[0].layers.end, int64_t{2});
        QCOMPARE(plan_stages(layers_of({{4, 1}, {0, 1}, {0, 9}, {4, 1}}), equal_devices(2, 100))[0].layers.end,
                 int64_t{2});
    }

    void aFasterDeviceTakesMore() {
        const auto layers = layers_of(std::vector<std::pair<double, int64_t>>(9, {1, 1}));
        const auto stages = plan_stages(layers, {{"cuda:0", 100, 2}, {"cuda:1", 100, 1}});
        QCOMPARE(stages[0].layers.end, int64_t{6});
        QCOMPARE(stages[0].seconds, 3.0);
        QCOMPARE(stages[1].device, std::string("cuda:1"));
    }

    void memoryGoesBeforeSpeed() {
        const auto layers = layers_of({{1, 10}, {1, 10}, {1, 10}, {1, 10}});
        QCOMPARE(plan_stages(layers, {{"cuda:0", 10}, {"cuda:1", 30}})[0].layers.end, int64_t{1});
    }

    void stagesOnTheCpuShareItsMemory() {
        const auto layers = layers_of({{1, 2'000'000'000}, {1, 2'000'000'000}});
        QCOMPARE(plan_stages(layers, {{"cpu", 4'000'000'000}, {"cpu", 4'000'000'000}})[0].layers.end, int64_t{1});
        const std::string message = error_of(layers, {{"cpu", 3'000'000'000}, {"cpu", 3'000'000'000}});
        QVERIFY2(message.ends_with("it needs 4.00 GB, the devices have 3.00 GB (cpu 3.00 GB)"), message.c_str());
    }

    void whatCannotBeIsRefusedWithTheNumbers_data() {
        QTest::addColumn<int>("devices");
        QTest::addColumn<qlonglong>("memory");
        QTest::addColumn<QString>("part");
        QTest::newRow("no device") << 0 << 10'000'000'000ll << "at least one device";
        QTest::newRow("more stages than layers")
            << 4 << 10'000'000'000ll << "4 stages needs as many layers, and the model has 3";
        QTest::newRow("a layer") << 2 << 1'500'000'000ll
                                 << "Layer layer1 needs 2.00 GB, and no device has more than 1.50 GB (cuda:0)";
        QTest::newRow("all") << 2 << 2'000'000'000ll
                             << "it needs 5.00 GB, the devices have 4.00 GB (cuda:0 2.00 GB, cuda:1 2.00 GB)";
    }
    void whatCannotBeIsRefusedWithTheNumbers() {
        QFETCH(int, devices);
        QFETCH(qlonglong, memory);
        QFETCH(QString, part);
        const auto layers = layers_of({{1, 1'500'000'000}, {1, 2'000'000'000}, {1, 1'500'000'000}});
        const std::string message = error_of(layers, equal_devices(devices, memory));
        QVERIFY2(QString::fromStdString(message).contains(part), message.c_str());
    }

    void costsAndSpeedsAreChecked() {
        const auto layers = layers_of({{1, 1}});
        QVERIFY(error_of(layers, {{"cuda:0", 10, 0}}).find("speed of cuda:0") != std::string::npos);
        QVERIFY(error_of(layers, {{"cuda:0", 10, std::nan("")}}).find("speed of cuda:0") != std::string::npos);
        QVERIFY(error_of(layers_of({{-1, 1}}), equal_devices(1, 10)).find("layer0") != std::string::npos);
    }

    void theBubbleIsThatOfTheFormulaAndOfASimulation() {
        QVERIFY(equal(bubble(2, 4, 20), 1.0 / 81));
        QVERIFY(equal(bubble(4, 8, 1), 3.0 / 11));
        QCOMPARE(bubble(1, 5, 7), 0.0);
        for (int K = 1; K <= 5; ++K)
            for (int M = 1; M <= 8; ++M)
                for (int T = 1; T <= 6; ++T) QVERIFY(equal(1 - bubble(K, M, T), 1 - simulated_bubble(K, M, T)));
    }

    void pipelinedTakesWhatTheFormulaSays() {
        const auto devices = equal_devices(2, 100);
        const auto stages = plan_stages(layers_of({{1, 1}, {1, 1}}), devices);
        const Workload work{.images = 8, .batch_size = 2, .steps = 10};
        const double pipelined = images_per_hour_pipelined(stages, devices, 4, work);
        QVERIFY(equal(pipelined, 8 * 3600 / 41.0));
        QVERIFY(equal(pipelined / images_per_hour_sharded(stages, devices, work), 80 / 41.0));
        QVERIFY(
            equal(images_per_hour_pipelined(stages, devices, 1, work), images_per_hour_sharded(stages, devices, work)));
    }

    void theLastStageLeavesLayersForWhatItDoesBesides() {
        const auto layers = layers_of({{1, 1}, {1, 1}, {1, 1}, {1, 1}});
        QCOMPARE(plan_stages(layers, equal_devices(2, 100))[0].layers.end, int64_t{2});
        const auto stages = plan_stages(layers, equal_devices(2, 100), 2);
        QCOMPARE(stages[0].layers.end, int64_t{3});
        QCOMPARE(stages[1].seconds, 1.0);
        // 10 steps of 3 s on the first stage, and of 1 s plus 20 s once on the last: both are always busy.
        const Workload work{.images = 4, .batch_size = 1, .steps = 10, .once_seconds = 20};
        QVERIFY(equal(images_per_hour_pipelined(stages, equal_devices(2, 100), 4, work), 4 * 3600 / 121.0));
    }

    void replicasShareInWholeMicroBatches() {
        const auto layers = layers_of({{0.5, 1}, {0.5, 1}});
        const std::vector<StageDevice> devices = {{"cuda:0", 100, 2}, {"cuda:1", 100, 1}};
        // Five micro-batches of 4 s: three on the fast one (6 s), two on the slow one would take 8 s; four and one: 8
        // s.
        const Workload work{.images = 9, .batch_size = 2, .steps = 3, .once_seconds = 1};
        QVERIFY(equal(images_per_hour_replicas(layers, devices, work), 9 * 3600 / 8.0));
        QVERIFY(equal(images_per_hour_replicas(layers, equal_devices(1, 100), work), 9 * 3600 / 20.0));
    }

    void shardedCountsTheWorkBesideTheSteps() {
        const auto devices = equal_devices(2, 100);
        const auto stages = plan_stages(layers_of({{1, 1}, {2, 1}}), devices);
        QVERIFY(equal(
            images_per_hour_sharded(stages, devices, {.images = 3, .batch_size = 2, .steps = 5, .once_seconds = 4}),
            3 * 3600 / 38.0));
    }
};

FANLIGHT_TEST(StagePlanTest)
#include "tst_stage_plan.moc"
