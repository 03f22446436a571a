// --batch-size auto, as a user asks for it: in every command that makes something, and never twice in a run.

#include <QTest>

#include "core/base/json.h"
#include "tests/support/places.h"
#include "tests/support/private_home.h"
#include "tests/support/programs.h"
#include "tests/support/result_rows.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

const QString gpt2 = source_path("/tests/golden/data/language_models/gpt2");
const QString bert = source_path("/tests/golden/data/classifiers/bert");

}  // namespace

class TestAutoBatchSize : public QObject {
    Q_OBJECT

    PrivateHome home_;

    /// A short run of texts.
    QStringList text(const QString& output, const QStringList& options = {}) const {
        return QStringList{"text",
                           "The cat",
                           "a dog",
                           "x",
                           "-m",
                           gpt2,
                           "--raw",
                           "--max-new-tokens",
                           "4",
                           "--batch-size",
                           "auto",
                           "-o",
                           home_.path(output)} +
               options;
    }

    int batch_size_in(const QString& output) const {
        const Json plan = read_json_file(home_.path(output + ".run/.fanlight/run.json").toStdString());
        return plan.at("recipe").at("batch_size").get<int>();
    }

private Q_SLOTS:
    void initTestCase() { QDir::setCurrent(home_.path(".")); }

    void otherValuesAreRefused_data() {
        QTest::addColumn<QString>("value");
        for (const char* value : {"0", "-3", "much", "1025", "8.5", "8 ", "Auto", "99999999999"})
            QTest::newRow(value) << QString(value);
    }
    void otherValuesAreRefused() {
        QFETCH(QString, value);
        for (const char* command : {"generate", "text", "classify", "score", "plan"}) {
            const ProgramResult ended = run_fanlight({command, "a dog", "--batch-size=" + value});
            QCOMPARE(ended.status, 2);
            QCOMPARE(ended.err,
                     "fanlight: --batch-size must be a whole number from 1 to 1024, or auto, not \"" + value + "\".\n");
        }
    }

    void helpSaysWhatItIs() {
        for (const char* command : {"generate", "text", "classify", "score", "plan"}) {
            const QString help = run_fanlight({command, "--help"}).out.simplified();
            QVERIFY2(help.contains("auto: what the model and the weakest device have room for and gain from"),
                     qPrintable(help));
        }
    }

    void aDryRunSaysWhichAndWhy_data() {
        QTest::addColumn<QStringList>("command");
        QTest::addColumn<QString>("expected");
        QTest::newRow("texts") << QStringList{"text", "a", "-m", gpt2, "--raw"}
                               << "on cpu, batch size 32 (auto: more rows gain little on a CPU); nothing was made.";
        QTest::newRow("labels") << QStringList{"classify", "a", "-m", bert}
                                << "batch size 8 (auto: the default, since texts are read one at a time)";
        QTest::newRow("scores") << QStringList{"score", "a b c", "-m", gpt2}
                                << "batch size 8 (auto: the default, since texts are read one at a time)";
        QTest::newRow("images") << QStringList{"generate", "a dog", "-W", "64", "-H", "64", "--steps", "2"}
                                << " (auto: ";
    }
    void aDryRunSaysWhichAndWhy() {
        QFETCH(QStringList, command);
        QFETCH(QString, expected);
        const ProgramResult ended =
            run_fanlight(command + QStringList{"--devices", "cpu", "--batch-size", "auto", "--dry-run"});
        QVERIFY2(ended.status == 0, qPrintable(ended.err));
        QVERIFY2(ended.err.contains(expected), qPrintable(ended.err));
    }

    /// Whatever the list, the mode and the workers are.
    void theRunKeepsTheNumber_data() {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QStringList>("launch");
        QTest::newRow("one worker") << QStringList{"--devices", "cpu"} << QStringList();
        QTest::newRow("three workers") << QStringList{"one more", "--devices", "cpu,cpu,cpu"} << QStringList();
        QTest::newRow("stages") << QStringList{"--devices", "cpu,cpu", "--mode", "pipelined"} << QStringList();
        QTest::newRow("sharded") << QStringList{"--devices", "cpu", "--mode", "sharded"} << QStringList();
        QTest::newRow("launched") << QStringList() << QStringList{"launch", "--cpu", "--num-processes", "2"};
    }
    void theRunKeepsTheNumber() {
        QFETCH(QStringList, options);
        QFETCH(QStringList, launch);
        const QString output = QString(QTest::currentDataTag()) + ".jsonl";
        const ProgramResult made = run_fanlight(launch + text(output, options));
        QVERIFY2(made.status == 0, qPrintable(made.output()));
        QVERIFY2(made.err.contains("With batch size 32 (auto: more rows gain little on a CPU)."), qPrintable(made.err));
        QCOMPARE(batch_size_in(output), 32);
        QCOMPARE(answers_in(home_.path(output)).mid(0, 3), [&] {
            const QString asked = "asked, " + output;
            QStringList command = text(asked, {"--devices", "cpu", "--quiet"});
            command[command.indexOf("auto")] = "32";
            run_fanlight(command);
            return answers_in(home_.path(asked));
        }());
    }

    void whatIsResumedKeepsTheNumber() {
        QCOMPARE(run_fanlight(text("later.jsonl", {"--devices", "cpu,cpu", "--prepare"})).status, 0);
        QCOMPARE(batch_size_in("later.jsonl"), 32);
        const ProgramResult resumed = run_fanlight({"text", "--resume", home_.path("later.jsonl"), "--quiet"});
        QVERIFY2(resumed.status == 0, qPrintable(resumed.output()));
        QCOMPARE(resumed.err, QString());
        QCOMPARE(batch_size_in("later.jsonl"), 32);
        QCOMPARE(rows_in(content_of(home_.path("later.jsonl"))).size(), 3);
    }

    void whoWantsNothingSaidHearsNothing() {
        QCOMPARE(run_fanlight(text("quiet.jsonl", {"--devices", "cpu", "--quiet"})).err, QString());
    }

    void aPlanSaysWhichAndWhy() {
        const QStringList plan = {"plan", "a", "-m", gpt2, "--raw", "--batch-size", "auto"};
        const ProgramResult large = run_fanlight(plan + QStringList{"--assume", "cuda:0=24GB"});
        QVERIFY2(large.status == 0, qPrintable(large.err));
        QVERIFY2(large.out.contains("batch size 64 (auto: more rows gain little on a GPU)"), qPrintable(large.out));
        const Json small = Json::parse(
            run_fanlight(plan + QStringList{"--assume", "cuda:0=24GB,cuda:1=690MB", "--json"}).out.toStdString());
        const int rows = small.at("batch_size").get<int>();
        QVERIFY2(rows > 0 && rows < 64, to_line(small).c_str());
        QVERIFY(small.at("batch_size_why").get<std::string>().starts_with("cuda:1 has room for "));
        const Json scores =
            Json::parse(run_fanlight({"plan", "a b", "--task", "score", "-m", gpt2, "--json", "--batch-size", "auto"})
                            .out.toStdString());
        QCOMPARE(scores.at("batch_size").get<int>(), 8);
    }

    /// Images of the starter, timed: what is found out once holds for the next run as well.
    void imagesAreTimedOnce() {
        const QStringList request = {"generate", "a dog",        "-W",   "64",        "-H",  "64",       "--steps",
                                     "2",        "--batch-size", "auto", "--devices", "cpu", "--dry-run"};
        const QString first = run_fanlight(request).err, second = run_fanlight(request).err;
        QCOMPARE(second, first);
        QVERIFY2(first.contains(QRegularExpression("batch size [1248] \\(auto: ")), qPrintable(first));
    }
};

FANLIGHT_TEST(TestAutoBatchSize, QCoreApplication)
#include "tst_auto_batch_size.moc"
