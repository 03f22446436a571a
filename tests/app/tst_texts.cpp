// Texts, as a user makes them: from list to results, in every mode of the complete programs.

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include "tests/support/places.h"
#include "tests/support/private_home.h"
#include "tests/support/programs.h"
#include "tests/support/result_rows.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

const QString models = source_path("/tests/golden/data/language_models/");

}  // namespace

class TstTexts : public QObject {
    Q_OBJECT

    PrivateHome home_;
    QMap<QString, QStringList> references_;

    QStringList text(const QString& model, const QString& output, const QStringList& options = {}) const {
        return QStringList{"text",         "-m",      models + model, "-p", home_.path("list.jsonl"),
                           "--batch-size", "3",       "--threads",    "1",  "--max-new-tokens",
                           "12",           "--quiet", "--raw",        "-o", output} +
               options;
    }

    /// What one whole model answers.
    QStringList reference(const QString& model) {
        if (references_.contains(model)) return references_[model];
        const QString output = home_.path("reference of " + model + ".jsonl");
        const ProgramResult made = run_fanlight(text(model, output, {"--devices", "cpu"}));
        if (made.status != 0) qWarning("%s", qPrintable(made.output()));
        return references_[model] = answers_in(output);
    }

private Q_SLOTS:
    void initTestCase() {
        QDir::setCurrent(home_.path("."));  // where run folders go that nobody names
        write_bytes(home_.path("list.jsonl").toStdString(), R"({"prompt": "The cat", "id": 7, "mood": ["sad"]}
{"prompt": "hello there", "max_new_tokens": 5}
{"prompt": "قطة في البيت", "temperature": 0.9, "seed": 3}
{"prompt": "a", "top_k": 4, "samples": 3}
{"prompt": "red, blue and green are colours of the house", "repetition_penalty": 1.3}
{"prompt": "一只猫坐在房子前", "stop": ["t", "e"]}
)");
        write_bytes(home_.path("map.json").toStdString(), R"({"transformer.wte": "cpu", "transformer.wpe": "cpu",
            "transformer.h.0": "disk", "transformer.h.1": "cpu", "transformer.h.2": "disk", "transformer.ln_f": "cpu", "lm_head": "disk"})");
    }

    void everyRowIsAnswered() {
        const QString output = home_.path("answers.jsonl");
        const ProgramResult made = run_fanlight(text("gpt2", output, {"--devices", "cpu"}));
        QVERIFY2(made.status == 0, qPrintable(made.output()));
        const QList<QJsonObject> rows = rows_in(content_of(output));
        QCOMPARE(rows.size(), 8);
        for (int i = 0; i < rows.size(); ++i) QCOMPARE(rows[i]["index"].toInt(), i);
        QCOMPARE(rows[0]["id"].toInt(), 7);
        QVERIFY(rows[0]["mood"].toArray() == QJsonArray{"sad"});
        QCOMPARE(rows[2]["seed"].toInt(), 3);
        QVERIFY(rows[1]["new_tokens"].toInt() <= 5 && rows[0]["prompt_tokens"].toInt() > 0);
        for (const QJsonObject& row : rows)
            QVERIFY(QStringList({"eos", "length", "stop"}).contains(row["finish"].toString()));
        QVERIFY(rows[3]["text"] != rows[4]["text"] || rows[4]["text"] != rows[5]["text"]);
        QVERIFY(!rows[7]["text"].toString().contains('t') && !rows[7]["text"].toString().contains('e'));
        QVERIFY(!QFile::exists(output + ".run/results.jsonl"));  // they are beside it
        const QByteArray keys = content_of(output).split('\n')[0];
        QVERIFY2(keys.indexOf("\"index\"") < keys.indexOf("\"id\"") &&
                     keys.indexOf("\"id\"") < keys.indexOf("\"prompt\"") &&
                     keys.indexOf("\"text\"") < keys.indexOf("\"finish\"") &&
                     keys.indexOf("\"seconds\"") < keys.indexOf("\"mood\""),
                 keys.constData());
    }

    void everyModeMakesTheSame_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QStringList>("launch");
        QTest::addColumn<QStringList>("options");
        const QStringList together = {"launch", "--num-processes", "2"};
        const auto row = [](const char* model, const char* name, const QStringList& options,
                            const QStringList& launch = {}) {
            QTest::addRow("%s, %s", model, name) << model << launch << options;
        };
        for (const char* model : {"gpt2", "llama", "t5", "qwen3_vl"})
            row(model, "three workers", {"--devices", "cpu,cpu,cpu"});
        row("qwen3_vl", "sharded", {"--mode", "sharded", "--devices", "cpu"});
        row("qwen2_5_vl", "two stages", {"--mode", "pipelined", "--devices", "cpu,cpu"});
        row("gpt2", "fixed shares", {"--devices", "cpu,cpu", "--split", "even"});
        row("gpt2", "offloaded", {"--mode", "sharded", "--devices", "cpu", "--device-map", home_.path("map.json")});
        for (const char* model : {"gpt2", "llama", "t5"}) {
            row(model, "two stages", {"--mode", "pipelined", "--devices", "cpu,cpu"});
            row(model, "three stages, gathered",
                {"--mode", "pipelined", "--devices", "cpu,cpu,cpu", "--num-chunks", "2", "--gather-output"});
            row(model, "launched", {"--split", "even"}, together);
            row(model, "launched, pipelined", {"--mode", "pipelined"}, together);
        }
    }
    void everyModeMakesTheSame() {
        QFETCH(QString, model);
        QFETCH(QStringList, launch);
        QFETCH(QStringList, options);
        const QString output = home_.path(QString(QTest::currentDataTag()) + ".jsonl");
        const ProgramResult made = run_fanlight(launch + text(model, output, options));
        QVERIFY2(made.status == 0, qPrintable(made.output()));
        QCOMPARE(answers_in(output), reference(model));
    }

    void aKilledRunIsResumed_data() {
        QTest::addColumn<QString>("model");
        for (const char* model : {"gpt2", "llama", "t5"}) QTest::newRow(model) << model;
    }
    void aKilledRunIsResumed() {
        QFETCH(QString, model);
        const QString killed = home_.path("killed " + model + ".jsonl"),
                      whole = home_.path("whole " + model + ".jsonl");
        const QStringList many = {"--devices", "cpu,cpu", "--samples", "60", "--temperature", "0.9"};
        QProcess owner;
        owner.start(build_path("/fanlight"), text(model, killed, many));
        QVERIFY(QTest::qWaitFor(
            [&] {
                return content_of(killed + ".run/.fanlight/journal.jsonl").count(R"("type":"done")") >= 20 ||
                       owner.state() == QProcess::NotRunning;
            },
            60'000));
        owner.kill();
        QVERIFY(owner.waitForFinished(60'000));
        QVERIFY2(!QFile::exists(killed), "it had ended before it was killed");
        const ProgramResult resumed = run_fanlight({"text", "--resume", killed, "--quiet"});
        QVERIFY2(resumed.status == 0, qPrintable(resumed.output()));
        QCOMPARE(run_fanlight(text(model, whole, many)).status, 0);
        QCOMPARE(answers_in(killed), answers_in(whole));
    }

    void theyAreVerifiedAndMadeAgain() {
        const QString output = home_.path("replayed.jsonl"), again = home_.path("again");
        QCOMPARE(run_fanlight(text("gpt2", output, {"--devices", "cpu"})).status, 0);
        const ProgramResult verified = run_fanlight({"verify", output});
        QVERIFY2(verified.status == 0 && verified.err.contains("8 of 8 texts match their records"),
                 qPrintable(verified.output()));
        const ProgramResult replayed =
            run_fanlight({"replay", output, "-m", models + "gpt2", "--devices", "cpu", "-o", again});
        QVERIFY2(replayed.status == 0 && replayed.err.contains("8 of 8 texts are the same as before"),
                 qPrintable(replayed.output()));
        QCOMPARE(answers_in(again + "/results.jsonl").size(), 8);

        QByteArray changed = content_of(output);
        changed.replace(changed.indexOf("\"text\":\"") + 8, 1, "~");
        write_bytes(output.toStdString(), changed.toStdString());
        const ProgramResult found = run_fanlight({"verify", output});
        QVERIFY2(found.status == 3 && found.err.contains("7 of 8 texts"), qPrintable(found.output()));
    }

    void rowsComeInOrderOnStandardOutput() {
        const ProgramResult made = run_fanlight(text("gpt2", "-", {"--devices", "cpu,cpu"}));
        QVERIFY2(made.status == 0, qPrintable(made.output()));
        const QList<QJsonObject> rows = rows_in(made.out.toUtf8());
        QCOMPARE(rows.size(), 8);
        for (int i = 0; i < rows.size(); ++i) QCOMPARE(rows[i]["index"].toInt(), i);
    }

    /// With the columns of texts, whatever the options of the command line are for.
    /// What --json says of a text while it grows, put together, is the text.
    void textsAreToldInPieces() {
        const QString output = home_.path("in pieces.jsonl");
        const ProgramResult made = run_fanlight(text("llama", output, {"--devices", "cpu", "--json"}));
        QCOMPARE(made.status, 0);
        QMap<int, QString> pieces, texts;
        QMap<int, int> leased;
        for (const QString& line : made.out.split('\n')) {
            const QJsonObject event = QJsonDocument::fromJson(line.toUtf8()).object();
            const int item = event["item"].toInt();
            if (event["type"] == "leased")
                for (const QJsonValue& one : event["items"].toArray()) ++leased[one.toInt()];
            if (event["type"] == "progress") {
                QVERIFY2(leased[item] == 1 && !texts.contains(item), qPrintable(line));
                pieces[item] += event["text"].toString();
            }
            if (event["type"] == "text") texts[item] = event["text"].toString();
        }
        QCOMPARE(texts.size(), 8);
        for (auto text = texts.begin(); text != texts.end(); ++text) QCOMPARE(pieces[text.key()], text.value());
    }

    void aPlanReadsTheirLists() {
        const ProgramResult planned =
            run_fanlight({"plan", "-m", models + "llama", "-p", home_.path("list.jsonl"), "--max-new-tokens", "12",
                          "--greedy", "--raw", "--stop", "x", "--devices", "cpu,cpu"});
        QVERIFY2(planned.status == 0, qPrintable(planned.err));
        QVERIFY2(planned.out.contains("8 texts on cpu, cpu") && planned.out.contains("TOKENS/S"),
                 qPrintable(planned.out));
        QVERIFY2(planned.out.contains("there is room for") && planned.out.contains("batch size 8"),
                 qPrintable(planned.out));
        const ProgramResult json = run_fanlight({"plan", "a", "-m", models + "gpt2", "--raw", "--json"});
        QVERIFY2(json.out.contains("\"tokens_per_second\":") && json.out.contains("\"rows\":"),
                 qPrintable(json.output()));
    }

    void resultsComeAsCsvOnDemand() {
        const QString output = home_.path("spread sheet.jsonl");
        QCOMPARE(run_fanlight(text("gpt2", output, {"--devices", "cpu,cpu", "--csv"})).status, 0);
        const QByteArray csv = content_of(home_.path("spread sheet.csv"));
        QVERIFY2(csv.startsWith("index,id,prompt,text,finish,prompt_tokens,new_tokens,seed,model"), csv.left(200));
        QCOMPARE(csv.count("\n0,7,The cat,"), 1);
        const QList<QJsonObject> rows = rows_in(content_of(output));
        for (const QJsonObject& row : rows) QVERIFY(csv.contains(row["prompt"].toString().toUtf8()));
        const ProgramResult again = run_fanlight(text("gpt2", home_.path("spread sheet.jsonl"), {"--csv"}));
        QVERIFY(again.status != 0);
        write_bytes(home_.path("taken.csv").toStdString(), "mine");
        const ProgramResult refused = run_fanlight(text("gpt2", home_.path("taken.jsonl"), {"--csv"}));
        QVERIFY2(refused.status == 2 && refused.err.contains("taken.csv is already there"), qPrintable(refused.err));
        QCOMPARE(content_of(home_.path("taken.csv")), QByteArray("mine"));
    }

    void promptsAreTakenAsTheyAreTyped() {
        const QStringList prompts = {"[a, b]", "[MASK]", "{x: 1}", "a,b", "'quoted'", "100%"};
        const ProgramResult made = run_fanlight(QStringList{"text"} + prompts +
                                                QStringList{"-m", models + "gpt2", "--raw", "--max-new-tokens", "1",
                                                            "--devices", "cpu", "--quiet", "-o", "-"});
        const QList<QJsonObject> rows = rows_in(made.out.toUtf8());
        QCOMPARE(rows.size(), prompts.size());
        for (int i = 0; i < rows.size(); ++i) QCOMPARE(rows[i]["prompt"].toString(), prompts[i]);
    }

    /// Through another command, too, and where they are values of options.
    void bracketsStayWhatTheyAre() {
        const QString output = home_.path("[brackets].jsonl");
        const ProgramResult made = run_fanlight({"launch",
                                                 "--num-processes",
                                                 "2",
                                                 "text",
                                                 "[a]",
                                                 "[b, c]",
                                                 "--prompt-template",
                                                 "[{prompt}]",
                                                 "--stop",
                                                 "[END]",
                                                 "-m",
                                                 models + "gpt2",
                                                 "--raw",
                                                 "--max-new-tokens",
                                                 "2",
                                                 "--devices",
                                                 "cpu",
                                                 "--quiet",
                                                 "-o",
                                                 output});
        QVERIFY2(made.status == 0, qPrintable(made.output()));
        const QList<QJsonObject> rows = rows_in(content_of(output));
        QCOMPARE(rows.size(), 2);
        QCOMPARE(rows[1]["prompt"].toString(), QString("[b, c]"));
        const QByteArray run = content_of(output + ".run/.fanlight/run.json");
        QVERIFY2(run.contains("[{prompt}]") && run.contains("[END]") && !run.contains("u0001"), run.left(2000));
    }

    void whatFailsIsARow() {
        write_bytes(home_.path("long.jsonl").toStdString(),
                    R"({"prompt": ")" + std::string(5000, 'x') + R"("})" + "\n{\"prompt\": \"a cat\"}\n");
        const QString output = home_.path("some.jsonl");
        const ProgramResult made =
            run_fanlight({"text", "-m", models + "gpt2", "-p", home_.path("long.jsonl"), "--max-new-tokens", "4", "-o",
                          output, "--devices", "cpu", "--batch-size", "4"});
        QCOMPARE(made.status, 3);
        QVERIFY2(made.err.contains("tokens long and the model's context 256"), qPrintable(made.err));
        const QList<QJsonObject> rows = rows_in(content_of(output));
        QCOMPARE(rows.size(), 2);
        QCOMPARE(rows[0]["error"].toObject()["kind"].toString(), QString("request"));
        QVERIFY(!rows[0].contains("text") && rows[1].contains("text"));
        // It is not tried again: no neighbour can be to blame, and the others would have to wait for it.
        QCOMPARE(content_of(output + ".run/.fanlight/journal.jsonl").count(R"("type":"leased")"), 2);
    }

    void mistakesAreSaid_data() {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QString>("reason");
        const QString gpt2 = models + "gpt2";
        const auto row = [&](const char* name, const QStringList& options, const char* reason) {
            QTest::newRow(name) << options << reason;
        };
        row("an image model", {"text", "a", "-m", "starter"}, "The model starter makes images; use fanlight generate.");
        row("a language model", {"generate", "a", "-m", gpt2}, "The model gpt2 makes texts; use fanlight text.");
        row("greedy samples", {"text", "a", "-m", gpt2, "--samples", "2"},
            "greedy texts of one prompt are all the same");
        row("a template", {"text", "a", "-m", gpt2, "--prompt-template", "{x}"},
            "Prompt 1: the prompt template needs the column x, which is not there.");
        row("a value", {"text", "a", "-m", gpt2, "--top-p", "2"}, "--top-p: top_p must be a number from 0 to 1");
        row("a folder", {"text", "-p", home_.path("."), "-m", gpt2}, "there is no .txt file in it");
        row("gathering alone", {"text", "a", "-m", gpt2, "--gather"}, "give it after fanlight launch");
        row("a parameter of images", {"plan", "a", "-m", gpt2, "--steps", "3"},
            "--steps: the model gpt2 has no use for it; leave it out.");
        row("a parameter of texts", {"plan", "a", "-m", "starter", "--top-k", "3"},
            "--top-k: the model starter has no use for it; leave it out.");
        row("no model", {"text", "a", "-m", home_.path("nothing")}, "There is no model");
    }
    void mistakesAreSaid() {
        QFETCH(QStringList, options);
        QFETCH(QString, reason);
        const ProgramResult refused = run_fanlight(options);
        QCOMPARE(refused.status, 2);
        QVERIFY2(refused.err.contains(reason) && refused.err.count('\n') == 1, qPrintable(refused.err));
    }
};

FANLIGHT_TEST(TstTexts, QCoreApplication)
#include "tst_texts.moc"
