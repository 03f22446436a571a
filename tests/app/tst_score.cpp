// Scores of texts and labels, as a user asks for them: from list to results, in every mode of the complete programs.

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>
#include <cmath>

#include "tests/support/places.h"
#include "tests/support/private_home.h"
#include "tests/support/programs.h"
#include "tests/support/result_rows.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

const QString models = source_path("/tests/golden/data/language_models/");
const QString classifiers = source_path("/tests/golden/data/classifiers/");

}  // namespace

class TstScore : public QObject {
    Q_OBJECT

    PrivateHome home_;
    QMap<QString, QStringList> references_;

    QStringList score(const QString& model, const QString& output, const QStringList& options = {}) const {
        QStringList command = {"score",     "-m", models + model, "-p", home_.path("texts.jsonl"),
                               "--threads", "1",  "--quiet",      "-o", output};
        if (!options.contains("--batch-size"))
            command << "--batch-size"
                    << "3";
        return command + options;
    }

    /// What one whole model answers.
    QStringList reference(const QString& model) {
        if (references_.contains(model)) return references_[model];
        const QString output = home_.path("reference of " + model + ".jsonl");
        const ProgramResult made = run_fanlight(score(model, output, {"--devices", "cpu"}));
        if (made.status != 0) qWarning("%s", qPrintable(made.output()));
        return references_[model] = answers_in(output);
    }

private Q_SLOTS:
    void initTestCase() {
        QDir::setCurrent(home_.path("."));  // where run folders go that nobody names
        write_bytes(home_.path("texts.jsonl").toStdString(),
                    R"({"prompt": "The cat sat", "id": 7, "mood": ["sad"], "label": "old"}
{"prompt": "hello there"}
{"prompt": "قطة في البيت"}
{"prompt": "red, blue and green are colours of the house", "truncate": "left"}
{"prompt": "Is it raining?", "labels": ["yes", "no", "well, yes"]}
{"prompt": "一只猫坐在房子前"}
{"prompt": "The cat sat on the", "labels": "mat,sea"}
)");
    }

    void everyRowIsScored() {
        const QString output = home_.path("scores.jsonl");
        const ProgramResult made = run_fanlight(score("llama", output, {"--devices", "cpu"}));
        QVERIFY2(made.status == 0, qPrintable(made.output()));
        const QList<QJsonObject> rows = rows_in(content_of(output));
        QCOMPARE(rows.size(), 7);
        for (int i = 0; i < rows.size(); ++i) {
            QCOMPARE(rows[i]["index"].toInt(), i);
            QVERIFY(rows[i]["prompt_tokens"].toInt() > 1 && !rows[i].contains("seed"));
        }
        QCOMPARE(rows[0]["id"].toInt(), 7);
        QVERIFY(rows[0]["mood"].toArray() == QJsonArray{"sad"});
        for (const int i : {0, 1, 2, 3, 5}) {
            const double sum = rows[i]["sum"].toDouble(), tokens = rows[i]["tokens"].toInt(),
                         perplexity = rows[i]["perplexity"].toDouble();
            QVERIFY(sum < 0 && tokens + 1 == rows[i]["prompt_tokens"].toInt());
            QVERIFY(std::abs(perplexity - std::exp(-sum / tokens)) < 1e-4 * perplexity);
            QCOMPARE(rows[i]["text"].toString().toDouble(), sum);
            QVERIFY(!rows[i].contains("label"));
            QCOMPARE(rows[i]["input_label"].toString(), QString(i == 0 ? "old" : ""));
        }
        for (const int i : {4, 6}) {
            const QJsonObject sums = rows[i]["sums"].toObject(), means = rows[i]["means"].toObject();
            QCOMPARE(sums.keys(), i == 4 ? QStringList({"no", "well, yes", "yes"}) : QStringList({"mat", "sea"}));
            QCOMPARE(means.keys(), sums.keys());
            const QString label = rows[i]["label"].toString();
            for (const QJsonValue sum : sums) QVERIFY(sum.toDouble() <= sums[label].toDouble());
            QVERIFY(rows[i]["text"] == label && !rows[i].contains("sum"));
        }
        const QByteArray keys = content_of(output).split('\n')[0];
        QVERIFY2(keys.indexOf("\"text\"") < keys.indexOf("\"sum\"") &&
                     keys.indexOf("\"sum\"") < keys.indexOf("\"tokens\"") &&
                     keys.indexOf("\"tokens\"") < keys.indexOf("\"perplexity\""),
                 keys.constData());
    }

    void everyModeMakesTheSame_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QStringList>("launch");
        QTest::addColumn<QStringList>("options");
        const QStringList together = {"launch", "--num-processes", "2"};
        for (const char* model : {"gpt2", "llama"}) {
            const auto row = [&](const char* name, const QStringList& options, const QStringList& launch = {}) {
                QTest::addRow("%s, %s", model, name) << model << launch << options;
            };
            row("two workers", {"--devices", "cpu,cpu"});
            row("other batches", {"--devices", "cpu", "--batch-size", "5"});
            row("sharded", {"--mode", "sharded", "--devices", "cpu"});
            row("two stages", {"--mode", "pipelined", "--devices", "cpu,cpu"});
            row("three stages, gathered",
                {"--mode", "pipelined", "--devices", "cpu,cpu,cpu", "--num-chunks", "2", "--gather-output"});
            row("launched", {"--split", "even"}, together);
            row("launched, pipelined", {"--mode", "pipelined"}, together);
        }
    }
    void everyModeMakesTheSame() {
        QFETCH(QString, model);
        QFETCH(QStringList, launch);
        QFETCH(QStringList, options);
        const QString output = home_.path(QString(QTest::currentDataTag()) + ".jsonl");
        const ProgramResult made = run_fanlight(launch + score(model, output, options));
        QVERIFY2(made.status == 0, qPrintable(made.output()));
        QCOMPARE(answers_in(output), reference(model));
    }

    void aKilledRunIsResumed() {
        const QString killed = home_.path("killed.jsonl"), whole = home_.path("whole.jsonl");
        std::string list;
        for (int i = 0; i < 600; ++i) list += "{\"prompt\": \"The cat sat on the mat " + std::to_string(i) + "\"}\n";
        write_bytes(home_.path("many.jsonl").toStdString(), list);
        const auto many = [&](const QString& output) {
            return QStringList{"score", "-m",      models + "gpt2", "-p",           home_.path("many.jsonl"),
                               "-o",    output,    "--devices",     "cpu,cpu",      "--threads",
                               "1",     "--quiet", "--labels",      "yes,no,maybe", "--batch-size",
                               "1"};
        };
        QProcess owner;
        owner.start(build_path("/fanlight"), many(killed));
        QVERIFY(QTest::qWaitFor(
            [&] {
                return content_of(killed + ".run/.fanlight/journal.jsonl").count(R"("type":"done")") >= 20 ||
                       owner.state() == QProcess::NotRunning;
            },
            60'000));
        owner.kill();
        QVERIFY(owner.waitForFinished(60'000));
        QVERIFY2(!QFile::exists(killed), "it had ended before it was killed");
        const ProgramResult resumed = run_fanlight({"score", "--resume", killed, "--quiet"});
        QVERIFY2(resumed.status == 0, qPrintable(resumed.output()));
        QCOMPARE(run_fanlight(many(whole)).status, 0);
        QCOMPARE(answers_in(killed), answers_in(whole));
        QCOMPARE(answers_in(whole).size(), 600);
    }

    void theyAreVerifiedAndMadeAgain() {
        const QString output = home_.path("replayed.jsonl"), again = home_.path("again");
        QCOMPARE(run_fanlight(score("gpt2", output, {"--devices", "cpu"})).status, 0);
        const ProgramResult verified = run_fanlight({"verify", output});
        QVERIFY2(verified.status == 0 && verified.err.contains("7 of 7 texts"), qPrintable(verified.output()));
        const ProgramResult replayed =
            run_fanlight({"replay", output, "-m", models + "gpt2", "--devices", "cpu", "-o", again});
        QVERIFY2(replayed.status == 0 && replayed.err.contains("7 of 7 texts are the same as before"),
                 qPrintable(replayed.output()));
    }

    void sumsAndLabelsComeOnStandardOutput() {
        const QStringList command = {"score", "The cat", "a dog", "-m", models + "gpt2", "--devices", "cpu", "--quiet"};
        const ProgramResult sums = run_fanlight(command);
        QVERIFY(QDir().mkpath("labels") && QDir::setCurrent("labels"));  // run folders are called after the second
        const ProgramResult labels = run_fanlight(command + QStringList{"--labels", "sat, ran"});
        QDir::setCurrent(home_.path("."));
        QVERIFY2(sums.status == 0 && labels.status == 0, qPrintable(sums.output() + labels.output()));
        const QStringList numbers = sums.out.split('\n', Qt::SkipEmptyParts),
                          chosen = labels.out.split('\n', Qt::SkipEmptyParts);
        QVERIFY(numbers.size() == 2 && chosen.size() == 2);
        for (const QString& number : numbers) QVERIFY(number.toDouble() < 0);
        for (const QString& label : chosen) QVERIFY(label == "sat" || label == "ran");
    }

    void everyLanguageModelIsScored_data() {
        QTest::addColumn<QString>("model");
        const QJsonObject scores = QJsonDocument::fromJson(content_of(models + "scores.json")).object();
        QVERIFY(scores["models"].toObject().size() > 5);
        for (const QString& name : scores["models"].toObject().keys()) QTest::newRow(qPrintable(name)) << name;
    }
    void everyLanguageModelIsScored() {
        QFETCH(QString, model);
        const ProgramResult counted =
            run_fanlight({"score", "The cat", "-m", models + model, "--devices", "cpu", "--dry-run"});
        QVERIFY2(counted.status == 0, qPrintable(counted.output()));
        QVERIFY2(counted.out.contains(" tokens, log-likelihood: The cat\n"), qPrintable(counted.out));
        QVERIFY2(counted.err.contains("1 text from ") && counted.err.contains("nothing was made"),
                 qPrintable(counted.err));
    }

    void aPlanKnowsThem() {
        const ProgramResult planned = run_fanlight(
            {"plan", "The cat", "-m", models + "gpt2", "--devices", "cpu", "--task", "score", "--labels", "sat,ran"});
        QVERIFY2(planned.status == 0, qPrintable(planned.output()));
        QVERIFY2(planned.out.contains("1 text on cpu") && planned.out.contains("TEXTS/H"), qPrintable(planned.out));
    }

    void mistakesAreSaid_data() {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QString>("reason");
        const QString gpt2 = models + "gpt2";
        const auto row = [&](const char* name, const QStringList& options, const char* reason) {
            QTest::newRow(name) << options << reason;
        };
        row("a classifier", {"score", "a", "-m", classifiers + "gpt2"},
            "The model gpt2 judges texts; use fanlight classify.");
        row("a masked model", {"score", "a", "-m", classifiers + "bert_masked"},
            "The model bert_masked judges texts; use fanlight classify.");
        row("a model with an encoder", {"score", "a", "-m", models + "t5"},
            "The model t5 makes texts; use fanlight text.");
        row("an image model", {"score", "a", "-m", "starter"},
            "The model starter makes images; use fanlight generate.");
        row("a classification", {"classify", "a", "-m", gpt2}, "The model gpt2 makes texts; use fanlight text.");
        row("labels of a text", {"plan", "a", "-m", gpt2, "--labels", "a,b"},
            "--labels: the model gpt2 has no use for it; leave it out.");
        row("a parameter of texts", {"score", "a", "-m", gpt2, "--temperature", "1"}, "--temperature");
        row("new tokens", {"score", "a", "-m", gpt2, "--max-new-tokens", "1"}, "--max-new-tokens");
        row("an empty label", {"score", "a", "-m", gpt2, "--labels", "yes,"}, "--labels: labels must not be empty");
        row("no label", {"score", "a", "-m", gpt2, "--labels", "[]"}, "--labels: labels must not be empty");
        row("a label twice", {"score", "a", "-m", gpt2, "--labels", "yes, yes"},
            "--labels: labels must differ from each other");
        row("a number as a label", {"score", "a", "-m", gpt2, "--labels", "[1]"},
            "--labels: labels must be texts with commas between them, or a JSON list of texts");
        row("a side", {"score", "a", "-m", gpt2, "--truncate", "top"}, "--truncate: truncate must be left or right");
        row("no model", {"score", "a"}, "There is no model; name one with --model.");
        row("no prompt", {"score", "-m", gpt2}, "There is no prompt");
    }
    void mistakesAreSaid() {
        QFETCH(QStringList, options);
        QFETCH(QString, reason);
        const ProgramResult refused = run_fanlight(options);
        QCOMPARE(refused.status, 2);
        QVERIFY2(refused.err.contains(reason) && refused.err.count('\n') == 1, qPrintable(refused.err));
    }

    void whatFailsIsARow() {
        write_bytes(home_.path("some.jsonl").toStdString(), R"({"prompt": ")" + std::string(5000, 'x') + R"("})" +
                                                                "\n{\"prompt\": \"a cat\"}\n{\"prompt\": \"a\"}\n");
        const QString output = home_.path("some scores.jsonl");
        const ProgramResult made = run_fanlight(
            {"score", "-m", models + "gpt2", "-p", home_.path("some.jsonl"), "-o", output, "--devices", "cpu"});
        QCOMPARE(made.status, 3);
        QVERIFY2(made.err.contains("5000 tokens long and the model's context 256"), qPrintable(made.err));
        const QList<QJsonObject> rows = rows_in(content_of(output));
        QCOMPARE(rows.size(), 3);
        QVERIFY(!rows[0].contains("text") && rows[1].contains("sum"));
        QCOMPARE(rows[2]["error"].toObject()["message"].toString(),
                 QString("The text is one token long, and a score begins with the second; give a longer text."));
    }
};

FANLIGHT_TEST(TstScore, QCoreApplication)
#include "tst_score.moc"
