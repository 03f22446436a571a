// The complete programs on a machine with GPUs, of which there are none: order, faults and memory of cards.

#include <QTest>

#include "core/output/journal.h"
#include "core/output/manifest.h"
#include "core/protocol/run_plan.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/stand_in/programs.h"
#include "tests/support/test.h"

using namespace fanlight;
using namespace fanlight::stand_in;

namespace {

const QString model = small_model;

}  // namespace

class TstCards : public QObject {
    Q_OBJECT

    Runs runs_;

    QString new_folder() { return runs_.new_folder(); }
    static ProgramResult generate(const QString& folder, const QStringList& options, int images = 2) {
        return Runs::generate(folder, options, images);
    }

    /// The cards that made something, by UUID.
    static QSet<QString> makers(const QString& folder) {
        QSet<QString> uuids;
        for (const ManifestRow& row : read_manifest_jsonl((folder + "/manifest.jsonl").toStdString()))
            uuids << QString::fromStdString(row.made.device_uuid);
        return uuids;
    }

private Q_SLOTS:
    void init() { set_machine({card("Slow", "GPU-11"), card("Fast", "GPU-22", 2)}); }

    void theyAreListed() {
        const ProgramResult listed = run_fanlight({"devices"});
        QVERIFY2(listed.out.contains("cuda:0   Slow") && listed.out.contains("cuda:1   Fast"), qPrintable(listed.out));
        QVERIFY(listed.out.contains("8.9") && listed.out.contains("NVIDIA driver 580.95.05"));
    }

    /// CUDA counts the fast one first, nvidia-smi the other.
    void aCardDoesItsOwnWork_data() {
        QTest::addColumn<QString>("device");
        QTest::addColumn<QString>("uuid");
        QTest::newRow("the slow one") << "cuda:0"
                                      << "GPU-11";
        QTest::newRow("the fast one") << "cuda:1"
                                      << "GPU-22";
    }
    void aCardDoesItsOwnWork() {
        QFETCH(QString, device);
        QFETCH(QString, uuid);
        const QString folder = new_folder();
        const ProgramResult made = generate(folder, {"--devices", device});
        QVERIFY2(made.status == 0, qPrintable(made.output()));
        QCOMPARE(makers(folder), QSet<QString>{uuid});
    }

    void theUsersOwnChoiceIsKept_data() {
        QTest::addColumn<QByteArray>("visible");
        QTest::addColumn<QString>("device");
        QTest::addColumn<QString>("uuid");
        QTest::addColumn<QString>("refusal");
        QTest::newRow("by number") << QByteArray("1") << "cuda:0"
                                   << "GPU-22"
                                   << "";
        QTest::newRow("by UUID") << QByteArray("GPU-22,GPU-11") << "cuda:1"
                                 << "GPU-11"
                                 << "";
        QTest::newRow("none") << QByteArray("") << "cuda:0"
                              << ""
                              << "there is no device \"cuda:0\"; this machine has cpu";
        QTest::newRow("one that is not there") << QByteArray("GPU-99") << "cuda:0"
                                               << ""
                                               << "there is no device \"cuda:0\"";
        QTest::newRow("too high a number") << QByteArray("0") << "cuda:7"
                                           << ""
                                           << "there is no device \"cuda:7\"; this machine has cuda:0 and cpu";
    }
    void theUsersOwnChoiceIsKept() {
        QFETCH(QByteArray, visible);
        QFETCH(QString, device);
        QFETCH(QString, uuid);
        QFETCH(QString, refusal);
        qputenv("CUDA_VISIBLE_DEVICES", visible);
        const QString folder = new_folder();
        const ProgramResult made = generate(folder, {"--devices", device});
        if (refusal.isEmpty()) {
            QVERIFY2(made.status == 0, qPrintable(made.output()));
            QCOMPARE(makers(folder), QSet<QString>{uuid});
        } else {
            QCOMPARE(made.status, 2);
            QVERIFY2(made.err.contains(refusal) && made.err.count('\n') == 1, qPrintable(made.err));
        }
    }

    void everyModeMakesTheSame() {
        set_machine({card("A", "GPU-11"), card("A", "GPU-22", 2)});
        const QString whole = new_folder();
        QCOMPARE(generate(whole, {"--devices", "cuda:0"}, 4).status, 0);
        const QString map = runs_.path("map.json");
        write_bytes(map.toStdString(), R"({"conv_in": 1, "time_embedding": 1, "down_blocks": 1, "mid_block": 0,
            "up_blocks": "cpu", "conv_norm_out": 0, "conv_out": 0})");
        for (const QStringList& options : {QStringList{"--devices", "all"},
                                           {"--devices", "all", "--split", "even"},
                                           {"--mode", "sharded", "--devices", "all"},
                                           {"--mode", "sharded", "--devices", "all", "--device-map", map},
                                           {"--mode", "pipelined", "--devices", "all", "--split-points", "mid_block"},
                                           {"--mode", "pipelined", "--devices", "cuda:1,cuda:0", "--split-points",
                                            "up_blocks", "--gather-output"}}) {
            const QString folder = new_folder();
            const ProgramResult made = generate(folder, options, 4);
            QVERIFY2(made.status == 0, qPrintable(options.join(' ') + made.output()));
            QCOMPARE(images_in(folder), images_in(whole));
        }
    }

    void aRunIsFinishedOnAnotherCard() {
        set_machine({card("A", "GPU-11"), card("A", "GPU-22", 2)});
        const QString folder = new_folder();
        QCOMPARE(generate(folder, {"--devices", "cuda:0"}, 4).status, 0);
        const QStringList whole = images_in(folder);
        for (const QString& image : QDir(folder).entryList({"*.png"}, QDir::Files, QDir::Name).mid(2))
            QVERIFY(QFile::remove(folder + "/" + image));
        const ProgramResult resumed = run_fanlight({"generate", "--resume", folder, "--devices", "cuda:1"});
        QVERIFY2(resumed.status == 0, qPrintable(resumed.output()));
        QCOMPARE(images_in(folder), whole);
        QCOMPARE(makers(folder), (QSet<QString>{"GPU-11", "GPU-22"}));
        QCOMPARE(read_plan(folder.toStdString()).devices, std::vector<std::string>{"cuda:1"});
        const ProgramResult refused = run_fanlight({"generate", "--resume", folder, "--devices", "cpu"});
        QVERIFY2(refused.status == 2 && refused.err.contains("was begun on GPUs"), qPrintable(refused.output()));
    }

    void aLayerIsNotCut_data() {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QString>("reason");
        const auto map = [&](const QString& name, const QByteArray& text) {
            write_bytes(runs_.path(name).toStdString(), R"({"conv_in": 0, "time_embedding": 0, "down_blocks": 0,
                "mid_block.resnets": 1, "up_blocks": 1, "conv_norm_out": 1, "conv_out": 1, )" +
                                                            text.toStdString() + "}");
            return QStringList{"--mode", "sharded", "--device-map", runs_.path(name)};
        };
        QTest::newRow("between cards") << map("cards.json", R"("mid_block.attentions.0.transformer_blocks": 0,
            "mid_block.attentions.0.norm": 1, "mid_block.attentions.0.proj_in": 1,
            "mid_block.attentions.0.proj_out": 1)")
                                       << "splits the layer mid_block.attentions.0 between cuda:0 and cuda:1";
        QTest::newRow("between a card and main memory") << map("memory.json",
                                                               R"("mid_block.attentions.0.transformer_blocks": "cpu",
            "mid_block.attentions.0.norm": 1, "mid_block.attentions.0.proj_in": 1,
            "mid_block.attentions.0.proj_out": 1)") << "splits the layer mid_block.attentions.0 between cpu and cuda:1";
        for (const char* point : {"mid_block.attentions.0.transformer_blocks.0", "mid_block.attentions.0.proj_in"})
            QTest::newRow(point) << QStringList{"--mode", "pipelined", "--split-points", point}
                                 << QString("\"%1\" lies inside the layer mid_block.attentions.0").arg(point);
    }
    void aLayerIsNotCut() {
        QFETCH(QStringList, options);
        QFETCH(QString, reason);
        for (const QStringList& command : {QStringList{"generate"}, {"plan"}, {"launch", "generate"}}) {
            const ProgramResult refused = run_fanlight(command + Runs::request() + options);
            QCOMPARE(refused.status, 2);
            QVERIFY2(refused.err.contains(reason) && refused.err.count('\n') == 1, qPrintable(refused.err));
        }
    }

    void slicesOfACardAreDevices() {
        const QJsonArray slices = {card("A MIG 1g", "MIG-1"), card("A MIG 2g", "MIG-2")};
        set_machine({card("B", "GPU-11"), with(with(card("A", "GPU-22", 3), "mig", true), "slices", slices)});
        const QString folder = new_folder();
        const ProgramResult listed = run_fanlight({"devices"});
        QVERIFY2(listed.out.contains("cuda:1   A MIG 1g") && listed.out.contains("cuda:2   A MIG 2g"),
                 qPrintable(listed.out));
        const ProgramResult made = generate(folder, {"--devices", "cuda:1,cuda:2", "--split", "even"});
        QVERIFY2(made.status == 0, qPrintable(made.output()));
        QCOMPARE(makers(folder), (QSet<QString>{"MIG-1", "MIG-2"}));
        const ProgramResult refused = generate(new_folder(), {"--devices", "cuda:0,cuda:2", "--mode", "sharded"});
        QCOMPARE(refused.status, 2);
        QVERIFY2(refused.err.contains(
                     "cuda:2 (A MIG 2g) is a MIG instance, which cannot work with others on one model; use replicas"),
                 qPrintable(refused.err));
        const ProgramResult planned = run_fanlight({"plan", "a dog", "-m", model, "--devices", "cuda:1,cuda:2"});
        QVERIFY2(planned.status == 0, qPrintable(planned.output()));
        QVERIFY(planned.out.contains("impossible: cuda:1 (A MIG 1g) is a MIG instance"));
        QCOMPARE(planned.out.count("cuda:1 (A MIG 1g) is a MIG instance"), planned.out.count("impossible: "));
    }

    void layersAreTimedOnTheirCard() {
        const ProgramResult planned = run_fanlight({"plan", "a dog", "-m", model, "-W", "48", "-H", "32", "--devices",
                                                    "cuda:0,cuda:1", "--mode", "pipelined", "--measure", "--json"});
        QVERIFY2(planned.status == 0, qPrintable(planned.output()));
        QCOMPARE(QJsonDocument::fromJson(planned.out.toUtf8())["measured"].toBool(), true);
        QStringList names;
        const QString timings = runs_.path("cache/fanlight/layer_seconds");
        for (const QFileInfo& file : QDir(timings).entryInfoList(QDir::Files))
            names << QJsonDocument::fromJson(content_of(file.filePath()))["device_name"].toString();
        names.sort();
        QCOMPARE(names, (QStringList{"Fast", "Slow"}));
    }

    void launchedProcessesUseTheCardsThatTheyAreGiven() {
        set_machine({card("A", "GPU-11"), card("B", "GPU-22", 3), card("C", "GPU-33", 2)});
        const auto launch = [&](const QStringList& launching, const QStringList& options) {
            const QString folder = new_folder();
            const ProgramResult made =
                run_fanlight(QStringList{"launch"} + launching +
                             QStringList{"generate", "a dog", "-m", model, "--images", "4", "--steps", "2", "-W", "48",
                                         "-H", "32", "--split", "even", "-o", folder} +
                             options);
            if (made.status != 0) qWarning("%s", qPrintable(made.output()));
            return makers(folder);
        };
        QCOMPARE(launch({"--num-processes", "2"}, {}), (QSet<QString>{"GPU-11", "GPU-22"}));
        QCOMPARE(launch({"--gpu-ids", "2,0", "--num-processes", "2"}, {}), (QSet<QString>{"GPU-33", "GPU-11"}));
        QCOMPARE(launch({"--num-processes", "2"}, {"--devices", "cuda:1,cuda:2"}), (QSet<QString>{"GPU-22", "GPU-33"}));
        QCOMPARE(launch({"--gpu-ids", "2,1", "--num-processes", "1"}, {"--mode", "sharded"}).size(), 1);
    }

    void whichCardMadeAPictureIsRecorded() {
        const QString slow = new_folder(), again = new_folder();
        QCOMPARE(generate(slow, {"--devices", "cuda:0"}).status, 0);
        const QString picture = slow + "/" + QDir(slow).entryList({"*.png"}, QDir::Files, QDir::Name).front();
        QVERIFY(run_fanlight({"show", picture}).out.contains(R"("card":"Slow")"));
        QCOMPARE(run_fanlight({"verify", slow}).status, 0);
        for (const QString& source : {slow, picture}) {
            const ProgramResult other =
                run_fanlight({"replay", source, "-m", model, "--devices", "cuda:1", "-o", new_folder()});
            QVERIFY2(other.err.contains("The images were made on Slow; on Fast their pixels may differ a little."),
                     qPrintable(other.output()));
            QCOMPARE(other.status, 0);  // stand-ins are all alike
            const ProgramResult same =
                run_fanlight({"replay", source, "-m", model, "--devices", "cuda:0", "-o", new_folder()});
            QVERIFY2(same.status == 0 && !same.err.contains("may differ"), qPrintable(same.output()));
        }
    }

    void aCardTakesOneProcess() {
        const ProgramResult refused =
            run_fanlight({"launch", "--num-processes", "3", "generate", "a dog", "-m", model});
        QCOMPARE(refused.status, 2);
        QVERIFY2(refused.err.contains("3 processes cannot share 2 GPUs; give --num-processes 2"),
                 qPrintable(refused.err));

        // A launcher that shows all of them the same one
        const QString folder = new_folder();
        const ProgramResult prepared =
            run_fanlight({"generate", "a dog", "-m", model, "--images", "4", "--steps", "2", "-W", "48", "-H", "32",
                          "--devices", "cuda:0", "--prepare", "-o", folder});
        QVERIFY2(prepared.status == 0, qPrintable(prepared.output()));
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("CUDA_VISIBLE_DEVICES", "GPU-11");
        environment.insert("WORLD_SIZE", "2");
        environment.insert("FANLIGHT_STORE", "file://" + runs_.path("store"));
        QVERIFY(QDir().mkpath(runs_.path("store")));
        QProcess ranks[2];
        for (int i = 0; i < 2; ++i) {
            environment.insert("RANK", QString::number(i));
            environment.insert("LOCAL_RANK", QString::number(i));
            ranks[i].setProcessEnvironment(environment);
            ranks[i].start(build_path("/tests/fanlight-stand-in-worker"), {"run", prepared.out.trimmed()});
        }
        QString errors;
        for (QProcess& rank : ranks) {
            QVERIFY(rank.waitForFinished(120'000));
            errors += QString::fromUtf8(rank.readAllStandardError());
        }
        QVERIFY2(errors.contains("Another process of this run uses Slow (GPU-11), too"), qPrintable(errors));
    }

    void aCardThatFailsOnceLosesNothing() {
        const QString marker = runs_.path("failed once");
        const QJsonObject fault = {{"after", 3000}, {"kind", "sticky"}, {"once", marker}};
        set_machine({with(card("A", "GPU-11"), "fault", fault)});
        const QString folder = new_folder();
        const ProgramResult made = generate(folder, {"--devices", "all"}, 6);
        QVERIFY2(QFile::exists(marker), "the fault never came");
        QVERIFY2(made.status == 0, qPrintable(made.output()));
        QCOMPARE(images_in(folder).size(), 6);
        QVERIFY2(made.err.contains("failed (device): CUDA error: an illegal memory access was encountered"),
                 qPrintable(made.err));
    }

    void aCardThatKeepsFailingIsSetAside() {
        const QJsonObject fault = {{"after", 50}, {"kind", "sticky"}};
        set_machine({with(card("Bad", "GPU-11"), "fault", fault), card("Good", "GPU-22")});
        const QString folder = new_folder();
        const ProgramResult made = generate(folder, {"--devices", "all"}, 100);
        QVERIFY2(made.status == 0, qPrintable(made.output()));
        QCOMPARE(images_in(folder).size(), 100);
        QVERIFY2(made.err.contains("its device has failed 2 times; the run goes on without it"), qPrintable(made.err));
    }

    /// Rather than make pictures that differ from all others.
    void aCardWithoutMemoryForTheUsualAlgorithmIsSetAside() {
        set_machine({with(card("Tight", "GPU-11"), "workspace", 1e12), card("Good", "GPU-22")});
        const QString folder = new_folder();
        const ProgramResult made = generate(folder, {"--devices", "all"}, 100);
        QVERIFY2(made.status == 0, qPrintable(made.output()));
        QCOMPARE(makers(folder), QSet<QString>{"GPU-22"});
        QVERIFY2(made.err.contains("The device has so little free memory that pictures would differ"),
                 qPrintable(made.err));
    }

    void tooLittleMemoryIsSaid_data() {
        QTest::addColumn<QString>("kind");
        QTest::newRow("by PyTorch") << "memory";
        QTest::newRow("by cuBLAS") << "cublas memory";
    }
    void tooLittleMemoryIsSaid() {
        QFETCH(QString, kind);
        const QString marker = runs_.path("short " + kind);
        const QJsonObject fault = {{"after", 3000}, {"kind", kind}, {"once", marker}};
        set_machine({with(card("A", "GPU-11"), "fault", fault)});
        const QString folder = new_folder();
        const ProgramResult made = generate(folder, {"--devices", "all", "--json"}, 6);
        QVERIFY2(QFile::exists(marker), "the fault never came");
        QCOMPARE(made.status, 0);
        QCOMPARE(images_in(folder).size(), 6);
        QVERIFY2(made.out.contains(R"("type":"warning")") &&
                     made.out.contains("too little memory: the text encoders leave the device when they have read"),
                 qPrintable(made.out));
    }

    /// A predecessor that is still ending may hold the memory.
    void aModelThatDoesNotFitIsTriedAgain() {
        const QString marker = runs_.path("short at load");
        const QJsonObject fault = {{"after", 50}, {"kind", "memory"}, {"once", marker}};
        set_machine({with(card("A", "GPU-11"), "fault", fault)});
        const QString folder = new_folder();
        const ProgramResult made = generate(folder, {"--devices", "all"});
        QVERIFY2(QFile::exists(marker), "the fault never came");
        QVERIFY2(made.status == 0, qPrintable(made.output()));
        QVERIFY2(!made.err.contains("too little memory"), qPrintable(made.err));  // nothing was given up
        QCOMPARE(images_in(folder).size(), 2);
    }

    void aLaunchedProcessWhoseCardFailsLeavesItsWorkToTheOthers() {
        const QString marker = runs_.path("failed in a launch");
        const QJsonObject fault = {{"after", 2500}, {"kind", "sticky"}, {"once", marker}};
        set_machine({card("A", "GPU-11"), with(card("A", "GPU-22"), "fault", fault)});
        const QString folder = new_folder();
        const ProgramResult made =
            run_fanlight({"launch", "--num-processes", "2", "generate", "a dog", "-m", model, "--images", "12",
                          "--steps", "2", "-W", "48", "-H", "32", "-o", folder});
        QVERIFY2(QFile::exists(marker), "the fault never came");
        QVERIFY2(images_in(folder).size() == 12, qPrintable(made.output()));
        QVERIFY2(made.err.contains("an illegal memory access was encountered"), qPrintable(made.err));
    }

    void tf32IsADtypeOfGpus() {
        set_machine({card("A", "GPU-11")});
        const QString exact = new_folder(), rounded = new_folder(), again = new_folder();
        QCOMPARE(generate(exact, {"--devices", "all"}).status, 0);
        QCOMPARE(generate(rounded, {"--devices", "all", "--tf32"}).status, 0);
        QCOMPARE(generate(again, {"--devices", "all", "--dtype", "tf32"}).status, 0);
        QVERIFY(images_in(rounded) != images_in(exact));
        QCOMPARE(images_in(again), images_in(rounded));
        const QString picture = rounded + "/" + QDir(rounded).entryList({"*.png"}, QDir::Files, QDir::Name).front();
        QVERIFY(run_fanlight({"show", picture}).out.contains(R"("dtype":"tf32")"));
        const ProgramResult replayed = run_fanlight({"replay", rounded, "-m", model, "-o", new_folder()});
        QVERIFY2(replayed.status == 0, qPrintable(replayed.output()));
        QCOMPARE(run_fanlight({"plan", "a dog", "-m", model, "--tf32", "--devices", "all"}).status, 0);

        const ProgramResult on_cpu = generate(new_folder(), {"--tf32", "--devices", "cpu"});
        QCOMPARE(on_cpu.status, 2);
        QVERIFY2(on_cpu.err.contains("--dtype tf32 is for GPUs; on a CPU use float32"), qPrintable(on_cpu.err));
        set_machine({with(card("Turing", "GPU-11"), "capability", QJsonArray{7, 5})});
        const ProgramResult too_old = generate(new_folder(), {"--tf32", "--devices", "all"});
        QVERIFY2(too_old.err.contains("--dtype tf32: cuda:0 (Turing) is too old for it; use float32"),
                 qPrintable(too_old.err));
    }

    void theDtypeThatIsChosenIsNamed_data() {
        QTest::addColumn<QJsonArray>("cards");
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("dtype");
        const QJsonObject ada = card("Ada", "GPU-11"),
                          turing = with(card("Turing", "GPU-22"), "capability", QJsonArray{7, 5});
        const QString llama = source_path("/tests/golden/data/language_models/llama");
        QTest::newRow("images") << QJsonArray{ada, turing} << model << "float16";
        QTest::newRow("texts") << QJsonArray{ada} << llama << "bfloat16";
        QTest::newRow("texts on an old card, too") << QJsonArray{ada, turing} << llama << "float32";
    }
    void theDtypeThatIsChosenIsNamed() {
        QFETCH(QJsonArray, cards);
        QFETCH(QString, folder);
        QFETCH(QString, dtype);
        set_machine(cards);
        const QString command = folder == model ? "generate" : "text", out = new_folder();
        QStringList words = {command, "a dog", "-m", folder, "--prepare", "-o", out};
        if (command == "text") words << "--raw";
        const ProgramResult prepared = run_fanlight(words);
        QVERIFY2(prepared.status == 0, qPrintable(prepared.output()));
        const RunPlan plan = read_plan(out.toStdString());  // from which it is resumed
        QCOMPARE(QString::fromStdString(plan.recipe.dtype), dtype);
    }

    void experimentsAreRecorded() {
        set_machine({card("A", "GPU-11")});
        const QString plain = new_folder(), graphs = new_folder(), ordered = new_folder();
        QCOMPARE(generate(plain, {"--devices", "all"}).status, 0);
        qputenv("FANLIGHT_EXPERIMENTS", "graphs");
        QCOMPARE(generate(graphs, {"--devices", "all"}).status, 0);
        QCOMPARE(images_in(graphs), images_in(plain));
        qputenv("FANLIGHT_EXPERIMENTS", "channels_last,graphs");
        QCOMPARE(generate(ordered, {"--devices", "all"}).status, 0);
        const QString picture = ordered + "/" + QDir(ordered).entryList({"*.png"}, QDir::Files, QDir::Name).front();
        QVERIFY(run_fanlight({"show", picture}).out.contains(R"("experiments":"channels_last")"));
        qputenv("FANLIGHT_EXPERIMENTS", "magic");
        const ProgramResult refused = generate(new_folder(), {"--devices", "all"});
        qunsetenv("FANLIGHT_EXPERIMENTS");
        QVERIFY2(refused.status != 0 && refused.err.contains(R"(FANLIGHT_EXPERIMENTS: there is no "magic")"),
                 qPrintable(refused.output()));
    }

    void anOldCardIsNotAskedForBfloat16() {
        set_machine({with(card("Turing", "GPU-11"), "capability", QJsonArray{7, 5})});
        const ProgramResult refused = generate(new_folder(), {"--dtype", "bfloat16", "--devices", "all"});
        QCOMPARE(refused.status, 2);
        QVERIFY2(refused.err.contains("--dtype bfloat16: cuda:0 (Turing) is too old for it; use float16"),
                 qPrintable(refused.err));
        QCOMPARE(generate(new_folder(), {"--dtype", "float16", "--devices", "all"}).status, 0);
    }

    void whatCannotBeUsedIsNamed_data() {
        QTest::addColumn<QJsonArray>("cards");
        QTest::addColumn<QJsonObject>("machine");
        QTest::addColumn<QString>("reason");
        const QJsonObject good = card("A", "GPU-11");
        QTest::newRow("an old driver") << QJsonArray{good} << QJsonObject{{"cuda", 12020}, {"driver", "535.183.01"}}
                                       << "its driver 535.183.01 is for CUDA 12.0, and CUDA 13.0 is needed";
        QTest::newRow("an old card") << QJsonArray{with(good, "capability", QJsonArray{6, 1})} << QJsonObject()
                                     << "its compute capability is 6.1";
        QTest::newRow("MIG") << QJsonArray{with(good, "mig", true)} << QJsonObject() << "it is partitioned by MIG";
        QTest::newRow("barred") << QJsonArray{with(good, "mode", 2)} << QJsonObject() << "it is barred from computing";
        QTest::newRow("another's own") << QJsonArray{with(with(good, "mode", 3), "process", 1)} << QJsonObject()
                                       << "another program has it to itself";
        QTest::newRow("a lost card") << QJsonArray{with(good, "state", 15)} << QJsonObject()
                                     << "it has fallen off the bus";
        QTest::newRow("a driver that was updated")
            << QJsonArray() << QJsonObject{{"nvml", 18}} << "NVIDIA's driver has been updated while it was running";
        QTest::newRow("no permission") << QJsonArray() << QJsonObject{{"nvml", 4}} << "There is no permission";
    }
    void whatCannotBeUsedIsNamed() {
        QFETCH(QJsonArray, cards);
        QFETCH(QJsonObject, machine);
        QFETCH(QString, reason);
        set_machine(cards, machine);
        const ProgramResult listed = run_fanlight({"devices"});
        QVERIFY2(listed.out.contains(reason), qPrintable(listed.out));
        for (const QStringList& command : {QStringList{"generate"}, {"plan"}, {"launch", "generate"}}) {
            const ProgramResult refused = run_fanlight(command + Runs::request());
            QCOMPARE(refused.status, 2);
            QVERIFY2(refused.err.contains(reason) && refused.err.contains("--devices cpu"), qPrintable(refused.err));
            QCOMPARE(refused.err.count('\n'), 1);
        }
    }
};

FANLIGHT_TEST(TstCards, QCoreApplication)
#include "tst_cards.moc"
