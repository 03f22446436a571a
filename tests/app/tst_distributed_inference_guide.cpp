// Hugging Face's guide "Distributed inference" (docs/source/usage_guides/distributed_inference.md of Accelerate),
// example by example; and no way of spreading a model or its prompts changes a byte of a picture.

#include <QTest>

#include "core/output/manifest.h"
#include "core/protocol/run_plan.h"
#include "tests/support/places.h"
#include "tests/support/private_home.h"
#include "tests/support/programs.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

const QStringList two_prompts = {"a dog", "a cat"};
const QStringList three_prompts = {"a dog", "a cat", "a chicken"};
const QString golden_models = source_path("/tests/golden/data/pipelines/");

QStringList generate(const QString& folder, const QStringList& prompts, const QStringList& options) {
    return QStringList{"generate"} + prompts +
           QStringList{"--steps", "2", "-W", "64", "-H", "64", "--quiet", "-o", folder} + options;
}

/// The prompts from which each worker of a run, or each process of a launch, made pictures.
QMap<int, QStringList> prompts_by_worker(const QString& folder) {
    QMap<int, QStringList> prompts;
    for (const ManifestRow& row : read_manifest_jsonl((folder + "/manifest.jsonl").toStdString()))
        prompts[row.made.worker] << QString::fromStdString(image_of(row.item).prompt);
    return prompts;
}

RunPlan plan_in(const QString& folder) { return read_plan_file((folder + "/.fanlight/run.json").toStdString()); }

/// How many pictures a process of a launch reports having written.
qsizetype written_by(int rank, const QString& folder) {
    return content_of(QString("%1/.fanlight/journal-%2.jsonl").arg(folder).arg(rank)).count(R"("type":"done")");
}

}  // namespace

class TestDistributedInferenceGuide : public QObject {
    Q_OBJECT

    PrivateHome home_;
    QMap<QStringList, QStringList> references_;

    /// What a single process with a whole model makes.
    QStringList reference(const QStringList& prompts, const QStringList& options = {}) {
        const QStringList key = prompts + options;
        if (!references_.contains(key)) {
            const QString folder = home_.path(QString("reference %1").arg(references_.size()));
            const ProgramResult ended =
                run_fanlight(generate(folder, prompts, options + QStringList{"--devices", "cpu"}));
            if (ended.status != 0) qWarning("%s", qPrintable(ended.err));
            references_[key] = images_in(folder);
        }
        return references_[key];
    }

    void makeInto(const QString& folder, const QStringList& prompts, const QStringList& options,
                  const QStringList& launch = {}) {
        const ProgramResult ended = run_fanlight(launch + generate(folder, prompts, options));
        QVERIFY2(ended.status == 0, qPrintable(ended.output()));
    }

    /// A model cut over two processes, as the guide's GPT-2 is: two inputs at a time over two devices.
    QString pipeline(const QString& name, const QStringList& options, const QStringList& launch = {}) {
        const QString folder = home_.path(name);
        const QStringList common = {"--mode", "pipelined", "--devices", "cpu,cpu", "--batch-size", "2"};
        makeInto(folder, three_prompts, common + options, launch);
        return folder;
    }

private Q_SLOTS:
    // split_between_processes

    void twoPromptsOnTwoProcesses() {
        const QString folder = home_.path("two on two");
        makeInto(folder, two_prompts, {"--devices", "cpu,cpu", "--split", "even"});
        QCOMPARE(prompts_by_worker(folder), (QMap<int, QStringList>{{0, {"a dog"}}, {1, {"a cat"}}}));
        QCOMPARE(images_in(folder).size(), 2);
        QCOMPARE(images_in(folder), reference(two_prompts));
    }

    void acceleratesLaunch_data() {
        QTest::addColumn<QString>("config_file");
        QTest::addColumn<QStringList>("options");
        const QString own = home_.path("my_config.json");
        QTest::newRow("with the file of accelerate config")
            << home_.path("cache/huggingface/accelerate/default_config.yaml") << QStringList{};
        QTest::newRow("--config_file my_config.json") << own << QStringList{"--config_file", own};
        QTest::newRow("--num_processes 2") << QString() << QStringList{"--num_processes", "2"};
    }
    void acceleratesLaunch() {
        QFETCH(QString, config_file);
        QFETCH(QStringList, options);
        QFile config(config_file);
        if (!config_file.isEmpty()) {
            QVERIFY(QDir().mkpath(QFileInfo(config_file).path()));
            QVERIFY(config.open(QIODevice::WriteOnly));
            config.write(R"({"compute_environment": "LOCAL_MACHINE", "distributed_type": "MULTI_CPU", "debug": false,)"
                         R"( "mixed_precision": "no", "num_machines": 1, "num_processes": 2, "use_cpu": true})");
            config.close();
        }
        const QString folder = home_.path(QString("launch ") + QTest::currentDataTag());
        makeInto(folder, two_prompts, {"--split", "even"}, QStringList{"launch"} + options);
        QFile::remove(home_.path("cache/huggingface/accelerate/default_config.yaml"));
        QCOMPARE(prompts_by_worker(folder), (QMap<int, QStringList>{{0, {"a dog"}}, {1, {"a cat"}}}));
        QCOMPARE(images_in(folder), reference(two_prompts));
    }

    void threePromptsOnTwoProcesses() {
        const QString folder = home_.path("three on two");
        makeInto(folder, three_prompts, {"--devices", "cpu,cpu", "--split", "even"});
        QCOMPARE(prompts_by_worker(folder), (QMap<int, QStringList>{{0, {"a dog", "a cat"}}, {1, {"a chicken"}}}));
        QCOMPARE(images_in(folder), reference(three_prompts));
    }

    /// The second process's last prompt is padding for equal shares: it is dropped, here without the user's help.
    void threePromptsWithApplyPadding() {
        const QStringList padded = {"--devices", "cpu,cpu", "--split", "even", "--apply-padding"};
        const ProgramResult plan =
            run_fanlight(QStringList{"plan", "--json", "-W", "64", "-H", "64"} + three_prompts + padded);
        QVERIFY2(plan.out.contains(R"("shares":[[0,1],[2,2]])"), qPrintable(plan.output()));
        const QString folder = home_.path("three on two, padded");
        makeInto(folder, three_prompts, padded);
        QCOMPARE(prompts_by_worker(folder), (QMap<int, QStringList>{{0, {"a dog", "a cat"}}, {1, {"a chicken"}}}));
        QCOMPARE(images_in(folder).size(), 3);
        QCOMPARE(images_in(folder), reference(three_prompts));
    }

    // prepare_pippy

    void aPipelineThatIsSplitAutomatically() {
        const QString folder = pipeline("pipeline", {});
        const auto stages = plan_in(folder).placement.workers.at(0).stages;
        QCOMPARE(stages.size(), size_t{2});
        QVERIFY(stages[0].layers.end > 0 && stages[0].layers.end == stages[1].layers.begin &&
                stages[1].layers.size() > 0);
        QCOMPARE(plan_in(folder).placement.micro_batches, 2);  // as many as there are processes
        QCOMPARE(images_in(folder), reference(three_prompts, {"--batch-size", "2"}));
    }

    void splitPointsChooseTheLayers() {
        QSet<int64_t> cuts;
        for (const char* point : {"mid_block", "up_blocks.1"}) {
            const QString folder = pipeline(QString("split at ") + point, {"--split-points", point});
            cuts << plan_in(folder).placement.workers.at(0).stages.at(1).layers.begin;
            QCOMPARE(images_in(folder), reference(three_prompts, {"--batch-size", "2"}));
        }
        QCOMPARE(cuts.size(), 2);
    }

    void numChunksAreInFlightAtOnce() {
        const QString folder = pipeline("four chunks", {"--num-chunks", "4"});
        QCOMPARE(plan_in(folder).placement.micro_batches, 4);
        QCOMPARE(images_in(folder), reference(three_prompts, {"--batch-size", "2"}));
    }

    void oneChunkIsNaiveModelParallelism() {
        const QString folder = pipeline("one chunk", {"--num-chunks", "1"});
        QCOMPARE(plan_in(folder).placement.micro_batches, 1);
        QCOMPARE(images_in(folder), reference(three_prompts, {"--batch-size", "2"}));
    }

    void theOutputIsOnTheLastProcess() {
        const QString folder = pipeline("output", {}, {"launch", "--num-processes", "2"});
        QCOMPARE(written_by(0, folder), 0);
        QCOMPARE(written_by(1, folder), 3);
        QCOMPARE(images_in(folder), reference(three_prompts, {"--batch-size", "2"}));
    }

    void gatherOutputBringsItToTheFirst() {
        const QString folder = pipeline("gathered output", {"--gather-output"}, {"launch", "--num-processes", "2"});
        QCOMPARE(written_by(0, folder), 3);
        QCOMPARE(written_by(1, folder), 0);
        QCOMPARE(images_in(folder), reference(three_prompts, {"--batch-size", "2"}));
    }

    // Five pictures: more micro-batches than workers, and the last one is not full

    void everyWayMakesTheSameBytes_data() {
        QTest::addColumn<QStringList>("model");
        QTest::addColumn<int>("batch_size");
        QTest::addColumn<QStringList>("way");
        const struct {
            const char* name;
            int batch_size;
            QStringList options;
            bool for_each_model = false;  ///< else for two of them
        } ways[] = {
            {"2 replicas that pull", 2, {"--devices", "cpu,cpu"}, true},
            {"3 replicas that pull", 3, {"--devices", "cpu,cpu,cpu"}},
            {"2 replicas, even", 3, {"--devices", "cpu,cpu", "--split", "even"}},
            {"3 replicas, even, padded", 2, {"--devices", "cpu,cpu,cpu", "--split", "even", "--apply-padding"}},
            {"sharded", 2, {"--mode", "sharded", "--devices", "cpu"}, true},
            {"sharded, its weights fetched", 2, {"--mode", "sharded", "--devices", "cpu", "--max-memory", "cpu=700KB"}},
            {"a pipeline of one stage", 2, {"--mode", "pipelined", "--devices", "cpu"}},
            {"2 stages", 2, {"--mode", "pipelined", "--devices", "cpu,cpu"}, true},
            {"3 stages", 3, {"--mode", "pipelined", "--devices", "cpu,cpu,cpu"}, true},
            {"3 stages where Accelerate cuts",
             2,
             {"--mode", "pipelined", "--devices", "cpu,cpu,cpu", "--split-points", "accelerate"}},
            {"2 pipelines of 2 stages",
             2,
             {"--mode", "pipelined", "--devices", "cpu,cpu,cpu,cpu", "--replicas", "2", "--stages", "2"}},
        };
        const struct {
            const char* name;
            QStringList options;
            bool in_all_ways = false;
        } models[] = {{"starter", {}, true},
                      {"like SD 1", {"-m", golden_models + "sd1"}, true},
                      {"like SD 2", {"-m", golden_models + "sd2"}},
                      {"like SD XL", {"-m", golden_models + "sdxl"}}};
        for (const auto& [model, options, in_all_ways] : models)
            for (const auto& way : ways)
                if (way.for_each_model || in_all_ways)
                    QTest::addRow("%s, %s, batch size %d", model, way.name, way.batch_size)
                        << options << way.batch_size << way.options;
    }
    void everyWayMakesTheSameBytes() {
        QFETCH(QStringList, model);
        QFETCH(int, batch_size);
        QFETCH(QStringList, way);
        const QStringList five_prompts = {"a dog", "a cat", "a chicken", "a red circle", "a house"};
        const QStringList options = QStringList{"--batch-size", QString::number(batch_size)} + model;
        const QString folder = home_.path(QTest::currentDataTag());
        makeInto(folder, five_prompts, options + way);
        QCOMPARE(images_in(folder).size(), 5);
        QCOMPARE(images_in(folder), reference(five_prompts, options));
    }
};

FANLIGHT_TEST(TestDistributedInferenceGuide, QCoreApplication)
#include "tst_distributed_inference_guide.moc"
