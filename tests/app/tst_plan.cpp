#include <QTest>
#include <set>

#include "core/base/json.h"
#include "tests/support/places.h"
#include "tests/support/private_home.h"
#include "tests/support/programs.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

/// Runs it with two assumed GPUs, whatever the machine has.
const QStringList assumed = {"--assume", "cuda:0=24GB,cuda:1=8GB"};
const QStringList like_sd_1 = {"-m", source_path("/tests/golden/data/pipelines/sd1")};

QStringList plan(const QStringList& options) {
    return QStringList{"plan", "a dog", "a cat", "-W", "64", "-H", "64", "--steps", "10", "--dtype", "float32"} +
           options;
}

/// The --json output; null if the request was refused.
Json planned(const QStringList& arguments) {
    const ProgramResult ended = run_fanlight(arguments + QStringList{"--json"});
    if (ended.status != 0) qWarning("%s", qPrintable(ended.err));
    return ended.status == 0 ? Json::parse(ended.out.toStdString()) : Json();
}

/// A case of tests/golden/split_cases.py: how Accelerate splits this many items.
Json dealt_by_accelerate(int length, int world, bool padding) {
    static const Json golden = read_json_file(source_path("/tests/golden/data/batch/split_cases.json"));
    for (const Json& each : golden.at("cases"))
        if (each.at("length") == length && each.at("world") == world && each.at("padding") == padding)
            return each.at("per_rank");
    return {};
}

std::set<std::string> devices_in(const Json& map) {
    std::set<std::string> devices;
    for (const auto& [module, device] : map.items()) devices.insert(device.get<std::string>());
    return devices;
}

}  // namespace

/// `fanlight plan`, its output for programs and for people.
class TestPlan : public QObject {
    Q_OBJECT

    PrivateHome home_;

private Q_SLOTS:
    void sharesAreAccelerates_data() {
        QTest::addColumn<int>("images");
        QTest::addColumn<int>("workers");
        QTest::addColumn<bool>("padding");
        for (const auto& [images, workers, padding] : std::initializer_list<std::tuple<int, int, bool>>{
                 {5, 4, true}, {5, 4, false}, {7, 3, true}, {2, 5, false}})
            QTest::addRow("%d on %d%s", images, workers, padding ? ", padded" : "") << images << workers << padding;
    }
    void sharesAreAccelerates() {
        QFETCH(int, images);
        QFETCH(int, workers);
        QFETCH(bool, padding);
        QStringList arguments = {"plan", "a dog", "--images-per-prompt", QString::number(images), "--split", "even"};
        arguments << "--devices" << QStringList(workers, "cpu").join(',');
        if (padding) arguments << "--apply-padding";
        const Json expected = dealt_by_accelerate(images, workers, padding);
        QCOMPARE(expected.size(), static_cast<size_t>(workers));
        QCOMPARE(to_line(planned(arguments).at("shares")), to_line(expected));
    }

    void sharesOfThosePullingHoldEachItemOnce() {
        const Json json = planned(plan({"--devices", "cpu,cpu", "--images-per-prompt", "3", "--batch-size", "2"}));
        QCOMPARE(to_line(json.at("shares")), std::string("[[0,1,4,5],[2,3]]"));
    }

    void everyStrategyGivesAMap_data() {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QStringList>("devices");
        const auto row = [](const char* name, const QStringList& options, const QStringList& devices) {
            QTest::newRow(name) << options << devices;
        };
        row("auto", {"--device-map", "auto"}, {"cuda:0", "cuda:1"});
        row("balanced", {"--device-map", "balanced"}, {"cuda:0", "cuda:1"});
        row("balanced_low_0", {"--device-map", "balanced_low_0"}, {"cuda:1"});
        row("sequential", {"--device-map", "sequential"}, {"cuda:0"});
        row("short of memory", {"--device-map", "sequential", "--max-memory", "cuda:0=700KB,cuda:1=500KB"},
            {"cuda:0", "cuda:1", "disk"});
        row("what no GPU takes", {"--max-memory", "cuda:0=700KB,cpu=30GB"}, {"cpu", "cuda:0"});
    }
    void everyStrategyGivesAMap() {
        QFETCH(QStringList, options);
        QFETCH(QStringList, devices);
        const Json json = planned(plan(assumed + like_sd_1 + QStringList{"--mode", "sharded"} + options));
        QStringList found;
        for (const std::string& device : devices_in(json.at("device_map"))) found << QString::fromStdString(device);
        QCOMPARE(found, devices);
        QCOMPARE(json.at("mode").get<std::string>(), std::string("sharded"));
        QCOMPARE(to_line(json.at("shares")), std::string("[[0,1]]"));
    }

    void aUsersDeviceMapIsPlanned() {
        QFile map(home_.path("map.json"));
        QVERIFY(map.open(QIODevice::WriteOnly));
        map.write(R"({"conv_in": 0, "time_embedding": 0, "down_blocks": 0, "mid_block": "cuda:1", "up_blocks": 1,)"
                  R"( "conv_norm_out": 1, "conv_out": 1})");
        map.close();
        const Json json = planned(plan(assumed + QStringList{"--mode", "sharded", "--device-map", map.fileName()}));
        QCOMPARE(json.at("device_map").at("down_blocks").get<std::string>(), std::string("cuda:0"));
        QCOMPARE(json.at("device_map").at("mid_block").get<std::string>(), std::string("cuda:1"));
        QCOMPARE(json.at("stages").size(), size_t{2});
    }

    void stagesHoldEachLayerOnce() {
        const Json whole = planned(plan(assumed));
        const Json json = planned(plan(assumed + QStringList{"--mode", "pipelined"}));
        QCOMPARE(json.at("stages").size(), size_t{2});
        Json layers = Json::array();
        int64_t bytes = 0;
        for (const Json& stage : json.at("stages")) {
            QCOMPARE(stage.at("replica").get<int>(), 0);
            QCOMPARE(stage.at("device").get<std::string>(), "cuda:" + std::to_string(stage.at("stage").get<int>()));
            QVERIFY(stage.at("milliseconds").get<double>() > 0);
            bytes += stage.at("bytes").get<int64_t>();
            for (const Json& layer : stage.at("layers")) {
                QVERIFY(json.at("device_map").at(layer.get<std::string>()) == stage.at("device"));
                layers.push_back(layer);
            }
        }
        QVERIFY(layers == whole.at("stages").at(0).at("layers"));
        QCOMPARE(bytes, whole.at("stages").at(0).at("bytes").get<int64_t>());
        QCOMPARE(json.at("device_map").size(), layers.size());
    }

    void pipelinesSideBySideShareTheItems() {
        const Json json = planned(plan({"--assume", "cuda:0=8GB,cuda:1=8GB,cuda:2=8GB,cuda:3=8GB", "--mode",
                                        "pipelined", "--replicas", "2", "--stages", "2", "--split", "even"}));
        QCOMPARE(to_line(json.at("shares")), std::string("[[0],[1]]"));
        QStringList places;
        for (const Json& stage : json.at("stages"))
            places << QString("%1.%2 %3")
                          .arg(stage.at("replica").get<int>())
                          .arg(stage.at("stage").get<int>())
                          .arg(QString::fromStdString(stage.at("device").get<std::string>()));
        QCOMPARE(places, QStringList({"0.0 cuda:0", "0.1 cuda:1", "1.0 cuda:2", "1.1 cuda:3"}));
    }

    void anotherMachinesMemoryCounts() {
        const Json json = planned(plan(assumed));
        QCOMPARE(json.at("memory").at(0).at("device").get<std::string>(), std::string("cuda:0"));
        QCOMPARE(json.at("memory").at(0).at("free").get<int64_t>(), int64_t{24'000'000'000});
        QCOMPARE(json.at("memory").at(1).at("free").get<int64_t>(), int64_t{8'000'000'000});
        QVERIFY(!json.at("measured").get<bool>());
        QVERIFY(json.at("placements").size() >= 4);
    }

    void aMachineThatIsTooSmallIsRefusedWithTheNumbers() {
        const ProgramResult ended = run_fanlight(plan({"--assume", "cuda:0=100MB", "--mode", "replicas", "--json"}));
        QCOMPARE(ended.status, 2);
        QVERIFY2(ended.err.startsWith("fanlight: cuda:0 has 100.00 MB free, and would need "), qPrintable(ended.err));
        QVERIFY2(ended.err.contains("; nothing else fits, and what comes nearest, "), qPrintable(ended.err));
        const Json json = Json::parse(ended.out.toStdString());
        QVERIFY(json.at("problem").get<std::string>().starts_with("cuda:0 has 100.00 MB free"));
        QVERIFY(json.at("best").is_null());
    }

    /// Of what the starter needs, its network is a little more than its text encoder.
    void whatARunDoesWithLessMemoryIsSaid_data() {
        QTest::addColumn<double>("share");
        QTest::addColumn<QString>("words");
        QTest::newRow("enough") << 1.01 << "";
        QTest::newRow("text encoders") << 0.9999 << "Text encoders read the prompts of several micro-batches";
        QTest::newRow("nothing") << 0.0001 << "A run would have to change pixels: with --on-oom any";
    }
    void whatARunDoesWithLessMemoryIsSaid() {
        QFETCH(double, share);
        QFETCH(QString, words);
        const Json memory = planned(plan({"--assume", "cuda:0=8GB", "--mode", "replicas"})).at("memory").at(0);
        const double free = memory.at("needed").get<double>() * share;
        const ProgramResult ended =
            run_fanlight(plan({"--assume", QString("cuda:0=%1").arg(free, 0, 'f', 0), "--mode", "replicas"}));
        QCOMPARE(ended.status, words.startsWith("A run ") ? 2 : 0);
        QVERIFY2(ended.out.contains("A run ") == words.startsWith("A run ") && ended.out.contains(words),
                 qPrintable(ended.out));
    }

    void peopleReadATable() {
        const ProgramResult ended = run_fanlight(plan(assumed + QStringList{"--mode", "pipelined"}));
        QCOMPARE(ended.status, 0);
        QCOMPARE(ended.err, QString());
        const QStringList lines = ended.out.split('\n');
        QVERIFY2(lines[0].startsWith("starter, float32, 64x64, batch size 1, 10 steps: network "),
                 qPrintable(lines[0]));
        QCOMPARE(lines[1], QString("2 images on cuda:0, cuda:1"));
        QVERIFY(ended.out.contains("\n  PLACEMENT "));
        QVERIFY(ended.out.contains("\n  replicas "));
        QVERIFY(ended.out.contains("\n* pipelined (2 stages) "));
        QVERIFY(ended.out.contains("\n* pipelined (2 stages): as asked for.\n  2 images: about "));
        QVERIFY(ended.out.contains("\n  replica 0, stage 0 on cuda:0: layers 0-"));
        QVERIFY(ended.out.contains("\nTimes are estimated"));
    }

    void nothingIsWritten() {
        const QStringList before = contents_of(home_.path(""));
        QVERIFY(!planned(plan({"--devices", "cpu,cpu", "--mode", "pipelined"})).is_null());
        QVERIFY(!planned(plan(assumed)).is_null());
        QCOMPARE(contents_of(home_.path("")), before);
    }
};

FANLIGHT_TEST(TestPlan, QCoreApplication)
#include "tst_plan.moc"
