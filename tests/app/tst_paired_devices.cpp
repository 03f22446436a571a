#include <QTest>

#include "core/base/file.h"
#include "core/protocol/run_plan.h"
#include "tests/support/places.h"
#include "tests/support/private_home.h"
#include "tests/support/programs.h"
#include "tests/support/test.h"

using namespace fanlight;

/// --cfg-devices as a user meets it, with two copies of a network on the CPU.
class TestPairedDevices : public QObject {
    Q_OBJECT

    PrivateHome home_;
    QStringList alone_;

    static QString model(const char* name) { return QString(source_path("/tests/golden/data/pipelines/")) + name; }

    /// Guided ones, one that is not, one that is for a while, and one of another model.
    QString list() const {
        const QByteArray rows =
            "prompt,negative_prompt,cfg_scale,cfg_end,model\n"
            "a dog,,0,,\n"
            "a cat on a chair in the light of the evening,blurred,2,,\n"
            "an owl,grey,3,,\n"
            "two ships,grey,3,0.5,\n"
            "a castle,,5,," +
            model("flux_2").toUtf8() + "\n";
        QFile file(home_.path("list.csv"));
        if (file.open(QIODevice::WriteOnly)) file.write(rows);
        return file.fileName();
    }

    QStringList words(const QString& name, const QStringList& more, int steps = 4) const {
        return QStringList{"generate",
                           "-m",
                           model("z_image"),
                           "-W",
                           "32",
                           "-H",
                           "32",
                           "-p",
                           list(),
                           "--steps",
                           QString::number(steps),
                           "-o",
                           home_.path(name)} +
               more;
    }
    QString made(const QString& name, const QStringList& more, int steps = 4) const {
        const ProgramResult run = run_fanlight(words(name, more, steps));
        return run.status == 0 ? home_.path(name) : run.err;
    }

    RunPlan plan_of(const QString& name) const { return read_plan(home_.path(name).toStdString()); }

private Q_SLOTS:
    void initTestCase() {
        alone_ = images_in(made("alone", {"--devices", "cpu", "--threads", "1"}));
        QCOMPARE(alone_.size(), 5);
    }

    void pairsMakeTheSameBytes_data() {
        QTest::addColumn<QStringList>("options");
        QTest::newRow("one") << QStringList{"--cfg-devices", "cpu,cpu"};
        QTest::newRow("threads") << QStringList{"--cfg-devices", "cpu,cpu", "--threads", "3"};
        QTest::newRow("two") << QStringList{"--cfg-devices", "cpu,cpu,cpu,cpu", "--split", "even"};
        QTest::newRow("kept texts") << QStringList{"--cfg-devices", "cpu,cpu", "--cache-embeddings"};
    }
    void pairsMakeTheSameBytes() {
        QFETCH(QStringList, options);
        const QString name = QTest::currentDataTag();
        QCOMPARE(images_in(made(name, options)), alone_);
        const RunPlan plan = plan_of(name);
        QCOMPARE(plan.devices, std::vector<std::string>(static_cast<size_t>(options[1].count(',') + 1) / 2, "cpu"));
        QCOMPARE(plan.placement.workers.front().cfg_device, std::string("cpu"));
    }

    void aBatchIsTheSameBytes() {
        const QStringList four = {"--batch-size", "4", "--threads", "2"};
        QCOMPARE(images_in(made("four, paired", four + QStringList{"--cfg-devices", "cpu,cpu"})),
                 images_in(made("four", four + QStringList{"--devices", "cpu"})));
    }

    void aResumedRunKeepsItsPairsUnlessToldOtherwise() {
        const QString folder = made("resumed", {"--cfg-devices", "cpu,cpu"});
        const auto resume = [&](const QStringList& options) {
            QVERIFY(QFile::remove(folder + "/" + images_in(folder).at(2).section(' ', 0, 0)));
            const ProgramResult run = run_fanlight(QStringList{"generate", "--resume", folder} + options);
            QVERIFY2(run.status == 0, qPrintable(run.output()));
            QCOMPARE(images_in(folder), alone_);
        };
        resume({});
        QCOMPARE(plan_of("resumed").placement.workers.front().cfg_device, std::string("cpu"));
        resume({"--devices", "cpu"});
        QVERIFY(plan_of("resumed").placement.workers.front().cfg_device.empty());
    }

    void aKilledRunIsFinishedByThePair() {
        const QString folder = home_.path("killed");
        QProcess run;
        run.start(build_path("/fanlight"), words("killed", {"--cfg-devices", "cpu,cpu", "--quiet"}, 40));
        QTRY_VERIFY_WITH_TIMEOUT(content_of(folder + "/.fanlight/journal.jsonl").contains("\"done\""), 60'000);
        run.kill();
        QVERIFY(run.waitForFinished(60'000));
        const ProgramResult resumed = run_fanlight({"generate", "--resume", folder});
        QVERIFY2(resumed.status == 0, qPrintable(resumed.output()));
        QCOMPARE(images_in(folder), images_in(made("never killed", {"--devices", "cpu"}, 40)));
    }

    void aReplayNeedsNoPair() {
        const QString folder = made("first", {"--cfg-devices", "cpu,cpu"});
        const ProgramResult again =
            run_fanlight({"replay", folder, "-o", home_.path("again"), "--models-dir", model("")});
        QVERIFY2(again.status == 0 && again.err.contains("5 of 5 images have the same bytes as before"),
                 qPrintable(again.err));
    }

    void aPlanSaysWhatTheSecondDeviceDoes() {
        const QStringList request = {"plan", "-m", model("z_image"), "-W", "32", "-H", "32", "a dog"};
        const QStringList guided = request + QStringList{"--cfg-scale", "4"};
        const QStringList pair = {"--cfg-devices", "cuda:0,cuda:1", "--assume", "cuda:0=24GB,cuda:1=24GB"};
        const ProgramResult told = run_fanlight(guided + pair);
        QVERIFY2(told.status == 0 && told.out.contains("cuda:0+cuda:1") && told.out.contains("The second device"),
                 qPrintable(told.output()));
        const ProgramResult json = run_fanlight(guided + pair + QStringList{"--json"});
        QVERIFY2(json.out.contains("\"cfg_devices\":[\"cuda:1\"]"), qPrintable(json.output()));
        const ProgramResult unguided = run_fanlight(request + pair + QStringList{"--cfg-scale", "0"});
        QVERIFY2(unguided.status == 0 && unguided.err.contains("--cfg-devices: no image of the run is guided"),
                 qPrintable(unguided.output()));
    }

    void whatCannotBeSharedIsRefused_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("sentence");
        const auto row = [](const char* name, const QStringList& arguments, const char* sentence) {
            QTest::newRow(name) << arguments << sentence;
        };
        const QStringList pair = {"--cfg-devices", "cpu,cpu"};
        row("three", {"--cfg-devices", "cpu,cpu,cpu"}, "devices share guided evaluations in pairs, and it names 3");
        row("with devices", pair + QStringList{"--devices", "cpu"},
            "--cfg-devices names the devices of the run, and so does --devices");
        row("unknown", {"--cfg-devices", "cuda:7,cuda:8"}, "--cfg-devices: there is no device \"cuda:7\"");
        row("sharded", pair + QStringList{"--mode", "sharded"}, "--cfg-devices belongs to --mode replicas");
        row("pipelined", pair + QStringList{"--mode", "pipelined"}, "--cfg-devices belongs to --mode replicas");
        row("prepared", pair + QStringList{"--prepare"}, "--cfg-devices: under a launcher each process has a device");
        row("one call", pair + QStringList{"-m", model("sd1")},
            "computes both halves of a guided evaluation in one call");
        row("resumed", pair + QStringList{"--resume", "run"}, "--resume finishes a run as it was begun");
    }
    void whatCannotBeSharedIsRefused() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, sentence);
        QStringList all = {"generate"};
        if (!arguments.contains("--resume"))
            all += QStringList{"a dog", "-W", "32", "-H", "32", "--cfg-scale", "4", "-o", home_.path("refused")};
        if (!arguments.contains("-m") && !arguments.contains("--resume")) all << "-m" << model("z_image");
        const ProgramResult refused = run_fanlight(all + arguments);
        QCOMPARE(refused.status, 2);
        QVERIFY2(refused.err.contains(sentence), qPrintable(refused.output()));
    }

    void aLauncherRefusesThem() {
        const ProgramResult refused =
            run_fanlight({"launch", "--cpu", "--num-processes", "2", "generate", "-m", model("z_image"), "-W", "32",
                          "-H", "32", "--cfg-scale", "4", "--cfg-devices", "cpu,cpu", "a dog"});
        QVERIFY2(refused.status != 0 && refused.err.contains("--cfg-devices: under a launcher"),
                 qPrintable(refused.output()));
    }

    void aProjectMayWantThem() {
        const QByteArray project = "{\"fanlight_project\":1,\"model\":\"" + model("z_image").toUtf8() +
                                   "\",\"cfg_pairs\":true,\"devices\":[{\"device\":\"cpu\",\"workers\":2}]}\n"
                                   "{\"prompt\":\"a dog\",\"width\":32,\"height\":32,\"cfg_scale\":4}\n";
        QFile file(home_.path("pairs.fanlight"));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(project) == project.size());
        file.close();
        const auto planned = [&](const QStringList& options) {
            return run_fanlight(QStringList{"generate", "-p", file.fileName(), "--dry-run"} + options).err;
        };
        QVERIFY2(planned({}).contains(" on cpu+cpu, "), qPrintable(planned({})));
        QVERIFY2(planned({"--devices", "cpu"}).contains(" on cpu, "), qPrintable(planned({"--devices", "cpu"})));
        QVERIFY2(planned({"--cfg-devices", "cpu,cpu,cpu,cpu"}).contains(" on cpu+cpu, cpu+cpu, "),
                 qPrintable(planned({"--cfg-devices", "cpu,cpu,cpu,cpu"})));
    }
};

FANLIGHT_TEST(TestPairedDevices)
#include "tst_paired_devices.moc"
