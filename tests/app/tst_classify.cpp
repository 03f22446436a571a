// Labels and masked words, as a user asks for them: from list to results, in every mode of the complete programs.

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

const QString models = source_path("/tests/golden/data/classifiers/");
const QString language_models = source_path("/tests/golden/data/language_models/");

}  // namespace

class TstClassify : public QObject {
    Q_OBJECT

    PrivateHome home_;
    QMap<QString, QStringList> references_;

    QStringList classify(const QString& model, const QString& output, const QStringList& options = {}) const {
        QStringList command = {"classify",  "-m", models + model, "-p", home_.path(model + ".jsonl"),
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
        const ProgramResult made = run_fanlight(classify(model, output, {"--devices", "cpu"}));
        if (made.status != 0) qWarning("%s", qPrintable(made.output()));
        return references_[model] = answers_in(output);
    }

private Q_SLOTS:
    void initTestCase() {
        QDir::setCurrent(home_.path("."));  // where run folders go that nobody names
        const auto list = [&](const char* name, const char* lines) {
            write_bytes(home_.path(QString(name) + ".jsonl").toStdString(), lines);
        };
        constexpr const char* texts = R"({"prompt": "The cat", "id": 7, "mood": ["sad"], "label": "glad", "seed": 5}
{"prompt": "hello there", "top_k": 1}
{"prompt": "قطة في البيت"}
{"prompt": "red, blue and green are colours of the house", "truncate": "left"}
{"prompt": "a"}
{"prompt": "一只猫坐在房子前"}
{"prompt": "The cat", "text_pair": "sat on the mat"}
)";
        list("gpt2", texts);
        write_bytes(home_.path("gpt2 map.json").toStdString(), R"({"transformer.wte": "cpu", "transformer.wpe": "cpu",
            "transformer.h.0": "disk", "transformer.h.1": "cpu", "transformer.h.2": "disk", "transformer.ln_f": "cpu",
            "score": "disk"})");
        list("bert", texts);
        for (const char* name : {"distilbert", "roberta", "llama"}) list(name, texts);
        list("bert_masked", R"({"prompt": "The [MASK] sat on the mat.", "id": 1}
{"prompt": "A dog [MASK] over the [MASK] to the sea"}
{"prompt": "[MASK]"}
{"prompt": "القطة [MASK] على النافذة"}
)");
        write_bytes(home_.path("bert_masked map.json").toStdString(), R"({"bert.embeddings": "cpu",
            "bert.encoder.layer.0": "disk", "bert.encoder.layer.1": "cpu", "bert.encoder.layer.2": "disk", "cls": "disk"})");
        list("roberta_masked", R"({"prompt": "The <mask> sat on the mat.", "id": 1}
{"prompt": "A dog <mask> over the <mask> to the sea"}
{"prompt": "<mask>"}
)");
        write_bytes(home_.path("roberta_masked map.json").toStdString(), R"({"roberta.embeddings": "disk",
            "roberta.encoder": "cpu", "lm_head": "disk"})");
        write_bytes(home_.path("roberta map.json").toStdString(), R"({"roberta.embeddings": "disk",
            "roberta.encoder": "cpu", "classifier.dense": "disk", "classifier.out_proj": "cpu"})");
        write_bytes(home_.path("llama map.json").toStdString(), R"({"model.embed_tokens": "disk",
            "model.layers.0": "cpu", "model.layers.1": "disk", "model.layers.2": "disk", "model.norm": "cpu",
            "score": "disk"})");
        write_bytes(home_.path("distilbert map.json").toStdString(), R"({"distilbert.embeddings": "cpu",
            "distilbert.transformer.layer.0": "disk", "distilbert.transformer.layer.1.attention": "disk",
            "distilbert.transformer.layer.1.sa_layer_norm": "cpu", "distilbert.transformer.layer.1.ffn": "disk",
            "distilbert.transformer.layer.1.output_layer_norm": "cpu", "distilbert.transformer.layer.2": "cpu",
            "pre_classifier": "disk", "classifier": "cpu"})");
        write_bytes(home_.path("bert map.json").toStdString(), R"({"bert.embeddings": "disk", "bert.encoder": "cpu",
            "bert.pooler": "disk", "classifier": "cpu"})");
    }

    void everyRowIsAnswered() {
        const QString output = home_.path("answers.jsonl");
        const ProgramResult made = run_fanlight(classify("gpt2", output, {"--devices", "cpu"}));
        QVERIFY2(made.status == 0, qPrintable(made.output()));
        const QList<QJsonObject> rows = rows_in(content_of(output));
        QCOMPARE(rows.size(), 7);
        for (int i = 0; i < rows.size(); ++i) QCOMPARE(rows[i]["index"].toInt(), i);
        QCOMPARE(rows[0]["id"].toInt(), 7);
        QVERIFY(rows[0]["mood"].toArray() == QJsonArray{"sad"} && rows[0]["seed"].toInt() == 5);
        QVERIFY(rows[0]["input_label"].toString() == "glad" && !rows[1].contains("seed"));
        QCOMPARE(rows[1]["probabilities"].toObject().size(), 1);
        for (const QJsonObject& row : rows) {
            QVERIFY(QStringList({"sad", "calm", "glad"}).contains(row["label"].toString()));
            QCOMPARE(row["text"], row["label"]);
            QCOMPARE(row["logits"].toArray().size(), 3);
            QCOMPARE(row["probabilities"].toObject()[row["label"].toString()], row["score"]);
            QVERIFY(row["prompt_tokens"].toInt() > 0);
        }
        const QByteArray keys = content_of(output).split('\n')[0];
        QVERIFY2(keys.indexOf("\"prompt\"") < keys.indexOf("\"text\"") &&
                     keys.indexOf("\"text\"") < keys.indexOf("\"label\"") &&
                     keys.indexOf("\"label\"") < keys.indexOf("\"score\""),
                 keys.constData());
    }

    void everyModeMakesTheSame_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QStringList>("launch");
        QTest::addColumn<QStringList>("options");
        const QStringList together = {"launch", "--num-processes", "2"};
        for (const char* model : {"gpt2", "bert", "bert_masked", "distilbert", "roberta", "roberta_masked", "llama"}) {
            const auto row = [&](const char* name, const QStringList& options, const QStringList& launch = {}) {
                QTest::addRow("%s, %s", model, name) << model << launch << options;
            };
            const QString map = home_.path(QString(model) + " map.json");
            row("two workers", {"--devices", "cpu,cpu"});
            row("three workers", {"--devices", "cpu,cpu,cpu"});
            row("other batches", {"--devices", "cpu", "--batch-size", "5"});
            row("sharded", {"--mode", "sharded", "--devices", "cpu"});
            if (QFile::exists(map)) row("offloaded", {"--mode", "sharded", "--devices", "cpu", "--device-map", map});
            row("two stages", {"--mode", "pipelined", "--devices", "cpu,cpu"});
            row("two stages, gathered", {"--mode", "pipelined", "--devices", "cpu,cpu", "--stages", "2", "--num-chunks",
                                         "2", "--gather-output"});
            row("three stages", {"--mode", "pipelined", "--devices", "cpu,cpu,cpu"});
            row("three stages, gathered", {"--mode", "pipelined", "--devices", "cpu,cpu,cpu", "--gather-output"});
            row("launched", {"--split", "even"}, together);
            row("launched, pipelined", {"--mode", "pipelined"}, together);
        }
    }
    void everyModeMakesTheSame() {
        QFETCH(QString, model);
        QFETCH(QStringList, launch);
        QFETCH(QStringList, options);
        const QString output = home_.path(QString(QTest::currentDataTag()) + ".jsonl");
        const ProgramResult made = run_fanlight(launch + classify(model, output, options));
        QVERIFY2(made.status == 0, qPrintable(made.output()));
        QCOMPARE(answers_in(output), reference(model));
    }

    void masksAreFilled() {
        const QString output = home_.path("filled.jsonl");
        const ProgramResult made = run_fanlight(classify("bert_masked", output, {"--devices", "cpu"}));
        QVERIFY2(made.status == 0, qPrintable(made.output()));
        const QList<QJsonObject> rows = rows_in(content_of(output));
        QCOMPARE(rows[1]["masks"].toArray().size(), 2);
        QVERIFY(!rows[1]["text"].toString().contains("[MASK]") && rows[1]["text"].toString().endsWith("the sea"));
        for (const QJsonValue mask : rows[1]["masks"].toArray()) {
            QCOMPARE(mask.toObject()["tokens"].toArray().size(), 5);
            QCOMPARE(mask.toObject()["probabilities"].toArray().size(), 5);
        }
    }

    void labelsComeOnStandardOutput() {
        const ProgramResult made =
            run_fanlight({"classify", "The cat", "a", "-m", models + "gpt2", "--devices", "cpu", "--quiet"});
        QVERIFY2(made.status == 0, qPrintable(made.output()));
        const QStringList labels = made.out.split('\n', Qt::SkipEmptyParts);
        QCOMPARE(labels.size(), 2);
        for (const QString& label : labels) QVERIFY(QStringList({"sad", "calm", "glad"}).contains(label));
    }

    void tokensAreCounted() {
        const ProgramResult counted = run_fanlight(
            {"classify", "The cat", "-m", models + "gpt2", "--devices", "cpu", "--dry-run", "--top-k", "2"});
        QVERIFY2(counted.status == 0, qPrintable(counted.output()));
        QVERIFY2(counted.out.contains(" tokens, the best 2 labels: The cat\n"), qPrintable(counted.out));
        QVERIFY2(counted.err.contains("1 text from ") && counted.err.contains("nothing was made"),
                 qPrintable(counted.err));
    }

    void theyAreVerifiedAndMadeAgain() {
        const QString output = home_.path("replayed.jsonl"), again = home_.path("again");
        QCOMPARE(run_fanlight(classify("gpt2", output, {"--devices", "cpu"})).status, 0);
        const ProgramResult verified = run_fanlight({"verify", output});
        QVERIFY2(verified.status == 0 && verified.err.contains("7 of 7 texts"), qPrintable(verified.output()));
        const ProgramResult replayed =
            run_fanlight({"replay", output, "-m", models + "gpt2", "--devices", "cpu", "-o", again});
        QVERIFY2(replayed.status == 0 && replayed.err.contains("7 of 7 texts are the same as before"),
                 qPrintable(replayed.output()));
    }

    void mistakesAreSaid_data() {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QString>("reason");
        const QString gpt2 = models + "gpt2";
        const auto row = [&](const char* name, const QStringList& options, const char* reason) {
            QTest::newRow(name) << options << reason;
        };
        row("a language model", {"classify", "a", "-m", language_models + "gpt2"},
            "The model gpt2 makes texts; use fanlight text.");
        row("an image model", {"classify", "a", "-m", "starter"},
            "The model starter makes images; use fanlight generate.");
        row("a text", {"text", "a", "-m", gpt2}, "The model gpt2 judges texts; use fanlight classify.");
        row("an image", {"generate", "a", "-m", gpt2}, "The model gpt2 judges texts; use fanlight classify.");
        row("a value", {"classify", "a", "-m", gpt2, "--top-k", "-1"}, "--top-k: top_k must be a whole number from 0");
        row("a side", {"classify", "a", "-m", gpt2, "--truncate", "top"}, "--truncate: truncate must be left or right");
        row("no model", {"classify", "a"}, "There is no model; name one with --model.");
        row("no prompt", {"classify", "-m", gpt2}, "There is no prompt");
    }
    void mistakesAreSaid() {
        QFETCH(QStringList, options);
        QFETCH(QString, reason);
        const ProgramResult refused = run_fanlight(options);
        QCOMPARE(refused.status, 2);
        QVERIFY2(refused.err.contains(reason) && refused.err.count('\n') == 1, qPrintable(refused.err));
    }

    void whatFailsIsARow() {
        write_bytes(home_.path("long.jsonl").toStdString(),
                    R"({"prompt": ")" + std::string(5000, 'x') + R"("})" + "\n{\"prompt\": \"a cat\"}\n");
        const QString output = home_.path("some.jsonl");
        const ProgramResult made = run_fanlight(
            {"classify", "-m", models + "gpt2", "-p", home_.path("long.jsonl"), "-o", output, "--devices", "cpu"});
        QCOMPARE(made.status, 3);
        QVERIFY2(made.err.contains("5000 tokens long and the model's context 256"), qPrintable(made.err));
        const QList<QJsonObject> rows = rows_in(content_of(output));
        QCOMPARE(rows.size(), 2);
        QVERIFY(!rows[0].contains("text") && rows[1].contains("label"));
    }
};

FANLIGHT_TEST(TstClassify, QCoreApplication)
#include "tst_classify.moc"
