// A family and a kind of task that nothing in core, app and ui knows, in every mode of the complete programs: a row in
// each table is enough.

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>
#include <csignal>

#include "core/base/sha256.h"
#include "core/images/png_reader.h"
#include "core/run/finished_rows.h"
#include "tests/support/places.h"
#include "tests/support/private_home.h"
#include "tests/support/programs.h"
#include "tests/support/test.h"
#include "tests/support/toy_family/model.h"
#include "tests/support/toy_text/toy_text.h"

using namespace fanlight;

namespace {

const QString program = build_path("/tests/fanlight-toy");

const QStringList replicas = {"--devices", "cpu,cpu"};
const QStringList sharded = {"--mode", "sharded", "--devices", "cpu"};
const QStringList pipelined = {"--mode", "pipelined", "--devices", "cpu,cpu"};

}  // namespace

class TestToys : public QObject {
    Q_OBJECT

    PrivateHome home_;
    QMap<QString, QStringList> references_;

    static ProgramResult run(const QStringList& arguments) { return run_program(program, arguments); }

    QStringList generate(const QString& model, const QString& folder, const QStringList& options) const {
        return QStringList{"generate", "-m",   home_.path(model), "-p", home_.path("list.csv"), "--quiet",
                           "-o",       folder, "--threads",       "1"} +
               options;
    }

    /// The pixels, since the batch size is written into the file.
    static std::string hash_of(const QString& image) {
        const Image pixels = read_png(image.toStdString());
        return sha256_hex({reinterpret_cast<const char*>(pixels.rgb.data()), pixels.rgb.size()});
    }

    /// Everything that the run has made, in the order of its items.
    static QStringList results(const QString& folder) {
        QStringList lines;
        for (const ManifestRow& row : finished_rows(folder.toStdString())) {
            const std::string made = row.made.record()
                                         ? row.made.record()->text + to_line(row.made.record()->more)
                                         : row.made.file()->name + ' ' +
                                               hash_of(folder + '/' + QString::fromStdString(row.made.file()->name));
            lines << QString::number(row.item.index) + " " + QString::fromStdString(made);
        }
        return lines;
    }

    /// What one whole model makes.
    QStringList reference(const QString& model) {
        if (references_.contains(model)) return references_[model];
        const QString folder = home_.path("reference of " + model);
        const ProgramResult ended = run(generate(model, folder, {"--devices", "cpu"}));
        if (ended.status != 0) qWarning("%s", qPrintable(ended.output()));
        return references_[model] = results(folder);
    }

private Q_SLOTS:
    void initTestCase() {
        add_toy_text();
        qputenv("FANLIGHT_WORKER", build_path("/tests/fanlight-toy-worker"));
        toy::write_model(home_.path("toy").toStdString());
        toy::write_model(home_.path("toy text").toStdString(), "ToyTextPipeline");
        write_bytes(home_.path("list.csv").toStdString(),
                    "prompt,steps,images\na dog,3,2\na cat,5,\nدجاجة,,3\n\"quoted, \"\"twice\"\"\",1,\n");
        write_bytes(home_.path("negative.csv").toStdString(), "prompt,negative_prompt\na dog,a cat\n");
        write_bytes(home_.path("map.json").toStdString(),
                    R"({"a": "cpu", "b": "disk", "c": "cpu", "d": "disk", "e": "disk", "f": "cpu"})");
    }

    void eachMakesItsOwnKindOfResult() {
        QCOMPARE(reference("toy").size(), 7);
        QVERIFY2(reference("toy")[2].startsWith("2 00002-44-a-cat.png "), qPrintable(reference("toy")[2]));
        QCOMPARE(reference("toy text").size(), 7);
        QVERIFY2(reference("toy text")[2].startsWith("2 a cat: "), qPrintable(reference("toy text")[2]));
        QVERIFY(reference("toy text")[2].endsWith(R"({"words":5})"));
        QVERIFY(reference("toy text")[3] != reference("toy text")[4]);  // another seed, another text
    }

    void everyModeMakesTheSame_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QStringList>("launch");
        QTest::addColumn<QStringList>("options");
        const QStringList together = {"launch", "--num-processes", "2"};
        for (const char* model : {"toy", "toy text"}) {
            const auto row = [&](const char* name, const QStringList& options, const QStringList& launch = {}) {
                QTest::addRow("%s, %s", model, name) << model << launch << options;
            };
            row("replicas", replicas);
            row("fixed shares", replicas + QStringList{"--split", "even", "--apply-padding"});
            row("batches", replicas + QStringList{"--batch-size", "3"});
            row("sharded", sharded + QStringList{"--batch-size", "2"});
            row("offloaded", sharded + QStringList{"--device-map", home_.path("map.json")});
            row("pipelined", pipelined + QStringList{"--batch-size", "2"});
            row("pipelined, gathered", pipelined + QStringList{"--split-points", "c", "--gather-output"});
            row("two pipelines", {"--mode", "pipelined", "--devices", "cpu,cpu,cpu,cpu", "--replicas", "2", "--stages",
                                  "2", "--split-points", "d"});
            row("launched", {"--split", "even"}, together);
            row("launched, pipelined", {"--mode", "pipelined", "--split-points", "e"}, together);
        }
    }
    void everyModeMakesTheSame() {
        QFETCH(QString, model);
        QFETCH(QStringList, launch);
        QFETCH(QStringList, options);
        const QString folder = home_.path(QTest::currentDataTag());
        const ProgramResult ended = run(launch + generate(model, folder, options));
        QVERIFY2(ended.status == 0, qPrintable(ended.output()));
        QCOMPARE(results(folder), reference(model));
        QCOMPARE(run({"verify", folder}).status, 0);
    }

    void theyArePlanned_data() {
        QTest::addColumn<QString>("model");
        for (const char* model : {"toy", "toy text"}) QTest::newRow(model) << model;
    }
    void theyArePlanned() {
        QFETCH(QString, model);
        const ProgramResult planned = run({"plan", "-m", home_.path(model), "a dog", "a cat", "--json", "--measure",
                                           "--mode", "pipelined", "--devices", "cpu,cpu", "--threads", "1"});
        QVERIFY2(planned.status == 0, qPrintable(planned.output()));
        const QJsonObject plan = QJsonDocument::fromJson(planned.out.toUtf8()).object();
        QCOMPARE(plan["measured"].toBool(), true);
        QStringList layers;
        for (const auto& stage : plan["stages"].toArray())
            for (const auto& layer : stage.toObject()["layers"].toArray()) layers << layer.toString();
        QCOMPARE(layers.join(""), QString("abcdef"));
    }

    void theyAreListedWithTheOtherModels() {
        const ProgramResult dry = run(generate("toy text", home_.path("nothing"), {"--dry-run", "--devices", "cpu"}));
        QVERIFY2(dry.out.contains("5 words, seed 44: a cat"), qPrintable(dry.output()));
        const ProgramResult refused = run({"generate", "a dog", "-m", home_.path("toy text"), "--steps", "501"});
        QCOMPARE(refused.status, 2);
        QVERIFY2(refused.err.contains("a toy says at most 500 words"), qPrintable(refused.err));
    }

    void aModelIsAskedOnlyForWhatItAccepts_data() {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QString>("reason");
        QTest::newRow("an option") << QStringList{"--negative-prompt", "a cat"}
                                   << "--negative-prompt: the model toy takes no negative prompt; leave it out.";
        QTest::newRow("a row") << QStringList{"-p", home_.path("negative.csv")}
                               << "negative.csv, line 2: the model toy takes no negative prompt; leave it out.";
        QTest::newRow("a size") << QStringList{"-W", "64", "-H", "40"}
                                << "width and height must be multiples of 16 for the model toy, not 64x40.";
    }
    void aModelIsAskedOnlyForWhatItAccepts() {
        QFETCH(QStringList, options);
        QFETCH(QString, reason);
        const ProgramResult refused = run(QStringList{"generate", "a dog", "-m", home_.path("toy")} + options);
        QCOMPARE(refused.status, 2);
        QVERIFY2(refused.err.contains(reason), qPrintable(refused.err));
    }

    void aKilledRunIsResumed_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QStringList>("options");
        for (const char* model : {"toy", "toy text"}) {
            QTest::addRow("%s, replicas", model) << model << replicas;
            QTest::addRow("%s, pipelined", model) << model << pipelined;
        }
    }
    void aKilledRunIsResumed() {
        QFETCH(QString, model);
        QFETCH(QStringList, options);
        const QString folder = home_.path(QString("killed ") + QTest::currentDataTag());
        const QString whole = home_.path(QString("whole ") + QTest::currentDataTag());
        const QStringList many = options + QStringList{"--images", "500"};
        QProcess owner;
        owner.start(program, generate(model, folder, many));
        const auto some_are_done = [&] {
            const auto done = content_of(folder + "/.fanlight/journal.jsonl").count(R"("type":"done")");
            return done >= 20 || owner.state() == QProcess::NotRunning;
        };
        QVERIFY(QTest::qWaitFor(some_are_done, 60'000));
        owner.kill();
        QVERIFY(owner.waitForFinished(60'000));
        QVERIFY2(!QFile::exists(folder + "/manifest.jsonl") && !QFile::exists(folder + "/results.jsonl"),
                 "it had ended before it was killed");

        const ProgramResult resumed = run({"generate", "--resume", folder, "--quiet"});
        QVERIFY2(resumed.status == 0, qPrintable(resumed.output()));
        QCOMPARE(run(generate(model, whole, many)).status, 0);
        QCOMPARE(results(folder), results(whole));
        QVERIFY(results(whole).size() > 1000);
    }
};

FANLIGHT_TEST(TestToys, QCoreApplication)
#include "tst_toys.moc"
